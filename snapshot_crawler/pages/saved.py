"""Pages saved on disk: a file in, the record of the article in it out, without network or Scrapy."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from snapshot_crawler.exceptions import ConfigurationError, UnreadablePageError
from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.snapshot.reader import read_snapshot

LARGEST_BYTES = 16 * 1024 * 1024  # the crawl's own cap on a body, after decompression


def read_bytes(path: Path) -> bytes:
    """The bytes of a saved page, unpacked if its name ends in .gz. Raises UnreadablePageError with the reason."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            body = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise UnreadablePageError(f"{path}: no such file") from None
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadablePageError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if len(body) > LARGEST_BYTES:
        raise UnreadablePageError(f"{path}: more than {LARGEST_BYTES} bytes")
    return body


def extract(body: bytes, *, url: str, fetched_at: datetime) -> Article:
    """The article in a page's bytes, by the reader that knows the page.

    Raises UnreadablePageError when the bytes are no HTML text or hold no article.
    """
    page = Page.from_bytes(body, url=url, fetched_at=fetched_at)
    reading = read_snapshot(page) or read_article(page, known=True)
    if reading is None or reading.article is None:
        raise UnreadablePageError("no article: the page has no running text")
    return reading.article


def extract_file(path: Path, *, url: str = "") -> Article:
    """The article in a saved page; relative times count from now. Raises UnreadablePageError."""
    return extract(read_bytes(path), url=url, fetched_at=datetime.now(UTC))


def _extract_row(row: dict[str, Any], folder: Path) -> dict[str, Any]:
    """One answer for one manifest line: the record with the line's id and ms, or id and error."""
    name = row.get("id")
    if not isinstance(row.get("file"), str):
        return {"id": name, "error": "the manifest line names no file"}
    url = row.get("url")
    started = time.process_time()
    try:
        body = read_bytes(folder / row["file"])
        started = time.process_time()  # from here on it is our work, not the disk's
        article = extract(body, url=url if isinstance(url, str) else "", fetched_at=datetime.now(UTC))
    except UnreadablePageError as error:
        answer: dict[str, Any] = {"error": str(error)}
    except Exception as error:  # a fault of ours on one page must not cost the others
        answer = {"error": f"{type(error).__name__}: {error}"}
    else:
        answer = asdict(article)
    return answer | {"id": name, "ms": round((time.process_time() - started) * 1000, 3)}


def extract_manifest(manifest: Path) -> Iterator[dict[str, Any]]:
    """An answer for each line of a manifest ({"id", "file", "url"}; files relative to it), in order, one at a time.

    Raises ConfigurationError when the manifest itself cannot be read.
    """
    try:
        with manifest.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    row = orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    row = error
                if isinstance(row, dict):
                    yield _extract_row(row, manifest.parent)
                else:
                    yield {"id": None, "error": f"line {number} of the manifest is no JSON object"}
    except OSError as error:
        raise ConfigurationError(f"{manifest}: {error.strerror}") from None
