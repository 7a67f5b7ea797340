"""The name by which the shared database knows a DATA_DIR: a random word, kept below it.

What a process has written lies below its DATA_DIR, so whoever starts next there must find what the database says of
these files, and nobody else may. The name moves with the folder.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from uuid import uuid4

from snapshot_crawler.durable import sync_folder
from snapshot_crawler.exceptions import ConfigurationError

FILE = "worker.json"


def worker_name(root: Path) -> str:
    """The name of a DATA_DIR, made where it has none. Two processes that ask at once get the same."""
    path = root / FILE
    if (name := known_name(root)) is not None:
        return name
    try:
        root.mkdir(parents=True, exist_ok=True)
        new = root / f".{FILE}.{uuid4().hex}"
        with new.open("w", encoding="utf-8") as file:
            json.dump({"worker": uuid4().hex[:16]}, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(new, path)  # the first one wins
        except FileExistsError:
            pass
        finally:
            new.unlink()
        sync_folder(root)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    name = known_name(root)
    assert name is not None
    return name


def known_name(root: Path) -> str | None:
    """The name of a DATA_DIR; None where it has none. Raises ConfigurationError for a file that says none."""
    path = root / FILE
    try:
        name = json.loads(path.read_text(encoding="utf-8"))["worker"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{path} does not say the name of this DATA_DIR in the shared database: {error}. It looks like "
            '{"worker": "0123456789abcdef"}; bring it back from a backup.'
        ) from error
    if not isinstance(name, str) or not name:
        raise ConfigurationError(f'{path} says {name!r}; it takes {{"worker": "0123456789abcdef"}}')
    return name
