"""Kept pages for people: captures in; their page without content coding, head and title out, and how many there are.

Asked by `scrapy archive`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from snapshot_crawler.archive.cdxj import indexed_lines
from snapshot_crawler.archive.find import Indexed, parsed
from snapshot_crawler.archive.places import files_of, jobs_with_archive
from snapshot_crawler.archive.reader import Capture
from snapshot_crawler.archive.sent import size_of
from snapshot_crawler.exceptions import ConfigurationError, StateError, UnreadablePageError
from snapshot_crawler.middlewares.compression.unpack import BrokenCodingError, TooMuchDataError, codings, unpack
from snapshot_crawler.pages.encoding import decode
from snapshot_crawler.spelling import did_you_mean
from snapshot_crawler.text import clean_text

SOFTWARE = f"snapshot_crawler/{version('snapshot_crawler')}"
TITLE = re.compile(r"<title\b[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
LOOKED_AT = 100_000  # characters of a page in which its title is looked for; by choice
LARGEST = 64 * 1024 * 1024  # bytes of a page without its coding; as archive/reader.py has it for records


def field_of(capture: Capture, name: bytes) -> list[bytes]:
    """The values of a field of the response's head. name: lower case."""
    return [value for each, value in capture.headers if each.lower() == name]


def plain_body(capture: Capture) -> bytes:
    """The body without its content coding; as it was received where that is broken."""
    try:
        return unpack(capture.body, codings(field_of(capture, b"content-encoding")), LARGEST)
    except (BrokenCodingError, TooMuchDataError):
        return capture.body


def head_of(capture: Capture) -> bytes:
    """What is kept of the response's head: status and fields."""
    return b"\r\n".join(
        [b"HTTP %d" % capture.status, *(name + b": " + value for name, value in capture.headers), b"", b""]
    )


def title_of(capture: Capture) -> str | None:
    """What the page calls itself in its head."""
    kind = b", ".join(field_of(capture, b"content-type")).decode("latin-1")
    try:
        text, _ = decode(plain_body(capture), kind or None)
    except UnreadablePageError:
        return None
    found = TITLE.search(text, 0, LOOKED_AT)
    return clean_text(unescape(found[1])) or None if found else None


@dataclass
class Holding:
    """What is kept of a job, or in one file of it."""

    job: str
    file: str | None
    files: int = 0
    pages: int = 0
    revisits: int = 0
    bytes: int = 0
    first: datetime | None = None
    last: datetime | None = None

    HEADS: ClassVar[tuple[str, ...]] = ("job or file", "files", "pages", "revisits", "MB", "first", "last")

    def take(self, file: Path, captures: Iterable[Indexed]) -> None:
        """Count a file in."""
        self.files += 1
        self.bytes += size_of(file)
        for each in captures:
            self.pages += 1
            self.revisits += each.is_revisit
            self.first = min(self.first or each.at, each.at)
            self.last = max(self.last or each.at, each.at)

    def as_row(self) -> tuple[str, ...]:
        """For a table."""
        times = [f"{at:%Y-%m-%d %H:%M}Z" if at else "-" for at in (self.first, self.last)]
        numbers = [f"{number:,}" for number in (self.files, self.pages, self.revisits)]
        return (self.file or self.job, *numbers, f"{self.bytes / 1e6:,.1f}", *times)

    def as_dict(self) -> dict[str, Any]:
        """For scripts."""
        times = {name: at.isoformat() if at else None for name, at in (("first", self.first), ("last", self.last))}
        return {**asdict(self), **times}


def holdings(root: Path, jobs: Iterable[str], *, by_file: bool) -> list[Holding]:
    """What is kept of these jobs. Raises StateError for a file that cannot be read."""
    found = []
    try:
        for job in jobs:
            holding = Holding(job, None)
            for file in files_of(root, job):
                if by_file:
                    holding = Holding(job, file.name)
                holding.take(file, (parsed(job, file, line) for line in indexed_lines(file)))
                if by_file:
                    found.append(holding)
            if holding.files and not by_file:
                found.append(holding)
    except OSError as error:
        raise StateError(f"the archive cannot be read: {error}") from error
    return found


def known_jobs(root: Path, names: Iterable[str] | None) -> list[str]:
    """The jobs of these names; all that have an archive where none is named. Raises ConfigurationError."""
    there = jobs_with_archive(root)
    for name in names or ():
        if name not in there:
            raise ConfigurationError(f"no page of a job {name!r} is kept below {root}{did_you_mean(name, there)}")
    return list(names) if names else there
