"""The follower: committed lines of all outputs in, a library that is up to date out.

    with closing(Follower(root, settings)) as follower:
        follower.round()  # or follower.run(stop), which stays

A round looks at every file once and takes what is new. The place up to which a file was read is stored in the same
transaction as its articles; so a kill loses nothing and takes nothing twice. Before it goes on, it makes sure that the
file is the one it read: a file that was rewritten (a take-down, a repair), begun anew or replaced is read again from
its beginning, and what it no longer holds is taken out. A file that is gone takes its articles with it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snapshot_crawler.complaint import Complaint
from snapshot_crawler.dedup.tombstones import Tombstones
from snapshot_crawler.exceptions import LockHeldError, SnapshotCrawlerError
from snapshot_crawler.exporters.parts import is_remote
from snapshot_crawler.library.lines import Form, Read, UnreadableOutputError, batches, form_of, read
from snapshot_crawler.library.records import Taken, taken
from snapshot_crawler.library.schema import errors_told
from snapshot_crawler.library.sources import AllSources, Source, UnreadableSourceError
from snapshot_crawler.library.tantivy_index import SecondIndex, checked, drop
from snapshot_crawler.library.writer import Writer

logger = logging.getLogger(__name__)
BATCH = 2_000  # records in one transaction: some 8 MB of text, and a second of work; by choice
TAIL = 4_096  # bytes before the place that are looked at again; by choice: more than one article's end
FETCHED_AGAIN_S = 60.0  # after an object that could not be fetched, by choice
OBJECT = "object"  # the identity of an object that was taken in
COLUMNS = "path, job, identity, size, mtime_ns, place, taken, tail"
EVERY_S = 2.0  # between two rounds; articles are to appear within 10 s of their commit
NOT_READ = "a format that the library does not read; JSON Lines, CSV and JSON, plain or compressed, are"


@dataclass(slots=True)
class Round:
    """What a round did."""

    records: int = 0  # taken
    removed: int = 0  # articles whose files no longer hold them


@dataclass(slots=True)
class Known:
    """What the library knows of a file."""

    no: int
    identity: str
    size: int
    mtime_ns: int
    place: int
    taken: int
    tail: str
    trouble: str | None


class Follower:
    """Fills the library of a DATA_DIR. Raises LockHeldError where another process does it already.

    settings: LIBRARY_ALSO names other DATA_DIRs whose articles it has, too.
    reached: told after each batch how many records were taken in all.
    """

    def __init__(
        self, root: Path, settings: Mapping[str, Any], *, reached: Callable[[int], None] | None = None
    ) -> None:
        self.sources = AllSources(root, settings)
        engine = checked(settings)
        self.writer = Writer(root)
        self.tombstones = Tombstones(root, settings)
        self.second = SecondIndex(self.writer, engine)
        self.reached = reached or (lambda number: None)
        self.total = 0
        self.is_storage_away = False  # in this round
        self.fetch_after: dict[str, float] = {}  # of objects that could not be taken in, by the monotonic clock

    def close(self) -> None:
        """Let go of the library."""
        self.tombstones.close()
        self.writer.close()

    def begin_anew(self) -> None:
        """Throw the library away; the next round makes it again."""
        self.writer.begin_anew()

    @property
    def db(self) -> Any:
        """The writer's connection."""
        return self.writer.db

    def round(self) -> Round:
        """Look at every file once. Raises StorageError where the library cannot be written."""
        done = Round()
        with errors_told(self.writer.path):
            self._follow_tombstones()
            there, self.is_storage_away = set[str](), False
            told = dict(self.sources.troubles)
            for source in list(self.sources.all()):
                there.add(source.name)
                try:
                    if source.address is not None:
                        self._follow_object(source, source.address, done)
                    else:
                        self._follow(source, done)
                except UnreadableSourceError as error:
                    self.writer.rollback()
                    self.is_storage_away = error.is_away  # then the others wait for the next minute, too
                    self._tell_object(source, str(error))
                except FileNotFoundError:  # moved between the look and the reading: the next round knows its new name
                    self.writer.rollback()
                except (UnreadableOutputError, OSError) as error:
                    self.writer.rollback()
                    (self._tell if source.address is None else self._tell_object)(source, str(error))
            for job, trouble in self.sources.troubles.items():
                if told.get(job) != trouble:
                    logger.warning("the outputs of %s are not followed: %s", job, trouble)
            self._drop_gone(there, done)
            self.second.follow()
            self.writer.note_filled()
        return done

    def run(self, stop: threading.Event, every_s: float = EVERY_S) -> None:
        """Rounds until stop is set; between two of them others may write, such as a take-down.

        An error that a later round may not have is logged, once for each message.
        """
        complaint = Complaint(logger, "the library is not up to date: %s")
        self.writer.let_go()
        while not stop.is_set():
            try:
                self.writer.hold()
                try:
                    self.round()
                finally:
                    self.writer.let_go()
                complaint.is_over()
            except LockHeldError:
                pass  # another process does this work at this moment
            except SnapshotCrawlerError as error:
                complaint.of(error)
            stop.wait(every_s)

    def _follow_tombstones(self) -> None:
        """Know what was taken down, also in a library that was made after it."""
        stones = self.tombstones.all()
        known = {row[0] for row in self.db.execute("SELECT id FROM gone")} if stones else set()
        new = [stone for stone in stones if stone.id not in known]
        there = [self.writer.remove([stone.id], stone.reason, at=stone.day) for stone in new]
        names, addresses = [stone.id for stone in new], [url for stone in new for url in stone.addresses]
        if new and (self.writer.remove_rows(names, addresses) or any(there)):
            drop(self.writer)
            self.writer.erase()

    # --- One file
    def _follow(self, source: Source, done: Round) -> None:
        about = source.path.stat()
        known = self._known(source, about)
        is_same = known.size == about.st_size and known.mtime_ns == about.st_mtime_ns
        end = about.st_size if source.committed is None else min(source.committed, about.st_size)
        if is_same and (known.place >= end or known.trouble is not None):
            return
        if not end and not known.place:
            return
        form = form_of(source.path)
        if form is None:
            raise UnreadableOutputError(NOT_READ)
        if known.place + known.taken and not self._is_as_read(source, known, about):
            self._take_again(source, form, known, end, done)
            return
        for batch in batches(read(source.path, form, known.place, known.taken, end), BATCH):
            self.writer.begin()
            self._add(source, known, batch, done)
            self._keep(source, known, about)
            self.writer.commit()
        self.writer.begin()
        self._keep(source, known, about)
        self.writer.commit()

    def _take_again(self, source: Source, form: Form, known: Known, end: int, done: Round) -> None:
        """Read a file from its beginning, all in one transaction: readers never see it half."""
        about = source.path.stat()
        self.writer.begin()
        self._read_anew(source, source.path, form, known, end, done)
        self._keep(source, known, about)
        self.writer.commit()

    def _read_anew(self, source: Source, path: Path, form: Form, known: Known, end: int, done: Round) -> None:
        """Take all that a file holds, in the place of what it held before."""
        known.place = known.taken = 0
        before = self.writer.drop_lines(known.no)
        for batch in batches(read(path, form, 0, 0, end), BATCH):
            self._add(source, known, batch, done)
        done.removed += self.writer.drop_unheld(before)

    # --- One object
    def _follow_object(self, source: Source, address: str, done: Round) -> None:
        """Take in an object, once: nothing is added to it. What a take-down takes out of it goes by its tombstone."""
        known = self._row("path = ?", address)
        if (known is not None and known.identity == OBJECT) or self._has_been_read(source, address):
            return
        form = form_of(source.path)
        if form is None or self.is_storage_away or time.monotonic() < self.fetch_after.get(address, 0.0):
            return
        with source.here() as path:
            end = path.stat().st_size
            self.writer.begin()
            if known is None:
                query = f"INSERT INTO file ({COLUMNS}) VALUES (?, ?, '', 0, 0, 0, 0, '')"
                self.db.execute(query, (address, source.job))
                known = self._row("path = ?", address)
            assert known is not None
            self._read_anew(source, path, form, known, end, done)
            query = "UPDATE file SET identity = ?, size = ?, place = ?, trouble = NULL WHERE no = ?"
            self.db.execute(query, (OBJECT, end, end, known.no))
            self.writer.commit()

    def _has_been_read(self, source: Source, address: str) -> bool:
        """Whether the part from which the object was made was read to its end, here; then its row is the object's."""
        part = self._row("path = ?", str(source.part))
        if part is None or part.place != self.sources.length_of(source, address):
            return False
        self.writer.begin()
        self.db.execute("DELETE FROM file WHERE path = ?", (address,))  # one with a trouble, and without lines
        query = "UPDATE file SET path = ?, identity = ?, size = place, trouble = NULL WHERE no = ?"
        self.db.execute(query, (address, OBJECT, part.no))
        self.writer.commit()
        return True

    def _tell_object(self, source: Source, trouble: str) -> None:
        """An object could not be taken in; it is tried again after a while."""
        self.fetch_after[source.name] = time.monotonic() + FETCHED_AGAIN_S
        known = self._row("path = ?", source.name)
        if known is None:
            query = f"INSERT INTO file ({COLUMNS}, trouble) VALUES (?, ?, '', 0, 0, 0, 0, '', ?)"
            self.db.execute(query, (source.name, source.job, trouble))
        else:
            self.db.execute("UPDATE file SET trouble = ? WHERE no = ?", (trouble, known.no))
        logger.warning("%s: %s; it is tried again in a minute", source.name, trouble)

    def _is_as_read(self, source: Source, known: Known, about: os.stat_result) -> bool:
        """Whether the file still is the one that was read up to its place."""
        if known.identity != _identity(about) or about.st_size < known.place:
            return False
        if known.size == about.st_size and known.mtime_ns != about.st_mtime_ns and known.place == about.st_size:
            return False  # written to, and no longer than before
        return known.tail == _tail(source.path, known.place)

    def _add(self, source: Source, known: Known, batch: list[Read], done: Round) -> None:
        """Take one batch; where it ends is the file's new place."""
        known.place, known.taken = batch[-1].place, batch[-1].taken
        records = [each.record for each in batch if each.record is not None]
        if source.is_copies:
            self.writer.add_copies(known.no, [copy for record in records if (copy := _copy(record))])
        else:
            found: list[Taken] = [each for record in records if (each := taken(record, source.job)) is not None]
            self.writer.add(known.no, found)
            done.records += len(found)
        self.total += len(batch)
        self.reached(self.total)

    # --- What is known of files
    def _known(self, source: Source, about: os.stat_result) -> Known:
        row = self._row("path = ?", str(source.path))
        if row is None and (row := self._row("identity = ?", _identity(about))) is not None:
            path = self.db.execute("SELECT path FROM file WHERE no = ?", (row.no,)).fetchone()[0]
            if Path(path).exists():
                row = None  # another name of a file that is still there
            else:  # moved: a run's own file has got its final name
                query = "UPDATE file SET path = ?, job = ? WHERE no = ?"
                self.db.execute(query, (str(source.path), source.job, row.no))
        if row is None:
            query = f"INSERT INTO file ({COLUMNS}) VALUES (?, ?, ?, 0, 0, 0, 0, '')"
            self.db.execute(query, (str(source.path), source.job, _identity(about)))
            row = self._row("path = ?", str(source.path))
        assert row is not None
        return row

    def _row(self, where: str, value: str) -> Known | None:
        query = f"SELECT no, identity, size, mtime_ns, place, taken, tail, trouble FROM file WHERE {where}"
        row = self.db.execute(query, (value,)).fetchone()
        return Known(*row) if row else None

    def _keep(self, source: Source, known: Known, about: os.stat_result) -> None:
        tail = _tail(source.path, known.place)
        self.db.execute(
            "UPDATE file SET identity = ?, size = ?, mtime_ns = ?, place = ?, taken = ?, tail = ?, trouble = NULL"
            " WHERE no = ?",
            (_identity(about), about.st_size, about.st_mtime_ns, known.place, known.taken, tail, known.no),
        )

    def _tell(self, source: Source, trouble: str) -> None:
        try:
            about = source.path.stat()
        except OSError:
            return
        known = self._known(source, about)
        self.db.execute(
            "UPDATE file SET trouble = ?, size = ?, mtime_ns = ? WHERE no = ?",
            (trouble, about.st_size, about.st_mtime_ns, known.no),
        )

    def _drop_gone(self, there: set[str], done: Round) -> None:
        """Forget the files that are gone, and take out what only they held."""
        for number, path in self.db.execute("SELECT no, path FROM file").fetchall():
            if path in there or Path(path).exists() or self.sources.is_away(Path(path)):
                continue
            if is_remote(path) and self.sources.troubles:
                continue  # the frontier that knows it may be the one that cannot be read
            self.writer.begin()
            done.removed += self.writer.drop_unheld(self.writer.drop_lines(number))
            self.db.execute("DELETE FROM file WHERE no = ?", (number,))
            self.writer.commit()


def _identity(about: os.stat_result) -> str:
    return f"{about.st_dev}:{about.st_ino}"


def _tail(path: Path, place: int) -> str:
    """A hash of the bytes before a place."""
    with path.open("rb") as file:
        begin = max(0, place - TAIL)
        file.seek(begin)
        return hashlib.blake2b(file.read(place - begin), digest_size=16).hexdigest()


def _copy(record: Mapping[str, Any]) -> tuple[str, str, str] | None:
    url, story = record.get("url"), record.get("story") or record.get("duplicate_of")
    return (url, story, str(record.get("at") or "")) if isinstance(url, str) and isinstance(story, str) else None
