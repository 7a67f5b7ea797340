"""RSS, Atom and sitemaps, news sitemaps and sitemap indexes too: bytes in, the links they list out.

Read with lxml in recovering mode, because real feeds hold raw ampersands and cut ends; entities are never
resolved and nothing is loaded from the network, so neither entity bombs nor external entities work.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any

from lxml import etree

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.items import LinkRow
from snapshot_crawler.pages.dates import CHINA, parse_time
from snapshot_crawler.pages.page import Link, Reading
from snapshot_crawler.urls import normalise

MAX_FEED_BYTES = 16 * 1024 * 1024  # after unpacking; the sitemap protocol's 50 MB would block the process
MAX_ENTRIES = 50_000  # the sitemap protocol's own limit
MAX_ITEMS = 10_000  # of RSS and Atom, whose entries have more to read; the longest met had 1,000
ENTRY_TAGS = {"item", "entry", "url"}
ENTRY_ELEMENTS = 300  # of one entry that are looked at; entries inside each other would cost their product
TIME_TAGS = ("publication_date", "pubDate", "published", "date", "updated", "lastmod")
TEXT_TAGS = frozenset({*TIME_TAGS, "title", "loc", "guid"})


def read_feed(body: bytes, *, url: str, fetched_at: datetime, zone: tzinfo = CHINA) -> Reading:
    """The entries of a feed or sitemap as rows and 'article' links, those of a sitemap index as 'sitemap' links.

    Raises UnreadablePageError when body is neither. Links are absolute and normalised; at most 50,000
    of a sitemap, 10,000 of a feed.
    """
    root = _parse(_unpacked(body))
    if root is None or _name(root) not in {"rss", "RDF", "feed", "urlset", "sitemapindex"}:
        raise UnreadablePageError(f"{url} is neither RSS, Atom nor a sitemap")
    reading = Reading()
    if _name(root) == "sitemapindex":
        sitemaps = (element for element in root.iter() if _name(element) == "sitemap")
        addresses = (_texts(element).get("loc") for element in islice(sitemaps, MAX_ENTRIES))
        reading.links = [Link(address, "sitemap") for raw in addresses if raw and (address := normalise(raw, url))]
        return reading
    for entry in _entries(root):
        texts = _texts(entry)
        raw = _address(entry, texts)
        address = normalise(raw, url) if raw else None
        if address:
            time = next((text for tag in TIME_TAGS if (text := texts.get(tag))), None)
            moment = parse_time(time, fetched_at=fetched_at, zone=zone) if time else None
            row = LinkRow(address, texts.get("title"), None, moment.isoformat() if moment else None)
            reading.rows.append(row)
            reading.links.append(Link(address, "article"))
    return reading


def _unpacked(body: bytes) -> bytes:
    """The feed itself where the file is gzipped, as sitemaps often are; cut at MAX_FEED_BYTES."""
    if not body.startswith(b"\x1f\x8b"):
        return body[:MAX_FEED_BYTES]
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(body)).read(MAX_FEED_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadablePageError(f"a feed's gzip stream is broken: {error}") from error


def _parse(body: bytes) -> Any | None:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _entries(root: Any) -> Iterator[Any]:
    entries = (element for element in root.iter() if _name(element) in ENTRY_TAGS)
    yield from islice(entries, MAX_ENTRIES if _name(root) == "urlset" else MAX_ITEMS)


def _name(element: Any) -> str:
    """The tag without its namespace; '' for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _texts(entry: Any) -> dict[str, str]:
    """The texts of an entry's descendants by name, whatever their namespace; of each name the first that has one."""
    found: dict[str, str] = {}
    for element in islice(entry.iter(), ENTRY_ELEMENTS):
        name = _name(element)
        if name in TEXT_TAGS and name not in found and (text := "".join(element.itertext()).strip()):
            found[name] = text
    return found


def _address(entry: Any, texts: dict[str, str]) -> str | None:
    """The entry's address: <loc>, RSS <link>, Atom <link href> (rel=alternate or none), or a permanent <guid>."""
    if loc := texts.get("loc"):
        return loc
    for element in islice(entry.iter(), ENTRY_ELEMENTS):
        if _name(element) == "link":
            href: str | None = element.get("href")
            if href and element.get("rel", "alternate") == "alternate":
                return href
            if not href and (element.text or "").strip():
                return str(element.text).strip()
    guid = texts.get("guid")
    return guid if guid and guid.startswith(("http://", "https://")) else None
