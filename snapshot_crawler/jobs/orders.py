"""Runs that somebody asked for over HTTP and that wait for their turn: kept in the history, so that none is lost."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.jobs.history import History, moment_text
from snapshot_crawler.jobs.model import Job
from snapshot_crawler.jobs.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Order:
    """id: the caller's name for it. run: the number of the run that it became, None while it waits."""

    id: str
    job: Job
    run: int | None


class Orders:
    """The orders of a history."""

    def __init__(self, history: History) -> None:
        self.history = history

    def add(self, number: str, job: Job, now: Moment) -> None:
        """Keep an order."""
        self.history.see([job.name], now)
        with self.history.transaction() as db:
            values = (number, _text(job), job.priority, moment_text(now))
            db.execute("INSERT INTO main.wanted (id, job, priority, asked) VALUES (?, ?, ?, ?)", values)

    def find(self, number: str) -> Order | None:
        """An order by its id."""
        return next(iter(self._orders("id = ?", number)), None)

    def waiting(self) -> list[Order]:
        """What is to be started, the most urgent first."""
        return self._orders(f"run IS NULL ORDER BY priority DESC, {self.history.db.by_arrival}")

    def is_waiting(self, number: str) -> bool:
        """Whether an order waits still: another machine may have found it too. History.claim notes what it becomes."""
        return bool(self._orders("run IS NULL AND id = ?", number))

    def remove(self, number: str) -> None:
        """Take an order back that waits."""
        with self.history.transaction() as db:
            db.execute("DELETE FROM main.wanted WHERE id = ? AND run IS NULL", (number,))

    def of_run(self, run: int) -> str | None:
        """The id of the order that became this run."""
        row = self.history.db.execute("SELECT id FROM main.wanted WHERE run = ?", (run,)).fetchone()
        return row[0] if row else None

    def _orders(self, where: str, *values: Any) -> list[Order]:
        rows = self.history.db.execute(f"SELECT id, job, run FROM main.wanted WHERE {where}", values)
        return [Order(number, _job(text), run) for number, text, run in rows]


def _text(job: Job) -> str:
    values = {each.name: getattr(job, each.name) for each in dataclasses.fields(job) if each.name != "timetable"}
    return json.dumps(values, ensure_ascii=False)


def _job(text: str) -> Job:
    """The job as it was asked for; it has no times."""
    return Job(timetable=Timetable(ZoneInfo("UTC"), 86_400), **json.loads(text))
