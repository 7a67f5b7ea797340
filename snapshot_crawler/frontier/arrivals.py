"""New addresses on their way into the store: a page's links are looked up in one call, and stored in one call.

Scrapy gives the scheduler one request after the other and wants an answer for each: is it new? A spider that asks for
all links of a page before it makes requests (`seen`) has the answers from one look-up. The requests that follow are
collected here, until something is leased, committed or looked up in the store. A request that nobody asked about is
looked up and stored by itself.

The answers hold until then, because only one run at a time writes to a job's store.
"""

from __future__ import annotations

from snapshot_crawler.frontier.recent import RecentKeys
from snapshot_crawler.frontier.store import Entry, Store
from snapshot_crawler.urls import identity

SEEN_KEPT = 100_000  # keys remembered in memory, at 60 bytes each (recent.py)
NEW_KEPT = 10_000  # keys known to be new, by choice: the links of some pages; without them requests go in one by one


class Arrivals:
    """The way into one job's store."""

    def __init__(self) -> None:
        self.waiting: list[Entry] = []
        self.seen_keys = RecentKeys(SEEN_KEPT)
        self.new_keys: set[str] = set()  # looked up, and neither stored nor taken

    def open(self, target: Store) -> None:
        """Begin to fill a store."""
        self.target = target

    def seen(self, urls: list[str]) -> set[str]:
        """Those of the normalised addresses that the store knows, or that are on their way into it."""
        self.store()
        keys = {url: identity(url) for url in urls}
        unsure = [key for key in keys.values() if key not in self.seen_keys]
        known = self.target.known(unsure) if unsure else set()
        for key in known:
            self.seen_keys.add(key)
        if len(self.new_keys) + len(unsure) > NEW_KEPT:
            self.new_keys.clear()
        self.new_keys.update(key for key in unsure if key not in known)
        return {url for url, key in keys.items() if key in known or key in self.seen_keys}

    def known(self, key: str) -> bool:
        """Whether the store knows a key."""
        self.store()
        return bool(self.target.known([key]))

    def take(self, entry: Entry) -> bool:
        """Let an address in; False when its key is known already."""
        if entry.key in self.new_keys:
            self.new_keys.discard(entry.key)
            self.waiting.append(entry)
        else:
            self.store()
            if not self.target.enqueue_all([entry]):
                return False
        self.seen_keys.add(entry.key)
        return True

    def store(self) -> None:
        """Store what waits. Called before anything is leased or committed, or an entry is looked up."""
        if self.waiting:
            entries, self.waiting = self.waiting, []
            self.target.enqueue_all(entries)
