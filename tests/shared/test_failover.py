"""A standby takes over while processes work: they wait, go on with it, and nothing is lost or doubled."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

psycopg = pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from snapshot_crawler.exceptions import ExitCode  # noqa: E402 - needs psycopg
from tests.postgres_server import LONGEST_S, PostgresServer, tools_of_postgres, user_of_servers  # noqa: E402
from tests.shared.fleet import LEASE_S, NO_FAULTS, Fleet  # noqa: E402


class Pair:
    """A server, and a standby that follows it."""

    def __init__(self, stack: ExitStack) -> None:
        if (tools := tools_of_postgres()) is None:
            pytest.skip("no PostgreSQL server here: initdb is not found")
        if not (tools / "pg_basebackup").exists():
            pytest.skip("no pg_basebackup here")
        self.first, self.second = (PostgresServer(tools, user_of_servers()) for _ in range(2))
        for server in (self.first, self.second):
            stack.callback(server.remove)
        self.first.prepare()
        self.first.start()
        self.second.copy_of(self.first)
        self.second.start()

    def wait_for_each_other(self) -> None:
        """A commit counts when both have it on disk, from now on."""
        with psycopg.connect(self.first.url(), autocommit=True) as db:
            db.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            db.execute("SELECT pg_reload_conf()")
            until = time.monotonic() + LONGEST_S
            while db.execute("SELECT sync_state FROM pg_stat_replication").fetchall() != [("sync",)]:
                assert time.monotonic() < until, "the standby does not follow"
                time.sleep(0.05)

    def url(self) -> str:
        """A new database, by the addresses of both servers."""
        name = self.first.new_database().rpartition("/")[2]
        hosts = f"127.0.0.1:{self.first.port},127.0.0.1:{self.second.port}"
        return f"postgresql://crawler@{hosts}/{name}?target_session_attrs=read-write"


@pytest.fixture
def pair() -> Iterator[Pair]:
    with ExitStack() as stack:
        yield Pair(stack)


@pytest.mark.slow
def test_a_standby_takes_over_and_nobody_loses_a_host(tmp_path: Path, pair: Pair) -> None:
    pair.wait_for_each_other()
    with Fleet(tmp_path, pair.url(), sites=3, workers=2, articles=12, DOWNLOAD_DELAY=0.2) as fleet:
        for worker in fleet.workers:
            worker.start()
        fleet.until_asked(18)
        pair.first.stop(mode="immediate")
        time.sleep(LEASE_S + 1)  # so that the leases of all are over
        assert all(worker.is_running for worker in fleet.workers), fleet.logs()
        pair.second.promote()
        assert [worker.wait() for worker in fleet.workers] == [ExitCode.COMPLETE] * 2, fleet.logs()
        assert fleet.faults() == NO_FAULTS, fleet.logs()
        reports = [json.loads(path.read_text()) for path in tmp_path.glob("*/data/runs/*.json")]
        assert [report["frontier"].get("dropped", 0) for report in reports] == [0] * 2, fleet.logs()


@pytest.mark.slow
def test_commits_that_the_standby_had_not_received_are_done_again(tmp_path: Path, pair: Pair) -> None:
    with Fleet(tmp_path, pair.url(), sites=2, workers=2, articles=16, DOWNLOAD_DELAY=0.2) as fleet:
        for worker in fleet.workers:
            worker.start()
        fleet.until_asked(10)
        pair.second.stop()  # it is behind from now on
        before = sum(len(worker.lines()) for worker in fleet.workers)
        fleet.until(lambda: sum(len(worker.lines()) for worker in fleet.workers) >= before + 6, "more articles")
        pair.first.stop(mode="immediate")
        pair.second.start()
        pair.second.promote()
        codes = [worker.wait() for worker in fleet.workers]
        assert ExitCode.DATABASE_AWAY in codes and set(codes) <= {ExitCode.DATABASE_AWAY, ExitCode.COMPLETE}
        assert "it has lost commits" in fleet.logs() or "asked by another one now" in fleet.logs(), fleet.logs()
        assert fleet.finish() == [ExitCode.COMPLETE] * 2, fleet.logs()
        assert fleet.faults() == NO_FAULTS, fleet.logs()
