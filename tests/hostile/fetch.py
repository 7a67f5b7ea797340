"""One exchange of the download handler by itself: no crawl, no middlewares, a loop of its own.

response = fetch(server, "/a.html")
responses = fetch_all(server, "/a", "/b", DOWNLOAD_TIMEOUT=1)     # one after the other, exceptions in their place
"""

from __future__ import annotations

import asyncio
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.download.handler import HttpDownloadHandler
from tests.server import Server


def fetch(server: Server, path: str, *, meta: dict[str, Any] | None = None, **settings: Any) -> Response:
    """The response to one request; raises what the handler raises."""
    [outcome] = fetch_all(server, path, meta=meta, **settings)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def fetch_all(
    server: Server, *paths: str, meta: dict[str, Any] | None = None, **settings: Any
) -> list[Response | Exception]:
    """The responses or exceptions of several requests by one handler."""
    chosen = {"PRIVATE_NETWORKS_ALLOWED": [server.address], "DOWNLOAD_TIMEOUT": 5, "DOWNLOAD_MAXSIZE": 8 << 20}
    chosen |= {"DOWNLOAD_VERIFY_CERTIFICATES": True, **settings}

    async def run() -> list[Response | Exception]:
        handler = HttpDownloadHandler.from_crawler(get_crawler(settings_dict=chosen))
        outcomes: list[Response | Exception] = []
        for path in paths:
            url = path if path.startswith("http") else server.url(path)
            try:
                outcomes.append(await handler.download_request(Request(url, meta=dict(meta or {}))))
            except Exception as error:  # the outcome of this request
                outcomes.append(error)
        await handler.close()
        return outcomes

    return asyncio.run(run())
