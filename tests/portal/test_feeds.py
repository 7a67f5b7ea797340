"""The three feeds: valid by their standards, whatever the articles hold, and saying the same."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from snapshot_crawler.library.model import Gone
from snapshot_crawler.portal import feeds
from snapshot_crawler.portal.feeds import Entry, Feed, Outline

ATOM = "{http://www.w3.org/2005/Atom}"
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
HOME = "https://portal.example/"
SCHEMAS = {name: etree.RelaxNG(etree.parse(Path(__file__).with_name(f"{name}.rng"))) for name in ("atom", "rss")}
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def entry(**fields: Any) -> Entry:
    given: dict[str, Any] = {
        "id": "b717f2264a99de1206d4b6a1929f097cdd1836e5",
        "title": "新膜省水15.7%",
        "link": HOME + "detail/b717f2264a99de1206d4b6a1929f097cdd1836e5.html",
        "summary": "鹿洄镇行业协会11日发布通报",
        "updated": NOON,
        "published": NOON - timedelta(hours=2),
        "category": "科技",
        "source": "溯北周报",
        "original": "https://www.news.example/1.html?a=1&b=2",
        **fields,
    }
    return Entry(**given)


def feed(*entries: Entry, **fields: Any) -> Feed:
    given: dict[str, Any] = {
        "title": "科技 - 新闻快照",
        "subtitle": "最新",
        "page": HOME + "category/%E7%A7%91%E6%8A%80",
        "address": HOME + "category/%E7%A7%91%E6%8A%80/atom.xml",
        "site": "新闻快照",
        "entries": entries,
        **fields,
    }
    return Feed(**given)


# --- The standards' own demands, as schemas (atom.rng, rss.rng), and what these cannot say, as tests
def check_atom(data: bytes) -> Any:
    """RFC 4287: which elements must be there, once, of which form (4.1.1, 4.1.2, 3.3, 4.2.6); RFC 6721, 3."""
    root = etree.fromstring(data)
    SCHEMAS["atom"].assertValid(root)
    for parent in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{name}")) == 1, name
        assert IRI.fullmatch(parent.findtext(f"{ATOM}id") or "")
        assert RFC_3339.fullmatch(parent.findtext(f"{ATOM}updated") or "")
        for name in ("published", "summary", "content", "subtitle"):
            assert len(parent.findall(f"{ATOM}{name}")) <= 1
        for author in parent.findall(f"{ATOM}author"):
            assert (author.findtext(f"{ATOM}name") or "").strip()
        alternates = [link.get("href") for link in parent.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
        for link in parent.findall(f"{ATOM}link"):
            assert IRI.fullmatch(link.get("href") or "")
        for text in (*parent.findall(f"{ATOM}summary"), *parent.findall(f"{ATOM}content")):
            assert text.get("type") in (None, "text", "html") and not len(text)
        for category in parent.findall(f"{ATOM}category"):
            assert category.get("term")
    assert root.findall(f"{ATOM}author") or all(each.findall(f"{ATOM}author") for each in root.findall(f"{ATOM}entry"))
    assert [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    ids = [each.findtext(f"{ATOM}id") for each in root.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    for gone in root.findall(DELETED):
        assert IRI.fullmatch(gone.get("ref") or "") and RFC_3339.fullmatch(gone.get("when") or "")
        assert gone.get("ref") not in ids
    return root


def check_rss(data: bytes) -> Any:
    """RSS 2.0: the elements of a channel and of an item; the board's profile: atom:link to itself, guids once each."""
    root = etree.fromstring(data)
    SCHEMAS["rss"].assertValid(root)
    assert (root.tag, root.get("version"), len(root)) == ("rss", "2.0", 1)
    (channel,) = root.findall("channel")
    for name in ("title", "link", "description", "lastBuildDate"):
        assert len(channel.findall(name)) == 1, name
    assert RFC_822.fullmatch(channel.findtext("lastBuildDate") or "")
    (itself,) = channel.findall(f"{ATOM}link")
    assert itself.get("rel") == "self" and IRI.fullmatch(itself.get("href") or "")
    guids = []
    for item in channel.findall("item"):
        assert item.findtext("title") or item.findtext("description")
        assert IRI.fullmatch(item.findtext("link") or "") and RFC_822.fullmatch(item.findtext("pubDate") or "")
        (guid,) = item.findall("guid")
        assert guid.get("isPermaLink") == "false"
        guids.append(guid.text)
    assert len(set(guids)) == len(guids)
    return channel


