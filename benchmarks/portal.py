"""The portal under load: clients at once over pages, lists, searches and feeds in; errors, times and memory out.

    python benchmarks/portal.py [--articles 20000] [--clients 200] [--seconds 60] [--pause 0] [--idle 2000] [--slow 100]

The server is `scrapy portal` in a process of its own, over made articles (library.py); the clients are this process,
on loopback. Each client asks again when its answer is there, after a pause of so many seconds on average: with a pause
of 0 the times say how many requests a machine answers, divided among the clients. Beside them: idle connections, opened
anew when the portal hangs up; clients that send their request a byte a second; and as many that ask for a long answer
and take it a few bytes a second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.library import CATEGORIES, KINDS, fill
from snapshot_crawler.portal import addresses

CHARACTERS = 800  # of an article's text
PATIENCE_S = 60.0  # for one answer: longer is an error
RAMP_S = 12.0  # for the connections beside to be made, before the clients begin
DRIBBLE_S = 1.0  # between two bytes of a slow client
SHARES = {"article": 50, "list": 20, "search": 20, "feed": 5, "front": 5}  # of the requests; by choice
WORDS = [word for kind in ("very frequent", "two characters", "three and more", "two words") for word in KINDS[kind]]

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Load:
    """What the clients do, and what they saw. place: host and port."""

    def __init__(self, place: tuple[str, int], articles: int, pause_s: float) -> None:
        self.place, self.articles, self.pause_s = place, articles, pause_s
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: dict[str, int] = defaultdict(int)
        self.hung_up = 0  # connections that are idle or slow
        self.held = 0

    def address(self, dice: random.Random) -> tuple[str, str]:
        """The kind and the address of a request. Articles are asked for evenly: few answers are there already."""
        (kind,) = dice.choices(list(SHARES), weights=list(SHARES.values()))
        if kind == "article":
            return kind, addresses.article(f"{dice.randrange(self.articles):040x}")
        if kind == "list":
            if dice.random() < 0.5:
                return kind, addresses.category(dice.choice(CATEGORIES), dice.randint(1, 5))
            return kind, addresses.source(f"报{dice.randrange(min(2_000, self.articles))}")
        if kind == "search":
            return kind, addresses.search(dice.choice(WORDS))
        if kind == "feed":
            return kind, f"/category/{quote(dice.choice(CATEGORIES))}/feed.xml"
        return kind, addresses.HOME

    async def reader(self, number: int, end: float) -> None:
        """One client on a connection that it keeps."""
        dice = random.Random(number)
        connection: Connection | None = None
        while time.monotonic() < end:
            if self.pause_s:
                await asyncio.sleep(min(dice.expovariate(1 / self.pause_s), end - time.monotonic()))
            kind, address = self.address(dice)
            begun = time.monotonic()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    connection, status, is_open = await self.asked(connection, address)
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                self.errors[type(error).__name__] += 1
                connection = None
                continue
            if status != 200:
                self.errors[f"{status} {kind}"] += 1
            self.times[kind].append(time.monotonic() - begun)
            if not is_open:
                connection[1].close()
                connection = None

    async def asked(self, kept: Connection | None, address: str) -> tuple[Connection, int, bool]:
        """An answer: the connection it came on, its status, whether the connection stays.

        Where the portal has closed the one that was kept, a new one is made, as browsers do (RFC 9112, 9.3.1): it
        keeps a quiet one for five seconds.
        """
        connection, head = kept, ""
        if kept is not None and not kept[0].at_eof():
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                head = await self.head(*kept, address)
        if connection is None or not head:
            if connection is not None:
                connection[1].close()
            connection = await asyncio.open_connection(*self.place)
            head = await self.head(*connection, address)
        found = re.search(r"\r\ncontent-length: (\d+)", head)
        await connection[0].readexactly(int(found[1]) if found else 0)
        return connection, int(head.split(" ", 2)[1]), "\r\nconnection: close" not in head

    async def head(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str) -> str:
        """Ask for an address; the status line and the headers of the answer, in small letters."""
        host = f"{self.place[0]}:{self.place[1]}"
        writer.write(f"GET {address} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        return (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()

    async def beside(self, what: bytes, end: float, *, is_slow: bool = False, takes: int = 0) -> None:
        """One connection that is held: it sends these bytes, slowly or at once, and takes so many of an answer."""
        while time.monotonic() < end:
            try:
                reader, writer = await asyncio.open_connection(*self.place, limit=1024)
            except OSError:
                self.errors["no connection beside"] += 1
                await asyncio.sleep(DRIBBLE_S)
                continue
            self.held += 1
            try:
                for part in [what[at : at + 1] for at in range(len(what))] if is_slow else [what]:
                    if reader.at_eof() or writer.is_closing() or time.monotonic() > end:
                        break
                    writer.write(part)
                    await asyncio.sleep(DRIBBLE_S if is_slow else 0)
                while time.monotonic() < end:
                    if takes:
                        await asyncio.sleep(DRIBBLE_S)
                    async with asyncio.timeout(max(0.01, end - time.monotonic())):
                        if not await reader.read(takes or 65_536):
                            break
                self.hung_up += time.monotonic() < end
            except TimeoutError:
                pass
            except OSError:
                self.hung_up += 1
            finally:
                self.held -= 1
                writer.transport.abort()

    async def run(self, clients: int, seconds: float, idle: int, slow: int) -> None:
        """All of them at once. The idle ones come first, a hundred at a time."""
        end = time.monotonic() + seconds + RAMP_S
        request = f"GET / HTTP/1.1\r\nHost: {self.place[0]}\r\n".encode()
        long_one = f"GET /sitemap-1.xml HTTP/1.1\r\nHost: {self.place[0]}\r\n\r\n".encode()
        async with asyncio.TaskGroup() as tasks:
            for number in range(idle):
                tasks.create_task(self.beside(b"", end))
                if number % 100 == 0:
                    await asyncio.sleep(RAMP_S / (idle / 100))  # they are hung up on, and come again, as spread
            for _ in range(slow):
                tasks.create_task(self.beside(request, end, is_slow=True))
                tasks.create_task(self.beside(long_one, end, takes=64))
            await asyncio.sleep(max(0.0, end - seconds - time.monotonic()))
            print(f"{self.held:,} connections are held beside", flush=True)
            begun = time.monotonic()
            for number in range(clients):
                tasks.create_task(self.reader(number, end))
        self.took = time.monotonic() - begun


@contextlib.contextmanager
def portal(root: Path) -> Iterator[tuple[int, tuple[str, int]]]:
    """The portal's process id, and where it listens."""
    log = root / "portal.log"
    words = [sys.executable, "-m", "scrapy", "portal", "--listen", "127.0.0.1:0", "-s", f"DATA_DIR={root}"]
    with log.open("wb") as stderr, subprocess.Popen(words, stderr=stderr) as process:
        try:
            while not (found := re.search(r"the portal is at http://(\S+):(\d+)", log.read_text("utf-8"))):
                time.sleep(0.1)
                if process.poll() is not None:
                    raise SystemExit(log.read_text("utf-8"))
            yield process.pid, (found[1], int(found[2]))
        finally:
            process.send_signal(signal.SIGTERM)


