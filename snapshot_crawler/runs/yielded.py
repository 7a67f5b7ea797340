"""An answer's way through the spider: it goes in; requests and items that its callback yields go to their places.

A callback that is no coroutine yields its requests and items from a plain generator. Scrapy makes async generators of
it, three for each middleware, and five tasks with a queue, so that four items of a page may be in the pipelines at the
same time. Here the middlewares' own plain generators are put around the callback's, in the same order, and each output
is dealt with when it comes. docs/performance.md has what that saves.

Answers that are there at the same time go in groups (groups.py): first the callbacks of all, then what each has
yielded. Those that wait count as requests under way, so that a crawl that is bound by its processor asks for no more
than it can use soon: each page that was asked for is one that a kill makes the next run fetch again.

An answer is one task and one Deferred, for which Scrapy takes two of each. Whether a callback is a generator that
returns a value, of which Scrapy warns, is looked up once for each callback and not for each page.

Scrapy's way is taken, as before: for a callback that is a coroutine; for all pages, where a middleware has async
generators only, or a pipeline's process_item is a coroutine and gains by waiting side by side.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from functools import partial
from inspect import isasyncgenfunction, iscoroutinefunction
from types import GeneratorType
from typing import Any, Self

from scrapy import Request, signals
from scrapy.core.spidermw import SpiderMiddlewareManager
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.deprecate import argument_is_required
from scrapy.utils.misc import warn_on_generator_with_return_value
from scrapy.utils.python import global_object_name
from scrapy.utils.spider import iterate_spider_output
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from snapshot_crawler.runs.groups import Groups, let_read_and_write
from snapshot_crawler.scrapy_internals import requests_in_downloader, scraper_of

logger = logging.getLogger(__name__)

Scrape = Callable[[Response | Failure, Request], Coroutine[Any, Any, Any]]
Layer = Callable[..., Iterable[Any]]  # a middleware's process_spider_output
# Outputs that are taken from a callback, and held, before they are dealt with: as many as Scrapy takes before the event
# loop gets its turn (twice CONCURRENT_ITEMS)
OUTPUTS_IN_A_ROW = 8


class YieldedInLine:
    """An extension. It sets itself in the place of methods of the engine's scraper when the spider is opened."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.looked_at: set[Any] = set()  # functions of callbacks
        self.groups = Groups()
        self.tasks: set[asyncio.Task[None]] = set()
        self.unread: set[Request] = set()  # whose answers are here, and wait for the callback
        self.most_at_once = crawler.settings.getint("CONCURRENT_REQUESTS")

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
        self.by_scrapy, self.call_by_scrapy = self.scraper.handle_spider_output_async, self.scraper.call_spider_async
        self.scraper.enqueue_scrape = self.enqueue
        self.needs_backout_by_scrapy = self.scraper.slot.needs_backout
        self.scraper.slot.needs_backout = self.needs_backout
        self.scraper.call_spider_async = self.call_spider
        self.scraper.handle_spider_output_async = self.handle_output

    def needs_backout(self) -> bool:
        """In the place of the slot's method: whether the engine is to send nothing more for now. Answers that are here
        and not read yet count as requests, so that a crawl without time for them asks for no more."""
        unread = len(self.unread)
        if unread and 0 < self.most_at_once <= len(requests_in_downloader(self.crawler)) + unread:
            return True
        return bool(self.needs_backout_by_scrapy())

    def enqueue(self, result: Response | Failure, request: Request) -> Deferred[None]:
        """In the place of Scraper.enqueue_scrape: the engine's call; it waits for the end of what is begun here."""
        slot = self.scraper.slot
        if slot is None:
            raise RuntimeError("Scraper slot not assigned")
        slot.add_response_request(result, request)
        slot.next_response_request_deferred()  # it never waits
        done: Deferred[None] = Deferred()
        if isinstance(result, Failure):
            self._begin(result, request, done)
        else:
            self.unread.add(request)
            self.groups.add(partial(self._begin, result, request, done), len(result.body))
        return done

    def _begin(self, result: Response | Failure, request: Request, done: Deferred[None]) -> None:
        task = asyncio.ensure_future(self._scrape(result, request, done))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _scrape(self, result: Response | Failure, request: Request, done: Deferred[None]) -> None:
        try:
            await self.scraper._scrape(result, request)
        except Exception:
            extra = {"spider": self.crawler.spider}
            logger.error("Scraper bug processing %(request)s", {"request": request}, exc_info=True, extra=extra)
        finally:
            self.unread.discard(request)
            self.scraper.slot.finish_response(result, request)
            self.scraper._check_if_closing()
            done.callback(None)

    async def call_spider(self, result: Response | Failure, request: Request) -> Any:
        """In the place of Scraper.call_spider_async: what the callback gives."""
        spider = self.crawler.spider
        if isinstance(result, Failure) or spider is None:
            return await self.call_by_scrapy(result, request)
        if result.request is None:
            result.request = request
        callback = result.request.callback or spider._parse
        if (function := getattr(callback, "__func__", callback)) not in self.looked_at:
            self.looked_at.add(function)
            warn_on_generator_with_return_value(spider, callback)
        output = callback(result, **result.request.cb_kwargs)
        if type(output) is GeneratorType:
            return output
        name = global_object_name(callback) if isinstance(output, Deferred) else None  # Scrapy warns of it
        return await ensure_awaitable(iterate_spider_output(output), _warn=name)

    async def handle_output(self, outputs: Any, request: Request, response: Response | Failure) -> None:
        """In the place of Scraper.handle_spider_output_async."""
        if not isinstance(outputs, Yielded):
            await self.by_scrapy(outputs, request, response)
            return
        engine = self.crawler.engine
        assert engine is not None
        is_more = True
        while is_more:
            kept, is_more = self._take(outputs, request, response)
            await asyncio.sleep(0)  # the callbacks of the group's other pages
            self.unread.discard(request)
            for output in kept:
                if isinstance(output, Request):
                    engine.crawl(output)
                else:
                    await self.scraper.start_itemproc_async(output, response=response)
        for others in outputs.recovered:
            await self.by_scrapy(others, request, response)

    def _take(self, outputs: Yielded, request: Request, response: Response | Failure) -> tuple[list[Any], bool]:
        """The next outputs of a page, and whether there may be more."""
        kept: list[Any] = []
        while len(kept) < OUTPUTS_IN_A_ROW:
            try:
                output = next(outputs)
            except StopIteration:
                return kept, False
            except Exception:
                self.scraper.handle_spider_error(Failure(), request, response)  # type: ignore[no-untyped-call]
                continue
            if output is not None:
                kept.append(output)
        return kept, True


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
            await let_read_and_write()
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
