"""The records of an output in any of our formats, each with the bytes that it takes: bytes in, spans out.

So that a record can be taken out and every other one stays byte for byte as it was written.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import itertools
import json
import lzma
import marshal
import pickletools
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

import orjson
from scrapy.extensions.postprocessing import Bz2Plugin, GzipPlugin, LZMAPlugin

from snapshot_crawler.exporters.compression import Members, ZstdPlugin

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAGIC: tuple[tuple[bytes, Callable[[bytes], bytes], Any], ...] = (
    (b"\x1f\x8b", gzip.decompress, GzipPlugin),
    (b"\x28\xb5\x2f\xfd", zstd.decompress, ZstdPlugin),
    (b"BZh", bz2.decompress, Bz2Plugin),
    (b"\xfd7zXZ", lzma.decompress, LZMAPlugin),
)
UNPACK_ERRORS = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zstd.ZstdError)
LONGEST_CELL = 2**31 - 1  # csv's limit is 128 KB, and a body may be longer
Record = dict[str, Any]


@dataclass(slots=True, frozen=True)
class Span:
    """A record and where it stands. record is {} for what cannot be read."""

    start: int
    end: int
    record: Record


@dataclass(slots=True, frozen=True)
class Coding:
    """How an output is compressed."""

    unpack: Callable[[bytes], bytes]
    pack: Callable[[bytes], bytes]


def coding_of(beginning: bytes) -> Coding | None:
    """How a file with that beginning is compressed, by whole members; None when it is not."""
    for magic, unpack, plugin in MAGIC:
        if beginning.startswith(magic):
            return Coding(unpack, Members(plugin, {}))
    return None


def form_of(name: str, plain: bytes) -> str | None:
    """The form of an output: jsonl, csv, json, xml, pickle or marshal; None for one that is not known."""
    parts = name.lower().split(".")
    for form, names in (("pickle", {"pickle", "pkl"}), ("marshal", {"marshal"}), ("csv", {"csv"})):
        if names & set(parts):
            return form
    start = plain.lstrip()[:5]
    if start.startswith(b"["):
        return "json"
    if start.startswith(b"<?xml"):
        return "xml"
    return "jsonl" if start.startswith(b"{") or {"jsonl", "jl", "jsonlines"} & set(parts) else None


class Reader:
    """Reads the records of one output, part by part, in order."""

    def __init__(self, form: str, header: bytes) -> None:
        """header: of a document, plain."""
        self.form, self.header = form, header
        self.columns: list[str] = []
        self.is_first = True

    def spans(self, plain: bytes) -> list[Span]:
        """The records of the next part."""
        found = list(getattr(self, f"_{self.form}")(plain))
        self.is_first = False
        return found

    def _jsonl(self, plain: bytes) -> Iterator[Span]:
        place = 0
        for line in plain.splitlines(keepends=True) if b"\r" not in plain else _lines(plain):
            yield Span(place, place + len(line), _parsed(line))
            place += len(line)

    def _csv(self, plain: bytes) -> Iterator[Span]:
        csv.field_size_limit(LONGEST_CELL)
        lines = _lines(plain)
        ends = [0]
        for line in lines:
            ends.append(ends[-1] + len(line))
        rows = csv.reader(line.decode("utf-8", "replace") for line in lines)
        before = 0
        for row in rows:
            if not self.columns:
                self.columns = row
            else:
                record: Record = dict(zip(self.columns, row, strict=False))
                yield Span(ends[before], ends[rows.line_num], _with_parsed_cells(record))
            before = rows.line_num

    def _json(self, plain: bytes) -> Iterator[Span]:
        text = plain.decode("utf-8")
        place, size = (len(self.header.decode()) if self.is_first else 0), 0
        decoder, offset = json.JSONDecoder(), 0
        while (start := text.find("{", place)) >= 0:
            size += len(text[offset:start].encode())
            record, place = decoder.raw_decode(text, start)
            length = len(text[start:place].encode())
            yield Span(size, size + length, record)
            size, offset = size + length, place

    def _xml(self, plain: bytes) -> Iterator[Span]:
        lead = b"<items>"
        body = plain[len(self.header) :] if self.is_first else plain
        shift = (len(self.header) if self.is_first else 0) - len(lead)
        tail = b"" if body.rstrip().endswith(b"</items>") else b"</items>"
        yield from _xml_spans(lead + body + tail, shift, begin=len(lead))

    def _pickle(self, plain: bytes) -> Iterator[Span]:
        file, start = io.BytesIO(plain), 0
        while start < len(plain):
            texts = [argument for _, argument, _ in pickletools.genops(file) if isinstance(argument, str)]
            yield Span(start, file.tell(), _of_texts(texts))
            start = file.tell()

    def _marshal(self, plain: bytes) -> Iterator[Span]:
        file, start = io.BytesIO(plain), 0
        while start < len(plain):
            record = marshal.load(file)  # data alone, never code
            yield Span(start, file.tell(), record if isinstance(record, dict) else {})
            start = file.tell()


def _lines(plain: bytes) -> list[bytes]:
    lines = plain.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _parsed(line: bytes) -> Record:
    try:
        value = orjson.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _with_parsed_cells(record: Record) -> Record:
    where = record.get("archived")
    if isinstance(where, str) and where.startswith("{"):
        record["archived"] = _parsed(where.encode()) or None
    return record


def _of_texts(texts: list[str]) -> Record:
    """A record from the texts of a pickle: what follows a field's name is its value."""
    pairs = itertools.pairwise(texts)
    return {name: value for name, value in pairs if name in ("id", "url", "body", "title", "story", "duplicate_of")}


def _xml_spans(document: bytes, shift: int, *, begin: int) -> Iterator[Span]:
    """The elements of the second level, each with what stands before it."""
    parser = expat.ParserCreate()
    spans: list[Span] = []
    path: list[str] = []
    record: Record = {}
    last = [begin]

    def started(name: str, _: dict[str, str]) -> None:
        path.append(name)
        if len(path) == 2:
            record.clear()

    def text(data: str) -> None:
        if len(path) == 3 or (len(path) == 4 and path[2] == "archived"):
            name = path[2] if len(path) == 3 else f"archived.{path[3]}"
            record[name] = record.get(name, "") + data

    def ended(name: str) -> None:
        if len(path) == 2:
            end = document.index(b">", parser.CurrentByteIndex) + 1
            spans.append(Span(last[0] + shift, end + shift, _joined(record)))
            last[0] = end
        path.pop()

    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = started, text, ended
    parser.Parse(document, True)
    yield from spans


def _joined(record: Record) -> Record:
    """A record of XML, with the parts of `archived` together."""
    plain = {name: value for name, value in record.items() if "." not in name}
    parts = {name.partition(".")[2]: value for name, value in record.items() if "." in name}
    return {**plain, "archived": parts or None}
