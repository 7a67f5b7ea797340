"""Keeping house: what runs have left behind goes, by number and age. KEEP_RUNS and KEEP_DAYS in, removed files out.
ARCHIVE_KEEP_DAYS does the same for the pages of the archive (archive/retention.py).

`jobs tidy` does it when somebody asks; `jobs start` and `jobs due` once a day. Without the two settings only reports,
logs and lines of the history go, beyond RUNS_KNOWN of each job: a run's end looks through the folder of the reports,
and three hundred jobs every fifteen minutes make a million in a month. No text goes unless the operator says so.

What a run may still write to is never touched: it bears the run's process number, or is called .part. The frontier,
the index and outputs that were asked for with -o have other places. A frontier takes an output that is gone as moved
away (frontier/recovery.py), so no article comes again.
"""

from __future__ import annotations

import json
import logging
import math
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from scrapy.settings import BaseSettings

from snapshot_crawler.archive import retention
from snapshot_crawler.archive.places import jobs_with_archive
from snapshot_crawler.archive.sent import size_of
from snapshot_crawler.exceptions import ConfigurationError, SnapshotCrawlerError
from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.jobs.history import History, moment_text, read_moment
from snapshot_crawler.jobs.model import JobFile
from snapshot_crawler.jobs.office import Office
from snapshot_crawler.jobs.rhythm import REMEMBERED_H
from snapshot_crawler.runs.lease import holder_pid

logger = logging.getLogger(__name__)

DAY_S = 86_400.0
RUNS_KNOWN = 500  # of each job: five days of runs every quarter of an hour
DELIVERIES_KEPT = 10_000  # by choice: bounds the history
CLOCK_TOLERANCE_S = 3600.0  # between the two clocks over a day: summer time at most, which moves neither
LONGEST_ABSENCE_S = 7 * DAY_S  # a machine that seems to have been off for longer may have a wrong clock
RUN_FILE = re.compile(r"(?P<job>.+)-(?P<began>\d{8}T\d{6}Z)-(?P<pid>\d+)\.jsonl?")  # DataDir.run
LOG_FILE = re.compile(r"(?P<began>\d{8}T\d{6}Z)-(?P<number>\d+)\.log")  # Places.log
REPORTS, LOGS, OUTPUTS = "runs", "logs", "articles"
ARCHIVE = "archive"
WITH_TEXTS = (OUTPUTS, "rejected", "duplicates", "quarantine")
NEWEST_STAYS = (REPORTS, LOGS, OUTPUTS)  # latest/JOB leads to the newest output


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one job stays, of each kind of files. days: since they were last written to. 0: no limit."""

    runs: int
    days: int

    def most(self, kind: str) -> float:
        """How many files of a kind may stay."""
        return self.runs or (RUNS_KNOWN if kind in (REPORTS, LOGS) else math.inf)


@dataclass(frozen=True, slots=True)
class OldFile:
    """A file that may go. wrote: when it was last written to, in seconds since 1970."""

    kind: str
    job: str
    path: Path
    order: tuple[str, int]  # the later run, the larger
    number: int  # the process of the run; of a log, the run's number in the history
    wrote: float
    size: int


@dataclass(slots=True)
class Tidied:
    """What was removed: files by kind, their bytes, and the lines of the history."""

    files: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    runs: int = 0

    def __str__(self) -> str:
        names = {REPORTS: "reports", OUTPUTS: "outputs", "rejected": "files of rejected pages"}
        names |= {"duplicates": "files of duplicates", "quarantine": "files of doubtful articles"}
        names[ARCHIVE] = "files of pages"
        parts = [f"{count} {names.get(kind, kind)}" for kind, count in sorted(self.files.items())]
        parts += [f"{self.runs} lines of the history"] if self.runs else []
        return f"{', '.join(parts)}; {self.bytes / 2**20:.1f} MiB" if parts else "nothing"


def limits_of(job: str, file: JobFile, typed: dict[str, str], settings: BaseSettings) -> Limits:
    """A job's limits: as typed, as the job or [defaults] say, or the project's. Raises ConfigurationError."""
    return Limits(*(_limit(name, job, file, typed, settings) for name in ("KEEP_RUNS", "KEEP_DAYS")))


def days_of_pages(job: str, file: JobFile, typed: dict[str, str], settings: BaseSettings) -> int:
    """How many days a job's pages are kept, as limits_of; 0: for ever. Raises ConfigurationError."""
    return _limit("ARCHIVE_KEEP_DAYS", job, file, typed, settings)


def _limit(name: str, job: str, file: JobFile, typed: dict[str, str], settings: BaseSettings) -> int:
    own = file.jobs[job].settings if job in file.jobs else file.settings
    value = typed.get(name, own.get(name, settings[name]))
    try:
        limit = int(value)
    except (TypeError, ValueError):
        limit = -1
    if limit < 0:
        raise ConfigurationError(f"{name} is {value!r}; it takes a whole number, such as 30; 0 keeps everything")
    return limit


