"""Which job a start continues: a job that an earlier version began is found under the name that it had then.

Called by `scrapy crawl` before the job's lock is taken. Until ports and paths became part of a job's name, all starts
of a host were one job. Such a job keeps its name, files and state; a start that it does not know is a job of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from snapshot_crawler.datadir import former_job_name, job_name
from snapshot_crawler.exceptions import StateError, StorageError
from snapshot_crawler.frontier.store import Frontiers, frontiers_of
from snapshot_crawler.urls import identity, normalise


def continued_job(root: Path, spider: str, start: object = None, settings: Mapping[str, Any] | None = None) -> str:
    """The name of the job that a spider and its start argument continue, or begin, below DATA_DIR root.

    settings: name the storage of the frontiers. Raises StateError where the job of the former name cannot be read:
    nobody knows then whose it is.
    """
    frontiers = frontiers_of(settings or {}, root)
    name, former = job_name(spider, start), former_job_name(spider, start)
    if name == former or frontiers.has(name) or not isinstance(start, str):
        return name
    addresses = [address for text in start.split(",") if (address := normalise(text))]
    return former if _began_at(frontiers, former, addresses) else name


def _began_at(frontiers: Frontiers, job: str, addresses: list[str]) -> bool:
    """Whether all the addresses are start pages of that job."""
    if not frontiers.has(job):
        return False
    with closing(frontiers.read(job)) as store:
        try:
            entries = [store.get(identity(address)) for address in addresses]
        except StorageError as error:
            raise StateError(f"{error}; move it away to begin anew") from error
    return all(entry is not None and entry.kind == "start" for entry in entries)
