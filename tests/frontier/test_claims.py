"""One output file belongs to one job: whatever it is called by, in one DATA_DIR or two, at one time or later."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from snapshot_crawler.exceptions import ConfigurationError, ExitCode, OutputTakenError
from snapshot_crawler.frontier import claims
from snapshot_crawler.frontier.claims import Owner, claim
from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.frontier.output import PlannedOutput
from snapshot_crawler.frontier.sqlite import SqliteFrontiers
from tests.frontier.in_memory import DictFrontiers

Job = Callable[..., "OpenJob"]


class OpenJob:
    """A job that has its frontier open."""

    def __init__(self, data_dir: Path, name: str) -> None:
        self.frontiers = SqliteFrontiers(data_dir, {})
        self.store = self.frontiers.open(name)
        self.owner = Owner.of(self.store, name, data_dir)
        self.files: list[IO[bytes]] = []
        self.has_ended = False

    def write(self, path: Path, line: bytes = b"{}\n") -> None:
        """Claim a file, write to it, and commit."""
        file = claim(path, self.owner, self.frontiers)
        self.files.append(file)
        file.write(line)
        self.store.commit({str(path.resolve()): os.fstat(file.fileno()).st_size})

    def end(self) -> None:
        for file in self.files:
            file.close()
        if not self.has_ended:
            self.store.close()
        self.has_ended = True


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    opened = []

    def open_job(name: str = "first", data_dir: str = "data") -> OpenJob:
        opened.append(OpenJob(tmp_path / data_dir, name))
        return opened[-1]

    yield open_job
    for each in opened:
        each.end()


def spellings(path: Path) -> list[Path]:
    """Other names of one file."""
    soft, hard = path.with_name("soft.jsonl"), path.with_name("hard.jsonl")
    soft.symlink_to(path)
    hard.hardlink_to(path)
    return [path, path.parent / "." / ".." / path.parent.name / path.name, Path(os.path.relpath(path)), soft, hard]


@pytest.mark.parametrize("other_data_dir", ["data", "elsewhere"])
@pytest.mark.parametrize("first_is_alive", [True, False])
def test_a_second_job_is_refused_under_every_name_of_the_file(
    job: Job, tmp_path: Path, other_data_dir: str, first_is_alive: bool
) -> None:
    output = tmp_path / "out.jsonl"
    first = job()
    first.write(output)
    if not first_is_alive:
        first.end()
    second = job("second", other_data_dir)
    for path in spellings(output):
        with pytest.raises(OutputTakenError, match=r"first of DATA_DIR .*data") as refused:
            claim(path, second.owner, second.frontiers)
        assert refused.value.exit_code == ExitCode.OUTPUT_TAKEN
    assert output.read_bytes() == b"{}\n"


def test_the_owner_comes_back_to_its_file_also_when_its_data_dir_was_moved(job: Job, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    first = job()
    first.write(output)
    first.end()
    (tmp_path / "data").rename(tmp_path / "moved")
    job("first", "moved").write(output)
    assert output.read_bytes() == b"{}\n{}\n"


def test_an_owner_in_another_storage_keeps_its_file_as_long_as_its_data_dir_is_there(job: Job, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    first = job()
    first.write(output)
    first.end()
    frontiers = DictFrontiers(tmp_path / "elsewhere", {})
    second = Owner.of(frontiers.open("second"), "second", tmp_path / "elsewhere")
    with pytest.raises(OutputTakenError, match="first of DATA_DIR"):
        claim(output, second, frontiers)
    shutil.rmtree(tmp_path / "data")
    claim(output, second, frontiers).close()


def remove_the_data_dir(tmp_path: Path, output: Path) -> None:
    shutil.rmtree(tmp_path / "data")


def begin_the_job_anew(tmp_path: Path, output: Path) -> None:
    (tmp_path / "data" / "frontier" / "first.sqlite").unlink()
    OpenJob(tmp_path / "data", "first").end()


def move_the_file_away(tmp_path: Path, output: Path) -> None:
    output.rename(tmp_path / "archived.jsonl")


def remove_the_file(tmp_path: Path, output: Path) -> None:
    output.unlink()


def copy_the_file_over_itself(tmp_path: Path, output: Path) -> None:
    """Such as `cp out.jsonl x; mv x out.jsonl` of a person who wants to have the lines and not the owner."""
    shutil.copyfile(output, tmp_path / "copy")
    (tmp_path / "copy").replace(output)
    (tmp_path / "data" / "frontier" / "first.sqlite").unlink()


@pytest.mark.parametrize(
    "change",
    [remove_the_data_dir, begin_the_job_anew, move_the_file_away, remove_the_file, copy_the_file_over_itself],
)
@pytest.mark.parametrize("other_data_dir", ["data", "elsewhere"])
def test_nobody_is_refused_for_an_owner_that_is_gone(
    job: Job, tmp_path: Path, change: Callable[[Path, Path], None], other_data_dir: str
) -> None:
    output = tmp_path / "out.jsonl"
    first = job()
    first.write(output)
    first.end()
    change(tmp_path, output)
    job("second", other_data_dir).write(output)
    if (archived := tmp_path / "archived.jsonl").exists():
        job("third", other_data_dir).write(archived)


def test_where_files_bear_no_attributes_the_frontiers_of_the_data_dir_are_asked(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    for name in ("getxattr", "setxattr"):
        monkeypatch.setattr(claims.os, name, unsupported)
    output = tmp_path / "out.jsonl"
    first = job()
    first.write(output)
    second, third = job("second"), job("third")
    with pytest.raises(OutputTakenError, match="is being written by another process"):
        claim(output, second.owner, second.frontiers)
    first.end()
    with pytest.raises(OutputTakenError, match="belongs to the job first"):
        claim(output, third.owner, third.frontiers)
    job("first").write(output)


def test_devices_and_pipes_belong_to_nobody(job: Job) -> None:
    first, second = job(), job("second")
    for path in (Path("/dev/null"), Path("/dev/null")):
        claim(path, first.owner, first.frontiers).close()
        claim(path, second.owner, second.frontiers).close()


def test_one_file_under_two_names_in_one_command_is_a_mistake(job: Job, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.touch()
    link = tmp_path / "link.jsonl"
    link.symlink_to(output)
    ledger, first = Ledger(), job()
    with pytest.raises(ConfigurationError, match="are one file"):
        ledger.claim([PlannedOutput("a", output), PlannedOutput("b", link)], first.owner, first.frontiers)
    ledger.close()
