"""Files that are whole after any death: a new text comes in, the old one or the new one is on the disk.

The text is written beside the old file, forced to the disk, and takes the old one's name.
"""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, text: bytes) -> None:
    """Put a text in a file's place, and make its folder where it is missing. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with new.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
