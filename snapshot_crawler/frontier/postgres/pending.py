"""What a store has been told since its last commit, before the database hears of it.

Most changes of a crawl are held back here, so that a commit is a few statements, whatever number of pages it has, and
no row of the database is locked while pages are fetched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from snapshot_crawler.frontier.store import Entry, KeptPage, State


@dataclass(slots=True)
class Pending:
    """New and changed entries by key, notes by name, and what came with them."""

    new: dict[str, Entry] = field(default_factory=dict)
    changed: dict[str, Entry] = field(default_factory=dict)  # new ones that were changed stand in both
    mine: set[str] = field(default_factory=set)  # keys whose items the next commit brings
    notes: dict[str, Any] = field(default_factory=dict)
    brought: dict[int, int] = field(default_factory=dict)
    pages: dict[bytes, KeptPage] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything waits for the next commit."""
        return bool(self.new or self.changed or self.notes or self.brought or self.pages)

    def __contains__(self, key: str) -> bool:
        """Whether anything was said of a key."""
        return key in self.changed or key in self.new

    def entry(self, key: str) -> Entry | None:
        """A copy of what a key's entry is by now; None where nothing was said of it."""
        found = self.changed.get(key) or self.new.get(key)
        return replace(found) if found is not None else None

    def entries(self) -> Iterator[Entry]:
        """All of them, as they are by now."""
        yield from self.changed.values()
        yield from (entry for key, entry in self.new.items() if key not in self.changed)

    def clear(self) -> None:
        """The database has it, or it is given up."""
        for each in (self.new, self.changed, self.mine, self.notes, self.brought, self.pages):
            each.clear()


@dataclass(slots=True)
class Leased:
    """The entries in progress, by key and by host; each with the epoch of its host, None where none is held."""

    by_key: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    by_host: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, entry: Entry, epoch: int | None) -> None:
        """An entry is given out."""
        self.by_key[entry.key] = entry.host, epoch
        self.by_host[entry.host].add(entry.key)

    def end(self, key: str) -> None:
        """An entry is in progress no more."""
        if (found := self.by_key.pop(key, None)) is not None:
            keys = self.by_host[found[0]]
            keys.discard(key)
            if not keys:
                del self.by_host[found[0]]

    def clear(self) -> None:
        """Nothing is in progress."""
        self.by_key.clear()
        self.by_host.clear()

    def shown(self, entry: Entry) -> Entry:
        """An entry of the database, with the state that it has here."""
        if entry.key in self.by_key:
            entry.state = State.LEASED
        return entry
