"""Which files hold published articles, and how far they are committed: a DATA_DIR in, its outputs out. Reads only.

A run's own file that has its final name is committed as it stands. Of all others (own files that are being written,
files of -o wherever they lie) the frontier of the job says how long they are; nothing behind that length is read.

Objects in S3-compatible storage (exporters/parts.py) are committed as they stand, too. Where machines share a database,
it knows the objects of all of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snapshot_crawler.bucket import REQUEST_S, fetched
from snapshot_crawler.exceptions import ConfigurationError, ExitCode, OutputError, SnapshotCrawlerError
from snapshot_crawler.exporters.parts import FOLDER as OUTGOING
from snapshot_crawler.frontier.recovery import placed
from snapshot_crawler.frontier.store import Frontiers, frontiers_of

UNFINISHED = ".part"
ASKED_AGAIN_S = 4.0  # a job whose known outputs are as they were; with a round each 2 s a new one is met within 6 s
ARCHIVE = (".warc", ".warc.gz")
FETCH_S = 10.0  # for how long the fetch of an object is tried again, by choice: take-downs wait for the library
ALSO = "LIBRARY_ALSO"  # the setting: DATA_DIRs of other machines, as they are mounted or copied here


@dataclass(frozen=True, slots=True)
class Source:
    """One file. committed: the bytes of it that may be read; None: all. address: of an object; then path is its name
    alone, and part the file here from which it was made, if that was here."""

    path: Path
    job: str
    committed: int | None
    is_copies: bool = False  # a file of duplicates
    address: str | None = None
    part: Path | None = None

    @property
    def name(self) -> str:
        """By which it is known: path or address."""
        return self.address or str(self.path)

    @contextmanager
    def here(self) -> Iterator[Path]:
        """The file, to be read. Raises OSError, and UnreadableSourceError where an object cannot be fetched."""
        if self.address is None:
            yield self.path
            return
        with ExitStack() as stack:
            try:
                path = stack.enter_context(fetched(self.address, longest_s=FETCH_S, request_s=REQUEST_S))
            except FileNotFoundError as error:
                raise UnreadableSourceError(f"{self.address} is gone", is_away=False) from error
            except (OutputError, ConfigurationError) as error:
                raise UnreadableSourceError(str(error), is_away=True) from error
            yield path


class UnreadableSourceError(SnapshotCrawlerError):
    """An object that cannot be fetched: it is gone, or its storage does not answer (is_away)."""

    exit_code = ExitCode.OUTPUT_FAILED

    def __init__(self, message: str, *, is_away: bool) -> None:
        super().__init__(message)
        self.is_away = is_away


@dataclass(slots=True)
class _Asked:
    """What a job's frontier said, and how its files looked then."""

    at: float
    outputs: dict[str, int]
    objects: list[str]
    looks: dict[str, tuple[int, int] | None] = field(default_factory=dict)


def roots(root: Path, settings: Mapping[str, Any]) -> list[Path]:
    """The DATA_DIRs whose articles the library of root has: root, then those that LIBRARY_ALSO names, each once."""
    found = {root.resolve(): root}
    for name in str(settings.get(ALSO) or "").split(","):
        if name := name.strip():
            for each in _matching(Path(name)):
                found.setdefault(each.resolve(), each)
    return list(found.values())


def _matching(path: Path) -> list[Path]:
    """The folders that a path means, where it may be a pattern."""
    if not set("*?[") & set(str(path)):
        return [path]
    return sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))


