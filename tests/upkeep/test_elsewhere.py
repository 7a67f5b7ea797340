"""A take-down that is ordered on one machine, where several share a database: obeyed on all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.dedup.tombstones import Tombstones
from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.runs.lease import Lease
from snapshot_crawler.upkeep.order import only_one, open_orders
from snapshot_crawler.upkeep.takedown import TakeDown, complete_for
from tests.crash.site import NewsSite
from tests.crawling import crawl
from tests.process import scrapy
from tests.upkeep.test_takedown import files_with, story_of, words_of


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=6, hidden_every=0) as running:
        yield running


@pytest.fixture
def machines(site: NewsSite, quick_database_url: str, tmp_path: Path) -> list[dict[str, Any]]:
    """The settings of two machines. Both have crawled the site, the second before it came to the database."""
    found = []
    for name in ("one", "two"):
        settings = {"DATA_DIR": str(tmp_path / name / "data"), "DATABASE_URL": quick_database_url}
        more = {"JOB_NAME": name, "FEEDS": None, **settings}
        if name == "two":
            more["DATABASE_URL"] = ""
        crawl("snapshot", site.url(), tmp_path / name, allowed=site.address, **more)
        found.append(settings)
    return found


def take_down(settings: dict[str, Any], *asked: str) -> None:
    work = TakeDown(settings, lambda line: None)
    with only_one(work.root):
        target, found = work.look(asked, whole_story=False)
        work.complete(work.begin(list(asked), "a court's order", target, found))


def test_an_order_is_obeyed_on_every_machine(site: NewsSite, machines: list[dict[str, Any]]) -> None:
    one, two = machines
    story = story_of(site)
    folders = [Path(each["DATA_DIR"]).parent for each in machines]
    assert all(files_with(folder, words_of(story)) for folder in folders), "or the test shows nothing"
    take_down(one, site.url(f"/detail/{story.name}.html"))
    assert files_with(folders[0], words_of(story)) == []
    with closing(Tombstones(Path(two["DATA_DIR"]), two)) as tombstones:
        assert tombstones.of_name(story.name, None) is not None, "kept out there at once"
    work = TakeDown(two, lambda line: None)
    with only_one(work.root):
        assert (work.obey(), work.obey()) == (1, 0)
    assert files_with(folders[1], words_of(story)) == []
    assert open_orders(work.root) == []
    (log,) = (work.root / "takedown").glob("*.json")
    told = json.loads(log.read_text())
    assert (told["reason"], told["state"], bool(told["origin"])) == ("a court's order", "done", True)
    first = TakeDown(one, lambda line: None)
    with only_one(first.root):
        assert first.obey() == 0, "its own order does not come back"


def test_a_crawl_that_begins_obeys_for_its_own_job_too(site: NewsSite, machines: list[dict[str, Any]]) -> None:
    one, two = machines
    story = story_of(site, 3)
    take_down(one, story.name)
    root = Path(two["DATA_DIR"])
    with Lease(root / "leases" / "two.json", "two"):
        complete_for(two, "two")
    assert files_with(root.parent, words_of(story)) == []
    assert open_orders(root) == []


def test_the_command_obeys_without_an_address(site: NewsSite, machines: list[dict[str, Any]]) -> None:
    one, two = machines
    story = story_of(site, 2)
    root = Path(two["DATA_DIR"])
    given = [word for name, value in two.items() for word in ("-s", f"{name}={value}")]
    take_down(one, story.name)
    assert scrapy("takedown", "--obey", story.name, *given).returncode == 2
    with Lease(root / "leases" / "two.json", "two"):
        assert scrapy("takedown", "--obey", *given).returncode == ExitCode.LOCK_HELD, "its job is being crawled"
    done = scrapy("takedown", "--obey", *given)
    assert done.returncode == 0 and "nothing is left to be done here" in done.stdout, done.stderr
    assert files_with(root.parent, words_of(story)) == []
