"""Keep out what was taken down: an item in, the same item out, unless a tombstone has its address or its text.

Before quarantine, which writes whole texts. Items of plain spiders are judged too, as far as they have an address, or
title and body. The rejected file has a line with the item's address and the reason `taken-down`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from snapshot_crawler.dedup.tombstones import REASON, Tombstone, Tombstones
from snapshot_crawler.pipelines.deduplicate import candidate_of


class TakenDown(DropItem):
    """An article that was taken down, or a copy of its text. reason, details: what the rejected file shows."""

    def __init__(self, tombstone: Tombstone, *, is_copy: bool) -> None:
        self.reason = REASON
        what = "a copy of what was taken down" if is_copy else "taken down"
        self.details: dict[str, object] = {"detail": f"{what} on {tombstone.day}", "tombstone": tombstone.id}
        super().__init__(f"{REASON}: {tombstone.id}")


class TakenDownPipeline:
    """See the module's first lines."""

    def __init__(self, tombstones: Tombstones) -> None:
        self.tombstones = tombstones

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor. Raises StateError for tombstones that cannot be read."""
        pipeline = cls(Tombstones(Path(crawler.settings["DATA_DIR"]), crawler.settings))
        pipeline.tombstones.all()
        crawler.signals.connect(pipeline.tombstones.close, signals.engine_stopped)
        return pipeline

    def process_item(self, item: Any) -> Any:
        """The item. Raises TakenDown."""
        if not self.tombstones.all() or not ItemAdapter.is_item(item):
            return item
        adapter = ItemAdapter(item)
        name, url = adapter.get("id"), adapter.get("url")
        found = self.tombstones.of_name(*(each if isinstance(each, str) else None for each in (name, url)))
        if found is not None:
            raise TakenDown(found, is_copy=False)
        article = candidate_of(adapter)
        if article is not None and (found := self.tombstones.of_text(article)) is not None:
            raise TakenDown(found, is_copy=True)
        return item
