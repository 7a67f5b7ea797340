"""The article that a page holds as data for its own script: __NEXT_DATA__, __NUXT__, a variable. Page in, node out.

The answer has the shape of a JSON-LD article, so that every reader of metadata finds its value where it looks for it.
The reader asks only where the visible page shows no text.
"""

from __future__ import annotations

import re
from typing import Any

from snapshot_crawler.pages.data import epoch_seconds, page_data, values_in
from snapshot_crawler.pages.lists.paging import script_text
from snapshot_crawler.pages.lists.shapes import looks_like_page
from snapshot_crawler.pages.page import Page
from snapshot_crawler.urls import same_site

SHORTEST_TEXT = 150  # characters without markup; by choice: shorter ones are summaries
MOST_VALUES = 20_000  # of one page that are looked at
DEEPEST = 14
TAGS = re.compile(r"<[^<>]{0,400}>")
TITLE = re.compile(r"^(?:\w*_)?(?:title|headline|subject|news_?title|article_?title|name)$", re.IGNORECASE)
TEXT = re.compile(r"content|body|text|html|detail|article|description", re.IGNORECASE)
TIME = re.compile(r"pub|release|issue|post|creat|time|date", re.IGNORECASE)
BEST_TIME = re.compile(r"pub|release|issue|post", re.IGNORECASE)
SOURCE = re.compile(
    r"^(?:\w*_)?(?:source|origin|media|copyfrom|source_?name|publisher|site_?name)(?:_?name)?$", re.IGNORECASE
)
AUTHOR = re.compile(r"^(?:\w*_)?(?:author|byline|writer|reporter|author_?name|authors)$", re.IGNORECASE)
SECTION = re.compile(r"^(?:section|category|channel|column|cat)(?:_?name)?$", re.IGNORECASE)
# var ct = "1764000000"; publishTime: '2026-11-24 18:40'
TIME_VARIABLE = re.compile(
    r"""\b(?:ct|pub_?time|pub_?date|publish_?(?:time|date|ed_?at)|create_?time|news_?time|article_?time)["']?\s*[:=]\s*["'](\d{10}(?:\d{3})?|\d{4}[-/.年][^"'\n<>]{4,30})["']""",
    re.IGNORECASE,
)
NAME_VARIABLE = re.compile(
    r"""\b(?:nickname|nick_name|account_?name|source_?name)["']?\s*[:=]\s*["']([^"'\n<>\\]{2,30})["']"""
)


def article_in_data(page: Page) -> dict[str, Any]:
    """The object with the longest text and a headline beside it; {} where the page's data have none."""
    best: dict[str, Any] = {}
    longest = SHORTEST_TEXT
    for value in page_data(page):
        for node in values_in(value, most=MOST_VALUES, deepest=DEEPEST):
            if not isinstance(node, dict):
                continue
            title = next(
                (each for key, each in node.items() if TITLE.match(key) and isinstance(each, str) and each.strip()),
                None,
            )
            texts = [
                (len(TAGS.sub("", each)), each)
                for key, each in node.items()
                if TEXT.search(key) and isinstance(each, str)
            ]
            length, text = max(texts, default=(0, ""))
            if title is not None and length > longest and text != title:
                best, longest = _as_json_ld(node, title, text), length
    return best


def variables(page: Page) -> dict[str, Any]:
    """Time and source that stand in variables of a script alone, in the shape of JSON-LD."""
    script = script_text(page)
    found: dict[str, Any] = {}
    if time := TIME_VARIABLE.search(script):
        found["datePublished"] = _time(time[1])
    if name := NAME_VARIABLE.search(script):
        found["publisher"] = {"name": name[1]}
    return {key: value for key, value in found.items() if value}


def framed_text(page: Page) -> str | None:
    """Where the text of a page without any stands: its one frame that shows a page of the site; None without it."""
    urls = {
        url
        for node in page.tree.css("iframe[src], frame[src]")
        if (url := page.absolute(node.attributes.get("src"))) and same_site(url, page.url) and looks_like_page(url)
    }
    return urls.pop() if len(urls) == 1 else None


def _as_json_ld(node: dict[str, Any], title: str, text: str) -> dict[str, Any]:
    times = [(bool(BEST_TIME.search(key)), each) for key, each in node.items() if TIME.search(key) and _time(each)]
    found: dict[str, Any] = {"headline": title, "articleBody": text}
    if times:
        found["datePublished"] = _time(max(times, key=lambda each: each[0])[1])
    if source := _name(node, SOURCE):
        found["publisher"] = {"name": source}
    if author := _name(node, AUTHOR):
        found["author"] = {"@type": "Person", "name": author}
    if section := _name(node, SECTION):
        found["articleSection"] = section
    return found


def _name(node: dict[str, Any], key: re.Pattern[str]) -> str | None:
    """The first text under such a key, or the name of the object under it."""
    for name, value in node.items():
        inner = value.get("name") if isinstance(value, dict) else value
        if key.match(name) and isinstance(inner, str) and 0 < len(inner.strip()) <= 60:
            return inner.strip()
    return None


def _time(value: Any) -> str | None:
    """A value as text that a reader of times understands; of milliseconds since 1970 the seconds."""
    if (seconds := epoch_seconds(value)) is not None:
        return str(seconds)
    return value if isinstance(value, str) and re.search(r"\d{4}.*\d", value) and len(value) < 50 else None
