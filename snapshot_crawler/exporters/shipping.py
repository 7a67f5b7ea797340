"""Parts of a run on their way to S3-compatible storage (parts.py): ended parts go in, registered objects come out.

feed.py makes it where an output is named s3://... Before each commit it lets ended parts be sent (uploads.py), and
registers those that have arrived.
"""

from __future__ import annotations

import logging
from pathlib import Path

from scrapy import Spider
from scrapy.crawler import Crawler

from snapshot_crawler.bucket import Bucket
from snapshot_crawler.exporters import parts
from snapshot_crawler.exporters.files import CommittedFile
from snapshot_crawler.exporters.parts import Place
from snapshot_crawler.exporters.uploads import Uploads
from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.signals import frontier_committing

logger = logging.getLogger(__name__)


class Shipping:
    """The parts of one run. Stats: parts/sent, parts/failed (uploads.py)."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self.uploads = Uploads("parts", crawler.stats)
        self.places: list[Place] = []
        self.ledger: Ledger | None = None  # set by start()
        self.open_parts: dict[str, CommittedFile] = {}
        self.addresses: dict[str, str] = {}  # that open parts are to have
        self.registered: list[str] = []  # parts whose objects the commit before registers
        crawler.signals.connect(self.look, frontier_committing)

    def start(self, ledger: Ledger) -> None:
        """Nothing is fetched yet: what earlier runs left is sent, what does not count is removed.

        Raises OutputError where the storage does not answer, ConfigurationError.
        """
        assert ledger.store is not None
        self.ledger = ledger
        store = ledger.store
        for place in self.places:
            if store.get_state("stopped_cleanly") is not None:  # else the job is new, and knows nothing of anything
                parts.remove_unregistered(store, place)
            elif unknown := len(Bucket(place.address).names(place.prefix)):
                logger.warning(
                    "%s holds %d objects of this DATA_DIR that the frontier does not know; they stay, and their "
                    "articles come once more",
                    place.address,
                    unknown,
                )
            parts.remove_strays(store, place.spool)
        for path, address in parts.waiting(store).items():
            if parts.is_complete(store, path):
                self.uploads.add(path, path, address)

    def opened(self, part: CommittedFile, address: str) -> None:
        """A part was begun."""
        self.open_parts[part.path], self.addresses[part.path] = part, address

    def look(self, spider: Spider) -> None:
        """Signal frontier_committing: register what has arrived, and send what has ended."""
        if self.ledger is None or self.ledger.store is None:
            return
        for path in self.registered:  # the commit that registered it has come, or there would be no other
            Path(path).unlink(missing_ok=True)
        self.registered.clear()
        for part in [part for part in self.open_parts if self.open_parts[part].closed]:
            if not self.open_parts.pop(part).has_failed and Path(part).stat().st_size:
                self.uploads.add(part, part, self.addresses.pop(part))
        if (arrived := self.uploads.look()) is not None:
            path, _, address = arrived
            parts.register(self.ledger.store, path, address)
            self.registered.append(path)

    def close(self) -> None:
        """The run is over."""
        self.uploads.close()
