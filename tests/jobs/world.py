"""What the tests of the scheduled jobs share: a clock that can be moved, job files, the command, and a webhook."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from scrapy.utils.project import get_project_settings

from snapshot_crawler.jobs.clock import Clock, Moment
from snapshot_crawler.jobs.office import Office
from tests.process import Process, run, start

NOON = 1_780_000_800.0  # 2026-05-28T20:40:00Z, an instant like another


@dataclass
class MovableClock(Clock):
    """Both clocks stand still until they are moved; set_wall() is somebody who sets the clock."""

    wall: float = NOON
    machine: float = 5_000.0
    boot: str = "first"

    def now(self) -> Moment:
        return Moment(self.wall, self.machine, self.boot)

    def wait(self, seconds: float) -> None:
        self.wall += seconds
        self.machine += seconds

    def set_wall(self, by_s: float) -> None:
        self.wall += by_s

    def reboot(self, off_s: float) -> None:
        self.wall += off_s
        self.machine, self.boot = 10.0, self.boot + "+"


@dataclass
class World:
    """A folder with a job file and a DATA_DIR."""

    folder: Path
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "jobs.toml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def write(self, text: str, **settings: Any) -> None:
        """The job file: quick settings in [defaults], then the text."""
        quick = {
            "DATA_DIR": str(self.data),
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "DOWNLOAD_TIMEOUT": 5,
            **settings,
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in quick.items()]
        new = self.folder / "jobs.new"
        new.write_text("[defaults.settings]\n" + "\n".join(lines) + "\n" + text, encoding="utf-8")
        new.replace(self.file)

    def office(self, clock: Clock | None = None, **settings: Any) -> Office:
        project = get_project_settings()
        project.set("DISK_FREE_MIN", 0, priority="project")
        project.setdict({"JOBS_FILE": str(self.file), **settings}, priority="cmdline")
        return Office.open(project, self.typed, clock)

    def command(self, *words: str) -> list[str]:
        settings = {"JOBS_FILE": self.file, "DISK_FREE_MIN": 0}
        options = [word for pair in settings.items() for word in ("-s", f"{pair[0]}={pair[1]}")]
        return [sys.executable, "-m", "scrapy", "jobs", *words, *options]

    def jobs(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`scrapy jobs ...` to its end."""
        return run(self.command(*words))

    def start(self, *words: str) -> Process:
        """`scrapy jobs ...` that stays; its log is daemon.log."""
        with (self.folder / "daemon.log").open("ab") as log:
            return start(self.command(*words), stdout=log, stderr=log)

    def log(self) -> str:
        return (self.folder / "daemon.log").read_text(errors="replace")[-6000:]

    def listed(self) -> dict[str, dict[str, Any]]:
        done = self.jobs("list", "--json")
        assert done.returncode == 0, done.stderr
        return {job["name"]: job for job in json.loads(done.stdout)}


def wait_until(condition: Any, longest_s: float = 300.0) -> None:
    """Until condition() holds."""
    until = time.monotonic() + longest_s
    while not condition():
        assert time.monotonic() < until, f"not within {longest_s} s"
        time.sleep(0.02)


class Webhook:
    """Takes notices on loopback; `answer` is the status that it gives, `hang` lets it never answer."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.answer, self.hang, self.released = 200, threading.Event(), threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.bodies.append(body)
                hook.headers.append(dict(self.headers.items()))
                hook.messages.append(json.loads(body))
                if hook.hang.is_set():
                    hook.released.wait(60)
                self.send_response(hook.answer)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"json://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Webhook:
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def titles(self) -> list[str]:
        return [message["title"] for message in self.messages]
