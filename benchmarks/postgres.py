"""The frontier in PostgreSQL beside the one in SQLite: CPU a page of whole crawls, and the storage alone at size.

    python benchmarks/postgres.py --url postgresql://crawler@127.0.0.1/empty [--pages 400] [--rounds 3] [--no-crawls]
        [--addresses 200000] [--hosts 2000] [--clients 4] [--links 5] [--copy]
    python benchmarks/postgres.py --url ... --processes 1 2 4 [--sites 8] [--pages 100] [--rounds 2]

The database must be empty, and is left full. Crawls: the same command on the generated site (bigsite.py), once with
everything embedded and once with DATABASE_URL, in turns; the CPU of the crawler, and where the server runs on this
machine that of its processes apart. Storage: so many addresses over so many hosts are stored; then each client claims
hosts, leases pages, and acknowledges 100 of them in each commit, with new links (one in five is new to the job), as a
run does. A commit is durable: synchronous_commit is as the server has it.

--processes: whole crawls of several sites by so many processes together, and nothing else. CPU a page of all of them
and of the server (without what their starts take: crawls of a few pages are taken off), pages a second, and what the
server's processes wait for. Where the machine has too few cores, it is the CPU that must stay flat.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import throughput

from snapshot_crawler.dedup.index import open_index
from snapshot_crawler.frontier.postgres import PostgresFrontiers, rows
from snapshot_crawler.frontier.store import Entry, State

FIRST = 10_000_000  # between the numbers of two sites' articles
BATCH = 100  # acknowledgements a commit
FILLED_AT_ONCE = 10_000
MOST_ACKNOWLEDGED = 20_000  # by each number of clients; by choice: some minutes
NEW_SHARE = 5  # one link in so many is new
DONE_SHARE = 10  # with --copy, one address in so many is pending


def crawls(url: str, pages: int, rounds: int) -> None:
    """CPU a page, embedded and shared, in turns."""

    def shared(start: str, output: Path, most_pages: int) -> list[str]:
        return [*throughput.ours(start, output, most_pages), "-s", f"DATABASE_URL={new_schema(url)}"]

    kinds = {"embedded": throughput.ours, "shared": shared}
    found: dict[str, list[float]] = {name: [] for name in kinds}
    server: list[float] = []
    with throughput.site(throughput.FEW) as small, throughput.site(pages) as big:
        for number in range(rounds):
            for name, command in kinds.items():
                crawler = throughput.Crawler("snapshot_crawler", command, ())
                few, _ = throughput.run(crawler, small)
                before = server_cpu_s(url)
                many, records = throughput.run(crawler, big)
                throughput.check(crawler, records, big, pages)
                ms = 1000 * (many.cpu_s - few.cpu_s) / (pages - throughput.FEW)
                found[name].append(ms)
                if name == "shared":
                    server.append(1000 * (server_cpu_s(url) - before) / pages)
                print(f"round {number + 1}  {name:<9}{ms:7.2f} ms/page", flush=True)
    one, other = (statistics.median(found[name]) for name in kinds)
    print(f"\nCPU a page: embedded {one:.2f} ms, shared {other:.2f} ms: {other / one:.2f} times")
    print(f"the server's processes on this machine: {statistics.median(server):.2f} ms a page")


def together(url: str, numbers: list[int], sites: int, pages: int, rounds: int) -> None:
    """CPU a page of crawls by several processes, with each of these numbers in turn."""
    found: dict[int, list[tuple[float, ...]]] = {number: [] for number in numbers}
    with ExitStack() as stack:
        few, many = (
            [
                stack.enter_context(throughput.site(each, f"--host=127.0.0.{2 + place}", f"--first={FIRST * place}"))
                for place in range(sites)
            ]
            for each in (throughput.FEW // sites, pages)
        )
        for _ in range(rounds):
            for number in numbers:
                with Waits(url) as waits:
                    less, more = (fleet(url, starts, number) for starts in (few, many))
                if more.articles != sites * pages:
                    raise RuntimeError(f"{number} processes wrote {more.articles} articles of {sites * pages}")
                crawled = more.articles - less.articles
                figures = (
                    1000 * (more.own_s - less.own_s) / crawled,
                    1000 * (more.server_s - less.server_s) / crawled,
                    crawled / max(0.1, more.took_s - less.took_s),
                    (more.commits - less.commits) / crawled,
                )
                found[number].append(figures)
                print(f"{told(number, *figures)}; {waits}", flush=True)
    print("\nmedians")
    for number, rounds_found in found.items():
        print(told(number, *map(statistics.median, zip(*rounds_found, strict=True))))


def told(processes: int, own_ms: float, server_ms: float, rate: float, commits: float) -> str:
    """A row of figures."""
    return (
        f"{processes} processes: {own_ms:.2f} ms CPU a page, {server_ms:.2f} of the server, {rate:.0f} pages/s, "
        f"{commits:.2f} commits a page"
    )


class Crawled(NamedTuple):
    """What the crawls of a job took and brought."""

    own_s: float  # CPU of the processes
    server_s: float
    took_s: float
    articles: int  # different ones
    commits: int


def fleet(url: str, starts: list[str], number: int) -> Crawled:
    """One job by so many processes. The tables are made before."""
    with tempfile.TemporaryDirectory() as folder:
        outputs = [Path(folder, str(place), "out.jsonl") for place in range(number)]
        schema = new_schema(url)
        with closing(store_of(schema, folder)), closing(open_index({"DATABASE_URL": schema}, Path(folder), "bench")):
            pass
        shared = f"DATABASE_URL={schema}"
        allowed = f"PRIVATE_NETWORKS_ALLOWED={','.join(start.split('/')[2] for start in starts)}"
        before, began = server_cpu_s(url), time.monotonic()
        processes = []
        for output in outputs:
            output.parent.mkdir()
            command = [*throughput.ours(",".join(starts), output, 0), "-s", shared, "-s", allowed]
            with Path(folder, f"{output.parent.name}.log").open("wb") as log:
                processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=throughput.HERE.parent))
        own = 0.0
        for process in processes:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            own += usage.ru_utime + usage.ru_stime
        if any(process.returncode for process in processes):
            raise RuntimeError(f"exit codes {[process.returncode for process in processes]}")
        took_s = time.monotonic() - began
        lines = [line for output in outputs if output.exists() for line in output.read_bytes().splitlines()]
        reports = [json.loads(path.read_text()) for path in Path(folder).glob("*/data/runs/*.json")]
        commits = sum(report["frontier"]["commits"] for report in reports)
        return Crawled(
            own, server_cpu_s(url) - before, took_s, len({json.loads(line)["id"] for line in lines}), commits
        )


def new_schema(url: str) -> str:
    """The address of an empty schema: what one crawl has stored is no duplicate for the next."""
    name = f"bench{time.monotonic_ns()}"
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(f"CREATE SCHEMA {name}".encode())
    return f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}"


def server_cpu_s(url: str) -> float:
    """CPU seconds of the server's processes, of those that have ended too; 0 where it is on another machine."""
    with psycopg.connect(url) as db:
        own = stat_of(Path(f"/proc/{db.info.backend_pid}"))
        if own is None:
            return 0.0
        postmaster = own[1]
        stats = [stat for path in Path("/proc").glob("[0-9]*") if (stat := stat_of(path)) is not None]
    server = stat_of(Path(f"/proc/{postmaster}"))
    assert server is not None
    ticks = sum(server[11:15]) + sum(sum(stat[11:13]) for stat in stats if stat[1] == postmaster)
    return ticks / os.sysconf("SC_CLK_TCK")


