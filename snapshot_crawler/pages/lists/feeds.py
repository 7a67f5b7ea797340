"""RSS, Atom, CDF and sitemaps, news sitemaps and sitemap indexes too: bytes in, the links they list out.

NewsSpider follows the links and keeps what the entry says beside each: title, time, authors, text. Elements of one name
are told apart by where they stand: an entry's own child counts before one deeper inside it (the title of its picture or
of its source), and the vocabularies of feeds before all others. feed_tree.py makes the tree.

feedparser reads the same feeds at 2.6 times the CPU (1,000 entries: 0.34 s and 0.13 s), and it reads no sitemaps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.items import LinkRow
from snapshot_crawler.pages.article.bylines import names_in
from snapshot_crawler.pages.budget import check
from snapshot_crawler.pages.dates.times import CHINA, parse_time
from snapshot_crawler.pages.dates.zones import site_zone
from snapshot_crawler.pages.language import detect
from snapshot_crawler.pages.lists.feed_tree import parse_feed
from snapshot_crawler.pages.outline import lay_out
from snapshot_crawler.pages.page import Link, Reading
from snapshot_crawler.urls import normalise

MAX_ENTRIES = 50_000  # the sitemap protocol's own limit
MAX_ITEMS = 10_000  # of RSS and Atom, whose entries have more to read; the longest met had 1,000
ENTRY_ELEMENTS = 300  # of one entry that are looked at; entries inside each other would cost their product
ENTRIES = ("item", "entry")  # some feeds of one kind name them as the other does
ROOTS = {**dict.fromkeys(("rss", "rdf", "channel", "feed"), ENTRIES), "urlset": ("url",), "sitemapindex": ("sitemap",)}
# The time of publishing first, then the nearest to it; lower case, as all names here.
TIMES = (
    "publication_date", "pubdate", "published", "issued", "date", "available", "created", "updated", "modified",
    "lastmod",
)  # fmt: skip
WHOLE_TEXTS = ("encoded", "content", "full-text")  # content:encoded, Atom, Yandex
SUMMARIES = ("description", "summary", "abstract")
PEOPLE = ("creator", "author")  # dc:creator is a name, RSS's author may be a mail address
WANTED = frozenset({*TIMES, *WHOLE_TEXTS, *SUMMARIES, *PEOPLE, "title", "loc", "link", "guid", "id", "name"})
KNOWN = re.compile(  # namespaces of the vocabularies; and their prefixes, where a feed forgot to declare them
    r"\{https?://(?:purl\.org|www\.w3\.org|backend\.userland\.com|(?:my|channel)\.netscape\.com|www\.sitemaps\.org"
    r"|www\.google\.com/schemas/sitemap)|(?:dc|dcterms|content|atom|news|rss):|[^:{]*$",
    re.IGNORECASE,
)
ASIDE = frozenset({"source", "image", "textinput"})  # their title, link and time are another thing's
HTML_TYPES = frozenset({"", "html", "xhtml", "text/html", "application/xhtml+xml"})
LONGEST_VALUE = 2_000  # characters of an address, a title or a time
LONGEST_TEXT = 20_000  # characters of an entry's text that are read
MOST_TEXT = 1_000_000  # the same of a whole feed; entries behind it have none
LONGEST_SNIPPET = 300  # characters; by choice: about two sentences, as lists show them
NAME_IN_MAIL = re.compile(r"\S+@\S+\s*\(([^()]+)\)|(.+?)\s*<[^<>]*@[^<>]*>")  # mail (Name), Name <mail>
MOST_TITLES = 30  # headlines that tell a feed's language; by choice
BETWEEN_NAMES = re.compile(r"[、，；/]")
ACCOUNTS = frozenset({"admin", "administrator", "webmaster", "root", "editor", "unknown", "anonymous"})


@dataclass(slots=True)
class FeedEntry(LinkRow):
    """One entry of a feed; of a sitemap, with title and time where it is a news sitemap."""

    authors: list[str] = field(default_factory=list)
    category: str | None = None  # where a list that is data names the section of each row
    text: str | None = None  # the whole article as the feed gives it, paragraphs joined by a blank line


def read_feed(
    body: bytes, *, url: str, fetched_at: datetime, zone: tzinfo | None = None, content_type: str | None = None
) -> Reading:
    """The entries of a feed or sitemap as rows (FeedEntry) and 'article' links, those of an index as 'sitemap' links.

    content_type: the header. zone: of times without one; None: by the language of the first headlines and the host.
    Raises UnreadablePageError when body is neither. Links are absolute and normalised; at most 50,000 of a sitemap,
    10,000 of a feed.
    """
    root = parse_feed(body, url, content_type)
    kind = _name(root) if root is not None else ""
    if root is None or kind not in ROOTS:
        raise UnreadablePageError(f"{url} is neither RSS, Atom nor a sitemap")
    base = normalise(root.get("BASE") or "", url) if kind == "channel" else None
    reading, texts = Reading(), Texts()
    times: dict[str, str | None] = {}  # as they are written: many entries of a sitemap have the same
    entries = (element for element in root.iter() if _name(element) in ROOTS[kind])
    for element in islice(entries, MAX_ITEMS if ROOTS[kind] is ENTRIES else MAX_ENTRIES):
        entry = Entry(element, base)
        if (address := entry.address()) is None:
            continue
        if kind == "sitemapindex":
            reading.links.append(Link(address, "sitemap"))
            continue
        if (time := entry.time() or "") not in times:
            zone = zone or _zone(root, url)
            moment = parse_time(time, fetched_at=fetched_at, zone=zone)
            times[time] = moment.isoformat() if moment else None
        row = FeedEntry(address, entry.title(), None, times[time], entry.authors())
        row.text = texts.take(entry.element_of(WHOLE_TEXTS))
        row.snippet = (texts.take(entry.element_of(SUMMARIES)) or "")[:LONGEST_SNIPPET] or None
        reading.rows.append(row)
        reading.links.append(Link(address, "article"))
    return reading


def _zone(root: Any, url: str) -> tzinfo:
    """The zone of a feed's times; a sitemap without headlines, of a host that tells no country, has China's."""
    titles = (element.text or "" for element in root.iter() if _name(element) == "title")
    site = site_zone(detect("\n".join(islice(titles, MOST_TITLES))), url)
    return CHINA if site.zone is UTC else site.zone


class Entry:
    """One entry's elements by name, the likeliest first.

    base: what its addresses count from; None: what xml:base says where each stands.
    """

    def __init__(self, element: Any, base: str | None) -> None:
        self.element = element
        self.base = base
        self.found: dict[str, list[Any]] = {}
        ranked: list[tuple[int, int, str, Any]] = []
        for place, inner in enumerate(islice(element.iter(), 1, ENTRY_ELEMENTS)):
            if (name := _name(inner)) in WANTED and (rank := self._rank(inner)) is not None:
                ranked.append((rank, place, name, inner))
        for _, _, name, inner in sorted(ranked, key=lambda one: one[:2]):
            self.found.setdefault(name, []).append(inner)

    def _rank(self, inner: Any) -> int | None:
        """0 for the entry's own child in a known vocabulary, 1 in another, 2 deeper; None for what is aside."""
        parent = inner.getparent()
        if parent is self.element:
            return 0 if KNOWN.match(inner.tag) else 1
        return None if _name(parent) in ASIDE else 2

    def first(self, names: tuple[str, ...]) -> str | None:
        """The first text under one of the names, in the order of the names."""
        return next((text for name in names for one in self.found.get(name, ()) if (text := _text(one))), None)

    def element_of(self, names: tuple[str, ...]) -> Any | None:
        """The first element of one of the names that holds anything."""
        return next((one for name in names for one in self.found.get(name, ()) if len(one) or one.text), None)

    def title(self) -> str | None:
        """The headline, without the markup that some feeds write into it."""
        text = self.first(("title",))
        return plain(text).replace("\n\n", " ") or None if text and ("<" in text or "&" in text) else text

    def time(self) -> str | None:
        """The text of the time of publishing, else of one near to it."""
        return self.first(TIMES) or self.element.get("LASTMOD")

    def authors(self) -> list[str]:
        """Names of persons; mail addresses and the names of accounts are none."""
        people: dict[str, None] = {}
        for name in PEOPLE:
            for element in self.found.get(name, ()):
                text = _text(element)
                if (mail := NAME_IN_MAIL.fullmatch(text)) is not None:
                    text = mail[1] or mail[2]
                inner = [one for one in element if _name(one) == "name"]  # Atom has uri and email beside it
                for piece in [_text(one) for one in inner] if inner else BETWEEN_NAMES.split(text):
                    people |= dict.fromkeys(one for one in names_in(piece) if one.lower() not in ACCOUNTS)
        return list(people)

    def address(self) -> str | None:
        """<loc>, <link> (Atom: rel=alternate or none, a page before other types), a permanent guid, an id."""
        for raw, element in self._addresses():
            if address := normalise(raw, self.base or element.base):
                return address
        return None

    def _addresses(self) -> Iterator[tuple[str, Any]]:
        yield from ((text, one) for one in self.found.get("loc", ()) if (text := _text(one)))
        others: list[tuple[str, Any]] = []
        for link in self.found.get("link", ()):
            raw = link.get("href") or _text(link)
            if raw and link.get("rel", "alternate").lower() == "alternate":
                if link.get("type", "").lower() in HTML_TYPES:
                    yield raw, link
                else:
                    others.append((raw, link))
        yield from others
        if href := self.element.get("HREF"):  # CDF
            yield href, self.element
        for guid in self.found.get("guid", ()):
            text = _text(guid)
            if guid.get("isPermaLink", "true").lower() != "false" and text.startswith(("http://", "https://")):
                yield text, guid
        yield from ((text, one) for one in self.found.get("id", ()) if (text := _text(one)))
        if about := self.element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"):
            yield about, self.element