def check_json(data: bytes) -> dict[str, Any]:
    """JSON Feed 1.1: version and title, items with an id as text and a content; times by RFC 3339."""
    told: dict[str, Any] = json.loads(data)
    assert told["version"] == "https://jsonfeed.org/version/1.1" and isinstance(told["title"], str)
    assert isinstance(told["items"], list)
    for item in told["items"]:
        assert isinstance(item["id"], str) and item["id"]
        assert "content_html" in item or "content_text" in item
        assert RFC_3339.fullmatch(item["date_published"]) and RFC_3339.fullmatch(item["date_modified"])
        assert all(author.get("name") for author in item.get("authors", []))
    return told


def all_forms(made: Feed) -> tuple[Any, Any, dict[str, Any]]:
    """Each form, checked, and read by feedparser without complaint."""
    for data in (feeds.rss(made), feeds.atom(made)):
        read = feedparser.parse(data)
        assert not read.bozo, read.get("bozo_exception")
        assert len(read.entries) == len(made.entries)
    return check_rss(feeds.rss(made)), check_atom(feeds.atom(made)), check_json(feeds.json_feed(made))


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        ("atom", "<updated>", "<updated>on "),
        ("atom", "<entry>", "<entry><pubDate/>"),
        ("atom", "<id>", "<id>no address "),
        ("rss", "<pubDate>", "<pubDate>2026-"),
        ("rss", "<item>", "<item><updated/>"),
        ("rss", "</guid>", "</guid><guid>2</guid>"),
    ],
)
def test_the_schemas_find_what_is_wrong(form: str, right: str, wrong: str) -> None:
    text = getattr(feeds, form)(feed(entry())).decode()
    assert SCHEMAS[form].validate(etree.fromstring(text.encode())) and right in text
    assert not SCHEMAS[form].validate(etree.fromstring(text.replace(right, wrong, 1).encode()))


def test_the_three_say_the_same() -> None:
    made = feed(entry(), entry(id="2", title="第二篇", category=None, source=None, published=None))
    channel, root, told = all_forms(made)
    ids = [item.findtext("guid") for item in channel.findall("item")]
    assert ids == [each.findtext(f"{ATOM}id") for each in root.findall(f"{ATOM}entry")]
    assert ids == [item["id"] for item in told["items"]]
    assert ids[0] is not None and ids[0].endswith("b717f2264a99de1206d4b6a1929f097cdd1836e5")
    read = feedparser.parse(feeds.atom(made)).entries[0]
    assert (read.title, read.author, read.tags[0].term) == ("新膜省水15.7%", "溯北周报", "科技")
    assert read.published_parsed[:4] == (2026, 1, 5, 10) and read.updated_parsed[:4] == (2026, 1, 5, 12)
    assert [link.href for link in read.links if link.rel == "via"] == ["https://www.news.example/1.html?a=1&b=2"]
    assert told["items"][0]["external_url"] == "https://www.news.example/1.html?a=1&b=2"
    assert told["items"][0]["authors"] == [{"name": "溯北周报"}]


def test_the_same_articles_make_the_same_bytes_at_any_time() -> None:
    for made in (feed(), feed(entry())):
        for form in (feeds.rss, feeds.atom, feeds.json_feed):
            assert form(made) == form(made)
        assert "1970-01-01" in feeds.atom(feed()).decode()


def test_markup_of_an_article_is_text_in_every_form() -> None:
    evil = "<script>alert(1)</script> & <b>"
    channel, root, told = all_forms(feed(entry(title=evil, summary=evil, source=evil, category=evil, body=evil)))
    for data in (feeds.rss(feed(entry(title=evil, body=evil))), feeds.atom(feed(entry(title=evil, body=evil)))):
        assert b"<script" not in data
    assert channel.findtext("item/title") == evil
    shown = "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;</p>"
    assert channel.findtext("item/{http://purl.org/rss/1.0/modules/content/}encoded") == shown
    assert root.findtext(f"{ATOM}entry/{ATOM}content") == shown == told["items"][0]["content_html"]


