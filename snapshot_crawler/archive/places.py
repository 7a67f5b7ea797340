"""Where the archive lies: below DATA_DIR, archive/JOB/NAME.warc.gz, and NAME.cdxj beside each file that is finished.

A file that is still written to is called NAME.warc.gz.open. Records of the output name the finished file from the
beginning; whoever opens one asks opened_path().
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

FOLDER = "archive"
SUFFIX = ".warc.gz"
UNFINISHED = ".open"
NAME = re.compile(r"(?P<job>.+)-(?P<began>\d{8}T\d{6}Z)-(?P<number>\d{5,})\.warc\.gz")


def archive_folder(root: Path, job: str) -> Path:
    """Where a job's files lie. root: the DATA_DIR."""
    return root / FOLDER / job


def new_name(job: str, began: datetime, number: int) -> str:
    """The name of a file when it is finished. began: UTC. number: no other file of the job has it."""
    return f"{job}-{began:%Y%m%dT%H%M%SZ}-{number:05d}{SUFFIX}"


def number_of(path: Path) -> int:
    """The number in a file's name; 0 for a file that is none of ours."""
    found = NAME.fullmatch(finished_path(path).name)
    return int(found["number"]) if found else 0


def unfinished_of(folder: Path) -> list[Path]:
    """The files of a job that are not finished, in the order of their names."""
    return sorted(folder.glob(f"*{SUFFIX}{UNFINISHED}"))


def finished_path(path: Path) -> Path:
    """The name that a file has once nothing more is written to it."""
    return path.with_name(path.name.removesuffix(UNFINISHED))


def opened_path(path: Path) -> Path:
    """Where the file of that finished name lies now: there, or under its unfinished name; perhaps in neither place."""
    unfinished = path.with_name(path.name + UNFINISHED)
    return unfinished if not path.exists() and unfinished.exists() else path


def is_unfinished(path: Path) -> bool:
    """Whether more may be written to a file."""
    return path.name.endswith(UNFINISHED)


def jobs_with_archive(root: Path) -> list[str]:
    """The jobs that have an archive, sorted."""
    folder = root / FOLDER
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def files_of(root: Path, job: str) -> Iterator[Path]:
    """A job's files in the order in which they were begun, unfinished ones too."""
    folder = archive_folder(root, job)
    found = [*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{SUFFIX}{UNFINISHED}")]
    return iter(sorted(found, key=lambda path: finished_path(path).name))
