"""The server's side of one connection, with bounds on how slow a client may be: who dribbles is hung up on.

uvicorn bounds only how long a quiet connection is kept between two requests. A request that comes byte by byte, and an
answer that nobody takes, would hold their connection for ever.
"""

from __future__ import annotations

import asyncio
import time

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from snapshot_crawler.portal.security import HEADERS

LOOKED_AT_S = 2.0  # between two looks
REQUEST_S = 15.0  # for a request's head, from the connection or the last answer on; by choice, as nginx has 60
TAKEN_S = 30.0  # within which a client must take something of its answer; by choice


class PatientProtocol(H11Protocol):
    """HTTP/1.1 for one connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """asyncio's hook."""
        super().connection_made(transport)
        self.waits_since = time.monotonic()
        self.waiting, self.taken_at = 0, self.waits_since
        self.look = self.loop.call_later(LOOKED_AT_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's hook."""
        self.look.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """uvicorn's hook: the answer to what is no HTTP, which no application sees. uvicorn's own has no policy."""
        body = msg.encode("ascii", "replace")
        headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body)), **HEADERS}
        head = h11.Response(status_code=400, headers=[*headers.items(), ("Connection", "close")], reason=b"Bad Request")
        for event in (head, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def on_response_complete(self) -> None:
        """uvicorn's hook."""
        self.waits_since = time.monotonic()
        super().on_response_complete()

    def _look(self) -> None:
        now = time.monotonic()
        waiting = self.transport.get_write_buffer_size()
        if not waiting or waiting < self.waiting:
            self.taken_at = now
        self.waiting = waiting
        has_asked = self.cycle is not None and not self.cycle.response_complete
        is_slow = not has_asked and not waiting and now - self.waits_since > REQUEST_S
        if is_slow or now - self.taken_at > TAKEN_S:
            self.transport.abort()
        else:
            self.look = self.loop.call_later(LOOKED_AT_S, self._look)
