"""The first look at a request, before any page is asked: is it within bounds, and does its client ask too often?

An ASGI application around the portal's. What it refuses costs no thread and no look into the library.
"""

from __future__ import annotations

import math
import re
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from snapshot_crawler.portal.clients import client_of
from snapshot_crawler.portal.errors import error_page
from snapshot_crawler.portal.limits import Buckets

LONGEST_ADDRESS = 4_096  # bytes of path and query; a name of 300 characters in percent-encoding has 2,700
BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
METHODS = frozenset({"GET", "HEAD", "POST"})


class Guard:
    """See the module's first lines."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        status, headers = judged(request)
        if status is None:
            await self.app(scope, receive, send)
            return
        response = error_page(request, status)
        response.headers.update(headers)
        await response(scope, receive, send)


def judged(request: Request) -> tuple[int | None, dict[str, str]]:
    """The status by which a request is refused, with headers; None for one that may pass."""
    scope = request.scope
    if scope["method"] not in METHODS:
        return 405, {"Allow": ", ".join(sorted(METHODS))}
    raw = bytes(scope.get("raw_path") or scope["path"].encode("utf-8", "replace"))
    if len(raw) + len(scope["query_string"]) > LONGEST_ADDRESS:
        return 414, {}
    if not is_clean(raw):
        return 400, {}
    site = request.app.state.site
    buckets: Buckets = site.request_rate
    client = client_of(request, site.configuration) if buckets.most else None
    wait = buckets.wait(client) if client is not None else 0
    return (429, {"Retry-After": str(math.ceil(wait))}) if wait else (None, {})


def is_clean(path: bytes) -> bool:
    """Whether a path's percent-encoding is whole, and stands for text without control characters."""
    if BROKEN_ESCAPE.search(path):
        return False
    try:
        text = unquote_to_bytes(path).decode()  # also no lone surrogates: they are no UTF-8
    except UnicodeDecodeError:
        return False
    return not CONTROL.search(text)
