"""CPU and memory of a crawl beside other crawlers: our `snapshot` spider, whole, against plain Scrapy and others.

    python benchmarks/throughput.py [--pages 1500] [--rounds 3] [--no-memory] [--only NAME ...]
    python benchmarks/throughput.py --processes 2 [--pages 1500] [--rounds 3]

A generated site of snapshot pages (27 KB, 80 links each, every fifth in GB18030; bigsite.py) is served by a process of
its own. In each round every crawler crawls it once, one after the other, each in a process of its own that is bound to
one core; what counts is user + system time of that process, its start included. The ratio is the median of the
rounds' own, each of two crawls that ran close together. Ours runs with everything on: frontier, protections,
pipelines, de-duplication, archive, export; a second time without the archive, which shows its share. Every output is
held against the facts that the site was made of. Peers that are not installed are named and left out: crawlee goes
into an environment of its own (CRAWLEE_PYTHON=/path/to/its/python), since what it brings makes every start of Scrapy
dearer.

Memory: crawls in which each page brings 60 addresses that nothing else has; the peak RSS after many pages less the peak
after few, for each 1,000 addresses discovered in between. So caches of a fixed size do not count.

--processes: jobs that crawl at the same time on one core each, beside one job alone (at_once.py).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import bigsite  # noqa: E402 - the path must be set first

FEW = 40  # pages of the small site
MEMORY_PAGES = 300, 900  # few and many pages of the crawls that memory is measured by
LONGEST_S = 300
# the last core; the site's server has the others
ON_ONE_CORE = ["taskset", "-c", str((os.cpu_count() or 1) - 1)] if shutil.which("taskset") else []
Facts = dict[str, Any]


@dataclass
class Crawler:
    """One contender. needs: the module that must be installed. fields: what it can find of the record."""

    name: str
    command: Callable[[str, Path, int], list[str]]
    fields: tuple[str, ...]
    needs: str = "scrapy"
    has_memory_test: bool = True
    cpu_s: list[float] = field(default_factory=list)  # of each round, for 1,000 pages


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took."""

    cpu_s: float
    peak_kb: int


EVERYTHING = (
    "title category breadcrumbs published_at source body snapshot_at original_url related more_in_category"
).split()


