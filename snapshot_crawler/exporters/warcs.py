"""WARC files in S3-compatible storage (ARCHIVE_BUCKET): finished files go in, registered objects come out.

A run writes its WARC file below DATA_DIR as ever (archive.py). The address that it is to have is noted when it is
begun: ARCHIVE_BUCKET/JOB/DATA_DIR/NAME.warc.gz, with DATA_DIR's name in worker.json, so no two processes write one
object. A finished file is sent; the next commit registers the object, which from then on has the file's commits, with
lengths and check sums, as a finished output of its name. Then the file leaves its note (archive/sent.py), and goes.

So a file is here or there at every moment, and counts once. Whatever a kill leaves between two steps is seen from what
the frontier knows and what lies here; settle() and send_warcs() do the rest.

warc_shipping.py sends in a run; delivery.py does when none is at work, and `scrapy archive send`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snapshot_crawler.archive.places import SENT, SUFFIX, archive_folder
from snapshot_crawler.archive.retention import no_longer_kept
from snapshot_crawler.archive.sent import Sent, note_of, write_note
from snapshot_crawler.bucket import REQUEST_S, S3
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.exporters import parts
from snapshot_crawler.exporters.parts import is_remote
from snapshot_crawler.frontier.output import final_name
from snapshot_crawler.frontier.store import Store
from snapshot_crawler.postgres.worker import worker_name

logger = logging.getLogger(__name__)
SETTING = "ARCHIVE_BUCKET"
TO = "warc_object"  # in the note of an output: the address that the file is to have
NOT_IN_ADDRESS = frozenset("%?#*[] ")


def archive_bucket(settings: Mapping[str, Any]) -> str | None:
    """The setting ARCHIVE_BUCKET; None where the archive stays here. Raises ConfigurationError."""
    address = str(settings.get(SETTING) or "").rstrip("/")
    if address and (not address.startswith(S3) or address == S3.rstrip("/") or NOT_IN_ADDRESS & set(address)):
        raise ConfigurationError(f"{SETTING} is {address!r}; it takes s3://BUCKET/FOLDER, without any of %?#*[] in it")
    return address or None


@dataclass(frozen=True, slots=True)
class Depot:
    """Where the WARC files of one job and DATA_DIR lie. address: the folder there; folder: the one here."""

    address: str
    folder: Path

    @classmethod
    def of(cls, settings: Mapping[str, Any], root: Path, job: str) -> Depot | None:
        """None where ARCHIVE_BUCKET is not set. Raises ConfigurationError."""
        bucket = archive_bucket(settings)
        if bucket is None:
            return None
        return cls(f"{bucket}/{job}/{worker_name(root)}", archive_folder(root, job).resolve())

    def object_of(self, path: Path) -> str:
        """The address that a file is to have. path: finished or not."""
        return f"{self.address}/{final_name(path).name}"


def registered_warcs(store: Store) -> list[str]:
    """The addresses of the objects of a job's archive."""
    return [name for name in store.finished_paths() if is_remote(name) and name.endswith(SUFFIX)]


def path_of(address: str, folder: Path) -> Path:
    """The name that an object had here. folder: of the job's archive."""
    return folder / address.rpartition("/")[2]


def finished_here(store: Store) -> dict[str, Path]:
    """The job's WARC files that are finished and lie here, by the names that the frontier has for them."""
    names = [name for name in (*store.output_paths(), *store.finished_paths()) if not is_remote(name)]
    found = {name: final_name(Path(name)) for name in names if SUFFIX in Path(name).name}
    return {name: path for name, path in found.items() if path.is_file() and _is_as_committed(store, name, path)}


def _is_as_committed(store: Store, name: str, path: Path) -> bool:
    commits = store.commits(name)
    return bool(commits) and path.stat().st_size == commits[-1].length


def unsent(store: Store) -> dict[str, tuple[Path, str]]:
    """The finished files that are to be sent: path and address, by the frontier's name."""
    found = {}
    for name, path in finished_here(store).items():
        if address := (store.get_state(f"output/{name}") or {}).get(TO):
            found[name] = path, str(address)
    return found


def register(store: Store, name: str, address: str) -> None:
    """The object counts from the next commit on, in the place of the file."""
    if name in store.finished_paths():  # an earlier run's
        store.reopen_output(name)
    store.finish_output(name, address)


def leave(store: Store, address: str, folder: Path) -> None:
    """A registered object's file leaves its note, and goes. Raises OSError."""
    path = path_of(address, folder)
    write_note(path, Sent(address, store.commits(address)[-1].length))
    path.unlink(missing_ok=True)


def settle(store: Store, folder: Path) -> None:
    """Do what a kill has left undone: registered objects have their notes, and no file here.

    Those that ARCHIVE_KEEP_DAYS has removed are forgotten. Written with the next commit. Raises OSError.
    """
    addresses = registered_warcs(store)
    if not addresses:
        return
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    gone = no_longer_kept(folder)
    for address in addresses:
        path = path_of(address, folder)
        if path.name in gone:
            store.drop_finished(address)
            store.forget_pages(str(path))
        elif path.name in there or path.name + SENT not in there or not _is_noted(path, address):
            leave(store, address, folder)


def _is_noted(path: Path, address: str) -> bool:
    try:
        sent = note_of(path)
    except OSError:  # damaged
        return False
    return sent is not None and sent.object == address


def remove_unregistered(store: Store, depot: Depot) -> int:
    """Remove this job's and DATA_DIR's objects that do not count; how many.

    One that has left its note here was registered once. A frontier that does not know it was brought back from a
    backup, and lines of outputs that it does not know either may name the object: it stays.
    Raises OutputError where the storage does not answer.
    """
    known = {*registered_warcs(store), *(address for _, address in unsent(store).values())}
    known |= {depot.object_of(path.with_suffix("")) for path in depot.folder.glob(f"*{SUFFIX}{SENT}")}
    return len(parts.remove_strange(depot.address, "", known))


def send_warcs(store: Store, folder: Path, is_over: Callable[[], bool], request_s: float = REQUEST_S) -> int:
    """Send a job's files that are to be sent, and settle; how many. No run is at work. Raises our errors, OSError."""
    sent = unsent(store)
    for name, (path, address) in sent.items():
        parts.send(str(path), address, is_over, request_s=request_s)
        register(store, name, address)
        store.commit({})
        leave(store, address, folder)
    settle(store, folder)
    store.commit({})
    return len(sent)
