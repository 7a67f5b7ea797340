"""What the library answers with: rows of lists, hits of a search, one article with its versions. Made by library.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Marked = list[tuple[str, bool]]  # a text in parts; True where a part is a hit


@dataclass(frozen=True, slots=True)
class Row:
    """An article in a list, in its newest version."""

    id: str
    title: str
    summary: str  # the beginning of the body, one line
    url: str
    site: str  # the spider's name
    category: str | None
    source: str | None
    published_at: str | None  # ISO 8601 with an offset
    day: str | None  # of published_at, as its own offset has it: 2026-11-25
    fetched_at: str
    version: int
    story: str  # the id of the story's first article; its own where it is the only one
    duplicate_of: str | None
    job: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. number: from 1; total: articles in the whole list."""

    rows: list[Row]
    number: int
    has_next: bool
    total: int


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that a search found."""

    row: Row
    title: Marked
    snippet: Marked  # up to three windows of the body, joined by …; its beginning where only the title has the words


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search."""

    hits: list[Hit]
    number: int
    has_next: bool
    total: int
    is_total_exact: bool  # else total is an estimate: long words are looked at one by one only as far as shown
    words: list[str]  # what was searched for, as it was read


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """An article of the same subject. snippet: ... around the words that relate it, as snapshot sites show it."""

    row: Row
    snippet: Marked
    words: list[str]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article."""

    version: int
    content_hash: str | None
    fetched_at: str


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One article. record: its newest version as published, all fields (items.Article)."""

    row: Row
    record: dict[str, Any]
    versions: list[Version]  # newest first


@dataclass(frozen=True, slots=True)
class Facet:
    """A category, source, site or day, and how many articles it has."""

    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A re-publication that a crawl met and dropped: another address of a story."""

    url: str
    story: str
    at: str  # when it was met


@dataclass(frozen=True, slots=True)
class Gone:
    """What is left of an article that was taken down."""

    id: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of the whole library."""

    articles: int
    versions: int
    stories: int
    sources: int
    categories: int
    days: int
    gone: int
    newest: str | None  # published_at of the newest article
    size_bytes: int
    troubles: dict[str, str] = field(default_factory=dict)  # by file: why it cannot be read (on)