def memory_mb(pid: int) -> float:
    """The most memory that a process had."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1_000


def cpu_s(pid: int) -> float:
    """The CPU time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def row(name: str, times: list[float]) -> None:
    """A line of the table, in milliseconds."""
    if len(times) > 1:
        cuts = statistics.quantiles(times, n=100)
        cells = [cuts[49], cuts[94], cuts[98], max(times)]
        print(f"| {name} | {len(times):,} | " + " | ".join(f"{1_000 * each:,.0f}" for each in cells) + " |")


def main() -> None:
    """Fill, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=0, help="between two requests of a client, on average")
    parser.add_argument("--idle", type=int, default=2_000)
    parser.add_argument("--slow", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="the library's folder, made there if it is missing")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        root = options.keep or Path(folder)
        if not (root / "articles").exists():
            fill(root, options.articles, CHARACTERS)
        with portal(root) as (pid, place):
            load = Load(place, options.articles, options.pause)
            before = cpu_s(pid)
            print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            asyncio.run(load.run(options.clients, options.seconds, options.idle, options.slow))
            print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
            memory, cpu = memory_mb(pid), cpu_s(pid) - before
    every = [each for times in load.times.values() for each in times]
    print("\n| | answers | median ms | p95 | p99 | longest |\n|---|---|---|---|---|---|")
    for kind in SHARES:
        row(kind, load.times[kind])
    row("all", every)
    print(
        f"\n{len(every) / load.took:,.0f} answers a second; the server used {cpu:.0f} s of CPU, {memory:.0f} MB at most"
    )
    print(f"errors: {dict(load.errors) or 'none'}; {load.hung_up:,} idle or slow connections were hung up on")


if __name__ == "__main__":
    main()
