"""A record of an output as the library takes it: a parsed line in, the values of its columns out.

Plain spiders' items and lines of other programs are taken where they have the fields of an article that every list
needs; whatever else they have stays in the stored record.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from snapshot_crawler.dedup.content import content_hash
from snapshot_crawler.urls import article_id, normalise

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SUMMARY = 160  # characters of the body in lists; by choice: three lines on a phone
SPACES = re.compile(r"\s+")
LATEST = 1 << 42  # seconds; no time that datetime knows is later
LEVEL = 3  # of Zstandard, its default: 11 us for an article (benchmarks/library.py)


@dataclass(slots=True)
class Taken:
    """A record, read: its columns, and the bytes that are stored."""

    id: str
    version: int
    content_hash: str
    fetched_at: str
    title: str
    body: str
    summary: str
    url: str
    published_at: str | None
    day: str | None
    moment: int  # seconds since 1970: published, or else fetched
    story: str
    duplicate_of: str | None
    site: str
    host: str | None
    category: str | None
    source: str | None
    job: str
    data: bytes


def taken(record: Mapping[str, Any], job: str) -> Taken | None:
    """The record of a job's output; None when it is no article."""
    title, body, url = (_text(record.get(name)) for name in ("title", "body", "url"))
    address = normalise(url) if url else None
    if not title or not body or address is None or url is None:
        return None
    name = _text(record.get("id")) or article_id(address)
    fetched = _text(record.get("fetched_at")) or ""
    published = _text(record.get("published_at"))
    moment = seconds(published)
    return Taken(
        id=name,
        version=version if isinstance(version := record.get("version"), int) else 1,
        content_hash=_text(record.get("content_hash")) or content_hash(record),
        fetched_at=fetched,
        title=SPACES.sub(" ", title).strip(),
        body=body,
        summary=SPACES.sub(" ", body[: SUMMARY * 2]).strip()[:SUMMARY],
        url=url,
        published_at=published if moment is not None else None,
        day=published[:10] if published is not None and moment is not None else None,
        moment=max(1, moment if moment is not None else seconds(fetched) or 1),
        story=_text(record.get("story")) or name,
        duplicate_of=_text(record.get("duplicate_of")),
        site=_text(record.get("site")) or job,
        host=(urlsplit(url).hostname or "").removeprefix("www.") or None,
        category=_text(record.get("category")),
        source=_text(record.get("source")),
        job=job,
        data=pack(record),
    )


def seconds(text: str | None) -> int | None:
    """A time in ISO 8601 as seconds since 1970; without an offset it counts as UTC. None for what is no time."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return min(int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()), LATEST)
    except (ValueError, OverflowError):
        return None


def pack(record: Mapping[str, Any]) -> bytes:
    """A record as it is stored."""
    return zstd.compress(orjson.dumps(record, default=str), LEVEL)


def unpack(data: bytes) -> dict[str, Any]:
    """The record again."""
    record: dict[str, Any] = orjson.loads(unzipped(data))
    return record


def unzipped(data: bytes) -> bytes:
    """The record again, as JSON."""
    found: bytes = zstd.ZstdDecompressor().decompress(data)  # half of zstd.decompress's time
    return found


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
