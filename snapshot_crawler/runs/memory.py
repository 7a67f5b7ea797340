"""The memory of this process: its peak is read here, and freed blocks are given back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import re
import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")
M_MMAP_THRESHOLD = -3  # mallopt(3)
LARGE_BLOCK_BYTES = 256 * 1024  # by choice: twice glibc's default (mallopt(3))
PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def peak_memory_bytes() -> int:
    """Resident bytes at the highest. Linux's own count, where it exists: getrusage's ru_maxrss begins with what
    the process had that started this one (fork(2), kernel/exec.c), and macOS counts it in bytes, not KiB."""
    if STATUS.exists() and (found := PEAK.search(STATUS.read_text())):
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def return_large_blocks() -> None:
    """Let glibc give blocks over LARGE_BLOCK_BYTES back to the system when they are freed.

    It raises that bound to the size of whatever was freed last, and after a few pages of 4 MB keeps their memory, in
    pieces (nine pages of 4 MB, eight at once: 245 instead of 290 MB at most).
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)
