"""Files rewritten without some of their records: beside the old one, and put in its place in one step.

A file that the frontier knows as an output has commits, each with a length and a check sum. The new ones are committed
before the new file gets its name, with a note; whoever opens the frontier next finishes what a kill has left between
the two (frontier/recovery.finish_rewrites). So lengths and file always belong together.
"""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from snapshot_crawler.durable import sync_folder
from snapshot_crawler.exporters.remains import DOCUMENT
from snapshot_crawler.frontier.recovery import REWRITING, rewritten_path
from snapshot_crawler.frontier.store import Commit, Store
from snapshot_crawler.sums import sum_of
from snapshot_crawler.upkeep.formats import Coding, Reader, Record, Span, coding_of, form_of

DOCUMENTS = ("json", "xml")


class UnknownFormatError(Exception):
    """A file whose records cannot be told apart; the message names it."""


@dataclass(slots=True)
class Rewritten:
    """What came of it. commits: the new ones; gone: the records that were taken out."""

    commits: list[Commit] = field(default_factory=list)
    gone: list[Record] = field(default_factory=list)


@dataclass(slots=True)
class RecordFile:
    """A file of records. commits, note: of the frontier, where it knows the file."""

    path: Path
    commits: Sequence[Commit] = ()
    note: Mapping[str, Any] = field(default_factory=dict)

    def records(self) -> Iterator[Record]:
        """All records. Raises OSError, UnknownFormatError."""
        for part in self._parts():
            for span in part.spans:
                yield span.record

    def _parts(self) -> Iterator[_Part]:
        """The bytes of each commit, and of what others have appended."""
        size = self.path.stat().st_size
        end = size - (len(self._frame("footer")) if self.note.get("kind") == DOCUMENT else 0)
        commits = list(self.commits)
        if not commits or commits[-1].length < end:
            commits.append(Commit(0, end, None))
        reader: Reader | None = None
        with self.path.open("rb") as file:
            coding = coding_of(file.read(8))
            file.seek(0)
            start = 0
            for commit in commits:
                raw = file.read(commit.length - start)
                start = commit.length
                plain = coding.unpack(raw) if coding is not None and raw else raw
                if reader is None and plain:
                    reader = self._reader(plain, coding)
                spans = reader.spans(plain) if reader is not None and plain else []
                yield _Part(commit, coding, raw, plain, spans, reader.form if reader is not None else "")

    def _reader(self, plain: bytes, coding: Coding | None) -> Reader:
        form = form_of(self.path.name, plain)
        if form is None:
            raise UnknownFormatError(f"{self.path} is of a format whose records cannot be told apart")
        header = self._frame("header")
        if coding is not None and header:
            header = coding.unpack(header)
        if not header and form in DOCUMENTS:
            header = plain[: plain.find(b"{")] if form == "json" else plain[: plain.find(b"<items>") + len(b"<items>")]
        return Reader(form, header)

    def _frame(self, part: str) -> bytes:
        return base64.b64decode(self.note.get(part, ""))

    # --- Without some records
    def write_without(self, is_meant: Callable[[Record], bool], out: IO[bytes]) -> Rewritten:
        """Write the file without the records that are meant. Raises OSError, UnknownFormatError."""
        done, length = Rewritten(), 0
        lead: bytes | None = b""  # of a document: what stands before its first item; None behind it
        for part in self._parts():
            gone = [span for span in part.spans if is_meant(span.record)]
            done.gone += [span.record for span in gone]
            if part.form in DOCUMENTS:
                lead = lead or (part.plain[: part.spans[0].start] if part.spans and lead is not None else lead)
                new = part.document(gone, lead)
                lead = None if len(part.spans) > len(gone) else lead
                if not new and part.commit.batch == 0 and self.note.get("kind") != DOCUMENT:
                    new = (lead or b"") + part.behind()  # the whole document is this part
            else:
                new = part.lines(gone)
            raw = part.raw
            if new != part.plain:
                raw = part.coding.pack(new) if part.coding is not None and new else new
            out.write(raw)
            length += len(raw)
            if part.commit.batch > 0:
                digest = part.commit.digest if new == part.plain else (sum_of(raw) if raw else None)
                done.commits.append(Commit(part.commit.batch, length, digest))
        if self.note.get("kind") == DOCUMENT:
            out.write(self._frame("footer") if length else self._frame("header") + self._frame("footer"))
        return done


@dataclass(slots=True, frozen=True)
class _Part:
    """What one commit wrote: as it lies (raw), plain, and the records in it."""

    commit: Commit
    coding: Coding | None
    raw: bytes
    plain: bytes
    spans: list[Span]
    form: str

    def lines(self, gone: list[Span]) -> bytes:
        """The part of a file of single items without some of them."""
        kept, place = [], 0
        for span in gone:
            kept.append(self.plain[place : span.start])
            place = span.end
        return b"".join([*kept, self.plain[place:]])

    def document(self, gone: list[Span], lead: bytes | None) -> bytes:
        """The part of a document without some items. lead: what its first item stands behind; None: it has one."""
        kept, place = list[bytes](), 0
        for span in self.spans:
            own, place = self.plain[place : span.start], span.end
            if span not in gone:
                kept += [own if lead is None else lead, self.plain[span.start : span.end]]
                lead = None
        return b"".join([*kept, self.behind()]) if kept else b""

    def behind(self) -> bytes:
        """What stands behind the last item."""
        return self.plain[self.spans[-1].end :] if self.spans else b""


def rewrite(file: RecordFile, is_meant: Callable[[Record], bool], store: Store | None) -> list[Record]:
    """Rewrite a file without the records that are meant; those. store: the frontier that has its commits."""
    new = rewritten_path(file.path)
    try:
        with new.open("wb") as out:
            done = file.write_without(is_meant, out)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:  # a full disk: what was written so far only takes room
        new.unlink(missing_ok=True)
        raise
    if not done.gone:
        new.unlink()
        return []
    replace(file.path, store, done.commits if file.commits else None)
    return done.gone


def replace(path: Path, store: Store | None, commits: list[Commit] | None) -> None:
    """Put the rewritten file in the old one's place. commits: its new ones; None where the frontier knows none."""
    new = rewritten_path(path)
    take_over(path, new)
    if store is not None and commits is not None:
        store.recount(str(path), commits)
        store.set_state(REWRITING.format(path), value=True)
        store.commit({})
    new.replace(path)
    sync_folder(path.parent)
    if store is not None and commits is not None:
        store.set_state(REWRITING.format(path), None)
        store.commit({})


def take_over(old: Path, new: Path) -> None:
    """Give the new file what the old one is known by: mode, times, extended attributes (its owner's mark), owner."""
    shutil.copystat(old, new)
    info = old.stat()
    with contextlib.suppress(OSError):
        os.chown(new, info.st_uid, info.st_gid)
