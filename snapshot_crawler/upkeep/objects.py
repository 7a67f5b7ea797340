"""A job's objects in S3-compatible storage, fetched one after the other: verify and take-downs.

They are parts of outputs (exporters/parts.py) and files of the archive (exporters/warcs.py).

Each is fetched into the system's folder for temporary files, looked at there, and removed. An object is rewritten by
its new commits first and its new bytes after: a take-down that was killed in between is completed by the same command.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snapshot_crawler import bucket
from snapshot_crawler.archive.places import SENT, note_path
from snapshot_crawler.archive.places import SUFFIX as WARC
from snapshot_crawler.archive.retention import no_longer_kept
from snapshot_crawler.archive.sent import note_of
from snapshot_crawler.bucket import Bucket, split
from snapshot_crawler.exceptions import ConfigurationError, OutputError
from snapshot_crawler.exporters.parts import OBJECT
from snapshot_crawler.exporters.warcs import TO, path_of, registered_warcs
from snapshot_crawler.frontier.recovery import rewritten_path
from snapshot_crawler.frontier.store import Store
from snapshot_crawler.upkeep import pages
from snapshot_crawler.upkeep.findings import Finding, Tally
from snapshot_crawler.upkeep.formats import Record
from snapshot_crawler.upkeep.outputs import CommittedOutput, check_output
from snapshot_crawler.upkeep.rewriting import RecordFile


@dataclass(frozen=True, slots=True)
class Fetched:
    """An object's address, and its bytes as a file."""

    address: str
    path: Path


@contextmanager
def fetched(address: str) -> Iterator[Fetched]:
    """An object. Raises FileNotFoundError, OutputError, ConfigurationError."""
    with bucket.fetched(address) as path:
        yield Fetched(address, path)


def check_object(store: Store, address: str, tally: Tally) -> Iterator[Finding]:
    """What is wrong with an object, or not proven."""
    place = Path(address)
    try:
        with fetched(address) as there:
            output = CommittedOutput(there.path, store.commits(address), store.get_state(f"output/{address}") or {})
            for finding in check_output(output, tally):
                yield Finding(place, finding.place, finding.what, is_damage=finding.is_damage)
    except FileNotFoundError:
        yield Finding(place, "", "missing: it was removed from the bucket")
    except (OutputError, ConfigurationError) as error:
        yield Finding(place, "", f"not proven: {error}", is_damage=False)


def check_warc(store: Store, address: str, folder: Path, tally: Tally) -> Iterator[Finding]:
    """What is wrong with an object of the archive, or with its note. folder: of the job's archive."""
    path = path_of(address, folder)
    if path.name in no_longer_kept(folder):
        return  # it was old enough (ARCHIVE_KEEP_DAYS)
    try:
        sent = note_of(path)
        what = "" if sent is not None else "missing"
        if sent is not None and sent.object != address:
            what = f"it names {sent.object}, and the frontier {address}"
    except OSError as error:
        what = str(error)
    if what and not path.is_file():
        yield Finding(note_path(path), "", f"{what}: so nobody finds the file; the next run writes it, or --repair")
    yield from check_object(store, address, tally)


def check_notes(store: Store, folder: Path) -> Iterator[Finding]:
    """The files that were sent away and that the frontier does not know. folder: of the job's archive."""
    known = {path_of(address, folder).name for address in registered_warcs(store)}
    for note in sorted(folder.glob(f"*{WARC}{SENT}")):
        if note.name.removesuffix(SENT) not in known:
            what = "not proven: the frontier does not know the object; it was brought back from a backup, or made anew"
            yield Finding(note, "", what, is_damage=False)


def records_of(store: Store, address: str) -> Iterator[Record]:
    """All records of an object. Raises as fetched(), and UnknownFormatError."""
    with fetched(address) as there:
        yield from _file(store, there).records()


def rewrite_object(store: Store, address: str, is_meant: Callable[[Record], bool]) -> list[Record]:
    """Take the records that are meant out of an object; those. Raises as fetched(), and UnknownFormatError."""
    with fetched(address) as there:
        new = there.path.with_name(f"{there.path.name}.rewritten")
        with new.open("wb") as out:
            done = _file(store, there).write_without(is_meant, out)
            out.flush()
            os.fsync(out.fileno())
        if done.gone:
            store.recount(address, done.commits)
            store.commit({})
            folder, name = split(address)
            Bucket(folder).put(name, new)
    return done.gone


def rewrite_warc(store: Store | None, path: Path, members: Sequence[pages.Member], gone: set[int], day: str) -> None:
    """Take records out of an object of the archive. path: its name here. store: None where the job has no frontier.

    Raises as fetched().
    """
    sent = note_of(path)
    if sent is None:
        raise FileNotFoundError(str(path))
    folder, name = split(sent.object)
    with fetched(sent.object) as there:
        pages.write_without(there.path, members, gone, day)
        if store is not None and (commits := store.commits(sent.object)):
            store.recount(sent.object, pages.recounted(there.path, commits))
            store.commit({})
        Bucket(folder).put(name, rewritten_path(there.path))


def remove_unregistered(note: Mapping[str, Any]) -> None:
    """Remove the object that a file was perhaps sent to, and that does not count yet: the file was rewritten.

    note: of the output. Raises OutputError, ConfigurationError.
    """
    if address := note.get(OBJECT) or note.get(TO):
        folder, name = split(str(address))
        Bucket(folder).remove(name)


def _file(store: Store, there: Fetched) -> RecordFile:
    return RecordFile(there.path, store.commits(there.address), store.get_state(f"output/{there.address}") or {})
