"""The frontier in SQLite, a database a job: WAL, one writer, everything between two commits one transaction.

A killed process loses what came after its last commit, all of it: acknowledgements, new addresses and the output's
length stand or fall together.
"""

from __future__ import annotations

import contextlib
import functools
import glob
import inspect
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any, Self, TypeVar

from snapshot_crawler.exceptions import OutputError, StateError, StorageError, is_disk_trouble
from snapshot_crawler.frontier.outcome import NO_REJECTION, Kind, reason_of
from snapshot_crawler.frontier.output import final_name
from snapshot_crawler.frontier.schema import COLUMNS, is_current, make_current
from snapshot_crawler.frontier.store import LATE_ATTEMPTS, NO_DIGESTS, Commit, Entry, KeptPage, State, name_of
from snapshot_crawler.seal import Seal
from snapshot_crawler.sqlite_errors import storage_error
from snapshot_crawler.sqlite_still import connect_still

INSERT = f"INSERT OR IGNORE INTO entry ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
UPDATE = f"UPDATE entry SET {', '.join(f'{name} = ?' for name in COLUMNS)} WHERE id = ?"
ROW = attrgetter(*COLUMNS)
SELECT = f"SELECT {', '.join(COLUMNS)}, id FROM entry"
IS_WANTED = "(? IS NULL OR id IN (SELECT value FROM json_each(?)))"  # only_rejected(); twice the ids
AGAIN = "state = 0, attempts = 0, item_count = 0, outcome = ?, etag = NULL, modified = NULL"
KEYS_AT_ONCE = 500  # SQLite takes 999 parameters at least (https://www.sqlite.org/limits.html)
MEMORY_KB = 8_192  # of SQLite's page cache, by choice: memory must not grow with the frontier
TIMES_MADE = 5  # by choice: another job's refused start takes away an empty folder once
HOME_AT = 1_000  # pages of the log before it is brought home: SQLite's default
BUSY_MS = 10_000  # for a lock of `scrapy status` or a backup beside us, by choice: these hold it for milliseconds


C = TypeVar("C")


def errors_are_ours(cls: type[C]) -> type[C]:
    """A class decorator: whatever SQLite raises in a public method comes out as a StorageError."""
    for name, method in list(vars(cls).items()):
        if inspect.isfunction(method) and not name.startswith("_"):
            setattr(cls, name, _translated(method))
    return cls


