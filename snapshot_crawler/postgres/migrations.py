"""Tables of the shared database, brought to this version's layout: a room's name and its steps go in.

Each room that keeps something there has its own number in the table snapshot_crawler_layout. Several machines may
start at once, so it happens under a lock; a process of an earlier version finds a newer number and refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from snapshot_crawler.exceptions import StateError

if TYPE_CHECKING:
    import psycopg

    from snapshot_crawler.postgres.database import Database

LOCK = (1700, 0)  # the first number is ours by choice; the second tells our locks apart
LAYOUT = "snapshot_crawler_layout"


def migrate(database: Database, room: str, steps: Sequence[str]) -> None:
    """Take the steps that the database lacks, all in one transaction. A step is SQL, one or several statements.

    A layout that was released is never changed: what is new is one more step. Raises StateError for a newer layout.
    """
    if _version(database, room) == len(steps):
        return

    def work(cursor: psycopg.Cursor) -> int:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAYOUT} (room text PRIMARY KEY, version integer NOT NULL)")
        row = cursor.execute(f"SELECT version FROM {LAYOUT} WHERE room = %s", (room,)).fetchone()
        found: int = row[0] if row else 0
        for step in steps[found:]:
            cursor.execute(step.encode())
        if found < len(steps):
            cursor.execute(
                f"INSERT INTO {LAYOUT} VALUES (%s, %s) ON CONFLICT (room) DO UPDATE SET version = excluded.version",
                (room, len(steps)),
            )
        return found

    found = database.run(work, is_long=True)
    if found > len(steps):
        raise StateError(
            f"the {room} in the database {database.name} was written by version {found}; this is {len(steps)}. "
            "Upgrade, or choose another database."
        )


def is_made(database: Database, room: str) -> bool:
    """Whether a room has its tables there."""
    return bool(_version(database, room))


def _version(database: Database, room: str) -> int | None:
    """The layout's number; None where nothing was made yet."""
    if database.read("SELECT to_regclass(%s)::text", (LAYOUT,)) == [(None,)]:
        return None
    rows = database.read(f"SELECT version FROM {LAYOUT} WHERE room = %s", (room,))
    return rows[0][0] if rows else None
