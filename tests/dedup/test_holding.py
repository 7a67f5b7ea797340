"""A transaction of the index that is held over many decisions: nobody may see a difference but by the clock."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from snapshot_crawler.dedup.index import Index
from snapshot_crawler.dedup.sqlite import SqliteRows
from snapshot_crawler.exceptions import StorageError, is_disk_trouble
from snapshot_crawler.holders import HAS_LOCKS, Holder
from snapshot_crawler.seal import seal_path
from tests.dedup.stories import BRIDGE, LIBRARY, article

pytestmark = pytest.mark.skipif(not HAS_LOCKS, reason="no locks of open file descriptions: nothing is ever held")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


@pytest.fixture
def index(path: Path) -> Iterator[Index]:
    """An index that its crawl has for itself."""
    with closing(Index(SqliteRows(path), "job")) as one:
        one.hold()
        yield one


def committed(path: Path) -> int:
    """How many entries another process would find."""
    with closing(SqliteRows(path)) as rows:
        return len(rows)


def test_what_is_held_is_on_the_disk_after_flush_and_not_before(index: Index, path: Path) -> None:
    index.decide(article(BRIDGE, "a"))
    index.decide(article(LIBRARY, "b"))
    assert index.is_held
    assert committed(path) == 0
    index.flush()
    assert not index.is_held
    assert committed(path) == 2


def test_decisions_see_what_is_held(index: Index) -> None:
    index.decide(article(BRIDGE, "a"))
    assert index.decide(article(BRIDGE, "b")).duplicate_of == article(BRIDGE, "a").id


def test_who_comes_is_let_in_and_then_every_decision_is_committed(index: Index, path: Path) -> None:
    index.decide(article(BRIDGE, "a"))
    visitor = Holder(seal_path(path))
    index.let_others_in()
    assert committed(path) == 1
    index.decide(article(LIBRARY, "b"))
    assert committed(path) == 2
    visitor.close()
    index.decide(article(BRIDGE, "c"))
    assert index.is_held, "it is alone again"


def test_without_anybody_else_a_glance_changes_nothing(index: Index) -> None:
    index.decide(article(BRIDGE, "a"))
    index.let_others_in()
    assert index.is_held


def test_a_decision_that_fails_takes_nothing_else_along(index: Index, path: Path) -> None:
    index.decide(article(BRIDGE, "a"))
    with pytest.raises(ZeroDivisionError), index.batch():
        index.decide(article(LIBRARY, "b"))
        _ = 1 / 0
    index.flush()
    assert committed(path) == 1
    assert index.decide(article(LIBRARY, "b")).action == "new"


def test_settling_commits_what_is_held_first(index: Index, path: Path) -> None:
    index.decide(article(BRIDGE, "a"))
    index.settle([article(BRIDGE, "a").url])
    assert committed(path) == 1
    assert not index.is_held


def test_what_a_full_disk_undid_is_never_taken_for_kept(path: Path) -> None:
    """Either the block that failed is told alone, or everything after it: no decision goes missing in silence."""
    rows = SqliteRows(path)
    with closing(Index(rows, "job")) as index:
        index.hold()
        index.decide(article(BRIDGE, "first"))
        rows.db.execute(f"PRAGMA max_page_count = {rows.db.execute('PRAGMA page_count').fetchone()[0]}")
        decided = 1
        with pytest.raises(StorageError, match="cannot be written") as caught:
            for number in range(200):
                index.decide(article(LIBRARY * 3, f"{number}"), mark=True)
                decided += 1
        assert is_disk_trouble(caught.value)
        try:
            index.flush()
        except StorageError:
            decided = 0
            with pytest.raises(StorageError):
                index.decide(article(BRIDGE, "later"))
        assert committed(path) == decided


def test_a_transaction_that_ends_by_itself_is_told_until_the_end(index: Index, path: Path) -> None:
    """SQLite may undo everything at an error of the disk. ROLLBACK behind our back stands for it."""
    rows = index._rows
    assert isinstance(rows, SqliteRows)
    index.decide(article(BRIDGE, "a"))
    with pytest.raises(StorageError), index.batch():
        rows.db.execute("ROLLBACK")
        rows.db.execute("COMMIT")
    for call in (index.flush, lambda: index.decide(article(LIBRARY, "b")), lambda: index.settle(["http://a.example/"])):
        with pytest.raises(StorageError):
            call()
    assert committed(path) == 0


def test_a_killed_process_leaves_nothing_of_what_it_held(path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from tests.dedup.stories import *;"
        "from snapshot_crawler.dedup.index import Index; from snapshot_crawler.dedup.sqlite import SqliteRows;"
        "index = Index(SqliteRows(Path(sys.argv[1])), 'killed'); index.hold(); index.decide(article(BRIDGE, 'a'));"
        "index.flush(); index.decide(article(LIBRARY, 'b')); assert index.is_held; os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False, cwd=Path(__file__).parents[2])
    assert committed(path) == 1
