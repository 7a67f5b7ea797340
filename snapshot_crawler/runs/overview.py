"""An overview of a DATA_DIR: settings go in; its jobs and their state, or all about one address, come out.

`scrapy status` and `scrapy explain` call it. It only reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.frontier.leftover import NOTE, told_of
from snapshot_crawler.frontier.store import Entry, Frontiers, SharedStore, frontiers_of
from snapshot_crawler.runs.earlier import earlier_reports
from snapshot_crawler.runs.lease import describe_holder, is_held
from snapshot_crawler.urls import identity, normalise, normalised

RUNS_SHOWN = 5  # by choice: the last runs of a job fit on a screen
LISTS_SHOWN = 5  # by choice: likewise


@dataclass(slots=True)
class Job:
    """One job as it stands now."""

    name: str
    counts: dict[str, int]  # addresses by state
    due: list[Entry]  # visited lists, the next to be visited first
    lists: int  # visited lists in all
    holder: str | None  # the process that crawls it now, in words; several where machines share the job
    runs: list[dict[str, Any]] = field(default_factory=list)  # reports, newest first


def jobs(settings: Mapping[str, Any], spider: str | None = None) -> list[Job]:
    """The jobs of the settings' DATA_DIR, or those of one spider (or the job of that name).

    Raises ConfigurationError when there are none, StateError for a frontier that cannot be read.
    """
    return [_job(Path(settings["DATA_DIR"]), frontiers, job) for frontiers, job in _frontiers(settings, spider)]


def history(settings: Mapping[str, Any], url: str, spider: str | None = None) -> Iterator[tuple[str, Entry]]:
    """What each job's frontier knows of an address: the job's name and the entry. Raises like jobs()."""
    address = normalise(url)
    if address is None:
        raise ConfigurationError(f"{url!r} is no http or https address; write it whole, with https://")
    for frontiers, job in _frontiers(settings, spider):
        with closing(frontiers.read(job)) as store:
            entry = store.get(identity(address))
            if entry is not None:
                yield job, entry


def left(settings: Mapping[str, Any], url: str, spider: str | None = None) -> Iterator[tuple[str, list[str]]]:
    """Which jobs have seen a link to an address and not followed it: the job's name, and page, reason and day."""
    address = normalised(url)
    for frontiers, job in _frontiers(settings, spider):
        with closing(frontiers.read(job)) as store:
            if (told := told_of(store.get_state(NOTE), address)) is not None:
                yield job, told


def hosts(settings: Mapping[str, Any], spider: str | None = None) -> set[str]:
    """The hosts with an address that any job knows."""
    found: set[str] = set()
    for frontiers, job in _frontiers(settings, spider):
        with closing(frontiers.read(job)) as store:
            found |= store.known_hosts()
    return found


def _frontiers(settings: Mapping[str, Any], spider: str | None) -> list[tuple[Frontiers, str]]:
    frontiers = frontiers_of(settings)
    found = frontiers.jobs()
    if not found:
        raise ConfigurationError(f"{settings['DATA_DIR']} holds no crawl yet; name another with -s DATA_DIR=DIR")
    mine = [job for job in found if spider is None or job == spider or job.startswith(f"{spider}@")]
    if not mine:
        raise ConfigurationError(f"{settings['DATA_DIR']} holds no crawl of {spider!r}; it holds {', '.join(found)}")
    return [(frontiers, job) for job in mine]


def _job(root: Path, frontiers: Frontiers, name: str) -> Job:
    with closing(frontiers.read(name)) as store:
        due, lists, counts = store.due_lists(LISTS_SHOWN), store.visited_lists(), store.counts()
        others = store.share.workers() if isinstance(store, SharedStore) else []
    lease = root / "leases" / f"{name}.json"
    holder = "; ".join(others) or (describe_holder(lease) if is_held(lease) else None)
    return Job(name, counts, due, lists, holder, earlier_reports(root, name, most=RUNS_SHOWN))
