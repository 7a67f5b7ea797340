"""Requests with dont_filter=True: made although their address is known, as in Scrapy, but only once in a job.

A spider middleware, the nearest to the spider: requests go in, and come out with their place in the job. The frontier
knows a request by its address. A request that is to be made again gets a key of its own, of two parts: the request
whose page asked for it, and how many of the same that page has asked for before. So a page that is read again after a
crash asks for requests that are known; a page may ask for itself as often as it likes; and neither begins anew with
every run. Requests of start() have no page; there their number in the run counts.

A callback may pass on meta=response.meta. The marks in it belong to the old request (OF_ONE_REQUEST) and are taken off.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scrapy import Request

from snapshot_crawler.frontier.requests import asked_again, key_of
from snapshot_crawler.meta import (
    AFTER_ALL,
    ASKED_AGAIN,
    CAME_FROM,
    EXCHANGE,
    FOR_OTHERS,
    HANDED_OUT,
    HAS_PARTS,
    IS_START_REQUEST,
    RETRY_WAIT_S,
    RETRY_WAITED_S,
    TRAP_PARENT,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from typing import Any

    from scrapy.http import Response

OF_ONE_REQUEST = frozenset(
    {
        *(ASKED_AGAIN, CAME_FROM, AFTER_ALL, EXCHANGE, FOR_OTHERS, HANDED_OUT, HAS_PARTS),
        *(RETRY_WAIT_S, RETRY_WAITED_S, IS_START_REQUEST, TRAP_PARENT),
    }
)
START = "start"


class AskAgain:
    """A spider middleware."""

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """What start() yields, its requests marked."""
        asked: Counter[str] = Counter()
        async for output in start:
            yield self.marked(output, None, asked)

    async def process_spider_output_async(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """What a callback yields, its requests marked."""
        asked: Counter[str] = Counter()
        async for output in result:
            yield self.marked(output, response, asked)

    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        """The same for callbacks that are no coroutines."""
        asked: Counter[str] = Counter()
        for output in result:
            yield self.marked(output, response, asked)

    @staticmethod
    def marked(output: Any, asked_by: Response | None, asked: Counter[str]) -> Any:
        """A request without the marks of another; items as they are. asked_by: None for start(); asked: what the page
        has asked for so far."""
        if not isinstance(output, Request):
            return output
        if not OF_ONE_REQUEST.isdisjoint(output.meta):
            output = output.copy()  # it may be the very request that is being answered
            for name in OF_ONE_REQUEST:
                output.meta.pop(name, None)
        if not output.dont_filter:
            return output
        if asked_by is None:
            return asked_again(output, START, asked)
        return asked_again(output, key_of(asked_by.request) if asked_by.request is not None else "", asked)
