"""Where everything below DATA_DIR lies: one crawl's job, its run, and the paths of both.

A job is what is continued when the same command is started again: the spider, and for spiders that take their
start from the command line (`-a start=URL`) the start host too. So one DATA_DIR serves hundreds of jobs, several
of them at once. A run is one process that works on a job.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from snapshot_crawler.urls import host

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LONGEST_JOB_NAME = 80
_of_crawler: WeakKeyDictionary[Crawler, DataDir] = WeakKeyDictionary()


@dataclass(frozen=True)
class DataDir:
    """The places of one run of one job. No path is created here; who writes a file makes its folder."""

    root: Path
    job: str
    run: str  # the job's name and the start time in UTC, sortable; unique with the process id

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DataDir:
        """The places of this crawler's run; every component of the crawler gets the same answer."""
        if crawler not in _of_crawler:
            spider = crawler.spider
            assert spider is not None, "DataDir.from_crawler is for open_spider and later"
            job = job_name(spider.name, getattr(spider, "start_argument", None))
            run = f"{job}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"
            _of_crawler[crawler] = cls(Path(crawler.settings["DATA_DIR"]), job, run)
        return _of_crawler[crawler]

    @property
    def frontier(self) -> Path:
        """The job's frontier, one SQLite database."""
        return self.root / "frontier" / f"{self.job}.sqlite"

    @property
    def index(self) -> Path:
        """The index of everything exported, shared by all jobs of this DATA_DIR."""
        return self.root / "index.sqlite"

    @property
    def lease(self) -> Path:
        """The lock that one run of the job holds."""
        return self.root / "leases" / f"{self.job}.json"

    @property
    def report(self) -> Path:
        """The run's report."""
        return self.root / "runs" / f"{self.run}.json"

    @property
    def drift(self) -> Path:
        """The job's history of what its pages usually hold."""
        return self.root / "drift" / f"{self.job}.json"

    def lines(self, kind: str) -> Path:
        """The run's own file of one kind: articles, duplicates, rejected or quarantine."""
        return self.root / kind / self.job / f"{self.run}.jsonl"


def job_name(spider: str, start: object = None) -> str:
    """The spider's name, with the start hosts where the start came from the command line. Safe as a file name."""
    if not isinstance(start, str) or not start.strip():
        return spider
    hosts = sorted({host(url.strip()) for url in start.split(",")} - {""})
    name = re.sub(r"[^\w.@+-]", "_", f"{spider}@{'+'.join(hosts)}")
    if len(name) <= LONGEST_JOB_NAME:
        return name
    return name[: LONGEST_JOB_NAME - 9] + "-" + hashlib.sha256(name.encode()).hexdigest()[:8]
