"""The columns of an export and their types, from the fields of the record (items.Article): a record in, values out.

One list for CSV, Parquet and PostgreSQL, so a new field of the record has its column at once. JSON Lines keep the
record as it was published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import orjson

from snapshot_crawler.items import TIME, Article, Described, Text, described


class Kind(Enum):
    """What a column's values are."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    TIME = "an instant; the offset stays in the JSON Lines"
    DAY = "a calendar day"
    TEXTS = "a list of texts"
    PARTS = "a list of records with the same fields"
    PART = "one record"
    JSON = "whatever else"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. fields: of a part's records, texts and integers."""

    name: str
    kind: Kind
    is_required: bool = False
    fields: tuple[tuple[str, Kind], ...] = ()


DAY, EXTRA = "published_day", "extra"  # not of the record: the day by the article's own offset; undeclared fields


def _column(declared: Described) -> Column:
    parts = described(declared.type) if declared.is_part else ()
    fields = tuple((each.name, Kind.INTEGER if each.type is int else Kind.TEXT) for each in parts)
    if declared.is_part:
        kind = Kind.PARTS if declared.is_list else Kind.PART
    elif declared.is_list:
        kind = Kind.TEXTS
    elif declared.type in (int, float):
        kind = Kind.INTEGER if declared.type is int else Kind.NUMBER
    elif declared.type is str:
        is_time = declared.about.text is Text.TIME or declared.about.limits.get("pattern") == TIME
        kind = Kind.TIME if is_time else Kind.TEXT
    else:
        kind = Kind.JSON
    return Column(declared.name, kind, declared.name == "id", fields)


COLUMNS = (*map(_column, described(Article)), Column(DAY, Kind.DAY), Column(EXTRA, Kind.JSON))
NAMES = frozenset(column.name for column in COLUMNS)


def values(record: dict[str, Any]) -> list[Any]:
    """The record's values, one a column; a value of another type than the column's is None, and stays in extra."""
    extra = {name: value for name, value in record.items() if name not in NAMES}
    found = []
    for column in COLUMNS[:-2]:
        value = record.get(column.name)
        typed = _typed(column, value)
        if typed is None and value is not None:
            extra[column.name] = value
        found.append(typed)
    return [*found, _day(record.get("published_at")), orjson.dumps(extra, default=str).decode() if extra else None]


def _typed(column: Column, value: Any) -> Any:
    match column.kind:
        case Kind.TEXT:
            return value if isinstance(value, str) else None
        case Kind.INTEGER:
            return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None
        case Kind.NUMBER:
            return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        case Kind.TIME:
            return instant(value)
        case Kind.TEXTS:
            is_list = isinstance(value, list) and all(isinstance(each, str) for each in value)
            return value if is_list else None
        case Kind.PARTS:
            is_list = isinstance(value, list) and all(isinstance(each, dict) for each in value)
            return [_part(column, each) for each in value] if is_list else None
        case Kind.PART:
            return _part(column, value) if isinstance(value, dict) else None
        case _:
            return None if value is None else orjson.dumps(value, default=str).decode()


def _part(column: Column, value: dict[str, Any]) -> dict[str, Any]:
    return {name: _typed(Column(name, kind), value.get(name)) for name, kind in column.fields}


def instant(value: object) -> datetime | None:
    """A time in ISO 8601 as an instant in UTC; one without an offset counts as UTC."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