def ours(start: str, output: Path, most_pages: int) -> list[str]:
    """The real command. The site is on loopback, so the guard must be told; nobody must be spared, so no delay."""
    settings = {
        "DATA_DIR": output.parent / "data",
        "PRIVATE_NETWORKS_ALLOWED": start.split("/")[2],
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "CONCURRENT_REQUESTS": 16,
        "CLOSESPIDER_PAGECOUNT": most_pages,
    }
    options = [option for name, value in settings.items() for option in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", "snapshot", "-a", f"start={start}", "-o", str(output), *options]


def without_archive(start: str, output: Path, most_pages: int) -> list[str]:
    """Ours, without the archive."""
    return [*ours(start, output, most_pages), "-s", "ARCHIVE_ENABLED=False"]


def peer(script: str, python: str = sys.executable) -> Callable[[str, Path, int], list[str]]:
    """The command of a script in peers/."""
    return lambda start, output, most_pages: [
        python,
        str(HERE / "peers" / script),
        start,
        str(output),
        str(most_pages),
    ]


CRAWLEE = os.environ.get("CRAWLEE_PYTHON", sys.executable)
CRAWLERS = [
    Crawler("snapshot_crawler", ours, tuple(EVERYTHING)),
    Crawler("without the archive", without_archive, tuple(EVERYTHING), has_memory_test=False),
    Crawler("Scrapy + parsel", peer("plain_scrapy.py"), tuple(EVERYTHING)),
    Crawler(
        "Scrapy + trafilatura", peer("scrapy_trafilatura.py"), ("title",), needs="trafilatura", has_memory_test=False
    ),
    Crawler(
        "crawlee + parsel",
        peer("crawlee_parsel.py", CRAWLEE),
        tuple(EVERYTHING),
        needs="scrapy" if "CRAWLEE_PYTHON" in os.environ else "crawlee",
        has_memory_test=False,
    ),
]


# --- Running
@contextmanager
def site(count: int, *more: str, fresh_links: bool = False) -> Iterator[str]:
    """The generated site in a process of its own; its address. more: further words of its command."""
    with served(count, *more, fresh_links=fresh_links) as (start, _):
        yield start


@contextmanager
def served(count: int, *more: str, fresh_links: bool = False) -> Iterator[tuple[str, int]]:
    """As site, with the number of the process that serves."""
    command = [sys.executable, str(HERE / "bigsite.py"), str(count), *more, *(["--fresh-links"] if fresh_links else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        try:
            yield server.stdout.readline().strip(), server.pid
        finally:
            server.stdin.close()


def run(crawler: Crawler, start: str, most_pages: int = 0) -> tuple[Cost, list[Facts]]:
    """One crawl from start: what it cost, and what it wrote. Raises RuntimeError when the crawler fails."""
    with tempfile.TemporaryDirectory() as folder:
        output, log = Path(folder, "out.jsonl"), Path(folder, "log")
        command = crawler.command(start, output, most_pages)
        with log.open("wb") as stderr:
            process = subprocess.Popen([*ON_ONE_CORE, *command], stdout=stderr, stderr=stderr, cwd=HERE.parent)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        stopped_early = crawler.name == "snapshot_crawler" and most_pages and process.returncode == 3
        if process.returncode and not stopped_early:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise RuntimeError(f"{crawler.name} ended with exit code {process.returncode}:\n{tail}")
        records = [json.loads(line) for line in output.read_bytes().splitlines()] if output.exists() else []
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss), records


def check(crawler: Crawler, records: list[Facts], start: str, count: int) -> None:
    """Whether every article is there, once, with the fields that the crawler can find. Raises RuntimeError."""
    by_url = {record["url"]: record for record in records}
    if len(records) != count or len(by_url) != count:
        raise RuntimeError(f"{crawler.name} wrote {len(records)} records of {len(by_url)} pages, not {count}")
    for number in range(count):
        stated = expected(number, count, start)
        record = by_url[stated["url"]]
        for name in crawler.fields:
            if record.get(name) != stated[name]:
                raise RuntimeError(f"{crawler.name}: {name} of {stated['url']} is {record.get(name)!r:.200}")


def expected(number: int, count: int, start: str) -> Facts:
    """What the article of that number must be read for."""
    story = bigsite.facts(number)
    targets = [(number + step) % count for step in range(1, bigsite.RELATED + 1)]
    targets += [(number * 31 + step * 97) % count for step in range(bigsite.MORE)]
    rows = [expected_row(target, place, start) for place, target in enumerate(targets)]
    return {
        "url": start.rstrip("/") + story["path"],
        "title": story["title"],
        "category": story["category"],
        "breadcrumbs": ["我的订阅", story["category"]],
        "published_at": story["published"].replace(" ", "T") + "+08:00",
        "source": story["source"],
        "body": "\n\n".join(story["paragraphs"]),
        "snapshot_at": story["snapshot"].replace(" ", "T") + "+08:00",
        "original_url": story["original"],
        "related": rows[: bigsite.RELATED],
        "more_in_category": rows[bigsite.RELATED :],
    }


def expected_row(target: int, place: int, start: str) -> Facts:
    """What a row that shows the article target must be read for."""
    story = bigsite.facts(target)
    return {
        "url": start.rstrip("/") + story["path"],
        "title": None if place % 2 else story["title"],
        "snippet": bigsite.snippet(target, is_related=place < bigsite.RELATED),
        "published_at": story["published"].replace(" ", "T") + "+08:00",
    }


# --- Measuring
def measure_cpu(crawlers: list[Crawler], count: int, rounds: int) -> None:
    """Fill cpu_s, interleaved: each round runs every crawler once, every other round in the other order."""
    with site(count) as start:
        for number in range(rounds):
            for crawler in crawlers if number % 2 == 0 else crawlers[::-1]:
                cost, records = run(crawler, start)
                check(crawler, records, start, count)
                crawler.cpu_s.append(1000 * cost.cpu_s / count)
                print(
                    f"round {number + 1}  {crawler.name:<22}{crawler.cpu_s[-1]:7.2f} s for 1,000 pages, "
                    f"peak {cost.peak_kb / 1024:.0f} MiB",
                    flush=True,
                )


def measure_memory(crawler: Crawler) -> float:
    """MiB for each 1,000 addresses discovered and not fetched."""
    few, many = MEMORY_PAGES
    peaks = []
    for most_pages in MEMORY_PAGES:
        with site(few, fresh_links=True) as start:
            cost, records = run(crawler, start, most_pages)
        if len(records) < 0.9 * most_pages:  # those under way at the stop may be missing
            raise RuntimeError(f"{crawler.name} wrote {len(records)} records of {most_pages} pages")
        peaks.append(cost.peak_kb)
    return (peaks[1] - peaks[0]) / 1024 / ((many - few) * bigsite.FRESH / 1000)


def report(crawlers: list[Crawler]) -> None:
    """The medians, and how they compare to ours in the same round."""
    mine = crawlers[0]
    print(f"\n{'CPU, start included':<24}{'s for 1,000 pages':>18}{'times ours':>12}{'in rounds':>16}")
    for crawler in crawlers:
        ratios = [theirs / ours for theirs, ours in zip(crawler.cpu_s, mine.cpu_s, strict=True)]
        print(
            f"{crawler.name:<24}{statistics.median(crawler.cpu_s):18.2f}{statistics.median(ratios):12.2f}"
            f"{min(ratios):9.2f} to {max(ratios):.2f}"
        )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-memory", action="store_true")
    parser.add_argument("--only", action="append", help="name of a crawler, may be repeated; ours is always there")
    parser.add_argument("--processes", type=int, help="jobs at the same time, beside one alone")
    options = parser.parse_args()
    if options.processes:
        from at_once import measure_at_once  # it imports this module

        measure_at_once(options.processes, options.pages, options.rounds)
        return
    crawlers = []
    for crawler in CRAWLERS:
        if options.only and crawler.name not in options.only and crawler is not CRAWLERS[0]:
            continue
        if importlib.util.find_spec(crawler.needs) is None:
            print(f"{crawler.name} is left out: {crawler.needs} is not installed (pip install -e '.[bench]')")
            continue
        crawlers.append(crawler)
    measure_cpu(crawlers, options.pages, options.rounds)
    report(crawlers)
    if not options.no_memory:
        print(
            f"\nMemory for each 1,000 addresses discovered ({bigsite.FRESH} new ones a page, {MEMORY_PAGES[1]} pages "
            f"less {MEMORY_PAGES[0]}):"
        )
        for crawler in crawlers:
            if crawler.has_memory_test:
                print(f"{crawler.name:<24}{measure_memory(crawler):8.2f} MiB", flush=True)


if __name__ == "__main__":
    main()
