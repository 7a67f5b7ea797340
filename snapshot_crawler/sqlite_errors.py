"""SQLite's errors as ours: what an engine says goes in, a StorageError that callers need no engine to read comes out.

Used by the SQLite storages alone (frontier/sqlite.py, dedup/sqlite.py, jobs/history.py).
"""

from __future__ import annotations

import errno
import sqlite3

from snapshot_crawler.exceptions import StorageError

# SQLite's primary result codes (https://www.sqlite.org/rescode.html) and the kernel's numbers for the same trouble
ERRNO_OF = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,  # also what a limit on a file's size gives
    sqlite3.SQLITE_READONLY: errno.EROFS,
}
PRIMARY = 0xFF  # the low byte of an extended result code is the primary one (same page)


def storage_error(what: str, error: sqlite3.Error | OSError) -> StorageError:
    """The error to raise. what: the storage with its path, such as "the index data/index.sqlite"."""
    if isinstance(error, OSError):
        return StorageError(f"{what} cannot be used: {error.strerror or error}", error.errno)
    number = ERRNO_OF.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY)
    return StorageError(f"{what} cannot be {'written' if number else 'used'}: {error}", number)
