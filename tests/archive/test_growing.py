"""A file of the archive is finished as a whole: its index first, then its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from snapshot_crawler.archive.cdxj import index_path, lines_of
from snapshot_crawler.archive.growing import GrowingFile, finish_former
from snapshot_crawler.archive.places import UNFINISHED
from snapshot_crawler.archive.records import response_record
from tests.archive.test_reader import exchange


class Died(BaseException):
    """The process ends here."""


def one_page(folder: Path) -> GrowingFile:
    path = folder / "news-20260301T120000Z-00001.warc.gz"
    unfinished = path.with_name(path.name + UNFINISHED)
    file = GrowingFile(path, unfinished.open("ab", buffering=0))
    page = folder / "page"
    page.write_bytes(response_record(exchange(1), str(uuid4())))
    file.append([page.read_bytes()], list(lines_of(page)))
    file.commit()
    page.unlink()
    return file


@pytest.mark.parametrize("renames", [0, 1])
def test_who_dies_while_a_file_is_finished_leaves_one_that_can_be_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    """Each rename is once the last step that happened."""
    file, done, replace = one_page(tmp_path), 0, Path.replace

    def dying(self: Path, target: Any) -> Path:
        nonlocal done
        if done == renames:
            raise Died
        done += 1
        return replace(self, target)

    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr(Path, "replace", dying)
        file.finish()
    unfinished = file.path.with_name(file.path.name + UNFINISHED)
    assert unfinished.exists() and not file.path.exists(), "a file with its name has its index"
    assert finish_former(unfinished) == file.path
    assert len(index_path(file.path).read_bytes().splitlines()) == 1
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.suffix != ".new") == [".cdxj", ".gz"]


def test_a_finished_file_has_its_name_and_its_index_alone(tmp_path: Path) -> None:
    file = one_page(tmp_path)
    file.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([file.path.name, index_path(file.path).name])
