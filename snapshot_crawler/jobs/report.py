"""`jobs report`: what came in per job in a day, what is broken and since when, and the addresses to look at.

The history in, a Report out; shown as text by this module and as a page by report_page.py.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from rich.table import Table

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.history import History, Run
from snapshot_crawler.jobs.jobfile import DEFAULT_ZONE
from snapshot_crawler.jobs.listing import age, console, iso
from snapshot_crawler.jobs.office import Office
from snapshot_crawler.jobs.outcome import is_failure

DAY_S = 86_400
DAYS_SHOWN = 14
EXAMPLES_SHOWN = 5


@dataclass(slots=True)
class JobDay:
    """A job's day."""

    name: str
    runs: int = 0
    bad_runs: int = 0
    articles: int = 0
    pages: int = 0
    word: str | None = None  # of its last run, in the day or before
    exit_code: int | None = None
    sentence: str | None = None
    broken_since: float | None = None  # when the first of its present row of bad runs ended; None: it works
    standing: list[str] = field(default_factory=list)  # troubles that last: model.WORDS
    newest_article: float | None = None
    addresses: list[tuple[str, str]] = field(default_factory=list)  # what is wrong, and where
    by_day: list[int] = field(default_factory=list)  # articles of the last DAYS_SHOWN days, the report's last

    @property
    def is_broken(self) -> bool:
        """Whether somebody has to look at it."""
        return self.broken_since is not None or bool(self.standing)


@dataclass(slots=True)
class Report:
    """since and until: seconds since 1970. jobs: those in trouble first."""

    since: float
    until: float
    zone: ZoneInfo
    jobs: list[JobDay]
    problems: list[str]  # of the machine

    @property
    def title(self) -> str:
        """Which time it speaks of."""
        first, last = (datetime.fromtimestamp(at, self.zone) for at in (self.since, self.until))
        return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} ({self.zone.key})"


def make_report(office: Office, day: str | None = None) -> Report:
    """The report of a day of the calendar, YYYY-MM-DD, or of the last 24 hours. Raises ConfigurationError."""
    zone = ZoneInfo(DEFAULT_ZONE)
    now = office.clock.now().wall
    since, until = (now + 1 - DAY_S, now + 1) if day is None else _bounds(day, zone)
    with office.history() as history:
        names = list(office.file.jobs)
        days = {name: JobDay(name) for name in names}
        for run in history.ended_between(since, until):
            if run.job in days:
                _count(days[run.job], run)
        last, states = history.last_runs(), history.states()
        for name, job in days.items():
            job.newest_article = states[name].newest_article
            job.standing = sorted(history.condition(name).standing)
            job.by_day = _by_day(history, name, until)
            if name in last:
                _describe_last(job, last[name], history)
        problems = sorted(history.condition("").standing)
    jobs = sorted(days.values(), key=lambda job: (not job.is_broken, job.broken_since or 0, job.name))
    return Report(since, until, zone, jobs, problems)


def _bounds(day: str, zone: ZoneInfo) -> tuple[float, float]:
    try:
        first = date.fromisoformat(day)
    except ValueError:
        raise ConfigurationError(f"--day is {day!r}; write it as 2026-05-28") from None
    begin = [datetime.combine(first + timedelta(days=more), time_of_day(), zone).timestamp() for more in (0, 1)]
    return begin[0], begin[1]


def _count(job: JobDay, run: Run) -> None:
    job.runs += 1
    job.bad_runs += run.exit_code is not None and is_failure(run.exit_code)
    job.articles += run.articles or 0
    job.pages += run.pages or 0


def _describe_last(job: JobDay, run: Run, history: History) -> None:
    job.word, job.exit_code, job.sentence = run.word, run.exit_code, run.sentence
    for earlier in history.runs_of(job.name, 1_000):
        if earlier.ended is None or earlier.exit_code is None:
            continue
        if earlier.exit_code == 0:
            break
        if is_failure(earlier.exit_code):
            job.broken_since = earlier.ended.wall
    if job.is_broken:
        job.addresses = [(kind, url) for kind, urls in run.facts.get("examples", {}).items() for url in urls[:2]]
        job.addresses = job.addresses[:EXAMPLES_SHOWN]


def _by_day(history: History, name: str, until: float) -> list[int]:
    days = [0] * DAYS_SHOWN
    for hour, articles in history.arrivals(name):
        ago = int((until - hour * 3600) // DAY_S)
        if 0 <= ago < DAYS_SHOWN:
            days[DAYS_SHOWN - 1 - ago] += articles
    return days


# --- As text
def show_report(report: Report) -> None:
    """Print it."""
    out = console()
    total = sum(job.articles for job in report.jobs)
    broken = [job for job in report.jobs if job.is_broken]
    out.print(
        f"{report.title}: {total} new articles; {len(broken)} of {len(report.jobs)} jobs need a look", highlight=False
    )
    for problem in report.problems:
        out.print(f"the machine: {problem}", style="red")
    for job in broken:
        since = f" since {iso(job.broken_since)}" if job.broken_since else ""
        words = f" [{', '.join(job.standing)}]" if job.standing else ""
        out.print(
            f"\n{job.name}: {job.word} ({job.exit_code}){since}{words}", style="red", markup=False, highlight=False
        )
        if job.sentence:
            out.print(f"  {job.sentence}", markup=False, highlight=False)
        for kind, url in job.addresses:
            out.print(f"  {kind}: {url}", markup=False, highlight=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for title in ("job", "articles", f"last {DAYS_SHOWN} days", "runs", "bad", "pages", "last run", "newest article"):
        table.add_column(title, justify="right" if title in ("articles", "runs", "bad", "pages") else "left")
    now = time.time()
    for job in sorted(report.jobs, key=lambda job: job.name):
        table.add_row(
            *(job.name, str(job.articles), bars(job.by_day), str(job.runs), str(job.bad_runs), str(job.pages)),
            job.word or "never",
            f"{age(iso(job.newest_article), now)} ago" if job.newest_article else "none",
        )
    out.print()
    out.print(table)


def bars(numbers: list[int]) -> str:
    """A row of small bars."""
    most = max(numbers, default=0)
    return "".join("▁▂▃▄▅▆▇█"[min(7, number * 8 // most)] if number and most else "·" for number in numbers)
