"""Asks the portal's application for a page, in process: an address in, status, headers and body out.

The address goes through the whole application (guard, routes, errors), so a page is what a reader would get.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.types import Message, Scope

from snapshot_crawler.portal.language import Language


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application answered."""

    status: int
    headers: Headers
    body: bytes


async def ask(app: Starlette, address: str, language: Language) -> Answer:
    """The answer to a GET of an address, path and query, as this machine asks it."""
    path, _, query = address.partition("?")
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"accept-language", language.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "app": app,
    }
    start: Message = {}
    body = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, send)
    return Answer(start["status"], Headers(raw=start["headers"]), bytes(body))
