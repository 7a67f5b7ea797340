"""Keys that the frontier has met lately: the scheduler asks here first, so that most known links cost no query."""

from __future__ import annotations


class RecentKeys:
    """At least the last `kept` keys, and at most twice as many, stored as hashes: 60 bytes each instead of 220.

    The hashes have 64 bits. Two of 200,000 keys have the same hash in one crawl of a billion.
    """

    def __init__(self, kept: int) -> None:
        self.kept = kept
        self._new: set[int] = set()
        self._old: set[int] = set()

    def add(self, key: str) -> None:
        """Remember a key. When there are too many, the older half is forgotten."""
        self._new.add(hash(key))
        if len(self._new) >= self.kept:
            self._old, self._new = self._new, set()

    def __contains__(self, key: str) -> bool:
        found = hash(key)
        return found in self._new or found in self._old
