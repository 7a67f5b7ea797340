"""Run reports, histories of drift and the files that a report vouches for: paths in, findings out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from snapshot_crawler.archive.cdxj import lines_of
from snapshot_crawler.archive.places import FOLDER as ARCHIVE
from snapshot_crawler.archive.places import SUFFIX, is_kept
from snapshot_crawler.archive.retention import no_longer_kept
from snapshot_crawler.checked import is_whole
from snapshot_crawler.sums import sum_of_file
from snapshot_crawler.upkeep.findings import Finding, Tally

INDEX = ".cdxj"
FOLDERS = ("runs", "drift", "takedown")
VOUCHED = ("rejected", "duplicates", "quarantine")  # folders of files that take part in no commit


def documents_below(root: Path) -> list[Path]:
    """Reports and histories, sorted."""
    found = [path for folder in FOLDERS for path in (root / folder).glob("*.json")]
    return sorted([*found, *root.glob("tombstones.json")])


def vouched_below(root: Path) -> list[Path]:
    """The files of what was left out, and the indexes of archives, sorted."""
    found = [path for folder in VOUCHED for path in (root / folder).glob("*/*.jsonl")]
    return sorted([*found, *(root / ARCHIVE).glob(f"*/*{INDEX}")])


def check_document(path: Path, tally: Tally, vouchers: dict[str, dict[str, Any]]) -> Iterator[Finding]:
    """What is wrong with a document. vouchers: gets what a whole report says of other files, by path below DATA_DIR."""
    text = path.read_bytes()
    tally.files.add(path)
    tally.add(len(text))
    try:
        value = json.loads(text)
    except ValueError as error:
        yield Finding(path, "", f"damaged: {error}")
        return
    whole = is_whole(text)
    if whole is None:
        why = "an earlier version wrote it, or its check sum is gone"
        yield Finding(path, "", f"not proven: {why}", is_damage=False)
    elif not whole:
        yield Finding(path, "", "not as written: its check sum does not fit")
    elif isinstance(value, dict):
        vouchers.update(value.get("files") or {})


def check_vouched(
    root: Path, vouchers: dict[str, dict[str, Any]], running: set[str], tally: Tally
) -> Iterator[Finding]:
    """Files of what was left out against the reports of their runs.

    vouchers: from all reports, length and check sum by path below root. running: jobs that are being crawled.
    """
    for path in vouched_below(root):
        name = str(path.relative_to(root))
        if path.parent.name in running and name not in vouchers:
            continue
        size, digest = sum_of_file(path)
        tally.files.add(path)
        tally.add(size)
        told = vouchers.get(name)
        if path.suffix == INDEX and (told is None or (size, digest.hex()) != (told["bytes"], told["check_sum"])):
            yield from _check_index(path)  # it can be made again, so it proves itself
        elif told is None:
            why = "the report of its run does not name it: the run was killed, or an earlier version wrote it"
            yield Finding(path, "", f"not proven: {why}", is_damage=False)
            yield from _torn_line(path)
        elif size < told["bytes"]:
            yield Finding(path, f"byte {size}", f"cut: it had {told['bytes']} bytes at the end of its run")
        elif (size, digest.hex()) != (told["bytes"], told["check_sum"]):
            yield Finding(path, "", "not as its run left it")
    for name in sorted(vouchers):
        path = root / name
        if not path.exists() and path.name not in no_longer_kept(path.parent):
            yield Finding(path, "", "removed since its run; nothing else depends on it", is_damage=False)


def _check_index(path: Path) -> Iterator[Finding]:
    """An index against the file that it is of. A file that is missing is told elsewhere."""
    warc = path.with_suffix(SUFFIX)
    try:
        if is_kept(warc) and path.read_bytes() != b"".join(sorted(lines_of(warc))):
            yield Finding(path, "", "not the index of its WARC file; remove it, and it is made again")
    except FileNotFoundError:
        return
    except OSError as error:  # of the file, or of the storage that it was sent to
        yield Finding(path, "", f"not proven: its WARC file cannot be read: {error}", is_damage=False)


def _torn_line(path: Path) -> Iterator[Finding]:
    """The first line that is no JSON, in a file that nobody vouches for."""
    for number, line in enumerate(path.read_bytes().splitlines(keepends=True), 1):
        try:
            json.loads(line)
        except ValueError:
            yield Finding(path, f"line {number}", "no whole line of JSON", is_damage=line.endswith(b"\n"))
            return
