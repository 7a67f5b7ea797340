"""Runs after the first, by the real command: what is new and nothing else, on a site that changes between them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crash.run import NO_FAULTS, Job
from tests.crash.site import ROWS_PER_PAGE, SLUGS, NewsSite
from tests.marks import first_is_quick
from tests.process import LONGEST_RUN_S

ARTICLES = 150
MANY = 400  # where it is said what share of the pages a run may ask for


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=ARTICLES) as running:
        yield running


@pytest.fixture
def large_site() -> Iterator[NewsSite]:
    with NewsSite(articles=MANY) as running:
        yield running


def run(job: Job) -> list[str]:
    """Run the job to its end; the pages it asked for."""
    before = len(job.site.asked)
    assert job.run() == 0, job.log()
    return job.site.asked[before:]


def articles_of(pages: list[str]) -> list[str]:
    return [path for path in pages if path.startswith("/detail/")]


def report(job: Job) -> dict[str, Any]:
    """The newest run's."""
    newest = max((job.data / "runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    found: dict[str, Any] = json.loads(newest.read_text())
    return found


def test_a_site_without_news_costs_a_fiftieth_of_the_first_run(large_site: NewsSite, tmp_path: Path) -> None:
    job = Job(large_site, tmp_path)
    first = run(job)
    lines = job.lines()
    for _ in range(3):
        cached = large_site.cached
        again = run(job)
        assert len(again) <= 0.02 * len(first), again
        assert large_site.cached - cached == len(again), "every list was asked for with its ETag"
        assert job.lines() == lines


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_new_articles_are_found_wherever_a_list_shows_them(site: NewsSite, tmp_path: Path, seed: int) -> None:
    """At the top of lists, in a burst over several pages, among rows of the first page, from another article only."""
    job, dice = Job(site, tmp_path), random.Random(seed)
    run(job)
    run(job)
    new = [site.insert(slug, place=dice.randrange(ROWS_PER_PAGE), seed=f"row {slug}") for slug in SLUGS]
    new += [site.insert(SLUGS[seed], place=0, seed=f"burst {number}") for number in range(ROWS_PER_PAGE * 2)]
    new.append(site.insert(SLUGS[seed], place=None, seed="linked from the newest article alone"))
    asked = run(job)
    assert sorted(articles_of(asked)) == sorted(story.path for story in new), "each once, and no other"
    assert job.faults() == NO_FAULTS
    assert report(job)["articles"]["new"] == len(new)


def test_paging_ends_one_page_behind_the_known_rows(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    run(job)
    site.insert("city", place=0, seed="one more")
    lists = [path for path in run(job) if path not in site.stories]
    assert sorted(path for path in lists if "city" in path) == ["/list/city/", "/list/city/2.html"]


@pytest.mark.slow
def test_rows_that_shift_while_the_list_is_read_are_not_missed(site: NewsSite, tmp_path: Path) -> None:
    """New articles come in after the first page was read and push old rows to later pages."""
    job = Job(site, tmp_path)
    process = job.start()
    for number in range(12):
        while process.poll() is None and len(site.requests) < 20 * (number + 1):
            pass
        site.insert("city", place=0, seed=f"while reading {number}")
    assert process.wait(LONGEST_RUN_S) == 0, job.log()
    run(job)
    assert job.faults() == NO_FAULTS


@pytest.mark.slow
def test_articles_deep_in_a_list_are_found_in_time(large_site: NewsSite, tmp_path: Path) -> None:
    """Nothing changes on the first pages; later ones are looked at in turn, a few a run."""
    job = Job(large_site, tmp_path)
    first = run(job)
    large_site.insert("city", place=ROWS_PER_PAGE * 4 + 3, seed="deep down")
    for _ in range(len(first)):
        again = run(job)
        assert len(again) <= 0.02 * len(first) + 3
        if job.faults() == NO_FAULTS:
            return
    raise AssertionError("never found")


def test_full_crawls_everything_anew_and_publishes_what_changed(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    first = run(job)
    changed = list(site.stories.values())[7]
    changed.edition += 1
    job.arguments = ["-a", "full=1"]
    assert sorted(set(run(job))) == sorted(set(first))
    assert job.faults() == {**NO_FAULTS, "doubled": 1}
    last = json.loads(job.lines()[-1])
    assert (last["id"], last["version"]) == (changed.name, 2)
    assert last["supersedes"], "it names the version before"


@pytest.mark.slow
def test_young_articles_are_looked_at_again_and_a_change_is_version_2(site: NewsSite, tmp_path: Path) -> None:
    century = 100 * 365 * 86_400  # the site's articles are some years old
    job = Job(site, tmp_path, settings={"RECHECK_WITHIN": century, "RECHECK_EVERY": 0})
    run(job)
    changed = list(site.stories.values())[7]
    changed.edition += 1
    cached = site.cached
    assert len(articles_of(run(job))) == ARTICLES
    assert site.cached - cached >= ARTICLES - 1, "asked for with their ETags"
    assert json.loads(job.lines()[-1])["version"] == 2
    assert len(job.lines()) == ARTICLES + 1


@pytest.mark.parametrize(
    "settings",
    first_is_quick(
        [
            {"RECHECK_WITHIN": 86_400, "RECHECK_EVERY": 0},
            {"RECHECK_WITHIN": 10**10, "RECHECK_EVERY": 3600},
        ]
    ),
)
def test_old_articles_and_just_fetched_ones_are_left_alone(
    site: NewsSite, tmp_path: Path, settings: dict[str, int]
) -> None:
    job = Job(site, tmp_path, settings=settings)
    run(job)
    assert articles_of(run(job)) == []


@pytest.mark.slow
def test_a_start_page_that_was_away_for_long_is_tried_in_every_run(site: NewsSite, tmp_path: Path) -> None:
    job = Job(site, tmp_path)
    answer, site.fallback = site.fallback, None
    codes = [job.run() for _ in range(5)]
    assert codes == [7] * 5, job.log()
    site.fallback = answer
    run(job)
    assert job.faults() == NO_FAULTS


@pytest.mark.slow
def test_a_redirect_is_followed_once_and_never_held_for_a_failure(site: NewsSite, tmp_path: Path) -> None:
    """To a page that is known, to one that is new, and to itself for a cookie."""
    job, paths = Job(site, tmp_path), list(site.stories)
    hidden = site.insert("city", place=None, seed="reached by a redirect alone")
    site.lists["city"][0].related.remove(hidden.path)
    for number, target in enumerate((paths[3], hidden.path)):
        old = f"/detail/{number:040x}.html"
        site.moved[old] = target
        site.extra_rows.append(old)
    site.moved_once[paths[8]] = paths[8]
    asked = run(job)
    assert job.faults() == NO_FAULTS, job.log()
    assert {path: asked.count(path) for path in (paths[3], hidden.path, paths[8])} == {
        paths[3]: 1,
        hidden.path: 1,
        paths[8]: 2,
    }
    assert articles_of(run(job)) == [], "nothing is tried again"
