"""What a job file says, read and checked: jobs, and the channels that are told of their changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from snapshot_crawler.jobs.timetable import Timetable

# What a notice can be about; the first of them that a channel asks for is the word it is told (see events.py).
WORDS = ("stuck", "disk", "drift", "failed", "silent", "recovered")


@dataclass(frozen=True, slots=True)
class Job:
    """One table [jobs.NAME]. Times in seconds; values of args and settings as they stand behind -a and -s."""

    name: str
    spider: str
    timetable: Timetable
    args: dict[str, str] = field(default_factory=dict)  # start among them
    settings: dict[str, str] = field(default_factory=dict)
    output: str | None = None
    jitter_s: int = 0
    timeout_s: int = 86_400  # a day; as the job file's default (jobfile.py)
    enabled: bool = True
    priority: int = 0  # of two jobs that are due, the higher goes first
    workers: int = 1  # machines that work at a run together, where they share a database

    def argv(self, settings: dict[str, str]) -> list[str]:
        """The job as a command line of `scrapy`; settings, from the operator's own command line, go before its own."""
        words = ["scrapy", "crawl", self.spider]
        for name, value in self.args.items():
            words += ["-a", f"{name}={value}"]
        if self.output is not None:
            words += ["-o", self.output]
        for name, value in {**self.settings, **settings, "JOB_NAME": self.name}.items():
            words += ["-s", f"{name}={value}"]
        return words


@dataclass(frozen=True, slots=True)
class Channel:
    """One table [notify.NAME]."""

    name: str
    url: str
    on: frozenset[str] = frozenset(WORDS)
    jobs: tuple[str, ...] = ("*",)
    secret: str | None = None  # signs what goes to a webhook of ours

    def wants(self, job: str) -> bool:
        """Whether the channel is told of this job. A machine (store.Store.machine) is none, and concerns everybody."""
        return not job or job.startswith("@") or any(fnmatchcase(job, pattern) for pattern in self.jobs)


@dataclass(frozen=True, slots=True)
class JobFile:
    """A whole job file."""

    path: Path
    jobs: dict[str, Job]
    channels: dict[str, Channel]
    settings: dict[str, str]  # of [defaults]
