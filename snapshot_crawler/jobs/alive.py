"""A run's lease in the shared database: renewed by a thread of the run's own process, so that it ends with it.

Another machine may give the run up when the lease is over, and the job is due again. A process that comes back late,
from sleep or from a broken network, finds that out here and stops itself, as if it had got SIGTERM. So does one that
somebody stops at another machine.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from dataclasses import replace

from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.jobs.history import STOP_ASKED, History
from snapshot_crawler.jobs.store import Shared

logger = logging.getLogger(__name__)
RENEW_EVERY_S = 8.0  # three renewals may fail before the lease is over (postgres.LEASE_S)


class RunLease:
    """Held from start() to close()."""

    def __init__(self, shared: Shared, number: int) -> None:
        self.shared, self.number = replace(shared, wait_s=RENEW_EVERY_S), number
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._renew, name="run lease", daemon=True)

    def start(self) -> None:
        """Begin to renew."""
        self.thread.start()

    def close(self) -> None:
        """Stop renewing: what is to be written is written."""
        self.ended.set()
        self.thread.join()

    def _renew(self) -> None:
        while not self.ended.is_set():
            try:
                with History(self.shared) as history:
                    while not self.ended.wait(RENEW_EVERY_S):
                        with history.transaction() as db:
                            why = db.renew(self.number)
                        if why is None or why == STOP_ASKED:
                            logger.warning(
                                "stopping: %s", "others have given this run up" if why is None else "asked to"
                            )
                            os.kill(os.getpid(), signal.SIGTERM)
                            return
            except SnapshotCrawlerError as error:  # the crawl itself meets the trouble, too
                logger.debug("the lease of run %d was not renewed: %s", self.number, error)
                self.ended.wait(RENEW_EVERY_S / 4)
