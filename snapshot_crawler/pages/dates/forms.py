"""The forms that a date and a clock have in a text: one pattern and one reader for each form.

A clock may stand after or before any of them. A reader answers None for a day that does not exist; the pattern has
matched all the same, and that hides shorter forms inside it (02-30 in 2023-02-30). It raises KeyError for a word that
is no month: then nothing was matched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from snapshot_crawler.lazy_pattern import LazyPattern
from snapshot_crawler.pages.dates.words import (
    ARABIC_MONTHS,
    AT,
    ERAS,
    HALVES_BEFORE,
    HALVES_BEHIND,
    MONTHS,
    NOON_WORDS,
    WEEKDAYS,
)

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")  # one zone all year since 1991


@dataclass(slots=True, frozen=True)
class Context:
    """What a form needs to become an instant. day_first reads 08/07/2023; None: only what is beyond doubt."""

    fetched_at: datetime
    zone: tzinfo
    day_first: bool | None

    @property
    def is_east_asian(self) -> bool:
        """Whether the zone is China's, Japan's or Korea's, where the year leads."""
        return self.zone.utcoffset(self.fetched_at.replace(tzinfo=None)) in (timedelta(hours=8), timedelta(hours=9))

    @property
    def is_chinese(self) -> bool:
        """Whether the zone is China's by whatever name: CHINA, Asia/Shanghai, Asia/Taipei."""
        return self.zone.utcoffset(self.fetched_at.replace(tzinfo=None)) == CHINA.utcoffset(None)


# -- the parts ---------------------------------------------------------------------------------------------------

# One character for one character, so that positions stay true.
PLAIN = {
    **str.maketrans("０１２３４５６７８９：／－．，（）", "0123456789:/-.,()"),  # wide signs
    **dict.fromkeys(map(ord, "\u3000\xa0\u2002\u2003\u2009\u202f"), ord(" ")),
    ord("،"): ord(","),  # Arabic
    **dict.fromkeys(map(ord, "‐‑–—﹣"), ord("-")),
    **str.maketrans("時點鐘個剛號週兩後國間", "时点钟个刚号周两后国间"),  # traditional Chinese and Japanese
    **str.maketrans("년월일시분초", "年月日时分秒"),  # Korean units
    # Figures of Arabic, Persian, Hindi and Thai.
    **{ord(figure): ord("0") + int(figure) for figure in "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९๐๑๒๓๔๕๖๗๘๙"},
    ord("İ"): ord("i"),  # the only letter whose small form is two characters
}
HALVES = {word.translate(PLAIN): base for word, base in HALVES_BEFORE.items()}
HOURS_EAST = {
    "z": 0, "utc": 0, "gmt": 0, "bst": 1, "wet": 0, "west": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3,
    "ist": 5.5, "pkt": 5, "npt": 5.75, "ict": 7, "wib": 7, "wita": 8, "wit": 9, "myt": 8, "awst": 8, "trt": 3,
    "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
AMERICAN = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}


