"""Hosts that are held by workers, in the shared database: see share.Share.

It has a connection of its own, so that nothing of it waits for the store's commit or is undone with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from snapshot_crawler.exceptions import LeaseLostError, LockHeldError, StorageError
from snapshot_crawler.frontier.share import LEASE_S, Census, Claimed
from snapshot_crawler.postgres.database import Database

if TYPE_CHECKING:
    import psycopg

LOOK_EVERY_S = 1.0  # by choice: whether another process with our name is still there
# Entries of a claimed host: each that was changed since the last vacuum is a page that is read. Who has asked so many
# gives the host back and claims it again. By choice: a claim of 200 hosts with 2,000 changed entries
# each took 17 to 26 s where all were counted, and 1.7 s so (ten million addresses)
MOST_COUNTED = 500
# Every query goes by an index: while the statistics are missing (a restored database) or old (addresses that came in by
# the million), the server may plan to read all that waits for each claim, which took more than 20 minutes
SESSION = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off"
# For the length of a lease after a start of the server nobody counts as dead: while it was down nobody could beat. Nor
# after it was away for this process (patient): a standby that takes over was started long ago
IS_DEAD = (
    "NOT %(patient)s AND w.until < now() AND now() > pg_postmaster_start_time() + make_interval(secs => %(lease)s)"
)
HAS_WORK = (
    "(SELECT true FROM frontier_entry AS e WHERE e.job = h.job AND e.host = h.name AND e.state = 0"
    " AND (%(only)s::bigint[] IS NULL OR e.id = ANY(%(only)s)) LIMIT 1)"  # LIMIT: for each host, and no join
)
# The owner is looked up by a query of its own for each host, and not by a join: a host that another claim has taken at
# this moment is looked at again when its row is locked, and a join would bring the row of its former owner
CLAIM = f"""
WITH free AS MATERIALIZED (
    SELECT h.name FROM frontier_host AS h
    WHERE h.job = %(job)s AND h.parked <> %(session)s AND h.next_at <= now()
        AND (h.owner IS NULL OR (SELECT w.until IS NULL OR {IS_DEAD} FROM frontier_worker AS w WHERE w.id = h.owner))
        AND {HAS_WORK}
    ORDER BY h.next_at, h.name LIMIT %(most)s FOR UPDATE OF h SKIP LOCKED
)
UPDATE frontier_host AS h SET owner = %(worker)s, epoch = h.epoch + 1 FROM free
WHERE h.job = %(job)s AND h.name = free.name
RETURNING h.name, h.epoch, h.pause, (SELECT count(*) FROM (SELECT FROM frontier_entry AS e
    WHERE e.job = h.job AND e.host = h.name AND e.state = 0 AND (%(only)s::bigint[] IS NULL OR e.id = ANY(%(only)s))
    LIMIT {MOST_COUNTED}) AS e)
"""
CENSUS = f"""
SELECT (SELECT count(*) FROM frontier_worker AS w WHERE w.job = %(job)s AND w.until IS NOT NULL AND NOT ({IS_DEAD})),
    count(*), coalesce(bool_or(NOT is_mine), false)
