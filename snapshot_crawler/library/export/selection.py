"""Which articles an export takes: filters in, records of the library out, the oldest first.

An export is asked for in batches of keys: a key is what is exported once, an article's version or a story. So a batch
that was planned can be written again, byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.library import query as queries
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.records import unpack
from snapshot_crawler.library.search import Search
from snapshot_crawler.spelling import did_you_mean


@dataclass(frozen=True, slots=True)
class Selection:
    """What to take; None: whatever it is. since, until: days of publication, both included."""

    job: str | None = None
    site: str | None = None
    source: str | None = None
    category: str | None = None
    since: str | None = None
    until: str | None = None
    query: str | None = None  # as in a search
    one_per_story: bool = False  # only the first published article of each
    all_versions: bool = False  # else each article in its newest one

    @property
    def words(self) -> str:
        """The same as text, for the ledger: an export that goes on must not change what it takes."""
        return ", ".join(f"{name} = {value}" for name, value in asdict(self).items() if value) or "all"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One record. key: 16 bytes."""

    key: bytes
    record: int


def check(selection: Selection, library: Library) -> None:
    """Raises ConfigurationError for a name that the library does not have, or a day that is none."""
    for kind in ("job", "site", "source", "category"):
        wanted = getattr(selection, kind)
        if wanted is None:
            continue
        names = [row[0] for row in library.db.execute("SELECT name FROM facet WHERE kind = ?", (kind,))]
        if wanted not in names:
            raise ConfigurationError(f"the library has no {kind} {wanted!r}{did_you_mean(wanted, names)}")
    for day in (selection.since, selection.until):
        if day is not None and queries.parse(f"day:{day}").first_day is None:
            raise ConfigurationError(f"{day!r} is no day; write 2026-11-25, 2026-11 or 2026")


def chosen(selection: Selection, library: Library) -> Iterator[Chosen]:
    """The records, the oldest article first; the versions of an article one behind the other."""
    where, values = _where(selection, library)
    wanted: set[int] | None = None
    if selection.query is not None:
        wanted = set(Search(library).newest(queries.parse(selection.query)))
    stories: set[str] = set()
    rows = library.db.execute(f"SELECT n, id, story, record FROM article a {where} ORDER BY n", values)
    for n, name, story, record in rows:
        if wanted is not None and n not in wanted:
            continue
        if selection.one_per_story:
            if story not in stories:
                stories.add(story)
                yield Chosen(_key("story", story), record)
            continue
        query = "SELECT no, content_hash FROM record WHERE id = ?"
        query += " ORDER BY version, fetched_at, no" if selection.all_versions else " AND no = ?"
        for number, content in library.db.execute(query, (name,) if selection.all_versions else (name, record)):
            yield Chosen(_key(name, content or ""), number)


def record_of(library: Library, number: int) -> dict[str, Any] | None:
    """The whole record; None where it was taken down meanwhile."""
    row = library.db.execute("SELECT data FROM record WHERE no = ?", (number,)).fetchone()
    return unpack(row[0]) if row else None


def _where(selection: Selection, library: Library) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    for kind in ("job", "site", "source", "category"):
        if (name := getattr(selection, kind)) is not None:
            parts.append(f"a.{kind} = (SELECT no FROM facet WHERE kind = ? AND name = ?)")
            values += [kind, name]
    for day, sign, which in ((selection.since, ">=", "first_day"), (selection.until, "<=", "last_day")):
        if day is not None:
            parts.append(f"(SELECT name FROM facet WHERE no = a.day) {sign} ?")
            values.append(getattr(queries.parse(f"day:{day}"), which))
    return ("WHERE " + " AND ".join(parts) if parts else ""), values


def _key(*parts: str) -> bytes:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).digest()
