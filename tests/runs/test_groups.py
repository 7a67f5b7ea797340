"""Answers that are there together are read together, then dealt with together; nobody waits for one that is not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.core.scraper import Scraper
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.runs.groups import MOST_BYTES, MOST_PAGES, TURNS
from snapshot_crawler.runs.receivers import Receivers
from snapshot_crawler.runs.yielded import OUTPUTS_IN_A_ROW, YieldedInLine

URL = "http://a.example/"
LONGEST_S = 60
MANY = 10_000
AT_ONCE = 16


class Told(Spider):
    """Tells when a page is read, and what its callback has yielded so far."""

    name = "told"

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.events: list[str] = []
        self.yielded = 0

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        name = response.url.removeprefix(URL)
        self.events.append(f"read {name}")
        if name == "bad":
            raise ValueError("no page")
        if name == "last":
            raise CloseSpider("enough")
        for _ in range(MANY if name == "endless" else 1):
            self.yielded += 1
            yield {"page": name, "yielded": self.yielded}
        yield Request(f"{URL}after/{name}")


class Pipeline:
    """Tells of each item; those of the page `slow` wait until they are let go, as an awaitable."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Pipeline:
        return cls(crawler)

    def process_item(self, item: dict[str, Any]) -> Any:
        spider = self.crawler.spider
        if item["page"] == "endless":
            assert spider.yielded - item["yielded"] <= OUTPUTS_IN_A_ROW
            return item
        spider.events.append(f"item {item['page']}")
        return self._wait(item) if item["page"] == "slow" else item

    async def _wait(self, item: dict[str, Any]) -> dict[str, Any]:
        await self.crawler.engine.let_go.wait()
        return item


Work = Callable[[Callable[..., asyncio.Future[Any]], Any], Awaitable[None]]


def scraped(work: Work) -> list[str]:
    """What was told while answers were given to the scraper as work says."""
    events: list[str] = []

    async def run() -> None:
        settings = {
            "ITEM_PIPELINES": {Pipeline: 100},
            "ITEM_PROCESSOR": "snapshot_crawler.pipelines.line.PipelinesInLine",
            "CONCURRENT_REQUESTS": AT_ONCE,
            "TWISTED_REACTOR_ENABLED": False,
        }
        crawler: Any = get_crawler(Told, settings)
        crawler.signals = Receivers(crawler)
        crawler.spider = Told.from_crawler(crawler)
        crawler.spider.events = events
        engine = crawler.engine = SimpleNamespace(let_go=asyncio.Event(), downloader=SimpleNamespace(active=set()))

        async def close_spider_async(reason: str) -> None:
            events.append(f"close {reason}")

        engine.close_spider_async = close_spider_async
        engine.crawl = lambda request: events.append(f"crawl {request.url.removeprefix(URL)}")
        scraper = engine.scraper = Scraper(crawler)
        await scraper.open_spider_async()
        YieldedInLine.from_crawler(crawler).spider_opened()
        assert scraper.enqueue_scrape.__self__.__class__ is YieldedInLine

        def answer(name: str, size: int = 0) -> asyncio.Future[Any]:
            request = Request(URL + name)
            given = scraper.enqueue_scrape(Response(request.url, body=b" " * size), request)
            return given.asFuture(asyncio.get_running_loop())

        async with asyncio.timeout(LONGEST_S):
            await work(answer, engine)
            assert not scraper.slot.needs_backout()
        assert scraper.slot is not None and scraper.slot.is_idle()

    asyncio.run(run())
    return events


def told(*names: str) -> list[str]:
    """What is told of a group."""
    read = [f"read {name}" for name in names]
    return read + [event for name in names for event in (f"item {name}", f"crawl after/{name}")]


def test_pages_that_are_there_together_are_read_in_a_row_and_then_dealt_with_in_a_row() -> None:
    async def work(answer: Any, _engine: Any) -> None:
        await asyncio.gather(*map(answer, "abc"))

    assert scraped(work) == told(*"abc")


