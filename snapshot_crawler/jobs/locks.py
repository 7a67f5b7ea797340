"""One run of a job at a time, from the decision to start it until its process is gone, even if the daemon dies.

The lock is flock on a file. The process that claims the run hands its open file on to the process of the run, and the
kernel releases the lock when the last of them is gone. So a free lock means that no run of the job is alive; no clock
and no process number is asked. The crawl also takes its lease (runs/lease.py), as a crawl by hand does.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing import reduction
from pathlib import Path
from types import TracebackType
from typing import Any

from snapshot_crawler.exceptions import OutputError
from snapshot_crawler.runs.lease import lock


class JobLock:
    """Held from take() until release(), or until the last process that holds it is gone. Can be sent to a child."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> JobLock | None:
        """The lock; None when a run of the job, or somebody who is about to start one, holds it."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise OutputError(f"the lock {path} cannot be made: {error.strerror}") from error
        try:
            lock(descriptor)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def release(self) -> None:
        """Let go of this process's share."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __enter__(self) -> JobLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.release()

    def __reduce__(self) -> tuple[Callable[[Any], JobLock], tuple[Any]]:
        """Pickled for a process that is being started: the open file itself goes along."""
        return _received, (reduction.DupFd(self.descriptor),)


def _received(sent: Any) -> JobLock:
    return JobLock(sent.detach())
