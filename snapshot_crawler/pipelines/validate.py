"""Check that an Article is one: an item in, the same item out, or Rejected with a reason.

The second pipeline. What an Article needs follows from its declaration in items.py; the checks are written by hand,
because an item of 26 rows costs them 30 microseconds and the jsonschema package 1.9 milliseconds. Items of plain
spiders pass as they are: only their author knows what is right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from scrapy.exceptions import DropItem

from snapshot_crawler.items import ID as ID_PATTERN
from snapshot_crawler.items import Article, Text, described
from snapshot_crawler.text import is_visible

ID = re.compile(ID_PATTERN)
ADDRESS = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
# The tags that news pages leave in their texts, and comments. Other words in angle brackets are prose.
TAGS = (
    "p|div|span|a|br|img|script|style|table|t[rdh]|li|ul|ol|h[1-6]|iframe"  # structure
    "|strong|em|font|b|i"  # emphasis
)
MARKUP = re.compile(rf"</?(?:{TAGS})\b[^<>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # by choice: the web is younger, and a 1970 is a clock that stands at zero
CLOCKS_DIFFER = timedelta(days=1)  # by choice: zones go from -12 to +14 hours, and clocks are wrong besides
CLOCKS_NEVER_AGREE = timedelta(minutes=5)  # by choice: a clock without NTP is off by minutes, and nobody is to doubt it


class Rejected(DropItem):
    """An item that is no article. reason is a short fixed word for the counts."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.details: dict[str, object] = {"detail": detail}


@dataclass(frozen=True, slots=True)
class Checks:
    """The fields of a kind of record, by what is checked of them."""

    texts: tuple[str, ...]  # one text each
    lists: tuple[str, ...]  # lists of texts
    words: tuple[str, ...]  # single texts of the page
    word_lists: tuple[str, ...]
    required_words: tuple[str, ...]
    addresses: tuple[str, ...]  # that may be None
    times: tuple[str, ...]
    parts: tuple[str, ...]  # lists of LinkRow and the like


class ValidatePipeline:
    """See the module's first lines."""

    def process_item(self, item: Any) -> Any:
        """The item. Raises Rejected for an Article without title, body or address."""
        if not isinstance(item, Article):
            return item
        kind: type = item.__class__
        checks = _checks(kind)
        _check_types(item, checks)
        if not ADDRESS.match(item.url or "") or not ID.fullmatch(item.id or ""):
            raise Rejected("no-address", f"url {item.url!r}, id {item.id!r}")
        _take_out_markup(item, checks)
        for name in checks.required_words:
            value = getattr(item, name)
            if not value or not is_visible(value):
                raise Rejected(f"no-{name}", item.url)
        _check_times(item, checks)
        for name in checks.addresses:
            value = getattr(item, name)
            if value is not None and not ADDRESS.match(value):
                setattr(item, name, None)
        return item


@cache
def _checks(kind: type) -> Checks:
    """What is checked of a kind of record; worked out once."""
    fields = described(kind)
    texts = [each for each in fields if each.about.text is not None]
    words = [each for each in texts if each.is_words]
    return Checks(
        texts=tuple(each.name for each in texts if not each.is_list),
        lists=tuple(each.name for each in texts if each.is_list),
        words=tuple(each.name for each in words if not each.is_list),
        word_lists=tuple(each.name for each in words if each.is_list),
        required_words=tuple(each.name for each in words if each.about.is_required),
        addresses=tuple(each.name for each in texts if each.about.text is Text.ADDRESS and each.is_optional),
        times=tuple(each.name for each in texts if each.about.text is Text.TIME),
        parts=tuple(each.name for each in fields if each.is_part and each.is_list),
    )


def _check_types(item: Article, checks: Checks) -> None:
    """Raise Rejected where a text is none: a spider's own rule has put something else there."""
    for name in checks.texts:
        value = getattr(item, name)
        if value is not None and not isinstance(value, str):
            raise Rejected("wrong-type", f"{name} is {type(value).__name__}, not text")
    for name in checks.lists:
        values = getattr(item, name)
        if not isinstance(values, list):
            raise Rejected("wrong-type", f"{name} is {type(values).__name__}, not a list of texts")
        for value in values:
            if not isinstance(value, str):
                raise Rejected("wrong-type", f"{name} holds {type(value).__name__}, not text")


def _take_out_markup(item: Article, checks: Checks) -> None:
    """Take tags and scripts out of every text of the page: some pages escape them twice, or are broken."""
    for name in checks.words:
        if (value := getattr(item, name)) and "<" in value:
            setattr(item, name, _without_markup(value))
    for name in checks.word_lists:
        setattr(item, name, [text for part in getattr(item, name) if (text := _without_markup(part))])
    for name in checks.parts:
        for part in getattr(item, name):
            words = _checks(part.__class__).words
            for word in words:
                if (value := getattr(part, word)) is not None and (not value or "<" in value):
                    setattr(part, word, _without_markup(value) or None)


def _without_markup(text: str) -> str:
    """The text without tags and scripts that a broken page left in it; prose about HTML has few of them."""
    if "<" not in text or not MARKUP.search(text):
        return text
    return MARKUP.sub("", SCRIPT.sub("", text)).strip()


def _check_times(item: Article, checks: Checks) -> None:
    """Take out times that cannot be; note in suspect a time of publication that is doubtful beside the fetch."""
    fetched = _instant(item.fetched_at) or datetime.now(UTC)
    for name in checks.times:
        stated = getattr(item, name)
        if stated is None:
            continue
        instant = _instant(stated)
        if instant is None or instant < EARLIEST or instant > fetched + CLOCKS_DIFFER:
            setattr(item, name, None)
            if name == "published_at":
                item.published_precision = None
                item.suspect.append(f"publish time {stated} cannot be")
        elif name == "published_at" and instant > fetched + CLOCKS_NEVER_AGREE and item.published_precision != "day":
            item.suspect.append(f"publish time {stated} is after the fetch")
    for name in checks.parts:
        for part in getattr(item, name):
            for time in _checks(part.__class__).times:
                if (stated := getattr(part, time)) is not None and _instant(stated) is None:
                    setattr(part, time, None)


def _instant(text: str | None) -> datetime | None:
    """The instant of an ISO 8601 text with offset; None for anything else."""
    try:
        instant = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None
