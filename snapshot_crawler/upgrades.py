"""Databases that an earlier version wrote, brought to the layout of this one: a connection and the steps go in.

Called by frontier/schema.py and dedup/schema.py when they open a file. `PRAGMA user_version` holds the layout's
number. A change of layout is one more step here and in SCHEMA, never a change of SCHEMA alone: files of every version
since the first must open (tests/state keeps some).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence

Step = Callable[[sqlite3.Connection], None]


def newest(steps: Sequence[Step]) -> int:
    """The number of the layout to which the steps lead; the first of them begins at 1."""
    return len(steps) + 1


def upgrade(database: sqlite3.Connection, steps: Sequence[Step]) -> None:
    """Take the steps that a database lacks, all in one transaction: a process that is killed in it changes nothing.

    Another process may do the same at this moment: what it has done is seen under the lock, and not done again.
    database: in autocommit mode (isolation_level None).
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        found = database.execute("PRAGMA user_version").fetchone()[0]
        for step in steps[max(0, found - 1) :]:
            step(database)
        database.execute(f"PRAGMA user_version = {max(found, newest(steps))}")
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def columns(database: sqlite3.Connection, table: str) -> set[str]:
    """The names of a table's columns; none when there is no such table."""
    return {row[1] for row in database.execute(f"PRAGMA table_info({table})")}


def lacking(database: sqlite3.Connection, expected: Mapping[str, set[str]]) -> list[str]:
    """What a database lacks of the expected columns by table, as table.column."""
    return [
        f"{table}.{column}" for table, names in expected.items() for column in sorted(names - columns(database, table))
    ]
