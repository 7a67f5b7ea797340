"""The index's rows in the shared PostgreSQL database, for processes on any machines: rows.Rows.

A decision is one short transaction (postgres_transactions.py). Its first question brings the entries of all keys and
what the decision will most likely ask of them; what it adds goes out in one statement, with the commit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from snapshot_crawler.dedup import presence
from snapshot_crawler.dedup.decision import State
from snapshot_crawler.dedup.identity import signed_hash
from snapshot_crawler.dedup.index import MOST_VERIFIED, WEIGHT
from snapshot_crawler.dedup.postgres_schema import (
    ENTER,
    FAMILY,
    KEYS,
    NOTE,
    ROOM,
    SHARING,
    SOURCE,
    STEPS,
    Row,
    id_of,
    row_of,
    stored_id,
    stored_text,
    text_of,
)
from snapshot_crawler.dedup.postgres_transactions import PostgresTransactions
from snapshot_crawler.dedup.rows import Entry, Unsettled
from snapshot_crawler.exceptions import LeaseLostError
from snapshot_crawler.postgres.address import database_url, without_password
from snapshot_crawler.postgres.arrays import array, array_of_bytes
from snapshot_crawler.postgres.database import Database
from snapshot_crawler.postgres.migrations import migrate
from snapshot_crawler.postgres.worker import worker_name

if TYPE_CHECKING:
    import psycopg

SPARE_S = 10.0  # by choice: how long an entry's number that was not used may wait for the next entry
CONTENTS = {"id", "content", "state", "version", "print"}  # of rows.Entry, as change() names them


MOST_SOURCES = 10_000  # numbers kept in memory, by choice


@dataclass(slots=True)
class NewEntry:
    """An entry that is written with all that belongs to it. entry, note: values of ENTER and NOTE; keys: an array."""

    n: int
    entry: tuple[Any, ...]
    note: tuple[Any, ...] | None = None
    keys: str | None = None


class PostgresRows(PostgresTransactions):
    """See rows.Rows. root: the DATA_DIR of this process, whose worker's name tells it from those on other machines."""

    def __init__(self, database: Database, root: Path) -> None:
        super().__init__(database)
        self.root = root
        self.presence: presence.Presence | None = None
        self.scale = 1.0  # of its times
        self.rows: dict[int, Row | None] = {}  # what the open transaction has read or written; None: no such entry
        self.loaded: dict[int, Row | None] = {}  # as it was read, before the stories were locked
        self.new: NewEntry | None = None  # it waits for its note and its keys
        self.sources: dict[str, int] = {}  # their numbers
        self.new_sources: dict[str, int] = {}  # since the open transaction began
        self.holds: Callable[[str], bool] | None = None  # see rows.InCommits
        self.job = ""  # for which this process works
        self.spare: tuple[int, float] | None = None  # an entry's number, and until when it may be used
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
    def _begun(self) -> None:
        self.rows, self.loaded, self.new, self.new_sources = {}, {}, None, {}

    def _connected(self) -> tuple[str, tuple[Any, ...]] | None:
        self.sources.clear()  # who knows whether it is the same server
        if self.presence is None or not self.presence.has_begun:
            return None
        return presence.RENEW, (presence.LEASE_S * self.scale, self.presence.owner, self.presence.epoch)

    def _write(self) -> None:
        new, self.new = self.new, None
        if new is not None:
            assert self.statements is not None
            self.statements.add(ENTER, *new.entry)
            if new.note is not None:
                self.statements.add(NOTE, *new.note)
            if new.keys is not None:
                self.statements.add(KEYS, new.n, new.keys)

    def _committed(self) -> None:
        if len(self.sources) > MOST_SOURCES:
            self.sources.clear()
        self.sources |= self.new_sources

    # --- Owners
    def register(self, name: str) -> int:
        """See rows.Rows. Processes of several machines work for one job, so the owner is the job's worker."""
        self.job, worker = name, f"{name}@{worker_name(self.root)}"
        self._tell("DELETE FROM index_done WHERE at < now() - interval '1 day'")  # of processes that were killed
        ((owner, epoch),) = self._ask(presence.REGISTER, worker, changes=True)
        if self.presence is not None:
            self.presence.close()
        beside = Database(self.database.address, wait_s=presence.RENEW_EVERY_S * self.scale)
        self.presence = presence.Presence(beside, owner, epoch, scale=self.scale)
        self.presence.start()
        return int(owner)

    def be_present(self) -> None:
        """See rows.InCommits."""
        if self.presence is not None:
            self._tell(presence.RENEW, presence.LEASE_S * self.scale, self.presence.owner, self.presence.epoch)
            self.presence.has_begun = True

    def is_alive(self, owner: int) -> bool:
        """See rows.Rows. One that is over its end is given up: it will not come back with what it has noted."""
        if self._one(presence.IS_ALIVE, owner) or self.database.is_just_back(presence.LEASE_S * self.scale):
            return True
        if self._one(presence.GIVE_UP, owner, changes=True) is not None:
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
        if self.holds is None or not self.holds(note.url):
            return False
        name = self._one("SELECT name FROM index_owner WHERE n = %s", note.owner) or ""
        return bool(name.rpartition("@")[0] == self.job)

    def _is_mine(self, owner: int) -> bool:
        return self.presence is not None and self.presence.owner == owner

    # --- Finding
    def sharing(self, keys: Sequence[int], newest: int) -> list[list[int]]:
        """See rows.Rows."""
        lacks_number = self.spare is None or self.spare[1] < time.monotonic()
        values = (newest, array(keys), WEIGHT, MOST_VERIFIED + 1, lacks_number)
        found: list[list[int]] = [[] for _ in keys]
        assert self.statements is not None
        is_light = not self.is_begun and self.seen is None
        for row in self.statements.ask(SHARING, *values) if is_light else self._ask(SHARING, *values):
            place, numbers, spare = row[:3]
            if place is None:
                self._keep(row[2:])
                continue
            found[place - 1] = numbers
            if spare is not None:
                self.spare = spare, time.monotonic() + SPARE_S
        if is_light:
            self.seen = newest, ";".join(map(array, found)), array(keys)
        return found

    def with_key(self, key: int) -> list[tuple[int, str]]:
        """See rows.Rows."""
        query = "SELECT n, id FROM index_key JOIN index_entry USING (n) WHERE key = %s ORDER BY n"
        return [(n, id_of(stored)) for n, stored in self._ask(query, key)]

    def add_keys(self, n: int, keys: Iterable[int]) -> None:
        """See rows.Rows."""
        if self.new is not None and self.new.n == n and self.new.keys is None:
            self.new.keys = array(sorted(set(keys)))
            return
        self._tell(
            "INSERT INTO index_key (n, key) SELECT %s, unnest(%s::integer[]) ON CONFLICT DO NOTHING",
            *(n, array(sorted(set(keys)))),
        )

    # --- Entries
    def __len__(self) -> int:
        return int(self._one("SELECT count(*) FROM index_entry"))

    def _load(self, numbers: Sequence[int]) -> list[Row]:
        """Entries, with all that they lead to."""
        if lacking := [n for n in numbers if n not in self.rows]:
            if self.loaded:  # all of them as they were at one moment
                self._hold(stories=True)
            self.rows.update(dict.fromkeys(lacking))
            for columns in self._ask(FAMILY, array(lacking)):
                self._keep(columns)
            if not self.has_stories:
                self.loaded.update((n, None) for n in lacking if self.rows[n] is None)
        return [row for n in sorted(set(numbers)) if (row := self.rows[n]) is not None]

    def _keep(self, columns: tuple[Any, ...]) -> None:
        """Keep a row of FAMILY. One that is known is not read anew: it may have been changed since."""
        n = columns[0]
        if self.rows.get(n) is None:
            self.rows[n] = row_of(columns)
            if not self.has_stories:
                self.loaded[n] = self.rows[n]

    def _is_as_read(self) -> bool:
        assert self.statements is not None
        found = {columns[0]: row_of(columns) for columns in self.statements.ask(FAMILY, array(self.loaded))}
        return all(found.get(n) == row for n, row in self.loaded.items())

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
        if story is not None:
            self._hold(stories=True)
        number = None if source is None else self._source(source)
        self.spare = None
        self._write()
        self.entered = n
        stored = (stored_id(entry.id), entry.content, entry.print)
        self.new = NewEntry(n, (n, story, entry.version, number, int(entry.state), *stored))
        self.rows[n] = Row(replace(entry, n=n), story, None, source, None, None)
        return int(n)

    def _source(self, name: str) -> int:
        if (number := self.sources.get(name) or self.new_sources.get(name)) is None:
            stored = stored_text(name)
            number = self.new_sources[name] = self._one(SOURCE, stored, stored, changes=True)
        return number

    def change(self, n: int, **values: bytes | int | None) -> None:
        """See rows.Rows."""
        self._hold(stories=True)
        columns = ", ".join(f"{name} = %s" for name in values)
        stored = [int(value) if isinstance(value, State) else value for value in values.values()]
        self._tell(f"UPDATE index_entry SET {columns} WHERE n = %s", *stored, n)
        if (row := self.rows.get(n)) is not None:
            own: dict[str, Any] = {name: value for name, value in values.items() if name in CONTENTS}
            links: dict[str, Any] = {name: value for name, value in values.items() if name not in CONTENTS}
            if "state" in own:
                own["state"] = State(own["state"])
            self.rows[n] = row._replace(entry=replace(row.entry, **own), **links)

    def repoint(self, link: str, old: int, new: int | None) -> None:
        """See rows.Rows."""
        self._hold(stories=True)
        self._tell(f"UPDATE index_entry SET {link} = %s WHERE {link} = %s", new, old)
        self.rows.clear()

    def delete(self, n: int) -> None:
        """See rows.Rows."""
        self._hold(stories=True)
        for table in ("index_key", "index_unsettled", "index_entry"):
            self._tell(f"DELETE FROM {table} WHERE n = %s", n)
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
        is_new = self.new is not None and self.new.n == note.n
        if not is_new:
            self._hold(stories=True)
        row = self.rows.get(note.n)
        if row is not None:
            known = row.note
            kept = note if known is None else replace(known, owner=note.owner, url=note.url)
            self.rows[note.n] = row._replace(note=kept, is_alive=True)
        if self.new is not None and is_new and note.before_state is None:
            self.new.note = note.n, note.owner, signed_hash(note.url), stored_text(note.url)
            return
        was = (note.before_version, None if note.before_state is None else int(note.before_state))
        self._tell(
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
            for n, holder, url, content, version, state in self._ask(query, owner)
        ]

    def readdress(self, n: int, url: str) -> None:
        """See rows.Rows."""
        query = "UPDATE index_unsettled SET url = %s, url_key = %s WHERE n = %s"
        self._tell(query, stored_text(url), signed_hash(url), n)
        self.rows.pop(n, None)

    def settle(self, owner: int, urls: Sequence[str]) -> set[str]:
        """See rows.Rows. Raises LeaseLostError where the others have given this process up."""
        assert self.presence is not None and self.presence.owner == owner, "only its own"
        keys, stored = array(map(signed_hash, urls)), array_of_bytes(map(stored_text, urls))
        values = (owner, self.presence.epoch, keys, stored)
        ((is_held, gone),) = self._ask(presence.SETTLE, *values, changes=True)
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
        self._tell("DELETE FROM index_unsettled WHERE n = ANY(%s)", array(gone))
        for n in gone:
            self.rows.pop(n, None)

    # --- Beside the frontier
    @contextmanager
    def within(self, cursor: psycopg.Cursor) -> Iterator[None]:
        """Do what follows in an open transaction of another connection to the same database: the frontier's commit."""
        self._make_up()
        self._begun()
        self.beside = cursor
        try:
            yield
        finally:
            self.beside = None

    def committed(self) -> None:
        """See rows.InCommits."""
        self.since.clear()

    def passed(self) -> None:
        """See rows.Rows."""
        if self.presence is not None:
            self.presence.passed()
