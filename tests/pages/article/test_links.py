"""Where an article begins whose further page is met by itself: from a list, a sitemap, a search engine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.article.links import first_part
from snapshot_crawler.pages.page import Page


@pytest.mark.parametrize(
    ("address", "link", "text", "first"),
    [
        # the address without the number, by a pager's word
        ("/2024/0102/c1_2.html", "/2024/0102/c1.html", "上一页", "/2024/0102/c1.html"),
        ("/2024/0102/c1_3.html", "/2024/0102/c1.html", "1", "/2024/0102/c1.html"),
        ("/2024/0102/c1_3.html", "/2024/0102/c1.html", "首页", "/2024/0102/c1.html"),
        ("/a/77?page=2", "/a/77", "上一页", "/a/77"),
        # a lower number, where no link leads to the beginning
        ("/2024/0102/c1_3.html", "/2024/0102/c1_2.html", "上一页", "/2024/0102/c1_2.html"),
        ("/a/77?page=3", "/a/77?page=2", "Previous", "/a/77?page=2"),
        # the beginning itself, the site's first page, another article, a link without such words, a higher number
        ("/2024/0102/c1.html", "/2024/0102/c1_2.html", "下一页", None),
        ("/2024/0102/c1_2.html", "/", "首页", None),
        ("/2024/0102/c1_2.html", "/2024/0102/c9.html", "上一页", None),
        ("/2024/0102/c1_2.html", "/2024/0102/c1.html", "另一条新闻的标题", None),
        ("/2024/0102/c1_2.html", "/2024/0102/c1_3.html", "1", None),
        ("/2024/0102/c1_2.html", "http://other.example/2024/0102/c1.html", "上一页", None),
    ],
)
def test_the_beginning_is_found_by_the_pager(address: str, link: str, text: str, first: str | None) -> None:
    base = "http://news.example"
    page = Page.from_bytes(
        f"<html><body><h1>标题</h1><p>正文。</p><a href='{link}'>{text}</a></body></html>".encode(),
        url=base + address,
        fetched_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    assert first_part(page.outline, page.url) == (base + first if first else None)
