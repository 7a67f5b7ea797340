"""A fetched page: bytes to text to tree, the only place that decodes or parses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from snapshot_crawler.items import Article, LinkRow


@dataclass(slots=True, frozen=True)
class Page:
    """One HTML page, decoded once and parsed once.

    url: the address after redirects. text: the decoded source. tree: lexbor's tree of it.
    encoding: the codec that read the bytes. fetched_at: aware, when the bytes came.
    """

    url: str
    text: str
    tree: LexborHTMLParser
    encoding: str
    fetched_at: datetime

    @classmethod
    def from_bytes(cls, body: bytes, *, url: str, fetched_at: datetime, content_type: str | None = None) -> Page:
        """Read body as it really is encoded. Raises UnreadablePageError when it is no HTML text."""
        text = body.decode("utf-8", "replace")
        return cls(url, text, LexborHTMLParser(text), "utf-8", fetched_at)


@dataclass(slots=True, frozen=True)
class Link:
    """A link that a crawl may follow: absolute, normalised, and what it leads to (see DiscoveredBy.kind)."""

    url: str
    kind: str  # related, category (an article row), listing (a list page), next (its next page), article


@dataclass(slots=True)
class Reading:
    """What a reader found on a page. article is None on a page that is no article, such as a listing.

    rows: the list's rows in page order, where the page is a list. links: what to follow, in page order, each
    address once; not yet judged by site or by robots.txt.
    """

    article: Article | None = None
    rows: list[LinkRow] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