def check_limits(office: Office, file: JobFile) -> None:
    """Raises ConfigurationError for a limit of a job file, in force or not yet, that is no number."""
    for job in file.jobs:
        limits_of(job, file, office.typed, office.settings)
        days_of_pages(job, file, office.typed, office.settings)


# --- What is there
def files_below(root: Path) -> Iterator[OldFile]:
    """What runs have left below a DATA_DIR, but for logs; what is unfinished is not among it."""
    for path in _entries(root / REPORTS):
        if found := RUN_FILE.fullmatch(path.name):
            yield from _old_file(REPORTS, found["job"], path, (found["began"], 0), int(found["pid"]))
    for kind in WITH_TEXTS:
        for folder in _entries(root / kind):
            for path in _entries(folder):
                found = RUN_FILE.fullmatch(path.name)
                if found and found["job"] == folder.name:
                    yield from _old_file(kind, folder.name, path, (found["began"], 0), int(found["pid"]))


def logs_below(root: Path) -> Iterator[OldFile]:
    """The logs of scheduled runs."""
    for folder in _entries(root / "jobs" / LOGS):
        for path in _entries(folder):
            if found := LOG_FILE.fullmatch(path.name):
                number = int(found["number"])
                yield from _old_file(LOGS, folder.name, path, ("", number), number)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _old_file(kind: str, job: str, path: Path, order: tuple[str, int], number: int) -> Iterator[OldFile]:
    try:
        info = path.lstat()
    except OSError:  # somebody else tidies up
        return
    if path.is_file() and not path.is_symlink():
        yield OldFile(kind, job, path, order, number, info.st_mtime, info.st_size)


# --- What may go
def removable(files: Iterable[OldFile], limits: Callable[[str], Limits], now: float) -> Iterator[OldFile]:
    """Those over their job's limits. A job's newest report, log and output stay, and its newest report that had
    articles: a later run wants to know that there were some (exit code 5)."""
    groups: dict[tuple[str, str], list[OldFile]] = defaultdict(list)
    for file in files:
        groups[file.job, file.kind].append(file)
    for (job, kind), group in sorted(groups.items()):
        group.sort(key=lambda file: file.order, reverse=True)
        limit, needs_articles = limits(job), kind == REPORTS
        for place, file in enumerate(group):
            is_over = place >= limit.most(kind) or (bool(limit.days) and file.wrote < now - limit.days * DAY_S)
            stays = not is_over or (place == 0 and kind in NEWEST_STAYS)
            if needs_articles and _had_articles(file.path):
                stays, needs_articles = True, False
            if not stays:
                yield file


def _had_articles(report: Path) -> bool:
    try:
        return bool(json.loads(report.read_bytes()).get("articles", {}).get("new"))
    except (OSError, ValueError, AttributeError):
        return False


def _in_use(job: str, root: Path, history: History) -> tuple[set[int], set[int]]:
    """Processes and logs (by the run's number) of runs that are at work, or were killed and still have to be told.

    Asked after the files were looked for: a run that began later has other names.
    """
    runs, holder = history.open_runs(job), holder_pid(root / "leases" / f"{job}.json")
    return {number for number in (holder, *(run.pid for run in runs)) if number}, {run.id for run in runs}


# --- Tidying up
def tidy(
    office: Office, tell: Callable[[str], None] = logger.debug, *, is_dry: bool = False, by_age: bool = True
) -> Tidied:
    """Remove what is over the limits, or only tell. by_age: whether KEEP_DAYS counts.

    Raises ConfigurationError for limits that are no numbers, OutputError or StateError for the history.
    """
    done, places, now = Tidied(), office.places, office.clock.now()

    def limits(job: str) -> Limits:
        found = limits_of(job, office.file, office.typed, office.settings)
        return found if by_age else Limits(found.runs, 0)

    with office.history() as history:
        for root in sorted(set(office.roots())):
            files = [*files_below(root), *(logs_below(root) if root == places.root else ())]
            in_use = {job: _in_use(job, root, history) for job in {file.job for file in files}}
            for file in removable(files, limits, now.wall):
                is_used = file.number in in_use[file.job][file.kind == LOGS]
                if not is_used and _remove(file, tell, is_dry=is_dry):
                    done.files[file.kind] += 1
                    done.bytes += file.size
        if by_age:
            _tidy_archive(office, tell, done, now.wall, is_dry=is_dry)
        if not is_dry:
            kept = {job: max(RUNS_KNOWN, limits(job).runs) for job in history.states()}
            done.runs = _forget(history, kept, now.wall)
    return done


