"""What is known below a DATA_DIR without crawling: its jobs, how far each is, and all about one address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.frontier.leftover import NOTE, told_of
from snapshot_crawler.frontier.sqlite import SqliteStore
from snapshot_crawler.frontier.store import Entry
from snapshot_crawler.runs.lease import describe_holder, is_held
from snapshot_crawler.runs.report import earlier_reports
from snapshot_crawler.urls import identity, normalise

RUNS_SHOWN = 5
LISTS_SHOWN = 5


@dataclass(slots=True)
class Job:
    """One job as it stands now."""

    name: str
    counts: dict[str, int]  # addresses by state
    due: list[Entry]  # visited lists, the next to be visited first
    lists: int  # visited lists in all
    holder: str | None  # who crawls it now, in words
    runs: list[dict[str, Any]] = field(default_factory=list)  # reports, newest first


def jobs(root: Path, spider: str | None = None) -> list[Job]:
    """The jobs of a DATA_DIR, or those of one spider (or the job of that name).

    Raises ConfigurationError when there are none, StateError for a frontier that cannot be read.
    """
    return [_job(root, path) for path in _frontiers(root, spider)]


def history(root: Path, url: str, spider: str | None = None) -> Iterator[tuple[str, Entry]]:
    """What each job's frontier knows of an address: the job's name and the entry. Raises like jobs()."""
    address = normalise(url)
    if address is None:
        raise ConfigurationError(f"{url!r} is no http or https address; write it whole, with https://")
    for path in _frontiers(root, spider):
        with closing(SqliteStore(path, read_only=True)) as store:
            entry = store.get(identity(address))
            if entry is not None:
                yield path.stem, entry


def left(root: Path, url: str, spider: str | None = None) -> Iterator[tuple[str, list[str]]]:
    """Which jobs have seen a link to an address and not followed it: the job's name, and page, reason and day."""
    address = normalise(url) or url
    for path in _frontiers(root, spider):
        with closing(SqliteStore(path, read_only=True)) as store:
            if (told := told_of(store.get_state(NOTE), address)) is not None:
                yield path.stem, told


def hosts(root: Path, spider: str | None = None) -> set[str]:
    """The hosts of which any job knows an address."""
    found: set[str] = set()
    for path in _frontiers(root, spider):
        with closing(SqliteStore(path, read_only=True)) as store:
            found.update(row[0] for row in store.db.execute("SELECT DISTINCT host FROM entry"))
    return found


def _frontiers(root: Path, spider: str | None) -> list[Path]:
    found = sorted((root / "frontier").glob("*.sqlite"))
    if not found:
        raise ConfigurationError(f"{root} holds no crawl yet; name another with -s DATA_DIR=DIR")
    if spider is None:
        return found
    mine = [path for path in found if path.stem == spider or path.stem.startswith(f"{spider}@")]
    if not mine:
        names = ", ".join(path.stem for path in found)
        raise ConfigurationError(f"{root} holds no crawl of {spider!r}; it holds {names}")
    return mine


def _job(root: Path, path: Path) -> Job:
    with closing(SqliteStore(path, read_only=True)) as store:
        due = store.entries("is_list = 1 AND state = 2 AND kind <> 'next' ORDER BY due_at, id LIMIT ?", LISTS_SHOWN)
        lists = store.db.execute("SELECT count(*) FROM entry WHERE is_list = 1 AND state = 2").fetchone()[0]
        counts = store.counts()
    lease = root / "leases" / f"{path.stem}.json"
    holder = describe_holder(lease) if is_held(lease) else None
    return Job(path.stem, counts, due, lists, holder, earlier_reports(root, path.stem, most=RUNS_SHOWN))