def _translated(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except sqlite3.Error as error:
            raise storage_error(f"the frontier {self.path}", error) from error

    return call


@errors_are_ours
class SqliteStore:
    """See store.Store. Raises StateError for a file that is no frontier of ours, or of a newer version."""

    def __init__(self, path: Path, *, read_only: bool = False, still: bool = False) -> None:
        """still: see store.Frontiers.read."""
        self.path = path
        self.is_closed = False
        self.seal: Seal | None = None  # held by who writes
        self.only: str | None = None  # ids of the only entries that may be leased, a list in JSON; None: all
        try:
            if still:
                self.db = connect_still(path)
            elif read_only:
                self.db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
            else:
                self.seal = _sealed(path)
                self.db = sqlite3.connect(path, isolation_level=None)
            with contextlib.ExitStack() as on_failure:
                if self.seal is not None:
                    on_failure.callback(self.seal.close)
                on_failure.callback(lambda: self.db.close())  # of whatever is open then
                self._open(read_only=read_only)
                self.batch = int(self.db.execute("SELECT coalesce(max(batch), 0) FROM output").fetchone()[0])
                self.batch = max(self.batch, int(self.get_state("batch") or 0))
                on_failure.pop_all()
        except (sqlite3.Error, OSError) as error:
            if is_disk_trouble(error if isinstance(error, OSError) else storage_error("", error)):
                raise OutputError(
                    f"{path} cannot be written: {error}. Make room, then run the same command again."
                ) from error
            raise StateError(
                f"the frontier {path} cannot be used: {error}. Nothing was changed; move the file away to start anew, "
                "or choose another DATA_DIR."
            ) from error

    def _open(self, *, read_only: bool) -> None:
        has_layout = is_current(self.db, self.path)
        self.db.execute(f"PRAGMA cache_size = -{MEMORY_KB}")
        if read_only:
            if not has_layout:
                self._read_a_copy()
            return
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")  # a commit means that it is on disk, after a power cut too
        self.db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        if self.seal is not None:
            self.seal.follow(self.db, home_at=HOME_AT)
        if not has_layout:
            make_current(self.db, self.path)
        self.db.execute("BEGIN IMMEDIATE")

    def _read_a_copy(self) -> None:
        """An earlier version's file, which must not be changed: a copy is read, in a file without a name."""
        copy = sqlite3.connect("", isolation_level=None)
        try:
            self.db.backup(copy)
            make_current(copy, self.path)
        except BaseException:
            copy.close()
            raise
        self.db.close()
        self.db = copy

    # --- Addresses
    def enqueue_all(self, entries: Iterable[Entry]) -> set[str]:
        """See store.Store."""
        given = list(entries)
        last = self.db.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()[0]
        if self.db.executemany(INSERT, map(ROW, given)).rowcount == len(given):
            return {entry.key for entry in given}
        return {row[0] for row in self.db.execute("SELECT key FROM entry WHERE id > ?", (last,))}

    def known(self, keys: Iterable[str]) -> set[str]:
        wanted = list(keys)
        found: set[str] = set()
        for start in range(0, len(wanted), KEYS_AT_ONCE):
            part = wanted[start : start + KEYS_AT_ONCE]
            marks = ", ".join("?" * len(part))
            found.update(row[0] for row in self.db.execute(f"SELECT key FROM entry WHERE key IN ({marks})", part))
        return found

    def get(self, key: str) -> Entry | None:
        row = self.db.execute(f"{SELECT} WHERE key = ?", (key,)).fetchone()
        return _entry(row) if row else None

    def asked_again_at(self, key: str) -> list[Entry]:
        """See store.Store. "$" is the sign behind "#"."""
        rows = self.db.execute(f"{SELECT} WHERE key >= ? AND key < ? ORDER BY id", (f"{key}#", f"{key}$"))
        return [_entry(row) for row in rows]

    def lease(self, host: str, limit: int) -> list[Entry]:
        rows = self.db.execute(
            f"{SELECT} WHERE state = 0 AND host = ? AND {IS_WANTED} ORDER BY priority DESC, id LIMIT ?",
            (host, self.only, self.only, limit),
        ).fetchall()
        entries = [_entry(row) for row in rows]
        self.db.executemany("UPDATE entry SET state = 1 WHERE id = ?", [(entry.id,) for entry in entries])
        for entry in entries:
            entry.state = State.LEASED
        return entries

    def update(self, entry: Entry) -> None:
        if (entry.state == State.DONE or entry.item_count) and not entry.batch:
            entry.batch = self.batch + 1
        self.db.execute(UPDATE, (*ROW(entry), entry.id))

    def hosts(self) -> dict[str, int]:
        if self.only is None:
            return dict(self.db.execute("SELECT host, number FROM tally WHERE state = 0 AND number > 0"))
        query = f"SELECT host, count(*) FROM entry WHERE state = 0 AND {IS_WANTED} GROUP BY host"
        return dict(self.db.execute(query, (self.only, self.only)))

    def fail_host(self, host: str, outcome: str) -> int:
        """See store.Store."""
        query = "UPDATE entry SET state = 3, outcome = ? WHERE state = 0 AND host = ?"
        return self.db.execute(query, (outcome, host)).rowcount

    def known_hosts(self) -> set[str]:
        """See store.Store."""
        return {row[0] for row in self.db.execute("SELECT DISTINCT host FROM tally WHERE number > 0")}

    def due_lists(self, most: int) -> list[Entry]:
        """See store.Store."""
        where = "is_list = 1 AND state = 2 AND kind <> 'next' ORDER BY due_at, id LIMIT ?"
        return [_entry(row) for row in self.db.execute(f"{SELECT} WHERE {where}", (most,))]

    def visited_lists(self) -> int:
        """See store.Store."""
        query = "SELECT count(*) FROM entry WHERE is_list = 1 AND state = 2"
        number: int = self.db.execute(query).fetchone()[0]
        return number

    def counts(self) -> dict[str, int]:
        rows = self.db.execute("SELECT state, sum(number) FROM tally WHERE number > 0 GROUP BY state")
        return {State(state).name.lower(): count for state, count in rows}

    def recover(self) -> int:
        return self.db.execute("UPDATE entry SET state = 0 WHERE state = 1").rowcount

    def revisit_lists(self, now: float, horizon: float, *, share: float) -> int:
        """See store.Store."""
        is_due = "is_list = 1 AND (due_at <= ? OR due_at > ?) AND"
        first = self.db.execute(
            f"UPDATE entry SET state = 0 WHERE {is_due} kind <> 'next'"
            " AND (state IN (2, 3) OR state = 4 AND kind IN ('start', 'feed', 'sitemap'))",
            (now, horizon),
        ).rowcount
        size = self.db.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()[0]
        later = self.db.execute(
            f"UPDATE entry SET state = 0 WHERE id IN (SELECT id FROM entry WHERE {is_due} kind = 'next' AND state = 2"
            " ORDER BY due_at, id LIMIT ?)",
            (now, horizon, max(0, int(size * share) - 1 - first)),
        ).rowcount
        return first + later

    def revisit_articles(self, *, born_after: float, fetched_before: str) -> int:
        """See store.Store."""
        return self.db.execute(
            "UPDATE entry SET state = 0 WHERE is_list = 0 AND state = 2 AND born_at > ? AND fetched_at < ?",
            (born_after, fetched_before),
        ).rowcount

    def revive(self, now: float, *, most_attempts: int) -> int:
        """See store.Store."""
        return self.db.execute(
            "UPDATE entry SET state = 0 WHERE state = 3 AND (is_list = 0 OR kind = 'next')"
            " AND attempts < ? AND (attempts < ? OR due_at <= ?)",
            (most_attempts + LATE_ATTEMPTS, most_attempts, now),
        ).rowcount

    def reopen(self, outcomes: Iterable[str]) -> list[str]:
        """See store.Store."""
        urls: list[str] = []
        for outcome in outcomes:
            rows = self.db.execute(
                "UPDATE entry SET state = 0, outcome = NULL WHERE state = 4 AND substr(outcome, 1, ?) = ?"
                " RETURNING url",
                (len(outcome), outcome),
            )
            urls += [row[0] for row in rows.fetchall()]
        return urls

    def only_rejected(self, since: str, reasons: Iterable[str]) -> int:
        """See store.Store."""
        rows = self.db.execute(
            "SELECT id, outcome FROM entry WHERE state IN (2, 3, 4) AND is_list = 0 AND item_count = 0"
            " AND fetched_at >= ? AND (outcome LIKE 'rejected: %' OR outcome LIKE 'dropped: %')",
            (since,),
        )
        wanted = set(reasons)
        ids = [
            row[0]
            for row in rows
            if (reason := reason_of(row[1])) not in NO_REJECTION and (not wanted or reason in wanted)
        ]
        self.db.executemany("UPDATE entry SET state = 0, attempts = 0 WHERE id = ?", [(each,) for each in ids])
        self.only = json.dumps(ids)
        return len(ids)

    def include(self, key: str) -> None:
        """See store.Store."""
        if self.only is not None and (row := self.db.execute("SELECT id FROM entry WHERE key = ?", (key,)).fetchone()):
            self.only = json.dumps([*json.loads(self.only), row[0]])

    def revive_all(self) -> None:
        """See store.Store."""
        self.db.execute(
            "UPDATE entry SET state = 0, attempts = 0, etag = NULL, modified = NULL"
            " WHERE state <> 0 AND coalesce(outcome, '') <> ?",
            (Kind.TAKEN_DOWN,),
        )

    # --- Notes and commits
    def get_state(self, name: str) -> Any:
        row = self.db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def set_state(self, name: str, value: Any) -> None:
        self.db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, json.dumps(value, ensure_ascii=False)))

    def commit(self, outputs: Mapping[str, int], digests: Mapping[str, bytes | None] = NO_DIGESTS) -> int:
        """See store.Store."""
        self.batch += 1
        self.set_state("batch", self.batch)
        for path, length in outputs.items():
            last = self.db.execute(
                "SELECT length FROM output WHERE path = ? ORDER BY batch DESC LIMIT 1", (path,)
            ).fetchone()
            if last is None or last[0] != length:
                row = (path, self.batch, length, digests.get(path))
                self.db.execute("INSERT OR REPLACE INTO output VALUES (?, ?, ?, ?)", row)
        self.db.execute("COMMIT")
        if self.seal is not None:
            self.seal.committed()
        self.db.execute("BEGIN IMMEDIATE")
        return self.batch

    def rollback(self) -> None:
        """See store.Store."""
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    def give_up(self) -> None:
        """See store.Store."""
        with contextlib.suppress(sqlite3.Error, StorageError):
            self.rollback()
            self.db.execute("BEGIN")

    def boundaries(self, path: str, *, most: int = -1) -> list[tuple[int, int]]:
        """See store.Store."""
        return self.db.execute(
            "SELECT batch, length FROM output WHERE path = ? ORDER BY batch DESC LIMIT ?", (path, most)
        ).fetchall()

    def forget_after(self, path: str, batch: int) -> list[str]:
        """See store.Store."""
        of_output = "batch IN (SELECT batch FROM output WHERE path = ? AND batch > ?)"
        where = f"item_count > 0 AND {of_output}"
        rows = self.db.execute(f"SELECT url, key FROM entry WHERE {where}", (path, batch))
        names = [name_of(url, key) for url, key in rows]
        self.db.execute(f"UPDATE entry SET {AGAIN} WHERE {where}", (Kind.LINE_LOST, path, batch))
        self.db.execute(f"DELETE FROM brought WHERE {of_output}", (path, batch))
        lost_pages = f"DELETE FROM page WHERE path = ? AND {of_output}"
        self.db.execute(lost_pages, (str(final_name(Path(path))), path, batch))
        self.db.execute("DELETE FROM output WHERE path = ? AND batch > ?", (path, batch))
        return names

    def brought(self, item: int) -> int:
        """See store.Store."""
        row = self.db.execute("SELECT number FROM brought WHERE item = ?", (item,)).fetchone()
        return row[0] if row else 0

    def remember_brought(self, item: int, number: int) -> None:
        """See store.Store."""
        self.db.execute(
            "INSERT INTO brought VALUES (?, ?, ?) ON CONFLICT (item) DO UPDATE SET number = excluded.number,"
            " batch = excluded.batch WHERE excluded.number > number",
            (item, number, self.batch + 1),
        )

    def publish_all_again(self) -> None:
        """See store.Store."""
        self.db.execute(f"UPDATE entry SET {AGAIN} WHERE item_count > 0", (Kind.ANOTHER_FILE,))
        self.db.execute("DELETE FROM brought")

    def to_publish_again(self) -> Iterator[str]:
        """See store.Store."""
        query = f"SELECT url, key FROM entry WHERE state = 0 AND outcome IN ('{Kind.LINE_LOST}', '{Kind.ANOTHER_FILE}')"
        try:
            for url, key in self.db.execute(query):
                yield name_of(url, key)
        except sqlite3.Error as error:  # errors_are_ours does not see what happens between two addresses
            raise storage_error(f"the frontier {self.path}", error) from error

    def commits(self, path: str) -> list[Commit]:
        """See store.Store."""
        query = "SELECT batch, length, digest FROM {} WHERE path = ? ORDER BY batch"
        rows = self.db.execute(query.format("output"), (path,)).fetchall()
        return [Commit(*row) for row in rows or self.db.execute(query.format("finished"), (path,))]

    def recount(self, path: str, commits: Iterable[Commit]) -> None:
        """See store.Store."""
        table = "output" if path in self.output_paths() else "finished"
        self.db.execute(f"DELETE FROM {table} WHERE path = ?", (path,))
        rows = [(path, each.batch, each.length, each.digest) for each in commits]
        self.db.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", rows)

    def finished_paths(self) -> list[str]:
        """See store.Store."""
        return [row[0] for row in self.db.execute("SELECT DISTINCT path FROM finished")]

    def object_paths(self, *, of_all: bool) -> list[str]:
        """See store.Store. "0" is the sign behind "/"."""
        rows = self.db.execute("SELECT name FROM note WHERE name >= 'output/s3://' AND name < 'output/s3:/0'")
        return [row[0].removeprefix("output/") for row in rows]

    def finish_output(self, path: str, name: str) -> None:
        """See store.Store."""
        self.db.execute("DELETE FROM finished WHERE path = ?", (name,))
        self.db.execute("INSERT INTO finished SELECT ?, batch, length, digest FROM output WHERE path = ?", (name, path))
        self.db.execute("UPDATE OR REPLACE note SET name = ? WHERE name = ?", (f"output/{name}", f"output/{path}"))
        self.db.execute("DELETE FROM output WHERE path = ?", (path,))

    def rename_output(self, path: str, name: str) -> None:
        """See store.Store."""
        for table in ("output", "finished"):
            self.db.execute(f"UPDATE OR REPLACE {table} SET path = ? WHERE path = ?", (name, path))
        finals = (str(final_name(Path(name))), str(final_name(Path(path))))
        self.db.execute("UPDATE page SET path = ? WHERE path = ?", finals)
        self.db.execute("UPDATE OR REPLACE note SET name = ? WHERE name = ?", (f"output/{name}", f"output/{path}"))

    def reopen_output(self, path: str) -> None:
        """See store.Store."""
        self.db.execute("INSERT OR REPLACE INTO output SELECT * FROM finished WHERE path = ?", (path,))
        self.db.execute("DELETE FROM finished WHERE path = ?", (path,))

    def drop_finished(self, path: str) -> None:
        """See store.Store."""
        self.db.execute("DELETE FROM finished WHERE path = ?", (path,))
        self.db.execute("DELETE FROM note WHERE name = ?", (f"output/{path}",))
        self.forget_pages(path)

    def output_paths(self) -> list[str]:
        """See store.Store."""
        return [row[0] for row in self.db.execute("SELECT DISTINCT path FROM output")]

    def reset_output(self, path: str) -> None:
        """See store.Store."""
        self.db.execute("DELETE FROM output WHERE path = ?", (path,))
        self.db.execute("DELETE FROM note WHERE name = ?", (f"output/{path}",))
        self.forget_pages(str(final_name(Path(path))))

    def kept_page(self, digest: bytes) -> KeptPage | None:
        """See store.Store."""
        query = "SELECT path, offset, length, url, date FROM page WHERE digest = ?"
        row = self.db.execute(query, (digest,)).fetchone()
        return KeptPage(*row) if row else None

    def keep_page(self, digest: bytes, page: KeptPage) -> None:
        """See store.Store."""
        row = (digest, page.path, page.offset, page.length, page.url, page.date, self.batch + 1)
        self.db.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def forget_pages(self, path: str) -> None:
        """See store.Store."""
        self.db.execute("DELETE FROM page WHERE path = ?", (path,))

    def parts_of(self, url: str) -> list[Entry]:
        """See store.Store."""
        rows = self.db.execute(f"{SELECT} WHERE parent = ? AND kind = 'next-part'", (url,))
        return [_entry(row) for row in rows]

    def erase(self) -> None:
        """See store.Store."""
        self.commit({})
        self.db.execute("COMMIT")
        self.db.execute("VACUUM")
        if self.seal is not None:
            self.seal.end()
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """See store.Store."""
        if not self.is_closed:
            self.is_closed = True
            try:
                self.rollback()
                if self.seal is not None:
                    self.seal.end()
                self.db.close()
            finally:
                if self.seal is not None:
                    self.seal.close()


