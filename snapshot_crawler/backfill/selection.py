"""Which captures of WARC files become pages of a crawl: files in, places of pages out, each once and in file order.

Pages are answers with status 200 that are HTML by their type, of the site that is crawled, captured in the span that
was asked for. A revisit record stands for the capture that has its body. Where that one lies is found in a second
reading of the files, so that memory does not grow with them.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from snapshot_crawler.archive.reader import Capture, Damage, captures
from snapshot_crawler.archive.records import warc_date
from snapshot_crawler.backfill.files import Unpacked

logger = logging.getLogger(__name__)

# Types that pages are sent with, beside their own; what is in them is judged by its bytes (middlewares/content.py).
HTML = re.compile(r"(?:text/(?:html|plain|xml)|application/(?:xhtml\+xml|xml|octet-stream)|)$")
MOST_REVISITS = 20_000  # kept while the files are read once more for them, by choice: some 20 MB
DAMAGE_TOLD = 20  # lines in the log for one file, by choice: a file of noise must not flood it


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page lies. is_unpacked: offset and length count in the file's plain twin (files.Unpacked)."""

    file: Path
    offset: int
    length: int
    digest: str
    is_unpacked: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A capture that is to be read. at: its own place; body: the place of the record with its body."""

    url: str
    fetched_at: datetime
    at: Place
    body: Place


@dataclass(slots=True)
class Selection:
    """What is wanted. since, until: of WARC-Date, both included; None: no bound. takes: whether an address is."""

    takes: Callable[[str], bool]
    since: datetime | None = None
    until: datetime | None = None

    def reason_against(self, capture: Capture) -> str | None:
        """Why a capture is left: a word for the statistics; None when it is taken."""
        if capture.status != 200:
            return "other-status"
        if not capture.url.startswith(("http://", "https://")) or not self.takes(capture.url):
            return "not-of-the-site"
        if not HTML.match(_declared_type(capture)):
            return "not-html"
        if capture.is_truncated:  # an article is never published in part
            return "truncated"
        is_late = self.until is not None and capture.fetched_at > self.until
        if is_late or (self.since is not None and capture.fetched_at < self.since):
            return "other-time"
        return None


class Scan:
    """One reading of the files. counts: files, captures, damaged, taken, and reasons for what was left."""

    def __init__(self, files: list[Path], selection: Selection, unpacked: Unpacked) -> None:
        self.files, self.selection, self.unpacked = files, selection, unpacked
        self.counts: Counter[str] = Counter()
        self.revisits: list[tuple[Capture, Place]] = []

    def chosen(self) -> Iterator[Chosen | None]:
        """The captures that are wanted; None for each of the others, so that the caller may do something else."""
        for path in self.files:
            self.counts["files"] += 1
            for capture, place in self.captures(path):
                yield self.judged(capture, place)
                if len(self.revisits) >= MOST_REVISITS:
                    yield from self.resolved()
        yield from self.resolved()

    def judged(self, capture: Capture, place: Place) -> Chosen | None:
        """The capture, if it is wanted and no revisit; revisits are kept for later."""
        self.counts["captures"] += 1
        if (reason := self.selection.reason_against(capture)) is not None:
            self.counts[reason] += 1
            return None
        if capture.refers_to is not None:
            self.revisits.append((capture, place))
            return None
        self.counts["taken"] += 1
        return Chosen(capture.url, capture.fetched_at, place, place)

    def captures(self, path: Path, *, tells: bool = True) -> Iterator[tuple[Capture, Place]]:
        """The captures of one file with their places; tells: count damage and write it into the log."""
        yield from self._read(path, path, tells=tells)

    def _read(self, path: Path, source: Path, *, tells: bool) -> Iterator[tuple[Capture, Place]]:
        """The same; source: the file itself or its plain twin."""
        is_twin, damaged = source is not path, 0
        for found in captures(source):
            if isinstance(found, Damage):
                damaged += 1
                if tells:
                    self._tell(found, path, damaged)
            elif found.length == 0 and not is_twin:
                yield from self._read(path, self.unpacked.twin(path), tells=tells)
                return
            else:
                yield found, Place(path, found.offset, found.length, found.digest, is_twin)

    def _tell(self, damage: Damage, path: Path, number: int) -> None:
        self.counts["damaged"] += 1
        if number <= DAMAGE_TOLD:
            more = "; what else is damaged in this file is only counted" if number == DAMAGE_TOLD else ""
            logger.warning("%s at byte %d: %s; it is skipped%s", path, damage.offset, damage.what, more)

    def resolved(self) -> Iterator[Chosen | None]:
        """The revisits that were met, each with the place of its body; one that has none in the files is counted."""
        if not self.revisits:
            return
        wanted: dict[tuple[str, str], list[tuple[Capture, Place]]] = {}
        for capture, place in self.revisits:
            assert capture.refers_to is not None
            wanted.setdefault(_named(*capture.refers_to), []).append((capture, place))
        self.revisits = []
        for path in self.files:
            for capture, place in self.captures(path, tells=False) if wanted else ():
                date = warc_date(capture.fetched_at)
                of_it = [] if capture.refers_to is not None else wanted.pop((capture.url, date), [])
                for revisit, at in of_it:
                    self.counts["taken"] += 1
                    yield Chosen(revisit.url, revisit.fetched_at, at, place)
                if not of_it:
                    yield None
        self.counts["revisit-without-original"] += sum(map(len, wanted.values()))


def _named(url: str, date: str) -> tuple[str, str]:
    """What a revisit says of its original, in one form: WARC 1.1 allows parts of a second."""
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return url, date
    return url, warc_date(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _declared_type(capture: Capture) -> str:
    value = next((value for name, value in capture.headers if name.lower() == b"content-type"), b"")
    return value.partition(b";")[0].strip().lower().decode("latin-1")
