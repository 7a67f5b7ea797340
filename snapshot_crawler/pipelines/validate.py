"""Refuse what is no article, and take out what cannot be true: hand-written checks, an item costs microseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy.exceptions import DropItem

from snapshot_crawler.items import Article
from snapshot_crawler.text import is_visible

ID = re.compile(r"[0-9a-f]{40}")
ADDRESS = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
MARKUP = re.compile(
    r"</?(?:p|div|span|a|br|img|script|style|table|t[rdh]|li|ul|ol|h[1-6]|iframe|strong|em|font|b|i)\b[^<>]*>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(days=1)  # sites' clocks and zones may be hours off
CLOCKS_NEVER_AGREE = timedelta(minutes=5)  # what is no reason to doubt
SHOULD_BE_TEXT = ("title", "body", "category", "source", "language", "published_raw")


class Rejected(DropItem):
    """An item that is no article. reason is a short fixed word for the counts."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.details: dict[str, object] = {"detail": detail}


class ValidatePipeline:
    """Checks Articles; items of other kinds pass untouched, for only their author knows what is right."""

    def process_item(self, item: Any) -> Any:
        """The item. Raises Rejected for an Article without title, body or address."""
        if not isinstance(item, Article):
            return item
        for name in SHOULD_BE_TEXT:
            value = getattr(item, name)
            if value is not None and not isinstance(value, str):
                raise Rejected("wrong-type", f"{name} is {type(value).__name__}, not text")
        if not ADDRESS.match(item.url or "") or not ID.fullmatch(item.id or ""):
            raise Rejected("no-address", f"url {item.url!r}, id {item.id!r}")
        _take_out_markup(item)
        if not item.title or not is_visible(item.title):
            raise Rejected("no-title", item.url)
        if not item.body or not is_visible(item.body):
            raise Rejected("no-body", item.url)
        _check_times(item)
        if item.original_url is not None and not ADDRESS.match(item.original_url):
            item.original_url = None
        return item


def _take_out_markup(item: Article) -> None:
    """No tags and scripts in any text: pages have them escaped twice, or broken."""
    for name in ("title", "body", "category", "source", "published_raw"):
        setattr(item, name, _without_markup(getattr(item, name)))
    for name in ("authors", "breadcrumbs"):
        setattr(item, name, [text for part in getattr(item, name) if (text := _without_markup(part))])
    for row in (*item.related, *item.more_in_category):
        row.title, row.snippet = _without_markup(row.title) or None, _without_markup(row.snippet) or None
    for image in item.images:
        image.caption = _without_markup(image.caption) or None


def _without_markup(text: str | None) -> str | None:
    """The text without tags and scripts that a broken page left in it; prose about HTML has few of them."""
    if not text or "<" not in text or not MARKUP.search(text):
        return text
    return MARKUP.sub("", SCRIPT.sub("", text)).strip()


def _check_times(item: Article) -> None:
    """Times that cannot be are taken out; a publish time that is doubtful beside the fetch is noted in suspect."""
    fetched = _instant(item.fetched_at) or datetime.now(UTC)
    for name in ("published_at", "snapshot_at"):
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
    for row in (*item.related, *item.more_in_category):
        if row.published_at is not None and _instant(row.published_at) is None:
            row.published_at = None


def _instant(text: str | None) -> datetime | None:
    """The instant of an ISO 8601 text with offset; None for anything else."""
    try:
        instant = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None
