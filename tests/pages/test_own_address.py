"""What a page says of its own address and of that from which its links count."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.page import Page

URL = "https://news.example/a/1.html"


def page(head: str) -> Page:
    html = f"<!doctype html><html><head>{head}</head><body><p>text</p></body></html>"
    return Page.from_bytes(html.encode(), url=URL, fetched_at=datetime(2026, 11, 26, tzinfo=UTC))


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ("", None),
        ("<link rel=stylesheet href=/s.css>", None),
        ("<link rel=canonical href=/a/2.html>", "https://news.example/a/2.html"),
        ("<link rel='shortlink canonical' href=2.html>", "https://news.example/a/2.html"),
        ("<LINK REL=Canonical HREF=2.html>", "https://news.example/a/2.html"),  # names of relations have no case
        ("<link rel=canonical><link rel=canonical href=3.html>", "https://news.example/a/3.html"),
        ("<link rel=canonical href=2.html><link rel=canonical href=3.html>", "https://news.example/a/2.html"),
        ("<link rel=canonical href>", URL),
        ("<base href=/b/><link rel=canonical href=2.html>", "https://news.example/b/2.html"),
    ],
)
def test_the_canonical_address_is_that_of_the_first_link_which_has_one(head: str, canonical: str | None) -> None:
    assert page(head).canonical_url == canonical


@pytest.mark.parametrize(
    ("head", "base"),
    [
        ("", URL),
        ("<base target=_blank><base href=/b/><base href=/c/>", "https://news.example/b/"),
        ("<base href=https://other.example/>", URL),
    ],
)
def test_links_count_from_the_first_base_on_the_site(head: str, base: str) -> None:
    assert page(head).base_url == base
