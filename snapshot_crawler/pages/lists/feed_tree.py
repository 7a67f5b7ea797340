"""The bytes of a feed or sitemap in, its tree out; for feeds.py, which reads the entries.

Real feeds are often no valid XML: raw ampersands in links (old PHP and ASP sites), names of HTML's entities, a wrong
charset label, control characters, a cut end. The recovering parser of libxml2 drops what it does not understand, and
with `&y=2` a part of the address. So the text is mended first, and the parser has little left to recover.
No entity is ever resolved and nothing is loaded from the network: neither entity bombs nor external entities work.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from html.entities import html5
from typing import Any

from lxml import etree

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.encoding import decode

MAX_FEED_BYTES = 16 * 1024 * 1024  # after unpacking; the sitemap protocol's 50 MB would block the process
MOST_MENDED = 200_000  # places; each costs half a microsecond, and the parser recovers from the rest in its own way
DECLARATION = re.compile(r"<\?xml\s[^>]{0,200}\?>")  # names an encoding that is no longer true
ROOT = re.compile(r"<(?:\?xml|!|rss|rdf|feed|channel|urlset|sitemapindex|\w{1,20}:rdf)\b", re.IGNORECASE)
ROOT_WITHIN = 10_000  # characters: what a script printed before it, such as a warning
# Sections in which an ampersand is only a character; else one that begins no entity of XML, and what may be its name.
AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|&(?!(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos);)([a-z][a-z0-9]{0,31};)?",
    re.IGNORECASE | re.DOTALL,
)
# The parser loses the entry at the number of a control, and lets half surrogates in, on which lxml fails later.
REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,8})|([0-9]{1,8}));", re.IGNORECASE)
MOST_REFERENCES = 1_000_000  # a text of Chinese characters may be written in them; more are left as they stand, as text
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML may hold them


def parse_feed(body: bytes, url: str, content_type: str | None = None) -> Any | None:
    """The root element; None where the bytes have no markup of XML.

    url: what its relative addresses count from (lxml's element.base). content_type: the header, which may name the
    charset. Raises UnreadablePageError for a broken gzip stream.
    """
    body = unpacked(body)
    try:
        text, _ = decode(body, content_type)
    except UnreadablePageError:
        text = body.decode("utf-8", "replace")  # addresses and times are ASCII; feeds.py leaves the rest out
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(mended(text).encode("utf-8", "ignore"), parser, base_url=url)
    except (etree.XMLSyntaxError, ValueError):
        return None


def unpacked(body: bytes) -> bytes:
    """The feed itself where the file is gzipped, as sitemaps often are; cut at MAX_FEED_BYTES."""
    if not body.startswith(b"\x1f\x8b"):
        return body[:MAX_FEED_BYTES]
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(body)).read(MAX_FEED_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadablePageError(f"a feed's gzip stream is broken: {error}") from error


def mended(text: str) -> str:
    """The source with every ampersand that begins no entity of XML written as one, and without control characters."""
    text = CONTROLS.sub("", DECLARATION.sub("", text, count=1)).strip()
    if not text.startswith("<") and (root := ROOT.search(text, 0, ROOT_WITHIN)):
        text = text[root.start() :]
    if "&" not in text:
        return text
    if text.count("&#") > MOST_REFERENCES:
        text = text.replace("&#", "&amp;#")
    return AMPERSAND.sub(_mended, REFERENCE.sub(_reference, text), count=MOST_MENDED)


def _reference(found: re.Match[str]) -> str:
    """The reference itself; '' where XML has no character of that number."""
    code = int(found[1], 16) if found[1] else int(found[2])
    is_character = (
        code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    )
    return found[0] if is_character else ""


def _mended(found: re.Match[str]) -> str:
    name = found[1]
    if found[0][0] == "<":
        return found[0]
    if name and name in html5:  # &nbsp; and its like, which XML does not know
        return "".join([f"&#{ord(character)};" for character in html5[name]])
    return f"&amp;{name or ''}"
