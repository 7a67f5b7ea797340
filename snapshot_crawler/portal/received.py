"""The page of an article as it was received: its record in, the decoded page out. Called by pages/archived.py.

Only what lies below DATA_DIR/archive is opened, or was sent away from there, whatever the record names.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from snapshot_crawler.archive import places
from snapshot_crawler.archive.find import with_body
from snapshot_crawler.archive.places import FOLDER
from snapshot_crawler.archive.reader import LARGEST_RECORD, Capture, capture_at
from snapshot_crawler.archive.sent import ArchiveAwayError
from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.middlewares.compression.unpack import BrokenCodingError, TooMuchDataError, codings, unpack
from snapshot_crawler.pages.page import Page

logger = logging.getLogger(__name__)
LARGEST = 16 * 1024 * 1024  # bytes of a page without its coding: pages/saved.py; twice the usual DOWNLOAD_MAXSIZE
MOST_SHOWN = 3_000_000  # bytes from its beginning; the longest of 314 saved pages has 2.2 million (pages/budget.py)


@dataclass(frozen=True, slots=True)
class Received:
    """A page as it was received. is_cut: what is shown is its beginning."""

    page: Page
    is_cut: bool


def is_kept(roots: Iterable[Path], record: Mapping[str, Any]) -> bool:
    """Whether the file with an article's page is there. roots: the DATA_DIRs of the library."""
    place = _place(record)
    return place is not None and any(places.is_kept(root / place) for root in roots)


def received(roots: Iterable[Path], record: Mapping[str, Any]) -> Received | None:
    """The page of an article; None where it is not kept, or no longer. Raises UnreadablePageError for what is no page
    of text, ArchiveAwayError where it lies in a storage that does not answer."""
    capture, away = None, None
    for root in roots:  # files of two machines may have one name; the digest tells whose it is
        try:
            capture = capture or _capture(root, record)
        except ArchiveAwayError as error:
            logger.warning("%s: %s", record.get("id"), error)
            away = error
        except OSError as error:
            if not isinstance(error, FileNotFoundError):  # what ARCHIVE_KEEP_DAYS has removed
                logger.warning("%s: the archive cannot be read: %s", record.get("id"), error)
    if capture is None and away is not None:
        raise away
    if capture is None:
        return None
    try:
        body = unpack(capture.body, codings(_fields(capture, b"content-encoding")), LARGEST)
    except TooMuchDataError as error:
        raise UnreadablePageError(f"too long: {error}") from error
    except BrokenCodingError:
        body = capture.body  # Page says whether it is text
    kind = b", ".join(_fields(capture, b"content-type")).decode("latin-1")
    page = Page.from_bytes(body[:MOST_SHOWN], url=capture.url, fetched_at=capture.fetched_at, content_type=kind or None)
    return Received(page, len(body) > MOST_SHOWN or capture.is_truncated)


def _place(record: Mapping[str, Any]) -> PurePosixPath | None:
    """The file of an article's page, below DATA_DIR; None where the record names none, or one elsewhere."""
    archived = record.get("archived")
    name = archived.get("file") if isinstance(archived, dict) else None
    if not isinstance(name, str) or "\0" in name or "\\" in name:
        return None
    place = PurePosixPath(name)
    is_ours = len(place.parts) == 3 and place.parts[0] == FOLDER and ".." not in place.parts
    return place if is_ours else None


def _capture(root: Path, record: Mapping[str, Any]) -> Capture | None:
    """The record of the archive, with its body. Raises OSError."""
    place = _place(record)
    if place is None:
        return None
    numbers = [record["archived"].get(name) for name in ("offset", "length")]
    offset, length = (number if isinstance(number, int) else -1 for number in numbers)
    if offset < 0 or not 0 < length <= LARGEST_RECORD:
        return None
    found = capture_at(root / place, offset, length)
    if not isinstance(found, Capture) or found.digest != (record["archived"].get("digest") or found.digest):
        return None  # taken down, damaged, or another page
    whole = with_body(root, place.parts[1], found)
    return whole if isinstance(whole, Capture) else None


def _fields(capture: Capture, name: bytes) -> list[bytes]:
    return [value for each, value in capture.headers if each.lower() == name]
