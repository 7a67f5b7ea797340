"""The download handler, with a first connection that takes long to be made."""

from __future__ import annotations

import asyncio

from scrapy import Request

from snapshot_crawler.download.connection import Connection, Origin
from snapshot_crawler.download.handler import HttpDownloadHandler

SLOW_S = 0.45


class SlowFirstConnection(HttpDownloadHandler):
    """As over a bad line."""

    was_slow = False

    async def _connect(self, request: Request, origin: Origin) -> Connection:
        if not self.was_slow:
            self.was_slow = True
            await asyncio.sleep(SLOW_S)
        return await super()._connect(request, origin)
