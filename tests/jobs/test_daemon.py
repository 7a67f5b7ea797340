"""`jobs start`: real daemons ended, killed and many at once; the job file changed while they run."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from snapshot_crawler.jobs.addresses import Addresses
from snapshot_crawler.jobs.daemon import Daemon
from snapshot_crawler.jobs.locks import JobLock
from tests.crash.site import NewsSite
from tests.jobs.test_rounds import runs, table
from tests.jobs.world import MovableClock, World, wait_until


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=8, hidden_every=0) as running:
        yield running


@contextmanager
def daemon(world: World, clock: MovableClock | None = None, **settings: object) -> Iterator[Daemon]:
    """A daemon in this process, moved step by step."""
    made = Daemon(world.office(clock, **settings))
    try:
        yield made
    finally:
        for running in made.runner.running.values():
            running.process.kill()
            running.process.join()
        made.sender.finish(0)
        made.history.close()


def settle(*daemons: Daemon) -> None:
    """Step until no run is alive."""

    def is_quiet() -> bool:
        for made in daemons:
            made.step()
        return not any(made.runner.running for made in daemons)

    wait_until(is_quiet)


def test_each_job_runs_at_its_times(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write(table(site, keys='every = "1h"'))
    with daemon(world, clock) as made:
        for number in (1, 2, 3):
            settle(made)
            assert len(runs(world)) == number
            clock.wait(3590)
            settle(made)
            assert len(runs(world)) == number
            clock.wait(10)
        clock.set_wall(-86_400)  # nothing is asked of the wall's clock
        settle(made)
        clock.set_wall(3 * 86_400)
        settle(made)
        assert len(runs(world)) == 4


def test_a_changed_file_is_taken_over_and_a_broken_one_is_not(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write(table(site, keys='every = "1h"\nenabled = false'))
    with daemon(world, clock) as made:
        settle(made)
        assert runs(world) == []
        world.write(table(site, keys='every = "1y"'))
        settle(made)
        assert "[jobs.one] every: '1y' is no time" in made.problems["job file"]
        world.file.write_text("[jobs.one", encoding="utf-8")
        settle(made)
        assert "not TOML" in made.problems["job file"] and not made.office.file.jobs["one"].enabled
        world.write(table(site, keys='every = "1h"'))
        settle(made)
        assert made.problems == {} and len(runs(world)) == 1


def test_ten_daemons_start_a_job_once(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write(table(site, keys='every = "1h"'))
    daemons = [Daemon(world.office(clock)) for _ in range(10)]
    try:
        for number in (1, 2):
            settle(*daemons)
            assert len(runs(world)) == number
            clock.wait(3600)
    finally:
        for made in daemons:
            made.history.close()
            made.sender.finish(0)


def test_what_died_with_its_daemon_is_found_and_made_up(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write(table(site, keys='every = "1d"'))
    with daemon(world, clock) as made:
        # a daemon that was killed between its claim and the start of the process
        history = made.history
        number = history.claim("one", "timetable", clock.now(), lambda state: True, takes_time=True)
        settle(made)
        (run,) = runs(world)
        assert (run.id, run.word) == (number, "killed")
        clock.wait(60)
        settle(made)
        assert [run.word for run in runs(world)] == ["complete", "killed"]


def test_a_run_that_outlives_its_daemon_keeps_its_job_to_itself(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write(table(site, keys='every = "1h"'))
    with daemon(world, clock) as made:
        lock = JobLock.take(made.places.lock("one"))
        assert lock is not None
        with lock:
            number = made.history.claim("one", "timetable", clock.now(), lambda state: True, takes_time=True)
            clock.wait(7200)
            settle(made)
            assert [(run.id, run.ended) for run in runs(world)] == [(number, None)]


def test_jobs_at_once_and_priority(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write("".join(table(site, f"j{n}", f'every = "1h"\npriority = {n}', f"/?{n}") for n in range(4)))
    with daemon(world, clock, JOBS_AT_ONCE=2) as made:
        made.step()
        assert sorted(made.runner.running) == ["j2", "j3"]
        settle(made)
        assert set(made.history.last_runs()) == {"j0", "j1", "j2", "j3"}


def test_below_the_floor_of_free_disk_no_run_starts_and_it_is_told_once(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write(table(site, keys='every = "1h"'))
    with daemon(world, clock, DISK_FREE_MIN=10**9) as made:
        for _ in range(3):
            made.next_seldom = 0
            made.step()
        assert runs(world) == [] and "DISK_FREE_MIN" in made.problems["disk"]
        made.disk.floor_bytes = 1
        made.next_seldom = 0
        settle(made)
        assert len(runs(world)) == 1 and made.problems == {}
        events = [tuple(row) for row in made.history.db.execute("SELECT job, words FROM event")]
        assert events == [("", "disk"), ("", "recovered")]


def test_the_daemon_s_own_settings_may_stand_in_defaults(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    jobs = table(site, keys='every = "1h"')
    world.write(jobs, DISK_FREE_MIN=10**9, JOBS_AT_ONCE=3)
    assert world.office(DISK_FREE_MIN=7).floor_bytes == 7 * 2**20, "what was typed goes before"
    with daemon(world, clock) as made:
        made.step()
        assert runs(world) == [] and "DISK_FREE_MIN" in made.problems["disk"] and made.office.at_once == 3
        for name in ("DISK_FREE_MIN", "JOBS_AT_ONCE", "KEEP_RUNS"):
            world.write(jobs, **{name: "some"})
            made.take_over_file()
            assert name in made.problems["job file"] and made.office.at_once == 3, "the old file stays"
        world.write(jobs, DISK_FREE_MIN=0)
        made.take_over_file()
        made.next_seldom = 0
        settle(made)
        assert len(runs(world)) == 1 and made.problems == {}


def test_hosts_of_one_public_address_wait_for_each_other() -> None:
    web = {
        "a.example": "93.184.216.34",
        "b.example": "93.184.216.34",
        "c.example": "93.184.216.35",
        "l.example": "127.0.0.1",
    }
    addresses = Addresses(lambda name: frozenset({web[name]}))
    hosts = {name: frozenset({name}) for name in web}
    for name in web:
        addresses.are_busy(hosts[name], [])
    wait_until(lambda: len(addresses.known) == 4)
    assert addresses.are_busy(hosts["a.example"], [hosts["b.example"]])
    assert not addresses.are_busy(hosts["a.example"], [hosts["c.example"]])
    assert not addresses.are_busy(hosts["l.example"], [hosts["l.example"]])  # one's own machine


# --- Real processes
@pytest.fixture
def slow_site() -> Iterator[NewsSite]:
    with NewsSite(articles=60, hidden_every=0, latency_s=0.1) as running:
        yield running


def article_ids(world: World) -> Counter[bytes]:
    lines = [
        line
        for path in world.data.glob("articles/*/*.jsonl*")
        if not path.is_symlink()
        for line in path.read_bytes().splitlines()
    ]
    return Counter(line[:60] for line in lines)


@pytest.mark.slow
def test_sigterm_ends_the_daemon_and_its_runs_continue_at_the_next_start(slow_site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(table(slow_site, keys='every = "1d"'), CONCURRENT_REQUESTS_PER_DOMAIN=1)
    process = world.start("start")
    wait_until(lambda: len(slow_site.asked) > 5, 60)
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert process.wait(300) == 0, world.log()
    assert time.monotonic() - began < 30
    assert [run.word for run in runs(world)] == ["interrupted"]
    process = world.start("start")
    wait_until(lambda: [run.word for run in runs(world)] == ["complete", "interrupted"], 90)
    process.send_signal(signal.SIGTERM)
    assert process.wait(300) == 0
    assert sorted(article_ids(world).values()) == [1] * 60, world.log()


@pytest.mark.slow
@pytest.mark.parametrize("also_the_run", [False, True])
def test_kill_9_loses_and_doubles_nothing(slow_site: NewsSite, tmp_path: Path, also_the_run: bool) -> None:
    world = World(tmp_path)
    world.write(table(slow_site, keys='every = "1d"'), CONCURRENT_REQUESTS_PER_DOMAIN=1)
    first = world.start("start")
    wait_until(lambda: len(slow_site.asked) > 5, 60)
    (run,) = runs(world)
    first.kill()
    first.wait()
    if also_the_run:
        os.kill(run.pid or 0, signal.SIGKILL)
    second = world.start("start")
    if also_the_run:
        wait_until(lambda: runs(world)[-1].word == "killed", 60)
        second.kill()  # its retry comes after a minute: by hand it comes now
        second.wait()
        assert world.jobs("run", "one").returncode == 0
    else:
        wait_until(lambda: [run.word for run in runs(world)] == ["complete"], 90)
        second.kill()
        second.wait()
    assert sorted(article_ids(world).values()) == [1] * 60, world.log()
    assert len(slow_site.asked) < 60 + 12 + (12 if also_the_run else 1)
