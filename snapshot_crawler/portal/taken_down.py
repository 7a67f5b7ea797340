"""What was taken down a moment ago: the tombstones by the article's id, for all pages, feeds and notices.

The library lets go of an article within seconds of the take-down (library/follow.py). This asks the tombstones
themselves, which a take-down writes first of all; what they name no library that is lent shows any more (readers.py).
Where they cannot be asked, what the library says counts.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from snapshot_crawler.complaint import Complaint
from snapshot_crawler.dedup.tombstones import Tombstone, Tombstones
from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.urls import article_id, normalised

logger = logging.getLogger(__name__)


class TakenDown:
    """The tombstones of one DATA_DIR, for all threads. given: the settings."""

    def __init__(self, root: Path, given: Mapping[str, Any]) -> None:
        self.root, self.given = root, given
        self._tombstones: Tombstones | None = None
        self._lock = threading.Lock()
        self._complaint = Complaint(logger, "the tombstones cannot be asked: %s")
        self._read: list[Tombstone] = []  # the list that the next one was made of
        self._by_id: dict[str, Tombstone] = {}

    def has(self, name: str) -> bool:
        """Whether an article was taken down."""
        return name in self.all()

    def leads_there(self, url: str) -> bool:
        """Whether an address, in any spelling, is of an article that was taken down."""
        gone = self.all()
        return bool(gone) and article_id(normalised(url)) in gone

    def of(self, name: str) -> Tombstone | None:
        """Its tombstone; None where it was not taken down."""
        return self.all().get(name)

    def all(self) -> Mapping[str, Tombstone]:
        """All tombstones, by the article's id, as they are now."""
        with self._lock:
            try:
                if self._tombstones is None:
                    self._tombstones = Tombstones(self.root, self.given)
                found = self._tombstones.all()
            except (SnapshotCrawlerError, OSError) as error:
                self._complaint.of(error)
                return {}
            self._complaint.is_over()
            if found is not self._read:
                self._read, self._by_id = found, {each.id: each for each in found}
            return self._by_id

    def close(self) -> None:
        """Let go of them."""
        with self._lock:
            if self._tombstones is not None:
                self._tombstones.close()
                self._tombstones = None
