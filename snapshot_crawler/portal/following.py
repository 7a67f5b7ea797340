"""The library's follower beside the portal, in a process of its own: the process that faces the web never writes.

Articles appear within seconds of their commit. Where another process fills the library already (`scrapy library build
--follow`), this one waits for its turn. It ends with the portal, whatever ends that: the pipe between them breaks.
"""

from __future__ import annotations

import logging
import multiprocessing
import pickle
import signal
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from snapshot_crawler.complaint import Complaint
from snapshot_crawler.exceptions import LockHeldError, SnapshotCrawlerError
from snapshot_crawler.library.follow import EVERY_S, Follower

logger = logging.getLogger(__name__)
PATIENCE_S = 5.0  # for the process to end by itself: a batch of the follower takes a second; by choice
LOOKED_AT_S = 1.0  # between two looks whether it is alive
AGAIN_S = 5.0  # before another one begins; by choice


class Following:
    """The follower's process, from start() to close(). One that dies is started again."""

    def __init__(self, root: Path, settings: Mapping[str, Any], again_s: float = AGAIN_S) -> None:
        """settings: what cannot go to another process, such as a function, is left out: the follower reads texts."""
        self._order = (root, {name: value for name, value in settings.items() if _can_be_sent(value)})
        self._again_s = again_s
        self._ends = threading.Event()
        self._context = multiprocessing.get_context("spawn")  # fork is not safe beside threads
        self._keeper = threading.Thread(target=self._keep, name="follower", daemon=True)
        self._ours: Connection | None = None  # the pipe's end of ours: closed, the process ends
        self.process: SpawnProcess | None = None

    def start(self) -> None:
        """Begin to follow."""
        self._begin()
        self._keeper.start()

    def close(self) -> None:
        """Let it end after its transaction."""
        self._ends.set()
        self._let_go()
        self._keeper.join()

    def _begin(self) -> None:
        theirs, self._ours = self._context.Pipe(duplex=False)
        self.process = self._context.Process(target=_run, args=(*self._order, theirs), name="library", daemon=True)
        self.process.start()
        theirs.close()

    def _keep(self) -> None:
        """Wait for the process's end; where nobody has asked for it, begin anew."""
        while True:
            assert self.process is not None
            while self.process.is_alive() and not self._ends.is_set():
                self.process.join(LOOKED_AT_S)
            if self._ends.is_set():
                break
            self._let_go()
            if self._ends.wait(self._again_s):
                return  # one signal for both, as from a terminal or a service manager, is no trouble
            logger.error("the process that fills the library has died (%s); another one begins", self.process.exitcode)
            self._begin()
        self._let_go()
        self.process.join(PATIENCE_S)
        if self.process.is_alive():
            self.process.terminate()  # SQLite undoes what was not committed
            self.process.join()

    def _let_go(self) -> None:
        if self._ours is not None:
            self._ours.close()


def _can_be_sent(value: object) -> bool:
    try:
        pickle.dumps(value)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError):
        return False
    return True


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
    complaint = Complaint(logger, "the library is not filled: %s")
    while not stop.is_set():
        try:
            follower = Follower(root, settings)
        except LockHeldError:
            stop.wait(EVERY_S)
            continue
        except (SnapshotCrawlerError, OSError) as error:
            complaint.of(error)
            stop.wait(EVERY_S)
            continue
        try:
            follower.run(stop)
        finally:
            follower.close()
