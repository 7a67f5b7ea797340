"""Where the scheduled jobs keep their state: jobs/ below the DATA_DIR that all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from snapshot_crawler.jobs.model import Job


@dataclass(frozen=True, slots=True)
class Places:
    """root: the DATA_DIR of the jobs as a whole. No path is created here."""

    root: Path

    @property
    def history(self) -> Path:
        """The database of the runs."""
        return self.root / "jobs" / "history.sqlite"

    def lock(self, job: str) -> Path:
        """The lock that one run of a job holds."""
        return self.root / "jobs" / "locks" / f"{job}.lock"

    def log(self, job: str, number: int, wall: float) -> Path:
        """The log of a run; names sort by time."""
        began = datetime.fromtimestamp(wall, UTC)
        return self.root / "jobs" / "logs" / job / f"{began:%Y%m%dT%H%M%SZ}-{number}.log"

    def of_run(self, job: Job, typed: dict[str, str]) -> Path:
        """The DATA_DIR that a job's runs work in: as typed, as the job says, or the common one."""
        return Path(typed.get("DATA_DIR") or job.settings.get("DATA_DIR") or self.root)
