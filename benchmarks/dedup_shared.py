"""The index of duplicates in PostgreSQL beside SQLite: decisions a second, and bytes an article.

    python benchmarks/dedup_shared.py [--articles N] [--copies N] [--processes N]

Starts a PostgreSQL server of its own (Debian's settings: fsync and synchronous_commit are on) on loopback, on the same
cores. Both indexes are filled with the same invented articles (dedup.py) in batches. Then fresh articles are decided as
crawls do it, one at a time, settled by 100: by one process in SQLite, by one and by several in PostgreSQL. Decisions
a second are of the wall, and so of a machine with nothing else to do; CPU times of the process and of the server's
process that works for it are told beside. Fingerprints are made before.

--copies: each stored article is there so many times more, by COPY and with the indexes in place, since deciding a
million takes an hour. A copy has an id of its own, and other numbers for the keys that no other article shares; a key
that several share, as articles of one pattern do, stays, and so leads to as many more.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.dedup import candidate, disk_bytes, invented  # noqa: E402 - the path must be set first
from snapshot_crawler.dedup.decision import Candidate  # noqa: E402
from snapshot_crawler.dedup.identity import signed  # noqa: E402
from snapshot_crawler.dedup.index import Index, open_index  # noqa: E402
from snapshot_crawler.dedup.sqlite import SqliteRows  # noqa: E402
from tests.postgres_server import PostgresServer, tools_of_postgres  # noqa: E402

BATCH, SETTLED_BY = 64, 100
COLUMNS = ("n", "story", "lead", "id", "content", "state", "version", "print")  # of an article, in both
ASKED = 3_000  # decisions timed in each row


def fill(indexes: list[Index], count: int) -> None:
    """The same articles into all of them."""
    stream = invented(1)
    for done in range(0, count, BATCH):
        asked = [candidate(one) for one in itertools.islice(stream, min(BATCH, count - done))]
        for index in indexes:
            with index.batch():
                for one in asked:
                    index.decide(one)
            index.settle(one.url for one in asked)


def multiply(path: Path, address: str, copies: int) -> None:
    """Store each article so many times more in both: the same rows."""
    import psycopg

    with closing(sqlite3.connect(path)) as db, psycopg.connect(address) as shared:
        db.execute("PRAGMA cache_size = -500000")  # for the filling alone
        row = shared.execute("SELECT max(n) FROM index_entry").fetchone()
        assert row is not None
        given: int = row[0]  # the numbers of copies begin behind them
        for articles, links in copied(db, copies):
            marks = ", ".join("?" * len(COLUMNS))
            db.executemany(f"INSERT INTO articles ({', '.join(COLUMNS)}) VALUES ({marks})", articles)
            db.executemany("INSERT OR IGNORE INTO keys (n, key) VALUES (?, ?)", links)
            with shared.cursor().copy(f"COPY index_entry ({', '.join(COLUMNS)}) FROM STDIN".encode()) as lines:
                for n, story, lead, name, *rest in articles:
                    numbers = [each and each + given for each in (n, story, lead)]
                    lines.write_row([*numbers, b"h" + name, *rest])
            with shared.cursor().copy("COPY index_key (n, key) FROM STDIN") as lines:
                for n, key in sorted(set(links)):
                    lines.write_row([n + given, key])
        shared.execute("SELECT setval('index_entry_number', (SELECT max(n) FROM index_entry))")
        db.commit()


def copied(db: sqlite3.Connection, copies: int) -> Iterator[tuple[list[tuple[Any, ...]], list[tuple[int, int]]]]:
    """Rows of articles (COLUMNS) and of keys (article, key), one copy of all after the other."""
    articles = db.execute(f"SELECT {', '.join(COLUMNS)} FROM articles").fetchall()
    keys: dict[int, list[int]] = defaultdict(list)
    for n, key in db.execute("SELECT n, key FROM keys"):
        keys[n].append(key)
    shares, last = Counter(key for each in keys.values() for key in each), max(keys)
    for copy in range(1, copies + 1):
        chance, begin = random.Random(copy), copy * last
        rows = [
            (*(each and each + begin for each in numbers), chance.randbytes(20), content, state, version, own)
            for *numbers, _, content, state, version, own in articles
        ]
        links = [
            (n + begin, key if shares[key] > 1 else signed(chance.getrandbits(32))) for n in keys for key in keys[n]
        ]
        yield rows, links


def seconds_for(index: Index, asked: list[Candidate]) -> float:
    """How long the decisions take, one at a time."""
    began = time.perf_counter()
    for place in range(0, len(asked), SETTLED_BY):
        part = asked[place : place + SETTLED_BY]
        for one in part:
            index.decide(one)
        index.settle(one.url for one in part)
    return time.perf_counter() - began


def server_seconds(index: Index) -> float:
    """The CPU time of the server's process that works for an index in PostgreSQL; 0 for one in SQLite."""
    database = getattr(index._rows, "database", None)
    if database is None:
        return 0.0
    words = Path(f"/proc/{database.connected().info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")  # proc(5): utime, stime


