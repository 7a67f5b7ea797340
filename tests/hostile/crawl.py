"""One crawl of one small plain spider in a process of its own, as an operator would start it.

    outcome = crawl("/", server=server, DOWNLOAD_DELAY=0)
    outcome.items, outcome.stats, outcome.log

A process for each crawl: one may have one reactor only.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.server import Server

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_RUN_S = 60


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


def crawl(
    *starts: str, server: Server, data_dir: Path | None = None, spider: str = "plain", **settings: Any
) -> Outcome:
    """Run tests/hostile/plain.py's spider from the start paths of server to its end."""
    with tempfile.TemporaryDirectory() as folder:
        job = {
            "starts": [start if start.startswith("http") else server.url(start) for start in starts],
            "spider": spider,
            "out": str(Path(folder) / "out.json"),
            "settings": {
                "DATA_DIR": str(data_dir or Path(folder) / "data"),
                "PRIVATE_NETWORKS_ALLOWED": [server.address],
                "DOWNLOAD_DELAY": 0,
                "DOWNLOAD_TIMEOUT": 5,
                "LOG_LEVEL": "DEBUG",
                **settings,
            },
        }
        process = subprocess.run(
            [sys.executable, "-m", "tests.hostile.plain", json.dumps(job)],
            cwd=PROJECT,
            env={**os.environ, "SCRAPY_SETTINGS_MODULE": "snapshot_crawler.settings"},
            capture_output=True,
            text=True,
            timeout=LONGEST_RUN_S,
            check=False,
        )
        out = Path(job["out"])
        left = json.loads(out.read_text()) if out.exists() else {"items": [], "stats": {}, "rejected": {}}
        return Outcome(left["items"], left["stats"], left["rejected"], process.stderr, process.returncode)