def _any_of(words: Iterable[str]) -> str:
    """A pattern of all words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


# The letters of a half, with what may stand between them: pm, p.m., p. m., μ.μ.
BEHIND = "|".join(
    r"\.?\s?".join(word) + r"(?!\w)\.?" if len(word) == 2 else word + r"(?!\w)"
    for word in sorted(HALVES_BEHIND, key=lambda word: (-len(word), word))
)
ZONES = (
    "Z|UTC|GMT|[ECMP][SD]?T|BST|WES?T|CES?T|EES?T|MSK|IST|PKT|NPT|ICT|WIB|WITA?|MYT|AWST|TRT|HKT|SGT|JST|KST|"
    "AE[SD]T|NZ[SD]T"
)
ZONE = (
    r"(?:\s?\(?(?:(?:UTC|GMT)?(?P<offset>[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2}|(?<=[TC])\s?[+-][0-9])(?![0-9])"
    rf"|(?P<zone>{ZONES})\b))?"
)
CLOCK = (
    rf"(?P<half>{_any_of(HALVES)})?\s{{0,2}}(?:北京时间)?\s{{0,2}}"
    r"(?<![0-9]:)(?P<hour>[0-9]{1,2})\s{0,2}"
    r"(?::|时|点|h(?=[0-9])|\.(?=[0-9]{2}\s?(?:uhr|klo|[ap]\.?\s?m))|(?:(?<=[\s,|(][0-9])|(?<=[\s,|(][0-9]{2}))\.(?=[0-5][0-9]\s?(?:$|[|,;()·•])))"
    r"\s{0,2}(?P<minute>[0-9]{1,2})(?![0-9])"
    r"(?:\s?[:分]\s{0,2}(?P<second>[0-9]{1,2})(?![0-9])(?:[.,][0-9]{1,9})?)?[分秒]?"
    rf"(?:\s?(?P<noon>{BEHIND}))?"
) + ZONE
WEEKDAY = rf"(?:\s{{0,2}}[(,]?\s?(?:{'|'.join(WEEKDAYS).translate(PLAIN)})[),]?)?"
# A clock may be glued to the day (2023-08-1807:02, from two nodes); without one no digit may follow.
AFTER = (
    WEEKDAY
    + rf"(?:(?:\s{{0,4}}(?:г\.,?|[T,|·•/(-])?\s{{0,4}}(?:{_any_of(AT)})?\s{{0,4}}(?:(?P<early>{ZONES})\s{{1,2}})?)"
    + CLOCK
    + r"|(?![0-9]|[-/.][0-9]{1,4}(?![0-9:])))"
)
BEFORE = (
    r"(?<![0-9:])(?P<half>上午|下午)?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    rf"(?:\s?(?P<noon>{BEHIND}))?" + ZONE + r"\s{0,2}(?:[,|·•-]|on)?\s{0,2}(?:[a-z]{3,9},?\s)?$"
)

NO_LETTER = re.compile(r"[\W_]+")
Parts = re.Match[str]
Day = date | None


def _day(year: int, month: int, day: int) -> Day:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _century(year: int, context: Context) -> int:
    """The full year of two digits: the latest one that is not after the fetch."""
    full = context.fetched_at.year // 100 * 100 + year
    return full if full <= context.fetched_at.year else full - 100


def without_year(month: int, day: int, context: Context) -> Day:
    """The latest such day that is not after the fetch, this year or last."""
    today = context.fetched_at.astimezone(context.zone).date()
    for year in (today.year, today.year - 1):
        found = _day(year, month, day)
        if found and found <= today:
            return found
    return None


# -- the forms ---------------------------------------------------------------------------------------------------


def _read_year_first(found: Parts, context: Context) -> Day:
    year = 1 if found["year"] == "元" else int(found["year"])
    if found["era"]:
        year += ERAS[found["era"].strip()]
    elif 100 <= year < 200:  # Taiwan's years without their name: 113/05/20
        if not context.is_chinese:
            return None
        year += ERAS["民国"]
    elif year < 100:
        year = _century(year, context)
    return _day(year, int(found["month"]), int(found["day"]))


def _read_year_last(found: Parts, context: Context) -> Day:
    """18.08.2023 has its day first, 08/18/2023 may not: day_first decides, else only what is beyond doubt."""
    year, first, second = int(found["year"]), int(found["first"]), int(found["second_part"])
    orders = {True: _day(year, second, first), False: _day(year, first, second)}
    possible = {order: day for order, day in orders.items() if day}
    if len(set(possible.values())) == 1:
        return next(iter(possible.values()))
    day_first = context.day_first if found["sep"] == "/" else True
    return possible.get(day_first) if day_first is not None else None


def _read_day_and_year(found: Parts, context: Context) -> Day:
    """08/18 2023: the month leads in East Asia, elsewhere as in 08/18/2023."""
    if context.is_east_asian:
        return _day(int(found["year"]), int(found["first"]), int(found["second_part"]))
    return _read_year_last(found, context)


def _read_two_digits(found: Parts, context: Context) -> Day:
    """23-08-18: the year leads, as it does in China, except with dots or strokes in other zones."""
    numbers = [int(found[name]) for name in ("first", "middle", "last")]
    year_first = _day(_century(numbers[0], context), numbers[1], numbers[2])
    if found["sep"] == "-" or context.is_east_asian:
        return year_first
    day_first = _day(_century(numbers[2], context), numbers[1], numbers[0])
    month_first = _day(_century(numbers[2], context), numbers[0], numbers[1])
    if found["sep"] == "." or context.day_first:
        return day_first
    return month_first if context.day_first is False or not day_first else None


def _read_named_month(found: Parts, context: Context) -> Day:
    return _day(int(found["year"]), MONTHS[found["month"].lower()], int(found["day"]))


def _read_month_day(found: Parts, context: Context) -> Day:
    return without_year(int(found["month"]), int(found["day"]), context)


def _read_chinese_numerals(found: Parts, context: Context) -> Day:
    digits = "".join(str("〇一二三四五六七八九".index(sign)) for sign in re.sub("[零○Oo0]", "〇", found["year"]))
    return _day(int(digits), _numeral(found["month"]), _numeral(found["day"]))


def _numeral(text: str) -> int:
    """A Chinese numeral up to 99 as dates use it: 八, 十, 十八, 二十, 廿八, 三十一."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.rpartition("十")
    units = "一二三四五六七八九".index(ones) + 1 if ones else 0
    return (("一二三四五六七八九".index(tens) + 1 if tens else 1) * 10 if ten else 0) + units


