"""Items that a request has already brought to the outputs: a line goes in, whether it is a repeat comes out.

The exporter asks for each item that the index of articles does not judge, which are the items of plain spiders. Each
run fetches their start pages again, and after a kill the last pages, too; only new items may go to the output. An item
is a repeat when an earlier commit holds the same line of the same request. Where a page holds an item twice, it goes
out twice. The rows are written in the frontier's commits, so they always agree with the output.

A row has 8 bytes of hash, a count and a batch: about 20 bytes an item.
"""

from __future__ import annotations

from collections import Counter

import xxhash

from snapshot_crawler.frontier.store import Store


class Brought:
    """The items of one job."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.visits: dict[str, Counter[int]] = {}  # by request: items of the visit in progress

    def is_repeat(self, owner: str, line: bytes) -> bool:
        """Whether an earlier visit of the same request has brought this item. Counts it for the visit in progress."""
        item = signed_hash(owner, line)
        visit = self.visits.setdefault(owner, Counter())
        visit[item] += 1
        return visit[item] <= self.store.brought(item)

    def keep(self, owner: str) -> None:
        """The request's lines go to the output: remember them in the next commit."""
        for item, number in self.visits.get(owner, {}).items():
            self.store.remember_brought(item, number)
        if owner:
            self.visits.pop(owner, None)  # items of start() belong to one visit that lasts as long as the run

    def forget(self, owner: str) -> None:
        """The request's lines are dropped: it will be fetched again."""
        self.visits.pop(owner, None)


def signed_hash(owner: str, line: bytes) -> int:
    """A hash of 64 bits as SQLite stores it: signed."""
    # to the signed range of 64 bits
    return xxhash.xxh3_64_intdigest(owner.encode("utf-8", "replace") + b"\0" + line) - (1 << 63)
