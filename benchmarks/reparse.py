"""Re-parse beside a crawl of the same pages: CPU a page, and pages a second.

    python benchmarks/reparse.py [--pages 500] [--rounds 3] [--jobs N]

A generated site of snapshot pages (27 KB; bigsite.py) is crawled with everything on, as fast as it can be: no delay,
several requests at once, a server on the same machine. Then `scrapy reparse` reads the kept pages again, with one
process and with several. Nothing differs, so nothing is written. Start-up is taken out by the same on a small site.
CPU counts all processes of a command. Pages a second are those of a machine with nothing else to do: on a busy one they
say less than the CPU.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import throughput  # noqa: E402 - the path must be set first


@dataclass(frozen=True, slots=True)
class Took:
    """What one command took, all its processes together."""

    cpu_s: float
    wall_s: float


def timed(command: list[str], folder: Path) -> Took:
    """Run a command to its end."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=throughput.LONGEST_S)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(cpu_s, time.monotonic() - began)


def one_round(start: str, count: int, jobs: list[int]) -> dict[str, Took]:
    """A crawl of a site, and re-parses of what it has kept."""
    with tempfile.TemporaryDirectory() as name:
        data, output = Path(name) / "data", Path(name) / "out.jsonl"
        crawl = [*throughput.ours(start, output, 0), "-s", f"DATA_DIR={data}"]
        took = {"crawl": timed(crawl, throughput.HERE.parent)}
        assert len(output.read_bytes().splitlines()) == count
        for number in jobs:
            words = ["reparse", "--all", "-q", "--jobs", str(number), "-s", f"DATA_DIR={data}"]
            command = [sys.executable, "-m", "scrapy", *words]
            took[f"reparse --jobs {number}"] = timed(command, throughput.HERE.parent)
        assert len(output.read_bytes().splitlines()) == count, "a page came out otherwise"
        return took


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    few, pages = throughput.FEW, options.pages
    cpu: dict[str, list[float]] = {}
    speed: dict[str, list[float]] = {}
    with throughput.site(pages) as many_start, throughput.site(few) as few_start:
        for _ in range(options.rounds):
            small = one_round(few_start, few, [1, options.jobs])
            large = one_round(many_start, pages, [1, options.jobs])
            for name, took in large.items():
                cpu.setdefault(name, []).append(1000 * (took.cpu_s - small[name].cpu_s) / (pages - few))
                seconds = max(0.001, took.wall_s - small[name].wall_s)
                speed.setdefault(name, []).append((pages - few) / seconds)
    for name in cpu:
        times = statistics.median(speed[name]) / statistics.median(speed["crawl"])
        print(
            f"{name:20} {statistics.median(cpu[name]):6.2f} ms CPU a page, "
            f"{statistics.median(speed[name]):7.0f} pages a second ({times:.1f} times the crawl)"
        )


if __name__ == "__main__":
    main()
