"""Exchanges made into WARC 1.1 records: each one gzip member, ready to be appended to a file.

One member a record is what makes a record readable by its offset (WARC 1.1, annex D.2); fastwarc's GzipWriter makes
one member of all that it is given, so each record has a writer of its own.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any, TypedDict
from uuid import uuid4

import orjson
from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from snapshot_crawler.archive.exchange import Exchange, digest_text

# 3 of 9: on 283 saved pages 1.7 ms and 1.06 times the size of level 6, which takes 2.3 ms (benchmarks/archive.py).
COMPRESSION_LEVEL = 3
LONGEST_NOTE = 16_384  # bytes, by choice: readers hold a head in memory
# Fields of ours. WARC-JSON-Metadata is what other archives use for such notes; WARC-Refers-To-Filename is Heritrix's.
NOTE = "WARC-JSON-Metadata"
ORIGINAL_FILE = "WARC-Refers-To-Filename"
LINE_ENDS = re.compile("[\u0085\u2028\u2029]")  # as some readers of text take them
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


def warcinfo_record(file_name: str, fields: dict[str, str], made_at: datetime) -> bytes:
    """The first record of a file: which software made it, for which job."""
    record = WarcRecord()
    record.init_headers(WarcRecordType.warcinfo, record_urn=uuid4().urn[4:].encode())
    record.headers["WARC-Date"] = warc_date(made_at)
    record.headers["WARC-Filename"] = file_name
    record.headers["Content-Type"] = "application/warc-fields"
    record.set_bytes_content("".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode())
    return _member(record)


class Note(TypedDict, total=False):
    """What a record says of its page beyond what was received, for those who read it again."""

    articles: list[str]  # ids of the articles that were published from it
    spider: str
    discovered_by: Any  # as on the request's meta
    row: Any  # what the list said of the article


def response_record(exchange: Exchange, record_id: str, note: Note | None = None) -> bytes:
    """The response, whole. record_id: a UUID."""
    record = _http_record(WarcRecordType.response, exchange, record_id, note)
    if exchange.is_cut:
        record.headers["WARC-Truncated"] = "unspecified"
    record.set_bytes_content(exchange.response_head + b"\r\n\r\n" + exchange.body)
    return _member(record, payload_digest=exchange.payload_digest)


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
    record = _http_record(WarcRecordType.revisit, exchange, record_id, note)
    record.headers["WARC-Profile"] = REVISIT_PROFILE
    record.headers["WARC-Refers-To-Target-URI"] = of_url
    record.headers["WARC-Refers-To-Date"] = of_date
    if of_file:
        record.headers[ORIGINAL_FILE] = of_file
    record.headers["WARC-Payload-Digest"] = digest_text(exchange.payload_digest)
    record.set_bytes_content(exchange.response_head + b"\r\n\r\n")
    return _member(record)


def request_record(exchange: Exchange, concurrent_to: str) -> bytes:
    """The request that was answered by the record of that UUID."""
    record = _http_record(WarcRecordType.request, exchange, str(uuid4()))
    record.headers["WARC-Concurrent-To"] = f"<urn:uuid:{concurrent_to}>"
    record.set_bytes_content(exchange.request_head + b"\r\n\r\n")
    return _member(record)


def address_of(exchange: Exchange) -> str:
    """The address that was asked for: what stands behind # was not."""
    return exchange.url.partition("#")[0]


def warc_date(moment: datetime) -> str:
    """A moment as WARC-Date has it: UTC, to the second (1.1 allows parts of one, which some readers refuse)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _http_record(kind: WarcRecordType, exchange: Exchange, record_id: str, note: Note | None = None) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(kind, record_urn=b"uuid:" + record_id.encode())
    record.headers["WARC-Target-URI"] = address_of(exchange)
    record.headers["WARC-Date"] = warc_date(exchange.fetched_at)
    if exchange.ip:
        record.headers["WARC-IP-Address"] = exchange.ip
    if note:
        record.headers[NOTE] = _note_text(note)
    part = "request" if kind == WarcRecordType.request else "response"
    record.headers["Content-Type"] = f"application/http; msgtype={part}"
    return record


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


def _member(record: WarcRecord, payload_digest: bytes | None = None) -> bytes:
    out = io.BytesIO()
    writer = GzipWriter(out, compression_level=COMPRESSION_LEVEL)
    record.write(writer, checksum_data=True, payload_digest=payload_digest)
    writer.close()
    return out.getvalue()
