"""Feeds and sitemaps of every kind give rows and links, and hostile ones do no harm."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from time import process_time

import pytest

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.feeds import read_feed
from snapshot_crawler.pages.page import Reading

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)

RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Channel</title><link>https://a.example/</link>
<item><title>港口恢复通航</title><link> /news/1.html?utm_source=rss </link>
<pubDate>Tue, 03 Mar 2026 08:30:00 +0800</pubDate></item>
<item><title>A &amp; B</title><guid isPermaLink="true">https://a.example/news/2.html</guid>
<dc:date>2026-03-03T09:00:00Z</dc:date></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title>
<link rel="self" href="https://a.example/self"/><link href="https://a.example/news/1.html"/>
<published>2026-03-03T08:30:00+08:00</published></entry></feed>"""
NEWS_SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://a.example/news/1.html</loc>
<news:news><news:publication_date>2026-03-03T08:30:00+08:00</news:publication_date><news:title>One</news:title>
</news:news></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://a.example/sitemap-1.xml.gz</loc><lastmod>2026-03-03</lastmod></sitemap></sitemapindex>"""


def read(text: str | bytes) -> Reading:
    body = text.encode() if isinstance(text, str) else text
    return read_feed(body, url="https://a.example/feed.xml", fetched_at=NOON)


@pytest.mark.parametrize("feed", [RSS, ATOM, NEWS_SITEMAP])
def test_the_first_entry_is_read_alike_from_every_kind_of_feed(feed: str) -> None:
    row = read(feed).rows[0]
    assert row.url == "https://a.example/news/1.html"
    assert row.title in ("港口恢复通航", "One")
    assert row.published_at is not None
    assert datetime.fromisoformat(row.published_at) == datetime(2026, 3, 3, 0, 30, tzinfo=UTC)


def test_an_rss_item_without_link_is_found_by_its_permanent_guid() -> None:
    assert [link.url for link in read(RSS).links] == ["https://a.example/news/1.html", "https://a.example/news/2.html"]


def test_a_sitemap_index_leads_to_sitemaps() -> None:
    assert [(link.url, link.kind) for link in read(INDEX).links] == [("https://a.example/sitemap-1.xml.gz", "sitemap")]


def test_a_gzipped_sitemap_is_unpacked() -> None:
    assert read(gzip.compress(NEWS_SITEMAP.encode())).rows[0].title == "One"


def test_a_feed_with_raw_ampersands_and_a_cut_end_still_gives_its_entries() -> None:
    broken = RSS.replace("&amp;", "&").replace("</channel></rss>", "<item><title>cu")
    assert len(read(broken).links) == 2


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    text = bomb + RSS.split("?>", 1)[1].replace("A &amp; B", "A &b; &x;")
    title = read(text).rows[1].title
    assert title is not None
    assert "aaaa" not in title and "root" not in title


@pytest.mark.parametrize("body", [b"", b"\x1f\x8bnot gzip", b"<html><body>no feed</body></html>", b"{}"])
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadablePageError):
        read(body)


COSTLY = {
    "entries inside each other": "<item>" * 240 + "<a/>" * 300_000 + "</item>" * 240,
    "a long text inside many entries": "<item><title>" * 120 + "x" * 7_000_000 + "</title></item>" * 120,
    "attributes": "<item " + " ".join(f'a{number}="1"' for number in range(150_000)) + "></item>",
    "deep": "<a>" * 100_000,
    "entries": "".join(f"<item><link>/{n}</link><pubDate>2026-03-03 08:00</pubDate></item>" for n in range(50_000)),
}


@pytest.mark.parametrize("name", COSTLY)
def test_no_feed_blocks_the_process(name: str) -> None:
    body = f"<rss><channel>{COSTLY[name]}</channel></rss>".encode()
    before = process_time()
    assert len(read(body).links) <= 10_000
    assert process_time() - before < 2
