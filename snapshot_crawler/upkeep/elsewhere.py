"""Take-downs over several machines: an order given on one is told to all that share the database, and each obeys it.

Tombstones are shared (dedup/tombstones.py), so nothing of it is published anywhere from the first moment on. But files
lie on each machine for itself. So the order, with the hashes by which records and pages are known, goes into the
database. A machine takes it over when a crawl begins there, or a take-down: it becomes an order of its own
(order.py), which is carried out like one that was given there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snapshot_crawler.postgres.address import database_url
from snapshot_crawler.postgres.database import Database
from snapshot_crawler.postgres.migrations import migrate
from snapshot_crawler.postgres.worker import worker_name
from snapshot_crawler.upkeep.order import Order, target_of, target_value

if TYPE_CHECKING:
    import psycopg

    from snapshot_crawler.upkeep.target import Target

ROOM = "takedown"
# told: the order as JSON; taken: which DATA_DIRs have taken it over
STEPS = [
    """
CREATE TABLE takedown_order (n bigint GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY, told text NOT NULL);
CREATE TABLE takedown_taken (id text NOT NULL, worker text NOT NULL, PRIMARY KEY (id, worker))
"""
]
TAKEN = "INSERT INTO takedown_taken VALUES (%s, %s) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An order that was given on another machine. id: its name in the database; by, at: as Order has them."""

    id: str
    asked: list[str]
    reason: str
    by: str
    at: str
    target: Target


def tell(root: Path, settings: Mapping[str, Any], order: Order) -> None:
    """Tell the other machines of an order, once however often it is called. Nothing happens without a database."""
    if order.origin or database_url(settings) is None:
        return
    worker = worker_name(root)
    name = f"{worker}/{order.path.stem}"
    value = {"asked": order.asked, "reason": order.reason, "by": order.by, "at": order.at}
    told = json.dumps(value | target_value(order.target))

    def work(cursor: psycopg.Cursor[Any]) -> None:
        query = "INSERT INTO takedown_order (id, told) VALUES (%s, %s) ON CONFLICT (id) DO NOTHING"
        cursor.execute(query, (name, told))
        cursor.execute(TAKEN, (name, worker))

    with _opened(settings) as database:
        database.run(work)


def obey(root: Path, settings: Mapping[str, Any], take_over: Callable[[Elsewhere], None]) -> int:
    """Take over what was ordered elsewhere and not here yet, the oldest first; how many. Called under order.only_one.

    take_over makes a durable order of it; after a kill it may be called again for the same.
    """
    if database_url(settings) is None:
        return 0
    worker = worker_name(root)
    query = (
        "SELECT id, told FROM takedown_order AS given WHERE NOT EXISTS"
        " (SELECT FROM takedown_taken AS taken WHERE taken.id = given.id AND worker = %s) ORDER BY n"
    )
    with _opened(settings) as database:
        orders = database.read(query, (worker,))
        for name, told in orders:
            value = json.loads(told)
            take_over(Elsewhere(name, value["asked"], value["reason"], value["by"], value["at"], target_of(value)))
            database.run(lambda cursor, name=name: cursor.execute(TAKEN, (name, worker)))  # type: ignore[misc]
    return len(orders)


@contextmanager
def _opened(settings: Mapping[str, Any]) -> Iterator[Database]:
    with closing(Database.of(settings)) as database:
        migrate(database, ROOM, STEPS)
        yield database
