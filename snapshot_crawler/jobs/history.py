"""The history of the jobs: one SQLite file that every daemon, command and run of a DATA_DIR reads and writes.

A run is claimed in one transaction with the job's next time, so that of many that find a job due one starts it. It is
finished in one transaction too: its figures, the job's count of failures and the notices that follow. The run finishes
itself. After a kill, the next process that finds its lock free does (locks.py).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snapshot_crawler.exceptions import ExitCode, OutputError, StateError, is_disk_trouble
from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.jobs.condition import Condition
from snapshot_crawler.jobs.outcome import SHELL_KILLED, Outcome, is_failure, is_good
from snapshot_crawler.jobs.rhythm import silence
from snapshot_crawler.seal import Seal
from snapshot_crawler.sqlite_errors import storage_error

STOP_TIMEOUT, STOP_SHUTDOWN, STOP_PERSON = "timeout", "shutdown", "person"  # of run.stop
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


@dataclass(slots=True)
class JobState:
    """What is known of one job, its own and its last run's."""

    name: str
    seen: Moment
    base: Moment | None = None
    ended: Moment | None = None
    exit_code: int | None = None
    failures: int = 0
    resume: bool = False
    last_success: float | None = None
    newest_article: float | None = None
    articles: int = 0
    pages: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Run:
    """One run, ended or not."""

    id: int
    job: str
    cause: str  # "timetable", "hand" or "api"
    started: Moment
    ended: Moment | None
    run: str | None  # the report's name
    pid: int | None
    log: str | None
    word: str | None
    exit_code: int | None
    sentence: str | None
    articles: int | None
    pages: int | None
    seconds: float | None
    facts: dict[str, Any]


RUN_COLUMNS = (
    "id, job, cause, started, ended, run, pid, log, word, exit_code, sentence, articles, pages, seconds, facts"
)
STATE_COLUMNS = "name, seen, base, ended, exit_code, failures, resume, last_success, newest_article, articles, pages"


