"""The command `scrapy portal`: a real process on a real port, and what keeps one from starting."""

from __future__ import annotations

import re
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from snapshot_crawler.commands import portal
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.listening import bound
from snapshot_crawler.portal import serve
from tests.library.outputs import commit, lines, name_of, own, record
from tests.process import Process, scrapy, start

LONG_S = 60.0  # for what takes a second on a quiet machine
Answer = TypeVar("Answer")


def until(asked: Callable[[], Answer | None]) -> Answer:
    """What a question answers, as soon as it answers anything."""
    end = time.monotonic() + LONG_S
    while not (found := asked()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


@contextmanager
def served(root: Path, *arguments: str) -> Iterator[tuple[Process, str]]:
    """The portal's process, and its address as the log has it."""
    log = root.parent / "portal.log"
    words = ["-m", "scrapy", "portal", "--listen", "127.0.0.1:0", "-s", f"DATA_DIR={root}", *arguments]
    with log.open("wb") as stderr:
        process = start([sys.executable, *words], stderr=stderr)
        try:
            found = until(lambda: re.search(r"the portal is at (http://\S+)", log.read_text(encoding="utf-8")))
            yield process, found[1]
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(LONG_S)


def test_articles_appear_while_the_portal_runs_and_a_signal_ends_it_well(tmp_path: Path) -> None:
    root = tmp_path / "data"
    own(root, [record(1, title="先有的")])
    with served(root) as (process, address), httpx.Client(base_url=address, timeout=LONG_S) as client:
        until(lambda: "先有的" in client.get("/").text)
        output = tmp_path / "out.jsonl"
        output.write_bytes(lines([record(2, title="后来的")]))
        commit(root, output)
        until(lambda: "后来的" in client.get("/").text)
        assert client.get(f"/detail/{name_of(2)}.html").status_code == 200
        dribble = socket.create_connection(
            (address.partition("//")[2].partition(":")[0], int(address[-5:].lstrip(":")))
        )
        dribble.sendall(b"GET / HTTP/1.1\r\nHost:")  # a request that never ends does not hold up the end
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONG_S) == 0
        dribble.close()
    assert "Traceback" not in (tmp_path / "portal.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--listen", "127.0.0.1"], "--listen is '127.0.0.1'; it takes HOST:PORT, such as 127.0.0.1:8080"),
        (["--listen", "192.0.2.1:80"], "--listen 192.0.2.1:80: Cannot assign requested address"),
        (["-s", "PORTAL_URL=news.example"], "PORTAL_URL is 'news.example'"),
        (["-s", "PORTAL_REQUESTS_PER_MINUTE=often"], "PORTAL_REQUESTS_PER_MINUTE is 'often'"),
        (["-s", "PORTAL_TRUSTED_PROXIES=proxy"], "PORTAL_TRUSTED_PROXIES has 'proxy'"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = scrapy("portal", *arguments, "-s", f"DATA_DIR={tmp_path}")
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(told)


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = scrapy("portal", "--listen", f"127.0.0.1:{port}", "-s", f"DATA_DIR={tmp_path}")
    assert done.returncode == 2 and done.stderr.strip() == f"--listen 127.0.0.1:{port}: Address already in use"


def test_a_name_that_is_no_host_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> socket.socket:
        raise OSError(socket.EAI_NONAME, "Name or service not known (while attempting to bind on address ('x', 80))")

    monkeypatch.setattr(socket, "create_server", fails)  # as it fails, without asking a resolver
    with pytest.raises(ConfigurationError, match=r"Name or service not known$"):
        bound("x.example:80", "127.0.0.1:8080")


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(portal, "find_spec", lambda name: None)
    command = portal.Command()
    command.settings = {}  # type: ignore[assignment]
    command.run([], None)  # type: ignore[arg-type]
    assert command.exitcode == 2
    assert "pip install 'snapshot_crawler[portal]'" in capsys.readouterr().err


def test_connections_are_as_many_as_files_may_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: given.append(limits))
    for limits, most in [((1024, 1024), 824), ((1024, 1_000_000), 4_000), ((100, 100), 1), ((9_999, 9_999), 4_000)]:
        monkeypatch.setattr(resource, "getrlimit", lambda kind, limits=limits: limits)
        assert serve.connections() == most
    assert given == [(1024, 1024), (4_200, 1_000_000), (100, 100)]
