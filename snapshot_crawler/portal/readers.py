"""Connections to the library for the threads that answer: a Library belongs to one thread at a time, so they are lent.

One is opened when all others are lent, up to as many as threads answer at once. What raises an error of storage is
thrown away, so that a damaged or exchanged file is opened anew by the next request.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from pathlib import Path

from snapshot_crawler.dedup.tombstone_file import tombstones_path
from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.schema import NAME

MOST_KEPT = 4  # open connections that wait for the next request, as many as threads; each may keep 32 MB of pages


class Readers:
    """Lends libraries of one DATA_DIR."""

    def __init__(self, root: Path, engine: str | None = None, hidden: Callable[[], Container[str]] = frozenset) -> None:
        """engine: as Library has it; None: whichever index is there. hidden: ids that no answer has."""
        self.root, self.engine, self.hidden = root, engine, hidden
        self._idle: queue.LifoQueue[Library] = queue.LifoQueue(MOST_KEPT)

    @contextmanager
    def library(self) -> Iterator[Library]:
        """A library for one request. Raises StateError where there is none yet, StorageError for a damaged one."""
        library = self._taken()
        try:
            library.hidden = self.hidden()
            yield library
        except SnapshotCrawlerError:
            library.close()
            raise
        except BaseException:
            self._give_back(library)
            raise
        self._give_back(library)

    def close(self) -> None:
        """Close those that nobody has."""
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    def stamp(self) -> tuple[int, ...]:
        """Another one after each commit of the follower and each take-down: number, times and lengths of the files."""
        found: list[int] = []
        for path in (self.root / NAME, self.root / f"{NAME}-wal", tombstones_path(self.root)):
            try:
                about = path.stat()
            except OSError:
                found.append(0)
                continue
            found += [about.st_ino, about.st_mtime_ns, about.st_size]
        return tuple(found)

    def _taken(self) -> Library:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return Library(self.root, self.engine)

    def _give_back(self, library: Library) -> None:
        try:
            self._idle.put_nowait(library)
        except queue.Full:
            library.close()
