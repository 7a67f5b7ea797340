"""Jobs that crawl at the same time beside one job alone: throughput.py --processes calls it.

Each job crawls a generated site of its own (bigsite.py; no two have an article in common) on a core of its own, with
the real command and everything on. In each round there is one job alone, all of them with one DATA_DIR and so one index
(SQLite), and all of them with a DATA_DIR each, which shows what of a loss comes from sharing and what from the machine.
What counts is the clock, from the start of the first process to the end of the last; so nothing else may run.

The sites' servers need a share of the same cores, and are told: while a job is alone they have the other core, while
all crawl they take it from the jobs. Every field of every record is held against the facts that the sites were made of.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import bigsite
import orjson
import throughput

TICKS = os.sysconf("SC_CLK_TCK")
ALONE, SHARING, APART = "one job alone", "one index", "an index each"


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is served. first: the number of its first article. pid: of its server."""

    start: str
    first: int
    pid: int


@dataclass(frozen=True, slots=True)
class Crawls:
    """Crawls that ran at the same time. cpu_s: of each. site_s: CPU seconds of the servers."""

    clock_s: float
    cpu_s: list[float]
    site_s: float
    pages: int

    @property
    def pages_a_second(self) -> float:
        """Of all of them, by the clock, their starts included."""
        return self.pages / self.clock_s


def measure_at_once(processes: int, count: int, rounds: int) -> None:
    """Print pages a second of so many jobs at once, and of one alone, for each round, and the medians of the ratios."""
    cores = os.cpu_count() or 1
    if cores < processes:
        raise SystemExit(f"--processes {processes} asks for a core each; here are {cores}")
    ratios: dict[str, list[float]] = {SHARING: [], APART: []}
    with ExitStack() as servers:
        sites = []
        for place in range(processes):
            first = count * place
            words = ("--host", f"127.0.0.{place + 1}", "--first", str(first))
            start, pid = servers.enter_context(throughput.served(count, *words))
            sites.append(Site(start, first, pid))
        for number in range(rounds):
            kinds = ((ALONE, sites[:1]), (SHARING, sites), (APART, sites))
            found = {}
            for kind, asked in kinds if number % 2 == 0 else kinds[::-1]:
                found[kind] = _crawl(asked, count, is_shared=kind == SHARING)
                _print(number + 1, kind, found[kind])
            for kind, known in ratios.items():
                known.append(found[kind].pages_a_second / found[ALONE].pages_a_second)
    print(f"\n{processes} jobs at once, pages a second by the clock, times one job alone:")
    for kind, known in ratios.items():
        print(f"{kind:<16}{statistics.median(known):6.2f}{min(known):9.2f} to {max(known):.2f}")


def _crawl(sites: list[Site], count: int, *, is_shared: bool) -> Crawls:
    """Crawl each site with a job of its own, all at the same time. Raises RuntimeError where one fails."""
    with tempfile.TemporaryDirectory() as folder:
        before = _cpu(sites)
        began = time.perf_counter()
        running = [_start(site, place, Path(folder), is_shared) for place, site in enumerate(sites)]
        spent = []
        for process in running:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            spent.append(usage.ru_utime + usage.ru_stime)
        clock = time.perf_counter() - began
        served = _cpu(sites) - before
        for place, (process, site) in enumerate(zip(running, sites, strict=True)):
            _check(process.returncode, site, Path(folder, f"{place}"), count)
    return Crawls(clock, spent, served, count * len(sites))


def _start(site: Site, place: int, folder: Path, is_shared: bool) -> subprocess.Popen[bytes]:
    """One job on a core of its own."""
    own = folder / f"{place}"
    own.mkdir()
    command = throughput.ours(site.start, own / "out.jsonl", 0)
    more = ["-s", f"JOB_NAME=job{place}", "-s", f"DATA_DIR={folder / 'data' if is_shared else own / 'data'}"]
    core = ["taskset", "-c", str(place)] if shutil.which("taskset") else []
    with (own / "log").open("wb") as log:
        return subprocess.Popen([*core, *command, *more], stdout=log, stderr=log, cwd=throughput.HERE.parent)


def _check(code: int, site: Site, folder: Path, count: int) -> None:
    if code:
        tail = "\n".join((folder / "log").read_text(errors="replace").splitlines()[-15:])
        raise RuntimeError(f"the crawl of {site.start} ended with exit code {code}:\n{tail}")
    records = [orjson.loads(line) for line in (folder / "out.jsonl").read_bytes().splitlines()]
    bigsite.numbers_begin[0] = site.first
    bigsite.facts.cache_clear()
    throughput.check(throughput.CRAWLERS[0], records, site.start, count)


def _cpu(sites: list[Site]) -> float:
    """CPU seconds of the servers until now."""
    fields = [Path(f"/proc/{site.pid}/stat").read_text().rpartition(")")[2].split() for site in sites]
    return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS


def _print(number: int, kind: str, found: Crawls) -> None:
    cpu = ", ".join(f"{1000 * spent * len(found.cpu_s) / found.pages:.2f}" for spent in found.cpu_s)
    print(
        f"round {number}  {kind:<16}{found.pages_a_second:7.1f} pages a second; CPU s for 1,000 pages {cpu}; "
        f"the sites' servers {found.site_s / found.clock_s:.1%} of a core",
        flush=True,
    )
