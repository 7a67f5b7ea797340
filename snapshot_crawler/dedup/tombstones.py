"""What was taken down and must not come back: an address or a text in, the tombstone that forbids it out.

Made by `scrapy takedown` (upkeep/), asked by the de-duplicating pipeline and the middleware that refuses addresses. A
tombstone keeps the address, the day and the reason. Of the text it keeps hashes alone: those by which the index tells
copies, so that a copy under another address is known too.

They lie in DATA_DIR/tombstones.json, which is replaced as a whole. A crawl that is running sees a new tombstone at
once: each question looks whether the file has changed, which costs two microseconds.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from snapshot_crawler.checked import is_whole, write_checked
from snapshot_crawler.dedup.decision import Candidate
from snapshot_crawler.dedup.fingerprint import Fingerprint
from snapshot_crawler.dedup.guards import match
from snapshot_crawler.exceptions import StateError
from snapshot_crawler.urls import identity_of

REASON = "taken-down"  # of a dropped item and of a refused page
VERSION = 1  # of the file's form


@dataclass(slots=True, frozen=True)
class Print:
    """A text as hashes. packed: its fingerprint in base 64; keys: what finds it; content: see content.py."""

    packed: str
    keys: tuple[int, ...]
    content: str

    def fingerprint(self) -> Fingerprint:
        """The fingerprint, without its keys."""
        return Fingerprint.unpack(base64.b64decode(self.packed))


@dataclass(slots=True, frozen=True)
class Tombstone:
    """One article that was taken down. addresses: all under which it was met; the first is the one to show."""

    id: str
    addresses: tuple[str, ...]
    day: str  # ISO 8601
    reason: str
    prints: tuple[Print, ...] = ()  # of each version


@dataclass(slots=True)
class _Known:
    """What is held in memory. stat: of the file that it was read from."""

    stat: tuple[int, int, int] | None = None
    all: list[Tombstone] = field(default_factory=list)
    by_name: dict[str, Tombstone] = field(default_factory=dict)  # ids, and identities of addresses
    by_content: dict[str, Tombstone] = field(default_factory=dict)
    by_key: dict[int, list[tuple[Tombstone, Fingerprint]]] = field(default_factory=dict)


class Tombstones:
    """The tombstones of one DATA_DIR, as they are at each question. Raises StateError when they cannot be read."""

    def __init__(self, root: Path) -> None:
        self.path = tombstones_path(root)
        self._known = _Known()

    def all(self) -> list[Tombstone]:
        """All of them, the oldest first."""
        return self._now().all

    def of_name(self, article_id: str | None, url: str | None) -> Tombstone | None:
        """The tombstone of an article's id or of an address in any spelling."""
        known = self._now()
        if not known.by_name:
            return None
        if article_id and (found := known.by_name.get(article_id)) is not None:
            return found
        return known.by_name.get(identity_of(url)) if url else None

    def of_text(self, article: Candidate) -> Tombstone | None:
        """The tombstone of a text that this article is a copy of."""
        known = self._now()
        if not known.by_key and not known.by_content:
            return None
        if (found := known.by_content.get(article.content)) is not None:
            return found
        for key in article.fingerprint.keys:
            for tombstone, its_print in known.by_key.get(key, ()):
                if match(article.fingerprint, its_print) is not None:
                    return tombstone
        return None

    def _now(self) -> _Known:
        stat = _stat(self.path)
        if stat != self._known.stat:
            self._known = _read(self.path, stat)
        return self._known


def tombstones_path(root: Path) -> Path:
    """Where the tombstones of a DATA_DIR lie."""
    return root / "tombstones.json"


def print_of(article: Candidate) -> Print:
    """The hashes of an article's text."""
    packed = base64.b64encode(article.fingerprint.pack()).decode()
    return Print(packed, article.fingerprint.keys, article.content)


def keep(root: Path, tombstones: Iterable[Tombstone]) -> None:
    """Add tombstones durably; one that is there already gets what is new. One process at a time.

    Raises OSError, StateError.
    """
    path = tombstones_path(root)
    known = {each.id: each for each in Tombstones(root).all()}
    for each in tombstones:
        known[each.id] = _merged(known[each.id], each) if each.id in known else each
    value = {"version": VERSION, "tombstones": [asdict(each) for each in known.values()]}
    write_checked(path, value)


def _merged(old: Tombstone, new: Tombstone) -> Tombstone:
    addresses = tuple(dict.fromkeys((*old.addresses, *new.addresses)))
    return Tombstone(old.id, addresses, old.day, old.reason, tuple(dict.fromkeys((*old.prints, *new.prints))))


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        info = path.stat()
    except FileNotFoundError:
        return None
    return info.st_size, info.st_mtime_ns, info.st_ino


def _read(path: Path, stat: tuple[int, int, int] | None) -> _Known:
    known = _Known(stat)
    if stat is None:
        return known
    text = path.read_bytes()
    if not is_whole(text):
        raise StateError(
            f"{path} is damaged; bring it back from a backup. What was taken down may come back without it."
        )
    value = json.loads(text)
    if value.get("version") != VERSION:
        raise StateError(f"{path} has version {value.get('version')}, this is {VERSION}. Upgrade.")
    for told in value["tombstones"]:
        prints = tuple(Print(each["packed"], tuple(each["keys"]), each["content"]) for each in told["prints"])
        tombstone = Tombstone(told["id"], tuple(told["addresses"]), told["day"], told["reason"], prints)
        known.all.append(tombstone)
        known.by_name[tombstone.id] = tombstone
        known.by_name.update((identity_of(url), tombstone) for url in tombstone.addresses)
        for each in prints:
            known.by_content[each.content] = tombstone
            found = each.fingerprint()
            for key in each.keys:
                known.by_key.setdefault(key, []).append((tombstone, found))
    return known
