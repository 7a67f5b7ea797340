"""Scrapy's log lines of single pages and items, made only at LOG_LEVEL DEBUG.

Scrapy makes two such records for each page at any LOG_LEVEL. Above DEBUG its handlers drop them again.
"""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter


class PageLines(LogFormatter):
    """Setting LOG_FORMATTER; "Crawled" and "Scraped" are lines at DEBUG, and left out above it."""

    def __init__(self, *, is_debug: bool = True) -> None:
        self.is_debug = is_debug

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        level = str(crawler.settings["LOG_LEVEL"])
        number = int(level) if level.isdigit() else logging.getLevelNamesMapping().get(level.upper(), logging.NOTSET)
        return cls(is_debug=number <= logging.DEBUG)

    def crawled(self, request: Request, response: Response, spider: Any) -> Any:
        """The line of an answer; None for none."""
        return super().crawled(request, response, spider) if self.is_debug else None

    def scraped(self, item: Any, response: Any, spider: Any) -> Any:
        """The line of an item; None for none."""
        return super().scraped(item, response, spider) if self.is_debug else None
