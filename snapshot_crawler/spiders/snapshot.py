"""The spider for news-snapshot sites, all of them: `scrapy crawl snapshot -a start=URL`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snapshot_crawler.pages.kinds import PAGE_LIST_KINDS
from snapshot_crawler.spiders.news import NewsSpider

if TYPE_CHECKING:
    from snapshot_crawler.pages.page import Page, Reading


class SnapshotSpider(NewsSpider):
    """Snapshot pages are known by their labels, so no page is guessed at: it is a snapshot, a list, or nothing."""

    name = "snapshot"
    timezone = "Asia/Shanghai"

    def read(self, page: Page, kind: str) -> Reading | None:
        """A snapshot wherever its labels stand; else a list, where the link promised one."""
        from snapshot_crawler.pages.snapshot.reader import read_snapshot

        return read_snapshot(page) or (self.read_listing(page) if kind in PAGE_LIST_KINDS else None)
