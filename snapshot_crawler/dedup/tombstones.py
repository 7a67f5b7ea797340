"""What was taken down and must not come back: an address or a text in, the tombstone that forbids it out.

Made by `scrapy takedown` (upkeep/), asked by the de-duplicating pipeline and the middleware that refuses addresses. A
tombstone keeps the address, the day and the reason. Of the text it keeps hashes alone: those by which the index tells
copies, so that a copy under another address is known too.

They lie in DATA_DIR/tombstones.json (tombstone_file.py), or in the database that several machines share
(tombstone_postgres.py). A crawl that is running sees a new one at once, or within a second.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from snapshot_crawler.dedup.decision import Candidate
from snapshot_crawler.dedup.fingerprint import Fingerprint
from snapshot_crawler.dedup.guards import match
from snapshot_crawler.postgres.address import database_url
from snapshot_crawler.urls import identity_of

REASON = "taken-down"  # of a dropped item and of a refused page
EMBEDDED: Mapping[str, Any] = MappingProxyType({})  # settings without a database


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
    """What is held in memory. stamp: of the shelf that it was read from."""

    stamp: object = None
    all: list[Tombstone] = field(default_factory=list)
    by_name: dict[str, Tombstone] = field(default_factory=dict)  # ids, and identities of addresses
    by_content: dict[str, Tombstone] = field(default_factory=dict)
    by_key: dict[int, list[tuple[Tombstone, Fingerprint]]] = field(default_factory=dict)


class Shelf(Protocol):
    """Where tombstones are kept. Raises StateError for what is damaged, StorageError for a database in trouble."""

    def stamp(self) -> object:
        """Something that differs when there is a new tombstone; asked at each question of a crawl."""

    def read(self) -> list[Tombstone]:
        """All of them, the oldest first."""

    def keep(self, tombstones: Iterable[Tombstone]) -> None:
        """Add some durably; one that is there already gets what is new."""

    def close(self) -> None:
        """Let go of it."""


class Tombstones:
    """The tombstones of one DATA_DIR, as they are at each question. Raises as Shelf does.

    settings: without a DATABASE_URL, they are those of this DATA_DIR alone.
    """

    def __init__(self, root: Path, settings: Mapping[str, Any] = EMBEDDED) -> None:
        self._shelf = shelf_of(root, settings)
        self._known = _Known()

    def close(self) -> None:
        """Let go of the storage."""
        self._shelf.close()

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
        stamp = self._shelf.stamp()
        if stamp != self._known.stamp:
            self._known = _known(self._shelf.read(), stamp)
        return self._known


def print_of(article: Candidate) -> Print:
    """The hashes of an article's text."""
    packed = base64.b64encode(article.fingerprint.pack()).decode()
    return Print(packed, article.fingerprint.keys, article.content)


def keep(root: Path, tombstones: Iterable[Tombstone], settings: Mapping[str, Any] = EMBEDDED) -> None:
    """Add tombstones durably; one that is there already gets what is new. Raises OSError, StateError, StorageError."""
    with closing(shelf_of(root, settings)) as shelf:
        shelf.keep(tombstones)


def shelf_of(root: Path, settings: Mapping[str, Any]) -> Shelf:
    """Where the tombstones of a DATA_DIR are kept: in its file, or in the database that it shares with others."""
    if database_url(settings) is None:
        from snapshot_crawler.dedup.tombstone_file import FileShelf

        return FileShelf(root)
    from snapshot_crawler.dedup.tombstone_postgres import SharedShelf  # it needs a database's library
    from snapshot_crawler.postgres.database import Database

    return SharedShelf(Database.of(settings), root)


def merged(old: Tombstone, new: Tombstone) -> Tombstone:
    """A tombstone with what another one for the same article adds."""
    addresses = tuple(dict.fromkeys((*old.addresses, *new.addresses)))
    return Tombstone(old.id, addresses, old.day, old.reason, tuple(dict.fromkeys((*old.prints, *new.prints))))


def tombstone_of(told: Mapping[str, Any]) -> Tombstone:
    """A tombstone from what dataclasses.asdict and JSON have made of it."""
    prints = tuple(Print(each["packed"], tuple(each["keys"]), each["content"]) for each in told["prints"])
    return Tombstone(told["id"], tuple(told["addresses"]), told["day"], told["reason"], prints)


def _known(tombstones: list[Tombstone], stamp: object) -> _Known:
    known = _Known(stamp, tombstones)
    for tombstone in tombstones:
        known.by_name[tombstone.id] = tombstone
        known.by_name.update((identity_of(url), tombstone) for url in tombstone.addresses)
        for each in tombstone.prints:
            known.by_content[each.content] = tombstone
            found = each.fingerprint()
            for key in each.keys:
                known.by_key.setdefault(key, []).append((tombstone, found))
    return known
