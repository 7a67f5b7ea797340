"""Outputs as the real command treats them: two jobs and one file, killed and continued, full crawls, closed pipes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import ExitCode
from tests.crash.run import NO_FAULTS, Job, finish, wait_for_requests
from tests.crash.site import NewsSite
from tests.process import LONGEST_RUN_S, run, scrapy

ARTICLES = 24


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=ARTICLES) as running:
        yield running


def killed(job: Job, requests: int) -> Job:
    """The job, killed when the site was asked that often."""
    job.site.latency_s = 0.03  # so that no machine is done before it is killed
    process = job.start()
    wait_for_requests(job.site, len(job.site.requests) + requests, process)
    process.kill()
    process.wait(LONGEST_RUN_S)
    job.site.latency_s = 0
    return job


def reports(job: Job) -> list[dict[str, Any]]:
    """The job's reports, oldest first."""
    return sorted(
        (json.loads(path.read_text()) for path in (job.data / "runs").glob("*.json")),
        key=lambda report: str(report["run"].rsplit("-", 2)[1:]),
    )


def test_a_second_job_may_not_write_to_the_file_and_the_first_goes_on(site: NewsSite, tmp_path: Path) -> None:
    first = killed(Job(site, tmp_path / "first"), ARTICLES)
    before = first.out.read_bytes()
    with NewsSite(articles=3) as other_site:
        for flag in ("-o", "-O"):
            other = Job(other_site, tmp_path / "second", output=None, arguments=[flag, f"file://{first.out}"])
            assert other.run() == ExitCode.OUTPUT_TAKEN, other.log()
            assert f"belongs to the job snapshot@127.0.0.1_{site.port}" in other.log().splitlines()[-1]
            assert "Traceback" not in other.log()
            assert first.out.read_bytes() == before
        assert other_site.asked == [], "nothing was fetched"
        assert not other.data.exists(), "and no job is left behind"
        finish(first)


@pytest.mark.slow
def test_while_the_first_is_at_work_the_second_is_refused(site: NewsSite, tmp_path: Path) -> None:
    first = Job(site, tmp_path / "first")
    site.latency_s = 0.2
    process = first.start()
    assert wait_for_requests(site, 3, process)
    second = Job(site, tmp_path / "second", output=None, arguments=["-o", str(first.out)])
    assert second.run() == ExitCode.OUTPUT_TAKEN, second.log()
    site.latency_s = 0
    assert process.wait(LONGEST_RUN_S) == 0
    finish(first)


def test_killed_with_a_templated_name_and_a_json_file(site: NewsSite, tmp_path: Path) -> None:
    arguments = ["-o", f"{tmp_path}/%(name)s.jsonl", "-o", f"file://{tmp_path}/all.json"]
    job = Job(site, tmp_path, output=None, arguments=arguments)
    killed(job, ARTICLES)
    assert len(json.loads((tmp_path / "all.json").read_text())) < ARTICLES, "whole JSON, though it was killed"
    assert job.run() == 0, job.log()
    for records in (
        json.loads((tmp_path / "all.json").read_text()),
        [json.loads(line) for line in (tmp_path / "snapshot.jsonl").read_text().splitlines()],
    ):
        assert sorted(record["id"] for record in records) == sorted(site.names)


@pytest.mark.slow
def test_a_full_crawl_into_a_fresh_file_killed_and_continued(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    finish(job)
    job.overwrite, job.arguments = True, ["-a", "full=true"]
    killed(job, ARTICLES // 2)
    assert len(job.lines()) < ARTICLES, "it began anew"
    assert job.run() == 0, job.log()
    assert job.faults() == NO_FAULTS


@pytest.mark.parametrize("arguments", [["-a", "full=maybe"], ["-a", "strat=1"], ["-s", "DUPLICATES=keep"]])
def test_a_mistake_leaves_no_job_behind(site: NewsSite, tmp_path: Path, arguments: list[str]) -> None:
    job = Job(site, tmp_path, arguments=arguments)
    assert job.run() == ExitCode.CONFIGURATION, job.log()
    assert not job.data.exists() and not job.out.exists()


def test_a_bad_start_leaves_no_job_behind(tmp_path: Path) -> None:
    for data in (tmp_path, tmp_path / "data"):
        done = scrapy("crawl", "news", "-a", "start=nonsense", "-s", f"DATA_DIR={data}")
        assert done.returncode == ExitCode.CONFIGURATION
        assert tmp_path.exists() and not list(tmp_path.iterdir()), "a DATA_DIR that was there before stays"


def test_a_closed_pipe_is_no_full_disk(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path, output=None, arguments=["-o", "-"])
    reader, writer = os.pipe()
    os.close(reader)
    process = run(job.command(), stdout=writer)
    os.close(writer)
    assert process.returncode == ExitCode.OUTPUT_FAILED, process.stderr[-2000:]
    assert "who read the output has closed it" in process.stderr.splitlines()[-1]
    assert "room" not in process.stderr and "Traceback" not in process.stderr


def test_reports_and_the_last_line_name_what_is_there(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path, output=None)
    killed(job, ARTICLES // 2)
    assert job.run() == 0, job.log()
    assert job.run() == 0, job.log()
    assert "output none;" in job.log().splitlines()[-1]
    first, second, third = reports(job)
    assert (first["state"], first["verdict"]) == ("ended", "killed")
    assert [Path(path).exists() for path in second["outputs"]] == [True]
    assert third["outputs"] == []
    status = scrapy("status", "-s", f"DATA_DIR={job.data}").stdout
    assert "killed before its end" in status


def test_the_recipe_for_all_articles_of_today(site: NewsSite, tmp_path: Path) -> None:
    """As docs/operating.md has it."""
    job = Job(site, tmp_path, output=None)
    assert job.run() == 0, job.log()
    operating = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    (recipe,) = [line for line in operating.splitlines() if line.startswith("find data/articles")]
    found = run(["bash", "-c", recipe], cwd=tmp_path).stdout
    assert sorted(json.loads(line)["id"] for line in found.splitlines()) == sorted(site.names)
