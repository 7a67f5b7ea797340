"""Files of a run on their way to S3-compatible storage: what is to be sent goes in, what has arrived comes out.

Used for parts of outputs (shipping.py) and for files of the archive (warc_shipping.py). Uploads go one after the other
in a thread, so that no page waits for them; what they come to is seen before each commit. One that fails is tried again
after a minute. What is left at the end of the run is sent by the command (delivery.py).
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.exporters import parts

logger = logging.getLogger(__name__)
AGAIN_S = 60.0  # after an upload that failed, by choice


class Uploads:
    """The uploads of one kind of files. Stats: KIND/sent, KIND/failed (uploads that are tried again)."""

    def __init__(self, kind: str, stats: Any) -> None:
        self.kind, self.stats = kind, stats
        self.waiting: dict[str, tuple[str, str]] = {}  # the file and its object's address, by the frontier's name of it
        self.under_way: tuple[str, Future[None]] | None = None
        self.not_before = 0.0
        self.is_over = threading.Event()
        self.thread = ThreadPoolExecutor(1, kind)

    def add(self, name: str, path: str, address: str) -> None:
        """Send a file when its turn comes. name: by which the frontier knows it."""
        self.waiting[name] = path, address

    def look(self) -> tuple[str, str, str] | None:
        """Begin the next upload, where none is under way; what has arrived since the last look: name, path, address."""
        arrived = self._arrived() if self.under_way is not None and self.under_way[1].done() else None
        if self.under_way is None and self.waiting and time.monotonic() >= self.not_before:
            name = next(iter(self.waiting))
            self.under_way = name, self.thread.submit(parts.send, *self.waiting[name], self.is_over.is_set)
        return arrived

    def _arrived(self) -> tuple[str, str, str] | None:
        assert self.under_way is not None
        name, upload = self.under_way
        self.under_way = None
        error = upload.exception()
        if error is None:
            self.stats.inc_value(f"{self.kind}/sent")
            return name, *self.waiting.pop(name)
        if not isinstance(error, (SnapshotCrawlerError, OSError)):
            raise error
        self.not_before = time.monotonic() + AGAIN_S
        self.stats.inc_value(f"{self.kind}/failed")
        logger.warning("%s; it is tried again in a minute, and nothing is lost meanwhile", error)
        return None

    def close(self) -> None:
        """The run is over; an upload that is under way gives up."""
        self.is_over.set()
        self.thread.shutdown(wait=False, cancel_futures=True)
