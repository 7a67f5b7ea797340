"""Layouts the crawler was never told of: described from a few pages, then read whole by the spider that is written.

Without processes and sockets, so that many layouts cost little; benchmarks/adding.py does the same by the real command.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from snapshot_crawler.authoring.discover import describe
from snapshot_crawler.authoring.probe import MAX_LISTS, SAMPLES, spread
from snapshot_crawler.authoring.saved import SavedPage
from snapshot_crawler.authoring.write import spider_source
from snapshot_crawler.pages.page import Page
from snapshot_crawler.spiders.news import NewsSpider
from tests.authoring.foreign import FOREIGN
from tests.authoring.layouts import LAYOUTS
from tests.authoring.newcomer import mistakes
from tests.authoring.portals import PORTALS
from tests.authoring.samples import Sample

ALL = {**LAYOUTS, **PORTALS, **FOREIGN}
NOW = datetime(2026, 1, 2, tzinfo=UTC)
MOST_PAGES = 200


class Root:
    """Where the site stands, for tests.authoring.newcomer.mistakes."""

    def url(self, path: str = "/") -> str:
        return f"http://sample.example{path}"


def looked_at(site: Sample) -> Iterator[SavedPage]:
    """What add-site would fetch: the front page, a few lists, and articles from all over them."""
    candidates: dict[str, None] = {}
    addresses = [Root().url("/")]
    spider = NewsSpider(start=addresses[0])
    for number, url in enumerate(addresses):
        body = site.files[url.removeprefix(Root().url(""))][0]
        links = spider.read_listing(Page.from_bytes(body, url=url, fetched_at=NOW)).links
        candidates |= dict.fromkeys(link.url for link in links if link.kind == "article")
        if number == 0:
            lists = [link.url for link in links if link.kind == "listing"]
            addresses += [each for each in lists if each.removeprefix(Root().url("")) in site.files][:MAX_LISTS]
        yield SavedPage(f"{number:03}-list", url, body, NOW, "listing" if number else "start")
    for number, url in enumerate(spread(list(candidates), SAMPLES)):
        yield SavedPage(f"1{number:02}-article", url, site.files[url.removeprefix(Root().url(""))][0], NOW, "article")


def read_whole(site: Sample, spider: NewsSpider) -> list[dict[str, Any]]:
    """Every record of the site, its links followed as a crawl would."""
    waiting = deque(Request(url, meta={"discovered_by": {"kind": "start", "url": None}}) for url in spider.start_urls)
    seen, records = {request.url for request in waiting}, []
    while waiting and len(seen) < MOST_PAGES:
        request = waiting.popleft()
        path = request.url.removeprefix(Root().url(""))
        if path not in site.files:
            continue
        response = HtmlResponse(request.url, body=site.files[path][0], request=request)
        for result in (request.callback or spider.parse)(response):
            if not isinstance(result, Request):
                records.append(asdict(result))
            elif result.url not in seen or result.dont_filter:
                seen.add(result.url)
                waiting.append(result)
    return records


@pytest.mark.parametrize("name", ALL)
def test_a_layout_never_seen_before_is_read_without_a_line_by_hand(name: str) -> None:
    site = ALL[name]()
    source = spider_source("sample", describe(Root().url("/"), looked_at(site)), "2026-01-02")
    assert len(source.splitlines()) <= 15
    namespace: dict[str, Any] = {"__name__": "sample"}
    exec(source, namespace)
    spider = namespace["SampleSpider"].from_crawler(get_crawler(namespace["SampleSpider"]))
    records = read_whole(site, spider)
    unique = list({record["url"]: record for record in records}.values())
    assert mistakes(site, unique, Root()) == []  # type: ignore[arg-type]
