"""What a callback yields comes to the same by the short way as by Scrapy's own."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider, signals
from scrapy.core.scraper import Scraper
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.runs.yielded import OUTPUTS_IN_A_ROW, Layers, YieldedInLine

ROOM = "tests.runs.test_yielded"
URL = "http://a.example/"


class Doubles:
    """Yields each item twice, and tells its end."""

    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        for output in result:
            yield output
            if isinstance(output, dict):
                yield {**output, "again": True}
        yield {"end": response.url}

    async def process_spider_output_async(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for output in result:
            yield output
            if isinstance(output, dict):
                yield {**output, "again": True}
        yield {"end": response.url}


class RaisesAtSeven:
    """Raises when item 7 comes by."""

    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        for output in result:
            if output == {"n": 7}:
                raise LookupError("seven")
            yield output

    async def process_spider_output_async(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for output in result:
            if output == {"n": 7}:
                raise LookupError("seven")
            yield output


class Recovers:
    """Has outputs of its own in the place of a LookupError."""

    def process_spider_exception(self, response: Response, exception: Exception) -> Any:
        return [{"instead": str(exception)}, Request(URL + "instead")] if isinstance(exception, LookupError) else None


class RefusesInput:
    """Does not let the callback see the page."""

    def process_spider_input(self, response: Response) -> None:
        raise LookupError("not this one")


class CoroutinesOnly:
    """A middleware that has async generators alone."""

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for output in result:
            yield output


class Pipeline:
    """Refuses item 5."""

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        if item.get("n") == 5:
            raise DropItem("five")
        return item


class WaitingPipeline(Pipeline):
    async def process_item(self, item: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]
        await asyncio.sleep(0)
        return super().process_item(item)


class Callbacks(Spider):
    name = "callbacks"

    def some(self, response: Response) -> Iterator[Any]:
        for number in range(OUTPUTS_IN_A_ROW + 2):
            yield {"n": number}
            yield Request(f"{URL}{number}")
            yield None

    def raises(self, response: Response) -> Iterator[Any]:
        yield {"n": 1}
        raise ValueError("half-way")

    def raises_at_once(self, response: Response) -> Any:
        raise ValueError("no generator")

    def nothing(self, response: Response) -> None:
        return None

    def one(self, response: Response) -> dict[str, Any]:
        return {"n": 1}

    def lookup(self, response: Response) -> Iterator[Any]:
        yield {"n": 2}
        raise LookupError("in the callback")

    async def once(self, response: Response) -> list[Any]:
        await asyncio.sleep(0)
        return [{"n": 4}, Request(URL + "once")]

    async def waits(self, response: Response) -> AsyncIterator[Any]:
        await asyncio.sleep(0)
        yield {"n": 3}
        yield Request(URL + "waits")


def told(callback: str, middlewares: list[type], *, quick: bool, pipeline: type = Pipeline) -> tuple[list[Any], bool]:
    """What came of a page, in its order; whether the short way was taken."""
    settings = {
        "SPIDER_MIDDLEWARES": {f"{ROOM}.{kind.__name__}": 100 + place for place, kind in enumerate(middlewares)},
        "ITEM_PIPELINES": {f"{ROOM}.{pipeline.__name__}": 100},
        "CONCURRENT_ITEMS": 1,  # so that Scrapy's own order is that of the callback
        "TWISTED_REACTOR_ENABLED": False,
    }
    events: list[Any] = []

    async def scrape() -> bool:
        crawler: Any = get_crawler(Callbacks, settings)
        crawler.spider = spider = Callbacks()
        scraper = Scraper(crawler)
        crawler.engine = SimpleNamespace(crawl=lambda request: events.append(request.url), scraper=scraper)

        def heard(event: str) -> Callable[..., None]:
            return lambda **named: events.append((event, repr(named.get("item") or named.get("failure"))))

        receivers = [heard(name) for name in ("item_scraped", "item_dropped", "spider_error")]
        for receiver, name in zip(receivers, ("item_scraped", "item_dropped", "spider_error"), strict=True):
            crawler.signals.connect(receiver, getattr(signals, name))
        await scraper.open_spider_async()
        if quick:
            YieldedInLine.from_crawler(crawler).spider_opened()
        request = Request(URL, callback=getattr(spider, callback))
        response = Response(URL, request=request)
        await scraper.enqueue_scrape(response, request).asFuture(asyncio.get_running_loop())
        assert scraper.slot is not None and scraper.slot.is_idle()
        return isinstance(scraper.spidermw, Layers)

    return events, asyncio.run(scrape())


CASES = [
    [],
    [Doubles],
    [Doubles, RaisesAtSeven],
    [RaisesAtSeven, Doubles],
    [Recovers, Doubles, RaisesAtSeven],
    [Doubles, Recovers, RaisesAtSeven, Doubles],
    [RaisesAtSeven, Recovers],
    [Recovers, RefusesInput, Doubles],
    [RefusesInput],
]
CALLBACKS = ["some", "raises", "raises_at_once", "nothing", "one", "lookup", "once", "waits"]


@pytest.mark.parametrize("callback", CALLBACKS)
@pytest.mark.parametrize("middlewares", CASES, ids=lambda case: " ".join(kind.__name__ for kind in case) or "none")
def test_the_same_comes_of_a_page(callback: str, middlewares: list[type]) -> None:
    ours, is_quick = told(callback, middlewares, quick=True)
    scrapys, is_quick_too = told(callback, middlewares, quick=False)
    assert is_quick and not is_quick_too
    assert ours == scrapys
    assert ours or callback == "nothing"


@pytest.mark.parametrize("middlewares", [[CoroutinesOnly], [Doubles, CoroutinesOnly]])
def test_a_middleware_of_coroutines_alone_is_called_by_scrapy(middlewares: list[type]) -> None:
    ours, is_quick = told("some", middlewares, quick=True)
    assert not is_quick
    assert ours == told("some", middlewares, quick=False)[0] != []


def test_pipelines_that_wait_do_it_side_by_side_as_in_scrapy() -> None:
    assert told("some", [], quick=True, pipeline=WaitingPipeline) == (
        told("some", [], quick=False, pipeline=WaitingPipeline)[0],
        False,
    )


def test_a_generator_that_returns_a_value_is_told_of_once() -> None:
    class Returns(Callbacks):
        def parse(self, response: Response) -> Any:
            yield {"n": 1}
            return 1

    async def scrape() -> None:
        crawler: Any = get_crawler(Returns, {"TWISTED_REACTOR_ENABLED": False})
        crawler.spider = Returns.from_crawler(crawler)
        scraper = Scraper(crawler)
        crawler.engine = SimpleNamespace(scraper=scraper)
        await scraper.open_spider_async()
        YieldedInLine.from_crawler(crawler).spider_opened()
        for is_first in (True, False):
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                request = Request(URL, callback=crawler.spider.parse)
                response = Response(URL)
                await scraper.enqueue_scrape(response, request).asFuture(asyncio.get_running_loop())
            assert ["return" in str(each.message) for each in warned] == [True] * is_first
            assert response.request is request

    asyncio.run(scrape())
