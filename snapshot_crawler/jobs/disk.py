"""A floor of free disk: below it no run starts, and the operator is told once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.jobs.history import History

MEBIBYTE = 2**20
FREE_AGAIN = 1.1  # times the floor: a disk at the floor itself does not make a notice each minute


class DiskFloor:
    """floor_bytes: below so many no run starts; 0: no floor (floor_of)."""

    def __init__(self, root: Path, floor_bytes: int) -> None:
        self.root, self.floor_bytes = root, floor_bytes
        self.is_free = True

    def look(self, history: History | None, now: Moment) -> str | None:
        """What is wrong, in a sentence; None while there is room. Changes go into the history as notices."""
        free = free_bytes(self.root)
        was_free = self.is_free
        self.is_free = free >= self.floor_bytes * (1 if was_free else FREE_AGAIN)
        trouble = None
        if not self.is_free:
            trouble = (
                f"{free // MEBIBYTE} MiB are free below {self.root}, under DISK_FREE_MIN="
                f"{self.floor_bytes // MEBIBYTE}; no run starts until there is room"
            )
        if history is not None and (trouble or not was_free):
            with history.transaction():
                condition = history.condition(history.db.machine)
                if trouble:
                    condition.begin(["disk"], f"{trouble}.\nRemove old files, or lower KEEP_RUNS and KEEP_DAYS.", now)
                else:
                    condition.end(frozenset({"disk"}), f"{free // MEBIBYTE} MiB are free again; runs start as before.")
                history.tell(history.db.machine, condition, now)
        return trouble


def floor_of(value: Any) -> int:
    """The setting DISK_FREE_MIN, which is in MiB, in bytes. Raises ConfigurationError for what is no such number."""
    try:
        floor = int(value)
    except (TypeError, ValueError):
        floor = -1
    if floor < 0:
        raise ConfigurationError(f"DISK_FREE_MIN is {value!r}; it takes a number of MiB, such as 512; 0: no floor")
    return floor * MEBIBYTE


def free_bytes(root: Path) -> int:
    """Bytes that may still be written below a folder, which need not be there yet."""
    while not root.exists() and root != root.parent:
        root = root.parent
    return shutil.disk_usage(root).free
