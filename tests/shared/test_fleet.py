"""Processes of several machines on one job: nothing lost, nothing doubled, whatever happens to them; the pace holds."""

from __future__ import annotations

import json
import os
import random
import signal
from pathlib import Path

import pytest

pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from snapshot_crawler.exceptions import ExitCode
from tests.postgres_server import PostgresServer
from tests.server import ARRIVED_WITHIN_S
from tests.shared.fleet import LEASE_S, NO_FAULTS, Fleet, Proxy
from tests.shared.kills import Kills


def test_a_killed_process_loses_its_hosts_to_the_others_and_nothing_else(tmp_path: Path, database_url: str) -> None:
    with Fleet(tmp_path, database_url, sites=2, workers=2, articles=8, latency_s=0.1) as fleet:
        killed, other = fleet.workers
        killed.start()
        fleet.until_asked(4)
        other.start()
        fleet.until_asked(8)
        killed.kill()
        assert other.wait() == ExitCode.COMPLETE, other.log()
        assert [site.paths().count("/robots.txt") for site in fleet.sites] == [1, 1], "it went along with the host"
        assert fleet.finish() == [ExitCode.COMPLETE] * 2, fleet.logs()  # brings the killed one's file to its commit
        assert fleet.faults() == NO_FAULTS, fleet.logs()
        before = [worker.lines() for worker in fleet.workers]
        killed.start()
        assert killed.wait() == ExitCode.COMPLETE, killed.log()
        assert [worker.lines() for worker in fleet.workers] == before, "nothing is new"


def test_without_the_database_a_run_ends_with_its_own_code_and_continues(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database().replace("crawler@", "crawler:secret@")
    with Fleet(tmp_path, url, sites=1, workers=1, articles=8, latency_s=0.1, DATABASE_WAIT=1) as fleet:
        [worker] = fleet.workers
        worker.start()
        fleet.until_asked(5)
        postgres_server.stop(mode="immediate")
        try:
            assert worker.wait() == ExitCode.DATABASE_AWAY, worker.log()
        finally:
            postgres_server.start()
        [report] = [json.loads(path.read_text()) for path in (worker.data / "runs").glob("*.json")]
        assert report["verdict"] == "database away"
        everything = worker.log(10**9) + json.dumps(report)
        assert "secret" not in everything and "Traceback" not in worker.log(), worker.log()
        assert fleet.finish() == [ExitCode.COMPLETE], fleet.logs()
        assert fleet.faults() == NO_FAULTS, fleet.logs()


@pytest.mark.slow
def test_four_processes_that_are_killed_stopped_and_cut_off(tmp_path: Path, postgres_server: PostgresServer) -> None:
    url = postgres_server.new_database()
    delay_s = 0.6
    with (
        Proxy(postgres_server.port) as proxy,
        Fleet(
            tmp_path, url, sites=6, workers=4, articles=16, latency_s=0.02, DOWNLOAD_DELAY=delay_s, ARCHIVE_ENABLED=1
        ) as fleet,
    ):
        cut, stopped, *others = fleet.workers
        cut.settings["DATABASE_URL"] = url.replace(f":{postgres_server.port}/", f":{proxy.port}/")
        for worker in fleet.workers:
            worker.start()
        fleet.until_asked(20)
        proxy.cut()
        stopped.signal(signal.SIGSTOP)
        for number, worker in enumerate(others * 2):
            fleet.until_asked(30 + 8 * number)
            if worker.is_running:
                worker.kill()
                worker.start()
        for worker in others:
            assert worker.wait() == ExitCode.COMPLETE, worker.log()  # all of it, after the leases of the two are over
        stopped.signal(signal.SIGCONT)
        proxy.mend()
        assert stopped.wait() in (ExitCode.COMPLETE, ExitCode.DATABASE_AWAY), stopped.log()
        assert cut.wait() in (ExitCode.COMPLETE, ExitCode.DATABASE_AWAY), cut.log()
        assert fleet.finish() == [ExitCode.COMPLETE] * 4, fleet.logs()  # brings all files to their last commit
        assert fleet.faults() == NO_FAULTS, fleet.logs()
        assert fleet.shortest_gap_s() >= delay_s - ARRIVED_WITHIN_S


@pytest.mark.slow
def test_processes_that_are_killed_at_random(tmp_path: Path, database_url: str) -> None:
    """As benchmarks/kills.py, which kills thirty times. KILLS_SEED: other moments."""
    seed, delay_s = int(os.environ.get("KILLS_SEED", "17")), 0.25
    with Fleet(
        tmp_path, database_url, sites=4, workers=3, articles=32, DOWNLOAD_DELAY=delay_s, ARCHIVE_ENABLED=1
    ) as fleet:
        kills = Kills(fleet, random.Random(seed))
        kills.kill(6)
        assert kills.at_work >= 2, f"seed {seed}: nothing was at stake"
        assert fleet.finish() == [ExitCode.COMPLETE] * 3, fleet.logs()
        assert fleet.faults() == NO_FAULTS, f"seed {seed}\n{fleet.logs()}"
        assert fleet.shortest_gap_s() >= delay_s - ARRIVED_WITHIN_S, f"seed {seed}"


@pytest.mark.slow
def test_a_database_that_is_restarted_stops_nobody(tmp_path: Path, postgres_server: PostgresServer) -> None:
    url = postgres_server.new_database()
    with Fleet(tmp_path, url, sites=4, workers=2, articles=16, latency_s=0.02, DOWNLOAD_DELAY=0.1) as fleet:
        for worker in fleet.workers:
            worker.start()
        for number in range(2):
            fleet.until_asked(15 + 20 * number)
            postgres_server.stop(mode="immediate")
            try:
                assert all(worker.is_running for worker in fleet.workers), fleet.logs()
            finally:
                postgres_server.start()
        assert [worker.wait(60 + 20 * LEASE_S) for worker in fleet.workers] == [ExitCode.COMPLETE] * 2, fleet.logs()
        assert fleet.faults() == NO_FAULTS, fleet.logs()
