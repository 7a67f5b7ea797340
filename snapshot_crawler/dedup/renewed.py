"""New versions that were published without a decision of the index: told to it afterwards, as often as need be.

Re-parse (upkeep/reparse.py) commits new versions with the frontier and tells the index behind the commit. What it was
killed before telling stands in the frontier's note UNTOLD, and whoever opens the job next tells it: Index.renew sets
what the output says, so that twice does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from snapshot_crawler.dedup.fingerprint import fingerprint

UNTOLD = "renewed"  # a note of the frontier (door.Frontier.remember)


@dataclass(frozen=True, slots=True)
class Renewed:
    """A version as it stands in the output. print: the packed fingerprint in hex; keys: what it is found by."""

    id: str
    url: str
    content: str
    version: int
    print: str
    keys: list[int]
    source: str | None

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """What a published record says."""
        found = fingerprint(record["title"], record["body"], record.get("published_at"))
        source = record.get("source") or record.get("site")
        names = (record["id"], record["url"], record["content_hash"])
        return cls(*names, record["version"], found.pack().hex(), list(found.keys), source)


def to_note(renewed: Iterable[Renewed]) -> list[dict[str, Any]]:
    """As it is kept in the frontier."""
    return [asdict(each) for each in renewed]


def from_note(note: Any) -> list[Renewed]:
    """What to_note gave; nothing for None."""
    return [Renewed(**each) for each in note or ()]
