"""A WARC file that a run writes: records in, their places out; committed by its caller, finished when it is large.

Used by exporters/archive.py. The file is called NAME.warc.gz.open until it is finished; then it gets its name, and its
index beside it. The index's lines are gathered on the way in NAME.cdxj.open, so that a file of 1 GB need not be read
again: that file is made for this and nothing else, and whoever finds one from an earlier run removes it.
"""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from typing import IO

import xxhash

from snapshot_crawler.archive.cdxj import index_path, write_index, write_lines
from snapshot_crawler.archive.places import UNFINISHED, finished_path
from snapshot_crawler.archive.reader import whole_length


class GrowingFile:
    """An open file of the archive.

    path: its name once it is finished; absolute. file: open for appending, empty. length: what is committed of it.
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path, self.file = path, file
        self.length = 0
        self.digest: bytes | None = None  # of what the last commit appended
        self.ready: list[bytes] = []
        self.end = 0  # where the next record goes
        self.lines: list[bytes] = []  # of the index, for what is ready
        self.has_failed = False
        self.draft = index_path(path).with_name(index_path(path).name + UNFINISHED)
        self.draft.unlink(missing_ok=True)

    def append(self, members: list[bytes], lines: list[bytes]) -> None:
        """Let records, and their lines of the index, go into the next commit."""
        self.ready += members
        self.lines += lines
        self.end += sum(map(len, members))

    def commit(self) -> int:
        """Write what is ready and force it to the disk; the file's length. Raises OSError.

        After a failed write the file is cut back to its last commit, and left alone.
        """
        self.digest = None
        if not self.ready or self.has_failed:
            return self.length
        data = b"".join(self.ready)
        try:
            self._write(data)
        except OSError:
            self.has_failed = True
            with contextlib.suppress(OSError):
                self.file.truncate(self.length)
            raise
        self.length += len(data)
        self.digest = xxhash.xxh3_128_digest(data)
        self.ready.clear()
        return self.length

    def _write(self, data: bytes) -> None:
        if os.fstat(self.file.fileno()).st_nlink == 0:  # what is written from here on would be nowhere
            why = "the archive's file was removed while the crawl was writing to it"
            raise FileNotFoundError(errno.ENOENT, why, str(self.path))
        view = memoryview(data)
        while view:
            view = view[self.file.write(view) :]
        os.fsync(self.file.fileno())
        with self.draft.open("ab") as draft:
            draft.writelines(self.lines)
        self.lines.clear()

    def close(self) -> None:
        """Let go of the file; the next run finishes it."""
        self.file.close()

    def finish(self) -> None:
        """Write the index, then give the file its name. All that is in it is committed. Raises OSError.

        In this order: what dies between the two leaves an unfinished file, and the next run finishes it.
        """
        self.file.close()
        if self.draft.exists():
            write_lines(index_path(self.path), self.draft.read_bytes().splitlines(keepends=True))
        self.path.with_name(self.path.name + UNFINISHED).replace(self.path)
        self.draft.unlink(missing_ok=True)


def finish_former(unfinished: Path) -> Path | None:
    """Finish a file that an earlier run has left, and that ends with a whole record; its name. Raises OSError.

    None: it held no page, and was removed.
    """
    path = finished_path(unfinished)
    index = index_path(path)
    index.with_name(index.name + UNFINISHED).unlink(missing_ok=True)
    write_index(unfinished)
    if not index.stat().st_size:
        unfinished.unlink()
        index.unlink()
        return None
    return unfinished.replace(path)


def cut_torn_tail(path: Path) -> None:
    """Cut a file behind its last whole record: a killed run has left it, and nobody knows its last commit."""
    with path.open("r+b") as file:
        file.truncate(whole_length(file))
