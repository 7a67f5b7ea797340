"""What each commit appended to an output has a digest in the frontier, whatever killed the runs between."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.frontier.store import Commit, Store, frontiers_of
from snapshot_crawler.sums import sum_of_range
from tests.exporters.job import Run, crawl, names_in
from tests.exporters.test_continued import ALL, FILES, feed


def store_of(data: Path) -> Store:
    return frontiers_of({"DATA_DIR": str(data)}).read("daily")


def assert_proven(path: Path, commits: list[Commit]) -> None:
    """Every byte up to the last commit's length is in one digest."""
    start = 0
    with path.open("rb") as file:
        for commit in commits:
            assert start == commit.length == 0 or commit.digest == sum_of_range(file, start, commit.length)
            start = commit.length
    assert start <= path.stat().st_size


@pytest.mark.parametrize("name", FILES)
def test_killed_anywhere_all_that_was_committed_has_its_digest(tmp_path: Path, name: str) -> None:
    output, data, rng = tmp_path / name, tmp_path / "data", random.Random(name)
    feeds = {str(output): feed(name)}
    for _ in range(3):
        crawl(Run(data, feeds), ALL, most=rng.randrange(5), kill=True)
    crawl(Run(data, feeds), ALL)
    with closing(store_of(data)) as store:
        commits = store.commits(str(output))
    assert len(commits) > 3
    assert_proven(output, commits)


def test_lines_of_others_before_the_first_commit_and_behind_a_clean_end_are_in_the_digests(tmp_path: Path) -> None:
    output, data = tmp_path / "a.jsonl", tmp_path / "data"
    feeds: dict[str, Any] = {str(output): feed("a.jsonl")}
    output.write_bytes(b'{"url": "https://h.example/old"}\n')
    crawl(Run(data, feeds), ALL[:2])
    with output.open("ab") as file:
        file.write(b'{"url": "https://h.example/added"}\n')
    crawl(Run(data, feeds), ALL[:4])
    assert names_in(output) == ["old", *ALL[:2], "added", *ALL[2:4]]
    with closing(store_of(data)) as store:
        assert_proven(output, store.commits(str(output)))


def test_the_own_output_of_a_run_keeps_its_digests_under_its_final_name_until_it_is_removed(tmp_path: Path) -> None:
    crawl(Run(tmp_path, {}), ALL[:3])
    [first] = tmp_path.glob("articles/daily/*.jsonl")
    crawl(Run(tmp_path, {}), ALL)
    with closing(store_of(tmp_path)) as store:
        assert store.finished_paths() == [str(first)]
        assert_proven(first, store.commits(str(first)))
    first.unlink()
    crawl(Run(tmp_path, {}), ALL)
    with closing(store_of(tmp_path)) as store:
        assert str(first) not in store.finished_paths() and store.commits(str(first)) == []