# Marks of Hindi are no letters.
MONTH_NAME = (
    rf"(?P<month>tháng\s[0-9]{{1,2}}|{_any_of(ARABIC_MONTHS)}|[一二三四五六七八九十]{{1,2}}月|[^\W\d_]{{3,14}}|"
    r"[\u0900-\u097f]{2,14})\.?"
)
DAY_AND_MONTH_NAME = (
    r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|º|ª)?[\s.-]{0,3}(?:of\s|de\s|di\s)?"
    + MONTH_NAME
    + r"[\s,،-]{0,3}(?:del?\s)?(?P<year>(?:19|20)[0-9]{2})"
)
# Behind a month's name.
DAY_AND_YEAR = r"(?P<day>[0-9]{1,2})(?![0-9])(?:st|nd|rd|th)?[\s,،]{1,3}(?P<year>(?:19|20)[0-9]{2})"
MONTH_AND_DAY = r"(?<![0-9年.])(?P<month>[0-9]{1,2})\s?月\s?(?P<day>[0-9]{1,2})\s?[日号]"  # without a year before it
Reader = Callable[[Parts, Context], Day]


class Form:
    """One form of a date: its pattern, its reader, and a part of it that no match is without.

    needed is asked first: it costs a fraction of the pattern, which is compiled at the first text that has it (4 ms).
    """

    def __init__(self, pattern: str, read: Reader, needed: str) -> None:
        self.pattern = LazyPattern(pattern, re.IGNORECASE)
        self.read = read
        self.needed = LazyPattern(needed, re.IGNORECASE)


