"""When a page is visited again: an entry and what its last visit brought go in, the time of the next comes out.

Called by outcomes.py. A list that brings new links is visited in every run, and a list that brings none ever less
often, so that a job of many lists stays short.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from snapshot_crawler.frontier.store import Entry

PATIENCE = 3  # visits in a row without a new link before a list is visited less often, by choice
BEGINNINGS = frozenset({"start", "feed", "sitemap"})
NIGHT = (1, 6)  # hours of the site's zone without visits, by choice: newsrooms publish little then


@dataclass(slots=True, frozen=True)
class RevisitPolicy:
    """The bounds of the interval between two visits of a list, in seconds (REVISIT_MIN, REVISIT_MAX)."""

    shortest_s: int
    longest_s: int
    zone: tzinfo

    def visited(self, entry: Entry, *, fresh: int, is_first: bool = False, now: datetime) -> None:
        """Note a visit that brought that many new addresses, and set when the next is due.

        A list that brings something is due at the next run. After PATIENCE visits that brought nothing the interval
        begins at shortest_s and doubles; it is halved when the list comes to life again. The first visit does
        not count: the links of a list may have been found on other pages before.
        """
        if is_first:
            entry.unchanged = 0
        elif fresh:
            entry.unchanged = 0
            entry.interval_s = entry.interval_s // 2 if entry.interval_s > self.shortest_s else 0
        else:
            entry.unchanged += 1
            if entry.unchanged >= PATIENCE:
                entry.interval_s = min(self.longest_s, max(self.shortest_s, entry.interval_s * 2))
        due = now + timedelta(seconds=entry.interval_s)
        if entry.interval_s:
            local = due.astimezone(self.zone)
            if NIGHT[0] <= local.hour < NIGHT[1]:
                due = local.replace(hour=NIGHT[1], minute=0, second=0, microsecond=0)
        entry.due_at = due.timestamp()

    def detoured(self, entry: Entry, *, now: datetime) -> None:
        """Note that what the crawl begins with has answered with a redirect: it is due at the next run.

        It costs one request, and it may lead to another page every day, as the front pages of newspapers do.
        """
        entry.unchanged = entry.interval_s = 0
        entry.due_at = now.timestamp()

    def failed(self, entry: Entry, *, most_attempts: int, now: datetime) -> None:
        """Note that a page could not be had: it is due at the next runs, then after ever longer intervals.

        What the crawl begins with is tried in every run, so that it comes back as soon as the site does.
        """
        doublings = -1 if entry.kind in BEGINNINGS else entry.attempts - most_attempts
        # 30 doublings of a second are 34 years: bounds the number
        wait_s = min(self.longest_s, self.shortest_s * 2 ** min(doublings, 30)) if doublings >= 0 else 0
        entry.due_at = (now + timedelta(seconds=wait_s)).timestamp()
