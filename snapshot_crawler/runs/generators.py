"""Async generators, no longer registered with the event loop while a crawl runs: about fifty of them a page.

An event loop keeps every async generator in a WeakSet, for shutdown_asyncgens(), which asyncio.run() calls at its end.
Scrapy's loop is run by Twisted's reactor, or by Scrapy itself, and the spider's output is always read to its end or
closed. The registering and forgetting took 4 % of a crawl (docs/performance.md). The loop's other hook stays: a
generator that is dropped half-way is closed as before.
"""

from __future__ import annotations

import sys
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler


class UnregisteredGenerators:
    """Takes the hook of the running loop away, and puts it back when the spider is closed."""

    def __init__(self) -> None:
        self.hook: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's hook."""
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """From now on no generator is registered."""
        self.hook = sys.get_asyncgen_hooks().firstiter
        sys.set_asyncgen_hooks(firstiter=None)

    def spider_closed(self) -> None:
        """Another crawl may follow in this process."""
        if sys.get_asyncgen_hooks().firstiter is None:
            sys.set_asyncgen_hooks(firstiter=self.hook)
