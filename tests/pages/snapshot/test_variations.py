"""The snapshot reader against pages in random markup: every field of every page, by seed, in several encodings."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from snapshot_crawler.items import LinkRow
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.snapshot.reader import read_snapshot
from tests.pages.snapshot.variations import URL, write
from tests.pages.stated import Facts, Row, facts

FETCHED_AT = datetime(2026, 1, 2, 12, tzinfo=UTC)
PAGES = 300


def _declared(html: str, charset: str, rng: random.Random) -> str:
    meta = rng.choice(
        [f'<meta charset="{charset}">', f'<META HTTP-EQUIV="Content-Type" content="text/html; charset={charset}">']
    )
    return html.replace("<head>", f"<head>{meta}", 1)


def _sent(html: str, rng: random.Random) -> tuple[bytes, str]:
    """The page's bytes and its Content-Type, as servers send them: rightly labelled, not labelled, wrongly labelled."""
    chinese = "gb18030"
    return rng.choice(
        [
            lambda: (html.encode(), "text/html; charset=utf-8"),
            lambda: (_declared(html, "utf-8", rng).encode(), "text/html"),
            lambda: (html.encode(), "text/html"),
            lambda: (_declared(html, "gb2312", rng).encode(chinese), "text/html"),
            lambda: (html.encode(chinese), "text/html; charset=GBK"),
            lambda: (html.encode(chinese), "text/html"),
            lambda: (_declared(html, "gb2312", rng).encode(), "text/html"),
            lambda: (_declared(html, "gbk", rng).encode(chinese), "text/html; charset=utf-8"),
        ]
    )()


def _time(stamp: str | None) -> str | None:
    return None if stamp is None else stamp.replace(" ", "T") + "+08:00"


def _rows(rows: list[Row]) -> list[LinkRow]:
    return [LinkRow("https://snap.example" + row.url, row.title, row.snippet, _time(row.at)) for row in rows]


def _wanted(of: Facts) -> dict[str, object]:
    return {
        "title": of.title,
        "category": of.category,
        "published_at": _time(of.published),
        "source": of.source,
        "body": "\n\n".join(of.paragraphs),
        "snapshot_at": _time(of.snapshot_at),
        "original_url": of.original,
        "breadcrumbs": of.crumbs,
        "related": _rows(of.related),
        "more_in_category": _rows(of.more),
    }


@pytest.mark.parametrize("seed", range(PAGES))
def test_every_field_is_read_whatever_the_markup(seed: int) -> None:
    rng = random.Random(seed)
    stated = facts(rng)
    html = write(stated, rng)
    body, content_type = _sent(html, rng)
    reading = read_snapshot(Page.from_bytes(body, url=URL, fetched_at=FETCHED_AT, content_type=content_type))
    assert reading is not None, html
    wanted = _wanted(stated)
    assert {name: getattr(reading.article, name) for name in wanted} == wanted, html
    followed = {(link.url, link.kind) for link in reading.links}
    assert {(row.url, "related") for row in _rows(stated.related)} <= followed
    assert {(row.url, "category") for row in _rows(stated.more)} <= followed
    if 'href="/cat/7"' in html:
        assert ("https://snap.example/cat/7", "listing") in followed
