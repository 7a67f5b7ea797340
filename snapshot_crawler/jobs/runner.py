"""Starts runs as processes, each once, and sees them to their end: jobs in, exit codes out.

`jobs run`, `jobs due` and `jobs start` all go through here. A run is claimed under the job's lock (locks.py) and begun
by the warm parent (warm.py; multiprocessing's forkserver). Over its timeout, or when all is to end, it gets SIGTERM, as
if a person had stopped `scrapy crawl`, then a second one, then SIGKILL.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from snapshot_crawler.exceptions import ExitCode, SnapshotCrawlerError
from snapshot_crawler.jobs import child, warm
from snapshot_crawler.jobs.clock import Clock, Moment
from snapshot_crawler.jobs.history import BUSY, STOP_TIMEOUT, History, JobState, Run
from snapshot_crawler.jobs.locks import JobLock
from snapshot_crawler.jobs.model import Job
from snapshot_crawler.jobs.outcome import SHELL_KILLED, Outcome, outcome_of
from snapshot_crawler.jobs.places import Places
from snapshot_crawler.runs.lease import is_held

logger = logging.getLogger(__name__)

# After SIGTERM a crawl ends within 10 s (runs/stop.py); the contract gives all of it 30
SECOND_TERM_AFTER_S = 14.0
KILL_AFTER_S = 20.0  # six more, by choice: ten are left for what follows
UNKNOWN_END = 255  # multiprocessing's exit code for a process whose warm parent died


@dataclass(slots=True)
class Running:
    """A run that this process has started. Times by the monotonic clock."""

    number: int
    job: Job
    process: BaseProcess
    began: float
    stopping_since: float | None = None
    signals_sent: int = 0


@dataclass(slots=True)
class Ended:
    """A run that is over. run: None where another crawl of the job was alive."""

    job: Job
    exit_code: int
    run: Run | None


@dataclass(slots=True)
class Runner:
    """typed: settings from the operator's own command line, which go before the jobs' own."""

    places: Places
    history: History
    clock: Clock
    typed: dict[str, str] = field(default_factory=dict)
    running: dict[str, Running] = field(default_factory=dict)
    context: ForkServerContext | None = None

    def warm_up(self) -> ForkServerContext:
        """Have the warm parent begin its imports, which take a second, unless it is there."""
        if self.context is None:
            self.context = multiprocessing.get_context("forkserver")
            self.context.set_forkserver_preload([warm.__name__])
        os.environ[warm.ASKED] = "1"
        try:
            forkserver.ensure_running()
        finally:
            del os.environ[warm.ASKED]
        return self.context

    def start(
        self,
        job: Job,
        cause: str,
        is_due: Callable[[JobState], bool],
        *,
        joins: bool = False,
        order: str | None = None,
    ) -> str | None:
        """Start a run of a job. None when it was started, else why not: BUSY or NOT_DUE.

        joins: or take part in a run of other machines, where the job has room for more; order: see History.claim.
        """
        lock = JobLock.take(self.places.lock(job.name))
        if lock is None:
            return BUSY
        with lock:
            if is_held(self.places.of_run(job, self.typed) / "leases" / f"{job.name}.json"):
                return BUSY  # by a crawl that somebody started by hand
            self.bury(job.name, self.places.of_run(job, self.typed))
            now = self.clock.now()
            # an interval counts from the last run, even one by hand; a time of the calendar stays where it is
            takes_time = cause == "timetable" or job.timetable.every_s is not None
            workers = job.workers if joins else 0
            number = self.history.claim(
                job.name, cause, now, is_due, takes_time=takes_time, workers=workers, order=order
            )
            if isinstance(number, str):
                return number
            log = self.places.log(job.name, number, now.wall)
            told = child.RunOrder(
                number=number,
                job=job.name,
                argv=job.argv(self.typed),
                root=self.places.of_run(job, self.typed),
                history=self.places.history,
                log=log,
                lock=lock,
                clock=self.clock,
            )
            process = self._begin(told, now)
            self.running[job.name] = Running(number, job, process, time.monotonic())
        logger.info("%s: run %d began, process %s, log %s", job.name, number, process.pid, log)
        return None

    def _begin(self, order: child.RunOrder, now: Moment) -> BaseProcess:
        """The process of a run. Raises SnapshotCrawlerError, with the run ended, when the machine has no more."""
        try:
            process = self.warm_up().Process(target=child.run, args=(order,), name=order.job)
            process.start()
        except (OSError, EOFError) as error:
            why = f"the process of {order.job} could not be started: {type(error).__name__}: {error}"
            self.history.finish(order.number, Outcome(ExitCode.CRASHED, "crashed", why), now)
            raise SnapshotCrawlerError(why) from error
        return process

    def bury(self, name: str, root: Path) -> None:
        """Finish a job's runs that were killed; the caller holds its lock, so none of this machine's is alive.

        root: the DATA_DIR of the runs, with their reports.
        """
        for run in self.history.dead_runs(name):
            pid = run.pid if self.history.db.is_mine(run.id) else None  # else the number is another machine's
            self.history.finish(run.id, outcome_of(-signal.SIGKILL, root, name, pid), self.clock.now())

    # --- The end of runs
    def look(self) -> list[Ended]:
        """The runs that have ended since the last look; those over their timeout are told to stop."""
        ended = [self._ended(running) for running in list(self.running.values()) if self._is_over(running)]
        now = time.monotonic()
        for running in self.running.values():
            if running.stopping_since is None and now - running.began > running.job.timeout_s:
                logger.warning("%s: over its timeout of %d s; stopping it", running.job.name, running.job.timeout_s)
                self.stop(running, STOP_TIMEOUT)
            self._press(running, now)
        return ended

    def _is_over(self, running: Running) -> bool:
        if running.process.is_alive():
            return False
        # the warm parent's death looks like the run's, which then holds the lock still
        return running.process.exitcode != UNKNOWN_END or not is_held(self.places.lock(running.job.name))

    def stop(self, running: Running, why: str) -> None:
        """Tell a run to stop, and note why."""
        if running.stopping_since is not None:
            return
        with contextlib.suppress(SnapshotCrawlerError):  # it is to stop though the history cannot be written
            self.history.stop(running.number, why)
        running.stopping_since = time.monotonic()
        self._press(running, running.stopping_since)

    def stop_all(self, why: str) -> None:
        """Tell all runs to stop."""
        for running in self.running.values():
            self.stop(running, why)

    def _press(self, running: Running, now: float) -> None:
        """Send the signal that is due to a run that is to stop."""
        if running.stopping_since is None:
            return
        waited = now - running.stopping_since
        due = 3 if waited >= KILL_AFTER_S else 2 if waited >= SECOND_TERM_AFTER_S else 1
        if running.signals_sent < due and running.process.pid:
            running.signals_sent = due
            if due == 3:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(running.process.pid, signal.SIGKILL)  # what it has started, too
            with contextlib.suppress(ProcessLookupError):
                os.kill(running.process.pid, signal.SIGKILL if due == 3 else signal.SIGTERM)

    def _ended(self, running: Running) -> Ended:
        del self.running[running.job.name]
        job, process = running.job, running.process
        code = process.exitcode if process.exitcode is not None else UNKNOWN_END
        pid = process.pid
        process.close()
        run = self.history.run(running.number)
        if run is None:
            return Ended(job, ExitCode.LOCK_HELD, None)
        if run.ended is None:  # it was killed, or could not write
            outcome = outcome_of(code, self.places.of_run(job, self.typed), job.name, pid)
            self.history.finish(running.number, outcome, self.clock.now())
            run = self.history.run(running.number)
        elif code == UNKNOWN_END and run.exit_code is not None:
            code = run.exit_code  # `timeout` signals the whole group, the warm parent too
        return Ended(job, SHELL_KILLED - code if code < 0 else code, run)