class Texts:
    """Texts of entries as plain paragraphs, up to MOST_TEXT characters of source in all."""

    def __init__(self) -> None:
        self.left = MOST_TEXT

    def take(self, element: Any | None) -> str | None:
        """The text of an element that holds HTML, escaped or as elements of its own; None where nothing is left."""
        if element is None or self.left <= 0:
            return None
        if any(isinstance(inner.tag, str) for inner in element):
            source = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
        else:
            source = _text(element, LONGEST_TEXT)
        self.left -= len(source)
        return plain(source[:LONGEST_TEXT]) or None


def plain(source: str) -> str:
    """The visible text of a piece of HTML, its paragraphs joined by a blank line; '' where it cannot be read."""
    if "<" not in source and "&" not in source:
        return " ".join(source.split())
    try:
        body = LexborHTMLParser(check(source)).body
    except UnreadablePageError:
        return ""
    blocks = lay_out(body).blocks if body is not None else []
    return "\n\n".join(block.text for block in blocks if not block.box.hidden)


def _name(element: Any) -> str:
    """The tag without namespace and prefix, lower case; '' for comments and processing instructions."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1_000)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _text(element: Any, most: int = LONGEST_VALUE) -> str:
    """All text inside an element, white space at its ends stripped; cut at most characters; '' where it is broken."""
    text = element.text or ""
    if len(element):
        pieces, size = [], 0
        for piece in element.itertext("*", with_tail=True):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                break
        text = "".join(pieces)
    return "" if "\ufffd" in text else str(text)[:most].strip()
