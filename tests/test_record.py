"""The record that other programs read: the schema in the package says what items.py publishes."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import snapshot_crawler
from snapshot_crawler.items import SCHEMA_VERSION, Article, DiscoveredBy, Image, LinkRow, article_from_dict
from snapshot_crawler.record_schema import FILE, record_schema, written

SCHEMA = json.loads((Path(snapshot_crawler.__file__).parent / "article.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def record(**changes: Any) -> dict[str, Any]:
    article = Article(
        id="0" * 40,
        url="https://news.example/detail/1.html",
        site="snapshot",
        title="标题",
        body="正文。",
        images=[Image("https://news.example/1.jpg")],
        related=[LinkRow("https://news.example/2.html", published_at="2026-03-04T12:00:00+08:00")],
        discovered_by=DiscoveredBy("start"),
        fetched_at="2026-03-04T12:00:00+08:00",
        content_hash="0" * 32,
    )
    return {**asdict(article), **changes}


def test_the_schema_is_one_and_a_plain_record_fits_it() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    VALIDATOR.validate(record())


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        (SCHEMA, Article),
        (SCHEMA["properties"]["images"]["items"], Image),
        (SCHEMA["$defs"]["rows"]["items"], LinkRow),
        (SCHEMA["properties"]["discovered_by"], DiscoveredBy),
    ],
)
def test_the_schema_names_the_fields_of_the_items_in_their_order(part: dict[str, Any], kind: type) -> None:
    assert list(part["properties"]) == part["required"] == [field.name for field in fields(kind)]
    assert part["additionalProperties"] is False


def test_the_file_is_what_the_declarations_give() -> None:
    """After a change of items.py: python -m snapshot_crawler.record_schema"""
    assert FILE.read_text(encoding="utf-8") == written(record_schema())


def test_a_record_comes_back_from_json_as_it_was() -> None:
    article = article_from_dict(record())
    assert asdict(article) == record()
    assert isinstance(article.images[0], Image) and isinstance(article.discovered_by, DiscoveredBy)
    assert article_from_dict({"title": "a", "field_of_a_later_version": 1}) == Article(title="a")


@pytest.mark.parametrize(
    "part",
    [
        SCHEMA,
        SCHEMA["properties"]["images"]["items"],
        SCHEMA["$defs"]["rows"]["items"],
        SCHEMA["properties"]["discovered_by"],
    ],
)
def test_every_field_is_described(part: dict[str, Any]) -> None:
    assert [name for name, field in part["properties"].items() if len(field.get("description", "")) < 10] == []


def test_the_version_is_the_items_own() -> None:
    assert SCHEMA["properties"]["schema_version"]["const"] == SCHEMA_VERSION


WRONG = [
    {"id": "12"},
    {"title": ""},
    {"title": None},
    {"body": None},
    {"published_at": "2026-03-04 12:00"},
    {"published_at": "2026-03-04T12:00:00"},  # without an offset
    {"published_precision": "hour"},
    {"related": [{"url": None}]},
    {"discovered_by": None},
    {"original_url": "ftp://a.example/"},
    {"language": "Chinese (simplified)"},
    {"extra": 1},
]


@pytest.mark.parametrize("changes", WRONG)
def test_what_is_no_record_does_not_fit(changes: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(record(**changes))
