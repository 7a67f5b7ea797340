"""Lists of articles that are data and no markup: an answer of JSON, or what a page holds for its own script.

Any list of objects that have an address and a headline is a list of articles, whatever their keys are called. Values
go in, rows, links and the next page come out. NewsSpider asks for answers of JSON, read_listing for a page's data.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.items import LinkRow
from snapshot_crawler.pages.data import epoch_seconds, values_in
from snapshot_crawler.pages.dates.times import CHINA, parse_time
from snapshot_crawler.pages.lists.feeds import FeedEntry
from snapshot_crawler.pages.lists.shapes import looks_like_page, may_be_data
from snapshot_crawler.pages.page import Page
from snapshot_crawler.urls import normalise, same_site

DEEPEST = 12  # lists and objects inside each other; by choice: answers of servers have some five
MOST_VALUES = 50_000  # of one answer that are looked at
SHORTEST_HEADLINE = 9  # characters on the mean; by choice: names of sections have two to six
MOST_OF_THEM = 0.6  # share of a list's objects that must have an address and a headline
ADDRESS = re.compile(r"(?:https?:)?//[^\s<>\"']+|\.{0,2}/[^\s<>\"']+|\?[^\s<>\"']+|[\w%/-]+\.s?html?(?:\?[^\s<>\"']*)?")
ADDRESS_KEY = re.compile(r"(?:url|link|href|uri|path|permalink|address)$", re.IGNORECASE)
NO_ADDRESS_KEY = re.compile(
    r"img|image|pic|cover|thumb|avatar|icon|logo|video|audio|author|user|categor|channel|column|api", re.IGNORECASE
)
TITLE_KEY = re.compile(r"(?:title|headline|subject|caption|heading|name|bt)$", re.IGNORECASE)
BEST_TITLE_KEY = re.compile(r"(?:title|headline)$", re.IGNORECASE)
SECTION_KEY = re.compile(
    r"^(?:(?:channel|categ\w*|column|section|catalog|class|node|lanmu|type)[-_.]?(?:name|title|label)|category|section)$",
    re.IGNORECASE,
)
LONGEST_SECTION = 16  # characters of a section's name, by choice
SNIPPET_KEY = re.compile(r"summary|abstract|desc|intro|digest|excerpt|snippet", re.IGNORECASE)
TIME_KEY = re.compile(r"time|date|publish|created|posted|\bat$", re.IGNORECASE)
BEST_TIME_KEY = re.compile(r"pub|release|post|issue", re.IGNORECASE)
NEXT_KEY = re.compile(r"^(?:next|more)(?:[-_]?(?:page|url|link|href|page[-_]?url))*$", re.IGNORECASE)
NO_MORE = re.compile(r"^(?:has|is)?[-_]?(?:more|next)(?:[-_]?page)?$", re.IGNORECASE)
IS_LAST = re.compile(r"^(?:is)?[-_]?(?:last|end|finished)(?:[-_]?page)?$", re.IGNORECASE)
TOTAL_PAGES = re.compile(r"^(?:total[-_]?pages?|pages?[-_]?(?:count|total|num)|pages|last[-_]?page)$", re.IGNORECASE)
TOTAL_ROWS = re.compile(r"^(?:total|total[-_]?(?:count|rows|records|num|results)|count)$", re.IGNORECASE)
PAGE_NAME = re.compile(
    r"^(?:p|pn|pg|page|page[-_]?(?:no|num|number|index|id)?|cur(?:rent)?[-_]?page|cpage|pindex)$", re.IGNORECASE
)
OFFSET_NAME = re.compile(r"^(?:offset|start|begin|skip|from|pos)$", re.IGNORECASE)
PAGE_IN_PATH = re.compile(r"(?<=[_/-])(\d{1,4})(?=(?:\.(?:json|jsonp|js))?/?$)")
PLACE = re.compile(r"\{([\w.]+)\}")  # of a value, in row_address
HTML = re.compile(r"<(?:a|li|div|article|section)\b", re.IGNORECASE)


@dataclass(slots=True)
class Records:
    """What stands in one value. markup: pieces of HTML in it, which may hold a list too."""

    rows: list[LinkRow] = field(default_factory=list)
    following: str | None = None
    markup: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)  # single values beside the rows, such as the number of pages


def is_json(body: bytes, content_type: str | None) -> bool:
    """Whether an answer is data: by its first sign, or by its type where a function's call is around it."""
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        return True
    kind = (content_type or "").lower()
    return ("json" in kind or "javascript" in kind) and re.match(rb"[\w$.]{1,80}\s*\(\s*[\[{]", start) is not None


