"""Requests with dont_filter=True: made although their address was asked for before, as in Scrapy, and once in a job.

A spider middleware, the first behind the spider; requests go in, and come out with their place in the job. The
frontier knows a request by its address. One that is to be made again gets a key of its own: the request whose page
asked for it, and how many of the same that page asked for before. So a page that is read again after a kill asks for
requests that are known, a page that asks for itself does so as often as it likes, and neither begins anew with every
run. Requests of start() have no page; there the order of the run counts.

What a callback passes on by meta=response.meta is not the new request's: the marks of the old one go.
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
    HANDED_OUT,
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
        *(ASKED_AGAIN, CAME_FROM, AFTER_ALL, EXCHANGE, HANDED_OUT),
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
            yield self.marked(output, START, asked)

    async def process_spider_output_async(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """What a callback yields, its requests marked."""
        asked: Counter[str] = Counter()
        async for output in result:
            yield self.marked(output, key_of(response.request) if response.request is not None else "", asked)

    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        """The same for callbacks that are no coroutines."""
        asked: Counter[str] = Counter()
        for output in result:
            yield self.marked(output, key_of(response.request) if response.request is not None else "", asked)

    @staticmethod
    def marked(output: Any, asked_by: str, asked: Counter[str]) -> Any:
        """A request with its own marks and no other's; items as they are. asked: what the page has asked for."""
        if not isinstance(output, Request):
            return output
        if not OF_ONE_REQUEST.isdisjoint(output.meta):
            output = output.copy()  # it may be the very request that is being answered
            for name in OF_ONE_REQUEST:
                output.meta.pop(name, None)
        return asked_again(output, asked_by, asked) if output.dont_filter else output
