"""The tombstones in the shared database: what is taken down on one machine is kept out on all. A Shelf (tombstones.py).

A question asks the database at most once a second whether there is a new one: a crawl has two questions a page. While
the database is away, what is known goes on to count; nothing can be committed until it is back.

A DATA_DIR that has tombstones of its own, from a time without the database, brings them along when it is opened.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snapshot_crawler.dedup.tombstone_file import FileShelf
from snapshot_crawler.dedup.tombstones import Tombstone, merged, tombstone_of
from snapshot_crawler.exceptions import DatabaseAwayError
from snapshot_crawler.postgres.database import Database
from snapshot_crawler.postgres.migrations import migrate

if TYPE_CHECKING:
    import psycopg

ROOM = "tombstones"
# told: the tombstone as JSON, whose ASCII form PostgreSQL's text takes whatever stands in it
STEPS = [
    """
CREATE TABLE tombstone (n bigint GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY, told text NOT NULL);
CREATE TABLE tombstone_state (version bigint NOT NULL);
INSERT INTO tombstone_state VALUES (0)
"""
]
LOOK_EVERY_S = 1.0  # by choice; who takes something down cleans the files of crawls that are running afterwards
VERSION = "SELECT version FROM tombstone_state"


class SharedShelf:
    """See tombstones.Shelf."""

    def __init__(self, database: Database, root: Path) -> None:
        self.database = database
        self.looked_at = -LOOK_EVERY_S
        self.known: int | None = None
        migrate(database, ROOM, STEPS)
        there = {name for (name,) in database.read("SELECT id FROM tombstone")}
        if former := [each for each in FileShelf(root).read() if json.dumps(each.id) not in there]:
            self.keep(former)

    def stamp(self) -> int | None:
        """See tombstones.Shelf."""
        now = time.monotonic()
        if now - self.looked_at >= LOOK_EVERY_S or self.known is None:
            wait_s, self.database.wait_s = self.database.wait_s, 0 if self.known is not None else self.database.wait_s
            try:
                ((self.known,),) = self.database.read(VERSION)
            except DatabaseAwayError:
                if self.known is None:
                    raise
            finally:
                self.database.wait_s = wait_s
            self.looked_at = time.monotonic()
        return self.known

    def read(self) -> list[Tombstone]:
        """See tombstones.Shelf."""
        return [
            tombstone_of(json.loads(told)) for (told,) in self.database.read("SELECT told FROM tombstone ORDER BY n")
        ]

    def keep(self, tombstones: Iterable[Tombstone]) -> None:
        """See tombstones.Shelf. Several machines may do it at once."""
        new = list(tombstones)

        def work(cursor: psycopg.Cursor[Any]) -> None:
            cursor.execute("UPDATE tombstone_state SET version = version + 1")  # others wait here
            for each in new:
                name = json.dumps(each.id)
                row = cursor.execute("SELECT told FROM tombstone WHERE id = %s", (name,)).fetchone()
                whole = merged(tombstone_of(json.loads(row[0])), each) if row else each
                cursor.execute(
                    "INSERT INTO tombstone (id, told) VALUES (%s, %s)"
                    " ON CONFLICT (id) DO UPDATE SET told = excluded.told",
                    (name, json.dumps(asdict(whole))),
                )

        self.database.run(work)
        self.known = None

    def close(self) -> None:
        """See tombstones.Shelf."""
        self.database.close()