def test_a_group_has_eight_pages_at_most() -> None:
    names = [f"{number:02}" for number in range(2 * MOST_PAGES + 1)]

    async def work(answer: Any, _engine: Any) -> None:
        await asyncio.gather(*map(answer, names))

    groups = [names[:MOST_PAGES], names[MOST_PAGES : 2 * MOST_PAGES], names[2 * MOST_PAGES :]]
    assert scraped(work) == [event for group in groups for event in told(*group)]


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ([MOST_BYTES // 2] * 3, ["ab", "c"]),
        ([3 * MOST_BYTES, 1, 1], ["a", "bc"]),
        ([1, 3 * MOST_BYTES, 1], ["a", "b", "c"]),
    ],
)
def test_a_group_has_a_bound_in_bytes(sizes: list[int], groups: list[str]) -> None:
    async def work(answer: Any, _engine: Any) -> None:
        await asyncio.gather(*map(answer, "abc", sizes))

    assert scraped(work) == [event for group in groups for event in told(*group)]


def test_a_page_alone_is_done_before_another_one_comes() -> None:
    async def work(answer: Any, _engine: Any) -> None:
        await answer("a")
        await answer("b")

    assert scraped(work) == told("a") + told("b")


def test_what_comes_while_a_group_is_at_work_goes_together_after_it() -> None:
    async def work(answer: Any, _engine: Any) -> None:
        first = [answer("a"), answer("b")]
        for _ in range(TURNS):
            await asyncio.sleep(0)
        later = [answer("c")]
        await asyncio.sleep(0)
        later.append(answer("d"))
        await asyncio.gather(*first, *later)

    assert scraped(work) == told(*"ab") + told(*"cd")


def test_an_error_in_one_page_touches_no_other() -> None:
    async def work(answer: Any, _engine: Any) -> None:
        await asyncio.gather(*map(answer, ["a", "bad", "b"]))

    assert scraped(work) == ["read a", "read bad", "read b", *told(*"ab")[2:]]


def test_a_page_that_ends_the_crawl_takes_no_page_of_its_group_along() -> None:
    async def work(answer: Any, _engine: Any) -> None:
        await asyncio.gather(*map(answer, ["a", "last", "b"]))

    events = scraped(work)
    assert [event for event in events if event != "close enough"] == ["read a", "read last", "read b", *told(*"ab")[2:]]
    assert "close enough" in events


def test_a_pipeline_that_waits_holds_up_its_own_page_alone() -> None:
    async def work(answer: Any, engine: Any) -> None:
        slow = answer("slow")
        await asyncio.gather(answer("a"), answer("b"))
        await answer("c")
        assert not slow.done()
        engine.let_go.set()
        await slow

    events = scraped(work)
    assert events[-1] == "crawl after/slow"
    assert events[:-1] == ["read slow", "read a", "read b", "item slow", *told(*"ab")[2:], *told("c")]


def test_a_callback_with_many_items_is_not_read_far_ahead_of_the_pipelines() -> None:
    async def work(answer: Any, _engine: Any) -> None:
        await asyncio.gather(answer("endless"), answer("a"))

    assert scraped(work) == ["read endless", "read a", "item a", "crawl after/a", "crawl after/endless"]


def test_answers_that_wait_count_as_requests_that_are_under_way() -> None:
    async def work(answer: Any, engine: Any) -> None:
        backs_out = engine.scraper.slot.needs_backout
        engine.downloader.active.update(range(AT_ONCE - 3))
        answers = [answer("slow"), answer("b")]
        assert not backs_out()
        for _ in range(TURNS):
            await asyncio.sleep(0)
            assert not backs_out()
        engine.let_go.set()
        await asyncio.gather(*answers)
        answers = [answer(name) for name in "cde"]
        await asyncio.sleep(0)
        assert backs_out()
        await asyncio.gather(*answers)

    assert scraped(work)


def test_answers_in_slow_pipelines_do_not_keep_the_crawl_from_asking_for_more() -> None:
    async def work(answer: Any, engine: Any) -> None:
        engine.downloader.active.update(range(AT_ONCE - 1))
        slow = answer("slow")
        await answer("a")
        assert not slow.done() and not engine.scraper.slot.needs_backout()
        engine.let_go.set()
        await slow

    assert scraped(work)