class AllSources:
    """The files of a library's DATA_DIRs. A folder that is away, such as a mount that is lost, takes nothing along."""

    def __init__(self, root: Path, settings: Mapping[str, Any]) -> None:
        self.root, self.settings = root, settings
        self.by_root: dict[Path, Sources] = {}
        self.away: list[Path] = []
        self.troubles: dict[str, str] = {}  # by frontier or folder: why it cannot be read

    def all(self) -> Iterator[Source]:
        """All files, each once. Folders that a pattern of LIBRARY_ALSO matches by now are found as they come."""
        seen: set[str] = set()
        named = roots(self.root, self.settings)
        self.away = [path.resolve() for path in named if path != self.root and _is_away(path)]
        self.troubles = {str(path): f"there is nothing at {path}, which {ALSO} names" for path in self.away}
        for path in named:
            sources = self.by_root.setdefault(path, Sources(path, self.settings, of_all=True))
            for source in sources.all() if path.resolve() not in self.away else ():
                if source.name not in seen:
                    seen.add(source.name)
                    yield source
            self.troubles |= {f"{path}: {job}": trouble for job, trouble in sources.troubles.items()}

    def length_of(self, source: Source, address: str) -> int | None:
        """The length of an object that a DATA_DIR of these has made; None where that is not known."""
        lengths = (each.length_of(source.job, address) for each in self.by_root.values())
        return next((length for length in lengths if length is not None), None)

    def is_away(self, path: Path) -> bool:
        """Whether a file that is not there lies in a folder that is away as a whole."""
        return any(path.is_relative_to(folder) for folder in self.away)


def _is_away(folder: Path) -> bool:
    try:
        return next(folder.iterdir(), None) is None
    except OSError:
        return True


class Sources:
    """The files of one DATA_DIR; keeps what frontiers said, so that a look at a quiet one costs little."""

    def __init__(self, root: Path, settings: Mapping[str, Any], *, of_all: bool = False) -> None:
        """of_all: the objects of all DATA_DIRs that share a database."""
        self.root, self.of_all = root, of_all
        self.frontiers: Frontiers = frontiers_of(settings, root)
        self.asked: dict[str, _Asked] = {}
        self.troubles: dict[str, str] = {}  # by frontier: why it cannot be read

    def all(self) -> Iterator[Source]:
        """All files, each once."""
        seen: set[str] = set()
        for source in self._found():
            if source.name not in seen:
                seen.add(source.name)
                yield source

    def _found(self) -> Iterator[Source]:
        for job in self.frontiers.jobs():
            asked = self._asked(job)
            for name, length in asked.outputs.items():
                path = Path(name)
                if not name.endswith(ARCHIVE) and path.is_file():
                    yield Source(path, job, length)
            spool = self.root.resolve() / OUTGOING / job
            for address in asked.objects:
                if not address.endswith(ARCHIVE):
                    path = Path(address.rpartition("/")[2])
                    yield Source(path, job, None, address=address, part=spool / f"{path}{UNFINISHED}")
        for path in sorted(self.root.resolve().glob("articles/*/*.jsonl*")):
            if path.suffix != UNFINISHED and path.is_file() and not path.is_symlink():
                yield Source(path, path.parent.name, None)
        for path in sorted(self.root.resolve().glob("duplicates/*/*.jsonl")):
            if path.is_file() and not path.is_symlink():
                yield Source(path, path.parent.name, None, is_copies=True)

    def length_of(self, job: str, address: str) -> int | None:
        """The length of an object of this DATA_DIR; None where that is not known."""
        try:
            with closing(self.frontiers.read(job)) as store:
                commits = store.commits(address)
        except SnapshotCrawlerError:
            return None
        return commits[-1].length if commits else None

    def _asked(self, job: str) -> _Asked:
        """The lengths of a job's outputs in its frontier's last commit, and its objects."""
        asked = self.asked.get(job)
        now = time.monotonic()
        if asked is not None and now - asked.at < ASKED_AGAIN_S and asked.looks == _looks(asked.outputs):
            return asked
        try:
            with closing(self.frontiers.read(job)) as store:
                paths = store.output_paths()
                names = {path: placed(store, self.root, path) for path in paths}
                looks = _looks(names.values())
                lengths = {names[path]: store.boundaries(path, most=1) for path in paths}
                objects = store.object_paths(of_all=self.of_all)
        except SnapshotCrawlerError as error:  # it is just being made, or moved away
            self.troubles[job] = str(error)
            return asked if asked is not None else _Asked(now, {}, [])
        self.troubles.pop(job, None)
        outputs = {path: commits[0][1] for path, commits in lengths.items() if commits}
        self.asked[job] = found = _Asked(now, outputs, objects, looks)
        return found


def _looks(paths: Any) -> dict[str, tuple[int, int] | None]:
    return {path: _look(path) for path in paths}


def _look(path: str) -> tuple[int, int] | None:
    try:
        about = Path(path).stat()
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns
