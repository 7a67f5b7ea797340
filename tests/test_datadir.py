"""Jobs and their names: starts that are different crawls have different ones, and an earlier version's name is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Spider
from scrapy.utils.test import get_crawler

from snapshot_crawler.datadir import LONGEST_JOB_NAME, DataDir, former_job_name, job_name, own_job_name
from snapshot_crawler.exceptions import ConfigurationError, ExitCode
from snapshot_crawler.frontier.former import continued_job
from snapshot_crawler.runs.lease import Lease
from tests.crash.run import NO_FAULTS, Job
from tests.crash.site import NewsSite

NAMES = [
    (None, "news"),
    ("https://people.example/", "news@people.example"),
    ("https://people.example", "news@people.example"),
    ("http://people.example:80/", "news@people.example"),
    ("https://www.people.example:8443/", "news@www.people.example_8443"),
    ("https://people.example/politics/", "news@people.example_politics"),
    ("https://people.example/gb/index.html", "news@people.example_gb_index.html"),
    ("https://a.example/x/, https://b.example/", "news@a.example_x+b.example"),
    ("http://[2001:db8::1]:8080/", "news@_2001_db8__1__8080"),
]
DIFFERENT = [
    "https://p.example/",
    "https://p.example:8080/",
    "https://p.example:8081/",
    "https://p.example/a/",
    "https://p.example/b/",
    "https://p.example/a/b/",
    "https://p.example/a_b/",
    "https://p.example/a?b",
    "https://p.example/?a=1",
    "https://p.example/?a=2",
    "https://p.example/A/",
    "https://p.example/%E4%B8%AD/",
    "https://p.example/%E6%96%87/",
    "https://p.example/a/,https://p.example/b/",
    "https://p.example/" + "long/" * 40,
    "https://p.example/" + "long/" * 41,
]


@pytest.mark.parametrize(("start", "name"), NAMES)
def test_a_job_is_named_after_spider_and_start(start: str | None, name: str) -> None:
    assert job_name("news", start) == name


def test_starts_that_are_different_crawls_have_different_names_that_are_safe_as_file_names() -> None:
    names = {job_name("news", start).lower() for start in DIFFERENT}
    assert len(names) == len(DIFFERENT)
    assert all(len(name) <= LONGEST_JOB_NAME and name.isascii() and not set(name) & set("/\\:?*%&=") for name in names)


def test_the_order_of_several_starts_does_not_matter() -> None:
    assert job_name("news", "http://a.example/x/,http://b.example/") == job_name(
        "news", "http://b.example/, http://a.example/x/"
    )


@pytest.mark.parametrize("name", ["新华", "news@people.example", "_1", "a" * 150])
def test_an_own_name_is_taken_as_it_is(name: str) -> None:
    assert own_job_name(name) == name


@pytest.mark.parametrize("name", ["..", ".hidden", "-a", "a/b", "a b", "", "a" * 151, "新" * 51])
def test_an_own_name_that_can_be_no_file_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="JOB_NAME is"):
        own_job_name(name)


# --- With the real command
@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=12, hidden_every=0) as running:
        yield running


def test_another_start_of_a_host_is_crawled_while_the_first_is(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    other_start = continued_job(job.data, "snapshot", "http://127.0.0.1:9/")
    with Lease(job.data / "leases" / f"{other_start}.json", other_start):
        assert job.run() == ExitCode.COMPLETE, job.log()
    own_start = continued_job(job.data, "snapshot", site.url())
    with Lease(job.data / "leases" / f"{own_start}.json", own_start):
        assert job.run() == ExitCode.LOCK_HELD, job.log()


def test_a_job_of_an_earlier_version_is_continued_under_its_old_name(site: NewsSite, tmp_path: Path) -> None:
    """The setting makes the first run leave what the earlier version left: state under the host's name alone."""
    old_name = former_job_name("snapshot", site.url())
    job = Job(site, tmp_path, output=None, settings={"JOB_NAME": old_name})
    assert job.run() == 0, job.log()
    job.settings = {}
    new = site.insert("city", place=0, seed="after the upgrade")
    before = len(site.asked)
    assert job.run() == 0, job.log()
    assert [path for path in site.asked[before:] if "/detail/" in path] == [new.path], "nothing is crawled again"
    assert job.faults() == NO_FAULTS
    assert [path.name for path in (job.data / "frontier").glob("*.sqlite")] == [f"{old_name}.sqlite"]
    assert continued_job(job.data, "snapshot", site.url("/list/city/")) != old_name, "a start that it does not know"
    for kind, name in (("articles", old_name), ("leases", f"{old_name}.json"), ("drift", f"{old_name}.json")):
        assert [path.name for path in (job.data / kind).iterdir()] == [name]


def test_everything_goes_by_an_own_name(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path, output=None, settings={"JOB_NAME": "morning"})
    assert job.run() == 0, job.log()
    for kind in ("frontier", "articles", "leases", "drift", "runs"):
        assert all(path.name.startswith("morning") for path in (job.data / kind).iterdir()), kind
    job.settings = {"JOB_NAME": "../morning"}
    assert job.run() == ExitCode.CONFIGURATION
    assert "JOB_NAME is '../morning'" in job.log() and "Traceback" not in job.log()


def test_runs_of_one_process_in_one_second_have_names_of_their_own(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        crawler = get_crawler(Spider, {"DATA_DIR": str(tmp_path), "JOB_NAME": "daily"})
        crawler.spider = Spider("daily")
        places = DataDir.from_crawler(crawler)
        places.report.parent.mkdir(exist_ok=True)
        places.report.touch()
        names.append(places.run)
    assert len(set(names)) == 3
    assert sorted(f"{name}.json" for name in names)[-1] == f"{names[-1]}.json", "the newest is the last by its name"
