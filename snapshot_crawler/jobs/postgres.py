"""The history of the jobs in the shared database: a Store (store.py) for several machines with one timetable.

A run has a lease there, which its own process renews (alive.py), so that it ends with the process or its machine. All
times of leases are the server's. One transaction at a time writes, as in SQLite: each lasts milliseconds, and there are
a few for each run.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from snapshot_crawler.jobs.store import AtWork, Shared
from snapshot_crawler.postgres.database import Database
from snapshot_crawler.postgres.migrations import migrate
from snapshot_crawler.postgres.worker import worker_name

if TYPE_CHECKING:
    import psycopg

ROOM = "jobs"
LOCK = (1720, 0)  # an advisory lock, by choice; others of ours: dedup/postgres.py, postgres/migrations.py
LEASE_S = 30  # a run whose machine is gone is given up after so long, and looked for every ten seconds (daemon.py)
HURRY_S = 5.0  # by choice: a daemon looks at its runs each second, and may miss five of them
# the tables are those of sqlite.py, where their columns are explained; worker: of which DATA_DIR a run is, host: the
# machine's name, for people; until: its lease; round: the run whose work it shares
STEPS = [
    """
CREATE TABLE jobs_job (
    name text PRIMARY KEY, seen text NOT NULL, base text, ended text, exit_code integer,
    failures integer NOT NULL DEFAULT 0, resume integer NOT NULL DEFAULT 0, condition text NOT NULL DEFAULT '{}',
    last_success double precision, newest_article double precision, articles bigint NOT NULL DEFAULT 0,
    pages text NOT NULL DEFAULT '{}');
CREATE TABLE jobs_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job text NOT NULL, cause text NOT NULL, started text NOT NULL,
    ended text, stop text, run text, pid integer, log text, word text, exit_code integer, sentence text,
    articles bigint, pages bigint, seconds double precision, facts text NOT NULL DEFAULT '{}',
    worker text, host text, round bigint, until timestamptz);
CREATE INDEX jobs_run_by_job ON jobs_run (job, id);
CREATE INDEX jobs_run_open ON jobs_run (job) WHERE ended IS NULL;
CREATE INDEX jobs_run_by_round ON jobs_run (round);
CREATE TABLE jobs_arrival (job text, hour bigint, articles bigint NOT NULL, PRIMARY KEY (job, hour));
CREATE TABLE jobs_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at text NOT NULL, job text NOT NULL, words text NOT NULL,
    body text NOT NULL, is_spread integer NOT NULL DEFAULT 0);
CREATE TABLE jobs_delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event bigint NOT NULL, channel text NOT NULL,
    word text NOT NULL, title text NOT NULL, body text NOT NULL, state text NOT NULL DEFAULT 'waiting',
    attempts integer NOT NULL DEFAULT 0, tried text, trouble text, UNIQUE (event, channel));
CREATE TABLE jobs_wanted (
    n bigint GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY, job text NOT NULL, priority integer NOT NULL,
    asked text NOT NULL, run bigint);
