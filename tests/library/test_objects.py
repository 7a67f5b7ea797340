"""Objects in S3-compatible storage in the library: once each, gone with their registration, not in an outage."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("obstore", reason="the extra s3 is not installed")

from snapshot_crawler import bucket as bucket_module
from snapshot_crawler.bucket import Bucket
from snapshot_crawler.dedup.tombstones import Tombstone, keep
from snapshot_crawler.exporters.parts import FOLDER, OBJECT
from snapshot_crawler.frontier.store import Store, frontiers_of
from snapshot_crawler.library import follow as following
from snapshot_crawler.library.follow import Follower
from snapshot_crawler.library.library import Library
from snapshot_crawler.upkeep.published import Published
from snapshot_crawler.upkeep.reparse_output import ReparsedLines
from tests.library.outputs import lines, name_of, own, record

JOB = "news"
ADDRESS = "s3://news/daily/articles"


@pytest.fixture(params=["embedded", "shared"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"DATA_DIR": str(tmp_path / "data")}
    if request.param == "shared":
        found["DATABASE_URL"] = request.getfixturevalue("quick_database_url")
    return found


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was fetched."""
    names: list[str] = []
    copy_to = Bucket.copy_to

    def counted(self: Bucket, name: str, file: Any) -> None:
        names.append(name)
        copy_to(self, name, file)

    monkeypatch.setattr(Bucket, "copy_to", counted)
    return names


def opened(root: Path, settings: dict[str, Any]) -> Store:
    return frontiers_of(settings, root).open(JOB)


def part(root: Path, settings: dict[str, Any], name: str, data: bytes) -> Path:
    """A part that a run has committed."""
    path = root.resolve() / FOLDER / JOB / f"{name}.part"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    with closing(opened(root, settings)) as store:
        store.set_state(f"output/{path}", {"kind": "lines", OBJECT: f"{ADDRESS}/{name}"})
        store.commit({str(path): len(data)})
    return path


def register(root: Path, settings: dict[str, Any], path: Path, bucket: Path) -> None:
    """The part arrives."""
    name = path.name.removesuffix(".part")
    there = bucket / "daily" / "articles" / name
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_bytes(path.read_bytes())
    with closing(opened(root, settings)) as store:
        store.finish_output(str(path), f"{ADDRESS}/{name}")
        store.commit({})
    path.unlink()


def sent(root: Path, settings: dict[str, Any], bucket: Path, name: str, numbers: list[int]) -> None:
    data = lines(map(record, numbers))
    data = gzip.compress(data) if name.endswith(".gz") else data
    register(root, settings, part(root, settings, name, data), bucket)


def shown(root: Path) -> set[str]:
    with closing(Library(root)) as library:
        return {row.id for row in library.newest(1, 100).rows}


@pytest.fixture
def follower(settings: dict[str, Any]) -> Iterator[Callable[[], Follower]]:
    made: list[Follower] = []

    def make() -> Follower:
        made.append(Follower(Path(settings["DATA_DIR"]), settings))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_objects_are_taken_in_once_each_and_go_with_their_registration(
    settings: dict[str, Any], bucket: Path, fetched: list[str], follower: Callable[[], Follower]
) -> None:
    root = Path(settings["DATA_DIR"])
    sent(root, settings, bucket, "a-1.jsonl", [1, 2])
    sent(root, settings, bucket, "a-2.jsonl.gz", [3])
    own(root, [record(4)])
    at_work = follower()
    assert at_work.round().records == 4
    assert shown(root) == {name_of(number) for number in (1, 2, 3, 4)}
    assert sorted(fetched) == ["a-1.jsonl", "a-2.jsonl.gz"]
    at_work.sources.by_root.clear()  # what frontiers said is asked again
    assert at_work.round().records == 0 and len(fetched) == 2
    with closing(opened(root, settings)) as store:
        store.drop_finished(f"{ADDRESS}/a-1.jsonl")
        store.commit({})
    at_work.sources.by_root.clear()
    assert at_work.round().removed == 2
    assert shown(root) == {name_of(3), name_of(4)}


