"""Cookies last as long as the job: a run that goes on has them, the run after a finished one begins without."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.middlewares.cookie_jars import BoundedCookies
from tests.crawling import crawl
from tests.server import Request as Asked
from tests.server import Server, response

JARS: list[Any] = [None, 1, "two", ("three", 3)]


class Members(Spider):
    """Logs in with one session a jar; is_stopped: it ends before it shows what it is sent."""

    name = "members"
    is_stopped = False

    async def start(self) -> Any:
        for number, jar in enumerate(JARS):
            yield Request(f"{self.base}in?{number}", meta={"cookiejar": jar}, cookies={"own": str(number)})

    def parse(self, response: Any) -> Any:
        meta = {"cookiejar": response.meta["cookiejar"]}
        yield response.follow("/show", self.show, meta=meta, dont_filter=True, priority=-1)
        if self.is_stopped and meta["cookiejar"] == JARS[-1]:
            raise CloseSpider("enough")

    def show(self, response: Any) -> Any:
        yield {"jar": str(response.meta["cookiejar"]), "sent": response.text}


class LoginSite:
    """Gives each session its cookie once, and shows at /show what it is sent."""

    def __init__(self, server: Server) -> None:
        self.given: set[str] = set()
        server.fallback = self.answer

    async def answer(self, request: Asked, writer: asyncio.StreamWriter) -> None:
        path = request.path
        if path == "/show":
            sent = "; ".join(sorted(request.headers.get("cookie", "").split("; ")))
            writer.write(response(sent, content_type="text/plain"))
            return
        headers = {"Set-Cookie": f"session={path[-1]}; Path=/; HttpOnly"} if path not in self.given else {}
        self.given.add(path)
        writer.write(response("<p>In</p>", headers=headers))


def run(server: Server, folder: Path, *, is_stopped: bool = False) -> Crawler:
    spider = type("Now", (Members,), {"base": server.url("/"), "is_stopped": is_stopped})
    return crawl(spider, None, folder, allowed=server.address, CONCURRENT_REQUESTS=1)


def test_a_session_outlives_a_stop_and_ends_with_the_job(tmp_path: Path) -> None:
    with Server() as server:
        LoginSite(server)
        run(server, tmp_path, is_stopped=True)
        assert len((tmp_path / "out.jsonl").read_text().splitlines()) < len(JARS), "too late to show anything"
        run(server, tmp_path)
        rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
        expected = [{"jar": str(jar), "sent": f"own={n}; session={n}"} for n, jar in enumerate(JARS)]
        assert sorted(rows, key=lambda row: row["sent"]) == expected

        asked = len(server.requests)
        run(server, tmp_path)
        assert {request.headers.get("cookie") for request in server.requests[asked:] if request.path == "/in?0"} == {
            "own=0"
        }


def test_a_cookie_that_has_expired_is_not_kept() -> None:
    crawler = get_crawler()
    jars = BoundedCookies.from_crawler(crawler)
    request = Request("http://news.test/")
    for lasting in ("short=1; Max-Age=0", "past=1; Expires=Wed, 01 Jan 2020 00:00:00 GMT", "long=1; Max-Age=9999"):
        jars.process_response(request, Response(request.url, headers={"Set-Cookie": lasting}))
    again = BoundedCookies.from_crawler(crawler)
    again.load(json.loads(json.dumps(jars.dump())))
    again.process_request(request)
    assert request.headers["Cookie"] == b"long=1"
