"""`jobs report`: what came in per job in a day, what is broken and since when, and the addresses to look at.

The history in, a Report out; report_text.py shows it as text, report_page.py as a page.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from statistics import median
from zoneinfo import ZoneInfo

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.condition import ADVICE, KILLED_ADVICE
from snapshot_crawler.jobs.history import History, Run
from snapshot_crawler.jobs.jobfile import DEFAULT_ZONE
from snapshot_crawler.jobs.office import Office
from snapshot_crawler.jobs.outcome import is_failure, is_good
from snapshot_crawler.jobs.rhythm import DAY_H

HOUR_S = 3600
DAY_S = DAY_H * HOUR_S
DAYS_SHOWN = 14  # by choice: two weeks, so that weekdays can be compared
EXAMPLES_SHOWN = 8  # by choice: they fit on a screen
RUNS_LOOKED_AT = 1_000  # for the beginning of a row of bad runs; the history keeps 500 unless told otherwise
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")  # steer terminals, turn text round


@dataclass(slots=True)
class JobDay:
    """A job's day. Texts are safe to be shown on a terminal."""

    name: str
    is_enabled: bool = True
    runs: int = 0
    bad_runs: int = 0
    pages: int = 0
    failed_pages: int = 0
    word: str | None = None  # of its last run, in the day or before
    exit_code: int | None = None
    sentence: str | None = None
    advice: str | None = None
    log: str | None = None
    broken_since: float | None = None  # when the first of its present row of bad runs ended; None: it works
    bad_in_a_row: int = 0
    standing: list[str] = field(default_factory=list)  # troubles that last: model.WORDS
    newest_article: float | None = None
    addresses: list[tuple[str, str]] = field(default_factory=list)  # what is wrong, and where
    by_hour: list[int] = field(default_factory=list)  # articles
    by_day: list[int] = field(default_factory=list)  # of the last DAYS_SHOWN days, the report's last

    @property
    def articles(self) -> int:
        """New ones of the day."""
        return sum(self.by_hour)

    @property
    def usual(self) -> float:
        """Articles of a day like others: the median of the days before."""
        return median(self.by_day[:-1]) if len(self.by_day) > 1 else 0

    @property
    def is_broken(self) -> bool:
        """Whether somebody has to look at it."""
        return self.is_enabled and (self.broken_since is not None or bool(self.standing))


@dataclass(slots=True)
class Report:
    """hours, days: the bounds of by_hour and by_day, in seconds since 1970. jobs: those in trouble first."""

    hours: list[float]
    days: list[float]
    made_at: float
    zone: ZoneInfo
    jobs: list[JobDay]
    problems: list[str]  # of the machine, and of channels

    @property
    def title(self) -> str:
        """Which time it speaks of."""
        return f"{self.local(self.hours[0])} to {self.local(self.hours[-1])} ({self.zone.key})"

    @property
    def summary(self) -> str:
        """The day in a line."""
        broken = sum(job.is_broken for job in self.jobs)
        articles, runs = (sum(getattr(job, name) for job in self.jobs) for name in ("articles", "runs"))
        return f"{articles} new articles in {runs} runs; {broken} of {len(self.jobs)} jobs need a look"

    def local(self, at: float) -> str:
        """An instant, to the minute, as the clocks on the wall show it."""
        return f"{datetime.fromtimestamp(at, self.zone):%Y-%m-%d %H:%M}"


