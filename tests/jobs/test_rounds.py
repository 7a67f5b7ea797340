"""`jobs run` and `jobs due` with real runs: same state and output as `scrapy crawl`, never two of a job at once."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import cmdline

from snapshot_crawler.exceptions import ExitCode, SnapshotCrawlerError
from snapshot_crawler.jobs import child
from snapshot_crawler.jobs.history import History, Run
from snapshot_crawler.jobs.listing import jobs_as_they_stand
from snapshot_crawler.jobs.locks import JobLock
from snapshot_crawler.jobs.rounds import run_due, run_now
from snapshot_crawler.jobs.runner import Runner
from tests.crash.site import NewsSite
from tests.jobs.world import MovableClock, Webhook, World, wait_until
from tests.process import run


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=8, hidden_every=0) as running:
        yield running


def table(site: NewsSite, name: str = "one", keys: str = 'every = "1h"', path: str = "/") -> str:
    start = site.url(path)
    settings = f'settings = {{ PRIVATE_NETWORKS_ALLOWED = "{site.address}" }}'
    return f'\n[jobs.{name}]\nspider = "snapshot"\nstart = "{start}"\n{settings}\n{keys}\n'


def runs(world: World, job: str = "one") -> list[Run]:
    with History(world.data / "jobs" / "history.sqlite") as history:
        return history.runs_of(job, 100)


def test_a_run_is_scrapy_crawl_in_every_respect(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    out = tmp_path / "out.jsonl"
    world.write(table(site, keys=f'output = "{out}"\nevery = "1h"'))
    told: list[str] = []
    assert run_now(world.office(), ["one"], told.append) == 0
    assert told[0].startswith("one: complete (exit code 0), 8 new articles, 13 pages; log "), told
    lines = out.read_bytes().splitlines()
    assert len(lines) == 8
    # the same job by hand: it continues, and adds nothing
    office = world.office()
    command = [sys.executable, "-m", *office.file.jobs["one"].argv({})]
    assert run(command).returncode == 0
    assert out.read_bytes().splitlines() == lines
    reports = sorted((world.data / "runs").glob("one-*.json"))
    assert [json.loads(path.read_text())["exit_code"] for path in reports] == [0, 0]
    (listed,) = jobs_as_they_stand(office)
    assert (listed["state"], listed["failures_in_a_row"], listed["schedule"]) == ("idle", 0, "every 1h")
    last = listed["last_run"]
    assert (last["word"], last["exit_code"], last["articles"], last["pages"]) == ("complete", 0, 8, 13)
    assert (world.data / "runs" / f"{last['run']}.json").exists()
    assert last["started_at"] <= last["ended_at"] < listed["next_due"]
    log = Path(runs(world)[0].log or "").read_text()
    assert "complete: everything was crawled (exit code 0)" in log.splitlines()[-1]


def test_the_exit_code_is_the_highest(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    bad = 'every = "1h"\ntimeout = "1h"'
    world.write(table(site) + table(site, "dead", bad, "/no-such-page"))
    told: list[str] = []
    assert run_now(world.office(JOBS_AT_ONCE=2), ["one", "dead"], told.append) == ExitCode.START_FAILED
    assert len(told) == 2
    by_name = {job["name"]: job for job in jobs_as_they_stand(world.office())}
    assert [by_name[name]["failures_in_a_row"] for name in ("one", "dead")] == [0, 1]


def test_due_runs_what_is_due_once(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write(table(site) + table(site, "off", 'every = "1h"\nenabled = false', "/list/"))
    told: list[str] = []
    for wait, number in ((0, 1), (60, 1), (3600, 2), (30 * 86_400, 3), (10, 3)):
        clock.wait(wait)
        assert run_due(world.office(clock), told.append) == 0
        assert len(told) == number, told
    assert not any("off" in line for line in told)


def test_a_hand_made_run_of_a_job_that_is_at_work_says_so(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(table(site))
    office = world.office()
    told: list[str] = []
    lock = JobLock.take(office.places.lock("one"))
    assert lock is not None
    with lock:
        assert jobs_as_they_stand(office)[0]["state"] == "running"
        assert run_now(office, ["one"], told.append) == ExitCode.LOCK_HELD
        assert run_due(office, told.append) == 0  # it stays due
    assert told == ["one is running already; see: scrapy jobs list"]
    assert run_due(office, told.append) == 0
    assert len(told) == 2 and len(runs(world)) == 1


def test_a_crawl_by_hand_with_the_jobs_spider_and_start_is_a_run_of_the_job(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(table(site))
    assert run_now(world.office(), ["one"], lambda _: None) == 0
    by_hand = [word for word in world.office().file.jobs["one"].argv({}) if word != "JOB_NAME=one"]
    command = [sys.executable, "-m", *by_hand[:-1], "-s", f"JOBS_FILE={world.file}"]
    before = len(site.asked)
    assert run(command).returncode == 0
    assert not any("/detail/" in path for path in site.asked[before:])  # they are known
    assert len(list((world.data / "runs").glob("one-*.json"))) == 2
    other = [*command, "-s", f"DATA_DIR={tmp_path / 'other'}"]
    assert run(other).returncode == 0
    assert [path.stem for path in (tmp_path / "other" / "frontier").glob("*.sqlite")] != ["one"]


def limited(kib: int, command: list[str]) -> list[str]:
    """A command none of whose files may grow beyond a size, as on a full disk."""
    return ["bash", "-c", f'ulimit -f {kib}; exec "$0" "$@"', *command]


@pytest.mark.slow
def test_a_full_disk_is_told_and_the_next_run_continues(tmp_path: Path) -> None:
    world, out = World(tmp_path), tmp_path / "out.jsonl"
    with NewsSite(articles=8, hidden_every=0) as large, Webhook() as hook:
        for made in large.stories.values():
            made.edition = 8_000  # 168 KB of text each
        channel = f'[notify.h]\nurl = "{hook.url}"\n'
        world.write(table(large, keys=f'output = "{out}"\nevery = "1h"') + channel, DUPLICATES="mark")
        done = run(limited(600, world.command("run", "one")))
        assert done.returncode == ExitCode.OUTPUT_FAILED, done.stdout + done.stderr
        assert hook.titles() == ["one: disk"]
        assert run_now(world.office(), ["one"], lambda _: None) == 0
        assert hook.titles() == ["one: disk", "one: recovered"]
        ids = [json.loads(line)["id"] for line in out.read_bytes().splitlines()]
        assert sorted(ids) == sorted(large.names)


def test_a_history_that_cannot_be_written_is_told_all_the_same(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    with Webhook() as hook:
        world.write(table(site) + f'[notify.h]\nurl = "{hook.url}"\n')
        done = run(limited(8, world.command("due")))
        assert done.returncode == ExitCode.OUTPUT_FAILED, done.stderr
        assert "cannot be written" in done.stderr and "Traceback" not in done.stderr
        assert [title.rpartition(": ")[2] for title in hook.titles()] == ["disk"]


def test_a_process_that_cannot_be_started_is_a_run_that_failed(
    site: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.write(table(site))

    def refuse(_: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.context.ForkServerProcess.start", refuse)
    with pytest.raises(SnapshotCrawlerError, match="the process of one could not be started: BlockingIOError"):
        run_now(world.office(), ["one"], lambda _: None)
    (failed,) = runs(world)
    assert (failed.word, failed.exit_code) == ("crashed", 1)


def test_a_run_that_cannot_have_its_log_is_exit_9(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(table(site))
    (world.data / "jobs").mkdir(parents=True)
    (world.data / "jobs" / "logs").write_text("in the way")
    assert run_now(world.office(), ["one"], lambda _: None) == ExitCode.OUTPUT_FAILED
    (failed,) = runs(world)
    assert (failed.word, failed.exit_code) == ("output failed", 9)


class Held:
    """A runner whose run waits at the site's first page until it is let go."""

    def __init__(self, site: NewsSite, world: World) -> None:
        self.office = world.office()
        self.history = self.office.history()
        self.runner = Runner(self.office.places, self.history, self.office.clock)
        site.hang.add("/")
        self.site = site

    def __enter__(self) -> Runner:
        job = self.office.file.jobs["one"]
        before = len(self.site.requests)
        assert self.runner.start(job, "hand", lambda state: True) is None
        wait_until(lambda: len(self.site.requests) > before)
        return self.runner

    def __exit__(self, *_: object) -> None:
        self.site.hang.clear()
        for running in self.runner.running.values():
            running.process.kill()
        self.history.close()


