"""The attributes fields and drop of a spider: parts of a page left out, and fields read from a named place.

What is dropped is a part of the page, by CSS, or a line of the text: "line: REGEX".

NewsSpider makes one Corrections, prunes each page before it is read, and applies the rules to each article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from selectolax.lexbor import LexborNode

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.items import Article, Image, Text, described, names_of
from snapshot_crawler.pages.article.text.paragraphs import body_text
from snapshot_crawler.pages.dates.times import parse_time
from snapshot_crawler.pages.lists.shapes import checked_css
from snapshot_crawler.pages.page import Page
from snapshot_crawler.spelling import did_you_mean
from snapshot_crawler.urls import normalise

FieldRule = str | Callable[[Page], Any]
ATTRIBUTE = re.compile(r"::attr\(\s*([\w:-]+)\s*\)\s*$")
TIMES = frozenset(names_of(Text.TIME))
LISTS = frozenset(each.name for each in described(Article) if each.is_list and not each.is_part)
CORRECTABLE = {each.name for each in described(Article)} - {"id", "url", "site", "schema_version"}
# Doubts of the shared reader that end where the author's own rule gives the field.
DOUBTS = {
    "title": ("no-title",),
    "published_at": ("no-time", "time-unlike-address"),
    "body": ("few-agree", "short-text", "unlike-article"),
}
LINE = "line:"  # begins what drop says of lines of the text
MOST_MISSED = 3  # addresses kept for a rule


class Corrections:
    """The fields and drop attributes of one spider, checked once and applied to each page.

    Raises ConfigurationError for a field that an Article does not have, and for a selector that is none.
    """

    def __init__(self, fields: Mapping[str, FieldRule], drop: Iterable[str] | str = ()) -> None:
        for name in fields:
            if name not in CORRECTABLE:
                raise ConfigurationError(
                    f"fields names {name!r}, which no article has{did_you_mean(name, CORRECTABLE)}"
                )
        self.fields = {name: rule if callable(rule) else _checked(rule) for name, rule in fields.items()}
        self.missed: dict[str, list[str]] = {}  # a few pages on which a field's rule found nothing
        parts = [drop] if isinstance(drop, str) else list(drop)
        self.drop = [checked_css(part) for part in parts if not part.startswith(LINE)]
        self.lines = [_line_pattern(part) for part in parts if part.startswith(LINE)]

    def prune(self, page: Page) -> None:
        """Take the dropped parts out of the page's tree, before anything is read."""
        for selector in self.drop:
            for node in page.tree.css(selector):
                node.decompose()

    def without_lines(self, text: str) -> str:
        """An article's text without the lines that the spider drops; as it is where they are all of it."""
        if not self.lines:
            return text
        kept = [line for line in text.split("\n\n") if not any(pattern.fullmatch(line) for pattern in self.lines)]
        return "\n\n".join(kept) or text

    def apply(self, article: Article, page: Page) -> dict[str, str]:
        """Replace the article's values by what the rules find; what became of each rule: hit, empty or gone.

        gone: nothing on the page fits the selector. empty: something does, and holds nothing.

        A rule that finds nothing leaves the shared reader's value as it is.
        """
        outcomes = {}
        article.body = self.without_lines(article.body or "") or article.body
        for name, rule in self.fields.items():
            value = rule(page) if callable(rule) else _selected(name, rule, page)
            outcomes[name] = "hit" if value else "empty" if callable(rule) or _stands(rule, page) else "gone"
            if not value:
                if len(missed := self.missed.setdefault(name, [])) < MOST_MISSED:
                    missed.append(page.url)
                continue
            if name in TIMES and isinstance(value, str):
                value = _set_time(article, name, value, page)
            if value is not None:
                setattr(article, name, value)
                settle(article, *DOUBTS.get(name, ()))
        return outcomes


def _line_pattern(part: str) -> re.Pattern[str]:
    """The regular expression of a dropped line. Raises ConfigurationError."""
    text = part.removeprefix(LINE).strip()
    try:
        return re.compile(text, re.DOTALL)
    except re.error as error:
        raise ConfigurationError(f"drop: {part!r} is no regular expression: {error}") from None


def settle(article: Article, *doubts: str) -> None:
    """Remove doubts from article.suspect that no longer hold."""
    article.suspect = [doubt for doubt in article.suspect if doubt not in doubts]


def _checked(rule: str) -> str:
    """A CSS rule without Scrapy's ::text, which is what a rule finds anyway."""
    rule = rule.strip().removesuffix("::text").strip()
    checked_css(ATTRIBUTE.sub("", rule))
    return rule


def _stands(rule: str, page: Page) -> bool:
    """Whether anything on the page fits a CSS rule."""
    return page.tree.css_first(ATTRIBUTE.sub("", rule)) is not None


def _selected(name: str, rule: str, page: Page) -> Any:
    """What a CSS rule finds for a field: body text, a list of texts, images, an attribute or one text."""
    attribute = ATTRIBUTE.search(rule)
    nodes = page.tree.css(rule[: attribute.start()] if attribute else rule)
    if name == "body":
        return body_text(nodes)
    if name == "images":
        return [Image(url) for node in nodes if (url := normalise(_value(node, "src") or "", page.url))]
    values = [text for node in nodes if (text := _value(node, attribute[1] if attribute else None))]
    if name in LISTS:
        return values
    return values[0] if values else None


def _value(node: LexborNode, attribute: str | None) -> str:
    text = node.attributes.get(attribute) if attribute else node.text(separator="", strip=False)
    return " ".join((text or "").split())


def _set_time(article: Article, name: str, text: str, page: Page) -> str | None:
    """The ISO form of a rule's time; published_at takes precision, raw text and whose zone it has along."""
    site = page.zone_for(article.language)
    moment = parse_time(text, fetched_at=page.fetched_at, zone=site.zone)
    if moment is None:
        return None
    if name == "published_at":
        article.published_precision, article.published_raw = moment.precision, moment.raw
        article.published_zone = moment.whose_zone(site)
    return moment.isoformat()
