"""What the crawler publishes: the Article, one line of JSON each, and the parts it is made of.

The order of the fields is the order of the keys in the output. Times are ISO 8601 strings with an offset.
None (or an empty list) means that the page has no such value; it is never a guess.

A field is declared here and nowhere else. Beside its type stands what other rooms need to know of it (see About):
pipelines/clean.py, pipelines/validate.py, dedup/content.py, runs/drift.py, pages/site/fields.py and record_schema.py
read it from there. So a new field takes one declaration and the reader that fills it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from itemadapter import ItemAdapter

SCHEMA_VERSION = 1

ID = r"^[0-9a-f]{40}$"  # SHA-1 in hex
HASH = r"^[0-9a-f]{32}$"  # BLAKE2b-128 in hex: dedup/content.py
TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"  # ISO 8601 with an offset
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"  # BCP 47, as far as pages use it
SHARE = {"minimum": 0, "maximum": 1}


class Text(Enum):
    """What a text is. It decides how the text is cleaned and checked."""

    LINE = "words of the page on one line: white space folded, tags taken out, '' becomes None"
    PARAGRAPHS = "words of the page with line breaks, otherwise as LINE"
    ADDRESS = "an http or https address; invisible characters are taken out, nothing else is changed"
    TIME = "a time that the page states; one that cannot be becomes None"
    NAME = "an id or a hash; invisible characters are taken out, nothing else is changed"
    WORD = "a word of the crawler's own; white space folded"


@dataclass(frozen=True, slots=True)
class About:
    """What other rooms know of a field, beside its name and type.

    description: for readers of the output; it stands in the schema. text: what its texts are; None for numbers and
    parts. is_required: no record is published without it. hashed: its place in the content hash, from 1; a new field
    takes the next free number, and articles that have no such value keep their hash. is_watched: the watch for layout
    drift counts the articles that have it. limits: further keywords of JSON Schema, for one value.
    """

    description: str
    text: Text | None = None
    is_required: bool = False
    hashed: int | None = None
    is_watched: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)


def about(
    description: str,
    text: Text | None = None,
    *,
    required: bool = False,
    hashed: int | None = None,
    watched: bool = False,
    limits: Mapping[str, Any] | None = None,
) -> dict[str, About]:
    """The metadata of a dataclass field."""
    return {"about": About(description, text, required, hashed, watched, limits or {})}


def published(description: str, text: Text | None = None, *, default: Any = None, **more: Any) -> Any:
    """A field with its default. default=list: a new list for each record. more: see about()."""
    metadata = about(description, text, **more)
    return (
        field(default_factory=list, metadata=metadata) if default is list else field(default=default, metadata=metadata)
    )


@dataclass(slots=True)
class LinkRow:
    """One row of a list of articles: related news, more of the category, or a listing page.

    Every value is None where the row lacks it; about half of a snapshot page's related rows have no title.
    """

    url: str | None = published("where the row leads", Text.ADDRESS)
    title: str | None = published("the row's headline", Text.LINE)
    snippet: str | None = published("the excerpt or summary, as the list shows it", Text.LINE)
    published_at: str | None = published("the time that the row shows", Text.TIME)


@dataclass(slots=True)
class Image:
    """An image inside the article's body."""

    url: str = field(metadata=about("the picture's address", Text.ADDRESS))
    caption: str | None = published("the text below it", Text.LINE)


@dataclass(slots=True)
class Attachment:
    """A document that the article offers, such as a form or a table."""

    url: str = field(metadata=about("the file's address", Text.ADDRESS))
    name: str | None = published("what the page calls it", Text.LINE)


FOUND_BY = ["start", "related", "category", "listing", "next", "next-part", "feed", "sitemap", "archive"]


@dataclass(slots=True)
class DiscoveredBy:
    """How an address was found, and on which page."""

    kind: str = field(
        metadata=about(
            "related and category: rows beside another article; listing: a list, feed or sitemap; archive: a WARC file",
            Text.WORD,
            limits={"enum": FOUND_BY},
        )
    )
    url: str | None = published("the page that held the link", Text.ADDRESS)


