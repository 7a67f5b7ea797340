"""A crawl's live line on a terminal: pages, articles, duplicates, errors, queue, pages a second.

In a pipe or under cron there is no such line; the log lines of Scrapy's LogStats say the same once a minute. Commands
without requests use longwork.py.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import call_later

if TYPE_CHECKING:
    from rich.live import Live

REFRESH_S = 0.25  # by choice: looks alive, and costs nothing that can be measured


class Progress:
    """An extension; stands aside when standard error is no terminal, or the log goes to a file."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.live: Live | None = None
        self.timer: Any = None
        self.started = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """Scrapy's constructor."""
        if not crawler.settings.getbool("PROGRESS") or not sys.stderr.isatty():
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.opened, signals.spider_opened)
        crawler.signals.connect(progress.closed, signals.spider_closed)
        return progress

    def opened(self) -> None:
        """Put the line up; the log goes on above it."""
        from rich.console import Console  # only where there is a terminal
        from rich.live import Live

        before = sys.stderr
        self.live = Live(console=Console(stderr=True), auto_refresh=False, redirect_stdout=False, transient=True)
        self.live.start()
        self.handlers = [
            handler
            for handler in logging.root.handlers
            if isinstance(handler, logging.StreamHandler) and handler.stream is before
        ]
        for handler in self.handlers:
            handler.setStream(sys.stderr)
        self.refresh()

    def refresh(self) -> None:
        """Draw the line again."""
        if self.live is not None:
            from rich.text import Text

            self.live.update(Text(self.line(), no_wrap=True, overflow="ellipsis"), refresh=True)
            self.timer = call_later(REFRESH_S, self.refresh)

    def line(self) -> str:
        """The figures of this moment."""
        get = self.crawler.stats.get_value
        pages = get("response_received_count", 0)
        seconds = time.monotonic() - self.started
        queue = get("frontier/enqueued", 0) - get("frontier/done", 0) - get("frontier/failed", 0)
        return (
            f"{self.crawler.spider.name if self.crawler.spider else ''}  {pages} pages  "
            f"{get('item_scraped_count', 0)} articles  {get('rejected/duplicate', 0)} duplicates  "
            f"{get('rejected/failed', 0) + get('spider_exceptions/count', 0)} errors  {max(0, queue)} queued  "
            f"{pages / seconds if seconds else 0:.1f} pages/s  {seconds:.0f} s"
        )

    def closed(self) -> None:
        """Take the line down."""
        if self.timer is not None:
            self.timer.cancel()
        if self.live is not None:
            self.live.stop()
            for handler in self.handlers:
                handler.setStream(sys.stderr)
            self.live = None
