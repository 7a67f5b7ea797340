"""Which pages of a SQLite database change: read from its write-ahead log before anybody can overwrite it.

SQLite appends changed pages to the log, and a checkpoint brings them home into the database. Here the connection's own
checkpoints are made in one place, move(), which notes the pages; SQLite's automatic ones are off. What cannot be known
so is told (is_known), and then automatic ones are on again:

- Another connection has written (PRAGMA data_version).
- Another has brought pages home that were not noted, so that the log began anew. The log's header names its generation;
  it is looked at after each commit, and may change only when all pages before were noted.

The log: https://www.sqlite.org/fileformat2.html#the_write_ahead_log. Used by seal.py.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

PAGE = 4096  # bytes: SQLite's own choice for new databases
HEADER, FRAME_HEADER = 32, 24  # bytes, of the log and of each page in it
FRAME = FRAME_HEADER + PAGE
BYTE = 8


class Pages:
    """A set of numbers of pages, from 0, a bit each: 330 KB for a database of 10 GB."""

    def __init__(self) -> None:
        self.bits = bytearray()

    def add(self, number: int) -> None:
        """One more."""
        place = number // BYTE
        if place >= len(self.bits):
            self.bits.extend(bytes(place + 1 - len(self.bits)))
        self.bits[place] |= 1 << number % BYTE

    def between(self, first: int, end: int) -> Iterator[int]:
        """Those from one number up to below another, in their order."""
        some = self.bits[first // BYTE : -(-end // BYTE)]
        if some.count(0) == len(some):
            return
        for place, bits in enumerate(some, first // BYTE):
            for number in range(place * BYTE, place * BYTE + BYTE) if bits else ():
                if bits >> number % BYTE & 1 and first <= number < end:
                    yield number


class Log:
    """The log of a database, followed by one connection from its begin until after it is closed."""

    def __init__(self, db: sqlite3.Connection, path: Path, *, home_at: int) -> None:
        """Call it before the connection writes. path: of the log; home_at: pages in it before they are brought home.

        Raises sqlite3.Error.
        """
        self.db, self.path, self.home_at = db, path, home_at
        self.fd = -1
        self.pages = Pages()
        self.lowest: int | None = None  # pages that the database had when it had the fewest
        self.generation = b""
        self.noted = 0  # pages in this generation of the log that are noted
        self.has_more = False  # there were others, when last looked at
        self.version = self._version()  # a read: from here on the log stays until the connection is closed
        self.is_known = self._ask("journal_mode") == "wal" and self._ask("page_size") == PAGE
        if self.is_known:
            db.execute("PRAGMA wal_autocheckpoint = 0")
            self._look()

    def committed(self) -> None:
        """Look at the log after a commit; bring it home where it is long. Call it outside of transactions."""
        if self.is_known and self._look() and self._has_page(self.noted + self.home_at - 1):
            self.move()

    def move(self) -> None:
        """Bring the log home, as far as no reader needs it, and note its pages. A full disk: another time."""
        if not self.is_known or not self._look():
            return
        try:
            _, length, _ = self.db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self._note(length)
        except sqlite3.Error:
            return
        except OSError:
            self.give_up()

    def end(self) -> None:
        """Bring the last pages home. Call it before the connection is closed, outside of transactions."""
        self.move()
        with contextlib.suppress(sqlite3.Error):
            if self.is_known and self._version() == self.version:
                return
        self.give_up()

    def closed(self) -> None:
        """The connection is closed: whether anything has come since end()."""
        if self._look() and self.has_more:
            self.is_known = False
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def give_up(self) -> None:
        """Note nothing any more: SQLite makes its own checkpoints again."""
        self.is_known = False
        with contextlib.suppress(sqlite3.Error):
            self.db.execute(f"PRAGMA wal_autocheckpoint = {self.home_at}")

    def _look(self) -> bool:
        """See which generation the log is of, and whether it holds pages that are not noted; False: there is none."""
        try:
            if self.fd < 0:
                self.fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            return self._see()
        except FileNotFoundError:
            return False
        except OSError:
            self.give_up()
            return False

    def _see(self) -> bool:
        header = os.pread(self.fd, HEADER, 0)
        generation = header[12:24]  # a count of checkpoints, and two salts that each page repeats
        if generation != self.generation:
            if self.has_more or (header and int.from_bytes(header[8:12], "big") != PAGE):
                self.give_up()
                return False
            self.generation, self.noted = generation, 0
        self.has_more = bool(generation) and self._has_page(self.noted)
        return bool(generation)

    def _has_page(self, place: int) -> bool:
        """Whether the log is longer than so many pages; those of earlier generations stay behind the others."""
        return os.pread(self.fd, 8, HEADER + place * FRAME + 8) == self.generation[4:]

    def _note(self, length: int) -> None:
        """Note pages up to a length of the log, which they have left for home and still stand in."""
        if length < self.noted:  # somebody else brings it home just now
            return
        for place in range(self.noted, length):
            header = os.pread(self.fd, FRAME_HEADER, HEADER + place * FRAME)
            if header[8:16] != self.generation[4:]:
                self.give_up()
                return
            self.pages.add(int.from_bytes(header[:4], "big") - 1)
            if size := int.from_bytes(header[4:8], "big"):  # a commit: pages of the database behind it
                self.lowest = size if self.lowest is None else min(self.lowest, size)
        self.noted = length
        self.has_more = False

    def _version(self) -> int:
        return int(self._ask("data_version"))

    def _ask(self, name: str) -> str | int:
        answer: str | int = self.db.execute(f"PRAGMA {name}").fetchone()[0]
        return answer
