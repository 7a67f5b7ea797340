"""What the shared database knows of a worker's output files: the part of the store that speaks of paths.

A path means something on one machine alone, so each worker has rows of its own. Items that were brought are the job's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snapshot_crawler.frontier.outcome import Kind
from snapshot_crawler.frontier.output import final_name
from snapshot_crawler.frontier.postgres.pending import Leased, Pending
from snapshot_crawler.frontier.store import Commit, KeptPage, name_of
from snapshot_crawler.postgres.arrays import array_of_bytes

if TYPE_CHECKING:
    import psycopg

AGAIN = "state = 0, attempts = 0, item_count = 0, outcome = %s, etag = NULL, modified = NULL"
OUTPUT, FINISHED = False, True


class PostgresOutputs:
    """See store.Store; store.PostgresStore has the rest of it."""

    job: int
    worker: int
    batch: int
    pending: Pending
    leased: Leased
    pages: dict[bytes, KeptPage | None]
    """Of this worker, as they were looked up since the last commit; None: the database knows no such page."""

    def _rows(self, query: str, values: Any = (), *, is_exact: bool = True) -> list[Any]:
        raise NotImplementedError

    def _change(self, query: str, values: Any = (), *, is_long: bool = False) -> int:
        raise NotImplementedError

    # --- In a commit
    def _write_outputs(self, cursor: psycopg.Cursor, pending: Pending) -> None:
        if pending.brought:
            items = sorted(pending.brought.items())
            cursor.execute(
                "INSERT INTO frontier_brought AS b SELECT %s, item, number, %s, %s"
                " FROM unnest(%s::bigint[], %s::integer[]) AS r(item, number)"
                " ON CONFLICT (job, item) DO UPDATE SET number = excluded.number, batch = excluded.batch,"
                " worker = excluded.worker WHERE excluded.number > b.number",
                (self.job, self.worker, self.batch + 1, [each[0] for each in items], [each[1] for each in items]),
            )
        if pending.pages:
            columns = zip(*map(astuple, pending.pages.values()), strict=True)
            cursor.execute(
                "INSERT INTO frontier_page SELECT %s, r.*, %s FROM unnest(%s::bytea[], %s::text[], %s::bigint[],"
                " %s::bigint[], %s::text[], %s::text[]) AS r ON CONFLICT (worker, digest)"
                ' DO UPDATE SET path = excluded.path, "offset" = excluded."offset", length = excluded.length,'
                " url = excluded.url, date = excluded.date, batch = excluded.batch",
                (self.worker, self.batch + 1, array_of_bytes(pending.pages), *map(list, columns)),
            )

    def _write_lengths(
        self, cursor: psycopg.Cursor, batch: int, outputs: Mapping[str, int], digests: Mapping[str, bytes | None]
    ) -> None:
        """The outputs' lengths, of those that have changed."""
        if outputs:
            values = (list(outputs), list(outputs.values()), [digests.get(path) for path in outputs])
            cursor.execute(
                "INSERT INTO frontier_output SELECT %s, false, r.path, %s, r.length, r.digest"
                " FROM unnest(%s::text[], %s::bigint[], %s::bytea[]) AS r(path, length, digest)"
                " WHERE r.length IS DISTINCT FROM (SELECT o.length FROM frontier_output AS o WHERE o.worker = %s"
                " AND NOT o.is_finished AND o.path = r.path ORDER BY o.batch DESC LIMIT 1)",
                (self.worker, batch, *values, self.worker),
            )

    # --- Commits of a file
    def boundaries(self, path: str, *, most: int = -1) -> list[tuple[int, int]]:
        """See store.Store."""
        return self._rows(
            "SELECT batch, length FROM frontier_output WHERE worker = %s AND NOT is_finished AND path = %s"
            " ORDER BY batch DESC LIMIT %s",
            (self.worker, path, None if most < 0 else most),
        )

    def commits(self, path: str) -> list[Commit]:
        """See store.Store."""
        query = (
            "SELECT batch, length, digest FROM frontier_output"
            " WHERE worker = %s AND is_finished = %s AND path = %s ORDER BY batch"
        )
        found = self._rows(query, (self.worker, OUTPUT, path)) or self._rows(query, (self.worker, FINISHED, path))
        return [Commit(*row) for row in found]

    def recount(self, path: str, commits: Iterable[Commit]) -> None:
        """See store.Store."""
        is_finished = path not in self.output_paths()
        self._forget(path, is_finished=is_finished)
        for each in commits:
            row = (self.worker, is_finished, path, each.batch, each.length, each.digest)
            self._change("INSERT INTO frontier_output VALUES (%s, %s, %s, %s, %s, %s)", row)

    def output_paths(self) -> list[str]:
        """See store.Store."""
        return self._paths(is_finished=False)

    def finished_paths(self) -> list[str]:
        """See store.Store."""
        return self._paths(is_finished=True)

    def _paths(self, *, is_finished: bool) -> list[str]:
        query = "SELECT DISTINCT path FROM frontier_output WHERE worker = %s AND is_finished = %s ORDER BY path"
        return [row[0] for row in self._rows(query, (self.worker, is_finished))]

    def _forget(self, path: str, *, is_finished: bool) -> None:
        query = "DELETE FROM frontier_output WHERE worker = %s AND is_finished = %s AND path = %s"
        self._change(query, (self.worker, is_finished, path))

    def _move(self, path: str, name: str, *, was_finished: bool, is_finished: bool) -> None:
        where = "worker = %s AND is_finished = %s AND path = %s"
        values = (name, is_finished, self.worker, was_finished, path)
        self._change(f"UPDATE frontier_output SET path = %s, is_finished = %s WHERE {where}", values)

    def _rename_note(self, path: str, name: str) -> None:
        names = (f"output/{name}", f"output/{path}")
        where = "job = %s AND worker = %s AND name = %s"
        if path == name or not self._rows(
            f"SELECT 1 FROM frontier_note WHERE {where}", (self.job, self.worker, names[1])
        ):
            return
        self._change(f"DELETE FROM frontier_note WHERE {where}", (self.job, self.worker, names[0]))
        self._change(f"UPDATE frontier_note SET name = %s WHERE {where}", (names[0], self.job, self.worker, names[1]))

    def _drop_note(self, path: str) -> None:
        query = "DELETE FROM frontier_note WHERE job = %s AND worker = %s AND name = %s"
        self._change(query, (self.job, self.worker, f"output/{path}"))

    def object_paths(self, *, of_all: bool) -> list[str]:
        """See store.Store. "0" is the sign behind "/"."""
        query = (
            "SELECT name FROM frontier_note WHERE job = %s AND (worker = %s OR %s)"
            " AND name >= 'output/s3://' AND name < 'output/s3:/0' ORDER BY name"
        )
        return [row[0].removeprefix("output/") for row in self._rows(query, (self.job, self.worker, of_all))]

    def finish_output(self, path: str, name: str) -> None:
        """See store.Store."""
        self._forget(name, is_finished=True)
        self._move(path, name, was_finished=False, is_finished=True)
        self._rename_note(path, name)

    def rename_output(self, path: str, name: str) -> None:
        """See store.Store."""
        for is_finished in (OUTPUT, FINISHED):
            if path in self._paths(is_finished=is_finished):
                self._forget(name, is_finished=is_finished)
                self._move(path, name, was_finished=is_finished, is_finished=is_finished)
        finals = (str(final_name(Path(name))), self.worker, str(final_name(Path(path))))
        self._change("UPDATE frontier_page SET path = %s WHERE worker = %s AND path = %s", finals)
        self.pages.clear()
        self._rename_note(path, name)

    def reopen_output(self, path: str) -> None:
        """See store.Store."""
        self._forget(path, is_finished=False)
        self._move(path, path, was_finished=True, is_finished=False)

    def drop_finished(self, path: str) -> None:
        """See store.Store."""
        self._forget(path, is_finished=True)
        self._drop_note(path)
        self.forget_pages(path)

    def reset_output(self, path: str) -> None:
        """See store.Store."""
        self._forget(path, is_finished=False)
        self._drop_note(path)
        self.forget_pages(str(final_name(Path(path))))

    # --- Items that come again
    def forget_after(self, path: str, batch: int) -> list[str]:
        """See store.Store."""
        lost = [number for number, _ in self.boundaries(path) if number > batch]
        where = "job = %s AND item_count > 0 AND writer = %s AND batch = ANY(%s)"
        values = (self.job, self.worker, lost)
        names = [
            name_of(*row)
            for row in self._rows(f"SELECT url, key FROM frontier_entry WHERE {where} ORDER BY id", values)
        ]
        self._change(f"UPDATE frontier_entry SET {AGAIN} WHERE {where}", (Kind.LINE_LOST, *values), is_long=True)
        self._change("DELETE FROM frontier_brought WHERE job = %s AND worker = %s AND batch = ANY(%s)", values)
        pages = "DELETE FROM frontier_page WHERE worker = %s AND path = %s AND batch = ANY(%s)"
        self._change(pages, (self.worker, str(final_name(Path(path))), lost))
        self.pages.clear()
        self._change(
            "DELETE FROM frontier_output WHERE worker = %s AND NOT is_finished AND path = %s AND batch = ANY(%s)",
            (self.worker, path, lost),
        )
        return names

    def publish_all_again(self) -> None:
        """See store.Store."""
        query = f"UPDATE frontier_entry SET {AGAIN} WHERE job = %s AND item_count > 0"
        self._change(query, (Kind.ANOTHER_FILE, self.job), is_long=True)
        self._change("DELETE FROM frontier_brought WHERE job = %s", (self.job,))

    def to_publish_again(self) -> Iterator[str]:
        """See store.Store."""
        query = "SELECT url, key FROM frontier_entry WHERE job = %s AND state = 0 AND outcome IN (%s, %s)"
        for url, key in self._rows(query, (self.job, Kind.LINE_LOST, Kind.ANOTHER_FILE)):
            if key not in self.leased.by_key:
                yield name_of(url, key)

    def brought(self, item: int) -> int:
        """See store.Store."""
        if item in self.pending.brought:
            return self.pending.brought[item]
        query = "SELECT number FROM frontier_brought WHERE job = %s AND item = %s"
        found = self._rows(query, (self.job, item), is_exact=False)
        return found[0][0] if found else 0

    def remember_brought(self, item: int, number: int) -> None:
        """See store.Store."""
        if number > self.brought(item):
            self.pending.brought[item] = number

    # --- The archive's pages
    def kept_page(self, digest: bytes) -> KeptPage | None:
        """See store.Store."""
        if digest in self.pending.pages:
            return self.pending.pages[digest]
        if digest not in self.pages:
            self.look_up_pages([digest])
        return self.pages[digest]

    def look_up_pages(self, digests: Collection[bytes]) -> None:
        """See store.SharedStore."""
        query = (
            'SELECT digest, path, "offset", length, url, date FROM frontier_page'
            " WHERE worker = %s AND digest = ANY(%s::bytea[])"
        )
        found = self._rows(query, (self.worker, array_of_bytes(digests)), is_exact=False)
        self.pages.update(dict.fromkeys(digests))
        self.pages.update((row[0], KeptPage(*row[1:])) for row in found)

    def keep_page(self, digest: bytes, page: KeptPage) -> None:
        """See store.Store."""
        self.pending.pages[digest] = page

    def forget_pages(self, path: str) -> None:
        """See store.Store."""
        self._change("DELETE FROM frontier_page WHERE worker = %s AND path = %s", (self.worker, path))
        self.pages.clear()
