"""A plain Scrapy spider for the tests of the protections, and the process that runs it.

A page with an <article> is an item, the same text only once; every link is followed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, ClassVar

from scrapy import Request, Spider, signals
from scrapy.crawler import CrawlerProcess
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.utils.project import get_project_settings

from snapshot_crawler.signals import page_rejected


class OncePipeline:
    """Drops an item whose text was there before, as the project's own pipelines do."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        if item["text"] in self.seen:
            raise DropItem("duplicate", log_level="DEBUG")
        self.seen.add(item["text"])
        return item


class PlainSpider(Spider):
    """Follows every link, lists and articles alike."""

    name = "plain"
    starts: ClassVar[list[str]] = []

    async def start(self) -> AsyncIterator[Request]:
        for url in self.starts:
            yield Request(url)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        text = " ".join(response.css("article ::text").getall()).strip()
        if text:
            yield {"url": response.url, "text": text}
        for link in response.css("a"):
            yield response.follow(link)


def main(job: dict[str, Any]) -> None:
    """Crawl, and write items and stats."""
    settings = get_project_settings()
    settings.setdict(job["settings"], priority="cmdline")
    settings.set("ITEM_PIPELINES", {OncePipeline: 1}, priority="cmdline")
    items: list[dict[str, Any]] = []
    rejected: Counter[str] = Counter()
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(type("Plain", (PlainSpider,), {"starts": job["starts"]}))
    crawler.signals.connect(lambda item: items.append(item), signal=signals.item_scraped, weak=False)
    crawler.signals.connect(lambda reason: rejected.update([reason]), signal=page_rejected, weak=False)
    process.crawl(crawler)
    process.start()
    left = {"items": items, "rejected": rejected, "stats": crawler.stats.get_stats()}
    Path(job["out"]).write_text(json.dumps(left, default=str))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
