"""The layout of the frontier's database: made in a new file, and files of earlier versions brought to it.

Called by sqlite.py when it opens a file.
"""

from __future__ import annotations

import sqlite3
from dataclasses import fields
from pathlib import Path

from snapshot_crawler.exceptions import StateError
from snapshot_crawler.frontier.store import Entry
from snapshot_crawler.upgrades import Step, columns, lacking, newest, upgrade

APPLICATION_ID = 0x534E4150  # "SNAP": tells our databases from others
SCHEMA = """
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, url TEXT NOT NULL, host TEXT NOT NULL, kind TEXT NOT NULL,
    parent TEXT, priority INTEGER NOT NULL, is_list INTEGER NOT NULL, body TEXT NOT NULL, state INTEGER NOT NULL,
    attempts INTEGER NOT NULL, status INTEGER, outcome TEXT, fetched_at TEXT, etag TEXT, modified TEXT,
    born_at REAL NOT NULL, interval_s INTEGER NOT NULL, due_at REAL NOT NULL, unchanged INTEGER NOT NULL,
    item_count INTEGER NOT NULL, batch INTEGER NOT NULL
);
CREATE INDEX waiting ON entry (host, priority DESC, id) WHERE state = 0;
CREATE INDEX lists ON entry (due_at) WHERE is_list = 1;
CREATE TABLE output (
    path TEXT NOT NULL, batch INTEGER NOT NULL, length INTEGER NOT NULL, digest BLOB, PRIMARY KEY (path, batch)
);
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
BROUGHT = "CREATE TABLE brought (item INTEGER PRIMARY KEY, number INTEGER NOT NULL, batch INTEGER NOT NULL)"
# Outputs that are complete: the rows that they had in output, for `scrapy verify`
FINISHED = (
    "CREATE TABLE finished (path TEXT NOT NULL, batch INTEGER NOT NULL, length INTEGER NOT NULL, digest BLOB,"
    " PRIMARY KEY (path, batch))"
)
PAGE = (  # what the archive holds, by the SHA-1 of the page's bytes
    "CREATE TABLE page (digest BLOB PRIMARY KEY, path TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,"
    " url TEXT NOT NULL, date TEXT NOT NULL, batch INTEGER NOT NULL) WITHOUT ROWID"
)
# What a run asks at its beginning and end, without a look at every address: how many entries of each host are in each
# state, kept by triggers (2 µs for a new address, 10 for a fetched one), and indexes of what is seldom or new.
GROWN = (
    "CREATE TABLE tally (host TEXT NOT NULL, state INTEGER NOT NULL, number INTEGER NOT NULL,"
    " PRIMARY KEY (host, state)) WITHOUT ROWID",
    "INSERT INTO tally SELECT host, state, count(*) FROM entry GROUP BY host, state",
    "CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN"
    " INSERT INTO tally VALUES (new.host, new.state, 1) ON CONFLICT (host, state) DO UPDATE SET number = number + 1;"
    " END",
    "CREATE TRIGGER entry_moved AFTER UPDATE OF host, state ON entry"
    " WHEN new.state <> old.state OR new.host <> old.host BEGIN"
    " UPDATE tally SET number = number - 1 WHERE host = old.host AND state = old.state;"
    " INSERT INTO tally VALUES (new.host, new.state, 1) ON CONFLICT (host, state) DO UPDATE SET number = number + 1;"
    " END",
    "CREATE TRIGGER entry_removed AFTER DELETE ON entry BEGIN"
    " UPDATE tally SET number = number - 1 WHERE host = old.host AND state = old.state; END",
    "CREATE INDEX leased ON entry (id) WHERE state = 1",
    "CREATE INDEX failed ON entry (attempts) WHERE state = 3",
    "CREATE INDEX articles ON entry (born_at) WHERE state = 2 AND is_list = 0",
    "CREATE INDEX again ON entry (outcome)"
    " WHERE state = 0 AND outcome IN ('line lost from the output', 'to be published in another file')",
)
SCHEMA += f"{BROUGHT};\n{FINISHED};\n{PAGE};\n{'; '.join(GROWN)};\n"
COLUMNS = [field.name for field in fields(Entry) if field.name != "id"]
OUTPUT = {"path", "batch", "length", "digest"}
EXPECTED = {"entry": {*COLUMNS, "id"}, "output": OUTPUT, "finished": OUTPUT, "note": {"name", "value"}}
EXPECTED["brought"] = {"item", "number", "batch"}
EXPECTED["tally"] = {"host", "state", "number"}
EXPECTED["page"] = {"digest", "path", "offset", "length", "url", "date", "batch"}


def _add_born_at(database: sqlite3.Connection) -> None:
    """1 to 2. Some files of version 1 have the column. An article's first fetch stands for its time."""
    if "born_at" not in columns(database, "entry"):
        database.execute("ALTER TABLE entry ADD COLUMN born_at REAL NOT NULL DEFAULT 0")
        database.execute(
            "UPDATE entry SET born_at = coalesce(CAST(strftime('%s', fetched_at) AS REAL), 0) WHERE item_count > 0"
        )


def _add_brought(database: sqlite3.Connection) -> None:
    """2 to 3. What plain spiders brought before is not known: their start pages give it once more."""
    database.execute(BROUGHT)


def _add_digests(database: sqlite3.Connection) -> None:
    """3 to 4. What was committed before has none: `scrapy verify` says that it is not proven."""
    database.execute("ALTER TABLE output ADD COLUMN digest BLOB")
    database.execute(FINISHED)


def _add_pages(database: sqlite3.Connection) -> None:
    """4 to 5. Nothing was kept before."""
    database.execute(PAGE)


def _add_tally(database: sqlite3.Connection) -> None:
    """5 to 6. All entries are looked at, once."""
    for statement in GROWN:
        database.execute(statement)


UPGRADES: list[Step] = [_add_born_at, _add_brought, _add_digests, _add_pages, _add_tally]
VERSION = newest(UPGRADES)


def is_current(database: sqlite3.Connection, path: Path) -> bool:
    """Whether the database has this version's layout; False for a new file and for an earlier version's.

    Raises StateError for a foreign file, a newer one, and one that lacks what its version should have.
    """
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application = database.execute("PRAGMA application_id").fetchone()[0]
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if not tables:
        return False
    if application != APPLICATION_ID or version < 1:
        raise StateError(f"{path} is a database of another program; choose another DATA_DIR.")
    if version > VERSION:
        raise StateError(
            f"{path} was written by version {version} of the frontier; this is {VERSION}. "
            "Upgrade, or choose another DATA_DIR."
        )
    if version == VERSION and (lack := lacking(database, EXPECTED)):
        raise StateError(
            f"the frontier {path} cannot be used: it lacks {', '.join(lack)}. Nothing was changed; move the file away "
            "to start anew, or choose another DATA_DIR."
        )
    return bool(version == VERSION)


def make_current(database: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new file, or bring those of an earlier version to this one. Raises StateError."""
    if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
        database.executescript(f"BEGIN; {SCHEMA} {marks} COMMIT;")
    else:
        upgrade(database, UPGRADES)
        is_current(database, path)
