"""One transaction that is open over several calls, and is begun anew with the same calls where the connection was lost.

A storage uses it for changes that it cannot hold back until its commit, such as those whose result is asked for at
once. Each call is kept, so that all of them can be carried out again in the same order.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from snapshot_crawler.postgres.database import Database

if TYPE_CHECKING:
    import psycopg

    Call = Callable[[psycopg.Cursor], object]

T = TypeVar("T")


class Unit:
    """The work between two commits of a storage, on a Database that nobody else uses."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.calls: list[Call] = []
        self.begun_on: psycopg.Connection | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything was done since the last commit."""
        return bool(self.calls)

    def do(self, call: Callable[[psycopg.Cursor], T], *, is_long: bool = False) -> T:
        """Carry out a change; its result. is_long: see Database.run."""
        result = self._carry_out(call, is_long=is_long)
        self.calls.append(call)
        return cast(T, result)

    def look(self, call: Callable[[psycopg.Cursor], T]) -> T:
        """The result of a call that changes nothing, with all changes so far."""
        return cast(T, self._carry_out(call, is_long=False))

    def commit(self, last: Callable[[psycopg.Cursor], object], was_done: Callable[[psycopg.Cursor], bool]) -> None:
        """Carry out the last change and commit. was_done: see Database.run; it answers yes or no."""
        was_lost = False

        def end(cursor: psycopg.Cursor) -> None:
            nonlocal was_lost
            last(cursor)
            was_lost = True  # from here on nobody knows, until the server has answered
            cursor.execute("COMMIT")
            was_lost = False

        self._carry_out(end, is_long=False, was_done=lambda cursor: was_lost and was_done(cursor))
        self.calls.clear()
        self.begun_on = None

    def rollback(self) -> None:
        """Undo all changes since the last commit."""
        self.calls.clear()
        self._undo()

    def _undo(self) -> None:
        connection, self.begun_on = self.begun_on, None
        if connection is not None and not connection.closed:
            with contextlib.suppress(self.database.psycopg.Error):
                connection.execute("ROLLBACK")

    def _carry_out(
        self,
        call: Callable[[psycopg.Cursor], T],
        *,
        is_long: bool,
        was_done: Callable[[psycopg.Cursor], bool] | None = None,
    ) -> T | None:
        database, repeats = self.database, 0
        while True:
            connection = database.connected()
            try:
                with database.watched(is_long=is_long), connection.cursor() as cursor:
                    if self.begun_on is not connection:
                        connection.execute("BEGIN")
                        self.begun_on = connection
                        if was_done is not None and was_done(cursor):
                            self._undo()
                            return None
                        for each in self.calls:
                            each(cursor)
                    return call(cursor)
            except database.psycopg.Error as error:
                if database.errors.is_away(error, connection):
                    self.begun_on = None
                else:
                    self._undo()
                repeats += not database.again(error, connection, repeats)
            except BaseException:
                self._undo()
                raise
