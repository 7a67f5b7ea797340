"""A seal on a database file: its length and check sum while nobody writes to it, so that any changed byte shows.

SQLite's own integrity check finds a broken structure and not a changed value. A writer opens the seal when it opens
the database, and the last one that closes the database seals it anew. A killed writer leaves it open, which says only
that nothing is known.

The seal is the file NAME.seal beside NAME: one line of words, and a check sum of its own, so that damage of the seal
is not taken for damage of the database. Its lock (flock) tells who is the last: writers share it, the last one gets it
alone. Used by the SQLite storages; read by upkeep/.

The sums of the database's pages lie in NAME.sums (block_sums.py), so that the next seal costs reading what has changed
meanwhile. A writer that follows the database (follow(), sqlite_log.py) knows that, if the file is the one that was
sealed, and nobody else has opened it for writing since. Else the whole file is read. Whether it is the one that was
sealed, its time tells: the seal gives it one that no later write leaves as it is.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import random
import secrets
import sqlite3
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import xxhash

from snapshot_crawler.block_sums import Whole, made, renewed, summed
from snapshot_crawler.sqlite_log import Log
from snapshot_crawler.sums import sum_of_file

FORM = b"seal2"  # first word of a seal; another form gets another word. seal1: the digest is of the whole file
NO_TIMES = b"-"  # of a file whose sums are not kept, or whose times say nothing
SETTLED_S = 1.0  # by choice: a file that was written to longer ago shows the next write in its times
LONGEST = 256  # bytes; a seal is shorter
NOTHING = Whole(0, b"")
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
    """A seal as it was read. whole: the database, where the seal is closed. times: _times() of it then."""

    state: SealState
    whole: Whole = NOTHING
    times: bytes = NO_TIMES
    is_by_blocks: bool = True

    @property
    def has_sums(self) -> bool:
        """Whether the sums of the database's pages are kept."""
        return self.times != NO_TIMES

    def whole_now(self, database: Path) -> Whole:
        """What to compare with `whole`: the database is read. Raises OSError."""
        return summed(database) if self.is_by_blocks else Whole(*sum_of_file(database))


class Seal:
    """The seal of one database, held by one writer from before the database is opened until after it is closed."""

    def __init__(self, database: Path) -> None:
        """Open the seal; it is made where there is none, with its folder. Raises OSError."""
        self.database = database
        self.log: Log | None = None
        self.fd = os.open(seal_path(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self.has_lock = _lock(self.fd, fcntl.LOCK_SH)
            self.before = os.pread(self.fd, LONGEST, 0)
            self.was = parse(self.before)
            self.stat = _stat(database)
            self.is_settled = self.stat is not None and time.time_ns() - self.stat[1] > SETTLED_S * 1e9
            self.opened = _opened(secrets.token_hex(8).encode())  # by whom: the last one to open it
            self._write(self.opened)
            if self.was.state == SealState.CLOSED:
                os.fdatasync(self.fd)  # a power cut must not leave the closed one beside a file that has changed
        except BaseException:
            os.close(self.fd)
            raise

    def follow(self, db: sqlite3.Connection, *, home_at: int) -> None:
        """Note which pages change, if the seal was closed on the file as it is. Call it before the connection writes.

        From then on call committed() after each commit and end() before the connection is closed; home_at: pages of
        the log before it is brought home.
        """
        if not self.was.has_sums:
            return
        with contextlib.suppress(sqlite3.Error, OSError):  # whatever is wrong with it is told when it is used
            self.log = Log(db, wal_path(self.database), home_at=home_at)
            if _times(self.database) != self.was.times:
                self.log.give_up()

    def committed(self) -> None:
        """See follow()."""
        if self.log is not None:
            self.log.committed()

    def end(self) -> None:
        """See follow()."""
        if self.log is not None:
            self.log.end()

    def close(self) -> None:
        """Seal the database where nobody else writes to it. Call it when the own connection is closed."""
        if self.fd < 0:
            return
        try:
            if self.log is not None:
                self.log.closed()
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
            is_unchanged = self.is_settled and self.stat == _stat(self.database) and self.was.whole.size
            self._write(self.before if is_unchanged else self._closed())

    def _closed(self) -> bytes:
        """The text of the seal on the database as it is."""
        times = _marked(self.database)
        if (whole := self._renewed()) is None:
            whole, has_sums = made(self.database)
            times = times if has_sums else NO_TIMES
        return _closed(whole, times if times == _times(self.database) else NO_TIMES)

    def _renewed(self) -> Whole | None:
        """The database by what is known of it and of its changes."""
        if self.log is None or not self.log.is_known or os.pread(self.fd, LONGEST, 0) != self.opened:
            return None
        before = self.was.whole
        kept = before.size if self.log.lowest is None else self.log.lowest
        with contextlib.suppress(OSError):
            return renewed(self.database, before, self.log.pages.between, kept=kept)
        return None

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
    words = text.split(b" ")
    if text != _checked(b" ".join(words[:-1])):
        return ReadSeal(SealState.DAMAGED)
    with contextlib.suppress(ValueError):
        match words[:-1]:
            case [b"seal1", b"open"] | [b"seal2", b"open", _]:
                return ReadSeal(SealState.OPEN)
            case [b"seal1", size, digest]:
                return ReadSeal(SealState.CLOSED, Whole(int(size), bytes.fromhex(digest.decode())), is_by_blocks=False)
            case [b"seal2", size, digest, times]:
                return ReadSeal(SealState.CLOSED, Whole(int(size), bytes.fromhex(digest.decode())), times)
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


def _opened(by: bytes) -> bytes:
    return _checked(b"%s open %s" % (FORM, by))


def _closed(whole: Whole, times: bytes) -> bytes:
    return _checked(b"%s %d %s %s" % (FORM, whole.size, whole.digest.hex().encode(), times))


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


def _times(path: Path) -> bytes:
    """What tells a file from another in its place, and shows any write to it behind _marked()."""
    info = path.stat()
    return b"%d-%d-%d" % (info.st_mtime_ns, info.st_ctime_ns, info.st_ino)


def _marked(path: Path) -> bytes:
    """Give a file a time by chance in the last millisecond, which the next write takes away; its _times() with it.

    Clocks of file systems are coarse, so two writes in a row may leave the same time. NO_TIMES where it has not taken
    the time as it was given, or the file is another user's.
    """
    info = path.stat()
    time_ns = (min(info.st_mtime_ns, time.time_ns()) // 1000 - random.randrange(1, 1000)) * 1000
    try:
        os.utime(path, ns=(info.st_atime_ns, time_ns))
    except OSError:
        return NO_TIMES
    return _times(path) if path.stat().st_mtime_ns == time_ns else NO_TIMES
