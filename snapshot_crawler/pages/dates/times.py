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
    CHINA,
    FORMS,
    PLAIN,
    Context,
    Parts,
    after_day,
    before_day,
    time_of,
    without_year,
    zone_of,
)
from snapshot_crawler.pages.dates.relative import Relative, may_be_relative, relative_times
from snapshot_crawler.pages.dates.zones import SiteZone

__all__ = ["CHINA", "Moment", "Sighting", "find_times", "parse_time"]

EARLIEST_YEAR = 1990  # news on the web is younger; 1970 is an empty field, not a time
LATEST = timedelta(days=1)  # after the fetch: clocks and zones of sites may be wrong by hours


@dataclass(slots=True, frozen=True)
class Moment:
    """A time that a page states: aware instant, how exact it was written, and the text it came from."""

    at: datetime
    precision: str  # second, minute or day
    raw: str
    is_relative: bool = False  # it counts from the fetch: 3 hours ago, yesterday
    is_zoned: bool = False  # its own text tells its place on earth: an offset, a zone, seconds since 1970, hours ago

    def whose_zone(self, site: SiteZone) -> str:
        """Article.published_zone for this time, which was read with the site's zone."""
        return "page" if self.is_zoned else "guess" if site.is_guess else "site"

    def isoformat(self) -> str:
        """ISO 8601 with the offset of the zone it was written in; a day stands at its midnight."""
        return self.at.isoformat(timespec="seconds")


class Sighting(NamedTuple):
    """A time inside a text: text[start:end] is how it was written."""

    moment: Moment
    start: int
    end: int

    def is_word(self) -> bool:
        """Whether it is a word without figures, such as gestern or just now, which running text is full of."""
        return self.moment.is_relative and not FIGURE.search(self.moment.raw)

    def is_chinese(self) -> bool:
        """Whether it has Chinese characters, whose words follow each other without a space."""
        return bool(HAN.search(self.moment.raw))

    def begins_apart(self, text: str) -> bool:
        """Whether nothing stands before it, or a sign that parts a time from other things: a colon, a stroke, a dot."""
        return bool(APART.search(text[: self.start]))


BARE_MONTH_DAY = re.compile(r"(?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})")
COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})?)?")
# As sitemaps, feeds and page data write it: 2024-05-01T08:30:00+08:00. UTC+14 is the farthest zone.
WHOLE_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])")
UNIX = re.compile(r"[0-9]{10}(?:[0-9]{3})?")
LONGEST_CLOCK = 40  # characters before a day in which its clock is looked for: "03:04:05 p.m. (UTC+08:00), Wednesday "
LONGEST_TEXT = 100_000  # characters that are looked through; 4 MB of "12:12:" would take 9 s
FIGURE = re.compile(r"\d")
HAN = re.compile("[\u4e00-\u9fff]")
APART = re.compile(r"^\W*$|[:：|｜·•,(\[–—-]\s*$")
# No form of a date is without one of the first, nor of the second; other figures (赞38, 3 hours ago) cost little so.
SIGN_OF_DATE = re.compile("[0-9年月]")
MAY_HOLD_DATE = re.compile(r"[0-9][-/.][0-9]|[年月]|民国|令和|(?:1[0-9]|20)[0-9]{2}")


def _moment(day: date | None, clock: Parts | None, context: Context, raw: str) -> Moment | None:
    """The moment of a day and, where there is one, a clock; None when it cannot be a time of publishing."""
    if day is None:
        return None
    zone, at, precision, is_zoned = context.zone, time(), "day", False
    if clock is not None:
        read, zone_read = time_of(clock), zone_of(clock, context)
        if read is None or zone_read is None:
            return None
        zone, at, precision = zone_read, read, "second" if clock["second"] else "minute"
        is_zoned = bool(clock["offset"] or clock["zone"] or clock.groupdict().get("early"))
    return _plausible(Moment(datetime.combine(day, at, zone), precision, raw, is_zoned=is_zoned), context)


def _plausible(moment: Moment, context: Context) -> Moment | None:
    year = moment.at.year
    if not EARLIEST_YEAR <= year <= context.fetched_at.year + 1 or moment.at > context.fetched_at + LATEST:
        return None
    return moment


Stretch = tuple[int, int, Moment | None]  # first character, the one after the last, and None for an impossible time


