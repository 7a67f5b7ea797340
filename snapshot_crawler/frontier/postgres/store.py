"""The frontier of one job in the shared database: entries, notes and commits; outputs.py has what is known of files.

Changes are held back until the commit (pending.py), which is one transaction. Those whose result is asked for at once
are carried out in a transaction that stays open until then (postgres/unit.py); a run does so at its beginning and its
end, when it has nothing in progress. A commit whose answer was lost is known by its number, and not done twice.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from snapshot_crawler.exceptions import LeaseLostError, StorageError
from snapshot_crawler.frontier.outcome import NO_REJECTION, Kind, reason_of
from snapshot_crawler.frontier.postgres import rows
from snapshot_crawler.frontier.postgres.outputs import PostgresOutputs
from snapshot_crawler.frontier.postgres.pending import Leased, Pending
from snapshot_crawler.frontier.postgres.rows import SELECT, entry_of_row, spot
from snapshot_crawler.frontier.postgres.share import PostgresShare
from snapshot_crawler.frontier.store import LATE_ATTEMPTS, NO_DIGESTS, Entry, KeptPage, State
from snapshot_crawler.postgres.database import Database
from snapshot_crawler.postgres.unit import Unit

if TYPE_CHECKING:
    import psycopg

IDS_AT_ONCE = 1000  # as the sequence of schema.py counts
ABSENT_KEPT = 10_000  # keys that were looked up and not found, by choice: the links of some pages
WHOLE_JOB = 0  # the worker of notes that are not one worker's
# Notes that speak of files below a DATA_DIR, or of what its last process did. All others are of the whole job
OF_WORKER = ("output/", "rewriting/", "archive/")
OF_WORKER_TOO = frozenset(
    {"stopped_cleanly", "data_dir", "owner", "note/traps", "note/cookies", "unknown_outputs"}
)  # docs/scaling.md says what that means


class PostgresStore(PostgresOutputs):
    """See store.Store."""

    def __init__(self, database: Database, second: Database, job: int, worker: int, name: str) -> None:
        """second: a connection, for what must not wait for the commit. worker: 0 where nothing is written."""
        self.database, self.job, self.worker, self.name = database, job, worker, name
        self.unit = Unit(database)
        self.pending, self.leased = Pending(), Leased()
        self.absent: set[str] = set()
        self.pages: dict[bytes, KeptPage | None] = {}
        self.hosts_made: set[str] = set()
        self.fences: dict[str, int | None] = {}  # of what was flushed already
        self.flushed: set[str] = set()  # entries in progress no more, among what was flushed
        self.only: list[int] | None = None  # the only entries that may be leased; None: all
        self.beside: list[Callable[[psycopg.Cursor], None]] = []
        self.has_given_up = self.is_closed = False
        self.ids: Iterator[int] = iter(())
        found = database.read("SELECT batch FROM frontier_worker WHERE id = %s", (worker,))
        self.batch: int = found[0][0] if found else 0
        self.share = PostgresShare(second, job, worker)

    # --- Reading and writing
    def _rows(self, query: str, values: Any = (), *, is_exact: bool = True) -> list[Any]:
        """The rows of a query, with all changes so far. is_exact: False where what is held back does not matter."""
        if is_exact:
            self._flush()
        if self.unit.is_open:
            return self.unit.look(lambda cursor: cursor.execute(query, values).fetchall())
        return self.database.read(query, values)

    def _change(self, query: str, values: Any = (), *, is_long: bool = False) -> int:
        """Carry out a statement; how many rows it changed."""
        self._flush()
        return self.unit.do(lambda cursor: cursor.execute(query, values).rowcount, is_long=is_long)

    def _changed(self, query: str, values: Any = ()) -> list[Any]:
        """Carry out a statement that gives rows."""
        self._flush()
        return self.unit.do(lambda cursor: cursor.execute(query, values).fetchall())

    def _flush(self) -> None:
        """Let the transaction have what was held back: what comes next must see it."""
        if self.pending:
            self.fences.update(self._fenced())
            self.flushed.update(key for key, entry in self.pending.changed.items() if entry.state != State.LEASED)
            pending, self.pending = self.pending, Pending()
            self.unit.do(lambda cursor: self._write(cursor, pending))
        self.absent.clear()
        self.pages.clear()

    def _write(self, cursor: psycopg.Cursor, pending: Pending) -> None:
        """Carry out what was held back: new rows first, in the order of their keys (schema.py says why)."""
        common = {"job": self.job, "worker": self.worker}
        if hosts := sorted({entry.host for entry in pending.entries()} - self.hosts_made):
            query = "INSERT INTO frontier_host (job, name) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING"
            cursor.execute(query, (self.job, hosts))
        inserted: set[str] = set()
        if pending.new:
            new = [pending.changed.get(key, entry) for key, entry in pending.new.items()]
            cursor.execute(rows.INSERT, {**common, "rows": rows.parameter(new, pending.mine)})
            inserted = {row[0] for row in cursor.fetchall()}
        changed = [entry for key, entry in pending.changed.items() if key not in inserted]
        mine = [entry for entry in changed if self._may_change(entry)]
        if mine:
            cursor.execute(rows.UPDATE, {**common, "rows": rows.parameter(mine, pending.mine)})
        if awake := [entry for entry in changed if entry.state == State.PENDING and not self._may_change(entry)]:
            spots = [spot(entry.key) for entry in awake]
            values = {"sites": [each[0] for each in spots], "digests": [each[1] for each in spots]}
            cursor.execute(rows.WAKE, {**common, **values})
        for name, value in pending.notes.items():
            cursor.execute(
                "INSERT INTO frontier_note VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (job, worker, name) DO UPDATE SET value = excluded.value",
                (self.job, self._worker_of(name), name, json.dumps(value, ensure_ascii=True)),
            )
        self._write_outputs(cursor, pending)

    def _may_change(self, entry: Entry) -> bool:
        """Whether an entry's row may be written: alone, all; else those of hosts that are held, and what is in progress
        (an entry that goes to another host was this one's, which _check_fence makes sure of)."""
        return not self.share.is_joined or entry.host in self.share.held or entry.key in self.leased.by_key

    def _worker_of(self, note: str) -> int:
        return self.worker if note.startswith(OF_WORKER) or note in OF_WORKER_TOO else WHOLE_JOB

    # --- Addresses
    def enqueue_all(self, entries: Iterable[Entry]) -> set[str]:
        """See store.Store. Another process may store the same address before the next commit: then its row stays."""
        wanted = list(entries)
        unsure = [entry.key for entry in wanted if entry.key not in self.absent]
        known = self.known(unsure) if unsure else set()
        new: set[str] = set()
        for entry in wanted:
            if entry.key not in known and entry.key not in self.pending:
                self.pending.new[entry.key] = replace(entry, id=self._next_id())
                new.add(entry.key)
                self.absent.discard(entry.key)
        return new

    def _next_id(self) -> int:
        for number in self.ids:
            return number
        first: int = self._rows("SELECT nextval('frontier_entry_id')", is_exact=False)[0][0]
        self.ids = iter(range(first + 1, first + IDS_AT_ONCE))
        return first

    def known(self, keys: Iterable[str]) -> set[str]:
        """See store.Store."""
        wanted = set(keys)
        found = {key for key in wanted if key in self.pending}
        if unsure := list(wanted - found):
            spots = [spot(key) for key in unsure]
            values = ([each[0] for each in spots], [each[1] for each in spots], self.job)
            found.update(row[0] for row in self._rows(rows.KNOWN, values, is_exact=False))
            if len(self.absent) + len(unsure) > ABSENT_KEPT:
                self.absent.clear()
            self.absent.update(wanted - found)
        return found

    def get(self, key: str) -> Entry | None:
        """See store.Store."""
        if (entry := self.pending.entry(key)) is None:
            where = "WHERE job = %s AND site = %s AND digest = %s"
            found = self._rows(f"{SELECT} {where}", (self.job, *spot(key)), is_exact=False)
            entry = self.leased.shown(entry_of_row(found[0])) if found else None
        return entry

    def asked_again_at(self, key: str) -> list[Entry]:
        """See store.Store. "$" is the sign behind "#"."""
        stored = self._entries(
            "job = %s AND key LIKE '%%#%%' AND key >= %s AND key < %s ORDER BY id",
            (self.job, f"{key}#", f"{key}$"),
            is_exact=False,
        )
        found = {entry.key: entry for entry in stored}
        found.update({entry.key: replace(entry) for entry in self.pending.entries() if entry.key.startswith(f"{key}#")})
        return sorted(found.values(), key=lambda entry: entry.id)

    def _entries(self, where: str, values: Any, *, is_exact: bool = True) -> list[Entry]:
        found = self._rows(f"{SELECT} WHERE {where}", values, is_exact=is_exact)
        return [self.leased.shown(entry_of_row(row)) for row in found]

    def lease(self, host: str, limit: int) -> list[Entry]:
        """See store.Store. Nothing is written: an entry in progress is whatever a held host has not acknowledged."""
        here = {entry.key: entry for entry in self.pending.entries() if entry.host == host}
        busy = self.leased.by_host.get(host, set())
        values = (self.job, host, self.only, self.only, limit + len(here) + len(busy))
        stored = self._rows(
            f"{SELECT} WHERE job = %s AND host = %s AND state = 0 AND (%s::bigint[] IS NULL OR id = ANY(%s))"
            " ORDER BY priority DESC, id LIMIT %s",
            values,
            is_exact=False,
        )
        waiting = [entry for row in stored if (entry := entry_of_row(row)).key not in here and entry.key not in busy]
        waiting += [
            replace(entry)
            for entry in here.values()
            if entry.state == State.PENDING and entry.key not in busy and (self.only is None or entry.id in self.only)
        ]
        waiting.sort(key=lambda entry: (-entry.priority, entry.id))
        for entry in waiting[:limit]:
            entry.state = State.LEASED
            self.leased.add(entry, self.share.held.get(host))
            if entry.key in here:
                here[entry.key].state = State.LEASED
        return waiting[:limit]

    def server_time(self) -> float:
        """See store.SharedStore."""
        query = "SELECT extract(epoch FROM clock_timestamp())::double precision"
        return float(self.database.read(query)[0][0])

    def is_current(self, entry: Entry) -> bool:
        """See store.SharedStore."""
        host, epoch = self.leased.by_key.get(entry.key, (entry.host, None))
        return epoch is None or self.share.held.get(host) == epoch

    def drop(self, entry: Entry) -> None:
        """See store.SharedStore."""
        self.leased.end(entry.key)
        for known in (self.pending.new.get(entry.key), self.pending.changed.get(entry.key)):
            if known is not None and known.state == State.LEASED:
                known.state = State.PENDING

    def update(self, entry: Entry) -> None:
        """See store.Store."""
        if (entry.state == State.DONE or entry.item_count) and not entry.batch:
            entry.batch = self.batch + 1
            self.pending.mine.add(entry.key)
        self.pending.changed[entry.key] = replace(entry)
        if entry.state != State.LEASED and not self.share.is_joined:
            self.leased.end(entry.key)

    def fail_host(self, host: str, outcome: str) -> int:
        """See store.Store."""
        query = "UPDATE frontier_entry SET state = 3, outcome = %s WHERE job = %s AND host = %s AND state = 0"
        return self._change(query, (outcome, self.job, host))

    # --- How far the job is
    def hosts(self) -> dict[str, int]:
        """See store.Store. While others work on the job, too: of the hosts that are held."""
        held = list(self.share.held) if self.share.is_joined else None
        query = (
            "SELECT host, count(*) FROM frontier_entry WHERE job = %s AND state = 0"
            " AND (%s::bigint[] IS NULL OR id = ANY(%s)) AND (%s::text[] IS NULL OR host = ANY(%s)) GROUP BY host"
        )
        found = dict(self._rows(query, (self.job, self.only, self.only, held, held)))
        for host, keys in self.leased.by_host.items():
            if host in found:
                found[host] -= len(keys)
        return dict(sorted((host, number) for host, number in found.items() if number > 0))

    def known_hosts(self) -> set[str]:
        """See store.Store."""
        return {row[0] for row in self._rows("SELECT name FROM frontier_host WHERE job = %s", (self.job,))}

    def due_lists(self, most: int) -> list[Entry]:
        """See store.Store."""
        where = "job = %s AND is_list AND state = 2 AND kind <> 'next' ORDER BY due_at, id LIMIT %s"
        return self._entries(where, (self.job, most))

    def visited_lists(self) -> int:
        """See store.Store."""
        query = "SELECT count(*) FROM frontier_entry WHERE job = %s AND is_list AND state = 2"
        number: int = self._rows(query, (self.job,))[0][0]
        return number

    def counts(self) -> dict[str, int]:
        """See store.Store."""
        query = "SELECT state, count(*) FROM frontier_entry WHERE job = %s GROUP BY state"
        found = {State(state).name.lower(): count for state, count in self._rows(query, (self.job,))}
        if busy := len(self.leased.by_key):
            found["leased"] = busy
            found["pending"] = found.get("pending", 0) - busy
        return {name: count for name, count in found.items() if count > 0}

    # --- The beginning of a run
    def recover(self) -> int:
        """See store.Store. A killed process leaves no mark, so only what this one has in progress comes back."""
        left = [key for key in self.leased.by_key if key not in self.pending.changed]  # the fence asks for the others
        for key in left:
            self.leased.end(key)
        for entry in self.pending.new.values():
            if entry.state == State.LEASED:
                entry.state = State.PENDING
        return len(left)

    def revisit_lists(self, now: float, horizon: float, *, share: float) -> int:
        """See store.Store."""
        is_due = "job = %s AND is_list AND (due_at <= %s OR due_at > %s) AND"
        first = self._change(
            f"UPDATE frontier_entry SET state = 0 WHERE {is_due} kind <> 'next'"
            " AND (state IN (2, 3) OR state = 4 AND kind IN ('start', 'feed', 'sitemap'))",
            (self.job, now, horizon),
            is_long=True,
        )
        size = self._rows("SELECT count(*) FROM frontier_entry WHERE job = %s", (self.job,))[0][0]
        later = self._change(
            f"UPDATE frontier_entry SET state = 0 WHERE job = %s AND (site, digest) IN (SELECT site, digest"
            f" FROM frontier_entry WHERE {is_due} kind = 'next' AND state = 2 ORDER BY due_at, id LIMIT %s)",
            (self.job, self.job, now, horizon, max(0, int(size * share) - 1 - first)),
            is_long=True,
        )
        return first + later

    def revisit_articles(self, *, born_after: float, fetched_before: str) -> int:
        """See store.Store."""
        return self._change(
            "UPDATE frontier_entry SET state = 0"
            " WHERE job = %s AND NOT is_list AND state = 2 AND born_at > %s AND fetched_at < %s",
            (self.job, born_after, fetched_before),
            is_long=True,
        )

    def revive(self, now: float, *, most_attempts: int) -> int:
        """See store.Store."""
        return self._change(
            "UPDATE frontier_entry SET state = 0 WHERE job = %s AND state = 3 AND (NOT is_list OR kind = 'next')"
            " AND (attempts < %s OR attempts < %s AND due_at <= %s)",
            (self.job, most_attempts, most_attempts + LATE_ATTEMPTS, now),
            is_long=True,
        )

    def revive_all(self) -> None:
        """See store.Store."""
        self._change(
            "UPDATE frontier_entry SET state = 0, attempts = 0, etag = NULL, modified = NULL"
            " WHERE job = %s AND (state <> 0 OR attempts > 0 OR etag IS NOT NULL OR modified IS NOT NULL)"
            " AND coalesce(outcome, '') <> %s",
            (self.job, Kind.TAKEN_DOWN),
            is_long=True,
        )

    def reopen(self, outcomes: Iterable[str]) -> list[str]:
        """See store.Store."""
        urls: list[str] = []
        for outcome in outcomes:
            found = self._changed(
                "UPDATE frontier_entry SET state = 0, outcome = NULL"
                " WHERE job = %s AND state = 4 AND starts_with(outcome, %s) RETURNING url",
                (self.job, str(outcome)),
            )
            urls += [row[0] for row in found]
        return urls

    def only_rejected(self, since: str, reasons: Iterable[str]) -> int:
        """See store.Store."""
        found = self._rows(
            "SELECT id, outcome FROM frontier_entry WHERE job = %s AND state IN (2, 3, 4) AND NOT is_list"
            " AND item_count = 0 AND fetched_at >= %s"
            " AND (outcome LIKE 'rejected: %%' OR outcome LIKE 'dropped: %%')",
            (self.job, since),
        )
        wanted = set(reasons)
        ids = [
            row[0]
            for row in found
            if (reason := reason_of(row[1])) not in NO_REJECTION and (not wanted or reason in wanted)
        ]
        self._change(
            "UPDATE frontier_entry SET state = 0, attempts = 0 WHERE job = %s AND id = ANY(%s)", (self.job, ids)
        )
        self.only = self.share.only = ids
        return len(ids)

    def include(self, key: str) -> None:
        """See store.Store."""
        if self.only is not None and (entry := self.get(key)) is not None:
            self.only.append(entry.id)

    # --- Notes and commits
    def get_state(self, name: str) -> Any:
        """See store.Store."""
        if name in self.pending.notes:
            return json.loads(json.dumps(self.pending.notes[name]))
        query = "SELECT value FROM frontier_note WHERE job = %s AND worker = %s AND name = %s"
        found = self._rows(query, (self.job, self._worker_of(name), name), is_exact=False)
        return json.loads(found[0][0]) if found else None

    def set_state(self, name: str, value: Any) -> None:
        """See store.Store."""
        self.pending.notes[name] = value

    def commit(self, outputs: Mapping[str, int], digests: Mapping[str, bytes | None] = NO_DIGESTS) -> int:
        """See store.Store. Raises LeaseLostError where pages are among it whose host was given to another process."""
        if self.has_given_up:
            return self.batch
        batch, pending = self.batch + 1, self.pending
        fenced = {**self.fences, **self._fenced()}

        def last(cursor: psycopg.Cursor) -> None:
            for each in self.beside:
                each(cursor)
            self._write(cursor, pending)
            self._check_fence(cursor, fenced)
            self._write_lengths(cursor, batch, outputs, digests)
            self._count_commit(cursor, batch)

        self.unit.commit(last, lambda cursor: self._is_committed(cursor, batch))
        self.batch = batch
        self.hosts_made.update(entry.host for entry in pending.entries())
        for key, entry in pending.changed.items():
            if entry.state != State.LEASED:
                self.leased.end(key)
        for key in self.flushed:
            self.leased.end(key)
        pending.clear()
        self.absent.clear()
        self.pages.clear()
        self.fences.clear()
        self.flushed.clear()
        return batch

    def _count_commit(self, cursor: psycopg.Cursor, batch: int) -> None:
        """Raises LeaseLostError where the database does not know the commits before: it was brought back to an earlier
        state while this process was at work, such as by a standby that had not received them."""
        query = "UPDATE frontier_worker SET batch = %s WHERE id = %s AND batch = %s"
        if self.worker and not cursor.execute(query, (batch, self.worker, self.batch)).rowcount:
            raise LeaseLostError(
                f"the database {self.database.name} does not know what this process has committed: it has lost "
                "commits. Run the same command again: its files are brought to what the database knows, and the rest "
                "is fetched again"
            )

    def _fenced(self) -> dict[str, int | None]:
        """The hosts whose pages are to be committed, and the epoch by which they were held."""
        found: dict[str, int | None] = {}
        for key in self.pending.changed:
            host, epoch = self.leased.by_key.get(key, ("", None))
            if epoch is not None:
                found[host] = epoch
        return found

    def _check_fence(self, cursor: psycopg.Cursor, fenced: dict[str, int | None]) -> None:
        if not fenced:
            return
        found = cursor.execute(
            "SELECT name, epoch FROM frontier_host WHERE job = %s AND name = ANY(%s) AND owner = %s"
            " ORDER BY name FOR SHARE",
            (self.job, sorted(fenced), self.worker),
        ).fetchall()
        if lost := sorted(fenced.keys() - {name for name, epoch in found if fenced[name] == epoch}):
            raise LeaseLostError(
                f"this process was away for too long, and {len(lost)} of its hosts ({lost[0]}, ...) are asked by "
                "another one now. What it had in progress is not accepted; run the same command again"
            )

    def _is_committed(self, cursor: psycopg.Cursor, batch: int) -> bool:
        row = cursor.execute("SELECT batch FROM frontier_worker WHERE id = %s", (self.worker,)).fetchone()
        return row is not None and row[0] >= batch

    def rollback(self) -> None:
        """See store.Store."""
        self.pending.clear()
        self.leased.clear()
        self.absent.clear()
        self.pages.clear()
        self.fences.clear()
        self.flushed.clear()
        self.unit.rollback()

    def give_up(self) -> None:
        """See store.Store."""
        self.has_given_up = True
        self.database.wait_s = self.share.database.wait_s = 0  # who waits for it now waits in vain
        with contextlib.suppress(StorageError):
            self.rollback()

    def close(self) -> None:
        """See store.Store."""
        if not self.is_closed:
            self.is_closed = True
            self.share.close()
            self.unit.rollback()
            self.database.close()

    def parts_of(self, url: str) -> list[Entry]:
        """See store.Store."""
        return self._entries("job = %s AND parent = %s AND kind = 'next-part'", (self.job, url))

    def erase(self) -> None:
        """See store.Store. The server's log of changes and its backups are its operator's (docs/scaling.md)."""
        self.commit({})
        for table in ("frontier_entry", "frontier_note", "frontier_page"):
            self.database.connected().execute(f"VACUUM FULL {table}".encode())
