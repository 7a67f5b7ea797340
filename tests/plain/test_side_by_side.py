"""Scrapy's documented kinds of spiders, as they are, on Scrapy's settings and on ours: the same items, killed or not.

All spiders run in one process. Ours is killed twice on its way; a run after the last must add nothing.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.plain.site import furnish
from tests.plain.spiders import SPIDERS
from tests.server import Server

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_S = 150
KILLED_AT = (30, 90)  # requests, of some 250
IN_MEMORY = {"closures"}  # requests that cannot be stored: a kill may lose them, and the log says so
pytestmark = pytest.mark.slow  # 25 s of CPU time; tests/frontier/test_plain_spiders.py watches the same
Items = dict[str, Counter[str]]


def start(kind: str, server: Server, folder: Path, *names: str) -> subprocess.Popen[bytes]:
    folder.mkdir(exist_ok=True)
    words = [sys.executable, "-m", "tests.plain.run", kind, server.url(""), str(folder), *names]
    with (folder / "log.txt").open("ab") as log:
        return subprocess.Popen(words, cwd=PROJECT, stderr=log)


def items(folder: Path) -> Items:
    """The items of each spider as canonical JSON, with how often each is there."""
    return {
        path.stem: Counter(json.dumps(json.loads(line), sort_keys=True) for line in path.read_text().splitlines())
        for path in folder.glob("*.jsonl")
    }


@dataclass
class Crawled:
    """What came of all runs."""

    scrapy: Items
    whole: Items  # of those that must not be killed
    continued: Items  # killed twice
    after: Items  # one run later
    closed: str
    log: str = field(repr=False)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("plain")
    theirs, ours, memory = folder / "scrapy", folder / "ours", folder / "memory"
    with Server() as other, Server() as server:
        furnish(other)
        furnish(server)
        beside = [start("scrapy", other, theirs), start("ours", other, memory, *IN_MEMORY)]
        for number in KILLED_AT:
            process = start("ours", server, ours)
            until = time.monotonic() + LONGEST_S
            while len(server.requests) < number and process.poll() is None and time.monotonic() < until:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            process.wait(LONGEST_S)
        codes = [start("ours", server, ours).wait(LONGEST_S)]
        continued = items(ours)
        codes += [start("ours", server, ours).wait(LONGEST_S), *(process.wait(LONGEST_S) for process in beside)]
        log = (ours / "log.txt").read_text()
        assert codes == [0, 0, 0, 0], log[-3000:]
        address = other.url("")

        def named(found: Items) -> Items:
            return {
                name: Counter({text.replace(server.url(""), address): number for text, number in each.items()})
                for name, each in found.items()
            }

        closed = (ours / "closed.txt").read_text()
        yield Crawled(items(theirs), items(memory), named(continued), named(items(ours)), closed, log)


@pytest.mark.parametrize("name", [spider.name for spider in SPIDERS])
def test_a_spider_gives_the_items_that_it_gives_on_plain_scrapy(crawled: Crawled, name: str) -> None:
    ours = crawled.whole if name in IN_MEMORY else crawled.continued
    assert ours[name] == crawled.scrapy[name]
    assert crawled.scrapy[name], "the test is of no use without items"


def test_a_run_after_the_last_adds_nothing(crawled: Crawled) -> None:
    assert {name: each for name, each in crawled.after.items() if name not in IN_MEMORY} == {
        name: each for name, each in crawled.continued.items() if name not in IN_MEMORY
    }


def test_the_spider_is_told_that_it_is_closed(crawled: Crawled) -> None:
    assert crawled.closed == "finished"


def test_only_what_json_cannot_hold_is_kept_in_memory(crawled: Crawled) -> None:
    told = [line for line in crawled.log.splitlines() if "cannot be stored" in line]
    assert told and all("marker" in line or "partial" in line for line in told)
