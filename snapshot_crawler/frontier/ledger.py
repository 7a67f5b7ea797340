"""What each request brought to the outputs, held back until the request is acknowledged.

The scheduler tells the ledger which requests are finished, and the ledger tells the outputs (output.py). An output
never holds anything of a request that may be fetched again: it goes to the file only in the commit that acknowledges
the request. Articles wait here as they are and are exported when their request is released, so that an output beside
the lines, such as an archive, can write into them where their page lies.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from snapshot_crawler.exceptions import ConfigurationError, OutputError
from snapshot_crawler.frontier.brought import Brought
from snapshot_crawler.frontier.claims import Owner, claim
from snapshot_crawler.frontier.output import NO_FILE, Form, Output, PlannedOutput
from snapshot_crawler.frontier.recovery import note_output
from snapshot_crawler.frontier.store import Frontiers, Store


class Ledger:
    """The outputs of a run, and whose item is being exported."""

    def __init__(self, stop: Callable[[Exception], None] | None = None) -> None:
        """stop: told of an error after which the run cannot go on, such as a full disk."""
        self.stop: Callable[[Exception], None] = stop or (lambda error: None)
        self.outputs: list[Output] = []
        self.digests: dict[str, bytes | None] = {}  # of the last commit, by path
        self.forms: dict[str, Form] = {}  # how files are recovered, by kind; set by the planner of an output
        self.store: Store | None = None  # set by begin()
        self.claims: dict[str, IO[bytes]] = {}  # opened and locked, by path; the maker of an Output takes it
        self.claimant: tuple[Owner, Frontiers] | None = None  # whose the outputs are, and what all jobs of it know
        self._owner = ""
        self._export: Callable[[str, list[Any]], None] = lambda owner, items: None
        self.held: dict[str, list[Any]] = {}  # items that are exported when their request is released
        self.items: Counter[str] = Counter()  # exported, by request
        self.born_at: dict[str, float] = {}  # when the requests' articles were published, seconds since 1970
        self._brought: Brought | None = None  # set by begin()
        self.failed: dict[str, str] = {}  # requests whose items did not get through, and why
        # Told of requests that are released next, all together; only where the store is far, and asks at once for all
        self.before_release: list[Callable[[list[str]], None]] = []

    def begin(self, store: Store) -> None:
        """The store is open: what the outputs need to be noted goes there."""
        self.store, self._brought = store, Brought(store)

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

    # --- As an exporter sees it
    @property
    def owner(self) -> str:
        """Key of the request whose item is being exported; '' for items of start()."""
        return self._owner

    @contextlib.contextmanager
    def on_behalf_of(self, owner: str) -> Iterator[None]:
        """What is written to the outputs meanwhile belongs to a request."""
        self._owner = owner
        try:
            yield
        finally:
            self._owner = ""

    def exports_with(self, export: Callable[[str, list[Any]], None], forms: Mapping[str, Form]) -> None:
        """Export held items with this function, of (owner, items); forms: of the files that the exporter writes."""
        self._export = export
        self.forms.update(forms)

    def count_exported(self, born_at: float | None) -> None:
        """An item of the owner is written. born_at: when its article was published, in seconds since 1970."""
        self.items[self._owner] += 1
        if born_at is not None:
            self.born_at[self._owner] = born_at

    def fail(self, owner: str, why: str) -> None:
        """The items of a request do not get through: the request counts as failed."""
        self.failed[owner] = why

    def known_outputs(self) -> frozenset[str]:
        """The outputs that the job has committed to in any run."""
        return frozenset(self.store.output_paths()) if self.store is not None else frozenset()

    def committed(self, path: str) -> int | None:
        """The length of an output at its last commit; None before the first."""
        commits = self.store.boundaries(path, most=1) if self.store is not None else []
        return commits[0][1] if commits else None

    def is_noted(self, path: str) -> bool:
        """Whether an output is the job's own already."""
        if self.committed(path) is not None:
            return True
        return self.store is not None and self.store.get_state(f"output/{path}") is not None

    def noted(self, path: str) -> dict[str, str]:
        """What was noted of an output; {} when it is new."""
        return (self.store.get_state(f"output/{path}") if self.store is not None else None) or {}

    def note(self, path: str, kind: str, **about: str) -> None:
        """Note what a later run must know of an output to recover it."""
        if self.store is not None:
            note_output(self.store, path, kind, **about)

    def add(self, output: Output, kind: str, **about: str) -> None:
        """Let an output take part from now on. kind: names its form for later runs; about: what the form asks for."""
        self.note(output.path, kind, **about)
        self.outputs.append(output)

    def add_before_lines(self, output: Output) -> None:
        """Let an output take part that the lines lead to: in each commit, its part is on the disk before they are.

        Its maker notes each of its files when it begins one.
        """
        self.outputs.insert(0, output)

    def is_repeat(self, line: bytes) -> bool:
        """Whether an earlier visit for the owner has brought this item to the outputs."""
        return self._brought is not None and self._brought.is_repeat(self.owner, line)

    def hold(self, owner: str, item: Any) -> None:
        """Keep an item until its request is released."""
        self.held.setdefault(owner, []).append(item)

    def place(self, owner: str, items: list[Any]) -> None:
        """Let the outputs write into items where their own part of the request will lie. Raises what they raise."""
        for output in self.outputs:
            output.place(owner, items)

    def expect(self, owners: list[str]) -> None:
        """These requests are about to be released, or discarded. Raises StorageError."""
        for told in self.before_release:
            told(owners)

    def release(self, owner: str) -> int:
        """Export a request's items and let all that it brought go into the next commit; how many items there are.

        Where nothing could be exported, nothing goes: failed says why.
        """
        if items := self.held.pop(owner, None):
            self._export(owner, items)
            if owner in self.failed and not self.items[owner]:
                self.discard(owner)
                return 0
        for output in self.outputs:
            output.release(owner)
        if self._brought is not None:
            self._brought.keep(owner)
        return self.items.pop(owner, 0)

    def discard(self, owner: str) -> None:
        """Drop what a request brought."""
        self.held.pop(owner, None)
        self.items.pop(owner, None)
        self.born_at.pop(owner, None)
        for output in self.outputs:
            output.discard(owner)
        if self._brought is not None:
            self._brought.forget(owner)

    def give_up(self) -> None:
        """Write nothing more to any output."""
        for output in self.outputs:
            output.give_up()

    def take_back(self) -> None:
        """The last commit was not accepted: take what it wrote out of the files. The next start does what fails."""
        for output in self.outputs:
            with contextlib.suppress(OSError):
                output.take_back()

    def commit(self) -> dict[str, int]:
        """The outputs' lengths once all that was released is on the disk."""
        lengths = {output.path: output.commit() for output in self.outputs}
        self.digests = {output.path: output.digest for output in self.outputs}
        lengths.pop(NO_FILE, None)
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
