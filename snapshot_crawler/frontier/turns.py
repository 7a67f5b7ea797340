"""Which host is asked next: pending entries of the store go in, one leased entry at a time comes out.

The scheduler calls it. The hosts take turns, each within its limits, so one slow host never keeps the others waiting.
Entries stay in the store until their host's turn is near. Memory holds a small window of each host.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable
from typing import Protocol

from snapshot_crawler.frontier.store import Entry, State, Store

WINDOW = 32  # entries of a host in memory, by choice: some seconds of a fast host, and few to give back at the end
HOSTS_LOOKED_AT = 50  # for the time of the next turn, by choice: a longer round is looked at again soon anyway


class HostGate(Protocol):
    """The part that knows when a host may be asked: middlewares/pace/middleware.py."""

    def wait_s(self, host: str) -> float:
        """Seconds until the host may be asked: 0 is now, inf is not in this run."""

    def pause_s(self, host: str) -> float:
        """Seconds between two requests to the host, as it is asked now."""

    def go_on(self, host: str, pause_s: float) -> None:
        """The host was asked every so many seconds by another process, which has given it away: begin with that."""

    def failed_for(self, host: str) -> str | None:
        """Why the host counts as failed in this run; None when it does not.

        A failed host has answered no request and is asked no more. The scheduler asks at the end of a run, for hosts
        with pending entries.
        """


class OpenGate:
    """Every host may be asked at any time."""

    def wait_s(self, host: str) -> float:
        """0."""
        return 0.0

    def pause_s(self, host: str) -> float:
        """0."""
        return 0.0

    def go_on(self, host: str, pause_s: float) -> None:
        """Nothing."""

    def failed_for(self, host: str) -> str | None:
        """None."""
        return None


class HostTurns:
    """The hosts in the order of their turns.

    most_under_way: how many requests to one host may be in progress at once. own: hosts with a number of their own.
    """

    def __init__(self, most_under_way: int, own: dict[str, int] | None = None) -> None:
        self.most_under_way = most_under_way
        self.own = own or {}
        self.gate: HostGate = OpenGate()
        self.is_ours: Callable[[str], bool] = lambda host: True  # else another process asks the host
        self.under_way: Counter[str] = Counter()
        self.windows: dict[str, deque[Entry]] = {}
        self.pending: dict[str, int] = {}  # in the store, without the windows
        self.put_off: set[str] = set()  # hosts that have only deferred requests left
        self.ahead: dict[str, set[str]] = {}  # keys of what is under way and was not deferred, by host
        self.held: set[str] = set()  # hosts whose deferred requests wait for what is under way
        self.round: deque[str] = deque()  # the next to be asked first

    def open(self, store: Store) -> None:
        """Begin with what is pending in the store."""
        self.store = store
        self.pending = {host: number for host, number in store.hosts().items() if self.is_ours(host)}
        self.round = deque(self.pending)

    def arrived(self, host: str) -> None:
        """Count one more pending entry of the host."""
        if not self.is_ours(host):
            return
        self.held.discard(host)
        self.pending[host] = self.pending.get(host, 0) + 1
        if host not in self.round:
            self.round.append(host)

    def take_in(self, host: str, pending: int) -> None:
        """A host is this run's from now on, with so many pending entries."""
        self.pending[host] = pending
        if host not in self.round:
            self.round.append(host)

    def let_go(self, host: str) -> list[Entry]:
        """Hand out nothing more of a host; the entries that were leased for it."""
        self.pending.pop(host, None)
        self.put_off.discard(host)
        self.held.discard(host)
        if host in self.round:
            self.round.remove(host)
        return list(self.windows.pop(host, ()))

    def has_entries(self, host: str) -> bool:
        """Whether the host has entries that were not handed out, as far as this run knows."""
        return host in self.round

    def begun(self, entry: Entry) -> None:
        """An entry's request is given to the engine."""
        self.under_way[entry.host] += 1
        if entry.priority >= 0:
            self.ahead.setdefault(entry.host, set()).add(entry.key)

    def ended(self, entry: Entry) -> None:
        """An entry's request has left the engine, and what it brought is known."""
        self.under_way[entry.host] -= 1
        if (ahead := self.ahead.get(entry.host)) is not None:
            ahead.discard(entry.key)
            if not ahead:
                del self.ahead[entry.host]

    def next(self) -> Entry | None:
        """The next entry, leased; None while all hosts must wait."""
        for _ in range(len(self.round)):
            host = self.round[0]
            self.round.rotate(-1)
            if host in self.held and host in self.ahead:
                continue
            if self.under_way[host] < self.own.get(host, self.most_under_way) and self.gate.wait_s(host) == 0:
                entry = self._take(host)
                if entry is not None:
                    return entry
        return None

    def give_back(self, entry: Entry) -> None:
        """An entry that next() gave and that must wait: it is its host's next again."""
        self.windows.setdefault(entry.host, deque()).appendleft(entry)
        self.pending.setdefault(entry.host, 0)
        if entry.host not in self.round:
            self.round.append(entry.host)

    def _take(self, host: str) -> Entry | None:
        """The host's next entry; None when it has none, and then the host leaves the round. None also where it has only
        deferred ones and others are under way: what these bring comes first."""
        window = self.windows.get(host)
        if not window:
            window = self.windows[host] = self._lease(host)
            if not window:
                self.pending.pop(host, None)
                self.windows.pop(host, None)
                self.round.remove(host)
                return None
        entry = window.popleft()
        if entry.priority >= 0 or host not in self.ahead:
            return entry
        entry.state = State.PENDING
        self.store.update(entry)
        self.pending[host] = self.pending.get(host, 0) + 1
        self.held.add(host)
        return None

    def _lease(self, host: str) -> deque[Entry]:
        """The host's next window. Deferred requests (priority below 0) are leased one at a time, so that requests
        that arrive meanwhile go first."""
        if not self.pending.get(host):
            return deque()
        leased = self.store.lease(host, 1 if host in self.put_off else WINDOW)
        taken = [entry for entry in leased if entry.priority >= 0] or leased[:1]
        for entry in leased[len(taken) :]:
            entry.state = State.PENDING
            self.store.update(entry)
        self.pending[host] -= len(taken)
        (self.put_off.add if taken and taken[-1].priority < 0 else self.put_off.discard)(host)
        return deque(taken)

    def left(self) -> int:
        """How many entries were not handed out."""
        return sum(self.pending.values()) + sum(map(len, self.windows.values()))

    def has_more(self) -> bool:
        """Whether this run may still ask for an entry."""
        return any(
            (self.windows.get(host) or self.pending.get(host)) and not math.isinf(self.gate.wait_s(host))
            for host in self.round
        )

    def shortest_wait_s(self) -> float:
        """Seconds until a host that must wait now may be asked; inf when none waits."""
        waits = (self.gate.wait_s(host) for host in list(self.round)[:HOSTS_LOOKED_AT])
        return min((wait_s for wait_s in waits if wait_s > 0), default=math.inf)
