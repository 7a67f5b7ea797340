"""The JSON Schema of a published record, made from the declarations in items.py.

`python -m snapshot_crawler.record_schema` writes article.schema.json, the file that other programs read. Run it after
a field was added, changed or removed; tests/test_record.py fails as long as the file is another.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from snapshot_crawler.items import TIME, Article, Described, LinkRow, Text, described

FILE = Path(__file__).with_name("article.schema.json")
TITLE = "Article"
DESCRIPTION = (
    "One line of the crawler's output: a news article as its page states it, with the crawl's own notes. A value that "
    "the page does not have is null, or an empty list."
)
SHARED: dict[type, str] = {
    LinkRow: "rows"
}  # lists of these parts are the value of several fields: one definition for all
TYPES = {str: "string", int: "integer", float: "number"}
ADDRESS_DEFINITION = {"type": "string", "pattern": r"^https?://[^\s/]+"}
TIME_DEFINITION = {"type": ["string", "null"], "pattern": TIME, "description": "ISO 8601 with an offset"}
NULL = {"type": "null"}


def record_schema(kind: type = Article) -> dict[str, Any]:
    """The schema of one kind of record, as JSON Schema 2020-12."""
    shared = {name: {"type": "array", "items": _object(part)} for part, name in SHARED.items()}
    record = _object(kind)
    required = record.pop("required")  # last in the file, where it is in nobody's way
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLE,
        "description": DESCRIPTION,
        **record,
        "$defs": {"address": ADDRESS_DEFINITION, "time": TIME_DEFINITION, **shared},
        "required": required,
    }


def _object(kind: type) -> dict[str, Any]:
    """A record or one of its parts: every key is there, and no other."""
    declared = described(kind)
    return {
        "type": "object",
        "properties": {each.name: {**_value(each), "description": each.about.description} for each in declared},
        "required": [each.name for each in declared],
        "additionalProperties": False,
    }


def _value(each: Described) -> dict[str, Any]:
    """What a field may hold."""
    if each.is_list:
        shared = SHARED.get(each.type)
        return {"$ref": f"#/$defs/{shared}"} if shared else {"type": "array", "items": _one(each, is_nullable=False)}
    return _one(each, is_nullable=each.is_optional and not each.about.is_required)


def _one(each: Described, *, is_nullable: bool) -> dict[str, Any]:
    """One value of a field."""
    limits = dict(each.about.limits)
    if each.is_part:
        part = _object(each.type)
        return {"anyOf": [part, NULL]} if is_nullable else part
    if each.about.text is Text.ADDRESS:
        address = {"$ref": "#/$defs/address"}
        return {"anyOf": [address, NULL]} if is_nullable else address
    if each.about.text is Text.TIME:
        return {"$ref": "#/$defs/time"}
    if "const" in limits:
        return limits
    if "enum" in limits:
        return {"enum": [*limits["enum"], *([None] if is_nullable else [])]}
    name = TYPES[each.type]
    if name == "string" and not limits and not is_nullable and not each.is_list:
        limits = {"minLength": 1}
    return {"type": [name, "null"] if is_nullable else name, **limits}


def written(schema: dict[str, Any]) -> str:
    """The schema as it stands in the file: a line for each field."""
    return _lines(schema, "") + "\n"


def _lines(value: Any, indent: str, *, one_a_line: bool = False) -> str:
    if not one_a_line and not _has_fields(value):
        return json.dumps(value, ensure_ascii=False)
    parts = (
        f"{indent}  {json.dumps(name)}: {_lines(part, indent + '  ', one_a_line=name in ('properties', '$defs'))}"
        for name, part in value.items()
    )
    return "{\n" + ",\n".join(parts) + f"\n{indent}}}"


def _has_fields(value: Any) -> bool:
    return isinstance(value, dict) and ("properties" in value or any(map(_has_fields, value.values())))


if __name__ == "__main__":
    FILE.write_text(written(record_schema()), encoding="utf-8")
