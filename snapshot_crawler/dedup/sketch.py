"""A story as a bounded sample of its shingles: two samples go in, the number of shingles that they share comes out.

shingles.py draws the sample, guards.py compares. The sample has the shingles whose hash is below a power of two; the
power is chosen so that at most MOST_KEPT remain. Both samples use the same hash, so both sample their common part
alike. Containment can be estimated as well as similarity. So a truncated copy is found, which bands of MinHash miss.
16 bits a shingle are enough (measured).
"""

from __future__ import annotations

from dataclasses import dataclass

# Chosen on the development sets (docs/duplicates.md; python benchmarks/dedup.py): larger samples cost space and find no
# more; of 52, two bulletins were joined. Stored samples of another size are compared as they are, by the coarser level:
# there are some of 80.
MOST_KEPT = 64


@dataclass(slots=True, frozen=True)
class Sketch:
    """A sample of shingles. size: of the whole story. level: the sample has the hashes below 2 ** (16 - level)."""

    size: int
    level: int
    kept: frozenset[int]


def overlap(one: Sketch, other: Sketch) -> tuple[int, int, int]:
    """(shared, of one, of other): numbers of shingles, counted over the hashes that both samples cover."""
    if one.level < other.level:
        shared, second, first = overlap(other, one)
        return shared, first, second
    finer = one.level - other.level
    if not finer:
        return len(one.kept & other.kept), len(one.kept), len(other.kept)
    limit = 1 << (16 - finer)  # hashes have 16 bits
    mine = {value >> finer for value in one.kept}
    theirs = {value for value in other.kept if value < limit}
    return len(mine & theirs), len(mine), len(theirs)
