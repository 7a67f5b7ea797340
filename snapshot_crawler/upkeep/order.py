"""Orders to take something down: what, why, who and when; written before anything is touched, and kept as the log.

One file each in DATA_DIR/takedown. It holds names and hashes, and no word of what is taken down. An order is open until
every file was cleaned; then it is closed, and only says what was done.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from snapshot_crawler.checked import is_whole, write_checked
from snapshot_crawler.dedup.tombstones import Print
from snapshot_crawler.exceptions import LockHeldError, StateError
from snapshot_crawler.upkeep.target import Target

FOLDER = "takedown"


@dataclass(slots=True)
class Order:
    """One order. asked: as it was typed; day: of the order; waiting: jobs whose files are still to be cleaned.

    origin: the order of another machine that it carries out here (elsewhere.py); '' where it was given here.
    """

    path: Path
    asked: list[str]
    reason: str
    by: str
    at: str  # ISO 8601
    target: Target = field(default_factory=Target)
    is_open: bool = True
    waiting: list[str] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)  # what was taken out, by kind of file
    origin: str = ""

    @property
    def day(self) -> str:
        """The day of the order."""
        return self.at[:10]

    def count(self, what: str, number: int) -> None:
        """So many more were taken out."""
        if number:
            self.done[what] = self.done.get(what, 0) + number

    def save(self) -> None:
        """Write it durably. Raises OSError."""
        target = self.target
        value: dict[str, Any] = {
            "asked": self.asked,
            "reason": self.reason,
            "by": self.by,
            "at": self.at,
            "state": "open" if self.is_open else "done",
            "waiting": self.waiting,
            "done": self.done,
            "ids": sorted(target.ids),
            "addresses": sorted(target.addresses),
        }
        if self.origin:
            value["origin"] = self.origin
        if self.is_open:
            value |= target_value(target)
        write_checked(self.path, value)

    @classmethod
    def begin(cls, root: Path, asked: list[str], reason: str, target: Target) -> Order:
        """A new order of the user of this machine; not written yet."""
        now = datetime.now(UTC)
        by = f"{_user()} on {socket.gethostname()}"
        path = root / FOLDER / f"{now:%Y%m%dT%H%M%S%fZ}.json"
        return cls(path, asked, reason, by, now.isoformat(timespec="seconds"), target)

    @classmethod
    def read(cls, path: Path) -> Order:
        """A written one. Raises StateError for one that is damaged."""
        text = path.read_bytes()
        if not is_whole(text):
            raise StateError(f"{path} is damaged; give the same take-down again, and remove this file")
        value = json.loads(text)
        is_open = value["state"] == "open"
        told = (value["asked"], value["reason"], value["by"], value["at"])
        origin = value.get("origin", "")
        return cls(path, *told, target_of(value), is_open, value["waiting"], value["done"], origin)


def target_value(target: Target) -> dict[str, Any]:
    """A target as an order keeps it."""
    return {
        "ids": sorted(target.ids),
        "addresses": sorted(target.addresses),
        "bodies": sorted(target.bodies),
        "pages": sorted(target.pages),
        "places": sorted(target.places),
        "stories": sorted(target.stories),
        "prints": {
            name: [[each.packed, list(each.keys), each.content] for each in prints]
            for name, prints in target.prints.items()
        },
    }


def target_of(value: dict[str, Any]) -> Target:
    """What target_value gave, or as much of it as a closed order has."""
    prints = {
        name: [Print(packed, tuple(keys), content) for packed, keys, content in found]
        for name, found in value.get("prints", {}).items()
    }
    return Target(
        set(value["ids"]),
        set(value["addresses"]),
        set(value.get("bodies", ())),
        set(value.get("pages", ())),
        {(file, offset) for file, offset in value.get("places", ())},
        set(value.get("stories", ())),
        prints,
    )


def open_orders(root: Path) -> list[Order]:
    """The orders that are not done yet, the oldest first. Raises StateError."""
    orders = [Order.read(path) for path in sorted((root / FOLDER).glob("*.json"))]
    return [order for order in orders if order.is_open]


@contextmanager
def only_one(root: Path) -> Iterator[None]:
    """One process at a time takes down. Raises LockHeldError."""
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockHeldError("another process is taking something down; wait for it") from error
        yield


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())
