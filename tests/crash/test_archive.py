"""The archive stays in step with the output: after any death every published article has its page, once and whole."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import ExitCode
from tests.crash.run import NO_FAULTS, Job, finish, wait_for_requests
from tests.crash.site import NewsSite
from tests.marks import first_is_quick

warcio = pytest.importorskip("warcio", reason="warcio is not installed: pip install -e '.[test]'")
from warcio import ArchiveIterator  # noqa: E402
from warcio.checker import Checker  # noqa: E402

ARTICLES = 60
SMALL = {"ARCHIVE_MAXSIZE": 20_000}  # some eight pages


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=ARTICLES, latency_s=0.005) as running:
        yield running


class Archived(Job):
    """A job, and what its archive holds as another library reads it."""

    @property
    def files(self) -> list[Path]:
        return sorted(self.data.glob("archive/*/*.warc.gz"))

    def page_of(self, line: dict[str, Any]) -> bytes:
        """The page that a record of the output names, read at its place."""
        where = line["archived"]
        path = self.data / where["file"]
        path = path if path.exists() else path.with_name(f"{path.name}.open")
        with path.open("rb") as file:
            file.seek(where["offset"])
            record = next(iter(ArchiveIterator(file, check_digests="raise")))
            page: bytes = record.content_stream().read()
            assert file.tell() >= where["offset"] + where["length"]
        assert record.rec_type == "response"
        assert record.rec_headers["WARC-Target-URI"] == line["url"]
        assert record.rec_headers["WARC-Payload-Digest"] == where["digest"]
        return page

    def pages(self) -> Counter[str]:
        """How often each address stands in the files, and whether each response has its request."""
        found: Counter[str] = Counter()
        for path in self.files:
            kinds: Counter[str] = Counter()
            with path.open("rb") as file:
                for record in ArchiveIterator(file, check_digests="raise"):
                    kinds[record.rec_type] += 1
                    if record.rec_type == "response":
                        found[record.rec_headers["WARC-Target-URI"]] += 1
            assert kinds["warcinfo"] == 1 and kinds["request"] == kinds["response"] + kinds["revisit"]
        return found

    def check(self, *, is_finished: bool) -> None:
        lines = [json.loads(line) for line in self.lines() if line.endswith(b"\n")]
        for line in lines:
            page = self.page_of(line).decode()
            assert line["title"].partition("（")[0] in page and page.endswith("</html>")
        if is_finished:
            assert self.pages() == Counter(line["url"] for line in lines)
            assert [path.name for path in self.data.glob("archive/*/*.warc.gz.open")] == []
            for path in self.files:
                assert path.with_name(path.name.replace(".warc.gz", ".cdxj")).exists()


@pytest.mark.parametrize("seed", first_is_quick([0, 1]))
def test_killed_at_any_moment_every_article_has_its_page_once(site: NewsSite, tmp_path: Path, seed: int) -> None:
    """Killed while it crawls and while it begins another file."""
    job, rng = Archived(site, tmp_path, settings=SMALL), random.Random(seed)
    for _ in range(3):
        process = job.start()
        wait_for_requests(site, len(site.requests) + rng.randint(3, ARTICLES // 2), process)
        process.kill()
        process.wait(30)
        job.check(is_finished=False)
    finish(job)
    job.check(is_finished=True)
    assert len(job.files) > 1, "no other file was begun"
    assert _passes_the_checker(job.files)


@pytest.mark.parametrize("lost", first_is_quick(["archive", "lines"]))
def test_what_the_archive_or_the_lines_have_lost_the_other_gives_up_too(
    site: NewsSite, tmp_path: Path, lost: str
) -> None:
    job = Archived(site, tmp_path)
    process = job.start()
    wait_for_requests(site, ARTICLES // 2, process)
    process.kill()
    process.wait(30)
    [unfinished] = job.data.glob("archive/*/*.warc.gz.open")
    path = unfinished if lost == "archive" else job.out
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3] + (bytes(50) if lost == "archive" else b""))  # zeros: a power cut
    finish(job)
    job.check(is_finished=True)


@pytest.mark.slow
def test_a_full_disk_loses_no_page(site: NewsSite, tmp_path: Path) -> None:
    job = Archived(site, tmp_path, limits="trap '' XFSZ; ulimit -f 150;", settings={"LOG_LEVEL": "WARNING"})
    assert job.run() == ExitCode.OUTPUT_FAILED, job.log()
    assert "make room" in job.log() and "Traceback" not in job.log()
    job.check(is_finished=False)
    job.limits = ""
    finish(job)
    job.check(is_finished=True)


def test_a_data_dir_whose_frontier_was_removed_keeps_what_was_published(site: NewsSite, tmp_path: Path) -> None:
    job = Archived(site, tmp_path)
    process = job.start()
    wait_for_requests(site, ARTICLES // 2, process)
    process.kill()
    process.wait(30)
    [unfinished] = job.data.glob("archive/*/*.warc.gz.open")
    with unfinished.open("ab") as file:
        file.write(unfinished.read_bytes()[:500])  # a record that was not written to its end
    published = [json.loads(line) for line in job.lines()]
    for path in job.data.glob("frontier/*"):
        path.unlink()
    job.output = "other.jsonl"
    assert job.run() == 0, job.log()
    for line in published:
        assert line["title"].partition("（")[0] in job.page_of(line).decode()
    assert list(job.data.glob("archive/*/*.warc.gz.open")) == [] and _passes_the_checker(job.files)


@pytest.mark.slow
def test_two_jobs_at_once_have_an_archive_each(tmp_path: Path) -> None:
    with NewsSite(articles=20) as one, NewsSite(articles=0) as other:
        for number in range(20):
            other.insert("city", place=0, seed=f"other-{number}")
        jobs = [Archived(site, tmp_path, f"{name}.jsonl") for name, site in (("one", one), ("other", other))]
        assert [process.wait(120) for process in [job.start() for job in jobs]] == [0, 0], jobs[0].log()
        for job in jobs:
            assert job.faults() == NO_FAULTS
            for line in map(json.loads, job.lines()):
                job.page_of(line)
        assert len({path.parent for path in jobs[0].files}) == 2


def _passes_the_checker(paths: list[Path]) -> bool:
    checker = Checker(type("Arguments", (), {"inputs": [str(path) for path in paths], "verbose": False}))
    checker.process_all()
    return not checker.exit_value
