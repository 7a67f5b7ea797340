"""The whole way of a page in one process, without a network: bytes in, lines of the output and stored requests out.

decode -> parse -> read (article, snapshot, list, feed) -> the spider's callback -> caps and traps of the links -> scope
and frontier -> clean, validate, de-duplicate -> one line of JSON. The parts are those that a crawl uses, taken from
the project's settings; only the engine between them is left out.
"""

from __future__ import annotations

import contextlib
import gc
import resource
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import _lru_cache_wrapper
from pathlib import Path
from time import thread_time
from types import SimpleNamespace, TracebackType
from typing import Any, Self

from scrapy import Request, signals
from scrapy.exceptions import DropItem, IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from snapshot_crawler.exporters.lines import json_line
from snapshot_crawler.frontier.requests import entry_of
from snapshot_crawler.frontier.sqlite import SqliteStore
from snapshot_crawler.frontier.store import Entry
from snapshot_crawler.middlewares.content import ContentMiddleware
from snapshot_crawler.middlewares.limits import LinksPerPage
from snapshot_crawler.middlewares.redirects import MetaRefreshMiddleware
from snapshot_crawler.middlewares.scope import ScopeMiddleware
from snapshot_crawler.middlewares.traps.middleware import TrapLinksMiddleware, TrapMiddleware
from snapshot_crawler.pages.kinds import FEED_KINDS
from snapshot_crawler.pipelines.clean import CleanPipeline
from snapshot_crawler.pipelines.deduplicate import DeduplicatePipeline
from snapshot_crawler.pipelines.validate import ValidatePipeline
from snapshot_crawler.signals import page_rejected
from snapshot_crawler.spiders.news import NewsSpider
from snapshot_crawler.spiders.snapshot import SnapshotSpider
from tests.linear.shapes import SHAPES, Shape

SPIDERS: dict[str, type[NewsSpider]] = {"news": NewsSpider, "snapshot": SnapshotSpider}
START = "https://news.example/"
SAMPLE = 200  # pieces that the size of one is taken from
GROWN = 8  # how many times larger the large page is
# Times the cost of the small page. Linear is 8, n log n 9.6 at most, quadratic 64. On a busy machine linear ones were
# measured at 15: a large page finds less of what it needs in the processor's cache.
MOST_GROWTH = 20.0
SHORTEST_S = 0.003  # costs below this are noise
MOST_TRIES = 6


@dataclass(slots=True)
class Brought:
    """What came of a page: its article's line, b"" without one; the requests that were stored; why it was refused."""

    line: bytes
    requests: int
    rejected: list[str]


class Way:
    """One crawl's parts on a DATA_DIR: `with Way(folder, "news") as way: way.send(shape, body)`."""

    def __init__(self, folder: Path, spider: str) -> None:
        ours = get_project_settings()
        settings = {name: ours[name] for name in ("LINKS_PER_PAGE_MAX", "STATS_CLASS", "URLLENGTH_LIMIT")}
        settings |= {"DATA_DIR": str(folder), "DUPLICATES": "mark", "TWISTED_REACTOR_ENABLED": False}
        self.crawler = crawler = get_crawler(SPIDERS[spider], settings)
        crawler.spider = self.spider = SPIDERS[spider].from_crawler(crawler, start=START)
        self.rejected: list[str] = []
        crawler.signals.connect(self._note_rejected, signal=page_rejected)
        self.content, self.refresh = (
            ContentMiddleware.from_crawler(crawler),
            MetaRefreshMiddleware.from_crawler(crawler),
        )
        self.traps, self.scope = TrapMiddleware.from_crawler(crawler), ScopeMiddleware.from_crawler(crawler)
        self.caps, self.trap_links = LinksPerPage.from_crawler(crawler), TrapLinksMiddleware.from_crawler(crawler)
        downloader = SimpleNamespace(middleware=SimpleNamespace(middlewares=[self.traps]))
        crawler._engine = engine = SimpleNamespace(_slot=None, downloader=downloader, scheduler=None)
        crawler.engine = engine  # type: ignore[assignment]
        self.store = SqliteStore(folder / "frontier.db")
        self.deduplicate = DeduplicatePipeline.from_crawler(crawler)
        self.pipelines = [CleanPipeline(), ValidatePipeline(), self.deduplicate]

    def __enter__(self) -> Self:
        self.crawler.signals.send_catch_log(signals.spider_opened, spider=self.spider)
        self.deduplicate.open_spider()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.deduplicate.close_spider()
        self.deduplicate.closed()
        self.store.close()

    def _note_rejected(self, reason: str, detail: str | None) -> None:
        self.rejected.append(reason)

    def send(self, kind: str, body: bytes, url: str) -> Brought:
        """A page that came from url, found as kind, all its way."""
        self.rejected = []
        request = Request(url, meta={"discovered_by": {"kind": kind, "url": START}})
        headers = Headers({"Content-Type": "application/xml" if kind in FEED_KINDS else "text/html"})
        response: Any = responsetypes.from_args(headers, url, body=body)(
            url, headers=headers, body=body, request=request
        )
        for middleware in (self.content, self.refresh, self.traps):
            response = middleware.process_response(request, response)
        self.trap_links.process_spider_input(response)
        callback = self.spider.parse_feed if kind in FEED_KINDS else self.spider.parse
        brought = Brought(b"", 0, self.rejected)
        entries: list[Entry] = []
        for output in self.caps.process_spider_output(response, callback(response)):
            if isinstance(output, Request):
                brought.requests += self._follow(output, response, entries)
            else:
                brought.line = self._publish(output)
        self.store.enqueue_all(entries)  # the links of a page go in together, as far as nothing is asked meanwhile
        return brought

    def _follow(self, request: Request, response: Response, entries: list[Entry]) -> bool:
        """The way of a link: to the frontier's entries, and when it comes out again as far as the traps."""
        passed = self.trap_links.get_processed_request(request, response)
        if passed is None:
            return False
        with contextlib.suppress(IgnoreRequest):
            self.scope.process_request(passed)
            entries.append(entry_of(passed, self.spider))
            _run(self.traps.process_request(passed))
            return True
        return False

    def _publish(self, item: Any) -> bytes:
        try:
            for pipeline in self.pipelines:
                item = pipeline.process_item(item)
        except DropItem as refusal:
            self.rejected.append(str(refusal).partition(":")[0])
            return b""
        return json_line(item)


