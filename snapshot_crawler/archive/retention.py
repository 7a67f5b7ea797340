"""How long pages are kept: the files of a job in, those that are old enough out; a list says which are gone on purpose.

Asked by jobs/keeping.py once a day, for the setting ARCHIVE_KEEP_DAYS. A file goes as a whole, when all its pages are
old enough: its name says when it was begun, and after a day it was finished (exporters/archive.py).

A record of the output may still name a file that is gone. So that nobody takes it for lost, its name is in REMOVED, in
the job's folder: a line for each file, name and time. The line is written before the file is removed.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from snapshot_crawler.archive.cdxj import index_path, indexed_lines
from snapshot_crawler.archive.places import NAME, archive_folder, files_of, is_unfinished
from snapshot_crawler.archive.sent import remove_object

REMOVED = "removed.txt"
LONGEST_DAY = timedelta(days=1)  # between the beginning of a file and its last page
ORIGINAL = re.compile(rb'"original":"([^"]+)"')


def removable(root: Path, job: str, days: int, now: datetime) -> list[Path]:
    """The finished files whose pages are all older than that, the oldest first. Raises OSError.

    A file stays as long as a revisit in a younger one has its bytes there. With ARCHIVE_KEEP_DAYS such revisits are
    made in the same file alone, so that happens only where the setting is new.
    """
    files = [path for path in files_of(root, job) if not is_unfinished(path)]
    old = [path for path in files if (began := began_at(path)) and began + LONGEST_DAY + timedelta(days=days) <= now]
    if not old:
        return []
    needed = {name for path in files_of(root, job) if path not in old for name in originals(path)}
    while kept := [path for path in old if path.name in needed]:
        old = [path for path in old if path not in kept]
        needed |= {name for path in kept for name in originals(path)}
    return old


def originals(path: Path) -> set[str]:
    """The files in which the bytes of a file's revisits stand. Raises OSError."""
    return {
        name.decode() for line in indexed_lines(path) for name in ORIGINAL.findall(line) if name != path.name.encode()
    }


def began_at(path: Path) -> datetime | None:
    """When a file was begun, by its name; None for one that is none of ours."""
    found = NAME.fullmatch(path.name)
    return datetime.strptime(found["began"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if found else None


def remove(path: Path) -> None:
    """Remove a finished file, here or where it was sent, and its index, and say so in the list. Raises OSError."""
    note_removal(path)
    path.unlink(missing_ok=True)
    remove_object(path)
    index_path(path).unlink(missing_ok=True)


def note_removal(path: Path) -> None:
    """Say in the list of its folder that a file is about to be removed on purpose. Raises OSError."""
    with (path.parent / REMOVED).open("ab") as file:
        file.write(f"{path.name} {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def no_longer_kept(folder: Path) -> dict[str, str]:
    """The names of a folder's files that were removed when they were old enough, and when that was."""
    try:
        lines = (folder / REMOVED).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {name: time for name, _, time in (line.partition(" ") for line in lines) if name}


def was_removed(root: Path, job: str) -> int:
    """How many files of a job are gone so."""
    return len(no_longer_kept(archive_folder(root, job)))