def test_what_was_read_before_it_was_sent_is_not_fetched_and_never_missing(
    settings: dict[str, Any], bucket: Path, fetched: list[str], follower: Callable[[], Follower]
) -> None:
    root, at_work = Path(settings["DATA_DIR"]), follower()
    path = part(root, settings, "a-1.jsonl", lines([record(1)]))
    assert at_work.round().records == 1
    register(root, settings, path, bucket)
    at_work.sources.by_root.clear()
    done = at_work.round()
    assert (done.records, done.removed, fetched) == (0, 0, []) and shown(root) == {name_of(1)}
    path = part(root, settings, "a-2.jsonl", lines([record(2)]))
    at_work.sources.by_root.clear()
    at_work.round()
    path.write_bytes(path.read_bytes() + lines([record(3)]))
    with closing(opened(root, settings)) as store:
        store.commit({str(path): path.stat().st_size})
    register(root, settings, path, bucket)
    at_work.sources.by_root.clear()
    at_work.round()
    assert fetched == ["a-2.jsonl"] and shown(root) == {name_of(number) for number in (1, 2, 3)}


def test_an_outage_takes_nothing_out_and_is_told_and_a_damaged_object_holds_up_no_other(
    tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: dict[str, Any] = {"DATA_DIR": str(tmp_path / "data")}
    root = tmp_path / "data"
    sent(root, settings, bucket, "a-1.jsonl", [1])
    with closing(Follower(root, settings)) as at_work:
        at_work.round()
        sent(root, settings, bucket, "a-2.jsonl.gz", [2])
        sent(root, settings, bucket, "a-3.jsonl", [3])
        at_work.sources.by_root.clear()
        with monkeypatch.context() as away:
            away.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
            away.setattr(bucket_module, "TRIES", 0)
            at_work.round()
        assert shown(root) == {name_of(1)}
        with closing(Library(root)) as library:
            [(path, trouble)] = library.counts().troubles.items()
            assert path == f"{ADDRESS}/a-2.jsonl.gz" and "cannot be read" in trouble
        broken = bucket / "daily" / "articles" / "a-2.jsonl.gz"
        whole = broken.read_bytes()
        broken.write_bytes(whole[:40])
        at_work.fetch_after.clear()
        at_work.round()
        assert shown(root) == {name_of(1), name_of(3)}
        at_work.round()
        broken.write_bytes(whole)
        monkeypatch.setattr(following, "FETCHED_AGAIN_S", 0.0)
        at_work.fetch_after.clear()
        at_work.round()
        assert shown(root) == {name_of(1), name_of(2), name_of(3)}
        with closing(Library(root)) as library:
            assert library.counts().troubles == {}


def test_objects_of_all_machines_are_shown_and_what_was_taken_down_is_not(
    tmp_path: Path, bucket: Path, quick_database_url: str
) -> None:
    settings: dict[str, Any] = {"DATA_DIR": str(tmp_path / "portal"), "DATABASE_URL": quick_database_url}
    for number, machine in enumerate(("a", "b"), 1):
        sent(tmp_path / machine, settings, bucket, f"{machine}-1.jsonl", [number, number + 10])
    (tmp_path / "portal").mkdir()
    keep(tmp_path / "portal", [Tombstone(name_of(11), (), "2026-02-02", "asked for", ())], settings)
    with closing(Follower(tmp_path / "portal", settings)) as at_work:
        at_work.round()
    assert shown(tmp_path / "portal") == {name_of(number) for number in (1, 2, 12)}


def test_the_records_of_objects_are_those_that_a_re_parse_begins_with(settings: dict[str, Any], bucket: Path) -> None:
    root = Path(settings["DATA_DIR"])
    sent(root, settings, bucket, "a-1.jsonl", [1, 2])
    own(root, [record(2, version=2)])
    part(root, settings, "a-2.jsonl", b"")
    frontiers = frontiers_of(settings, root)
    with closing(frontiers.open(JOB)) as store, closing(ReparsedLines(root, JOB, store, frontiers, None)) as again:
        assert again.path.is_relative_to(root.resolve() / "articles"), "new versions go to a file here"
    published = Published(root, settings, JOB)
    assert {(each["id"], each["version"]) for each in published.newest()} == {(name_of(1), 1), (name_of(2), 2)}
