"""The folder of a built portal: pages in, files out. Only those that changed are written, those that are gone go.

A list of our files (.portal-build/files.jsonl) says which files are ours and what they hold, as a hash. It is written
before and after each file: so a build that is killed at any moment leaves no file that the next one does not know.
Files of others in the folder stay.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from snapshot_crawler.exceptions import ConfigurationError, LockHeldError, OutputError, way_out

OURS = ".portal-build"
UNSURE = ""  # in place of a hash: the file is being written


class Folder:
    """One build's hold on a folder: put() each page, then finish(). written, removed: how many files."""

    def __init__(self, root: Path) -> None:
        """Raises ConfigurationError for a folder with files of others, LockHeldError, OutputError."""
        self.root, self.home = root, root / OURS
        self.written = self.removed = 0
        self._put: set[str] = set()
        if root.exists() and not (root.is_dir() and (self.home.is_dir() or not any(root.iterdir()))):
            raise ConfigurationError(f"{root} is not a portal that was built; name a new folder, or an empty one")
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self._lock = (self.home / "lock").open("ab")
        except OSError as error:
            raise unwritable(root, error) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise LockHeldError(f"another build of {root} is at work") from error
        try:
            self._known = known(self._list)
            self._end = self._list.open("ab")
            self._end.write(b"\n")  # a line that was torn by a death ends here
        except OSError as error:
            self._lock.close()
            raise unwritable(root, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._end.close()
        self._lock.close()

    @property
    def _list(self) -> Path:
        return self.home / "files.jsonl"

    def begin(self) -> None:
        """All pages are put from here on: what is not put now is gone at the end."""
        self._put.clear()

    def put(self, name: str, content: bytes) -> None:
        """A file with this content. Raises OutputError where the disk takes no more."""
        self._put.add(name)
        path, digest = self.root / name, hashlib.blake2b(content, digest_size=16).hexdigest()
        if self._known.get(name) == digest and has_size(path, len(content)):
            return
        new = self.home / "part"
        try:
            self._note(name, UNSURE)
            new.write_bytes(content)
            path.parent.mkdir(parents=True, exist_ok=True)
            new.replace(path)
            self._note(name, digest)
        except OSError as error:
            raise unwritable(path, error) from error
        self.written += 1

    def finish(self) -> None:
        """Take away what was not put, and write the list anew. Raises OutputError."""
        try:
            for name in sorted(self._known.keys() - self._put):
                self._remove(name)
            lines = (json.dumps([name, self._known[name]], ensure_ascii=False) for name in sorted(self._known))
            new = self.home / "files.new"
            with new.open("w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._list)
        except OSError as error:
            raise unwritable(self.root, error) from error

    def _remove(self, name: str) -> None:
        path = self.root / name
        path.unlink(missing_ok=True)
        del self._known[name]
        self.removed += 1
        for folder in path.parents:
            if folder == self.root:
                break
            with contextlib.suppress(OSError):  # not empty
                folder.rmdir()

    def _note(self, name: str, digest: str) -> None:
        self._known[name] = digest
        self._end.write(json.dumps([name, digest], ensure_ascii=False).encode() + b"\n")
        self._end.flush()


def known(path: Path) -> dict[str, str]:
    """The files of a list, with the hash that was noted last. A torn line is no line."""
    found: dict[str, str] = {}
    if path.exists():
        for line in path.read_bytes().splitlines():
            with contextlib.suppress(ValueError, TypeError):
                name, digest = json.loads(line)
                found[name] = digest
    return found


def has_size(path: Path, size: int) -> bool:
    """Whether a file is there, as long as it should be."""
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def unwritable(path: Path, error: OSError) -> OutputError:
    """The error of a file that cannot be written."""
    return OutputError(f"{path} cannot be written: {error.strerror}; {way_out(error)}")
