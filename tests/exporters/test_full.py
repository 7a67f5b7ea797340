"""-a full=1: what comes into a fresh file, into an old one, and into the run's own; killed and continued."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import ConfigurationError
from tests.exporters.job import Run, crawl, names_in

ALL = [f"p{number}" for number in range(8)]


def feeds(path: Path, *, overwrite: bool = False) -> dict[str, Any]:
    return {str(path): {"format": path.suffix[1:], "overwrite": overwrite}}


@pytest.mark.parametrize("name", ["out.jsonl", "out.json", "out.csv"])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_fresh_file_gets_every_article_once(tmp_path: Path, name: str, is_new: bool) -> None:
    old = tmp_path / name
    crawl(Run(tmp_path / "data", feeds(old)), ALL)
    new = tmp_path / f"new-{name}" if is_new else old
    for _ in range(2):  # each such command is a full crawl of its own
        if is_new:
            new.unlink(missing_ok=True)
        assert crawl(Run(tmp_path / "data", feeds(new, overwrite=not is_new), full="1")) == len(ALL)
        assert sorted(names_in(new)) == sorted(ALL)
    assert sorted(names_in(old)) == sorted(ALL)
    assert crawl(Run(tmp_path / "data", feeds(new, overwrite=not is_new))) == 0
    assert sorted(names_in(new)) == sorted(ALL), "a run without full=1 continues"


@pytest.mark.parametrize("overwrite", [True, False])
def test_killed_it_goes_on_and_no_article_is_fetched_twice(tmp_path: Path, overwrite: bool) -> None:
    output = tmp_path / "out.jsonl"
    crawl(Run(tmp_path / "data", feeds(output if overwrite else tmp_path / "old.jsonl")), ALL)
    crawl(Run(tmp_path / "data", feeds(output, overwrite=overwrite), full="true"), most=0, kill=True)
    assert names_in(output) == []
    crawl(Run(tmp_path / "data", feeds(output, overwrite=overwrite), full="yes"), most=3, kill=True)
    assert len(names_in(output)) == 3
    assert crawl(Run(tmp_path / "data", feeds(output, overwrite=overwrite), full="1")) == 5
    assert sorted(names_in(output)) == sorted(ALL)


def test_killed_before_the_index_knows_it_loses_nothing(tmp_path: Path) -> None:
    """The frontier's commit and the index's are two: between them nothing may be forgotten."""
    output = tmp_path / "out.jsonl"
    crawl(Run(tmp_path / "data", feeds(output)), ALL)
    killed = Run(tmp_path / "data", feeds(output, overwrite=True), full=1)
    killed.pipeline.open_spider = lambda: None  # type: ignore[method-assign]
    crawl(killed, most=0, kill=True)
    crawl(Run(tmp_path / "data", feeds(output, overwrite=True), full=1))
    assert sorted(names_in(output)) == sorted(ALL)


def test_items_that_share_a_page_come_all_of_them(tmp_path: Path) -> None:
    output, parts = tmp_path / "out.jsonl", "ab"
    crawl(Run(tmp_path / "data", feeds(output), parts=parts), ALL)
    crawl(Run(tmp_path / "data", feeds(output, overwrite=True), full=1, parts=parts), most=3, kill=True)
    crawl(Run(tmp_path / "data", feeds(output, overwrite=True), full=1, parts=parts))
    assert sorted(names_in(output)) == sorted(name + part for name in ALL for part in parts)


def test_the_file_of_earlier_runs_gets_new_and_changed_articles(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    crawl(Run(tmp_path / "data", feeds(output)), ALL)
    assert crawl(Run(tmp_path / "data", feeds(output), full="1"), ["late"]) == 9
    assert sorted(names_in(output)) == sorted([*ALL, "late"])
    crawl(Run(tmp_path / "data", feeds(output), full="1"), text="an editor's addition, quite another text")
    assert sorted(names_in(output)) == sorted([*ALL, "late"] * 2)


def test_the_runs_own_files_get_new_and_changed_articles(tmp_path: Path) -> None:
    for full, names in (("0", ALL), ("1", ["late"]), ("1", [])):
        crawl(Run(tmp_path / "data", {}, full=full), names)
    files = list((tmp_path / "data" / "articles").glob("*/*.jsonl"))
    assert sorted(name for path in files for name in names_in(path)) == sorted([*ALL, "late"])


def test_a_new_file_beside_an_old_one_is_a_mistake(tmp_path: Path) -> None:
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    crawl(Run(tmp_path / "data", feeds(old)), ALL)
    with pytest.raises(ConfigurationError, match="Name one of them"):
        crawl(Run(tmp_path / "data", feeds(old) | feeds(new), full="1"))
    assert sorted(names_in(old)) == sorted(ALL)


@pytest.mark.parametrize(
    ("word", "pages"),
    [("1", 8), ("true", 8), ("YES", 8), (True, 8), ("0", 0), ("false", 0), ("no", 0), ("", 0), (False, 0)],
)
def test_full_takes_yes_and_no(tmp_path: Path, word: Any, pages: int) -> None:
    output = tmp_path / "out.jsonl"
    crawl(Run(tmp_path / "data", feeds(output)), ALL)
    assert crawl(Run(tmp_path / "data", feeds(output), full=word)) == pages


def test_another_word_for_full_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="full is 'maybe'; it takes 1, true or yes"):
        crawl(Run(tmp_path / "data", {}, full="maybe"))
