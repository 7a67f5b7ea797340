"""Committed records of an output file from a place on: a file's form and two places in, parsed records out.

JSON Lines are read line by line, and each line has a place of its own. Of compressed files, CSV and JSON documents one
part is read at once, from the last place to the newest commit: between two commits such a file has no place at which
one could begin. Where a reader was killed inside a part, it skips what it has taken already.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import itertools
import json
import lzma
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.items import Article, described

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

OPENERS: dict[str, Any] = {".gz": gzip.open, ".zst": zstd.open, ".bz2": bz2.open, ".xz": lzma.open, ".lzma": lzma.open}
LINES, CSV, DOCUMENT = "lines", "csv", "document"
FORM_OF = {".jsonl": LINES, ".jl": LINES, ".jsonlines": LINES, ".ndjson": LINES, ".csv": CSV, ".json": DOCUMENT}
LARGEST_DOCUMENT = 512 * 1024 * 1024  # bytes of one part of a JSON document, which is read whole; by choice
NO_TEXTS = {each.name for each in described(Article) if each.is_list or each.type is not str}
DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, zstd.ZstdError, UnicodeDecodeError)


class UnreadableOutputError(SnapshotCrawlerError):
    """A file that the library cannot read, or not further. Told beside the file's name in `scrapy library status`."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a file's name says that it is made. suffix: of its compression, or ""."""

    kind: str
    suffix: str

    @property
    def has_places(self) -> bool:
        """Whether each record has a place of its own."""
        return self.kind == LINES and not self.suffix


def form_of(path: Path) -> Form | None:
    """The form of a file by its name, or by its first byte where the name says nothing; None for one we do not read."""
    name = path.name.removesuffix(".part")
    suffix = next((end for end in OPENERS if name.endswith(end)), "")
    kind = FORM_OF.get(Path(name.removesuffix(suffix)).suffix)
    if kind is None and not suffix and Path(name).suffix not in (".xml", ".pickle", ".marshal", ".warc"):
        with path.open("rb") as file:
            kind = LINES if file.read(1) == b"{" else None
    return Form(kind, suffix) if kind else None


@dataclass(frozen=True, slots=True)
class Read:
    """A record, or None for a line that is none, and where to go on behind it."""

    record: dict[str, Any] | None
    place: int
    taken: int  # records of the part that begins at place


def read(path: Path, form: Form, place: int, taken: int, end: int) -> Iterator[Read]:
    """The records between two places, without those that were taken already. Raises UnreadableOutputError."""
    try:
        if form.has_places:
            yield from _lines(path, place, end)
            return
        number = 0
        for number, record in enumerate(_part(path, form, place, end), 1):
            if number > taken:
                yield Read(record, place, number)
    except DAMAGE as error:
        raise UnreadableOutputError(f"it is damaged behind byte {place:,}: {error}") from error
    yield Read(None, end, 0)


def _lines(path: Path, place: int, end: int) -> Iterator[Read]:
    with path.open("rb") as file:
        file.seek(place)
        while place < end and (line := file.readline()):
            if place + len(line) > end or not line.endswith(b"\n"):
                return  # it is just being written
            place += len(line)
            yield Read(parse(line), place, 0)


def _part(path: Path, form: Form, place: int, end: int) -> Iterator[dict[str, Any] | None]:
    with path.open("rb") as raw:
        file = io.BufferedReader(_Part(raw, place, end))
        opened: IO[bytes] = OPENERS[form.suffix](file) if form.suffix else file
        if form.kind == LINES:
            for line in opened:
                yield parse(line)
        elif form.kind == CSV:
            yield from _rows(path, form, opened, place)
        else:
            yield from _document(opened, end - place)


def _document(file: IO[bytes], size: int) -> Iterator[dict[str, Any] | None]:
    """The items of a JSON list, or of its part between two commits."""
    if size > LARGEST_DOCUMENT:
        raise UnreadableOutputError(f"one part of it has {size:,} bytes; write large outputs as JSON Lines")
    text = file.read().strip().strip(b",").strip()
    if text.startswith(b"["):
        text = text[1:]
    text = text.removesuffix(b"]").strip().strip(b",")
    try:
        values = orjson.loads(b"[" + text + b"]")
    except ValueError as error:
        raise UnreadableOutputError(f"its list cannot be read: {error}") from error
    yield from (value if isinstance(value, dict) else None for value in values)


def _rows(path: Path, form: Form, file: IO[bytes], place: int) -> Iterator[dict[str, Any] | None]:
    csv.field_size_limit(1 << 30)  # Python's own is 128 KiB, less than a long article
    names: list[str] | None = None
    if place:
        with (OPENERS[form.suffix] if form.suffix else open)(path, "rb") as whole:
            first = io.TextIOWrapper(whole, "utf-8", newline="")
            names = next(csv.reader(first), [])
    text = io.TextIOWrapper(file, "utf-8", newline="")
    rows = csv.reader(text)
    names = names or next(rows, [])
    for row in rows:
        yield {name: _cell(name, value) for name, value in zip(names, row, strict=False) if value} if row else None


def _cell(name: str, text: str) -> Any:
    """A cell: lists and rows stand there as JSON (exporters/documents.py)."""
    if name in NO_TEXTS:
        try:
            return orjson.loads(text)
        except ValueError:
            return text
    return text


def parse(line: bytes) -> dict[str, Any] | None:
    """A line's object; None for a line that holds none."""
    try:
        value = orjson.loads(line)
    except ValueError:
        try:
            value = json.loads(line)  # NaN, half characters: what other programs write
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


class _Part(io.RawIOBase):
    """Bytes of a file between two places, as a file."""

    def __init__(self, file: IO[bytes], place: int, end: int) -> None:
        self.file, self.left = file, end - place
        file.seek(place)

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See io.RawIOBase."""
        data = self.file.read(min(len(buffer), self.left))
        buffer[: len(data)] = data
        self.left -= len(data)
        return len(data)


def batches(reads: Iterator[Read], most: int) -> Iterator[list[Read]]:
    """The records in groups."""
    while batch := list(itertools.islice(reads, most)):
        yield batch