def ended(runner: Runner) -> list[Any]:
    found: list[Any] = []
    wait_until(lambda: found.extend(runner.look()) or found)
    return found


def test_a_run_that_is_killed_is_told_so_and_the_next_one_continues(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(table(site))
    with Held(site, world) as runner:
        os.kill(runner.running["one"].process.pid or 0, signal.SIGKILL)
        (end,) = ended(runner)
    assert (end.exit_code, end.run.word, end.run.exit_code) == (137, "killed", 137)
    assert run_now(world.office(), ["one"], lambda _: None) == 0


def test_over_its_timeout_a_run_is_stopped_as_by_a_person(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(table(site, keys='every = "1h"\ntimeout = "1s"'))
    with Held(site, world) as runner:
        (end,) = ended(runner)
        assert (end.exit_code, end.run.word) == (ExitCode.INTERRUPTED, "interrupted")
        assert [row[0] for row in runner.history.db.execute("SELECT words FROM event")] == ["stuck"]


def test_the_warm_parents_death_is_not_the_runs(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(table(site))
    with Held(site, world) as runner:
        from multiprocessing import forkserver

        server = forkserver._forkserver  # type: ignore[attr-defined]
        os.kill(server._forkserver_pid, signal.SIGKILL)
        os.waitpid(server._forkserver_pid, 0)
        server._forkserver_pid = None
        wait_until(lambda: not runner.running["one"].process.is_alive())
        assert runner.look() == []  # it crawls on, under its lock
        os.kill(runner.running["one"].process.pid or 0, signal.SIGTERM)
        (end,) = ended(runner)
        assert (end.exit_code, end.run.word) == (ExitCode.INTERRUPTED, "interrupted")  # as the run itself has written


@pytest.mark.slow
def test_many_who_find_a_job_due_start_it_once(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(table(site, keys='every = "1d"'))
    before = len(site.asked)
    processes = [world.start("due") for _ in range(4)]
    assert [process.wait(120) for process in processes] == [0] * 4, world.log()
    assert len(runs(world)) == 1
    assert len(site.asked) - before == 13  # each page once


def test_claims_of_many_threads_give_one_run(tmp_path: Path) -> None:
    path, clock = tmp_path / "history.sqlite", MovableClock()
    with History(path) as history:
        history.see(["one"], clock.now())
    found: list[int | None] = []
    barrier = threading.Barrier(10)

    def claim() -> None:
        with History(path) as history:
            barrier.wait()
            is_due: Callable[[Any], bool] = lambda state: state.base is None  # noqa: E731
            found.append(history.claim("one", "timetable", clock.now(), is_due, takes_time=True))

    threads = [threading.Thread(target=claim) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(number, int) for number in found) == [False] * 9 + [True]


def test_all_but_what_can_change_comes_with_the_warm_parent_and_no_reactor(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(table(site))
    office = world.office()
    argv = office.file.jobs["one"].argv({})
    with office.history() as history:
        context = Runner(office.places, history, office.clock).warm_up()
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=_send_modules_of_runs, args=(writer, argv))
    process.start()
    writer.close()
    modules, then = reader.recv(), reader.recv()
    process.join()
    process.close()
    reader.close()
    assert "twisted.internet.reactor" not in modules
    assert {"scrapy.core.engine", "snapshot_crawler.frontier.scheduler", "numpy", "uvloop"} <= modules
    can_change = {"snapshot_crawler.settings", "snapshot_crawler.spiders.snapshot"}
    assert not modules & can_change and "snapshot_crawler.spiders.banyuetan" not in modules
    assert can_change == {name for name in then - modules if name.startswith("snapshot_crawler.")}


def _send_modules_of_runs(writer: Any, argv: list[str]) -> None:
    """The modules that are imported before a run, and behind it. It must not ask all packages for commands."""
    writer.send(set(sys.modules))
    del cmdline._get_commands_from_entry_points
    child.crawl(argv)
    writer.send(set(sys.modules))