def make_report(office: Office, day: str | None = None) -> Report:
    """The report of a day of the calendar, YYYY-MM-DD, or of the last 24 hours. Raises ConfigurationError."""
    zone, now = _zone(office), office.clock.now().wall
    days = _last_days(now) if day is None else _calendar_days(day, zone)
    since, until = days[-2:]
    hours = [since + HOUR_S * number for number in range(round((until - since) / HOUR_S) + 1)]
    with office.history() as history:
        ended = history.ended_between(since, until)
        names = dict.fromkeys([*office.file.jobs, *sorted(run.job for run in ended)])  # some were asked for over HTTP
        jobs = {name: JobDay(name) for name in names}
        last, states = history.last_runs(until), history.states()
        for run in ended:
            _count(jobs[run.job], run)
        for name, job in jobs.items():
            job.is_enabled = name not in office.file.jobs or office.file.jobs[name].enabled
            arrivals = history.arrivals(name, int(days[0] // HOUR_S))
            job.by_day, job.by_hour = _counts(arrivals, days), _counts(arrivals, hours)
            if name in last:
                _describe_last(job, last[name], history, until)
            if until > now:  # the history does not know what stood on other days
                job.newest_article, job.standing = states[name].newest_article, sorted(history.condition(name).standing)
        problems = _problems(history) if until > now else []
    found = sorted(jobs.values(), key=lambda job: (not job.is_broken, job.broken_since or 0, job.name))
    return Report(hours, days, now, zone, found, problems)


def safe(text: object) -> str:
    """Text from the web that may be shown on a terminal: without what steers it."""
    return UNSAFE.sub("\ufffd", str(text))


# --- The time it speaks of
def _zone(office: Office) -> ZoneInfo:
    """That of most jobs."""
    zones = Counter(job.timetable.zone.key for job in office.file.jobs.values())
    return ZoneInfo(zones.most_common(1)[0][0] if zones else DEFAULT_ZONE)


def _last_days(now: float) -> list[float]:
    """The bounds of days that end with the present hour: the history counts articles by the hour."""
    end = (now // HOUR_S + 1) * HOUR_S
    return [end - DAY_S * ago for ago in range(DAYS_SHOWN, -1, -1)]


def _calendar_days(day: str, zone: ZoneInfo) -> list[float]:
    """The bounds of the days up to a day and with it; one on which the clocks change has 23 or 25 hours."""
    try:
        last = date.fromisoformat(day)
        dates = [last + timedelta(days=1 - ago) for ago in range(DAYS_SHOWN, -1, -1)]
        return [datetime.combine(each, time_of_day(), zone).timestamp() for each in dates]
    except (ValueError, OverflowError):
        raise ConfigurationError(f"--day is {day!r}; write it as 2026-05-28") from None


def _counts(arrivals: Iterable[tuple[int, int]], bounds: list[float]) -> list[int]:
    """Articles between each two bounds. An hour belongs where its middle lies: zones may be off by half an hour."""
    counts = [0] * (len(bounds) - 1)
    for hour, articles in arrivals:
        place = bisect_right(bounds, (hour + 0.5) * HOUR_S) - 1  # 0.5: the middle of the hour
        if 0 <= place < len(counts):
            counts[place] += articles
    return counts


# --- One job
def _count(job: JobDay, run: Run) -> None:
    job.runs += 1
    job.bad_runs += run.exit_code is not None and is_failure(run.exit_code)
    job.pages += run.pages or 0
    job.failed_pages += run.facts.get("failures", 0)


def _describe_last(job: JobDay, run: Run, history: History, until: float) -> None:
    job.word, job.exit_code, job.log = run.word, run.exit_code, run.log
    job.sentence = safe(run.sentence or "")
    bad = run
    if run.exit_code is None or not is_good(run.exit_code):  # of three hundred jobs most are good, with many runs
        bad = _row_of_bad_runs(job, run, history, until)
    findings = [("layout drift", safe(finding)) for finding in bad.facts.get("drift", ())]
    examples = [(safe(kind), safe(url)) for kind, urls in bad.facts.get("examples", {}).items() for url in urls[:2]]
    job.addresses = (findings + examples)[:EXAMPLES_SHOWN]


def _row_of_bad_runs(job: JobDay, last: Run, history: History, until: float) -> Run:
    """Fill in what is wrong and since when; the run to speak of: a limit or a stop after a bad one says nothing."""
    bad = None
    for run in history.runs_of(job.name, RUNS_LOOKED_AT):
        if run.ended is None or run.exit_code is None or run.ended.wall >= until:
            continue
        if is_good(run.exit_code):
            break
        if is_failure(run.exit_code):
            bad = bad or run
            job.broken_since = run.ended.wall
            job.bad_in_a_row += 1
    if bad is None or bad.exit_code is None:
        return last
    job.word, job.exit_code, job.log, job.sentence = bad.word, bad.exit_code, bad.log, safe(bad.sentence or "")
    job.advice = KILLED_ADVICE if bad.word == "killed" else ADVICE.get(bad.exit_code, ADVICE[1])
    return bad


def _problems(history: History) -> list[str]:
    """What is wrong with no single job."""
    found = ["too little disk is free: no run starts"] if "disk" in history.condition("").standing else []
    waiting = "SELECT channel, count(*) FROM main.delivery WHERE state = 'waiting' GROUP BY channel ORDER BY channel"
    for channel, count in history.db.execute(waiting):
        found.append(f"{count} notices wait for the channel {channel}; try: scrapy jobs notify --test {channel}")
    return found
