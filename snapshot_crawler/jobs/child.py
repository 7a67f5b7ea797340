"""A run's own process: from its start by the warm parent to its exit code and its line in the history.

The run is `scrapy crawl` itself, called with a command line; nothing of it is done here. Round it: a session of its
own, so that a signal to the daemon's terminal does not reach it; its own log; and the end, which the run writes into
the history by itself, so that it counts also when the daemon is gone by then.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from snapshot_crawler.exceptions import ExitCode, SnapshotCrawlerError
from snapshot_crawler.jobs.clock import Clock
from snapshot_crawler.jobs.history import History
from snapshot_crawler.jobs.locks import JobLock
from snapshot_crawler.jobs.outcome import outcome_of
from snapshot_crawler.jobs.store import Shared, Where
from snapshot_crawler.scrapy_internals import look_for_one_command

if TYPE_CHECKING:
    from snapshot_crawler.jobs.alive import RunLease


@dataclass(slots=True)
class RunOrder:
    """What a run's process is told. root: the DATA_DIR of the run; lock: held as long as the process lives."""

    number: int
    job: str
    argv: list[str]
    root: Path
    history: Where
    log: Path
    lock: JobLock
    clock: Clock


def run(order: RunOrder) -> None:
    """The process's main function; ends by SystemExit with the crawl's exit code."""
    with contextlib.suppress(PermissionError):  # it leads a group already
        os.setsid()
    try:
        _own_log(order.log)
        with History(order.history) as history:
            history.started(order.number, os.getpid(), str(order.log))
        lease = _leased(order)
    except (OSError, SnapshotCrawlerError) as error:  # nothing can be written: the crawl could not write either
        print(f"the run of {order.job} cannot begin: {error}", file=sys.stderr)
        raise SystemExit(int(ExitCode.OUTPUT_FAILED)) from None
    code = crawl(order.argv)
    if lease is not None:
        lease.close()
    finish(order, code)
    sys.stdout.flush()
    sys.stderr.flush()
    raise SystemExit(code)


def crawl(argv: list[str]) -> int:
    """`scrapy crawl` with this command line; its exit code."""
    from scrapy.cmdline import execute

    look_for_one_command("crawl")  # 10 ms of CPU less than all commands: a tenth of a run that finds nothing new
    try:
        execute(argv)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return ExitCode.CRASHED
    except BaseException:
        # as Python itself does with an error that nobody caught
        sys.excepthook(*sys.exc_info())
        return ExitCode.CRASHED
    return 0


def finish(order: RunOrder, code: int) -> None:
    """Write the end into the history. If that fails, the next process finds the report and does it."""
    try:
        with History(order.history) as history:
            if (wall := history.db.server_wall()) is not None:
                order.clock.follow(wall)
            if code == ExitCode.LOCK_HELD:
                history.forget(order.number)  # somebody crawls the job by hand: no run, and still due
                return
            history.finish(order.number, outcome_of(code, order.root, order.job, os.getpid()), order.clock.now())
    except SnapshotCrawlerError as error:
        print(error, file=sys.stderr)


def _leased(order: RunOrder) -> RunLease | None:
    """The run's lease, where other machines could take the job over."""
    if not isinstance(order.history, Shared):
        return None
    from snapshot_crawler.jobs.alive import RunLease

    lease = RunLease(order.history, order.number)
    lease.start()
    return lease


def _own_log(path: Path) -> None:
    """Send everything that the process says to its log."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
