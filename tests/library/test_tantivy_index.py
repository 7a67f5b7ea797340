"""The second index follows the database: through new articles, changes, deaths and take-downs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.library import tantivy_index
from snapshot_crawler.library.follow import Follower
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.takedown import remove
from snapshot_crawler.library.tantivy_index import FOLDER, SecondIndex, TantivyEngine
from tests.library.outputs import follow, found, name_of, own, record

pytest.importorskip("tantivy", reason="the extra search is not installed")
BOTH = {"LIBRARY_ENGINE": "tantivy"}


def follow_both(root: Path, **settings: Any) -> None:
    with closing(Follower(root, {**BOTH, **settings})) as follower:
        follower.round()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    own(tmp_path, [record(n, body=f"海洋馆{n}号展厅") for n in range(30)])
    follow_both(tmp_path)
    with Library(tmp_path) as library:
        assert library.counts().articles == 30 and isinstance(library.engine, TantivyEngine)
        yield library


def test_it_finds_what_fts_finds_as_it_changes(tmp_path: Path, library: Library) -> None:
    own(tmp_path, [record(3, version=2, body="改了"), record(40, body="海洋馆新展厅")], "run2")
    follow_both(tmp_path)
    with Library(tmp_path, "fts") as fts:
        for query in ("海洋", "海洋馆", "海洋馆 -新", "改了", "category:科技", "day:2026-01-05", "1号", "-海洋"):
            assert found(library, query) == found(fts, query), query
        newest = [hit.row.id for hit in library.search("海洋", size=50).hits]
        assert newest == [hit.row.id for hit in fts.search("海洋", size=50).hits] and len(newest) == 30


def test_a_death_between_its_commit_and_the_databases_doubles_nothing(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tantivy_index, "AT_ONCE", 5)
    own(tmp_path, [record(n, body=f"海洋馆{n}号展厅") for n in range(30, 42)], "run2")
    with closing(Follower(tmp_path, BOTH)) as follower:
        monkeypatch.setattr(SecondIndex, "follow", lambda self: None)
        follower.round()
        monkeypatch.undo()
        monkeypatch.setattr(tantivy_index, "AT_ONCE", 5)
        changes = follower.db.execute("SELECT no, n FROM change").fetchall()
        follower.second.follow()
        follower.db.executemany("INSERT INTO change VALUES (?, ?)", changes)
    follow_both(tmp_path)
    assert len(library.search("海洋馆", size=100).hits) == 42
    assert library.search("海洋", size=5).total == 42


def test_while_it_is_filled_fts_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own(tmp_path, [record(n) for n in range(4)])
    monkeypatch.setattr(SecondIndex, "_take", stop)
    with pytest.raises(InterruptedError):
        follow_both(tmp_path)
    with Library(tmp_path) as library:
        assert len(library.search("实验室").hits) == 4
        monkeypatch.undo()
        follow_both(tmp_path)
        assert len(library.search("实验室").hits) == 4 and isinstance(library.engine, TantivyEngine)


def stop(self: SecondIndex) -> None:
    tantivy_index._index(self.folder)  # it is there, and empty
    raise InterruptedError


def test_after_a_take_down_no_word_is_in_its_files_and_it_is_made_again(tmp_path: Path) -> None:
    own(tmp_path, [record(1, body="鼹鼠窃听档案"), record(2)])
    follow_both(tmp_path)
    with Library(tmp_path) as library:
        assert library.search("鼹鼠").hits and isinstance(library.engine, TantivyEngine)
        remove(tmp_path, [name_of(1)], "asked for")
        assert not library.search("鼹鼠").hits and library.search("联盟").hits
    assert not (tmp_path / FOLDER).exists()
    follow_both(tmp_path)
    assert not any("鼹鼠".encode() in path.read_bytes() for path in (tmp_path / FOLDER).iterdir())
    with Library(tmp_path, "tantivy") as library:
        assert not library.search("鼹鼠").hits and library.search("联盟").hits


def test_it_goes_when_it_is_no_longer_wanted_and_small_libraries_have_none(tmp_path: Path, library: Library) -> None:
    follow_both(tmp_path, LIBRARY_ENGINE="fts")
    assert not (tmp_path / FOLDER).exists()
    assert len(library.search("海洋", size=50).hits) == 30
    follow(tmp_path)
    assert not (tmp_path / FOLDER).exists()
    with pytest.raises(ConfigurationError, match="no index of tantivy"), Library(tmp_path, "tantivy") as asked:
        asked.search("海洋")


def test_large_libraries_have_one_where_it_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tantivy_index, "FROM_ARTICLES", 3)
    own(tmp_path, [record(n) for n in range(3)])
    follow(tmp_path)
    assert (tmp_path / FOLDER).is_dir()


def test_without_the_extra_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tantivy_index, "is_installed", lambda: False)
    with pytest.raises(ConfigurationError, match=r"snapshot_crawler\[search\]"):
        follow_both(tmp_path)
    with pytest.raises(ConfigurationError, match="LIBRARY_ENGINE is 'lucene'"):
        follow_both(tmp_path, LIBRARY_ENGINE="lucene")
