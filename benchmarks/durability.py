"""What durability costs: the same crawl with our frontier and with Scrapy's scheduler in memory, in turns.

    python benchmarks/durability.py [--pages 1000] [--rounds 3]

A generated site (bigsite.py) is crawled whole by the `snapshot` spider with everything on. What differs is SCHEDULER:
ours commits requests, acknowledgements and lines to the disk every half second; Scrapy's keeps all in memory, and its
export is written without fsync. Wall time, user + system time and peak memory of the processes, and their ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from throughput import site  # noqa: E402 - the path must be set first

SCHEDULERS = {
    "our frontier": "snapshot_crawler.frontier.scheduler.FrontierScheduler",
    "Scrapy's, in memory": "scrapy.core.scheduler.Scheduler",
}
Figures = tuple[float, float, float]  # wall seconds, CPU seconds, MiB


def crawl(start: str, scheduler: str, pages: int) -> Figures:
    """One crawl. Raises RuntimeError when an article is missing."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "out.jsonl")
        settings = {
            "SCHEDULER": scheduler,
            "DATA_DIR": f"{folder}/data",
            "PRIVATE_NETWORKS_ALLOWED": start.split("/")[2],
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
            "LOG_LEVEL": "ERROR",
        }
        options = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        command = [sys.executable, "-m", "scrapy", "crawl", "snapshot", "-a", f"start={start}", "-o", str(output)]
        begun = time.monotonic()
        process = subprocess.Popen([*command, *options], cwd=HERE.parent)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        found = sum(1 for _ in output.open("rb")) if output.exists() else 0
        if process.returncode or found != pages:
            raise RuntimeError(f"exit code {process.returncode}, {found} of {pages} articles with {scheduler}")
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Print a table and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found: dict[str, list[Figures]] = {name: [] for name in SCHEDULERS}
    with site(options.pages) as start:
        for _ in range(options.rounds):
            for name, scheduler in SCHEDULERS.items():
                found[name].append(crawl(start, scheduler, options.pages))
    print(f"{options.pages} articles, median of {options.rounds}   wall s   CPU s   peak MiB")
    medians = {}
    for name, runs in found.items():
        medians[name] = [statistics.median(column) for column in zip(*runs, strict=True)]
        print(f"{name:<38} {medians[name][0]:8.2f} {medians[name][1]:7.2f} {medians[name][2]:10.0f}")
    ours, theirs = medians.values()
    pairs = [a[0] / b[0] for a, b in zip(*found.values(), strict=True)]
    print(f"ratio ours : Scrapy's                  {ours[0] / theirs[0]:8.2f} {ours[1] / theirs[1]:7.2f}")
    print(f"wall ratio of each round: {', '.join(f'{ratio:.2f}' for ratio in pairs)}")


if __name__ == "__main__":
    main()