@dataclass(slots=True)
class Archived:
    """Where the page is kept, as it was received (docs/archive.md)."""

    file: str = field(
        metadata=about("the WARC file, below DATA_DIR; as it was named on the command line where it lies elsewhere")
    )
    offset: int = field(
        metadata=about("where the page's record begins, in bytes of the compressed file", limits={"minimum": 0})
    )
    length: int = field(metadata=about("bytes of the record, compressed", limits={"minimum": 0}))
    digest: str = field(metadata=about("of the page's bytes as received, as WARC-Payload-Digest has it"))


@dataclass(slots=True)
class Article:
    """One news article as its page states it, with the crawl's own notes.

    The readers in pages/ fill what the page says; the spider adds site, discovered_by and fetched_at; the
    de-duplicating pipeline adds content_hash, version, supersedes, story, duplicate_of, similarity and rule; the
    archive adds archived in the commit.
    """

    id: str = published(
        "SHA-1 of the normalised address; on snapshot sites the name in /detail/NAME.html",
        Text.NAME,
        default="",
        required=True,
        limits={"pattern": ID},
    )
    url: str = published("the page's address after redirects, normalised", Text.ADDRESS, default="", required=True)
    site: str = published("the spider's name", Text.WORD, default="", required=True)
    title: str | None = published("the headline, without the site's name", Text.LINE, required=True, hashed=1)
    category: str | None = published("the site's own name of the section, such as 体育", Text.LINE, watched=True)
    breadcrumbs: list[str] = published("outermost first", Text.LINE, default=list)
    published_at: str | None = published(
        "when it was published, as the page says; with 'time from the list' in suspect, as the list that led to it "
        "says; the year too may come from there, where published_raw has none",
        Text.TIME,
        hashed=5,
        watched=True,
    )
    published_precision: str | None = published(
        "how exact published_at was stated; smaller units are 0; null with a published_at of null",
        Text.WORD,
        limits={"enum": ["second", "minute", "day"]},
    )
    published_raw: str | None = published(
        "the text that published_at was read from, or that has the look of a time and could not be read as one",
        Text.LINE,
    )
    published_zone: str | None = published(
        "whose zone published_at has: page, stated beside the time; site, by its spider or where language and host "
        "agree; guess, where they do not; null with a published_at of null, and for a list's time",
        Text.WORD,
        limits={"enum": ["page", "site", "guess"]},
    )
    source: str | None = published("who published it first", Text.LINE, hashed=3, watched=True)  # 来源
    authors: list[str] = published(
        "names of persons as the page gives them; where it names none, as the site's feed does under the same headline",
        Text.LINE,
        default=list,
        hashed=4,
        watched=True,
    )
    body: str | None = published(
        "the article's own text, paragraphs joined by a blank line", Text.PARAGRAPHS, required=True, hashed=2
    )
    language: str | None = published(
        "the language of the text, BCP 47", Text.WORD, watched=True, limits={"pattern": LANGUAGE}
    )
    images: list[Image] = published("pictures of the article, in page order", default=list, watched=True)
    attachments: list[Attachment] = published(  # not hashed: a corrected file has another address, not another text
        "documents that the text or the lines behind it link to (PDF, Word, tables, archives), in page order",
        default=list,
    )
    snapshot_at: str | None = published(  # 快照生成时间
        "when the site took its snapshot, where the page says so", Text.TIME, watched=True
    )
    original_url: str | None = published(  # 信息原文地址
        "where the article was first published, where the page links to it", Text.ADDRESS
    )
    related: list[LinkRow] = published("related-news rows in page order", default=list, watched=True)
    more_in_category: list[LinkRow] = published("rows of further articles of the category, in page order", default=list)
    discovered_by: DiscoveredBy | None = published(
        "how the address was found, and on which page; the page is null for a start and for a page of a WARC file",
        required=True,
    )
    fetched_at: str | None = published(
        "when the page was fetched, ISO 8601 with an offset", Text.WORD, required=True, limits={"pattern": TIME}
    )
    archived: Archived | None = published(
        "where the page is kept, as it was received; of an article in several parts, its first page; null where none is"
    )
    content_hash: str | None = published(
        "over the article's own fields only", Text.NAME, required=True, limits={"pattern": HASH}
    )
    version: int = published(
        "1, and one more each time that the article was published with another content_hash",
        default=1,
        limits={"minimum": 1},
    )
    supersedes: str | None = published("content_hash of the version before", Text.NAME, limits={"pattern": HASH})
    story: str | None = published("id of the first article of the cluster of re-publications", Text.NAME)
    duplicate_of: str | None = published("id of the article that this one repeats (DUPLICATES=mark)", Text.NAME)
    similarity: float | None = published("to the nearest article of the story; null without duplicate_of", limits=SHARE)
    rule: str | None = published(
        "by which duplicate_of was decided: exact, brief or near (docs/duplicates.md); null without it", Text.WORD
    )
    confidence: float | None = published("of the generic reader; null where labels told", limits=SHARE)
    suspect: list[str] = published(
        "reasons to doubt the record, each in a few fixed words (docs/adding-a-site.md lists them)",
        Text.WORD,
        default=list,
    )
    schema_version: int = published(
        "of this schema; it grows when a field changes its meaning or goes",
        default=SCHEMA_VERSION,
        limits={"const": SCHEMA_VERSION},
    )


