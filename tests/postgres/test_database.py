"""Work in the shared database is done once, whatever happens to the server and to the network meanwhile."""

from __future__ import annotations

import errno
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import ConfigurationError, DatabaseAwayError, ExitCode, StateError, StorageError
from snapshot_crawler.postgres import database as module
from snapshot_crawler.postgres.database import Database
from snapshot_crawler.postgres.migrations import migrate
from snapshot_crawler.postgres.worker import worker_name
from tests.postgres_server import PostgresServer

needs_psycopg = pytest.mark.skipif(find_spec("psycopg") is None, reason="the extra postgres is not installed")
NOWHERE = "postgresql://me:secret@127.0.0.1:9/db"  # nobody listens there


@pytest.fixture
def database(database_url: str, connection: Any) -> Iterator[Database]:
    connection.execute("CREATE TABLE counter (name text PRIMARY KEY, n integer NOT NULL)")
    connection.execute("INSERT INTO counter VALUES ('a', 0), ('b', 0)")
    with closing(Database(database_url)) as opened:
        yield opened


def add(name: str) -> Any:
    return lambda cursor: cursor.execute("UPDATE counter SET n = n + 1 WHERE name = %s", (name,)).rowcount


def count(database: Database) -> int:
    number: int = database.read("SELECT sum(n) FROM counter")[0][0]
    return number


def test_work_is_repeated_after_a_lost_connection_and_counts_once(database: Database, connection: Any) -> None:
    calls = []

    def work(cursor: Any) -> str:
        add("a")(cursor)
        calls.append(cursor)
        if len(calls) == 1:
            connection.execute("SELECT pg_terminate_backend(%s)", (cursor.connection.info.backend_pid,))
            add("a")(cursor)
        return "done"

    assert database.run(work) == "done"
    assert len(calls) == 2
    assert count(database) == 1


def test_a_commit_whose_answer_was_lost_is_not_done_again(database: Database, monkeypatch: Any) -> None:
    def work(cursor: Any) -> str:
        if not lost:
            lost.append(True)
            add("a")(cursor)
            cursor.execute("COMMIT")  # the server has it, and its answer never comes
            cursor.connection.pgconn.finish()
        add("a")(cursor)
        return "worked"

    def was_done(cursor: Any) -> str | None:
        return "was there" if cursor.execute("SELECT n FROM counter WHERE name = 'a'").fetchone()[0] else None

    lost: list[bool] = []
    assert database.run(work, was_done=was_done) == "was there"
    assert count(database) == 1


def test_work_that_met_another_in_a_deadlock_is_done_again(database: Database, database_url: str) -> None:
    barrier = threading.Barrier(2, timeout=60)

    def both(first: str, second: str) -> Any:
        met: list[bool] = []

        def work(cursor: Any) -> None:
            cursor.execute("SET LOCAL deadlock_timeout = '20ms'")
            add(first)(cursor)
            if not met:
                met.append(True)
                barrier.wait()
            add(second)(cursor)

        return work

    def other() -> None:
        with closing(Database(database_url)) as second:
            second.run(both("b", "a"))

    thread = threading.Thread(target=other)
    thread.start()
    database.run(both("a", "b"))
    thread.join(60)
    assert count(database) == 4


def test_other_errors_are_told_at_once_and_undo_the_work(database: Database) -> None:
    def work(cursor: Any) -> None:
        add("a")(cursor)
        cursor.execute("SELECT 1 / 0")

    with pytest.raises(StorageError, match="division by zero"):
        database.run(work)
    assert count(database) == 0


def test_what_is_left_of_a_lost_connection_keeps_no_locks(
    database: Database, database_url: str, connection: Any
) -> None:
    """The server does not hear that a connection is lost, and waits for the rest of a statement with all its locks."""
    import psycopg

    lost = psycopg.connect(database_url)  # stays open, as at a server that was told nothing
    # a transaction, and no end of the statements: the server reads on, and is not idle
    with pytest.raises(psycopg.OperationalError), lost, lost.pipeline():
        lost.execute("UPDATE counter SET n = n + 1 WHERE name = 'a'")
        lost.pgconn.send_flush_request()
        lost.pgconn.flush()
        states = "SELECT state FROM pg_stat_activity WHERE wait_event = 'ClientRead' AND pid = %s"
        until = time.monotonic() + 60
        while connection.execute(states, (lost.info.backend_pid,)).fetchall() != [("active",)]:
            assert time.monotonic() < until
        database.connected()
        query = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = %s"
        database.backend = connection.execute(query, (lost.info.backend_pid,)).fetchone()
        database.connected().close()
        assert database.run(add("a")) == 1, "it would wait for ever"
    assert count(database) == 1


