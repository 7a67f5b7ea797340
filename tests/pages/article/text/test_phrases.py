"""The tables of words: names and lines that each of them is for, and their neighbours that they must let through."""

from __future__ import annotations

import re

import pytest

from snapshot_crawler.lazy_pattern import LazyPattern
from snapshot_crawler.pages.article.text import notice_words, phrases
from snapshot_crawler.pages.article.text.trimming import CREDIT, NOTICE
from snapshot_crawler.pages.article.text.weights import BESIDE, END
from snapshot_crawler.pages.needed import GuardedTable

TABLES = {"BESIDE": BESIDE, "END": END, "CREDIT": CREDIT, "NOTICE": NOTICE}


@pytest.mark.parametrize(
    ("table", "known", "unknown"),
    [
        (
            BESIDE,
            ["comment-list", "left_nav", "side", "ad_box", "paihang", "author--bio", "zan"],
            ["inside", "download"],
        ),
        (
            END,
            ["相关阅读：", "【延伸阅读】", "责任编辑：某某", "Comments (3)", "Mehr zum Thema"],
            ["他说，相关阅读很多"],
        ),
        (
            CREDIT,
            ["来 源：样例报", "原标题：桥", "作者", "Photo: A", "编  辑：甲"],
            ["作者认为，桥很好", "By the river"],
        ),
        (
            NOTICE,
            ["长按二维码关注", "未经本报授权", "本文系某某原创", "Sign up for our letter"],
            ["关注天气", "He signed up"],
        ),
    ],
)
def test_a_table_knows_its_own_and_no_other(
    table: LazyPattern | GuardedTable, known: list[str], unknown: list[str]
) -> None:
    assert [text for text in known if not table.search(text)] == []
    assert [text for text in unknown if table.search(text)] == []


@pytest.mark.parametrize("name", TABLES)
def test_no_entry_stands_twice_and_each_is_a_pattern(name: str) -> None:
    entries: tuple[str, ...] = getattr(notice_words if name == "NOTICE" else phrases, name)
    assert len(entries) == len(set(entries)) and all(map(re.compile, entries))
