"""Feeds and sitemaps of every kind give rows and links, and hostile ones do no harm."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from time import process_time

import pytest

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.lists.feeds import MOST_TEXT, FeedEntry, read_feed
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


def rss(item: str, attributes: str = "") -> Reading:
    """A feed of one item, whose inside is given."""
    return read(f'<rss version="2.0" {attributes}><channel><item>{item}</item></channel></rss>')


def atom(entry: str, attributes: str = "") -> Reading:
    return read(f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><entry>{entry}</entry></feed>')


def entry_of(reading: Reading) -> FeedEntry:
    (row,) = reading.rows
    assert isinstance(row, FeedEntry)
    return row


# Old PHP and ASP sites write their links so; what begins no entity of XML is only a character.
AMPERSANDS = {
    "raw": ("http://e.example/a.php?x=1&y=2&id=3", "http://e.example/a.php?id=3&x=1&y=2"),
    "escaped": ("http://e.example/a.php?x=1&amp;y=2&#38;id=3&#x26;z=4", "http://e.example/a.php?id=3&x=1&y=2&z=4"),
    "named as HTML does": ("http://e.example/a.php?x=1&copy=2", "http://e.example/a.php?copy=2&x=1"),
    "in CDATA": ("<![CDATA[http://e.example/a.php?x=1&y=2]]>", "http://e.example/a.php?x=1&y=2"),
    "at the end": ("http://e.example/a.php?x=1&", "http://e.example/a.php?x=1"),
}


@pytest.mark.parametrize("name", AMPERSANDS)
def test_an_ampersand_in_a_link_is_a_part_of_it(name: str) -> None:
    written, meant = AMPERSANDS[name]
    url = entry_of(rss(f"<title>A</title><link>{written}</link>")).url
    assert url is not None
    assert set(url.partition("?")[2].split("&")) == set(meant.partition("?")[2].split("&"))


def test_html_entities_and_double_escaped_markup_in_a_title_are_its_characters() -> None:
    assert entry_of(rss("<title>A&nbsp;B &eacute; &lt;b&gt;C&lt;/b&gt; &amp;amp; D</title><link>/1</link>")).title == (
        "A B é C & D"
    )


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("<id>https://a.example/news/1.html</id>", "https://a.example/news/1.html"),
        ("<id>/news/1.html</id>", "https://a.example/news/1.html"),
        ("<id>urn:uuid:1225c695</id>", None),  # names no place
        ('<id>tag:a.example,2026:1</id><link href="/news/1.html"/>', "https://a.example/news/1.html"),
        ('<link rel="enclosure" href="/1.mp3"/><id>https://a.example/1</id>', "https://a.example/1"),
        (
            '<link type="application/pdf" href="/1.pdf"/><link type="text/html" href="/1.html"/>',
            "https://a.example/1.html",
        ),
        (
            '<source><id>https://b.example/</id><link href="https://b.example/"/></source><id>/1</id>',
            "https://a.example/1",
        ),
    ],
)
def test_the_address_of_an_atom_entry(entry: str, url: str | None) -> None:
    assert [row.url for row in atom(f"<title>A</title>{entry}").rows] == ([url] if url else [])


def test_relative_addresses_count_from_the_nearest_base() -> None:
    assert (
        entry_of(atom('<link href="1.html"/>', 'xml:base="https://a.example/news/"')).url
        == "https://a.example/news/1.html"
    )
    nested = '<link xml:base="2026/" href="1.html"/>'
    assert entry_of(atom(nested, 'xml:base="/news/"')).url == "https://a.example/news/2026/1.html"
    assert entry_of(atom("<id>1.html</id>", 'xml:base="/news/"')).url == "https://a.example/news/1.html"


DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'


@pytest.mark.parametrize(
    "times",
    [
        "<dc:date>2026-03-03T08:30:00+08:00</dc:date>",
        "<dcterms:issued>2026-03-03T08:30:00+08:00</dcterms:issued><dcterms:modified>2026-03-04T01:00Z</dcterms:modified>",
        "<dcterms:created>2026-03-03T00:30:00Z</dcterms:created><dcterms:modified>2026-03-04T01:00Z</dcterms:modified>",
        "<dcterms:modified>2026-03-03T00:30:00Z</dcterms:modified>",
        "<image><dc:date>2020-01-01</dc:date></image><dc:date>2026-03-03T00:30:00Z</dc:date>",
    ],
)
@pytest.mark.parametrize("declared", [DC, ""])  # feeds forget to declare the prefix
def test_dates_in_dublin_core_are_times_of_publishing_first(times: str, declared: str) -> None:
    row = entry_of(rss(f"<title>A</title><link>/1</link>{times}", declared))
    assert row.published_at is not None
    assert datetime.fromisoformat(row.published_at) == datetime(2026, 3, 3, 0, 30, tzinfo=UTC)


def test_an_entry_brings_its_text_and_authors() -> None:
    item = (
        "<title>A</title><link>/1</link><author>desk@a.example (张一鸣)</author><dc:creator>李二、王三</dc:creator>"
        "<description>&lt;p&gt;摘要&lt;/p&gt;</description>"
        "<content:encoded><![CDATA[<p>第一段。</p><script>x()</script><p>第二段 &amp; 更多。</p>]]></content:encoded>"
    )
    row = entry_of(rss(item, f'{DC} xmlns:content="http://purl.org/rss/1.0/modules/content/"'))
    assert (row.text, row.snippet) == ("第一段。\n\n第二段 & 更多。", "摘要")
    assert sorted(row.authors) == sorted(["张一鸣", "李二", "王三"])
    people = "<author><name>Ann Lee</name><email>ann@a.example</email></author><author><name>admin</name></author>"
    text = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content>'
    row = entry_of(atom(f'<link href="/1"/>{people}<summary>Short</summary>{text}'))
    assert (row.text, row.snippet, row.authors) == ("One.\n\nTwo.", "Short", ["Ann Lee"])


def test_the_title_of_an_item_is_not_that_of_its_picture() -> None:
    media = 'xmlns:media="http://search.yahoo.com/mrss/"'
    row = entry_of(rss("<media:title>Picture</media:title><title>Story</title><link>/1</link>", media))
    assert row.title == "Story"


def test_the_texts_of_a_feed_are_bounded() -> None:
    item = f"<item><link>/NUMBER</link><description>{'x' * 10_000}</description></item>" * 300
    rows = read(f"<rss><channel>{item}</channel></rss>".replace("NUMBER", "1")).rows
    assert sum(row.snippet is not None for row in rows) <= MOST_TEXT // 10_000 + 1


@pytest.mark.parametrize("label", ["gb2312", "utf-8"])  # the second is wrong
def test_a_feed_is_read_as_it_is_encoded(label: str) -> None:
    source = RSS.replace('encoding="utf-8"', f'encoding="{label}"')
    assert read(source.encode("gb18030")).rows[0].title == "港口恢复通航"
    assert read(b"\xff\xfe" + RSS.encode("utf-16-le")).rows[0].title == "港口恢复通航"


def test_what_no_charset_reads_still_leads_to_its_articles() -> None:
    noise = bytes(range(0x80, 0x100)) * 20
    reading = read(RSS.encode().replace("港口恢复通航".encode(), noise))
    assert (reading.rows[0].url, reading.rows[0].title) == ("https://a.example/news/1.html", None)


@pytest.mark.parametrize("reference", ["&#xD800;", "&#xdfff;", "&#55296;", "&#57343;", "&#0;", "&#9999999;"])
@pytest.mark.parametrize("place", ["<title>A{}</title><link>/1</link>", '<title x="{}">A</title><link>/1</link>'])
def test_a_reference_to_no_character_does_no_harm(reference: str, place: str) -> None:
    assert entry_of(rss(place.format(reference))).title == "A"
    assert entry_of(rss(place.format("&#55295;&#57344;"))).url == "https://a.example/1"
    assert entry_of(rss("<title>A</title><link>/1</link>", f'xmlns:x="{reference}"')).title == "A"


def test_what_a_script_printed_before_the_feed_does_no_harm() -> None:
    assert len(read("Warning: mysql_connect() in /a.php\n\n" + RSS).links) == 2


def test_names_in_capitals_and_channels_of_old_are_read() -> None:
    assert entry_of(read("<RSS><Channel><Item><Title>A</Title><Link>/1</Link></Item></Channel></RSS>")).title == "A"
    item = '<ITEM HREF="1.html" LASTMOD="2026-03-03T00:30:00Z"><TITLE>A</TITLE></ITEM>'
    row = entry_of(read(f'<CHANNEL BASE="https://a.example/x/">{item}</CHANNEL>'))
    assert (row.url, row.title, row.published_at) == ("https://a.example/x/1.html", "A", "2026-03-03T00:30:00+00:00")


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
    "raw ampersands": "<item><link>/1" + "&" * 4_000_000 + "</link></item>",
    "names of entities": "<item><link>/1" + "&nbsp;" * 1_000_000 + "</link></item>",
    "numbers of characters": "<item><link>/1" + "&#65;" * 2_000_000 + "</link></item>",
    "open sections": "<item><link>/1" + "<![CDATA[" * 900_000 + "</link></item>",
    "elements that all have texts": "<item><link>/1</link><content><b>"
    + "<p>x</p>" * 300_000
    + "</b></content></item>",
    "entries inside each other with texts": "<item><description>" * 240
    + "x" * 6_000_000
    + "</description></item>" * 240,
    "entries": "".join(f"<item><link>/{n}</link><pubDate>2026-03-03 08:00</pubDate></item>" for n in range(50_000)),
}


@pytest.mark.parametrize("name", COSTLY)
def test_no_feed_blocks_the_process(name: str) -> None:
    body = f"<rss><channel>{COSTLY[name]}</channel></rss>".encode()
    before = process_time()
    assert len(read(body).links) <= 10_000
    assert process_time() - before < 2
