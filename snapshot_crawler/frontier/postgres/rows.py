"""Entries as rows of the shared database: entries go in, one JSON parameter of a statement comes out, and back.

All entries of a commit go in one statement, as one parameter: a round trip for each would cost more than the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import orjson

from snapshot_crawler.frontier.store import Entry, State

COLUMNS = [field.name for field in fields(Entry) if field.name != "id"]
TYPES = {
    "priority": "integer", "is_list": "boolean", "state": "smallint", "attempts": "integer", "status": "integer",
    "born_at": "double precision", "interval_s": "integer", "due_at": "double precision", "unchanged": "integer",
    "item_count": "integer", "batch": "bigint",
}  # fmt: skip
_RECORD = ", ".join(f"{name} {TYPES.get(name, 'text')}" for name in COLUMNS)
_NAMES = ", ".join(COLUMNS)
SELECT = f"SELECT {_NAMES}, id FROM frontier_entry"
INSERT = (
    f"INSERT INTO frontier_entry (job, site, digest, id, writer, {_NAMES})"
    f" SELECT %(job)s, site, decode(spot, 'hex'), id, CASE WHEN is_mine THEN %(worker)s END, {_NAMES}"
    f" FROM json_to_recordset(%(rows)s::json) AS r(site bigint, spot text, id bigint, is_mine boolean, {_RECORD})"
    " ORDER BY site, spot ON CONFLICT DO NOTHING RETURNING key"
)
UPDATE = (
    f"UPDATE frontier_entry AS e SET {', '.join(f'{name} = r.{name}' for name in COLUMNS if name != 'key')},"
    " writer = CASE WHEN r.is_mine THEN %(worker)s ELSE e.writer END"
    f" FROM json_to_recordset(%(rows)s::json) AS r(site bigint, spot text, id bigint, is_mine boolean, {_RECORD})"
    " WHERE e.job = %(job)s AND e.site = r.site AND e.digest = decode(r.spot, 'hex')"
)
# For addresses of hosts that others hold: they may be asked for once more, and nothing else may change
WAKE = (
    "UPDATE frontier_entry AS e SET state = 0 FROM unnest(%(sites)s::bigint[], %(digests)s::bytea[]) AS r(site, digest)"
    " WHERE e.job = %(job)s AND e.site = r.site AND e.digest = r.digest AND e.state <> 0"
)
KNOWN = (
    "SELECT e.key FROM unnest(%s::bigint[], %s::bytea[]) AS r(site, digest) JOIN frontier_entry AS e"
    " ON e.job = %s AND e.site = r.site AND e.digest = r.digest"
)


def spot(key: str) -> tuple[int, bytes]:
    """Where an entry stands in the primary key: by the hash of its key's host, then by the hash of its key."""
    host = key[7:].partition("/")[0] if key.startswith("http://") else key[:2]
    return _site(host), blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@lru_cache(maxsize=10_000)
def _site(host: str) -> int:
    raw = blake2b(host.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(raw, "big", signed=True)


def parameter(entries: Iterable[Entry], mine: set[str]) -> str:
    """The rows as JSON. mine: keys of entries whose items this worker has written."""
    rows = [_row(entry, mine) for entry in entries]
    try:
        text = orjson.dumps(rows).decode()
    except TypeError:  # a surrogate, which is no character
        text = ""
    if not text or "\\u0000" in text:  # PostgreSQL's text does not take it
        text = orjson.dumps([{name: _cleaned(value) for name, value in row.items()} for row in rows]).decode()
    return text


def _row(entry: Entry, mine: set[str]) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in COLUMNS}
    row["state"] = int(State.PENDING if entry.state == State.LEASED else entry.state)
    row["id"], row["is_mine"] = entry.id, entry.key in mine
    row["site"], digest = spot(entry.key)
    row["spot"] = digest.hex()
    return row


def _cleaned(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def entry_of_row(row: tuple[Any, ...]) -> Entry:
    """The entry of a row of SELECT."""
    entry = Entry(**dict(zip([*COLUMNS, "id"], row, strict=True)))
    entry.state = State(entry.state)
    return entry
