"""One connection to one judged address, and the pool of open connections: requests go out, parsed responses come in.

handler.py makes connections with connect(), asks on them, and puts them into the pool while they may be used again.
A connection serves one request at a time.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple, cast

from snapshot_crawler.download.http1 import (
    IncompleteResponseError,
    ResponseParser,
)

IDLE_S = 15.0  # by choice: shorter than most servers wait, so that we close first; else a request is made twice
IDLE_CONNECTIONS = 100  # by choice: in all; a crawl of many hosts must not keep a socket for each


class Origin(NamedTuple):
    """Where a connection leads: host in lower case, as in the address of the page."""

    is_tls: bool
    host: str
    port: int


class StaleConnectionError(Exception):
    """The server closed the connection before it sent a byte. If it came from the pool, the request may be made again
    on a new one; on a new one, this means that the server gives no answer."""


class PendingResponse:
    """One response that is being received.

    on_head and on_body are called as its parts come; an exception of theirs ends the exchange.
    """

    __slots__ = ("_on_body", "_on_head", "done", "has_bytes", "parser")

    def __init__(
        self, method: str, on_head: Callable[[ResponseParser], None], on_body: Callable[[bytes], None]
    ) -> None:
        self.parser = ResponseParser(method)
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.has_bytes = False
        self._on_head = on_head
        self._on_body = on_body

    def feed(self, data: bytes) -> None:
        """Bytes from the server."""
        parser = self.parser
        self.has_bytes = True
        try:
            had_head = parser.has_head
            body = parser.feed(data)
            if not had_head and parser.has_head:
                self._on_head(parser)
            if body:
                self._on_body(body)
            if parser.is_complete:
                if parser.length and parser.rest.strip():
                    self._check_rest(parser.rest)
                self.done.set_result(None)
        except Exception as error:  # who waits in answered() gets it, whatever it is
            self.done.set_exception(error)

    def end(self, reason: Exception | None) -> None:
        """The connection is gone."""
        if self.done.done():
            return
        if not self.has_bytes:
            self.done.set_exception(StaleConnectionError(str(reason or "closed without an answer")))
            return
        try:
            if reason is not None and self.parser.has_head:
                raise IncompleteResponseError(str(reason))
            self.parser.end()
        except Exception as error:
            self.done.set_exception(error)
        else:
            self.done.set_result(None)

    @staticmethod
    def _check_rest(rest: bytes) -> None:
        """Raises IncompleteResponseError for bytes behind the body: Content-Length was too small for the page."""
        if not rest.lstrip()[:5].upper() == b"HTTP/":  # a second answer, such as 408 before the server closes
            raise IncompleteResponseError(f"at least {len(rest)} bytes more than Content-Length says")


class Connection(asyncio.Protocol):
    """The protocol of one connection."""

    def __init__(self, origin: Origin, address: str) -> None:
        self.origin = origin
        self.address = address
        self.idle_since = 0.0
        self._transport: asyncio.Transport | None = None
        self._pending: PendingResponse | None = None

    # --- asyncio's side
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        pending = self._pending
        if pending is None or pending.done.done():
            self.abort()  # bytes without a request
            return
        pending.feed(data)
        if pending.done.done() and not self._is_reusable(pending):
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._pending is not None:
            self._pending.end(exc)

    # --- Our side
    @property
    def is_open(self) -> bool:
        """Whether another exchange may begin."""
        return self._transport is not None and not self._transport.is_closing()

    def certificate(self) -> bytes | None:
        """The server's certificate (DER); None without TLS."""
        tls = self._transport.get_extra_info("ssl_object") if self._transport else None
        return tls.getpeercert(binary_form=True) if tls else None

    def send(self, request: bytes, pending: PendingResponse) -> None:
        """Send a request. Raises StaleConnectionError where the server has closed since the connection was made."""
        if self._transport is None:
            raise StaleConnectionError("closed before the request was sent")
        self._pending = pending
        self._transport.write(request)

    async def answered(self, pending: PendingResponse) -> bool:
        """Wait for the end of the response to what was sent; whether the connection may be used again.

        Raises what the parser or the exchange's callbacks raise, and StaleConnectionError.
        """
        try:
            await pending.done
            return self._is_reusable(pending) and self.is_open
        except BaseException:
            self.abort()
            raise
        finally:
            self._pending = None

    def abort(self) -> None:
        """Close at once; nothing more is read."""
        if self._transport is not None:
            self._transport.abort()

    @staticmethod
    def _is_reusable(pending: PendingResponse) -> bool:
        parser = pending.parser
        return parser.is_complete and not parser.must_close and not parser.rest


class Pool:
    """Open connections that wait for their next request. Scrapy's downloader bounds how many are open in all."""

    def __init__(self) -> None:
        self._idle: OrderedDict[Connection, None] = OrderedDict()  # the one that is idle for longest comes first

    def take(self, origin: Origin) -> Connection | None:
        """An open connection to origin, the last used one; None when there is none."""
        self._close_old()
        for connection in reversed(self._idle):
            if connection.origin == origin and connection.is_open:
                del self._idle[connection]
                return connection
        return None

    def put(self, connection: Connection) -> None:
        """Keep connection for its next exchange."""
        connection.idle_since = monotonic()
        self._idle[connection] = None
        self._close_old()

    def close(self) -> None:
        """Close all that is idle."""
        while self._idle:
            self._idle.popitem()[0].abort()

    def _close_old(self) -> None:
        oldest = monotonic() - IDLE_S
        for connection in list(self._idle):
            if connection.is_open and connection.idle_since > oldest and len(self._idle) <= IDLE_CONNECTIONS:
                break
            del self._idle[connection]
            connection.abort()


async def connect(
    origin: Origin, address: str, tls: ssl.SSLContext | None, local: tuple[str, int] | None
) -> Connection:
    """A new connection to a judged address; no name is looked up. Raises OSError (ssl.SSLError is one)."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(
        lambda: Connection(origin, address),
        address,
        origin.port,
        ssl=tls,
        server_hostname=origin.host.rstrip(".") if tls else None,
        local_addr=local,
    )
    return connection
