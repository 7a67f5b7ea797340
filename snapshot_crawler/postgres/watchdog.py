"""A statement that never ends is cut off: a network may take everything and bring nothing, and no keepalive tells.

A thread looks once a second. It shuts the socket down, and the statement that waits on it raises as for any lost
connection.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

LOOK_EVERY_S = 1.0  # by choice: small beside any limit


class Watchdog:
    """Of one connection at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.watched: tuple[psycopg.Connection, float] | None = None  # and when it is to be cut
        self.ended = threading.Event()
        self.thread: threading.Thread | None = None

    @contextlib.contextmanager
    def watching(self, connection: psycopg.Connection, limit_s: float) -> Iterator[None]:
        """Cut the connection if the block takes longer than that."""
        if self.thread is None:
            self.thread = threading.Thread(target=self._look, name="database watchdog", daemon=True)
            self.thread.start()
        with self.lock:
            former, self.watched = self.watched, (connection, time.monotonic() + limit_s)
        try:
            yield
        finally:
            with self.lock:
                self.watched = former

    def _look(self) -> None:
        while not self.ended.wait(LOOK_EVERY_S):
            with self.lock:
                if self.watched is None or time.monotonic() < self.watched[1]:
                    continue
                connection, _ = self.watched
                self.watched = None
                self._cut(connection)

    def _cut(self, connection: psycopg.Connection) -> None:
        try:
            with socket.socket(fileno=os.dup(connection.fileno())) as sock:
                sock.shutdown(socket.SHUT_RDWR)
        except (OSError, connection.OperationalError):  # closed meanwhile: what was wanted
            return

    def close(self) -> None:
        """End the thread."""
        self.ended.set()
        if self.thread is not None:
            self.thread.join()
            self.thread = None
