"""Feeds: entries and what was taken down in, RSS 2.0, Atom or JSON Feed 1.1 out; and OPML, a list of feeds.

Called by pages/feeds.py and the subscriptions' pages. The three forms say the same: an entry has one id in all of them,
which never changes, and which holds the article's own id.

Titles and bodies come from crawled pages. XML has no way to write control characters, half surrogates and
non-characters, and feedgenerator raises for the first: so they are taken out here, of all texts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import orjson
from feedgenerator import Atom1Feed, Rss201rev2Feed

from snapshot_crawler.library.model import Gone, Row

OPML = "text/x-opml"
ID = "urn:x-snapshot-article:"  # Atom's ids are IRIs (RFC 4287, 4.2.6); ours are no addresses: those may change
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"  # RFC 6721
CONTENT = "http://purl.org/rss/1.0/modules/content/"
JSON_VERSION = "https://jsonfeed.org/version/1.1"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # the time of a feed that has nothing: the same at each question
NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # https://www.w3.org/TR/xml/#charsets


@dataclass(frozen=True, slots=True)
class Entry:
    """One article. link: its page here; body: None where the feed gives summaries alone."""

    id: str
    title: str
    link: str
    summary: str
    updated: datetime
    published: datetime | None = None
    category: str | None = None
    source: str | None = None
    original: str | None = None  # where it came from
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed. page: the list that it follows; address: its own; gone: articles that were taken down, newest first."""

    title: str
    subtitle: str
    page: str
    address: str
    site: str  # the portal's name
    entries: Sequence[Entry] = ()
    gone: Sequence[Gone] = ()
    language: str = "zh-CN"


@dataclass(frozen=True, slots=True)
class Outline:
    """One line of an OPML file: a feed, or a group of them."""

    title: str
    feed: str = ""
    page: str = ""
    inner: Sequence[Outline] = field(default=())


def entry_of(row: Row, record: Mapping[str, Any], link: str, *, is_full: bool) -> Entry:
    """The entry of an article. is_full: with its whole text."""
    body = record.get("body") if is_full else None
    original = record.get("original_url") or (None if record.get("snapshot_at") else row.url)
    return Entry(
        row.id,
        row.title,
        link,
        row.summary,
        moment(row.fetched_at) or moment(row.published_at) or NEVER,
        moment(row.published_at),
        row.category,
        row.source,
        original if isinstance(original, str) else None,
        body if isinstance(body, str) else None,
    )


def moment(text: str | None) -> datetime | None:
    """A time of a record, in UTC and whole seconds; one without an offset counts as UTC. None for what is no time."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return found.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def clean(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return NO_XML.sub("", text)


# --- The three forms
def rss(feed: Feed) -> bytes:
    """RSS 2.0, https://www.rssboard.org/rss-specification."""
    return _filled(_Rss(**_head(feed), latest=_latest(feed)), feed)


def atom(feed: Feed) -> bytes:
    """Atom, RFC 4287; what was taken down is there as at:deleted-entry (RFC 6721)."""
    return _filled(_Atom(**_head(feed), latest=_latest(feed), gone=feed.gone), feed)


def json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/."""
    head = {
        "version": JSON_VERSION,
        "title": clean(feed.title),
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "description": clean(feed.subtitle),
        "language": feed.language,
        "authors": [{"name": clean(feed.site)}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return orjson.dumps(head, option=orjson.OPT_INDENT_2)


def opml(title: str, outlines: Iterable[Outline]) -> bytes:
    """OPML 2.0, http://opml.org/spec2.opml."""
    parts: list[str] = []
    for outline in outlines:
        _outline(outline, parts, "    ")
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{html.escape(clean(title))}</title></head>",
        "  <body>",
        *parts,
        "  </body>",
        "</opml>",
    ]
    return "\n".join(lines).encode()


# By the last part of their address: how it is written, and its media type
FORMS = {
    "feed.xml": (rss, "application/rss+xml"),
    "atom.xml": (atom, "application/atom+xml"),
    "feed.json": (json_feed, "application/feed+json"),
}


