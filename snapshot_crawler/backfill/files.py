"""Which files `-a warc=` means: a text in, the paths of WARC files out, in the order in which they are read.

A file whose records lie in one gzip member together cannot be read at an offset. For the time of a run it has a plain
twin below DATA_DIR.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import shutil
import zlib
from pathlib import Path

from snapshot_crawler.archive.places import SENT, SUFFIX, note_path
from snapshot_crawler.exceptions import ConfigurationError, OutputError

ENDINGS = (".warc", ".warc.gz")
FOLDER = "unpacked"  # below DATA_DIR


def warc_files(text: str) -> list[Path]:
    """The files that `-a warc=PATH[,PATH]` names: files, folders with all WARC files below them, and patterns.

    Absolute, each once; those of an archive that were sent away (archive/sent.py) under the names that they had.
    Raises ConfigurationError for a path that leads to no file.
    """
    found: dict[Path, None] = {}
    paths = [text] if Path(text).exists() else [part.strip() for part in text.split(",") if part.strip()]
    if not paths:
        raise ConfigurationError("warc= is empty; write -a warc=FILE, a folder or a pattern")
    for path in paths:
        meant = _meant(path)
        if not meant:
            raise ConfigurationError(f"warc={path!r}: there is no WARC file; name files, folders or patterns")
        found |= dict.fromkeys(file.resolve() for file in meant)
    return list(found)


def _meant(text: str) -> list[Path]:
    path = Path(text).expanduser()
    if path.is_dir():
        found = {file for file in path.rglob("*") if file.name.endswith(ENDINGS) and file.is_file()}
        return sorted(found | {file.with_suffix("") for file in path.rglob(f"*{SUFFIX}{SENT}")})
    if path.is_file() or note_path(path).is_file():
        return [path]
    whole = path.absolute()  # Path.glob takes no absolute pattern
    return sorted(file for file in Path(whole.anchor).glob(str(whole.relative_to(whole.anchor))) if file.is_file())


def name_of_file(path: Path, root: Path) -> str:
    """How a record names a file: from DATA_DIR root on where it lies below, else whole. root / name is the file."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path.resolve())


class Unpacked:
    """The plain twins of files whose records lie in one gzip member; they go when the run ends."""

    def __init__(self, root: Path) -> None:
        """root: the DATA_DIR."""
        self.folder = root / FOLDER

    def twin(self, path: Path) -> Path:
        """The plain file, made where it is not there yet. Raises OutputError where the disk does not take it."""
        about = path.stat()
        name = hashlib.sha256(f"{path} {about.st_size} {about.st_mtime_ns}".encode()).hexdigest()[:16]
        twin = self.folder / f"{name}.warc"
        if twin.exists():
            return twin
        part = twin.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # cut or broken: what could be unpacked is read, and the reader says where it ends
            is_torn = contextlib.suppress(EOFError, gzip.BadGzipFile, zlib.error)
            with part.open("wb") as plain, gzip.open(path) as packed, is_torn:
                shutil.copyfileobj(packed, plain, 1 << 20)
            part.replace(twin)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise OutputError(f"{path} cannot be unpacked below {self.folder}: {error.strerror}") from error
        return twin

    def remove(self) -> None:
        """Take all of them away."""
        shutil.rmtree(self.folder, ignore_errors=True)
