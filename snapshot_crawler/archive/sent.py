"""Where a WARC file lies, and its bytes: a path of the archive in; an open file, or the bytes of one record, out.

Everything that opens a file of the archive does it here. A finished file may have been sent to S3-compatible storage
(exporters/warcs.py). Then NAME.warc.gz.sent stands in its place and says where it is: {"object": "s3://...",
"bytes": N}. One record is read from there by a ranged read; whoever wants the whole file gets it as a temporary one.

The file is removed here after the note was written, so one of the two is found at every moment.
"""

from __future__ import annotations

import functools
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from snapshot_crawler.archive.places import UNFINISHED, is_unfinished, note_path
from snapshot_crawler.bucket import WHOLE_S, Bucket, split
from snapshot_crawler.durable import write
from snapshot_crawler.exceptions import ConfigurationError, ExitCode, OutputError, SnapshotCrawlerError

READ_S = 5.0  # for how long a read of one record is tried again, by choice: a reader of the portal waits for it
AWAY_S = 30.0  # after that in vain, nothing more is asked of that storage for so long: few threads wait, not all


class ArchiveAwayError(SnapshotCrawlerError, OSError):
    """A file of the archive lies in S3-compatible storage, and that does not answer, or cannot be asked."""

    exit_code = ExitCode.OUTPUT_FAILED


@dataclass(frozen=True, slots=True)
class Sent:
    """What a file has left. object: its address; bytes: its length."""

    object: str
    bytes: int


def note_of(path: Path) -> Sent | None:
    """The note of a file that was sent away; None where there is none. Raises OSError for one that is damaged."""
    note = note_path(path)
    try:
        told = json.loads(note.read_bytes())
        return Sent(str(told["object"]), int(told["bytes"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise OSError(f"{note} does not say where the file lies; the next run of its job writes it anew") from error


def write_note(path: Path, sent: Sent) -> None:
    """Leave a note in a file's place, durably. Raises OSError."""
    write(note_path(path), json.dumps(asdict(sent)).encode())


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """A file, whole, to be read. Raises OSError; FileNotFoundError where it is nowhere."""
    if (file := _opened_here(path)) is not None:
        with file:
            yield file
        return
    sent = _noted(path)
    with tempfile.TemporaryFile() as file:
        try:
            folder, name = split(sent.object)
            Bucket(folder, request_s=WHOLE_S).copy_to(name, file)
        except (OutputError, ConfigurationError) as error:
            raise ArchiveAwayError(f"{path}: {error}") from error
        file.seek(0)
        yield file


def bytes_at(path: Path, offset: int, length: int) -> bytes:
    """The bytes at a place of a file; fewer where it ends before. Raises OSError."""
    if (file := _opened_here(path)) is not None:
        with file:
            file.seek(offset)
            return file.read(length)
    sent = _noted(path)
    length = min(length, sent.bytes - offset)
    if length <= 0:
        return b""
    try:
        folder, name = split(sent.object)
        return storage_of(folder).fetch_range(name, offset, length)
    except (OutputError, ConfigurationError) as error:
        raise ArchiveAwayError(f"{path}: {error}") from error


def size_of(path: Path) -> int:
    """A file's length. Raises OSError."""
    if (file := _opened_here(path)) is not None:
        with file:
            return file.seek(0, 2)
    return _noted(path).bytes


def remove_object(path: Path) -> None:
    """Remove the object of a file that was sent away, then its note; nothing happens where there is none.

    Raises OSError; ArchiveAwayError leaves the note.
    """
    if (sent := note_of(path)) is None:
        return
    try:
        folder, name = split(sent.object)
        Bucket(folder).remove(name)
    except (OutputError, ConfigurationError) as error:
        raise ArchiveAwayError(f"{path}: {error}") from error
    note_path(path).unlink(missing_ok=True)


def _opened_here(path: Path) -> IO[bytes] | None:
    """The file, opened below DATA_DIR; None where it was sent away. It may get its name, or go, between two looks."""
    unfinished = path if is_unfinished(path) else path.with_name(path.name + UNFINISHED)
    finished = unfinished.with_suffix("")
    for each in (path, unfinished, finished):
        try:
            return each.open("rb")
        except FileNotFoundError:
            continue
    return None


def _noted(path: Path) -> Sent:
    sent = note_of(path)
    if sent is None:
        path.open("rb").close()  # raises the error that says so
        raise FileNotFoundError(str(path))
    return sent


class Storage:
    """A folder of objects of which single records are read. After a read in vain the next ones fail at once."""

    def __init__(self, folder: str) -> None:
        """Raises ConfigurationError."""
        self.bucket, self.not_before = Bucket(folder, longest_s=READ_S), 0.0

    def fetch_range(self, name: str, start: int, length: int) -> bytes:
        """See Bucket."""
        if time.monotonic() < self.not_before:
            raise OutputError(f"{self.bucket.address} did not answer; it is asked again after {AWAY_S:.0f} s")
        try:
            return self.bucket.fetch_range(name, start, length)
        except OutputError:
            self.not_before = time.monotonic() + AWAY_S
            raise


@functools.lru_cache(maxsize=16)  # each has connections; by choice: some jobs on some machines
def storage_of(folder: str) -> Storage:
    """The storage of a folder. Raises ConfigurationError."""
    return Storage(folder)
