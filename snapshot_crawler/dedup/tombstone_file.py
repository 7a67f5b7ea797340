"""The tombstones of one DATA_DIR in a file, tombstones.json: a Shelf (tombstones.py). It is replaced as a whole.

A look whether it has changed costs two microseconds, so each question of a crawl makes one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from snapshot_crawler.checked import is_whole, write_checked
from snapshot_crawler.dedup.tombstones import Tombstone, merged, tombstone_of
from snapshot_crawler.exceptions import StateError

VERSION = 1  # of the form of the file


def tombstones_path(root: Path) -> Path:
    """Where the tombstones of a DATA_DIR lie."""
    return root / "tombstones.json"


class FileShelf:
    """See tombstones.Shelf."""

    def __init__(self, root: Path) -> None:
        self.path = tombstones_path(root)
        self._path = str(self.path)

    def stamp(self) -> tuple[int, int, int] | None:
        """See tombstones.Shelf."""
        try:
            info = os.stat(self._path)  # noqa: PTH116 (asked twice for each page, and a Path takes twice as long)
        except FileNotFoundError:
            return None
        return info.st_size, info.st_mtime_ns, info.st_ino

    def read(self) -> list[Tombstone]:
        """See tombstones.Shelf."""
        if self.stamp() is None:
            return []
        text = self.path.read_bytes()
        if not is_whole(text):
            raise StateError(
                f"{self.path} is damaged; bring it back from a backup. What was taken down may come back without it."
            )
        value = json.loads(text)
        if value.get("version") != VERSION:
            raise StateError(f"{self.path} has version {value.get('version')}, this is {VERSION}. Upgrade.")
        return [tombstone_of(told) for told in value["tombstones"]]

    def keep(self, tombstones: Iterable[Tombstone]) -> None:
        """See tombstones.Shelf. One process at a time (upkeep/order.py)."""
        known = {each.id: each for each in self.read()}
        for each in tombstones:
            known[each.id] = merged(known[each.id], each) if each.id in known else each
        write_checked(self.path, {"version": VERSION, "tombstones": [asdict(each) for each in known.values()]})

    def close(self) -> None:
        """See tombstones.Shelf."""
