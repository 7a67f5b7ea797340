"""Statements without a cursor: what comes back, and what is left of a connection after an error."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

psycopg = pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from snapshot_crawler.postgres.arrays import array, array_of_bytes  # noqa: E402 - needs psycopg
from snapshot_crawler.postgres.statements import Statements  # noqa: E402


@pytest.fixture
def statements(quick_database_url: str) -> Iterator[Statements]:
    with closing(psycopg.connect(quick_database_url, autocommit=True)) as connection:
        yield Statements(connection)


@pytest.mark.parametrize(
    ("kind", "given", "back"),
    [
        ("integer", -7, -7),
        ("bigint", 2**62, 2**62),
        ("bytea", b"\0\xff", b"\0\xff"),
        ("text", "南", "南"),
        ("boolean", True, True),
        ("double precision", 0.25, 0.25),
        ("bigint", None, None),
        ("integer[]", array([3, -1]), [3, -1]),
        ("integer[]", array([]), []),
        ("bytea[]", array_of_bytes([b'\0,"', b""]), [b'\0,"', b""]),
    ],
)
def test_a_value_comes_back_as_it_was_given(statements: Statements, kind: str, given: Any, back: Any) -> None:
    for _ in range(2):  # prepared, and known
        assert statements.ask(f"SELECT %s::{kind}", given) == [(back,)]


def test_a_batch_is_carried_out_in_its_order_and_gives_the_rows_of_its_last_statement(statements: Statements) -> None:
    statements.add("CREATE TEMP TABLE one (n integer)")
    statements.send()
    statements.add("INSERT INTO one VALUES (%s)", 1)
    statements.add("UPDATE one SET n = n + %s", 5)
    assert statements.ask("SELECT n FROM one") == [(6,)]


def test_an_error_undoes_the_batch_and_the_connection_goes_on(statements: Statements) -> None:
    statements.add("CREATE TEMP TABLE one (n integer PRIMARY KEY)")
    statements.send()
    for _ in range(2):
        statements.add("BEGIN")
        statements.add("INSERT INTO one VALUES (%s)", 1)
        statements.add("SELECT 1 / %s::integer", 0)
        with pytest.raises(psycopg.errors.DivisionByZero):
            statements.ask("COMMIT")
        statements.connection.rollback()
    assert statements.ask("SELECT count(*) FROM one") == [(0,)]


def test_more_than_the_sockets_hold_goes_through(statements: Statements) -> None:
    large = b"x" * 3_000_000
    statements.add("SELECT %s::bytea", large)
    statements.add("SELECT %s::bytea", large)
    assert statements.ask("SELECT %s::bytea", large) == [(large,)]


def test_a_lost_connection_is_told_as_psycopg_tells_it(statements: Statements, quick_database_url: str) -> None:
    with psycopg.connect(quick_database_url, autocommit=True) as db:
        db.execute("SELECT pg_terminate_backend(%s, 30000)", (statements.connection.info.backend_pid,))
    with pytest.raises(psycopg.Error):
        statements.ask("SELECT 1")
    assert statements.connection.closed


def test_other_threads_work_while_an_answer_is_waited_for(statements: Statements, quick_database_url: str) -> None:
    """Such as the one that cuts a connection on which nothing comes any more (watchdog.py)."""
    with psycopg.connect(quick_database_url, autocommit=True) as db:
        db.execute("SELECT pg_advisory_lock(5)")

        def let_go() -> None:
            db.execute("SELECT pg_advisory_unlock(5)")

        threading.Timer(0.05, let_go).start()
        assert statements.ask("SELECT 1 FROM (SELECT pg_advisory_lock(5)) AS waited") == [(1,)]
