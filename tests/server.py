"""The one local web server of all tests: real bytes over real sockets on loopback, faults included.

    with Server() as server:
        server.page("/a.html", "<h1>A</h1>")
        server.raw("/cut", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort")
        server.handle("/slow", slow_drip)          # async (Request, StreamWriter) -> None
        ... server.url("/a.html"), server.requests  # what was asked for, in order

It binds to 127.0.0.1 on a free port, answers at most `max_requests`, and stops with the `with` block.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit


@dataclass(slots=True, frozen=True)
class Request:
    """One request as it came in: path with query, headers with lower-case names, time on the monotonic clock.

    at: when the kernel had the bytes, so it does not matter when the server came to read them (ARRIVED_WITHIN_S).
    read_at: when the server had read it, and had not answered yet; exact.
    """

    method: str
    path: str
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)
    body: bytes = b""
    read_at: float = field(default_factory=time.monotonic)


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]
LONGEST_EXCHANGE_S = 60
LAST_DATA_RECV = 8 + 11 * 4  # its place: eight bytes and eleven numbers come before it
# What a gap between two requests is measured wrong at most: Linux counts in its ticks, which are 10 ms at most, and
# rounds once more. On a system without TCP_INFO a busy machine adds to it
ARRIVED_WITHIN_S = 0.015


def response(
    body: bytes | str,
    *,
    status: str = "200 OK",
    content_type: str | None = "text/html; charset=utf-8",
    headers: dict[str, str] | None = None,
) -> bytes:
    """The bytes of a whole HTTP/1.1 answer that keeps the connection."""
    payload = body.encode() if isinstance(body, str) else body
    fields = {"Content-Length": str(len(payload)), **(headers or {})}
    if content_type:
        fields["Content-Type"] = content_type
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + payload


def arrived_at(sock: Any) -> float:
    """When the last bytes of a connection came, on the monotonic clock, by what Linux knows of it; elsewhere now.

    tcpi_last_data_recv of struct tcp_info (linux/tcp.h): the milliseconds since then.
    """
    now = time.monotonic()
    if not hasattr(socket, "TCP_INFO"):
        return now
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LAST_DATA_RECV + 4)
    return now - int.from_bytes(info[LAST_DATA_RECV:], sys.byteorder) / 1000


class Server:
    """A web server in a thread of its own; see the module's first lines."""

    def __init__(
        self, *, host: str = "127.0.0.1", max_requests: int = 20_000, tls: ssl.SSLContext | None = None
    ) -> None:
        self.tls = tls
        self.host = host
        self.port = 0
        self.requests: list[Request] = []
        self.max_requests = max_requests
        self.routes: dict[str, Handler] = {}
        self.fallback: Handler | None = None  # asked for every path without a route
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._started = threading.Event()

    # --- what it serves
    def page(self, path: str, body: bytes | str, **options: object) -> None:
        """Serve body at path (with its query, if any); options as for response()."""
        self.raw(path, response(body, **options))  # type: ignore[arg-type]

    def raw(self, path: str, answer: bytes) -> None:
        """Send exactly these bytes at path; the connection is closed unless they announce their length."""

        async def send(_: Request, writer: asyncio.StreamWriter) -> None:
            writer.write(answer)
            await writer.drain()
            head, _sep, body = answer.partition(b"\r\n\r\n")
            if f"content-length: {len(body)}".encode() not in head.lower():
                writer.close()

        self.routes[path] = send

    def handle(self, path: str, handler: Handler) -> None:
        """Let handler answer path; it may write anything, wait, or close the connection."""
        self.routes[path] = handler

    # --- what it saw
    def url(self, path: str = "/") -> str:
        """The address of path on this server."""
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}{path}"

    @property
    def address(self) -> str:
        """host:port, the form that PRIVATE_NETWORKS_ALLOWED takes."""
        return f"{self.host}:{self.port}"

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [request.path for request in self.requests]

    # --- its life
    def __enter__(self) -> Server:
        self._thread.start()
        self._started.wait(60)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        listener = self._loop.run_until_complete(asyncio.start_server(self._connection, self.host, 0, ssl=self.tls))
        self.port = listener.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        listener.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        with contextlib.suppress(Exception):
            self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
            while not writer.is_closing() and len(self.requests) < self.max_requests:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                at = arrived_at(writer.get_extra_info("socket"))
                method, target, _ = head[0].split(" ", 2)
                fields = dict(line.split(":", 1) for line in head[1:] if ":" in line)
                split = urlsplit(target)
                path = split.path + ("?" + split.query if split.query else "")
                headers = {k.lower(): v.strip() for k, v in fields.items()}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                request = Request(method, path, headers, at, body)
                self.requests.append(request)
                handler = self.routes.get(path) or self.fallback or self._not_found
                await asyncio.wait_for(handler(request, writer), LONGEST_EXCHANGE_S)
        writer.close()

    @staticmethod
    async def _not_found(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(response("not found", status="404 Not Found"))
        await writer.drain()
