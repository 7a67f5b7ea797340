"""The report as one HTML page that needs nothing else: no script, no address that is loaded, charts as SVG."""

from __future__ import annotations

from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from snapshot_crawler.exceptions import OutputError
from snapshot_crawler.jobs.report import DAYS_SHOWN, JobDay, Report
from snapshot_crawler.jobs.report_charts import bar_chart, spark_line
from snapshot_crawler.jobs.report_text import word_of

FONTS = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", '
    '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif'
)
STYLE = """
:root { color-scheme: light dark; --text: #1f2328; --back: #fff; --line: #d8dee4; --quiet: #59636e; --bad: #b3261e;
  --bar: #6f9bd1; --now: #1f5fae; --soft: #fdf1f0 }
@media (prefers-color-scheme: dark) { :root { --text: #e6e6e6; --back: #17191c; --line: #3a3f45; --quiet: #9aa4af;
  --bad: #ff8a80; --bar: #46699a; --now: #8ab4f8; --soft: #2b1e1e } }
body { font: 15px/1.5 FONTS; max-width: 76rem; margin: 1.5rem auto; padding: 0 1rem; color: var(--text);
  background: var(--back) }
h1 { font-size: 1.35rem; margin-bottom: .2rem } h2 { font-size: 1.1rem; margin: 1.8rem 0 .5rem }
h3 { font-size: 1rem; margin: 0 } p { margin: .25rem 0 } a { color: var(--now) }
figure { display: inline-block; margin: 0 2rem .5rem 0 } figcaption { color: var(--quiet) }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap }
.n { text-align: right; font-variant-numeric: tabular-nums } .bad { color: var(--bad) } .quiet { color: var(--quiet) }
section { border-left: 4px solid var(--bad); background: var(--soft); padding: .6rem .9rem; margin: .6rem 0 }
ul { margin: .3rem 0; padding-left: 1.2rem } li, code { overflow-wrap: anywhere }
svg { max-width: 100%; height: auto; vertical-align: middle } svg text { font: 11px FONTS; fill: var(--quiet) }
svg path { stroke: var(--line) }
rect { fill: var(--bar) } rect.last { fill: var(--now) } rect.none { fill: var(--line) }
@media print { section { break-inside: avoid } }
""".replace("FONTS", FONTS)
COLUMNS = ("job", "articles", "usual", "by day", "runs", "bad", "pages", "failed", "last run", "newest article")
NUMBERS = frozenset({"articles", "usual", "runs", "bad", "pages", "failed"})


def write_page(report: Report, path: str) -> None:
    """Write it to a file. Raises OutputError."""
    try:
        Path(path).write_text(page(report), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"the report {path} cannot be written: {error.strerror}") from error


def page(report: Report) -> str:
    """The whole page."""
    broken = [job for job in report.jobs if job.is_broken]
    problems = "".join(f'<p class="bad">{escape(problem)}</p>' for problem in report.problems)
    troubles = "".join(_trouble(job, report) for job in broken) or "<p>Nothing.</p>"
    heads = "".join(_cell("th", title, title) for title in COLUMNS)
    rows = "".join(_row(job, report) for job in sorted(report.jobs, key=lambda job: job.name))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>Crawls, {escape(report.title)}</title><style>{STYLE}</style></head><body>
<h1>Crawls, {escape(report.title)}</h1>
<p>{escape(report.summary)}.</p>{problems}
{_charts(report)}
<h2>To be looked at</h2>
{troubles}
<h2>All jobs</h2>
<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>
{rows}</tbody></table></div>
<p class="quiet">Usual: the median of the {DAYS_SHOWN - 1} days before. Made {escape(report.local(report.made_at))}.</p>
</body></html>
"""


def _charts(report: Report) -> str:
    """All jobs together, by the hour and by the day."""
    by_hour = [sum(numbers) for numbers in zip(*(job.by_hour for job in report.jobs), strict=True)]
    by_day = [sum(numbers) for numbers in zip(*(job.by_day for job in report.jobs), strict=True)]
    hours = [f"{datetime.fromtimestamp(at, report.zone):%H:%M}" for at in report.hours[:-1]]
    made = [
        (f"New articles by hour: {sum(by_hour)}", by_hour, hours),
        (f"New articles of {DAYS_SHOWN} days, by day", by_day, _day_names(report)),
    ]
    return "".join(
        f"<figure>{bar_chart(numbers, names, label, width=480, height=90)}<figcaption>{label}</figcaption></figure>"
        for label, numbers, names in made
        if numbers
    )


def _day_names(report: Report) -> list[str]:
    """By the day in which each ends: the last of them is today's."""
    return [f"{datetime.fromtimestamp(until - 1, report.zone):%m-%d}" for until in report.days[1:]]


def _trouble(job: JobDay, report: Report) -> str:
    since = []
    if job.broken_since is not None:
        since.append(f"bad since {report.local(job.broken_since)}, {job.bad_in_a_row} runs in a row")
    if "silent" in job.standing and job.newest_article is not None:
        since.append(f"no new article since {report.local(job.newest_article)}")
    code = f" ({job.exit_code})" if job.exit_code is not None else ""
    words = f' <span class="quiet">{escape(", ".join(job.standing))}</span>' if job.standing else ""
    texts = "".join(f"<p>{escape(text)}</p>" for text in (job.sentence, job.advice) if text)
    addresses = "".join(f"<li>{escape(kind)}: {_link(found)}</li>" for kind, found in job.addresses)
    log = f'<p class="quiet">log: <code>{escape(job.log)}</code></p>' if job.log else ""
    return (
        f'<section id="{_anchor(job)}"><h3>{escape(job.name)}: '
        f'<span class="bad">{escape(job.word or "never ran")}{code}</span>{words}</h3>'
        f"<p>{escape('; '.join(since))}</p>{texts}"
        + (f"<ul>{addresses}</ul>" if addresses else "")
        + f"{log}</section>\n"
    )


def _row(job: JobDay, report: Report) -> str:
    name = escape(job.name)
    if job.is_broken:
        name = f'<a class="bad" href="#{_anchor(job)}">{name}</a>'
    kind = "bad" if job.is_broken else "quiet" if not job.is_enabled else ""
    chart = spark_line(job.by_day, _day_names(report), f"{job.name}: {', '.join(map(str, job.by_day))}")
    cells = {"job": name, "by day": chart, "last run": f'<span class="{kind}">{escape(word_of(job))}</span>'}
    cells |= {"articles": str(job.articles), "usual": f"{job.usual:g}", "runs": str(job.runs)}
    cells |= {"bad": str(job.bad_runs), "pages": str(job.pages), "failed": str(job.failed_pages)}
    cells["newest article"] = report.local(job.newest_article) if job.newest_article is not None else ""
    return f"<tr>{''.join(_cell('td', title, cells[title]) for title in COLUMNS)}</tr>\n"


def _cell(tag: str, title: str, markup: str) -> str:
    return f'<{tag} class="n">{markup}</{tag}>' if title in NUMBERS else f"<{tag}>{markup}</{tag}>"


def _anchor(job: JobDay) -> str:
    return escape(f"job-{job.name}")


def _link(text: str) -> str:
    """An address to click on, when it is one of the web; the page itself loads nothing."""
    try:
        split = urlsplit(text)
        is_web = split.scheme in ("http", "https") and bool(split.netloc)
    except ValueError:
        is_web = False
    shown = escape(text)
    return f'<a rel="noreferrer noopener" href="{shown}">{shown}</a>' if is_web else shown