def _dates(text: str, plain: str, context: Context) -> Iterator[Stretch]:
    """Every stretch of text that has the form of a date. plain: the text with its signs made PLAIN."""
    for form in FORMS:
        if not form.needed.search(plain):
            continue
        for found in form.pattern.finditer(plain):
            start, end = found.span()
            clock: Parts | None = found if "hour" in found.re.groupindex and found["hour"] else None
            if clock is None and (clock := _clock_before(plain, start)):
                start = clock.start()
            try:
                day = form.read(found, context)
            except KeyError:
                continue
            yield start, end, _moment(day, clock, context, text[start:end].strip())


def _clock_before(plain: str, start: int) -> Parts | None:
    """The clock straight before a day that begins at start."""
    first = max(0, start - LONGEST_CLOCK)
    return before_day().search(plain, first, start) if plain.find(":", first, start) >= 0 else None


def _relative(text: str, plain: str, context: Context) -> Iterator[Stretch]:
    """Every stretch of text that counts back from the fetch."""
    for relative in relative_times(plain.lower()):
        yield from _counted_back(relative, text, plain, context)


def _counted_back(found: Relative, text: str, plain: str, context: Context) -> Iterator[Stretch]:
    """The moment of a relative time; a day's word takes the clock before or behind it along."""
    now = context.fetched_at.astimezone(context.zone).replace(microsecond=0)
    start, end = found.start, found.end
    if not found.is_whole_day:
        yield start, end, _plausible(Moment(now - found.back, "minute", text[start:end], True, True), context)
        return
    clock: Parts | None = None
    if found.is_day_word:
        behind = after_day().match(plain, end)
        if behind is None:
            return  # a number follows that is no clock
        end = behind.end()
        clock = behind if behind["hour"] else _clock_before(plain, start)
        start = clock.start() if clock is not None and clock is not behind else start
        if found.needs_clock and clock is None:
            return
    moment = _moment((now - found.back).date(), clock, context, text[start:end].strip())
    yield start, end, replace(moment, is_relative=True) if moment else None


def find_times(
    text: str, *, fetched_at: datetime, zone: tzinfo = CHINA, day_first: bool | None = None
) -> list[Sighting]:
    """All times in text, in order; the longest form wins where several overlap. Arguments as in parse_time."""
    if fetched_at.tzinfo is None:
        raise ValueError(f"fetched_at {fetched_at} has no zone; pass datetime.now(tz=...)")
    text = text[:LONGEST_TEXT]
    plain = text.translate(PLAIN)
    has_date = bool(SIGN_OF_DATE.search(plain) and MAY_HOLD_DATE.search(plain))
    if not has_date and not may_be_relative(plain.lower()):
        return []
    found: list[Sighting] = []
    context, after = Context(fetched_at, zone, day_first), -1
    every = [*(_dates(text, plain, context) if has_date else ()), *_relative(text, plain, context)]
    seen = sorted(every, key=lambda one: (one[0], -one[1], one[2] is None))
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
    context = Context(fetched_at, zone, day_first)
    if WHOLE_ISO.fullmatch(text) and (whole_iso := _whole_iso(text, context)) is not None:
        return whole_iso
    found = find_times(text, fetched_at=fetched_at, zone=zone, day_first=day_first)
    if found:
        return found[0].moment
    whole = text.translate(PLAIN).strip()
    if parts := BARE_MONTH_DAY.fullmatch(whole):
        return _moment(without_year(int(parts["month"]), int(parts["day"]), context), None, context, text.strip())
    if parts := COMPACT.fullmatch(whole):
        spelled = "-".join(parts.groups()[:3]) + " " + ":".join(part for part in parts.groups()[3:] if part)
        spelt = find_times(spelled, fetched_at=fetched_at, zone=zone)
        return replace(spelt[0].moment, raw=text.strip()) if spelt else None
    if unix and UNIX.fullmatch(whole):
        at = datetime.fromtimestamp(int(whole[:10]), zone)
        return _plausible(Moment(at, "second", text.strip(), is_zoned=True), context)
    return None


def _whole_iso(text: str, context: Context) -> Moment | None:
    """A text that is a whole time, as find_times reads it in ten times as long; None where it must decide."""
    if context.fetched_at.tzinfo is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _plausible(Moment(at, "second", text, is_zoned=True), context)
