"""Which job a start continues: a job that an earlier version began is found under the name that it had then.

Called by `scrapy crawl` before the job's lock is taken. Until ports and paths became part of a job's name, all starts
of a host were one job. Such a job keeps its name, files and state; a start that it does not know is a job of its own.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from snapshot_crawler.datadir import former_job_name, job_name
from snapshot_crawler.exceptions import StateError
from snapshot_crawler.frontier.sqlite import SqliteStore
from snapshot_crawler.urls import identity, normalise


def continued_job(root: Path, spider: str, start: object = None) -> str:
    """The name of the job that a spider and its start argument continue, or begin, below DATA_DIR root.

    Raises StateError where the job of the former name cannot be read: nobody knows then whose it is.
    """
    name, former = job_name(spider, start), former_job_name(spider, start)
    if name == former or _frontier(root, name).exists() or not isinstance(start, str):
        return name
    addresses = [address for text in start.split(",") if (address := normalise(text))]
    return former if _began_at(_frontier(root, former), addresses) else name


def _frontier(root: Path, job: str) -> Path:
    return root / "frontier" / f"{job}.sqlite"


def _began_at(frontier: Path, addresses: list[str]) -> bool:
    """Whether all the addresses are start pages of the crawl whose frontier that is."""
    if not frontier.is_file():
        return False
    with closing(SqliteStore(frontier, read_only=True)) as store:
        query = "SELECT count(*) FROM entry WHERE key = ? AND kind = 'start'"
        try:
            return all(store.db.execute(query, (identity(address),)).fetchone()[0] for address in addresses)
        except sqlite3.Error as error:
            raise StateError(f"the frontier {frontier} cannot be read: {error}; move it away to begin anew") from error
