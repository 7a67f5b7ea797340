"""When a job is due: an interval or a cron expression in a zone, without any state.

Cron is read by cronsim, which follows Debian's cron over the changes of summer time: a fixed time that the spring
leaves out comes right after it, one that the autumn has twice comes once. Intervals know no calendar.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

DURATION = re.compile(r"(\d+)([smhd])")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
DURATION_FORM = 'such as "90s", "15m", "6h", "1d"'
CRON_FIELDS = 5  # minute, hour, day, month, weekday (POSIX crontab)


def seconds_of(text: str) -> int:
    """The seconds of a duration such as "15m". Raises ValueError."""
    found = DURATION.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time; write it {DURATION_FORM}")
    return int(found[1]) * UNITS[found[2]]


def duration_text(seconds: float) -> str:
    """The shortest writing of a duration: 900 is "15m"."""
    whole = round(seconds)
    unit = next(unit for unit in "dhms" if whole % UNITS[unit] == 0 or unit == "s")
    return f"{whole // UNITS[unit]}{unit}"


def check_cron(expression: str) -> None:
    """Raises ValueError for what is no cron expression of five fields, and for one that never comes."""
    if len(expression.split()) != CRON_FIELDS:
        raise ValueError(f"{expression!r} needs five fields: minute hour day month weekday")
    try:
        # any moment will do: it raises when no day ever fits
        next(CronSim(expression, datetime(2026, 1, 1, tzinfo=UTC)))
    except CronSimError as error:
        raise ValueError(f"{expression!r} is no cron expression: {error}") from None
    except StopIteration:
        raise ValueError(f"{expression!r} never comes") from None


@dataclass(frozen=True, slots=True)
class Timetable:
    """Either every_s or cron is set. zone: of the cron expression, and of what is shown to people."""

    zone: ZoneInfo
    every_s: int | None = None
    cron: str | None = None

    def __str__(self) -> str:
        return f"every {duration_text(self.every_s)}" if self.every_s is not None else f"cron {self.cron}"

    def after(self, wall: float) -> float:
        """The first time of the cron expression later than an instant; both in seconds since 1970."""
        assert self.cron is not None
        moment = datetime.fromtimestamp(wall, self.zone)
        for found in self._times(moment):
            # cronsim reckons fixed times without a zone, so in the autumn's second hour it names the first one again
            if found.timestamp() > wall:
                return found.timestamp()
        raise AssertionError("check_cron lets no expression pass that never comes")

    def _times(self, moment: datetime) -> Iterator[datetime]:
        assert self.cron is not None
        for found in CronSim(self.cron, moment):
            # a time that the spring leaves out: the same instant, as the clocks then show it
            yield found.astimezone(UTC).astimezone(self.zone)

    def gap(self, wall: float) -> float:
        """Seconds between two of the job's times, around an instant."""
        if self.every_s is not None:
            return self.every_s
        first = self.after(wall)
        return self.after(first) - first


def jitter_of(job: str, nominal: float, most_s: float) -> float:
    """How much later than its time a job starts, 0 to most_s: the same for the same job and time, in every process."""
    if most_s <= 0:
        return 0.0
    digest = hashlib.sha256(f"{job} {nominal:.0f}".encode()).digest()
    return most_s * int.from_bytes(digest[:8], "big") / 2**64  # 8 bytes as a share of 1


def local_text(wall: float, zone: ZoneInfo) -> str:
    """An instant in ISO 8601 with the zone's offset."""
    return datetime.fromtimestamp(wall, zone).isoformat(timespec="seconds")
