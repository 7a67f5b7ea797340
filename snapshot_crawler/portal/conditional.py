"""Conditional requests: an answer that the client has already is sent as 304, without its body (RFC 9110, 13).

The tag is a hash of the body, so it holds over restarts and over several portals of one DATA_DIR. An answer that has a
tag of its own keeps it. Where an answer says when it has changed (feeds), a time that the client names counts, too.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

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
        asked = Headers(scope=scope)
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
            if is_known(headers, asked):
                head["status"] = 304
                for name in ("Content-Length", "Content-Type"):
                    del headers[name]
                message = {"type": "http.response.body", "body": b""}
            await send(head)
            await send(message)

        await self.app(scope, receive, tagged)


def is_known(headers: MutableHeaders, asked: Headers) -> bool:
    """Whether a client has an answer with these headers already, as its request says."""
    if (wanted := asked.get("if-none-match")) is not None:  # then the time does not count (13.2.2)
        return "ETag" in headers and is_same(headers["ETag"], wanted)
    changed, since = _moment(headers.get("last-modified")), _moment(asked.get("if-modified-since"))
    return changed is not None and since is not None and changed <= since


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def is_same(tag: str, wanted: str) -> bool:
    """Whether If-None-Match names the tag; weak and strong ones are the same here (RFC 9110, 13.1.2)."""
    if wanted.strip() == "*":
        return True
    return tag.removeprefix("W/") in {each.strip().removeprefix("W/") for each in wanted.split(",")}
