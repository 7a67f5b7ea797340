"""The seal on a database: any changed byte shows, writers never blame each other, a damaged seal is told as such."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from snapshot_crawler.dedup.index import open_index
from snapshot_crawler.frontier.store import frontiers_of
from snapshot_crawler.jobs.history import History
from snapshot_crawler.seal import Seal, SealState, is_in_use, parse, read_seal, seal_path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "a.sqlite"
    path.write_bytes(bytes(range(256)) * 4)
    Seal(path).close()
    return path


def is_as_sealed(database: Path) -> bool:
    seal = read_seal(database)
    assert seal.state == SealState.CLOSED
    return seal.whole_now(database) == seal.whole


def test_every_changed_byte_and_every_cut_shows(database: Path) -> None:
    whole = database.read_bytes()
    assert is_as_sealed(database)
    for place in range(len(whole)):
        database.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert not is_as_sealed(database), place
        database.write_bytes(whole[:place])
        assert not is_as_sealed(database), place


@pytest.mark.parametrize("is_open", [False, True])
def test_every_changed_byte_and_every_cut_of_the_seal_is_told_as_the_seals(database: Path, is_open: bool) -> None:
    held = Seal(database) if is_open else None
    path = seal_path(database)
    whole = path.read_bytes()
    for place in range(len(whole)):
        for changed in (whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :], whole[:place]):
            path.write_bytes(changed)
            assert read_seal(database).state == SealState.DAMAGED, place
    if held is not None:
        held.close()
    Seal(database).close()
    assert is_as_sealed(database), "the next writer makes it anew"


def test_the_last_of_several_writers_seals_and_a_killed_one_leaves_it_open(database: Path) -> None:
    first, second = Seal(database), Seal(database)
    assert is_in_use(database)
    database.write_bytes(b"other")
    first.close()
    assert read_seal(database).state == SealState.OPEN
    database.write_bytes(b"still other")
    second.close()
    assert is_as_sealed(database) and not is_in_use(database)
    killed = Seal(database)
    os.close(killed.fd)
    assert read_seal(database).state == SealState.OPEN and not is_in_use(database)


def test_a_file_that_stayed_as_it_was_is_not_read_again(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(database, (1e9, 1e9))
    monkeypatch.setattr("snapshot_crawler.seal.SETTLED_S", -1)
    with monkeypatch.context() as patched:
        patched.setattr("snapshot_crawler.seal.made", lambda path: pytest.fail("it was read"))
        Seal(database).close()
    assert is_as_sealed(database)
    changing = Seal(database)
    database.write_bytes(b"changed")
    changing.close()
    assert is_as_sealed(database)


def test_a_log_that_is_left_keeps_the_seal_open(database: Path) -> None:
    seal = Seal(database)
    database.with_name("a.sqlite-wal").write_bytes(b"something")
    seal.close()
    assert read_seal(database).state == SealState.OPEN


def test_the_databases_are_sealed_when_they_are_closed_and_open_while_they_are_written(tmp_path: Path) -> None:
    settings = {"DATA_DIR": str(tmp_path)}
    frontiers = frontiers_of(settings)
    for path, opener in (
        (tmp_path / "frontier" / "job.sqlite", lambda: frontiers.open("job")),
        (tmp_path / "index.sqlite", lambda: open_index(settings, tmp_path, "job")),
        (tmp_path / "jobs" / "history.sqlite", lambda: History(tmp_path / "jobs" / "history.sqlite")),
    ):
        with closing(opener()):
            assert read_seal(path).state == SealState.OPEN and is_in_use(path), path
        assert is_as_sealed(path), path
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA user_version = 7")
        assert not is_as_sealed(path), path


def test_who_reads_leaves_the_seal(tmp_path: Path) -> None:
    frontiers = frontiers_of({"DATA_DIR": str(tmp_path)})
    frontiers.open("job").close()
    path = tmp_path / "frontier" / "job.sqlite"
    before = seal_path(path).read_bytes()
    with closing(frontiers.read("job")):
        assert seal_path(path).read_bytes() == before
    assert is_as_sealed(path)
    frontiers.remove("job")
    assert not seal_path(path).exists()


def test_an_opened_seal_is_on_the_disk_before_the_database_can_change(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut leaves the closed one, and verify tells of damage."""
    synced: list[bytes] = []
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", lambda fd: synced.append(os.pread(fd, 256, 0)))
        seal = Seal(database)
    assert [parse(text).state for text in synced] == [SealState.OPEN]
    seal.close()
    assert read_seal(database).state == SealState.CLOSED