class History:
    """One open history. Not for two threads; each opens its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with ExitStack() as on_failure:
            self.seal = _sealed(path)
            on_failure.callback(self.seal.close)
            self.db = _connect(path)
            on_failure.pop_all()

    def close(self) -> None:
        """Close the file."""
        self.db.close()
        self.seal.close()

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and nobody else writes meanwhile. Raises OutputError when the disk takes no more."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")
        except sqlite3.Error as error:
            raise _told(self.path, error) from error

    def changes(self) -> int:
        """A number that differs when another process has written."""
        number: int = self.db.execute("PRAGMA data_version").fetchone()[0]
        return number

    # --- Jobs
    def see(self, names: Iterable[str], now: Moment) -> None:
        """Note jobs that are new: their times count from now."""
        known = {row[0] for row in self.db.execute("SELECT name FROM job")}
        new = [name for name in names if name not in known]
        if new:
            with self.transaction() as db:
                rows = [(name, moment_text(now)) for name in new]
                db.executemany("INSERT OR IGNORE INTO job (name, seen) VALUES (?, ?)", rows)

    def state(self, name: str) -> JobState:
        """One job's. It must have been seen."""
        return read_state(self.db.execute(f"SELECT {STATE_COLUMNS} FROM job WHERE name = ?", (name,)).fetchone())

    def states(self) -> dict[str, JobState]:
        """All jobs that were ever seen; the machine itself, whose name is empty, is none."""
        rows = self.db.execute(f"SELECT {STATE_COLUMNS} FROM job WHERE name <> ''")
        return {row[0]: read_state(row) for row in rows}

    def state_rows(self) -> dict[str, tuple[Any, ...]]:
        """As states(), not read yet: cheap to compare with those of a moment ago."""
        rows = self.db.execute(f"SELECT {STATE_COLUMNS} FROM job WHERE name <> ''")
        return {row[0]: row for row in rows}

    def condition(self, name: str) -> Condition:
        """What was told of a job; of the machine itself for the empty name."""
        row = self.db.execute("SELECT condition FROM job WHERE name = ?", (name,)).fetchone()
        return Condition.parse(row[0] if row else "{}")

    def tell(self, name: str, condition: Condition, now: Moment) -> None:
        """Store a job's condition and the notices that it has to give, in the caller's transaction."""
        self.db.execute(
            "INSERT INTO job (name, seen, condition) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET condition = excluded.condition",
            (name, moment_text(now), condition.text()),
        )
        self.db.executemany(
            "INSERT INTO event (at, job, words, body) VALUES (?, ?, ?, ?)",
            [(moment_text(now), name, " ".join(change.words), change.body) for change in condition.changes],
        )

    # --- Runs
    def claim(
        self, name: str, cause: str, now: Moment, is_due: Callable[[JobState], bool], *, takes_time: bool
    ) -> int | None:
        """Take a run upon oneself: its number; None when the job is not due (any more).

        takes_time: it takes up a time of the timetable. The caller holds the job's lock, so no run of it is alive.
        """
        with self.transaction() as db:
            if not is_due(self.state(name)):
                return None
            if takes_time:
                db.execute("UPDATE job SET base = ? WHERE name = ?", (moment_text(now), name))
            db.execute("UPDATE job SET resume = 0 WHERE name = ?", (name,))
            values = (name, cause, moment_text(now))
            return db.execute("INSERT INTO run (job, cause, started) VALUES (?, ?, ?)", values).lastrowid

    def started(self, number: int, pid: int, log: str) -> None:
        """Note the process of a run and its log."""
        with self.transaction() as db:
            db.execute("UPDATE run SET pid = ?, log = ? WHERE id = ?", (pid, log, number))

    def forget(self, number: int) -> None:
        """Take a run back that came to nothing: another process was crawling the job."""
        with self.transaction() as db:
            db.execute("DELETE FROM run WHERE id = ?", (number,))

    def stop(self, number: int, why: str) -> None:
        """Note why a run is about to be stopped: STOP_TIMEOUT, STOP_SHUTDOWN or STOP_PERSON."""
        with self.transaction() as db:
            db.execute("UPDATE run SET stop = ? WHERE id = ? AND ended IS NULL", (why, number))

    def finish(self, number: int, outcome: Outcome, now: Moment) -> None:
        """Store what a run came to, once: a second call changes nothing.

        The job's next time, its count of failures and the notices follow in the same transaction.
        """
        with self.transaction() as db:
            row = db.execute("SELECT job, stop FROM run WHERE id = ? AND ended IS NULL", (number,)).fetchone()
            if row is None:
                return
            name, why = row
            outcome.is_stuck = why == STOP_TIMEOUT
            if why in (STOP_SHUTDOWN, STOP_PERSON) and outcome.exit_code > SHELL_KILLED:
                outcome.exit_code, outcome.word = ExitCode.INTERRUPTED, "interrupted"  # killed by us, as a last means
            self._end_run(number, outcome, now)
            state = self.state(name)
            if is_good(outcome.exit_code):
                state.failures, state.last_success = 0, now.wall
            elif is_failure(outcome.exit_code):
                state.failures += 1
            self._end_job(state, outcome, now, resume=why == STOP_SHUTDOWN, is_unwanted=why == STOP_PERSON)
            condition = self.condition(state.name)
            condition.after_run(state.name, outcome, state.failures, now)
            if is_good(outcome.exit_code) and not outcome.articles:
                hours = [hour for hour, _ in self.arrivals(state.name)]
                condition.without_articles(state.name, silence(hours, now.wall / 3600), now)
            self.tell(state.name, condition, now)

    def _end_run(self, number: int, outcome: Outcome, now: Moment) -> None:
        self.db.execute(
            "UPDATE run SET ended = ?, run = ?, word = ?, exit_code = ?, sentence = ?, articles = ?, pages = ?,"
            " seconds = ?, facts = ? WHERE id = ?",
            (
                *(moment_text(now), outcome.run, outcome.word, outcome.exit_code, outcome.sentence, outcome.articles),
                *(outcome.pages, outcome.seconds, json.dumps(outcome.facts, ensure_ascii=False), number),
            ),
        )

    def _end_job(self, state: JobState, outcome: Outcome, now: Moment, *, resume: bool, is_unwanted: bool) -> None:
        """is_unwanted: a person has ended the run, so it does not continue before its time."""
        pages = dict(state.pages)
        for kind, count in outcome.facts.get("requests", {}).items():
            pages[kind] = pages.get(kind, 0) + count
        self.db.execute(
            "UPDATE job SET ended = ?, exit_code = ?, failures = ?, resume = ?, last_success = ?, newest_article = ?,"
            " articles = articles + ?, pages = ? WHERE name = ?",
            (
                *(moment_text(now), None if is_unwanted else outcome.exit_code, state.failures, int(resume)),
                state.last_success,
                now.wall if outcome.articles else state.newest_article,
                *(outcome.articles, json.dumps(pages, ensure_ascii=False), state.name),
            ),
        )
        if outcome.articles:
            self.db.execute(
                "INSERT INTO arrival VALUES (?, ?, ?)"
                " ON CONFLICT (job, hour) DO UPDATE SET articles = articles + excluded.articles",
                (state.name, int(now.wall // 3600), outcome.articles),
            )

    def open_runs(self, job: str | None = None) -> list[Run]:
        """Runs, of one job or of all, that nobody has finished yet: alive, or killed."""
        if job is not None:
            return self._runs("ended IS NULL AND job = ? ORDER BY id", job)
        return self._runs("ended IS NULL ORDER BY id")

    def last_runs(self, until: float | None = None) -> dict[str, Run]:
        """The last ended run of each job; of those that ended before an instant of the wall clock."""
        before = "" if until is None else "AND json_extract(ended, '$[0]') < ?"
        where = f"id IN (SELECT max(id) FROM run WHERE ended IS NOT NULL {before} GROUP BY job)"
        found = self._runs(where, *(() if until is None else (until,)))
        return {run.job: run for run in found}

    def runs_of(self, job: str, most: int) -> list[Run]:
        """A job's runs, newest first."""
        return self._runs("job = ? ORDER BY id DESC LIMIT ?", job, most)

    def run(self, number: int) -> Run | None:
        """One run; None when it was taken back."""
        return next(iter(self._runs("id = ?", number)), None)

    def newest_ended(self, most: int) -> list[Run]:
        """The newest runs of all jobs that have ended."""
        return self._runs("ended IS NOT NULL ORDER BY id DESC LIMIT ?", most)

    def ended_between(self, since: float, until: float) -> list[Run]:
        """Runs that ended in a span of the wall clock, oldest first."""
        where = "ended IS NOT NULL AND json_extract(ended, '$[0]') >= ? AND json_extract(ended, '$[0]') < ? ORDER BY id"
        return self._runs(where, since, until)

    def _runs(self, where: str, *values: Any) -> list[Run]:
        return [_run(row) for row in self.db.execute(f"SELECT {RUN_COLUMNS} FROM run WHERE {where}", values)]

    def arrivals(self, job: str, since: int = 0) -> list[tuple[int, int]]:
        """The hours (since 1970) in which a job brought articles, oldest first, with how many."""
        where = "job = ? AND hour >= ? ORDER BY hour"
        return self.db.execute(f"SELECT hour, articles FROM arrival WHERE {where}", (job, since)).fetchall()


# --- Rows
def moment_text(moment: Moment) -> str:
    """A moment as the history keeps it."""
    return json.dumps([moment.wall, moment.machine, moment.boot])


def read_moment(text: str) -> Moment:
    """The same, back."""
    return Moment(*json.loads(text))


def _json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _run(row: tuple[Any, ...]) -> Run:
    values = dict(zip(RUN_COLUMNS.split(", "), row, strict=True))
    values |= {"started": read_moment(values["started"]), "facts": _json(values["facts"])}
    values["ended"] = read_moment(values["ended"]) if values["ended"] else None
    return Run(**values)


def read_state(row: tuple[Any, ...]) -> JobState:
    """One of state_rows()."""
    name, seen, base, ended, exit_code, failures, resume, last_success, newest, articles, pages = row
    return JobState(
        name,
        read_moment(seen),
        read_moment(base) if base else None,
        read_moment(ended) if ended else None,
        exit_code,
        failures,
        bool(resume),
        last_success,
        newest,
        articles,
        _json(pages),
    )


# --- The file
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