def read_records(
    value: Any,
    *,
    url: str,
    fetched_at: datetime,
    is_ours: Callable[[str], bool],
    zone: tzinfo | None = None,
    row_address: str | None = None,
) -> Records:
    """The rows of every list of articles in a value, and the address of its next page.

    url: where the value stands, for relative addresses and for the number of the next page. zone: of naive times.
    row_address: how an article's address is made of its row's values, where rows have none: /a/{nid}.html.
    """
    found = Records()
    for inner in values_in(value, most=MOST_VALUES, deepest=DEEPEST):
        if isinstance(inner, list):
            found.rows += _rows(
                [each for each in inner if isinstance(each, dict)], url, fetched_at, zone or CHINA, is_ours, row_address
            )
        elif isinstance(inner, dict):
            found.facts = {**inner, **found.facts}
            found.markup += [
                text for text in inner.values() if isinstance(text, str) and HTML.search(text) and "<a" in text
            ]
    found.rows = list({row.url: row for row in found.rows}.values())
    if found.rows or found.markup:
        found.following = next_of(found.facts, url, len(found.rows), is_ours)
    return found


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row's values with those of the objects in it: {"node": {"title": ...}}."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{name}": each for name, each in value.items() if not isinstance(each, dict | list)}
        elif not isinstance(value, list):
            flat[key] = value
    return flat


def _rows(
    objects: list[dict[str, Any]],
    url: str,
    fetched_at: datetime,
    zone: tzinfo,
    is_ours: Callable[[str], bool],
    row_address: str | None,
) -> list[LinkRow]:
    """The rows of one list, where it is one of articles."""
    flat = [_flat(each) for each in objects]
    keys = list(dict.fromkeys(key for row in flat for key in row))
    title = _best(keys, flat, _title_worth)
    address = _best(keys, flat, lambda key, values: _address_worth(key, values, url, is_ours))
    if title is None or (address is None and row_address is None):
        return []
    time = _best(keys, flat, lambda key, values: _time_worth(key, values, fetched_at, zone))
    titles = [str(row[title]) for row in flat if isinstance(row.get(title), str)]
    if time is None and sum(map(len, titles)) < SHORTEST_HEADLINE * len(titles):
        return []  # a menu
    snippet = next((key for key in keys if SNIPPET_KEY.search(key)), None)
    section = next((key for key in keys if SECTION_KEY.match(key)), None)
    rows: list[LinkRow] = []
    for row in flat:
        where = _absolute(row.get(address) if address is not None else _filled(row_address or "", row), url)
        if where is None or not is_ours(where) or not isinstance(row.get(title), str):
            continue
        moment = _time(row.get(time), fetched_at, zone) if time is not None else None
        said = row.get(snippet) if snippet is not None else None
        entry = FeedEntry(where, _plain(row[title]), _plain(said) if isinstance(said, str) else None, moment)
        entry.category = _section(row.get(section)) if section is not None else None
        rows.append(entry)
    return rows


def _filled(row_address: str, row: dict[str, Any]) -> str | None:
    """The address that a row's values make; None where the row lacks one of them."""
    names = PLACE.findall(row_address)
    values = {name: row.get(name) for name in names}
    if not names or any(not isinstance(value, str | int) or not str(value).strip() for value in values.values()):
        return None
    return PLACE.sub(lambda place: quote(str(values[place[1]])), row_address)


def _section(value: Any) -> str | None:
    """The name of a row's section; None for a number or a longer text."""
    name = _plain(value) if isinstance(value, str) else None
    return name if name and len(name) <= LONGEST_SECTION and not name.isdigit() else None


def _best(keys: list[str], flat: list[dict[str, Any]], worth: Callable[[str, list[Any]], float]) -> str | None:
    """The key of most worth, that most of the objects have."""
    best, most = None, 0.0
    for key in keys:
        values = [row[key] for row in flat if row.get(key) not in (None, "")]
        if len(values) >= MOST_OF_THEM * len(flat) and (found := worth(key, values)) > most:
            best, most = key, found
    return best


