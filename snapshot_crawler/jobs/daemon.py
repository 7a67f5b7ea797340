"""`jobs start`: stays, starts each job when it is due, and sees to everything else in between.

One loop in one thread, woken by the end of a run, by a signal, and once a second; beside it, threads that send notices
(outbox.py) and answer over HTTP (listen.py). All it knows lies in the history and the job file, so it may be killed at
any moment, and others may run beside it. SIGTERM: its runs are stopped as by a person, and continue at the next start.
"""

from __future__ import annotations

import logging
import time
from functools import partial
from multiprocessing.connection import wait
from queue import SimpleQueue
from typing import Any

from snapshot_crawler.exceptions import ConfigurationError, OutputError, SnapshotCrawlerError
from snapshot_crawler.jobs import outbox
from snapshot_crawler.jobs.addresses import Addresses
from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.jobs.disk import DiskFloor
from snapshot_crawler.jobs.due import seconds_until_due
from snapshot_crawler.jobs.history import BUSY, STOP_PERSON, STOP_SHUTDOWN, JobState, read_state
from snapshot_crawler.jobs.keeping import Housekeeping, check_limits
from snapshot_crawler.jobs.listen import Listener
from snapshot_crawler.jobs.locks import JobLock
from snapshot_crawler.jobs.model import Job
from snapshot_crawler.jobs.office import Office, read_and_check
from snapshot_crawler.jobs.orders import Orders
from snapshot_crawler.jobs.rounds import Stopped, describe, stop_signals
from snapshot_crawler.jobs.runner import Runner
from snapshot_crawler.jobs.scrapyd import Api

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0  # by choice: the timetable is written in minutes
SHARED_EVERY_S = 10.0  # the same, where a machine that is gone has to be missed within a minute (postgres.LEASE_S)
SELDOM_EVERY_S = 30.0  # for what costs more than a look: disk, rhythm of the jobs, runs that others left behind
BUSY_FOR_S = 5.0  # until a job that somebody else is running is tried again
CLOCK_WAS_SET_S = 1.0  # between the two clocks: all times of the calendar are reckoned anew
STALLED_AFTER_S = 60.0  # by choice: sixty looks missed
STOP_WITHIN_S = 27.0  # the contract gives 30
SEND_WITHIN_S = 1.0  # at the end; what is not sent by then is sent after the next start


