"""The downloader's own way of a request calls middlewares as Scrapy's does, and sends at once what need not wait."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.core.downloader import Downloader
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.download.downloader import QuickDownloader
from snapshot_crawler.download.hooks import Hooks

REQUEST = Request("http://a.example/")
ANSWER = Response("http://a.example/")


class Plain:
    """Each of its hooks returns what it was made with, or raises it."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        for name in answers:
            setattr(self, name, getattr(self, f"_{name}"))

    def _said(self, name: str, otherwise: Any) -> Any:
        answer = self.answers[name]
        if isinstance(answer, Exception):
            raise answer
        return otherwise if answer == "as it came" else answer

    def _process_request(self, request: Request) -> Any:
        return self._said("process_request", None)

    def _process_response(self, request: Request, response: Response) -> Any:
        return self._said("process_response", response)

    def _process_exception(self, request: Request, exception: Exception) -> Any:
        return self._said("process_exception", None)


class Waiting(Plain):
    async def _process_request(self, request: Request) -> Any:
        await asyncio.sleep(0)
        return super()._process_request(request)

    async def _process_response(self, request: Request, response: Response) -> Any:
        await asyncio.sleep(0)
        return super()._process_response(request, response)


OTHER = Request("http://b.example/")
CASES: dict[str, list[dict[str, Any]]] = {
    "all pass": [{"process_request": None, "process_response": "as it came"}] * 2,
    "one answers": [{"process_request": None}, {"process_request": ANSWER}, {"process_request": IgnoreRequest("no")}],
    "one asks for another": [{"process_request": OTHER, "process_response": ValueError("not called")}],
    "one refuses": [{"process_request": IgnoreRequest("no"), "process_exception": None}],
    "one refuses, another answers": [{"process_request": IgnoreRequest("no")}, {"process_exception": ANSWER}],
    "an answer leads on": [{"process_response": ValueError("not called")}, {"process_response": OTHER}],
    "a wrong answer to a request": [{"process_request": "text"}],
    "a wrong answer to a response": [{"process_response": None}],
}


async def download(manager: DownloaderMiddlewareManager) -> Any:
    async def send(request: Request) -> Response:
        await asyncio.sleep(0)
        return ANSWER

    try:
        return await manager.download_async(send, REQUEST)
    except Exception as error:
        return type(error).__mro__[-4:], str(error).replace("Waiting", "Plain")


@pytest.mark.parametrize("kind", [Plain, Waiting])
@pytest.mark.parametrize("case", CASES)
def test_middlewares_are_called_as_by_scrapy(case: str, kind: type[Plain]) -> None:
    crawler = get_crawler(Spider)
    ours, scrapys = (
        asyncio.run(download(manager(*(kind(**answers) for answers in CASES[case]), crawler=crawler)))
        for manager in (Hooks, DownloaderMiddlewareManager)
    )
    assert ours == scrapys


class Handlers:
    """In the place of the download handlers: each page takes until it is let go."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.go = asyncio.Event()

    async def download_request_async(self, request: Request) -> Response:
        self.asked.append(request)
        await self.go.wait()
        if "bad" in request.url:
            raise OSError("bad")
        return Response(request.url)


SETTINGS = {
    "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https", "data", "file", "ftp", "s3")),
}


@pytest.mark.parametrize("made", [QuickDownloader, Downloader])
def test_a_slot_sends_as_many_at_once_as_it_may_and_the_rest_after_them(made: type[Downloader]) -> None:
    async def fetch() -> None:
        crawler = get_crawler(Spider, SETTINGS)
        crawler.spider = crawler._create_spider("any")
        downloader = made(crawler)
        downloader.middleware = type(downloader.middleware)(crawler=crawler)
        downloader.handlers = handlers = Handlers()  # type: ignore[assignment]
        requests = [Request(f"http://a.example/{page}") for page in ("1", "bad", "3")]
        answers = []
        for request in requests:
            answers.append(downloader.fetch(request).asFuture(asyncio.get_running_loop()))
            await asyncio.sleep(0.0)
            await asyncio.sleep(0.0)
        assert len(downloader.active) == 3
        assert handlers.asked[:2] == requests[:2]
        handlers.go.set()
        results = await asyncio.wait_for(asyncio.gather(*answers, return_exceptions=True), 60)
        assert [str(getattr(result, "url", result)) for result in results] == [
            "http://a.example/1",
            "bad",
            "http://a.example/3",
        ]
        assert handlers.asked == requests
        assert not downloader.active
        [slot] = downloader.slots.values()
        assert not slot.active and not slot.transferring and not slot.queue
        downloader.close()

    asyncio.run(fetch())
