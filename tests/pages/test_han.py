"""Words of the tables are found in both ways of writing Chinese, and nothing moves in the text."""

from __future__ import annotations

import re

import opencc
import pytest

from snapshot_crawler.pages import refusal
from snapshot_crawler.pages.article import author_words, published_words, source_words
from snapshot_crawler.pages.article.source import LABEL
from snapshot_crawler.pages.article.text import credit_words, notice_words, phrases
from snapshot_crawler.pages.article.text.trimming import CREDIT, NOTICE
from snapshot_crawler.pages.article.text.weights import END
from snapshot_crawler.pages.han import OTHER_FORMS, HanPattern, both_spellings
from snapshot_crawler.pages.lists import link_words
from snapshot_crawler.pages.needed import GuardedTable


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("责任?编辑", "責任編輯：某某", "責任編輯"),
        ("[社网报]$", "樣例晚報", "報"),
        (r"[^\]报]$", "樣例晚報", None),  # a class that excludes a sign excludes its other form
        (r"\[报\]", "[報]", "[報]"),
        (r"(?<!华)东", "華東", None),
        ("延伸阅读", "延伸閱讀", "延伸閱讀"),
        ("文", "文", "文"),
    ],
)
def test_a_simplified_word_finds_its_traditional_form(pattern: str, text: str, found: str | None) -> None:
    match = HanPattern(pattern).search(text)
    assert (match[0] if match else None) == found


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (END, "延伸閱讀："),
        (END, "【相關新聞】"),
        (CREDIT, "責任編輯：某某"),
        (NOTICE, "未經授權，請勿轉載"),
        (LABEL, "資料來源：樣例報"),
    ],
)
def test_the_readers_know_lines_of_taiwan_and_hong_kong(table: HanPattern | GuardedTable, line: str) -> None:
    assert table.search(line)


def test_every_character_of_the_tables_has_its_other_forms() -> None:
    tables = [
        value
        for room in (
            phrases,
            credit_words,
            notice_words,
            author_words,
            published_words,
            source_words,
            link_words,
            refusal,
        )
        for value in vars(room).values()
    ]
    words = "".join(word for table in tables if isinstance(table, tuple | list) for word in table)
    used = sorted({character for character in words if "\u4e00" <= character <= "\u9fff"})
    traditional = opencc.OpenCC("s2tw")
    missing = [one for one in used if traditional.convert(one) not in OTHER_FORMS.get(one, one) + one]
    assert missing == []


def test_a_pattern_stays_a_pattern() -> None:
    for pattern in (r"[\u4e00-\u9fff]{2,4}", r"(?P<names>[^\n|｜\]】）)]{2,60})", r"[^（(]责", r"[]报]"):
        re.compile(both_spellings(pattern))