def stat_of(process: Path) -> list[int] | None:
    """The numbers of a process's stat file behind its state, from place 1 on its parent (man 5 proc)."""
    try:
        rest = (process / "stat").read_text().rpartition(") ")[2]
    except OSError:
        return None
    return [0, *map(int, rest.split()[1:])]


# --- The storage alone
def fill(url: str, addresses: int, hosts: int, *, by_copy: bool = False) -> None:
    """Store that many addresses, and say what they take."""
    began = time.monotonic()
    if by_copy:
        copy(url, addresses, hosts)
    with tempfile.TemporaryDirectory() as folder, closing(store_of(url, folder)) as store:
        for first in range(0, 0 if by_copy else addresses, FILLED_AT_ONCE):
            entries = [entry(number, hosts) for number in range(first, min(addresses, first + FILLED_AT_ONCE))]
            store.enqueue_all(entries)
            store.commit({})
        took_s = time.monotonic() - began
        size = store.database.read("SELECT pg_total_relation_size('frontier_entry')")[0][0]
    print(f"\n{addresses} addresses over {hosts} hosts stored in {took_s:.1f} s, {addresses / took_s:.0f} a second")
    print(f"{size / addresses:.0f} bytes an address on disk, indexes too")
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        with closing(store_of(url, folder)) as store:
            store.share.join(pause_s=0)
            store.share.census()
            claimed = store.share.claim(200)
        print(f"opened, joined, and {len(claimed)} hosts claimed in {1000 * (time.monotonic() - began):.0f} ms")


def copy(url: str, addresses: int, hosts: int) -> None:
    """Store that many addresses by COPY, in the order in which a crawl meets them, with all indexes in place."""
    with tempfile.TemporaryDirectory() as folder, closing(store_of(url, folder)) as store:
        job = store.job
    columns = ["job", "site", "digest", "id", "writer", *rows.COLUMNS]
    names = [entry(number, hosts).host for number in range(hosts)]
    with psycopg.connect(url) as db:
        query = "INSERT INTO frontier_host (job, name) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING"
        db.execute(query, (job, names))
        with db.cursor().copy(f"COPY frontier_entry ({', '.join(columns)}) FROM STDIN".encode()) as lines:
            for number in range(addresses):
                each = entry(number, hosts)
                each.state = State.DONE if number // hosts % DONE_SHARE else State.PENDING
                site, digest = rows.spot(each.key)
                own = [getattr(each, name) for name in rows.COLUMNS]
                lines.write_row([job, site, digest, number + 1, None, *own])
        db.execute("SELECT setval('frontier_entry_id', %s)", (addresses + 1000,))


