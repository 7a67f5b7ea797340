"""Scrapyd's HTTP API over our jobs, so that tools made for scrapyd drive the daemon (scrapyd 1.6, its docs/api).

A name behind spider= is a job of the file, or a spider of the project; the latter becomes a job by itself, named as
`scrapy crawl` would name it. What is scheduled waits in the history, so a restart loses none of it. Eggs are refused.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import signal
import socket
import uuid
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from scrapy.spiderloader import get_spider_loader

from snapshot_crawler import __version__
from snapshot_crawler.datadir import job_name
from snapshot_crawler.jobs.history import STOP_ASKED, STOP_PERSON, Run
from snapshot_crawler.jobs.model import Job
from snapshot_crawler.jobs.office import Office
from snapshot_crawler.jobs.orders import Orders
from snapshot_crawler.jobs.timetable import Timetable
from snapshot_crawler.postgres.address import without_password
from snapshot_crawler.runs.lease import is_held
from snapshot_crawler.spelling import did_you_mean

PROJECT = "snapshot_crawler"
FINISHED_SHOWN = 100  # scrapyd's own finished_to_keep
Arguments = dict[str, list[str]]


class Refused(Exception):
    """What the caller asked for cannot be done; its text goes into the answer's message."""

    def __init__(self, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.status = status  # scrapyd answers 200 to what it cannot do, and its clients count on it


class Api:
    """stop(run's number) ends a run of the daemon itself and says whether there was one; wake(): there is work."""

    def __init__(self, office: Office, stop: Callable[[int], bool], wake: Callable[[], None]) -> None:
        self.office, self.stop, self.wake = office, stop, wake
        self.calls: dict[str, tuple[str, Callable[[Arguments], dict[str, Any]]]] = {
            "daemonstatus": ("GET", self.daemonstatus),
            "schedule": ("POST", self.schedule),
            "cancel": ("POST", self.cancel),
            "status": ("GET", self.status),
            "listjobs": ("GET", self.listjobs),
            "listprojects": ("GET", lambda _: {"projects": [PROJECT]}),
            "listversions": ("GET", lambda _: {"versions": [__version__]}),
            "listspiders": ("GET", lambda _: {"spiders": self.names()}),
            "addversion": ("POST", self.no_eggs),
            "delversion": ("POST", self.no_eggs),
            "delproject": ("POST", self.no_eggs),
        }

    def knows(self, path: str) -> bool:
        """Whether an address is the API's."""
        return path.startswith("/logs/") or path.removeprefix("/").removesuffix(".json") in self.calls

    def call(self, method: str, path: str, arguments: Arguments) -> dict[str, Any]:
        """The answer to one call. Raises Refused."""
        wanted, function = self.calls[path.removeprefix("/").removesuffix(".json")]
        if method != wanted:
            raise Refused(f"use {wanted}", 405)
        return {"node_name": socket.gethostname(), "status": "ok", **function(arguments)}

    def error(self, message: str) -> dict[str, Any]:
        """An answer that says what was wrong."""
        return {"node_name": socket.gethostname(), "status": "error", "message": message}

    # --- Calls
    def daemonstatus(self, _: Arguments) -> dict[str, Any]:
        """How many jobs are in which state."""
        jobs = self.listjobs({})
        return {state: len(jobs[state]) for state in ("pending", "running", "finished")}

    def schedule(self, arguments: Arguments) -> dict[str, Any]:
        """Have a job or spider run as soon as there is room."""
        given = dict(arguments)
        self._project(given)
        name = _one(given, "spider")
        number = _one(given, "jobid", uuid.uuid4().hex)
        priority = _one(given, "priority", "0")
        given.pop("_version", None)
        settings = {}
        for text in given.pop("setting", []):
            key, mark, value = text.partition("=")
            if not mark:
                raise Refused(f"setting {text!r} is not NAME=VALUE")
            settings[key] = value
        job = self._job(name, {key: values[-1] for key, values in given.items()}, settings)
        with self.office.history() as history:
            orders = Orders(history)
            if orders.find(number) is not None:
                raise Refused(f"the job id {number!r} was used already")
            rank = int(float(priority)) if re.fullmatch(r"-?\d+(\.\d+)?", priority) else 0
            orders.add(number, dataclasses.replace(job, priority=rank), self.office.clock.now())
        self.wake()
        return {"jobid": number}

    def cancel(self, arguments: Arguments) -> dict[str, Any]:
        """Take a waiting job back, or end a running one as a person would."""
        given = dict(arguments)
        self._project(given)
        number = _one(given, "job")
        with self.office.history() as history:
            orders = Orders(history)
            order = orders.find(number)
            if order is not None and order.run is None:
                orders.remove(number)
                return {"prevstate": "pending"}
            run = next((run for run in history.open_runs() if self._id(run, orders) == number), None)
            if run is None:
                return {"prevstate": None}
            if not history.db.is_mine(run.id):
                history.stop(run.id, STOP_ASKED)
            elif not self.stop(run.id):
                history.stop(run.id, STOP_PERSON)
                if run.pid and is_held(self.office.places.lock(run.job)):  # else the number may be another's by now
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(run.pid, signal.SIGTERM)
            return {"prevstate": "running"}

    def status(self, arguments: Arguments) -> dict[str, Any]:
        """Which state a job is in."""
        number = _one(dict(arguments), "job")
        for state, jobs in self.listjobs({}).items():
            if any(job["id"] == number for job in jobs):
                return {"currstate": state}
        raise Refused(f"job {number!r} not found")

    def listjobs(self, arguments: Arguments) -> dict[str, Any]:
        """What waits, what runs, and what has ended lately."""
        if "project" in arguments:
            self._project(dict(arguments))
        with self.office.history() as history:
            orders = Orders(history)
            pending = [
                {
                    "id": order.id,
                    "project": PROJECT,
                    "spider": order.job.spider,
                    "version": None,
                    "settings": {name: without_password(value) for name, value in order.job.settings.items()},
                    "args": order.job.args,
                }
                for order in orders.waiting()
            ]
            return {
                "pending": pending,
                "running": [self._shown(run, orders) for run in history.open_runs()],
                "finished": [self._shown(run, orders) for run in history.newest_ended(FINISHED_SHOWN)],
            }

    def no_eggs(self, _: Arguments) -> dict[str, Any]:
        """Refuse what is about eggs."""
        raise Refused("the spiders are the project's own files; there are no eggs to add or delete", 501)

    def log(self, path: str) -> bytes:
        """The log of /logs/PROJECT/SPIDER/ID.log. Raises Refused."""
        number = path.rpartition("/")[2].removesuffix(".log")
        with self.office.history() as history:
            orders = Orders(history)
            for run in [*history.open_runs(), *history.newest_ended(FINISHED_SHOWN)]:
                if self._id(run, orders) == number and run.log and Path(run.log).exists():
                    return Path(run.log).read_bytes()
        raise Refused(f"no log of {number!r}", 404)

    # --- Names
    def names(self) -> list[str]:
        """What may stand behind spider=."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return sorted({*get_spider_loader(self.office.settings).list(), *self.office.file.jobs})

    def _project(self, given: Arguments) -> None:
        project = _one(given, "project")
        if project != PROJECT:
            raise Refused(f"project {project!r} not found; the only one is {PROJECT!r}")

    def _job(self, name: str, args: dict[str, str], settings: dict[str, str]) -> Job:
        known = self.office.file.jobs.get(name)
        if known is not None:
            return dataclasses.replace(known, args={**known.args, **args}, settings={**known.settings, **settings})
        names = self.names()
        if name not in names:
            raise Refused(f"spider {name!r} not found{did_you_mean(name, names)}")
        for job in self.office.file.jobs.values():
            if (job.spider, job.args) == (name, args):
                return dataclasses.replace(job, settings={**job.settings, **settings})
        return Job(
            name=job_name(name, args.get("start")),
            spider=name,
            timetable=Timetable(ZoneInfo("UTC"), 86_400),
            args=args,
            settings={**self.office.file.settings, **settings},
        )

    def _id(self, run: Run, orders: Orders) -> str:
        return orders.of_run(run.id) or f"run-{run.id}"

    def _shown(self, run: Run, orders: Orders) -> dict[str, Any]:
        number, spider = self._id(run, orders), self._spider(run.job)
        return {
            "id": number,
            "project": PROJECT,
            "spider": spider,
            "pid": run.pid,
            "start_time": _time(run.started.wall),
            **({"end_time": _time(run.ended.wall)} if run.ended else {}),
            "log_url": f"/logs/{PROJECT}/{spider}/{number}.log",
            "items_url": None,
        }

    def _spider(self, job: str) -> str:
        found = self.office.file.jobs.get(job)
        return found.spider if found else job.partition("@")[0]


def _one(given: Arguments, name: str, default: str | None = None) -> str:
    """Take an argument out of those given. Raises Refused when it is missing."""
    values = given.pop(name, None)
    if values:
        return values[-1]
    if default is None:
        raise Refused(f"'{name}' parameter is required")
    return default


def _time(wall: float) -> str:
    """As scrapyd writes times."""
    return datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
