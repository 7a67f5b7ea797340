"""What a row of a list says of its article: headline and time, for the articles whose pages do not say it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.lists.listing import read_listing
from snapshot_crawler.pages.page import Page

ROOT = "http://www.zhuqi.example.cn/"
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HEADLINES = ["竹编技能大赛报名工作启动", "毛竹原料采购价格小幅回落", "竹家具标准公开征求意见"]
ROWS = [
    "<tr><td>◇</td><td><a href=view.asp?id={n}>{title}</a></td><td><font color=#999>2026-11-{n}</font></td></tr>",
    "<tr><td><a href=view.asp?id={n}>{title}</a></td><td>2026-11-{n}</td></tr>",
    "<tr><td>2026-11-{n}</td><td><a href=view.asp?id={n}>{title}</a></td></tr>",
    "<li><a href=view.asp?id={n}>{title}</a> <span>2026-11-{n}</span></li>",
]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_headline_and_day_says_both(row: str) -> None:
    rows = "".join(row.format(n=n, title=title) for n, title in enumerate(HEADLINES, 3))
    tag = "ul" if row.startswith("<li") else "table"
    page = Page.from_bytes(f"<body><{tag}>{rows}</{tag}></body>".encode(), url=ROOT, fetched_at=NOW)
    said = [(row.title, row.published_at) for row in read_listing(page).rows]
    assert said == [(title, f"2026-11-0{n}T00:00:00+08:00") for n, title in enumerate(HEADLINES, 3)]


def test_a_long_linked_text_is_a_summary() -> None:
    rows = "".join(
        f"<tr><td><a href=view.asp?id={n}>{'竹编技能大赛的报名工作昨天启动，' * 8}</a></td><td>2026-11-{n}</td></tr>"
        for n in (3, 4, 5)
    )
    page = Page.from_bytes(f"<body><table>{rows}</table></body>".encode(), url=ROOT, fetched_at=NOW)
    assert [row.title for row in read_listing(page).rows] == [None] * 3
