"""Where the archive lies: below DATA_DIR, archive/JOB/NAME.warc.gz, and NAME.cdxj beside each file that is finished.

A file that is still written to is called NAME.warc.gz.open. One that was sent to S3-compatible storage has left the
note NAME.warc.gz.sent (sent.py). Records of the output name the finished file from the beginning, and so does everybody
here: whoever opens one asks sent.opened() or sent.bytes_at(), which know all three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

FOLDER = "archive"
SUFFIX = ".warc.gz"
UNFINISHED = ".open"
SENT = ".sent"  # of the note that a file leaves
NAME = re.compile(r"(?P<job>.+)-(?P<began>\d{8}T\d{6}Z)-(?P<number>\d{5,})\.warc\.gz")


def archive_folder(root: Path, job: str) -> Path:
    """Where a job's files lie. root: the DATA_DIR."""
    return root / FOLDER / job


def new_name(job: str, began: datetime, number: int) -> str:
    """The name of a file when it is finished. began: UTC. number: no other file of the job has it."""
    return f"{job}-{began:%Y%m%dT%H%M%SZ}-{number:05d}{SUFFIX}"


def number_of(path: Path) -> int:
    """The number in a file's name; 0 for a file that is none of ours."""
    found = NAME.fullmatch(finished_path(path).name.removesuffix(SENT))
    return int(found["number"]) if found else 0


def unfinished_of(folder: Path) -> list[Path]:
    """The files of a job that are not finished, in the order of their names."""
    return sorted(folder.glob(f"*{SUFFIX}{UNFINISHED}"))


def finished_path(path: Path) -> Path:
    """The name that a file has once nothing more is written to it."""
    return path.with_name(path.name.removesuffix(UNFINISHED))


def note_path(path: Path) -> Path:
    """Where a file that was sent away has left its note."""
    return path.with_name(finished_path(path).name + SENT)


def is_kept(path: Path) -> bool:
    """Whether the file of that finished name is there: here, finished or not, or in S3-compatible storage."""
    return path.is_file() or path.with_name(path.name + UNFINISHED).is_file() or note_path(path).is_file()


def is_unfinished(path: Path) -> bool:
    """Whether more may be written to a file."""
    return path.name.endswith(UNFINISHED)


def jobs_with_archive(root: Path) -> list[str]:
    """The jobs that have an archive, sorted."""
    folder = root / FOLDER
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def files_of(root: Path, job: str) -> Iterator[Path]:
    """A job's files in the order in which they were begun: unfinished ones under their names now, and those that were
    sent away under the names that they had here."""
    folder = archive_folder(root, job)
    found = {finished_path(path).name: path for path in folder.glob(f"*{SUFFIX}{UNFINISHED}")}
    found |= {path.name.removesuffix(SENT): path.with_suffix("") for path in folder.glob(f"*{SUFFIX}{SENT}")}
    found |= {path.name: path for path in folder.glob(f"*{SUFFIX}")}
    return (path for _, path in sorted(found.items()))
