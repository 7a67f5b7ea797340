"""Slow clients are hung up on, and quick ones are not: real connections to a real server, with short patience."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from snapshot_crawler.portal import patience
from snapshot_crawler.portal.security import HEADERS
from tests.portal.test_serve import LONG_S, until

BODY = b"x" * 50_000_000  # more than all buffers between the two hold


async def answers(scope: Scope, receive: Receive, send: Send) -> None:
    body = BODY if scope["path"] == "/large" else b"small"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def serving() -> Iterator[tuple[uvicorn.Server, int]]:
    """A server that keeps quiet connections, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            answers, http=patience.PatientProtocol, ws="none", lifespan="off", log_config=None, timeout_keep_alive=600
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield server, listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(LONG_S)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[uvicorn.Server, int]]:
    for name in ("LOOKED_AT_S", "REQUEST_S", "TAKEN_S"):
        monkeypatch.setattr(patience, name, 0.1)
    with serving() as found:
        yield found


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=LONG_S)


def read_to_end(client: socket.socket) -> bytes:
    """What comes until the server hangs up."""
    found = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while data := client.recv(1_000_000):
            found += data
    return bytes(found)


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"GET /"])
def test_who_does_not_finish_a_request_is_hung_up_on(impatient: tuple[uvicorn.Server, int], said: bytes) -> None:
    with connected(impatient[1]) as client:
        client.sendall(said)
        assert read_to_end(client) == b""


def test_who_dribbles_is_hung_up_on(impatient: tuple[uvicorn.Server, int]) -> None:
    with connected(impatient[1]) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        client.settimeout(0.01)

        def is_closed() -> bool:
            try:
                client.sendall(b"X: y\r\n")
                return client.recv(1) == b""
            except TimeoutError:
                return False
            except OSError:
                return True

        until(is_closed)


def test_who_takes_nothing_of_the_answer_is_hung_up_on(impatient: tuple[uvicorn.Server, int]) -> None:
    server, port = impatient
    with connected(port) as client:
        client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        until(lambda: server.server_state.total_requests and not server.server_state.connections)
        assert len(read_to_end(client)) < len(BODY)


def test_who_asks_and_takes_is_served() -> None:
    with serving() as (_, port), connected(port) as client:
        for _ in range(3):
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = b""
            while not answer.endswith(b"small"):
                answer += client.recv(10_000)
            assert answer.startswith(b"HTTP/1.1 200 OK")
        client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert read_to_end(client).endswith(BODY)


@pytest.mark.parametrize(
    "said", [b"GET / HTTP/1.1\r\nno header\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\r\n\r\n"]
)
def test_what_is_no_http_is_told_so_with_the_policy(said: bytes) -> None:
    with serving() as (_, port), connected(port) as client:
        client.sendall(said)
        head, _, body = read_to_end(client).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ") and body
        told = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        assert told.items() >= HEADERS.items()
