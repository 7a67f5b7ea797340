"""Which files hold published articles, and how far they are committed: a DATA_DIR in, its outputs out. Reads only.

A run's own file that has its final name is committed as it stands. Of all others (own files that are being written,
files of -o wherever they lie) the frontier of the job says how long they are; nothing behind that length is read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.frontier.recovery import placed
from snapshot_crawler.frontier.store import Frontiers, frontiers_of

UNFINISHED = ".part"
ASKED_AGAIN_S = 4.0  # a job whose known outputs are as they were; with a round each 2 s a new one is met within 6 s
ARCHIVE = (".warc", ".warc.gz")
ALSO = "LIBRARY_ALSO"  # the setting: DATA_DIRs of other machines, as they are mounted or copied here


@dataclass(frozen=True, slots=True)
class Source:
    """One file. committed: the bytes of it that may be read; None: all."""

    path: Path
    job: str
    committed: int | None
    is_copies: bool = False  # a file of duplicates


@dataclass(slots=True)
class _Asked:
    """What a job's frontier said, and how its files looked then."""

    at: float
    outputs: dict[str, int]
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
        seen: set[Path] = set()
        named = roots(self.root, self.settings)
        self.away = [path.resolve() for path in named if path != self.root and _is_away(path)]
        self.troubles = {str(path): f"there is nothing at {path}, which {ALSO} names" for path in self.away}
        for path in named:
            sources = self.by_root.setdefault(path, Sources(path, self.settings))
            for source in sources.all() if path.resolve() not in self.away else ():
                if source.path not in seen:
                    seen.add(source.path)
                    yield source
            self.troubles |= {f"{path}: {job}": trouble for job, trouble in sources.troubles.items()}

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

    def __init__(self, root: Path, settings: Mapping[str, Any]) -> None:
        self.root = root
        self.frontiers: Frontiers = frontiers_of(settings, root)
        self.asked: dict[str, _Asked] = {}
        self.troubles: dict[str, str] = {}  # by frontier: why it cannot be read

    def all(self) -> Iterator[Source]:
        """All files, each once."""
        seen: set[Path] = set()
        for source in self._found():
            if source.path not in seen:
                seen.add(source.path)
                yield source

    def _found(self) -> Iterator[Source]:
        for job in self.frontiers.jobs():
            for name, length in self._outputs(job).items():
                path = Path(name)
                if not name.endswith(ARCHIVE) and path.is_file():
                    yield Source(path, job, length)
        for path in sorted(self.root.resolve().glob("articles/*/*.jsonl*")):
            if path.suffix != UNFINISHED and path.is_file() and not path.is_symlink():
                yield Source(path, path.parent.name, None)
        for path in sorted(self.root.resolve().glob("duplicates/*/*.jsonl")):
            if path.is_file() and not path.is_symlink():
                yield Source(path, path.parent.name, None, is_copies=True)

    def _outputs(self, job: str) -> dict[str, int]:
        """The lengths of a job's outputs in its frontier's last commit."""
        asked = self.asked.get(job)
        now = time.monotonic()
        if asked is not None and now - asked.at < ASKED_AGAIN_S and asked.looks == _looks(asked.outputs):
            return asked.outputs
        try:
            with closing(self.frontiers.read(job)) as store:
                paths = store.output_paths()
                names = {path: placed(store, self.root, path) for path in paths}
                looks = _looks(names.values())
                lengths = {names[path]: store.boundaries(path, most=1) for path in paths}
        except SnapshotCrawlerError as error:  # it is just being made, or moved away
            self.troubles[job] = str(error)
            return asked.outputs if asked is not None else {}
        self.troubles.pop(job, None)
        outputs = {path: commits[0][1] for path, commits in lengths.items() if commits}
        self.asked[job] = _Asked(now, outputs, looks)
        return outputs


def _looks(paths: Any) -> dict[str, tuple[int, int] | None]:
    return {path: _look(path) for path in paths}


def _look(path: str) -> tuple[int, int] | None:
    try:
        about = Path(path).stat()
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns
