"""What a run of a job came to: its exit code and its report in, the figures of the history out."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snapshot_crawler.exceptions import ExitCode

NEUTRAL = (ExitCode.COMPLETE, ExitCode.PARTIAL, ExitCode.INTERRUPTED, ExitCode.LOCK_HELD)
KEPT_FACTS = ("requests", "examples", "drift", "cpu_seconds", "bytes", "failures")
SHELL_KILLED = 128  # a process that a signal ended has this plus the signal's number, as in a shell


@dataclass(slots=True)
class Outcome:
    """A run's end. word: the report's verdict, or why there is none; facts: parts of the report."""

    exit_code: int
    word: str
    sentence: str = ""
    run: str | None = None
    articles: int = 0
    pages: int = 0
    seconds: float = 0.0
    is_stuck: bool = False  # ended because it went over its timeout
    facts: dict[str, Any] = field(default_factory=dict)


def is_good(exit_code: int) -> bool:
    """Whether a run worked its frontier off: it ends a row of failures."""
    return exit_code == ExitCode.COMPLETE


def is_failure(exit_code: int) -> bool:
    """Whether a run was bad. A limit or a stop (3, 4) is neither: it says nothing about the site."""
    return exit_code not in NEUTRAL


def outcome_of(exit_code: int, root: Path, job: str, pid: int | None) -> Outcome:
    """The outcome of a run, from its process's exit code and from its report below root, where it left one."""
    code = SHELL_KILLED - exit_code if exit_code < 0 else exit_code
    report = find_report(root, job, pid)
    if report.get("state") != "ended":
        outcome = Outcome(code, _word(code), run=report.get("run"))
    else:
        outcome = Outcome(
            code,
            report.get("verdict") or _word(code),
            report.get("sentence") or "",
            report.get("run"),
            report.get("articles", {}).get("new", 0),
            report.get("pages", 0),
            report.get("seconds", 0.0),
            facts={name: report[name] for name in KEPT_FACTS if report.get(name)},
        )
        frontier = report.get("frontier", {})
        outcome.facts["pending"] = frontier.get("total/pending", 0)
        outcome.facts["parked"] = len(report.get("protections", {}).get("pace/parked_hosts") or ())
        if code != report.get("exit_code"):
            outcome.word = _word(code)  # it was killed, or failed, after its report
    return outcome


def find_report(root: Path, job: str, pid: int | None) -> dict[str, Any]:
    """The newest report that a process wrote for a job; empty when there is none."""
    name_of_run = re.compile(rf"{re.escape(job)}-\w+-{pid}(?:_\d+)?\.json")  # as datadir.py makes it
    try:
        with os.scandir(root / "runs") as entries:
            names = [entry.name for entry in entries if name_of_run.fullmatch(entry.name)]
    except OSError:
        return {}
    for name in sorted(names, reverse=True):
        try:
            report: dict[str, Any] = json.loads((root / "runs" / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if report.get("job") == job:
            return report
    return {}


def _word(code: int) -> str:
    """The word for an exit code without a report."""
    if code > SHELL_KILLED:
        return "killed"
    try:
        return ExitCode(code).name.lower().replace("_", " ")
    except ValueError:
        return "crashed"