def test_the_whole_text_is_there_only_where_it_is_given() -> None:
    _, root, told = all_forms(feed(entry(body="第一段。\n\n第二段。")))
    assert told["items"][0]["content_html"] == "<p>第一段。</p><p>第二段。</p>"
    assert root.find(f"{ATOM}entry/{ATOM}content") is not None
    _, root, told = all_forms(feed(entry()))
    assert told["items"][0]["content_text"] == "鹿洄镇行业协会11日发布通报"
    assert root.find(f"{ATOM}entry/{ATOM}content") is None


@pytest.mark.parametrize("at", ["2026-01-06", "2026-01-06T08:00:00+08:00", "2026-01-06T00:00:00.5+00:00"])
def test_what_was_taken_down_is_a_deleted_entry(at: str) -> None:
    made = feed(entry(), gone=[Gone("0e9b", at, "a reason of the operator")])
    _, root, _ = all_forms(made)
    (gone,) = root.findall(DELETED)
    assert gone.get("ref") == feeds.ID + "0e9b" and gone.get("when") == "2026-01-06T00:00:00+00:00"
    assert b"a reason" not in feeds.atom(made)
    assert root.findtext(f"{ATOM}updated") == "2026-01-06T00:00:00+00:00"  # it changes the feed


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-01-05T08:00:00+08:00", "2026-01-05T00:00:00+00:00"),
        ("2026-01-05", "2026-01-05T00:00:00+00:00"),
        ("1930-01-05T08:00:00+08:05:43", "1930-01-04T23:54:17+00:00"),
        ("0001-01-01T00:00:00+08:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_are_utc_in_whole_seconds(text: str, told: str | None) -> None:
    found = feeds.moment(text)
    assert (found.isoformat() if found else None) == told


anything = st.text(st.characters(exclude_categories=[]), max_size=30)  # half surrogates and controls, too
times = st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, timezone(timedelta(hours=8))))


@given(
    st.lists(
        st.tuples(anything, anything, anything, anything, anything, st.none() | anything, times),
        max_size=3,
        unique_by=lambda each: each[0].encode("utf-8", "replace"),
    ),
    anything,
)
def test_whatever_the_articles_hold_the_feeds_are_valid(texts: list[tuple[Any, ...]], title: str) -> None:
    entries = [
        entry(id=name, title=f"题{one}", summary=two, category=f"类{three}", source=f"来{four}", body=body, updated=at)
        for name, one, two, three, four, body, at in texts
    ]
    made = feed(*entries, title=f"题{title}", subtitle=title)
    check_rss(feeds.rss(made))
    check_atom(feeds.atom(made))
    check_json(feeds.json_feed(made))


@given(anything)
def test_what_xml_can_hold_stays(text: str) -> None:
    cleaned = feeds.clean(text)
    read = etree.fromstring("<a>" + cleaned.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") + "</a>")
    assert (read.text or "") == cleaned.replace("\r\n", "\n").replace("\r", "\n")
    assert [
        c for c in text if c in "\t\n\r" or " " <= c < "\ud800" or "\ue000" <= c < "\ufffe" or c > "\uffff"
    ] == list(cleaned)


def test_opml_names_all_feeds() -> None:
    evil = 'a"<&\x00'
    inner = [Outline(evil, "https://p.example/category/a/feed.xml", "https://p.example/category/a?x=1&y=2")]
    data = feeds.opml(
        evil, [Outline("全部", "https://p.example/feed.xml", "https://p.example/"), Outline("类别", inner=inner)]
    )
    root = etree.fromstring(data)
    assert (root.tag, root.get("version")) == ("opml", "2.0") and root.findtext("head/title") == 'a"<&'
    rows = [each for each in root.iter("outline") if each.get("xmlUrl")]
    assert [each.get("text") for each in rows] == ["全部", 'a"<&'] and all(each.get("type") == "rss" for each in rows)
    assert rows[1].get("htmlUrl") == "https://p.example/category/a?x=1&y=2"