FORMS = (
    # 2023-08-18, 2023/8/18, 2023.08.18, 2023年08月18日, 23年8月18日, 民国112年8月18日
    Form(
        rf"(?<![0-9.])(?P<era>(?:{'|'.join(ERAS)})\s?)?(?:(?P<year>(?:1[0-9]|20)[0-9]{{2}}|(?<=[国和成]|\s)(?(era)(?:[0-9]{{1,3}}|元)|(?!))|"
        r"(?<![-/])1[0-3][0-9](?=\s?[-/.年])|[0-9]{2}(?=\s?年))\s{0,2}(?:(?P<sep>[-/.])|年)\s{0,2}(?P<month>[0-9]{1,2})\s{0,2}(?(sep)(?P=sep)|月)"
        r"\s{0,2}(?P<day>[0-9]{1,2})(?(sep)(?:\.(?=\s))?|\s{0,2}[日号]?))" + AFTER,
        _read_year_first,
        r"[0-9元]\s{0,2}[-/.年]\s{0,2}[0-9]",
    ),
    # 2023 08/18 07:02: year, day and clock in three boxes
    Form(
        r"(?<![0-9.])(?P<era>民国)?(?P<year>20[0-9]{2})\s{1,3}(?P<month>[0-9]{2})\s?[-/]\s?(?P<day>[0-9]{2})" + AFTER,
        _read_year_first,
        r"20[0-9]{2}\s{1,3}[0-9]{2}\s?[-/]",
    ),
    # 20230818T070200Z
    Form(
        r"(?<![0-9])(?P<era>民国)?(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
        r"(?:T(?P<half>上午)?(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?(?P<noon>[ap]m)?" + ZONE + ")",
        _read_year_first,
        r"[0-9]{8}",
    ),
    # 08/18 2023 07:02: day and year in two boxes
    Form(
        r"(?<![0-9./-])(?P<first>[0-9]{1,2})\s?(?P<sep>[-/.])\s?(?P<second_part>[0-9]{1,2})\s{1,3}"
        r"(?P<year>20[0-9]{2})" + AFTER,
        _read_day_and_year,
        r"[-/.]\s?[0-9]{1,2}\s{1,3}20[0-9]{2}",
    ),
    # 18.08.2023, 18/08/2023, 08/18/2023
    Form(
        r"(?<![0-9./-])(?P<first>[0-9]{1,2})\s?(?P<sep>[-/.])\s?(?P<second_part>[0-9]{1,2})\s?(?P=sep)\s?"
        r"(?P<year>(?:19|20)[0-9]{2})" + AFTER,
        _read_year_last,
        r"[-/.]\s?(?:19|20)[0-9]{2}",
    ),
    # 23-08-18 07:02; without a clock only after white space or a label
    Form(
        r"(?:(?<![0-9./-])(?=[0-9./-]+\s+[0-9]+:)|(?:(?<=^)|(?<=[\s:]))(?=[0-9./-]{6,8}(?:\s|$)))"
        r"(?P<first>[0-9]{1,2})(?P<sep>[-/.])(?P<middle>[0-9]{1,2})(?P=sep)(?P<last>[0-9]{2})(?![0-9])" + AFTER,
        _read_two_digits,
        r"(?<![0-9])[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}(?![0-9])",
    ),
    # 18 August 2023, 18th of Aug. 2023, Fri, 18 Aug 2023 07:02:00 +0800, 18-Aug-2023
    Form(
        r"(?<![0-9])" + DAY_AND_MONTH_NAME + AFTER,
        _read_named_month,
        DAY_AND_MONTH_NAME,
    ),
    # August 18, 2023; Dec. 5, 2023 3:04 pm EST
    Form(
        r"(?<!(?-i:[^\W一-龥]))" + MONTH_NAME + r"\s{0,3}" + DAY_AND_YEAR + AFTER,
        _read_named_month,
        DAY_AND_YEAR,
    ),
    # Fri Aug 18 07:02:00 CST 2023, as the C library writes it
    Form(
        r"\b" + MONTH_NAME + r"\s{1,2}(?P<day>[0-9]{1,2})\s" + CLOCK + r"\s(?P<year>(?:19|20)[0-9]{2})(?![0-9])",
        _read_named_month,
        r"\s(?:19|20)[0-9]{2}(?![0-9])",
    ),
    # 8月18日 07:02, 8月18日
    Form(
        MONTH_AND_DAY + AFTER,
        _read_month_day,
        MONTH_AND_DAY,
    ),
    # 08-18 07:02
    Form(
        r"(?<![0-9./:-])(?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})" + WEEKDAY + r"\s{1,3}" + CLOCK,
        _read_month_day,
        r"(?<![0-9./:-])[0-9]{1,2}[-/][0-9]",
    ),
    # 二〇二三年八月十八日
    Form(
        r"(?P<year>[一二][〇零○O0一二三四五六七八九]{3})年(?P<month>十?[一二三四五六七八九]|十)月"
        r"(?P<day>[一二三]?十[一二三四五六七八九]?|[廿卅]?[一二三四五六七八九]|[廿卅])日" + AFTER,
        _read_chinese_numerals,
        r"[〇零○O0一二三四五六七八九]年",
    ),
)


@cache
def after_day() -> re.Pattern[str]:
    """The clock behind a day that is a word: yesterday at 3:04 pm."""
    return re.compile(AFTER, re.IGNORECASE)


@cache
def before_day() -> re.Pattern[str]:
    """A clock straight before a day: 07:02 2023-08-18."""
    return re.compile(BEFORE, re.IGNORECASE)


# -- the clock ---------------------------------------------------------------------------------------------------


def zone_of(found: Parts, context: Context) -> tzinfo | None:
    """The zone written after a clock, else the reader's; None for an impossible offset."""
    if offset := (found["offset"] or "").strip():
        digits = offset[1:].replace(":", "")
        digits = digits.zfill(2).ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        if minutes > 14 * 60 or int(digits[2:]) > 59:  # UTC+14 is the farthest zone
            return None
        return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))
    name = (found["zone"] or found.groupdict().get("early") or "").lower()
    if name in AMERICAN:
        return ZoneInfo(AMERICAN[name])
    if name == "cst":  # China's standard time on Chinese pages, America's on others
        return CHINA if context.is_chinese else timezone(timedelta(hours=-6))
    if name in HOURS_EAST:
        return timezone(timedelta(hours=HOURS_EAST[name])) if HOURS_EAST[name] else UTC
    return context.zone


def time_of(found: Parts) -> time | None:
    """The clock in found, as hours of the whole day; None for an impossible one."""
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    half = HALVES.get(found["half"] or "", HALVES_BEHIND.get(NO_LETTER.sub("", found["noon"] or "").lower()))
    if half == 0 and hour == 12:
        hour = 0
    elif half == 12 and hour < 12 and not (found["half"] in NOON_WORDS and hour == 11):
        hour += 12
    try:
        return time(hour, minute, second)
    except ValueError:
        return None
