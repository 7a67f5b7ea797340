"""Exports: what is selected, in every form, each article once, whenever a run dies; against real servers."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from snapshot_crawler.exceptions import ConfigurationError, LockHeldError, OutputError
from snapshot_crawler.library.export import forms
from snapshot_crawler.library.export.columns import COLUMNS
from snapshot_crawler.library.export.ledger import Ledger
from snapshot_crawler.library.export.run import Order, export
from snapshot_crawler.library.export.selection import Selection
from snapshot_crawler.library.follow import Follower
from tests.library.outputs import SETTINGS, built, follow, name_of, own, record

ALL = Selection()


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    built(root, [record(n, category="科技" if n % 2 else "国内") for n in range(6)]).close()
    return root


# --- What is taken
def test_json_lines_are_the_records_as_published(root: Path, tmp_path: Path) -> None:
    done = export(root, Order(str(tmp_path / "out.jsonl"), ALL))
    assert done.records == 6
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["id"]: line for line in lines} == {
        name_of(n): record(n, category="科技" if n % 2 else "国内") for n in range(6)
    }
    assert [line["published_at"] for line in lines] == sorted(line["published_at"] for line in lines)


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(category="科技"), {1, 3, 5}),
        (Selection(since="2026-01-05"), {4, 5}),
        (Selection(since="2026-01-02", until="2026-01-03"), {1, 2}),
        (Selection(query="第3批"), {3}),
        (Selection(query="实验室", category="国内", until="2026-01"), {0, 2, 4}),
        (Selection(job="news", site="news", source="溯北周报"), set(range(6))),
    ],
)
def test_a_selection_takes_what_it_says(root: Path, tmp_path: Path, selection: Selection, numbers: set[int]) -> None:
    export(root, Order(str(tmp_path / "out.jsonl"), selection))
    assert set(ids(tmp_path / "out.jsonl")) == {name_of(n) for n in numbers}


@pytest.mark.parametrize(
    "selection", [Selection(category="科計"), Selection(site="new"), Selection(since="yesterday"), Selection(job="x")]
)
def test_a_selection_of_what_is_not_there_is_a_mistake(root: Path, tmp_path: Path, selection: Selection) -> None:
    with pytest.raises(ConfigurationError):
        export(root, Order(str(tmp_path / "out.jsonl"), selection))


def test_one_a_story_is_its_first_article_and_all_versions_are_all(tmp_path: Path) -> None:
    root = tmp_path / "data"
    records = [record(1), record(2, story=name_of(1)), record(3)]
    own(root, records, "run1")
    own(root, [record(3, title="新", version=2)], "run2")
    follow(root)
    export(root, Order(str(tmp_path / "one.jsonl"), Selection(one_per_story=True)))
    assert ids(tmp_path / "one.jsonl") == [name_of(1), name_of(3)]
    export(root, Order(str(tmp_path / "all.jsonl"), Selection(all_versions=True)))
    assert ids(tmp_path / "all.jsonl") == [name_of(1), name_of(2), name_of(3), name_of(3)]


# --- Forms
ODD = {
    "title": "=1+1",
    "authors": ["甲", '乙"'],
    "images": [{"url": "https://x.example/1.png", "caption": None}],
    "body": "一行\n二行,\u2028三行",
    "confidence": 0.5,
    "own_field": {"any": 1},
    "archived": {"file": "archive/news/1.warc.gz", "offset": 7, "length": 9, "digest": "sha1:X"},
    "published_at": "2026-01-02T00:30:00+08:00",
}


def test_csv_has_a_row_each_and_lists_as_json(tmp_path: Path) -> None:
    root = tmp_path / "data"
    built(root, [record(1, **ODD)]).close()
    for is_safe in (False, True):
        export(root, Order(str(tmp_path / "out.csv"), ALL, safe_cells=is_safe))
        with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        assert row["title"] == ("'=1+1" if is_safe else "=1+1")
        assert json.loads(row["authors"]) == ODD["authors"] and row["body"] == ODD["body"]
        assert row["published_at"] == "2026-01-01T16:30:00+00:00" and row["published_day"] == "2026-01-02"


def test_lines_and_csv_can_be_gzipped_and_line_ends_are_escaped(tmp_path: Path) -> None:
    root = tmp_path / "data"
    built(root, [record(1, **ODD)]).close()
    export(root, Order(str(tmp_path / "out.jsonl.gz"), ALL))
    (line,) = gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()).decode().splitlines()
    assert json.loads(line)["body"] == ODD["body"]


def test_parquet_has_typed_columns(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")
    pa = pytest.importorskip("pyarrow")
    root = tmp_path / "data"
    built(root, [record(1, **ODD), record(2, version="x", authors="甲")]).close()
    export(root, Order(str(tmp_path / "out.parquet"), ALL))
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.schema.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("version").type == pa.int64() and table.schema.field("authors").type == pa.list_(
        pa.string()
    )
    first, second = sorted(table.to_pylist(), key=lambda row: str(row["title"]))
    assert first["published_at"] == datetime(2026, 1, 1, 16, 30, tzinfo=UTC)
    assert first["published_day"] == date(2026, 1, 2)
    assert first["images"] == ODD["images"] and first["archived"] == ODD["archived"]
    assert json.loads(first["extra"]) == {"own_field": {"any": 1}}
    assert second["version"] is None and json.loads(second["extra"]) == {"version": "x", "authors": "甲"}
    assert table.column_names == [column.name for column in COLUMNS]


def test_every_field_of_the_record_has_a_column_of_its_type() -> None:
    schema = json.loads((Path(forms.__file__).parents[2] / "article.schema.json").read_text(encoding="utf-8"))
    assert [column.name for column in COLUMNS[:-2]] == list(schema["properties"])
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", ["out.xml", "out", "out.parquet.gz"])
def test_an_unknown_form_is_told(root: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="name a file that ends in"):
        export(root, Order(str(tmp_path / name), ALL))


def test_a_missing_extra_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match=r"pip install 'snapshot_crawler\[parquet\]'"):
        forms.needed("no_such_package_of_ours", "parquet")


def test_a_file_that_cannot_be_written_is_not_there(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("before", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OutputError, match="make room"):
        export(root, Order(str(target), ALL))
    assert target.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.jsonl"]


def full_disk(number: int) -> None:
    raise OSError(28, "No space left on device")


# --- What is new
def batches(folder: Path) -> list[list[str]]:
    return [ids(path) for path in sorted(folder.glob("*.jsonl"))]


def test_each_run_brings_what_is_new_once(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    order = Order(str(folder), ALL, name="daily")
    assert export(root, order).records == 6
    assert export(root, order).records == 0
    own(root, [record(7), record(1, title="新", version=2)], "run2")
    follow(root)
    assert export(root, order).names == ["daily-000002.jsonl"]
    assert set(batches(folder)[1]) == {name_of(7), name_of(1)}
    with closing(Follower(root, SETTINGS)) as follower:
        follower.begin_anew()  # the library may be made again: the ledger knows what went out
        follower.round()
    assert export(root, order).records == 0
    assert export(root, Order(str(tmp_path / "other"), ALL, name="other")).records == 7


def test_an_export_that_goes_on_does_not_change_what_it_takes(root: Path, tmp_path: Path) -> None:
    export(root, Order(str(tmp_path / "out"), ALL, name="daily"))
    with pytest.raises(ConfigurationError, match="another --name"):
        export(root, Order(str(tmp_path / "out"), Selection(category="科技"), name="daily"))


def test_two_exports_of_one_data_dir_do_not_run_at_once(root: Path, tmp_path: Path) -> None:
    with Ledger(root, "daily", "x", "all"), pytest.raises(LockHeldError):
        export(root, Order(str(tmp_path / "out"), ALL, name="daily"))


class KilledError(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("at", range(1, 8))
def test_a_death_at_any_step_loses_and_doubles_nothing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Steps: plan, rename and confirm of each batch."""
    folder, steps = tmp_path / "out", 0
    order = Order(str(folder), ALL, name="daily", batch=2)

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            raise KilledError

    plan, done, replace = Ledger.plan, Ledger.done, Path.replace
    monkeypatch.setattr(Ledger, "plan", lambda self, keys: (plan(self, keys), step())[0])
    monkeypatch.setattr(Ledger, "done", lambda self, batch: (step(), done(self, batch))[1])
    monkeypatch.setattr(Path, "replace", lambda self, target: (replace(self, target), step())[0])
    with pytest.raises(KilledError):
        export(root, order)
    monkeypatch.undo()
    own(root, [record(9)], "run9")
    follow(root)
    export(root, order)
    every = [name for batch in batches(folder) for name in batch]
    assert sorted(every) == sorted(name_of(n) for n in (*range(6), 9))
    assert not list(folder.glob(".*"))


