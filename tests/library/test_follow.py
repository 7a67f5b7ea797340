"""The library follows the outputs: what is committed is in it, once, whatever happens to files and processes."""

from __future__ import annotations

import gzip
import json
import os
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from backports import zstd

from snapshot_crawler.dedup.tombstones import Tombstone, keep
from snapshot_crawler.exceptions import LockHeldError, StateError
from snapshot_crawler.frontier.store import frontiers_of
from snapshot_crawler.library import follow as follow_module
from snapshot_crawler.library.follow import Follower
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.takedown import remove
from tests.library.outputs import SETTINGS, commit, follow, lines, name_of, own, record


def ids(root: Path) -> set[str]:
    with Library(root) as library:
        return {row.id for row in library.every()}


def test_lines_behind_the_last_commit_are_not_read(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    first, second = lines([record(1)]), lines([record(2)])
    output.write_bytes(first + second)
    commit(tmp_path, output, len(first))
    follow(tmp_path)
    assert ids(tmp_path) == {name_of(1)}
    commit(tmp_path, output)
    assert follow(tmp_path).records == 1
    assert ids(tmp_path) == {name_of(1), name_of(2)}


def test_a_quiet_round_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own(tmp_path, [record(1)])
    follow(tmp_path)
    monkeypatch.setattr(follow_module, "read", None)
    assert follow(tmp_path).records == 0


def test_an_own_file_that_gets_its_final_name_is_not_taken_twice(tmp_path: Path) -> None:
    final = own(tmp_path, [record(1), record(2)])
    part = final.with_name("run1.jsonl.part")
    final.rename(part)
    commit(tmp_path, part, len(lines([record(1)])))
    follow(tmp_path)
    assert ids(tmp_path) == {name_of(1)}
    part.rename(final)
    assert follow(tmp_path).records == 1
    assert ids(tmp_path) == {name_of(1), name_of(2)}


def test_a_rewritten_file_is_read_again_and_what_it_lost_is_gone(tmp_path: Path) -> None:
    output = own(tmp_path, [record(1), record(2), record(3)])
    follow(tmp_path)
    fresh = output.with_suffix(".new")
    fresh.write_bytes(lines([record(1), record(3)]))
    fresh.replace(output)
    assert follow(tmp_path).removed == 1
    with Library(tmp_path) as library:
        assert library.article(name_of(2)) is None
        assert not library.search("第2批").hits
        assert library.search("第3批").hits
        assert library.counts().versions == 2


def test_a_file_rewritten_in_place_at_the_same_length_is_noticed(tmp_path: Path) -> None:
    output = own(tmp_path, [record(1, title="甲" * 3), record(2)])
    follow(tmp_path)
    before = output.stat()
    data = output.read_bytes().replace("甲".encode() * 3, "乙".encode() * 3)
    with output.open("r+b") as file:
        file.write(data)
    os.utime(output, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    follow(tmp_path)
    with Library(tmp_path) as library:
        stored = library.article(name_of(1))
        assert stored is not None and stored.row.title == "乙乙乙"
        assert not library.search("甲甲").hits


def test_a_file_begun_anew_is_read_anew(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.write_bytes(lines([record(1), record(2)]))
    commit(tmp_path, output)
    follow(tmp_path)
    output.write_bytes(lines([record(3)]))
    commit(tmp_path, output)
    follow(tmp_path)
    assert ids(tmp_path) == {name_of(3)}


def test_a_file_that_is_gone_takes_along_what_only_it_had(tmp_path: Path) -> None:
    own(tmp_path, [record(1), record(2)], "run1")
    own(tmp_path, [record(2), record(3)], "run2").unlink()
    second = own(tmp_path, [record(2), record(3)], "run2")
    follow(tmp_path)
    assert ids(tmp_path) == {name_of(1), name_of(2), name_of(3)}
    second.unlink()
    follow(tmp_path)
    assert ids(tmp_path) == {name_of(1), name_of(2)}


def test_the_same_record_in_two_files_is_one(tmp_path: Path) -> None:
    own(tmp_path, [record(1)], "run1")
    own(tmp_path, [record(1)], "run2")
    follow(tmp_path)
    with Library(tmp_path) as library:
        assert (library.counts().articles, library.counts().versions) == (1, 1)


def test_the_newest_version_is_shown_and_found_and_comes_back_when_it_goes(tmp_path: Path) -> None:
    own(tmp_path, [record(1, title="旧题")], "run1")
    newer = own(tmp_path, [record(1, title="新题", version=2, published_at="2026-03-01T00:00:00+08:00")], "run2")
    follow(tmp_path)
    with Library(tmp_path) as library:
        stored = library.article(name_of(1))
        assert stored is not None and stored.row.title == "新题"
        assert [each.version for each in stored.versions] == [2, 1]
        assert not library.search("旧题").hits
    newer.unlink()
    follow(tmp_path)
    with Library(tmp_path) as library:
        assert [hit.row.title for hit in library.search("旧题").hits] == ["旧题"]
        assert not library.search("新题").hits


def as_csv(records: list[dict[str, Any]]) -> bytes:
    names = list(records[0])
    rows = [
        ",".join(
            '"' + ("" if value is None else str(value)).replace('"', '""') + '"'
            for value in (each[name] for name in names)
        )
        for each in records
    ]
    return ("\r\n".join([",".join(names), *rows]) + "\r\n").encode()


FORMS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "out.jsonl": lines,
    "out.jl.gz": lambda records: gzip.compress(lines(records)),
    "out.jsonl.zst": lambda records: zstd.compress(lines(records)),
    "out.csv": as_csv,
    "out.json": lambda records: b"[\n" + b",\n".join(json.dumps(each).encode() for each in records),
    "out.txt": lines,
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_output_is_followed_from_commit_to_commit(tmp_path: Path, name: str) -> None:
    output = tmp_path / name
    output.write_bytes(FORMS[name]([record(1)]))
    commit(tmp_path, output)
    if name == "out.json":
        with output.open("ab") as file:
            file.write(b"\n]")  # its footer is no part of the committed length
    follow(tmp_path)
    assert ids(tmp_path) == {name_of(1)}
    if name.endswith((".gz", ".zst", ".jsonl", ".txt")):
        with output.open("ab") as file:
            file.write(FORMS[name]([record(2)]))
    else:
        output.write_bytes(FORMS[name]([record(1), record(2)]))
    commit(tmp_path, output)
    done = follow(tmp_path)
    assert ids(tmp_path) == {name_of(1), name_of(2)}
    assert done.removed == 0
    with Library(tmp_path) as library:
        stored = library.article(name_of(2))
        assert stored is not None and stored.record["body"] == record(2)["body"]


def test_a_format_that_is_not_read_is_told_and_stops_nothing(tmp_path: Path) -> None:
    foreign = tmp_path / "out.xml"
    foreign.write_text("<items/>", encoding="utf-8")
    commit(tmp_path, foreign, job="other")
    own(tmp_path, [record(1)])
    follow(tmp_path)
    with Library(tmp_path) as library:
        assert [Path(path).name for path in library.counts().troubles] == ["out.xml"]
        assert library.counts().articles == 1


def test_a_damaged_archive_is_told_and_read_again_once_it_is_mended(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl.gz"
    whole = gzip.compress(lines([record(1)]))
    output.write_bytes(whole[:-20])
    commit(tmp_path, output)
    follow(tmp_path)
    with Library(tmp_path) as library:
        assert "damaged" in next(iter(library.counts().troubles.values()))
    output.write_bytes(whole)
    commit(tmp_path, output)
    follow(tmp_path)
    assert ids(tmp_path) == {name_of(1)}
    with Library(tmp_path) as library:
        assert library.counts().troubles == {}


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
@pytest.mark.parametrize("dies_at", range(1, 12))
def test_a_death_between_any_two_transactions_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, dies_at: int
) -> None:
    monkeypatch.setattr(follow_module, "BATCH", 2)
    output = tmp_path / name
    output.write_bytes(FORMS["out.jl.gz" if name.endswith(".gz") else "out.jsonl"]([record(n) for n in range(7)]))
    commit(tmp_path, output)
    follower = Follower(tmp_path, SETTINGS)
    begin, number = follower.writer.begin, 0

    def begin_or_die() -> None:
        nonlocal number
        number += 1
        if number == dies_at:
            raise KilledError
        begin()

    monkeypatch.setattr(follower.writer, "begin", begin_or_die)
    with closing(follower):
        try:
            follower.round()
        except KilledError:
            pass
        else:
            assert dies_at > 5  # there are no more transactions
    with closing(Follower(tmp_path, SETTINGS)) as follower:
        follower.round()
    assert ids(tmp_path) == {name_of(n) for n in range(7)}
    with Library(tmp_path) as library:
        assert library.counts().versions == 7
        facets = library.facets("category")
        assert [(each.name, each.articles) for each in facets] == [("科技", 7)]


def test_one_process_fills_it_and_the_lock_of_a_dead_one_is_no_obstacle(tmp_path: Path) -> None:
    with closing(Follower(tmp_path, SETTINGS)), pytest.raises(LockHeldError):
        Follower(tmp_path, SETTINGS)
    Follower(tmp_path, SETTINGS).close()


def test_a_take_down_finds_its_turn_beside_a_follower_that_stays(tmp_path: Path) -> None:
    own(tmp_path, [record(1), record(2)])
    stop, took = threading.Event(), threading.Event()
    follower = Follower(tmp_path, SETTINGS, reached=lambda number: took.set())
    thread = threading.Thread(target=follower.run, args=(stop, 0.01))
    thread.start()
    try:
        assert took.wait(30)
        with Library(tmp_path) as library:
            assert remove(tmp_path, [name_of(1), "0" * 40], "asked for") == [name_of(1)]
            assert library.article(name_of(1)) is None
            assert library.gone("0" * 40) is not None
        took.clear()
        own(tmp_path, [record(1), record(3)], "run2")
        assert took.wait(30)
    finally:
        stop.set()
        thread.join()
        follower.close()
    assert ids(tmp_path) == {name_of(2), name_of(3)}


def test_a_library_that_is_made_after_a_take_down_knows_of_it(tmp_path: Path) -> None:
    own(tmp_path, [record(1), record(2)])
    follow(tmp_path)
    keep(tmp_path, [Tombstone(name_of(1), (record(1)["url"],), "2026-03-01", "asked for")])
    for _ in range(2):
        follow(tmp_path)
        with Library(tmp_path) as library:
            gone = library.gone(name_of(1))
            assert gone is not None and (gone.at, gone.reason) == ("2026-03-01", "asked for")
            assert library.article(name_of(1)) is None and library.counts().articles == 1
        (tmp_path / "library.sqlite").unlink()


def test_readers_and_a_follower_that_stay_notice_a_library_that_was_made_anew(tmp_path: Path) -> None:
    own(tmp_path, [record(1)])
    follower = Follower(tmp_path, SETTINGS)
    follower.round()
    follower.writer.let_go()
    with closing(follower), Library(tmp_path) as library:
        assert library.counts().articles == 1
        with closing(Follower(tmp_path, SETTINGS)) as other:
            other.begin_anew()
            other.round()
        own(tmp_path, [record(2)], "run2")
        follower.writer.hold()
        assert follower.round().records == 1
        assert library.counts().articles == 2
        assert len(library.search("实验室").hits) == 2


def test_it_can_be_thrown_away_and_made_again_and_what_was_taken_down_stays_down(tmp_path: Path) -> None:
    own(tmp_path, [record(n) for n in range(5)])
    with closing(Follower(tmp_path, SETTINGS)) as follower:
        follower.round()
        follower.writer.remove([name_of(1)], "asked for")
        follower.begin_anew()
        follower.round()
    assert ids(tmp_path) == {name_of(n) for n in (0, 2, 3, 4)}


def test_without_a_library_the_way_out_is_told(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="scrapy library build"):
        Library(tmp_path)


def test_the_follower_stays_and_takes_what_comes(tmp_path: Path) -> None:
    own(tmp_path, [record(1)])
    stop, took = threading.Event(), threading.Event()
    follower = Follower(tmp_path, SETTINGS, reached=lambda number: took.set())
    thread = threading.Thread(target=follower.run, args=(stop, 0.01))
    thread.start()
    try:
        assert took.wait(30)
        took.clear()
        own(tmp_path, [record(2)], "run2")
        assert took.wait(30)
    finally:
        stop.set()
        thread.join()
        follower.close()
    assert ids(tmp_path) == {name_of(1), name_of(2)}


def test_dropped_copies_are_other_addresses_of_the_story(tmp_path: Path) -> None:
    own(tmp_path, [record(1)])
    copies = tmp_path / "duplicates" / "news" / "run1.jsonl"
    copies.parent.mkdir(parents=True)
    copy = {"url": "https://other.example/1", "reason": "duplicate", "story": name_of(1), "at": "2026-01-03T00:00:00Z"}
    copies.write_bytes(lines([copy]) + b'{"url": "https://torn')
    follow(tmp_path)
    with Library(tmp_path) as library:
        assert [each.url for each in library.copies_of(name_of(1))] == ["https://other.example/1"]


# --- DATA_DIRs of several machines
def machines(root: Path) -> tuple[Path, list[Path]]:
    """A DATA_DIR for the library, and two of crawlers, with an article each."""
    crawlers = [root / "machines" / name for name in ("a", "b")]
    for number, folder in enumerate(crawlers, 1):
        own(folder, [record(number)])
    (here := root / "library").mkdir()
    return here, crawlers


@pytest.mark.parametrize("named", ["{0}/machines/*", "{0}/machines/a, {0}/machines/b,{0}/library"])
def test_a_library_has_the_articles_of_all_machines_that_are_named(tmp_path: Path, named: str) -> None:
    here, crawlers = machines(tmp_path)
    commit(crawlers[0], crawlers[0] / "articles" / "news" / "run1.jsonl")
    own(here, [record(3)])
    settings = {"LIBRARY_ALSO": named.format(tmp_path)}
    assert follow(here, **settings).records == 3
    assert ids(here) == {name_of(n) for n in (1, 2, 3)}
    own(crawlers[1], [record(4)], "run2")
    assert follow(here, **settings).records == 1
    assert not [path for folder in crawlers for path in folder.iterdir() if path.name.startswith("library")]


def test_a_growing_file_is_read_as_far_as_committed_wherever_its_folder_is_mounted(
    tmp_path: Path,
) -> None:
    here, (crawler, _) = machines(tmp_path)
    path = own(crawler, [record(5), record(6)], "run2.jsonl.part").rename(crawler / "articles/news/run2.jsonl.part")
    with closing(frontiers_of(SETTINGS, crawler).open("news")) as store:
        store.set_state("data_dir", "/data")  # as the crawler sees it
        store.commit({f"/data/{path.relative_to(crawler)}": len(lines([record(5)]))})
    assert follow(here, LIBRARY_ALSO=str(crawler)).records == 2
    assert ids(here) == {name_of(1), name_of(5)}


def test_a_machine_whose_folder_is_away_keeps_its_articles_and_is_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here, (crawler, other) = machines(tmp_path)
    settings = {"LIBRARY_ALSO": f"{crawler},{other}"}
    follow(here, **settings)
    crawler.rename(tmp_path / "away")
    for _ in range(2):  # a mount that is lost leaves nothing, or an empty folder
        assert follow(here, **settings).removed == 0
        assert ids(here) == {name_of(1), name_of(2)}
        assert f"there is nothing at {crawler}" in caplog.text
        crawler.mkdir(exist_ok=True)
    crawler.rmdir()
    (tmp_path / "away").rename(crawler)
    (crawler / "articles" / "news" / "run1.jsonl").unlink()
    assert follow(here, **settings).removed == 1, "a file that is gone while its folder is there"
