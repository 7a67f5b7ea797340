"""What a run of a scheduled job with nothing new costs, beside `scrapy crawl` alone, and what 300 such jobs cost.

    python benchmarks/jobs.py [--runs 20]

A site on loopback whose articles all stand in the output already; CPU seconds (user + system) of the whole process of
each run, of the command that starts it and of their warm parent. The share is of two cores, with 300 jobs every 15
minutes, the daemon's own time included: that is measured with 300 jobs in its file of which none is due.
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
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from snapshot_crawler.jobs.office import Office
    from tests.crash.site import NewsSite

JOBS, EVERY_S, CORES = 300, 900, 2
TICKS = os.sysconf("SC_CLK_TCK")


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def process_cpu(pid: int) -> float:
    """CPU seconds of a process and of those that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def write(path: Path, data: Path, site: NewsSite, number: int) -> None:
    """A job file with one job that is run here, and others that are never due."""
    lines = [
        f'[defaults]\nevery = "1d"\nspider = "snapshot"\nsettings = {{ DATA_DIR = "{data}", DOWNLOAD_DELAY = 0, '
        f'PRIVATE_NETWORKS_ALLOWED = "{site.address}", CONTACT = "you@example.org" }}\n'
    ]
    for job in range(number):
        lines.append(f'[jobs.job{job}]\nstart = "{site.url(f"/?{job}" if job else "/")}"\n')
        lines.append('enabled = false\ncron = "*/15 * * * *"\n' if job else "")
    path.write_text("".join(lines), encoding="utf-8")


def fresh(office: Office) -> float:
    """CPU seconds of `scrapy crawl` in a process of its own."""
    before = children_cpu()
    command = [sys.executable, "-m", *office.file.jobs["job0"].argv({})]
    subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    return children_cpu() - before


def idle_share(file: Path, seconds: float) -> float:
    """The share of one core that a daemon takes with JOBS jobs of which none is due."""
    command = [sys.executable, "-m", "scrapy", "jobs", "start", "-s", f"JOBS_FILE={file}"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as daemon:
        time.sleep(20)
        before = process_cpu(daemon.pid)
        time.sleep(seconds)
        used = process_cpu(daemon.pid) - before
        daemon.terminate()
    return used / seconds


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20, help="runs of each kind (default: 20)")
    parser.add_argument("--idle", type=float, default=60, help="seconds of the idle daemon (default: 60)")
    options = parser.parse_args()

    # Not above: each run's process reads this file, as it reads the script `scrapy`, and would import all of it
    from scrapy.utils.project import get_project_settings

    from snapshot_crawler.jobs.office import Office
    from snapshot_crawler.jobs.rounds import run_now
    from tests.crash.site import NewsSite

    with tempfile.TemporaryDirectory() as name, NewsSite(articles=24, hidden_every=0) as site:
        file, data = Path(name) / "jobs.toml", Path(name) / "data"
        write(file, data, site, JOBS)
        settings = get_project_settings()
        settings.set("JOBS_FILE", str(file), priority="cmdline")
        settings.set("REVISIT_MIN", 0, priority="cmdline")
        office = Office.open(settings, {})
        run_now(office, ["job0"], lambda _: None)
        alone = statistics.median(fresh(office) for _ in range(max(3, options.runs // 4)))
        parent = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
        before = process_cpu(parent) + time.process_time()
        for _ in range(options.runs):
            run_now(office, ["job0"], lambda _: None)
        warm = (process_cpu(parent) + time.process_time() - before) / options.runs
        idle = idle_share(file, options.idle)
    share = (JOBS * warm / EVERY_S + idle) / CORES
    print(f"scrapy crawl alone                 {alone:5.2f} CPU s a run")
    print(f"the same run of a job              {warm:5.2f} CPU s a run")
    print(f"the daemon with {JOBS} jobs, idle     {idle:6.2%} of a core")
    print(f"{JOBS} jobs every {EVERY_S // 60} minutes          {share:6.2%} of {CORES} cores")


if __name__ == "__main__":
    main()
