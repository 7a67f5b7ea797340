"""One run of a job at a time: a lock that the kernel releases when its holder dies.

The lock is flock on the lease file. So a killed run leaves no lock behind, a reused process id does no harm, and no
clock is needed. The text of the file names the holder, for the message to a second run.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from snapshot_crawler.exceptions import ConfigurationError, LockHeldError
from snapshot_crawler.frontier.claims import is_still_at

OPENED = 5  # times a lease is opened where its folders go meanwhile, by choice
GLANCE_S = 0.001  # is_held() shares the lock for a moment to test it: a start waits so long and tries again
GLANCES = 10_000  # so often at most, by choice: on a busy machine a test may stand still while it holds the lock


class Lease:
    """Held from `with` to its end. Raises LockHeldError at once when another process holds it."""

    def __init__(self, path: Path, job: str) -> None:
        self.path, self.job = path, job
        self.file: IO[str] | None = None
        self.made: list[Path] = []  # folders that were not there before, the outermost first

    def __enter__(self) -> Lease:
        try:
            self.file = self._open()
        except OSError as error:
            raise ConfigurationError(
                f"DATA_DIR cannot be written: {error.strerror}: {error.filename}. Choose another with -s DATA_DIR=DIR."
            ) from error
        try:
            lock(self.file.fileno())
            if not is_still_at(self.path, self.file):  # its holder has just taken it away
                self.file.close()
                return self.__enter__()
        except OSError as error:
            who = describe_holder(self.path)
            self.file.close()
            self.file = None
            raise LockHeldError(
                f"{self.job} is being crawled already by {who}. Wait for it, or stop it with SIGTERM."
            ) from error
        self.file.truncate(0)
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        self.file.write(json.dumps(holder))
        self.file.flush()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.file is not None:
            self.file.truncate(0)
            self.file.close()
            self.file = None

    def _open(self) -> IO[str]:
        """The file, made with its folders where they are missing; again where another start, which was refused, has
        just taken its empty folders away (leave_nothing)."""
        for _ in range(OPENED):
            self.made += missing_folders(self.path.parent)
            with contextlib.suppress(FileNotFoundError):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                return self.path.open("a+", encoding="utf-8")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.path.open("a+", encoding="utf-8")

    def leave_nothing(self) -> None:
        """Remove the file and the empty folders that were made for it: the run did not begin."""
        self.path.unlink()
        with contextlib.suppress(OSError):  # not empty, or gone
            for folder in reversed(self.made):
                folder.rmdir()


def missing_folders(folder: Path) -> list[Path]:
    """The missing folders among a folder and its parents, the outermost first."""
    return [each for each in (*reversed(folder.parents), folder) if not each.exists()]


def lock(descriptor: int) -> None:
    """Take the lock of an open file. Raises BlockingIOError when another process holds it.

    Who only tests it shares it, and who shares it can be shared with: so a test is told from a holder, and waited for.
    """
    for _ in range(GLANCES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # raises beside a holder
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        time.sleep(GLANCE_S)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def describe_holder(path: Path) -> str:
    """The holder of the lease in words, as its file names it."""
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        return f"process {holder['pid']} on {holder['host']} since {holder['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


def holder_pid(path: Path) -> int | None:
    """The process that holds the lease now; None while nobody does."""
    if not is_held(path):
        return None
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError, TypeError):  # taken just now: its holder has written nothing yet
        return None


def is_held(path: Path) -> bool:
    """Whether a process holds the lease now."""
    try:
        with path.open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
