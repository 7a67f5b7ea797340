"""Pages that have not changed: asked for with their ETag, and heard of by nobody when the answer is 304."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from scrapy import Request as ScrapyRequest
from scrapy import Spider
from scrapy.http import Response

from tests.crawling import crawl, report
from tests.server import Request, Server, response

HEARD: list[str] = []


class Listening(Spider):
    """Hears of everything: of statuses other than 200, and of errors."""

    name = "listening"
    handle_httpstatus_list: ClassVar[list[int]] = [304, 404]
    own_etag: ClassVar[str | None] = None

    def __init__(self, start: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.start_url = start

    async def start(self) -> Any:
        """One page."""
        headers = {"If-None-Match": self.own_etag} if self.own_etag else {}
        yield ScrapyRequest(self.start_url, headers=headers, errback=self.failed)

    def parse(self, response: Response, **kwargs: Any) -> None:
        """A page."""
        HEARD.append(f"page {response.status}")

    def failed(self, failure: Any) -> None:
        """An error."""
        HEARD.append("error")


@pytest.fixture
def page(server: Server) -> Iterator[Server]:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        known = request.headers.get("if-none-match") == '"1"'
        status = "304 Not Modified" if known else "200 OK"
        body = "" if known else "<html><body>A page</body></html>"
        writer.write(response(body, status=status, headers={"ETag": '"1"'}))
        await writer.drain()

    server.handle("/", answer)
    HEARD.clear()
    yield server


def test_a_304_is_told_neither_to_the_spider_nor_to_the_log(
    page: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            crawler = crawl(Listening, page.url("/"), tmp_path, allowed=page.address)
    assert HEARD == ["page 200"]
    found = report(crawler)
    assert found["requests"] == {"status 304": 1}
    assert not [key for key in found["statistics"] if key.startswith("httperror")]
    assert "Ignoring response" not in caplog.text


class Asking(Listening):
    """Sends an ETag of its own."""

    own_etag = '"1"'


def test_a_304_that_the_spider_itself_asked_for_is_its_own(page: Server, tmp_path: Path) -> None:
    for number in (1, 2):
        crawl(Asking, page.url("/"), tmp_path, allowed=page.address)
        assert ["page 304"] * number == HEARD
