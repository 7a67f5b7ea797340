"""What each request brought to the outputs, held back until the request is acknowledged.

An output never holds a line of a request that may be fetched again: lines wait here, by request, and go to the file
only in the commit that acknowledges the request.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Protocol

from snapshot_crawler.frontier.sqlite import SqliteStore


class Output(Protocol):
    """A file that takes part in commits; see exporters/storage.py."""

    path: str

    def release(self, owner: str) -> None:
        """The lines of this request may be written."""

    def discard(self, owner: str) -> None:
        """The lines of this request are not to be written: it will be fetched again."""

    def commit(self) -> int:
        """Write what was released and force it to the disk; the file's length. Raises OSError."""

    def give_up(self) -> None:
        """Write nothing more: what was released will be fetched again."""


class Ledger:
    """The outputs of a run, and whose item is being exported."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self.owner = ""  # key of the request whose item is being exported; '' for items of start()
        self.items: Counter[str] = Counter()
        self.born_at: dict[str, float] = {}  # when the requests' articles were published, seconds since 1970
        self.failed: dict[str, str] = {}  # requests whose items did not get through, and why

    def release(self, owner: str) -> int:
        """Let a request's lines go; how many items it had."""
        for output in self.outputs:
            output.release(owner)
        return self.items.pop(owner, 0)

    def discard(self, owner: str) -> None:
        """Drop a request's lines."""
        self.items.pop(owner, None)
        self.born_at.pop(owner, None)
        for output in self.outputs:
            output.discard(owner)

    def give_up(self) -> None:
        """Write nothing more to any output."""
        for output in self.outputs:
            output.give_up()

    def commit(self) -> dict[str, int]:
        """The outputs' lengths once all released lines are on the disk."""
        return {output.path: output.commit() for output in self.outputs}


def recover_output(store: SqliteStore, path: Path, *, was_stopped_cleanly: bool) -> list[str]:
    """Bring a file and the frontier together at the start of a run; the addresses to be published again.

    What stands behind the last commit is cut off. Where the file ends before it, or in a torn line, it is cut to the
    last commit that is whole, and the articles of later commits are pending again: the file is the truth for its tail.
    """
    key = str(path.resolve())
    commits = store.boundaries(key)
    if not commits:
        return []
    if not path.exists():
        store.reset_output(key)
        return []
    size = path.stat().st_size
    if size > commits[0][1] and was_stopped_cleanly:
        return []  # somebody else has appended; his lines stay
    batch, length = next(
        ((batch, length) for batch, length in commits if length <= size and _ends_whole(path, length)), (0, 0)
    )
    if size > length:
        with path.open("r+b") as file:
            file.truncate(length)
    return store.forget_after(key, batch) if batch != commits[0][0] else []


def _ends_whole(path: Path, length: int) -> bool:
    """Whether a line ends at that length; compressed files are trusted to their commits."""
    if length == 0 or path.suffix in (".gz", ".zst"):
        return True
    with path.open("rb") as file:
        file.seek(length - 1)
        return file.read(1) == b"\n"
