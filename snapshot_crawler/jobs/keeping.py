"""Keeping house: files of old runs go, by KEEP_RUNS and KEEP_DAYS, and so do old rows of the history.

What goes lies below DATA_DIR and belongs to one run: reports, logs, rejects, duplicates, doubtful articles and finished
outputs. Files of -o are the operator's; what a killed run has begun is completed by the next one.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scrapy.settings import BaseSettings

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.history import History
from snapshot_crawler.jobs.rhythm import REMEMBERED_H

KINDS_BY_JOB = ("articles", "rejected", "duplicates", "quarantine", "jobs/logs")
RUN_TIME = re.compile(r"(\d{8}T\d{6}Z)-\d+\.")  # in the names of reports, outputs and logs
RUNS_IN_HISTORY = 500  # of a job: five days of runs every quarter of an hour
DELIVERIES_KEPT = 10_000
UNFINISHED = ".part"
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Keep:
    """What stays. 0: everything."""

    runs: int = 0
    days: int = 0

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Keep:
        """Raises ConfigurationError for what is no number."""
        values = []
        for name, given in (("KEEP_RUNS", settings["KEEP_RUNS"]), ("KEEP_DAYS", settings["KEEP_DAYS"])):
            try:
                values.append(max(0, int(given or 0)))
            except (TypeError, ValueError):
                raise ConfigurationError(f"{name} is {given!r}; it takes a whole number, 0 to keep all") from None
        return cls(*values)


def keep_house(roots: Iterable[Path], history: History, keep: Keep) -> int:
    """Remove what is too old below each DATA_DIR; how many files went."""
    removed = 0
    if keep.runs or keep.days:
        for root in set(roots):
            for files in _by_job(root):
                removed += _thin_out(files, keep)
    _forget(history, max(RUNS_IN_HISTORY, keep.runs))
    return removed


def _by_job(root: Path) -> Iterator[list[Path]]:
    """The files of one kind and job, for each of both."""
    for kind in KINDS_BY_JOB:
        for folder in (root / kind).glob("*/"):
            yield [path for path in folder.iterdir() if path.suffix != UNFINISHED]
    reports: dict[str, list[Path]] = defaultdict(list)
    for path in (root / "runs").glob("*.json"):
        found = RUN_TIME.search(path.name)
        if found:
            reports[path.name[: found.start()]].append(path)
    yield from reports.values()


def _thin_out(files: list[Path], keep: Keep) -> int:
    """Remove files of old runs; the newest stays. Files that are no run's own stay too."""
    dated = sorted(
        ((found[1], path) for path in files if (found := RUN_TIME.search(path.name)) and not path.is_symlink()),
        reverse=True,
    )
    oldest = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - keep.days * DAY_S)) if keep.days else ""
    removed = 0
    for place, (began, path) in enumerate(dated):
        if place and ((keep.runs and place >= keep.runs) or began < oldest):
            with contextlib.suppress(OSError):  # somebody else keeps house, or it is another user's
                path.unlink()
                removed += 1
    return removed


def _forget(history: History, runs: int) -> None:
    """Old rows; the job's totals and its rhythm are kept apart from them."""
    with history.transaction() as db:
        db.execute(
            "DELETE FROM run WHERE ended IS NOT NULL AND id IN (SELECT id FROM ("
            " SELECT id, row_number() OVER (PARTITION BY job ORDER BY id DESC) AS place FROM run) WHERE place > ?)",
            (runs,),
        )
        db.execute("DELETE FROM arrival WHERE hour < ?", (int(time.time() // 3600) - REMEMBERED_H,))
        db.execute("DELETE FROM delivery WHERE id <= (SELECT max(id) FROM delivery) - ?", (DELIVERIES_KEPT,))
        db.execute(
            "DELETE FROM event WHERE is_spread = 1 AND id <= (SELECT max(id) FROM event) - ?", (DELIVERIES_KEPT,)
        )
        db.execute("DELETE FROM wanted WHERE run IS NOT NULL AND run NOT IN (SELECT id FROM run)")
