"""Records are taken out of files of every format: the others stay byte for byte, and lengths and check sums fit."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from snapshot_crawler.frontier.recovery import finish_rewrites, rewritten_path
from snapshot_crawler.frontier.store import frontiers_of
from snapshot_crawler.upkeep import rewriting
from snapshot_crawler.upkeep.rewriting import RecordFile, rewrite
from tests.exporters.job import Run, crawl, names_in
from tests.exporters.test_continued import FILES, feed
from tests.upkeep.test_verify import damage

NAMES = [f"p{number}" for number in range(7)]


def frontiers(data: Path):  # type: ignore[no-untyped-def]
    return frontiers_of({"DATA_DIR": str(data)})


def take_out(data: Path, output: Path, names: set[str]) -> int:
    with closing(frontiers(data).open("daily")) as store:
        file = RecordFile(output, store.commits(str(output)), store.get_state(f"output/{output}") or {})
        return len(rewrite(file, lambda record: str(record.get("url")).rpartition("/")[2] in names, store))


@pytest.mark.parametrize("gone", [{"p0"}, {"p0", "p1", "p5", "p6"}, set(NAMES)], ids=len)
@pytest.mark.parametrize("name", FILES)
def test_records_go_and_the_job_goes_on(tmp_path: Path, name: str, gone: set[str]) -> None:
    output, data = tmp_path / name, tmp_path / "data"
    feeds = {str(output): feed(name)}
    crawl(Run(data, feeds), NAMES[:2], kill=False)
    crawl(Run(data, feeds), NAMES[:5])
    crawl(Run(data, feeds), NAMES)
    owner = os.getxattr(output, "user.snapshot_crawler.owner")
    assert take_out(data, output, gone) == len(gone)
    assert names_in(output) == [each for each in NAMES if each not in gone]
    assert damage(data) == [] and os.getxattr(output, "user.snapshot_crawler.owner") == owner
    assert not rewritten_path(output).exists()
    crawl(Run(data, feeds), [*NAMES, "p7"])
    assert names_in(output) == [each for each in [*NAMES, "p7"] if each not in gone] and damage(data) == []


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.xml", "a.jsonl.gz"])
def test_a_file_that_no_frontier_knows_is_rewritten_too(tmp_path: Path, name: str) -> None:
    output, copy = tmp_path / name, tmp_path / f"copy-{name}"
    crawl(Run(tmp_path / "data", {str(output): feed(name)}), NAMES)
    for gone in ({"p0"}, {"p0", "p2", "p6"}, set(NAMES)):
        copy.write_bytes(output.read_bytes())
        rewrite(RecordFile(copy), lambda record, gone=gone: str(record.get("url")).rpartition("/")[2] in gone, None)  # type: ignore[misc]
        assert names_in(copy) == [each for each in NAMES if each not in gone]


def test_lines_of_others_stay_byte_for_byte(tmp_path: Path) -> None:
    output, data = tmp_path / "a.jsonl", tmp_path / "data"
    crawl(Run(data, {str(output): feed("a.jsonl")}), NAMES)
    lines = output.read_bytes().splitlines(keepends=True)
    take_out(data, output, {"p2"})
    assert output.read_bytes() == b"".join(lines[:2] + lines[3:])


@pytest.mark.parametrize("moment", ["before the commit", "before the name", "behind the name"])
def test_killed_at_any_moment_file_and_commits_belong_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    output, data = tmp_path / "a.json", tmp_path / "data"
    feeds = {str(output): feed("a.json")}
    crawl(Run(data, feeds), NAMES)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if moment == "before the commit":
            patched.setattr(rewriting, "take_over", die)
        elif moment == "before the name":
            patched.setattr(Path, "replace", die)
        else:
            patched.setattr(rewriting, "sync_folder", die)
        with pytest.raises(KeyboardInterrupt):
            take_out(data, output, {"p2"})
    assert damage(data) == []
    with closing(frontiers(data).open("daily")) as store:
        finish_rewrites(store)
        store.commit({})
    assert damage(data) == []
    assert names_in(output) == [each for each in NAMES if each != "p2" or moment == "before the commit"]
    crawl(Run(data, feeds), [*NAMES, "p7"])
    assert names_in(output)[-1] == "p7" and damage(data) == []
