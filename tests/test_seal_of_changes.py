"""A seal made anew from the pages that have changed is the one that reading the whole file makes, whatever happened
meanwhile; and what nobody wrote through the connection stays damage."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_crawler.block_sums import BLOCK, made, sums_path
from snapshot_crawler.seal import Seal, SealState, _checked, read_seal, seal_path, wal_path
from snapshot_crawler.sums import sum_of_file
from snapshot_crawler.upkeep.databases import check_database
from snapshot_crawler.upkeep.findings import Finding, Tally

HOME_AT = 20  # pages


class Writer:
    """A connection as the storages have it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seal = Seal(path)
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.seal.follow(self.db, home_at=HOME_AT)
        self.db.execute("CREATE TABLE IF NOT EXISTS row (n INTEGER PRIMARY KEY, value)")

    def write(self, *rows: int, size: int = 2000, is_kept: bool = True) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        values = [(row, os.urandom(size)) for row in rows]
        self.db.executemany("INSERT OR REPLACE INTO row VALUES (?, ?)", values)
        self.db.execute("COMMIT" if is_kept else "ROLLBACK")
        self.seal.committed()

    @property
    def is_followed(self) -> bool:
        return self.seal.log is not None and self.seal.log.is_known

    def close(self) -> None:
        self.seal.end()
        self.db.close()
        self.seal.close()


@contextmanager
def writer(path: Path) -> Iterator[Writer]:
    with closing(Writer(path)) as one:
        yield one


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with a seal."""
    path = tmp_path / "a.sqlite"
    with writer(path) as one:
        assert not one.is_followed, "there is no seal yet"
        one.write(*range(200))
    assert found(path) == []
    return path


def found(path: Path) -> list[Finding]:
    return list(check_database(path, Tally()))


@contextmanager
def nothing_is_read_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr("snapshot_crawler.seal.made", lambda path: pytest.fail("the whole file was read"))
        yield
    assert found(path) == []


@contextmanager
def it_is_read_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    asked: list[Path] = []
    with monkeypatch.context() as patched:
        patched.setattr("snapshot_crawler.seal.made", lambda path: asked.append(path) or made(path))
        yield
    assert asked == [path]
    assert found(path) == []


def grow(one: Writer) -> None:
    for first in range(200, 400, 10):
        one.write(*range(first, first + 10))


def change(one: Writer) -> None:
    one.write(3)


def cut_and_grow(one: Writer) -> None:
    one.db.execute("DELETE FROM row WHERE n > 20")
    one.db.execute("VACUUM")
    one.seal.committed()
    one.write(*range(1000, 1100))


def spill(one: Writer) -> None:
    """More pages than the cache holds are written to the log before the commit."""
    one.db.execute("PRAGMA cache_size = 10")
    one.write(*range(500, 600))
    one.write(7)


def write_beside_a_reader(one: Writer) -> None:
    """The log cannot begin anew."""
    with closing(sqlite3.connect(one.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM row").fetchone()
        grow(one)
    grow(one)


def nothing(one: Writer) -> None:
    one.db.execute("BEGIN IMMEDIATE")
    one.db.execute("COMMIT")
    one.seal.committed()


@pytest.mark.parametrize("work", [grow, change, cut_and_grow, spill, write_beside_a_reader, nothing])
def test_only_what_changed_is_read(path: Path, work: Callable[[Writer], None], monkeypatch: pytest.MonkeyPatch) -> None:
    with nothing_is_read_whole(path, monkeypatch):
        for _ in range(2):
            with writer(path) as one:
                work(one)


def test_what_was_undone_stands_in_the_log_and_does_not_count(path: Path) -> None:
    """The file may be read whole then."""
    for rows in ((), (7,), range(600, 700)):
        with writer(path) as one:
            one.db.execute("PRAGMA cache_size = 10")
            one.write(*range(500, 600), is_kept=False)
            one.write(*rows)
            one.write(*range(300, 400), is_kept=False)
        assert found(path) == []


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60), st.sampled_from([1, 300, 9000]), st.booleans())))
def test_any_writes_end_in_the_seal_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[int, int, int, bool]]
) -> None:
    path = tmp_path_factory.mktemp("sealed") / "a.sqlite"
    Writer(path).close()
    one = Writer(path)
    for place, (first, number, size, is_kept) in enumerate(writes):
        one.write(*range(first, first + number), size=size, is_kept=is_kept)
        if place % 5 == 4:
            one.close()
            one = Writer(path)
    assert one.is_followed
    one.close()
    assert found(path) == []


def test_damage_from_before_a_run_is_not_sealed_in(path: Path) -> None:
    """A flipped byte that changed no time of the file, as a bad disk does it, in a page that the run leaves alone."""
    with writer(path) as one:
        one.write(1)
    seal = seal_path(path).read_bytes()
    whole = bytearray(path.read_bytes())
    whole[50 * BLOCK + 7] ^= 1
    path.write_bytes(whole)
    info = path.stat()
    words = seal.rstrip(b"\n").split(b" ")
    words[3] = b"%d-%d-%d" % (info.st_mtime_ns, info.st_ctime_ns, info.st_ino)
    seal_path(path).write_bytes(_checked(b" ".join(words[:4])))  # as if the times were those
    [finding] = found(path)
    assert finding.is_damage and finding.place == f"byte {50 * BLOCK}"
    with writer(path) as one:
        one.write(1)
        assert one.is_followed
    [finding] = found(path)
    assert finding.is_damage and finding.path == path and finding.place == f"byte {50 * BLOCK}"


# --- What others do to it
def written_by_another(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("INSERT OR REPLACE INTO row VALUES (5, 'another')")


def home_by_another(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        assert other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[0] == 0


def cut_by_another(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


@pytest.mark.parametrize("does", [written_by_another, home_by_another, cut_by_another])
@pytest.mark.parametrize("more", [[], [9]])
def test_another_program_at_the_same_time(
    path: Path, does: Callable[[Path], None], more: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    is_known = does is home_by_another and not more  # the pages still stand in the log
    with (nothing_is_read_whole if is_known else it_is_read_whole)(path, monkeypatch), writer(path) as one:
        one.write(2)
        does(path)
        for row in more:
            one.write(row)


def test_another_program_between_two_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written_by_another(path)
    assert found(path), "it was not closed so"
    with it_is_read_whole(path, monkeypatch), writer(path) as one:
        one.write(2)


def test_a_backup_brought_back(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the times that it had."""
    shutil.copy2(path, tmp_path / "backup")
    with writer(path) as one:
        one.write(2)
    shutil.copy2(tmp_path / "backup", path)
    assert found(path)
    with it_is_read_whole(path, monkeypatch), writer(path) as one:
        one.write(3)


