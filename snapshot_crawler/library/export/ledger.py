"""What was exported already: below DATA_DIR, apart from the library, which may be thrown away and made again.

An export that goes on (--since-last) has a name and numbered batches. A batch is planned here with its keys before it
is written, and confirmed after; one that was planned and not confirmed is written again, with the same keys under the
same number. So a kill at any instant exports nothing twice and loses nothing.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from snapshot_crawler.exceptions import ConfigurationError, LockHeldError
from snapshot_crawler.library.schema import errors_told

NAME = "exports.sqlite"
VERSION = 1  # of the tables below
SCHEMA = """
CREATE TABLE export (name TEXT PRIMARY KEY, target TEXT NOT NULL, selection TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE batch (
    export TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL, is_done INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (export, number)
) WITHOUT ROWID;
CREATE TABLE exported (export TEXT NOT NULL, key BLOB NOT NULL, batch INTEGER NOT NULL, PRIMARY KEY (export, key))
WITHOUT ROWID;
"""
AT_ONCE = 500  # values of one query; SQLite takes 999 at least (https://www.sqlite.org/limits.html)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that is to be written. keys: what it holds."""

    number: int
    keys: frozenset[bytes]


class Ledger:
    """The ledger of one export. Raises LockHeldError where the same DATA_DIR exports at this moment."""

    def __init__(self, root: Path, name: str, target: str, selection: str) -> None:
        self.name, self.path = name, root / NAME
        root.mkdir(parents=True, exist_ok=True)
        self.lock = (root / "exports.lock").open("ab")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with errors_told(self.path):
                self.db = sqlite3.connect(self.path, isolation_level=None)
                self._open(target, selection)
        except OSError as error:
            self.lock.close()
            raise LockHeldError(f"another export of {root} is at work") from error
        except BaseException:
            self.close()
            raise

    def _open(self, target: str, selection: str) -> None:
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")  # what was planned must be known after a power cut too
        if self.db.execute("PRAGMA user_version").fetchone()[0] == 0:
            self.db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        self.db.execute("INSERT OR IGNORE INTO export VALUES (?, ?, ?)", (self.name, target, selection))
        known = self.db.execute("SELECT target, selection FROM export WHERE name = ?", (self.name,)).fetchone()
        if known != (target, selection):
            raise ConfigurationError(
                f"the export {self.name!r} goes to {known[0]} and takes {known[1]}; give this one another --name"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the ledger."""
        if hasattr(self, "db"):
            self.db.close()
        self.lock.close()

    def pending(self) -> list[Batch]:
        """Batches that were planned and not confirmed: a run died over them."""
        with errors_told(self.path):
            query = "SELECT number FROM batch WHERE export = ? AND NOT is_done ORDER BY number"
            numbers = [row[0] for row in self.db.execute(query, (self.name,)).fetchall()]
            query = "SELECT key FROM exported WHERE export = ? AND batch = ?"
            return [
                Batch(number, frozenset(row[0] for row in self.db.execute(query, (self.name, number))))
                for number in numbers
            ]

    def new(self, keys: Sequence[bytes]) -> set[bytes]:
        """Those of the keys that no batch holds."""
        with errors_told(self.path):
            known: set[bytes] = set()
            for start in range(0, len(keys), AT_ONCE):
                part = keys[start : start + AT_ONCE]
                query = f"SELECT key FROM exported WHERE export = ? AND key IN ({', '.join('?' * len(part))})"
                known.update(row[0] for row in self.db.execute(query, (self.name, *part)))
            return set(keys) - known

    def plan(self, keys: Iterable[bytes]) -> Batch:
        """A new batch with these keys; it is pending until done()."""
        with errors_told(self.path):
            batch = frozenset(keys)
            self.db.execute("BEGIN IMMEDIATE")
            query = "SELECT coalesce(max(number), 0) + 1 FROM batch WHERE export = ?"
            number = int(self.db.execute(query, (self.name,)).fetchone()[0])
            at = datetime.now(UTC).isoformat(timespec="seconds")
            self.db.execute("INSERT INTO batch VALUES (?, ?, ?, 0)", (self.name, number, at))
            self.db.executemany("INSERT INTO exported VALUES (?, ?, ?)", [(self.name, key, number) for key in batch])
            self.db.execute("COMMIT")
            return Batch(number, batch)

    def done(self, batch: Batch) -> None:
        """The batch is where it belongs."""
        with errors_told(self.path):
            query = "UPDATE batch SET is_done = 1 WHERE export = ? AND number = ?"
            self.db.execute(query, (self.name, batch.number))