def _run(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine that waits for nothing."""
    with contextlib.suppress(StopIteration):
        coroutine.send(None)
        raise AssertionError("it waits")


def cpu_s() -> float:
    """CPU seconds of this thread, on which all of a page's way runs, and of the process's children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return thread_time() + children.ru_utime + children.ru_stime


def cost_s(way: Way, kind: str, body: bytes, url: str) -> tuple[float, Brought]:
    """CPU seconds of one page's way, as if it were the first of its crawl: nothing is remembered from pages before."""
    for name, module in list(sys.modules.items()):
        if name.startswith("snapshot_crawler"):
            for value in vars(module).values():
                if isinstance(value, _lru_cache_wrapper) and (value.cache_parameters()["maxsize"] or 0) > 1:
                    value.cache_clear()
    gc.collect()
    gc.disable()  # what it costs depends on what else lives in this process
    try:
        before = cpu_s()
        brought = way.send(kind, body, url)
        return cpu_s() - before, brought
    finally:
        gc.enable()


def made(shape: Shape, size: int) -> bytes:
    """A page of the shape, of about so many bytes."""
    one = len(shape.make(1))
    piece = (len(shape.make(1 + SAMPLE)) - one) / SAMPLE
    return shape.make(max(1, round((size - one) / piece)))


@dataclass(slots=True)
class Growth:
    """What a shape costs at two sizes, one GROWN times the other, in seconds of CPU. base_s: that of a page without
    any of its pieces, which is taken off both."""

    small_s: float
    large_s: float
    base_s: float
    large_bytes: int

    @property
    def ratio(self) -> float:
        """How much more the large page costs."""
        return (self.large_s - self.base_s) / max(self.small_s - self.base_s, SHORTEST_S)

    @property
    def is_linear(self) -> bool:
        """Whether the cost grew as the size did, or as size times logarithm, and a bit."""
        return self.ratio <= MOST_GROWTH


class Measure:
    """Measures shapes on one way; every page has an address of its own, so that none is known."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.pages = 0
        self.base_s = float("inf")
        self._base_s()  # what is imported and compiled by the first page is no page's cost

    def _base_s(self) -> float:
        """The least that a page without pieces has cost so far. It is measured with each try: what a busy machine adds
        to it would be taken off the small page, and make any growth look too large."""
        self.base_s = min(self.base_s, self.cost_s(SHAPES["paragraphs"], SHAPES["paragraphs"].make(1)))
        return self.base_s

    def cost_s(self, shape: Shape, body: bytes) -> float:
        """CPU seconds of one page."""
        self.pages += 1
        return cost_s(self.way, shape.kind, body, f"{START}2024/05/01/page{self.pages}.html")[0]

    def growth(self, shape: Shape, size: int) -> Growth:
        """How the cost grows from size to GROWN times size, in bytes.

        The least of several tries counts, for other work on the machine only ever adds; there are more than one only
        while the growth is too large to be believed.
        """
        small, large = made(shape, size), made(shape, size * GROWN)
        growth = Growth(float("inf"), float("inf"), float("inf"), len(large))
        for _ in range(MOST_TRIES):
            growth.large_s = min(growth.large_s, self.cost_s(shape, large))
            for _ in range(2):
                growth.base_s = self._base_s()
                growth.small_s = min(growth.small_s, self.cost_s(shape, small))
            if growth.is_linear:
                break
        return growth

    def times_plain(self, shape: Shape, size: int) -> float:
        """How many times a page costs what as many bytes of plain paragraphs do, measured before and behind it."""
        plain = SHAPES["paragraphs"]
        before_s, cost_s, after_s = (self.cost_s(each, made(each, size)) for each in (plain, shape, plain))
        return 2 * cost_s / (before_s + after_s)
