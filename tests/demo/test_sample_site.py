"""The sample site is what it promises: many invented articles, the same at every start, in the markup of real sites."""

from __future__ import annotations

import hashlib
import http.client
from collections import Counter
from itertools import combinations
from urllib.request import urlopen

import pytest

from snapshot_crawler.demo.layouts import article_page
from snapshot_crawler.demo.pages import SitePages
from snapshot_crawler.demo.server import SampleServer
from snapshot_crawler.demo.stories import BROKEN, CATEGORIES, FLAWS_ONCE, LAYOUTS, SampleSite, sample_site

SITE = sample_site()


def words(text: str) -> set[str]:
    return {text[start : start + 5] for start in range(len(text) - 4)}


def test_there_are_enough_articles_in_enough_categories() -> None:
    per_category = Counter(story.slug for story in SITE.articles)
    assert len(SITE.articles) >= 200
    assert len(per_category) >= 5
    assert min(per_category.values()) >= 20


def test_every_start_gives_the_same_site() -> None:
    one, other = SampleSite(), SampleSite()
    assert one.stories == other.stories
    digest = hashlib.sha256("".join(story.title + story.body for story in one.stories.values()).encode()).hexdigest()
    assert digest.startswith("a7d4e09d84ec"), (
        "the demo's articles have changed: put the new digest here if that was meant"
    )


def test_different_articles_have_little_text_in_common() -> None:
    shingles = [words(story.body) for story in SITE.articles]
    assert max(len(one & other) / len(one | other) for one, other in combinations(shingles, 2)) < 0.4


def test_rows_are_half_untitled_and_related_ones_begin_with_three_dots() -> None:
    related = [row for story in SITE.stories.values() for row in story.related]
    more = [row for story in SITE.stories.values() for row in story.more]
    assert 0.4 < sum(row.title is None for row in related) / len(related) < 0.6
    assert 0.1 < sum(row.title is None for row in more) / len(more) < 0.4
    assert all(row.snippet.startswith("...") for row in related)


def test_some_articles_stand_in_no_list() -> None:
    unlisted = [story for story in SITE.articles if not story.is_listed]
    linked = {row.target for story in SITE.articles for row in (*story.related, *story.more)}
    assert len(unlisted) >= 20
    assert {story.name for story in unlisted} <= linked


def test_all_layouts_flaws_and_copies_are_there() -> None:
    assert {story.layout for story in SITE.articles} == set(LAYOUTS)
    assert {story.flaw for story in SITE.stories.values()} == {None, *FLAWS_ONCE, *BROKEN}
    copies = [story for story in SITE.stories.values() if story.copy_of]
    changed = [story for story in copies if story.body != SITE.stories[story.copy_of or ""].body]
    assert len(copies) - len(changed) >= 5
    assert len(changed) >= 2
    assert {story.original_shown for story in SITE.articles} >= {"", "阅读原文"}


def test_old_pages_are_written_in_what_they_do_not_declare() -> None:
    old = [story for story in SITE.articles if story.charset == "gb18030"]
    assert {story.declared for story in old} == {"gb2312", None}
    pages = [article_page(story, SITE) for story in old]
    with pytest.raises(UnicodeEncodeError):
        "".join(pages).encode("gb2312")
    assert all("<p>" not in page for page in pages)


def test_a_page_that_fails_once_is_well_the_second_time() -> None:
    pages = SitePages()
    flawed = {story.flaw: story.path for story in SITE.stories.values() if story.flaw in FLAWS_ONCE}
    assert pages.answer(flawed["error-once"]).status == 500
    assert pages.answer(flawed["cut-once"]).missing_bytes > 0
    for path in flawed.values():
        again = pages.answer(path)
        assert (again.status, again.missing_bytes) == (200, 0)


def test_every_list_page_is_linked_from_the_one_before() -> None:
    pages = SitePages()
    for slug in CATEGORIES:
        path, seen = f"/list/{slug}/", 0
        while path:
            seen += 1
            html = pages.answer(path).body.decode()
            following = f"/list/{slug}/{seen + 1}.html"
            path = following if f'<a href="{following}">下一页</a>' in html else ""
        assert seen == 2


def test_the_server_answers_on_loopback_and_stops_by_itself() -> None:
    with SampleServer() as server:
        with urlopen(server.url, timeout=5) as answer:
            assert answer.status == 200
            assert "拾页快照" in answer.read().decode()
        with urlopen(server.url + "style.css", timeout=5) as answer:
            assert answer.headers["Content-Type"] == "text/css"
        cut = next(story for story in SITE.stories.values() if story.flaw == "cut")
        connection = http.client.HTTPConnection(server.address, timeout=5)
        connection.request("GET", cut.path)
        with pytest.raises(http.client.IncompleteRead):
            connection.getresponse().read()
        connection.close()
    with pytest.raises(OSError):
        urlopen(server.url, timeout=1)
