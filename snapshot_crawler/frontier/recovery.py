"""Bring outputs and frontier together at the start of a run: bytes that a dead run wrote after its last commit go.

Called by the scheduler. It looks at every output that the job ever wrote to, not only at those of this run: the name
of a killed run's file may hold its time, or the command may have been changed since. Each output judges for itself
which commits it holds whole (output.Remains).

Where a file ends before its last commit, the file is the truth: it is cut to the last commit that is whole, and the
articles of the commits that are lost are pending again. A commit writes to all outputs of its run, so the others are
cut to the same commit; else the articles would come twice there, or lack their page.
"""

from __future__ import annotations

import contextlib
import logging
import os
import stat
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from snapshot_crawler.exceptions import OutputTakenError
from snapshot_crawler.frontier.output import Form, Remains, final_name
from snapshot_crawler.frontier.store import Store

logger = logging.getLogger(__name__)

LINES, ITEMS = "lines", "items"  # the kinds of outputs whose version made no note of it
NOT_LINES = (".gz", ".zst", ".json", ".xml")


def note_output(store: Store, path: str, kind: str, **about: str) -> None:
    """Note of an output what a later run must know to recover it: its kind, and what the form of that kind asks for."""
    note = {"kind": kind, **about}
    if store.get_state(f"output/{path}") != note:
        store.set_state(f"output/{path}", note)


def recover_outputs(
    store: Store,
    claim: Callable[[Path], IO[bytes]],
    claims: Mapping[str, IO[bytes]],
    forms: Mapping[str, Form],
    *,
    stopped_cleanly: bool,
) -> int:
    """Recover every output of the job; how many addresses are pending again.

    claims: the files of this run, by path; claim: claims one of an earlier run, as claims.claim does. forms: by kind.

    Files that belong to another job by now are left alone. Raises StateError for a file of this run that another
    program has rewritten.
    """
    finish_rewrites(store)
    for path in store.finished_paths():
        if "://" not in path and not Path(path).exists():  # what was sent elsewhere is not looked for
            store.drop_finished(path)
    outputs = []
    for path in store.output_paths():
        output = FormerOutput(store, path, forms)
        if not output.remains.is_there:
            _let_go(store, path)
        else:
            output.find_last_whole_commit(stopped_cleanly=stopped_cleanly, is_wanted=path in claims)
            outputs.append(output)
    lost = {batch for output in outputs for batch in output.lost()}
    while lost:
        for output in outputs:
            output.keep_before(lost)
        if lost == (lost := {batch for output in outputs for batch in output.lost()}):
            break
    republished = 0
    for output in outputs:
        if output.must_be_cut and output.cut(claims.get(output.path), claim):
            republished += len(store.forget_after(output.path, output.kept))
    return republished


DATA_DIR_NOTE = "data_dir"  # a note of the frontier: where its DATA_DIR was in the last run


def placed(store: Store, root: Path, path: str) -> str:
    """Where an output lies now: what lay below the DATA_DIR of the last run lies below root, wherever that is.

    So a DATA_DIR that was moved, or brought back from a backup elsewhere, and a copy of one, have outputs of their own.
    """
    before, here = store.get_state(DATA_DIR_NOTE), str(root.resolve())
    if before is None or before == here or not path.startswith(f"{before}/"):
        return path
    return here + path.removeprefix(before)


def present_path(store: Store, root: Path, path: str) -> Path:
    """Where an output lies now, under the name that its file has now: the next run tells the frontier of both."""
    now = Path(placed(store, root, path))
    return final_name(now) if not now.exists() and final_name(now).exists() else now


def follow_data_dir(store: Store, root: Path) -> None:
    """Tell the frontier where its outputs below the DATA_DIR lie now. Called before anything looks at them."""
    for path in (*store.output_paths(), *store.finished_paths()):
        if (name := placed(store, root, path)) != path:
            store.rename_output(path, name)
    if store.get_state(DATA_DIR_NOTE) != (here := str(root.resolve())):
        store.set_state(DATA_DIR_NOTE, here)


REWRITING = "rewriting/{}"  # a note of the frontier: the output of that path is being replaced by a rewritten one


