"""The report as text: first what is broken, with what to do and where to look, then a line a job."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from snapshot_crawler.jobs.listing import age, console, iso
from snapshot_crawler.jobs.report import DAYS_SHOWN, JobDay, Report

NUMBERS = ("articles", "usual", "runs", "bad", "pages", "failed")
BARS = "▁▂▃▄▅▆▇█"


def show_report(report: Report) -> None:
    """Print it."""
    out = console()
    _line(out, f"{report.title}: {report.summary}")
    for problem in report.problems:
        _line(out, problem, style="red")
    for job in report.jobs:
        if job.is_broken:
            out.print()
            _line(out, trouble_title(job, report), style="red")
            for text in (job.sentence, job.advice, *(f"{kind}: {found}" for kind, found in job.addresses)):
                if text:
                    _line(out, f"  {text}")
            if job.log:
                _line(out, f"  log: {job.log}")
    out.print()
    out.print(_table(report))


def trouble_title(job: JobDay, report: Report) -> str:
    """What is wrong with a job, and since when, in a line."""
    parts = [f"{job.name}: {job.word or 'never ran'}" + (f" ({job.exit_code})" if job.exit_code is not None else "")]
    if job.broken_since is not None:
        parts.append(f"bad since {report.local(job.broken_since)}, {job.bad_in_a_row} runs in a row")
    if "silent" in job.standing and job.newest_article is not None:
        parts.append(f"silent since {report.local(job.newest_article)}")
    return ", ".join(parts) + (f" [{', '.join(job.standing)}]" if job.standing else "")


def _line(out: Console, text: str, style: str = "") -> None:
    out.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False)
    titles = ("job", "articles", "usual", f"last {DAYS_SHOWN} days", "runs", "bad", "pages", "failed", "last run")
    for title in (*titles, "newest article"):
        table.add_column(title, justify="right" if title in NUMBERS else "left")
    for job in sorted(report.jobs, key=lambda job: job.name):
        newest = f"{age(iso(job.newest_article), report.made_at)} ago" if job.newest_article else ""
        table.add_row(
            *(job.name, str(job.articles), f"{job.usual:g}", bars(job.by_day), str(job.runs), str(job.bad_runs)),
            *(str(job.pages), str(job.failed_pages), word_of(job), newest),
            style="red" if job.is_broken else "dim" if not job.is_enabled else "",
        )
    return table


def word_of(job: JobDay) -> str:
    """How its last run ended."""
    return (job.word or "never ran") + ("" if job.is_enabled else ", disabled")


def bars(numbers: list[int]) -> str:
    """A row of small bars."""
    most = max(numbers, default=0)
    # BARS has eight heights
    return "".join(BARS[min(7, number * 8 // most)] if number and most else "·" for number in numbers)
