"""Captures of one address wait for each other: an entry goes in, whether it may be handed out now comes out.

Of an address that was captured several times each capture is a version of one article, and the oldest is published
first. The index keeps one unsettled version of an article at a time: when a run is killed it could not tell which of
two was committed. So the next capture is handed out when the one before is committed. Called by the scheduler.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from snapshot_crawler.frontier.store import Entry
from snapshot_crawler.pages.kinds import CAPTURE


class May(Enum):
    """What is to be done with an entry."""

    GO = "nothing of this address is under way"
    GO_AFTER_COMMIT = "an earlier capture is finished, and not committed"
    WAIT = "an earlier capture is in progress"


class Takes:
    """The addresses of captures that were handed out since the last commit."""

    def __init__(self) -> None:
        self.uncommitted: set[str] = set()

    def may(self, entry: Entry, in_progress: Iterable[Entry]) -> May:
        """Whether an entry may be handed out. in_progress: those that were."""
        if entry.kind != CAPTURE or (address := _address(entry)) not in self.uncommitted:
            return May.GO
        is_busy = any(_address(other) == address for other in in_progress if other.kind == CAPTURE)
        return May.WAIT if is_busy else May.GO_AFTER_COMMIT

    def handed_out(self, entry: Entry) -> None:
        """Note an entry."""
        if entry.kind == CAPTURE:
            self.uncommitted.add(_address(entry))

    def committed(self, in_progress: Iterable[Entry]) -> None:
        """Finished requests are committed."""
        if self.uncommitted:
            self.uncommitted = {_address(entry) for entry in in_progress if entry.kind == CAPTURE}


def _address(entry: Entry) -> str:
    return entry.key.partition("#")[0]
