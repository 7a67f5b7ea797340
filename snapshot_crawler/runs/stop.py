"""A stop that keeps its time: after SIGTERM, what hangs or waits is let go and stays pending in the frontier.

Scrapy waits for every request in progress, for those in a delayed queue too; with a delay of a minute, or a server
that drips, that takes longer than any service manager waits before it kills.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import call_later

from snapshot_crawler.frontier.door import as_frontier

logger = logging.getLogger(__name__)

GRACE_S = 5.0  # for downloads that are under way when the stop is asked for
LOOK_EVERY_S = 0.25


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
        slot = self.crawler.engine._slot
        if slot is not None and slot.closing is not None:
            now = time.monotonic()
            self.closing_since = self.closing_since or now
            if slot.inprogress and now - self.closing_since >= GRACE_S:
                self.let_go(slot)
                return
        self.timer = call_later(LOOK_EVERY_S, self.look)

    def let_go(self, slot: Any) -> None:
        """End the wait: the requests in progress go back to the frontier."""
        logger.info("letting go of %d requests that do not end; the next run fetches them", len(slot.inprogress))
        if (frontier := as_frontier(slot.scheduler)) is not None:
            frontier.abandon()
        slot.inprogress.clear()
        slot._maybe_fire_closing()

    def closed(self) -> None:
        """The spider is closed: stop looking."""
        if self.timer is not None:
            self.timer.cancel()
