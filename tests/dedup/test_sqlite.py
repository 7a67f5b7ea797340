"""The index in SQLite: its file, and processes that are killed over it. What every storage does: test_index.py."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from snapshot_crawler.dedup.index import Index
from snapshot_crawler.dedup.sqlite import SqliteRows
from snapshot_crawler.exceptions import StateError, StorageError, is_disk_trouble, way_out
from tests.dedup.stories import BRIDGE, article


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


def test_an_export_of_a_dead_process_makes_no_duplicates(path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from tests.dedup.stories import *;"
        "from snapshot_crawler.dedup.index import Index; from snapshot_crawler.dedup.sqlite import SqliteRows;"
        "Index(SqliteRows(Path(sys.argv[1])), 'killed').decide(article(BRIDGE, 'a')); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False, cwd=Path(__file__).parents[2])
    with closing(Index(SqliteRows(path), "alive")) as alive:
        assert len(alive) == 1
        assert alive.decide(article(BRIDGE, "b")).action == "new"
    with closing(Index(SqliteRows(path), "killed")) as killed:
        killed.recover(lambda url: False)
        assert killed.decide(article(BRIDGE, "a")).duplicate_of == article(BRIDGE, "b").id


def test_a_damaged_or_foreign_file_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"no database at all, " * 100)
    with pytest.raises(StateError, match="damaged"):
        Index(SqliteRows(path), "job")
    assert path.read_bytes().startswith(b"no database")
    path.unlink()
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE other (x)")
    foreign.commit()
    foreign.close()
    with pytest.raises(StateError, match="another program"):
        Index(SqliteRows(path), "job")


def test_an_index_of_a_newer_version_is_refused(path: Path) -> None:
    Index(SqliteRows(path), "job").close()
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(StateError, match="version 99"):
        Index(SqliteRows(path), "job")


def test_an_index_that_takes_no_more_says_so_by_an_error_of_ours(path: Path) -> None:
    rows = SqliteRows(path)
    with closing(Index(rows, "job")) as index:
        pages = rows.db.execute("PRAGMA page_count").fetchone()[0]
        rows.db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StorageError, match=r"index\.sqlite cannot be written: database or disk is full") as caught:
            for number in range(200):
                index.decide(article(BRIDGE * 3, f"{number}"), mark=True)
    assert is_disk_trouble(caught.value)
    assert way_out(caught.value).startswith("make room")
