"""Conditional requests: an answer that the client has already is sent as 304, without its body (RFC 9110, 13).

The tag is a hash of the body, so it holds over restarts and over several portals of one DATA_DIR. An answer that has a
tag of its own keeps it.
"""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOO_LONG = 4_000_000  # bytes; longer answers are sent as they come


class Tags:
    """An ASGI application around another one, which tags its answers of status 200."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        wanted = Headers(scope=scope).get("if-none-match", "")
        start: Message | None = None

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and message["status"] == 200:
                start = message
                return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            head, start = start, None
            body = message.get("body", b"")
            headers = MutableHeaders(scope=head)
            if not message.get("more_body") and len(body) <= TOO_LONG:
                headers.setdefault("ETag", f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')
                headers.setdefault("Cache-Control", "no-cache")  # ask each time; the answer is mostly 304
            if "ETag" in headers and is_same(headers["ETag"], wanted):
                head["status"] = 304
                for name in ("Content-Length", "Content-Type"):
                    del headers[name]
                message = {"type": "http.response.body", "body": b""}
            await send(head)
            await send(message)

        await self.app(scope, receive, tagged)


def is_same(tag: str, wanted: str) -> bool:
    """Whether If-None-Match names the tag; weak and strong ones are the same here (RFC 9110, 13.1.2)."""
    if wanted.strip() == "*":
        return True
    return tag.removeprefix("W/") in {each.strip().removeprefix("W/") for each in wanted.split(",")}
