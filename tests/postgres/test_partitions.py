"""What grows with the number of addresses and articles can be spread over partitions or servers: by which column.

PostgreSQL's own partitions, and Citus, want that column in each unique index of a table: else nobody could tell in one
partition that a row is unique (docs/scaling.md has what follows for a billion addresses).
"""

from __future__ import annotations

from contextlib import closing

import pytest

psycopg = pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from snapshot_crawler.dedup import postgres_schema as index  # noqa: E402 - needs psycopg
from snapshot_crawler.frontier.postgres import schema as frontier  # noqa: E402
from snapshot_crawler.postgres.database import Database  # noqa: E402
from snapshot_crawler.postgres.migrations import migrate  # noqa: E402

SPREAD_BY = {
    "frontier_entry": "site",
    "frontier_host": "name",
    "frontier_robots": "host",
    "frontier_page": "digest",
    "frontier_brought": "item",
    "index_entry": "n",
    "index_key": "key",
    "index_unsettled": "n",
}
SMALL = {
    "snapshot_crawler_layout": "a row a room",
    "frontier_job": "a row a job",
    "frontier_worker": "a row a job and DATA_DIR",
    "frontier_note": "some rows a job and DATA_DIR",
    "frontier_output": "some rows an output",
    "index_owner": "a row a job and DATA_DIR",
    "index_source": "a row an outlet",
    "index_done": "a row a process",
}
UNIQUE = """
SELECT c.relname, x.indexrelid::regclass::text, array(
    SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum = ANY(x.indkey)
) FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indrelid
WHERE x.indisunique AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
"""


@pytest.fixture
def unique(quick_database_url: str) -> list[tuple[str, str, list[str]]]:
    """Table, name and columns of each unique index."""
    with closing(Database(quick_database_url)) as database:
        for room in (frontier, index):
            migrate(database, room.ROOM, room.STEPS)
        return [(table, name, columns) for table, name, columns in database.read(UNIQUE)]


def test_of_each_table_it_is_known_whether_it_grows(unique: list[tuple[str, str, list[str]]]) -> None:
    assert {table for table, _, _ in unique} == SPREAD_BY.keys() | SMALL.keys()


def test_what_grows_can_be_spread(unique: list[tuple[str, str, list[str]]]) -> None:
    lacking = [name for table, name, columns in unique if table in SPREAD_BY and SPREAD_BY[table] not in columns]
    assert lacking == []
