"""Jobs whose hosts lie at one address of the web do not run at the same time: to it they are one visitor.

Names are looked up in a thread, since a name server may be slow; until the answer is there, the name counts. Addresses
of this machine and of private networks are their owner's, and do not count. A job waits for another's address for a
while only, since behind some addresses lie a thousand sites.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterable

PATIENCE_S = 900.0  # by choice: so long a job waits for the end of another at its address
KNOWN_FOR_S = 3600.0  # by choice, as PATIENCE_S: addresses seldom change within an hour


def resolve(name: str) -> frozenset[str]:
    """The addresses of a host; empty when it has none."""
    try:
        return frozenset(str(row[4][0]) for row in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError):
        return frozenset()


class Addresses:
    """Asked by the daemon before it starts a job. hosts: those of a job."""

    def __init__(self, resolver: Callable[[str], frozenset[str]] = resolve, *, patience_s: float = PATIENCE_S) -> None:
        self.resolver, self.patience_s = resolver, patience_s
        self.known: dict[str, tuple[float, frozenset[str]]] = {}
        self.asked: set[str] = set()

    def are_busy(self, hosts: frozenset[str], running: Iterable[frozenset[str]]) -> bool:
        """Whether a running job's host lies at an address of these hosts."""
        mine = self._places(hosts)
        return any(mine & self._places(others) for others in running)

    def _places(self, hosts: frozenset[str]) -> frozenset[str]:
        found: set[str] = set()
        for host in hosts:
            found |= self._known(host)
        return frozenset(found)

    def _known(self, host: str) -> frozenset[str]:
        at, addresses = self.known.get(host, (0.0, frozenset({host})))
        if (host not in self.known or time.monotonic() - at > KNOWN_FOR_S) and host not in self.asked:
            self.asked.add(host)
            threading.Thread(target=self._ask, args=(host,), daemon=True).start()
        return addresses

    def _ask(self, host: str) -> None:
        found = self.resolver(host)
        public = frozenset(address for address in found if ipaddress.ip_address(address.partition("%")[0]).is_global)
        self.known[host] = time.monotonic(), public if found else frozenset({host})
        self.asked.discard(host)
