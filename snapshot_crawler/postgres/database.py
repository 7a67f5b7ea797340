"""A connection to the shared database that outlives the server's absence: work goes in, its result comes out.

Used by the storages that keep their tables there. A piece of work is one transaction. It is repeated when it met
another process's (deadlock, serialisation failure) and when the connection was lost: the server was restarted, another
one has taken its place, the network was away. While the database is away every call waits, up to DATABASE_WAIT
seconds; then DatabaseAwayError ends the run with an exit code of its own. SIGTERM ends the wait too.

Nothing else runs in the process meanwhile. That is meant: without the frontier there is nothing to ask for.
"""

from __future__ import annotations

import contextlib
import logging
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar

from snapshot_crawler.exceptions import ConfigurationError, DatabaseAwayError, StorageError
from snapshot_crawler.postgres.address import SETTING, database_url, without_password
from snapshot_crawler.postgres.stopping import StopWatch
from snapshot_crawler.postgres.watchdog import Watchdog

if TYPE_CHECKING:
    import psycopg

logger = logging.getLogger(__name__)
T = TypeVar("T")
Query = Any  # psycopg takes literal strings alone for safety; ours are composed of constants

WAIT_SETTING, WAIT_S = "DATABASE_WAIT", 120  # the default is in settings.py, too
REPEATS = 20  # of work that met another's, by choice: each repetition waits a little longer
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 2.0  # between two tries to connect, by choice
LONGEST_STATEMENT_S = 30.0  # by choice, below a worker's lease (frontier/holding.py): then the connection is cut
GONE_S = 5.0  # by choice: between two looks of the server, at work on a statement, whether its client is still there
LONGEST_IDLE_S = 10.0  # in a transaction, by choice: then the server undoes it, and who still wants it begins it anew
# A peer that is gone without a word is noticed after about 15 s (libpq's names; the last one in milliseconds)
PATIENCE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
# The same for the server, which would wait for hours: a statement of which a part is lost stands there with all its
# locks, and is not idle. Where a machine is gone, this ends it
NOTICED_BY_SERVER = (
    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 3; SET tcp_keepalives_count = 3;"
    "SET tcp_user_timeout = 15000;"
)
ABOUT_US = """
SELECT current_setting('transaction_read_only'), pg_backend_pid(),
    (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())
"""
# Where the process itself goes on, it ends what was left of its last connection, whatever stands between, and waits for
# that end (milliseconds, by choice): nothing of it may be committed later
END_FORMER = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid = %s AND backend_start = %s"


