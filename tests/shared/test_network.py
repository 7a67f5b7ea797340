"""A slow, a cut and a lossy network between processes, database and sites: nothing is lost or doubled."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from snapshot_crawler.exceptions import ExitCode
from tests.crash.site import NewsSite
from tests.postgres_server import PostgresServer
from tests.shared.fleet import LEASE_S, NO_FAULTS, Fleet, Proxy
from tests.shared.lossy import LossyLink

GOES_ON = {ExitCode.COMPLETE, ExitCode.DATABASE_AWAY}
BAD_S = 10  # seconds with a bad network, longer than a lease


def through(proxy: Proxy, url: str, server: PostgresServer, host: str = "127.0.0.1") -> str:
    """The address of a database by way of a proxy."""
    return url.replace(f"127.0.0.1:{server.port}/", f"{host}:{proxy.port}/")


@pytest.mark.slow
def test_a_process_that_is_far_from_the_database_works_beside_one_that_is_near(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    with (
        Proxy(postgres_server.port, delay_s=0.02) as proxy,
        Fleet(tmp_path, url, sites=2, workers=2, articles=6, DOWNLOAD_DELAY=0.2) as fleet,
    ):
        far, near = fleet.workers
        far.settings["DATABASE_URL"] = through(proxy, url, postgres_server)
        far.start()
        fleet.until_asked(3)
        near.start()
        assert [worker.wait() for worker in fleet.workers] == [ExitCode.COMPLETE] * 2, fleet.logs()
        assert fleet.faults() == NO_FAULTS, fleet.logs()


@pytest.mark.slow
def test_all_are_cut_off_for_longer_than_a_lease_and_go_on(tmp_path: Path, postgres_server: PostgresServer) -> None:
    url = postgres_server.new_database()
    with (
        Proxy(postgres_server.port) as proxy,
        Fleet(
            tmp_path, through(proxy, url, postgres_server), sites=3, workers=3, articles=12, DOWNLOAD_DELAY=0.2
        ) as fleet,
    ):
        for worker in fleet.workers:
            worker.start()
        fleet.until_asked(18)
        proxy.cut()
        time.sleep(LEASE_S + 2)
        assert all(worker.is_running for worker in fleet.workers), fleet.logs()
        asked = fleet.asked
        time.sleep(1)
        assert fleet.asked == asked, "who does not know whether a host is his asks nothing"
        proxy.mend()
        assert {worker.wait() for worker in fleet.workers} <= GOES_ON, fleet.logs()
        assert fleet.finish() == [ExitCode.COMPLETE] * 3, fleet.logs()
        assert fleet.faults() == NO_FAULTS, fleet.logs()


@pytest.mark.slow
def test_a_network_that_drops_half_of_the_packets(tmp_path: Path, postgres_server: PostgresServer) -> None:
    url = postgres_server.new_database()
    with LossyLink() as link:

        class FarSite(NewsSite):
            def _serve(self) -> None:
                link.enter_far()
                super()._serve()

        with (
            Proxy(postgres_server.port, listener=far_listener(link)) as proxy,
            Fleet(
                tmp_path,
                through(proxy, url, postgres_server, link.FAR[0]),
                sites=3,
                workers=3,
                articles=12,
                hosts=link.FAR[1:],
                kind=FarSite,
                DOWNLOAD_DELAY=0.2,
            ) as fleet,
        ):
            for worker in fleet.workers:
                worker.before = link.near_command
                worker.start()
            fleet.until_asked(12)
            link.loss = 0.5
            time.sleep(BAD_S)
            link.loss = 0.0
            assert link.dropped > 20, "the link was not used"
            assert {worker.wait() for worker in fleet.workers} <= GOES_ON, fleet.logs()
            assert fleet.finish() == [ExitCode.COMPLETE] * 3, fleet.logs()
            assert fleet.faults() == NO_FAULTS, fleet.logs()


def far_listener(link: LossyLink) -> socket.socket:
    """A socket that listens at the far end."""
    made: list[Any] = []

    def listen() -> None:
        link.enter_far()
        made.append(socket.create_server((link.FAR[0], 0)))

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert isinstance(made[0], socket.socket)
    return made[0]
