"""A snapshot page reads alike in every markup, every encoding, and whatever it leaves out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from snapshot_crawler.items import Article, LinkRow
from snapshot_crawler.pages.page import Page, Reading
from snapshot_crawler.pages.snapshot.reader import read_snapshot
from tests.pages.snapshot.layouts import LAYOUTS, URL, Facts, R

Layout = Callable[[Facts], str]
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def iso(text: str | None) -> str | None:
    return text.replace(" ", "T") + "+08:00" if text else None


def rows(facts_rows: list[tuple[str | None, str, str]], offset: int) -> list[LinkRow]:
    return [
        LinkRow("https://snap.example" + R[offset + i], title, snippet, iso(at))
        for i, (title, snippet, at) in enumerate(facts_rows)
    ]


def expected(facts: Facts) -> Article:
    return Article(
        id="ab12" * 10,
        url=URL,
        title=facts.title,
        category=facts.category,
        breadcrumbs=facts.crumbs,
        published_at=iso(facts.published),
        published_precision="second" if facts.published else None,
        published_raw=facts.published,
        published_zone="site" if facts.published else None,
        source=facts.source,
        body="\n\n".join(facts.paragraphs),
        language="zh",
        snapshot_at=iso(facts.snapshot_at),
        original_url=facts.original,
        related=rows(facts.related, 0),
        more_in_category=rows(facts.more, 3),
    )


def read(html: str | bytes) -> Reading | None:
    body = html.encode() if isinstance(html, str) else html
    return read_snapshot(Page.from_bytes(body, url=URL, fetched_at=NOW))


def assert_reads(html: str | bytes, facts: Facts) -> None:
    reading = read(html)
    assert reading is not None and reading.article is not None
    wanted = expected(facts)
    for field in Article.__dataclass_fields__:
        if field != "language":
            assert getattr(reading.article, field) == getattr(wanted, field), field


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_facts_are_read_from_every_markup(layout: Layout) -> None:
    assert_reads(layout(Facts()), Facts())


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("declared", ["gb2312", None])
def test_gb18030_is_read_whatever_it_declares(layout: Layout, declared: str | None) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    html = layout(Facts()).replace("<body>", meta + "<body>")
    assert_reads(html.encode("gb18030"), Facts())


LACKS = [
    {"source": ""},
    {"original": None},
    {"related": []},
    {"more": []},
    {"related": [], "more": []},
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("lack", LACKS, ids=str)
def test_what_is_not_there_is_none_and_nothing_else_suffers(layout: Layout, lack: dict[str, object]) -> None:
    facts = replace(Facts(), **lack)  # type: ignore[arg-type]
    wanted = replace(facts, source=facts.source or None)
    assert_reads(layout(facts), wanted)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_links_are_the_category_the_related_and_the_category_s_rows(layout: Layout) -> None:
    reading = read(layout(Facts()))
    assert reading is not None
    assert [(link.kind, link.url.removeprefix("https://snap.example")) for link in reading.links] == [
        ("listing", "/list/1"),
        *(("related", url) for url in R[:3]),
        *(("category", url) for url in R[3:5]),
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_hidden_changes_nothing(layout: Layout) -> None:
    hidden = '<div style="display:none"><p>来源:藏起来的报</p><p>2020-01-01 00:00</p></div>' * 3
    assert_reads(layout(Facts()).replace("<body>", "<body>" + hidden), Facts())


def test_a_list_page_is_no_snapshot() -> None:
    items = "".join(f"<li><a href={url}>标题{i}</a> 来源:甲报 2024-05-06 07:08</li>" for i, url in enumerate(R))
    assert read(f"<html><body><h1>国内</h1><ul>{items}</ul></body></html>") is None


@pytest.mark.parametrize("line", ["2026-01-02 10:00", "长" * 300, "题<pre>一\n类别：国内\n二</pre>", "&#10;&#11;"])
def test_a_page_without_a_line_that_may_be_a_label_is_no_snapshot(line: str) -> None:
    assert read(f"<html><body>{f'<p>{line}</p>' * 3}</body></html>") is None


def test_an_error_page_is_no_snapshot() -> None:
    assert read("<html><body><h1>404</h1><p>您访问的页面不存在或已删除</p></body></html>") is None
