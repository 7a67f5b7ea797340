"""The real command on the hostile web, its time and its memory measured, and what it has left."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from tests.hostile.web import HostileWeb

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_RUN_S = 600  # a bound for hanging; what a run may cost is CPU time
# By a small process between: what Linux tells of a child begins with the memory of the process that started it.
MEASURE = """import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
open(sys.argv[1], "w").write(f"{used.ru_maxrss} {used.ru_utime + used.ru_stime}")
sys.exit(code)"""
# What an operator sets for a quick run; everything else is the project's default.
SETTINGS = {"DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_TIMEOUT": 2}


@dataclass(slots=True)
class Run:
    """One finished run. peak_mib: of the process and of any child of it, whichever was larger. cpu_s: of all."""

    exit_code: int
    seconds: float
    cpu_s: float
    peak_mib: int
    lines: list[bytes]  # of the output
    report: dict[str, Any]
    log: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records of the output."""
        return [json.loads(line) for line in self.lines]

    @property
    def refused(self) -> int:
        """Requests that were not sent, or whose answer was not taken, by the report."""
        return sum(
            count for reason, count in self.report["articles"]["rejected"].items() if reason not in ("http-error",)
        )


def run(web: HostileWeb, spider: str) -> Run:
    """`scrapy crawl SPIDER` from the web's start addresses to its end; killed after LONGEST_RUN_S."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = {"DATA_DIR": folder / "data", "PRIVATE_NETWORKS_ALLOWED": web.allowed, **SETTINGS}
        options = [word for pair in settings.items() for word in ("-s", f"{pair[0]}={pair[1]}")]
        start, output = f"start={','.join(web.starts)}", folder / "out.jsonl"
        command = [sys.executable, "-m", "scrapy", "crawl", spider, "-a", start, "-o", str(output), *options]
        peak = folder / "peak"
        began = monotonic()
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", MEASURE, str(peak), *command],
                cwd=PROJECT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            exit_code = process.wait(LONGEST_RUN_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            exit_code = process.wait()
        said = (folder / "log").read_text(encoding="utf-8", errors="replace")
        used = peak.read_text().split() if peak.exists() else ["0", "0"]
        reports = list((folder / "data" / "runs").glob("*.json"))
        return Run(
            exit_code=exit_code,
            seconds=monotonic() - began,
            cpu_s=float(used[1]),
            peak_mib=int(used[0]) // 1024,
            lines=output.read_bytes().split(b"\n")[:-1] if output.exists() else [],
            report=json.loads(reports[0].read_text(encoding="utf-8")) if reports else {},
            log=said,
        )


def texts(value: object) -> Iterable[str]:
    """Every text inside a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff\ufdd0-\ufdef]")
MARKUP = re.compile(r"</?(?:script|style|p|div|span|b|a|br|img|iframe)\b[^<>]*>|<!--|alert\(1\)", re.IGNORECASE)
