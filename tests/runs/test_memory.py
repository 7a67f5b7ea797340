"""What a crawl asks of the system about its memory."""

from __future__ import annotations

import ctypes
import mmap
import re
from pathlib import Path

import pytest

from snapshot_crawler.runs.memory import ask_for_large_pages

ADVISED = Path("/sys/kernel/mm/transparent_hugepage/enabled")
SIZE = 4 * 2**20


@pytest.mark.skipif(not ADVISED.exists(), reason="only Linux has pages of another size for those who ask")
def test_memory_of_the_process_is_asked_to_lie_in_large_pages() -> None:
    with mmap.mmap(-1, SIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as block:
        block[:1] = b"x"
        first = ctypes.c_char.from_buffer(block)
        address = ctypes.addressof(first)
        del first
        ask_for_large_pages()
        assert "hg" in flags_at(address).split()


def flags_at(address: int) -> str:
    """VmFlags of the region with that address (proc_pid_smaps(5))."""
    inside = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if region := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            inside = int(region[1], 16) <= address < int(region[2], 16)
        elif inside and line.startswith("VmFlags:"):
            return line
    raise AssertionError("no such region")
