"""Keep the page: what went over the wire comes in, WARC records go out, in the commit of the lines that came of it.

An extension, and an output beside the lines (frontier/output.py). The download handler leaves an Exchange on the
request. It is held until the request is finished; then it is made into records, and each article of the request is told
where its page lies, before its line is written. With ARCHIVE_PAGES = "articles" only pages that articles came from are
kept, with "all" every page that was answered.

Bytes that the archive holds already become a `revisit` record, which names the one that has them. The frontier
remembers them (Store.keep_page), so a kill or a cut makes both forget the same.

With ARCHIVE_BUCKET finished files are sent to S3-compatible storage (warcs.py).

Where another scheduler runs there are no commits, and nothing is kept.

Stats: archive/pages (responses kept), archive/revisits (kept as revisit records), archive/bytes.
"""

from __future__ import annotations

import logging
import os
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from snapshot_crawler.archive.cdxj import index_line
from snapshot_crawler.archive.exchange import Exchange, digest_text
from snapshot_crawler.archive.growing import GrowingFile, cut_torn_tail, finish_former
from snapshot_crawler.archive.places import (
    FOLDER,
    UNFINISHED,
    archive_folder,
    is_kept,
    new_name,
    number_of,
    unfinished_of,
)
from snapshot_crawler.archive.records import (
    Note,
    address_of,
    request_record,
    response_record,
    revisit_record,
    warc_date,
    warcinfo_record,
)
from snapshot_crawler.archive.retention import no_longer_kept
from snapshot_crawler.datadir import DataDir
from snapshot_crawler.dedup.tombstones import REASON as TAKEN_DOWN
from snapshot_crawler.exceptions import ConfigurationError, OutputError, SnapshotCrawlerError
from snapshot_crawler.exporters import warcs
from snapshot_crawler.exporters.parts import SECONDS
from snapshot_crawler.exporters.remains import ARCHIVE, ArchivedPages
from snapshot_crawler.exporters.warc_shipping import WarcShipping
from snapshot_crawler.exporters.warcs import Depot
from snapshot_crawler.frontier.door import ledger_of
from snapshot_crawler.frontier.output import PlannedOutput
from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.frontier.store import KeptPage, SharedStore
from snapshot_crawler.items import Archived, Article, is_article
from snapshot_crawler.meta import DISCOVERED_BY, EXCHANGE, FIRST_PART, HANDED_OUT, HAS_PARTS, ROW
from snapshot_crawler.signals import outputs_asked, outputs_ready

logger = logging.getLogger(__name__)

ARTICLES, ALL = "articles", "all"
FIRST_NUMBER = "archive/first"  # a note of the frontier: files of the last run have this number or a higher one
LONGEST_DAY_S = 86_400.0  # a file is finished after a day, so that what ARCHIVE_KEEP_DAYS removes is no older
STATUS = re.compile(rb"HTTP/[\d.]+ +(\d{3})")
CONTENT_TYPE = re.compile(rb"\ncontent-type[ \t]*:([^\r\n]*)", re.IGNORECASE)


@dataclass(slots=True)
class Held:
    """What is held for a request: its answers, and whether an item of a plain spider is an article."""

    request: Request | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    has_article: bool = False
    is_taken_down: bool = False  # its text was: nothing of it may be kept
    first_part: str | None = None  # digest of the page that the article begins on, in hex


@dataclass(slots=True)
class Placed:
    """The records of a request, and where they go."""

    members: list[bytes] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)  # of the index
    pages: list[tuple[bytes, KeptPage]] = field(default_factory=list)  # to be remembered, by digest
    last: Archived | None = None  # the place of the request's last answer
    revisits: int = 0


