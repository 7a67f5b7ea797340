"""The index's file: one SQLite database that several crawls share, opened so that none trips over another.

Write-ahead logging lets readers and one writer work side by side; a killed process loses at most its own unfinished
transaction. State is rows of integers and blobs: no text is kept, and nothing of it is code.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from snapshot_crawler.exceptions import OutputError, StateError, is_disk_trouble
from snapshot_crawler.seal import Seal
from snapshot_crawler.upgrades import Step, lacking, newest, upgrade

PATIENCE_S = 60.0  # for another process's transaction; ours last milliseconds
CACHE_KIB = 8192  # fixed: RAM must not grow with the index
JOURNAL_PAGES = 4000  # of 4 KiB, before they are brought home; default 1000 cost a fifth more at a million articles
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE owners (
    n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, host TEXT NOT NULL, pid INTEGER NOT NULL, began TEXT NOT NULL);
CREATE TABLE sources (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
-- story: n of the cluster's first article, NULL for itself. lead: (first article only) n of the published one, NULL for
-- itself. state: see decision.State. content: BLAKE2b-128 of the article's own fields. print: the packed fingerprint.
CREATE TABLE articles (
    n INTEGER PRIMARY KEY, id NOT NULL, content BLOB NOT NULL, state INTEGER NOT NULL, version INTEGER NOT NULL,
    story INTEGER, lead INTEGER, source INTEGER, print BLOB NOT NULL);
-- what finds an article: its id and, by smallest shingles, whole text and numbers, its likes: 32-bit hashes
CREATE TABLE keys (key INTEGER, n INTEGER, PRIMARY KEY (key, n)) WITHOUT ROWID;
-- articles whose export is not yet committed, and what their rows were before
CREATE TABLE unsettled (
    n INTEGER PRIMARY KEY, owner INTEGER NOT NULL, url TEXT NOT NULL, before_content BLOB, before_version INTEGER,
    before_state INTEGER);
CREATE INDEX unsettled_by_owner ON unsettled (owner, url);
"""

EXPECTED = {
    "meta": {"name", "value"},
    "owners": {"n", "name", "host", "pid", "began"},
    "sources": {"n", "name"},
    "articles": {"n", "id", "content", "state", "version", "story", "lead", "source", "print"},
    "keys": {"key", "n"},
    "unsettled": {"n", "owner", "url", "before_content", "before_version", "before_state"},
}
UPGRADES: list[Step] = []  # from version 1 on; a change of SCHEMA is one more step here
VERSION = newest(UPGRADES)


def sealed(path: Path) -> Seal:
    """The seal of the index, opened; its folder is made. Raises OutputError, or StateError where it cannot be used."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Seal(path)
    except OSError as error:
        if is_disk_trouble(error):
            raise OutputError(f"index {path} cannot be written: {error}. Make room, then run again.") from error
        raise StateError(f"index {path} cannot be opened: {error}") from error


def connect(path: Path) -> sqlite3.Connection:
    """The database at path, made when it is not there. Raises StateError when it is foreign, newer or damaged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + PATIENCE_S
    while True:
        connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
        try:
            _prepare(connection, path)
            return connection
        except sqlite3.OperationalError as error:
            connection.close()
            # two processes that make one file together can meet this in spite of the timeout
            if "locked" not in str(error) or time.monotonic() > deadline:
                if is_disk_trouble(error):
                    raise OutputError(f"index {path} cannot be written: {error}. Make room, then run again.") from error
                raise StateError(f"index {path} cannot be opened: {error}") from error
            time.sleep(0.02)  # by choice: a wait between two tries that nobody notices
        except sqlite3.DatabaseError as error:
            connection.close()
            raise damaged(path, error) from error
        except StateError:
            connection.close()
            raise


def damaged(path: Path, error: sqlite3.Error) -> StateError:
    """The error to raise for a file that SQLite finds damaged, at whatever moment."""
    return StateError(f"index {path} is damaged or no index ({error}); move it away to begin anew")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    # tables before version: another process makes both in one transaction
    is_empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > VERSION:
        raise StateError(f"index {path} was written by version {found}; this is version {VERSION}. Upgrade.")
    if found < 1 and not is_empty:
        raise StateError(f"{path} is another program's database; choose another DATA_DIR or --index.")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # where the order of writes matters, SqliteRows._sync follows
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {JOURNAL_PAGES}")
    connection.execute("PRAGMA temp_store = MEMORY")
    if is_empty:
        connection.execute("BEGIN IMMEDIATE")  # one process makes the tables, another finds them made
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    elif found < VERSION:
        upgrade(connection, UPGRADES)
    if lack := lacking(connection, EXPECTED):
        raise StateError(f"index {path} cannot be used: it lacks {', '.join(lack)}; move it away to begin anew")
