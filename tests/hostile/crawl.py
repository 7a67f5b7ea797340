"""One crawl of one small plain spider in a process of its own, as an operator would start it.

    outcome = crawl("/", server=server, DOWNLOAD_DELAY=0)
    outcome.items, outcome.stats, outcome.log

A process for each crawl: one may have one reactor only.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.process import run
from tests.server import Server


@dataclass(slots=True)
class Outcome:
    """What a crawl left: its items, its stats (values as JSON), its log and its exit code."""

    items: list[dict[str, Any]]
    stats: dict[str, Any]
    rejected: dict[str, int]  # page_rejected: how often for which reason
    log: str
    exit_code: int

    @property
    def urls(self) -> list[str]:
        """The addresses of the items, without scheme and host."""
        return [re.sub(r"^https?://[^/]+", "", item["url"]) for item in self.items]


@dataclass(slots=True)
class Job:
    """One crawl: from these paths of the server, with these settings over the tests' own."""

    server: Server
    starts: list[str]
    settings: dict[str, Any]


def crawl(*starts: str, server: Server, **settings: Any) -> Outcome:
    """Run tests/hostile/plain.py's spider from the start paths of server to its end."""
    return crawl_all([Job(server, list(starts), settings)])[0]


def crawl_all(jobs: list[Job]) -> list[Outcome]:
    """The same for several crawls at once, in one process: most of a short crawl's time is the process's start."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = [as_argument(job, Path(folder) / str(number)) for number, job in enumerate(jobs)]
        process = run(
            [sys.executable, "-m", "tests.hostile.plain", json.dumps(wanted)],
            env={**os.environ, "SCRAPY_SETTINGS_MODULE": "snapshot_crawler.settings"},
        )
        outcomes = []
        for each in wanted:
            out = Path(each["out"])
            assert out.exists(), process.stderr[-3000:]
            left = json.loads(out.read_text())
            outcomes.append(Outcome(left["items"], left["stats"], left["rejected"], process.stderr, process.returncode))
        return outcomes


def as_argument(job: Job, folder: Path) -> dict[str, Any]:
    """A job as JSON for the process."""
    folder.mkdir()
    return {
        "starts": [start if start.startswith("http") else job.server.url(start) for start in job.starts],
        "out": str(folder / "out.json"),
        "settings": {
            "DATA_DIR": str(folder / "data"),
            "PRIVATE_NETWORKS_ALLOWED": [job.server.address],
            "DOWNLOAD_DELAY": 0,
            "DOWNLOAD_TIMEOUT": 5,
            "LOG_LEVEL": "DEBUG",
            **job.settings,
        },
    }
