"""The history of the jobs: one store that every daemon, command and run reads and writes.

A run is claimed in one transaction with the job's next time, so that of many that find a job due one starts it. It is
finished in one transaction too: its figures, the job's count of failures and the notices that follow. The run finishes
itself. After a kill, the next process that finds its lock free does (locks.py).

Where machines share a database, the history lies there (store.py). Then a job with several workers runs on as many
machines: one begins a round, others join it, and the last to end speaks for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.jobs.condition import Condition
from snapshot_crawler.jobs.outcome import SHELL_KILLED, Outcome, is_failure, is_good
from snapshot_crawler.jobs.rhythm import silence
from snapshot_crawler.jobs.store import Store, Where, open_store

STOP_TIMEOUT, STOP_SHUTDOWN, STOP_PERSON = "timeout", "shutdown", "person"  # of run.stop
STOP_ASKED = "asked"  # as STOP_PERSON, by somebody at another machine; the run finds it and stops itself (alive.py)
BUSY, NOT_DUE = "busy", "not due"  # why a run is not claimed


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
    host: str | None = None  # the machine; None where there is one


RUN_COLUMNS = (
    "id, job, cause, started, ended, run, pid, log, word, exit_code, sentence, articles, pages, seconds, facts"
)
IS_JOB = "name <> '' AND name NOT LIKE '@%'"
STATE_COLUMNS = "name, seen, base, ended, exit_code, failures, resume, last_success, newest_article, articles, pages"


class History:
    """One open history. Not for two threads; each opens its own."""

    def __init__(self, where: Where) -> None:
        """where: a file, or the database that several machines share."""
        self.where = where
        self.db = open_store(where)

    def close(self) -> None:
        """Close the storage."""
        self.db.close()

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[Store]:
        """All or nothing, and nobody else writes meanwhile. Raises OutputError when the disk takes no more."""
        with self.db.transaction():
            yield self.db

    # --- Jobs
    def see(self, names: Iterable[str], now: Moment) -> None:
        """Note jobs that are new: their times count from now."""
        known = {row[0] for row in self.db.execute("SELECT name FROM main.job")}
        new = [name for name in names if name not in known]
        if new:
            with self.transaction() as db:
                rows = [(name, moment_text(now)) for name in new]
                db.executemany("INSERT INTO main.job (name, seen) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)

    def state(self, name: str) -> JobState:
        """One job's. It must have been seen."""
        return read_state(self.db.execute(f"SELECT {STATE_COLUMNS} FROM main.job WHERE name = ?", (name,)).fetchone())

    def states(self) -> dict[str, JobState]:
        """All jobs that were ever seen; a machine (store.Store.machine) is none."""
        rows = self.db.execute(f"SELECT {STATE_COLUMNS} FROM main.job WHERE {IS_JOB}")
        return {row[0]: read_state(row) for row in rows}

    def state_rows(self) -> dict[str, tuple[Any, ...]]:
        """As states(), not read yet: cheap to compare with those of a moment ago."""
        rows = self.db.execute(f"SELECT {STATE_COLUMNS} FROM main.job WHERE {IS_JOB}")
        return {row[0]: row for row in rows}

    def condition(self, name: str) -> Condition:
        """What was told of a job; of the machine itself for the empty name."""
        row = self.db.execute("SELECT condition FROM main.job WHERE name = ?", (name,)).fetchone()
        return Condition.parse(row[0] if row else "{}")

    def tell(self, name: str, condition: Condition, now: Moment) -> None:
        """Store a job's condition and the notices that it has to give, in the caller's transaction."""
        self.db.execute(
            "INSERT INTO main.job (name, seen, condition) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET condition = excluded.condition",
            (name, moment_text(now), condition.text()),
        )
        self.db.executemany(
            "INSERT INTO main.event (at, job, words, body) VALUES (?, ?, ?, ?)",
            [(moment_text(now), name, " ".join(change.words), change.body) for change in condition.changes],
        )

    # --- Runs
    def claim(
        self,
        name: str,
        cause: str,
        now: Moment,
        is_due: Callable[[JobState], bool],
        *,
        takes_time: bool,
        workers: int = 0,
        order: str | None = None,
    ) -> int | str:
        """Take a run upon oneself: its number, or why not: BUSY or NOT_DUE (any more).

        takes_time: it takes up a time of the timetable. workers: join other machines where fewer are at work. order:
        what was asked for over HTTP and becomes this run. The caller holds this machine's lock of the job, and has
        buried what was dead.
        """
        with self.transaction() as db:
            at_work = db.at_work(name)
            if at_work and (len(at_work) >= workers or db.took_part(at_work[0].round)):
                return BUSY
            if not at_work and not is_due(self.state(name)):
                return NOT_DUE
            if not at_work and takes_time:
                db.execute("UPDATE main.job SET base = ? WHERE name = ?", (moment_text(now), name))
            if not at_work:
                db.execute("UPDATE main.job SET resume = 0 WHERE name = ?", (name,))
            query = "INSERT INTO main.run (job, cause, started) VALUES (?, ?, ?) RETURNING id"
            number: int = db.execute(query, (name, cause, moment_text(now))).fetchone()[0]
            db.begin(number, at_work[0].round if at_work else None)
            if order is not None:
                db.execute("UPDATE main.wanted SET run = ? WHERE id = ? AND run IS NULL", (number, order))
            return number

    def started(self, number: int, pid: int, log: str) -> None:
        """Note the process of a run and its log."""
        with self.transaction() as db:
            db.execute("UPDATE main.run SET pid = ?, log = ? WHERE id = ?", (pid, log, number))

    def forget(self, number: int) -> None:
        """Take a run back that came to nothing: another process was crawling the job."""
        with self.transaction() as db:
            db.execute("DELETE FROM main.run WHERE id = ?", (number,))

    def stop(self, number: int, why: str) -> None:
        """Note why a run is about to be stopped: STOP_TIMEOUT, STOP_SHUTDOWN or STOP_PERSON."""
        with self.transaction() as db:
            db.execute("UPDATE main.run SET stop = ? WHERE id = ? AND ended IS NULL", (why, number))

    def finish(self, number: int, outcome: Outcome, now: Moment) -> None:
        """Store what a run came to, once: a second call changes nothing.

        The job's next time, its count of failures and the notices follow in the same transaction.
        """
        with self.transaction() as db:
            row = db.execute("SELECT job, stop FROM main.run WHERE id = ? AND ended IS NULL", (number,)).fetchone()
            if row is None:
                return
            name, why = row
            outcome.is_stuck = why == STOP_TIMEOUT
            if why in (STOP_SHUTDOWN, STOP_PERSON, STOP_ASKED) and outcome.exit_code > SHELL_KILLED:
                outcome.exit_code, outcome.word = ExitCode.INTERRUPTED, "interrupted"  # killed by us, as a last means
            self._end_run(number, outcome, now)
            state = self.state(name)
            if self.db.is_shared and self.open_runs(name):  # the last machine to end says what the job came to
                self._add(state, outcome, now)
                return
            if not is_good(outcome.exit_code) and self.db.was_worked_off(number):
                # a crawl is complete when nobody holds anything of its job: what this machine lost, another has done
                outcome = replace(outcome, exit_code=ExitCode.COMPLETE, word="complete", is_stuck=False)
            if is_good(outcome.exit_code):
                state.failures, state.last_success = 0, now.wall
            elif is_failure(outcome.exit_code):
                state.failures += 1
            is_unwanted = why in (STOP_PERSON, STOP_ASKED)
            self._end_job(state, outcome, now, resume=why == STOP_SHUTDOWN, is_unwanted=is_unwanted)
            condition = self.condition(state.name)
            condition.after_run(state.name, outcome, state.failures, now)
            if is_good(outcome.exit_code) and not outcome.articles:
                hours = [hour for hour, _ in self.arrivals(state.name)]
                condition.without_articles(state.name, silence(hours, now.wall / 3600), now)
            self.tell(state.name, condition, now)

    def _end_run(self, number: int, outcome: Outcome, now: Moment) -> None:
        self.db.execute(
            "UPDATE main.run SET ended = ?, run = ?, word = ?, exit_code = ?, sentence = ?, articles = ?, pages = ?,"
            " seconds = ?, facts = ? WHERE id = ?",
            (
                *(moment_text(now), outcome.run, outcome.word, outcome.exit_code, outcome.sentence, outcome.articles),
                *(outcome.pages, outcome.seconds, json.dumps(outcome.facts, ensure_ascii=False), number),
            ),
        )

    def _end_job(self, state: JobState, outcome: Outcome, now: Moment, *, resume: bool, is_unwanted: bool) -> None:
        """is_unwanted: a person has ended the run, so it does not continue before its time."""
        self.db.execute(
            "UPDATE main.job SET ended = ?, exit_code = ?, failures = ?, resume = ?, last_success = ? WHERE name = ?",
            (
                *(moment_text(now), None if is_unwanted else outcome.exit_code, state.failures, int(resume)),
                *(state.last_success, state.name),
            ),
        )
        self._add(state, outcome, now)

    def _add(self, state: JobState, outcome: Outcome, now: Moment) -> None:
        """Count what a run brought to what its job has brought."""
        pages = dict(state.pages)
        for kind, count in outcome.facts.get("requests", {}).items():
            pages[kind] = pages.get(kind, 0) + count
        newest = now.wall if outcome.articles else state.newest_article
        self.db.execute(
            "UPDATE main.job SET newest_article = ?, articles = articles + ?, pages = ? WHERE name = ?",
            (newest, outcome.articles, json.dumps(pages, ensure_ascii=False), state.name),
        )
        if outcome.articles:
            self.db.execute(
                "INSERT INTO main.arrival AS known VALUES (?, ?, ?)"
                " ON CONFLICT (job, hour) DO UPDATE SET articles = known.articles + excluded.articles",
                (state.name, int(now.wall // 3600), outcome.articles),
            )

    def open_runs(self, job: str | None = None) -> list[Run]:
        """Runs, of one job or of all, that nobody has finished yet: alive, or killed; of all machines."""
        if job is not None:
            return self._runs("ended IS NULL AND job = ? ORDER BY id", job)
        return self._runs("ended IS NULL ORDER BY id")

    def last_runs(self, until: float | None = None) -> dict[str, Run]:
        """The last ended run of each job; of those that ended before an instant of the wall clock."""
        before = "" if until is None else f"AND {self.db.wall('ended')} < ?"
        where = f"id IN (SELECT max(id) FROM main.run WHERE ended IS NOT NULL {before} GROUP BY job)"
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
        wall = self.db.wall("ended")
        return self._runs(f"ended IS NOT NULL AND {wall} >= ? AND {wall} < ? ORDER BY id", since, until)

    def _runs(self, where: str, *values: Any) -> list[Run]:
        query = f"SELECT {RUN_COLUMNS}, {self.db.host_column} FROM main.run WHERE {where}"
        return [_run(row) for row in self.db.execute(query, values)]

    def dead_runs(self, job: str) -> list[Run]:
        """Open runs of a job whose processes are gone. The caller holds this machine's lock of the job."""
        return [run for number in self.db.dead(job) if (run := self.run(number)) is not None]

    def arrivals(self, job: str, since: int = 0) -> list[tuple[int, int]]:
        """The hours (since 1970) in which a job brought articles, oldest first, with how many."""
        where = "job = ? AND hour >= ? ORDER BY hour"
        return self.db.execute(f"SELECT hour, articles FROM main.arrival WHERE {where}", (job, since)).fetchall()


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
    values = dict(zip((*RUN_COLUMNS.split(", "), "host"), row, strict=True))
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
