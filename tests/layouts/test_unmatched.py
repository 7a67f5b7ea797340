"""A pattern that is too narrow is told: by add-site before the first crawl, and by each run."""

from __future__ import annotations

from pathlib import Path

from snapshot_crawler.spiders.news import NewsSpider
from tests.crawling import crawl, report, verdict
from tests.layouts.adding import name_leads_here
from tests.layouts.eight import wordpress
from tests.server import Server


def test_links_that_look_like_articles_and_match_no_pattern_are_counted_and_told(tmp_path: Path) -> None:
    site = wordpress()

    class Narrow(NewsSpider):
        name = "narrow"
        article_links = r"/\d{4}/\d{2}/\d{2}/[\w-]+/$"  # as if sampled late in the month: the 9th has one figure

    with Server() as server, name_leads_here(site.host):
        site.serve(server)
        crawler = crawl(Narrow, f"http://{site.host}:{server.port}/", tmp_path, allowed=server.address)
    lost = [path for path in site.articles if len(path.split("/")[3]) == 1]
    assert len(lost) == 3
    told = report(crawler)["unmatched_links"]
    assert told["count"] == 3
    assert {"/" + url.split("/", 3)[3] for url in told["examples"]} == set(lost)
    assert verdict(crawler).word == "complete"
    assert "3 links like http" in verdict(crawler).sentence and "article_links" in verdict(crawler).sentence


def test_a_run_that_leaves_nothing_out_says_nothing_of_it(tmp_path: Path) -> None:
    site = wordpress()
    with Server() as server, name_leads_here(site.host):
        site.serve(server)
        crawler = crawl("news", f"http://{site.host}:{server.port}/", tmp_path, allowed=server.address)
    assert report(crawler)["unmatched_links"] == {"count": 0, "examples": []}
    assert verdict(crawler).sentence == "everything was crawled"
