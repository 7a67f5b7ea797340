"""Exchanges made into WARC 1.1 records: each one gzip member, ready to be appended to a file.

One member a record is what makes a record readable by its offset (WARC 1.1, annex D.2). The records are written here
and compressed by ISA-L, which takes a third of libdeflate's time for 6 % more bytes (benchmarks/archive.py).
"""

from __future__ import annotations

import hashlib
import re
import zlib
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypedDict
from uuid import uuid4

import orjson

from snapshot_crawler.archive.exchange import Exchange, digest_text

isal: Any = import_module("isal.isal_zlib") if find_spec("isal") else None  # there may be no wheel for a platform
# Of ISA-L's 0 to 3. On snapshot pages of 26 KB, each alone: 55 us and 10,636 bytes; its 3 takes 92 us for 10,527,
# libdeflate's 3 (which was here before) 148 us for 10,031, zlib's 3 240 us for 10,332. By choice:
# a thirtieth of a crawl's time for a twentieth of its bytes.
COMPRESSION_LEVEL = 2
GZIP = 31  # zlib's word for "as a gzip member, with the largest window"
LONGEST_NOTE = 16_384  # bytes, by choice: readers hold a head in memory
# Fields of ours. WARC-JSON-Metadata is what other archives use for such notes; WARC-Refers-To-Filename is Heritrix's.
NOTE = "WARC-JSON-Metadata"
ORIGINAL_FILE = "WARC-Refers-To-Filename"
LINE_BREAK = re.compile(r"[\r\n]+")
LINE_ENDS = re.compile("[\u0085\u2028\u2029]")  # as some readers of text take them
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


def warcinfo_record(file_name: str, fields: dict[str, str], made_at: datetime) -> bytes:
    """The first record of a file: which software made it, for which job."""
    head = {
        "WARC-Record-ID": f"<{uuid4().urn}>",
        "WARC-Date": warc_date(made_at),
        "WARC-Filename": file_name,
        "Content-Type": "application/warc-fields",
    }
    return _member("warcinfo", head, "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode())


class Note(TypedDict, total=False):
    """What a record says of its page beyond what was received, for those who read it again."""

    articles: list[str]  # ids of the articles that were published from it
    spider: str
    discovered_by: Any  # as on the request's meta
    row: Any  # what the list said of the article


def response_record(exchange: Exchange, record_id: str, note: Note | None = None) -> bytes:
    """The response, whole. record_id: a UUID."""
    head = _http_head("response", exchange, record_id, note)
    if exchange.is_cut:
        head["WARC-Truncated"] = "unspecified"
    head["WARC-Payload-Digest"] = digest_text(exchange.payload_digest)
    return _member("response", head, exchange.response_head + b"\r\n\r\n" + exchange.body)


def revisit_record(
    exchange: Exchange,
    record_id: str,
    *,
    of_url: str,
    of_date: str,
    of_file: str | None = None,
    note: Note | None = None,
) -> bytes:
    """The response's head only: its body is that of an earlier record, named by its address, WARC-Date and file."""
    head = _http_head("response", exchange, record_id, note)
    head["WARC-Profile"] = REVISIT_PROFILE
    head["WARC-Refers-To-Target-URI"] = of_url
    head["WARC-Refers-To-Date"] = of_date
    if of_file:
        head[ORIGINAL_FILE] = of_file
    head["WARC-Payload-Digest"] = digest_text(exchange.payload_digest)
    return _member("revisit", head, exchange.response_head + b"\r\n\r\n")


def request_record(exchange: Exchange, concurrent_to: str) -> bytes:
    """The request that was answered by the record of that UUID."""
    head = _http_head("request", exchange, str(uuid4()))
    head["WARC-Concurrent-To"] = f"<urn:uuid:{concurrent_to}>"
    return _member("request", head, exchange.request_head + b"\r\n\r\n")


def address_of(exchange: Exchange) -> str:
    """The address that was asked for: what stands behind # was not."""
    return exchange.url.partition("#")[0]


@lru_cache(maxsize=16)  # a page's is written three times
def warc_date(moment: datetime) -> str:
    """A moment as WARC-Date has it: UTC, to the second (1.1 allows parts of one, which some readers refuse)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _http_head(message: str, exchange: Exchange, record_id: str, note: Note | None = None) -> dict[str, str]:
    """The fields of a record of a message, "request" or "response"."""
    return {
        "WARC-Record-ID": f"<urn:uuid:{record_id}>",
        "WARC-Target-URI": address_of(exchange),
        "WARC-Date": warc_date(exchange.fetched_at),
        **({"WARC-IP-Address": exchange.ip} if exchange.ip else {}),
        **({NOTE: _note_text(note)} if note else {}),
        "Content-Type": f"application/http; msgtype={message}",
    }


def _note_text(note: Note) -> str:
    """A note as JSON on one line. A row is left out that is too long for a head, such as a feed's whole text of an
    article, or that JSON cannot hold, as a plain spider's own may be."""
    short = orjson.dumps({name: value for name, value in note.items() if name != "row"}, default=str)
    try:
        text = orjson.dumps(note)
    except TypeError:
        text = short
    return LINE_ENDS.sub(_escaped, (text if len(text) <= LONGEST_NOTE else short).decode())


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _member(kind: str, head: dict[str, str], block: bytes) -> bytes:
    """A record as a gzip member."""
    digest = digest_text(hashlib.sha1(block, usedforsecurity=False).digest())
    fields = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    if fields.count("\n") + fields.count("\r") > 2 * len(head):  # a value may not begin a field of its own
        fields = "".join(f"{name}: {LINE_BREAK.sub(' ', value)}\r\n" for name, value in head.items())
    fields = f"WARC-Type: {kind}\r\n{fields}WARC-Block-Digest: {digest}\r\nContent-Length: {len(block)}\r\n"
    return _compressed(b"".join((b"WARC/1.1\r\n", fields.encode(), b"\r\n", block, b"\r\n\r\n")))


def _compressed(data: bytes) -> bytes:
    """Bytes as one gzip member."""
    packed: bytes = (isal or zlib).compress(data, COMPRESSION_LEVEL, GZIP)
    return packed
