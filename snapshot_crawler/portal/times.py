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
    is_chinese = moment.utcoffset() == CHINA.utcoffset(None)
    if precision == "day" and is_chinese:
        form = "%Y-%m-%d"
    else:  # a day of another offset, too: with the offset behind it, it needs its clock to be read as one time
        form = "%Y-%m-%d %H:%M" if precision in ("day", "minute") else "%Y-%m-%d %H:%M:%S"
    return moment.strftime(form) + ("" if is_chinese else _offset(moment))


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
