"""That a process still works for an owner: a lease in the shared index, renewed by a thread of its own.

On another machine nobody can look for a process. So an owner has an end, by the server's clock, and the thread moves it
on, as long as the process itself passes by now and then: one that hangs is as good as dead. An owner that is over its
end may be given up by whoever meets one of its notes: its epoch rises, and from then on nothing is accepted of it that
rests on the old epoch. A process that was asleep finds that out at its next commit.

The lease has to end before those of the process's hosts (frontier/). Else another process could fetch a page again, and
find the article noted by an owner that seems to be about to publish it.
"""

from __future__ import annotations

import logging
import threading
import time

from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.postgres.database import Database

logger = logging.getLogger(__name__)
LEASE_S = 22
HANGS_AFTER_S = 10.0  # since the process passed last; LEASE_S later its notes count for nothing
RENEW_EVERY_S = 5.0  # four renewals may fail before the lease ends
LEASE_SETTING, USUAL_FRONTIER_LEASE_S = (
    "FRONTIER_LEASE",
    45.0,
)  # with another one, all three times are longer or shorter by as much
RENEW = (
    "UPDATE index_owner SET until = clock_timestamp() + make_interval(secs => %s) WHERE n = %s AND epoch = %s"
    " RETURNING n"
)
# The notes of an earlier process are dead with it, and nobody is there before these are settled or withdrawn
REGISTER = """
INSERT INTO index_owner (name, until) VALUES (%s, '-infinity')
ON CONFLICT (name) DO UPDATE SET until = excluded.until, epoch = index_owner.epoch + 1 RETURNING n, epoch
"""
GIVE_UP = """
UPDATE index_owner SET until = '-infinity', epoch = epoch + 1
WHERE n = %s AND until < clock_timestamp() AND until <> '-infinity' RETURNING n
"""
IS_ALIVE = "SELECT until > clock_timestamp() FROM index_owner WHERE n = %s"
# the notes go if the owner was not given up; the lock holds others off from giving it up before the commit
SETTLE = """
WITH held AS (SELECT n FROM index_owner WHERE n = %s AND epoch = %s FOR SHARE), gone AS (
    DELETE FROM index_unsettled USING held
    WHERE owner = held.n AND url_key = ANY(%s) AND url = ANY(%s) RETURNING url
)
SELECT EXISTS (SELECT FROM held), array(SELECT url FROM gone)
"""
END = "UPDATE index_owner SET until = clock_timestamp() WHERE n = %s AND epoch = %s"


class Presence:
    """Renews an owner's lease from start() to close()."""

    def __init__(self, database: Database, owner: int, epoch: int, *, scale: float = 1.0) -> None:
        """database: a connection of its own, since the thread uses it beside the others; closed by close(). scale: of
        the times above."""
        self.scale = scale
        self.database, self.owner, self.epoch = database, owner, epoch
        self.passed_at = time.monotonic()
        self.has_begun = False  # see rows.InCommits.be_present
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._renew, name="index lease", daemon=True)

    def start(self) -> None:
        """Begin to renew."""
        self.thread.start()

    def passed(self) -> None:
        """The process is at work; called again and again."""
        self.passed_at = time.monotonic()

    def _renew(self) -> None:
        while not self.ended.wait(RENEW_EVERY_S * self.scale):
            if not self.renew():
                return

    def renew(self) -> bool:
        """Renew it once, unless the process hangs; False when it was given up, which the next commit finds out."""
        if not self.has_begun or time.monotonic() - self.passed_at > HANGS_AFTER_S * self.scale:
            return True
        try:
            return bool(self.database.read(RENEW, (LEASE_S * self.scale, self.owner, self.epoch)))
        except SnapshotCrawlerError as error:  # the process itself meets the trouble at its next question
            logger.debug("the lease of the index was not renewed: %s", error)
            return True

    def close(self) -> None:
        """End the thread, and the lease with it."""
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join()
        self.database.close()