class PageArchive:
    """See the module's first lines."""

    def __init__(self, crawler: Crawler) -> None:
        """Read by from_crawler. Raises ConfigurationError."""
        settings = crawler.settings
        self.crawler = crawler
        self.is_enabled = settings.getbool("ARCHIVE_ENABLED")
        kept = str(settings["ARCHIVE_PAGES"])
        if kept not in (ARTICLES, ALL):
            raise ConfigurationError(f"ARCHIVE_PAGES is {kept!r}; say one of {ARTICLES}, {ALL}")
        self.keeps_all = kept == ALL
        self.largest = whole_number(settings, "ARCHIVE_MAXSIZE", least=1)
        self.is_pruned = whole_number(settings, "ARCHIVE_KEEP_DAYS", least=0) > 0
        warcs.archive_bucket(settings)
        self.longest_s = LONGEST_DAY_S
        self.shipping: WarcShipping | None = None
        self.held: dict[str, Held] = {}
        self.placed: dict[str, Placed] = {}
        self.file: GrowingFile | None = None
        self.file_began = 0.0  # by the monotonic clock
        self.has_failed = False
        self.is_closed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        archive = cls(crawler)
        crawler.signals.connect(archive.plan, outputs_asked)
        crawler.signals.connect(archive.open, outputs_ready)
        crawler.signals.connect(archive.spider_closed, signals.spider_closed)
        return archive

    # --- The beginning of a run
    def plan(self) -> list[PlannedOutput]:
        """Signal outputs_asked. What the archive will write to is not known before there is a page.

        A file that a killed run began, and that the frontier does not know, holds nothing that was committed.
        """
        ledger = ledger_of(self.crawler)
        assert ledger is not None and ledger.store is not None, "the frontier asks"
        self.ledger, self.store = ledger, ledger.store
        self.ledger.forms[ARCHIVE] = ArchivedPages
        self.places = DataDir.from_crawler(self.crawler)
        self.folder = archive_folder(self.places.root, self.places.job).resolve()
        known = {Path(path).name for path in self.store.output_paths()}
        first = self.store.get_state(FIRST_NUMBER)
        for path in unfinished_of(self.folder):
            if first is not None and number_of(path) >= first and path.name not in known:
                path.unlink()
        return []

    def open(self) -> None:
        """Signal outputs_ready: finish what a killed run has left; from now on, take part in the commits."""
        known = set(self.store.output_paths())
        warcs.settle(self.store, self.folder)
        for path in unfinished_of(self.folder):
            try:
                if str(path) not in known:  # of a frontier that was removed, or of a DATA_DIR that was moved
                    cut_torn_tail(path)
                if (name := finish_former(path)) is not None:
                    self.store.finish_output(str(path), str(name))
                else:
                    self.store.reset_output(str(path))
            except OSError as error:
                raise OutputError(f"the archive's file {path} cannot be finished: {error}") from error
        settings = self.crawler.settings
        if (depot := Depot.of(settings, self.places.root, self.places.job)) is not None:
            self.shipping = WarcShipping(self.crawler, self.store, depot)
            self.longest_s = min(LONGEST_DAY_S, settings.getfloat(SECONDS))
        if self.is_enabled:
            self.number = max((self.store.get_state(FIRST_NUMBER) or 1) - 1, *map(number_of, self._names()), 0) + 1
            self.store.set_state(FIRST_NUMBER, self.number)
            self.ledger.add_before_lines(self)
            if isinstance(self.store, SharedStore):
                self.ledger.before_release.append(self._expect)
            self.crawler.signals.connect(self.downloaded, signals.response_downloaded)
            self.crawler.signals.connect(self.scraped, signals.item_scraped)
            self.crawler.signals.connect(self.dropped, signals.item_dropped)

    def _names(self) -> list[Path]:
        """The names of the job's files that are known; none of them may be given again."""
        there = [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []
        known = (*self.store.finished_paths(), *self.store.output_paths(), *there, *no_longer_kept(self.folder))
        return [Path(name) for name in known]

    # --- What is held
    def downloaded(self, response: Response, request: Request) -> None:
        """Signal response_downloaded: an answer, before any middleware has seen it."""
        exchange = request.meta.get(EXCHANGE)
        if exchange is None:
            return
        is_leased = HANDED_OUT in request.meta  # else robots.txt, or what a spider asks the engine for itself
        if not (is_leased or self.keeps_all):
            return
        held = self.held.setdefault(key_of(request) if is_leased else "", Held())
        if self.keeps_all:
            held.exchanges.append(exchange)
        else:
            held.exchanges = [exchange]
        held.request = request if is_leased else None

    def scraped(self, item: Any, response: Response | None) -> None:
        """Signal item_scraped. response: a Failure for items of errbacks."""
        request = getattr(response, "request", None)
        if request is None:
            return
        first_part = request.meta.get(FIRST_PART)
        if first_part is None and isinstance(item, Article):
            return  # place() is told
        held = self.held.setdefault(key_of(request), Held())
        held.first_part = first_part
        held.has_article = held.has_article or is_article(item)

    def dropped(self, response: Response | None, exception: Exception) -> None:
        """Signal item_dropped."""
        request = getattr(response, "request", None)
        if request is not None and getattr(exception, "reason", None) == TAKEN_DOWN:
            self.held.setdefault(key_of(request), Held()).is_taken_down = True

    def _expect(self, owners: list[str]) -> None:
        """See Ledger.before_release: of each page that may be kept, _original asks whether it is kept already."""
        assert isinstance(self.store, SharedStore)
        pages = [held for owner in owners if (held := self.held.get(owner)) and self._may_be_kept(owner, held)]
        exchanges = [exchange for held in pages for exchange in held.exchanges if exchange.body]
        if exchanges:
            self.store.look_up_pages({exchange.payload_digest for exchange in exchanges})

    def _may_be_kept(self, owner: str, held: Held) -> bool:
        return owner in self.ledger.held or self._is_wanted(held)

    # --- Output
    @property
    def path(self) -> str:
        """See Output: the file that is written to; '' before the first page."""
        return f"{self.file.path}{UNFINISHED}" if self.file is not None else ""

    @property
    def digest(self) -> bytes | None:
        """See Output."""
        return self.file.digest if self.file is not None else None

    def place(self, owner: str, items: list[Any]) -> None:
        """See Output: make the records, and tell the articles where their page lies."""
        articles = [item for item in items if isinstance(item, Article) and item.archived is None]
        held = self.held.get(owner)
        if not articles or held is None or held.is_taken_down:
            return
        self.placed[owner] = placed = self._made(held, articles)
        where = self._first_part(held) or placed.last
        for article in articles:
            article.archived = where

    def release(self, owner: str) -> None:
        """See Output."""
        placed, held = self.placed.pop(owner, None), self.held.pop(owner, None)
        if placed is None and held is not None and self._is_wanted(held):
            try:
                placed = self._made(held, [])
            except (OSError, SnapshotCrawlerError) as error:
                self.ledger.stop(error)
        if placed is None or self.file is None or not placed.members:
            return
        self.file.append(placed.members, placed.lines)
        for digest, page in placed.pages:
            self.store.keep_page(digest, page)
        self._count("pages", len(placed.lines))
        self._count("revisits", placed.revisits)
        self._count("bytes", sum(map(len, placed.members)))

    def _is_wanted(self, held: Held) -> bool:
        """Whether the page is kept although no Article came of it."""
        if held.is_taken_down:
            return False
        has_parts = held.request is not None and HAS_PARTS in held.request.meta
        return self.keeps_all or held.has_article or has_parts

    def discard(self, owner: str) -> None:
        """See Output."""
        self.held.pop(owner, None)
        self.placed.pop(owner, None)

    def commit(self) -> int:
        """See Output."""
        return self.file.commit() if self.file is not None else 0

    def take_back(self) -> None:
        """See Output. The file is not finished; the next start cuts it to its last commit."""
        self.give_up()

    def give_up(self) -> None:
        """See Output."""
        self.has_failed = True
        if self.file is not None:
            self.file.has_failed = True

    def close(self) -> None:
        """See Output: the run could not begin."""
        self.is_closed = True
        if self.file is not None:
            self.file.close()

    @property
    def closed(self) -> bool:
        """See Output."""
        return self.is_closed

    def spider_closed(self) -> None:
        """Signal spider_closed, after the frontier's last commit: the file gets its name, unless the disk is full."""
        file, self.is_closed = self.file, True
        if self.shipping is not None:
            self.shipping.close()
        if file is None:
            return
        if self.has_failed or file.has_failed:
            file.close()
        else:
            self._finish(file)

    # --- Records
    def _made(self, held: Held, articles: list[Article]) -> Placed:
        """The records of a request's answers. Raises OSError, and OutputError for a file that cannot be begun."""
        placed = Placed()
        if held.exchanges:
            file = self._file_for_pages()
            start = file.end
            if not start:
                fields = {
                    "software": f"snapshot_crawler/{version('snapshot_crawler')}",
                    "format": "WARC File Format 1.1",
                    "isPartOf": self.places.job,
                    "description": f"run {self.places.run}",
                }
                placed.members.append(warcinfo_record(file.path.name, fields, datetime.now(UTC)))
            for number, exchange in enumerate(held.exchanges, 1):
                note = self._note(held, articles) if number == len(held.exchanges) else None
                self._add(placed, exchange, note, start + sum(map(len, placed.members)))
        return placed

    def _add(self, placed: Placed, exchange: Exchange, note: Note | None, offset: int) -> None:
        """Add the records of one answer: the response, or a revisit, and its request."""
        assert self.file is not None
        path, record_id, date = self.file.path, str(uuid4()), warc_date(exchange.fetched_at)
        digest = digest_text(exchange.payload_digest)
        original = self._original(exchange)
        if original is not None:
            name = Path(original.path).name
            record = revisit_record(
                exchange, record_id, of_url=original.url, of_date=original.date, of_file=name, note=note
            )
            placed.revisits += 1
        else:
            record = response_record(exchange, record_id, note)
            page = KeptPage(str(path), offset, len(record), address_of(exchange), date)
            if exchange.body and not exchange.is_cut:
                placed.pages.append((exchange.payload_digest, page))
        placed.members += [record, request_record(exchange, record_id)]
        placed.last = self._archived(KeptPage(str(path), offset, len(record), "", ""), digest)
        placed.lines.append(
            index_line(
                address_of(exchange),
                exchange.fetched_at,
                kind=_first(CONTENT_TYPE, exchange.response_head),
                status=int(_first(STATUS, exchange.response_head) or 0),
                digest=digest,
                place=(path.name, offset, len(record)),
                is_revisit=original is not None,
                original=Path(original.path).name if original is not None else None,
                articles=(note or {}).get("articles"),
            )
        )

    def _original(self, exchange: Exchange) -> KeptPage | None:
        """The record that holds the same bytes already; None where it was removed.

        With ARCHIVE_KEEP_DAYS only one in the same file, so that both go at the same time.
        """
        if not exchange.body or exchange.is_cut:
            return None
        original = self.store.kept_page(exchange.payload_digest)
        if original is None or self.file is None or original.path == str(self.file.path):
            return original
        return original if not self.is_pruned and is_kept(self.folder / Path(original.path).name) else None

    def _first_part(self, held: Held) -> Archived | None:
        """Where the first page of an article in several parts lies."""
        if held.first_part is None:
            return None
        digest = bytes.fromhex(held.first_part)
        page = self.store.kept_page(digest)
        return self._archived(page, digest_text(digest)) if page is not None else None

    def _archived(self, page: KeptPage, digest: str) -> Archived:
        file = f"{FOLDER}/{self.places.job}/{os.path.basename(page.path)}"  # noqa: PTH119 (a Path takes ten times as long)
        return Archived(file, page.offset, page.length, digest)

    @staticmethod
    def _note(held: Held, articles: list[Article]) -> Note | None:
        meta = held.request.meta if held.request is not None else {}
        ids = [article.id for article in articles] or ([meta[HAS_PARTS]] if HAS_PARTS in meta else [])
        if not ids and not held.has_article:
            return None
        note = Note(articles=ids)
        for name in (DISCOVERED_BY, ROW):
            if name in meta:
                note[name] = meta[name]  # type: ignore[literal-required]
        return note

    # --- Files
    def _file_for_pages(self) -> GrowingFile:
        """The file that is written to; a new one when it is large or old. Only between two commits is it changed.

        Raises OSError, OutputError.
        """
        file = self.file
        if file is not None and not file.ready and self._is_full(file):
            name = self.path
            if self._finish(file) and self.shipping is not None:
                self.shipping.finished(name, file.path)
            file = self.file = None
        if file is None:
            path = self.folder / new_name(self.places.job, datetime.now(UTC), self.number)
            opened = self.ledger.open(path.with_name(path.name + UNFINISHED))
            file = self.file = GrowingFile(path, opened)
            self.number += 1
            self.file_began = time.monotonic()
            self.ledger.note(self.path, ARCHIVE, **(self.shipping.about(path) if self.shipping is not None else {}))
        return file

    def _is_full(self, file: GrowingFile) -> bool:
        return file.length >= self.largest or time.monotonic() - self.file_began >= self.longest_s

    @staticmethod
    def _finish(file: GrowingFile) -> bool:
        """Give a file its name; whether it has it."""
        try:
            file.finish()
        except OSError as error:
            logger.error("the archive's file %s could not be finished, the next run does it: %s", file.path, error)
            return False
        return True

    def _count(self, what: str, number: int) -> None:
        if number and self.crawler.stats is not None:
            self.crawler.stats.inc_value(f"archive/{what}", number)


def _first(pattern: re.Pattern[bytes], head: bytes) -> bytes:
    found = pattern.search(head)
    return found[1].strip() if found else b""


def whole_number(settings: Any, name: str, *, least: int) -> int:
    """A setting that is a whole number. Raises ConfigurationError."""
    try:
        value = int(settings[name])
    except (TypeError, ValueError):
        value = least - 1
    if value < least:
        raise ConfigurationError(f"{name} is {settings[name]!r}; it takes a whole number, {least} or more")
    return value
