"""`jobs run` and `jobs due`: some jobs once, as many at a time as may be, until all have ended."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from multiprocessing.connection import wait
from typing import ParamSpec

from snapshot_crawler.exceptions import ExitCode, OutputError
from snapshot_crawler.jobs import outbox
from snapshot_crawler.jobs.disk import DiskFloor
from snapshot_crawler.jobs.due import seconds_until_due
from snapshot_crawler.jobs.history import BUSY, STOP_PERSON, STOP_SHUTDOWN, History, JobState
from snapshot_crawler.jobs.keeping import tidy_daily
from snapshot_crawler.jobs.model import Job
from snapshot_crawler.jobs.office import Office
from snapshot_crawler.jobs.runner import Ended, Runner

logger = logging.getLogger(__name__)
P = ParamSpec("P")

SEND_WITHIN_S = 10.0  # notices, at the end; a channel that hangs does not hold up cron
LOOK_EVERY_S = 1.0  # timeouts are told by it; the end of a run wakes us at once


def telling_of_the_disk(function: Callable[P, int]) -> Callable[P, int]:
    """A command whose history cannot be written tells the channels before it ends."""

    @wraps(function)
    def told(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return function(*args, **kwargs)
        except OutputError as error:
            (office,) = (value for value in args if isinstance(value, Office))
            outbox.tell_at_once(office.file.channels.values(), str(error))
            raise

    return told


@telling_of_the_disk
def run_now(office: Office, names: list[str], tell: Callable[[str], None]) -> int:
    """Run jobs now, due or not, enabled or not; the highest exit code. Raises ConfigurationError for a wrong name."""
    jobs = [office.job(name) for name in dict.fromkeys(names)]
    return _all_of(office, jobs, "hand", tell)


@telling_of_the_disk
def run_due(office: Office, tell: Callable[[str], None]) -> int:
    """Run what is due at this moment, once; the highest exit code, 0 where nothing was due."""
    with office.history() as history:
        now, states = office.clock.now(), history.states()
        waits = {job.name: seconds_until_due(job, states[job.name], now) for job in office.file.jobs.values()}
    due = [job for job in office.file.jobs.values() if job.enabled and waits[job.name] <= 0]
    due.sort(key=lambda job: (-job.priority, waits[job.name]))
    highest = _all_of(office, due, "timetable", tell)
    tidy_daily(office)
    return highest


def _all_of(office: Office, jobs: list[Job], cause: str, tell: Callable[[str], None]) -> int:
    highest, at_once = 0, office.at_once
    with office.history() as history, stop_signals() as stopped:
        floor = DiskFloor(office.places.root, office.floor_bytes)
        if trouble := floor.look(history, office.clock.now()):
            tell(trouble)
            highest = ExitCode.OUTPUT_FAILED if jobs else 0
            jobs = []
        runner = Runner(office.places, history, office.clock, office.typed)
        waiting = list(reversed(jobs))
        while waiting or runner.running:
            while waiting and len(runner.running) < at_once and not stopped.is_set:
                job = waiting.pop()
                why = runner.start(job, cause, partial(_is_due, office, job, cause), joins=cause == "hand")
                if why == BUSY and cause == "hand":
                    tell(f"{job.name} is running already; see: scrapy jobs list")
                    highest = max(highest, ExitCode.LOCK_HELD)
            if stopped.is_set:
                waiting.clear()
                runner.stop_all(STOP_PERSON if cause == "hand" else STOP_SHUTDOWN)
            wait([stopped.reader, *(running.process.sentinel for running in runner.running.values())], LOOK_EVERY_S)
            stopped.drain()
            for ended in runner.look():
                highest = max(highest, ended.exit_code)
                tell(describe(ended))
        _send_notices(office, history)
    return highest


def _send_notices(office: Office, history: History) -> None:
    """Send what has changed; what a channel does not take now is sent by the next command."""
    channels = office.file.channels.values()
    outbox.spread(history, channels, office.clock.now())
    sender = outbox.Sender(office.places, office.clock)
    sender.serve(channels)
    sender.finish(SEND_WITHIN_S)


def _is_due(office: Office, job: Job, cause: str, state: JobState) -> bool:
    return cause != "timetable" or seconds_until_due(job, state, office.clock.now()) <= 0


def describe(ended: Ended) -> str:
    """A run's end in a line."""
    if ended.run is None:
        return f"{ended.job.name} was being crawled already (exit code {ended.exit_code})"
    run = ended.run
    return (
        f"{ended.job.name}: {run.word} (exit code {ended.exit_code}), {run.articles} new articles, {run.pages} pages; "
        f"log {run.log}"
    )


class Stopped:
    """Whether SIGTERM or SIGINT came; reader wakes the thread that waits for it."""

    def __init__(self) -> None:
        self.is_set = False
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)
        os.set_blocking(self.writer, False)

    def drain(self) -> None:
        """Take the wake-up off, so that the next wait waits."""
        try:
            os.read(self.reader, 100)  # bytes: takes all wake-up calls at once
        except BlockingIOError:
            return

    def wake(self) -> None:
        """Have a wait end now."""
        try:
            os.write(self.writer, b"!")
        except BlockingIOError:
            return

    def close(self) -> None:
        """Close the pipe."""
        os.close(self.reader)
        os.close(self.writer)


@contextmanager
def stop_signals() -> Iterator[Stopped]:
    """Note SIGTERM and SIGINT instead of dying of them."""
    stopped = Stopped()

    def note(_number: int, _frame: object) -> None:
        stopped.is_set = True
        stopped.wake()

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        stopped.close()
