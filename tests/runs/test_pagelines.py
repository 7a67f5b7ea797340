"""The log has a line for every page at DEBUG, and none above; what is made is Scrapy's own."""

from __future__ import annotations

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter
from scrapy.utils.test import get_crawler

from snapshot_crawler.runs.pagelines import PageLines

REQUEST = Request("https://news.example/1.html")
RESPONSE = Response(REQUEST.url, request=REQUEST)


@pytest.mark.parametrize(
    ("level", "has_lines"),
    [("DEBUG", True), ("debug", True), (10, True), ("NOTSET", True), ("INFO", False), ("30", False), (20, False)],
)
def test_pages_and_items_have_lines_at_debug_only(level: str | int, has_lines: bool) -> None:
    crawler = get_crawler(Spider, {"LOG_LEVEL": level})
    lines, spider = PageLines.from_crawler(crawler), Spider("s")
    scrapys = LogFormatter()
    assert lines.crawled(REQUEST, RESPONSE, spider) == (
        scrapys.crawled(REQUEST, RESPONSE, spider) if has_lines else None
    )
    assert lines.scraped({}, RESPONSE, spider) == (scrapys.scraped({}, RESPONSE, spider) if has_lines else None)
