"""What is kept of an exchange, by itself and as the download handler makes it."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime

import pytest
from scrapy import Request, Spider
from scrapy.utils.test import get_crawler

from snapshot_crawler.archive.exchange import Exchange, digest_text, kept_head, without_userinfo
from snapshot_crawler.download.handler import HttpDownloadHandler
from snapshot_crawler.frontier.requests import entry_of
from snapshot_crawler.meta import EXCHANGE
from snapshot_crawler.middlewares.again import OF_ONE_REQUEST
from tests.server import Request as Asked
from tests.server import Server

ANSWER = (
    b"HTTP/1.1 200 Fine by me\r\nx-odd: \xc4\xe3\r\nSet-Cookie: a=secret\r\n"
    b"Content-Type: text/html\r\nX-Odd: again\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>hi\r\n0\r\n\r\n"
)


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        (b"GET / HTTP/1.1\r\nHost: a", b"GET / HTTP/1.1\r\nHost: a"),
        (b"GET / HTTP/1.1\r\ncookie: s=1\r\nHost: a", b"GET / HTTP/1.1\r\nHost: a"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization : Basic x", b"GET / HTTP/1.1\r\nHost: a"),
        # a field on several lines goes with all of them (RFC 9112, 5.2)
        (b"HTTP/1.1 200\r\nSET-COOKIE: a=1;\r\n\tb=2\r\n  c\r\nAge: 1", b"HTTP/1.1 200\r\nAge: 1"),
        (b"HTTP/1.1 200\nSet-Cookie2: a\nProxy-Authorization: b\nAge: 1", b"HTTP/1.1 200\nAge: 1"),
        # names that only begin or end so are others
        (b"HTTP/1.1 200\r\nX-Cookie: 1\r\nCookie-Policy: none", b"HTTP/1.1 200\r\nX-Cookie: 1\r\nCookie-Policy: none"),
    ],
)
def test_a_head_is_kept_as_it_came_without_sessions_and_passwords(head: bytes, kept: bytes) -> None:
    assert kept_head(head) == kept


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://u:p@a.example:81/x@y?q#f", "http://a.example:81/x@y?q#f"),
        ("http://a.example/@me", "http://a.example/@me"),
        ("https://a.example/", "https://a.example/"),
    ],
)
def test_an_address_is_kept_without_user_and_password(url: str, kept: str) -> None:
    assert without_userinfo(url) == kept


def test_digests_are_written_as_warc_has_them() -> None:
    made = Exchange("http://a.example/", b"", b"", b"hello", None, datetime(2026, 3, 1, tzinfo=UTC))
    assert made.payload_digest == hashlib.sha1(b"hello", usedforsecurity=False).digest()
    assert digest_text(made.payload_digest) == "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N"


async def answer(request: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(ANSWER)
    await writer.drain()


def test_the_handler_keeps_both_heads_the_body_and_the_server_s_address(server: Server) -> None:
    server.handle("/a", answer)
    request = Request(
        server.url("/a").replace("http://", "http://me:word@"),
        headers={"Cookie": "s=1", "Authorization": "Basic x", "X-Mine": "yes"},
    )

    async def fetch() -> None:
        crawler = get_crawler(settings_dict={"PRIVATE_NETWORKS_ALLOWED": [server.address]})
        handler = HttpDownloadHandler.from_crawler(crawler)
        await handler.download_request(request)
        await handler.close()

    before = datetime.now(UTC)
    asyncio.run(fetch())
    made: Exchange = request.meta[EXCHANGE]
    assert made.url == server.url("/a")
    assert made.request_head == f"GET /a HTTP/1.1\r\nHost: {server.address}\r\nX-Mine: yes".encode()
    assert made.response_head == (
        b"HTTP/1.1 200 Fine by me\r\nx-odd: \xc4\xe3\r\nContent-Type: text/html\r\nX-Odd: again"
    )
    assert (made.body, made.ip, made.is_cut) == (b"<p>hi", "127.0.0.1", False)
    assert before <= made.fetched_at <= datetime.now(UTC)


def test_an_exchange_goes_neither_into_stored_state_nor_to_another_request() -> None:
    made = Exchange("http://a.example/", b"", b"", b"", None, datetime.now(UTC))
    plain, carrying = (Request("http://a.example/", meta=meta) for meta in ({}, {EXCHANGE: made}))
    spider = Spider("any")
    assert entry_of(carrying, spider) == entry_of(plain, spider)
    assert EXCHANGE in OF_ONE_REQUEST
