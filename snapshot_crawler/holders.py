"""Who has a file open: each holder shares a lock on it, and can ask whether anybody else does.

Used by dedup/sqlite.py, on the index's seal: a process that has the index for itself may keep a transaction open. The
question is one call of the kernel (1 µs). The locks are those of open file descriptions (fcntl(2), F_OFD_SETLK), so
two holders in one process see each other too, and a killed process leaves nothing. Where the system has none, nobody
counts as alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
from pathlib import Path

FLOCK = struct.Struct("hhqqi4x")  # struct flock of Linux on 64 bits: type, whence, start, length, pid
HAS_LOCKS = hasattr(fcntl, "F_OFD_SETLK") and struct.calcsize("P") == 8
SHARED = FLOCK.pack(fcntl.F_RDLCK, os.SEEK_SET, 0, 1, 0)  # of the first byte; readers and writers of it do not care
QUESTION = FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0)  # would this lock be granted?


class Holder:
    """A holder of a file, from its making until close()."""

    def __init__(self, path: Path) -> None:
        """Make the file where there is none. Raises OSError."""
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self.is_known = False
        if HAS_LOCKS:
            with contextlib.suppress(OSError):  # some network file systems have no locks
                fcntl.fcntl(self.fd, fcntl.F_OFD_SETLK, SHARED)
                self.is_known = True

    def is_alone(self) -> bool:
        """Whether nobody else holds the file; False where that cannot be known."""
        return self.is_known and FLOCK.unpack(fcntl.fcntl(self.fd, fcntl.F_OFD_GETLK, QUESTION))[0] == fcntl.F_UNLCK

    def close(self) -> None:
        """Leave."""
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1
