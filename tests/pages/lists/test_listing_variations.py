"""The list reader against list pages in random markup: rows, their addresses, the next page, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.lists.listing import read_listing
from snapshot_crawler.pages.page import Page
from tests.pages.snapshot.variations import Writer
from tests.pages.stated import ROW_TITLES, SNIPPETS, SUMMARIES, Row, facts

FETCHED_AT = datetime(2026, 1, 2, 12, tzinfo=UTC)
PAGES = 200
SITE = "https://snap.example"
ADDRESSES = [
    "/list/3?page={}",
    "/list/3_{}.html",
    "/list/3/{}/",
    "/cat/gn/index_{}.html",
    "/list.php?cid=3&p={}",
    "/channel/3/page/{}",
]
# Rows without a time, some of them without any text in their link.
UNTIMED: list[Callable[[Row, str], str]] = [
    lambda row, text: f"<li><a href='{row.url}'>{text}</a></li>",
    lambda row, text: f"<div><a href='{row.url}'></a><h4>{text}</h4></div>",
    lambda row, text: f"<div class=c><a href='{row.url}'><img src=/a.jpg alt='{text}'></a></div>",
    lambda row, text: f"<p><a href='{row.url}' title='{text}'>{text[:3]}...</a></p>",
    lambda row, text: f"<dd><a href='{row.url}'><b>{text}</b><p>{row.snippet}</p></a></dd>",
]
NEXT = [
    "<a href='{}'>下一页</a>",
    "<a href='{}'>下页 &gt;</a>",
    "<a href='{}'>&gt;</a>",
    "<a href='{}'>»</a>",
    "<a rel=next href='{}'>后面</a>",
    "<a title='下一页' href='{}'><i></i></a>",
    "<a href='{}'><img alt='下一页' src=/n.png></a>",
    "<a href='{}'><span>下一页</span></a>",
    "<a href='{}'>Next</a>",
    "<a href='{}'>下一页→</a>",
    "<a aria-label='Next page' href='{}'>›</a>",
    "",  # numbers alone
]
CURRENT = ["<span>{}</span>", "<b>{}</b>", "<a href=# class=on>{}</a>", "<a>{}</a>", "<a href='javascript:;'>{}</a>"]


def pager(rng: random.Random, address: str, number: int, last: int) -> str:
    """A pager of a list with `last` pages that stands on page `number`."""
    following = rng.choice(NEXT)
    parts = [f"<a href='{address.format(1)}'>首页</a>"] if rng.random() < 0.4 else []
    if number > 1:
        parts.append(f"<a href='{address.format(number - 1)}'>上一页</a>")
    if not following or rng.random() < 0.6:
        current = rng.choice(CURRENT)
        for other in range(max(1, number - 2), min(last, number + 3) + 1):
            link = f"<a href='{address.format(other)}'>{other}</a>"
            parts.append(current.format(other) if other == number else link)
    if number < last:
        parts.append(following.format(address.format(number + 1)))
    if rng.random() < 0.4:
        parts.append(f"<a href='{address.format(last)}'>尾页</a>")
    return f"<div>{' '.join(parts)} 共{last}页</div>"


def rows(rng: random.Random, writer: Writer) -> tuple[list[Row], str]:
    """Rows and their markup."""
    found = [
        Row(
            f"/detail/{rng.getrandbits(160):040x}.html",
            rng.choice(ROW_TITLES) if rng.random() < 0.6 else None,
            rng.choice(SNIPPETS + SUMMARIES),
            f"2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02} 10:{rng.randint(0, 59):02}:00",
        )
        for _ in range(rng.choice([4, 10, 20]))
    ]
    if rng.random() < 0.6:
        return found, writer.rows(found)
    write = rng.choice(UNTIMED)
    return found, "<div>" + "".join(write(row, row.title or row.snippet) for row in found) + "</div>"


@pytest.mark.parametrize("seed", range(PAGES))
def test_all_rows_and_the_next_page_are_found_whatever_the_markup(seed: int) -> None:
    rng = random.Random(seed)
    writer, stated, address = Writer(rng), facts(rng), rng.choice(ADDRESSES)
    number = rng.choice([1, 1, 2, 3, 5])
    last = rng.choice([number, number + 1, number + 4, 20])
    found, markup = rows(rng, writer)
    parts = [writer.site_head(stated), f"<h2>{stated.category}</h2>", markup, pager(rng, address, number, last)]
    html = f"{writer.head(stated)}<body>{''.join(parts)}{writer.site_foot()}</body></html>"
    page = Page.from_bytes(
        html.encode(), url=SITE + address.format(number), fetched_at=FETCHED_AT, content_type="text/html; charset=utf-8"
    )
    links = read_listing(page).links
    assert {link.url for link in links if link.kind == "article"} == {SITE + row.url for row in found}, html
    following = [SITE + address.format(number + 1)] if number < last else []
    assert [link.url for link in links if link.kind == "next"] == following, html
    sections = {f"{SITE}/list/{i}" for i in range(8)}
    assert {link.url for link in links if link.kind == "listing"} <= sections, html
