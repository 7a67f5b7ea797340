"""What a DATA_DIR that has grown costs: a start, memory and an article, with many known addresses and stored articles.

    python benchmarks/growth.py [--addresses 0 1000000 10000000] [--articles 0 1000000] [--pages 300] [--rounds 3]

Each state is a DATA_DIR of its own. A real crawl of some pages of the generated site (bigsite.py) makes its databases;
then rows are added as that crawl's own: in the frontier copies of an article that was fetched, with other addresses of
the same site, and of its page in the archive; in the index copies of what real decisions about invented articles
(dedup.py) stored, with other ids and keys. The bytes of an added row stand beside those of the rows that were copied.

In each round every state is crawled twice, one after the other: some pages, then --pages more. CPU, user and system, of
both processes gives what an article costs, and what is left is the start with its end. Peak memory is of the longer
crawl; `scrapy status` is timed as well.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from dedup import candidate, invented  # noqa: E402 - the path must be set first
from throughput import ON_ONE_CORE, site  # noqa: E402

from snapshot_crawler.dedup.index import Index  # noqa: E402
from snapshot_crawler.dedup.sqlite import SqliteRows  # noqa: E402

FEW = 20  # pages of the shorter crawl of a round
FIRST = 50  # pages of the crawl that makes the databases
UNDER_WAY = 40  # pages that a crawl may fetch beyond those it was told to stop at
COPIED = 10_000  # articles that are decided for real, and copied until there are enough
AT_ONCE = 1_000_000  # addresses that are added in one transaction
STOPPED = 3  # exit code of a crawl that was told to stop


@dataclass(slots=True)
class State:
    """One DATA_DIR, and what its crawls took."""

    addresses: int
    articles: int
    folder: Path
    added: str = ""  # bytes of what was added and of what was copied
    start_s: list[float] = field(default_factory=list)
    article_ms: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)
    status_s: list[float] = field(default_factory=list)

    def crawl(self, start: str, pages: int) -> tuple[float, float, int]:
        """Crawl as many pages more: CPU seconds, peak MiB, articles that came."""
        output = self.folder / f"{time.monotonic_ns()}.jsonl"
        settings = {
            "DATA_DIR": self.folder / "data",
            "PRIVATE_NETWORKS_ALLOWED": start.split("/")[2],
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
            "CONCURRENT_REQUESTS": 16,
            "CLOSESPIDER_PAGECOUNT": pages,
        }
        options = [option for name, value in settings.items() for option in ("-s", f"{name}={value}")]
        cpu, peak = run(["crawl", "snapshot", "-a", f"start={start}", "-o", str(output), *options], STOPPED)
        return cpu, peak, output.read_bytes().count(b"\n")

    def measure(self, start: str, pages: int) -> None:
        """One round: two crawls and a look."""
        few_s, _, few = self.crawl(start, FEW)
        many_s, peak, many = self.crawl(start, pages)
        article = (many_s - few_s) / (many - few)
        self.article_ms.append(1000 * article)
        self.start_s.append(few_s - few * article)
        self.peak_mib.append(peak)
        self.status_s.append(run(["status", "-s", f"DATA_DIR={self.folder / 'data'}"], 0)[0])


def run(arguments: list[str], code: int) -> tuple[float, float]:
    """A scrapy command: its CPU seconds and peak MiB. Raises RuntimeError when it ends in another way."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as log:
        command = [*ON_ONE_CORE, sys.executable, "-m", "scrapy", *arguments]
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT, env=environ)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != code:
            log.seek(0)
            raise RuntimeError(f"{arguments[:2]} ended with {process.returncode}: {log.read()[-3000:].decode()}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


# --- Growing
def grow(folder: Path, *, addresses: int, articles: int) -> str:
    """Add the rows to the databases of a crawl that was made; what each takes."""
    frontier = next((folder / "data" / "frontier").glob("*.sqlite"))
    told = []
    if addresses:
        told.append(f"frontier {add_addresses(frontier, addresses)}")
    if articles:
        told.append(f"index {add_articles(folder / 'data' / 'index.sqlite', articles)}")
    return "; ".join(told)


def size_of(database: sqlite3.Connection) -> int:
    """Bytes of the pages that a database uses."""
    pages, free, size = (
        database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def add_addresses(path: Path, count: int) -> str:
    """Articles that were fetched, exported and archived: addresses of the site, in the order of their keys."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA cache_size = -262144")
        database.execute("PRAGMA synchronous = OFF")
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:  # what they keep is counted at the end
            database.execute(f"DROP TRIGGER {name}")
        before = size_of(database)
        own = database.execute("SELECT count(*) FROM entry").fetchone()[0]
        names = [row[1] for row in database.execute("PRAGMA table_info(entry)") if row[1] != "id"]
        (sample,) = database.execute(
            "SELECT id FROM entry WHERE item_count > 0 AND kind <> 'start' ORDER BY id DESC LIMIT 1"
        ).fetchone()
        length = len("/0123456789012345678901234567890123456789.html")
        cut = {
            name: f"substr({name}, 1, length({name}) - {length}) || '/' || hex || '.html'" for name in ("key", "url")
        }
        chosen = ", ".join(cut.get(name, name) for name in names)
        digests = f"SELECT unhexed, path, offset, length, {cut['url']}, date, batch FROM new, sample_page"
        database.execute("CREATE TEMP TABLE sample AS SELECT * FROM entry WHERE id = ?", (sample,))
        database.execute("CREATE TEMP TABLE sample_page AS SELECT * FROM page LIMIT 1")
        has_pages = database.execute("SELECT count(*) FROM sample_page").fetchone()[0] > 0
        for first in range(0, count, AT_ONCE):
            last = min(first + AT_ONCE, count) - 1
            database.execute("BEGIN")
            database.execute("CREATE TEMP TABLE new (hex TEXT, unhexed BLOB)")
            database.execute(
                "WITH RECURSIVE number(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM number WHERE n < ?)"
                " INSERT INTO new SELECT printf('%08x', n * 4294967295 / ?) || lower(hex(randomblob(16))), "
                " CAST(printf('%08x', n * 4294967295 / ?) AS BLOB) || randomblob(12) FROM number",
                (first, last, count, count),
            )
            database.execute(f"INSERT INTO entry ({', '.join(names)}) SELECT {chosen} FROM new, sample")
            if has_pages:
                database.execute(f"INSERT INTO page {digests}")
            database.execute("DROP TABLE new")
            database.execute("COMMIT")
        for _, statement in triggers:
            database.execute(statement)
        if triggers:
            database.execute("DELETE FROM tally")
            database.execute("INSERT INTO tally SELECT host, state, count(*) FROM entry GROUP BY host, state")
        added = (size_of(database) - before) / count
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return f"{added:.0f} bytes an address (the crawl's own {own}: {before / own:.0f})"


def add_articles(path: Path, count: int) -> str:
    """Entries and keys of COPIED articles that were decided for real, again and again, each time with other keys."""
    with tempfile.TemporaryDirectory() as folder:
        real = Path(folder, "index.sqlite")
        index = Index(SqliteRows(real), "growth")
        asked = [candidate(one) for one in itertools.islice(invented(1), min(COPIED, count))]
        with index.batch():
            for one in asked:
                index.decide(one)
        index.settle(one.url for one in asked)
        index.close()
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA cache_size = -262144")
            database.execute("ATTACH ? AS real", (str(real),))
            stored, last = database.execute("SELECT count(*), max(n) FROM real.articles").fetchone()
            (offset,) = database.execute("SELECT coalesce(max(n), 0) FROM articles").fetchone()
            before = size_of(database)
            database.execute("BEGIN")
            database.execute("CREATE TEMP TABLE more (key INTEGER, n INTEGER)")
            database.execute("INSERT OR IGNORE INTO sources (name) SELECT name FROM real.sources")
            for copy in range(-(-count // stored)):
                shift, turn = offset + copy * last, random.Random(copy).randrange(1 << 32)
                database.execute(
                    "INSERT INTO articles SELECT n + ?1, randomblob(20), randomblob(16), state, version, story + ?1,"
                    " lead + ?1, source, print FROM real.articles",
                    (shift,),
                )
                # exclusive or: | less &; signed, as keys are
                database.execute(
                    "INSERT INTO more SELECT ((((key & 4294967295) | ?2) - ((key & 4294967295) & ?2) + 2147483648)"
                    " & 4294967295) - 2147483648, n + ?1 FROM real.keys",
                    (shift, turn),
                )
            database.execute("INSERT INTO keys SELECT DISTINCT key, n FROM more ORDER BY key, n")
            database.execute("DROP TABLE more")
            database.execute("COMMIT")
            added = (size_of(database) - before) / (stored * -(-count // stored))
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with closing(sqlite3.connect(real)) as database:
            copied = size_of(database) / stored
    return f"{added:.0f} bytes an article (copied: {copied:.0f})"


def main() -> None:
    """Make the states, measure them in turn, print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--addresses", type=int, nargs="+", default=[0, 1_000_000, 10_000_000])
    parser.add_argument("--articles", type=int, nargs="+", default=[0, 1_000_000])
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    numbers = [(0, 0), *((0, n) for n in options.articles if n), *((n, 0) for n in options.addresses if n)]
    folder = Path(tempfile.mkdtemp(prefix="growth-"))
    pages = FIRST + FEW + UNDER_WAY + options.rounds * (FEW + options.pages + 2 * UNDER_WAY) + UNDER_WAY
    try:
        with site(pages) as start:
            states = [
                State(addresses, articles, folder / str(place)) for place, (addresses, articles) in enumerate(numbers)
            ]
            for state in states:
                state.folder.mkdir()
                state.crawl(start, FIRST)
                began = time.perf_counter()
                with ProcessPoolExecutor(1, get_context("spawn")) as pool:  # a child's peak begins with its parent's
                    state.added = pool.submit(
                        grow, state.folder, addresses=state.addresses, articles=state.articles
                    ).result()
                state.crawl(start, FEW)  # the first run behind the filling brings its journal home
                print(f"made in {time.perf_counter() - began:.0f} s: {state.added or 'nothing added'}", flush=True)
            for _ in range(options.rounds):
                for state in states:
                    state.measure(start, options.pages)
        print(f"{'addresses':>11}{'articles':>11}{'start, s':>10}{'article, ms':>13}{'peak MiB':>10}{'status, s':>11}")
        for state in states:
            taken = (state.start_s, state.article_ms, state.peak_mib, state.status_s)
            start_s, article_ms, peak, status_s = map(statistics.median, taken)
            print(
                f"{state.addresses:11,}{state.articles:11,}{start_s:10.2f}{article_ms:13.2f}{peak:10.0f}{status_s:11.2f}"
            )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
