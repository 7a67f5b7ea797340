"""Requests that wait in memory: requests go in, each comes out when its time has come and its host may be asked.

The scheduler puts in two kinds: requests to be tried again later, and requests that JSON cannot hold. They keep the
waits that a site asks for, as stored requests do.
"""

from __future__ import annotations

import heapq
import math
import time
from collections import Counter, deque
from collections.abc import Iterator
from itertools import count

from scrapy import Request

from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.frontier.turns import HostGate, OpenGate
from snapshot_crawler.meta import FOR_OTHERS, RETRY_WAIT_S
from snapshot_crawler.urls import host as host_of


class WaitingRequests:
    """The requests by host, ordered by time within each host. Moments are seconds of the monotonic clock."""

    def __init__(self) -> None:
        self.gate: HostGate = OpenGate()
        self._later: list[tuple[float, int, Request]] = []  # a heap
        self._due: dict[str, deque[Request]] = {}  # their time has come
        self._keys: Counter[str] = Counter()
        self._order = count()

    def put(self, request: Request) -> None:
        """Add a request. It waits for the seconds in its meta retry_wait_s, which is removed; none without it."""
        wait_s = float(request.meta.pop(RETRY_WAIT_S, 0) or 0)
        heapq.heappush(self._later, (time.monotonic() + wait_s, next(self._order), request))
        self._keys[key_of(request)] += 1

    def hurry(self, host: str) -> None:
        """One of the host's requests that wait for others has waited long enough: one of the others is done with."""
        waits = [each for each in self._later if FOR_OTHERS in each[2].meta and host_of(each[2].url) == host]
        if waits:
            first = min(waits)
            self._later[self._later.index(first)] = (time.monotonic(), *first[1:])
            heapq.heapify(self._later)

    def next(self) -> Request | None:
        """The next request whose time has come and whose host may be asked; hosts take turns."""
        self._look_at_the_clock()
        for host in list(self._due):
            if self.gate.wait_s(host) == 0:
                requests = self._due.pop(host)
                request = requests.popleft()
                if requests:
                    self._due[host] = requests  # behind the other hosts
                self._forget(request)
                return request
        return None

    def take_parked(self) -> Iterator[Request]:
        """Take out, one by one, the due requests of hosts that this run asks no more."""
        self._look_at_the_clock()
        for host in [host for host in self._due if math.isinf(self.gate.wait_s(host))]:
            for request in self._due.pop(host):
                self._forget(request)
                yield request

    def take_of(self, hosts: set[str]) -> list[Request]:
        """Take out all requests of these hosts, due or not."""
        taken = [request for host in hosts for request in self._due.pop(host, ())]
        taken += [request for _, _, request in self._later if host_of(request.url) in hosts]
        self._later = [each for each in self._later if host_of(each[2].url) not in hosts]
        heapq.heapify(self._later)
        for request in taken:
            self._forget(request)
        return taken

    def holds_host(self, host: str) -> bool:
        """Whether a request of this host waits."""
        return host in self._due or any(host_of(request.url) == host for _, _, request in self._later)

    def left(self) -> list[Request]:
        """All requests that wait."""
        return [*(request for _, _, request in self._later), *(each for due in self._due.values() for each in due)]

    def holds(self, key: str) -> bool:
        """Whether a request with this key waits."""
        return key in self._keys

    def has_more(self) -> bool:
        """Whether this run may still ask for one of them."""
        hosts = (*self._due, *(host_of(request.url) for _, _, request in self._later))
        return any(not math.isinf(self.gate.wait_s(host)) for host in dict.fromkeys(hosts))

    def next_in_s(self) -> float:
        """Seconds until the next request may come out: until its time, or its host's turn. inf when none waits."""
        waits = [self.gate.wait_s(host) for host in self._due]
        if self._later:
            waits.append(max(0.0, self._later[0][0] - time.monotonic()))
        return min(waits, default=math.inf)

    def __len__(self) -> int:
        """How many requests wait."""
        return self._keys.total()

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            request = heapq.heappop(self._later)[2]
            request.meta.pop(FOR_OTHERS, None)
            self._due.setdefault(host_of(request.url), deque()).append(request)

    def _forget(self, request: Request) -> None:
        key = key_of(request)
        self._keys[key] -= 1
        if not self._keys[key]:
            del self._keys[key]
