"""The run report: what it holds, and which reports are a job's own."""

from __future__ import annotations

import json
from pathlib import Path

from snapshot_crawler.runs.report import earlier_reports


def test_reports_of_jobs_whose_names_begin_alike_do_not_hide_a_jobs_own(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    for job, times in (("daily", 3), ("daily-zh", 30)):
        for number in range(times):
            path = tmp_path / "runs" / f"{job}-20240101T0000{number:02}Z-77.json"
            path.write_text(json.dumps({"job": job, "number": number}))
    assert [report["number"] for report in earlier_reports(tmp_path, "daily")] == [2, 1, 0]
    assert len(earlier_reports(tmp_path, "daily-zh")) == 20
