"""A seal on a database file: its length and check sum while nobody writes to it, so that any changed byte shows.

SQLite's own integrity check finds a broken structure and not a changed value. A writer opens the seal when it opens
the database, and the last one that closes the database seals it anew. A killed writer leaves it open, which says only
that nothing is known.

The seal is the file NAME.seal beside NAME: one line of words, and a check sum of its own, so that damage of the seal
is not taken for damage of the database. Its lock (flock) tells who is the last: writers share it, the last one gets it
alone. Used by the SQLite storages; read by upkeep/.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import xxhash

from snapshot_crawler.sums import sum_of_file

FORM = b"seal1"  # first word of a seal; another form gets another word
SETTLED_S = 1.0  # by choice: a file that was written to longer ago shows the next write in its times
GLANCES, GLANCE_S = 5, 0.01  # is_in_use() takes the lock for a moment; whoever wants it alone just then tries again
NO_LOCKS = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS})  # as some network file systems say


class SealState(Enum):
    """What a seal says."""

    NONE = "none"  # there is no such file
    OPEN = "open"  # somebody writes to the database, or was killed
    CLOSED = "closed"
    DAMAGED = "damaged"  # its own check sum does not fit


@dataclass(slots=True, frozen=True)
class ReadSeal:
    """A seal as it was read. size, digest: of the database, where the seal is closed."""

    state: SealState
    size: int = 0
    digest: bytes = b""


class Seal:
    """The seal of one database, held by one writer from before the database is opened until after it is closed."""

    def __init__(self, database: Path) -> None:
        """Open the seal; it is made where there is none, with its folder. Raises OSError."""
        self.database = database
        self.fd = os.open(seal_path(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self.has_lock = _lock(self.fd, fcntl.LOCK_SH)
            self.before = os.pread(self.fd, 256, 0)  # bytes; a seal is shorter
            self.stat = _stat(database)
            self.is_settled = self.stat is not None and time.time_ns() - self.stat[1] > SETTLED_S * 1e9
            if self.before != OPENED:
                self._write(OPENED)
        except BaseException:
            os.close(self.fd)
            raise

    def close(self) -> None:
        """Seal the database where nobody else writes to it. Call it when the own connection is closed."""
        if self.fd < 0:
            return
        try:
            if self.has_lock and _lock_soon(self.fd):
                self._close_last()
        finally:
            with contextlib.suppress(OSError):
                fcntl.flock(self.fd, fcntl.LOCK_UN)  # a forked child may have the same descriptor
            os.close(self.fd)
            self.fd = -1

    def _close_last(self) -> None:
        """The others go on later, or not at all. A log that is left must be brought home first: no seal."""
        with contextlib.suppress(OSError):  # a full disk: the seal stays open
            wal = wal_path(self.database)
            if wal.exists() and wal.stat().st_size:
                return
            is_unchanged = self.is_settled and self.stat == _stat(self.database) and parse(self.before).size
            self._write(self.before if is_unchanged else _closed(*sum_of_file(self.database)))

    def _write(self, text: bytes) -> None:
        os.pwrite(self.fd, text, 0)
        os.ftruncate(self.fd, len(text))


def seal_path(database: Path) -> Path:
    """Where the seal of a database lies."""
    return database.with_name(database.name + ".seal")


def wal_path(database: Path) -> Path:
    """Where SQLite keeps the log of a database: what was committed, and is not in the database itself yet."""
    return database.with_name(database.name + "-wal")


def read_seal(database: Path) -> ReadSeal:
    """What the seal of a database says. Raises OSError when it is there and cannot be read."""
    try:
        return parse(seal_path(database).read_bytes())
    except FileNotFoundError:
        return ReadSeal(SealState.NONE)


def parse(text: bytes) -> ReadSeal:
    """What the text of a seal says."""
    if text == OPENED:
        return ReadSeal(SealState.OPEN)
    words = text.split(b" ")
    with contextlib.suppress(ValueError):
        if len(words) == 4 and text == _checked(b" ".join(words[:3])) and words[0] == FORM:
            return ReadSeal(SealState.CLOSED, int(words[1]), bytes.fromhex(words[2].decode()))
    return ReadSeal(SealState.DAMAGED)


def is_in_use(database: Path) -> bool:
    """Whether a process has the database open for writing. Writes nothing."""
    try:
        fd = os.open(seal_path(database), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(fd)
    return False


def _checked(text: bytes) -> bytes:
    return b"%s %s\n" % (text, xxhash.xxh32_hexdigest(text).encode())


def _closed(size: int, digest: bytes) -> bytes:
    return _checked(b"%s %d %s" % (FORM, size, digest.hex().encode()))


OPENED = _checked(FORM + b" open")


def _lock(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        return False
    return True


def _lock_soon(fd: int) -> bool:
    """Take the lock alone; whether nobody else has it for longer than a glance."""
    for _ in range(GLANCES):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(GLANCE_S)
        except OSError:
            return False
    return False


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_size, max(info.st_mtime_ns, info.st_ctime_ns), info.st_ino
