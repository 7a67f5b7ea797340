"""The instants that an operator names on a command line: `--since 36h` or `-a until=2026-11-24` in, UTC out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from snapshot_crawler.exceptions import ConfigurationError

SPAN = re.compile(r"(\d{1,5})\s*(m|h|d)")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def moment_of(text: str, now: datetime, *, option: str = "--since", is_end: bool = False) -> datetime:
    """The instant that a text names, in UTC: a date, a time, or how long ago.

    A time without a zone is in this machine's. is_end: a date alone means the end of that day, so that "until" a day
    takes the day along. option: how the error calls it. Raises ConfigurationError for a text that names no time.
    """
    text = text.strip()
    if span := SPAN.fullmatch(text):
        return now - int(span[1]) * UNITS[span[2]]
    try:
        moment = datetime.fromisoformat(text)
        if is_end and DATE.fullmatch(text):
            moment += timedelta(days=1) - timedelta(microseconds=1)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ConfigurationError(
            f"{option} {text!r} is no time; write 2026-11-24, 2026-11-24T08:00+08:00, or how long ago: 36h, 2d"
        ) from None
