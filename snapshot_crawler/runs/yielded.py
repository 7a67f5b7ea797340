"""What a page's callback yields, through the spider middlewares and into scheduler and pipelines, with no tasks for it.

A callback that is no coroutine yields its requests and items from a plain generator. Scrapy makes async generators of
it, three for each middleware, and five tasks with a queue, so that four items of a page may be in the pipelines at the
same time. Here the middlewares' own plain generators are put around the callback's, in the same order, and each output
is dealt with when it comes. docs/performance.md has what that saves.

Scrapy's way is taken, as before: for a callback that is a coroutine; for all pages, where a middleware has async
generators only, or a pipeline's process_item is a coroutine and gains by waiting side by side.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any, Self

from scrapy import Request, signals
from scrapy.core.spidermw import SpiderMiddlewareManager
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.deprecate import argument_is_required
from twisted.python.failure import Failure

from snapshot_crawler.scrapy_internals import scraper_of

Scrape = Callable[[Response | Failure, Request], Coroutine[Any, Any, Any]]
Layer = Callable[..., Iterable[Any]]  # a middleware's process_spider_output
OUTPUTS_IN_A_ROW = 8  # as many as Scrapy takes before the event loop gets its turn: twice CONCURRENT_ITEMS


class YieldedInLine:
    """An extension. It sets itself in the place of two methods of the engine's scraper when the spider is opened."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's hook."""
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self) -> None:
        """Take the short way, if all middlewares and pipelines can."""
        self.scraper = scraper_of(self.crawler)
        layers = Layers(*self.scraper.spidermw.middlewares, crawler=self.crawler)
        if not layers.are_plain or any(map(iscoroutinefunction, self.scraper.itemproc.methods["process_item"])):
            return
        self.scraper.spidermw = layers
        self.by_scrapy = self.scraper.handle_spider_output_async
        self.scraper.handle_spider_output_async = self.handle_output

    async def handle_output(self, outputs: Any, request: Request, response: Response | Failure) -> None:
        """In the place of Scraper.handle_spider_output_async."""
        if not isinstance(outputs, Yielded):
            await self.by_scrapy(outputs, request, response)
            return
        engine = self.crawler.engine
        assert engine is not None
        number = 0
        while True:
            try:
                output = next(outputs)
            except StopIteration:
                break
            except Exception:
                self.scraper.handle_spider_error(Failure(), request, response)  # type: ignore[no-untyped-call]
                continue
            if isinstance(output, Request):
                engine.crawl(output)
            elif output is not None:
                await self.scraper.start_itemproc_async(output, response=response)
            number += 1
            if number % OUTPUTS_IN_A_ROW == 0:
                await asyncio.sleep(0)
        for others in outputs.recovered:
            await self.by_scrapy(others, request, response)


class Yielded(Iterator[Any]):
    """The outputs of one page behind all middlewares; recovered: those that a middleware gave for an exception."""

    __slots__ = ("outputs", "recovered")

    def __init__(self) -> None:
        self.outputs: Iterator[Any] = iter(())
        self.recovered: list[AsyncIterator[Any]] = []

    def __next__(self) -> Any:
        return next(self.outputs)


class Layers(SpiderMiddlewareManager):
    """Scrapy's manager of the spider middlewares, with plain generators for callbacks that are no coroutines."""

    def __init__(self, *middlewares: Any, crawler: Crawler) -> None:
        super().__init__(*middlewares, crawler=crawler)
        self.layers: list[tuple[int, Layer]] = []  # with the place of the next one, from the spider outwards
        self.are_plain = True
        for number, method in enumerate(self.methods["process_spider_output"], 1):
            if method is None:
                continue
            plain: Layer = method.__self__.process_spider_output  # type: ignore[attr-defined]  # of a bound method
            if isasyncgenfunction(plain) or argument_is_required(plain, "spider"):
                self.are_plain = False
            self.layers.append((number, plain))

    async def scrape_response_async(self, scrape_func: Scrape, response: Response, request: Request) -> Any:
        """The scraper's call: what the callback yields, behind all middlewares."""
        try:
            outputs = await self._process_spider_input(scrape_func, response, request)
        except Exception as error:
            await asyncio.sleep(0)  # as often as Scrapy lets the event loop read and write before it goes on
            await asyncio.sleep(0)
            return self._process_spider_exception(response, error)
        if isinstance(outputs, AsyncIterator):
            return await self._process_callback_output(response, outputs)
        yielded = Yielded()
        layered = self._guarded(yielded, response, outputs, 0)
        for number, layer in self.layers:
            layered = self._guarded(yielded, response, layer(response=response, result=layered), number)
        yielded.outputs = layered
        return yielded

    def _guarded(self, yielded: Yielded, response: Response, outputs: Iterable[Any], number: int) -> Iterator[Any]:
        """The outputs; an exception goes to the process_spider_exception of the middlewares from this number on."""
        try:
            yield from outputs
        except Exception as error:
            if getattr(error, "_spidermw_unhandled", False):  # Scrapy's own mark: all were asked
                raise
            yielded.recovered.append(self._process_spider_exception(response, error, number))
