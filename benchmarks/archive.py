"""What keeping the pages costs: CPU of a crawl with and without the archive, and bytes beside the pages as gzip.

    python benchmarks/archive.py [--pages 500] [--rounds 5] [--own 3] [--saved DIR]

--own: so many crawls in which the time inside the archive's own methods is summed up (time.thread_time), beside the CPU
time of the whole crawl, start-up taken out. On a machine with other work this is the figure to trust: both are of one
run. The signals that lead to these methods are not in it.

--rounds: a generated site of snapshot pages (27 KB; bigsite.py) is crawled with everything on, with the archive and
without, one after the other in each round; start-up is taken out as in throughput.py. The share is the median of the
rounds' own. A third crawl has the archive at its most: ARCHIVE_PAGES = "all".

Sizes: the files of the archive, with request records, warcinfo and heads, beside the same pages compressed one by one
by `gzip -6`. --saved DIR: the same for saved pages, *.html below DIR (the shared ones where they are), with the CPU
time a page of several compression levels; archive/records.py has the level that was chosen.
"""

from __future__ import annotations

import argparse
import gzip
import inspect
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import throughput  # noqa: E402 - the path must be set first

from snapshot_crawler.archive import records  # noqa: E402
from snapshot_crawler.archive.exchange import Exchange  # noqa: E402
from snapshot_crawler.archive.reader import Capture, captures  # noqa: E402

SAVED = HERE.parents[1] / "shared" / "data" / "extraction-dev" / "html"
LEVELS = (1, 3, 6, 9)
KINDS = {
    "without": {"ARCHIVE_ENABLED": False},
    "articles": {},
    "all": {"ARCHIVE_PAGES": "all"},
}
REQUEST = "GET /{0} HTTP/1.1\r\nHost: news.example\r\nAccept: text/html\r\nAccept-Encoding: gzip, br\r\nUser-Agent: x"
HEAD = "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sun, 01 Mar 2026 12:00:00 GMT\r\nContent-Type: text/html"


def crawler(name: str, kept: Path | None = None) -> throughput.Crawler:
    """Ours with one of KINDS. kept: where the files of the archive are moved before the crawl's folder goes."""

    def command(start: str, output: Path, most_pages: int) -> list[str]:
        words = throughput.ours(start, output, most_pages)
        for setting, value in KINDS[name].items():
            words += ["-s", f"{setting}={value}"]
        if kept is not None:
            words += ["-s", f"DATA_DIR={kept}"]
        return words

    return throughput.Crawler("snapshot_crawler", command, ())


def cpu_ms_a_page(pages: int, rounds: int) -> dict[str, list[float]]:
    """CPU a page of each kind, round by round."""
    found: dict[str, list[float]] = {name: [] for name in KINDS}
    with throughput.site(pages) as many, throughput.site(throughput.FEW) as few:
        for number in range(rounds):
            order = list(KINDS) if number % 2 else list(KINDS)[::-1]
            for name in order:
                large, _ = throughput.run(crawler(name), many)
                small, _ = throughput.run(crawler(name), few)
                found[name].append(1000 * (large.cpu_s - small.cpu_s) / (pages - throughput.FEW))
            shown = ", ".join(f"{name} {values[-1]:.2f}" for name, values in found.items())
            print(f"round {number + 1}: {shown} ms a page", flush=True)
    return found


def own_share(pages: int) -> tuple[float, float]:
    """CPU a page inside the archive's methods, and of the whole crawl, both in ms."""
    with tempfile.TemporaryDirectory() as folder, throughput.site(pages) as start:
        words = [sys.executable, str(Path(__file__)), "--crawl", start, "--into", folder]
        told = subprocess.run(words, capture_output=True, text=True, check=True, cwd=HERE.parent).stdout.split()
    own, whole, number = (float(word) for word in told[-3:])
    return 1000 * own / number, 1000 * whole / number


