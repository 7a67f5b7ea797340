"""The report as one HTML page that needs nothing else: no script, no address that is loaded, charts as SVG."""

from __future__ import annotations

from datetime import datetime
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from snapshot_crawler.jobs.report import JobDay, Report

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
h1 { font-size: 1.3rem } h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #ddd }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
.bad { color: #b00020 } .quiet { color: #777 } svg rect { fill: #4a78b5 } svg { vertical-align: middle }
.trouble { border-left: 4px solid #b00020; padding-left: .8rem } ul { margin: .2rem 0; padding-left: 1.2rem }
@media (prefers-color-scheme: dark) {
  body { background: #181a1b; color: #ddd } th, td { border-color: #444 } .bad { color: #ff7b8a }
}
"""
BAR_WIDTH, BAR_HEIGHT = 8, 24  # pixels


def page(report: Report) -> str:
    """The whole page."""
    broken = [job for job in report.jobs if job.is_broken]
    total = sum(job.articles for job in report.jobs)
    problems = "".join(f'<p class="bad">The machine: {escape(problem)}</p>' for problem in report.problems)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Crawls, {escape(report.title)}</title><style>{STYLE}</style></head><body>
<h1>Crawls, {escape(report.title)}</h1>
<p>{total} new articles; {len(broken)} of {len(report.jobs)} jobs need a look.</p>
{problems}{"".join(_trouble(job, report.zone) for job in broken)}
<h2>All jobs</h2>
<table><thead><tr><th>job</th><th class="n">articles</th><th>by day</th><th class="n">runs</th><th class="n">bad</th>
<th class="n">pages</th><th>last run</th><th>newest article</th></tr></thead><tbody>
{"".join(_row(job, report.zone) for job in sorted(report.jobs, key=lambda job: job.name))}
</tbody></table></body></html>
"""


def _trouble(job: JobDay, zone: ZoneInfo) -> str:
    since = f", since {_at(job.broken_since, zone)}" if job.broken_since else ""
    words = f" ({escape(', '.join(job.standing))})" if job.standing else ""
    addresses = "".join(f"<li>{escape(kind)}: {_link(url)}</li>" for kind, url in job.addresses)
    return (
        f'<div class="trouble"><h2>{escape(job.name)}</h2><p><span class="bad">{escape(job.word or "")}'
        f"</span>{words}{since}. {escape(job.sentence or '')}</p><ul>{addresses}</ul></div>"
    )


def _row(job: JobDay, zone: ZoneInfo) -> str:
    kind = ' class="bad"' if job.is_broken else ""
    numbers = "".join(f'<td class="n">{number}</td>' for number in (job.runs, job.bad_runs, job.pages))
    newest = _at(job.newest_article, zone) if job.newest_article else "none"
    return (
        f'<tr><td{kind}>{escape(job.name)}</td><td class="n">{job.articles}</td><td>{chart(job.by_day)}</td>{numbers}'
        f"<td{kind}>{escape(job.word or 'never')}</td><td>{newest}</td></tr>\n"
    )


def chart(numbers: list[int]) -> str:
    """A bar a day, with its number as the tooltip."""
    most = max([*numbers, 1])
    parts = []
    for place, number in enumerate(numbers):
        height = max(1, round(BAR_HEIGHT * number / most))
        parts.append(
            f'<rect x="{place * BAR_WIDTH}" y="{BAR_HEIGHT - height}" width="{BAR_WIDTH - 2}" height="{height}">'
            f"<title>{number}</title></rect>"
        )
    return f'<svg width="{len(numbers) * BAR_WIDTH}" height="{BAR_HEIGHT}" role="img">{"".join(parts)}</svg>'


def _link(url: str) -> str:
    """An address to click on, when it is one of the web; the page itself loads nothing."""
    text = escape(url)
    is_web = urlsplit(url).scheme in ("http", "https")
    return f'<a rel="noreferrer noopener" href="{text}">{text}</a>' if is_web else text


def _at(wall: float | None, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(wall, zone):%Y-%m-%d %H:%M}" if wall is not None else ""
