"""DOWNLOAD_TIMEOUT counts the time in which we wait for the server, not that in which our own process is busy."""

from __future__ import annotations

import asyncio
import time
from asyncio import StreamWriter
from collections.abc import Coroutine
from typing import Any

import pytest
import uvloop
from scrapy import Request as Asked
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.download.deadline import Deadline
from snapshot_crawler.download.handler import HttpDownloadHandler
from tests.server import Request, Server

TIMEOUT_S = 0.4


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop])
def run(request: pytest.FixtureRequest) -> Any:
    """asyncio.run on the loop of plain Python and on the one that crawls use."""

    def run_on_loop(work: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(work)

    return run_on_loop


async def busy_for(*lengths_s: float) -> None:
    """What reading pages does to the loop: it hears nothing, now and then for so long."""
    for seconds in lengths_s:
        time.sleep(seconds)  # noqa: ASYNC251 - to block the loop is the purpose
        await asyncio.sleep(0)


@pytest.mark.parametrize("lengths_s", [(2 * TIMEOUT_S,), (TIMEOUT_S,) * 4, (0.05,) * 20])
def test_an_answer_that_came_while_we_were_busy_counts(run: Any, server: Server, lengths_s: tuple[float, ...]) -> None:
    server.page("/a", "the answer")

    async def ask() -> Response:
        settings = {"PRIVATE_NETWORKS_ALLOWED": [server.address], "DOWNLOAD_TIMEOUT": TIMEOUT_S}
        handler = HttpDownloadHandler.from_crawler(get_crawler(settings_dict=settings))
        answer = asyncio.ensure_future(handler.download_request(Asked(server.url("/a"))))
        await asyncio.sleep(0)
        await busy_for(*lengths_s)
        response = await answer
        await handler.close()
        return response

    assert run(ask()).body == b"the answer"


def test_a_server_that_answers_nothing_is_given_up(run: Any, server: Server) -> None:
    async def never(_: Request, writer: StreamWriter) -> None:
        await asyncio.sleep(60)

    server.handle("/a", never)

    async def ask() -> float:
        settings = {"PRIVATE_NETWORKS_ALLOWED": [server.address], "DOWNLOAD_TIMEOUT": TIMEOUT_S}
        handler = HttpDownloadHandler.from_crawler(get_crawler(settings_dict=settings))
        began = time.monotonic()
        with pytest.raises(DownloadTimeoutError):
            await handler.download_request(Asked(server.url("/a")))
        await handler.close()
        return time.monotonic() - began

    assert TIMEOUT_S * 0.9 <= run(ask()) < 30


def test_a_process_that_is_always_busy_gives_up_too(run: Any) -> None:
    async def wait() -> None:
        busy = asyncio.ensure_future(busy_for(*(0.06,) * 200))
        with pytest.raises(TimeoutError):
            async with Deadline(TIMEOUT_S):
                await asyncio.Event().wait()
        assert not busy.done(), "before the 12 s of work are over"
        busy.cancel()

    run(wait())


def test_waiting_for_our_own_turn_does_not_count(run: Any) -> None:
    async def wait() -> None:
        async with Deadline(0.2) as deadline:
            with deadline.paused():
                await asyncio.sleep(0.6)
        with pytest.raises(TimeoutError):
            async with Deadline(0.2) as deadline:
                with deadline.paused():
                    await asyncio.sleep(0.1)
                await asyncio.Event().wait()

    run(wait())


def test_no_timeout_is_none(run: Any) -> None:
    async def wait() -> bool:
        async with Deadline(None):
            return True

    assert run(wait())
