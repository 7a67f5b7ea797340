"""The subscriptions of a DATA_DIR, in DATA_DIR/subscriptions.sqlite: made, changed, confirmed and stopped here.

The pages call this, each request with a Store of its own; queue.py has what waits to be sent. It is the portal's only
state: durable, of several processes, readable by its owner alone, since it holds addresses. Of articles it holds ids
and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Self

from snapshot_crawler.exceptions import StateError
from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.jobs.history import moment_text, read_moment
from snapshot_crawler.portal.subscriptions.model import KINDS, State, Subscription, Wishes
from snapshot_crawler.portal.subscriptions.tokens import CONFIRM, STOP, hash_of, is_code, new_key, new_token
from snapshot_crawler.sqlite_errors import storage_error
from snapshot_crawler.upgrades import Step, newest, upgrade

NAME = "subscriptions.sqlite"
APPLICATION_ID = 0x534E5342  # "SNSB"
PATIENCE_MS = 10_000  # for another process's transaction; ours last milliseconds
HOUR_S, DAY_S = 3600.0, 86_400.0
UNUSED_DAYS = 180  # by choice: what sends nothing, and nobody has opened for so long, makes room when all is full
ASKED_A_DAY = 3  # confirmations to one mail address, by choice: nobody's mailbox is filled by somebody else
SCHEMA = """
-- a moment is JSON: [seconds since 1970, seconds since the machine's start, that start's name] (jobs/clock.py)
CREATE TABLE subscription (
    id INTEGER PRIMARY KEY AUTOINCREMENT, token BLOB NOT NULL UNIQUE,  -- its hash (tokens.py)
    wishes TEXT NOT NULL, language TEXT NOT NULL, created TEXT NOT NULL, changed REAL NOT NULL,
    used INTEGER NOT NULL,  -- the day since 1970 on which it was last opened
    state TEXT NOT NULL DEFAULT 'none', kind TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    sent TEXT, missed INTEGER NOT NULL DEFAULT 0,
    born TEXT NOT NULL DEFAULT '', place INTEGER NOT NULL DEFAULT 0  -- what was in the library when notices began
);
CREATE INDEX subscription_state ON subscription (state) WHERE state <> 'none';
-- articles to tell; notice: the message that names them
CREATE TABLE waiting (
    no INTEGER PRIMARY KEY, subscription INTEGER NOT NULL, article TEXT NOT NULL, notice INTEGER,
    UNIQUE (subscription, article)
);
CREATE INDEX waiting_notice ON waiting (notice);
-- messages that are not known to have arrived; their numbers are never given again
CREATE TABLE notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT, subscription INTEGER NOT NULL, what TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, tried TEXT, before TEXT
);
CREATE INDEX notice_subscription ON notice (subscription);
-- hashes of the ids of all articles that were ever looked at
CREATE TABLE seen (article INTEGER PRIMARY KEY);
-- confirmations that were asked for, the addresses hashed
CREATE TABLE asked (subscription INTEGER NOT NULL, address BLOB NOT NULL, at TEXT NOT NULL);
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
UPGRADES: tuple[Step, ...] = ()  # each brings a file to the next layout; never changed, only added to
COLUMNS = "id, wishes, language, created, changed, state, kind, address, sent, missed, born, place"


class FullError(Exception):
    """There are as many subscriptions as there may be, or too many were made within the hour, or mails asked for."""


