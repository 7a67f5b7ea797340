"""Bring outputs and frontier together at the start of a run: bytes that a dead run wrote after its last commit go.

Called by the scheduler. It looks at every output that the job ever wrote to, not only at those of this run: the name
of a killed run's file may hold its time, or the command may have been changed since.

Where a file ends before its last commit, the file is the truth: it is cut to the last commit that is whole, and the
articles of the commits that are lost are pending again. A commit writes to all outputs of its run, so the others are
cut to the same commit; else the articles would come twice there.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import os
import stat
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from snapshot_crawler.exceptions import OutputTakenError, StateError
from snapshot_crawler.frontier.store import Store

logger = logging.getLogger(__name__)

LINES, ITEMS, DOCUMENT = "lines", "items", "document"  # what a file is made of: see exporters/files.py
COMPRESSED = (".gz", ".zst")
LOOK_BACK = 65_536  # bytes read at once in search of a line's end, by choice: holds some lines of articles


def describe_output(store: Store, path: str, kind: str, *, header: bytes = b"", footer: bytes = b"") -> None:
    """Note what a later run must know to cut the file and close it again. header, footer: what a document has."""
    about = {"kind": kind, "header": base64.b64encode(header).decode(), "footer": base64.b64encode(footer).decode()}
    if store.get_state(f"output/{path}") != about:
        store.set_state(f"output/{path}", about)


def recover_outputs(
    store: Store, claim: Callable[[Path], IO[bytes]], claims: Mapping[str, IO[bytes]], *, stopped_cleanly: bool
) -> int:
    """Recover every output of the job; how many addresses are pending again.

    claims: the files of this run, by path; claim: claims one of an earlier run, as claims.claim does.

    Files that belong to another job by now are left alone. Raises StateError for a document of this run that another
    program has rewritten.
    """
    files = []
    for path in store.output_paths():
        file = WrittenFile(store, path)
        if file.size is None:
            store.reset_output(path)  # moved away or removed: what it held is no loss
        else:
            file.find_last_whole_commit(stopped_cleanly=stopped_cleanly, is_wanted=path in claims)
            files.append(file)
    lost = {batch for file in files for batch in file.lost()}
    while lost:
        for file in files:
            file.keep_before(lost)
        if lost == (lost := {batch for file in files for batch in file.lost()}):
            break
    republished = 0
    for file in files:
        if file.must_be_cut and file.cut(claims.get(file.path), claim):
            republished += len(store.forget_after(file.path, file.kept))
    return republished


class WrittenFile:
    """One output of the job as it lies there. size: None when it is gone, or no regular file."""

    def __init__(self, store: Store, path: str) -> None:
        self.path = path
        about: dict[str, Any] = store.get_state(f"output/{path}") or {}
        is_line_by_line = not path.endswith((*COMPRESSED, ".json", ".xml"))  # of versions that made no note
        self.kind = about.get("kind") or (LINES if is_line_by_line else ITEMS)
        self.header, self.footer = (base64.b64decode(about.get(name, "")) for name in ("header", "footer"))
        self.store = store
        self.last, self.end = store.boundaries(path, most=1)[0]  # the newest commit, and the length that it left
        self.kept = self.last  # the last commit that stays; 0: none
        self.must_be_cut = False
        try:
            info = Path(path).stat()
            self.size = info.st_size if stat.S_ISREG(info.st_mode) else None
        except OSError:
            self.size = None

    @cached_property
    def commits(self) -> list[tuple[int, int]]:
        """(batch, length) of all commits, newest first. Two a second are made: looked at where something is lost."""
        return self.store.boundaries(self.path)

    def lost(self) -> set[int]:
        """The commits that the file no longer holds."""
        if self.kept == self.last:
            return set()
        return {batch for batch, _ in self.commits if batch > self.kept}

    def find_last_whole_commit(self, *, stopped_cleanly: bool, is_wanted: bool) -> None:
        """Set kept, and whether the file must be cut. What somebody appended after a clean stop stays."""
        assert self.size is not None
        end = self.end
        whole_size = end + len(self.footer) if end else len(self.header) + len(self.footer)
        if self.size == whole_size and self._ends_whole(end):
            return
        if stopped_cleanly and self.size > whole_size:
            if self.kind != DOCUMENT:
                return
            if self.footer and not self._continues_with(end, self.footer):
                if is_wanted:
                    raise StateError(
                        f"the output {self.path} was rewritten by another program and cannot be continued. Move it "
                        "away, or write to another file; -a full=1 brings every article there once more."
                    )
                return
        self.must_be_cut = True
        if self.size >= end and self._ends_whole(end):
            return
        whole = (batch for batch, length in self.commits if length <= self.size and self._ends_whole(length))
        self.kept = next(whole, 0)

    def keep_before(self, lost: set[int]) -> None:
        """Give up the first of the lost commits that the file has, and all later ones."""
        mine = [batch for batch, _ in self.commits if batch in lost and batch <= self.kept]
        if mine:
            self.must_be_cut = True
            self.kept = next((batch for batch, _ in self.commits if batch < min(mine)), 0)

    def cut(self, claimed: IO[bytes] | None, claim: Callable[[Path], IO[bytes]]) -> bool:
        """Cut the file to the commit that stays; False when it is another job's by now, which is left alone."""
        length = self.end if self.kept == self.last else dict(self.commits).get(self.kept)
        if length is None:
            length = self._last_line_end() if self.kind == LINES else 0
        with contextlib.ExitStack() as stack:
            try:
                file = claimed or stack.enter_context(claim(Path(self.path)))
            except OutputTakenError as error:
                logger.warning("not recovered: %s", error)
                return False
            file.truncate(length)
            if self.footer:
                file.write(self.footer if length else self.header + self.footer)
            os.fsync(file.fileno())
        return True

    def _ends_whole(self, length: int) -> bool:
        """Whether a line ends at that length; other kinds than lines are trusted to their commits."""
        return length == 0 or self.kind != LINES or self._continues_with(length - 1, b"\n")

    def _continues_with(self, place: int, data: bytes) -> bool:
        with Path(self.path).open("rb") as file:
            file.seek(place)
            return file.read(len(data)) == data

    def _last_line_end(self) -> int:
        """Where the last whole line ends: of a file that was cut into what stood there before the job."""
        end = self.size or 0
        with Path(self.path).open("rb") as file:
            while end > 0:
                begin = max(0, end - LOOK_BACK)
                file.seek(begin)
                if (place := file.read(end - begin).rfind(b"\n")) >= 0:
                    return begin + place + 1
                end = begin
        return 0