def row(name: str, index: Index, asked: list[Candidate]) -> None:
    """Time one process, and print what it took."""
    own, server = time.process_time(), server_seconds(index)
    rate = len(asked) / seconds_for(index, asked)
    own, server = (1000 * took / len(asked) for took in (time.process_time() - own, server_seconds(index) - server))
    print(f"{name:38}{rate:8.0f} decisions/s{own:8.2f} ms CPU{server:8.2f} ms of the server", flush=True)


def decide_beside(settings: dict[str, str], folder: Path, seed: int, together: Any, answers: Any) -> None:
    """One of several processes, each as if on a machine of its own."""
    asked = [candidate(one) for one in itertools.islice(invented(seed), ASKED)]
    with closing(open_index(settings, folder / f"machine-{seed}", "benchmark")) as index:
        together.wait()
        answers.put(seconds_for(index, asked))


def several(settings: dict[str, str], folder: Path, number: int, first_seed: int) -> float:
    """Decisions a second of all processes."""
    context = multiprocessing.get_context("spawn")
    together, answers = context.Barrier(number), context.Queue()
    workers = [
        context.Process(target=decide_beside, args=(settings, folder, first_seed + place, together, answers))
        for place in range(number)
    ]
    for worker in workers:
        worker.start()
    longest = max(answers.get() for _ in workers)
    for worker in workers:
        worker.join()
    return number * ASKED / longest


def measure(server: PostgresServer, folder: Path, articles: int, copies: int, processes: int) -> None:
    """Fill, ask, and print."""
    import psycopg

    address = server.new_database()
    settings = {"DATABASE_URL": address}
    path = folder / "index.sqlite"
    with (
        closing(Index(SqliteRows(path), "benchmark")) as embedded,
        closing(open_index(settings, folder / "here", "benchmark")) as shared,
    ):
        fill([embedded, shared], articles)
        if copies:
            began = time.perf_counter()
            multiply(path, address, copies)
            print(f"copied in {time.perf_counter() - began:.0f} s", flush=True)
            articles *= copies + 1
        asked = [candidate(one) for one in itertools.islice(invented(2), ASKED)]
        print(f"{articles} articles stored", flush=True)
        row("SQLite, one process", embedded, asked)
        row("PostgreSQL, one process", shared, asked)
    together = several(settings, folder, processes, 3)
    print(f"{f'PostgreSQL, {processes} processes together':38}{together:8.0f} decisions/s", flush=True)
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("CHECKPOINT")
        tables = "relname LIKE 'index\\_%' AND relkind = 'r'"
        query = f"SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE {tables} ORDER BY 2 DESC"
        sizes = dict(db.execute(query.encode()).fetchall())
        row_count = db.execute("SELECT count(*) FROM index_entry").fetchone()
    number = row_count[0] if row_count else 0
    print(f"bytes an article: SQLite {disk_bytes(path) / (articles + ASKED):.0f}", end="")
    print(f", PostgreSQL {sum(sizes.values()) / number:.0f} with its indexes", end=" (")
    print(*(f"{name} {size / number:.0f}" for name, size in sizes.items() if size / number >= 1), sep=", ", end=")\n")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000, help="how many are stored before the questions")
    parser.add_argument("--copies", type=int, default=0, help="how many times more each of them is stored")
    parser.add_argument("--processes", type=int, default=4, help="how many ask PostgreSQL together")
    args = parser.parse_args()
    tools = tools_of_postgres()
    if tools is None:
        raise SystemExit("no PostgreSQL server here: initdb is not found")
    server = PostgresServer(tools, "postgres" if os.getuid() == 0 else None)  # the server refuses to be root
    server.prepare()
    server.start(durable=True)
    try:
        with tempfile.TemporaryDirectory(prefix="dedup-shared-") as folder:
            measure(server, Path(folder), args.articles, args.copies, args.processes)
    finally:
        server.remove()


if __name__ == "__main__":
    main()
