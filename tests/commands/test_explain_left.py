"""`scrapy explain` of a link that was seen and not followed, and a run whose list a script fills."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.frontier.leftover import MOST_KEPT, LeftLinks, told_of
from snapshot_crawler.frontier.store import Entry, State
from snapshot_crawler.pages.lists.left_links import MOST_LEFT, is_filled_by_script, left_links
from snapshot_crawler.pages.page import Page
from tests.authoring.newcomer import Newcomer
from tests.server import Server

SPIDER = """from snapshot_crawler.spiders.news import NewsSpider


class SampleSpider(NewsSpider):
    name = "sample"
    start_urls = ["{start}"]
    article_links = r"/news/\\d+\\.html$"
"""
LIST = """<html><body><h1>样例日报</h1><ul>
<li><a href="/news/1.html">市里的桥修好了，早晨第一批车开过江面</a> 2024-03-04</li>
<li><a href="/story/2.html">学校的操场换了新的草皮，周末对居民开放</a> 2024-03-04</li>
</ul><a href="https://partner.example/x">友情链接</a><a href="/a.pdf">年报</a>
<script>var more = {"next": "/news/list-data.html", "all": "\\/archive\\/2023.html"};</script></body></html>"""
ARTICLE = """<html><head><title>市里的桥修好了</title></head><body><h1>市里的桥修好了，早晨第一批车开过江面</h1>
<p>2024-03-04 07:12 来源：样例晚报</p><div>{}</div></body></html>""".format(
    "<p>早晨六点，第一批车开过江面，两岸的人都来看。</p>" * 12
)
SHELL = (
    "<html><head><title>样例</title></head><body><nav><a href=/about>关于</a></nav><div id=app></div>{}</body></html>"
)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def page(text: str) -> Page:
    return Page.from_bytes(text.encode(), url="https://h.example/", fetched_at=datetime.now(UTC))


def test_explain_says_why_a_link_of_the_start_page_was_left(server: Server, tmp_path: Path) -> None:
    user = Newcomer(tmp_path, server)
    user.spider_file.write_text(SPIDER.format(start=server.url("/")), encoding="utf-8")
    server.page("/", LIST)
    server.page("/news/1.html", ARTICLE)
    assert len(user.crawl()) == 1
    for address, reason in (
        (server.url("/story/2.html"), "pattern: article_links of the spider sample"),
        ("https://partner.example/x", "scope: partner.example is not part of the crawl"),
        (server.url("/a.pdf"), "file:"),
        (server.url("/archive/2023.html"), "script:"),
    ):
        done = user.scrapy("explain", address)
        assert done.returncode == 0, done.stdout
        assert reason in done.stdout and f"on {server.url('/')}" in done.stdout
    done = user.scrapy("explain", server.url("/nowhere.html"))
    assert done.returncode == 1 and "not known" in done.stdout


def test_a_list_that_a_script_fills_is_no_complete_run(server: Server, tmp_path: Path) -> None:
    user = Newcomer(tmp_path, server)
    server.page("/", SHELL.format("<script src=/app.js></script>"))
    server.page("/about", "<html><body><h1>关于</h1></body></html>")
    done = user.scrapy("crawl", "news", "-a", f"start={server.url('/')}", "-o", str(tmp_path / "out.jsonl"))
    assert done.returncode == ExitCode.NO_ARTICLES, done.stderr[-2000:]
    assert f"{server.url('/')} shows no link to an article; a script fills it" in done.stderr


def test_a_page_without_scripts_or_with_text_of_its_own_is_filled_by_none() -> None:
    assert is_filled_by_script(page(SHELL.format("<script src=/app.js></script>")))
    assert not is_filled_by_script(page(SHELL.format("")))
    assert not is_filled_by_script(page(SHELL.format("<p>本站的介绍，都写在这里。</p>" * 40 + "<script>1</script>")))


def test_links_of_a_page_are_told_up_to_a_bound_and_followed_ones_never() -> None:
    links = "".join(f'<a href="/x/{number}.html">link</a>' for number in range(MOST_LEFT + 50))
    left = left_links(page(links), {"https://h.example/x/0.html"}, lambda url: "shape")
    assert len(left) == MOST_LEFT and "https://h.example/x/0.html" not in left


def test_a_job_keeps_a_bounded_number_and_this_runs_first() -> None:
    run = LeftLinks()
    run.note({f"https://h.example/{number}": "shape" for number in range(MOST_KEPT - 1)}, "https://h.example/")
    kept = run.merged({"http://h.example/old": ["p", "r", "d"], "http://h.example/older": ["p", "r", "d"]})
    assert len(kept) == MOST_KEPT
    assert told_of(kept, "https://h.example/5") is not None and told_of(kept, "https://h.example/old") is not None
    assert told_of(kept, "https://h.example/older") is None


def test_a_page_that_brought_nothing_is_not_said_to_be_in_the_output() -> None:
    explain = import_module("snapshot_crawler.commands.explain")
    page = Entry(
        key="k", url="https://a.example/1.html", host="a.example", state=State.DONE, outcome="dropped: unchanged"
    )
    told = "\n".join(explain.describe("job", page))
    assert "0 in the output" in told and told.count("in the output") == 1
