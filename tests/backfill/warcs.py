"""WARC files as several crawlers write them, made by warcio, of the invented pages of tests/crash/site.py."""

from __future__ import annotations

import gzip
import io
import itertools
import tempfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest

from tests.crash.site import OPENS, NewsSite, Story, story

warcio_writer = pytest.importorskip("warcio.warcwriter", reason="warcio is not installed: pip install -e '.[test]'")
from warcio.statusandheaders import StatusAndHeaders  # noqa: E402  # after the word about what is missing

SITE = "http://snapshots.example"
PAGES = NewsSite(articles=0)  # never started: it only writes pages


@dataclass
class Captured:
    """One answer. day: of the capture, counted from the first of March 2026."""

    url: str
    body: bytes
    day: int = 0
    headers: list[tuple[str, str]] = field(default_factory=lambda: [("Content-Type", "text/html; charset=utf-8")])
    status: str = "200 OK"

    @property
    def date(self) -> str:
        return f"2026-03-{1 + self.day:02d}T08:00:00Z"


def stories(number: int) -> list[Story]:
    return [story("city", f"city-{n}", OPENS + timedelta(hours=n)) for n in range(number)]


def article(made: Story, *, day: int = 0, edition: int = 0) -> Captured:
    """The capture of a story's page. edition: raised by an editor."""
    made.edition = edition
    return Captured(SITE + made.path, PAGES._article(made).encode(), day)


def coded(capture: Captured, how: str) -> Captured:
    """The same answer with its body coded: gzip, br, deflate or chunked."""
    pack = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress, "chunked": chunked}[how]
    name = "Transfer-Encoding" if how == "chunked" else "Content-Encoding"
    return Captured(capture.url, pack(capture.body), capture.day, [*capture.headers, (name, how)])


def chunked(body: bytes) -> bytes:
    parts = [body[place : place + 700] for place in range(0, len(body), 700)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def members(captures: Iterable[Captured]) -> list[bytes]:
    """One gzip member a record, as warcio writes them: a warcinfo, then a response and its request for each capture."""
    return records(("response", capture) for capture in captures)


def records(captures: Iterable[tuple[str, Captured]]) -> list[bytes]:
    """The same, for records of several kinds: response, resource or revisit (of the capture of the second of March
    whose address stands in its last header)."""
    out, temporary, ends = io.BytesIO(), [], [0]

    class Writer(warcio_writer.WARCWriter):  # type: ignore[misc, name-defined]
        """One that closes what it opens: warcio leaves that to the end of the process."""

        def _create_temp_file(self) -> Any:
            temporary.append(made := tempfile.SpooledTemporaryFile())  # noqa: SIM115  # closed below
            return made

    writer = Writer(out, gzip=True)

    def write(record: Any) -> None:
        writer.write_record(record)
        ends.append(out.tell())

    write(writer.create_warcinfo_record("test.warc.gz", {"software": "warcio"}))
    for kind, capture in captures:
        date = {"WARC-Date": capture.date}
        head = StatusAndHeaders(capture.status, capture.headers, protocol="HTTP/1.1")
        if kind == "resource":
            made = writer.create_warc_record(
                *(capture.url, kind, io.BytesIO(capture.body)),
                warc_content_type=dict(capture.headers)["Content-Type"],
                warc_headers_dict=date,
            )
            write(made)
            continue
        if kind == "revisit":
            of = dict(capture.headers)["WARC-Refers-To"]
            head = StatusAndHeaders(capture.status, capture.headers[:-1], protocol="HTTP/1.1")
            day = "2026-03-02T08:00:00Z"
            write(
                writer.create_revisit_record(capture.url, "sha1:X", of, day, http_headers=head, warc_headers_dict=date)
            )
            continue
        about = {"http_headers": head, "warc_headers_dict": date}
        write(writer.create_warc_record(capture.url, "response", io.BytesIO(capture.body), **about))
        head = StatusAndHeaders("GET / HTTP/1.1", [("Host", "snapshots.example")], is_http_request=True)
        about = {"http_headers": head, "warc_headers_dict": date}
        write(writer.create_warc_record(capture.url, "request", io.BytesIO(b""), **about))
    for file in temporary:
        file.close()
    blob = out.getvalue()
    return [blob[start:end] for start, end in itertools.pairwise(ends)]


def write_warc(path: Path, captures: Iterable[Captured], *, form: str = "members") -> Path:
    """A file of captures. form: members (one a record), plain, or one member."""
    parts = members(captures)
    plain = b"".join(map(gzip.decompress, parts))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes({"members": b"".join(parts), "plain": plain, "one member": gzip.compress(plain)}[form])
    return path


def write_records(path: Path, captures: Iterable[tuple[str, Captured]]) -> Path:
    """A file of records of several kinds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(records(captures)))
    return path


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
