"""Outputs in S3-compatible storage (-o s3://BUCKET/FOLDER/NAME.jsonl): committed parts go in, whole objects come out.

A run writes its articles to parts, DATA_DIR/outgoing/JOB/*.part. A part takes part in commits as every output does, and
a killed run's is cut to its last commit by the next start. It ends after BUCKET_PART_ARTICLES or BUCKET_PART_SECONDS,
or with the run. Then nothing is added to it, and it is sent as one object, s3://BUCKET/FOLDER/NAME/PART.jsonl. The next
commit registers the object: from then on it has the part's commits, with lengths and check sums, as a finished output
of its name, and the part is removed.

So an object holds nothing but committed articles. One whose commit did not come (a kill in between) is sent once more,
the same bytes under the same name. What the frontier knows nothing of (the database was brought back from a backup) is
removed by the next start on the DATA_DIR, since its articles are fetched again.

shipping.py sends in a run; delivery.py does when none is at work.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from snapshot_crawler.archive.places import SUFFIX as WARC
from snapshot_crawler.bucket import REQUEST_S, S3, Bucket, split
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.exporters.compression import PLUGIN_OF_SUFFIX
from snapshot_crawler.frontier.store import Store
from snapshot_crawler.postgres.worker import worker_name

logger = logging.getLogger(__name__)
FOLDER = "outgoing"  # below DATA_DIR
UNFINISHED = ".part"
OBJECT = "object"  # in the note of an output: the address that the part is to have
ARTICLES, SECONDS = "BUCKET_PART_ARTICLES", "BUCKET_PART_SECONDS"  # the settings, in settings.py with their reasons
FORMATS = ("jsonl", "jl", "jsonlines", "csv")  # those that are only appended to
STOPPED_S = 10.0  # for how long an upload is tried again: a run is to end within 30 s of a SIGTERM


def is_remote(name: str) -> bool:
    """Whether an output of the frontier is an object."""
    return name.startswith(S3)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parts of one output go. asked: as -o names it; prefix: of the names of this job and DATA_DIR."""

    asked: str
    spool: Path
    prefix: str
    suffix: str

    @classmethod
    def of(cls, asked: str, root: Path, job: str) -> Place:
        """Raises ConfigurationError for a format that cannot be sent in parts."""
        name = asked.rpartition("/")[2]
        compression = Path(name).suffix if Path(name).suffix in PLUGIN_OF_SUFFIX else ""
        form = Path(name.removesuffix(compression)).suffix
        if form.removeprefix(".") not in FORMATS or "%" in asked or asked.count("/") < len("s3://b/n".split("/")) - 1:
            raise ConfigurationError(
                f"the output {asked} cannot be written in parts: name it s3://BUCKET/NAME.jsonl, or .csv, with .gz or "
                ".zst behind it if you like, and no % in it"
            )
        job_word = blake2b(job.encode(), digest_size=4).hexdigest()
        return cls(asked, root.resolve() / FOLDER / job, f"{worker_name(root)}-{job_word}-", form + compression)

    @property
    def address(self) -> str:
        """The folder of the objects."""
        return self.asked.removesuffix(self.suffix)

    def template(self) -> str:
        """The path of this run's parts; Scrapy puts in the number."""
        began = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        path = str(self.spool / f"{self.prefix}{began}").replace("%", "%%")
        return f"{path}-%(batch_id)05d{self.suffix}{UNFINISHED}"

    def object_of(self, part: Path) -> str:
        """The address that a part is to have."""
        return f"{self.address}/{part.name.removesuffix(UNFINISHED)}"


def waiting(store: Store) -> dict[str, str]:
    """The parts of a job that are not registered: path to the address of the object."""
    found = {}
    for path in store.output_paths():
        note = store.get_state(f"output/{path}") or {}
        if address := note.get(OBJECT):
            found[path] = str(address)
    return found


def registered(store: Store) -> list[str]:
    """The addresses of a job's objects, without those of its archive (warcs.py)."""
    return [name for name in store.finished_paths() if is_remote(name) and not name.endswith(WARC)]


def is_complete(store: Store, path: str) -> bool:
    """Whether a part is as its last commit left it."""
    commits = store.boundaries(path, most=1)
    return bool(commits) and Path(path).is_file() and Path(path).stat().st_size == commits[0][1]


def send(path: str, address: str, is_over: Callable[[], bool], *, request_s: float = REQUEST_S) -> None:
    """Send a file. is_over: asked on the way whether to give up. Raises OutputError, ConfigurationError."""
    folder, name = split(address)
    Bucket(folder, longest_s=STOPPED_S, request_s=request_s).put(name, Path(path), is_over)


def register(store: Store, path: str, address: str) -> None:
    """The object counts from the next commit on, in the place of the part."""
    store.finish_output(path, address)


# --- Between runs
def send_parts(store: Store, folder: Path, is_over: Callable[[], bool], request_s: float) -> int:
    """Send a job's parts that are complete and not registered; how many. folder: of the parts. Raises our errors."""
    sent = 0
    for path, address in waiting(store).items():
        if is_complete(store, path):
            if Path(path).stat().st_size:
                send(path, address, is_over, request_s=request_s)
                register(store, path, address)
                sent += 1
            else:
                store.reset_output(path)
            store.commit({})
    remove_strays(store, folder)
    return sent


def remove_strays(store: Store, folder: Path) -> None:
    """Remove the files of a job's spool that no commit knows (any more)."""
    known = set(waiting(store))
    for path in folder.glob(f"*{UNFINISHED}"):
        if str(path) not in known:
            path.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()


def remove_unregistered(store: Store, place: Place) -> int:
    """Remove this job's and DATA_DIR's objects that do not count; how many. Raises OutputError where the storage does
    not answer."""
    return len(remove_strange(place.address, place.prefix, {*registered(store), *waiting(store).values()}))


def remove_strange(folder: str, prefix: str, known: set[str]) -> list[str]:
    """Remove the objects of a folder whose names begin so and that are not known; their addresses."""
    bucket = Bucket(folder)
    strange = [name for name in bucket.names(prefix) if f"{folder}/{name}" not in known]
    for name in strange:
        logger.warning("%s/%s is removed: no commit has registered it", folder, name)
        bucket.remove(name)
    return [f"{folder}/{name}" for name in strange]


def others(root: Path, job: str) -> Iterator[str]:
    """The other jobs of a DATA_DIR that have parts."""
    folder = root / FOLDER
    yield from sorted(path.name for path in folder.iterdir() if path.name != job) if folder.is_dir() else ()