def test_several_writers(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for is_first_last in (True, False):
        with it_is_read_whole(path, monkeypatch):
            first, second = Writer(path), Writer(path)
            assert first.is_followed and not second.is_followed
            first.write(2)
            second.write(3)
            for one in (second, first) if is_first_last else (first, second):
                one.close()
    with it_is_read_whole(path, monkeypatch):
        one = Writer(path)
        one.write(4)
        one.seal.end()
        one.db.close()
        Writer(path).close()  # came and went while the first one was about to seal
        one.seal.close()


def test_a_killed_writer(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Writer(path)
    one.write(2)
    copy = path.parent / "copy"
    copy.mkdir()
    for each in (path, wal_path(path), seal_path(path), sums_path(path)):
        shutil.copy2(each, copy)
    one.close()
    killed = copy / path.name
    assert read_seal(killed).state == SealState.OPEN
    with it_is_read_whole(killed, monkeypatch), writer(killed) as next_one:
        next_one.write(3)


def test_sums_that_are_damaged_or_gone_are_told_and_made_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sums = sums_path(path)
    whole = sums.read_bytes()
    for changed in (whole[:9] + bytes([whole[9] ^ 1]) + whole[10:], whole[:-8], whole + b"more", None):
        if changed is None:
            sums.unlink()
        else:
            sums.write_bytes(changed)
        [finding] = found(path)
        assert finding.path == sums and finding.is_damage
        with it_is_read_whole(path, monkeypatch), writer(path) as one:
            one.write(2)
        whole = sums.read_bytes()


def test_without_room_for_the_sums_the_file_is_sealed_all_the_same(path: Path) -> None:
    sums = sums_path(path)
    sums.unlink()
    sums.mkdir()  # it cannot be written
    with writer(path) as one:
        one.write(2)
    assert read_seal(path).state == SealState.CLOSED and not read_seal(path).has_sums
    assert found(path) == []
    sums.rmdir()
    with writer(path) as one:
        assert not one.is_followed
        one.write(3)
    assert read_seal(path).has_sums and found(path) == []


def test_the_seal_of_an_earlier_version_is_understood_and_replaced(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size, digest = sum_of_file(path)
    seal_path(path).write_bytes(_checked(b"seal1 %d %s" % (size, digest.hex().encode())))
    sums_path(path).unlink()
    assert found(path) == []
    with it_is_read_whole(path, monkeypatch), writer(path) as one:
        one.write(2)
    assert seal_path(path).read_bytes().startswith(b"seal2 ")
    seal_path(path).write_bytes(_checked(b"seal1 open"))
    assert read_seal(path).state == SealState.OPEN


def test_a_file_system_with_coarse_times_is_not_believed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    utime = os.utime
    monkeypatch.setattr(os, "utime", lambda path, *, ns: utime(path, ns=(ns[0], ns[1] // 10**9 * 10**9)))
    with writer(path) as one:
        one.write(2)
    assert not read_seal(path).has_sums
    with writer(path) as one:
        assert not one.is_followed