CREATE INDEX jobs_wanted_by_run ON jobs_wanted (run)
"""
]


class Rows:
    """See store.Result, of rows that are here already."""

    rowcount = -1

    def __init__(self, rows: list[Any]) -> None:
        self.rows = iter(rows)

    def fetchone(self) -> Any:
        """See store.Result."""
        return next(self.rows, None)

    def fetchall(self) -> list[Any]:
        """See store.Result."""
        return list(self.rows)

    def __iter__(self) -> Iterator[Any]:
        return self.rows


class PostgresStore:
    """See store.Store."""

    is_shared = True
    host_column = "host"
    by_arrival = "n"

    def __init__(self, shared: Shared) -> None:
        self.place, self.worker = str(shared), worker_name(shared.root)
        self.host = socket.gethostname()
        self.machine = f"@{self.host}"  # no job's name begins like this
        self.cursor: psycopg.Cursor[Any] | None = None  # of the open transaction
        self.database = Database(shared.address, wait_s=shared.wait_s)
        with ExitStack() as on_failure:
            on_failure.callback(self.database.close)
            migrate(self.database, ROOM, STEPS)
            on_failure.pop_all()

    def execute(self, query: str, values: Sequence[Any] = ()) -> Any:
        """See store.Store."""
        if self.cursor is None:
            return Rows(self.database.read(_translated(query), _stored(values)))
        return self.cursor.connection.execute(_translated(query), _stored(values))

    def executemany(self, query: str, rows: Iterable[Sequence[Any]]) -> None:
        """See store.Store."""
        assert self.cursor is not None, "outside of transaction()"
        self.cursor.executemany(_translated(query), [_stored(values) for values in rows])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See store.Store."""
        with self.database.transaction() as self.cursor:
            try:
                self.cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
                yield
            finally:
                self.cursor = None

    def wall(self, column: str) -> str:
        """See store.Store."""
        return f"({column}::json->>0)::double precision"

    def server_wall(self) -> float | None:
        """See store.Store."""
        return float(self._one("SELECT extract(epoch FROM clock_timestamp())"))

    # --- Runs of several machines
    def at_work(self, job: str) -> list[AtWork]:
        """See store.Store."""
        query = "SELECT id, round FROM main.run WHERE ended IS NULL AND job = ? AND worker <> ? ORDER BY id"
        return [AtWork(*row) for row in self.execute(query, (job, self.worker))]

    def took_part(self, round_: int) -> bool:
        """See store.Store."""
        return bool(self._one("SELECT 1 FROM main.run WHERE round = ? AND worker = ?", round_, self.worker))

    def was_worked_off(self, number: int) -> bool:
        """See store.Store."""
        others = "round = (SELECT round FROM main.run AS own WHERE own.id = ?) AND id <> ?"
        return bool(self._one(f"SELECT 1 FROM main.run WHERE exit_code = 0 AND {others}", number, number))

    def begin(self, number: int, round_: int | None) -> None:
        """See store.Store."""
        self.execute(
            "UPDATE main.run SET worker = ?, host = ?, round = coalesce(?, id),"
            " until = clock_timestamp() + make_interval(secs => ?) WHERE id = ?",
            (self.worker, self.host, round_, LEASE_S, number),
        )

    def dead(self, job: str) -> list[int]:
        """See store.Store."""
        query = (
            "SELECT id FROM main.run WHERE ended IS NULL AND job = ? AND (worker = ? OR until < clock_timestamp())"
            " ORDER BY id"
        )
        return [row[0] for row in self.execute(query, (job, self.worker))]

    def rounds(self) -> list[tuple[str, int, int]]:
        """See store.Store."""
        query = (
            "SELECT job, round, count(*) FROM main.run AS open WHERE ended IS NULL AND NOT EXISTS"
            " (SELECT FROM main.run AS own WHERE own.round = open.round AND own.worker = ?) GROUP BY job, round"
        )
        return [(job, round_, number) for job, round_, number in self.execute(query, (self.worker,))]

    def renew(self, number: int) -> str | None:
        """See store.Store."""
        renewed = "UPDATE main.run SET until = clock_timestamp() + make_interval(secs => ?)"
        row = self.execute(f"{renewed} WHERE id = ? AND ended IS NULL RETURNING stop", (LEASE_S, number)).fetchone()
        return None if row is None else row[0] or ""

    def is_mine(self, number: int) -> bool:
        """See store.Store."""
        return bool(self._one("SELECT 1 FROM main.run WHERE id = ? AND worker = ?", number, self.worker))

    def alive(self) -> set[str] | None:
        """See store.Store."""
        query = "SELECT DISTINCT job FROM main.run WHERE ended IS NULL AND until > clock_timestamp()"
        return {row[0] for row in self.execute(query)}

    def _one(self, query: str, *values: Any) -> Any:
        row = self.execute(query, values).fetchone()
        return row[0] if row else None

    def hurry(self) -> None:
        """See store.Store."""
        self.database.wait_s = min(self.database.wait_s, HURRY_S)

    def close(self) -> None:
        """See store.Store."""
        self.database.close()


def _translated(query: str) -> bytes:
    """A query of history.py as PostgreSQL takes it."""
    return query.replace("%", "%%").replace("?", "%s").replace("main.", "jobs_").encode()


def _stored(values: Sequence[Any]) -> tuple[Any, ...]:
    """Values without what PostgreSQL's types do not take: a truth as a number, half a character, the character 0."""
    return tuple(_plain(value) for value in values)


def _plain(value: Any) -> Any:
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "")
    return value
