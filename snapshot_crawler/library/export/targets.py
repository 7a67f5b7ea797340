"""Where an export goes: a folder or file of this machine, S3-compatible storage, a table of PostgreSQL.

A target takes whole batches. Taking the same batch again changes nothing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from snapshot_crawler.exceptions import ConfigurationError, OutputError
from snapshot_crawler.library.export.forms import Records, needed, write

S3, POSTGRES = ("s3://",), ("postgresql://", "postgres://")
IS_HTTP = "http://"
RETRIES = {"max_retries": 6, "retry_timeout": timedelta(seconds=60)}  # obstore's own are 10 and 180 s; by choice


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


class Bucket:
    """Objects of S3-compatible storage: s3://BUCKET/PREFIX. Key, secret, region and endpoint come from AWS_* variables.

    An object appears when all of it has arrived, so a reader never sees half of one.
    """

    def __init__(self, address: str, form: str, scratch: Path, *, safe_cells: bool = False) -> None:
        self.obstore = needed("obstore", "s3")
        stores = needed("obstore.store", "s3")
        self.errors = needed("obstore.exceptions", "s3").BaseError
        self.address, self.form, self.scratch, self.safe_cells = address, form, scratch, safe_cells
        endpoint = os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT") or ""
        options: dict[str, Any] = {"allow_http": True} if endpoint.startswith(IS_HTTP) else {}
        try:
            self.store = stores.S3Store.from_url(address.rstrip("/"), client_options=options, retry_config=RETRIES)
        except self.errors as error:
            raise ConfigurationError(f"{address} is no S3 address: {_told(error)}") from error

    def put(self, name: str, records: Records) -> int:
        """See Target."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            path = Path(folder) / name
            number = write(path, self.form, records, safe_cells=self.safe_cells)
            try:
                self.obstore.put(self.store, name, path)
            except (self.errors, OSError) as error:  # a missing bucket is a FileNotFoundError there
                raise OutputError(f"{self.address}/{name} cannot be written: {_told(error)}") from error
        return number

    def drop(self, ids: Iterable[str]) -> None:
        """See Folder."""

    def close(self) -> None:
        """Nothing."""


def _told(error: BaseException) -> str:
    return " ".join(str(error).partition("Debug source")[0].split())[:300]
