"""Where an export goes: a folder or file of this machine, S3-compatible storage, a table of PostgreSQL.

A target takes whole batches. Taking the same batch again changes nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from snapshot_crawler.bucket import Bucket
from snapshot_crawler.library.export.forms import Records, write

POSTGRES = ("postgresql://", "postgres://")


class Target(Protocol):
    """Takes batches of records."""

    def put(self, name: str, records: Records) -> int:
        """Store a batch under its name, whole; how many records. Raises OutputError."""

    def drop(self, ids: Iterable[str]) -> None:
        """Take articles out that were taken down, where the target can."""

    def close(self) -> None:
        """Let go of it."""


class Folder:
    """Files of a folder."""

    def __init__(self, folder: Path, form: str, *, safe_cells: bool = False) -> None:
        self.folder, self.form, self.safe_cells = folder, form, safe_cells

    def put(self, name: str, records: Records) -> int:
        """See Target."""
        return write(self.folder / name, self.form, records, safe_cells=self.safe_cells)

    def drop(self, ids: Iterable[str]) -> None:
        """Nothing: files that were handed over are their reader's."""

    def close(self) -> None:
        """Nothing."""


class BucketFolder:
    """Objects of S3-compatible storage: s3://BUCKET/PREFIX (bucket.py)."""

    def __init__(self, address: str, form: str, scratch: Path, *, safe_cells: bool = False) -> None:
        self.bucket, self.form, self.scratch, self.safe_cells = Bucket(address), form, scratch, safe_cells

    def put(self, name: str, records: Records) -> int:
        """See Target."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            path = Path(folder) / name
            number = write(path, self.form, records, safe_cells=self.safe_cells)
            self.bucket.put(name, path)
        return number

    def drop(self, ids: Iterable[str]) -> None:
        """See Folder."""

    def close(self) -> None:
        """Nothing."""