@dataclass(frozen=True, slots=True)
class Described:
    """A field as declared. type: of one value, such as str or LinkRow; a list field holds several of them."""

    name: str
    about: About
    type: type
    is_list: bool
    is_optional: bool  # None is a value of it

    @property
    def is_part(self) -> bool:
        """Whether its values are records of their own, such as LinkRow."""
        return hasattr(self.type, "__dataclass_fields__")

    @property
    def is_words(self) -> bool:
        """Whether its values are words of the page."""
        return self.about.text in (Text.LINE, Text.PARAGRAPHS)


@cache
def described(kind: type) -> tuple[Described, ...]:
    """The fields of Article, of one of its parts, or of a class that adds to them, in order."""
    hints = get_type_hints(kind)
    return tuple(
        _described(each.name, each.metadata.get("about") or About(""), hints[each.name]) for each in fields(kind)
    )


def _described(name: str, notes: About, hint: Any) -> Described:
    """A field's declaration, from its type hint: T, T | None or list[T]."""
    is_list = get_origin(hint) is list
    choices = get_args(hint)
    value = next((choice for choice in choices if choice is not NoneType), hint)
    return Described(name, notes, value, is_list, NoneType in choices)


def is_article(item: Any) -> bool:
    """Whether an item, of whatever kind, is an article: it has an address, a title and a body, all of them text."""
    if not ItemAdapter.is_item(item):
        return False
    adapter = ItemAdapter(item)
    has_name = bool(adapter.get("id")) or isinstance(adapter.get("url"), str)
    return has_name and all(isinstance(text := adapter.get(name), str) and text.strip() for name in ("title", "body"))


def names_of(*texts: Text) -> tuple[str, ...]:
    """The names of Article's fields whose text is one of these."""
    return tuple(each.name for each in described(Article) if each.about.text in texts)


def article_from_dict(values: Mapping[str, Any]) -> Article:
    """The Article that dataclasses.asdict made values of, for example after a way through JSON.

    A field that another version of the crawler has and this one has not is left out, and the other way round.
    """
    return Article(
        **{each.name: _restored(each, values[each.name]) for each in described(Article) if each.name in values}
    )


def _restored(declared: Described, value: Any) -> Any:
    if not declared.is_part or value is None:
        return value
    return [declared.type(**part) for part in value] if declared.is_list else declared.type(**value)
