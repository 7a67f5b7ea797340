"""A fetched page: bytes to text to tree, the only place that decodes or parses."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.items import Article, LinkRow
from snapshot_crawler.pages.budget import check
from snapshot_crawler.pages.dates.zones import SiteZone, site_zone
from snapshot_crawler.pages.encoding import read
from snapshot_crawler.pages.files import is_compressed, is_file
from snapshot_crawler.pages.language import SAMPLE, detect
from snapshot_crawler.pages.outline import Outline, lay_out
from snapshot_crawler.urls import normalise, normalised, same_site

MOST_LINKS = 5_000  # of one page; more is a link farm
MARKUP = re.compile(
    r"<(?:!doctype html|html|head|body|title|meta|div|p|span|table|article|section|h[1-6]|a|br|ul|font)\b", re.I
)
MARKUP_WITHIN = 100_000  # characters: pages may begin with long comments
SHORTEST_LINE = 8  # characters of a line that tells the language; by choice
CONTROLS = bytes({*range(32), 127} - {*b"\t\n\f\r"})  # characters that no page means
EACH_CONTROL = tuple(bytes([control]) for control in sorted(CONTROLS))
MOST_DAMAGED = 0.1  # share of controls and undecodable places in a page; of random bytes, 0.13 and more are such
BROKEN_CHARACTERS = "broken-characters"  # word in Article.suspect


@dataclass(frozen=True)
class Page:
    """One HTML page, decoded once and parsed once.

    url: the address after redirects. text: the decoded source. tree: lexbor's tree of it.
    encoding: the codec that read the bytes. fetched_at: aware, when the bytes came. is_damaged: whether bytes were
    left out that are no text, such as stray NULs and halves of characters. known_zone: of the site's times, where its
    spider says it.
    """

    url: str
    text: str
    tree: LexborHTMLParser
    encoding: str
    fetched_at: datetime
    is_damaged: bool = False
    known_zone: tzinfo | None = None

    @classmethod
    def from_bytes(
        cls,
        body: bytes,
        *,
        url: str,
        fetched_at: datetime,
        content_type: str | None = None,
        zone: tzinfo | None = None,
    ) -> Page:
        """Read body as it really is encoded.

        Raises UnreadablePageError, with its reason, when it is empty, binary, no HTML, broken or too costly to parse.
        """
        if not body.strip(b" \t\r\n\x00"):
            raise UnreadablePageError("the body is empty", reason="empty")
        if is_file(body) or is_compressed(body):
            raise UnreadablePageError(f"a file that begins with {body[:4]!r} is no HTML page")
        decoded = read(body, content_type)
        text = decoded.text.rstrip("\x00")  # a buffer that the page did not fill
        is_as_sent = decoded.codec == "utf-8" and not decoded.broken
        controls = _controls(body.rstrip(b"\x00") if is_as_sent else text.encode("utf-8", "replace"))
        if controls + decoded.broken > len(text) * MOST_DAMAGED + 2:
            raise UnreadablePageError("binary data, not text")
        has_nuls = controls > 0 and "\x00" in text
        is_damaged = decoded.broken > 0 or has_nuls
        if has_nuls:
            text = text.replace("\x00", "")  # as browsers do
        if not MARKUP.search(text, 0, MARKUP_WITHIN):
            raise UnreadablePageError("no HTML markup in it")
        source = check(text)
        is_same = is_as_sent and source is decoded.text and not body.startswith(BOM_UTF8)
        tree = LexborHTMLParser(body if is_same else source)  # lexbor reads UTF-8
        return cls(url, text, tree, decoded.codec, fetched_at, is_damaged, zone)

    @cached_property
    def outline(self) -> Outline:
        """The page as lines of text in their boxes; laid out at the first call."""
        root = self.tree.body or self.tree.root
        return lay_out(root) if root is not None else Outline()

    @cached_property
    def zone(self) -> tzinfo:
        """The zone of times without one in the page's lists: the spider's, else by its text's language and its host."""
        return self.zone_for(detect(_sample(self.outline)) if self.known_zone is None else None).zone

    def zone_for(self, language: str | None) -> SiteZone:
        """The zone of times without one in a text of that language; the spider's own comes first."""
        return SiteZone(self.known_zone, False) if self.known_zone is not None else self._site_zone(language)

    def _site_zone(self, language: str | None) -> SiteZone:
        return site_zone(language, self.url, self.declared_language)

    @cached_property
    def declared_language(self) -> str | None:
        """What the lang attribute of html says, as it stands there."""
        node = self.tree.css_first("html[lang]")
        return node.attributes.get("lang") if node is not None else None

    @cached_property
    def describing(self) -> list[LexborNode]:
        """The elements by which the page describes itself, found in one walk through the tree for all who ask."""
        return describing(self.tree)

    @cached_property
    def base_url(self) -> str:
        """What relative links count from: <base href> where it stays on the site, else the page's own address."""
        base = next((node for node in self.describing if node.tag == "base"), None)
        if base is None:
            return normalised(self.url)
        absolute = normalise(base.attributes.get("href") or "", self.url)
        return absolute if absolute and same_site(absolute, self.url) else self.url

    @cached_property
    def canonical_url(self) -> str | None:
        """The address that the page calls its own, normalised; None without one."""
        for node in self.describing:
            if node.tag == "link" and "href" in (said := node.attributes):
                return normalise(said["href"] or "", self.base_url)
        return None

    def absolute(self, href: str | None) -> str | None:
        """A link's address, absolute and normalised; None where it is not an http(s) address."""
        if not href or href[0] == "#" or href[:11].lower() == "javascript:":
            return None
        return normalise(href, self.base_url)

    def links(self) -> list[str]:
        """The addresses of all links, in page order, each once; at most MOST_LINKS."""
        urls: dict[str, None] = {}
        for anchor in self.tree.css("a[href], area[href]"):
            if (url := self.absolute(anchor.attributes.get("href"))) is not None:
                urls[url] = None
                if len(urls) >= MOST_LINKS:
                    break
        return list(urls)


