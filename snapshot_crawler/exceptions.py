"""Every error of ours, with the exit code it means. Scheduled jobs act on these codes (docs/operating.md)."""

from __future__ import annotations

import errno
from enum import IntEnum

DISK_TROUBLE = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS, errno.EIO})


def is_disk_trouble(error: BaseException) -> bool:
    """Whether an error says that the disk takes no more: full, over a limit, read only, broken."""
    return isinstance(error, (OSError, StorageError)) and error.errno in DISK_TROUBLE


def way_out(error: BaseException) -> str:
    """What to do about a file that cannot be written, as the end of a message; nothing is lost in any case."""
    number = getattr(error, "errno", None)
    if number in (errno.EPIPE, errno.ECONNRESET):
        return "who read the output has closed it: run the same command again with a reader that stays"
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "make room, then run the same command again"
    if number == errno.EIO:  # SQLite gives it for a limit on a file's size, too
        return "make room or mend the disk, then run the same command again"
    if number == errno.ENOENT:
        return "run the same command again; -a full=1 brings what was in the file once more"
    return "make it writable, then run the same command again"


class ExitCode(IntEnum):
    """What the exit code of `scrapy crawl` says about the run."""

    COMPLETE = 0  # the frontier was worked off; failed pages, and hosts that gave none, stand in the report
    CRASHED = 1  # an error of the program itself
    CONFIGURATION = 2  # wrong argument or setting, unusable DATA_DIR; nothing was fetched
    PARTIAL = 3  # pages are still to be fetched: a limit (CLOSESPIDER_*), or a host that asked for time or went away
    INTERRUPTED = 4  # SIGINT or SIGTERM; the next run continues
    NO_ARTICLES = 5  # nothing recognised where earlier runs had articles
    TOO_MANY_ERRORS = 6  # the share of errors is over its threshold
    START_FAILED = 7  # no start page could be fetched
    LOCK_HELD = 8  # another run of this job is alive
    OUTPUT_FAILED = 9  # the output or DATA_DIR could not be written (disk full)
    LAYOUT_DRIFT = 10  # the site's pages are not what they were
    DAMAGED = 11  # `scrapy verify` has found something below DATA_DIR that is not as it was written
    OUTPUT_TAKEN = 12  # the output file belongs to another job
    DATABASE_AWAY = 13  # the shared database (DATABASE_URL) was away for longer than DATABASE_WAIT


class SnapshotCrawlerError(Exception):
    """The base of our errors. Its message is one line: what is wrong, the value, the way out."""

    exit_code: ExitCode = ExitCode.CRASHED


class ConfigurationError(SnapshotCrawlerError):
    """A wrong argument or setting; raised before anything is fetched."""

    exit_code = ExitCode.CONFIGURATION


class StateError(SnapshotCrawlerError):
    """Stored state that cannot be used: corrupt, foreign or written by a newer version. Nothing is deleted."""

    exit_code = ExitCode.CONFIGURATION


class StorageError(SnapshotCrawlerError):
    """A storage of state failed while it was in use: the disk is full or broken, or a lock was not let go in time.

    Raised by the storages of frontier, index and jobs' history in place of their engine's own errors. errno: the
    kernel's number for the trouble where there is one, else None.
    """

    exit_code = ExitCode.OUTPUT_FAILED

    def __init__(self, message: str, errno: int | None = None) -> None:
        super().__init__(message)
        self.errno = errno


class DatabaseAwayError(StorageError):
    """The shared database could not be reached for longer than DATABASE_WAIT; raised by postgres/database.py."""

    exit_code = ExitCode.DATABASE_AWAY


class LeaseLostError(StorageError):
    """The other processes have given this one up, and what it brings is not accepted: it was cut off, or asleep.

    Raised by the storages in the shared database inside of a commit. The next start continues.
    """

    exit_code = ExitCode.DATABASE_AWAY


class LockHeldError(SnapshotCrawlerError):
    """Another run of the same job is alive; raised by the lease."""

    exit_code = ExitCode.LOCK_HELD


class OutputError(SnapshotCrawlerError):
    """The output could not be opened or written, for example on a full disk."""

    exit_code = ExitCode.OUTPUT_FAILED


class OutputTakenError(SnapshotCrawlerError):
    """The output file belongs to another job; raised by frontier/claims.py before anything is written or cut."""

    exit_code = ExitCode.OUTPUT_TAKEN


class UnreadablePageError(SnapshotCrawlerError):
    """Bytes that are no HTML text: binary, empty, or too costly to parse. The page is counted as failed.

    reason: a short fixed word for the counts, as in signals.page_rejected.
    """

    def __init__(self, message: str, *, reason: str = "not-html") -> None:
        super().__init__(message)
        self.reason = reason


class BrokenSpiderError(ConfigurationError):
    """A site's file that cannot be imported, or that misspells an attribute. Other sites are not concerned."""
