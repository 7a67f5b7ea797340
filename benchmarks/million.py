"""The frontier with a million pending addresses: bytes each, operations a second, memory, time to open.

    python benchmarks/million.py [--addresses 1000000] [--hosts 500]

The storage is asked as the scheduler asks it: addresses come in batches as pages bring them (known ones are asked for
first), are leased host by host, and written back as done, with a commit after every 200. Memory is the growth of this
process's peak, measured where nothing but the storage works.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from snapshot_crawler.frontier.sqlite import SqliteStore  # noqa: E402 - the path must be set first
from snapshot_crawler.frontier.store import Entry, State  # noqa: E402
from snapshot_crawler.runs.memory import peak_memory_bytes  # noqa: E402

PER_PAGE = 40  # links that a page brings
PER_COMMIT = 200  # pages
WINDOW = 32  # as frontier/scheduler.py leases


def entry(number: int, hosts: int) -> Entry:
    """An address as a news site has it: some 90 characters, found on a list."""
    host = f"www.news-{number % hosts}.example"
    url = f"https://{host}/2026/11/{number % 28 + 1:02}/content_{number * 7919 % 10**9:09}_{number:07}.html"
    parent = f"https://{host}/list/{number % 40}.html"
    return Entry(key=f"http://{url[8:]}", url=url, host=host, kind="listing", parent=parent)


def main() -> None:
    """Fill, open, work, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--addresses", type=int, default=1_000_000)
    parser.add_argument("--hosts", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "frontier.sqlite")
        memory = peak_memory_bytes()
        store = SqliteStore(path)

        begun = time.perf_counter()
        for first in range(0, options.addresses, PER_PAGE):
            page = [entry(number, options.hosts) for number in range(first, min(first + PER_PAGE, options.addresses))]
            known = store.known([each.key for each in page])
            for each in page:
                if each.key not in known:
                    store.enqueue_all([each])
            if first // PER_PAGE % PER_COMMIT == 0:
                store.commit({})
        store.commit({})
        took = time.perf_counter() - begun
        print(f"stored: {options.addresses:,} addresses, {options.addresses / took:,.0f} a second")
        store.close()
        size = sum(each.stat().st_size for each in Path(folder).iterdir())
        print(f"on disk: {size / options.addresses:.0f} bytes each")

        begun = time.perf_counter()
        store = SqliteStore(path)
        opened = time.perf_counter()
        hosts = store.hosts()
        print(f"open: {(opened - begun) * 1000:.1f} ms; hosts and their pending: {time.perf_counter() - opened:.2f} s")
        assert sum(hosts.values()) == options.addresses

        names, dice = list(hosts), random.Random(1)
        begun, done = time.perf_counter(), 0
        while done < min(100_000, options.addresses):
            for each in store.lease(dice.choice(names), WINDOW):
                each.state, each.status, each.outcome, each.item_count = State.DONE, 200, "done", 1
                store.update(each)
                done += 1
                if done % PER_COMMIT == 0:
                    store.commit({"/data/out.jsonl": done * 5000})
        took = time.perf_counter() - begun
        print(f"leased and settled: {done:,} addresses, {done / took:,.0f} a second, a commit each {PER_COMMIT}")

        known_keys = [entry(dice.randrange(options.addresses), options.hosts).key for _ in range(100_000)]
        begun = time.perf_counter()
        for first in range(0, len(known_keys), PER_PAGE):
            store.known(known_keys[first : first + PER_PAGE])
        print(f"asked whether known: {len(known_keys) / (time.perf_counter() - begun):,.0f} a second, at random")
        store.close()
        print(f"memory: {(peak_memory_bytes() - memory) / 2**20:.0f} MiB more than before the first address")


if __name__ == "__main__":
    main()
