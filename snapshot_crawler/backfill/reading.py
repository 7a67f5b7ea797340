"""A spider middleware: the pages of WARC files come in the place of the spider's start requests; no link is followed.

One request stands for one capture, stored in the frontier under its address, file and offset. So a run that was killed
goes on where it was, and a second one finds nothing new. Nothing is read before the files were looked through: the
frontier hands out the captures of a host in the order of their dates, whatever file they are in.

The further parts of an article are looked for among the captures. What a spider yields leaves here with its place, as
the field `archived`; one in a file that had to be unpacked has none.

Stats: warc/files, warc/captures, warc/damaged (parts of files that are no whole record), warc/taken, and
what was left: warc/other-status, warc/not-of-the-site, warc/not-html, warc/other-time, warc/truncated,
warc/revisit-without-original.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xxhash
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.url import url_is_from_spider

from snapshot_crawler.backfill.files import Unpacked, name_of_file, warc_files
from snapshot_crawler.backfill.kinds import READS, WARC
from snapshot_crawler.backfill.selection import Chosen, Place, Scan, Selection
from snapshot_crawler.frontier.door import Frontier, frontier_of
from snapshot_crawler.frontier.requests import key_of_address
from snapshot_crawler.frontier.turns import HostGate, OpenGate
from snapshot_crawler.items import Archived, Article
from snapshot_crawler.meta import ARCHIVED, ARTICLE_AT, ASKED_AGAIN, DISCOVERED_BY, FETCHED_AT, promise_of
from snapshot_crawler.moments import moment_of
from snapshot_crawler.pages.kinds import CAPTURE, NEXT_PART

logger = logging.getLogger(__name__)

LATEST = 2**32  # priorities count down from there by the second, so that the oldest capture comes first (until 2106)
GLANCE_S = 0.05  # seconds; how soon the frontier looks again whether the files were looked through
TOLD = ("captures", "files", "taken")  # counts that the log tells first
BREATH = 50  # captures, by choice: some milliseconds, in which signals and commits wait


class ShutGate:
    """A gate that lets nothing out: see frontier/turns.py."""

    def wait_s(self, host: str) -> float:
        """A moment, again and again."""
        return GLANCE_S

    def pause_s(self, host: str) -> float:
        """0: no host is asked."""
        return 0.0

    def go_on(self, host: str, pause_s: float) -> None:
        """Nothing."""

    def failed_for(self, host: str) -> str | None:
        """None: no host was given up."""
        return None


class ArchivedPages:
    """See the module's first lines."""

    def __init__(self, crawler: Crawler) -> None:
        """Raises ConfigurationError for a path or a time that means nothing."""
        assert crawler.stats is not None
        self.crawler, self.stats = crawler, crawler.stats
        settings, now = crawler.settings, datetime.now(UTC)
        self.root = Path(settings["DATA_DIR"])
        self.files = warc_files(settings["WARC_PATHS"])
        self.since, self.until = (
            moment_of(text, now, option=option, is_end=option == "until=") if (text := settings[name]) else None
            for name, option in (("WARC_SINCE", "since="), ("WARC_UNTIL", "until="))
        )
        self.copies = settings.getbool("WARC_COPY")
        self.unpacked = Unpacked(self.root)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivedPages:
        """Scrapy's constructor."""
        pages = cls(crawler)
        crawler.signals.connect(pages.closed, signals.spider_closed)
        return pages

    def closed(self) -> None:
        """Signal spider_closed."""
        self.unpacked.remove()

    # --- In
    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Request]:
        """Scrapy's hook: the requests for the captures that are wanted; the spider's own start is not asked."""
        frontier = frontier_of(self.crawler)
        gate: HostGate = OpenGate()
        if frontier is not None:
            gate, frontier.gate = frontier.gate, ShutGate()
            frontier.remember(READS, WARC)
        scan = Scan(self.files, Selection(self.takes(), self.since, self.until), self.unpacked)
        try:
            for number, chosen in enumerate(scan.chosen()):
                if chosen is not None and (request := self.request(chosen)) is not None:
                    yield request
                elif number % BREATH == 0:
                    await asyncio.sleep(0)
        finally:
            if frontier is not None:
                frontier.gate = gate
        for name, count in scan.counts.items():
            self.stats.inc_value(f"warc/{name}", count)
        left = ", ".join(f"{count} {name}" for name, count in scan.counts.most_common() if name not in TOLD)
        told = (scan.counts[name] for name in TOLD)
        logger.info("%d captures in %d files, %d of them taken; left: %s", *told, left or "none")

    def takes(self) -> Callable[[str], bool]:
        """Which addresses the spider would ask for."""
        spider = self.crawler.spider
        assert spider is not None
        if (takes := getattr(spider, "takes_capture", None)) is not None:
            return takes  # type: ignore[no-any-return]
        if not getattr(spider, "allowed_domains", None):
            return lambda url: True
        return lambda url: url_is_from_spider(url, type(spider))

    def request(self, chosen: Chosen) -> Request | None:
        """The request that stands for a capture; None for an address that cannot be one."""
        place = self.told(chosen.body)
        known_by = f"{name_of_file(chosen.at.file, self.root)} {chosen.at.offset} {chosen.url} {chosen.fetched_at}"
        meta = {
            DISCOVERED_BY: {"kind": CAPTURE, "url": None},
            FETCHED_AT: chosen.fetched_at.isoformat(timespec="seconds"),
            ARCHIVED: place,
            ASKED_AGAIN: xxhash.xxh3_64_hexdigest(known_by.encode("utf-8", "replace")),
        }
        priority = max(0, LATEST - int(chosen.fetched_at.timestamp()))
        try:
            return Request(chosen.url, meta=meta, priority=priority, dont_filter=True)
        except ValueError:
            self.stats.inc_value("warc/damaged")
            return None

    def told(self, place: Place) -> dict[str, Any]:
        """A place as it is stored with the request."""
        parts = {"offset": place.offset, "length": place.length, "digest": place.digest}
        return {"file": name_of_file(place.file, self.root), **parts, "is_unpacked": place.is_unpacked}

    # --- Out
    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        """Scrapy's hook: items with their place, and requests for further parts; no other request."""
        for output in result:
            if (passes := self.passed(output, response)) is not None:
                yield passes

    async def process_spider_output_async(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The same for callbacks that are coroutines."""
        async for output in result:
            if (passes := self.passed(output, response)) is not None:
                yield passes

    def passed(self, output: Any, response: Response) -> Any:
        """What becomes of one output; None: it is left."""
        if isinstance(output, Request):
            return self.part(output, response) if promise_of(output.meta) == NEXT_PART else None
        self.mark(output, response)
        return output

    def mark(self, item: Any, response: Response) -> None:
        """Write into an item where its page lies; a page of several parts: where the first does."""
        meta = response.meta if response.request is not None else {}
        place = meta.get(ARTICLE_AT) or meta.get(ARCHIVED)
        if self.copies or place is None or place["is_unpacked"]:
            return  # a copy's place is told by the archive
        if isinstance(item, Article):
            item.archived = Archived(place["file"], place["offset"], place["length"], place["digest"])

    def part(self, request: Request, response: Response) -> Request:
        """The request for a further part of an article, with the place of its capture nearest in time.

        Where there is none, the request has no place, and fails.
        """
        moment = datetime.fromisoformat(response.meta[FETCHED_AT])
        priority = LATEST + 1  # before all captures: an article in progress is finished first
        meta = {**request.meta, ARTICLE_AT: response.meta.get(ARTICLE_AT) or response.meta.get(ARCHIVED)}
        if found := self.captures_of(request.url):
            nearest = min(found, key=lambda kept: abs(datetime.fromisoformat(kept[FETCHED_AT]) - moment))
            meta |= {ARCHIVED: nearest[ARCHIVED], FETCHED_AT: nearest[FETCHED_AT]}
        return request.replace(meta=meta, priority=priority)

    def captures_of(self, url: str) -> list[dict[str, Any]]:
        """What the frontier keeps of the captures of an address: the meta of their requests."""
        frontier: Frontier | None = frontier_of(self.crawler)
        if frontier is None:
            return []
        metas = frontier.asked_again_at(key_of_address(url))
        return [meta for meta in metas if ARCHIVED in meta and FETCHED_AT in meta]
