"""A stop within seconds: after SIGTERM, requests in progress go back to the frontier and stay pending.

Scrapy waits for every request in progress, and for those in a delayed queue. That may take minutes, with a long delay
or a server that sends single bytes. A service manager kills the process sooner.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import call_later

from snapshot_crawler.frontier.door import as_frontier
from snapshot_crawler.scrapy_internals import forget_requests_in_progress, is_closing, requests_in_progress

logger = logging.getLogger(__name__)

GRACE_S = 5.0  # for downloads in progress at a stop; by choice: Docker kills after 10 s, systemd after 90
LOOK_EVERY_S = 0.25  # by choice: small beside GRACE_S


class QuickStop:
    """An extension; does nothing until the engine is closing."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.closing_since: float | None = None
        self.timer: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> QuickStop:
        """Scrapy's constructor."""
        stop = cls(crawler)
        crawler.signals.connect(stop.look, signals.spider_opened)
        crawler.signals.connect(stop.closed, signals.spider_closed)
        return stop

    def look(self) -> None:
        """See whether the engine is closing, and for how long."""
        if is_closing(self.crawler):
            now = time.monotonic()
            self.closing_since = self.closing_since or now
            if requests_in_progress(self.crawler) and now - self.closing_since >= GRACE_S:
                self.let_go()
                return
        self.timer = call_later(LOOK_EVERY_S, self.look)

    def let_go(self) -> None:
        """End the wait: the requests in progress go back to the frontier."""
        number = len(requests_in_progress(self.crawler))
        logger.info("letting go of %d requests that do not end; the next run fetches them", number)
        if (frontier := as_frontier(self.crawler.engine.scheduler)) is not None:
            frontier.abandon()
        forget_requests_in_progress(self.crawler)

    def closed(self) -> None:
        """The spider is closed: stop looking."""
        if self.timer is not None:
            self.timer.cancel()
