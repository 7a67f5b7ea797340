"""What each request has brought to the outputs already, so that a page that is looked at again gives only what is new.

Asked by the exporter for each item that the index of articles does not judge: those of plain spiders. Their start
pages are looked at in every run, and a run that was killed looks at its last pages again. An item counts as brought
when a commit held it, under the same request and with the same line; a page that holds the same item twice gives it
twice. The rows are part of the frontier's commits, so they and the output stand or fall together.

A row is 8 bytes of hash, a count and a batch: about 20 bytes an item.
"""

from __future__ import annotations

from collections import Counter

import xxhash

from snapshot_crawler.frontier.store import Store


class Brought:
    """The memory of one job."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.visits: dict[str, Counter[int]] = {}  # by request: items of the visit that is under way

    def is_repeat(self, owner: str, line: bytes) -> bool:
        """Whether an earlier visit for the same request has brought this item; counts it for the visit under way."""
        item = signed_hash(owner, line)
        visit = self.visits.setdefault(owner, Counter())
        visit[item] += 1
        return visit[item] <= self.store.brought(item)

    def keep(self, owner: str) -> None:
        """The request's lines go to the output: remember them with the commit that is to come."""
        for item, number in self.visits.get(owner, {}).items():
            self.store.remember_brought(item, number)
        if owner:
            self.visits.pop(owner, None)  # items of start() belong to one visit that lasts as long as the run

    def forget(self, owner: str) -> None:
        """The request's lines are dropped: it will be fetched again."""
        self.visits.pop(owner, None)


def signed_hash(owner: str, line: bytes) -> int:
    """64 bits as SQLite stores them."""
    return xxhash.xxh3_64_intdigest(owner.encode("utf-8", "replace") + b"\0" + line) - (1 << 63)