def _title_worth(key: str, values: list[Any]) -> float:
    if not TITLE_KEY.search(key) or not all(isinstance(value, str) for value in values):
        return 0
    if len(set(values)) < MOST_OF_THEM * len(values):
        return 0
    return (2 if BEST_TITLE_KEY.search(key) else 1) - key.count(".") / 2


def _address_worth(key: str, values: list[Any], url: str, is_ours: Callable[[str], bool]) -> float:
    name = key.rpartition(".")[2]
    if NO_ADDRESS_KEY.search(key) or not all(isinstance(value, str) and ADDRESS.fullmatch(value) for value in values):
        return 0
    found = {
        where for value in values if (where := _absolute(value, url)) and looks_like_page(where) and is_ours(where)
    }
    if len(found) < MOST_OF_THEM * len(values):
        return 0
    return (2 if ADDRESS_KEY.search(name) else 1) - key.count(".") / 2


def _time_worth(key: str, values: list[Any], fetched_at: datetime, zone: tzinfo) -> float:
    if not TIME_KEY.search(key) or not any(_time(value, fetched_at, zone) for value in values[:3]):
        return 0
    return (2 if BEST_TIME_KEY.search(key) else 1) - key.count(".") / 2


def _absolute(value: Any, url: str) -> str | None:
    return normalise(value, url) if isinstance(value, str) and value else None


def _plain(text: str) -> str | None:
    """A value's words without markup."""
    return " ".join(re.sub(r"<[^<>]{0,300}>", "", text).split()) or None


def _time(value: Any, fetched_at: datetime, zone: tzinfo) -> str | None:
    """A row's time: a number of seconds or milliseconds, or text."""
    if (seconds := epoch_seconds(value)) is not None:
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone).isoformat()
    moment = parse_time(value, fetched_at=fetched_at, zone=zone) if isinstance(value, str) and len(value) < 60 else None
    return moment.isoformat() if moment is not None else None


def next_of(facts: dict[str, Any], url: str, rows: int, is_ours: Callable[[str], bool]) -> str | None:
    """The next page: as the answer names it, or the number in its own address counted on while there is more."""
    for key, value in facts.items():
        if NEXT_KEY.match(key) and isinstance(value, str) and ADDRESS.fullmatch(value):
            where = _absolute(value, url)
            is_file = where is not None and may_be_data(where) and same_site(where, url)
            return where if where is not None and (is_file or is_ours(where)) else None
        if NEXT_KEY.match(key) and value is None:
            return None
        if (NO_MORE.match(key) and value in (False, 0, "0")) or (IS_LAST.match(key) and value is True):
            return None
    if not rows:
        return None
    return _counted_on(facts, url, rows)


def _counted_on(facts: dict[str, Any], url: str, rows: int) -> str | None:
    split = urlsplit(url)
    query = parse_qsl(split.query, keep_blank_values=True)
    whole = {
        kind: next((_int(value) for key, value in facts.items() if kind.match(key)), None)
        for kind in (TOTAL_PAGES, TOTAL_ROWS)
    }
    for place, (name, value) in enumerate(query):
        if not value.isdigit():
            continue
        number = int(value)
        if PAGE_NAME.match(name):
            pages, total = whole[TOTAL_PAGES], whole[TOTAL_ROWS]
            if (pages is not None and number >= pages) or (pages is None and total and max(number, 1) * rows >= total):
                return None
            following = number + 1
        elif OFFSET_NAME.match(name):
            if (total := whole[TOTAL_ROWS]) and number + rows >= total:
                return None
            following = number + rows
        else:
            continue
        query[place] = (name, str(following))
        return normalise(urlunsplit(split._replace(query=urlencode(query))))
    found = PAGE_IN_PATH.search(split.path)
    if found is None or ((pages := whole[TOTAL_PAGES]) is not None and int(found[1]) >= pages):
        return None
    path = f"{split.path[: found.start()]}{int(found[1]) + 1}{split.path[found.end() :]}"
    return normalise(urlunsplit(split._replace(path=path)))


def _int(value: Any) -> int | None:
    return (
        int(value)
        if isinstance(value, int) or (isinstance(value, str) and value.isdigit() and len(value) < 10)
        else None
    )


def markup_page(markup: list[str], *, url: str, fetched_at: datetime) -> Page | None:
    """The pieces of markup in an answer as one page; None where they are none."""
    try:
        return Page.from_bytes(
            "\n".join(markup).encode(), url=url, fetched_at=fetched_at, content_type="text/html; charset=utf-8"
        )
    except UnreadablePageError:
        return None
