"""Whether a job has been silent for far longer than is its way: the hours with articles in, yes or no out.

Each hour of the week has its own share of the weeks in which an article came in it. The sum of these shares over a
silence is how many hours with articles were to be expected in it: a quiet night or weekend adds little. A silence is
too long when it is longer than

- a day, and about a day's worth of articles (more where days are quiet: a holiday of one day is no alarm), and
- WAITS of the job's usual waits (nine of ten waits are shorter), by the hours or by what was to be expected, and
- what the job has been silent for within the last year and came back from, and half more, a week at most: a job that
  once was called silent too early is not so called again at the next holiday.

tests/jobs/test_rhythm.py simulates years of ten rhythms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, pstdev

WEEK_H, DAY_H = 168, 24  # hours
LEARNED_FROM_H = 8 * WEEK_H  # the rhythm; older weeks say little about a site that has changed its ways,
LEARNED_FROM = 60  # but of one that writes seldom, at least so many arrivals
REMEMBERED_H = 400 * DAY_H  # how long ago a silence may lie that still counts
LEAST_SPAN_H, LEAST_ARRIVALS = 2 * WEEK_H, 6  # before, there is no rhythm to speak of
WAITS = 2.9  # of the usual waits; a little under 3, so that the third time that is missed is told and not the fourth
USUAL = 0.9  # of all waits are shorter than the usual one
USUAL_DEVIATIONS = 1.4  # above the mean lies the same point of an exponential distribution: few waits show it badly
FEWEST_EXPECTED = 2.0  # arrivals; by choice: one that fails to come says little
DAYS_WORTH, WITH_QUIET_DAYS = 0.9, 1.15  # of a day's arrivals; by the same ten rhythms
BUSY_DAYS = 6.0  # fewer a week: the job has quiet days
LONGER_THAN_BEFORE = (
    1.5  # a silence that was borne before may come again, half as long again; a year of ten rhythms in tests/jobs
)
PRIOR_WEEKS = 1.0  # as if each hour of the week had been seen once more, at the average of its hour of the day


@dataclass(frozen=True, slots=True)
class Silence:
    """How long no article came, and how many hours with articles were to be expected in that time."""

    hours: float
    expected: float


def silence(arrivals: Sequence[int], now_h: float) -> Silence | None:
    """The silence that is too long, or None. arrivals: hours since 1970 with articles, ascending; now_h: the same."""
    if not arrivals or now_h - arrivals[-1] < DAY_H:
        return None
    seldom = arrivals[-LEARNED_FROM] if len(arrivals) >= LEARNED_FROM else arrivals[0]
    begin = min(arrivals[-1] - LEARNED_FROM_H, max(seldom, arrivals[-1] - REMEMBERED_H))
    recent = [hour for hour in arrivals if hour >= begin]
    if len(recent) < LEAST_ARRIVALS or recent[-1] - recent[0] < LEAST_SPAN_H:
        return None
    shares = shares_of_hours(recent)
    found = Silence(now_h - recent[-1], _expected(shares, recent[-1], int(now_h)))
    days = [sum(shares[day : day + DAY_H]) for day in range(0, WEEK_H, DAY_H)]
    busy_days = sum(days) / max(days)  # a day with half as many as the busiest is half a day
    days_worth = sum(days) / busy_days * (WITH_QUIET_DAYS if busy_days < BUSY_DAYS else DAYS_WORTH)
    waits = list(pairwise(recent))
    usual_h = _usual([second - first for first, second in waits])
    usual = _usual([_expected(shares, first, second) for first, second in waits])

    def is_long(hours: float, expected: float) -> bool:
        is_unusual = hours >= WAITS * usual_h or expected >= WAITS * usual
        return hours >= DAY_H and expected >= max(FEWEST_EXPECTED, days_worth) and is_unusual

    if not is_long(found.hours, found.expected):
        return None
    for first, second in pairwise(arrivals):
        if second > now_h - REMEMBERED_H and second - first > DAY_H:
            before = _expected(shares, first, min(second, first + WEEK_H))
            if found.expected < LONGER_THAN_BEFORE * before and is_long(second - first, before):
                return None
    return found


def _usual(waits: Sequence[float]) -> float:
    """What nine of ten waits stay below."""
    ninth = sorted(waits)[min(len(waits) - 1, int(USUAL * len(waits)))]
    return max(ninth, mean(waits) + USUAL_DEVIATIONS * pstdev(waits))


def shares_of_hours(arrivals: Sequence[int]) -> list[float]:
    """For each hour of the week the share of its occurrences that brought an article."""
    came, seen = [0] * WEEK_H, [0] * WEEK_H
    for hour in arrivals:
        came[hour % WEEK_H] += 1
    for hour in range(arrivals[0], arrivals[-1] + 1):
        seen[hour % WEEK_H] += 1
    by_day_hour = [sum(came[hour::DAY_H]) / max(1, sum(seen[hour::DAY_H])) for hour in range(DAY_H)]
    return [
        (came[hour] + PRIOR_WEEKS * by_day_hour[hour % DAY_H]) / (seen[hour] + PRIOR_WEEKS) for hour in range(WEEK_H)
    ]


def _expected(shares: Sequence[float], first: int, second: int) -> float:
    """How many hours with articles were to be expected after the hour first, up to and with the hour second."""
    weeks, rest = divmod(second - first, WEEK_H)
    begin = first + 1
    return weeks * sum(shares) + sum(shares[(begin + hour) % WEEK_H] for hour in range(rest))
