"""What every `scrapy jobs` command begins with: the job file that the settings name, checked, and the history.

settings and what was typed behind -s in; an Office out, whose methods are the commands.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs import checks
from snapshot_crawler.jobs.clock import Clock, ServerClock
from snapshot_crawler.jobs.disk import floor_of
from snapshot_crawler.jobs.history import History
from snapshot_crawler.jobs.jobfile import read_job_file
from snapshot_crawler.jobs.model import Job, JobFile
from snapshot_crawler.jobs.places import Places, data_dir_of, job_file_path
from snapshot_crawler.jobs.store import Shared
from snapshot_crawler.postgres.address import SETTING as DATABASE
from snapshot_crawler.postgres.address import database_url
from snapshot_crawler.postgres.database import WAIT_S, WAIT_SETTING
from snapshot_crawler.spelling import did_you_mean

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Office:
    """settings: the project's, with what was typed. typed: what was typed alone; it goes before the jobs' own."""

    settings: BaseSettings
    typed: dict[str, str]
    clock: Clock
    file: JobFile
    findings: checks.Findings

    @classmethod
    def open(cls, settings: BaseSettings, typed: dict[str, str], clock: Clock | None = None) -> Office:
        """Read and check the job file. Raises JobFileError with all its mistakes."""
        file, findings = read_and_check(job_file_path(settings), settings)
        office = cls(settings, typed, clock or Clock(), file, findings)
        office.check(file)
        if clock is None and office.places.shared is not None:
            office.clock = ServerClock()
        return office

    def setting(self, name: str, file: JobFile | None = None) -> Any:
        """A setting of the daemon itself: as typed, else as [defaults] has it, else the project's.

        file: a job file that is not in force yet.
        """
        is_typed = (self.settings.getpriority(name) or 0) >= SETTINGS_PRIORITIES["cmdline"]
        return self.settings[name] if is_typed else (file or self.file).settings.get(name, self.settings[name])

    def check(self, file: JobFile) -> None:
        """Raises ConfigurationError for a setting in a job file that the daemon itself could not use."""
        number_of_processes(self.setting("JOBS_AT_ONCE", file))
        floor_of(self.setting("DISK_FREE_MIN", file))

    @property
    def places(self) -> Places:
        """Below the DATA_DIR that was typed, else that of [defaults], else the project's."""
        root = data_dir_of(self.typed, self.file.settings) or Path(self.settings["DATA_DIR"])
        address = database_url({DATABASE: self.setting(DATABASE)})
        return Places(root, Shared(address, root, float(self.setting(WAIT_SETTING) or WAIT_S)) if address else None)

    @property
    def at_once(self) -> int:
        """JOBS_AT_ONCE."""
        return number_of_processes(self.setting("JOBS_AT_ONCE"))

    @property
    def floor_bytes(self) -> int:
        """DISK_FREE_MIN, in bytes."""
        return floor_of(self.setting("DISK_FREE_MIN"))

    def roots(self) -> list[Path]:
        """Every DATA_DIR in which a job of the file runs."""
        return [self.places.root, *(self.places.of_run(job, self.typed) for job in self.file.jobs.values())]

    def history(self) -> History:
        """The history, with all jobs of the file seen. Raises OutputError or StateError."""
        with ExitStack() as on_failure:
            history = on_failure.enter_context(History(self.places.history))
            self.set_clock(history)
            history.see(self.file.jobs, self.clock.now())
            on_failure.pop_all()
        return history

    def set_clock(self, history: History) -> None:
        """Go by the clock of the database that several machines share; theirs may differ."""
        if (wall := history.db.server_wall()) is not None:
            self.clock.follow(wall)

    def job(self, name: str) -> Job:
        """A job by its name. Raises ConfigurationError with the nearest name."""
        if name not in self.file.jobs:
            hint = did_you_mean(name, self.file.jobs) or f"; the jobs are {', '.join(self.file.jobs) or 'none yet'}"
            raise ConfigurationError(f"{self.file.path}: [jobs.{name}]: no such job{hint}")
        return self.file.jobs[name]


def number_of_processes(value: Any) -> int:
    """JOBS_AT_ONCE. Raises ConfigurationError when it is no number of processes."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = 0
    if number < 1:
        raise ConfigurationError(f"JOBS_AT_ONCE is {value!r}; it takes a number from 1")
    return number


def read_and_check(path: Path, settings: BaseSettings) -> tuple[JobFile, checks.Findings]:
    """A job file, and what the project says of it. Raises JobFileError."""
    file = read_job_file(path)
    return file, checks.check(file, settings)
