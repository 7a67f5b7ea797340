"""What is to be taken down, and how it is known again: records in, yes or no out.

A record is meant by its id, by its address in any spelling, or because it holds the very text of an article that is
taken down. Names and hashes alone are kept here, so a target can be written down without a word of the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from snapshot_crawler.dedup.tombstones import Print
from snapshot_crawler.sums import sum_of
from snapshot_crawler.urls import identity_of, normalise

REASON_DUPLICATE = "duplicate"
EXACT = "exact"  # the rule of a copy with the very same text (dedup/guards.py)


@dataclass(slots=True)
class Target:
    """ids, addresses: of articles. bodies: hashes of their texts. pages: payload digests of their archived pages.

    places: (file below DATA_DIR, offset) of their archived pages. prints: by id, of each version.
    """

    ids: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    places: set[tuple[str, int]] = field(default_factory=set)
    stories: set[str] = field(default_factory=set)  # only where whole stories are meant
    prints: dict[str, list[Print]] = field(default_factory=dict)

    @property
    def keys(self) -> set[str]:
        """The identities of the addresses."""
        return {identity_of(url) for url in self.addresses}

    def size(self) -> int:
        """Grows with everything that is added."""
        sets: tuple[set[Any], ...] = (self.ids, self.addresses, self.bodies, self.pages, self.places, self.stories)
        return sum(len(each) for each in sets)

    def matcher(self) -> Matcher:
        """The same, to ask many records."""
        return Matcher(self, self.keys)


@dataclass(slots=True)
class Matcher:
    """A target with the identities of its addresses worked out."""

    target: Target
    keys: set[str]

    def is_meant(self, record: Mapping[str, Any]) -> bool:
        """Whether a record, or a row of what was left out, is to go."""
        target = self.target
        if record.get("id") in target.ids or self.is_address(record.get("url")):
            return True
        if record.get("story") in target.stories or self._is_row_of_copy(record):
            return True
        body = record.get("body")
        return bool(target.bodies and isinstance(body, str) and body.strip() and body_hash(body) in target.bodies)

    def _is_row_of_copy(self, record: Mapping[str, Any]) -> bool:
        """Whether a row tells of a dropped copy, or a record is marked as one with the very same words."""
        is_row = record.get("reason") == REASON_DUPLICATE
        return record.get("duplicate_of") in self.target.ids and (is_row or record.get("rule") == EXACT)

    def is_address(self, url: Any) -> bool:
        """Whether an address is one of the target's."""
        return isinstance(url, str) and bool(url) and identity_of(url) in self.keys

    def learn(self, record: Mapping[str, Any]) -> None:
        """Take into the target what a meant record says of itself. A row of a copy may be that of another text."""
        target = self.target
        url = record.get("url")
        if record.get("reason") == REASON_DUPLICATE and record.get("rule") != EXACT and not self._is_known(record):
            return
        if isinstance(url, str) and normalise(url):
            target.addresses.add(url)
            self.keys.add(identity_of(url))
        body, name = record.get("body"), record.get("id")
        if isinstance(name, str) and name and "reason" not in record:
            target.ids.add(name)
            if record.get("rule") == EXACT and isinstance(first := record.get("duplicate_of"), str):
                target.ids.add(first)  # the same words, whichever of the two was fetched first
        if isinstance(body, str) and body.strip():
            target.bodies.add(body_hash(body))
        where = record.get("archived")
        if isinstance(where, Mapping) and where.get("file"):
            target.places.add((str(where["file"]), int(where["offset"])))
            if where.get("digest"):
                target.pages.add(str(where["digest"]))

    def _is_known(self, record: Mapping[str, Any]) -> bool:
        return self.is_address(record.get("url")) or record.get("story") in self.target.stories


def body_hash(body: str) -> str:
    """A text as a hash; white space does not count."""
    return sum_of(" ".join(body.split()).encode("utf-8", "replace")).hex()
