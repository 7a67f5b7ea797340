"""A database whose disk is full: runs end with their own exit code, lose nothing, and continue when there is room."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from snapshot_crawler.exceptions import ExitCode
from tests.postgres_server import PostgresServer, tools_of_postgres, user_of_servers
from tests.shared.fleet import NO_FAULTS, Fleet

DISK_MB = 96  # the server takes 45 of it


class SmallDisk:
    """A server with a disk of its own for all its files, or for its log alone (pg_wal). The disk can be filled."""

    def __init__(self, server: PostgresServer, disk: Path) -> None:
        self.server, self.ballast = server, disk / "ballast"

    def fill(self) -> None:
        """As another program on the same disk does it."""
        with self.ballast.open("wb", buffering=0) as file:
            size = 1 << 20
            while size:
                try:
                    file.write(bytes(size))
                except OSError:
                    size //= 2

    def use_up_the_log(self) -> None:
        """Write until the server finds no room for its log: then it ends all connections, and itself."""
        import psycopg

        message = "SELECT pg_logical_emit_message(true, 'test', repeat('x', 50000))"
        with contextlib.suppress(psycopg.Error), psycopg.connect(self.server.url(), autocommit=True) as db:
            while True:
                db.execute(message)

    def make_room(self) -> None:
        """Free the disk, and start the server if it has given up."""
        self.ballast.unlink()
        if not self.server.is_up():
            self.server.start()


@contextlib.contextmanager
def on_small_disk(*, only_log: bool) -> Iterator[SmallDisk]:
    """A running server; skips where none can be made."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    if (tools := tools_of_postgres()) is None:
        pytest.skip("no PostgreSQL server here: initdb is not found")
    server = PostgresServer(tools, user_of_servers(), "min_wal_size=2MB", "max_wal_size=8MB")
    disk = server.folder / "log_disk" if only_log else server.data
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0700", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        server.remove()
        pytest.skip("no disk can be mounted here")
    try:
        server.own(disk)
        server.prepare("--wal-segsize=1", *([f"--waldir={disk}/wal"] if only_log else []))
        server.start()
        yield SmallDisk(server, disk)
    finally:
        if server.is_up():
            server.stop(mode="immediate")
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
        server.remove()


@pytest.mark.slow
def test_a_full_disk_ends_the_run_and_the_next_one_continues(tmp_path: Path) -> None:
    with (
        on_small_disk(only_log=False) as disk,
        Fleet(tmp_path, disk.server.new_database(), sites=1, workers=1, articles=40, latency_s=0.05) as fleet,
    ):
        [worker] = fleet.workers
        worker.start()
        fleet.until_asked(8)
        disk.fill()
        assert worker.wait() == ExitCode.OUTPUT_FAILED, worker.log()
        assert "make room, then run the same command again" in worker.log()
        disk.make_room()
        assert fleet.finish() == [ExitCode.COMPLETE], fleet.logs()
        assert fleet.faults() == NO_FAULTS, fleet.logs()


@pytest.mark.slow
def test_a_server_without_room_for_its_log_is_one_that_is_away(tmp_path: Path) -> None:
    with (
        on_small_disk(only_log=True) as disk,
        Fleet(
            tmp_path, disk.server.new_database(), sites=1, workers=2, articles=40, latency_s=0.05, DATABASE_WAIT=5
        ) as fleet,
    ):
        for worker in fleet.workers:
            worker.start()
        fleet.until_asked(8)
        disk.fill()
        disk.use_up_the_log()
        codes = {worker.wait() for worker in fleet.workers}
        assert codes <= {ExitCode.OUTPUT_FAILED, ExitCode.DATABASE_AWAY}, fleet.logs()
        disk.make_room()
        assert fleet.finish() == [ExitCode.COMPLETE] * 2, fleet.logs()
        assert fleet.faults() == NO_FAULTS, fleet.logs()
