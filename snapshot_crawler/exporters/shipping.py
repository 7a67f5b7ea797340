"""Parts of a run on their way to S3-compatible storage (parts.py): ended parts go in, registered objects come out.

feed.py makes it where an output is named s3://... Uploads go one after the other in a thread, so that no page waits for
them; what they come to is seen before each commit, which registers the objects. An upload that fails is tried again
after a minute; what is left at the end of the run is sent by the command (send_left).
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from scrapy import Spider
from scrapy.crawler import Crawler

from snapshot_crawler.bucket import Bucket
from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.exporters import parts
from snapshot_crawler.exporters.files import CommittedFile
from snapshot_crawler.exporters.parts import Place
from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.signals import frontier_committing

logger = logging.getLogger(__name__)
AGAIN_S = 60.0  # after an upload that failed, by choice


class Shipping:
    """The parts of one run. Stats: parts/sent, parts/failed (uploads that are tried again)."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self.crawler, self.stats = crawler, crawler.stats
        self.places: list[Place] = []
        self.ledger: Ledger | None = None  # set by start()
        self.open_parts: dict[str, CommittedFile] = {}
        self.addresses: dict[str, str] = {}  # that open parts are to have
        self.ended: dict[str, str] = {}  # parts to be sent, with their objects' addresses
        self.under_way: tuple[str, Future[None]] | None = None
        self.registered: list[str] = []  # parts whose objects the commit before registers
        self.not_before = 0.0
        self.thread = ThreadPoolExecutor(1, "parts")
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
        self.ended.update({path: to for path, to in parts.waiting(store).items() if parts.is_complete(store, path)})

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
                self.ended[part] = self.addresses.pop(part)
        if self.under_way is not None and self.under_way[1].done():
            self._arrived(*self.under_way)
        if self.under_way is None and self.ended and time.monotonic() >= self.not_before:
            path = next(iter(self.ended))
            self.under_way = path, self.thread.submit(parts.send, path, self.ended[path])

    def _arrived(self, path: str, upload: Future[None]) -> None:
        self.under_way = None
        assert self.ledger is not None and self.ledger.store is not None
        error = upload.exception()
        if error is None:
            parts.register(self.ledger.store, path, self.ended.pop(path))
            self.registered.append(path)
            self.stats.inc_value("parts/sent")
        elif isinstance(error, (SnapshotCrawlerError, OSError)):
            self.not_before = time.monotonic() + AGAIN_S
            self.stats.inc_value("parts/failed")
            logger.warning("%s; it is tried again in a minute, and nothing is lost meanwhile", error)
        else:
            raise error

    def close(self) -> None:
        """The run is over."""
        self.thread.shutdown(wait=False, cancel_futures=True)
