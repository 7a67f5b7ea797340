"""Set doubtful articles aside: an item in, the same item out, unless it is a suspect Article.

With SUSPECT = "quarantine" such an article is dropped, and written whole to the run's quarantine file. With "export",
the default, this pipeline is switched off.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import IO, Any

import orjson
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.items import Article

CHOICES = ("export", "quarantine")


class QuarantinePipeline:
    """Writes a suspect Article to the run's quarantine file, and drops it.

    Stats: item_dropped_reasons_count of Scrapy holds them under "suspect: REASON".
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.file: IO[bytes] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> QuarantinePipeline:
        """Scrapy's constructor. Raises ConfigurationError for another value of SUSPECT than those in CHOICES."""
        choice = crawler.settings.get("SUSPECT", "export")
        if choice not in CHOICES:
            raise ConfigurationError(f"SUSPECT={choice!r} is unknown; it takes {' or '.join(CHOICES)}")
        if choice == "export":
            raise NotConfigured
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """The item itself, unless it is a suspect Article."""
        if not isinstance(item, Article) or not item.suspect:
            return item
        if self.file is None:
            path = DataDir.from_crawler(self.crawler).lines("quarantine")
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file = path.open("ab")
        self.file.write(orjson.dumps(asdict(item)) + b"\n")
        self.file.flush()
        raise DropItem(f"suspect: {item.suspect[0]}")

    def close_spider(self) -> None:
        """Scrapy's hook."""
        if self.file is not None:
            self.file.close()
