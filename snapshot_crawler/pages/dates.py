"""Times as news pages write them, made into instants: text in, aware datetime out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")  # one zone all year since 1991


@dataclass(slots=True, frozen=True)
class Moment:
    """A time that a page states: aware instant, how exact it was written, and the text it came from."""

    at: datetime
    precision: str  # second, minute or day
    raw: str

    def isoformat(self) -> str:
        """ISO 8601 with the offset of the zone it was written in; a day stands at its midnight."""
        return self.at.isoformat(timespec="seconds")


def parse_time(text: str, *, fetched_at: datetime, zone: tzinfo = CHINA) -> Moment | None:
    """The first time in text. Naive times get zone; relative words (3小时前, 昨天 08:30) count from fetched_at.

    None when there is no time, or an impossible one: before 1990, or after fetched_at by more than a day.
    """
    raise NotImplementedError
