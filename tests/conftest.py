"""How the tests run, and how one is written.

Running. `python -m pytest` runs what is quick, two workers a core (pytest-xdist). One file alone runs without workers.
`-n 0` and `-p no:xdist` are the same in one process, for a debugger. `-m slow` runs the slow tests, `-m ""` all.
TESTS_FRESH_PROCESSES=1 starts each command afresh instead of forking it (tests/process.py).
HYPOTHESIS_PROFILE=thorough tries more examples; .ci/run does, and runs all. Both try the same examples each time, so
that who changes something else is not stopped by them; HYPOTHESIS_PROFILE=hunt looks for new ones.

Writing.
- In the process of the test, where that shows it: a middleware, a pipeline, a reader by itself. It costs milliseconds.
- A whole crawl without a process: `crawl` of tests/crawling.py.
- The real command: `scrapy("crawl", "snapshot", ...)`, or `run` and `start`, of tests/process.py. It costs 0.1 s,
  and what the crawl does comes on top: keep sites small. Several crawls of one plain spider at once:
  `crawl_all` of tests/hostile/crawl.py. Jobs that are killed and continued: `Job` of tests/crash/run.py.
- A site: the fixture `server` (tests/server.py): real bytes over loopback, faults included, a free port of its own.
- A database: the fixture `database_url` (tests/postgres_server.py), new and empty; skips where there is no server.
- Files below tmp_path; no fixed port (127.0.0.1:9, where nobody listens, is none); nothing shared between tests but
  fixtures of a wider scope. Tests that share a module's fixture go to one worker: do not share what costs nothing.
- Wait for events (`server.requests`, a line, an exit), with a generous bound. A machine may be ten times slower at this
  moment: no test asks that something took less than a second. Cost is measured in CPU time, and as a ratio.
- Over 5 s of CPU time: `@pytest.mark.slow`, and a quick test beside it that fails too when the feature is taken out.
- What a test starts, it ends: a process that outlives its test fails it. Warnings are errors: close what you open.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.object_storage import bucket as bucket
from tests.postgres_server import connection as connection
from tests.postgres_server import database_url as database_url
from tests.postgres_server import postgres_server as postgres_server
from tests.postgres_server import quick_database_url as quick_database_url
from tests.process import FORKER
from tests.server import Server

hypothesis.settings.register_profile("quick", max_examples=50, deadline=None, derandomize=True)
hypothesis.settings.register_profile("thorough", max_examples=500, deadline=None, derandomize=True)
hypothesis.settings.register_profile("hunt", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

MOST_WORKERS = 16  # each costs two seconds of imports, and 200 MB


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Two workers for each core where a folder or more is run, and the command line says nothing else.

    Not by addopts: with these, `-p no:xdist` would be refused for the unknown option -n.
    """
    says_nothing = getattr(config.option, "numprocesses", 0) is None and config.option.dist == "no"
    is_worker = hasattr(config, "workerinput")
    if says_nothing and not is_worker and any(Path(arg.partition("::")[0]).is_dir() for arg in config.args):
        config.option.numprocesses = min(
            2 * cores(), MOST_WORKERS
        )  # half of the time is waiting, for processes and servers
        config.option.dist = "loadscope"


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """pytest-xdist's hook: tests go to the workers one by one, but those that share a module's fixture together.

    Not by the mark xdist_group: pytest-xdist 3.8 does not see it with pytest 9.2 (its issue 1386).
    """
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if shares_a_fixture(config.rootpath / file) else nodeid

    return Scheduling(config, log) if config.option.dist == "loadscope" else None


@cache
def shares_a_fixture(file: Path) -> bool:
    """Whether a test module has a fixture that is made once for the module, or needs a database server."""
    text = file.read_text(encoding="utf-8")
    return 'scope="module"' in text or "database_url" in text or "postgres_server" in text


@pytest.fixture
def server() -> Iterator[Server]:
    """A web server of the test's own; its robots.txt allows everything."""
    with Server() as running:
        running.page("/robots.txt", "", content_type="text/plain")
        yield running


@pytest.fixture(autouse=True)
def nothing_is_left_running() -> Iterator[None]:
    """Fails a test that leaves a process behind, and ends the process."""
    yield
    left = FORKER.end_all()
    assert left == [], f"still running after the test: {left}"
