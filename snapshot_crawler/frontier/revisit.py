"""When a list page is looked at again: sooner where it brings something, later where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from snapshot_crawler.frontier.store import Entry

PATIENCE = 3  # visits in a row that bring nothing before a list is left alone for a while
NIGHT = (1, 6)  # hours of the site's zone in which newsrooms sleep


@dataclass(slots=True, frozen=True)
class RevisitPolicy:
    """The bounds of the interval between two visits of a list, in seconds (REVISIT_MIN, REVISIT_MAX)."""

    shortest_s: int
    longest_s: int
    zone: tzinfo

    def visited(self, entry: Entry, *, fresh: int, now: datetime) -> None:
        """Note a visit that brought that many new addresses, and set when the next is due.

        A list that brings something is due at the next run. After PATIENCE visits that brought nothing the interval
        begins at shortest_s and doubles; it is halved when the list comes to life again.
        """
        if fresh:
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
