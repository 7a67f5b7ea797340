"""The index in SQLite: its file, and processes that are killed over it. What every storage does: test_index.py."""

from __future__ import annotations

import errno
import itertools
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from snapshot_crawler.dedup.index import Index
from snapshot_crawler.dedup.sqlite import SqliteRows
from snapshot_crawler.exceptions import StateError, StorageError, is_disk_trouble, way_out
from tests.dedup.stories import BRIDGE, LIBRARY, article


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


# --- Crawls that share the file
def test_who_waits_for_another_transaction_looks_again_soon(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own waiting begins with a millisecond, five times as long as a decision takes."""
    pauses: list[float] = []
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        closing(Index(SqliteRows(path), "job")) as index,
    ):

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 30:
                other.execute("COMMIT")

        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr("snapshot_crawler.dedup.sqlite.time.sleep", pause)
        assert index.decide(article(BRIDGE, "a")).action == "new"
    assert pauses[0] < 0.001
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 0.005, "and who waits long finds the lock free soon after, too"


def test_a_transaction_that_never_ends_is_not_waited_for_without_end(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(0, 50)
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        closing(Index(SqliteRows(path), "job")) as index,
    ):
        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr("snapshot_crawler.dedup.sqlite.time.monotonic", lambda: next(clock))
        with pytest.raises(StorageError, match="locked"):
            index.decide(article(BRIDGE, "a"))
        other.execute("COMMIT")
        assert index.decide(article(BRIDGE, "a")).action == "new"


def test_nobody_waits_while_the_disk_writes_what_was_settled(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    with closing(Index(SqliteRows(path), "job")) as index, closing(sqlite3.connect(path, timeout=0)) as other:

        def sync(descriptor: int) -> None:
            other.execute("BEGIN IMMEDIATE")  # raises where the lock is held
            synced.append(other.execute("SELECT count(*) FROM unsettled").fetchone()[0])
            other.commit()

        index.decide(article(BRIDGE, "a"))
        with monkeypatch.context() as patched:
            patched.setattr("os.fdatasync", sync)
            index.settle([article(BRIDGE, "a").url])
    assert synced == [0], "committed before, and seen by all"


def test_a_disk_that_did_not_take_what_was_settled_is_never_believed_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux tells a failed write once; the next fsync succeeds without what was lost."""
    with closing(Index(SqliteRows(path), "job")) as index:
        index.decide(article(BRIDGE, "a"))
        with monkeypatch.context() as patched, pytest.raises(StorageError) as caught:
            patched.setattr("os.fdatasync", _broken)
            index.settle([article(BRIDGE, "a").url])
        assert is_disk_trouble(caught.value)
        for call in (lambda: index.settle([]), lambda: index.decide(article(LIBRARY, "b"))):
            with pytest.raises(StorageError):
                call()


def _broken(descriptor: int) -> None:
    raise OSError(errno.EIO, "Input/output error")
