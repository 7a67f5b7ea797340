"""A line of the output is one JSON object, whatever text it holds."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_crawler.exporters.documents import CsvExporter
from snapshot_crawler.exporters.lines import LinesExporter, json_line
from snapshot_crawler.items import Article, LinkRow


def written(item: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    exporter = LinesExporter(file, encoding="utf-8", **options)
    exporter.start_exporting()
    exporter.export_item(item)
    exporter.finish_exporting()
    return file.getvalue()


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_makes_one_line(text: str) -> None:
    line = json_line({"text": text})
    assert len(line.decode("utf-8").splitlines()) == 1
    json.loads(line)


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\n", "\r"])
def test_line_ends_inside_a_text_survive_as_escapes(sign: str) -> None:
    text = f"“a” · é…{sign}b"  # behind signs whose first byte is the same
    line = json_line({"text": text})
    assert json.loads(line) == {"text": text}
    assert len(line.decode().splitlines()) == 1


def test_an_article_is_written_in_the_declared_order() -> None:
    record = json.loads(written(Article(title="标题", related=[LinkRow(url="https://a.example/")])))
    assert list(record) == list(Article.__dataclass_fields__)
    assert record["related"] == [{"url": "https://a.example/", "title": None, "snippet": None, "published_at": None}]


def test_chosen_fields_are_honoured_as_in_scrapy() -> None:
    assert json.loads(written(Article(title="t"), fields_to_export=["title"])) == {"title": "t"}
    assert json.loads(written({"a": 1, "b": 2}, fields_to_export={"a": "A"})) == {"A": 1}


@pytest.mark.parametrize("item", [{"n": 2**80}, {"s": {1}}, {"b": b"\xff"}, {"half": "\ud800"}])
def test_odd_items_of_plain_spiders_are_written_rather_than_lost(item: Any) -> None:
    assert isinstance(json.loads(written(item)), dict)


def test_csv_has_lists_as_json_in_their_cell() -> None:
    file = io.BytesIO()
    exporter = CsvExporter(file, encoding="utf-8")
    exporter.start_exporting()
    exporter.export_item(Article(title="标题", authors=["甲", "乙"]))
    exporter.finish_exporting()
    (row,) = csv.DictReader(io.StringIO(file.getvalue().decode()))
    assert row["title"] == "标题"
    assert json.loads(row["authors"]) == ["甲", "乙"]
