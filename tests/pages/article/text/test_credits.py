"""Lines at the ends of a text that say again who wrote it and when; all names are invented."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.article.text.credits import COLLEAGUES_HAN, HAN_LABELS, WIDE, Said, is_said, without_credits
from snapshot_crawler.pages.dates.times import find_times
from snapshot_crawler.pages.outline import lay_out
from snapshot_crawler.pages.page import Page

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
SAID = Said(
    ("Ada Winterbourne", "王小明"), ("Harbour Post", "样例日报"), partial(find_times, fetched_at=NOW), frozenset()
)
TEXT = [
    "The old landing is to open again in April, the council said on Thursday.",
    "A boat will cross six times a day until the end of October, and no cars.",
    "Not everybody in the lane is pleased with what was decided on that night.",
]


@pytest.mark.parametrize(
    "text",
    [
        "By Ada Winterbourne, Harbour Post",
        "Von Ada Winterbourne, NDX",
        "Stand: 14.03.2026 10:30 Uhr",
        "Por: Ada Winterbourne | 14 de marzo de 2026 | 4:35 p. m.",
        "Publié le samedi 14 mars 2026 à 18h05",
        "Haber: Ada Winterbourne Giriş: 14.03.2026 - 09:21 Güncelleme: 14.03.2026 - 11:00",
        "样例日报 2026-03-14 18:20:00 来源：样例日报 评论：0 条",
        "（样例日报记者 王小明）",
        "記者王小明／台北報導",
        "文 | 王小明",
        "编辑 | 李华",
    ],
)
def test_a_line_that_the_record_says_already_is_no_text(text: str) -> None:
    assert is_said(text, SAID, is_foot=False)


@pytest.mark.parametrize(
    "text",
    [
        "Ada Winterbourne has run the chandlery beside the landing for thirty years.",
        "What happened on 14 March 2026 at the landing",
        "王小明：给旧桥看病的人，一辈子都在桥底下",
        "样例日报社举办读者开放日活动",
        "Open from 9.30 a.m.",
    ],
)
def test_a_line_that_says_more_stays(text: str) -> None:
    assert not is_said(text, SAID, is_foot=False) and not is_said(text, SAID, is_foot=True)


@pytest.mark.parametrize("text", ["样例日报", "2026年3月10日", "Harbour Post"])
def test_at_the_foot_a_house_and_a_day_may_sign_a_notice(text: str) -> None:
    assert is_said(text, SAID, is_foot=False) and not is_said(text, SAID, is_foot=True)


def test_the_clocks_of_a_ticker_are_no_text_and_those_of_a_table_are() -> None:
    marks = "<p>08:15</p><p>88 min</p><p>90' +4</p><p>------</p>"
    markup = f"<p>{TEXT[0]}</p>{marks}<p>{TEXT[1]}</p><table><tr><td>09:30</td></tr></table><p>{TEXT[2]}</p>"
    kept = without_credits(lay_out(LexborHTMLParser(markup).body).blocks, SAID)
    assert [block.text for block in kept] == [*TEXT[:2], "09:30", TEXT[2]]


def test_only_the_first_line_behind_a_picture_may_be_its_caption() -> None:
    body = "".join(f"<p>{text}</p>" for text in TEXT)
    page = f"<title>The landing opens again</title><h1>The landing opens again</h1><img src=a.jpg>{{}}{body}"
    for line, is_kept in (("<p>File photo of the landing</p>", False), ("<p>It was time, they said.</p>", True)):
        reading = read_article(
            Page.from_bytes(page.format(line).encode(), url="http://post.example/a", fetched_at=NOW), known=True
        )
        assert reading is not None and reading.article is not None
        assert reading.article.body.startswith("It was time") == is_kept
        assert reading.article.body.endswith(TEXT[2])


@settings(max_examples=100)
@given(st.sampled_from([HAN_LABELS, COLLEAGUES_HAN]).flatmap(lambda labels: st.from_regex(labels.compiled)))
def test_no_label_of_wide_characters_is_without_one(text: str) -> None:
    assert WIDE.search(text)
