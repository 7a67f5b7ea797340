"""Caps on bytes, time and memory: bombs, heads and bodies without end, slow drips, and their cost."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import zlib
from collections.abc import Iterator
from functools import cache
from time import monotonic, process_time

import brotli
import pytest
from scrapy.exceptions import DownloadTimeoutError

from snapshot_crawler.download.handler import TooLargeError
from snapshot_crawler.download.http1 import HEAD_BYTES, ResponseParser
from snapshot_crawler.middlewares.compression.unpack import TooMuchDataError, codings, unpack, zstd
from tests.hostile.crawl import crawl
from tests.hostile.fetch import fetch
from tests.server import Request, Server

MEMORY_CAP_BYTES = 256 * 2**20
GIB = 1 << 30
CAP = 8 << 20
ZEROS = bytes(1 << 20)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.page("/robots.txt", "", content_type="text/plain")
        running.page("/a", "<article>A good page</article>")
        yield running


def endless(server: Server, path: str, start: bytes, piece: bytes, pause_s: float = 0.0) -> None:
    """Serve start, then piece again and again until the crawler leaves."""

    async def send(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)

    server.handle(path, send)


# --- Bombs
@cache
def bomb(coding: str) -> bytes:
    """One GiB of zeros."""
    if coding == "br":
        packer = brotli.Compressor(quality=1)
        return b"".join(packer.process(ZEROS) for _ in range(1024)) + packer.finish()
    if coding == "zstd":
        frame = zstd.ZstdCompressor(1)
        return b"".join(frame.compress(ZEROS) for _ in range(1024)) + frame.flush()
    stream = zlib.compressobj(1, wbits={"gzip": 31, "deflate": 15}[coding.split(",")[0]])
    packed = b"".join(stream.compress(ZEROS) for _ in range(1024)) + stream.flush()
    return packed if "," not in coding else zlib.compress(packed, 9)


BOMBS = ["gzip", "deflate", "br", "zstd", "deflate, deflate"]


@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_costs_no_more_than_a_page_of_the_cap(coding: str) -> None:
    packed = bomb(coding)
    before = process_time()
    with pytest.raises(TooMuchDataError):
        unpack(packed, codings([coding.encode()]), CAP)
    assert process_time() - before < 2


@pytest.mark.parametrize(
    ("name", "empty"),
    [("gzip", gzip.compress(b"", mtime=0)), ("zstd", bytes(zstd.compress(b"")))],
    ids=["gzip", "zstd"],
)
def test_members_without_content_and_without_end_are_too_many(name: str, empty: bytes) -> None:
    """Nothing comes out of them, so no cap on bytes sees them; 8 MiB of them take a minute."""
    with pytest.raises(TooMuchDataError, match="more than 1000"):
        unpack(empty * 100_000, [name], CAP)


def test_a_zstd_frame_may_not_ask_for_a_window_of_its_own_size() -> None:
    """A window of 128 MiB would be memory that no cap sees."""
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    frame = packer.compress(ZEROS) + packer.flush()
    with pytest.raises(Exception, match=r"(?i)window|memory"):
        unpack(frame, ["zstd"], CAP)


def test_bombs_are_refused_in_one_crawl_and_good_pages_are_read(server: Server) -> None:
    for coding in BOMBS:
        server.page(f"/{coding.replace(', ', '-')}", bomb(coding), headers={"Content-Encoding": coding})
    paths = [f"/{coding.replace(', ', '-')}" for coding in BOMBS]
    outcome = crawl(*paths, "/a", server=server)
    assert outcome.urls == ["/a"]
    assert outcome.rejected == {"too-large": len(BOMBS)}
    assert [server.paths().count(path) for path in paths] == [1] * len(BOMBS), "not tried again"
    assert outcome.stats["peak_memory_bytes"] < MEMORY_CAP_BYTES


# --- Heads and bodies
def test_a_body_of_4_mib_passes_and_one_over_the_cap_does_not(server: Server) -> None:
    server.page("/4", bytes(4 << 20))
    server.page("/9", bytes(9 << 20))
    endless(server, "/chunks", HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + bytes(65536) + b"\r\n")
    endless(server, "/close", HEAD + b"\r\n", bytes(65536))
    assert len(fetch(server, "/4").body) == 4 << 20
    for path in ("/9", "/chunks", "/close"):
        with pytest.raises(TooLargeError):
            fetch(server, path)


ENDLESS_HEADS = {
    "fields": (HEAD, b"X-A: " + b"a" * 1000 + b"\r\n"),
    "one field": (HEAD + b"X-A: ", b"a" * 1000),
    "short fields": (HEAD, b"a:\r\n" * 1000),
    "folded lines": (HEAD + b"X-A: b\r\n", b" c\r\n" * 1000),
    "status line": (b"HTTP/1.1 200 ", b"O" * 1000),
    "empty lines": (b"", b"\r\n" * 1000),
    "1xx": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 20),
    "trailers": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n" * 1000),
    "chunk extension": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;", b"a" * 1000),
    "chunks of one byte": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 1000),
}


@pytest.mark.parametrize("name", ENDLESS_HEADS)
def test_what_has_no_end_is_left_at_its_cap(server: Server, name: str) -> None:
    start, piece = ENDLESS_HEADS[name]
    endless(server, "/endless", start, piece)
    before = process_time()
    with pytest.raises(TooLargeError):
        fetch(server, "/endless", DOWNLOAD_TIMEOUT=20)
    assert process_time() - before < 10  # the server's share included


def test_heads_without_end_cost_a_crawl_no_memory(server: Server) -> None:
    for name in ("fields", "one field", "1xx"):
        endless(server, f"/{name.replace(' ', '-')}", *ENDLESS_HEADS[name])
    outcome = crawl("/fields", "/one-field", "/1xx", "/a", server=server)
    assert outcome.urls == ["/a"]
    assert outcome.rejected == {"too-large": 3}
    assert outcome.stats["peak_memory_bytes"] < MEMORY_CAP_BYTES


def test_a_head_that_comes_byte_by_byte_costs_little(server: Server) -> None:
    parser = ResponseParser()
    before = process_time()
    for byte in HEAD + b"X-A: " + b"a" * (HEAD_BYTES // 2) + b"\r\n\r\n":
        parser.feed(bytes([byte]))
    assert parser.has_head
    assert process_time() - before < 3


# --- Time
DRIPS: dict[str, tuple[bytes, bytes]] = {
    "of the head": (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
    "of the body": (HEAD + b"Content-Length: 100000\r\n\r\n", b"a"),
    "of chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "of 1xx": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "of nothing": (b"", b""),
}


@pytest.mark.parametrize("name", DRIPS)
def test_the_timeout_bounds_the_whole_exchange(server: Server, name: str) -> None:
    start, piece = DRIPS[name]
    endless(server, "/drip", start, piece, pause_s=0.05)
    begun = monotonic()
    with pytest.raises(DownloadTimeoutError):
        fetch(server, "/drip", DOWNLOAD_TIMEOUT=0.6)
    assert monotonic() - begun < 30, "the drip goes on for longer"


def test_a_resolver_that_hangs_is_left_at_the_timeout(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        released.wait(10)
        raise OSError("too late")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(DownloadTimeoutError):
        fetch(server, "http://slow.example/", DOWNLOAD_TIMEOUT=0.3)
    released.set()


# --- Links and addresses
def test_no_more_links_than_the_cap_are_taken_from_a_page(server: Server) -> None:
    server.page("/", "".join(f'<a href="/p{n}">x</a>' for n in range(60)))
    server.fallback = plain_page
    outcome = crawl("/", server=server, LINKS_PER_PAGE_MAX=25)
    assert outcome.stats["limits/links-dropped"] == 35
    assert len(outcome.items) == 25
    assert outcome.log.count("LINKS_PER_PAGE_MAX were left") == 1


def test_addresses_that_are_too_long_are_not_asked_for_nor_logged(server: Server) -> None:
    long = "/p?" + "a" * 3_000
    server.page("/far", "", status="302 Found", headers={"Location": long})
    server.page("/", f'<a href="{long}">x</a><a href="/far">x</a><a href="/a">x</a>')
    outcome = crawl("/", server=server)
    assert outcome.urls == ["/a"]
    assert max(len(path) for path in server.paths()) < 100
    assert outcome.stats["limits/url-too-long"] == 1
    assert outcome.rejected == {"url-too-long": 1}


async def plain_page(request: Request, writer: asyncio.StreamWriter) -> None:
    """A page of its own for every address."""
    body = f"<article>The page at {request.path}</article>".encode()
    writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()
