"""Python's garbage collector, set up for a crawl: fewer rounds, and one more for each 16 MiB of responses.

In a crawl most objects live long, and few are part of a cycle. So the rounds skip everything that is loaded at the
start (gc.freeze), and a young generation has 10,000 objects instead of 700. Larger generations save no more time, and
keep dead responses, which are part of cycles, in memory (docs/performance.md). The collector counts objects and not
bytes, so a few huge pages would stay for long. Received bytes therefore start a round too.
"""

from __future__ import annotations

import gc
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.settings import BaseSettings

from snapshot_crawler.runs.memory import ask_for_large_pages, return_large_blocks

Thresholds = tuple[int, int, int]
BYTES_A_ROUND = 16 * 2**20  # of response bodies; by choice: 600 pages of 27 KiB


def thresholds_of(settings: BaseSettings) -> Thresholds | None:
    """The setting GC_THRESHOLDS; None where it is empty, which leaves Python's own."""
    numbers = [int(number) for number in settings.getlist("GC_THRESHOLDS")]
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None


def spare_the_start(settings: BaseSettings) -> None:
    """Called by `scrapy crawl` before it imports what a crawl needs: the same for the start itself, whose objects all
    stay. The process is the run's own, so nothing is put back."""
    if (thresholds := thresholds_of(settings)) is not None:
        gc.freeze()
        gc.set_threshold(*thresholds)


class GarbageRounds:
    """Setting: GC_THRESHOLDS, three numbers for gc.set_threshold; empty leaves Python's own."""

    def __init__(self, thresholds: Thresholds) -> None:
        self.thresholds = thresholds
        self.before = gc.get_threshold()
        self.received = 0  # bytes since the last round

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's hook."""
        if (thresholds := thresholds_of(crawler.settings)) is None:
            raise NotConfigured("GC_THRESHOLDS is empty")
        extension = cls(thresholds)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.response_received, signals.response_received)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """Exclude the loaded modules and components from all rounds."""
        self.before = gc.get_threshold()
        return_large_blocks()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*self.thresholds)
        ask_for_large_pages()

    def response_received(self, response: Response) -> None:
        """Start a round when enough bytes were received since the last one."""
        self.received += len(response.body)
        if self.received > BYTES_A_ROUND:
            self.received = 0
            gc.collect()
            ask_for_large_pages()  # of what came since

    def spider_closed(self) -> None:
        """Restore the collector's settings: another crawl may follow in this process."""
        gc.set_threshold(*self.before)
        gc.unfreeze()