def crawl_and_sum(start: str, folder: Path) -> None:
    """The real command in this process; print the seconds inside the archive, those of the crawl, and the pages."""
    from scrapy.cmdline import execute

    from snapshot_crawler.exporters.archive import PageArchive

    spent, depth, opened = 0.0, 0, 0.0

    def timed(method: Callable[..., object]) -> Callable[..., object]:
        taken = inspect.signature(method).parameters

        def call(archive: PageArchive, *args: object, **kwargs: object) -> object:
            nonlocal spent, depth, opened
            depth += 1
            began = time.thread_time()
            try:
                return method(archive, *args, **{name: value for name, value in kwargs.items() if name in taken})
            finally:
                depth -= 1
                if not depth:  # else it was called by another one, and is in that one's time
                    spent += time.thread_time() - began
                if method.__name__ == "open":
                    opened = time.process_time()
                if method.__name__ == "spider_closed":
                    assert archive.crawler.stats is not None
                    print(spent, time.process_time() - opened, archive.crawler.stats.get_value("archive/pages"))

        return call

    for name in ("open", "place", "release", "commit", "scraped", "downloaded", "spider_closed"):
        setattr(PageArchive, name, timed(getattr(PageArchive, name)))
    execute(["scrapy", *throughput.ours(start, folder / "out.jsonl", 0)[3:]])


def size_of_crawl(pages: int) -> tuple[int, int, int]:
    """Bytes of the archive of a crawl, of the same pages as gzip -6, and of the pages."""
    with tempfile.TemporaryDirectory() as folder, throughput.site(pages) as start:
        throughput.run(crawler("articles", Path(folder)), start)
        files = list(Path(folder).glob("archive/*/*.warc.gz"))
        bodies = [found.body for path in files for found in captures(path) if isinstance(found, Capture)]
        return sum(path.stat().st_size for path in files), sum(map(gzip_size, bodies)), sum(map(len, bodies))


def gzip_size(body: bytes) -> int:
    """As `gzip -6` has it."""
    return len(gzip.compress(body, 6))


def saved_pages(folder: Path) -> list[Exchange]:
    """Saved pages as if they had come over the wire."""
    return [
        Exchange(
            f"http://news.example/{path.stem}",
            REQUEST.format(path.stem).encode(),
            HEAD.encode(),
            path.read_bytes(),
            "192.0.2.7",
            datetime(2026, 3, 1, 12, tzinfo=UTC),
        )
        for path in sorted(folder.rglob("*.htm*"))
    ]


def by_level(exchanges: list[Exchange]) -> None:
    """Bytes and CPU a page of each level."""
    plain = sum(gzip_size(exchange.body) for exchange in exchanges)
    began = time.process_time()
    for exchange in exchanges:
        gzip_size(exchange.body)
    bare = 1000 * (time.process_time() - began) / len(exchanges)
    mean = statistics.mean(len(exchange.body) for exchange in exchanges)
    print(f"\n{len(exchanges)} saved pages of {mean / 1000:.0f} KB; gzip -6 of the bodies: {bare:.2f} ms a page")
    chosen = records.COMPRESSION_LEVEL
    for level in LEVELS:
        records.COMPRESSION_LEVEL = level
        began, size = time.process_time(), 0
        for exchange in exchanges:
            exchange.__dict__.pop("payload_digest", None)
            name = str(uuid4())
            size += len(records.response_record(exchange, name)) + len(records.request_record(exchange, name))
        cost = 1000 * (time.process_time() - began) / len(exchanges)
        mark = " (chosen)" if level == chosen else ""
        print(f"  level {level}: {size / plain:.3f} times the bytes, {cost:.2f} ms a page{mark}")
    records.COMPRESSION_LEVEL = chosen


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--own", type=int, default=3)
    parser.add_argument("--crawl", help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--saved", type=Path, default=SAVED)
    options = parser.parse_args()
    if options.crawl:
        crawl_and_sum(options.crawl, options.into)
        return
    shares = [own_share(options.pages) for _ in range(options.own)]
    for own, whole in shares:
        print(f"inside the archive {own:.3f} of {whole:.2f} ms a page: {own / (whole - own):.1%} of the rest")
    if options.rounds:
        found = cpu_ms_a_page(options.pages, options.rounds)
        base = found["without"]
        for name, values in found.items():
            share = statistics.median(one / other - 1 for one, other in zip(values, base, strict=True))
            print(f"{name}: {statistics.median(values):.2f} ms a page, {share:+.1%}")
        kept, as_gzip, plain = size_of_crawl(options.pages)
        print(
            f"archive of {options.pages} pages of {plain / options.pages / 1000:.1f} KB: {kept:,} bytes, "
            f"{kept / as_gzip:.3f} times gzip -6 ({as_gzip:,})"
        )
    if exchanges := saved_pages(options.saved):
        by_level(exchanges)
    else:
        print(f"no saved pages below {options.saved}: sizes and cost of the levels are left out")


if __name__ == "__main__":
    main()
