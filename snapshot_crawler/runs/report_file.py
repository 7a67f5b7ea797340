"""The files of run reports: a report goes in, a JSON file below DATA_DIR/runs comes out, whole at any moment.

report.py calls it when a run begins and when it ends.
"""

from __future__ import annotations

import glob
import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from snapshot_crawler.archive.places import FOLDER as ARCHIVE
from snapshot_crawler.checked import with_check_sum
from snapshot_crawler.runs.earlier import KILLED
from snapshot_crawler.sums import sum_of_file

logger = logging.getLogger(__name__)

SIDE_FILES = ("rejected", "duplicates", "quarantine")  # folders below DATA_DIR with a file a run
CLOCK_STEP_S = 1.0  # by choice: file systems keep times in steps, the coarsest in use of a second
# A report is padded to this size when the run begins, so that a short one can still be written when the disk is full.
PLACE_BYTES = 4096  # a block of most file systems


def write_report(path: Path, report: dict[str, Any]) -> None:
    """Write a report under another name first, so that the file is whole at any moment. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_bytes(_text(report))
    new.replace(path)


def write_in_place(path: Path, report: dict[str, Any]) -> None:
    """Write a short report over the one that is there, where the disk is full. Raises OSError."""
    path.with_suffix(".new").unlink(missing_ok=True)
    text = _text(report)
    if len(text) <= path.stat().st_size:
        with path.open("r+b") as file:
            file.write(text)
            file.truncate()


def _text(report: dict[str, Any]) -> bytes:
    return with_check_sum(report, _render)


def _render(report: dict[str, Any]) -> bytes:
    text = json.dumps(report, ensure_ascii=False, indent=1, default=str).encode()
    return text.ljust(PLACE_BYTES)


def sums_of_files(root: Path, job: str, run: str, began: float | None = None) -> dict[str, dict[str, Any]]:
    """Length and check sum of each file of a run that takes part in no commit, by its path below DATA_DIR.

    began: when the run began, seconds since 1970; then the indexes of the archive that were written since are among
    them.
    """
    paths = [root / kind / job / f"{run}.jsonl" for kind in SIDE_FILES]
    if began is not None:
        indexes = (root / ARCHIVE / job).glob("*.cdxj")
        paths += [path for path in indexes if path.stat().st_mtime >= began - CLOCK_STEP_S]
    return {str(path.relative_to(root)): told for path in paths if (told := _sum(path)) is not None}


def _sum(path: Path) -> dict[str, Any] | None:
    try:
        size, digest = sum_of_file(path)
    except OSError:
        return None
    return {"bytes": size, "check_sum": digest.hex()}


def revouch(root: Path, job: str) -> None:
    """Take the check sums of a job's files anew into the reports of their runs: they were rewritten on purpose.

    Raises OSError.
    """
    for path in sorted((root / "runs").glob(f"{glob.escape(job)}-*.json")):
        try:
            report = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue
        if report.get("job") == job and report.get("files"):
            files = {name: _sum(root / name) or told for name, told in report["files"].items()}
            if files != report["files"]:
                write_report(path, {**report, "files": files})


def end_reports_of_killed_runs(root: Path, job: str, reports: Iterable[dict[str, Any]]) -> None:
    """Mark the reports of killed runs as ended: they still say "running", and no run of the job is at work.

    reports: the earlier ones of the job (earlier.py).
    """
    for report in reports:
        if report.get("state") == "running":
            sentence = "the run ended without a word, as by kill -9 or a power cut; the next run has continued it"
            files = sums_of_files(root, job, str(report["run"]))
            ended = {
                **report,
                "files": files,
                "state": "ended",
                "verdict": KILLED,
                "exit_code": None,
                "sentence": sentence,
            }
            path = root / "runs" / f"{report['run']}.json"
            try:
                write_report(path, ended)
            except OSError as error:
                logger.error("the run report %s cannot be written: %s", path, error.strerror)
