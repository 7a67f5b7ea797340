"""A message to a web address that a reader has named: JSON by POST, and only to addresses of the open web.

The receiver's name is looked up here, all its addresses are judged (middlewares/address_guard.py), and the connection
goes to one of those: no second look-up, no redirect, no proxy. The whole exchange ends within TOTAL_S, however slowly
the receiver speaks.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

from snapshot_crawler.download.resolver import look_up
from snapshot_crawler.jobs.channels import Message, SendingError, payload, signature
from snapshot_crawler.middlewares.address_guard import AddressGuard

TOTAL_S = 30.0  # by choice
STEP_S = 10.0  # of one step, such as to connect
MOST_TRIED = 2  # addresses of a name; by choice
LONGEST = 500  # characters of an address; by choice
PORTS = {"http": 80, "https": 443}


class _Judged(http.client.HTTPConnection):
    """A connection to addresses that were judged, whatever the name means by now."""

    addresses: Sequence[str] = ()
    is_late = False

    def connect(self) -> None:
        last: OSError | None = None
        for address in self.addresses:
            try:
                self.sock = socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                last = error
                continue
            if self.is_late:
                raise TimeoutError("it takes too long")
            return
        raise last or OSError("no address")

    def cut(self) -> None:
        """End the exchange, from another thread."""
        self.is_late = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _JudgedTls(_Judged):
    """The same, encrypted; the certificate is that of the name."""

    context = ssl.create_default_context()

    def connect(self) -> None:
        super().connect()
        wrapped = self.context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = wrapped
        wrapped.do_handshake()


def checked(address: str) -> str:
    """A reader's address as it is kept. Raises ValueError for what is none, and for addresses that are not public."""
    address = address.strip()
    if address.startswith(("json://", "jsons://")):  # as the job file has it
        address = "http" + address.removeprefix("json")
    split = urlsplit(address)
    is_plain = all("!" <= character <= "~" for character in address) and len(address) <= LONGEST
    if split.scheme not in PORTS or not split.hostname or split.username is not None or not is_plain or split.port == 0:
        raise ValueError("no address")
    return address


def is_surely_private(address: str, guard: AddressGuard) -> bool:
    """Whether the address leads to this machine or a private network, so far as that can be told without a look-up."""
    host, port = _place(address)
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761
        numbers = ["127.0.0.1"]
    else:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        except (OSError, UnicodeError):
            return False
        numbers = [str(each[4][0]) for each in found]
    try:
        guard.judge(host, port, numbers)
    except IgnoreRequest:
        return True
    return False


def post(address: str, message: Message, fields: dict[str, Any], secret: str, guard: AddressGuard) -> None:
    """Send it, signed. Raises SendingError."""
    body = json.dumps({**json.loads(payload(message)), **fields}, ensure_ascii=False).encode()
    try:
        host, port = _place(address)
        numbers = guard.judge(host, port, look_up(host, port))
        _exchange(address, host, port, numbers, body, message.identity, secret)
    except IgnoreRequest as error:
        raise SendingError(str(error)) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SendingError(f"{type(error).__name__}: {error}") from error


def _exchange(
    address: str, host: str, port: int, numbers: Sequence[str], body: bytes, identity: str, secret: str
) -> None:
    split = urlsplit(address)
    connection = (_JudgedTls if split.scheme == "https" else _Judged)(host, port, timeout=STEP_S)
    connection.addresses = numbers[:MOST_TRIED]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "snapshot_crawler",
        "Idempotency-Key": identity,
        "X-Signature-256": signature(body, secret),
    }
    with contextlib.closing(connection):
        timer = threading.Timer(TOTAL_S, connection.cut)
        timer.daemon = True
        timer.start()
        try:
            target = (split.path or "/") + (f"?{split.query}" if split.query else "")
            connection.request("POST", target, body, headers)
            status = connection.getresponse().status
        finally:
            timer.cancel()
        if connection.is_late:  # what was cut off may look like an end
            raise TimeoutError("it takes too long")
        if not 200 <= status < 300:
            raise ValueError(f"{host} answered {status}")


def _place(address: str) -> tuple[str, int]:
    split = urlsplit(address)
    return (split.hostname or "").rstrip("."), split.port or PORTS[split.scheme]
