"""Where a command listens: the text of --listen in, host and port or a bound socket out."""

from __future__ import annotations

import os
import socket

from snapshot_crawler.exceptions import ConfigurationError

LOOPBACK = "127.0.0.1"
WAITING = 1_024  # connections that the kernel keeps until they are accepted; by choice, cut by net.core.somaxconn


def address_of(text: str, example: str = "127.0.0.1:9410") -> tuple[str, int]:
    """HOST:PORT, [IPV6]:PORT, :PORT or PORT; without a host, this machine alone. Raises ConfigurationError."""
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit()) or int(port) > 65535:  # the highest port of TCP
        raise ConfigurationError(f"--listen is {text!r}; it takes HOST:PORT, such as {example}")
    return host.strip("[]") or LOOPBACK, int(port)


def bound(text: str, example: str) -> socket.socket:
    """A socket that listens there. Raises ConfigurationError where that cannot be."""
    host, port = address_of(text, example)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=WAITING)
    except (OSError, UnicodeError, ValueError) as error:
        raise ConfigurationError(f"--listen {text}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Why an address cannot be bound, without the address."""
    number = error.errno if isinstance(error, OSError) and not isinstance(error, socket.gaierror) else None
    if number is not None and number > 0:
        return os.strerror(number)
    told = getattr(error, "strerror", None) or str(error)  # socket.create_server keeps a resolver's number, below 0
    return str(told).partition(" (while attempting")[0]


def shown(address: tuple[str, int]) -> str:
    """http://HOST:PORT of a bound socket."""
    host, port = address
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
