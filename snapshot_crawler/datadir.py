"""Where everything below DATA_DIR lies: a crawl in, its job, its run and the paths of both out.

When the same command is started again, it continues its job. A job is named after the spider and, for spiders that take
their start from the command line (`-a start=URL`), the start address. So one DATA_DIR serves hundreds of jobs, several
of them at once. A run is one process that works on a job. The setting JOB_NAME gives a job another name than the one
that follows from spider and start.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.urls import host, normalise

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LONGEST_JOB_NAME = 80  # characters; by choice
LONGEST_OWN_NAME = 150  # bytes: with the run's time and ".jsonl.part" it must stay a file name, so below 255
OWN_NAME = re.compile(r"\w[\w.@+-]*")  # safe as a file name, no option and no hidden file
PLAIN_START = re.compile(r"(?:/[a-z0-9.-]+)+")  # a path that is told apart when "/" becomes "_"
_of_crawler: WeakKeyDictionary[Crawler, DataDir] = WeakKeyDictionary()


@dataclass(frozen=True)
class DataDir:
    """The places of one run of one job. No path is created here; who writes a file makes its folder."""

    root: Path
    job: str
    run: str  # the job's name and start time in UTC, sortable; unique with the process id, and a number where one
    # process begins several in a second

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DataDir:
        """The places of this crawler's run; every component of the crawler gets the same answer."""
        if crawler not in _of_crawler:
            spider = crawler.spider
            assert spider is not None, "DataDir.from_crawler is for open_spider and later"
            own = crawler.settings["JOB_NAME"]
            job = own_job_name(own) if own else job_name(spider.name, getattr(spider, "start_argument", None))
            root = Path(crawler.settings["DATA_DIR"])
            first = f"{job}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"
            names = (first if number == 0 else f"{first}_{number}" for number in count())
            run = next(name for name in names if not (root / "runs" / f"{name}.json").exists())
            _of_crawler[crawler] = cls(root, job, run)
        return _of_crawler[crawler]

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


def own_job_name(name: str) -> str:
    """The setting JOB_NAME, when it can be a job's name. Raises ConfigurationError."""
    if OWN_NAME.fullmatch(name) and len(name.encode()) <= LONGEST_OWN_NAME:
        return name
    raise ConfigurationError(
        f"JOB_NAME is {name!r}; it takes letters, digits and _.@+-, begins with a letter, a digit or _, "
        f"and has at most {LONGEST_OWN_NAME} bytes"
    )


def job_name(spider: str, start: object = None) -> str:
    """The spider's name, with the start addresses where they came from the command line. Safe as a file name.

    A start's usual port and a path of "/" alone do not show: news@people.example. Other ports and paths do:
    news@people.example_8080, news@people.example_politics. Where letters are lost on the way, a hash is added.
    """
    if not isinstance(start, str) or not start.strip():
        return spider
    addresses = {address for text in start.split(",") if (address := normalise(text))}
    return _shortened(f"{spider}@{'+'.join(sorted(map(_start_name, addresses)))}")


def former_job_name(spider: str, start: object = None) -> str:
    """The name that earlier versions gave the job: they told starts apart by their hosts alone."""
    if not isinstance(start, str) or not start.strip():
        return spider
    hosts = sorted({host(url.strip()) for url in start.split(",")} - {""})
    return _shortened(re.sub(r"[^\w.@+-]", "_", f"{spider}@{'+'.join(hosts)}"))


def _start_name(address: str) -> str:
    """A normalised start address as part of a file name; two different addresses have different names."""
    split = urlsplit(address)
    name = re.sub(r"[^\w.-]", "_", split.netloc)
    path = split.path.rstrip("/")
    if not split.query and (not path or PLAIN_START.fullmatch(path)):
        return name + path.replace("/", "_")
    readable = re.sub(r"[^A-Za-z0-9.-]+", "_", path).rstrip("_")
    return f"{name}{readable}-{_short_hash(split.path + '?' + split.query)}"


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_JOB_NAME:
        return name
    return f"{name[: LONGEST_JOB_NAME - 9]}-{_short_hash(name)}"


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
