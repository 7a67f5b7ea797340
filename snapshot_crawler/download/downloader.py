"""Scrapy's downloader with a shorter way for a request that may be sent at once: one task for it, and not two.

DOWNLOADER. Slots, delays and signals are Scrapy's. A request that has to wait in its slot takes Scrapy's way; with our
pace (middlewares/pace/) hardly one does, since it is held back before it comes here.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from scrapy import signals
from scrapy.core.downloader import Downloader
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future
from twisted.internet.defer import Deferred

from snapshot_crawler.download.hooks import Hooks

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

T = TypeVar("T")


class QuickDownloader(Downloader):
    """See the module's first lines."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.middleware = Hooks(*self.middleware.middlewares, crawler=crawler)

    def fetch(self, request: Request, spider: Spider | None = None) -> Deferred[Response | Request]:
        """The engine's call: the answer of the middlewares and the web."""

        def left(answer: T) -> T:
            self.active.remove(request)
            return answer

        self.active.add(request)
        fetched = deferred_from_coro(self.middleware.download_async(self._send_in_turn, request))
        return fetched.addBoth(left)

    async def _send_in_turn(self, request: Request) -> Response:
        """In the place of Scrapy's _enqueue_request."""
        key, slot = self._get_slot(request)
        request.meta[self.DOWNLOAD_SLOT] = key
        slot.active.add(request)
        self.signals.send_catch_log(
            signal=signals.request_reached_downloader, request=request, spider=self.crawler.spider
        )
        try:
            if not (slot.queue or slot.delay or slot.latercall or slot.free_transfer_slots() <= 0):
                slot.lastseen = monotonic()
                return await self._download(slot, request)
            answer: Deferred[Response] = Deferred()
            slot.queue.append((request, answer))
            self._process_queue(slot)
            return await maybe_deferred_to_future(answer)
        finally:
            slot.active.remove(request)
