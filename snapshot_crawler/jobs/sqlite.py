"""The history of the jobs in one SQLite file below the DATA_DIR: a Store (store.py) for one machine.

Whether a run is alive is told by its lock (locks.py), so nothing of that lies here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from snapshot_crawler.exceptions import OutputError, StateError, is_disk_trouble
from snapshot_crawler.jobs.store import AtWork
from snapshot_crawler.seal import Seal
from snapshot_crawler.sqlite_errors import storage_error

PATIENCE_S = 30.0  # for another process's transaction; ours last milliseconds
SCHEMA = """
-- a moment is JSON: [seconds since 1970, seconds since the machine's start, that start's name] (clock.Moment)
CREATE TABLE job (
    name TEXT PRIMARY KEY, seen TEXT NOT NULL,  -- when the job was first in a job file
    base TEXT,              -- when a time of its timetable was last taken up
    ended TEXT, exit_code INTEGER, failures INTEGER NOT NULL DEFAULT 0,  -- of the last run; bad ones in a row
    resume INTEGER NOT NULL DEFAULT 0,  -- 1: the last run was stopped by the daemon's end, and continues at once
    condition TEXT NOT NULL DEFAULT '{}',   -- what was told of it (condition.py)
    last_success REAL, newest_article REAL,  -- seconds since 1970
    articles INTEGER NOT NULL DEFAULT 0, pages TEXT NOT NULL DEFAULT '{}'  -- of all runs; pages by outcome, JSON
) WITHOUT ROWID;
CREATE TABLE run (
    id INTEGER PRIMARY KEY, job TEXT NOT NULL, cause TEXT NOT NULL, started TEXT NOT NULL, ended TEXT,
    stop TEXT,  -- why it was stopped: STOP_...
    run TEXT, pid INTEGER, log TEXT, word TEXT, exit_code INTEGER, sentence TEXT, articles INTEGER, pages INTEGER,
    seconds REAL, facts TEXT NOT NULL DEFAULT '{}'  -- parts of the report that later questions need, JSON
);
CREATE INDEX run_by_job ON run (job, id);
CREATE INDEX run_open ON run (job) WHERE ended IS NULL;
-- in which hours (since 1970) a job brought new articles: its rhythm
CREATE TABLE arrival (job TEXT, hour INTEGER, articles INTEGER NOT NULL, PRIMARY KEY (job, hour)) WITHOUT ROWID;
-- what is to be told, and to whom it went; a row of delivery is made when somebody knows the channels
CREATE TABLE event (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, job TEXT NOT NULL, words TEXT NOT NULL, body TEXT NOT NULL,
    is_spread INTEGER NOT NULL DEFAULT 0);
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY, event INTEGER NOT NULL, channel TEXT NOT NULL, word TEXT NOT NULL, title TEXT NOT NULL,
    body TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0, tried TEXT,
    trouble TEXT, UNIQUE (event, channel));
"""
ORDERS = """
-- runs that were asked for over HTTP (orders.py); run is NULL while they wait
CREATE TABLE wanted (
    id TEXT PRIMARY KEY, job TEXT NOT NULL, priority INTEGER NOT NULL, asked TEXT NOT NULL, run INTEGER);
CREATE INDEX wanted_by_run ON wanted (run);
"""
UPGRADES = (
    SCHEMA,
    ORDERS,
)  # each brings a file from the version of its place to the next; never changed, only added to
VERSION = len(UPGRADES)


class SqliteStore:
    """See store.Store."""

    is_shared = False
    machine = ""
    host_column = "NULL"
    by_arrival = "rowid"

    def __init__(self, path: Path) -> None:
        self.path, self.place = path, str(path)
        with ExitStack() as on_failure:
            self.seal = _sealed(path)
            on_failure.callback(self.seal.close)
            self.db = _connect(path)
            on_failure.pop_all()

    def execute(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """See store.Store."""
        return self.db.execute(query, values)

    def executemany(self, query: str, rows: Iterable[Sequence[Any]]) -> sqlite3.Cursor:
        """See store.Store."""
        return self.db.executemany(query, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See store.Store. Raises OutputError when the disk takes no more."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")
        except sqlite3.Error as error:
            raise _told(self.path, error) from error

    def wall(self, column: str) -> str:
        """See store.Store."""
        return f"json_extract({column}, '$[0]')"

    def server_wall(self) -> float | None:
        """See store.Store."""
        return None

    # --- Runs of several machines: there is one
    def at_work(self, job: str) -> list[AtWork]:
        """See store.Store."""
        return []

    def took_part(self, round_: int) -> bool:
        """See store.Store."""
        return False

    def was_worked_off(self, number: int) -> bool:
        """See store.Store."""
        return False

    def begin(self, number: int, round_: int | None) -> None:
        """See store.Store."""

    def dead(self, job: str) -> list[int]:
        """See store.Store."""
        query = "SELECT id FROM run WHERE ended IS NULL AND job = ? ORDER BY id"
        return [row[0] for row in self.db.execute(query, (job,))]

    def rounds(self) -> list[tuple[str, int, int]]:
        """See store.Store."""
        return []

    def renew(self, number: int) -> str | None:
        """See store.Store."""
        return ""

    def is_mine(self, number: int) -> bool:
        """See store.Store."""
        return True

    def alive(self) -> set[str] | None:
        """See store.Store."""
        return None

    def hurry(self) -> None:
        """See store.Store."""

    def close(self) -> None:
        """See store.Store."""
        self.db.close()
        self.seal.close()


def _sealed(path: Path) -> Seal:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Seal(path)
    except OSError as error:
        raise _told(path, error) from error


def _connect(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise _told(path, error) from error
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")  # a power cut may take the last runs, whose reports are still there
        if db.execute("PRAGMA user_version").fetchone()[0] < VERSION:
            db.execute("BEGIN IMMEDIATE")  # one process makes the tables, another finds them made
            for upgrade in UPGRADES[db.execute("PRAGMA user_version").fetchone()[0] :]:
                for statement in upgrade.split(";\n"):
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute("COMMIT")
        found = db.execute("PRAGMA user_version").fetchone()[0]
        if found > VERSION:
            raise StateError(f"{path} was written by version {found}; this is version {VERSION}. Upgrade.")
    except sqlite3.Error as error:
        db.close()
        raise _told(path, error) from error
    except BaseException:
        db.close()
        raise
    return db


def _told(path: Path, error: OSError | sqlite3.Error) -> OutputError | StateError:
    if isinstance(error, OSError) or is_disk_trouble(storage_error(str(path), error)):
        return OutputError(f"the jobs' history {path} cannot be written: {error}. Make room, then run again.")
    return StateError(f"the jobs' history {path} cannot be used: {error}. Move it away to begin anew.")
