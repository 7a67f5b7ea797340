"""The most memory that this process has held at once."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")
PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def peak_memory_bytes() -> int:
    """Resident bytes at the highest. Linux's own count, where it is to be had: getrusage's ru_maxrss begins with what
    the process had that started this one (fork(2), kernel/exec.c), and macOS counts it in bytes, not KiB."""
    if STATUS.exists() and (found := PEAK.search(STATUS.read_text())):
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