class Store:
    """One open store. Not for two threads; each opens its own."""

    def __init__(self, root: Path) -> None:
        """Open it; it is made where it is missing. Raises StorageError, StateError."""
        self.path = root / NAME
        with ExitStack() as on_failure, self._errors_told():
            root.mkdir(parents=True, exist_ok=True)
            os.close(
                os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            )  # its journal gets the same rights
            self.db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            on_failure.callback(self.db.close)
            self.db.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
            # what was sent must be known after a power cut; who ends a subscription leaves no address behind, in no log
            self.db.execute("PRAGMA journal_mode = DELETE")
            self.db.execute("PRAGMA synchronous = FULL")
            self.db.execute("PRAGMA secure_delete = ON")
            self._bring_up_to_date()
            on_failure.pop_all()

    @staticmethod
    def is_at(root: Path) -> bool:
        """Whether a DATA_DIR has any."""
        return (root / NAME).is_file()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def _bring_up_to_date(self) -> None:
        found = self.db.execute("PRAGMA user_version").fetchone()[0]
        if found == 0:
            with self.transaction() as db:
                if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                    for statement in SCHEMA.split(";\n"):
                        db.execute(statement)
                    db.execute("INSERT INTO note VALUES ('key', ?)", (new_key().hex(),))
                    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    db.execute(f"PRAGMA user_version = {newest(UPGRADES)}")
        elif found > newest(UPGRADES):
            raise StateError(f"{self.path} was written by version {found}; this is {newest(UPGRADES)}. Upgrade.")
        elif self.db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StateError(f"{self.path} is a database of another program; move it away")
        elif found < newest(UPGRADES):
            upgrade(self.db, UPGRADES)

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise storage_error(f"the subscriptions {self.path}", error) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and nobody else writes meanwhile. Raises StorageError."""
        with self._errors_told():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    # --- Making and finding
    def create(self, wishes: Wishes, language: str, now: Moment, *, most: int, most_an_hour: int) -> str:
        """A new subscription; its token, which is not to be had again. Raises FullError."""
        token = new_token()
        with self.transaction() as db:
            if not most_an_hour:
                raise FullError
            query = "SELECT created FROM subscription ORDER BY id DESC LIMIT 1 OFFSET ?"
            early = db.execute(query, (most_an_hour - 1,)).fetchone()
            if early and now.since(read_moment(early[0])) < HOUR_S:
                raise FullError
            if _count(db) >= most:
                self._make_room(db)
                if _count(db) >= most:
                    raise FullError
            values = (hash_of(token), _text(wishes), language, moment_text(now), time.time(), _today())
            columns = "token, wishes, language, created, changed, used"
            db.execute(f"INSERT INTO subscription ({columns}) VALUES (?, ?, ?, ?, ?, ?)", values)
        return token

    def _make_room(self, db: sqlite3.Connection) -> None:
        query = "SELECT id FROM subscription WHERE state <> 'on' AND used < ?"
        for (number,) in db.execute(query, (_today() - UNUSED_DAYS,)).fetchall():
            _erase(db, number)

    def of_token(self, token: str) -> Subscription | None:
        """The subscription of a secret address."""
        hashed = hash_of(token)
        if hashed is None:
            return None
        with self._errors_told():
            row = self.db.execute(f"SELECT used, {COLUMNS} FROM subscription WHERE token = ?", (hashed,)).fetchone()
        if row is None:
            return None
        if row[0] != _today():
            with self.transaction() as db:
                db.execute("UPDATE subscription SET used = ? WHERE id = ?", (_today(), row[1]))
        return read(row[1:])

    def of_number(self, number: int) -> Subscription | None:
        """The subscription with that number."""
        with self._errors_told():
            row = self.db.execute(f"SELECT {COLUMNS} FROM subscription WHERE id = ?", (number,)).fetchone()
        return read(row) if row else None

    @property
    def key(self) -> bytes:
        """The key of the codes in messages."""
        with self._errors_told():
            return bytes.fromhex(self.db.execute("SELECT value FROM note WHERE name = 'key'").fetchone()[0])

    @property
    def version(self) -> int:
        """Another number after each change by another connection, such as other wishes."""
        with self._errors_told():
            return int(self.db.execute("PRAGMA data_version").fetchone()[0])

    # --- Changing
    def wish(self, number: int, wishes: Wishes) -> None:
        """Other wishes."""
        with self.transaction() as db:
            query = "UPDATE subscription SET wishes = ?, changed = ? WHERE id = ?"
            db.execute(query, (_text(wishes), time.time(), number))

    def delete(self, number: int) -> None:
        """End a subscription; nothing of it stays."""
        with self.transaction() as db:
            _erase(db, number)

    # --- Notices
    def name_address(
        self, number: int, kind: str, address: str, now: Moment, *, place: tuple[str, int], asks: bool, most_asked: int
    ) -> None:
        """Have notices sent there, of articles that come from now on; asks: after a confirmation. Raises FullError.

        place: what is in the library now. most_asked: confirmations to all addresses within the hour.
        """
        with self.transaction() as db:
            if asks:
                _count_asked(db, number, address, now, most_asked)
            _end_notices(db, number)
            state = State.UNCONFIRMED if asks else State.ON
            db.execute(
                "UPDATE subscription SET state = ?, kind = ?, address = ?, changed = ?, missed = 0, born = ?, place = ?"
                " WHERE id = ?",
                (state, kind, address, time.time(), *place, number),
            )
            if asks:
                db.execute("INSERT INTO notice (subscription, what) VALUES (?, 'confirm')", (number,))

    def confirm(self, number: int, code: str, place: tuple[str, int]) -> bool:
        """The address's owner says yes; whether the link is still good."""
        with self.transaction() as db:
            found = self.of_code(CONFIRM, number, code)
            if found is None or found.state not in (State.UNCONFIRMED, State.ON):
                return False
            if found.state == State.UNCONFIRMED:
                db.execute("DELETE FROM notice WHERE subscription = ?", (number,))
                query = "UPDATE subscription SET state = 'on', changed = ?, born = ?, place = ? WHERE id = ?"
                db.execute(query, (time.time(), *place, number))
            return True

    def stop_by_code(self, number: int, code: str) -> bool:
        """The link of a message: no more notices; whether the link is good. One that was used is good again."""
        found = self.of_number(number)
        if found is not None and found.state != State.NONE:
            found = self.of_code(STOP, number, code)
            if found is not None:
                self.stop(number)
        return found is not None

    def of_code(self, purpose: str, number: int, code: str) -> Subscription | None:
        """The subscription that a message's link is for, where its address still is the one that got the message."""
        found = self.of_number(number)
        is_good = found is not None and bool(found.address) and is_code(self.key, purpose, number, found.address, code)
        return found if is_good else None

    def stop(self, number: int) -> None:
        """No more notices; the address is forgotten, and what waits, too. Pages and feeds stay."""
        with self.transaction() as db:
            _end_notices(db, number)
            query = (
                "UPDATE subscription SET state = 'none', kind = '', address = '', missed = 0, changed = ? WHERE id = ?"
            )
            db.execute(query, (time.time(), number))


