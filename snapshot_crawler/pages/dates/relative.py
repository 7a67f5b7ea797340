"""Times that count back from now, in all languages of words.py: "3 hours ago", "vor 3 Stunden", 3小时前, "gestern".

times.py calls relative_times() on each text in which dates are looked for. published.py and rows.py call has_words()
before they look for times at all. One pattern finds the words that make a time relative (ago, vor, 前, yesterday); the
number and the unit next to "ago" must be of its own language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from snapshot_crawler.pages.dates.forms import PLAIN
from snapshot_crawler.pages.dates.words import GLUED, SPACED, RelativeWords

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
DAYS_BACK = {"today": 0, "yesterday": 1, "eve": 2}
HALF_AN_HOUR = (0.5, 3_600)  # as _number gives it
NUMBERS_GLUED = {"半": 0.5, "반": 0.5, "ครึ่ง": 0.5, "一": 1.0, "两": 2.0}
# Figures with a decimal, but not those behind a comma, a dot or a stroke: "1 1/2 hours" is not 2
FIGURES = r"(?<![0-9][.,/])(?<![0-9])[0-9]{1,4}(?:[.,][0-9])?"
LONGEST_AMOUNT = 40  # characters of "24 másodperccel " and its like, with room to spare
NEEDS_CLOCK = frozenset({"hier"})  # yesterday in French, here in German: alone it says nothing


SIGNS = ".,:;|()[]·•"
LETTERS = re.compile(r"[^\W_]+")


class Amount(NamedTuple):
    """A unit: its seconds, and the number that the form says by itself; 0 where it needs one beside it."""

    seconds: int
    alone: int


class Relative(NamedTuple):
    """A relative time in a text: text[start:end]. back: how long before now. is_whole_day: it names no clock.

    is_day_word: a word for a whole day, which a clock may follow. needs_clock: without one it is no time.
    """

    start: int
    end: int
    back: timedelta
    is_whole_day: bool
    is_day_word: bool = False
    needs_clock: bool = False


def plain_of(text: str) -> str:
    """The text as the tables are compared with it: its signs made PLAIN, lower case, each at its old place."""
    return text.translate(PLAIN).lower()


class _Tables:
    """The tables of words.py turned into look-ups, all of them in the form that plain_of gives."""

    def __init__(self) -> None:
        self.days: dict[str, int] = {}
        self.now: set[str] = set()
        self.units: dict[tuple[str, str], Amount] = {}  # (word for ago, unit)
        self.ones: dict[str, set[str]] = {}  # word for ago -> words for 1
        self.halves: dict[str, list[str]] = {}  # word for ago -> phrases for half an hour, the longest first
        self.less: dict[str, set[str]] = {}  # word for ago -> words that make less of the amount behind them
        self.before: set[str] = set()
        self.after: set[str] = set()
        for language in SPACED.values():
            self._add(language)
        spaced = {*self.days, *self.now, *self.before, *self.after}
        for language in GLUED.values():
            self._add(language)
        glued = {*self.days, *self.now, *self.after} - spaced
        self.glued_seconds = {unit: amount.seconds for (word, unit), amount in self.units.items() if word in glued}
        self.glued = frozenset(glued)
        self.words = re.compile(rf"{_any_of(spaced, whole=True)}|{_any_of(glued)}")
        # One word of each phrase, and all glued ones: asked first, in half the time of the whole pattern.
        self.keys = frozenset(max(LETTERS.findall(phrase), key=len) for phrase in spaced)
        self.first_words = frozenset(phrase.split()[0] for phrase in {*spaced} - self.after)
        self.last_words = frozenset(phrase.split()[-1] for phrase in spaced - self.before) | {
            unit for word, unit in self.units if word in self.before
        }
        self.first_signs = _spellings({phrase[0] for phrase in glued - self.after})
        self.last_signs = _spellings({phrase[-1] for phrase in glued})
        self.glued_words = re.compile("|".join(map(re.escape, sorted(glued))))
        self.glued_amount = re.compile(
            rf"(?:(?P<whole>{FIGURES}|[一两])\s?个半|"  # 一个半小时前, one and a half hours ago
            rf"(?P<some>{FIGURES}|(?:(?<!个)半|{'|'.join({*NUMBERS_GLUED} - {'半'})}))\s{{0,2}}个?)"
            rf"(?P<unit>{_any_of({*self.glued_seconds})})\s{{0,2}}$"
        )

    def _add(self, language: RelativeWords) -> None:
        for kind, back in DAYS_BACK.items():
            self.days |= dict.fromkeys(_phrases(getattr(language, kind)), back)
        self.now |= set(_phrases(language.now))
        before, after = _phrases(language.before), _phrases(language.after)
        self.before |= set(before)
        self.after |= set(after)
        for word in {*before, *after}:
            self.ones.setdefault(word, set()).update(plain_of(language.one).split())
            self.less.setdefault(word, set()).update(plain_of(language.less).split())
            phrases = {*self.halves.get(word, ()), *_phrases(language.half_hour)}
            self.halves[word] = sorted(phrases, key=len, reverse=True)
            for kind, seconds in SECONDS.items():
                for form in plain_of(getattr(language, kind)).split():
                    unit, _, alone = form.partition("=")
                    self.units.setdefault((word, unit), Amount(seconds, int(alone or 0)))


def _phrases(text: str) -> list[str]:
    return plain_of(text).split("|") if text else []


def _spellings(signs: set[str]) -> frozenset[str]:
    """The signs, and those that PLAIN turns into them."""
    return frozenset(signs) | {chr(other) for other, sign in PLAIN.items() if chr(sign) in signs}


def _any_of(phrases: set[str], *, whole: bool = False) -> str:
    """A pattern of all phrases, the longest first. whole: no letter may stand next to them."""
    inside = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=lambda one: (-len(one), one)))
    return rf"(?<!\w)(?:{inside})(?!\w)" if whole else f"(?:{inside})"


@cache
def _tables() -> _Tables:
    return _Tables()


def may_be_relative(plain: str) -> bool:
    """Whether a word of the tables can be in a text that plain_of made: False is sure, True is not."""
    tables = _tables()
    return bool(tables.glued_words.search(plain)) or not tables.keys.isdisjoint(LETTERS.findall(plain))


def has_words(text: str) -> bool:
    """Whether a word of the text can make a time relative; a cheap look before times are searched."""
    plain = plain_of(text)
    return may_be_relative(plain) and bool(_tables().words.search(plain))


def begins_relative(text: str) -> bool:
    """Whether the first word can begin a relative time (vor, gestern, 昨天), or a figure does (3 hours ago)."""
    first, tables = text[:1], _tables()
    if first in tables.first_signs:  # 本站 begins no time, 本日 does; behind 一 a date may stand that is spelt out
        return first in NUMBERS_GLUED or has_words(text[:LONGEST_AMOUNT])
    if first.isdigit():
        return has_words(text[:LONGEST_AMOUNT])
    return text.partition(" ")[0].strip(SIGNS).lower() in tables.first_words


def ends_relative(text: str) -> bool:
    """Whether the last word can end a relative time (ago, gestern, Stunden, 前); looks at no other word."""
    tables = _tables()
    return text[-1:] in tables.last_signs or text.rpartition(" ")[2].strip(SIGNS).lower() in tables.last_words


UNIT = r"(?P<unit>[^\s\d.,:;|()/]{1,14})\.?"  # marks of Hindi are no \w
SOME = rf"(?P<some>{FIGURES}|[^\s\d.,:;|()/'’]{{1,7}}['’]?)"
BEHIND = re.compile(rf"\s{{1,3}}{SOME}\s{{0,2}}(?:de\s)?{UNIT}(?!\w)")  # acum 20 de minute
BEHIND_ALONE = re.compile(rf"\s{{1,3}}{UNIT}(?!\w)")
AHEAD = re.compile(rf"(?<!\w){SOME}\s{{0,2}}{UNIT}\s{{1,3}}$")
AHEAD_ALONE = re.compile(rf"(?<!\w){UNIT}\s{{1,3}}$")
HAN = re.compile("[\u4e00-\u9fff]")
AMBIGUOUS = frozenset({"日", "分"})  # 5日前 and 8分前 inside a Chinese sentence: before the 5th, eight points ahead


def relative_times(plain: str) -> Iterator[Relative]:
    """Every relative time in a text that plain_of made."""
    tables = _tables()
    if not may_be_relative(plain):
        return
    for found in tables.words.finditer(plain):
        word, (start, end) = found[0], found.span()
        if (back := tables.days.get(word)) is not None:
            if not (word in tables.glued and plain.startswith("是", end)):  # 今天是: the page's calendar
                yield Relative(start, end, timedelta(days=back), True, True, word in NEEDS_CLOCK)
        elif word in tables.now:
            yield Relative(start, end, timedelta(), False)
        elif word in tables.glued:
            yield from _glued(plain, start, end)
        else:
            yield from _spaced(plain, word, start, end)


def _glued(plain: str, start: int, end: int) -> Iterator[Relative]:
    """An amount straight before a word such as 前."""
    first = max(0, start - LONGEST_AMOUNT)
    amount = _tables().glued_amount.search(plain[first:start])
    if amount is None:
        return
    begin, unit = first + amount.start(), amount["unit"]
    if unit in AMBIGUOUS and (HAN.match(plain, end) or HAN.match(plain, begin - 1)):
        return
    if (whole := amount["whole"]) is not None:
        number = (NUMBERS_GLUED.get(whole) or _figure(whole)) + 0.5  # 个半: and a half
    else:
        number = NUMBERS_GLUED.get(amount["some"]) or _figure(amount["some"])
    yield from _counted(begin, end, number, _tables().glued_seconds[unit])


def _spaced(plain: str, word: str, start: int, end: int) -> Iterator[Relative]:
    """An amount behind a word such as vor, or before one such as ago."""
    tables = _tables()
    if word in tables.before:
        for pattern in (BEHIND, BEHIND_ALONE):
            if (amount := pattern.match(plain, end)) and (counted := _number(word, amount)):
                yield from _counted(start, amount.end(), *counted)
                return
        window = plain[end : end + LONGEST_AMOUNT]
        rest = window.lstrip()
        for phrase in tables.halves[word]:
            if rest.startswith(phrase) and not rest[len(phrase) : len(phrase) + 1].isalnum():
                yield from _counted(start, end + len(window) - len(rest) + len(phrase), *HALF_AN_HOUR)
                return
    if word in tables.after:
        first = max(0, start - LONGEST_AMOUNT)
        window = plain[first:start]
        rest = window.rstrip()
        for phrase in tables.halves[word]:
            if rest.endswith(phrase) and not rest[: -len(phrase)][-1:].isalnum():
                yield from _counted(first + len(rest) - len(phrase), end, *HALF_AN_HOUR)
                return
        for pattern in (AHEAD, AHEAD_ALONE):
            if (amount := pattern.search(window)) and (counted := _number(word, amount)):
                if window[: amount.start()].split()[-1:] in ([less] for less in tables.less[word]):
                    return  # a quarter of an hour ago
                yield from _counted(first + amount.start(), end, *counted)
                return


def _number(word: str, amount: re.Match[str]) -> tuple[float, int] | None:
    """How many of which unit (in seconds) an amount says beside a word for "ago"; None where it says none."""
    unit = _tables().units.get((word, amount["unit"]))
    if unit is None:
        return None
    some = amount.groupdict().get("some")
    if some is None:
        return (unit.alone, unit.seconds) if unit.alone else None
    if some[0].isdecimal():
        return _figure(some), unit.seconds
    return (1, unit.seconds) if some in _tables().ones[word] else None


def _figure(text: str) -> float:
    return float(text.replace(",", "."))


def _counted(start: int, end: int, number: float, seconds: int) -> Iterator[Relative]:
    if seconds < SECONDS["day"]:
        yield Relative(start, end, timedelta(seconds=number * seconds), False)
    elif number == int(number):  # half a day ago names no day
        yield Relative(start, end, timedelta(days=number), True)
