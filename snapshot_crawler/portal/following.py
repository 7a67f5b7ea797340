"""The library's follower beside the portal, in a process of its own: the process that faces the web never writes.

Articles appear within seconds of their commit. Where another process fills the library already (`scrapy library build
--follow`), this one waits for its turn. It ends with the portal, whatever ends that: the pipe between them breaks.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from snapshot_crawler.exceptions import LockHeldError, SnapshotCrawlerError
from snapshot_crawler.library.follow import EVERY_S, Follower

logger = logging.getLogger(__name__)
PATIENCE_S = 5.0  # for the process to end by itself: a batch of the follower takes a second; by choice


class Following:
    """The follower's process, from start() to close()."""

    def __init__(self, root: Path, settings: Mapping[str, Any]) -> None:
        """settings: plain values, which go to the other process."""
        context = multiprocessing.get_context("spawn")  # fork is not safe beside threads
        theirs, self._ours = context.Pipe(duplex=False)
        self._process = context.Process(target=_run, args=(root, dict(settings), theirs), name="library", daemon=True)
        self._theirs = theirs

    def start(self) -> None:
        """Begin to follow."""
        self._process.start()
        self._theirs.close()

    def close(self) -> None:
        """Let it end after its transaction."""
        self._ours.close()
        self._process.join(PATIENCE_S)
        if self._process.is_alive():
            self._process.terminate()  # SQLite undoes what was not committed
            self._process.join()


def _run(root: Path, settings: dict[str, Any], parent: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to both: the portal ends this one
    logging.basicConfig(level=logging.INFO, format="%(asctime)s [%(name)s] %(levelname)s: %(message)s")
    stop = threading.Event()

    def watch() -> None:
        try:
            parent.recv()
        except (EOFError, OSError):
            stop.set()

    threading.Thread(target=watch, daemon=True).start()
    follow(root, settings, stop)


def follow(root: Path, settings: Mapping[str, Any], stop: threading.Event) -> None:
    """Follow until stop is set; what keeps the library from being opened is logged once and tried again."""
    last = ""
    while not stop.is_set():
        try:
            follower = Follower(root, settings)
        except LockHeldError:
            stop.wait(EVERY_S)
            continue
        except (SnapshotCrawlerError, OSError) as error:
            if str(error) != last:
                last = str(error)
                logger.warning("the library is not filled: %s", error)
            stop.wait(EVERY_S)
            continue
        try:
            follower.run(stop)
        finally:
            follower.close()
