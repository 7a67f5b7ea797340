"""Comments, captions and forms are told by what they look like, whatever their boxes are called."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
TEXT = [
    "The old landing is to open again in April, the council said on Thursday, after eleven years behind a fence.",
    "A boat will cross six times a day until the end of October, with forty passengers at most, and no cars at all.",
    "Not everybody in the lane is pleased with what was decided on that night, and some have asked for a limit.",
]
ANSWER = "<p>I remember the old boat very well, and how my father used to call over to the other side for it.</p>"


def body_of(behind: str = "", before: str = "") -> list[str]:
    page = f"<title>The landing opens again</title><div class=q1><h1>The landing opens again</h1>{before}"
    page += "".join(f"<p>{text}</p>" for text in TEXT) + behind + "</div>"
    reading = read_article(Page.from_bytes(page.encode(), url="http://post.example/a", fetched_at=NOW), known=True)
    assert reading is not None and reading.article is not None
    return reading.article.body.split("\n\n")


@pytest.mark.parametrize(
    "head",
    [
        "<p>{} on March {}, 2026 at 4:4{} pm said:</p>",
        "<p># re: the landing 2026-03-1{1} 12:4{2} {0}</p>",
        "<div>{} · {} hours ago {}</div>",
    ],
)
def test_names_with_a_full_time_above_running_text_begin_the_comments(head: str) -> None:
    names = ("Ada", "Milan", "Catherine W.")
    answers = "".join(head.format(name, n + 1, n) + 2 * ANSWER for n, name in enumerate(names))
    assert body_of(f"<div class=q2>{answers}</div>") == TEXT


def test_a_tickers_entries_are_no_comments() -> None:
    entries = "".join(
        f"<p>14 March 2026, 10:4{n}</p><p>{n} more boats have come in, and the lane is full.</p>" for n in range(4)
    )
    assert sum("more boats" in text for text in body_of(entries)) == 4


def test_the_turns_of_an_interview_are_no_comments() -> None:
    turns = "".join(
        f"<p>{('Host', 'Guest')[n % 2]} 2026-03-14 10:4{n}</p><p>{n} more boats have come in, and the lane is full.</p>"
        for n in range(6)
    )
    assert sum("more boats" in text for text in body_of(turns)) == 6


def test_a_line_that_repeats_the_pictures_own_words_is_its_caption() -> None:
    words = "Maud Ellery, left, and a neighbour stand beside the old landing at Harrow Point on Thursday, March 12."
    assert body_of(before=f'<img src=a.jpg alt="{words}"><p>{words}</p><p>{words}</p><p>Photo: A. Nobody</p>') == TEXT


def test_a_form_below_the_text_is_none_and_one_around_the_page_is_no_matter() -> None:
    form = "<form><p>Please fill in all fields, so that your comment can be shown.</p><textarea></textarea></form>"
    assert body_of(form) == TEXT


@pytest.mark.parametrize("label", ["Related", "Baca juga", "相关阅读"])
def test_a_label_with_a_link_between_paragraphs_does_not_end_the_text(label: str) -> None:
    first, *others = [f"{TEXT[0]} It is the third time in eleven years.", *(text[:70] + "." for text in TEXT[1:])]
    inside = f"<p>{first}</p><p><strong>{label}: <a href=/b>A ferry for the winter</a></strong></p>"
    page = "<title>The landing opens again</title><h1>The landing opens again</h1><div>14 March 2026 | 10:40</div>"
    page += f"<div class=t>{inside}{''.join(f'<p>{text}</p>' for text in others)}</div><p>Share: <a href=#w>W</a></p>"
    reading = read_article(Page.from_bytes(page.encode(), url="http://post.example/a", fetched_at=NOW), known=True)
    assert reading is not None and reading.article is not None
    assert reading.article.body.split("\n\n") == [first, *others]


def test_a_label_by_itself_does() -> None:
    rows = "".join(f"<p><a href=/{n}>A ferry for winter number {n}</a></p><p>{TEXT[n][:70]}</p>" for n in range(3))
    assert body_of(f"<h4>相关阅读</h4>{rows}") == TEXT
