"""The index's rows in one SQLite database that several crawls share: rows.Rows; schema.py makes and opens the file.

Write-ahead logging lets readers and one writer work side by side; a killed process loses at most its own unfinished
transaction. A crawl that has the file for itself keeps one transaction open over many decisions (hold): that saves two
writes and a lock each. It ends when the crawl commits, and as soon as another process opens the file.

Crawls that share the file wait for each other's transactions, of a fifth of a millisecond each. So nobody holds the
lock while the disk writes (_sync), and who waits looks again after a twentieth of a millisecond, not after a whole one
as SQLite does (_begin).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Self, TypeVar

from snapshot_crawler.dedup import owners
from snapshot_crawler.dedup.decision import State
from snapshot_crawler.dedup.identity import pack_id, unpack_id
from snapshot_crawler.dedup.rows import Entry, Unsettled
from snapshot_crawler.dedup.schema import JOURNAL_PAGES, PATIENCE_S, connect, damaged, sealed
from snapshot_crawler.durable import sync_folder
from snapshot_crawler.exceptions import StateError, StorageError
from snapshot_crawler.holders import Holder
from snapshot_crawler.seal import seal_path, wal_path
from snapshot_crawler.sqlite_errors import PRIMARY, storage_error

T = TypeVar("T")
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.00005, 0.005  # between two looks at a lock, by choice; each longer by half
MOST_SOURCES = 10_000  # names kept in memory, by choice: about 1 MB, and a crawl meets some hundred


class SqliteRows:
    """See rows.Rows. Raises StateError when the file cannot be used, here or in any call."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with ExitStack() as on_failure:
            self.seal = sealed(path)
            on_failure.callback(self.seal.close)
            self.holder = Holder(seal_path(path))
            on_failure.callback(self.holder.close)
            self.db = connect(path)
            on_failure.callback(self.db.close)
            self.seal.follow(self.db, home_at=JOURNAL_PAGES)
            self.db.execute("PRAGMA busy_timeout = 0")  # _begin waits, and nothing else has to
            on_failure.pop_all()
        self.log = wal_path(path)
        self.is_log_named = False  # durably, in its folder
        self.sources: dict[str, int] = {}
        self.may_hold = self.in_block = False
        self.undone: StateError | StorageError | None = None  # why what was held is gone

    @classmethod
    def at(cls, root: Path, settings: Mapping[str, Any]) -> Self:
        """See rows.Rows."""
        return cls(_path(root))

    @classmethod
    def is_at(cls, root: Path, settings: Mapping[str, Any]) -> bool:
        """See rows.Rows."""
        return _path(root).is_file()

    @classmethod
    def place(cls, root: Path, settings: Mapping[str, Any]) -> str:
        """See rows.Rows."""
        return str(_path(root))

    def close(self) -> None:
        """See rows.Rows."""
        self.seal.end()
        self.db.close()
        self.holder.close()
        self.seal.close()

    # --- Transactions
    @contextmanager
    def transaction(self, *, durable: bool = False, keys: Iterable[int] | None = None) -> Iterator[None]:
        """See rows.Rows."""
        if self.in_block:
            yield
            return
        if durable or self.undone is not None:
            self.flush()
        is_held = self.db.in_transaction
        self.in_block = True
        try:
            if is_held:
                self.db.execute("SAVEPOINT block")
            else:
                self._begin()
            try:
                yield
                if durable or not self._may_go_on():
                    self.db.execute("COMMIT")
                    self.seal.committed()
                elif is_held:
                    self.db.execute("RELEASE block")
            except BaseException as error:
                self._undo(error, is_held=is_held)
                raise
            if durable:
                self._sync()
        except sqlite3.Error as error:
            raise self._told(error) from error
        finally:
            self.in_block = False

    def _begin(self) -> None:
        """Open a transaction that may write, as soon as no other process has one."""
        deadline, pause = time.monotonic() + PATIENCE_S, SHORTEST_PAUSE_S
        while True:
            try:
                self.db.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(pause)
            pause = min(1.5 * pause, LONGEST_PAUSE_S)

    def _sync(self) -> None:
        """Bring to the disk what is committed, while others may write already. Their part comes along, or later.

        It is what SQLite does within COMMIT at synchronous = FULL. A file system without write-ahead logging has no
        such log; there SQLite syncs in every COMMIT.
        """
        try:
            with suppress(FileNotFoundError):
                descriptor = os.open(self.log, os.O_RDONLY)
                try:
                    os.fdatasync(descriptor)
                finally:
                    os.close(descriptor)
                if not self.is_log_named:
                    sync_folder(self.log.parent)
                    self.is_log_named = True
        except OSError as error:  # a second try may succeed without what the first one lost
            self.undone = storage_error(f"the index {self.path}", error)
            raise self.undone from error

    def _undo(self, error: BaseException, *, is_held: bool) -> None:
        """Undo a block. What was held before it stays, unless SQLite has undone all by itself, as on a full disk."""
        self.sources.clear()  # a name entered in this transaction is not there
        if not self.db.in_transaction:
            if is_held:
                self.undone = self._told(error if isinstance(error, sqlite3.Error) else sqlite3.Error(str(error)))
        elif is_held:
            self.db.execute("ROLLBACK TO block")
            self.db.execute("RELEASE block")
        else:
            self.db.execute("ROLLBACK")

    def _told(self, error: sqlite3.Error) -> StateError | StorageError:
        if type(error) is sqlite3.DatabaseError:  # its subclasses mean other things: locked, full, read-only
            return damaged(self.path, error)
        return storage_error(f"the index {self.path}", error)

    def hold(self) -> None:
        """See holding.Holding."""
        self.may_hold = True

    def _may_go_on(self) -> bool:
        return self.may_hold and self.holder.is_alone()

    @property
    def is_held(self) -> bool:
        """See holding.Holding."""
        return self.db.in_transaction and not self.in_block

    def let_others_in(self) -> None:
        """See holding.Holding."""
        if self.is_held and not self.holder.is_alone():
            self.flush()

    def flush(self) -> None:
        """See holding.Holding."""
        if self.undone is not None:
            raise self.undone
        if not self.is_held:
            return
        try:
            self.db.execute("COMMIT")
            self.seal.committed()
        except sqlite3.Error as error:
            self.undone = self._told(error)
            self.sources.clear()
            with suppress(sqlite3.Error):  # it may have ended by itself
                self.db.execute("ROLLBACK")
            raise self.undone from error

    def run(self, work: Callable[[], T], *, durable: bool = False, keys: Iterable[int] | None = None) -> T:
        """See rows.Rows."""
        with self.transaction(durable=durable):
            return work()

    # --- Owners
    def register(self, name: str) -> int:
        """See rows.Rows."""
        us = owners.this_process()
        self.db.execute(
            "INSERT INTO owners (name, host, pid, began) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET host = excluded.host, pid = excluded.pid, began = excluded.began",
            (name, us.host, us.pid, us.began),
        )
        number: int = self._one("SELECT n FROM owners WHERE name = ?", name)
        return number

    def passed(self) -> None:
        """See rows.Rows. A kill frees what the process holds, and one that hangs holds it."""

    def is_alive(self, owner: int) -> bool:
        """See rows.Rows."""
        row = self.db.execute("SELECT host, pid, began FROM owners WHERE n = ?", (owner,)).fetchone()
        return row is not None and owners.is_alive(owners.Process(*row))

    def given_up(self, numbers: Sequence[int]) -> list[Unsettled]:
        """See rows.Rows."""
        return []

    # --- Finding
    def sharing(self, keys: Sequence[int], newest: int) -> list[list[int]]:
        """See rows.Rows."""
        found: list[list[int]] = [[] for _ in keys]
        for place, n in self.db.execute(_sharing_query(len(keys), newest), tuple(keys)):
            found[place].append(n)
        return found

    def with_key(self, key: int) -> list[tuple[int, str]]:
        """See rows.Rows."""
        query = "SELECT articles.n, articles.id FROM keys JOIN articles ON articles.n = keys.n WHERE key = ?"
        return [(n, unpack_id(stored)) for n, stored in self.db.execute(query, (key,))]

    def add_keys(self, n: int, keys: Iterable[int]) -> None:
        """See rows.Rows."""
        self.db.executemany("INSERT OR IGNORE INTO keys (key, n) VALUES (?, ?)", [(key, n) for key in keys])

    # --- Entries
    def __len__(self) -> int:
        count: int = self.db.execute("SELECT count(*) FROM articles").fetchone()[0]
        return count

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        """See rows.Rows."""
        if not numbers:
            return []
        marks = ",".join("?" * len(numbers))
        query = f"SELECT n, id, content, state, version, print FROM articles WHERE n IN ({marks}) ORDER BY n"
        return [
            Entry(n, unpack_id(stored), content, State(state), version, blob)
            for n, stored, content, state, version, blob in self.db.execute(query, tuple(numbers))
        ]

    def insert(self, entry: Entry, *, story: int | None, source: str | None) -> int:
        """See rows.Rows."""
        number = None if source is None else self._source(source)
        row = (pack_id(entry.id), entry.content, entry.state, entry.version, story, number, entry.print)
        n = self.db.execute(
            "INSERT INTO articles (id, content, state, version, story, source, print) VALUES (?, ?, ?, ?, ?, ?, ?)", row
        ).lastrowid
        assert n is not None
        return n

    def _source(self, name: str) -> int:
        if name not in self.sources:
            self.db.execute("INSERT OR IGNORE INTO sources (name) VALUES (?)", (name,))
            if len(self.sources) >= MOST_SOURCES:
                self.sources.clear()
            self.sources[name] = self._one("SELECT n FROM sources WHERE name = ?", name)
        return self.sources[name]

    def change(self, n: int, **values: bytes | int | None) -> None:
        """See rows.Rows."""
        columns = ", ".join(f"{name} = ?" for name in values)
        self.db.execute(f"UPDATE articles SET {columns} WHERE n = ?", (*values.values(), n))

    def repoint(self, link: str, old: int, new: int | None) -> None:
        """See rows.Rows. Looks at every entry."""
        self.db.execute(f"UPDATE articles SET {link} = ? WHERE {link} = ?", (new, old))

    def delete(self, n: int) -> None:
        """See rows.Rows."""
        for table in ("keys", "unsettled", "articles"):
            self.db.execute(f"DELETE FROM {table} WHERE n = ?", (n,))

    def id(self, n: int) -> str:
        """See rows.Rows."""
        return unpack_id(self._one("SELECT id FROM articles WHERE n = ?", n))

    def state(self, n: int) -> State | None:
        """See rows.Rows."""
        found = self._one("SELECT state FROM articles WHERE n = ?", n)
        return None if found is None else State(found)

    def story(self, n: int) -> int | None:
        """See rows.Rows."""
        found: int | None = self._one("SELECT story FROM articles WHERE n = ?", n)
        return found

    def lead(self, n: int) -> int | None:
        """See rows.Rows."""
        found: int | None = self._one("SELECT lead FROM articles WHERE n = ?", n)
        return found

    def heir(self, n: int) -> int | None:
        """See rows.Rows. Looks at every entry."""
        found: int | None = self._one("SELECT min(n) FROM articles WHERE story = ?", n)
        return found

    def source(self, n: int) -> str | None:
        """See rows.Rows."""
        query = "SELECT name FROM sources JOIN articles ON sources.n = articles.source WHERE articles.n = ?"
        found: str | None = self._one(query, n)
        return found

    # --- Unsettled notes
    def note(self, note: Unsettled) -> None:
        """See rows.Rows."""
        was = (note.before_content, note.before_version, note.before_state)
        self.db.execute(
            "INSERT INTO unsettled VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (n) DO UPDATE SET owner = excluded.owner, url = excluded.url",
            (note.n, note.owner, note.url, *was),
        )

    def unsettled(self, n: int) -> Unsettled | None:
        """See rows.Rows."""
        row = self.db.execute("SELECT * FROM unsettled WHERE n = ?", (n,)).fetchone()
        return None if row is None else _unsettled(row)

    def unsettled_of(self, owner: int) -> list[Unsettled]:
        """See rows.Rows."""
        return [_unsettled(row) for row in self.db.execute("SELECT * FROM unsettled WHERE owner = ?", (owner,))]

    def readdress(self, n: int, url: str) -> None:
        """See rows.Rows."""
        self.db.execute("UPDATE unsettled SET url = ? WHERE n = ?", (url, n))

    def settle(self, owner: int, urls: Sequence[str]) -> set[str]:
        """See rows.Rows."""
        query = "DELETE FROM unsettled WHERE owner = ? AND url = ?"
        return {url for url in urls if self.db.execute(query, (owner, url)).rowcount}

    def settle_entries(self, numbers: Iterable[int]) -> None:
        """See rows.Rows."""
        self.db.executemany("DELETE FROM unsettled WHERE n = ?", [(n,) for n in numbers])

    def _one(self, query: str, value: object) -> Any:
        row = self.db.execute(query, (value,)).fetchone()
        return row[0] if row else None


@lru_cache(maxsize=64)
def _sharing_query(keys: int, newest: int) -> str:
    """Rows (place of the key, entry) for so many keys, the newest entries of each."""
    one = f"SELECT {{}}, n FROM (SELECT n FROM keys WHERE key = ? ORDER BY n DESC LIMIT {newest})"
    return " UNION ALL ".join(one.format(place) for place in range(keys))


def _unsettled(row: tuple[Any, ...]) -> Unsettled:
    n, owner, url, content, version, state = row
    return Unsettled(n, owner, url, content, version, None if state is None else State(state))


def _path(root: Path) -> Path:
    return root / "index.sqlite"
