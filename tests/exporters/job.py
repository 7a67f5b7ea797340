"""A job without a network: the real frontier, exporter and de-duplicating pipeline, pages that the test answers.

A run is killed by dropping all that it has not committed, which is what a kill -9 leaves.
"""

from __future__ import annotations

import asyncio
import bz2
import csv
import gzip
import json
import lzma
import marshal
import pickle
import sys
from collections.abc import Iterable
from io import BytesIO
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

from scrapy import Request, Spider, signals
from scrapy.exceptions import DropItem
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from snapshot_crawler import datadir
from snapshot_crawler import settings as project
from snapshot_crawler.exporters.feed import DurableFeedExporter
from snapshot_crawler.frontier.scheduler import FrontierScheduler
from snapshot_crawler.pipelines.deduplicate import DeduplicatePipeline

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


NUMBERS = count()  # of runs: they are named by process and second, and the tests are faster


class Daily(Spider):
    """A plain spider; each page has one item."""

    name = "daily"


class Run:
    """One run of the job: `async with` opens it; it is closed at the end, or killed."""

    def __init__(
        self, root: Path, feeds: dict[str, Any], *, full: Any = None, parts: str = "", **settings: Any
    ) -> None:
        """parts: a letter for each item of a page, where a page has several, with addresses of their own."""
        self.parts = parts
        names = ("FEED_EXPORTERS", "FEED_STORAGES", "FEED_EXPORT_ENCODING")
        values = {name: getattr(project, name) for name in names} | {"DATA_DIR": str(root), "FEEDS": feeds} | settings
        self.crawler = get_crawler(Daily, values | {"EXTENSIONS_BASE": {}})
        self.crawler.settings.frozen = False  # as it is while Scrapy makes the extensions
        self.crawler.spider = Daily(**({} if full is None else {"full": full}))
        datadir._of_crawler[self.crawler] = datadir.DataDir(root, "daily", f"daily-{next(NUMBERS):03}")
        self.engine = SimpleNamespace(_slot=None, spider=self.crawler.spider, scheduler=None)
        self.crawler.engine = self.engine  # type: ignore[assignment]
        self.exporter = DurableFeedExporter.from_crawler(self.crawler)
        self.pipeline = DeduplicatePipeline.from_crawler(self.crawler)
        self.scheduler = self.engine.scheduler = FrontierScheduler.from_crawler(self.crawler)
        self.is_killed = False

    async def __aenter__(self) -> Run:
        self.engine._slot = SimpleNamespace(inprogress=set(), nextcall=SimpleNamespace(schedule=lambda: None))
        self.scheduler.open(self.crawler.spider)  # type: ignore[arg-type]
        self.pipeline.open_spider()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.is_killed:
            return
        self.scheduler.close("finished" if kind is None else "shutdown")
        await self.crawler.signals.send_catch_log_async(
            signals.spider_closed, spider=self.crawler.spider, reason="finished"
        )

    def add(self, names: Iterable[str]) -> None:
        """Links to pages."""
        for name in names:
            self.scheduler.enqueue_request(Request(f"https://h.example/{name}"))

    def crawl(self, most: int = 1000, *, text: str = "", commit_every: int = 1) -> int:
        """Answer pages, one after the other; how many there were."""
        for number in range(most):
            request = self.scheduler.next_request()
            if request is None:
                return number
            self.engine._slot.inprogress.add(request)
            response = HtmlResponse(request.url, request=request)
            self.crawler.signals.send_catch_log(
                signals.response_received, response=response, request=request, spider=self.crawler.spider
            )
            self.item(request, response, text)
            self.engine._slot.inprogress.discard(request)
            if number % commit_every == commit_every - 1:
                self.scheduler._acknowledge_finished()
                self.scheduler.commit()
        return most

    def item(self, request: Request, response: HtmlResponse, text: str) -> None:
        """What the page brings."""
        for part in self.parts or [""]:
            url = f"{request.url}{part}"
            name = url.rpartition("/")[2]
            item = {"url": url, "title": f"title {name}", "body": f"{name}, one, line\n\nof many {text}" * 9}
            try:
                self.pipeline.process_item(item)
            except DropItem:
                continue
            self.crawler.signals.send_catch_log(
                signals.item_scraped, item=item, response=response, spider=self.crawler.spider
            )

    def kill(self) -> None:
        """As kill -9: nothing more is written, all files and locks are let go."""
        self.is_killed = True
        if self.scheduler.timer is not None:
            self.scheduler.timer.cancel()
        self.scheduler.store.close()
        for slot in self.exporter.slots:
            if slot.file is not None:
                getattr(slot.file, "file", slot.file).close()
        for output in self.scheduler.ledger.outputs:
            output.file.close()  # type: ignore[attr-defined]
        self.scheduler.ledger.close()
        if self.pipeline.index is not None:
            self.pipeline.index.close()


def crawl(run: Run, names: Iterable[str] = (), *, most: int = 1000, kill: bool = False, text: str = "") -> int:
    """A whole run: links, pages, and its end; how many pages were fetched."""

    async def all_of_it() -> int:
        async with run:
            run.add(names)
            number = run.crawl(most, text=text)
            if kill:
                run.crawl(1, text=text, commit_every=9)  # one that is not committed
                run.kill()
            return number

    return asyncio.run(all_of_it())


def names_in(path: Path) -> list[str]:
    """The names of the pages whose items a file of any format holds, in its order. Fails for a file that is broken."""
    data, name = path.read_bytes(), path.name
    for suffix, unpack in (
        (".gz", gzip.decompress),
        (".zst", zstd.decompress),
        (".bz2", bz2.decompress),
        (".xz", lzma.decompress),
    ):
        if name.endswith(suffix):
            data, name = unpack(data) if data else b"", name.removesuffix(suffix)
    return [record["url"].rpartition("/")[2] for record in READERS[name.rpartition(".")[2]](data)]


def _lines(data: bytes) -> list[dict[str, str]]:
    return [json.loads(line) for line in data.splitlines()]


def _xml(data: bytes) -> list[dict[str, str]]:
    root = ElementTree.fromstring(data)  # noqa: S314 - our own
    return [{field.tag: field.text or "" for field in item} for item in root]


def _stream(load: Any) -> Any:
    def read(data: bytes) -> list[dict[str, str]]:
        file, found = BytesIO(data), []
        while file.tell() < len(data):
            found.append(load(file))
        return found

    return read


READERS: dict[str, Any] = {
    "jsonl": _lines,
    "json": json.loads,
    "csv": lambda data: list(csv.DictReader(data.decode().splitlines(keepends=True))),
    "xml": _xml,
    "pickle": _stream(pickle.load),
    "marshal": _stream(marshal.load),
}
