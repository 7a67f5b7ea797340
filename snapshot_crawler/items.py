"""What the crawler publishes: the Article, one line of JSON each, and the parts it is made of.

The order of the fields is the order of the keys in the output. Times are ISO 8601 strings with an offset.
None (or an empty list) means that the page has no such value; it is never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SCHEMA_VERSION = 1


@dataclass(slots=True)
class LinkRow:
    """One row of a list of articles: related news, more of the category, or a listing page.

    Every value is None where the row lacks it; about half of a snapshot page's related rows have no title.
    """

    url: str | None = None  # absolute and normalised
    title: str | None = None
    snippet: str | None = None  # the keyword excerpt or summary, as the page shows it
    published_at: str | None = None  # ISO 8601 with offset


@dataclass(slots=True)
class Image:
    """An image inside the article's body."""

    url: str  # absolute
    caption: str | None = None


@dataclass(slots=True)
class DiscoveredBy:
    """How an address was found, and on which page."""

    kind: str  # start, related, category, listing (also from a feed or sitemap), next, feed, sitemap
    url: str | None = None  # the page that held the link; None for a start address


@dataclass(slots=True)
class Article:
    """One news article as its page states it, with the crawl's own notes.

    The readers in pages/ fill what the page says; the spider adds site, discovered_by and fetched_at; the
    de-duplicating pipeline adds version, supersedes, story and duplicate_of.
    """

    id: str = ""  # 40 hex digits: urls.article_id(url)
    url: str = ""  # the page's address after redirects, normalised
    site: str = ""  # the spider's name
    title: str | None = None
    category: str | None = None
    breadcrumbs: list[str] = field(default_factory=list)  # outermost first
    published_at: str | None = None
    published_precision: str | None = None  # second, minute or day
    published_raw: str | None = None  # the text that published_at was read from, or could not be
    source: str | None = None  # 来源: who published it first
    authors: list[str] = field(default_factory=list)
    body: str | None = None  # the article's own text, paragraphs joined by a blank line
    language: str | None = None  # BCP 47
    images: list[Image] = field(default_factory=list)
    snapshot_at: str | None = None  # 快照生成时间, where the page states it
    original_url: str | None = None  # 信息原文地址
    related: list[LinkRow] = field(default_factory=list)
    more_in_category: list[LinkRow] = field(default_factory=list)
    discovered_by: DiscoveredBy | None = None
    fetched_at: str | None = None
    content_hash: str | None = None  # hex, over the article's own fields only
    version: int = 1
    supersedes: str | None = None  # content_hash of the version before this one
    story: str | None = None  # id of the cluster of re-publications
    duplicate_of: str | None = None  # id of the article that this one repeats
    similarity: float | None = None  # 0 to 1, to the nearest article of that story; None unless duplicate_of
    rule: str | None = None  # exact, brief or near (docs/duplicates.md); None unless duplicate_of
    confidence: float | None = None  # 0 to 1, from the generic reader
    suspect: list[str] = field(default_factory=list)  # reasons to doubt the record
    schema_version: int = SCHEMA_VERSION


def article_from_dict(values: dict[str, Any]) -> Article:
    """The Article that dataclasses.asdict made values of, for example after a way through JSON."""
    found = values.get("discovered_by")
    parts = {
        "images": [Image(**image) for image in values["images"]],
        "related": [LinkRow(**row) for row in values["related"]],
        "more_in_category": [LinkRow(**row) for row in values["more_in_category"]],
        "discovered_by": DiscoveredBy(**found) if found else None,
    }
    return Article(**{**values, **parts})
