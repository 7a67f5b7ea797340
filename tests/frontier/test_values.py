"""What travels in meta and cb_kwargs comes back with its types, out of the state of an earlier run too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
import scrapy

from snapshot_crawler.frontier.values import from_json, to_json


class Thing(scrapy.Item):
    name = scrapy.Field()
    rows = scrapy.Field()


@dataclass
class Part:
    name: str
    rows: tuple[int, ...] = ()


@attrs.define
class Piece:
    name: str


@dataclass
class Counting:
    """Not what its fields say: each one counts higher."""

    number: int

    def __post_init__(self) -> None:
        self.number += 1


VALUES: list[Any] = [
    None,
    True,
    "文字\n",
    -(2**80),
    float("inf"),
    [1, (2, 3), {4}],
    frozenset({"a"}),
    b"\x00\xff",
    datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    date(2026, 1, 2),
    time(3, 4),
    timedelta(days=-1, microseconds=7),
    Decimal("1.10"),
    {1: "one", (2, 3): ["pair"]},
    {"!tuple": [1]},
    {"plain": {"deep": {"er": [1.5]}}},
    Thing(name="half"),
    Part("part", (1, 2)),
    Piece("piece"),
    {"items": [Thing(name="in", rows=[Part("inner")])]},
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    again = from_json(json.loads(json.dumps(to_json(value))))
    assert again == value
    assert type(again) is type(value)


@pytest.mark.parametrize(
    "value", [object(), len, Counting(1), [lambda: 0], {"a": Counting(1)}], ids=lambda value: type(value).__name__
)
def test_what_cannot_be_had_back_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        to_json(value)


@pytest.mark.parametrize(
    "told",
    [
        {"!item": ["subprocess:Popen", {"args": "true"}]},
        {"!item": ["os:system", {"command": "true"}]},
        {"!item": ["a_module_that_nobody_imported:Item", {}]},
        {"!item": ["json:no.such.name", {}]},
        {"!call": ["os:system"]},
    ],
)
def test_a_state_file_imports_and_calls_nothing(told: Any) -> None:
    with pytest.raises(ValueError):
        from_json(told)