class Daemon:
    """problems: what is wrong with the daemon itself, by its part, for /health."""

    def __init__(self, office: Office, listen: str | None = None) -> None:
        self.office = office
        self.places, self.clock = office.places, office.clock
        self.sender = outbox.Sender(self.places, self.clock)
        self.timetable = Due()
        self.addresses = Addresses()
        self.disk = DiskFloor(self.places.root, office.floor_bytes)
        self.problems: dict[str, str] = {}
        self.heartbeat = time.monotonic()
        self.file_stamp = self._stamp()
        self.not_before: dict[str, float] = {}  # by the monotonic clock
        self.next_seldom = 0.0
        self.housekeeping = Housekeeping(office)
        self.to_stop: SimpleQueue[int] = SimpleQueue()  # runs that a person has cancelled over HTTP
        self.stopped: Stopped | None = None
        self.listener = Listener(office, Api(office, self.cancel, self.wake), self.health, listen) if listen else None
        self.history = office.history()  # after all that a wrong setting keeps from being made
        self.history.db.hurry()
        self.seldom_every_s = SHARED_EVERY_S if self.history.db.is_shared else SELDOM_EVERY_S
        self.runner = Runner(self.places, self.history, self.clock, office.typed)

    def run(self) -> int:
        """Until SIGTERM or SIGINT; 0."""
        self.runner.warm_up()
        logger.info("%d jobs of %s, %d at once", len(self.office.file.jobs), self.office.file.path, self.office.at_once)
        for warning in self.office.findings.warnings:
            logger.warning("%s", warning)
        with stop_signals() as self.stopped:
            if self.listener is not None:
                self.listener.start()
            while not self.stopped.is_set:
                self.step()
                self._rest(self.stopped)
            self._stop(self.stopped)
            if self.listener is not None:
                self.listener.close()
        self.sender.finish(SEND_WITHIN_S)
        self.history.close()
        return 0

    def step(self) -> None:
        """One look at everything; trouble with the disk or the history is told, and tried again."""
        self.heartbeat = time.monotonic()
        try:
            self.take_over_file()
            self._cancel()
            self._see_ends()
            if self.heartbeat >= self.next_seldom:
                self.next_seldom = self.heartbeat + self.seldom_every_s
                self._seldom()
            self._start_ordered()
            self._start_due()
            self._join()
            if outbox.spread(self.history, self.office.file.channels.values(), self.clock.now()):
                self.sender.wake()
            self.sender.serve(self.office.file.channels.values())
            self.problems.pop("history", None)
        except SnapshotCrawlerError as error:
            if "history" not in self.problems and isinstance(error, OutputError):
                outbox.tell_at_once(self.office.file.channels.values(), str(error))
            self._problem("history", str(error))
        except Exception as error:  # whatever it is, the other jobs have their times too
            logger.exception("a look at the jobs failed")
            self._problem("loop", f"{type(error).__name__}: {error}")
        else:
            self.problems.pop("loop", None)

    def _rest(self, stopped: Stopped) -> None:
        waker = [stopped.reader, *(running.process.sentinel for running in self.runner.running.values())]
        # five times as long in trouble, by choice: a fault that lasts needs no look each second
        pause = LOOK_EVERY_S if not self.problems.keys() & {"history", "loop"} else 5 * LOOK_EVERY_S
        wait(waker, pause)
        stopped.drain()

    def _problem(self, part: str, what: str) -> None:
        if self.problems.get(part) != what:
            logger.error("%s", what)
        self.problems[part] = what

    # --- For the threads of the listener
    def health(self) -> dict[str, str]:
        """What is wrong, by its part."""
        silent_s = time.monotonic() - self.heartbeat
        stalled = {"loop": f"no look at the jobs for {silent_s:.0f} s"} if silent_s > STALLED_AFTER_S else {}
        return {**self.problems, **stalled}

    def cancel(self, number: int) -> bool:
        """End a run at the next look; False when it is not one of this daemon's."""
        is_mine = any(running.number == number for running in list(self.runner.running.values()))
        if is_mine:
            self.to_stop.put(number)
            self.wake()
        return is_mine

    def wake(self) -> None:
        """Have the next look at once."""
        if self.stopped is not None:
            self.stopped.wake()

    # --- The job file
    def take_over_file(self) -> None:
        """A job file that has changed comes into force when it has no mistake; else the old one stays."""
        stamp = self._stamp()
        if stamp == self.file_stamp:
            return
        self.file_stamp = stamp
        try:
            file, findings = read_and_check(self.office.file.path, self.office.settings)
            self.office.check(file)
            check_limits(self.office, file)
        except ConfigurationError as error:
            self._problem("job file", f"the job file has mistakes, and the old one stays in force:\n{error}")
            return
        self.problems.pop("job file", None)
        self.office.file, self.office.findings = file, findings
        self.disk.floor_bytes = self.office.floor_bytes
        self.timetable = Due()
        logger.info("took over %s: %d jobs", file.path, len(file.jobs))
        for warning in findings.warnings:
            logger.warning("%s", warning)

    def _stamp(self) -> tuple[int, ...]:
        try:
            found = self.office.file.path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino

    # --- Runs
    def _see_ends(self) -> None:
        for ended in self.runner.look():
            logger.info("%s", describe(ended))
            if ended.run is None:
                self.not_before[ended.job.name] = self.heartbeat + BUSY_FOR_S

    def _cancel(self) -> None:
        while not self.to_stop.empty():
            number = self.to_stop.get()
            for running in self.runner.running.values():
                if running.number == number:
                    self.runner.stop(running, STOP_PERSON)

    def _start_ordered(self) -> None:
        """Start what was asked for over HTTP; a job that is at work waits for its end."""
        orders = Orders(self.history)
        for order in orders.waiting() if self.disk.is_free else ():
            if len(self.runner.running) >= self.office.at_once:
                return
            if order.job.name not in self.runner.running:
                self.runner.start(order.job, "api", partial(_still_waits, orders, order.id), order=order.id)

    def _start_due(self) -> None:
        """Start what is due, the most urgent first, as far as there is room."""
        free = self.office.at_once - len(self.runner.running)
        if free <= 0 or not self.disk.is_free:
            return
        jobs, now, rows = self.office.file.jobs, self.clock.now(), self.history.state_rows()
        if jobs.keys() - rows.keys():  # the history could not be written when they came into the file
            self.history.see(jobs, now)
            rows = self.history.state_rows()
        for late_s, name in self.timetable.due(jobs, rows, now):
            job = jobs[name]
            if name in self.runner.running or self.not_before.get(name, 0) > self.heartbeat:
                continue
            if late_s < self.addresses.patience_s and self._is_address_busy(name):
                continue
            why = self.runner.start(job, "timetable", partial(self._is_due, job))
            if why == BUSY:
                self.not_before[name] = self.heartbeat + BUSY_FOR_S
            free -= why is None
            if free <= 0:
                return

    def _join(self) -> None:
        """Take part in what other machines are at, where a job wants more of them and there is room here."""
        for name, _, at_work in self.history.db.rounds() if self.disk.is_free else ():
            job = self.office.file.jobs.get(name)
            if job is None or at_work >= job.workers or name in self.runner.running:
                continue
            if len(self.runner.running) >= self.office.at_once:
                return
            if job.enabled and self.not_before.get(name, 0) <= self.heartbeat:
                self.runner.start(job, "timetable", nothing, joins=True)

    def _is_address_busy(self, name: str) -> bool:
        hosts = self.office.findings.hosts
        return self.addresses.are_busy(
            hosts.get(name, frozenset()), [hosts.get(other, frozenset()) for other in self.runner.running]
        )

    def _is_due(self, job: Job, state: JobState) -> bool:
        return seconds_until_due(job, state, self.clock.now()) <= 0

    def _seldom(self) -> None:
        """Runs that died with their daemon or machine, once a day what is old, and the disk."""
        self.office.set_clock(self.history)
        for run in self.history.open_runs():
            if run.job in self.runner.running or (lock := JobLock.take(self.places.lock(run.job))) is None:
                continue
            job = self.office.file.jobs.get(run.job)  # None: it was asked for over HTTP, or is not in the file any more
            with lock:
                self.runner.bury(run.job, self.places.of_run(job, self.office.typed) if job else self.places.root)
        self.housekeeping.serve(self.office)
        trouble = self.disk.look(self.history, self.clock.now())
        if trouble:
            self._problem("disk", trouble)
        else:
            self.problems.pop("disk", None)

    def _stop(self, stopped: Stopped) -> None:
        """End all runs, and wait for them."""
        logger.info("stopping; %d runs continue at the next start", len(self.runner.running))
        until = time.monotonic() + STOP_WITHIN_S
        while self.runner.running and time.monotonic() < until:
            self.runner.stop_all(STOP_SHUTDOWN)
            self._rest(stopped)
            try:
                self._see_ends()
            except SnapshotCrawlerError as error:
                self._problem("history", str(error))


