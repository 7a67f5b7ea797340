"""What keeps the history of the jobs: SQL goes in, rows come out. history.py has every query, and calls this interface.

sqlite.py keeps it in a file below the DATA_DIR. postgres.py keeps it in the database that several machines share. The
queries are the same for both: their tables are written main.NAME and their values ?, and what the two engines write
differently is a method here. tests/jobs/test_history.py runs over both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


class Result(Protocol):
    """The answer to a query."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchone(self) -> Any:
        """The next row; None when there is no more."""

    def fetchall(self) -> list[Any]:
        """All that is left."""

    def __iter__(self) -> Iterator[Any]: ...


@dataclass(frozen=True, slots=True)
class AtWork:
    """A run of a job that another machine works at. round: the number of the run that it joined, or its own."""

    number: int
    round: int


class Store(Protocol):
    """One open storage. Raises OutputError, StateError, StorageError, and DatabaseAwayError for a database's."""

    place: str  # for messages
    is_shared: bool  # by several machines
    machine: str  # under this name the history keeps what concerns the whole machine and no job
    host_column: str  # SQL for the machine that a run is at
    by_arrival: str  # a column of the table wanted that grows with each row

    def execute(self, query: str, values: Sequence[Any] = ()) -> Result:
        """Ask, or change something; the latter inside of transaction() alone."""

    def executemany(self, query: str, rows: Iterable[Sequence[Any]]) -> object:
        """The same change for each of these values."""

    def transaction(self) -> AbstractContextManager[object]:
        """All or nothing, and nobody else writes meanwhile."""

    def wall(self, column: str) -> str:
        """SQL for the seconds since 1970 in a column with a moment."""

    def server_wall(self) -> float | None:
        """The database's clock, in seconds since 1970, which all machines go by; None where there is one machine."""

    # --- Runs of several machines
    def at_work(self, job: str) -> list[AtWork]:
        """The runs of a job at work elsewhere, the oldest first. The caller holds this machine's lock of the job, so
        none is alive here."""

    def took_part(self, round_: int) -> bool:
        """Whether this machine has, or had, a run in a round."""

    def was_worked_off(self, number: int) -> bool:
        """Whether another machine's run of the same round was complete."""

    def begin(self, number: int, round_: int | None) -> None:
        """Note that a run, which was just inserted, is this machine's. round_: the one it joins; None: its own."""

    def dead(self, job: str) -> list[int]:
        """The open runs of a job that nobody works at any more. The caller holds this machine's lock of the job."""

    def rounds(self) -> list[tuple[str, int, int]]:
        """Rounds at work in which this machine has no part: job, round, and how many machines are at it."""

    def renew(self, number: int) -> str | None:
        """Note that a run is alive; why it is to stop, "" where it may go on, None where others have given it up."""

    def is_mine(self, number: int) -> bool:
        """Whether a run's process was started on this machine and DATA_DIR."""

    def alive(self) -> set[str] | None:
        """The jobs with a run at work on any machine; None where the locks tell it."""

    def hurry(self) -> None:
        """Wait only seconds for a database that is away from now on: the caller has other things to see to."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Where the history of several machines is. root: the DATA_DIR of this one. Sent to the processes of runs."""

    address: str = field(repr=False)  # it may have a password
    root: Path
    wait_s: float

    def __str__(self) -> str:
        return "the shared database"


Where = Path | Shared  # of a history: a file, or the database


def open_store(where: Where) -> Store:
    """The storage at a place. Raises our errors where it cannot be used."""
    if isinstance(where, Shared):
        from snapshot_crawler.jobs.postgres import PostgresStore  # it needs the extra postgres

        return PostgresStore(where)
    from snapshot_crawler.jobs.sqlite import SqliteStore

    return SqliteStore(where)
