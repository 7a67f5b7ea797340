"""Async generators during a crawl: not registered with the loop, and closed all the same."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator

from snapshot_crawler.runs.generators import UnregisteredGenerators


async def numbers(closed: asyncio.Event) -> AsyncIterator[int]:
    try:
        yield 1
        yield 2
    finally:
        closed.set()


def test_a_generator_that_is_dropped_half_way_is_closed_and_the_loop_gets_its_hook_back() -> None:
    async def crawl() -> None:
        extension, before = UnregisteredGenerators(), sys.get_asyncgen_hooks()
        extension.spider_opened()
        assert sys.get_asyncgen_hooks() == (None, before.finalizer)
        closed = asyncio.Event()
        generator = numbers(closed)
        assert await anext(generator) == 1
        assert generator not in asyncio.get_running_loop()._asyncgens  # type: ignore[attr-defined]
        del generator
        gc.collect()
        async with asyncio.timeout(60):
            await closed.wait()
        extension.spider_closed()
        assert sys.get_asyncgen_hooks() == before

    asyncio.run(crawl())
