"""Transactions of the index in the shared database, and their statements: postgres.py says what they read and write.

Where SQLite lets one process write at a time, here decisions about different articles go on side by side. Advisory
locks see to it that they come out as if one had followed the other (`_locks`).

A decision looks up all keys first (PostgresRows.sharing), without a transaction and without a lock. Most articles turn
out to be new. Then one batch of statements takes the locks, makes sure that the keys lead to the same entries as before
(CHECK), writes and commits: so no lock is held while a process thinks, or while an answer is on its way. What else was
read may have changed meanwhile. But nobody who changed it can have seen the new article, so it is as if that had
happened later. A decision that touches another entry, or a story, takes all locks before, and makes sure that nothing
of what it has read has changed (`_hold`). Where something has, the decision is made again, with the locks from its
beginning on.

A decision need not be on the server's disk when it is made. The server writes its log in order, so a commit of the
frontier, which is (`durable`), brings all earlier decisions with it. A crash of the server before that takes the newest
ones away. So they are kept here until that commit, or until another durable transaction (`since`), and it begins with
the question whether the last one is there; those that are not are made again (`_make_up`).
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from snapshot_crawler.dedup.postgres_schema import CHECK, DONE, LOCKS, SESSION
from snapshot_crawler.exceptions import LeaseLostError
from snapshot_crawler.postgres.arrays import array
from snapshot_crawler.postgres.database import LONGEST_STATEMENT_S, Database

if TYPE_CHECKING:
    import psycopg

    from snapshot_crawler.postgres.statements import Statements

T = TypeVar("T")
INDEX, BUCKETS = 1710, 1711  # first numbers of our advisory locks, by choice; postgres/migrations.py has another
WHOLE, STORIES = 0, 1  # second numbers of INDEX
BUCKET_BITS = 10  # of a key, by choice: 1,024 locks, so that two decisions at once seldom meet by accident
MOST_KEPT = 10_000  # by choice; the server writes its log within a second anyway (wal_writer_delay)
WRITTEN = "SELECT EXISTS (SELECT FROM index_entry WHERE n = %s)"
LAST_DONE = "SELECT EXISTS (SELECT FROM index_done WHERE client = %s AND token = %s)"


class ReadAgainError(Exception):
    """What a decision rests on has changed between its look-up and its locks: decide it again."""


class Made(NamedTuple):
    """A transaction that was committed: the question whether it is there, what was done in it, and what came out."""

    proof: tuple[str, tuple[int, ...]]
    work: Callable[[], Any]
    keys: tuple[int, ...] | None
    result: Any


class PostgresTransactions:
    """The transactions of one process, on a connection that nobody else uses."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.client = secrets.randbits(62)  # this process, in the table of what was written last
        self.statements: Statements | None = None  # of the connection
        self.beside: psycopg.Cursor | None = None  # of the frontier's transaction, while it is worked in
        self.is_open = False
        self.keys: tuple[int, ...] | None = None  # see rows.Rows.transaction
        self.is_begun = False  # the open transaction is one of the server's, and has its locks
        self.has_stories = False  # nobody else changes a story meanwhile
        self.seen: tuple[Any, ...] | None = None  # values of CHECK: what the first look-up has found, without a lock
        self.entered: int | None = None  # the entry that the open transaction adds
        self.wrote_more = False  # besides that entry
        self.proof: tuple[str, tuple[int, ...]] | None = None  # the question whether the transaction was committed
        self.since: deque[Made] = deque(maxlen=MOST_KEPT)  # what is not known to be on the server's disk

    # --- What the rows add
    def passed(self) -> None:
        """See rows.Rows."""
        raise NotImplementedError

    def _begun(self) -> None:
        """A transaction begins."""
        raise NotImplementedError

    def _is_as_read(self) -> bool:
        """Ask whether what was read without a lock is still so."""
        raise NotImplementedError

    def _write(self) -> None:
        """Let the new entry that waits for what belongs to it be written."""
        raise NotImplementedError

    def _committed(self) -> None:
        """A transaction is committed."""
        raise NotImplementedError

    def _connected(self) -> tuple[str, tuple[Any, ...]] | None:
        """What to do first on a new connection: the database was away, and nobody could renew the owner's lease."""
        raise NotImplementedError

    # --- Transactions
    @contextmanager
    def transaction(self, *, durable: bool = False, keys: Iterable[int] | None = None) -> Iterator[None]:
        """See rows.Rows."""
        if self.is_open:
            yield
            return
        connection = self.database.connected()
        with self.database.errors_as_ours(), self._opened(connection, durable=durable, keys=keys, stories=True):
            yield

    def run(self, work: Callable[[], T], *, durable: bool = False, keys: Iterable[int] | None = None) -> T:
        """See rows.Rows."""
        if self.is_open:
            return work()
        if durable:
            self._make_up()
        wanted, repeats, stories = None if keys is None else tuple(keys), 0, False
        while True:
            connection, result, is_done = self.database.connected(), None, False
            try:
                with self._opened(connection, durable=durable, keys=wanted, stories=stories, is_noted=True):
                    result = work()
                    is_done = True
                self._made(work, wanted, result, durable=durable)
                return result
            except ReadAgainError:
                stories = True
            except self.database.psycopg.Error as error:
                if not self.database.again(error, connection, repeats):
                    repeats += 1
                elif is_done and self._was_committed():
                    assert result is not None
                    self._made(work, wanted, result, durable=durable)
                    return result

    def _made(self, work: Callable[[], Any], keys: tuple[int, ...] | None, result: Any, *, durable: bool) -> None:
        if durable:
            self.since.clear()
        elif self.proof is not None:
            self.since.append(Made(self.proof, work, keys, result))

    def _make_up(self) -> None:
        """Make the transactions again that the server has lost in a crash: all behind the last one that is there.
        Raises LeaseLostError where another thing comes out: others have come before meanwhile."""
        lost: list[Made] = []
        while self.since and self.database.read(*self.since[-1].proof) != [(True,)]:
            lost.append(self.since.pop())
        for made in reversed(lost):
            if self.run(made.work, keys=made.keys) != made.result:
                raise LeaseLostError(
                    "the database has lost in a crash what was decided last, and others have decided meanwhile; "
                    "run the same command again"
                )

    @contextmanager
    def _opened(
        self,
        connection: psycopg.Connection,
        *,
        durable: bool,
        keys: Iterable[int] | None,
        stories: bool,
        is_noted: bool = False,
    ) -> Iterator[None]:
        """A transaction round the block; psycopg's own errors come out of it. stories: nobody changes one meanwhile.
        is_noted: it can be found out afterwards whether it was committed."""
        self.passed()
        statements = self._set_up(connection)
        self._begun()
        self.keys = None if keys is None else tuple(keys)
        self.is_open, self.is_begun, self.has_stories, self.seen = True, False, False, None
        self.entered, self.wrote_more, self.proof = None, False, None
        try:
            with self.database.watchdog.watching(connection, LONGEST_STATEMENT_S):
                if durable or stories or not self.keys:
                    self._begin(durable=durable, stories=stories)
                yield
                self._end(statements, is_noted=is_noted)
            self._committed()
        except BaseException:
            statements.forget()
            if not connection.closed and not connection.broken:
                connection.rollback()
            raise
        finally:
            self.is_open = False

    def _set_up(self, connection: psycopg.Connection) -> Statements:
        from snapshot_crawler.postgres.statements import Statements  # needs psycopg, which is an extra

        if self.statements is None or self.statements.connection is not connection:
            connection.execute(SESSION.encode())
            if (first := self._connected()) is not None:
                connection.execute(first[0].encode(), first[1])
            self.statements = Statements(connection)
        return self.statements

    def _begin(self, *, durable: bool = False, stories: bool = False) -> None:
        """Let a transaction of the server's begin with what is sent next, with its locks."""
        assert self.statements is not None
        self.is_begun = True
        self.statements.add("BEGIN")
        if durable:
            self.statements.add("SET LOCAL synchronous_commit = on")
        self.statements.add(*_locks(self.keys))
        if stories and self.keys is not None:
            self.statements.add("SELECT pg_advisory_xact_lock(%s, %s)", INDEX, STORIES)
        self.has_stories = stories or self.keys is None

    def _hold(self, *, stories: bool) -> None:
        """Have the locks from now on. What was read without them must still be so. Raises ReadAgainError."""
        if self.is_begun and (self.has_stories or not stories):
            return
        assert self.statements is not None
        if not self.is_begun:
            self._begin(stories=stories or self.seen is not None)
            if self.seen is None:
                return
            self.statements.add(CHECK, *self.seen)
        else:
            self.statements.add("SELECT pg_advisory_xact_lock(%s, %s)", INDEX, STORIES)
            self.has_stories = True
        with self._checked():
            if not self._is_as_read():
                raise ReadAgainError

    def _end(self, statements: Statements, *, is_noted: bool) -> None:
        if not self.is_begun:
            if self.entered is None:
                return  # nothing was changed
            self._begin()
            if self.seen is not None:
                statements.add(CHECK, *self.seen)
        self._write()
        if is_noted:
            self._note_proof(statements)
        with self._checked():
            statements.ask("COMMIT")

    @contextmanager
    def _checked(self) -> Iterator[None]:
        """CHECK may be among what is sent."""
        try:
            yield
        except self.database.psycopg.errors.DivisionByZero as error:
            raise ReadAgainError from error

    def _note_proof(self, statements: Statements) -> None:
        """A new entry proves by itself that it was written; what wrote nothing may be done again."""
        if self.wrote_more:
            token = secrets.randbits(62)
            self.proof = LAST_DONE, (self.client, token)
            statements.add(DONE, self.client, token)
        elif self.entered is not None:
            self.proof = WRITTEN, (self.entered,)

    def _was_committed(self) -> bool:
        """Whether the transaction whose connection was lost is committed all the same. It is at its end, since a new
        connection waits for that of the former one (postgres/database.py)."""
        if self.proof is None:
            return False  # its COMMIT was not sent yet
        query, values = self.proof
        return self.database.read(query, values) == [(True,)]

    # --- Statements
    def _tell(self, query: str, *values: Any) -> None:
        """Let a change wait for the next question, or for the commit."""
        assert self.is_open and self.statements is not None, "outside of transaction()"
        self._hold(stories=False)
        self._write()
        self.wrote_more = True
        self.statements.add(query, *values)

    def _ask(self, query: str, *values: Any, changes: bool = False) -> list[tuple[Any, ...]]:
        """The rows of a query, with all changes so far. changes: it is one itself."""
        if self.beside is not None:
            return self.beside.connection.execute(query.encode(), values).fetchall()
        assert self.is_open and self.statements is not None, "outside of transaction()"
        self._hold(stories=False)
        self._write()
        self.wrote_more = self.wrote_more or changes
        return self.statements.ask(query, *values)

    def _one(self, query: str, *values: Any, changes: bool = False) -> Any:
        rows = self._ask(query, *values, changes=changes)
        return rows[0][0] if rows else None


def _locks(keys: Iterable[int] | None) -> tuple[Any, ...]:
    """The statement that takes the locks of a transaction, in the order that all take, and its values: the whole
    index, then buckets of keys.

    A decision shares the index with others, and locks the keys by which it looks up and is found. Whoever may touch any
    entry, or names no keys, has the index for itself. A decision that changes a story, or an entry that others may find
    by other keys, locks the stories, too (`_hold`).
    """
    if keys is None:
        return "SELECT pg_advisory_xact_lock(%s, %s)", INDEX, WHOLE
    buckets = sorted({key & ((1 << BUCKET_BITS) - 1) for key in keys})
    return LOCKS, INDEX, WHOLE, BUCKETS, array(buckets)
