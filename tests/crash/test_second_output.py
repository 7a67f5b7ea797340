"""An output beside the lines stays in step with them: killed or cut, each article has one line and one record."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.run import NO_FAULTS, Job, wait_for_requests
from tests.crash.site import NewsSite
from tests.exporters.records import SIZE, RecordOutput, path_of, record_of
from tests.marks import first_is_quick

ARTICLES = 40
WITH_RECORDS = {"EXTENSIONS": json.dumps({f"{RecordOutput.__module__}.RecordOutput": 0})}


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=ARTICLES, latency_s=0.01) as running:
        yield running


class Both(Job):
    """A job with both outputs."""

    @property
    def records(self) -> Path:
        return path_of(self.data, f"snapshot@127.0.0.1_{self.site.port}")

    def kill(self, requests: int) -> None:
        process = self.start()
        wait_for_requests(self.site, len(self.site.requests) + requests, process)
        process.kill()
        process.wait(30)

    def check(self, *, is_finished: bool) -> None:
        """Each line has its record where it says so. When the job is finished: all of them, and no other."""
        data = self.records.read_bytes()
        lines = [json.loads(line) for line in self.lines() if line.endswith(b"\n")]
        for line in lines:
            place = int(line["suspect"][-1].rpartition(" ")[2])
            assert data[place : place + SIZE] == record_of(line["id"])
        if is_finished:
            assert self.faults() == NO_FAULTS
            assert sorted(data.splitlines(keepends=True)) == sorted(map(record_of, self.site.names))


def test_killed_at_any_moment_both_hold_every_article_once(site: NewsSite, tmp_path: Path) -> None:
    job, rng = Both(site, tmp_path, settings=WITH_RECORDS), random.Random(12)
    for _ in range(2):
        job.kill(rng.randint(8, ARTICLES // 2))
    if job.records.exists():
        job.check(is_finished=False)
    assert job.run() == 0, job.log()
    job.check(is_finished=True)


@pytest.mark.parametrize("cut", first_is_quick(["records", "lines"]))
def test_what_one_has_lost_the_other_gives_up_too(site: NewsSite, tmp_path: Path, cut: str) -> None:
    job = Both(site, tmp_path, settings=WITH_RECORDS)
    assert job.run() == 0, job.log()
    lost, other = (job.records, job.out) if cut == "records" else (job.out, job.records)
    before = other.stat().st_size
    os.truncate(lost, lost.stat().st_size // 2 + 7)
    job.settings = WITH_RECORDS | {"CLOSESPIDER_PAGECOUNT": 1}  # no more than a look at what was recovered
    job.run()
    job.check(is_finished=False)
    assert other.stat().st_size < before
    job.settings = WITH_RECORDS
    assert job.run() == 0, job.log()
    job.check(is_finished=True)