def read(row: Iterable[object]) -> Subscription:
    """A subscription of a row with COLUMNS."""
    number, wishes, language, created, changed, state, kind, address, sent, missed, born, place = row
    told = json.loads(str(wishes))
    return Subscription(
        id=int(str(number)),
        wishes=Wishes(**{name: tuple(told.get(name, ())) for name in KINDS}),
        language=str(language),
        created=read_moment(str(created)),
        changed=float(str(changed)),
        state=State(str(state)),
        kind=str(kind),
        address=str(address),
        sent=read_moment(str(sent)) if sent is not None else None,
        missed=int(str(missed)),
        place=(str(born), int(str(place))),
    )


def _text(wishes: Wishes) -> str:
    return json.dumps(asdict(wishes), ensure_ascii=False)


def _today() -> int:
    return int(time.time() // DAY_S)


def _count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM subscription").fetchone()[0])


def _end_notices(db: sqlite3.Connection, number: int) -> None:
    db.execute("DELETE FROM waiting WHERE subscription = ?", (number,))
    db.execute("DELETE FROM notice WHERE subscription = ?", (number,))


def _erase(db: sqlite3.Connection, number: int) -> None:
    _end_notices(db, number)
    db.execute("DELETE FROM subscription WHERE id = ?", (number,))


def _count_asked(db: sqlite3.Connection, number: int, address: str, now: Moment, most: int) -> None:
    """Count a confirmation. Raises FullError for one too many: to this address, of this subscription, or of all."""
    hashed = hashlib.sha256(address.strip().casefold().encode()).digest()
    rows = db.execute("SELECT rowid, subscription, address, at FROM asked").fetchall()
    ages = [(row, now.since(read_moment(row[3]))) for row in rows]
    db.executemany("DELETE FROM asked WHERE rowid = ?", [(row[0],) for row, age in ages if age >= DAY_S])
    ages = [(row, age) for row, age in ages if age < DAY_S]
    same = sum(row[2] == hashed for row, _ in ages)
    own = sum(row[1] == number for row, _ in ages)
    if same >= ASKED_A_DAY or own >= ASKED_A_DAY or sum(age < HOUR_S for _, age in ages) >= most:
        raise FullError
    db.execute("INSERT INTO asked VALUES (?, ?, ?)", (number, hashed, moment_text(now)))
