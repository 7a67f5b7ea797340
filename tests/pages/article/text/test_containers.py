"""The usual place of a site's texts: found, remembered, and told to be gone, empty or neither."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.article.text.containers import Containers, usual_of
from snapshot_crawler.pages.page import Page

TEXT = "".join(
    f"<p>第{i}段。河道清淤工程昨日进入第二阶段，施工人员沿岸铺设防护网，附近居民可以从北侧便道通行。</p>"
    for i in range(8)
)


def page(inside: str) -> Page:
    html = f"<html><head><title>河道清淤进入第二阶段</title></head><body><h1>河道清淤进入第二阶段</h1><p>2026-01-01 08:30</p>{inside}</body></html>"
    return Page.from_bytes(html.encode(), url="https://news.example/a/1", fetched_at=datetime(2026, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("markup", "selector"),
    [
        (f'<div id="text">{TEXT}</div>', "div#text"),
        (f'<div class="story wide">{TEXT}</div>', "div.story"),
        (
            f'<section class="body"><div class="css-19fk2a">{TEXT}</div></section>',
            "section.body",
        ),  # made anew each time
        (f"<div>{TEXT}</div>", None),
    ],
)
def test_the_nearest_element_with_a_lasting_name_is_the_container(markup: str, selector: str | None) -> None:
    reading = read_article(page(markup))
    assert reading is not None and reading.container == selector


@pytest.mark.parametrize(
    ("markup", "says", "gone", "empty"),
    [
        (f'<div class="other">{TEXT}</div>', "div#text is gone", 1, 0),
        ('<div id="text"><p></p></div>', "div#text is there, empty", 0, 1),
        (f'<div id="text">{TEXT}</div>', "no article can be read from the usual container", 0, 0),
    ],
)
def test_what_became_of_the_usual_container_is_told(markup: str, says: str, gone: int, empty: int) -> None:
    containers = Containers()
    containers.usual = ["div#text"]
    assert says in containers.missing(page(markup))
    assert (containers.gone, containers.empty) == (gone, empty)


def test_without_a_history_nothing_is_said_of_containers() -> None:
    assert Containers().missing(page("")) == "no article can be read from it"


def test_rare_containers_are_not_usual() -> None:
    assert usual_of(Counter({"div.a": 90, "div.b": 15, "div.c": 2})) == ["div.a", "div.b"]
