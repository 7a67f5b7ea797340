"""Check sums of a file's blocks, kept in a file beside it: a changed block costs reading that block alone.

The sums file holds 8 bytes for each 4,096, in their order, and its own check sum stands for the whole. So whoever has
that one can tell which of both files is damaged, and in which block. Used by seal.py; upkeep/ compares.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

import xxhash

from snapshot_crawler.sums import READ_AT_ONCE, add_range

BLOCK = 4096  # bytes: a page of SQLite's, which is written as a whole
SUM = 8  # bytes of a block's xxh3-64: 0.2 % of the file
BLOCKS_AT_ONCE = READ_AT_ONCE // BLOCK


@dataclass(slots=True, frozen=True)
class Whole:
    """What a file is as a whole: its length, and the check sum of its blocks' sums."""

    size: int
    digest: bytes


Changed = Callable[[int, int], Iterator[int]]  # the numbers of changed blocks, from one up to below another


def sums_path(path: Path) -> Path:
    """Where the sums of a file's blocks lie."""
    return path.with_name(path.name + ".sums")


def summed(path: Path, keep: IO[bytes] | None = None) -> Whole:
    """Read a whole file; its blocks' sums go into another. Raises OSError."""
    state, size = xxhash.xxh3_128(), 0
    with path.open("rb") as file:
        while data := file.read(READ_AT_ONCE):
            sums = _sums(data)
            state.update(sums)
            size += len(data)
            if keep is not None:
                keep.write(sums)
    return Whole(size, state.digest())


def made(path: Path) -> tuple[Whole, bool]:
    """Read a whole file and write the sums of its blocks; whether these are kept: a full disk has no room for them.
    Raises OSError when the file cannot be read."""
    try:
        with sums_path(path).open("wb") as keep:
            whole = summed(path, keep)
            keep.flush()
            os.fdatasync(keep.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            sums_path(path).unlink()
        return summed(path), False
    return whole, True


def renewed(path: Path, before: Whole, changed: Changed, *, kept: int) -> Whole | None:
    """Bring the sums of a file up to date by reading the blocks that changed, and those from number `kept` on.

    None where the kept sums are not those of the file as it was before: then they are to be made anew. Raises OSError.
    """
    size = path.stat().st_size
    blocks, kept = -(-size // BLOCK), min(kept, before.size // BLOCK)
    was, now = xxhash.xxh3_128(), xxhash.xxh3_128()
    with path.open("rb", buffering=0) as file, sums_path(path).open("r+b", buffering=0) as sums:
        for first in range(0, max(blocks, -(-before.size // BLOCK)), BLOCKS_AT_ONCE):
            old = os.pread(sums.fileno(), BLOCKS_AT_ONCE * SUM, first * SUM)
            was.update(old)
            end = max(first, min(first + BLOCKS_AT_ONCE, blocks))
            new = bytearray(old[: (end - first) * SUM].ljust((end - first) * SUM, b"\0"))
            for number in chain(changed(first, min(end, kept)), range(max(first, kept), end)):
                new[(number - first) * SUM : (number - first + 1) * SUM] = _sums(_block(file, number))
            if new != old:
                os.pwrite(sums.fileno(), new, first * SUM)
            now.update(new)
        if was.digest() != before.digest:
            return None
        os.ftruncate(sums.fileno(), blocks * SUM)
        os.fdatasync(sums.fileno())
    return Whole(size, now.digest())


def has_sums(path: Path, whole: Whole) -> bool:
    """Whether the kept sums are those of the file as it was then. Raises OSError."""
    state = xxhash.xxh3_128()
    try:
        with sums_path(path).open("rb") as sums:
            while add_range(state, sums, READ_AT_ONCE):
                pass
    except FileNotFoundError:
        return False
    return state.digest() == whole.digest


def damaged_blocks(path: Path, most: int) -> list[int]:
    """The numbers of the first blocks that are not as their kept sums say. Raises OSError."""
    found: list[int] = []
    with path.open("rb") as file, sums_path(path).open("rb") as sums:
        first = 0
        while (data := file.read(READ_AT_ONCE)) and len(found) < most:
            is_now, was = _sums(data), sums.read(BLOCKS_AT_ONCE * SUM)
            if is_now != was:
                places = range(0, len(is_now), SUM)
                found += [first + at // SUM for at in places if is_now[at : at + SUM] != was[at : at + SUM]]
            first += BLOCKS_AT_ONCE
    return found[:most]


def _sums(data: bytes) -> bytes:
    """The sums of all blocks of some bytes; the last block may be shorter."""
    view = memoryview(data)
    return b"".join([xxhash.xxh3_64_digest(view[at : at + BLOCK]) for at in range(0, len(data), BLOCK)])


def _block(file: IO[bytes], number: int) -> bytes:
    return os.pread(file.fileno(), BLOCK, number * BLOCK)