def entry(number: int, hosts: int) -> Entry:
    """An address of a usual length."""
    host = f"h{number % hosts:05}.news.example"
    url = f"https://{host}/2026/11/26/politics/c{number:012}.html"
    return Entry(f"http://{url[8:]}", url, host, kind="listing", parent=f"https://{host}/politics/")


def store_of(url: str, folder: str) -> Any:
    """The store of the job, as a DATA_DIR of its own opens it."""
    return PostgresFrontiers(Path(folder), {"DATABASE_URL": url}).open("bench")


def client(url: str, clients: int, pages: int, links: int, hosts: int, told: Any) -> None:
    """Claim, lease and acknowledge so many pages; tells how many, the ms of each commit, and its CPU s."""
    took: list[float] = []
    done, number = 0, 10**9 + os.getpid() * 10**6
    with tempfile.TemporaryDirectory() as folder, closing(store_of(url, folder)) as store:
        store.share.join(pause_s=0)
        claimed = [each.name for each in store.share.claim(max(1, hosts // clients))]
        while done < pages and claimed:
            batch: list[Entry] = []
            while len(batch) < BATCH and claimed:
                if not (leased := store.lease(claimed[0], 20)):
                    claimed.pop(0)
                batch += leased
            for page in batch:
                found = [entry(number + place, hosts) for place in range(links)]
                known = store.known([each.key for each in found])
                number += links // NEW_SHARE
                store.enqueue_all([each for each in found if each.key not in known])
                page.state, page.item_count, page.status = State.DONE, 1, 200
                page.fetched_at, page.outcome = "2026-11-26T00:00:00+00:00", "done"
                store.update(page)
            began = time.monotonic()
            store.commit({"/out.jsonl": done + len(batch)})
            took.append(1000 * (time.monotonic() - began))
            done += len(batch)
    told.put((done, took, time.process_time()))


def rates(url: str, clients: int, pages: int, links: int, hosts: int) -> None:
    """Pages a second over all clients."""
    told: Any = multiprocessing.get_context("spawn").Queue()
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=client, args=(url, clients, pages // clients, links, hosts, told))
        for _ in range(clients)
    ]
    before, began = server_cpu_s(url), time.monotonic()
    with Waits(url) as waits:
        for process in processes:
            process.start()
        answers = [told.get(timeout=600) for _ in processes]
    took_s = time.monotonic() - began
    for process in processes:
        process.join()
    done, times = sum(each for each, _, _ in answers), sorted(ms for _, each, _ in answers for ms in each)
    print(
        f"{clients} clients, {links} links a page: {done / took_s:.0f} pages/s (with their start), commit p50 "
        f"{times[len(times) // 2]:.0f} ms, p99 {times[len(times) * 99 // 100]:.0f} ms, "
        f"server {1000 * (server_cpu_s(url) - before) / max(1, done):.2f} ms CPU a page, clients "
        f"{1000 * sum(cpu_s for _, _, cpu_s in answers) / max(1, done):.2f}; {waits}",
        flush=True,
    )


class Waits:
    """What the server's processes wait for, looked at 20 times a second: shares of the looks that found one at work."""

    def __init__(self, url: str) -> None:
        self.url, self.found, self.ended = url, Counter[str](), threading.Event()
        self.thread = threading.Thread(target=self._look)

    def __enter__(self) -> Waits:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

    def _look(self) -> None:
        query = (
            "SELECT coalesce(wait_event_type || ' ' || wait_event, 'cpu') FROM pg_stat_activity"
            " WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        with psycopg.connect(self.url, autocommit=True) as db:
            while not self.ended.wait(0.05):
                self.found.update(row[0] for row in db.execute(query))

    def __str__(self) -> str:
        total = max(1, self.found.total())
        return "at work: " + ", ".join(f"{name} {100 * n // total} %" for name, n in self.found.most_common(5))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-crawls", action="store_true")
    parser.add_argument("--addresses", type=int, default=200_000)
    parser.add_argument("--hosts", type=int, default=2_000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--links", type=int, default=5)
    parser.add_argument("--copy", action="store_true", help="store the addresses by COPY, nine of ten as done")
    parser.add_argument("--processes", type=int, nargs="+", help="crawls by so many processes together")
    parser.add_argument("--sites", type=int, default=8)
    options = parser.parse_args()
    if options.processes:
        together(options.url, options.processes, options.sites, options.pages, options.rounds)
        return
    if not options.no_crawls:
        crawls(options.url, options.pages, options.rounds)
    fill(options.url, options.addresses, options.hosts, by_copy=options.copy)
    acknowledged = min(options.addresses // 10, MOST_ACKNOWLEDGED)
    for clients in sorted({1, options.clients}):
        for links in sorted({0, options.links}):
            rates(options.url, clients, acknowledged, links, options.hosts)


if __name__ == "__main__":
    sys.exit(main())
