"""The demo's check names what is missing, doubled, wrong or untold, and passes what is right."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from snapshot_crawler.demo.check import expected, faults
from snapshot_crawler.demo.stories import sample_site

SITE = sample_site()
ADDRESS = "http://127.0.0.1:8000/"
FOUND = {"kind": "listing", "url": ADDRESS}
RIGHT = [{**expected(story, SITE, ADDRESS), "discovered_by": FOUND} for story in SITE.articles]
TOLD = [{"url": ADDRESS.rstrip("/") + story.path} for story in SITE.stories.values() if not story.is_article]


def check(records: list[dict[str, Any]], rejected: list[dict[str, Any]] = TOLD) -> list[str]:
    return faults(records, rejected, SITE, ADDRESS)


def test_what_the_site_states_is_right() -> None:
    assert check(RIGHT) == []


def test_the_copy_may_be_published_in_place_of_its_original() -> None:
    twin = next(story for story in SITE.stories.values() if story.copy_of)
    records = [record for record in RIGHT if record["id"] != twin.copy_of]
    assert check([*records, {**expected(twin, SITE, ADDRESS), "discovered_by": FOUND}]) == []


def test_a_missing_article_is_named() -> None:
    (fault,) = check(RIGHT[1:])
    assert SITE.articles[0].title in fault
    assert "0 times" in fault


def test_a_doubled_article_is_named() -> None:
    (fault,) = check([*RIGHT, RIGHT[5]])
    assert SITE.articles[5].title in fault
    assert "2 times" in fault


@pytest.mark.parametrize("name", [*expected(SITE.articles[0], SITE, ADDRESS), "discovered_by"])
def test_every_wrong_field_is_named(name: str) -> None:
    wrong = copy.deepcopy(RIGHT)
    wrong[3][name] = "something else"
    found = check(wrong)
    assert any(name in fault or "published" in fault for fault in found)


def test_a_page_that_is_no_article_must_not_be_published() -> None:
    (fault,) = check([*RIGHT, {"id": "f" * 40, "url": ADDRESS + "about.html"}])
    assert "about.html" in fault


def test_a_broken_page_must_not_vanish() -> None:
    (fault,) = check(RIGHT, TOLD[1:])
    assert TOLD[0]["url"] in fault
