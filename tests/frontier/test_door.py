"""Who asks for the frontier gets it where the crawl has one, and None elsewhere."""

from __future__ import annotations

from types import SimpleNamespace

from scrapy import Spider
from scrapy.core.scheduler import Scheduler
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler

from snapshot_crawler.frontier.door import frontier_of
from snapshot_crawler.frontier.scheduler import FrontierScheduler


def crawler_with(scheduler: type) -> Crawler:
    crawler = get_crawler(Spider)
    crawler.spider = Spider.from_crawler(crawler, name="any")
    crawler.engine = SimpleNamespace(scheduler=scheduler.from_crawler(crawler))  # type: ignore[attr-defined, assignment]
    return crawler


def test_our_scheduler_is_the_frontier_and_scrapys_is_none() -> None:
    ours = crawler_with(FrontierScheduler)
    assert ours.engine is not None and frontier_of(ours) is ours.engine.scheduler
    assert frontier_of(crawler_with(Scheduler)) is None


def test_before_a_crawl_starts_there_is_none() -> None:
    assert frontier_of(Crawler(Spider)) is None
