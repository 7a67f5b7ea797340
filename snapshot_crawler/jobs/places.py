"""Where the scheduled jobs keep their state: jobs/ below the DATA_DIR that all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from scrapy.utils.conf import closest_scrapy_cfg

from snapshot_crawler.jobs.model import Job
from snapshot_crawler.jobs.store import Shared, Where


@dataclass(frozen=True, slots=True)
class Places:
    """root: the DATA_DIR of the jobs as a whole. shared: the database of several machines. No path is created here."""

    root: Path
    shared: Shared | None = None

    @property
    def history(self) -> Where:
        """Where the history of the runs is."""
        return self.shared or self.root / "jobs" / "history.sqlite"

    def lock(self, job: str) -> Path:
        """The lock that one run of a job holds."""
        return self.root / "jobs" / "locks" / f"{job}.lock"

    def log(self, job: str, number: int, wall: float) -> Path:
        """The log of a run; names sort by time."""
        began = datetime.fromtimestamp(wall, UTC)
        return self.root / "jobs" / "logs" / job / f"{began:%Y%m%dT%H%M%SZ}-{number}.log"

    def of_run(self, job: Job, typed: dict[str, str]) -> Path:
        """The DATA_DIR that a job's runs work in: as typed, as the job says, or the common one."""
        return data_dir_of(typed, job.settings) or self.root


def data_dir_of(*sources: dict[str, str]) -> Path | None:
    """The first DATA_DIR that is named; None where none is."""
    return next((Path(source["DATA_DIR"]) for source in sources if "DATA_DIR" in source), None)


def job_file_path(settings: BaseSettings) -> Path:
    """JOBS_FILE; a relative default lies beside scrapy.cfg, one that somebody typed in the working directory."""
    name = Path(settings["JOBS_FILE"])
    config = closest_scrapy_cfg()
    is_typed = (settings.getpriority("JOBS_FILE") or 0) > SETTINGS_PRIORITIES["project"]
    return name if is_typed or name.is_absolute() or not config else Path(config).parent / name
