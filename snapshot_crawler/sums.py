"""Check sums of files: bytes in, xxh3-128 out; against accidents, not against forgers.

Used by the outputs for what each commit appends, by seal.py for databases, and by upkeep/ to compare.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

import xxhash

READ_AT_ONCE = 1024 * 1024  # bytes


def sum_of(data: bytes) -> bytes:
    """The check sum of bytes."""
    return xxhash.xxh3_128_digest(data)


def add_range(state: xxhash.xxh3_128, file: IO[bytes], length: int) -> int:
    """Take the next bytes of a file into a sum; how many there were: fewer at the end of the file."""
    taken = 0
    while taken < length and (data := file.read(min(READ_AT_ONCE, length - taken))):
        state.update(data)
        taken += len(data)
    return taken


def sum_of_range(file: IO[bytes], start: int, end: int) -> bytes | None:
    """The check sum of file[start:end]; None where the file ends before. Raises OSError."""
    file.seek(start)
    state = xxhash.xxh3_128()
    return state.digest() if add_range(state, file, end - start) == end - start else None


def sum_of_file(path: Path) -> tuple[int, bytes]:
    """Length and check sum of a file. Raises OSError."""
    state = xxhash.xxh3_128()
    with path.open("rb") as file:
        size = 0
        while taken := add_range(state, file, READ_AT_ONCE):
            size += taken
    return size, state.digest()