def rewritten_path(path: Path) -> Path:
    """Where a rewritten output waits for its name."""
    return path.with_name(f".{path.name}.rewritten")


def finish_rewrites(store: Store) -> None:
    """Give rewritten outputs their names, where a process was killed in between: their commits are those of the new
    files already (upkeep/rewriting.py)."""
    for name in (*store.output_paths(), *store.finished_paths()):
        if store.get_state(REWRITING.format(name)):
            if (new := rewritten_path(Path(name))).exists():
                new.replace(name)
            store.set_state(REWRITING.format(name), None)


def _let_go(store: Store, path: str) -> None:
    """An output has no file of its name any more: it is complete and has its final name, or was moved away."""
    final = final_name(Path(path))
    if str(final) != path and final.exists():
        store.finish_output(path, str(final))
    else:
        store.reset_output(path)


class FormerOutput:
    """One output of the job, and which of its commits stay."""

    def __init__(self, store: Store, path: str, forms: Mapping[str, Form]) -> None:
        self.store, self.path = store, path
        note: dict[str, Any] = store.get_state(f"output/{path}") or {}
        kind = note.get("kind") or (ITEMS if path.endswith(NOT_LINES) else LINES)
        self.remains: Remains = forms.get(kind, AppendedFile)(Path(path), note)
        self.last, self.end = store.boundaries(path, most=1)[0]  # the newest commit, and the length that it left
        self.kept = self.last  # the last commit that stays; 0: none
        self.must_be_cut = False

    @cached_property
    def commits(self) -> list[tuple[int, int]]:
        """(batch, length) of all commits, newest first. Two a second are made: looked at where something is lost."""
        return self.store.boundaries(self.path)

    def lost(self) -> set[int]:
        """The commits that the output no longer holds."""
        if self.kept == self.last:
            return set()
        return {batch for batch, _ in self.commits if batch > self.kept}

    def find_last_whole_commit(self, *, stopped_cleanly: bool, is_wanted: bool) -> None:
        """Set kept, and whether the output must be cut. Raises StateError: see Remains.is_as_left."""
        if self.remains.is_as_left(self.end, stopped_cleanly=stopped_cleanly, is_wanted=is_wanted):
            return
        self.must_be_cut = True
        if not self.remains.holds(self.end):
            self.kept = next((batch for batch, length in self.commits if self.remains.holds(length)), 0)

    def keep_before(self, lost: set[int]) -> None:
        """Give up the first of the lost commits that the output has, and all later ones."""
        mine = [batch for batch, _ in self.commits if batch in lost and batch <= self.kept]
        if mine:
            self.must_be_cut = True
            self.kept = next((batch for batch, _ in self.commits if batch < min(mine)), 0)

    def cut(self, claimed: IO[bytes] | None, claim: Callable[[Path], IO[bytes]]) -> bool:
        """Cut the output to the commit that stays; False when it is another job's by now, which is left alone."""
        length = self.end if self.kept == self.last else dict(self.commits).get(self.kept)
        with contextlib.ExitStack() as stack:
            try:
                file = claimed or stack.enter_context(claim(Path(self.path)))
            except OutputTakenError as error:
                logger.warning("not recovered: %s", error)
                return False
            self.remains.cut(file, length)
            os.fsync(file.fileno())
        return True


class AppendedFile:
    """The Remains of a file that is only ever appended to; its commits are trusted as far as the file reaches."""

    def __init__(self, path: Path, note: Mapping[str, Any]) -> None:
        self.path = path
        self.size, self.is_there = 0, False
        with contextlib.suppress(OSError):
            info = path.stat()
            self.size, self.is_there = info.st_size, stat.S_ISREG(info.st_mode)

    def is_as_left(self, length: int, *, stopped_cleanly: bool, is_wanted: bool) -> bool:
        """See Remains. What somebody appended after a clean stop stays."""
        return (self.size == length and self.holds(length)) or (stopped_cleanly and self.size > length)

    def holds(self, length: int) -> bool:
        """See Remains."""
        return length <= self.size

    def cut(self, file: IO[bytes], length: int | None) -> None:
        """See Remains. Before the first commit there was nothing."""
        file.truncate(length or 0)
