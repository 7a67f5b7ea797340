"""When the next commit is due: sooner while that is cheap, so that a kill makes the next run fetch less again.

run.py asks after each round of acknowledgements. What a commit costs, two or three fsyncs of whatever disk there is, is
taken from the last one. A crawl that waits for the network has time for more of them than one that has none left.
"""

from __future__ import annotations

import time

FEWEST = 4  # acknowledgements, by choice: below it a commit saves next to nothing
# Of the time since the last commit, the share that a commit may take; by choice
SHARE_WHEN_IDLE = 0.05
SHARE_WHEN_BUSY = 0.01
BUSY = 0.5  # of one core, since the last commit
LOOK_EVERY_S = 0.02  # by choice: asking for the process's CPU time is a system call, and run.py asks three times a page


class CommitClock:
    """Times of the last commit."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.done()

    def begin(self) -> None:
        """A commit begins."""
        self.began = time.monotonic()

    def done(self) -> None:
        """A commit is over, or the run begins."""
        self.at, self.cpu_at = time.monotonic(), time.process_time()
        self.took_s = self.at - self.began
        self.look_at = self.at  # when to look again whether the process is busy

    def is_due(self, acknowledged: int, longest_s: float) -> bool:
        """Whether to commit now. acknowledged: since the last commit. longest_s: when it is due in any case."""
        now = time.monotonic()
        since = now - self.at
        if since >= longest_s:
            return True
        if acknowledged < FEWEST or self.took_s > since * SHARE_WHEN_IDLE:
            return False
        if self.took_s <= since * SHARE_WHEN_BUSY:
            return True
        if now < self.look_at:
            return False
        self.look_at = now + LOOK_EVERY_S
        return time.process_time() - self.cpu_at <= since * BUSY
