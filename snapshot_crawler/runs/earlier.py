"""The reports of a job's earlier runs, read from DATA_DIR/runs: a job's name goes in, its newest reports come out.

The run report and `scrapy status` ask here. This module imports nothing of Scrapy, so that a command which only reads
starts fast.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

KILLED = "killed"  # the verdict on a run that was killed


def earlier_reports(root: Path, job: str, *, most: int = 20) -> list[dict[str, Any]]:
    """The newest reports of a job, newest first; one that cannot be read is left out."""
    reports = []
    runs = re.compile(rf"{re.escape(job)}-\d{{8}}T\d{{6}}Z-\d+\.json")  # DataDir.run; other jobs may begin with job-
    own = [path for path in (root / "runs").glob(f"{job}-*.json") if runs.fullmatch(path.name)]
    for path in sorted(own, reverse=True)[:most]:
        try:
            report = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue
        if report.get("job") == job:
            reports.append(report)
    return reports
