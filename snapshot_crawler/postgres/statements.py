"""Statements for work that is done for every page: texts and values go in, rows come out, by libpq and no cursor.

A cursor of psycopg takes 60 to 100 µs of CPU a statement, and its pipeline mode 60 more; this takes 20, and 6 for each
further statement of a batch (measured with psycopg 3.3, C implementation). A batch goes to the server in one message
and ends with a Sync. So between two batches a transaction is idle for the server, which undoes it when its client is
stopped (database.LONGEST_IDLE_S); psycopg's own pipeline waits without a Sync, and the server then waits for ever.

Each statement is prepared when it is sent for the first time. %s stands for a parameter, as everywhere.
"""

from __future__ import annotations

import re
import select
from itertools import count
from typing import TYPE_CHECKING, Any

from psycopg.adapt import Transformer
from psycopg.errors import OperationalError, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]
FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)


class Statements:
    """Of one connection, on which psycopg prepares nothing of its own from now on: when it forgets its statements, it
    has the server forget ours, too."""

    def __init__(self, connection: psycopg.Connection) -> None:
        connection.prepare_threshold = None
        self.connection, self.libpq = connection, connection.pgconn
        self.loaders = Transformer(connection)
        self.names: dict[str, bytes] = {}
        self.made = 0
        self.waiting: list[tuple[str, tuple[Any, ...]]] = []
        self.poll = select.poll()
        self.poll.register(connection.fileno(), select.POLLIN)

    def add(self, query: str, *values: Any) -> None:
        """Let a statement wait for the next batch. values: None, integers, floats, booleans, texts, bytes; array() for
        a list of numbers."""
        self.waiting.append((query, values))

    def ask(self, query: str, *values: Any) -> list[Row]:
        """Send what waits and this statement; its rows."""
        self.add(query, *values)
        return self.send()

    def send(self) -> list[Row]:
        """Send what waits; the rows of the last statement. Raises psycopg's errors."""
        batch, self.waiting = self.waiting, []
        try:
            self.libpq.enter_pipeline_mode()
            new = self._sent(batch)
            answers = [self._answer() for _ in range(len(batch) + len(new))]
            self._next()  # of the Sync
            self.libpq.exit_pipeline_mode()
        except BaseException:  # an answer may be under way, which would be taken for that of the next batch
            self.connection.close()
            raise
        for answer in answers:
            if answer.status in FAILED:
                raise error_from_result(answer)
        self.names |= new
        return self._rows(answers[-1])

    def forget(self) -> None:
        """Send nothing of what waits."""
        self.waiting.clear()

    def _sent(self, batch: list[tuple[str, tuple[Any, ...]]]) -> dict[str, bytes]:
        """Send them; those that are new to the server, and their names there."""
        new: dict[str, bytes] = {}
        for query, values in batch:
            if (name := self.names.get(query) or new.get(query)) is None:
                self.made += 1
                name = new[query] = b"ours%d" % self.made
                self.libpq.send_prepare(name, _numbered(query).encode())
            packed, formats = _packed(values)
            self.libpq.send_query_prepared(name, packed, formats, Format.BINARY)
        self.libpq.pipeline_sync()
        self._flush()
        return new

    def _answer(self) -> PGresult:
        """Of the next statement. Raises where the connection is lost."""
        result = self._next()
        if result is None:
            raise OperationalError("the connection is lost")
        if self.libpq.status == ConnStatus.BAD:  # the server's last words may say why
            raise error_from_result(result)
        self._next()  # what ends the answers of one statement
        return result

    def _flush(self) -> None:
        """psycopg's connections do not block: whatever does not fit into the socket's buffer has to wait."""
        while self.libpq.flush():
            poll = select.poll()
            poll.register(self.connection.fileno(), select.POLLIN | select.POLLOUT)
            poll.poll()
            self.libpq.consume_input()

    def _next(self) -> PGresult | None:
        while self.libpq.is_busy():
            self.poll.poll()  # other threads work meanwhile, and the watchdog may cut the connection
            self.libpq.consume_input()
        return self.libpq.get_result()

    def _rows(self, result: PGresult) -> list[Row]:
        if result.status != ExecStatus.TUPLES_OK:
            return []
        self.loaders.set_pgresult(result)
        return self.loaders.load_rows(0, result.ntuples, tuple)


def _numbered(query: str) -> str:
    """A query with $1, $2, ... in the place of each %s, as the server takes it."""
    numbers = count(1)
    return re.sub("%s", lambda _: f"${next(numbers)}", query)


def _packed(values: tuple[Any, ...]) -> tuple[list[bytes | None], list[int]]:
    """Values as libpq takes them: bytes as they are, all others as text."""
    packed: list[bytes | None] = []
    formats: list[int] = []
    for value in values:
        is_bytes = isinstance(value, bytes)
        packed.append(value if value is None or is_bytes else str(value).encode())
        formats.append(Format.BINARY if is_bytes else Format.TEXT)
    return packed, formats
