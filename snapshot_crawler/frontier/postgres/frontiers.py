"""The stores of all jobs in the shared database: see store.Frontiers.

The jobs are those of all machines. What belongs to a DATA_DIR is the worker of that name (postgres/worker.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from snapshot_crawler.exceptions import StateError
from snapshot_crawler.frontier.postgres.schema import ROOM, STEPS
from snapshot_crawler.frontier.postgres.share import SESSION
from snapshot_crawler.frontier.postgres.store import PostgresStore
from snapshot_crawler.postgres.address import database_url, without_password
from snapshot_crawler.postgres.database import Database
from snapshot_crawler.postgres.migrations import is_made, migrate
from snapshot_crawler.postgres.worker import known_name, worker_name

if TYPE_CHECKING:
    import psycopg

OF_JOB = ("frontier_note", "frontier_brought", "frontier_entry", "frontier_host", "frontier_robots")
OF_WORKER = ("frontier_output", "frontier_page")


class PostgresFrontiers:
    """See store.Frontiers. Each store has two connections of its own."""

    def __init__(self, root: Path, settings: Mapping[str, Any]) -> None:
        self.root, self.settings = root, settings

    def elsewhere(self, root: Path) -> Self:
        """See store.Frontiers."""
        return type(self)(root, self.settings)

    def jobs(self) -> list[str]:
        """See store.Frontiers."""
        return [row[0] for row in self._read('SELECT name FROM frontier_job ORDER BY name COLLATE "C"')]

    def has(self, job: str) -> bool:
        """See store.Frontiers."""
        return bool(self._read("SELECT 1 FROM frontier_job WHERE name = %s", (job,)))

    def not_ended(self) -> list[str]:
        """See store.SharedFrontiers."""
        query = """
            SELECT j.name FROM frontier_worker AS w JOIN frontier_job AS j ON j.id = w.job
            JOIN frontier_note AS n ON n.job = w.job AND n.worker = w.id
            WHERE w.name = %s AND n.name = 'stopped_cleanly' AND n.value = 'false' ORDER BY j.name
        """
        return [row[0] for row in self._read(query, (known_name(self.root),))]

    def place(self, job: str) -> str:
        """See store.Frontiers."""
        return f"{without_password(database_url(self.settings) or '')} (job {job})"

    def open(self, job: str) -> PostgresStore:
        """See store.Frontiers."""
        name = worker_name(self.root)
        database = Database.of(self.settings)
        try:
            migrate(database, ROOM, STEPS)

            def work(cursor: psycopg.Cursor) -> tuple[int, int]:
                cursor.execute("INSERT INTO frontier_job (name) VALUES (%s) ON CONFLICT DO NOTHING", (job,))
                number = cursor.execute("SELECT id FROM frontier_job WHERE name = %s", (job,)).fetchone()
                assert number is not None
                query = "INSERT INTO frontier_worker (job, name) VALUES (%s, %s) ON CONFLICT DO NOTHING"
                cursor.execute(query, (number[0], name))
                query = "SELECT id FROM frontier_worker WHERE job = %s AND name = %s"
                worker = cursor.execute(query, (number[0], name)).fetchone()
                assert worker is not None
                return number[0], worker[0]

            return PostgresStore(database, self._second(), *database.run(work), job)
        except BaseException:
            database.close()
            raise

    def read(self, job: str, *, still: bool = False) -> PostgresStore:
        """See store.Frontiers. Nothing is written below the DATA_DIR in any case."""
        database = Database.of(self.settings)
        try:
            if not is_made(database, ROOM) or not (
                found := database.read("SELECT id FROM frontier_job WHERE name = %s", (job,))
            ):
                raise StateError(f"the database {database.name} knows no job {job!r}")
            query = "SELECT id FROM frontier_worker WHERE job = %s AND name = %s"
            worker = database.read(query, (found[0][0], known_name(self.root)))
            number = worker[0][0] if worker else 0
            return PostgresStore(database, self._second(), found[0][0], number, job)
        except BaseException:
            database.close()
            raise

    def _second(self) -> Database:
        return Database.of(self.settings, session=SESSION)

    def remove(self, job: str) -> None:
        """See store.Frontiers. A job on which another DATA_DIR works, too, stays: it is not ours alone."""
        database = Database.of(self.settings)

        def work(cursor: psycopg.Cursor) -> None:
            row = cursor.execute("SELECT id FROM frontier_job WHERE name = %s FOR UPDATE", (job,)).fetchone()
            if row is None:
                return
            query = "SELECT id, name FROM frontier_worker WHERE job = %s"
            workers: dict[int, str] = dict(cursor.execute(query, row).fetchall())
            if set(workers.values()) - {known_name(self.root)}:
                return
            for table in OF_JOB:
                cursor.execute(f"DELETE FROM {table} WHERE job = %s".encode(), row)
            for table in OF_WORKER:
                cursor.execute(f"DELETE FROM {table} WHERE worker = ANY(%s)".encode(), (list(workers),))
            cursor.execute("DELETE FROM frontier_worker WHERE job = %s", row)
            cursor.execute("DELETE FROM frontier_job WHERE id = %s", row)

        try:
            if is_made(database, ROOM):
                database.run(work, is_long=True)
        finally:
            database.close()

    def _read(self, query: str, values: Any = ()) -> list[Any]:
        database = Database.of(self.settings)
        try:
            return database.read(query, values) if is_made(database, ROOM) else []
        finally:
            database.close()
