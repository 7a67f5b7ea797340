"""Times as news pages write them, made into instants: text in, aware datetime out.

Each form of a date is one pattern with one reader; a clock may stand after or before any of them. What cannot be a
time of publishing (30 February, 25:61, 1970, next month) is no time, and it also hides the shorter forms inside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from snapshot_crawler.pages.dates.forms import (
    BEFORE,
    CHINA,
    FORMS,
    PLAIN,
    Context,
    Parts,
    time_of,
    without_year,
    zone_of,
)

__all__ = ["CHINA", "Moment", "Sighting", "find_times", "parse_time"]

EARLIEST_YEAR = 1990  # news on the web is younger; 1970 is an empty field, not a time
LATEST = timedelta(days=1)  # after the fetch: clocks and zones of sites may be wrong by hours


@dataclass(slots=True, frozen=True)
class Moment:
    """A time that a page states: aware instant, how exact it was written, and the text it came from."""

    at: datetime
    precision: str  # second, minute or day
    raw: str

    def isoformat(self) -> str:
        """ISO 8601 with the offset of the zone it was written in; a day stands at its midnight."""
        return self.at.isoformat(timespec="seconds")


class Sighting(NamedTuple):
    """A time inside a text: text[start:end] is how it was written."""

    moment: Moment
    start: int
    end: int


AGO = re.compile(
    r"(?P<some>[0-9]{1,4}|半|一|两|\ban?\b)\s{0,2}个?"
    r"(?P<unit>秒钟?|分钟?|小时|天|(?:second|sec|minute|min|hour|hr|day)s?\b)\s{0,2}(?:之?以?前|ago)"
    r"|(?P<now>刚刚|刚才|\bjust now\b)",
    re.IGNORECASE,
)
BARE_MONTH_DAY = re.compile(r"(?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})")
COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})?)?")
UNIX = re.compile(r"[0-9]{10}(?:[0-9]{3})?")
LONGEST_TEXT = 100_000  # characters that are looked through; 4 MB of "12:12:" would take 9 s
HAS_TIME = re.compile(r"[0-9]|[今昨前刚]|[〇零○]|二[Oo]|ago\b|day\b|now\b", re.IGNORECASE)


def _moment(day: date | None, clock: Parts | None, context: Context, raw: str) -> Moment | None:
    """The moment of a day and, where there is one, a clock; None when it cannot be a time of publishing."""
    if day is None:
        return None
    zone, at, precision = context.zone, time(), "day"
    if clock is not None:
        read, zone_read = time_of(clock), zone_of(clock, context)
        if read is None or zone_read is None:
            return None
        zone, at, precision = zone_read, read, "second" if clock["second"] else "minute"
    return _plausible(Moment(datetime.combine(day, at, zone), precision, raw), context)


def _plausible(moment: Moment, context: Context) -> Moment | None:
    year = moment.at.year
    if not EARLIEST_YEAR <= year <= context.fetched_at.year + 1 or moment.at > context.fetched_at + LATEST:
        return None
    return moment


def _read_ago(found: Parts, context: Context, raw: str) -> Moment | None:
    now = context.fetched_at.astimezone(context.zone).replace(microsecond=0)
    if found["now"]:
        return Moment(now, "minute", raw)
    some, unit = found["some"].lower(), found["unit"].lower()
    number = int(some) if some.isdecimal() else {"半": 0.5, "两": 2}.get(some, 1)
    if unit[0] in "天d":
        if number == 0.5:
            return None
        midnight = datetime.combine(now.date() - timedelta(days=number), time(), context.zone)
        return _plausible(Moment(midnight, "day", raw), context)
    seconds = 3600 if unit[0] in "小h" else 60 if unit[0] in "分m" else 1
    return _plausible(Moment(now - timedelta(seconds=number * seconds), "minute", raw), context)


def _sightings(text: str, plain: str, context: Context) -> Iterator[tuple[int, int, Moment | None]]:
    """Every stretch of text that has the form of a time, with its moment, or None where it is impossible.

    plain: the text with its signs made PLAIN.
    """
    for pattern, read in FORMS:
        for found in pattern.finditer(plain):
            start, end = found.span()
            clock: Parts | None = found if "hour" in found.re.groupindex and found["hour"] else None
            if clock is None and (clock := BEFORE.search(plain, max(0, start - 40), start)):
                start = clock.start()
            try:
                day = read(found, context)
            except KeyError:
                continue
            yield start, end, _moment(day, clock, context, text[start:end].strip())
    for found in AGO.finditer(plain):
        yield found.start(), found.end(), _read_ago(found, context, found[0])


def find_times(
    text: str, *, fetched_at: datetime, zone: tzinfo = CHINA, day_first: bool | None = None
) -> list[Sighting]:
    """All times in text, in order; the longest form wins where several overlap. Arguments as in parse_time."""
    if fetched_at.tzinfo is None:
        raise ValueError(f"fetched_at {fetched_at} has no zone; pass datetime.now(tz=...)")
    text = text[:LONGEST_TEXT]
    plain = text.translate(PLAIN)
    if not HAS_TIME.search(plain):
        return []
    found: list[Sighting] = []
    context, after = Context(fetched_at, zone, day_first), -1
    seen = sorted(_sightings(text, plain, context), key=lambda one: (one[0], -one[1], one[2] is None))
    for start, end, moment in seen:
        if start < after:
            continue
        after = end
        if moment:
            found.append(Sighting(moment, start, end))
    return found


def parse_time(
    text: str, *, fetched_at: datetime, zone: tzinfo = CHINA, day_first: bool | None = None, unix: bool = False
) -> Moment | None:
    """The first time in text. Naive times get zone; relative words (3小时前, 昨天 08:30) count from fetched_at.

    None when there is no time, or an impossible one: before 1990, or after fetched_at by more than a day.
    day_first says how to read 08/07/2023; without it only what is beyond doubt counts. unix allows the whole text to
    be seconds or milliseconds since 1970. Raises ValueError for a naive fetched_at.
    """
    found = find_times(text, fetched_at=fetched_at, zone=zone, day_first=day_first)
    if found:
        return found[0].moment
    whole = text.translate(PLAIN).strip()
    context = Context(fetched_at, zone, day_first)
    if parts := BARE_MONTH_DAY.fullmatch(whole):
        return _moment(without_year(int(parts["month"]), int(parts["day"]), context), None, context, text.strip())
    if parts := COMPACT.fullmatch(whole):
        spelled = "-".join(parts.groups()[:3]) + " " + ":".join(part for part in parts.groups()[3:] if part)
        spelt = find_times(spelled, fetched_at=fetched_at, zone=zone)
        return replace(spelt[0].moment, raw=text.strip()) if spelt else None
    if unix and UNIX.fullmatch(whole):
        return _plausible(Moment(datetime.fromtimestamp(int(whole[:10]), zone), "second", text.strip()), context)
    return None
