"""When the next commit is due: sooner while that is cheap, so that a kill makes the next run fetch less again.

run.py asks after each round of acknowledgements. What a commit costs, two or three fsyncs of whatever disk there is, is
taken from the last one. A crawl that waits for the network has time for more of them than one that has none left.

Other processes on the same core make everything take longer, and cost nothing: the time that a thread has waited for a
core is no time that a commit took, and a crawl that waits for a core has work to do.
"""

from __future__ import annotations

import contextlib
import os
import time
import weakref
from dataclasses import dataclass

FEWEST = 4  # acknowledgements, by choice: below it a commit saves next to nothing
# Acknowledgements of a crawl that has work: two groups of answers (runs/groups.py). Commits after each 16 pages cost no
# CPU time that whole crawls show (0.98 to 1.01 of it), after each 8 they cost 4 to 12 % (docs/performance.md).
FEWEST_WHEN_BUSY = 16
# Of the time since the last commit, the share that a commit may take, or may wait for the disk; by choice
SHARE_WHEN_IDLE = 0.05
DISK_SHARE_WHEN_BUSY = 0.05
BUSY = 0.5  # of one core, since the last commit
OF_THIS_THREAD = "/proc/thread-self/schedstat"  # its second number: nanoseconds waiting for a core
LOOK_EVERY_S = 0.02  # by choice: asking for CPU time is two system calls, and run.py asks three times a page
LONGEST = 100  # bytes of it; three numbers are shorter


@dataclass(slots=True, frozen=True)
class Moment:
    """Seconds by the clock, those that this thread has worked, and those that it has waited for a core."""

    at: float
    worked: float
    queued: float

    def since(self, other: Moment) -> Moment:
        """How long each was from another moment to this one."""
        return Moment(self.at - other.at, self.worked - other.worked, self.queued - other.queued)


class CommitClock:
    """Times of the last commit. Made and asked by one thread."""

    def __init__(self) -> None:
        self.fd = -1
        with contextlib.suppress(OSError):  # a system without it
            self.fd = os.open(OF_THIS_THREAD, os.O_RDONLY | os.O_CLOEXEC)
            weakref.finalize(self, os.close, self.fd)
        self.begin()
        self.done()

    def begin(self) -> None:
        """A commit begins."""
        self.began = self.now()

    def done(self) -> None:
        """A commit is over, or the run begins."""
        self.ended = self.now()
        took = self.ended.since(self.began)
        self.took_s = took.at - took.queued
        self.disk_s = self.took_s - took.worked
        self.look_at = self.ended.at  # when to look again whether the crawl is busy

    def is_due(self, acknowledged: int, longest_s: float) -> bool:
        """Whether to commit now. acknowledged: since the last commit. longest_s: when it is due in any case."""
        at = self.clock()
        since_s = at - self.ended.at
        if since_s >= longest_s:
            return True
        if acknowledged >= FEWEST_WHEN_BUSY and self.disk_s <= since_s * DISK_SHARE_WHEN_BUSY:
            return True
        if acknowledged < FEWEST or self.took_s > since_s * SHARE_WHEN_IDLE or at < self.look_at:
            return False
        self.look_at = at + LOOK_EVERY_S
        since = self.now().since(self.ended)
        return since.worked + since.queued <= since.at * BUSY

    def clock(self) -> float:
        """Seconds, by the clock alone."""
        return time.monotonic()

    def now(self) -> Moment:
        """This moment. Where the system does not tell, nobody waits for a core."""
        queued = int(os.pread(self.fd, LONGEST, 0).split()[1]) / 1e9 if self.fd >= 0 else 0.0
        return Moment(self.clock(), time.thread_time(), queued)
