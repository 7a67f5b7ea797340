"""The shingles of a story: folded code units go in; a sketch, candidate keys and the opening come out.

Called for each new article by making.py.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snapshot_crawler.dedup.folding import Codes, cjk_share
from snapshot_crawler.dedup.sketch import MOST_KEPT, Sketch

Hashes = NDArray[np.uint64]
# These numbers were chosen on the development sets (docs/duplicates.md; python benchmarks/dedup.py): larger samples
# cost space and find no more. A change of any of them but KEYS makes stored fingerprints useless.
KEYS = 4  # found as many reprints as six; each costs 13 bytes and a page of the index. Older entries have six
CHINESE_SHINGLE = 5  # characters
LATIN_SHINGLE = 9  # letters, spaces folded away
OPENING = 48  # shingles: the first sentence or two
OPENING_KEY = 24  # shingles of OPENING whose least is a key of its own
OPENING_SAMPLED = 3  # every third, by hash
CHINESE_FROM = 0.3  # share of Chinese characters
MULTIPLIERS = np.array(
    [
        0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F,
        0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3, 0x1D8E4E27C47D124F,
    ],
    dtype=np.uint64,
)  # fmt: skip
MIXERS = np.array([0xD6E8FEB86659FD93, 0x9FB21C651E98DF25], dtype=np.uint64)
LIMITS = [np.uint64(1 << (64 - level)) for level in range(1, 32)]  # what a level keeps is below; level 0 keeps all
HALF, LESS_THAN_HALF = np.uint64(32), np.uint64(29)  # bits


def shingle_hashes(codes: Codes) -> Hashes:
    """One 64-bit hash for each run of 5 (Chinese) or 9 (Latin) code units; a shorter text is one shingle."""
    if not codes.size:
        return np.empty(0, dtype=np.uint64)
    width = CHINESE_SHINGLE if cjk_share(codes) >= CHINESE_FROM else LATIN_SHINGLE
    width = max(1, min(width, codes.size))
    total: Hashes = np.correlate(codes.astype(np.uint64), MULTIPLIERS[:width])  # sums of products, modulo 2 ** 64
    total ^= total >> HALF
    total *= MIXERS[0]
    total ^= total >> LESS_THAN_HALF
    total *= MIXERS[1]
    total ^= total >> HALF
    return total


def sketch(hashes: Hashes) -> tuple[Sketch, list[int]]:
    """The sketch of a story's shingles, and the keys by which others find it: the smallest, as signed 32-bit ints."""
    if not hashes.size:
        return Sketch(0, 0, frozenset()), []
    level = max(0, int(hashes.size / MOST_KEPT).bit_length() - 1)
    drawn = hashes[hashes < LIMITS[level - 1]] if level else hashes.copy()
    drawn.sort()  # here, and not as Python's numbers: a third of the time
    kept: list[int] = drawn.tolist()
    if len({*kept}) < len(kept):
        kept = [*dict.fromkeys(kept)]
    while len(kept) > MOST_KEPT:
        level += 1
        kept = kept[: bisect_left(kept, 1 << (64 - level))]
    beyond = 48 - level  # bits that are not kept
    values = frozenset([value >> beyond for value in kept])
    return Sketch(int(hashes.size), level, values), [_signed_half(value) for value in kept[:KEYS]]


def _signed_half(value: int) -> int:
    """The lower 32 bits of a hash as a signed number."""
    half = value & 0xFFFFFFFF
    return half - 0x100000000 if half & 0x80000000 else half


@dataclass(slots=True, frozen=True)
class Opening:
    """How a story begins. first: its first shingle. sample: every third (by hash) of the first 48; both 16 bits. key:
    the smallest of the first 24, as signed 32-bit: finds a copy that was cut so short that no other key is left."""

    first: int
    sample: frozenset[int]
    key: int | None


def opening(hashes: Hashes) -> Opening:
    """The beginning of a story, from its shingles in their order."""
    if not hashes.size:
        return Opening(0, frozenset(), None)
    begin: list[int] = hashes[:OPENING].tolist()
    sample = frozenset([value >> 48 for value in begin if value % OPENING_SAMPLED == 0])
    return Opening(begin[0] >> 48, sample, _signed_half(min(begin[:OPENING_KEY])))
