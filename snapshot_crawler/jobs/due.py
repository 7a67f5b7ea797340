"""Whether a job is due, and when it will be: its timetable, what is known of it, and the moment in; seconds out.

Intervals and waits are told by the machine's clock (clock.Moment.since), so a wall clock that is set neither floods nor
silences them. A cron expression speaks of the wall clock; when that was set back, a job that is asked for often goes on
at its usual pace, and one that has had its time of the day does not have it again.

A time that was missed is made up once: what counts is when the job last took up any time (JobState.base).
"""

from __future__ import annotations

from dataclasses import dataclass

from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.jobs.history import JobState
from snapshot_crawler.jobs.model import Job
from snapshot_crawler.jobs.outcome import SHELL_KILLED
from snapshot_crawler.jobs.timetable import jitter_of

CRON_STEP_S = 60  # a time of cron lasts its minute: a job seen first at 08:00:30 has the time 08:00


@dataclass(frozen=True, slots=True)
class Retry:
    """When a run is followed by another, apart from the timetable. Seconds after its end."""

    first_s: float  # or the job's pace, where that is shorter; doubled with each bad run in a row
    most_s: float
    is_early: bool  # comes before the timetable's time too, EARLY_RETRIES times; else it only holds the timetable back


EARLY_RETRIES = 3  # then the trouble is not one of minutes, and the timetable's pace is enough
CONTINUE = Retry(60, 60, is_early=True)  # seconds, by choice: a run that was cut short goes on soon
SITE_TROUBLE = Retry(600, 6 * 3600, is_early=True)  # the site, the network or the machine: may be over in minutes
KILLED = Retry(60, 6 * 3600, is_early=True)  # the machine went down, or its memory was short
NEEDS_A_PERSON = Retry(600, 6 * 3600, is_early=False)  # as it is now, the next run ends as this one did
RETRIES = {  # docs/operating.md has this table
    ExitCode.PARTIAL: CONTINUE,
    ExitCode.INTERRUPTED: CONTINUE,
    ExitCode.CRASHED: SITE_TROUBLE,
    ExitCode.START_FAILED: SITE_TROUBLE,
    ExitCode.OUTPUT_FAILED: SITE_TROUBLE,
    ExitCode.DATABASE_AWAY: SITE_TROUBLE,
    ExitCode.CONFIGURATION: NEEDS_A_PERSON,
    ExitCode.NO_ARTICLES: NEEDS_A_PERSON,
    ExitCode.TOO_MANY_ERRORS: NEEDS_A_PERSON,
    ExitCode.LAYOUT_DRIFT: NEEDS_A_PERSON,
    ExitCode.OUTPUT_TAKEN: NEEDS_A_PERSON,
}


def seconds_until_due(job: Job, state: JobState, now: Moment) -> float:
    """How long until the job is to start; 0 or less: it is due, since that long."""
    wait = until_timetable(job, state, now)
    if state.resume:
        return min(wait, 0.0)
    if state.ended is None or state.exit_code in (None, ExitCode.COMPLETE):
        return wait
    assert state.exit_code is not None
    retry = KILLED if state.exit_code > SHELL_KILLED else _retry_of(state.exit_code)
    if retry is None:
        return wait
    failures = max(1, state.failures)
    first_s = min(retry.first_s, job.timetable.gap(now.wall))
    # 30 doublings: bounds the number; most_s is reached before
    held_s = min(retry.most_s, first_s * 2.0 ** min(failures - 1, 30)) - now.since(state.ended)
    if retry is CONTINUE:
        return min(wait, held_s)
    if retry.is_early and failures <= EARLY_RETRIES:
        return held_s
    return max(wait, held_s)


def _retry_of(exit_code: int) -> Retry | None:
    try:
        return RETRIES.get(ExitCode(exit_code))
    except ValueError:
        return SITE_TROUBLE


def until_timetable(job: Job, state: JobState, now: Moment) -> float:
    """Seconds until the timetable's next time, jitter included; 0 or less: since then it is due."""
    if job.timetable.every_s is None:
        nominal = next_nominal(job, state, now)
        return nominal + jitter_of(job.name, nominal, job.jitter_s) - now.wall
    if state.base is None:
        return jitter_of(job.name, 0, job.jitter_s) - now.since(state.seen)
    jitter_s = jitter_of(job.name, state.base.wall, job.jitter_s) - job.jitter_s / 2
    return job.timetable.every_s + jitter_s - now.since(state.base)


def next_nominal(job: Job, state: JobState, now: Moment) -> float:
    """The time of the cron expression that is to be taken up next; in the past when it was missed."""
    anchor = state.base.wall if state.base is not None else state.seen.wall // CRON_STEP_S * CRON_STEP_S - 1
    if anchor > now.wall and anchor - now.wall >= job.timetable.gap(now.wall):
        anchor = now.wall  # the clock was set back by more than the job's pace
    return job.timetable.after(anchor)
