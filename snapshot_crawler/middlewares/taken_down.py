"""Pages that were taken down are not asked for again: requests go in; those for a tombstone's address are refused.

A downloader middleware. The pipeline keeps a taken-down text out of the output whatever its address is; this one
spares the page's download, and keeps it out of the archive. A tombstone that is made while the crawl is running counts
at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import IgnoreRequest

from snapshot_crawler.dedup.tombstones import REASON, Tombstones
from snapshot_crawler.meta import ROBOTS_TXT
from snapshot_crawler.signals import page_rejected

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class TakenDownMiddleware:
    """See the module's first lines."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.tombstones = Tombstones(Path(crawler.settings["DATA_DIR"]), crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TakenDownMiddleware:
        """Scrapy's constructor."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.tombstones.close, signals.engine_stopped)
        return middleware

    def process_request(self, request: Request) -> None:
        """Let it pass, or raise IgnoreRequest."""
        tombstone = self.tombstones.of_name(None, request.url)
        if tombstone is None or request.meta.get(ROBOTS_TXT):
            return
        detail = f"taken down on {tombstone.day}"
        self.crawler.signals.send_catch_log(
            page_rejected, request=request, reason=REASON, detail=detail, spider=self.crawler.spider
        )
        raise IgnoreRequest(detail)