def _tidy_archive(office: Office, tell: Callable[[str], None], done: Tidied, now: float, *, is_dry: bool) -> None:
    """Remove the pages that are older than ARCHIVE_KEEP_DAYS."""
    for root in sorted(set(office.roots())):
        for job in jobs_with_archive(root):
            if not (days := days_of_pages(job, office.file, office.typed, office.settings)):
                continue
            try:
                for path in retention.removable(root, job, days, datetime.fromtimestamp(now, UTC)):
                    size = size_of(path)
                    if not is_dry:
                        retention.remove(path)
                    tell(f"{'would remove' if is_dry else 'removed'} {path}")
                    done.files[ARCHIVE] += 1
                    done.bytes += size
            except OSError as error:
                logger.error("the pages of %s cannot be tidied up: %s", job, error)


def _remove(file: OldFile, tell: Callable[[str], None], *, is_dry: bool) -> bool:
    try:
        if not is_dry:
            if file.kind in WITH_TEXTS:
                retention.note_removal(file.path)  # so that `scrapy verify` does not take it for lost
            file.path.unlink()
    except OSError as error:
        if not isinstance(error, FileNotFoundError):
            logger.error("%s cannot be removed: %s", file.path, error.strerror)
        return False
    tell(f"{'would remove' if is_dry else 'removed'} {file.path}")
    return True


def _forget(history: History, kept: dict[str, int], now: float) -> int:
    """Take old runs out of the history, so many of each job stay, and what else nobody asks for; how many runs.

    The jobs' sums and their rhythm are kept apart from the runs.
    """
    with history.transaction() as db:
        over = "id <= (SELECT id FROM main.run WHERE job = ? ORDER BY id DESC LIMIT 1 OFFSET ?) AND ended IS NOT NULL"
        runs = sum(
            db.execute(f"DELETE FROM main.run WHERE job = ? AND {over}", (job, job, number)).rowcount
            for job, number in kept.items()
        )
        db.execute("DELETE FROM main.arrival WHERE hour < ?", (int(now // 3600) - REMEMBERED_H,))
        db.execute("DELETE FROM main.delivery WHERE id <= (SELECT max(id) FROM main.delivery) - ?", (DELIVERIES_KEPT,))
        old = "is_spread = 1 AND id <= (SELECT max(id) FROM main.event) - ?"
        db.execute(f"DELETE FROM main.event WHERE {old}", (DELIVERIES_KEPT,))
        db.execute("DELETE FROM main.wanted WHERE run IS NOT NULL AND run NOT IN (SELECT id FROM main.run)")
    return runs


# --- Once a day
class Housekeeping:
    """Tidies up a day after the last time, whoever did it, in a thread of its own where it may not hold up others."""

    def __init__(self, office: Office) -> None:
        """Raises ConfigurationError for limits that are no numbers."""
        check_limits(office, office.file)
        self.thread: threading.Thread | None = None
        self.not_before: float = 0  # by the machine's clock; spares a look at the disk

    def serve(self, office: Office) -> None:
        """Begin to tidy up if it is time; called again and again."""
        if self.thread is not None and self.thread.is_alive():
            return
        now = office.clock.now()
        if now.machine >= self.not_before:
            self.not_before = now.machine + CLOCK_TOLERANCE_S
            self.thread = threading.Thread(target=tidy_daily, args=(office,), name="tidy", daemon=True)
            self.thread.start()


def tidy_daily(office: Office) -> bool:
    """Tidy up unless that was done within a day; whether it was. Trouble goes to the log: nobody waits for this."""
    stamp, now = office.places.root / "jobs" / "tidied", office.clock.now()
    last = _read_stamp(stamp)
    if last is not None and now.since(last) < DAY_S:
        return False
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(moment_text(now), encoding="ascii")
        by_age = last is None or is_believable(last, now)
        if not by_age:
            logger.warning("the clock seems to have been set: nothing is removed for its age today")
        logger.info("tidied up: %s", tidy(office, by_age=by_age))
    except (OSError, SnapshotCrawlerError) as error:
        logger.error("tidying up failed: %s", error)
    return True


def is_believable(last: Moment, now: Moment) -> bool:
    """Whether the wall clock moved as the machine's did since the last time; a wrong year must not empty the disk."""
    if last.boot and last.boot == now.boot:
        return abs((now.wall - last.wall) - (now.machine - last.machine)) <= CLOCK_TOLERANCE_S
    return -CLOCK_TOLERANCE_S <= now.wall - last.wall <= LONGEST_ABSENCE_S


def _read_stamp(path: Path) -> Moment | None:
    try:
        return read_moment(path.read_text(encoding="ascii"))
    except (OSError, ValueError, TypeError):
        return None
