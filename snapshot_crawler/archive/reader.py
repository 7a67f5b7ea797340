"""WARC files in, captures out: own files and those of other crawlers, plain or gzip, whole or damaged.

A damaged record is told as Damage and skipped; reading goes on at the next record. fastwarc stops at a broken gzip
member and passes a cut record as an empty one, so lengths are checked here, and the next member is looked for.
"""

from __future__ import annotations

import contextlib
import io
import zlib
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import orjson
from fastwarc.stream_io import ChunkedReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from snapshot_crawler.archive.records import NOTE, ORIGINAL_FILE
from snapshot_crawler.archive.sent import bytes_at, opened
from snapshot_crawler.pages.files import GZIP

RECORD_START = b"WARC/1."  # of both versions that are in use, 1.0 and 1.1
LARGEST_RECORD = 64 * 1024 * 1024  # bytes; eight times DOWNLOAD_MAXSIZE. Larger ones are videos and the like
SEARCH_BYTES = 1024 * 1024  # read at once when the next record is looked for
WANTED = WarcRecordType.response | WarcRecordType.revisit | WarcRecordType.resource


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer as an archive holds it.

    fetched_at: aware, from WARC-Date. headers: in their order. body: content coding kept, transfer coding undone.
    offset, length: of the record in its file, compressed where it is; of a record inside a larger gzip member, the
    member's beginning and 0.
    digest: WARC-Payload-Digest, '' where there is none. refers_to: of a revisit, (address, WARC-Date) of the capture
    that has the body; None for any other record. original: of a revisit of ours, the name of the file with that
    capture. note: what our own archive says of the page (records.Note), else empty.
    """

    url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    file: Path
    offset: int
    length: int
    digest: str
    ip: str | None = None
    refers_to: tuple[str, str] | None = None
    original: str | None = None
    is_truncated: bool = False  # WARC-Truncated: the body is the beginning of what was sent
    note: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Damage:
    """A part of a file that is no whole record. what: a sentence for a person."""

    file: Path
    offset: int
    what: str


def captures(path: Path) -> Iterator[Capture | Damage]:
    """The captures of a WARC file in its order, and what is damaged. Raises OSError when it cannot be opened."""
    with opened(path) as file:
        yield from captures_in(file, path)


def captures_in(file: IO[bytes], path: Path) -> Iterator[Capture | Damage]:
    """The same of a file that is open. path: by which it is told."""
    base: int | None = 0
    while base is not None:
        base = yield from _captures_from(file, path, base)


def capture_at(path: Path, offset: int, length: int) -> Capture | Damage:
    """The capture that stands at that place; one gzip member of that length, or plain. Raises OSError."""
    member = bytes_at(path, offset, length)
    if len(member) < length:
        return Damage(path, offset, f"the file ends {length - len(member)} bytes too early")
    try:
        plain = zlib.decompress(member, 31) if not member.startswith(RECORD_START) else member
    except zlib.error as error:
        return Damage(path, offset, f"a broken gzip member: {error}")
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(plain), record_types=WANTED, parse_http=False)), None)
        found = _read(record, path, offset) if record is not None else None
    except OSError as error:
        return Damage(path, offset, f"no WARC record: {error}")
    if isinstance(found, Capture):
        return replace(found, length=length)
    return found or Damage(path, offset, "no record of a response stands there")


def whole_length(file: IO[bytes]) -> int:
    """Where the last whole gzip member of an open file ends: at its end, unless its tail is torn or being written."""
    file.seek(0)
    whole = at = 0
    member = zlib.decompressobj(31)
    with contextlib.suppress(zlib.error):
        while data := file.read(SEARCH_BYTES):
            at += len(data)
            while data:
                member.decompress(data, SEARCH_BYTES)
                data = member.unused_data or member.unconsumed_tail
                if member.eof:
                    whole = at - len(member.unused_data)
                    member = zlib.decompressobj(31)
    return whole


def _captures_from(file: IO[bytes], path: Path, base: int) -> Generator[Capture | Damage, None, int | None]:
    """The captures from there to the end or to the first damage; where to go on, None at the end."""
    file.seek(base)
    place, held = base, None  # a capture's length is known when the next record begins
    try:
        for record in ArchiveIterator(file, record_types=WarcRecordType.any_type, parse_http=False):
            place = record.stream_pos
            if held is not None:
                yield replace(held, length=place - held.offset)
            found = _read(record, path, place)
            held = found if isinstance(found, Capture) else None
            if isinstance(found, Damage):
                yield found
                return _next_record(file, place + 1)
    except OSError as error:
        length = _length_of_member(file, place)  # of the last record that was read; 0: it is broken itself
        if held is not None:
            yield replace(held, length=length)
        onwards = _next_record(file, place + length + 1)
        yield Damage(path, place + length, f"no whole record: {error}")
        return onwards
    if held is not None:
        yield replace(held, length=file.seek(0, io.SEEK_END) - held.offset)
    if not _ends_whole(file, place):
        yield Damage(path, place, "the file ends inside a record, behind the one that begins here")
    return None


def _read(record: WarcRecord, path: Path, place: int) -> Capture | Damage | None:
    """The capture that a record holds; None for a record of another kind, such as warcinfo or request."""
    said = record.headers.get("Content-Length") or ""
    if not said.isascii() or not said.isdigit():
        return Damage(path, place, "a record without its length: cut short, or no WARC")
    if int(said) > LARGEST_RECORD:
        return None if _is_other(record) else Damage(path, place, f"a record of {said} bytes, over {LARGEST_RECORD}")
    record.freeze()
    if record.content_length != int(said):
        return _cut(path, place, said)
    return None if _is_other(record) else _capture(record, path, place)


def _is_other(record: WarcRecord) -> bool:
    return not record.record_type & WANTED


def _cut(path: Path, place: int, said: str) -> Damage:
    return Damage(path, place, f"a record that is cut short: it says {said} bytes")


def _capture(record: WarcRecord, path: Path, place: int) -> Capture | Damage:
    names, date = record.headers, record.record_date
    url = _address(names.get("WARC-Target-URI"))
    if date is None or not url:
        return Damage(path, place, "a record without its address or date")
    headers: tuple[tuple[bytes, bytes], ...]
    if record.record_type == WarcRecordType.resource:
        status, headers = 200, ((b"Content-Type", (names.get_bytes(b"Content-Type") or b"text/html")),)
        body = _rest(record)
    else:
        record.parse_http(quirks_mode=True)
        head = record.http_headers
        if head is None or head.status_code is None:
            return Damage(path, place, "no HTTP response")
        status, headers = head.status_code, tuple(head.items_bytes())
        body = _without_chunks(_rest(record), headers)
    refers_to = None
    if record.record_type == WarcRecordType.revisit:
        refers_to = (_address(names.get("WARC-Refers-To-Target-URI")) or url, names.get("WARC-Refers-To-Date") or "")
    return Capture(
        url=url,
        fetched_at=date,
        status=status,
        headers=headers,
        body=body,
        file=path,
        offset=place,
        length=0,
        digest=names.get("WARC-Payload-Digest") or "",
        ip=names.get("WARC-IP-Address"),
        refers_to=refers_to,
        original=names.get(ORIGINAL_FILE),
        is_truncated=bool(names.get("WARC-Truncated")),
        note=_note(names.get(NOTE)),
    )


def _note(text: str | None) -> Mapping[str, Any]:
    try:
        found = orjson.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _address(value: str | None) -> str:
    return (value or "").strip().strip("<>")  # wget writes WARC 1.0's angle brackets


def _rest(record: WarcRecord) -> bytes:
    return bytes(record.reader.read()) if record.reader is not None else b""


def _without_chunks(body: bytes, headers: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """The body without its transfer coding; as it is where it has none, whatever the head says (Common Crawl)."""
    if not any(name.lower() == b"transfer-encoding" and b"chunked" in value.lower() for name, value in headers):
        return body
    try:
        return bytes(ChunkedReader(io.BytesIO(body)).read())
    except OSError:
        return body


def _ends_whole(file: IO[bytes], last: int) -> bool:
    """Whether the file ends with its last record; fastwarc says nothing of a record whose head is cut.

    last: where the last record begins that was read, or its gzip member.
    """
    if not _is_gzip(file):
        file.seek(0, io.SEEK_END)
        file.seek(max(0, file.tell() - 4))
        return file.read() in (b"\r\n\r\n", b"")
    file.seek(last)
    if file.read(len(GZIP)) != GZIP:
        last = 0  # records inside one large member
    file.seek(last)
    member = zlib.decompressobj(31)
    try:
        while data := member.unused_data or file.read(SEARCH_BYTES):
            member = zlib.decompressobj(31) if member.eof else member
            while data and not member.eof:
                member.decompress(data, SEARCH_BYTES)
                data = member.unconsumed_tail
    except zlib.error:
        return False
    return member.eof


def _length_of_member(file: IO[bytes], place: int) -> int:
    """The length of the gzip member that begins there; 0 where it cannot be told."""
    file.seek(place)
    member, length = zlib.decompressobj(31), 0
    try:
        while not member.eof and (data := file.read(SEARCH_BYTES)):
            length += len(data)
            while data and not member.eof:
                member.decompress(data, SEARCH_BYTES)
                data = member.unconsumed_tail
    except zlib.error:
        return 0
    return length - len(member.unused_data) if member.eof else 0


def _is_gzip(file: IO[bytes]) -> bool:
    file.seek(0)
    return file.read(len(GZIP)) == GZIP


def _next_record(file: IO[bytes], start: int) -> int | None:
    """Where the next record begins, at or behind start; None when there is none. For gzip: the next member of one."""
    is_gzip = _is_gzip(file)
    mark = GZIP if is_gzip else RECORD_START
    kept, at = b"", start
    file.seek(start)
    while data := file.read(SEARCH_BYTES):
        data = kept + data
        place = data.find(mark)
        while place >= 0:
            if not is_gzip or _is_member_of_record(file, at + place, at + len(data)):
                return at + place
            place = data.find(mark, place + 1)
        kept = data[1 - len(mark) :]
        at += len(data) - len(kept)
    return None


def _is_member_of_record(file: IO[bytes], place: int, come_back_to: int) -> bool:
    """Whether a gzip member with a record begins there: three bytes alone stand in any large file."""
    file.seek(place)
    try:
        begins = zlib.decompressobj(31).decompress(file.read(4096), len(RECORD_START)) == RECORD_START
    except zlib.error:
        begins = False
    file.seek(come_back_to)
    return begins