def _head(feed: Feed) -> dict[str, Any]:
    return {
        "title": clean(feed.title),
        "link": feed.page,
        "description": clean(feed.subtitle),
        "language": feed.language,
        "author_name": clean(feed.site),
        "feed_url": feed.address,
        "feed_guid": feed.address,
    }


def _latest(feed: Feed) -> datetime:
    times = [entry.updated for entry in feed.entries]
    return max(times + [found for gone in feed.gone if (found := moment(gone.at))], default=NEVER)


def _filled(maker: Any, feed: Feed) -> bytes:
    for entry in feed.entries:
        maker.add_item(
            title=clean(entry.title),
            link=entry.link,
            description=html.escape(clean(entry.summary)),
            content=None if entry.body is None else _markup(entry.body),
            author_name=clean(entry.source) if entry.source else None,
            pubdate=entry.published or entry.updated,
            updateddate=entry.updated,
            unique_id=_id(entry.id),
            unique_id_is_permalink=False,
            categories=[clean(entry.category)] if entry.category else (),
            original=entry.original,
        )
    text: str = maker.writeString("utf-8")
    return text.encode()


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": _id(entry.id),
        "url": entry.link,
        "title": clean(entry.title),
        "summary": clean(entry.summary),
        "date_modified": entry.updated.isoformat(),
        "date_published": (entry.published or entry.updated).isoformat(),
    }
    if is_web(entry.original):
        item["external_url"] = clean(entry.original or "")
    if entry.source:
        item["authors"] = [{"name": clean(entry.source)}]
    if entry.category:
        item["tags"] = [clean(entry.category)]
    # one of the two has to be there
    if entry.body is not None:
        item["content_html"] = _markup(entry.body)
    else:
        item["content_text"] = item["summary"]
    return item


def _id(name: str) -> str:
    return ID + quote(name, safe="-._~", errors="replace")


def _markup(body: str) -> str:
    """A body's paragraphs as HTML. All of it is text: nothing of it is read as markup."""
    return "".join(f"<p>{html.escape(line)}</p>" for line in map(str.strip, clean(body).splitlines()) if line)


def is_web(address: str | None) -> bool:
    """Whether an address of a record may be a link."""
    return bool(address) and str(address).startswith(("https://", "http://"))


def _outline(outline: Outline, parts: list[str], indent: str) -> None:
    title = html.escape(clean(outline.title))
    if outline.feed:
        feed, page = html.escape(outline.feed), html.escape(outline.page)
        names = f'text="{title}" title="{title}" type="rss" xmlUrl="{feed}" htmlUrl="{page}"'
        parts.append(f"{indent}<outline {names}/>")
        return
    parts.append(f'{indent}<outline text="{title}">')
    for each in outline.inner:
        _outline(each, parts, indent + "  ")
    parts.append(f"{indent}</outline>")


class _Rss(Rss201rev2Feed):  # type: ignore[misc]
    """feedgenerator's RSS with the whole text, and with a time that is the same at each question."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:content": CONTENT}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["content"] is not None:
            handler.addQuickElement("content:encoded", item["content"])

    def latest_post_date(self) -> datetime:
        return _time(self)


class _Atom(Atom1Feed):  # type: ignore[misc]
    """feedgenerator's Atom with links to the originals, and with what was taken down."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:at": TOMBSTONES, "xml:base": self.feed["link"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if is_web(item["original"]):
            handler.addQuickElement("link", "", {"rel": "via", "href": clean(item["original"])})

    def write_items(self, handler: Any) -> None:
        super().write_items(handler)
        for gone in self.feed["gone"]:
            at = moment(gone.at) or NEVER
            handler.startElement("at:deleted-entry", {"ref": _id(gone.id), "when": at.isoformat()})
            handler.endElement("at:deleted-entry")

    def latest_post_date(self) -> datetime:
        return _time(self)


def _time(maker: Any) -> datetime:
    found: datetime = maker.feed["latest"]
    return found
