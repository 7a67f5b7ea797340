"""A year of ten rhythms: at most one false alarm a site, and a site that dies is noticed in time."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from statistics import quantiles

import pytest

from snapshot_crawler.jobs.rhythm import DAY_H, WEEK_H, silence

MONDAY = 2_952 * WEEK_H + 4 * DAY_H  # an hour since 1970 that begins a Monday: the 1st of January 1970 was a Thursday
HOLIDAYS = {  # day of the year (a Monday is day 0 of the first week): how many days
    0: 1,
    28: 7,
    94: 1,
    120: 3,
    175: 1,
    270: 7,
    330: 1,
}
OFF = {day + more for day, length in HOLIDAYS.items() for more in range(length)}
Rule = Callable[[int, int, random.Random], bool]  # (day of the year, hour of the day, dice): whether an article comes


def is_weekday(day: int) -> bool:
    return day % 7 < 5


RHYTHMS: dict[str, Rule] = {
    "round the clock": lambda day, hour, dice: dice.random() < 0.9,
    "quiet nights": lambda day, hour, dice: 7 <= hour < 23 and dice.random() < 0.7,
    "office hours": lambda day, hour, dice: is_weekday(day) and 9 <= hour < 18 and dice.random() < 0.8,
    "office hours with holidays": lambda day, hour, dice: (
        is_weekday(day) and day % 365 not in OFF and 9 <= hour < 18 and dice.random() < 0.8
    ),
    "fewer on holidays": lambda day, hour, dice: 7 <= hour < 22 and dice.random() < (0.08 if day % 365 in OFF else 0.6),
    "every morning": lambda day, hour, dice: hour == 8,
    "some morning hour": lambda day, hour, dice: hour == 6 + random.Random(day).randrange(5),
    "a few a week, at any time": lambda day, hour, dice: dice.random() < 1 / 30,
    "Mondays": lambda day, hour, dice: day % 7 == 0 and hour == 10,
    "twice a month": lambda day, hour, dice: day % 15 == 3 and hour == 14,
}
PAUSES = {"office hours with holidays", "fewer on holidays"}  # they come back from a week of silence once a year
DAYS, DIES = 380, 300


def year(rule: Rule, seed: int, *, days: int = DAYS) -> list[int]:
    """The hours with articles."""
    dice = random.Random(seed)
    return [MONDAY + day * DAY_H + hour for day in range(days) for hour in range(DAY_H) if rule(day, hour, dice)]


def alarms(arrivals: list[int], every_h: int) -> list[int]:
    """When a job that runs every few hours would be called silent, once a silence."""
    found, known, is_told = [], 0, False
    for now in range(arrivals[0], arrivals[-1], every_h):
        while known < len(arrivals) and arrivals[known] <= now:
            known, is_told = known + 1, False
        if not is_told and silence(arrivals[:known], now):
            found.append(now)
            is_told = True
    return found


def noticed_after(arrivals: list[int], last: int) -> int:
    """Hours after the last article until a job that runs every hour is called silent."""
    return next(now - last for now in range(last, last + 100 * DAY_H) if silence(arrivals, now))


def is_quiet(name: str, hour: int) -> bool:
    """Whether nobody writes at that hour in a rhythm of working hours."""
    day, of_day = divmod(hour - MONDAY, DAY_H)
    hours = {"quiet nights": range(7, 23), "office hours": range(9, 18) if is_weekday(day) else range(0)}
    return of_day not in hours.get(name, range(24))


@pytest.mark.slow
@pytest.mark.parametrize("name", RHYTHMS)
def test_a_year_brings_at_most_one_false_alarm(name: str) -> None:
    for seed in range(2):
        found = alarms(year(RHYTHMS[name], seed), every_h=5)
        assert len(found) <= 1, [divmod(at - MONDAY, DAY_H) for at in found]


@pytest.mark.parametrize("name", sorted(RHYTHMS.keys() - PAUSES))
def test_a_site_that_dies_is_noticed_within_three_usual_gaps_or_a_day(name: str) -> None:
    arrivals = year(RHYTHMS[name], 0, days=DIES)
    usual = quantiles([second - first for first, second in pairwise(arrivals[-200:])], n=10)[-1]
    after = noticed_after(arrivals, arrivals[-1])
    # what comes by pure chance has no exact usual gap; nights and days on which nobody writes do not count
    quiet = sum(is_quiet(name, hour) for hour in range(arrivals[-1] + 1, arrivals[-1] + after))
    assert after <= 1.3 * max(3 * usual, DAY_H) + quiet, (after, usual)


@pytest.mark.parametrize("name", sorted(PAUSES))
def test_a_site_that_has_come_back_from_a_week_of_holidays_has_two(name: str) -> None:
    arrivals = year(RHYTHMS[name], 0, days=DIES)
    assert noticed_after(arrivals, arrivals[-1]) <= 14 * DAY_H


def test_a_slow_death_is_noticed_by_the_rhythm_of_its_last_weeks() -> None:
    fading: Rule = lambda day, hour, dice: dice.random() < 0.5 ** (day / 40)  # noqa: E731
    arrivals = year(fading, 1, days=280)
    gaps = [second - first for first, second in pairwise(arrivals[-20:])]
    assert noticed_after(arrivals, arrivals[-1]) <= 3 * max(gaps)


def test_nothing_is_said_without_a_rhythm() -> None:
    assert silence([], MONDAY) is None
    assert silence([MONDAY], MONDAY + 1000) is None
    assert silence([MONDAY + hour for hour in range(0, 13 * DAY_H, 2)], MONDAY + 1000) is None  # not yet two weeks
    assert silence([MONDAY + hour for hour in range(0, 15 * DAY_H, 2)], MONDAY + 1000) is not None
