"""The frontier in SQLite: its errors come out as ours. What every storage does: test_store.py."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import StorageError, is_disk_trouble, way_out
from snapshot_crawler.frontier.sqlite import SqliteStore
from snapshot_crawler.frontier.store import Entry


def fill(store: SqliteStore) -> None:
    for number in range(2_000):
        store.enqueue_all([Entry(key=f"{number}", url="https://h.example/" + "x" * 500, host="h.example")])


def test_a_disk_that_takes_no_more_is_told_with_the_file_and_the_way_out(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "job.sqlite")) as store:
        store.commit({})
        store.db.execute("PRAGMA max_page_count = 20")
        with pytest.raises(StorageError, match=r"job\.sqlite cannot be written: database or disk is full") as caught:
            fill(store)
        assert caught.value.errno == errno.ENOSPC and is_disk_trouble(caught.value)
        assert way_out(caught.value).startswith("make room")
        store.give_up()


@pytest.mark.parametrize(
    "call",
    [
        lambda store: store.counts(),
        lambda store: store.get("a"),
        lambda store: store.commit({"/out": 1}),
        lambda store: list(store.to_publish_again()),
    ],
)
def test_a_damaged_database_is_told_by_every_call(tmp_path: Path, call: Callable[[SqliteStore], object]) -> None:
    with closing(SqliteStore(tmp_path / "job.sqlite")) as store:
        for table in ("entry", "note", "output"):
            store.db.execute(f"DROP TABLE {table}")
        with pytest.raises(StorageError, match=r"job\.sqlite cannot be used") as caught:
            call(store)
        assert isinstance(caught.value.__cause__, sqlite3.Error)
        assert not is_disk_trouble(caught.value)