FROM (
    SELECT coalesce(h.owner = %(worker)s, false) AS is_mine, w.until IS NOT NULL AND NOT ({IS_DEAD}) AS is_held,
        {HAS_WORK} AS has_work
    FROM frontier_host AS h LEFT JOIN frontier_worker AS w ON w.id = h.owner
    WHERE h.job = %(job)s AND h.parked <> %(session)s
) AS host WHERE is_held OR has_work
"""


class PostgresShare:
    """See share.Share."""

    def __init__(self, database: Database, job: int, worker: int) -> None:
        self.database, self.job, self.worker = database, job, worker
        self.lease_s = LEASE_S  # set by who joins
        self.held: dict[str, int] = {}
        self.only: list[int] | None = None  # see store.Store.only_rejected
        self.session, self.epoch = 0, 0  # of the job, and of this process among those of its DATA_DIR
        self.is_joined = False

    @property
    def _values(self) -> dict[str, Any]:
        """Asked for when the connection stands: patient tells of it."""
        names = ("job", "worker", "session", "only")
        patient = self.database.is_just_back(self.lease_s)
        return {"lease": self.lease_s, "patient": patient, **{name: getattr(self, name) for name in names}}

    # --- Coming and going
    def join(self, *, pause_s: float) -> bool:
        """See share.Share."""
        self._wait_for_namesake()
        since = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        us = json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "since": since})

        def work(cursor: psycopg.Cursor) -> tuple[int, int, bool]:
            row = cursor.execute("SELECT session FROM frontier_job WHERE id = %s FOR UPDATE", (self.job,)).fetchone()
            session: int = row[0] if row else 0
            others = cursor.execute(
                "SELECT 1 FROM frontier_worker AS w WHERE w.job = %(job)s AND w.id <> %(worker)s"
                f" AND w.until IS NOT NULL AND NOT ({IS_DEAD}) LIMIT 1",
                self._values,
            ).fetchone()
            if others is None:
                session += 1
                cursor.execute("UPDATE frontier_job SET session = %s WHERE id = %s", (session, self.job))
                cursor.execute("DELETE FROM frontier_robots WHERE job = %s", (self.job,))
            cursor.execute(
                "UPDATE frontier_host"
                " SET next_at = greatest(next_at, now() + make_interval(secs => greatest(pause, %s)))"
                " WHERE job = %s AND owner = %s",
                (pause_s, self.job, self.worker),
            )
            if others is None:  # a pace that was learnt lasts as long as the run, and no longer
                cursor.execute("UPDATE frontier_host SET pause = 0 WHERE job = %s AND pause > 0", (self.job,))
            row = cursor.execute(
                "UPDATE frontier_worker SET until = now() + make_interval(secs => %s), epoch = epoch + 1, process = %s"
                " WHERE id = %s RETURNING epoch",
                (self.lease_s, us, self.worker),
            ).fetchone()
            assert row is not None, "the worker's row is made when the store is opened"
            return session, row[0], others is None

        self.session, self.epoch, is_first = self.database.run(work)
        self.is_joined = True
        return is_first

    def begin(self) -> None:
        """See share.Share."""
        self._give_back_untold()

    def _wait_for_namesake(self) -> None:
        """A process with our name on this machine is dead, since we hold the lease of its DATA_DIR. One elsewhere may
        be dead too, such as a container that was begun anew: then its time runs out."""
        deadline = time.monotonic() + self.lease_s + 5 * LOOK_EVERY_S
        query = "SELECT process FROM frontier_worker WHERE id = %s AND until > now()"
        while (found := self.database.read(query, (self.worker,))) and found[0][0]:
            holder = json.loads(found[0][0])
            if holder.get("host") == socket.gethostname():
                return
            if time.monotonic() > deadline:
                raise LockHeldError(
                    f"process {holder.get('pid')} on {holder.get('host')} works on this job with the name of this "
                    "DATA_DIR. Was the folder copied? Remove worker.json from the copy, and its outputs are its own."
                )
            time.sleep(LOOK_EVERY_S)

    def leave(self) -> None:
        """See share.Share."""
        if not self.is_joined:
            return
        self.is_joined = False
        self.held.clear()

        def work(cursor: psycopg.Cursor) -> None:
            where = "job = %s AND owner = %s"
            cursor.execute(f"UPDATE frontier_host SET owner = NULL WHERE {where}", (self.job, self.worker))
            query = "UPDATE frontier_worker SET until = NULL WHERE id = %s AND epoch = %s"
            cursor.execute(query, (self.worker, self.epoch))

        self.database.run(work)

    def close(self) -> None:
        """Leave, and let go of the connection."""
        with contextlib.suppress(StorageError):  # then the lease runs out
            self.leave()
        self.database.close()

    # --- Alive
    def beat(self) -> set[str]:
        """See share.Share."""
        query = """
            WITH old AS (SELECT id, until FROM frontier_worker WHERE id = %s AND epoch = %s FOR UPDATE)
            UPDATE frontier_worker AS w SET until = now() + make_interval(secs => %s) FROM old WHERE w.id = old.id
            RETURNING old.until < now()
        """
        found = self._do(query, (self.worker, self.epoch, self.lease_s))
        if not found:
            raise LeaseLostError("another process works with the name of this DATA_DIR by now; this one ends")
        if not found[0][0]:
            return set()  # nobody could take anything
        query = "SELECT name, epoch FROM frontier_host WHERE job = %s AND owner = %s"
        still = dict(self.database.read(query, (self.job, self.worker)))
        lost = {name for name, epoch in self.held.items() if still.get(name) != epoch}
        for name in lost:
            del self.held[name]
        return lost

    def _do(self, query: str, values: Any) -> list[Any]:
        return self.database.run(lambda cursor: cursor.execute(query, values).fetchall())

    # --- Hosts
    def claim(self, most: int) -> list[Claimed]:
        """See share.Share. Done again after a lost connection, it may leave a host claimed that nobody was told of:
        such hosts are given back."""
        found = self.database.run(lambda cursor: cursor.execute(CLAIM, {**self._values, "most": most}).fetchall())
        self.held.update({name: epoch for name, epoch, _, _ in found})
        self._give_back_untold()
        return [Claimed(name, pending, pause_s) for name, _, pause_s, pending in found]

    def _give_back_untold(self) -> None:
        query = "UPDATE frontier_host SET owner = NULL WHERE job = %s AND owner = %s AND NOT name = ANY(%s)"
        values = (self.job, self.worker, list(self.held))
        self.database.run(lambda cursor: cursor.execute(query, values))

    def release(self, waits: Mapping[str, float]) -> None:
        """See share.Share."""
        names = sorted(waits)
        query = """
            UPDATE frontier_host AS h SET owner = NULL,
                next_at = greatest(next_at, now() + make_interval(secs => r.wait))
            FROM unnest(%s::text[], %s::double precision[]) AS r(name, wait)
            WHERE h.job = %s AND h.name = r.name AND h.owner = %s
        """
        values = (names, [waits[name] for name in names], self.job, self.worker)
        self.database.run(lambda cursor: cursor.execute(query, values))
        for name in names:
            self.held.pop(name, None)

    def rest(self, waits: Mapping[str, tuple[float, float]]) -> None:
        """See share.Share."""
        names = sorted(waits)
        query = """
            UPDATE frontier_host AS h SET pause = r.pause,
                next_at = greatest(next_at, now() + make_interval(secs => r.wait))
            FROM unnest(%s::text[], %s::double precision[], %s::double precision[]) AS r(name, wait, pause)
            WHERE h.job = %s AND h.name = r.name AND h.owner = %s
        """
        waited, paused = [waits[name][0] for name in names], [waits[name][1] for name in names]
        values = (names, waited, paused, self.job, self.worker)
        self.database.run(lambda cursor: cursor.execute(query, values))

    def park(self, hosts: Iterable[str]) -> None:
        """See share.Share."""
        query = "UPDATE frontier_host SET parked = %s WHERE job = %s AND owner = %s AND name = ANY(%s)"
        values = (self.session, self.job, self.worker, sorted(hosts))
        self.database.run(lambda cursor: cursor.execute(query, values))

    def tell_robots(self, host: str, origin: str, said: dict[str, Any], lasts_s: float) -> None:
        """See share.Share."""
        query = """
            INSERT INTO frontier_robots SELECT job, name, %s, %s, now() + make_interval(secs => %s), %s
            FROM frontier_host WHERE job = %s AND name = %s AND owner = %s AND epoch = %s
            ON CONFLICT (job, host, origin)
            DO UPDATE SET session = excluded.session, until = excluded.until, said = excluded.said
        """
        values = (origin, self.session, lasts_s, json.dumps(said), self.job, host, self.worker, self.held.get(host, 0))
        self.database.run(lambda cursor: cursor.execute(query, values))

    def told_robots(self, host: str, origin: str) -> tuple[dict[str, Any], float] | None:
        """See share.Share."""
        query = """
            SELECT said, extract(epoch FROM until - now())::double precision FROM frontier_robots
            WHERE job = %s AND host = %s AND origin = %s AND session = %s AND until > now()
        """
        found = self.database.read(query, (self.job, host, origin, self.session))
        return (json.loads(found[0][0]), found[0][1]) if found else None

    def workers(self) -> list[str]:
        """See share.Share."""
        query = """
            SELECT w.process, (SELECT count(*) FROM frontier_host AS h WHERE h.job = w.job AND h.owner = w.id)
            FROM frontier_worker AS w WHERE w.job = %s AND w.until > now() ORDER BY w.id
        """
        found = [(json.loads(process), hosts) for process, hosts in self.database.read(query, (self.job,))]
        return [
            f"process {who['pid']} on {who['host']} since {who['since']} ({number_of_hosts(hosts)})"
            for who, hosts in found
        ]

    def census(self) -> Census:
        """See share.Share."""
        return self.database.run(lambda cursor: Census(*cursor.execute(CENSUS, self._values).fetchall()[0]))


def number_of_hosts(number: int) -> str:
    """So many hosts, in words."""
    return f"{number} host{'' if number == 1 else 's'}"
