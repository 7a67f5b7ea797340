"""Which hosts this process may ask, where several processes work on one job: the interface that a storage implements.

A host is held by one process at a time: it claims hosts, tells at short intervals that it is alive, and gives hosts
back. Who is silent for longer than its lease loses them, and what it brings of them is not accepted any more. All
times are the server's: no decision rests on the clock of a machine. holding.py calls this, on behalf of a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

LEASE_SETTING, LEASE_S = "FRONTIER_LEASE", 45.0  # as in settings.py; hosts of a dead process are free within 60 s
# Shares of the lease, by choice. A beat may fail twice before the process stops asking; and it stops so long before
# others may take its hosts that they keep a Crawl-delay of 10 s (CRAWL_DELAY_MAX)
BEAT_SHARE, ASK_SHARE = 0.22, 0.66


@dataclass(slots=True, frozen=True)
class Claimed:
    """A host that was claimed."""

    name: str
    pending: int  # entries; at least so many where there are very many
    pause_s: float = 0.0  # between two requests, as it was asked last; 0: not known


@dataclass(slots=True, frozen=True)
class Census:
    """How the job stands at this moment."""

    workers: int  # alive, this one too
    hosts: int  # with something to do, or held by somebody; parked ones do not count
    is_work_elsewhere: bool  # one of these hosts is not held by this process


class Share(Protocol):
    """This process's part of a job. The calls take effect at once, whatever the store's commits do."""

    lease_s: float
    held: dict[str, int]  # the hosts, each with the number of its claim

    def join(self, *, pause_s: float) -> bool:
        """Work on the job from now on; whether nobody else does.

        Hosts that a dead process of the same DATA_DIR held stay out of reach until begin(), and rest for pause_s.
        Raises LockHeldError where another process works with the name of this DATA_DIR.
        """

    def begin(self) -> None:
        """Free what a dead process of the same DATA_DIR held. Called when what it had in hand is forgotten everywhere:
        in the index of duplicates, its articles look as if they were about to be published."""

    @property
    def is_joined(self) -> bool:
        """Between join() and leave()."""

    def leave(self) -> None:
        """Work on the job no more: its hosts are free. Nothing happens where join() was not called."""

    def beat(self) -> set[str]:
        """Tell that this process is alive; the hosts that were lost. Raises LeaseLostError where a later process of
        this DATA_DIR has taken its place."""

    def claim(self, most: int) -> list[Claimed]:
        """Claim free hosts that have something to do and may be asked now; those that waited longest first."""

    def release(self, waits: Mapping[str, float]) -> None:
        """Give hosts back; for each, for how many seconds nobody may ask it."""

    def rest(self, waits: Mapping[str, tuple[float, float]]) -> None:
        """Note of held hosts for how many seconds nobody may ask them, and the seconds between two requests: so these
        hold too if this process dies."""

    def park(self, hosts: Iterable[str]) -> None:
        """Ask held hosts nothing more as long as anybody works on the job; they stay held, and others do not wait for
        them."""

    def tell_robots(self, host: str, origin: str, said: dict[str, Any], lasts_s: float) -> None:
        """Keep what an origin of a held host said of itself (robots.txt), as plain JSON, for who has the host next. It
        stands for so many seconds, and no longer than anybody works on the job: each run asks anew."""

    def told_robots(self, host: str, origin: str) -> tuple[dict[str, Any], float] | None:
        """What was kept of an origin, and the seconds for which it stands; None where nothing stands."""

    def workers(self) -> list[str]:
        """Who works on the job at this moment, on any machine, in words. Asked by `scrapy status`."""

    def census(self) -> Census:
        """How the job stands."""
