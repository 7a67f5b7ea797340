"""Odd, cut and lying answers: what is read, what is a failure, and what is never published in part."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import zlib
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import brotli
import pytest
import scrapy
import uvloop
from hypothesis import given
from hypothesis import strategies as st
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    ResponseDataLossError,
)
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.download.connection import Origin, PendingResponse, StaleConnectionError, connect
from snapshot_crawler.download.handler import HttpDownloadHandler
from snapshot_crawler.download.http1 import IncompleteResponseError, MalformedResponseError, ResponseParser
from snapshot_crawler.download.request import request_bytes
from snapshot_crawler.middlewares.compression.unpack import (
    BrokenCodingError,
    TooMuchDataError,
    codings,
    undo,
    unpack,
    zstd,
)
from snapshot_crawler.middlewares.content import file_words, is_binary
from tests.hostile.crawl import crawl
from tests.hostile.fetch import fetch, fetch_all
from tests.server import Request, Server, response

PAGE = b"<html><body><article>The harbour opens again</article></body></html>"
LENGTH = b"%d" % len(PAGE)
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)


def answer(head: str, body: bytes = PAGE) -> bytes:
    return head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


OK = f"HTTP/1.1 200 OK\nContent-Length: {len(PAGE)}"
# What browsers show, and every crawl must read; the first line of each is the rule.
READ = {
    "HTTP/1.0, ends with the connection": answer("HTTP/1.0 200 OK"),
    "HTTP/1.1, ends with the connection": answer("HTTP/1.1 200 OK\nConnection: close"),
    "line feeds alone": answer(OK).replace(b"\r\n", b"\n"),
    "no reason phrase": answer(OK.replace(" OK", "")),
    "lower-case protocol": answer(OK.replace("HTTP", "http")),
    "another version": answer(OK.replace("1.1", "1.2")),
    "empty lines before": b"\r\n\r\n" + answer(OK),
    "a line without a colon": answer(OK + "\nthis is no field"),
    "an empty name": answer(OK + "\n: value"),
    "a space in a name": answer(OK + "\nX Bad: 1"),
    "a space after a name": answer(f"HTTP/1.1 200 OK\nContent-Length : {len(PAGE)}"),
    "a folded value": answer(OK + "\nX-A: one\n  two"),
    "a folded first line": answer("HTTP/1.1 200 OK\n  odd\n" + OK.partition("\n")[2]),
    "raw UTF-8 in a value": answer(OK + "\nX-A: 新闻"),
    "raw GBK in a value": (OK + "\nX-A: 新闻").replace("\n", "\r\n").encode("gbk") + b"\r\n\r\n" + PAGE,
    "NUL and control characters in a value": answer(OK + "\nX-A: a\0b\x01\x7f"),
    "a lone carriage return in a value": answer(OK + "\nX-A: a\rb"),
    "Content-Length twice": answer(OK + f"\nContent-Length: {len(PAGE)}"),
    "Content-Length with a comma": answer(f"HTTP/1.1 200 OK\nContent-Length: {len(PAGE)}, {len(PAGE)}"),
    "Content-Length that is no number": answer("HTTP/1.1 200 OK\nContent-Length: -5"),
    "Content-Length beside chunked": answer("HTTP/1.1 200 OK\nContent-Length: 5\nTransfer-Encoding: chunked", CHUNKED),
    "chunked": answer("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", CHUNKED),
    "chunked with extension and trailer": answer(
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"%x;a=b\r\n%s\r\n0\r\nX: y\r\n\r\n" % (len(PAGE), PAGE)
    ),
    "identity as transfer coding": answer(OK + "\nTransfer-Encoding: identity"),
    "100 before": b"HTTP/1.1 100 Continue\r\n\r\n" + answer(OK),
    "103 fifty times before": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50 + answer(OK),
    "64 KiB in one field": answer(OK + "\nX-Big: " + "a" * 65_000),
    "64 KiB in many fields": answer(OK + "".join(f"\nX-{n}: {n:08}" for n in range(4_000))),
    "the length said last of many": answer(
        "HTTP/1.1 200 OK" + "".join(f"\nX-{n}: 1" for n in range(2_000)) + f"\nContent-Length: {len(PAGE)}"
    ),
    "an empty line after the body": answer(OK, PAGE + b"\r\n"),
}
FAILS = {
    "nothing": (b"", DownloadFailedError),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-Ty", DownloadFailedError),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", DownloadFailedError),
    "HTTP/0.9": (PAGE, DownloadFailedError),
    "a status of two digits": (answer("HTTP/1.1 20 OK"), DownloadFailedError),
    "101": (answer("HTTP/1.1 101 Switching Protocols"), DownloadFailedError),
    "lengths that contradict each other": (answer(OK + "\nContent-Length: 3"), DownloadFailedError),
    "shorter than Content-Length": (answer(OK.replace(": ", ": 9")), ResponseDataLossError),
    "longer than Content-Length": (answer("HTTP/1.1 200 OK\nContent-Length: 30"), ResponseDataLossError),
    "chunked without its end": (
        answer("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", CHUNKED[:-5]),
        ResponseDataLossError,
    ),
    "chunked in the middle of a chunk": (
        answer("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", CHUNKED[:30]),
        ResponseDataLossError,
    ),
    "a chunk size that is none": (
        answer("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"zz\r\n" + PAGE),
        ResponseDataLossError,
    ),
}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.page("/robots.txt", "", content_type="text/plain")
        yield running


def closing(server: Server, path: str, data: bytes) -> None:
    """Serve exactly data at path, then close the connection."""

    async def send(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        writer.close()

    server.handle(path, send)


# --- One exchange
@pytest.mark.parametrize("name", READ)
def test_what_browsers_show_is_read(server: Server, name: str) -> None:
    closing(server, "/a", READ[name])
    got = fetch(server, "/a")
    assert (got.status, got.body) == (200, PAGE)


@pytest.mark.parametrize("name", FAILS)
def test_what_is_not_whole_is_a_failure_that_is_tried_again(server: Server, name: str) -> None:
    data, error = FAILS[name]
    closing(server, "/a", data)
    with pytest.raises(error):
        fetch(server, "/a")


def test_a_port_where_nobody_listens_is_refused(server: Server) -> None:
    with pytest.raises(DownloadConnectionRefusedError):
        fetch(server, "http://127.0.0.1:1/", PRIVATE_NETWORKS_ALLOWED="127.0.0.1")


def test_headers_keep_their_bytes_and_their_number(server: Server) -> None:
    server.raw("/a", answer(OK + "\nSet-Cookie: a=1\nset-cookie: b=2"))
    assert fetch(server, "/a").headers.getlist("Set-Cookie") == [b"a=1", b"b=2"]


def test_connections_are_used_again(server: Server) -> None:
    server.page("/a", PAGE)
    server.page("/chunked", "")
    server.raw("/b", answer("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", CHUNKED))
    peers = set()

    async def note(_: Request, writer: asyncio.StreamWriter) -> None:
        peers.add(writer.get_extra_info("peername"))
        writer.write(response(PAGE))
        await writer.drain()

    server.fallback = note
    outcomes = fetch_all(server, "/1", "/2", "/3")
    assert [type(outcome).__name__ for outcome in outcomes] == ["HtmlResponse"] * 3
    assert len(peers) == 1


def test_a_kept_connection_that_the_server_closed_is_no_failure(server: Server) -> None:
    """It says keep-alive and closes: the next request finds the connection dead, and takes a new one."""
    closing(server, "/a", answer(OK))
    assert [got.status for got in fetch_all(server, "/a", "/a", "/a") if isinstance(got, Response)] == [200] * 3


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_server_that_accepts_and_closes_at_once_is_tried_again(
    server: Server, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    """The end of the connection is known before the request is sent; on uvloop that is how it usually goes."""

    async def ask() -> None:
        listener = await asyncio.start_server(lambda _, writer: writer.transport.abort(), "127.0.0.1", 0)
        async with listener:  # closed whatever happens: uvloop would wait for it for ever
            port = listener.sockets[0].getsockname()[1]
            connection = await connect(Origin(False, "127.0.0.1", port), "127.0.0.1", None, None)
            while connection.is_open:  # noqa: ASYNC110 (a connection tells nobody of its end)
                await asyncio.sleep(0.001)
            pending = PendingResponse("GET", lambda _: None, lambda _: None)
            with pytest.raises(StaleConnectionError):
                connection.send(b"GET / HTTP/1.1\r\n\r\n", pending)
            allowed = {"PRIVATE_NETWORKS_ALLOWED": [f"127.0.0.1:{port}"], "DOWNLOAD_TIMEOUT": 5}
            handler = HttpDownloadHandler.from_crawler(get_crawler(settings_dict=allowed))
            for _ in range(20):
                with pytest.raises(DownloadFailedError):
                    await handler.download_request(scrapy.Request(f"http://127.0.0.1:{port}/"))

    run(ask())


def test_an_answer_that_nobody_asked_for_is_given_to_nobody(server: Server) -> None:
    """Two answers at once: the second must not be taken for the answer to the next request."""
    server.raw("/a", answer(OK) + answer("HTTP/1.1 200 OK\nContent-Length: 6", b"poison"))
    server.page("/b", "good")
    first, second = fetch_all(server, "/a", "/b")
    assert isinstance(first, Response)
    assert isinstance(second, Response)
    assert (first.body, second.body) == (PAGE, b"good")


def test_nothing_in_a_request_begins_another() -> None:
    hostile = scrapy.Request("http://u:p@h.example/a", headers={"X-A": "1\r\nX-B: 2\r\n\r\nGET /b HTTP/1.1"})
    wire = request_bytes(hostile)
    assert wire.count(b"\r\n") == wire.count(b"\n") == 4
    assert b"Host: h.example\r\n" in wire
    assert b"u:p" not in wire


# --- The parser by itself
@given(st.sampled_from(sorted(READ)), st.data())
def test_the_parser_reads_the_same_however_the_bytes_are_cut(name: str, data: st.DataObject) -> None:
    whole = READ[name]
    if name == "an empty line after the body":
        return  # what comes after the last byte may come too late to be seen
    cuts = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=6)))
    parser = ResponseParser()
    body = b"".join(parser.feed(whole[start:end]) for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True))
    parser.end()
    assert body == PAGE


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_the_parser_raises_nothing_but_its_own_errors(first: bytes, second: bytes) -> None:
    parser = ResponseParser()
    try:
        parser.feed(b"HTTP/1.1 200 OK\r\n" + first)
        parser.feed(second)
        parser.end()
    except (MalformedResponseError, IncompleteResponseError):
        pass


# --- Compression
def deflated(data: bytes, window: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return packer.compress(data) + packer.flush()


LONG = PAGE * 500
PACKED = {
    "gzip": ("gzip", gzip.compress(LONG)),
    "x-gzip": ("x-gzip", gzip.compress(LONG)),
    "two gzip members": ("gzip", gzip.compress(LONG[:100]) + gzip.compress(LONG[100:])),
    "gzip and padding": ("gzip", gzip.compress(LONG) + b"\0" * 20),
    "deflate": ("deflate", zlib.compress(LONG)),
    "raw deflate": ("deflate", deflated(LONG, -15)),
    "br": ("br", brotli.compress(LONG)),
    "zstd": ("zstd", zstd.compress(LONG)),
    "gzip in gzip, said": ("gzip, gzip", gzip.compress(gzip.compress(LONG))),
    "gzip in gzip, said once": ("gzip", gzip.compress(gzip.compress(LONG))),
    "gzip in br": ("gzip, br", brotli.compress(gzip.compress(LONG))),
    "gzip, not said": ("", gzip.compress(LONG)),
    "said, but plain": ("gzip", LONG),
    "said br, but gzip": ("br", gzip.compress(LONG)),
    "a coding that is none": ("utf-8", LONG),
    "upper case": ("GZIP", gzip.compress(LONG)),
}


@pytest.mark.parametrize("name", PACKED)
def test_every_coding_is_undone(name: str) -> None:
    coding, body = PACKED[name]
    assert unpack(body, codings([coding.encode()]), 1 << 20) == LONG


@pytest.mark.parametrize("name", ["gzip", "deflate", "raw deflate", "br", "zstd", "gzip in gzip, said"])
@pytest.mark.parametrize("share", [0.2, 0.9])
def test_a_cut_body_is_never_taken_for_a_page(name: str, share: float) -> None:
    coding, body = PACKED[name]
    with pytest.raises(BrokenCodingError):
        unpack(body[: int(len(body) * share)], codings([coding.encode()]), 1 << 20)


def test_damaged_gzip_is_broken() -> None:
    body = bytearray(gzip.compress(LONG))
    body[-6] ^= 0xFF  # its checksum
    with pytest.raises(BrokenCodingError):
        undo(bytes(body), "gzip", 1 << 20)


def test_a_hundred_codings_inside_each_other_are_too_many() -> None:
    with pytest.raises(TooMuchDataError):
        unpack(gzip.compress(PAGE), codings([b"gzip, " * 100]), 1 << 20)


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd"]))
def test_garbage_is_broken_or_read_and_nothing_else(body: bytes, coding: str) -> None:
    with contextlib.suppress(BrokenCodingError):
        assert isinstance(undo(body, coding, 1 << 20), bytes)


def test_a_crawl_reads_every_coding_and_publishes_no_part(server: Server) -> None:
    for number, (coding, body) in enumerate(PACKED.values()):
        text = b"<article>Page number %d</article>" % number
        body = PACKED_AGAIN[coding](text) if (coding in PACKED_AGAIN and body is not LONG) else text
        server.page(f"/{number}", body, headers={"Content-Encoding": coding} if coding else None)
    cut = gzip.compress(b"<article>" + b"".join(b"Line %d. " % n for n in range(5_000)) + b"</article>")[:-300]
    server.page("/cut", cut, headers={"Content-Encoding": "gzip"})
    short = answer(f"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: {len(PAGE) + 50}")
    closing(server, "/short", short)
    paths = [f"/{number}" for number in range(len(PACKED))]
    outcome = crawl(*paths, "/cut", "/short", server=server)
    assert sorted(outcome.urls) == sorted(paths)
    assert server.paths().count("/cut") == 3, "tried again, twice"
    assert server.paths().count("/short") == 3
    assert outcome.rejected["failed"] == 2
    assert "[scrapy.core.scraper] ERROR" not in outcome.log


PACKED_AGAIN = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)),
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
}


# --- What is no page
FILES = {
    "PDF": (b"%PDF-1.7\n...", "application/pdf"),
    "PDF as HTML": (b"%PDF-1.7\n...", "text/html"),
    "ZIP as HTML": (b"PK\x03\x04\x14\x00", "text/html"),
    "PNG": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "JPEG, no type": (b"\xff\xd8\xff\xe0\x00\x10JFIF", None),
    "MP4 as HTML": (b"\x00\x00\x00\x20ftypisom", "text/html"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
    "unknown bytes as a video": (b"\x01\x02\x03\x04", "video/mp2t"),
}
PAGES = {
    "text/plain": "text/plain",
    "octet-stream": "application/octet-stream",
    "no type": None,
    "an image": "image/gif",
    "nonsense": "foo",
    "XHTML": "application/xhtml+xml",
    "download": "application/x-msdownload",
}


@pytest.mark.parametrize(
    ("body", "declared", "says"),
    [
        (b"%PDF-1.7 ...", b"text/html", "it begins with b'%PDF-1.7', declared as text/html"),
        (b"%PDF-1.7 ...", b"", "it begins with b'%PDF-1.7'"),
        (b"\x01\x02\x03\x04", b"video/mp2t", "video/mp2t"),
    ],
)
def test_what_a_refused_file_is_is_told_by_its_bytes(body: bytes, declared: bytes, says: str) -> None:
    assert file_words(body, declared) == f"a file, not a page: {says}"


def test_files_are_refused_and_pages_of_any_type_are_read(server: Server) -> None:
    for number, (body, kind) in enumerate(FILES.values()):
        server.page(f"/file{number}", body + bytes(100_000), content_type=kind)
    for number, kind in enumerate(PAGES.values()):
        server.page(f"/page{number}", f"<article>Page {number}</article>", content_type=kind)
    files = [f"/file{number}" for number in range(len(FILES))]
    pages = [f"/page{number}" for number in range(len(PAGES))]
    outcome = crawl(*files, *pages, server=server)
    assert sorted(outcome.urls) == pages
    assert outcome.rejected == {"not-html": len(FILES)}
    assert "[scrapy.core.scraper] ERROR" not in outcome.log


def test_utf_16_and_byte_order_marks_are_no_signatures() -> None:
    for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"):
        assert not is_binary("<html>新闻</html>".encode(codec), b"image/png"), codec


def test_a_large_file_is_left_after_its_first_bytes(server: Server) -> None:
    sent = 0

    async def film(_: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(answer("HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 8000000", b"\0\0\0\x20ftypisom"))
        while sent < 8_000_000:
            writer.write(bytes(65_536))
            await writer.drain()
            sent += 65_536

    server.handle("/film", film)
    server.page("/a", "<article>A page</article>")
    outcome = crawl("/film", "/a", server=server)
    assert outcome.urls == ["/a"]
    assert sent < 6_000_000
    assert server.paths().count("/film") == 1


def test_an_empty_page_is_tried_again_and_fails(server: Server) -> None:
    server.page("/empty", "")
    outcome = crawl("/empty", server=server)
    assert server.paths().count("/empty") == 3
    assert outcome.items == []
    assert outcome.rejected["failed"] == 1


# --- Codecs that are no charsets
def test_w3lib_still_takes_any_codec_for_a_charset() -> None:
    """Not our behaviour: when this fails, declares_no_charset in content.py can go."""
    with pytest.raises(LookupError):
        _ = HtmlResponse("http://h.example/", body=b'<meta charset="zlib">\xd6\xd0').text


def test_a_page_that_names_a_codec_is_read_by_every_middleware(server: Server) -> None:
    names = ["zlib", "hex", "rot13", "base64", "idna", "undefined", "utf-8", "gbk", "none"]
    server.page("/robots.txt", "", content_type="text/plain")
    for name in names:
        page = f'<meta charset="{name}"><meta http-equiv="refresh" content="600"><article>{name}</article>'
        server.page(f"/{name}", f'{page}<a href="/from-{name}">a</a>', content_type=f"text/html; charset={name}")
    outcome = crawl(*[f"/{name}" for name in names], server=server)
    assert sorted(outcome.urls) == sorted(f"/{name}" for name in names)
    assert {f"/from-{name}" for name in names} <= set(server.paths())
    assert "Traceback" not in outcome.log


def test_scrapy_still_gives_out_what_it_could_read_of_a_cut_body() -> None:
    """Not our behaviour: when this fails, compression.py may be Scrapy's again."""
    body = gzip.compress(b"".join(b"<p>%d</p>" % number for number in range(20_000)))[:-2_000]
    cut = Response("http://h.example/", body=body, headers={"Content-Encoding": "gzip"})
    read = HttpCompressionMiddleware.from_crawler(get_crawler()).process_response(scrapy.Request(cut.url), cut)
    assert read.body.startswith(b"<p>0</p>")
