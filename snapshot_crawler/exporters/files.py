"""A file that an exporter writes and the frontier commits: bytes go in and wait until their request is acknowledged.

storage.py makes it. Its form decides how it is continued and cut (remains.py):

- LINES (JSON Lines, CSV) and ITEMS (pickle, marshal, compressed members): each item stands by itself.
- DOCUMENT (JSON, XML): items between a header and a footer. The footer is written again behind every commit and is
  no part of the committed length, so the file is a whole document after every commit, and the next run writes its
  items in the footer's place.
- STREAM (an exporter or compression that we do not know): cannot be cut or continued; written as Scrapy does.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import xxhash

from snapshot_crawler.exceptions import OutputError
from snapshot_crawler.exporters.compression import Members
from snapshot_crawler.exporters.remains import DOCUMENT, continues_with
from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.frontier.recovery import LINES
from snapshot_crawler.sums import add_range

STREAM = "stream"
MOST_HEADER_BYTES = 65_536  # of a CSV's first line; by choice: some thousand columns


class CommittedFile:
    """A file for an exporter; written bytes wait for commit(). See frontier.output.Output.

    file: open for appending, and locked. committed: its length in the frontier's last commit, None when the frontier
    does not know it. on_frame: told the header and footer of a document, for the frontier's notes.
    """

    def __init__(
        self,
        path: Path,
        ledger: Ledger,
        file: IO[bytes],
        *,
        kind: str = LINES,
        compress: Members | None = None,
        committed: int | None = None,
        on_frame: Callable[[bytes, bytes], None] | None = None,
    ) -> None:
        self.path = str(path.resolve())
        self.name = self.path
        self.ledger, self.file = ledger, file
        self.kind, self.compress, self.committed = kind, compress, committed
        self.on_frame = on_frame
        self.header = self.separator = self.footer = b""
        self.held: dict[str, list[bytes]] = {}
        self.ready: list[bytes] = []
        self.beside: list[bytes] | None = None  # takes what is written now, see aside()
        self.digest: bytes | None = None
        self.summed = committed or 0  # up to here the frontier has been given digests
        self.has_failed = False
        self.is_ending = False  # closed as soon as nothing is held any more
        about = os.fstat(file.fileno())
        self.before_last = about.st_size
        self.length, self.has_name = about.st_size, about.st_nlink > 0
        if kind == LINES and compress is None and self.length and not continues_with(path, self.length - 1, b"\n"):
            self.ready.append(b"\n")

    # --- As the exporter sees it
    def write(self, data: bytes) -> int:
        """Hold the bytes for the request whose item is being exported."""
        part = self.held.setdefault(self.ledger.owner, []) if self.beside is None else self.beside
        part.append(bytes(data))
        return len(data)

    @contextlib.contextmanager
    def aside(self) -> Iterator[list[bytes]]:
        """Bytes written inside the block belong to no item: they go to the list, not to the file."""
        self.beside = []
        yield self.beside
        self.beside = None

    def write_first(self, data: bytes) -> None:
        """Write before all items that wait: a header of CSV."""
        self.ready.insert(0, data)

    def set_frame(self, header: bytes, separator: bytes, footer: bytes) -> None:
        """Make the file a document, or continue the one in it. The separator is written before each item.

        Raises OutputError when the file holds something else.
        """
        self.separator = separator
        self.header, self.footer = (self.compress(part) if self.compress else part for part in (header, footer))
        if self.committed is not None:
            self.length = self.committed
        elif self.length:
            self.length = self._length_of_items()
        if self.on_frame is not None:
            self.on_frame(self.header, self.footer)
        if not self.length or os.fstat(self.file.fileno()).st_size != self.length + len(self.footer):
            self._write_whole(b"")

    def _length_of_items(self) -> int:
        """The place of the next item in a document that this job did not begin."""
        data = Path(self.path).read_bytes()
        end = len(data) - len(self.footer)
        if self.compress is not None or not data.startswith(self.header) or not data.endswith(self.footer) or end < 0:
            raise OutputError(
                f"the output {self.path} holds no document that can be continued. Choose another file, or -O to begin "
                "it anew."
            )
        return end if end > len(self.header) else 0

    def begin(self) -> bytes:
        """The first line that the file holds already; b"" when there is none."""
        if not self.length:
            return b""
        path = Path(self.path)
        with path.open("rb") if self.compress is None else self.compress.open(path) as file:
            return file.readline(MOST_HEADER_BYTES)

    def flush(self) -> None:
        """Do nothing: the commit flushes."""

    def tell(self) -> int:
        """The committed length; an exporter sees by it whether the file is new."""
        return self.length

    def writable(self) -> bool:
        """True."""
        return True

    def readable(self) -> bool:
        """False."""
        return False

    def seekable(self) -> bool:
        """False."""
        return False

    @property
    def closed(self) -> bool:
        """Whether the file was closed."""
        return self.file.closed

    def end(self) -> None:
        """Close when all held items are acknowledged: the next batch has its own file."""
        self.is_ending = True
        if not self.held and not self.ready:
            self.file.close()

    def close(self) -> None:
        """Write the acknowledged items and the bytes that belong to no request, and close."""
        if not self.file.closed:
            try:
                if not self.has_failed:
                    self.release("")
                    self.commit()
            finally:
                self.file.close()

    # --- As the frontier sees it
    def place(self, owner: str, items: list[Any]) -> None:
        """See Output. Does nothing: an item does not say where its line is."""

    def release(self, owner: str) -> None:
        """See Output."""
        self.ready += self.held.pop(owner, ())

    def discard(self, owner: str) -> None:
        """See Output."""
        self.held.pop(owner, None)

    def give_up(self) -> None:
        """See Output."""
        self.has_failed = True

    def take_back(self) -> None:
        """See Output."""
        self.has_failed = True
        if not self.file.closed and self.length != self.before_last:
            self.file.truncate(self.before_last)
            _write_all(self.file, self.footer if self.before_last else b"")
            os.fsync(self.file.fileno())
            self.length = self.before_last

    def commit(self) -> int:
        """See Output. After a failed write, the file is cut back to its committed length and not written again."""
        self.digest = None
        self.before_last = self.length
        if not self.file.closed and not self.has_failed:
            appended = b""
            if self.ready:
                data = b"".join(self.ready)
                if not self.length:
                    data = data.removeprefix(self.separator)
                if self.compress is not None:
                    data = self.compress(data)
                appended = self._write_whole(data)
                self.ready.clear()
            self._sum(appended)
        if self.is_ending and not self.held:
            self.file.close()
        return self.length

    def _write_whole(self, items: bytes) -> bytes:
        """Write header (once), items and footer; returns the bytes that count to the committed length."""
        before = self.length
        if (
            self.has_name and os.fstat(self.file.fileno()).st_nlink == 0
        ):  # what is written from here on would be nowhere
            self.has_failed = True
            raise FileNotFoundError(errno.ENOENT, "the file was removed while the crawl was writing to it", self.path)
        data = items if before or not items else self.header + items
        try:
            if self.kind == DOCUMENT:
                self.file.truncate(before)
            _write_all(self.file, data + self.footer if before or items else self.header + self.footer)
            os.fsync(self.file.fileno())
        except OSError:
            self.has_failed = True
            with contextlib.suppress(OSError):  # a device cannot be cut, and holds nothing
                self.file.truncate(before)
                _write_all(self.file, self.footer if before else b"")  # there was room for it before
            raise
        self.length = before + len(data)
        return data

    def _sum(self, appended: bytes) -> None:
        """The digest of what is new in the file: what others have written into it, and what was just appended."""
        if self.length == self.summed:
            return
        state = xxhash.xxh3_128()
        if foreign := self.length - len(appended) - self.summed:
            with Path(self.path).open("rb") as file:
                file.seek(self.summed)
                add_range(state, file, foreign)
        state.update(appended)
        self.digest, self.summed = state.digest(), self.length


def _write_all(file: IO[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
