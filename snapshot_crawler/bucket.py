"""S3-compatible storage: an address s3://BUCKET/PREFIX in, its objects put, fetched, listed and removed.

Key, secret, region and endpoint come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL.
An object appears when all of it has arrived, so a reader never sees half of one.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from snapshot_crawler.exceptions import ConfigurationError, OutputError
from snapshot_crawler.extras import needed

S3 = "s3://"
IS_HTTP = "http://"
TRIES, LONGEST_S = 6, 60.0  # obstore's own are 10 and 180 s; by choice
REQUEST_S = 30.0  # as obstore has it
WHOLE_S = 600.0  # by choice, of one that fetches a whole object: 1 GB at 14 Mbit/s
# Parts of 5 MiB of one object on their way at once; obstore's own is 12. Each has 30 s, so this takes 3 Mbit/s and
# 10 MiB of memory, where 12 would take 17 Mbit/s and 60 MiB.
SIDE_BY_SIDE = 2


class Bucket:
    """The objects below one address. names: relative to it. All raise OutputError where the storage does not answer."""

    def __init__(self, address: str, *, longest_s: float = LONGEST_S, request_s: float = REQUEST_S) -> None:
        """longest_s: for how long one call is tried again; request_s: how long one request of it may take.

        Raises ConfigurationError.
        """
        self._obstore = needed("obstore", "s3")
        stores, self._errors = needed("obstore.store", "s3"), needed("obstore.exceptions", "s3").BaseError
        self.address = address.rstrip("/")
        endpoint = os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT") or ""
        options: dict[str, Any] = {"allow_http": True} if endpoint.startswith(IS_HTTP) else {}
        options["timeout"] = timedelta(seconds=request_s)
        retries = {"max_retries": TRIES, "retry_timeout": timedelta(seconds=longest_s)}
        try:
            self._store = stores.S3Store.from_url(
                self.address,
                config={"disable_bulk_delete": True},  # not every S3-compatible storage has it, and we remove few
                client_options=options,
                retry_config=retries,
            )
        except self._errors as error:
            raise ConfigurationError(f"{address} is no S3 address: {_told(error)}") from error

    def put(self, name: str, path: Path, is_over: Callable[[], bool] = lambda: False) -> None:
        """Store a file as an object; one of that name is replaced. is_over: asked on the way whether to give up."""
        with self._errors_told(name, "written"), path.open("rb") as file:
            self._obstore.put(self._store, name, _Watched(file, is_over), max_concurrency=SIDE_BY_SIDE)

    def fetch(self, name: str, path: Path) -> None:
        """Write an object's bytes to a file. Raises FileNotFoundError where there is no such object."""
        try:
            with path.open("wb") as file:
                self.copy_to(name, file)
        except (FileNotFoundError, OutputError):
            path.unlink(missing_ok=True)
            raise

    def copy_to(self, name: str, file: IO[bytes]) -> None:
        """Write an object's bytes to an open file. Raises FileNotFoundError where there is no such object."""
        with self._read_errors_told(name):
            for chunk in self._obstore.get(self._store, name).stream():
                file.write(chunk)

    def fetch_range(self, name: str, start: int, length: int) -> bytes:
        """Some bytes of an object. Raises FileNotFoundError where there is no such object."""
        with self._read_errors_told(name):
            return bytes(self._obstore.get_range(self._store, name, start=start, length=length))

    def names(self, prefix: str) -> list[str]:
        """The objects whose names begin so, sorted."""
        with self._errors_told(prefix, "listed"):
            folder = prefix.rpartition("/")[0]
            found = (str(each["path"]) for part in self._obstore.list(self._store, folder or None) for each in part)
            return sorted(name for name in found if name.rpartition("/")[0] == folder and name.startswith(prefix))

    def remove(self, name: str) -> None:
        """Remove an object; nothing happens where there is none."""
        with self._errors_told(name, "removed"):
            self._obstore.delete(self._store, name)

    @contextmanager
    def _read_errors_told(self, name: str) -> Iterator[None]:
        try:
            yield
        except self._errors as error:  # FileNotFoundError is not among them
            raise OutputError(f"{self.address}/{name} cannot be read: {_told(error)}") from error

    @contextmanager
    def _errors_told(self, name: str, what: str) -> Iterator[None]:
        try:
            yield
        except (self._errors, OSError) as error:  # a missing bucket is a FileNotFoundError there
            raise OutputError(f"{self.address}/{name} cannot be {what}: {_told(error)}") from error


class _Watched:
    """A file as obstore reads it, part by part; it raises an error when it is to give up."""

    def __init__(self, file: IO[bytes], is_over: Callable[[], bool]) -> None:
        self.file, self.is_over = file, is_over
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises TimeoutError."""
        if self.is_over():
            raise TimeoutError("the run is over before all of it was sent")
        return self.file.read(size)


@contextmanager
def fetched(address: str, *, longest_s: float = LONGEST_S, request_s: float = WHOLE_S) -> Iterator[Path]:
    """An object as a temporary file of its name. Raises FileNotFoundError, OutputError, ConfigurationError."""
    folder, name = split(address)
    with tempfile.TemporaryDirectory() as here:
        path = Path(here) / name
        Bucket(folder, longest_s=longest_s, request_s=request_s).fetch(name, path)
        yield path


def split(address: str) -> tuple[str, str]:
    """The folder and the name of an object's address."""
    folder, _, name = address.rpartition("/")
    return folder, name


def _told(error: BaseException) -> str:
    return " ".join(str(error).partition("Debug source")[0].split())[:300]
