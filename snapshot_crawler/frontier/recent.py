"""The keys that were met lately, so that links known for sure cost no query."""

from __future__ import annotations


class RecentKeys:
    """At least the last `kept` keys, at most twice as many, by their hashes: 60 bytes each instead of 220.

    The hashes have 64 bits: among 200,000 keys, two are taken for one in one crawl of a billion.
    """

    def __init__(self, kept: int) -> None:
        self.kept = kept
        self._new: set[int] = set()
        self._old: set[int] = set()

    def add(self, key: str) -> None:
        """Remember a key; the oldest half goes when there are too many."""
        self._new.add(hash(key))
        if len(self._new) >= self.kept:
            self._old, self._new = self._new, set()

    def __contains__(self, key: str) -> bool:
        found = hash(key)
        return found in self._new or found in self._old
