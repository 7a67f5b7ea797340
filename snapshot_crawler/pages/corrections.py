"""What a site's author knows better than the shared reader: parts left out, fields taken from a named place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields as dataclass_fields
from datetime import datetime, timedelta, tzinfo
from typing import Any

from selectolax.lexbor import LexborNode

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.items import Article, Image, LinkRow
from snapshot_crawler.pages.dates import CHINA, parse_time
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.paragraphs import body_text
from snapshot_crawler.pages.shapes import checked_css
from snapshot_crawler.spelling import did_you_mean
from snapshot_crawler.urls import normalise

FieldRule = str | Callable[[Page], Any]
ATTRIBUTE = re.compile(r"::attr\(\s*([\w:-]+)\s*\)\s*$")
TIMES = frozenset({"published_at", "snapshot_at"})
LISTS = frozenset({"authors", "breadcrumbs", "suspect"})
CORRECTABLE = {field.name for field in dataclass_fields(Article)} - {"id", "url", "site", "schema_version"}
FARTHEST_TITLES = 0.5  # share of the shorter title's character pairs that the longer must hold
SHORTEST_TITLE = 6  # letters of a headline that a line of the page is known by
LONGEST_TITLE = 200
YEAR_SHOWN = re.compile(r"\d{4}|[〇零○前刚今昨]")
MOST_MISSED = 3  # addresses kept for a rule
YEAR = timedelta(days=365.2425)
FARTHEST_TIMES_S = 36 * 3600  # lists often show the day alone, and the zone may shift it


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
        self.drop = [checked_css(part) for part in ([drop] if isinstance(drop, str) else drop)]

    def prune(self, page: Page) -> None:
        """Take the dropped parts out of the page's tree, before anything is read."""
        for selector in self.drop:
            for node in page.tree.css(selector):
                node.decompose()

    def apply(self, article: Article, page: Page, *, zone: tzinfo | None) -> dict[str, str]:
        """Replace the article's values by what the rules find; what became of each rule: hit, empty or gone.

        gone: nothing on the page fits the selector. empty: something does, and holds nothing.

        A rule that finds nothing leaves the shared reader's value as it is.
        """
        outcomes = {}
        for name, rule in self.fields.items():
            value = rule(page) if callable(rule) else _selected(name, rule, page)
            outcomes[name] = "hit" if value else "empty" if callable(rule) or _stands(rule, page) else "gone"
            if not value:
                if len(missed := self.missed.setdefault(name, [])) < MOST_MISSED:
                    missed.append(page.url)
                continue
            if name in TIMES and isinstance(value, str):
                value = _set_time(article, name, value, page, zone)
            if value is not None:
                setattr(article, name, value)
        return outcomes


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


def _set_time(article: Article, name: str, text: str, page: Page, zone: tzinfo | None) -> str | None:
    """The ISO form of a rule's time; published_at takes precision and raw text along."""
    moment = parse_time(text, fetched_at=page.fetched_at, zone=zone or CHINA)
    if moment is None:
        return None
    if name == "published_at":
        article.published_precision, article.published_raw = moment.precision, moment.raw
    return moment.isoformat()


def cross_check(article: Article, row: LinkRow, page: Page | None = None) -> None:
    """Hold the article against the list row that led to it: what disagrees is noted in suspect.

    The row's time stands in where the article's page has none: it is the site's own statement. Where the list's
    headline is another than the article's, and page has that line above its text, the line is the headline.
    """
    if row.title and article.title and _agreement(row.title, article.title) < FARTHEST_TITLES:
        line = _line_of(row.title, page) if page is not None else None
        if line is not None:
            article.title = line
        else:
            article.suspect.append("title differs from the list's")
    if not row.published_at:
        return
    if article.published_at is None:
        article.published_at, article.published_raw = row.published_at, row.published_at
        article.published_precision = "day" if "T00:00:00" in row.published_at else "minute"
    elif not YEAR_SHOWN.search(article.published_raw or "") and _is_years_apart(article.published_at, row.published_at):
        article.published_at = (
            f"{row.published_at[:4]}{article.published_at[4:]}"  # the page shows no year, the list does
        )
    elif _distance_s(article.published_at, row.published_at) > FARTHEST_TIMES_S:
        article.suspect.append("time differs from the list's")


def _is_years_apart(one: str, other: str) -> bool:
    """Whether two times name the same day of different years; 29 February is left alone."""
    return one[:4] != other[:4] and one[5:10] == other[5:10] != "02-29"


def _line_of(title: str, page: Page) -> str | None:
    """The first line of the page that is the list's headline, or begins with it where the list has cut it."""
    wanted = _letters(title)
    if len(wanted) < SHORTEST_TITLE:
        return None
    for block in page.outline.blocks:
        if block.link_share < 0.5 and not block.box.hidden and len(block.text) < LONGEST_TITLE:
            line = _letters(block.text)
            if line == wanted or (title.endswith(("…", "...")) and line.startswith(wanted)):
                return block.text
    return None


def _agreement(one: str, other: str) -> float:
    """The share of the shorter text's pairs of letters that the other holds too; lists cut titles, so containment."""
    pairs = [
        {text[i : i + 2] for i in range(max(1, len(text) - 1))} for text in (_letters(one), _letters(other)) if text
    ]
    if len(pairs) < 2:
        return 1.0
    shorter, longer = sorted(pairs, key=len)
    return len(shorter & longer) / len(shorter)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _distance_s(one: str, other: str) -> float:
    """How far two times are apart, in seconds; whole years do not count: lists often show no year."""
    apart = abs(datetime.fromisoformat(one) - datetime.fromisoformat(other))
    years = round(apart / YEAR)
    return abs(apart - years * YEAR).total_seconds()