def test_the_server_notices_a_machine_that_is_gone(database: Database) -> None:
    def setting(name: str) -> str:
        found: str = database.read("SELECT current_setting(%s)", (name,))[0][0]
        return found

    assert [setting(f"tcp_keepalives_{each}") for each in ("idle", "interval", "count")] == ["5", "3", "3"]
    assert setting("tcp_user_timeout") == "15000"


def test_a_server_that_ends_because_its_disk_is_full_is_not_waited_for(database: Database) -> None:
    """It says so in its last words, and may stay away."""

    class DiskFull(database.psycopg.Error):  # type: ignore[misc]
        sqlstate = "53100"

    def work(cursor: Any) -> None:
        cursor.connection.close()
        raise DiskFull("could not write to file pg_wal/xlogtemp.1: No space left on device")

    with pytest.raises(StorageError, match="No space left") as full:
        database.run(work)
    assert full.value.errno == errno.ENOSPC and full.value.exit_code == ExitCode.OUTPUT_FAILED


def test_a_restarted_server_is_waited_for(postgres_server: PostgresServer, database: Database) -> None:
    assert count(database) == 0
    postgres_server.stop()
    starter = threading.Timer(0.3, postgres_server.start)
    starter.start()
    try:
        assert database.run(add("a")) == 1
    finally:
        starter.join()
    assert count(database) == 1


@needs_psycopg
def test_a_server_that_stays_away_ends_in_an_error_with_its_own_exit_code(caplog: pytest.LogCaptureFixture) -> None:
    with closing(Database(NOWHERE, wait_s=0.2)) as database, pytest.raises(DatabaseAwayError) as away:
        database.read("SELECT 1")
    assert away.value.exit_code == ExitCode.DATABASE_AWAY == 13
    assert "is away" in caplog.text and "127.0.0.1:9" in str(away.value)
    assert "secret" not in caplog.text + str(away.value)


@needs_psycopg
def test_a_stop_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    former = signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM))
    began = time.monotonic()
    try:
        with closing(Database(NOWHERE, wait_s=600)) as database:
            timer.start()
            with pytest.raises(DatabaseAwayError):
                database.read("SELECT 1")
        assert signal.getsignal(signal.SIGTERM) not in (signal.SIG_DFL, signal.default_int_handler)
    finally:
        timer.join()
        signal.signal(signal.SIGTERM, former)
    assert heard == [signal.SIGTERM]
    assert time.monotonic() - began < 300


def test_a_server_that_refuses_us_is_no_reason_to_wait(postgres_server: PostgresServer) -> None:
    with (
        closing(Database(postgres_server.url("no_such_database"), wait_s=600)) as database,
        pytest.raises(ConfigurationError, match="no_such_database"),
    ):
        database.read("SELECT 1")


def test_a_statement_that_never_ends_is_cut_off(
    database: Database, connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_STATEMENT_S", 0.5)
    monkeypatch.setattr(module, "GONE_S", 0.2)
    calls = []

    def work(cursor: Any) -> int:
        calls.append(cursor.connection.info.backend_pid)
        if len(calls) == 1:
            cursor.execute("SELECT pg_sleep(600)")
        return len(calls)

    assert database.run(work) == 2
    until = time.monotonic() + 60
    while connection.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", calls[:1]).fetchone():
        assert time.monotonic() < until, "the server goes on with it"
        time.sleep(0.05)


def test_tables_are_made_once_however_many_come_at_once(database_url: str, connection: Any) -> None:
    steps = ["CREATE TABLE made (n integer); INSERT INTO made VALUES (1)", "INSERT INTO made VALUES (2)"]

    def make(number: int) -> None:
        with closing(Database(database_url)) as database:
            migrate(database, "room", steps[:number])

    make(1)
    threads = [threading.Thread(target=make, args=(2,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert connection.execute("SELECT n FROM made ORDER BY n").fetchall() == [(1,), (2,)]
    with pytest.raises(StateError, match="written by version 2; this is 1"):
        make(1)


def test_a_data_dir_keeps_its_name_wherever_it_is_moved(tmp_path: Path) -> None:
    name = worker_name(tmp_path / "data")
    assert worker_name(tmp_path / "data") == name != worker_name(tmp_path / "other")
    (tmp_path / "data").rename(tmp_path / "moved")
    assert worker_name(tmp_path / "moved") == name
    assert [path.name for path in (tmp_path / "moved").iterdir()] == ["worker.json"]
    (tmp_path / "moved" / "worker.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="bring it back from a backup"):
        worker_name(tmp_path / "moved")
