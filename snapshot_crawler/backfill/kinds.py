"""Jobs that read WARC files and jobs that crawl are told apart, by a note in the frontier; asked before each run."""

from __future__ import annotations

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.frontier.store import Store

READS, WARC = "reads", "warc"  # a note of the frontier (door.Frontier.remember), and what stands there


def check_kind(store: Store, job: str, *, reads_warc: bool) -> None:
    """Raises ConfigurationError for a job that crawls when this run reads files, and the other way round."""
    is_of_warc = store.get_state(f"note/{READS}") == WARC
    if is_of_warc == reads_warc or not store.counts():
        return
    if is_of_warc:
        raise ConfigurationError(f"the job {job} reads WARC files (-a warc=); choose another JOB_NAME for the crawl")
    raise ConfigurationError(f"the job {job} crawls the site; choose another JOB_NAME to read WARC files")
