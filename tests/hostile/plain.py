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
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.utils.project import get_project_settings

from snapshot_crawler.runs.memory import peak_memory_bytes
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


class Job:
    """One crawl of the process, and what comes of it."""

    def __init__(self, wanted: dict[str, Any], *, is_first: bool) -> None:
        self.out = Path(wanted["out"])
        self.items: list[dict[str, Any]] = []
        self.rejected: Counter[str] = Counter()
        settings = get_project_settings()
        settings.setdict(wanted["settings"], priority="cmdline")
        settings.set("ITEM_PIPELINES", {OncePipeline: 1}, priority="cmdline")
        if "SCHEDULER" not in wanted["settings"]:
            settings.set("SCHEDULER", "scrapy.core.scheduler.Scheduler", priority="cmdline")
        settings.set("DUPEFILTER_CLASS", "scrapy.dupefilters.RFPDupeFilter", priority="cmdline")
        self.crawler = Crawler(
            type("Plain", (PlainSpider,), {"starts": wanted["starts"]}), settings, init_reactor=is_first
        )
        self.crawler.signals.connect(self.keep, signal=signals.item_scraped)
        self.crawler.signals.connect(self.count, signal=page_rejected)

    def keep(self, item: dict[str, Any]) -> None:
        self.items.append(item)

    def count(self, reason: str) -> None:
        self.rejected[reason] += 1

    def write(self) -> None:
        stats = {**self.crawler.stats.get_stats(), "peak_memory_bytes": peak_memory_bytes()}
        left = {"items": self.items, "rejected": self.rejected, "stats": stats}
        self.out.write_text(json.dumps(left, default=str))


def main(wanted: list[dict[str, Any]]) -> None:
    """Crawl all jobs at once, and write items and stats of each."""
    jobs = [Job(each, is_first=number == 0) for number, each in enumerate(wanted)]
    process = CrawlerProcess(get_project_settings())
    for job in jobs:
        process.crawl(job.crawler)
    process.start()
    for job in jobs:
        job.write()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
