"""A story as a bounded sample of its shingles, and how much two samples share. shingles.py draws the sample.

Kept are the shingles whose hash lies below a power of two, chosen so that at most MOST_KEPT remain. Unlike MinHash
bands this sees a truncated copy: both samples are drawn by the same hash, so the part that both share is sampled
alike, and containment can be estimated as well as similarity. 16 bits a shingle are enough (measured).
"""

from __future__ import annotations

from dataclasses import dataclass

# Chosen on the development sets (docs/duplicates.md; python benchmarks/dedup.py): larger samples cost space and find no
# more. Another number makes stored fingerprints useless.
MOST_KEPT = 80


@dataclass(slots=True, frozen=True)
class Sketch:
    """A sample of shingles. size: how many shingles the story has. level: kept are hashes below 2 ** (16 - level)."""

    size: int
    level: int
    kept: frozenset[int]


def overlap(one: Sketch, other: Sketch) -> tuple[int, int, int]:
    """(shared, of one, of other): shingles counted on the part of the hashes that both samples cover."""
    if one.level < other.level:
        shared, second, first = overlap(other, one)
        return shared, first, second
    finer = one.level - other.level
    if not finer:
        return len(one.kept & other.kept), len(one.kept), len(other.kept)
    limit = 1 << (16 - finer)
    mine = {value >> finer for value in one.kept}
    theirs = {value for value in other.kept if value < limit}
    return len(mine & theirs), len(mine), len(theirs)