def _sealed(path: Path) -> Seal:
    """The seal, made with its folder; again where SqliteFrontiers.remove has just taken the empty folder away for a
    job that was refused."""
    for _ in range(TIMES_MADE):
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            return Seal(path)
    return Seal(path)


def _entry(row: tuple[Any, ...]) -> Entry:
    entry = Entry(**dict(zip([*COLUMNS, "id"], row, strict=True)))
    entry.state, entry.is_list = State(entry.state), bool(entry.is_list)
    return entry


class SqliteFrontiers:
    """See store.Frontiers: one file a job, frontier/JOB.sqlite."""

    def __init__(self, root: Path, settings: Mapping[str, Any]) -> None:
        self.root, self.settings = root, settings

    def elsewhere(self, root: Path) -> Self:
        """See store.Frontiers."""
        return type(self)(root, self.settings)

    def jobs(self) -> list[str]:
        """See store.Frontiers."""
        return sorted(path.stem for path in self._folder.glob("*.sqlite"))

    def has(self, job: str) -> bool:
        """See store.Frontiers."""
        return self._path(job).is_file()

    def place(self, job: str) -> str:
        """See store.Frontiers."""
        return str(self._path(job))

    def open(self, job: str) -> SqliteStore:
        """See store.Frontiers."""
        return SqliteStore(self._path(job))

    def read(self, job: str, *, still: bool = False) -> SqliteStore:
        """See store.Frontiers."""
        return SqliteStore(self._path(job), read_only=True, still=still)

    def remove(self, job: str) -> None:
        """See store.Frontiers."""
        for path in self._folder.glob(f"{glob.escape(self._path(job).name)}*"):  # -wal and -shm too
            path.unlink()
        with contextlib.suppress(OSError):  # other jobs' are there, or it never was
            self._folder.rmdir()

    @property
    def _folder(self) -> Path:
        return self.root / "frontier"

    def _path(self, job: str) -> Path:
        return self._folder / f"{job}.sqlite"
