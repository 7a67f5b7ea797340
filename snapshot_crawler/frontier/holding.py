"""The hosts that a run may ask where several processes share the job: claimed, kept alive, and given back.

run.py calls it, and share.py says what a storage does for it. A run takes its fair share of the hosts that have
something to do, and takes more as others finish. It gives back what it has worked off, and what is more than its
share. When its time runs out without a beat, it asks nothing any more, before others may take its hosts; a beat that
comes late tells which of them are lost, and whatever was in progress there is dropped.

Times here are of a clock that goes on while the machine sleeps; those that others rely on are the server's.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Container, Iterable

from snapshot_crawler.exceptions import DatabaseAwayError
from snapshot_crawler.frontier.share import ASK_SHARE, BEAT_SHARE, LEASE_SETTING, Census, Share
from snapshot_crawler.frontier.turns import HostGate, HostTurns

logger = logging.getLogger(__name__)

BEATS_TRIED = 3  # by choice, one after the other: a process that was stopped needs two
CLAIMED_AT_ONCE = 200  # by choice: a claim looks at each of them
LOOK_EVERY_S = 1.0  # by choice: how soon a host that became free is taken
LOOK_SHARE = 0.05  # of the time, by choice: a look at 50,000 hosts costs the server some 0.4 s, so it waits 8 s then
NOTHING_KNOWN_S = 0.1  # by choice: the same for a run that has nothing to do and does not know whether it may end
RESTED_S = 1.0  # a wait that is longer is noted, by choice: a shorter one is over before anybody could take the host
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def clock() -> float:
    """Seconds; goes on while the machine sleeps, and is not set by anybody."""
    return time.clock_gettime(_CLOCK)


class HeldHosts:
    """The hosts of a run. is_busy: whether anything of a host is under way or waits in memory. let_go: hand out nothing
    more of these hosts; True: they are lost, and what is in progress will not be accepted."""

    def __init__(
        self, share: Share, turns: HostTurns, is_busy: Callable[[str], bool], let_go: Callable[[set[str], bool], None]
    ) -> None:
        self.share, self.turns, self.is_busy, self.let_go = share, turns, is_busy, let_go
        self.sure_until = self.beaten_at = -math.inf
        self.is_begun = False
        self.looked_at = -math.inf
        self.look_took_s = 0.0
        self.census: Census | None = None  # None: something has changed since, and nobody knows
        self.parked: set[str] = set()
        self.noted: dict[str, tuple[float, float]] = {}  # rests that the others know: until when, and the pause

    @property
    def gate(self) -> HostGate:
        """Who knows when a host may be asked."""
        return self.turns.gate

    def open(self, *, lease_s: float, pause_s: float) -> bool:
        """Join the job; whether nobody else works on it. Raises LockHeldError."""
        self.share.lease_s = lease_s
        now = clock()
        is_first = self.share.join(pause_s=pause_s)
        self._alive_since(now)
        return is_first

    def begin(self) -> None:
        """Take hosts from now on. Called when all parts of the run are open. Raises StorageError."""
        self.share.begin()
        self.is_begun = True

    def holds(self, host: str) -> bool:
        """Whether the host is this run's."""
        return host in self.share.held

    def may_ask(self, host: str) -> bool:
        """Whether the host may be asked for something now. Called before each request. Raises StorageError."""
        self.make_sure()
        return self.holds(host)

    def make_sure(self) -> None:
        """See to it that nobody can take the hosts away for some time. Raises StorageError.

        A beat counts from before it was sent. So one whose answer this process has read too late, because it was
        stopped meanwhile, makes nothing sure, and the next one tells what is lost.
        """
        for _ in range(BEATS_TRIED):
            if clock() < self.sure_until:
                return
            self._beat()
        if clock() >= self.sure_until:
            raise DatabaseAwayError(
                f"the database takes longer than {ASK_SHARE * self.share.lease_s:.0f} s for an answer, and by then "
                f"nobody knows who may ask a host. Run the same command again when it is well, or raise {LEASE_SETTING}"
            )

    def _beat(self) -> None:
        now = clock()
        if lost := self.share.beat():
            logger.warning("%d hosts are asked by another process now: this one was away for too long", len(lost))
            self.parked -= lost
            self.census = None
            self.let_go(lost, True)
        self._alive_since(now)

    def _alive_since(self, now: float) -> None:
        self.beaten_at, self.sure_until = now, now + ASK_SHARE * self.share.lease_s

    # --- Now and then
    def look(self, *, is_committed: bool) -> None:
        """Beat, give back, claim. is_committed: nothing waits for a commit. Raises StorageError."""
        now = clock()
        if now >= self.beaten_at + BEAT_SHARE * self.share.lease_s:
            self._beat()
        every_s = LOOK_EVERY_S if self.census is not None or not self.is_idle() else NOTHING_KNOWN_S
        if not self.is_begun or now < self.looked_at + every_s:
            return
        if now < self.looked_at + self.look_took_s / LOOK_SHARE and self.turns.has_more():
            return  # a run that has nothing to ask for does not wait
        self.looked_at = now
        self._park()
        self._rest(now)
        if is_committed:
            self._release_idle()
        began = clock()
        self.census = self.share.census()
        self.look_took_s = clock() - began
        self._keep_fair_share(self.census)

    def _park(self) -> None:
        """Tell the others which hosts nobody is to ask any more. They stay held: what becomes of their pages is
        decided at the end of the run."""
        new = {host for host in self.share.held.keys() - self.parked if math.isinf(self.gate.wait_s(host))}
        if new:
            self.share.park(new)
            self.parked |= new

    def _rest(self, now: float) -> None:
        """Note waits that must hold even if this process dies now: a Retry-After, a long Crawl-delay."""
        waits = {}
        for host in self.share.held.keys() - self.parked:
            wait_s, pause_s = self.gate.wait_s(host), self.gate.pause_s(host)
            until, noted_s = self.noted.get(host, (now, 0.0))
            if math.isfinite(wait_s) and (wait_s > max(RESTED_S, until - now + RESTED_S) or pause_s != noted_s):
                waits[host] = wait_s if wait_s > RESTED_S else 0.0, pause_s
                self.noted[host] = now + wait_s, pause_s
        if waits:
            self.share.rest(waits)

    def _release_idle(self) -> None:
        self._release(
            host
            for host in self.share.held.keys() - self.parked
            if not self.turns.has_entries(host) and not self.is_busy(host)
        )

    def _release(self, hosts: Iterable[str], unfinished: Container[str] = ()) -> None:
        rest_s = {True: ASK_SHARE * self.share.lease_s, False: 0.0}
        waits = {
            host: max(self._finite_wait_s(host), self.gate.pause_s(host), rest_s[host in unfinished]) for host in hosts
        }
        if waits:
            self.share.release(waits)
            for host in waits:
                self.noted.pop(host, None)

    def _finite_wait_s(self, host: str) -> float:
        wait_s = self.gate.wait_s(host)
        return wait_s if math.isfinite(wait_s) else 0.0

    def _keep_fair_share(self, census: Census) -> None:
        working = self.share.held.keys() - self.parked
        fair = math.ceil(census.hosts / max(1, census.workers))
        if len(working) < fair and census.is_work_elsewhere:
            for claimed in self.share.claim(min(fair - len(working), CLAIMED_AT_ONCE)):
                self.turns.take_in(claimed.name, claimed.pending)
                self.gate.go_on(claimed.name, claimed.pause_s)
                self.noted[claimed.name] = self.looked_at, claimed.pause_s
                self.parked.discard(claimed.name)
                self.census = None
        elif len(working) > fair and census.workers > 1:
            busy_first = sorted(working, key=lambda host: not self.turns.has_entries(host))
            self.let_go(set(busy_first[fair:]), False)  # given back as soon as nothing of them is under way

    # --- The end
    def is_work_left(self) -> bool:
        """Whether the run may find more to do: somebody has a host, or a host waits. True while nobody knows."""
        return self.census is None or self.census.is_work_elsewhere or not self.is_idle()

    def changed(self) -> None:
        """A commit may have brought hosts that nobody has: look again before the run ends, and at once if idle."""
        self.census = None
        if self.is_idle():
            self.looked_at = -math.inf

    def is_idle(self) -> bool:
        """Whether the run has no host to ask."""
        return not self.share.held.keys() - self.parked

    def leave(self, unfinished: Container[str] = ()) -> None:
        """Give everything back. Raises StorageError.

        unfinished: hosts of pages that the run had in hand and did not commit. They rest for so long that nobody takes
        what the index of duplicates says of these pages for true any more (dedup/presence.py), whatever becomes of this
        process now.
        """
        if self.share.is_joined:
            self._release(list(self.share.held), unfinished)
            self.share.leave()


class HeldGate:
    """The gate for requests that wait in memory: what another process holds is not asked in this run."""

    def __init__(self, gate: HostGate, hosts: HeldHosts) -> None:
        self.gate, self.hosts = gate, hosts

    def wait_s(self, host: str) -> float:
        """See HostGate."""
        return self.gate.wait_s(host) if self.hosts.holds(host) else math.inf

    def pause_s(self, host: str) -> float:
        """See HostGate."""
        return self.gate.pause_s(host)

    def go_on(self, host: str, pause_s: float) -> None:
        """See HostGate."""
        self.gate.go_on(host, pause_s)

    def failed_for(self, host: str) -> str | None:
        """See HostGate."""
        return self.gate.failed_for(host)
