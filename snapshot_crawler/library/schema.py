"""The layout of the library's database, and how it is opened: by one writer, and by readers that cannot write.

Another layout makes the file anew: all that it holds comes from the outputs (follow.py).
"""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

from snapshot_crawler.exceptions import StateError
from snapshot_crawler.sqlite_errors import storage_error

NAME = "library.sqlite"
FILLED = "filled"  # the note that the follower has been through all files
APPLICATION_ID = 0x534E4C42  # "SNLB"
VERSION = 2  # of layout and tokens together: what wrote the index must be able to take out of it
BLOCK_BITS = 16  # 18 hours: some thousand articles, some hundred blocks a year; by choice
CACHE_KB = 32_768  # of a connection; by choice
MAPPED_BYTES = 1 << 30  # read through the kernel's cache: a page of the index costs no copy
BUSY_MS = 10_000  # for another writer or a checkpoint; by choice

# article.n orders all articles by time: seconds since 1970 of their publication, or the next free number behind it.
# So newest-first is the order of every index, which all end in n, and a day is a range. The index on is_listed, which
# is 1 everywhere, is the list of all articles: to walk it costs a fiftieth of walking the table. block counts articles
# by n >> BLOCK_BITS, so that a late page of that list is found without walking to it. The number of a record is never
# given again, so that whoever asks for what came behind a number misses nothing when the newest one was taken out.
SCHEMA = """
CREATE TABLE article (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, record INTEGER NOT NULL, version INTEGER NOT NULL,
    title TEXT NOT NULL, summary TEXT NOT NULL, url TEXT NOT NULL, published_at TEXT, fetched_at TEXT NOT NULL,
    story TEXT NOT NULL, duplicate_of TEXT,
    site INTEGER NOT NULL, category INTEGER, source INTEGER, day INTEGER, job INTEGER NOT NULL, host INTEGER,
    is_listed INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX article_record ON article (record);
CREATE INDEX article_category ON article (category);
CREATE INDEX article_source ON article (source);
CREATE INDEX article_site ON article (site);
CREATE INDEX article_day ON article (day);
CREATE INDEX article_all ON article (is_listed);
CREATE INDEX article_story ON article (story);
CREATE TABLE record (
    no INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, version INTEGER NOT NULL, content_hash TEXT,
    fetched_at TEXT NOT NULL, job INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX record_id ON record (id);
CREATE TABLE line (file INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (file, record)) WITHOUT ROWID;
CREATE INDEX line_record ON line (record);
CREATE TABLE copy (
    file INTEGER NOT NULL, url TEXT NOT NULL, story TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (file, url)
) WITHOUT ROWID;
CREATE INDEX copy_story ON copy (story);
CREATE TABLE facet (
    no INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL,
    articles INTEGER NOT NULL DEFAULT 0, UNIQUE (kind, name)
);
CREATE TABLE file (
    no INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, job TEXT NOT NULL, identity TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, place INTEGER NOT NULL, taken INTEGER NOT NULL, tail TEXT NOT NULL, trouble TEXT
);
CREATE TABLE block (no INTEGER PRIMARY KEY, articles INTEGER NOT NULL);
CREATE TABLE gone (id TEXT PRIMARY KEY, at TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE change (no INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER NOT NULL);
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE word USING fts5(tokens, content='', detail=none, columnsize=0, tokenize='ascii');
INSERT INTO word (word, rank) VALUES ('hashsize', 33554432);
"""


@contextlib.contextmanager
def errors_told(path: Path) -> Iterator[None]:
    """Whatever SQLite raises inside comes out as a StorageError."""
    try:
        yield
    except sqlite3.Error as error:
        raise storage_error(f"the library {path}", error) from error


def open_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises StateError for a missing file and for one of another layout."""
    if not path.is_file():
        raise StateError(f"there is no library {path} yet: scrapy library build")
    with errors_told(path):
        db = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
        try:
            db.execute("PRAGMA query_only = 1")
            db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
            db.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
            if not is_current(db):
                raise StateError(f"the library {path} was written by another version: scrapy library build")
        except BaseException:
            db.close()
            raise
    return db


def open_to_write(path: Path) -> sqlite3.Connection:
    """The writer's connection; a file of another layout is made anew. Raises StorageError, StateError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with errors_told(path):
        db = _connect(path)
        if _is_empty(db):
            _make(db)
        elif not is_current(db):
            is_ours = db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            db.close()
            if not is_ours:
                raise StateError(f"{path} is a database of another program; move it away")
            remove(path)
            db = _connect(path)
            _make(db)
    return db


def remove(path: Path) -> None:
    """Take the database away, with the files that SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def is_current(db: sqlite3.Connection) -> bool:
    """Whether the database has this version's layout."""
    application = db.execute("PRAGMA application_id").fetchone()[0]
    return bool(application == APPLICATION_ID and db.execute("PRAGMA user_version").fetchone()[0] == VERSION)


def _is_empty(db: sqlite3.Connection) -> bool:
    return not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")  # a power cut may take the last batches; they are read again
    db.execute("PRAGMA secure_delete = ON")  # what was taken down is overwritten, not only unlinked
    db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    db.execute(f"PRAGMA cache_size = -{CACHE_KB * 2}")
    return db


def _make(db: sqlite3.Connection) -> None:
    marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
    born = f"INSERT INTO note VALUES ('born', '\"{uuid.uuid4().hex}\"');"
    db.executescript(f"BEGIN; {SCHEMA} {born} {marks} COMMIT;")
