"""SQLite files read without a trace: no -wal or -shm file is made beside them, and nothing is brought home.

SQLite makes both files for a reader of a database in WAL mode, and whoever reads the log of a killed writer brings it
home. Used by frontier/sqlite.py for who asks to read so, and by upkeep/ for what SQLite says of a file.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

from snapshot_crawler.seal import is_in_use, wal_path

MOST_TOLD = 3  # of SQLite's complaints, by choice: the first ones say it


class _Copy(sqlite3.Connection):
    """A connection to a copy in a temporary folder, which goes with it."""

    folder: tempfile.TemporaryDirectory[str]

    def close(self) -> None:
        super().close()
        self.folder.cleanup()


def connect_still(path: Path) -> sqlite3.Connection:
    """A connection to read a database. Raises sqlite3.Error, OSError.

    While a process writes to it, as any reader; its two files are there. What a killed process has left is read from a
    copy, with its log.
    """
    wal = wal_path(path)
    if not wal.exists() or not wal.stat().st_size:
        return sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True, isolation_level=None)
    if is_in_use(path):
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    with ExitStack() as on_failure:
        folder = tempfile.TemporaryDirectory(prefix="verify-")
        on_failure.callback(folder.cleanup)
        copy = Path(folder.name) / path.name
        shutil.copyfile(path, copy)
        shutil.copyfile(wal, wal_path(copy))
        connection = sqlite3.connect(copy, factory=_Copy, isolation_level=None)
        connection.folder = folder
        on_failure.pop_all()
    return connection


def complaints(path: Path) -> str | None:
    """What SQLite's integrity check finds wrong with a database, in words; None when nothing. Raises OSError."""
    try:
        with closing(connect_still(path)) as database:
            rows = database.execute(f"PRAGMA integrity_check({MOST_TOLD})").fetchall()
    except sqlite3.Error as error:
        return str(error)
    said = "; ".join(" ".join(str(row[0]).split()) for row in rows)
    return None if said == "ok" else said


def layout_of(path: Path) -> int:
    """The number of a database's layout (PRAGMA user_version); 0 where it cannot be read."""
    try:
        with closing(connect_still(path)) as database:
            number: int = database.execute("PRAGMA user_version").fetchone()[0]
    except (sqlite3.Error, OSError):
        return 0
    return number
