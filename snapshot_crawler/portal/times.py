"""Times as the pages show them: ISO 8601 in, the words of a snapshot page out.

They are Chinese time unless an article states another offset, which then stands behind the time: so what is shown
means one instant, and a crawler reads the same one (pages/dates/).
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def in_full(text: str | None, precision: str | None = None) -> str:
    """2026-11-25 17:55:44, as exact as it was stated (day, minute, second); '' where there is none."""
    moment = _moment(text)
    if moment is None or text is None:
        return ""
    form = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M"}.get(precision or "", "%Y-%m-%d %H:%M:%S")
    offset = "" if moment.utcoffset() == CHINA.utcoffset(None) or precision == "day" else _offset(moment)
    return moment.strftime(form).rjust(len("2026-11-25"), "0") + offset


def shown(text: str | None) -> str:
    """2026-11-25 17:55, for rows of lists."""
    return in_full(text, "minute")


def chinese(text: str | None) -> str | None:
    """The same instant by Chinese time."""
    moment = _moment(text)
    return moment.astimezone(CHINA).isoformat(timespec="seconds") if moment is not None else None


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=CHINA)


def _offset(moment: datetime) -> str:
    return " " + moment.isoformat(timespec="seconds")[19:].replace("Z", "+00:00")
