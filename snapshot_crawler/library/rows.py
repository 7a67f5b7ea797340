"""The rows of other articles in a record (related, more_in_category), without those that lead to what was taken down.

Such a row has the title and a snippet of an article that must be shown nowhere. The outputs keep it, as part of another
page and another record; the library, and all that is made of it, does not. Called by writer.py.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from snapshot_crawler.urls import article_id, normalised

FIELDS = ("related", "more_in_category")
SHORTEST = 4  # characters of an address's end that tell it from most others; by choice
PLAIN = re.compile("[A-Za-z0-9]+")


def without(record: Mapping[str, Any], gone: Container[str]) -> dict[str, Any] | None:
    """The record without rows of articles with these ids; None where it has none of them."""
    changed: dict[str, Any] = {}
    for name in FIELDS:
        rows = record.get(name)
        if isinstance(rows, list):
            left = [row for row in rows if not _leads_to(row, gone)]
            if len(left) < len(rows):
                changed[name] = left
    return {**record, **changed} if changed else None


def hint_of(names: Iterable[str], addresses: Iterable[str]) -> re.Pattern[bytes]:
    """Matches the bytes of every record that has a row of one of these articles, and of few others: to look into each
    row of a million records takes minutes.

    names: ids, which stand in addresses of snapshot pages; addresses: all under which the articles are known.
    """
    found = set(names)
    for address in addresses:
        split = urlsplit(normalised(address))
        end = split.query or split.path.rstrip("/").rpartition("/")[2]
        word = max(PLAIN.findall(end), key=len, default="")  # signs and other scripts are written in several ways
        found.add(word if len(word) >= SHORTEST else (split.hostname or "").removeprefix("www."))
    return re.compile("|".join(map(re.escape, sorted(found))).encode(), re.IGNORECASE)


def _leads_to(row: object, gone: Container[str]) -> bool:
    url = row.get("url") if isinstance(row, dict) else None
    return isinstance(url, str) and article_id(normalised(url)) in gone
