"""Rows of a list that lie as markup in a script, or come as a document of such rows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.lists.listing import read_listing
from snapshot_crawler.pages.page import Page

ROOT = "https://slt.x.example"
RECORDS = "".join(
    f"<record><![CDATA[<li><a href='/art/2026/11/{day}/art_7_{day}.html'>第{day}号堤段修好了，渡口恢复通航</a>"
    f"<span>2026-11-{day}</span></li>]]></record>"
    for day in (11, 12, 13, 14)
)
FOLLOWING = "<nextgroup><![CDATA[<a href='/proxy.jsp?page=2&amp;col=7'></a>]]></nextgroup>"
STORE = f"<datastore>{FOLLOWING}<recordset>{RECORDS}</recordset></datastore>"


def listing(body: str) -> tuple[list[str | None], list[str]]:
    page = Page.from_bytes(body.encode(), url=f"{ROOT}/col7/", fetched_at=datetime(2026, 11, 25, tzinfo=UTC))
    reading = read_listing(page)
    return [row.published_at for row in reading.rows], [link.url for link in reading.links if link.kind == "next"]


@pytest.mark.parametrize(
    "body",
    [
        f"<html><body><a href='/'>首页</a><script type='text/xml'>{STORE}</script></body></html>",
        f"<?xml version='1.0' encoding='utf-8'?>{STORE}",
    ],
)
def test_stored_rows_are_a_list_with_a_next_page(body: str) -> None:
    times, following = listing(body)
    assert times == [f"2026-11-{day}T00:00:00+08:00" for day in (11, 12, 13, 14)]
    assert following == [f"{ROOT}/proxy.jsp?page=2&col=7"]


def test_a_template_is_no_row() -> None:
    template = "<li v-for='x in rows'><a href='/art/{{x.id}}.html'>{{x.title}}</a></li>" * 4
    assert listing(f"<html><body><script type='text/x-template'>{template}</script></body></html>") == ([], [])
