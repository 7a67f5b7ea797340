"""PostgreSQL's errors as ours: what the engine says goes in, an error that callers need no engine to read comes out.

The five letters are SQLSTATE codes (https://www.postgresql.org/docs/current/errcodes-appendix.html).
"""

from __future__ import annotations

import errno

import psycopg

from snapshot_crawler.exceptions import StorageError

REPEATED = frozenset({"40001", "40P01"})  # serialisation failure, deadlock: the same work again is right
AWAY = frozenset({
    "57P01", "57P02", "57P03",  # shut down by an administrator, after a crash, or not ready yet
    "25P03",  # idle in a transaction for too long: the server has undone it
    "53300",  # too many connections: somebody's ends soon
    "25006",  # read only: we hold on to a server that is the standby now
})  # fmt: skip
CONNECTION = "08"  # the class of all trouble with the connection
FULL = frozenset({"53100"})  # no room on its disk
# libpq gives no code for a connection that was refused by the server, and the words are in the server's language: what
# they look like in English, and whatever else comes is taken for a server that is away
REFUSED = ("authentication failed", "does not exist", "no pg_hba.conf entry", "not permitted", "no password supplied")


def is_away(error: psycopg.Error, connection: psycopg.Connection | None) -> bool:
    """Whether the database cannot be reached for the moment. Not where it has said that its disk is full, even if that
    was its last word: it ends the connection where it has no room for its log."""
    code = error.sqlstate or ""
    if code in FULL:
        return False
    if code in AWAY or code.startswith(CONNECTION):
        return True
    return connection is not None and (connection.closed or connection.broken)


def is_refusal(error: psycopg.Error) -> bool:
    """Whether a connection was refused for a reason that stays: a wrong password, user or name."""
    return any(words in str(error) for words in REFUSED)


def storage_error(what: str, error: psycopg.Error) -> StorageError:
    """The error to raise. what: the storage, such as "the frontier of the job x"."""
    return StorageError(f"{what} cannot be used: {told(error)}", errno.ENOSPC if error.sqlstate in FULL else None)


def told(error: BaseException) -> str:
    """An error's words in one line. libpq names host and user in them, and never a password."""
    return " ".join(str(error).split())[:300]
