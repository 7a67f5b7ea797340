"""Databases below a DATA_DIR against their seals, and what SQLite says of their structure: paths in, findings out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from snapshot_crawler.block_sums import BLOCK, damaged_blocks, has_sums, sums_path
from snapshot_crawler.seal import ReadSeal, SealState, is_in_use, read_seal, seal_path, wal_path
from snapshot_crawler.sqlite_still import complaints, layout_of
from snapshot_crawler.upkeep.findings import Finding, Tally

SUFFIX = ".sqlite"
FRONTIERS = "frontier"
LOOKS, LOOK_AGAIN_S = 5, 0.3  # by choice: one look falls between two writes
MOST_PLACES = 3  # told of a damaged database, by choice
SEALED_SINCE = 4  # the layout of the frontier from which on every one has a seal


def databases_below(root: Path) -> list[Path]:
    """The databases, and those of which only the seal is left, sorted."""
    found = set(root.rglob(f"*{SUFFIX}"))
    found |= {path.with_suffix("") for path in root.rglob(f"*{SUFFIX}.seal")}
    return sorted(path for path in found if path.is_file() or not path.exists())


def check_database(path: Path, tally: Tally) -> Iterator[Finding]:
    """What is wrong with a database, or not proven. Raises OSError for one that cannot be read."""
    if not path.exists():
        yield Finding(path, "", "missing: only its seal is left")
        return
    tally.files.add(path)
    seal, in_use = read_seal(path), is_in_use(path)
    if seal.state == SealState.DAMAGED and not in_use:
        yield Finding(seal_path(path), "", "this seal is damaged, so it proves nothing of its database")
    if seal.state == SealState.CLOSED and not in_use and not _has_log(path):
        yield from _compare(path, seal, tally)
        return
    if (said := _settled_complaints(path)) is not None:
        yield Finding(path, "", f"damaged: {said}")
    elif not in_use:
        yield from _not_proven(path, seal.state)
    tally.add(path.stat().st_size)


def _compare(path: Path, seal: ReadSeal, tally: Tally) -> Iterator[Finding]:
    """What is not as the seal says."""
    whole = seal.whole_now(path)
    tally.add(whole.size)
    are_sums_whole = seal.has_sums and has_sums(path, seal.whole)
    if is_in_use(path):  # a writer has opened it meanwhile
        return
    if whole == seal.whole:
        if seal.has_sums and not are_sums_whole:
            yield Finding(sums_path(path), "", "not the sums of its database's pages; the next run makes them anew")
        return
    if whole.size != seal.whole.size:
        place, what = (
            min(whole.size, seal.whole.size),
            f"it has {whole.size} bytes; it was closed with {seal.whole.size}",
        )
        yield Finding(path, f"byte {place}", what)
        return
    places = [number * BLOCK for number in damaged_blocks(path, MOST_PLACES)] if are_sums_whole else []
    if read_seal(path) != seal:  # it was opened and closed again
        return
    where = f"byte {', '.join(map(str, places))}" if places else ""
    said = complaints(path)
    what = "a byte was changed since it was closed" + (f"; SQLite says: {said}" if said else "")
    yield Finding(path, where, f"{f'in the {BLOCK} bytes from there ' if places else ''}{what}")


def _not_proven(path: Path, state: SealState) -> Iterator[Finding]:
    """A database without a closed seal whose structure is whole."""
    if state == SealState.NONE and path.parent.name == FRONTIERS and layout_of(path) >= SEALED_SINCE:
        yield Finding(seal_path(path), "", "missing: the seal of a frontier")
        return
    why = {
        SealState.NONE: "it has no seal, as the library, and what an earlier version wrote",
        SealState.OPEN: "its last writer was killed",
        SealState.CLOSED: "another program has left a log beside it",
        SealState.DAMAGED: "see its seal",
    }[state]
    yield Finding(path, "", f"its structure is whole, its values are not proven: {why}", is_damage=False)


def _settled_complaints(path: Path) -> str | None:
    """What SQLite finds wrong; asked again where somebody wrote to the files meanwhile, whose parts then do not fit."""
    for _ in range(LOOKS):
        before = _stats(path)
        if (said := complaints(path)) is None or before == _stats(path):
            return said
        time.sleep(LOOK_AGAIN_S)
    return None


def _stats(path: Path) -> list[tuple[int, int]]:
    found = [each.stat() for each in (path, wal_path(path)) if each.exists()]
    return [(info.st_size, info.st_mtime_ns) for info in found]


def _has_log(path: Path) -> bool:
    wal = wal_path(path)
    return wal.exists() and wal.stat().st_size > 0
