"""WARC files read back: own ones, foreign ones, and damaged ones."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from snapshot_crawler.archive import records as record_module
from snapshot_crawler.archive.exchange import Exchange, digest_text
from snapshot_crawler.archive.reader import Capture, Damage, capture_at, captures
from snapshot_crawler.archive.records import request_record, response_record, revisit_record, warc_date, warcinfo_record

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def exchange(number: int, body: bytes | None = None) -> Exchange:
    return Exchange(
        url=f"http://news.example/{number}?a=%E4%B8%AD",
        request_head=b"GET /1 HTTP/1.1\r\nHost: news.example",
        response_head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Raw: \xc4\xe3",
        body=body if body is not None else f"<html><p>page {number} ".encode() + uuid4().bytes * 40,
        ip="192.0.2.7",
        fetched_at=NOON,
    )


def parts_of(numbers: range) -> list[bytes]:
    """One gzip member for each record: a warcinfo, and a response and its request for each number."""
    parts = [warcinfo_record("a.warc.gz", {"software": "snapshot_crawler"}, NOON)]
    for number in numbers:
        identity = str(uuid4())
        parts += [response_record(exchange(number), identity), request_record(exchange(number), identity)]
    return parts


def read(path: Path) -> tuple[list[Capture], list[Damage]]:
    found = list(captures(path))
    return [one for one in found if isinstance(one, Capture)], [one for one in found if isinstance(one, Damage)]


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path, made = tmp_path / "a.warc.gz", exchange(1)
    path.write_bytes(warcinfo_record("a.warc.gz", {}, NOON) + response_record(made, str(uuid4())))
    (capture,), damage = read(path)
    assert not damage
    assert (capture.url, capture.status, capture.body, capture.ip) == (made.url, 200, made.body, "192.0.2.7")
    assert capture.headers == ((b"Content-Type", b"text/html"), (b"X-Raw", b"\xc4\xe3"))
    assert capture.digest == digest_text(made.payload_digest)
    assert capture.fetched_at == NOON
    again = capture_at(path, capture.offset, path.stat().st_size - capture.offset)
    assert again == capture


def test_a_revisit_names_the_capture_that_has_the_body(tmp_path: Path) -> None:
    path, made = tmp_path / "a.warc.gz", exchange(1)
    path.write_bytes(revisit_record(made, str(uuid4()), of_url="http://a.example/", of_date=warc_date(NOON)))
    (capture,), _ = read(path)
    assert capture.refers_to == ("http://a.example/", "2026-03-01T12:00:00Z")
    assert capture.body == b""
    assert capture.digest == digest_text(made.payload_digest)


@pytest.mark.parametrize("form", ["member a record", "one member", "plain"])
def test_all_forms_are_read(tmp_path: Path, form: str) -> None:
    parts = parts_of(range(20))
    path = tmp_path / "a.warc"
    plain = b"".join(gzip.decompress(part) for part in parts)
    path.write_bytes({"member a record": b"".join(parts), "one member": gzip.compress(plain), "plain": plain}[form])
    found, damage = read(path)
    assert [capture.url.partition("?")[0] for capture in found] == [f"http://news.example/{n}" for n in range(20)]
    assert not damage


@pytest.mark.parametrize("is_gzip", [True, False])
def test_a_cut_at_any_place_costs_only_what_was_cut(tmp_path: Path, is_gzip: bool) -> None:
    parts = [part if is_gzip else gzip.decompress(part) for part in parts_of(range(3))]
    ends = [sum(map(len, parts[: n + 1])) for n in range(len(parts))]
    whole, path = b"".join(parts), tmp_path / "a.warc"
    for cut in range(1, len(whole), 7):
        path.write_bytes(whole[:cut])
        found, damage = read(path)
        certain, most = (sum(ends[n] - tail <= cut for n in (1, 3, 5)) for tail in (0, 16))  # bytes behind the body
        assert certain <= len(found) <= most, cut
        is_whole = any(end - (0 if is_gzip else 4) <= cut <= end for end in ends)  # but for its empty lines
        assert bool(damage) or is_whole, cut
        assert not damage or cut not in ends, cut


def test_a_broken_member_costs_itself_alone(tmp_path: Path) -> None:
    parts, path = parts_of(range(5)), tmp_path / "a.warc.gz"
    for broken in range(1, len(parts)):
        changed = bytearray(parts[broken])
        changed[len(changed) // 2] ^= 0xFF
        path.write_bytes(b"".join([*parts[:broken], bytes(changed), *parts[broken + 1 :]]))
        found, damage = read(path)
        assert len(found) == (4 if broken % 2 else 5), broken
        assert len(damage) >= 1


def test_garbage_between_records_is_skipped_with_a_word(tmp_path: Path) -> None:
    parts, path = parts_of(range(2)), tmp_path / "a.warc.gz"
    path.write_bytes(parts[0] + b"\x1f\x8b\x08garbage" * 5 + b"".join(parts[1:]))
    found, damage = read(path)
    assert len(found) == 2
    assert damage


def foreign(block: bytes, kind: str = "response", **fields: str) -> bytes:
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<{uuid4().urn}>",
        "WARC-Date": "2026-03-01T12:00:00Z",
        "WARC-Target-URI": "<http://a.example/>",
        "Content-Type": "application/http; msgtype=response",
        **{name.replace("_", "-"): value for name, value in fields.items()},
        "Content-Length": str(len(block)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("block", "body"),
    [
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            b"hello",
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<html>hello", b"<html>hello"),  # others undo them
        (b"HTTP/1.0 200\nContent-Type: text/html\n\nhello", b"hello"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhello", b"hello"),
    ],
)
def test_bodies_of_other_crawlers_are_read(tmp_path: Path, block: bytes, body: bytes) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(foreign(block))
    (capture,), damage = read(path)
    assert (capture.url, capture.body, damage) == ("http://a.example/", body, [])


def test_what_is_no_http_response_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(foreign(b"<html>no head") + foreign(b"HTTP/1.1 200 OK\r\n\r\nhello"))
    found, damage = read(path)
    assert [capture.body for capture in found] == [b"hello"]
    assert len(damage) == 1


def test_a_resource_record_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(foreign(b"<html>hello", "resource", Content_Type="text/html; charset=gbk"))
    (capture,), _ = read(path)
    assert (capture.status, capture.headers, capture.body) == (
        200,
        ((b"Content-Type", b"text/html; charset=gbk"),),
        b"<html>hello",
    )


def test_warcio_reads_the_same(tmp_path: Path) -> None:
    warcio = pytest.importorskip("warcio.archiveiterator", reason="warcio is not installed: pip install -e '.[test]'")
    blob = b"".join(parts_of(range(5)))
    (tmp_path / "a.warc.gz").write_bytes(blob)
    ours, _ = read(tmp_path / "a.warc.gz")
    theirs = []
    for record in warcio.ArchiveIterator(io.BytesIO(blob), check_digests="raise"):
        if record.rec_type == "response":
            theirs.append((record.rec_headers["WARC-Target-URI"], record.raw_stream.read()))
    assert theirs == [(capture.url, capture.body) for capture in ours]


@pytest.mark.parametrize("has_isal", [True, False])
def test_records_are_gzip_members_with_either_library(monkeypatch: pytest.MonkeyPatch, has_isal: bool) -> None:
    if not has_isal:
        monkeypatch.setattr(record_module, "isal", None)
    plain = gzip.decompress(response_record(exchange(1, b"<p>hello"), str(uuid4())))
    assert plain.startswith(b"WARC/1.1\r\nWARC-Type: response\r\n") and plain.endswith(b"<p>hello\r\n\r\n")


def test_no_value_begins_a_field_of_its_own(tmp_path: Path) -> None:
    made = warcinfo_record("a\r\nWARC-Type: response\r\n\r\n.warc.gz", {}, NOON)
    assert gzip.decompress(made).count(b"\nWARC-Type") == 1
