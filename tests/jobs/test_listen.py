"""The daemon's port: health, metrics in Prometheus' form, and scrapyd's API as scrapyd-client calls it."""

from __future__ import annotations

import base64
import json
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.daemon import Daemon
from snapshot_crawler.jobs.history import History
from snapshot_crawler.jobs.sqlite import SCHEMA
from snapshot_crawler.listening import address_of
from tests.crash.site import NewsSite
from tests.jobs.test_rounds import runs, table
from tests.jobs.world import MovableClock, World, wait_until

TOKEN = "t0ken"
CONTRACT = {
    "snapshot_crawler_job_last_exit_code",
    "snapshot_crawler_job_last_success_timestamp_seconds",
    "snapshot_crawler_job_running",
    "snapshot_crawler_job_next_due_timestamp_seconds",
    "snapshot_crawler_articles_total",
    "snapshot_crawler_pages_total",
    "snapshot_crawler_run_seconds",
}


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=8, hidden_every=0) as running:
        yield running


class Port:
    """A daemon in this process that listens, and who asks it."""

    def __init__(self, world: World, clock: MovableClock | None = None, **settings: object) -> None:
        self.daemon = Daemon(world.office(clock, JOBS_API_TOKEN=TOKEN, **settings), "127.0.0.1:0")
        assert self.daemon.listener is not None
        self.listener = self.daemon.listener
        self.listener.start()

    def close(self) -> None:
        self.listener.close()
        for running in self.daemon.runner.running.values():
            running.process.kill()
            running.process.join()
        self.daemon.sender.finish(0)
        self.daemon.history.close()

    def ask(self, path: str, *, token: str | None = None, **form: Any) -> tuple[int, bytes]:
        host, port = self.listener.address
        body = urllib.parse.urlencode(form, doseq=True).encode() if form else None
        request = urllib.request.Request(f"http://{host}:{port}{path}", body)
        if token is not None:
            request.add_header("Authorization", "Basic " + base64.b64encode(f"u:{token}".encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def api(self, path: str, **form: Any) -> dict[str, Any]:
        _, body = self.ask(path, token=TOKEN, **form)
        answer: dict[str, Any] = json.loads(body)
        return answer

    def settle(self) -> None:
        def is_quiet() -> bool:
            self.daemon.step()
            return not self.daemon.runner.running

        wait_until(is_quiet)

    def metrics(self) -> dict[tuple[str, str], float]:
        status, body = self.ask("/metrics")
        assert status == 200
        return {
            (sample.name, sample.labels.get("job") or sample.labels.get("channel") or ""): sample.value
            for family in text_string_to_metric_families(body.decode())
            for sample in family.samples
        }


@contextmanager
def listening(world: World, clock: MovableClock | None = None, **settings: object) -> Iterator[Port]:
    port = Port(world, clock, **settings)
    try:
        yield port
    finally:
        port.close()


def test_metrics_have_the_names_of_the_contract_and_survive_a_restart(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write(table(site, keys='every = "1h"'))
    with listening(world, clock) as port:
        before = port.metrics()
        assert ("snapshot_crawler_job_last_exit_code", "one") not in before  # it never ran
        port.settle()
        found = port.metrics()
        assert {name for name, _ in found} >= CONTRACT
        assert found["snapshot_crawler_job_last_exit_code", "one"] == 0
        assert found["snapshot_crawler_articles_total", "one"] == 8
        assert found["snapshot_crawler_pages_total", "one"] == 13
        assert found["snapshot_crawler_job_running", "one"] == 0
        assert found["snapshot_crawler_job_last_success_timestamp_seconds", "one"] == clock.wall
        assert found["snapshot_crawler_job_next_due_timestamp_seconds", "one"] == clock.wall + 3600
        assert found["snapshot_crawler_disk_free_bytes", ""] > 0
    with listening(world, clock) as port:
        assert port.metrics()["snapshot_crawler_articles_total", "one"] == 8
        clock.wait(7200)  # and nothing has started it: an alert can tell that it is overdue
        due = port.metrics()["snapshot_crawler_job_next_due_timestamp_seconds", "one"]
        assert due == clock.wall - 3600


def test_health_says_what_is_wrong(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(table(site, keys='every = "1h"\nenabled = false'))
    with listening(world) as port:
        port.daemon.step()
        assert port.ask("/health")[0] == 200
        world.write("[jobs.one]")
        port.daemon.step()
        status, body = port.ask("/health")
        assert status == 503 and "[jobs.one] every: missing" in json.loads(body)["problems"]["job file"]
        world.write(table(site, keys='every = "1h"\nenabled = false'))
        port.daemon.step()
        port.daemon.heartbeat -= 100
        status, body = port.ask("/health")
        assert status == 503 and "no look at the jobs" in json.loads(body)["problems"]["loop"]


def test_the_api_needs_its_token(site: NewsSite, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(table(site, keys='every = "1h"\nenabled = false'))
    with listening(world) as port:
        for path in ("/schedule.json", "/daemonstatus.json", "/listjobs.json", "/logs/p/s/1.log"):
            assert port.ask(path)[0] == 401
            assert port.ask(path, token="wrong")[0] == 401
        assert port.ask("/../../etc/passwd", token=TOKEN)[0] == 404
        port.listener.token = ""
        assert port.ask("/daemonstatus.json", token="")[0] == 401


def test_scrapyds_calls_drive_the_daemon(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write(table(site, keys='every = "1h"\nenabled = false'))
    project = {"project": "snapshot_crawler"}
    with listening(world, clock) as port:
        assert port.api("/listprojects.json")["projects"] == ["snapshot_crawler"]
        spiders = port.api("/listspiders.json?project=snapshot_crawler")["spiders"]
        assert {"one", "snapshot", "banyuetan"} <= set(spiders)
        scheduled = port.api("/schedule.json", **project, spider="one", setting=["CLOSESPIDER_TIMEOUT=50"], jobid="a1")
        assert (scheduled["status"], scheduled["jobid"]) == ("ok", "a1")
        assert port.api("/daemonstatus.json")["pending"] == 1
        assert port.api("/status.json?job=a1")["currstate"] == "pending"
        port.daemon.step()
        assert port.api("/listjobs.json?project=snapshot_crawler")["running"][0]["id"] == "a1"
        port.settle()
        (finished,) = port.api("/listjobs.json")["finished"]
        assert (finished["id"], finished["spider"], finished["project"]) == ("a1", "snapshot", "snapshot_crawler")
        assert b"CLOSESPIDER_TIMEOUT" in port.ask(finished["log_url"], token=TOKEN)[1]
        assert [(run.job, run.cause, run.word) for run in runs(world)] == [("one", "api", "complete")]


def test_a_spider_with_a_start_is_a_job_of_its_own_and_can_be_cancelled(site: NewsSite, tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write("", PRIVATE_NETWORKS_ALLOWED=site.address)
    order = {"project": "snapshot_crawler", "spider": "snapshot", "start": site.url()}
    site.hang.add("/")
    try:
        with listening(world, clock) as port:
            number = port.api("/schedule.json", **order)["jobid"]
            port.daemon.step()
            waiting = port.api("/schedule.json", **order)["jobid"]  # the same job: it waits for the first
            for _ in range(3):
                port.daemon.step()
            assert port.api("/daemonstatus.json")["running"] == 1
            assert port.api("/cancel.json", project="snapshot_crawler", job=waiting)["prevstate"] == "pending"
            wait_until(lambda: "/" in site.paths())
            assert port.api("/cancel.json", project="snapshot_crawler", job=number)["prevstate"] == "running"
            port.settle()
            (finished,) = port.api("/listjobs.json")["finished"]
            assert finished["id"] == number
            clock.wait(120)
            port.settle()
            assert len(port.api("/listjobs.json")["finished"]) == 1  # what a person has ended stays ended
    finally:
        site.hang.clear()


@pytest.mark.parametrize(
    ("path", "form", "message"),
    [
        ("/schedule.json", {"project": "other", "spider": "one"}, "project 'other' not found"),
        ("/schedule.json", {"project": "snapshot_crawler", "spider": "banyuetann"}, "did you mean banyuetan?"),
        ("/schedule.json", {"project": "snapshot_crawler"}, "'spider' parameter is required"),
        ("/addversion.json", {"project": "snapshot_crawler"}, "no eggs"),
        ("/status.json?job=x", {}, "not found"),
    ],
)
def test_what_cannot_be_done_says_why(tmp_path: Path, path: str, form: dict[str, str], message: str) -> None:
    world = World(tmp_path)
    world.write("")
    with listening(world) as port:
        answer = port.api(path, **form)
        assert answer["status"] == "error" and message in answer["message"]


def test_where_to_listen() -> None:
    assert address_of("0.0.0.0:9410") == ("0.0.0.0", 9410)
    assert address_of(":9410") == address_of("9410") == ("127.0.0.1", 9410)
    assert address_of("[::1]:9410") == ("::1", 9410)
    with pytest.raises(ConfigurationError, match="HOST:PORT"):
        address_of("localhost")


def test_a_history_of_the_first_version_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(SCHEMA + "PRAGMA user_version = 1;")
    with History(path) as history:
        assert history.db.execute("SELECT count(*) FROM wanted").fetchone() == (0,)
