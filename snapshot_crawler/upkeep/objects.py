"""A job's objects in S3-compatible storage (exporters/parts.py), fetched one after the other: verify and take-downs.

Each is fetched into the system's folder for temporary files, looked at there, and removed. An object is rewritten by
its new commits first and its new bytes after: a take-down that was killed in between is completed by the same command.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from snapshot_crawler.bucket import Bucket
from snapshot_crawler.exceptions import ConfigurationError, OutputError
from snapshot_crawler.exporters.parts import split
from snapshot_crawler.frontier.store import Store
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
    folder, name = split(address)
    with tempfile.TemporaryDirectory() as here:
        path = Path(here) / name
        Bucket(folder).fetch(name, path)
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


def _file(store: Store, there: Fetched) -> RecordFile:
    return RecordFile(there.path, store.commits(there.address), store.get_state(f"output/{there.address}") or {})
