"""Scheduled jobs of several machines with one database: each runs once, a big one on several, a dead one goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from snapshot_crawler.jobs.daemon import Daemon
from snapshot_crawler.jobs.history import Run
from snapshot_crawler.jobs.listing import jobs_as_they_stand
from snapshot_crawler.jobs.rounds import run_now
from snapshot_crawler.jobs.scrapyd import Api
from tests.crash.site import NewsSite
from tests.jobs.test_daemon import daemon, settle
from tests.jobs.test_history import lose
from tests.jobs.test_rounds import table
from tests.jobs.world import MovableClock, World, wait_until
from tests.postgres_server import PostgresServer

ARTICLES = 8


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=ARTICLES, hidden_every=0) as running:
        yield running


class Fleet:
    """Machines, each with a folder, a DATA_DIR and a job file of its own."""

    def __init__(self, folder: Path, url: str, stack: ExitStack) -> None:
        self.folder, self.url, self.stack = folder, url, stack
        self.clock = MovableClock()

    def world(self, name: str, jobs: str) -> World:
        made = World(self.folder / name)
        made.folder.mkdir(exist_ok=True)
        made.write(jobs, DATABASE_URL=self.url, FRONTIER_LEASE=6)
        return made

    def daemon(self, name: str, jobs: str) -> Daemon:
        return self.stack.enter_context(daemon(self.world(name, jobs), self.clock))

    def articles(self) -> list[str]:
        """The ids in all finished files of all machines."""
        files = [path for path in self.folder.rglob("*.jsonl") if "articles" in path.parts]
        return sorted(json.loads(line)["id"] for path in files for line in path.read_text().splitlines())


@pytest.fixture
def fleet(tmp_path: Path, quick_database_url: str) -> Iterator[Fleet]:
    with ExitStack() as stack:
        yield Fleet(tmp_path, quick_database_url, stack)


def runs(made: Daemon, job: str = "one") -> list[Run]:
    return made.history.runs_of(job, 100)


def test_a_job_runs_once_on_whichever_machine_is_free(site: NewsSite, fleet: Fleet) -> None:
    jobs = table(site, keys='every = "1h"')
    daemons = [fleet.daemon(name, jobs) for name in ("one", "two", "three")]
    for number in (1, 2):
        settle(*daemons)
        assert [run.word for run in runs(daemons[0])] == ["complete"] * number
        fleet.clock.wait(3600)
    assert len(set(fleet.articles())) == len(fleet.articles()) == ARTICLES
    (listed,) = jobs_as_they_stand(daemons[2].office)
    assert (listed["state"], listed["last_run"]["word"]) == ("idle", "complete")


def test_a_big_job_runs_on_several_machines_at_once(site: NewsSite, fleet: Fleet) -> None:
    # slow, so that the others find it at work
    settings = f'settings = {{ PRIVATE_NETWORKS_ALLOWED = "{site.address}", DOWNLOAD_DELAY = 0.5 }}'
    jobs = f'\n[jobs.one]\nspider = "snapshot"\nstart = "{site.url()}"\n{settings}\nevery = "1h"\nworkers = 2\n'
    one, two, three = (fleet.daemon(name, jobs) for name in ("one", "two", "three"))
    one.step()
    two.step()
    three.step()
    assert [bool(made.runner.running) for made in (one, two, three)] == [True, True, False]
    assert {made.history.db.took_part(runs(one)[-1].id) for made in (one, two)} == {True}
    settle(one, two, three)
    assert {run.exit_code for run in runs(one)} == {0}
    state = one.history.state("one")
    assert (state.exit_code, state.failures, state.articles) == (0, 0, ARTICLES)
    assert len(set(fleet.articles())) == len(fleet.articles()) == ARTICLES


def test_what_died_with_its_machine_goes_on_at_another(site: NewsSite, fleet: Fleet) -> None:
    jobs = table(site, keys='every = "1d"')
    one, two = fleet.daemon("one", jobs), fleet.daemon("two", jobs)
    one.step()
    running = one.runner.running["one"]
    wait_until(lambda: running.process.pid and runs(two)[0].pid)
    running.process.kill()
    running.process.join()  # and its daemon is not heard of again
    two.step()
    assert not two.runner.running, "its lease is not over"
    lose(two.history, running.number)
    two.next_seldom = 0
    two.step()
    assert [run.word for run in runs(two)] == ["killed"]
    fleet.clock.wait(60)
    settle(two)
    assert [run.word for run in runs(two)] == ["complete", "killed"]
    # what the dead one had committed is its own still; whatever starts next on its DATA_DIR finishes the file
    another = fleet.world("one", jobs + table(site, "two", 'every = "1d"', "/list/city/"))
    assert run_now(another.office(fleet.clock), ["two"], print) == 0
    assert len(set(fleet.articles())) == len(fleet.articles()) == ARTICLES


@pytest.mark.slow
def test_a_run_is_stopped_from_another_machine(site: NewsSite, fleet: Fleet) -> None:
    settings = f'settings = {{ PRIVATE_NETWORKS_ALLOWED = "{site.address}", DOWNLOAD_DELAY = 20 }}'
    slow = f'\n[jobs.one]\nspider = "snapshot"\nstart = "{site.url()}"\n{settings}\nevery = "1d"\n'
    one, two = fleet.daemon("one", slow), fleet.daemon("two", slow)
    one.step()
    wait_until(lambda: runs(one)[0].pid)
    api = Api(two.office, two.cancel, two.wake)
    number = one.runner.running["one"].number
    assert [job["id"] for job in api.listjobs({})["running"]] == [f"run-{number}"]
    assert api.cancel({"project": ["snapshot_crawler"], "job": [f"run-{number}"]}) == {"prevstate": "running"}
    settle(one)
    (run,) = runs(two)
    assert run.exit_code == 4
    assert two.history.state("one").exit_code is None, "it does not continue by itself"


@pytest.mark.slow
def test_a_database_that_is_restarted_ends_no_run(
    site: NewsSite, fleet: Fleet, postgres_server: PostgresServer
) -> None:
    settings = f'settings = {{ PRIVATE_NETWORKS_ALLOWED = "{site.address}", DOWNLOAD_DELAY = 0.2 }}'
    made = fleet.daemon("one", f'\n[jobs.one]\nspider = "snapshot"\nstart = "{site.url()}"\n{settings}\nevery = "1d"\n')
    made.step()
    asked = len(site.asked)
    wait_until(lambda: len(site.asked) > asked + 3)
    made.history.db.database.wait_s = 0.1  # type: ignore[attr-defined]
    postgres_server.stop()
    try:
        made.next_seldom = 0
        made.step()
        assert "the database" in made.problems["history"] and "secret" not in made.problems["history"]
    finally:
        postgres_server.start()
    settle(made)
    assert made.problems == {}
    assert [run.word for run in runs(made)] == ["complete"]
    assert len(set(fleet.articles())) == len(fleet.articles()) == ARTICLES
