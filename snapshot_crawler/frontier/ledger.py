"""What each request brought to the outputs, held back until the request is acknowledged.

An output never holds a line of a request that may be fetched again: lines wait here, by request, and go to the file
only in the commit that acknowledges the request.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from snapshot_crawler.exceptions import ConfigurationError, OutputError
from snapshot_crawler.frontier.brought import Brought
from snapshot_crawler.frontier.claims import Owner, claim
from snapshot_crawler.frontier.store import Frontiers


@dataclass(slots=True, frozen=True)
class PlannedOutput:
    """An output that a run will write to."""

    uri: str  # as it was asked for, with %(time)s and the like; '' for the run's own file
    path: Path | None  # None: standard output, a device, a remote storage
    overwrite: bool = False  # -O
    is_own: bool = False  # the run's own file below DATA_DIR
    opens_at_once: bool = True  # else with the first item

    @property
    def key(self) -> str:
        """Its name among the frontier's outputs."""
        assert self.path is not None
        return str(self.path.resolve())


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

    def close(self) -> None:
        """Let go of the file."""

    @property
    def closed(self) -> bool:
        """Whether it takes no part any more."""


class Ledger:
    """The outputs of a run, and whose item is being exported."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self.claims: dict[str, IO[bytes]] = {}  # opened and locked, by path; whoever makes an Output of it takes it
        self.claimant: tuple[Owner, Frontiers] | None = None  # whose the outputs are, and what all jobs of it know
        self.owner = ""  # key of the request whose item is being exported; '' for items of start()
        self.items: Counter[str] = Counter()
        self.born_at: dict[str, float] = {}  # when the requests' articles were published, seconds since 1970
        self.brought: Brought | None = None  # set when the store is open
        self.failed: dict[str, str] = {}  # requests whose items did not get through, and why

    def claim(self, planned: list[PlannedOutput], owner: Owner, frontiers: Frontiers) -> None:
        """Claim the files of a run, before anything is written or cut. frontiers: of the owner's DATA_DIR.

        Raises OutputTakenError, OutputError for a file that cannot be opened, ConfigurationError for one named twice.
        """
        self.claimant = owner, frontiers
        for output in planned:
            if output.path is None or not (output.opens_at_once or output.path.exists()):
                continue
            for path, file in self.claims.items():
                if output.path.exists() and os.path.samestat(output.path.stat(), os.fstat(file.fileno())):
                    raise ConfigurationError(f"the outputs {path} and {output.path} are one file; name it once")
            self.claims[output.key] = self.open(output.path)

    def open(self, path: Path) -> IO[bytes]:
        """The claimed file of a path; claimed now where it is not yet. Raises like claim()."""
        if (file := self.claims.pop(str(path.resolve()), None)) is not None:
            return file
        assert self.claimant is not None
        try:
            return claim(path, *self.claimant)
        except OSError as error:
            raise OutputError(f"the output {path} cannot be written: {error.strerror}") from error

    def is_repeat(self, line: bytes) -> bool:
        """Whether an earlier visit for the owner has brought this item to the outputs."""
        return self.brought is not None and self.brought.is_repeat(self.owner, line)

    def release(self, owner: str) -> int:
        """Let a request's lines go; how many items it had."""
        for output in self.outputs:
            output.release(owner)
        if self.brought is not None:
            self.brought.keep(owner)
        return self.items.pop(owner, 0)

    def discard(self, owner: str) -> None:
        """Drop a request's lines."""
        self.items.pop(owner, None)
        self.born_at.pop(owner, None)
        for output in self.outputs:
            output.discard(owner)
        if self.brought is not None:
            self.brought.forget(owner)

    def give_up(self) -> None:
        """Write nothing more to any output."""
        for output in self.outputs:
            output.give_up()

    def commit(self) -> dict[str, int]:
        """The outputs' lengths once all released lines are on the disk."""
        lengths = {output.path: output.commit() for output in self.outputs}
        self.outputs = [output for output in self.outputs if not output.closed]
        return lengths

    def close(self) -> None:
        """Let go of the files that nobody took."""
        for file in self.claims.values():
            file.close()
        self.claims.clear()

    def abandon(self) -> None:
        """Let go of everything, and write nothing: the run could not begin."""
        self.give_up()
        for output in self.outputs:
            output.close()
        self.close()
