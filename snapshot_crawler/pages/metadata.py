"""What a page says about itself out of sight: meta tags, JSON-LD, canonical link. Tree in, Metadata out.

On Chinese pages this is scarce (JSON-LD on one in twelve, canonical on one in ten), on others it is the first witness.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser, LexborNode

from snapshot_crawler.pages.outline import UNSEEN_SIGNS

ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|^Report|Review|Posting)$")
CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.{0,40}?\*/)|(?://\s*\]\]>|\]\]>|-->)\s*;?\s*$|;\s*$"
)
TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
LARGEST_JSON = 2_000_000  # characters; more is data for a program, not a description of the page


@dataclass(slots=True)
class Metadata:
    """Values as the page gives them, white space squeezed; nothing is judged yet."""

    title: str | None = None  # the <title>
    meta: dict[str, str] = field(default_factory=dict)  # name, property or itemprop in lower case -> first content
    article: dict[str, Any] = field(default_factory=dict)  # the JSON-LD node of the article
    people: dict[str, str] = field(default_factory=dict)  # JSON-LD @id -> name, of persons and organisations
    breadcrumbs: list[str] = field(default_factory=list)  # of JSON-LD, outermost first
    canonical: str | None = None
    language: str | None = None  # as declared on <html>; often wrong

    def first(self, *names: str) -> str | None:
        """The first of the named meta values that the page has."""
        return next((self.meta[name] for name in names if name in self.meta), None)

    def text(self, key: str) -> str | None:
        """A JSON-LD value of the article as text; None when it is missing or no text."""
        value = self.article.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        return squeeze(html.unescape(value)) or None if isinstance(value, str) else None


def squeeze(text: str) -> str:
    """Text with every run of white space made one space, and without invisible characters."""
    return " ".join((text if text.isprintable() else UNSEEN_SIGNS.sub("", text)).split())


def _parse_json(text: str) -> Any:
    """JSON as pages write it: with line breaks inside strings, comments around it, commas at the end."""
    if len(text) > LARGEST_JSON:
        return None
    if "\x7f" not in text:  # of all control characters the only one that JSON allows in a string
        try:
            return orjson.loads(text.encode("utf-8", "replace"))  # as most pages write it
        except orjson.JSONDecodeError:
            pass
    text = WRAPPING.sub("", CONTROLS.sub(" ", text)).strip()
    for attempt in (text, TRAILING_COMMA.sub("", text)):
        try:
            return orjson.loads(attempt.encode("utf-8", "replace"))
        except orjson.JSONDecodeError:
            continue
    return None


def _nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every typed JSON-LD object inside value, outer before inner."""
    if depth > 8:  # by choice: JSON-LD nests less
        return
    if isinstance(value, list):
        for inner in value:
            yield from _nodes(inner, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "breadcrumb", "hasPart"):
            if isinstance(value.get(key), dict | list):
                yield from _nodes(value[key], depth + 1)


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _read_breadcrumbs(node: dict[str, Any]) -> list[str]:
    """The names of a BreadcrumbList in the order of their positions."""
    rows = []
    items = node.get("itemListElement")
    for place, row in enumerate(items if isinstance(items, list) else []):
        if not isinstance(row, dict):
            continue
        item = row.get("item")
        name = row.get("name") or (item.get("name") if isinstance(item, dict) else None)
        position = row.get("position")
        if isinstance(name, str) and name.strip():
            rows.append((position if isinstance(position, int) else place, squeeze(html.unescape(name))))
    return [name for _, name in sorted(rows, key=lambda row: row[0])]


def _read_json_ld(script: LexborNode, found: Metadata, best: int) -> int:
    """Take what a script of JSON-LD says. best: the worth of the article found so far; returned as it is then."""
    for node in _nodes(_parse_json(script.text() or "")):
        kinds = _types(node)
        if "BreadcrumbList" in kinds and not found.breadcrumbs:
            found.breadcrumbs = _read_breadcrumbs(node)
        if isinstance(node.get("@id"), str) and isinstance(node.get("name"), str):
            found.people[node["@id"]] = node["name"]
        is_article = any(ARTICLE_TYPE.search(kind) for kind in kinds)
        if not is_article and not ("WebPage" in kinds and "datePublished" in node):
            continue
        # more than all of the three keys together
        worth = (10 if is_article else 0) + sum(key in node for key in ("headline", "datePublished", "articleBody"))
        if worth > best:
            best, found.article = worth, node
    return best


def _read_meta(node: LexborNode, found: Metadata) -> None:
    """Take the names and the value of a meta element."""
    values = node.attributes
    if content := squeeze(values.get("content") or ""):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := values.get(attribute):
                found.meta.setdefault(name.strip().lower(), content)


def read_metadata(tree: LexborHTMLParser, describing: list[LexborNode]) -> Metadata:
    """Collect the page's own description of itself. Never raises on any tree. describing: see Page.describing."""
    found = Metadata()
    root = tree.root
    if root is not None and root.tag == "html":
        found.language = root.attributes.get("lang") or root.attributes.get("xml:lang")
    title = tree.css_first("head title") or tree.css_first("title")
    found.title = squeeze(title.text()) or None if title else None
    best = 0
    canonical: LexborNode | None = None
    for node in describing:
        tag = node.tag
        if tag == "meta":
            _read_meta(node, found)
        elif tag == "script":
            best = _read_json_ld(node, found, best)
        elif tag == "link":
            canonical = canonical or node
    found.canonical = (canonical.attributes.get("href") or "").strip() or None if canonical else None
    return found
