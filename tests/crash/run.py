"""The real command in a process of its own, ended as tests want it, and what its output came to."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from tests.crash.site import NewsSite
from tests.process import LONGEST_RUN_S, Process, start


@dataclass
class Job:
    """One command line, to be started again and again."""

    site: NewsSite
    folder: Path
    output: str | None = "out.jsonl"  # in the folder; None: the run's own file
    overwrite: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    limits: str = ""  # shell words before the command, such as "ulimit -f 100;"
    arguments: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def out(self) -> Path:
        assert self.output is not None
        return self.folder / self.output

    def command(self) -> list[str]:
        settings = {
            "DATA_DIR": self.data,
            "PRIVATE_NETWORKS_ALLOWED": self.site.address,
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "DOWNLOAD_TIMEOUT": 5,
            **self.settings,
        }
        output = [] if self.output is None else ["-O" if self.overwrite else "-o", str(self.out)]
        command = [sys.executable, "-m", "scrapy", "crawl", "snapshot", "-a", f"start={self.site.url()}", *output]
        return [
            *command,
            *self.arguments,
            *(word for pair in settings.items() for word in ("-s", f"{pair[0]}={pair[1]}")),
        ]

    def start(self) -> Process:
        """The process, its log in the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = self.command()
        if self.limits:
            command = ["bash", "-c", f'{self.limits} exec "$0" "$@"', *command]
        with (self.folder / "log.txt").open("ab") as log:
            return start(command, stderr=log, env={**os.environ, **self.environment})

    def run(self, *, longest_s: float = LONGEST_RUN_S) -> int:
        """From start to end; the exit code."""
        process = self.start()
        try:
            return process.wait(longest_s)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(f"the run did not end in {longest_s} s\n{self.log()}") from None

    def log(self) -> str:
        path = self.folder / "log.txt"
        return path.read_text(errors="replace")[-6000:] if path.exists() else ""

    # --- What is there
    def lines(self) -> list[bytes]:
        """The output's lines, in all files of the job."""
        if self.output is None:
            paths = [path for path in sorted(self.data.glob("articles/*/*.jsonl")) if not path.is_symlink()]
        else:
            paths = [self.out] if self.out.exists() else []
        return [line for path in paths for line in read(path).splitlines(keepends=True)]

    def faults(self) -> dict[str, int]:
        """How many articles are lost, doubled, broken; all 0 is as it must be."""
        found: Counter[str] = Counter()
        broken = 0
        for line in self.lines():
            try:
                found[json.loads(line)["id"]] += line.endswith(b"\n")
            except (ValueError, KeyError):
                broken += 1
        return {
            "lost": len(self.site.names - found.keys()),
            "doubled": sum(number - 1 for number in found.values()),
            "broken": broken,
            "strange": len(found.keys() - self.site.names),
        }


NO_FAULTS = {"lost": 0, "doubled": 0, "broken": 0, "strange": 0}


def read(path: Path) -> bytes:
    data = path.read_bytes()
    unpack = {".gz": gzip.decompress, ".zst": zstd.decompress}.get(path.suffix)
    return unpack(data) if unpack and data else data


def wait_for_requests(site: NewsSite, number: int, process: Process, *, longest_s: float = LONGEST_RUN_S) -> bool:
    """Wait until the site was asked that often; False when the process ended before."""
    until = time.monotonic() + longest_s
    while len(site.requests) < number:
        if process.poll() is not None:
            return False
        assert time.monotonic() < until, f"only {len(site.requests)} requests in {longest_s} s"
        time.sleep(0.005)
    return True


def finish(job: Job) -> None:
    """Run to the end; then once more, which must add nothing."""
    assert job.run() == 0, job.log()
    assert job.faults() == NO_FAULTS, job.log()
    before = job.lines()
    assert job.run() == 0, job.log()
    assert job.lines() == before, job.log()
