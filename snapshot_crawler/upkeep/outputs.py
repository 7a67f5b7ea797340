"""Committed outputs against the check sums that were committed with them: a file and its commits in, findings out.

One pass: the bytes of each commit are hashed and compared. So a cut of any length, a flipped byte and a removed line
are found, with the commit that they stand in; the line or the record is looked for only where something is wrong.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson
import xxhash

from snapshot_crawler.archive.retention import no_longer_kept
from snapshot_crawler.frontier.output import final_name
from snapshot_crawler.frontier.store import Commit
from snapshot_crawler.pages.files import GZIP
from snapshot_crawler.sums import READ_AT_ONCE, add_range
from snapshot_crawler.upkeep.findings import Finding, Tally

JSON_LINES = (".jsonl", ".jl", ".jsonlines", ".ndjson")
MEMBER = 31  # of zlib: a gzip member
REST = "another program has changed it, or the disk has"


@dataclass(slots=True)
class CommittedOutput:
    """A file of a job. note: what the frontier notes of it, such as a document's footer.

    is_growing: a run is at work; stopped_cleanly: nothing of ours can stand behind the last commit.
    """

    path: Path
    commits: Sequence[Commit]  # oldest first
    note: Mapping[str, Any]
    is_growing: bool = False
    stopped_cleanly: bool = True

    @property
    def end(self) -> int:
        """The committed length."""
        return self.commits[-1].length if self.commits else 0

    def tail(self) -> bytes:
        """What stands behind the committed length of a whole file: a document's footer."""
        parts = [base64.b64decode(self.note.get(name, "")) for name in ("header", "footer")]
        return parts[1] if self.end else b"".join(parts)


def check_output(output: CommittedOutput, tally: Tally) -> Iterator[Finding]:
    """What is wrong with an output, or not proven. Raises OSError for a file that cannot be read."""
    if not output.path.exists():
        if final_name(output.path).name in no_longer_kept(output.path.parent):
            return  # it was old enough (ARCHIVE_KEEP_DAYS, KEEP_RUNS, KEEP_DAYS)
        moved = "it was moved away or removed; the next run of its job forgets it"
        yield Finding(output.path, "", f"missing: {moved}")
        return
    tally.files.add(output.path)
    bad, unproven = [], 0
    with output.path.open("rb", buffering=READ_AT_ONCE) as file:
        start = 0
        for commit in output.commits:
            state = xxhash.xxh3_128()
            taken = add_range(state, file, commit.length - start)
            tally.add(taken)
            if commit.digest is None:
                unproven += commit.length - start
            elif taken < commit.length - start or state.digest() != commit.digest:
                bad.append((start, commit.length))
            start = commit.length
        size = file.seek(0, 2)
        if unproven:
            yield Finding(output.path, "", f"{unproven} bytes are not proven: {OLDER}", is_damage=False)
        yield from _changed(output, bad, file, size)
        yield from _behind(output, file, size)


OLDER = "they were committed by a version that kept no check sums"


def _changed(output: CommittedOutput, bad: list[tuple[int, int]], file: IO[bytes], size: int) -> Iterator[Finding]:
    """Commits whose bytes are not those that were written. Told once for commits in a row."""
    if size < output.end:
        lost = output.end - size
        last = max((commit.length for commit in output.commits if commit.length <= size), default=0)
        yield Finding(
            output.path,
            f"byte {size}",
            f"cut: {lost} bytes are missing at its end; the last commit that is whole ends at byte {last}",
        )
        bad = [(start, end) for start, end in bad if end <= size or _is_broken_before(output, file, start)]
    if not bad:
        return
    start, end = bad[0]
    place, what = _place(output, file, start, end)
    more = f"; {len(bad) - 1} later commits are not as they were written either" if len(bad) > 1 else ""
    yield Finding(output.path, place, what + more)


def _is_broken_before(output: CommittedOutput, file: IO[bytes], start: int) -> bool:
    """Whether lines are broken from there on, besides the last one: something was taken out of the middle."""
    if not output.path.name.removesuffix(".part").endswith(JSON_LINES):
        return False
    file.seek(start)
    lines = file.read().splitlines(keepends=True)
    return (broken := broken_line(lines)) is not None and broken < len(lines) - 1


def _behind(output: CommittedOutput, file: IO[bytes], size: int) -> Iterator[Finding]:
    """What stands behind the last commit."""
    tail = output.tail()
    if output.is_growing or size < output.end:
        return
    file.seek(output.end)
    if size - output.end == len(tail) and file.read(len(tail)) == tail:
        return
    extra = size - output.end - len(tail)
    if tail and extra <= 0:
        yield Finding(output.path, f"byte {output.end}", "its end is damaged: what closes the document is not there")
    elif output.stopped_cleanly:
        what = f"{max(extra, 0)} bytes were written behind the last commit by another program"
        yield Finding(output.path, f"byte {output.end}", what)
    else:
        what = f"a torn tail: a run was killed, and {max(extra, 0)} bytes behind its last commit are nobody's; the "
        yield Finding(output.path, f"byte {output.end}", what + "next run cuts them off, or --repair")


# --- Where in a commit
def _place(output: CommittedOutput, file: IO[bytes], start: int, end: int) -> tuple[str, str]:
    """Where in the bytes of a commit something is wrong, as near as it can be told, and what."""
    file.seek(start)
    data = file.read(end - start)
    name = output.path.name.removesuffix(".part").removesuffix(".open")
    if data.startswith(GZIP) and (member := _broken_member(data)) is not None:
        kind = "record" if name.endswith(".warc.gz") else "part"
        return f"byte {start + member}", f"the {kind} that begins here is damaged: {REST}"
    if name.endswith((*JSON_LINES, ".csv")):
        first = _lines_before(file, start) + 1
        last = first + max(data.count(b"\n") - 1, 0)
        lines = f"lines {first} to {last}" if last > first else f"line {first}"
        if not name.endswith(".csv") and (broken := broken_line(data.splitlines())) is not None:
            return f"line {first + broken}", f"no whole line of JSON any more: {REST}"
        return lines, f"not as written: {REST}"
    return f"bytes {start} to {end}", f"not as written: {REST}"


def _lines_before(file: IO[bytes], place: int) -> int:
    file.seek(0)
    lines = 0
    while place and (data := file.read(min(READ_AT_ONCE, place))):
        lines += data.count(b"\n")
        place -= len(data)
    return lines


def broken_line(lines: list[bytes]) -> int | None:
    """The first line that is no JSON, counted from 0; None when all are."""
    for number, line in enumerate(lines):
        try:
            orjson.loads(line)
        except ValueError:
            return number
    return None


def _broken_member(data: bytes) -> int | None:
    """Where the first gzip member begins that cannot be unpacked; None when all can."""
    place = 0
    while place < len(data):
        member = zlib.decompressobj(MEMBER)
        try:
            member.decompress(data[place:])
        except zlib.error:
            return place
        if not member.eof:
            return place
        place = len(data) - len(member.unused_data)
    return None
