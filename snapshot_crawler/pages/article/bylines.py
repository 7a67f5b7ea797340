"""Who wrote an article: bylines in European languages and the names in metadata. Lines of text in, names out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from snapshot_crawler.lazy_pattern import LazyPattern, any_of
from snapshot_crawler.pages.article.title import bare
from snapshot_crawler.pages.metadata import Metadata, squeeze
from snapshot_crawler.pages.outline import Block

META_NAMES = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl", "authors", "dcterms.creator",
    "cxenseparse:author", "article.author", "twitter:data1",
)  # fmt: skip
BY = (
    r"(?:(?:written|posted|reported|words|story|text|photos?)\s+)?by",
    "von",  # German
    "par",  # French
    "por",  # Spanish, Portuguese
    "di",  # Italian
    "door",  # Dutch
    "av",  # Swedish, Norwegian
    "af",  # Danish
    "autor(?:in|en)?",  # German, Spanish, Polish
    "author",
    "auteur",  # French, Dutch
    r"text(?:\s+von)?",  # German
    "redacción",  # Spanish: the newsroom
    "autore",  # Italian
)
LABEL = LazyPattern(rf"^\s*(?:{any_of(BY)})\b\s*:?\s*", re.IGNORECASE)
INSIDE = re.compile(r"\b(?:by|von|par|por)\s+(?P<names>(?:[A-ZÀ-Þ][\w.’'-]+\s?){1,4})$")
SPLIT = re.compile(r"\s*(?:,|;|\band\b|&|\bund\b|\bet\b|\by\b|\bi\b|\||\n)\s*")
TITLED = re.compile(r"^(?:dr|prof|mr|mrs|ms)\.?\s+", re.IGNORECASE)
# Whole words of texts that are no name: what somebody is, or a part of the page beside the byline.
NOT_A_NAME_WORDS = (
    "editor",
    "staff writer",
    "reporter",
    "correspondent",
    "updated",
    "published",
    "contributor",
    "min read",
    "minutes?",
    "datum",  # German: date
    "comments?",
    "share",
    "follow",
    "view",
    "more",
    "read",
    "photo",
    "image",
    "illustration",
    "senior",
    "director",
    "associated press writer",
    r"projekt\w+",  # German: of a project
    r"leiter\w*",  # German: head of
)
NOT_A_NAME = LazyPattern(rf"https?:|@|^\d|[0-9]{{2}}|[<>=\"{{}}]|\b(?:{any_of(NOT_A_NAME_WORDS)})\b", re.IGNORECASE)
PERSON = re.compile(r"^(?:[^\W\d_][\w.’'-]*\s){1,4}[A-ZÀ-ÞĀ-Ž][\w.’'-]+$|^[A-ZÀ-ÞĀ-Ž][\w.’'-]+$")
HINT = re.compile(r"(?<![a-z])(?:author|byline|creator|writer|autor|verfasser)")
NOT_HINT = re.compile(r"bio|box|image|img|avatar|desc|title|job|role|social|follow|related|more|date|position|location")
LINK = re.compile(
    r"/(?:authors?|autor(?:en)?|autori|people|profiles?|staff|by|contributors?|writers?|redakteur\w*)/", re.IGNORECASE
)
LONGEST = 160  # characters of a line with a byline; by choice: longer lines are paragraphs


def names_in(text: str) -> list[str]:
    """The names in a byline or a metadata value."""
    found = []
    for name in SPLIT.split(LABEL.sub("", squeeze(text))):
        name = TITLED.sub("", name.strip(" .-–—:|·•/()"))
        if 2 <= len(name) <= 60 and not NOT_A_NAME.search(name) and len(name.split()) <= 5:
            found.append(name)
    return list(dict.fromkeys(found))


def _json_ld(value: Any, people: dict[str, str]) -> list[str]:
    """Names in a JSON-LD author value; people: names of the nodes that it may only point to."""
    names: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        name = one
        if isinstance(one, dict):
            name = one.get("name") or people.get(str(one.get("@id")))
        for text in name if isinstance(name, list) else [name]:
            if isinstance(text, str):
                names.extend(names_in(text))
    return list(dict.fromkeys(names))


def _is_site(name: str, sites: list[str]) -> bool:
    key = bare(name)
    return any(key and (key == site or (len(key) > 3 and key in site)) for site in sites)


def declared(found: Metadata, sites: list[str]) -> tuple[list[str], list[str]]:
    """Names in JSON-LD and meta tags: the persons, and the names that are only the site's own."""
    own: list[str] = []
    values = [_json_ld(found.article.get(key), found.people) for key in ("author", "creator")]
    values += [names_in(found.meta[name]) for name in META_NAMES if name in found.meta]
    for names in values:
        persons = [name for name in names if not _is_site(name, sites)]
        if persons:
            return persons, own
        own = own or names
    return [], own


def visible(blocks: Iterable[Block]) -> list[str]:
    """Names in the lines around the headline: links to authors, elements named so, lines that begin with By."""
    lines = [block for block in blocks if len(block.text) <= LONGEST]
    linked: list[str] = []
    named: list[str] = []
    for block in lines:
        around = block.box.hint + (block.box.parent.hint if block.box.parent else "")
        for part in block.parts:
            text = part.text.strip()
            if not text or len(text) > 60:
                continue
            if part.href and (LINK.search(part.href) or " author" in part.hint):
                linked.extend(name for name in names_in(text) if PERSON.match(name))
            elif HINT.search(part.hint) and not NOT_HINT.search(part.hint):
                named.extend(name for name in names_in(text) if PERSON.match(name))
        if HINT.search(around) and not NOT_HINT.search(block.box.hint) and len(block.text) < 80:
            named.extend(name for name in names_in(block.text) if PERSON.match(name))
    if linked or named:
        return list(dict.fromkeys(linked or named))[:6]
    return labelled(lines)


def labelled(lines: list[Block]) -> list[str]:
    """Names behind a word such as By, in the line or in the next one."""
    waiting = False
    for block in lines:
        label = LABEL.match(block.text)
        text = block.text[label.end() :] if label else block.text if waiting else ""
        if not text and (inside := INSIDE.search(block.text)):
            text = inside["names"]
        names = [name for name in names_in(text)[:4] if PERSON.match(name)] if text else []
        if names and len(text) < 100:
            return names
        waiting = bool(label) and not text.strip()
    return []


def authors(found: Metadata, head: Iterable[Block], sites: list[str]) -> list[str]:
    """The article's authors; the site's own name only where no person is named. sites: bare names of the site."""
    persons, own = declared(found, sites)
    return persons or visible(head) or own
