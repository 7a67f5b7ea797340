"""The library's writing side: parsed records in, rows and index out; everything of one batch in one transaction.

One process writes: who holds the lock library.lock below DATA_DIR. Readers see the state of the last commit meanwhile.
"""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import orjson

from snapshot_crawler.exceptions import LockHeldError, StorageError
from snapshot_crawler.library import terms
from snapshot_crawler.library.records import Taken, pack, taken, unpack, unzipped
from snapshot_crawler.library.rows import hint_of, without
from snapshot_crawler.library.schema import BLOCK_BITS, FILLED, NAME, errors_told, open_to_write, remove

LOCK = "library.lock"
ASKED_AGAIN_S = 0.1  # by choice: whether the other writer has ended
ERASE_TRIES = 6  # of BUSY_MS each: a minute
GAP_LOOK = 4_096  # numbers looked at in one query for a free one; by choice
AT_ONCE = 500  # values in one query; SQLite takes 999 parameters at least (https://www.sqlite.org/limits.html)
FACETS = ("site", "category", "source", "day", "host")
NEW_RECORD = "INSERT INTO record (id, version, content_hash, fetched_at, job, data) VALUES (?, ?, ?, ?, ?, ?)"
NEW_ARTICLE = """INSERT INTO article (n, id, record, version, title, summary, url, published_at, fetched_at, story,
    duplicate_of, site, category, source, day, host, job) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class Writer:
    """The only writer of a DATA_DIR's library, from hold() to let_go().

    A follower that stays lets go between two rounds, so that a take-down finds its turn.
    """

    def __init__(self, root: Path, *, patience_s: float = 0) -> None:
        """Open and hold it. patience_s: how long to wait for another writer. Raises LockHeldError."""
        self.path = root / NAME
        root.mkdir(parents=True, exist_ok=True)
        self.lock = (root / LOCK).open("ab")
        self.facets: dict[tuple[str, str], int] = {}
        self.most_shift = self.stories = self.versions = 0
        self.noted = (0, 0)
        self.second_index = 0  # see tantivy_index.NOTE
        self.file = 0  # the number of the file that is open
        try:
            self._lock(patience_s)
            self._open()
        except BaseException:
            self.lock.close()
            raise

    def _open(self) -> None:
        self.db = open_to_write(self.path)
        self.file = self.path.stat().st_ino
        self.facets.clear()
        with errors_told(self.path):
            self._read_notes()

    def _lock(self, patience_s: float) -> None:
        until = time.monotonic() + patience_s
        while True:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError as error:
                if time.monotonic() >= until:
                    raise LockHeldError(f"another process fills the library {self.path}") from error
            time.sleep(ASKED_AGAIN_S)

    def hold(self) -> None:
        """Be the writer again, after let_go(). Raises LockHeldError."""
        self._lock(0)
        if not self.path.is_file() or self.path.stat().st_ino != self.file:  # another process has made it anew
            self.db.close()
            self._open()
            return
        self.facets.clear()
        with errors_told(self.path):
            self._read_notes()

    def let_go(self) -> None:
        """Let others write. What was not committed is undone."""
        self.rollback()
        fcntl.flock(self.lock, fcntl.LOCK_UN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of database and lock; what was not committed is undone."""
        self.db.close()
        self.lock.close()

    def begin_anew(self) -> None:
        """Throw everything away but what was taken down."""
        gone = self.db.execute("SELECT id, at, reason FROM gone").fetchall()
        self.db.close()
        remove(self.path)
        self._open()
        with errors_told(self.path):
            self.db.executemany("INSERT INTO gone VALUES (?, ?, ?)", gone)
            self._read_notes()

    # --- Transactions
    def begin(self) -> None:
        """Begin a batch."""
        with errors_told(self.path):
            self.db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make the batch durable, and seen by readers."""
        with errors_told(self.path):
            if (self.stories, self.versions) != self.noted:
                self.set_note("stories", self.stories)
                self.set_note("versions", self.versions)
                self.noted = self.stories, self.versions
            self.db.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the batch."""
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")
        self.facets.clear()
        self._read_notes()

    # --- Records
    def add(self, file: int, records: Sequence[Taken]) -> None:
        """Take records of a file, in their order. Known ones count once more as the file's."""
        with errors_told(self.path):
            gone = self._present("SELECT id FROM gone WHERE id IN ({})", [each.id for each in records])
            records = [self._presentable(each) for each in records if each.id not in gone]
            known = self._known_records({each.id for each in records})
            for each in records:
                key = (each.id, each.content_hash)
                if key not in known:
                    job = self._facet("job", each.job)
                    values = (each.id, each.version, each.content_hash, each.fetched_at, job, each.data)
                    cursor = self.db.execute(NEW_RECORD, values)
                    self.versions += 1
                    assert cursor.lastrowid is not None
                    known[key] = cursor.lastrowid
                self.db.execute("INSERT OR IGNORE INTO line VALUES (?, ?)", (file, known[key]))
            self._refresh({each.id for each in records}, {known[each.id, each.content_hash]: each for each in records})

    def _presentable(self, each: Taken) -> Taken:
        """A record without rows of what was taken down."""
        if not self.gone:
            return each
        record = without(unpack(each.data), self.gone)
        return each if record is None else replace(each, data=pack(record))

    def _known_records(self, names: set[str]) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for part in _parts(sorted(names)):
            query = f"SELECT id, content_hash, no FROM record WHERE id IN ({_marks(part)})"
            found.update({(row[0], row[1]): row[2] for row in self.db.execute(query, part)})
        return found

    def _present(self, query: str, names: Iterable[str]) -> set[str]:
        return {
            row[0] for part in _parts(sorted(set(names))) for row in self.db.execute(query.format(_marks(part)), part)
        }

    def drop_lines(self, file: int) -> set[str]:
        """Forget what a file holds, as it is read again; the ids of its articles, for drop_unheld() afterwards."""
        with errors_told(self.path):
            query = "SELECT DISTINCT id FROM record JOIN line ON line.record = record.no WHERE line.file = ?"
            names = {row[0] for row in self.db.execute(query, (file,))}
            self.db.execute("DELETE FROM line WHERE file = ?", (file,))
            self.db.execute("DELETE FROM copy WHERE file = ?", (file,))
            return names

    def drop_unheld(self, names: Iterable[str]) -> int:
        """Take out the records of these articles that no file holds any more; how many articles are gone."""
        with errors_told(self.path):
            changed: set[str] = set()
            for part in _parts(sorted(set(names))):
                where = f"id IN ({_marks(part)}) AND no NOT IN (SELECT record FROM line)"
                found = self.db.execute(f"SELECT no, id FROM record WHERE {where}", part).fetchall()
                self._take_out_stale({number for number, _ in found})
                self.db.executemany("DELETE FROM record WHERE no = ?", [(number,) for number, _ in found])
                self.versions -= len(found)
                changed.update(name for _, name in found)
            self._refresh(changed, {})
            left = self._present("SELECT id FROM article WHERE id IN ({})", changed)
            return len(changed - left)

    def _take_out_stale(self, records: set[int]) -> None:
        """Take articles out whose shown record is to go; _refresh() brings those back that have another."""
        for part in _parts(sorted(records)):
            query = f"SELECT n, record FROM article WHERE record IN ({_marks(part)})"
            for number, record in self.db.execute(query, part).fetchall():
                self._take_out(number, self._stored(record))

    def _refresh(self, names: set[str], fresh: dict[int, Taken]) -> None:
        """Let these articles show their newest record. fresh: records that are at hand."""
        shown: dict[str, tuple[int, int]] = {}
        best: dict[str, tuple[tuple[int, str, int], int]] = {}
        for part in _parts(sorted(names)):
            query = f"SELECT id, n, record FROM article WHERE id IN ({_marks(part)})"
            shown.update({row[0]: (row[1], row[2]) for row in self.db.execute(query, part)})
            query = f"SELECT id, version, fetched_at, no FROM record WHERE id IN ({_marks(part)})"
            for name, version, fetched, number in self.db.execute(query, part):
                rank = (version, fetched, number)
                if name not in best or rank > best[name][0]:
                    best[name] = (rank, number)
        stale = [name for name in shown if name not in best or best[name][1] != shown[name][1]]
        for name in stale:
            self._take_out(shown[name][0], self._stored(shown[name][1]))
        new = [(name, number) for name, (_, number) in best.items() if name not in shown or name in stale]
        ready = [(fresh.get(number) or self._stored(number), number) for _, number in new]
        self._put_in(ready)

    def _stored(self, number: int) -> Taken:
        query = "SELECT data, facet.name FROM record JOIN facet ON facet.no = record.job WHERE record.no = ?"
        data, job = self.db.execute(query, (number,)).fetchone()
        found = taken(unpack(data), job)
        assert found is not None
        return found

    # --- Rows and index
    def _put_in(self, records: list[tuple[Taken, int]]) -> None:
        numbered = sorted(self._numbered(records), key=lambda each: each[0])  # FTS5 makes a part of each step back
        for n, each, record in numbered:
            facets = self._facets_of(each)
            self.stories += not self._has_story(each.story)
            self.db.execute(
                NEW_ARTICLE,
                (
                    *(n, each.id, record, each.version, each.title, each.summary, each.url, each.published_at),
                    *(each.fetched_at, each.story, each.duplicate_of, *(facets[kind] for kind in FACETS)),
                    self._facet("job", each.job),
                ),
            )
            self._count(n, facets.values(), +1)
            tokens = terms.document(each.title, each.body, [number for number in facets.values() if number])
            self.db.execute("INSERT INTO word (rowid, tokens) VALUES (?, ?)", (n, tokens))
            self._changed(n)
            if n - each.moment > self.most_shift:
                self.most_shift = n - each.moment
                self.set_note("most_shift", self.most_shift)

    def _take_out(self, n: int, each: Taken) -> None:
        """Take one article out of rows and index."""
        facets = self._facets_of(each)
        tokens = terms.document(each.title, each.body, [number for number in facets.values() if number])
        self.db.execute("INSERT INTO word (word, rowid, tokens) VALUES ('delete', ?, ?)", (n, tokens))
        self.db.execute("DELETE FROM article WHERE n = ?", (n,))
        self._count(n, facets.values(), -1)
        self.stories -= not self._has_story(each.story)
        self._changed(n)

    def _numbered(self, records: list[tuple[Taken, int]]) -> list[tuple[int, Taken, int]]:
        """Each with a free number at its moment, or the next one behind it."""
        given: set[int] = set()
        found = []
        for each, record in sorted(records, key=lambda pair: pair[0].moment):
            n = each.moment
            while n in given:
                n += 1
            n = self._free(n, given)
            given.add(n)
            found.append((n, each, record))
        return found

    def _free(self, n: int, given: set[int]) -> int:
        while True:
            query = "SELECT n FROM article WHERE n >= ? AND n < ?"
            used = {row[0] for row in self.db.execute(query, (n, n + 1))}
            if not used and n not in given:
                return n
            used = {row[0] for row in self.db.execute(query, (n, n + GAP_LOOK))}
            free = next((each for each in range(n, n + GAP_LOOK) if each not in used and each not in given), None)
            if free is not None:
                return free
            n += GAP_LOOK

    def _facets_of(self, each: Taken) -> dict[str, int | None]:
        values = {kind: getattr(each, kind) for kind in FACETS}
        return {kind: self._facet(kind, value) if value else None for kind, value in values.items()}

    def _facet(self, kind: str, name: str) -> int:
        number = self.facets.get((kind, name))
        if number is None:
            row = self.db.execute("SELECT no FROM facet WHERE kind = ? AND name = ?", (kind, name)).fetchone()
            if row is None:
                query = "INSERT INTO facet (kind, name, folded) VALUES (?, ?, ?) RETURNING no"
                row = self.db.execute(query, (kind, name, terms.fold(name))).fetchone()
            number = self.facets[kind, name] = int(row[0])
        return number

    def _has_story(self, story: str) -> bool:
        return self.db.execute("SELECT 1 FROM article WHERE story = ? LIMIT 1", (story,)).fetchone() is not None

    def _count(self, n: int, facets: Iterable[int | None], step: int) -> None:
        block = "INSERT INTO block VALUES (?, ?) ON CONFLICT (no) DO UPDATE SET articles = articles + excluded.articles"
        self.db.execute(block, (n >> BLOCK_BITS, step))
        rows = [(step, number) for number in facets if number]
        self.db.executemany("UPDATE facet SET articles = articles + ? WHERE no = ?", rows)

    def _changed(self, n: int) -> None:
        if self.second_index:
            self.db.execute("INSERT INTO change (n) VALUES (?)", (n,))

    # --- Copies, and what is taken down
    def add_copies(self, file: int, copies: Iterable[tuple[str, str, str]]) -> None:
        """Take re-publications that a crawl dropped: (url, story, when)."""
        with errors_told(self.path):
            rows = [(file, *each) for each in copies]
            self.db.executemany("INSERT OR REPLACE INTO copy VALUES (?, ?, ?, ?)", rows)

    def remove(self, names: Iterable[str], reason: str, *, at: str | None = None) -> list[str]:
        """Take articles down: no version stays, and the files never bring them back; the ids that were there.

        at: when that was decided, ISO 8601; None: now.

        Their words are gone from the database file when erase() has ended.
        """
        at = at or datetime.now(UTC).isoformat(timespec="seconds")
        wanted = sorted(set(names))
        with errors_told(self.path):
            self.begin()
            try:
                there = []
                for name in wanted:
                    self.db.execute("INSERT OR IGNORE INTO gone VALUES (?, ?, ?)", (name, at, reason))
                    row = self.db.execute("SELECT n, record FROM article WHERE id = ?", (name,)).fetchone()
                    if row:
                        self._take_out(row[0], self._stored(row[1]))
                        there.append(name)
                    self.db.execute("DELETE FROM line WHERE record IN (SELECT no FROM record WHERE id = ?)", (name,))
                    self.versions -= self.db.execute("DELETE FROM record WHERE id = ?", (name,)).rowcount
                    self.db.execute("DELETE FROM copy WHERE story = ?", (name,))
                self.db.execute("DELETE FROM facet WHERE articles <= 0 AND kind <> 'job'")
                self.commit()
            except BaseException:
                self.rollback()
                raise
            self.facets.clear()
            self.gone.update(wanted)
        return there

    def remove_rows(self, names: Iterable[str], addresses: Iterable[str]) -> int:
        """Take the rows that lead to these articles out of other records; how many records had any.

        addresses: of the articles, in any spelling.
        """
        wanted = set(names)
        hint = hint_of(wanted, addresses)
        found: list[tuple[bytes, int]] = []
        with errors_told(self.path):
            for number, data in self.db.execute("SELECT no, data FROM record"):
                text = unzipped(data)
                record = without(orjson.loads(text), wanted) if hint.search(text) else None
                if record is not None:
                    found.append((pack(record), number))
            self.begin()
            try:
                self.db.executemany("UPDATE record SET data = ? WHERE no = ?", found)
                self.commit()
            except BaseException:
                self.rollback()
                raise
        return len(found)

    def erase(self) -> None:
        """Make sure that nothing of what was taken out is left in the file: FTS5 keeps deleted words until a merge."""
        with errors_told(self.path):
            self.db.execute("INSERT INTO word (word) VALUES ('optimize')")
            self.db.execute("VACUUM")
            for _ in range(ERASE_TRIES):  # a reader's question that began before holds the log; it ends in moments
                if not self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    return
        raise StorageError(f"{self.path}-wal still holds what was taken out: a reader does not let go; try again")

    def optimize(self) -> None:
        """Merge the index into one part: a search asks one place instead of some."""
        with errors_told(self.path):
            self.db.execute("INSERT INTO word (word) VALUES ('optimize')")
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # --- Notes
    def _read_notes(self) -> None:
        self.gone = {row[0] for row in self.db.execute("SELECT id FROM gone")}
        self.most_shift = int(self._note("most_shift", 0))
        self.second_index = int(self._note("second_index", 0))
        self.stories, self.versions = int(self._note("stories", 0)), int(self._note("versions", 0))
        self.noted = self.stories, self.versions

    def _note(self, name: str, usual: Any) -> Any:
        row = self.db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else usual

    def note_filled(self) -> None:
        """Every file was looked at since the library was made: what it lacks is nowhere, and what comes is new."""
        if not self._note(FILLED, False):
            self.set_note(FILLED, True)

    def set_note(self, name: str, value: Any) -> None:
        """Keep a note of the library."""
        self.db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, json.dumps(value)))


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
