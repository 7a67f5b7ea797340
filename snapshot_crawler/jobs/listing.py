"""`jobs list`: every job as it stands now, for people and for scripts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.due import seconds_until_due
from snapshot_crawler.jobs.history import Run
from snapshot_crawler.jobs.office import Office
from snapshot_crawler.jobs.outcome import is_failure
from snapshot_crawler.jobs.timetable import duration_text, local_text
from snapshot_crawler.runs.lease import is_held

WIDE = 200  # columns


def jobs_as_they_stand(office: Office) -> list[dict[str, Any]]:
    """A dictionary a job, in the file's order; the keys are those of `jobs list --json`."""
    with office.history() as history:
        now, states, last_runs = office.clock.now(), history.states(), history.last_runs()
        alive = history.db.alive()
        found = []
        for job in office.file.jobs.values():
            state = states[job.name]
            lease = office.places.of_run(job, office.typed) / "leases" / f"{job.name}.json"
            is_running = is_at_work(office, job.name, alive) or is_held(lease)
            due = now.wall + max(0.0, seconds_until_due(job, state, now)) if job.enabled else None
            found.append(
                {
                    "name": job.name,
                    "spider": job.spider,
                    "schedule": str(job.timetable),
                    "next_due": local_text(due, job.timetable.zone) if due is not None else None,
                    "state": "running" if is_running else "idle" if job.enabled else "disabled",
                    "last_run": last_run(last_runs.get(job.name)),
                    "failures_in_a_row": state.failures,
                    "newest_article_at": iso(state.newest_article),
                }
            )
    return found


def is_at_work(office: Office, job: str, alive: set[str] | None) -> bool:
    """Whether a run of a job is at work. alive: Store.alive()."""
    return job in alive if alive is not None else is_held(office.places.lock(job))


def last_run(run: Run | None) -> dict[str, Any] | None:
    """A run for scripts."""
    if run is None:
        return None
    return {
        "run": run.run,
        "started_at": iso(run.started.wall),
        "ended_at": iso(run.ended.wall) if run.ended is not None else None,
        "word": run.word,
        "exit_code": run.exit_code,
        "articles": run.articles,
        "pages": run.pages,
    }


def iso(wall: float | None) -> str | None:
    """An instant in ISO 8601, in UTC."""
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="seconds") if wall is not None else None


def show_history(office: Office, name: str, most: int) -> None:
    """A job's runs, newest first; also of one that is not in the file any more, or was asked for over HTTP."""
    with office.history() as history:
        if name not in history.states():
            office.job(name)
    table = Table(box=None, pad_edge=False)
    for title in ("started", "cause", "took", "ended as", "articles", "pages", "log"):
        table.add_column(title, overflow="fold", justify="right" if title in ("articles", "pages") else "left")
    with office.history() as history:
        for run in history.runs_of(name, most):
            table.add_row(
                iso(run.started.wall),
                run.cause,
                duration_text(run.ended.since(run.started)) if run.ended else "",
                f"{run.word} ({run.exit_code})" if run.ended else "at work, or killed",
                *("" if number is None else str(number) for number in (run.articles, run.pages)),
                f"{run.host}:{run.log}" if run.host and run.log else run.log or "",
                style="red" if run.exit_code is not None and is_failure(run.exit_code) else "",
            )
    console().print(table)


def newest_log(office: Office, name: str) -> Path:
    """The log of a job's newest run. Raises ConfigurationError when it has none."""
    office.job(name)
    with office.history() as history:
        runs = history.runs_of(name, 20)  # by choice: they fit on a screen
        for run in runs:
            if run.log and Path(run.log).exists():
                return Path(run.log)
    if runs and runs[0].host:
        raise ConfigurationError(f"the last log of {name} lies on {runs[0].host}: {runs[0].log}")
    raise ConfigurationError(f"{name} has no log yet; run it: scrapy jobs run {name}")


def console() -> Console:
    """Where tables go; wide where it is no terminal, so that nothing is cut off."""
    found = Console()
    return found if found.is_terminal else Console(width=WIDE)


def show(office: Office) -> None:
    """The table: troubled jobs first."""
    now = office.clock.now().wall
    table = Table(box=None, pad_edge=False)
    for title in ("job", "state", "last run", "articles", "newest article", "next due"):
        table.add_column(title, overflow="fold", justify="right" if title == "articles" else "left")
    jobs = jobs_as_they_stand(office)
    jobs.sort(key=lambda job: (-_trouble(job), job["name"]))
    for job in jobs:
        run, row_style = job["last_run"], "red" if _trouble(job) else "dim" if job["state"] == "disabled" else ""
        failures = f", {job['failures_in_a_row']} times" if job["failures_in_a_row"] > 1 else ""
        table.add_row(
            job["name"],
            job["state"],
            f"{run['word']} ({run['exit_code']}){failures}, {age(run['ended_at'], now)} ago" if run else "never",
            str(run["articles"]) if run else "",
            f"{age(job['newest_article_at'], now)} ago" if job["newest_article_at"] else "none",
            _due(job["next_due"], now),
            style=row_style,
        )
    console().print(table)


def _trouble(job: dict[str, Any]) -> int:
    run = job["last_run"]
    return int(job["failures_in_a_row"] or (run is not None and is_failure(run["exit_code"])))


def age(at: str | None, now: float) -> str:
    """How long ago an instant was, in its largest unit."""
    if at is None:
        return ""
    seconds = max(0.0, now - datetime.fromisoformat(at).timestamp())
    for unit in (86_400, 3600, 60):
        if seconds >= unit:
            return duration_text(seconds // unit * unit)
    return f"{seconds:.0f}s"


def _due(at: str | None, now: float) -> str:
    if at is None:
        return ""
    moment = datetime.fromisoformat(at)
    return "now" if moment.timestamp() <= now else f"{moment:%Y-%m-%d %H:%M}"
