"""The interface of an output: a file that takes part in the frontier's commits, with lines or anything else in it.

An output is a file that grows and is committed together with the frontier. Its life, and who asks for what:

1. Before a run fetches anything, the scheduler sends outputs_asked. Each component with an output answers with
   PlannedOutputs, and registers the form of its files: `ledger.forms[kind] = form`.
2. The ledger claims the planned files (claims.py). recovery.py asks the form of every file that the job ever wrote for
   its Remains, and has all of them cut back to the same commit.
3. The scheduler sends outputs_ready. Each component opens its outputs on `ledger.open(path)` and hands it over with
   `ledger.add(output, kind)`.
4. From then on the ledger tells the Output the outcome of each request, and when to commit.
5. When the spider is closed, after the frontier's last commit, each component closes its outputs.

`scrapy verify` holds the file against the digests that were committed with its lengths (Output.digest).

A kind without a form is trusted to its committed lengths (recovery.AppendedFile), which is enough for a file that is
only ever appended to. tests/exporters/records.py is a small output of another kind than lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol


@dataclass(slots=True, frozen=True)
class PlannedOutput:
    """An output that a run will write to."""

    uri: str  # as it was asked for, with %(time)s and the like; '' for the run's own file
    path: Path | None  # None: standard output, a device, a remote storage
    overwrite: bool = False  # -O
    is_own: bool = False  # the run's own file below DATA_DIR
    opens_at_once: bool = True  # else with the first item
    holds_items: bool = True  # False: it goes with those that do; what is published does not depend on it (full.py)

    @property
    def key(self) -> str:
        """Its name among the frontier's outputs."""
        assert self.path is not None
        return str(self.path.resolve())


NO_FILE = ""


class Output(Protocol):
    """An open output of this run. owner: the key of a request; '' for what belongs to no request, such as a header."""

    @property
    def path(self) -> str:
        """Its name among the frontier's outputs: absolute, links resolved; NO_FILE before it has begun one.

        It may go on with another file, but between two commits only, and it has that noted itself (note_output).
        """

    @property
    def digest(self) -> bytes | None:
        """Of what stands behind the commit before the last one, see store.Commit; None: not known."""

    def place(self, owner: str, items: list[Any]) -> None:
        """Called before the items of a finished request are exported, in the order in which requests are released.

        An output beside the items may write into them where its part of the request will lie. An error that it raises
        is the request's: its items are not exported, and it is fetched again.
        """

    def release(self, owner: str) -> None:
        """What is held for this request goes into the next commit."""

    def discard(self, owner: str) -> None:
        """What is held for this request is dropped: it will be fetched again."""

    def commit(self) -> int:
        """Write what was released and force it to the disk; the file's length. Raises OSError."""

    def take_back(self) -> None:
        """Take out of the file what the last commit() wrote; nothing is written any more. Raises OSError."""

    def give_up(self) -> None:
        """Write nothing more: what was released will be fetched again."""

    def close(self) -> None:
        """Let go of the file."""

    @property
    def closed(self) -> bool:
        """Whether it takes no part any more."""


class Remains(Protocol):
    """A file of the job as an earlier run left it. Asked at the start of a run."""

    is_there: bool  # else it was moved away or removed, and what it held is no loss

    def is_as_left(self, length: int, *, stopped_cleanly: bool, is_wanted: bool) -> bool:
        """Whether the file may stay as it is. length: of its last commit; is_wanted: this run writes to it.

        stopped_cleanly: nothing of ours can stand behind the last commit; what does, somebody has appended.
        Raises StateError for a file of this run that cannot be continued.
        """

    def holds(self, length: int) -> bool:
        """Whether the commit that left this length is whole in the file."""

    def cut(self, file: IO[bytes], length: int | None) -> None:
        """Bring the file back to a commit's length; None: to what stood there before the job's first commit."""


UNFINISHED = frozenset({".part", ".open"})  # ends of the names of files that get their final name when complete


def final_name(path: Path) -> Path:
    """The name that a file has when it is complete."""
    return path.with_suffix("") if path.suffix in UNFINISHED else path


Form = Callable[[Path, Mapping[str, Any]], Remains]  # a path, and what the frontier's note says of the output
