"""Every exit code that docs/operating.md lists, reached by the real command; 10 (drift) is in test_drift.py's care.

4, 8 and 9 (interrupted, lock held, output failed) are in tests/crash.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import ExitCode
from tests.crash.run import NO_FAULTS, Job
from tests.crash.site import NewsSite

RAISES = """
from snapshot_crawler.spiders.snapshot import SnapshotSpider

class Raising(SnapshotSpider):
    name = "raising"

    def parse(self, response):
        if "/detail/" in response.url:
            raise LookupError("a mistake of the site's own code")
        yield from super().parse(response)
"""
DIES = """
from scrapy import Spider

class Dying(Spider):
    name = "dying"

    async def start(self):
        raise LookupError("before the first request")
        yield
"""


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=40, hidden_every=0) as running:
        yield running


def report(job: Job) -> dict[str, Any]:
    """The newest run's."""
    newest = max((job.data / "runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    found: dict[str, Any] = json.loads(newest.read_text())
    return found


def last_words(job: Job) -> str:
    return job.log().splitlines()[-1]


class OwnSpider(Job):
    """A job of a spider from a package of its own."""

    spider = ""

    def command(self) -> list[str]:
        words = super().command()
        words[words.index("snapshot")] = self.spider
        if self.spider == "dying":
            del words[words.index("-a") : words.index("-a") + 2]
        return [*words, "-s", "SPIDER_MODULES=own_spiders"]


def own_spider(site: NewsSite, folder: Path, name: str, code: str) -> OwnSpider:
    (folder / "own_spiders").mkdir()
    (folder / "own_spiders" / "__init__.py").touch()
    (folder / "own_spiders" / f"{name}.py").write_text(code)
    job = OwnSpider(site, folder, environment={"PYTHONPATH": f"{folder}:{os.environ.get('PYTHONPATH', '')}"})
    job.spider = name
    return job


def test_0_complete_though_single_pages_failed(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    site.broken.update(list(site.stories)[5:8])
    assert job.run() == ExitCode.COMPLETE
    assert "complete: everything was crawled (exit code 0). 37 new articles" in last_words(job)
    found = report(job)
    assert (found["verdict"], found["exit_code"], found["state"]) == ("complete", 0, "ended")
    assert found["requests"]["status 404"] == 3


def test_1_crashed_when_start_raises(site: NewsSite, tmp_path: Path) -> None:
    job = own_spider(site, tmp_path, "dying", DIES)
    assert job.run() == ExitCode.CRASHED
    assert last_words(job).rpartition("] ")[2].startswith("ERROR: crashed"), job.log()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-s", "DOWNLOAD_DELAY=slow"], "DOWNLOAD_DELAY is 'slow'"),
        (["-a", "strat=1"], "did you mean start"),
        (["-s", "DUPLICATES=keep"], "DUPLICATES is 'keep'"),
    ],
)
def test_2_configuration_is_one_line_and_fetches_nothing(
    site: NewsSite, tmp_path: Path, arguments: list[str], words: str
) -> None:
    job = Job(site, tmp_path, arguments=arguments)
    if arguments[0] == "-s":  # the last -s of a command counts
        job.settings = {**job.settings, **dict([arguments[1].split("=")])}
        job.arguments = []
    assert job.run() == ExitCode.CONFIGURATION, job.log()
    assert words in last_words(job) and "Traceback" not in job.log()
    assert site.requests == []


def test_2_state_of_a_newer_version_is_left_alone(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    assert job.run() == 0
    frontier = next((job.data / "frontier").glob("*.sqlite"))
    with sqlite3.connect(frontier) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = frontier.read_bytes()
    assert job.run() == ExitCode.CONFIGURATION
    assert "version 99" in last_words(job) and str(frontier) in last_words(job)
    assert frontier.read_bytes() == before


def test_3_partial_by_a_limit_and_the_next_run_continues(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path, settings={"CLOSESPIDER_ITEMCOUNT": 10})
    assert job.run() == ExitCode.PARTIAL
    assert "partial: ended by closespider_itemcount; run the same command again to continue" in last_words(job)
    job.settings = {}
    assert job.run() == 0
    assert job.faults() == NO_FAULTS


def test_5_no_articles_where_earlier_runs_had_some(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    assert job.run() == 0
    answer, site.fallback = site.fallback, None
    site.page("/", "<html><body><h1>样例快照网</h1><p>网站维护中，请稍后再来。</p></body></html>")
    assert job.run() == ExitCode.NO_ARTICLES, job.log()
    assert "look at the site" in last_words(job)
    del site.routes["/"]
    site.fallback = answer
    site.insert("city", place=0, seed="after the mending")
    assert job.run() == 0, job.log()
    assert job.faults() == NO_FAULTS, "sections that were away for one run are not lost"


def test_5_fewer_articles_than_the_operator_asks_for(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path, settings={"MIN_ARTICLES": 41})
    assert job.run() == ExitCode.NO_ARTICLES
    assert "40 articles, under MIN_ARTICLES=41" in last_words(job)


def test_6_callbacks_that_raise(site: NewsSite, tmp_path: Path) -> None:
    job = own_spider(site, tmp_path, "raising", RAISES)
    assert job.run() == ExitCode.TOO_MANY_ERRORS, job.log()
    assert "mend the spider" in last_words(job)
    found = report(job)
    assert found["callback_errors"] == 40, "a spider's mistake is no trap of the site's"
    assert any("LookupError" in kind for kind in found["examples"]), "by kind, with addresses"
    mended = tmp_path / "own_spiders" / "raising.py"
    mended.write_text(RAISES.replace('if "/detail/" in response.url:', "if False:"))
    assert job.run() == 0, job.log()
    assert job.faults() == NO_FAULTS


def test_6_more_failed_pages_than_the_operator_allows(site: NewsSite, tmp_path: Path) -> None:
    site.hang.update(list(site.stories)[:10])
    settings = {"ERROR_SHARE_MAX": 0.1, "DOWNLOAD_TIMEOUT": 0.5, "RETRY_TIMES": 0}
    job = Job(site, tmp_path, settings=settings)
    assert job.run() == ExitCode.TOO_MANY_ERRORS, job.log()
    assert "ERROR_SHARE_MAX" in last_words(job)


@pytest.mark.parametrize("how", ["status", "refused", "forbidden"])
def test_7_no_start_page(site: NewsSite, tmp_path: Path, how: str) -> None:
    job = Job(site, tmp_path)
    if how == "status":
        site.broken.add("/")
    elif how == "forbidden":
        site.page("/robots.txt", "User-agent: *\nDisallow: /\n", content_type="text/plain")
    else:
        job.settings = {"PRIVATE_NETWORKS_ALLOWED": ""}
    assert job.run() == ExitCode.START_FAILED, job.log()
    assert site.url("/") in last_words(job)
    assert job.run() == ExitCode.START_FAILED, "and no better the second time"
