"""Archived pages taken out of WARC files: which records are meant, and a file without them.

In the place of the records that go stands one record that says so, of exactly the same length. So every other record
stays where it is: no `archived` of an article, no line of an index becomes untrue, and a kill leaves the file as it was
or as it is to be.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import uuid4

import orjson

from snapshot_crawler.archive.cdxj import index_path
from snapshot_crawler.archive.sent import opened
from snapshot_crawler.exceptions import StateError
from snapshot_crawler.frontier.recovery import rewritten_path
from snapshot_crawler.frontier.store import Commit
from snapshot_crawler.sums import sum_of_range
from snapshot_crawler.upkeep.target import Matcher

READ_AT_ONCE = 1024 * 1024  # bytes
GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
GZIP_HEAD_EXTRA = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff"
MOST_STORED = 65_535  # bytes in a stored block of deflate (RFC 1951, 3.2.4)
GZIP = 31  # of zlib: a gzip member
CAPTURES = frozenset({"response", "revisit", "resource"})
HEAD_END = b"\r\n\r\n"
REVISIT_MIME = "warc/revisit"  # in an index (archive/cdxj.py)
REVISIT = REVISIT_MIME.encode()


@dataclass(slots=True, frozen=True)
class Member:
    """One record of a file: its place, and what its head says."""

    offset: int
    length: int
    kind: str
    url: str
    record_id: str
    concurrent_to: str
    digest: str  # of the payload


def members_of(path: Path) -> Iterator[Member]:
    """The records of a file, one gzip member each; up to the first that is damaged. Raises OSError."""
    with opened(path) as file:
        data, place = b"", 0
        while data := data or file.read(READ_AT_ONCE):
            member, plain, taken = zlib.decompressobj(GZIP), b"", 0
            while not member.eof:
                try:
                    part = member.decompress(data)
                except zlib.error:
                    return
                plain = plain if HEAD_END in plain else plain + part
                taken += len(data) - len(member.unused_data)
                data = member.unused_data
                if not member.eof and not (data := file.read(READ_AT_ONCE)):
                    return
            yield _member(plain, place, taken)
            place += taken


def _member(plain: bytes, offset: int, length: int) -> Member:
    lines = plain.partition(HEAD_END)[0].decode("utf-8", "replace").split("\r\n")
    told = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    return Member(
        offset,
        length,
        told.get("warc-type", ""),
        told.get("warc-target-uri", "").strip("<>"),
        told.get("warc-record-id", ""),
        told.get("warc-concurrent-to", ""),
        told.get("warc-payload-digest", ""),
    )


def may_hold(path: Path, name: str, matcher: Matcher) -> bool:
    """Whether a file holds something of the target, by its index; True where there is none. name: below DATA_DIR."""
    if any(file == name for file, _ in matcher.target.places):
        return True
    try:
        lines = index_path(path).read_bytes().splitlines()
    except OSError:
        return True
    told = [orjson.loads(line[line.index(b"{") :]) for line in lines if b"{" in line]
    return any(matcher.is_address(each.get("url")) or each.get("digest") in matcher.target.pages for each in told)


def meant(members: Sequence[Member], name: str, matcher: Matcher, shared: set[str]) -> set[int]:
    """The offsets of the records that are to go. shared: digests that records refer to that stay.

    A response is kept where other pages refer to its bytes, and these are not the target's text: an error page, say.
    """
    target = matcher.target
    gone: dict[str, int] = {}
    for each in members:
        is_named = matcher.is_address(each.url) or (name, each.offset) in target.places
        is_same_page = bool(each.digest) and each.digest in target.pages
        if not (is_named or is_same_page) or each.kind in ("warcinfo", "metadata", "request"):
            continue
        if each.kind == "response" and not is_same_page and each.digest in shared:
            continue
        gone[each.record_id] = each.offset
    found = set(gone.values())
    for each in members:
        is_of_target = matcher.is_address(each.url) and each.kind in ("request", "metadata")
        if each.concurrent_to in gone or is_of_target:
            found.add(each.offset)
    return found


def shared_digests(files: Iterable[Sequence[Member]], indexes: Iterable[bytes], matcher: Matcher) -> set[str]:
    """The payload digests of the revisit records of other addresses. indexes: the lines of files that are not read."""
    found = {
        each.digest
        for members in files
        for each in members
        if each.kind == "revisit" and not matcher.is_address(each.url)
    }
    for line in indexes:
        if REVISIT in line:
            told = orjson.loads(line[line.index(b"{") :])
            if told["mime"] == REVISIT_MIME and not matcher.is_address(told["url"]):
                found.add(told["digest"])
    return found - matcher.target.pages


# --- The file without them
def write_without(path: Path, members: Sequence[Member], gone: set[int], day: str) -> None:
    """Write the file beside the old one, with one record of the same length in the place of those that go."""
    runs: list[list[int]] = []  # [start, end] of records in a row
    for each in members:
        if each.offset in gone:
            if runs and runs[-1][1] == each.offset:
                runs[-1][1] += each.length
            else:
                runs.append([each.offset, each.offset + each.length])
    new_path, length = rewritten_path(path), path.stat().st_size
    with path.open("rb") as old, new_path.open("wb") as new:
        place = 0
        for start, end in runs:
            _copy(old, new, start - place)
            new.write(stand_in(end - start, day))
            old.seek(end)
            place = end
        _copy(old, new, length - place)
        new.flush()
        os.fsync(new.fileno())
    there = list(members_of(new_path))  # each record is decompressed
    missing = {each.offset for each in members if each.offset not in gone} - {each.offset for each in there}
    if missing or _end(there) != _end(members):
        new_path.unlink()
        raise StateError(f"{path} cannot be rewritten: its records are not whole; scrapy verify says what is wrong")


def _end(members: Sequence[Member]) -> int:
    return members[-1].offset + members[-1].length if members else 0


def _copy(old: IO[bytes], new: IO[bytes], length: int) -> None:
    while length and (data := old.read(min(READ_AT_ONCE, length))):
        new.write(data)
        length -= len(data)


def recounted(path: Path, commits: Sequence[Commit]) -> list[Commit]:
    """The commits with the check sums that the rewritten file has; their lengths are the same."""
    found, start = [], 0
    with rewritten_path(path).open("rb") as file:
        for each in commits:
            digest = sum_of_range(file, start, each.length) if each.length > start else None
            found.append(Commit(each.batch, each.length, digest))
            start = each.length
    return found


def rewrite_index(path: Path, there: set[int]) -> None:
    """Keep in the index beside a file the lines of the records at these offsets alone."""
    index = index_path(path)
    if not index.exists():
        return
    lines = index.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if b"{" in line and int(orjson.loads(line[line.index(b"{") :])["offset"]) in there]
    if len(kept) < len(lines):
        new = rewritten_path(index)
        new.write_bytes(b"".join(kept))
        new.replace(index)


# --- The record in their place
def stand_in(length: int, day: str) -> bytes:
    """One gzip member of exactly that length: a metadata record that says that a page was taken down."""
    blocks = max(1, -(-(length - 18) // (MOST_STORED + 5)))  # 18: head and tail of a member; 5: head of a block
    room = length - 18 - 5 * blocks
    if (plain := _record(room, day)) is not None:
        return _stored(plain, blocks)
    plain = _record(None, day)
    assert plain is not None
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(plain) + packer.flush()
    tail = struct.pack("<II", zlib.crc32(plain), len(plain))
    extra = length - len(GZIP_HEAD_EXTRA) - 2 - len(packed) - len(tail)
    if extra < 0:
        raise ValueError(f"no record has {length} bytes")
    return GZIP_HEAD_EXTRA + struct.pack("<H", extra) + bytes(extra) + packed + tail


def _record(size: int | None, day: str) -> bytes | None:
    """The record, of that size with what pads it; None where that is too small. size None: the smallest."""
    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = f"taken-down: {day}\r\n".encode()

    def of(padding: int, spaces: int) -> bytes:
        body = said + b" " * padding
        head = (
            f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{uuid}>\r\nWARC-Date: {date}\r\n"
            f"Content-Type: {' ' * spaces}application/warc-fields\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body + HEAD_END

    uuid = uuid4()
    smallest = of(0, 0)
    if size is None:
        return smallest
    for spaces in range(3):  # where one digit more in Content-Length would step over the size
        for padding in range(size - len(smallest) - spaces, max(-1, size - len(smallest) - spaces - 12), -1):
            if len(found := of(padding, spaces)) == size:
                return found
    return None


def _stored(plain: bytes, blocks: int) -> bytes:
    """A gzip member without compression, in so many blocks."""
    parts = [GZIP_HEAD]
    for number in range(blocks):
        data = plain[number * MOST_STORED : (number + 1) * MOST_STORED]
        parts.append(struct.pack("<BHH", number == blocks - 1, len(data), len(data) ^ 0xFFFF) + data)
    parts.append(struct.pack("<II", zlib.crc32(plain), len(plain)))
    return b"".join(parts)
