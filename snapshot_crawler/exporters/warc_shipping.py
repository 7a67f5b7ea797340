"""WARC files of a run on their way to S3-compatible storage (warcs.py). archive.py tells it of files that are finished.

Before each commit it lets them be sent (uploads.py), and registers those that have arrived.
"""

from __future__ import annotations

import logging
from pathlib import Path

from scrapy import Spider
from scrapy.crawler import Crawler

from snapshot_crawler.bucket import Bucket
from snapshot_crawler.exporters import warcs
from snapshot_crawler.exporters.uploads import Uploads
from snapshot_crawler.exporters.warcs import TO, Depot
from snapshot_crawler.frontier.store import Store
from snapshot_crawler.signals import frontier_committing

logger = logging.getLogger(__name__)


class WarcShipping:
    """The WARC files of one run. Stats: warcs/sent, warcs/failed (uploads.py)."""

    def __init__(self, crawler: Crawler, store: Store, depot: Depot) -> None:
        """Nothing is fetched yet: what does not count is removed, what earlier runs left is sent from now on.

        Raises OutputError where the storage does not answer, ConfigurationError.
        """
        self.store, self.depot = store, depot
        self.uploads = Uploads("warcs", crawler.stats)
        self.registered: list[str] = []  # objects that the commit before registers
        if store.get_state("stopped_cleanly") is not None:  # else the job is new, and knows nothing of anything
            warcs.remove_unregistered(store, depot)
        elif unknown := len(Bucket(depot.address).names("")):
            logger.warning("%s holds %d objects that the frontier does not know; they stay", depot.address, unknown)
        for name, (path, address) in warcs.unsent(store).items():
            self.uploads.add(name, str(path), address)
        crawler.signals.connect(self.look, frontier_committing)

    def about(self, path: Path) -> dict[str, str]:
        """What is noted of a file that is begun."""
        return {TO: self.depot.object_of(path)}

    def finished(self, name: str, path: Path) -> None:
        """A file has its name, and all that is in it is committed. name: by which the frontier knows it."""
        self.uploads.add(name, str(path), self.depot.object_of(path))

    def look(self, spider: Spider) -> None:
        """Signal frontier_committing: register what has arrived, and send what is finished."""
        for address in self.registered:  # the commit that registered it has come, or there would be no other
            warcs.leave(self.store, address, self.depot.folder)
        self.registered.clear()
        if (arrived := self.uploads.look()) is not None:
            name, _, address = arrived
            warcs.register(self.store, name, address)
            self.registered.append(address)

    def close(self) -> None:
        """The run is over."""
        self.uploads.close()
