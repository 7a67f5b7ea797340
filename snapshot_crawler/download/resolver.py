"""The addresses of a host name: asked of the system's resolver, in threads of its own, and kept for a minute.

handler.py asks before each new connection, and the address guard judges each answer, so a kept one opens nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections import OrderedDict
from time import monotonic

from scrapy.exceptions import CannotResolveHostError

KEPT_S = 60.0  # by choice: getaddrinfo tells no time to live
KEPT_NAMES = 1_000  # by choice: bounds memory


class Resolver:
    """getaddrinfo for coroutines. Many who ask for one name share one lookup."""

    def __init__(self, *, keep: bool = True) -> None:
        self._keep_s = KEPT_S if keep else 0.0
        self._kept: OrderedDict[tuple[str, int], tuple[float, list[str]]] = OrderedDict()
        self._asked: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    async def addresses(self, host: str, port: int) -> list[str]:
        """Every address of host, numeric, each once, the one to try first in front.

        Whatever spelling of an address the system knows (127.1, 0x7f.1, 2130706433) comes back as what it means.
        Raises CannotResolveHostError.
        """
        if is_address(host):
            return [host]
        key = (host, port)
        until, known = self._kept.get(key, (0.0, []))
        if monotonic() < until:
            return list(known)
        future = self._asked.get(key)
        if future is None:
            future = self._asked[key] = self._ask(host, port)
            future.add_done_callback(lambda done: self._answered(key, done))
        try:
            return list(await asyncio.shield(future))
        except (OSError, ValueError) as error:
            raise CannotResolveHostError(f"{host}: {error}") from error

    def prefer(self, host: str, port: int, address: str) -> None:
        """Try this address first from now on: it answered."""
        _, known = self._kept.get((host, port), (0.0, []))
        if address in known and known[0] != address:
            known.remove(address)
            known.insert(0, address)

    def forget(self, host: str, port: int) -> None:
        """Ask again next time: no address of host could be reached."""
        self._kept.pop((host, port), None)

    def _ask(self, host: str, port: int) -> asyncio.Future[list[str]]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[str]] = loop.create_future()

        def settle(found: list[str] | Exception) -> None:
            if answer.cancelled():
                return
            if isinstance(found, Exception):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        def ask() -> None:
            try:
                found: list[str] | Exception = look_up(host, port)
            except Exception as error:  # the callers get it
                found = error
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle, found)

        # Not the loop's executor: a resolver that hangs would block its few threads, and hold up the exit.
        threading.Thread(target=ask, daemon=True, name=f"resolve {host}").start()
        return answer

    def _answered(self, key: tuple[str, int], done: asyncio.Future[list[str]]) -> None:
        self._asked.pop(key, None)
        if done.cancelled() or done.exception() is not None or not self._keep_s:
            return
        self._kept[key] = (monotonic() + self._keep_s, done.result())
        while len(self._kept) > KEPT_NAMES:
            self._kept.popitem(last=False)


def look_up(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver has for host; blocks. Raises OSError or ValueError."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def is_address(host: str) -> bool:
    """Whether host is an IP address in its usual spelling."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
