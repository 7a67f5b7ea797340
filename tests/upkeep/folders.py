"""One crawl for all tests of a module: each test may do to its folder what it wants."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def put_back(folder: Path, beside: Path) -> Iterator[Path]:
    """The folder, as it is now also when the block is left. beside: for the copy.

    It stays at its place, for a frontier knows its outputs by theirs.
    """
    shutil.copytree(folder, beside, symlinks=True)
    yield folder
    shutil.rmtree(folder)
    shutil.copytree(beside, folder, symlinks=True)