class Database:
    """One connection, made when it is first needed. Not for several threads."""

    def __init__(self, address: str, *, wait_s: float = WAIT_S, session: str = "") -> None:
        """session: statements that each connection begins with.

        Raises ConfigurationError where the extra is not installed.
        """
        try:
            import psycopg
            from psycopg.pq import TransactionStatus
        except ImportError as error:
            raise ConfigurationError(f"{SETTING} needs psycopg: pip install 'snapshot_crawler[postgres]'") from error
        from snapshot_crawler.postgres import errors

        self.psycopg, self.errors, self.idle = psycopg, errors, TransactionStatus.IDLE
        self.address, self.wait_s, self.session = address, wait_s, session
        self.name = without_password(address)
        self.connection: psycopg.Connection | None = None
        self.was_connected = False
        self.backend: tuple[Any, ...] | None = None  # the server's process for the last connection, and its beginning
        self.answered_at = time.monotonic()
        self.came_back_at, self.was_away_s = -math.inf, 0.0  # the last time: when, and for how long it was away
        self.watchdog = Watchdog()

    @classmethod
    def of(cls, settings: Mapping[str, Any], *, session: str = "") -> Self:
        """The database that the settings name. Raises ConfigurationError."""
        address = database_url(settings)
        assert address is not None, "callers ask database_url() first"
        return cls(address, wait_s=float(settings.get(WAIT_SETTING) or WAIT_S), session=session)

    # --- Work
    def run(
        self,
        work: Callable[[psycopg.Cursor], T],
        *,
        was_done: Callable[[psycopg.Cursor], T | None] | None = None,
        is_long: bool = False,
    ) -> T:
        """Carry out work in one transaction; its result. It may be called several times: the last call counts.

        was_done: where doing the work twice would be wrong. It is asked after the connection was lost, in a
        transaction of its own, and gives the result where the work was committed after all, else None. is_long: the
        work may take more than LONGEST_STATEMENT_S.
        """
        repeats, was_lost = 0, False
        while True:
            connection = self.connected()
            try:
                with self.watched(is_long=is_long), connection.transaction(), connection.cursor() as cursor:
                    if was_lost and was_done is not None and (result := was_done(cursor)) is not None:
                        return result
                    return work(cursor)
            except self.psycopg.Error as error:
                if self.again(error, connection, repeats):
                    was_lost = True
                else:
                    repeats += 1

    def read(self, query: Query, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """The rows of a query, in a transaction of its own; again where the connection was lost."""
        while True:
            connection = self.connected()
            try:
                with self.watched(is_long=False):
                    return connection.execute(query, values).fetchall()
            except self.psycopg.Error as error:
                self.again(error, connection, REPEATS)

    def again(self, error: psycopg.Error, connection: psycopg.Connection, repeats: int) -> bool:
        """Judge an error of work that can be done again; whether the connection was lost with it. repeats: of the work,
        so far, because it met another's. Waits a little before another one. Raises what is told of any other error."""
        if error.sqlstate in self.errors.REPEATED and repeats < REPEATS:
            time.sleep(random.uniform(0, FIRST_PAUSE_S * (repeats + 1)))
            return False
        if not self.errors.is_away(error, connection):
            raise self.told(error) from error
        self.lost(error)
        return True

    @contextlib.contextmanager
    def transaction(self) -> Iterator[psycopg.Cursor]:
        """A transaction as a block, which cannot be repeated from here: DatabaseAwayError where the connection was
        lost in it, StorageError for all else. Where work can be a function, run() is better."""
        connection = self.connected()
        with (
            self.errors_as_ours(),
            self.watched(is_long=False),
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            yield cursor

    @contextlib.contextmanager
    def errors_as_ours(self) -> Iterator[None]:
        """For work on connected() that is driven by hand: what psycopg raises comes out as one of our errors."""
        connection = self.connection
        try:
            yield
        except self.psycopg.Error as error:
            if self.errors.is_away(error, connection):
                self.lost(error)
                raise DatabaseAwayError(f"the database {self.name} was lost: {self.errors.told(error)}") from error
            raise self.told(error) from error

    # --- The connection
    def connected(self) -> psycopg.Connection:
        """The connection, made anew where it was lost. Waits; raises DatabaseAwayError, ConfigurationError."""
        if self.connection is not None and not self.connection.closed:
            return self.connection
        began, pause_s, told = time.monotonic(), FIRST_PAUSE_S, False
        with StopWatch() as stop:
            while True:
                try:
                    self.connection = self._connect()
                    if self.was_connected:
                        now = time.monotonic()
                        self.came_back_at, self.was_away_s = now, now - self.answered_at
                    self.was_connected = True
                    if told:
                        logger.info("the database %s is back after %.0f s", self.name, time.monotonic() - began)
                    return self.connection
                except self.psycopg.Error as error:
                    why = self.errors.told(error)
                    if self.errors.is_refusal(error) and not self.was_connected:
                        raise ConfigurationError(f"{SETTING}: {self.name} cannot be used: {why}") from error
                    if stop.was_asked or time.monotonic() - began + pause_s > self.wait_s:
                        raise DatabaseAwayError(
                            f"the database {self.name} is away for {time.monotonic() - began:.0f} s: {why}. Run the "
                            f"same command again when it is back; {WAIT_SETTING} says how long a run waits."
                        ) from error
                if not told:
                    told = True
                    logger.warning(
                        "the database %s is away (%s); waiting up to %.0f s for it", self.name, why, self.wait_s
                    )
                stop.sleep(pause_s)
                pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    def _connect(self) -> psycopg.Connection:
        connection = self.psycopg.connect(
            self.address, autocommit=True, application_name="snapshot_crawler", **PATIENCE
        )
        with self.watchdog.watching(connection, LONGEST_STATEMENT_S):
            row = connection.execute(ABOUT_US).fetchone()
            if row is None or row[0] != "off":
                connection.close()
                raise self.psycopg.OperationalError("the server is a standby, and takes no writes")
            # A process that is stopped or cut off in the middle of a transaction must not keep its locks for ever
            # and the server must not go on with a statement whose connection was cut here
            connection.execute(
                f"SET idle_in_transaction_session_timeout = {int(LONGEST_IDLE_S * 1000)};"
                f"SET client_connection_check_interval = {int(GONE_S * 1000)};"
                f"{NOTICED_BY_SERVER} {self.session}".encode()
            )
            if self.backend is not None and connection.execute(END_FORMER, self.backend).fetchall() == [(False,)]:
                connection.close()
                raise self.psycopg.OperationalError("the last connection does not end")
            self.backend = row[1:]
        return connection

    @contextlib.contextmanager
    def watched(self, *, is_long: bool) -> Iterator[None]:
        """Cut the connection off if a block on it never ends. is_long: see run()."""
        assert self.connection is not None
        if is_long:
            yield
        else:
            with self.watchdog.watching(self.connection, LONGEST_STATEMENT_S):
                yield
        self.answered_at = time.monotonic()

    def is_just_back(self, lease_s: float) -> bool:
        """Whether the database was away lately, for so long that the leases of processes that live may be over. They
        must have the time of a lease to tell so, however it came back: restarted, or another server."""
        return self.was_away_s > lease_s / 2 and time.monotonic() < self.came_back_at + lease_s

    def lost(self, error: psycopg.Error) -> None:
        """Let go of a connection that is of no use any more."""
        logger.debug("connection lost: %s", self.errors.told(error))
        if self.connection is not None:
            with contextlib.suppress(self.psycopg.Error):
                self.connection.close()
        self.connection = None

    def told(self, error: psycopg.Error) -> StorageError:
        """An error that is not about the connection, as ours."""
        return self.errors.storage_error(f"the database {self.name}", error)

    def close(self) -> None:
        """Let go of the connection; what is not committed is undone."""
        self.watchdog.close()
        if self.connection is not None:
            self.connection.close()
            self.connection = None