def describing(tree: LexborHTMLParser) -> list[LexborNode]:
    """See Page.describing: base, meta, the canonical link and scripts of JSON-LD, in page order."""
    return tree.css("base[href], meta[content], link[rel~='canonical' i], script[type*='ld+json']")


def _sample(outline: Outline) -> str:
    """Lines of the page, enough to tell its language; short ones are menus and figures."""
    lines: list[str] = []
    size = 0
    for block in outline.blocks:
        if len(block.text) >= SHORTEST_LINE:
            lines.append(block.text)
            size += len(block.text)
            if size >= SAMPLE:
                break
    return "\n".join(lines)


def _controls(source: bytes) -> int:
    """How many control characters a text in UTF-8 holds, other than white space."""
    if not any(sign in source for sign in EACH_CONTROL):  # looked for one by one in half the time
        return 0
    return len(source) - len(source.translate(None, CONTROLS))


@dataclass(slots=True, frozen=True)
class Link:
    """A link that a crawl may follow: absolute, normalised, and what it leads to (see DiscoveredBy.kind)."""

    url: str
    kind: str  # related, category (an article row), listing (a list page), next (its next page), article


@dataclass(slots=True)
class Reading:
    """What a reader found on a page. article is None on a page that is no article, such as a listing.

    rows: the list's rows in page order, where the page is a list. links: what to follow, in page order, each
    address once; not yet judged by site or by robots.txt. container: a selector for the element around the article's
    text, None where it has no name. unmatched: links that look like articles, and that the spider's own pattern of
    articles does not take.
    """

    article: Article | None = None
    rows: list[LinkRow] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    container: str | None = None
    unmatched: list[str] = field(default_factory=list)