# --- S3-compatible storage
def test_a_bucket_gets_whole_files_and_what_is_new(root: Path, bucket: Path) -> None:
    export(root, Order("s3://news/whole/all.jsonl", ALL))
    assert len(ids(bucket / "whole" / "all.jsonl")) == 6
    order = Order("s3://news/daily", ALL, name="daily")
    export(root, order)
    own(root, [record(7)], "run2")
    follow(root)
    assert export(root, order).records == 1
    assert [len(each) for each in batches(bucket / "daily")] == [6, 1]
    assert not any(path.is_file() for path in (root / "exports").rglob("*"))


def test_a_bucket_that_is_not_there_is_told(root: Path, bucket: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        export(root, Order("s3://elsewhere/all.jsonl", ALL))


# --- PostgreSQL
@pytest.fixture
def postgres(database_url: str) -> str:
    """The address of a database."""
    return database_url


@pytest.fixture
def db(postgres: str) -> Iterator[Any]:
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as db:
        yield db


def test_postgres_has_rows_with_real_types_brought_up_to_date(root: Path, postgres: str, db: Any) -> None:
    order = Order(postgres, ALL, name="pg")
    own(root, [record(8, **{**ODD, "body": "零\x00零", "own_field": {"any": "\x001"}})], "run0")
    follow(root)
    assert export(root, order).records == 7
    row = db.execute(
        "SELECT published_at, published_day, authors, images, extra, body FROM articles WHERE id = %s", (name_of(8),)
    ).fetchone()
    assert row[0] == datetime(2026, 1, 1, 16, 30, tzinfo=UTC) and row[1] == date(2026, 1, 2)
    assert row[2:] == (ODD["authors"], ODD["images"], {"own_field": {"any": "1"}}, "零零")
    own(root, [record(1, title="新", version=2)], "run2")
    follow(root)
    assert export(root, order).records == 1
    assert export(root, Order(postgres, ALL)).records == 7  # all once more changes nothing
    assert db.execute("SELECT count(*), max(version) FROM articles").fetchone() == (7, 2)
    assert db.execute("SELECT title FROM articles WHERE id = %s", (name_of(1),)).fetchone() == ("新",)


def test_an_older_version_does_not_take_the_place_of_a_newer_one(tmp_path: Path, postgres: str, db: Any) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    built(one, [record(1, title="新", version=2)]).close()
    built(other, [record(1, title="旧")]).close()
    for root in (one, other):
        export(root, Order(postgres, ALL))
    assert db.execute("SELECT title FROM articles").fetchall() == [("新",)]


def test_what_was_taken_down_leaves_the_table(root: Path, postgres: str, db: Any) -> None:
    export(root, Order(postgres, ALL, name="pg"))
    with closing(Follower(root, SETTINGS)) as follower:
        follower.writer.remove([name_of(1)], "asked for")
    export(root, Order(postgres, ALL, name="pg"))
    assert db.execute("SELECT count(*) FROM articles WHERE id = %s", (name_of(1),)).fetchone() == (0,)


def test_a_batch_that_fails_leaves_no_row(root: Path, postgres: str, db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from snapshot_crawler.library.export import postgres as module

    row, number = module.Table._row, 0

    def fails_late(self: Any, each: dict[str, Any]) -> list[Any]:
        nonlocal number
        number += 1
        if number == 5:
            raise KilledError
        return row(self, each)

    monkeypatch.setattr(module.Table, "_row", fails_late)
    with pytest.raises(KilledError):
        export(root, Order(postgres, ALL, name="pg"))
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (0,)
    monkeypatch.undo()
    assert export(root, Order(postgres, ALL, name="pg")).records == 6
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (6,)


def test_a_server_that_is_not_there_is_told(root: Path) -> None:
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    with pytest.raises(ConfigurationError, match="PostgreSQL cannot be used"):
        export(root, Order("postgresql://127.0.0.1:9/x", ALL))
