"""Several processes with a DATA_DIR each on one job, with sites of their own, and what came of it.

with Fleet(tmp_path, database_url, sites=4, workers=2) as fleet:
    for worker in fleet.workers: worker.start()
    fleet.wait()
    assert fleet.faults() == NO_FAULTS
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.crash.site import NewsSite
from tests.process import LONGEST_RUN_S, Process, start

LOOPBACK = [f"127.0.0.{number}" for number in range(2, 255)]
NO_FAULTS = {"lost": 0, "doubled": 0, "broken": 0, "strange": 0}
LEASE_S = 6  # FRONTIER_LEASE: short, since tests wait for its end


class Worker:
    """One process after the other on a DATA_DIR of its own."""

    def __init__(self, folder: Path, sites: list[NewsSite], settings: dict[str, Any]) -> None:
        self.folder, self.sites, self.settings = folder, sites, settings
        self.process: Process | None = None
        self.output = str(folder / "out.jsonl")
        self.before: list[str] = []  # what stands before the command, such as where it runs
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Begin the command; the same each time."""
        settings = {
            "DATA_DIR": self.data,
            "PRIVATE_NETWORKS_ALLOWED": ",".join(site.address for site in self.sites),
            "DOWNLOAD_DELAY": 0,
            "DOWNLOAD_DELAY_JITTER": 0,
            "DOWNLOAD_TIMEOUT": 20,
            "FRONTIER_LEASE": LEASE_S,
            "DATABASE_WAIT": 60,
            **self.settings,
        }
        starts = ",".join(site.url() for site in self.sites)
        command = [sys.executable, "-m", "scrapy", "crawl", "snapshot", "-a", f"start={starts}"]
        command += ["-o", self.output]
        words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        with (self.folder / "log.txt").open("ab") as log:
            self.process = start([*self.before, *command, *words], stderr=log, env=dict(os.environ))

    def wait(self, longest_s: float = LONGEST_RUN_S) -> int:
        """The exit code, at its end."""
        assert self.process is not None
        try:
            return self.process.wait(longest_s)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            raise AssertionError(f"the run did not end in {longest_s} s\n{self.log()}") from None

    def kill(self) -> None:
        """As the kernel does it when memory is short."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(LONGEST_RUN_S)

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def log(self, most: int = 6000) -> str:
        """The end of it."""
        path = self.folder / "log.txt"
        return path.read_text(errors="replace")[-most:] if path.exists() else ""

    def lines(self) -> list[bytes]:
        """The lines of its files whose names do not end in .part."""
        paths = [self.folder / "out.jsonl", *self.data.glob("articles/*/*.jsonl")]
        return [line for path in paths if path.exists() for line in path.read_bytes().splitlines(keepends=True)]


class Fleet:
    """The sites, one address of loopback each, and the workers."""

    def __init__(
        self,
        folder: Path,
        url: str,
        *,
        sites: int,
        workers: int,
        articles: int = 12,
        latency_s: float = 0.0,
        hosts: Sequence[str] = LOOPBACK,
        kind: Callable[..., NewsSite] = NewsSite,
        **settings: Any,
    ) -> None:
        """hosts: addresses of the sites. kind: makes one."""
        self.stack = contextlib.ExitStack()
        self.sites = [
            kind(articles=articles, latency_s=latency_s, host=hosts[number], town=f"town{number}-")
            for number in range(sites)
        ]
        self.folder, self.url, self.number, self.settings = folder, url, workers, settings
        self.workers: list[Worker] = []

    def __enter__(self) -> Fleet:
        for site in self.sites:
            self.stack.enter_context(site)
        settings = {"DATABASE_URL": self.url, **self.settings}
        self.workers = [Worker(self.folder / f"w{n}", self.sites, dict(settings)) for n in range(self.number)]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            if worker.is_running:
                worker.signal(signal.SIGCONT)
                worker.kill()
        self.stack.close()

    @property
    def asked(self) -> int:
        return sum(len(site.asked) for site in self.sites)

    def is_at_work(self) -> bool:
        """Whether an article was not asked for yet."""
        return any(site.stories.keys() - set(site.asked) for site in self.sites)

    def until(self, is_so: Callable[[], bool], what: str, *, longest_s: float = LONGEST_RUN_S) -> None:
        """Wait until something is so."""
        until = time.monotonic() + longest_s
        while not is_so():
            assert time.monotonic() < until, f"{what}: not within {longest_s} s\n{self.logs()}"
            time.sleep(0.01)

    def until_asked(self, number: int) -> None:
        """Wait until the sites were asked that often, all together."""
        self.until(lambda: self.asked >= number, f"{number} requests, {self.asked} by now")

    def finish(self) -> list[int]:
        """Start those that are not running, and wait for the end of all; their exit codes."""
        for worker in self.workers:
            if not worker.is_running:
                worker.start()
        return [worker.wait() for worker in self.workers]

    def faults(self) -> dict[str, int]:
        """How many articles are lost, doubled, broken over all files; all 0 is as it must be."""
        found: Counter[str] = Counter()
        broken = 0
        for line in (line for worker in self.workers for line in worker.lines()):
            try:
                found[json.loads(line)["id"]] += line.endswith(b"\n")
            except (ValueError, KeyError):
                broken += 1
        names = set().union(*(site.names for site in self.sites))
        return {
            "lost": len(names - found.keys()),
            "doubled": sum(number - 1 for number in found.values()),
            "broken": broken,
            "strange": len(found.keys() - names),
        }

    def shortest_gap_s(self) -> float:
        """Between two requests to one site, robots.txt too, whoever made them."""
        moments = [sorted(request.at for request in site.requests) for site in self.sites]
        return min(later - earlier for each in moments for earlier, later in pairwise(each))

    def logs(self) -> str:
        return "\n\n".join(worker.log() for worker in self.workers)


class Proxy:
    """A way to the database that a test can cut: connections through it hang, as in a network that drops everything.

    delay_s: what takes so long, in each direction. listener: where it listens.
    """

    def __init__(self, port: int, *, delay_s: float = 0.0, listener: socket.socket | None = None) -> None:
        self.target, self.delay_s = port, delay_s
        self.listener = listener or socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.is_open = threading.Event()
        self.is_open.set()
        self.is_ended = False
        self.sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
                self.sockets += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                self.is_open.wait()
                time.sleep(self.delay_s)
                if self.is_ended:
                    break
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Nothing goes through from now on, and nobody is told."""
        self.is_open.clear()

    def mend(self) -> None:
        """What was held up goes through."""
        self.is_open.set()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.is_ended = True
        self.is_open.set()
        for each in (self.listener, *self.sockets):
            with contextlib.suppress(OSError):
                each.close()
