"""The index's rows in the shared PostgreSQL database, for processes on any machines: rows.Rows.

A decision is one short transaction, as in SQLite; but where SQLite lets one process write at a time, here decisions
about different articles go on side by side. Advisory locks see to it that they come out as if one had followed the
other (`_locks`). The statements of a transaction are sent without waiting for their answers (libpq's pipeline mode), so
a new article costs two round trips: the look-up by all keys, then everything that is written, with the commit.

A decision need not be on the server's disk when it is made: what is lost by a crash of the server is lost with the
commits that rest on it, which are (`durable`), since the server writes its log in order.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from snapshot_crawler.dedup import presence
from snapshot_crawler.dedup.decision import State
from snapshot_crawler.dedup.identity import signed_hash
from snapshot_crawler.dedup.postgres_schema import (
    DONE,
    ENTER,
    FAMILY,
    LOCKS,
    ROOM,
    SESSION,
    SHARING,
    STEPS,
    Row,
    id_of,
    row_of,
    stored_id,
    stored_text,
    text_of,
)
from snapshot_crawler.dedup.rows import Entry, Unsettled
from snapshot_crawler.exceptions import LeaseLostError
from snapshot_crawler.postgres.address import database_url, without_password
from snapshot_crawler.postgres.database import LONGEST_STATEMENT_S, Database
from snapshot_crawler.postgres.migrations import migrate
from snapshot_crawler.postgres.worker import worker_name

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")
INDEX, BUCKETS = 1710, 1711  # first numbers of our advisory locks, by choice; postgres/migrations.py has another
WHOLE, STORIES = 0, 1  # second numbers of INDEX
BUCKET_BITS = 10  # of a key, by choice: 1,024 locks, so that two decisions at once seldom meet by accident
SPARE_S = 10.0  # by choice: how long an entry's number that was not used may wait for the next entry
CONTENTS = {"id", "content", "state", "version", "print"}  # of rows.Entry, as change() names them


class PostgresRows:
    """See rows.Rows. root: the DATA_DIR of this process, whose worker's name tells it from those on other machines."""

    def __init__(self, database: Database, root: Path) -> None:
        self.database, self.root = database, root
        self.presence: presence.Presence | None = None
        self.scale = 1.0  # of its times
        self.connection: psycopg.Connection | None = None  # while a transaction is open
        self.client = secrets.randbits(62)  # this process, in the table of what was written last
        self.token: int | None = None  # of the open transaction, where it must not be repeated once it is committed
        self.rows: dict[int, Row | None] = {}  # what the open transaction has read or written; None: no such entry
        self.new: dict[str, Any] | None = None  # an entry that is to be written with its note and keys
        self.holds: Callable[[str], bool] | None = None  # see rows.InCommits
        self.job = ""  # for which this process works
        self.spare: tuple[int, float] | None = None  # an entry's number, and until when it may be used
        self.set_up: psycopg.Connection | None = None  # the connection that was told how we commit
        with ExitStack() as on_failure:
            on_failure.callback(database.close)
            migrate(database, ROOM, STEPS)
            on_failure.pop_all()

    @classmethod
    def at(cls, root: Path, settings: Mapping[str, Any]) -> Self:
        """See rows.Rows."""
        rows = cls(Database.of(settings), root)
        rows.scale = float(settings.get(presence.LEASE_SETTING) or 0) / presence.USUAL_FRONTIER_LEASE_S or 1.0
        return rows

    @classmethod
    def is_at(cls, root: Path, settings: Mapping[str, Any]) -> bool:
        """See rows.Rows."""
        database = Database.of(settings)
        try:
            return database.read("SELECT to_regclass('index_entry') IS NOT NULL") == [(True,)]
        finally:
            database.close()

    @classmethod
    def place(cls, root: Path, settings: Mapping[str, Any]) -> str:
        """See rows.Rows."""
        return without_password(database_url(settings) or "")

    def close(self) -> None:
        """See rows.Rows. Ends the owner's lease: what is not settled now never will be by this process."""
        held, self.presence = self.presence, None
        if held is not None:
            held.close()
            connection = self.database.connection
            if connection is not None and not connection.closed:
                with suppress(self.database.psycopg.Error):  # it ends by itself
                    connection.execute(presence.END, (held.owner, held.epoch))
                    connection.execute("DELETE FROM index_done WHERE client = %s", (self.client,))
        self.database.close()

    # --- Transactions
    @contextmanager
    def transaction(self, *, durable: bool = False, keys: Iterable[int] | None = None) -> Iterator[None]:
        """See rows.Rows."""
        if self.connection is not None:
            yield
            return
        connection = self.database.connected()
        with self.database.errors_as_ours(), self._opened(connection, durable=durable, keys=keys):
            yield

    def run(self, work: Callable[[], T], *, durable: bool = False, keys: Iterable[int] | None = None) -> T:
        """See rows.Rows."""
        if self.connection is not None:
            return work()
        wanted, repeats = None if keys is None else tuple(keys), 0
        while True:
            connection, result, is_done = self.database.connected(), None, False
            try:
                with self._opened(connection, durable=durable, keys=wanted, is_noted=True):
                    result = work()
                    is_done = True
                return result
            except self.database.psycopg.Error as error:
                if not self.database.again(error, connection, repeats):
                    repeats += 1
                elif is_done and self._was_committed(wanted):
                    assert result is not None
                    return result

    @contextmanager
    def _opened(
        self, connection: psycopg.Connection, *, durable: bool, keys: Iterable[int] | None, is_noted: bool = False
    ) -> Iterator[None]:
        """A transaction round the block; psycopg's own errors come out of it."""
        self.passed()
        if self.set_up is not connection:
            connection.execute(SESSION.encode())
            if self.presence is not None and self.presence.has_begun:  # the database was away, and nobody could renew
                connection.execute(
                    presence.RENEW, (presence.LEASE_S * self.scale, self.presence.owner, self.presence.epoch)
                )
            self.set_up = connection
        self.rows, self.connection, self.token, self.new = {}, connection, None, None
        try:
            with self.database.watchdog.watching(connection, LONGEST_STATEMENT_S), connection.pipeline():
                connection.execute("BEGIN")
                if durable:
                    connection.execute("SET LOCAL synchronous_commit = on")
                locked = self._do(*_locks(keys))
                yield
                self._write()
                if is_noted:
                    locked.fetchall()  # the server has passed them, so who waits for them waits for this transaction
                    self.token = secrets.randbits(62)
                    connection.execute(DONE.encode(), (self.client, self.token))
                connection.execute("COMMIT")
        except BaseException:
            if not connection.closed and not connection.broken:
                connection.rollback()
            raise
        finally:
            self.connection = None

    def _was_committed(self, keys: Iterable[int] | None) -> bool:
        """Whether the transaction whose connection was lost is committed all the same; waits for its end."""
        token = self.token
        if token is None:
            return False  # its COMMIT was not sent yet
        query, *values = _locks(keys)

        def written(cursor: psycopg.Cursor) -> list[Any]:
            cursor.execute(query.encode(), values)
            return cursor.execute("SELECT token FROM index_done WHERE client = %s", (self.client,)).fetchall()

        return self.database.run(written) == [(token,)]

    def _do(self, query: str, *values: Any) -> psycopg.Cursor:
        """Send a statement; its answer is waited for when it is fetched."""
        assert self.connection is not None, "outside of transaction()"
        self._write()
        return self.connection.execute(query.encode(), values)

    def _write(self) -> None:
        """Send the new entry that waits for what belongs to it."""
        new, self.new = self.new, None
        if new is not None:
            assert self.connection is not None
            self.connection.execute(ENTER.encode(), new)

    def _one(self, query: str, *values: Any) -> Any:
        row = self._do(query, *values).fetchone()
        return row[0] if row else None

    # --- Owners
    def register(self, name: str) -> int:
        """See rows.Rows. Processes of several machines work for one job, so the owner is the job's worker."""
        self.job, worker = name, f"{name}@{worker_name(self.root)}"
        self._do("DELETE FROM index_done WHERE at < now() - interval '1 day'")  # of processes that were killed
        ((owner, epoch),) = self._do(presence.REGISTER, worker).fetchall()
        if self.presence is not None:
            self.presence.close()
        beside = Database(self.database.address, wait_s=presence.RENEW_EVERY_S * self.scale)
        self.presence = presence.Presence(beside, owner, epoch, scale=self.scale)
        self.presence.start()
        return int(owner)

    def be_present(self) -> None:
        """See rows.InCommits."""
        if self.presence is not None:
            self._do(presence.RENEW, presence.LEASE_S * self.scale, self.presence.owner, self.presence.epoch)
            self.presence.has_begun = True

    def is_alive(self, owner: int) -> bool:
        """See rows.Rows. One that is over its end is given up: it will not come back with what it has noted."""
        if self._one(presence.IS_ALIVE, owner) or self.database.is_just_back(presence.LEASE_S * self.scale):
            return True
        if self._one(presence.GIVE_UP, owner) is not None:
            return False
        return bool(self._one(presence.IS_ALIVE, owner))  # given up before, or it has renewed its lease just now

    def given_up(self, numbers: Sequence[int]) -> list[Unsettled]:
        """See rows.Rows."""
        found = [(row.note, row.is_alive) for row in self._load(numbers) if row.note is not None]
        return [
            note
            for note, is_alive in found
            if not self._is_mine(note.owner)
            and (self._cannot_come(note) or not (is_alive or self.is_alive(note.owner)))
        ]

    def _cannot_come(self, note: Unsettled) -> bool:
        """Whether the frontier will refuse the commit with which another process would publish it: it is for the same
        job, and the page's host is held by this process, not by that one any more, however alive it is."""
        if self.holds is None:
            return False
        name = self._one("SELECT name FROM index_owner WHERE n = %s", note.owner) or ""
        return bool(name.rpartition("@")[0] == self.job and self.holds(note.url))

    def _is_mine(self, owner: int) -> bool:
        return self.presence is not None and self.presence.owner == owner

    # --- Finding
    def sharing(self, keys: Sequence[int], newest: int) -> list[list[int]]:
        """See rows.Rows."""
        lacks_number = self.spare is None or self.spare[1] < time.monotonic()
        rows = self._do(SHARING, newest, lacks_number, list(keys)).fetchall()
        if lacks_number:
            self.spare = rows[0][1], time.monotonic() + SPARE_S
        return [row[0] for row in rows]

    def with_key(self, key: int) -> list[tuple[int, str]]:
        """See rows.Rows."""
        query = "SELECT n, id FROM index_key JOIN index_entry USING (n) WHERE key = %s ORDER BY n"
        return [(n, id_of(stored)) for n, stored in self._do(query, key).fetchall()]

    def add_keys(self, n: int, keys: Iterable[int]) -> None:
        """See rows.Rows."""
        if self.new is not None and self.new["n"] == n and not self.new["keys"]:
            self.new["keys"] = sorted(set(keys))
            return
        self._do(
            "INSERT INTO index_key (n, key) SELECT %s, unnest(%s::integer[]) ON CONFLICT DO NOTHING",
            *(n, sorted(set(keys))),
        )

    # --- Entries
    def __len__(self) -> int:
        return int(self._one("SELECT count(*) FROM index_entry"))

    def _load(self, numbers: Sequence[int]) -> list[Row]:
        """Entries, with all that they lead to; under the lock of the stories, so that nobody changes them meanwhile."""
        if lacking := [n for n in numbers if n not in self.rows]:
            self._do("SELECT pg_advisory_xact_lock(%s, %s)", INDEX, STORIES)
            self.rows.update(dict.fromkeys(lacking))
            for columns in self._do(FAMILY, lacking).fetchall():
                self.rows[columns[0]] = row_of(columns)
        return [row for n in sorted(set(numbers)) if (row := self.rows[n]) is not None]

    def _row(self, n: int) -> Row | None:
        return next(iter(self._load([n])), None)

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        """See rows.Rows."""
        return [replace(row.entry) for row in self._load(numbers)]

    def insert(self, entry: Entry, *, story: int | None, source: str | None) -> int:
        """See rows.Rows."""
        if self.spare is not None and self.spare[1] >= time.monotonic():
            n = self.spare[0]
        else:
            n = self._one("SELECT nextval('index_entry_number')")
        self.spare = None
        self._write()
        self.new = {
            "n": n,
            "story": story,
            "version": entry.version,
            "state": int(entry.state),
            "id": stored_id(entry.id),
            "content": entry.content,
            "print": entry.print,
            "source": None if source is None else stored_text(source),
            "keys": [],
            "owner": None,
            "url_key": None,
            "url": None,
        }
        self.rows[n] = Row(replace(entry, n=n), story, None, source, None, None)
        return int(n)

    def change(self, n: int, **values: bytes | int | None) -> None:
        """See rows.Rows."""
        columns = ", ".join(f"{name} = %s" for name in values)
        stored = [int(value) if isinstance(value, State) else value for value in values.values()]
        self._do(f"UPDATE index_entry SET {columns} WHERE n = %s", *stored, n)
        if (row := self.rows.get(n)) is not None:
            own: dict[str, Any] = {name: value for name, value in values.items() if name in CONTENTS}
            links: dict[str, Any] = {name: value for name, value in values.items() if name not in CONTENTS}
            if "state" in own:
                own["state"] = State(own["state"])
            self.rows[n] = row._replace(entry=replace(row.entry, **own), **links)

    def repoint(self, link: str, old: int, new: int | None) -> None:
        """See rows.Rows."""
        self._do(f"UPDATE index_entry SET {link} = %s WHERE {link} = %s", new, old)
        self.rows.clear()

    def delete(self, n: int) -> None:
        """See rows.Rows."""
        for table in ("index_key", "index_unsettled", "index_entry"):
            self._do(f"DELETE FROM {table} WHERE n = %s", n)
        self.rows[n] = None

    def id(self, n: int) -> str:
        """See rows.Rows."""
        row = self._row(n)
        assert row is not None
        return row.entry.id

    def state(self, n: int) -> State | None:
        """See rows.Rows."""
        row = self._row(n)
        return None if row is None else row.entry.state

    def story(self, n: int) -> int | None:
        """See rows.Rows."""
        row = self._row(n)
        return None if row is None else row.story

    def lead(self, n: int) -> int | None:
        """See rows.Rows."""
        row = self._row(n)
        return None if row is None else row.lead

    def heir(self, n: int) -> int | None:
        """See rows.Rows."""
        found: int | None = self._one("SELECT min(n) FROM index_entry WHERE story = %s", n)
        return found

    def source(self, n: int) -> str | None:
        """See rows.Rows."""
        row = self._row(n)
        return None if row is None else row.source

    # --- Unsettled notes
    def note(self, note: Unsettled) -> None:
        """See rows.Rows."""
        row = self.rows.get(note.n)
        if row is not None:
            known = row.note
            kept = note if known is None else replace(known, owner=note.owner, url=note.url)
            self.rows[note.n] = row._replace(note=kept, is_alive=True)
        if self.new is not None and self.new["n"] == note.n and note.before_state is None:
            self.new |= {"owner": note.owner, "url_key": signed_hash(note.url), "url": stored_text(note.url)}
            return
        was = (note.before_version, None if note.before_state is None else int(note.before_state))
        self._do(
            "INSERT INTO index_unsettled (n, owner, url_key, url, before_version, before_state, before_content)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (n) DO UPDATE"
            " SET owner = excluded.owner, url_key = excluded.url_key, url = excluded.url",
            *(note.n, note.owner, signed_hash(note.url), stored_text(note.url), *was, note.before_content),
        )

    def unsettled(self, n: int) -> Unsettled | None:
        """See rows.Rows."""
        row = self._row(n)
        return None if row is None else row.note

    def unsettled_of(self, owner: int) -> list[Unsettled]:
        """See rows.Rows."""
        query = (
            "SELECT n, owner, url, before_content, before_version, before_state FROM index_unsettled WHERE owner = %s"
        )
        return [
            Unsettled(n, holder, text_of(url), content, version, None if state is None else State(state))
            for n, holder, url, content, version, state in self._do(query, owner).fetchall()
        ]

    def readdress(self, n: int, url: str) -> None:
        """See rows.Rows."""
        query = "UPDATE index_unsettled SET url = %s, url_key = %s WHERE n = %s"
        self._do(query, stored_text(url), signed_hash(url), n)
        self.rows.pop(n, None)

    def settle(self, owner: int, urls: Sequence[str]) -> set[str]:
        """See rows.Rows. Raises LeaseLostError where the others have given this process up."""
        assert self.presence is not None and self.presence.owner == owner, "only its own"
        keys, stored = [signed_hash(url) for url in urls], [stored_text(url) for url in urls]
        ((is_held, gone),) = self._do(presence.SETTLE, owner, self.presence.epoch, keys, stored).fetchall()
        if not is_held:
            raise LeaseLostError(
                "this process was cut off or asleep for so long that others have taken over what it had in hand; "
                "run the same command again"
            )
        self.rows.clear()
        return {text_of(url) for url in gone}

    def settle_entries(self, numbers: Iterable[int]) -> None:
        """See rows.Rows."""
        gone = list(numbers)
        self._do("DELETE FROM index_unsettled WHERE n = ANY(%s)", gone)
        for n in gone:
            self.rows.pop(n, None)

    # --- Beside the frontier
    @contextmanager
    def within(self, cursor: psycopg.Cursor) -> Iterator[None]:
        """Do what follows in an open transaction of another connection to the same database: the frontier's commit."""
        self.connection, self.rows = cursor.connection, {}
        try:
            yield
        finally:
            self.connection = None

    def passed(self) -> None:
        """See rows.Rows."""
        if self.presence is not None:
            self.presence.passed()


def _locks(keys: Iterable[int] | None) -> tuple[Any, ...]:
    """The statement that takes the locks of a transaction, in the order that all take, and its values: the whole
    index, then buckets of keys.

    A decision shares the index with others, and locks the keys by which it looks up and is found. Whoever may touch any
    entry, or names no keys, has the index for itself. A decision that finds entries locks the stories, too, for it may
    join them or take their lead (`_load`).
    """
    if keys is None:
        return "SELECT pg_advisory_xact_lock(%s, %s)", INDEX, WHOLE
    return LOCKS, INDEX, WHOLE, BUCKETS, sorted({key & ((1 << BUCKET_BITS) - 1) for key in keys})