def _still_waits(orders: Orders, number: str, _: JobState) -> bool:
    """What a person asks for is due, unless another machine has begun it."""
    return orders.is_waiting(number)


def nothing(_: JobState) -> bool:
    """A run that others have ended meanwhile is not to be begun again."""
    return False


class Due:
    """When each job is due, remembered for as long as nothing about it has changed.

    Three hundred jobs looked at once a second would cost more than their runs.
    """

    def __init__(self) -> None:
        self.rows: dict[str, tuple[Any, ...]] = {}
        self.at: dict[str, float] = {}  # by the machine's clock
        self.offset = 0.0  # of the wall's clock to the machine's

    def due(self, jobs: dict[str, Job], rows: dict[str, tuple[Any, ...]], now: Moment) -> list[tuple[float, str]]:
        """How many seconds each job is overdue, with its name: by priority, then the longest first."""
        offset = now.wall - now.machine
        if abs(offset - self.offset) > CLOCK_WAS_SET_S:
            self.rows, self.offset = {}, offset
        for name, job in jobs.items():
            row = rows.get(name)
            if row is not None and self.rows.get(name) != row:
                self.rows[name] = row
                self.at[name] = now.machine + seconds_until_due(job, read_state(row), now)
        found = [
            (now.machine - at, name)
            for name, at in self.at.items()
            if at <= now.machine and name in jobs and jobs[name].enabled
        ]
        return sorted(found, key=lambda pair: (-jobs[pair[1]].priority, -pair[0]))
