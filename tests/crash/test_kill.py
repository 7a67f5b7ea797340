"""Runs that are killed, cut short, started twice, or out of disk: every article once in the output, no broken line.

CRASH_SEEDS=50 in the environment tries more moments than the few of every day; each failure names its seed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import ExitCode
from tests.crash.run import NO_FAULTS, Job, finish, wait_for_requests
from tests.crash.site import NewsSite
from tests.marks import first_is_quick
from tests.process import LONGEST_RUN_S, run, scrapy

ARTICLES = 80
LONGEST_STOP_S = 30  # the promise; five seconds on a machine that has nothing else to do
SEEDS = int(os.environ.get("CRASH_SEEDS", "1"))
OUTPUTS = ["out.jsonl", None, "out.jsonl.gz", "out.jsonl.zst"]


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=ARTICLES, latency_s=0.005) as running:
        yield running


def kill_at(job: Job, requests: int, how: signal.Signals = signal.SIGKILL) -> bool:
    """Start the job and send it a signal when the site was asked that often; False when it ended before."""
    process = job.start()
    reached = wait_for_requests(job.site, requests, process)
    process.send_signal(how)
    process.wait(LONGEST_RUN_S)
    return reached


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("output", first_is_quick(OUTPUTS))
def test_killed_again_and_again_it_loses_and_doubles_nothing(
    site: NewsSite, tmp_path: Path, output: str | None, seed: int
) -> None:
    job, rng = Job(site, tmp_path, output), random.Random(f"{output}-{seed}")
    for _ in range(3):
        kill_at(job, len(site.requests) + rng.randint(2, ARTICLES // 2))
        assert job.faults() | {"lost": 0} == NO_FAULTS, f"seed {seed}, after a kill"
    finish(job)
    assert len(site.asked) < 2 * ARTICLES + 100, f"seed {seed}: what was done was not fetched again"


@pytest.mark.parametrize("cut", first_is_quick([1, 20_000]))
def test_the_file_is_the_truth_for_its_tail(site: NewsSite, tmp_path: Path, cut: int) -> None:
    job = Job(site, tmp_path)
    kill_at(job, ARTICLES)
    size = job.out.stat().st_size
    os.truncate(job.out, max(0, size - cut))
    finish(job)


@pytest.mark.slow
def test_half_a_line_behind_the_last_commit_is_cut_off(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    kill_at(job, ARTICLES)
    with job.out.open("ab") as file:
        file.write(b'{"id": "torn')
    finish(job)


@pytest.mark.parametrize("times", first_is_quick([1, 2]))
def test_sigterm_ends_the_run_in_time_and_the_next_one_continues(site: NewsSite, tmp_path: Path, times: int) -> None:
    job = Job(site, tmp_path)
    process = job.start()
    assert wait_for_requests(site, ARTICLES // 2, process)
    begun = time.monotonic()
    for _ in range(times):
        process.send_signal(signal.SIGTERM)
        time.sleep(0.05)
    code = process.wait(LONGEST_RUN_S)
    assert time.monotonic() - begun < LONGEST_STOP_S
    if times == 1:
        assert code == ExitCode.INTERRUPTED
        assert "interrupted: run the same command again to continue" in job.log().splitlines()[-1]
    assert job.faults() | {"lost": 0} == NO_FAULTS
    finish(job)


def test_a_page_that_hangs_does_not_hold_up_a_stop(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path, settings={"DOWNLOAD_TIMEOUT": 60})
    site.hang.update(list(site.stories)[:20])
    process = job.start()
    assert wait_for_requests(site, ARTICLES // 2, process)
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(LONGEST_RUN_S) == ExitCode.INTERRUPTED
    assert time.monotonic() - begun < LONGEST_STOP_S
    site.hang.clear()
    finish(job)


def test_a_second_start_refuses_at_once_and_says_who_is_at_work(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    first = job.start()
    assert wait_for_requests(site, 10, first)
    site.latency_s = 3  # so that it is at work for as long as the second start takes
    second = run(job.command())
    assert first.poll() is None, "it has not waited for the first to end"
    assert second.returncode == ExitCode.LOCK_HELD
    assert f"process {first.pid} on" in second.stderr and "Traceback" not in second.stderr
    site.latency_s = 0
    assert first.wait(LONGEST_RUN_S) == 0
    finish(job)


@pytest.mark.slow
def test_two_starts_at_the_same_moment_publish_once(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    site.latency_s = 0.3
    both = [job.start(), job.start()]
    assert sorted(process.wait(LONGEST_RUN_S) for process in both) == [0, ExitCode.LOCK_HELD]
    finish(job)


@pytest.mark.parametrize("blocks", first_is_quick([200, 300]))
def test_a_full_disk_is_told_and_loses_nothing(site: NewsSite, tmp_path: Path, blocks: int) -> None:
    """The limit on the size of a file stands for the disk; SIGXFSZ ignored, a write fails as on a full one."""
    job = Job(site, tmp_path, limits=f"trap '' XFSZ; ulimit -f {blocks};")
    assert job.run() == ExitCode.OUTPUT_FAILED, job.log()
    assert "make room" in job.log() and "output failed" in job.log().splitlines()[-1]
    assert "Traceback" not in job.log()
    assert job.faults() | {"lost": 0} == NO_FAULTS
    job.limits = ""
    finish(job)


def test_an_output_that_takes_nothing_is_told_in_one_line(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path, output=None, arguments=["-o", "/dev/full:jsonlines"])
    assert job.run() == ExitCode.OUTPUT_FAILED, job.log()
    assert "Traceback" not in job.log()


@pytest.mark.slow
def test_a_clock_that_jumps_back_a_day_does_no_harm(site: NewsSite, tmp_path: Path) -> None:
    """The leases and due times of a run whose clock was a day ahead."""
    ahead = tmp_path / "ahead"
    ahead.mkdir()
    (ahead / "sitecustomize.py").write_text("import time\nnow = time.time\ntime.time = lambda: now() + 86_400\n")
    job = Job(site, tmp_path, environment={"PYTHONPATH": f"{ahead}:{os.environ.get('PYTHONPATH', '')}"})
    kill_at(job, ARTICLES)
    job.environment = {}
    finish(job)
    site.insert("city", place=0, seed="after the jump")
    assert job.run() == 0
    assert job.faults() == NO_FAULTS


@pytest.mark.slow
def test_pages_that_fail_for_the_moment_are_published_once(site: NewsSite, tmp_path: Path) -> None:
    """503 once, a redirect, and a page that answers nothing until later."""
    paths = list(site.stories)
    site.fail_once.update(paths[10:20])
    site.moved.update({f"/old/{number}.html": paths[number] for number in range(5)})
    site.hang.add(paths[30])
    job = Job(site, tmp_path, settings={"DOWNLOAD_TIMEOUT": 2})
    assert job.run() == 0, job.log()
    assert job.faults() == {**NO_FAULTS, "lost": 1}
    site.hang.clear()
    finish(job)


def test_the_report_of_a_killed_run_tells_so(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    kill_at(job, 40)
    reports = [json.loads(path.read_text()) for path in (job.data / "runs").glob("*.json")]
    assert [report["state"] for report in reports] == ["running"]
    status = scrapy("status", "-s", f"DATA_DIR={job.data}")
    assert "killed before its end" in status.stdout
