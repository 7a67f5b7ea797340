"""The index of everything exported so far: an article in, the decision what to do with it out.

One decision is one short transaction, so that several crawls share an index without a lost or doubled decision: the
look-up and the entry happen under one write lock, and the costly part (the fingerprint) is made before it. An entry is
unsettled until the crawl says that its export is committed (`settle`); what a killed run left unsettled is looked at
when its job starts again (`recover`), so nothing is taken for a copy of itself or of what was never exported.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from snapshot_crawler.dedup import owners
from snapshot_crawler.dedup.decision import Candidate, Decision, Joined, State
from snapshot_crawler.dedup.fingerprint import Fingerprint
from snapshot_crawler.dedup.guards import Match, is_out_of_question, match
from snapshot_crawler.dedup.identity import pack_id, signed_hash, unpack_id
from snapshot_crawler.dedup.schema import connect, damaged
from snapshot_crawler.urls import article_id, normalise

NEWEST = 40  # entries looked at for each key: a template's shingles are shared by thousands
MOST_SOURCES = 10_000  # names kept in memory
MOST_VERIFIED = 16  # candidates compared
WEIGHT = 27720  # of a key, split among the entries that have it: a whole text is rare, a template's words are not


@dataclass(slots=True)
class _Entry:
    n: int
    id: str
    content: bytes
    state: State
    version: int
    print: bytes


class Index:
    """One open index. owner: the job that exports; one process at a time works for an owner (the job's lease)."""

    def __init__(self, path: Path, owner: str) -> None:
        """Open or make the index. Raises StateError when the file cannot be used, here or in any call."""
        self._path = path
        self._db = connect(path)
        self._sources: dict[str, int] = {}
        with ExitStack() as on_failure:
            on_failure.callback(self._db.close)
            with self.batch():
                self._owner = owners.register(self._db, owner)
            on_failure.pop_all()

    def close(self) -> None:
        """Let go of the file; what is unsettled stays so."""
        self._db.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """One transaction around several decisions: faster; other processes wait, so keep it to some milliseconds."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:  # a full disk ends it by itself
                self._db.execute("ROLLBACK")
            self._sources.clear()  # a name entered in this transaction is not there
            if type(error) is sqlite3.DatabaseError:  # its subclasses mean other things: locked, full, read-only
                raise damaged(self._path, error) from error
            raise

    # --- decisions
    def decide(self, article: Candidate, *, mark: bool = False) -> Decision:
        """Decide about one article and enter it. mark: duplicates are exported too, so they count as published."""
        with self.batch():
            rows = self._rows_of(self._found_by(article))
            known = next((row for row in rows if row.id == article.id), None)
            if known is None or known.state != State.PUBLISHED:
                return self._place(article, known, rows, mark)
            if known.content == bytes.fromhex(article.content):
                story, source = self._story(known.n)
                return Decision("unchanged", story, article.id, 1.0, "same-address", known.version, None, source)
            return self._new_version(article, known)

    def _found_by(self, article: Candidate) -> list[int]:
        """Numbers of the entries that share a key: those with many and rare ones first, the older among equals."""
        keys = (signed_hash(article.id), *article.fingerprint.keys)
        sharing: list[list[int]] = [[] for _ in keys]
        for place, n in self._db.execute(_sharing_query(len(keys)), keys):
            sharing[place].append(n)
        same = set(sharing[0])
        if len(same) == NEWEST:
            same = {n for (n,) in self._db.execute("SELECT n FROM keys WHERE key = ?", keys[:1])}
        weights: dict[int, int] = {}
        for numbers in sharing[1:]:
            for n in numbers:
                weights[n] = weights.get(n, 0) + WEIGHT // len(numbers)
        ranked = sorted(weights.keys() - same, key=lambda n: (-weights[n], n))
        return [*same, *ranked[:MOST_VERIFIED]]

    def _rows_of(self, numbers: list[int]) -> list[_Entry]:
        if not numbers:
            return []
        marks = ",".join("?" * len(numbers))
        query = f"SELECT n, id, content, state, version, print FROM articles WHERE n IN ({marks}) ORDER BY n"
        return [
            _Entry(n, unpack_id(stored), content, State(state), version, blob)
            for n, stored, content, state, version, blob in self._db.execute(query, numbers)
        ]

    def _place(self, article: Candidate, known: _Entry | None, rows: list[_Entry], mark: bool) -> Decision:
        """Find the story of an article that is not published, and enter it there."""
        matches: dict[int, Match] = {}  # by story, the best of each
        for row in rows:
            if row is known or is_out_of_question(article.fingerprint, row.print):
                continue
            found = match(article.fingerprint, Fingerprint.unpack(row.print))
            if found is None:
                continue
            head = self._head(row.n)
            if head not in matches or found.similarity > matches[head].similarity:
                matches[head] = found
        heads = [*self._heads_of(known, article), *matches]
        before = [(self._lead_of(head), matches[head]) for head in matches] if len(matches) > 1 else []
        first = self._join(heads) if heads else None
        lead = self._live_lead(first, known) if first is not None else None
        n = self._enter(article, known, first, State.PUBLISHED if lead is None or mark else State.DROPPED)
        if first is None and known is None:
            return Decision("new", article.id, first_source=article.source)
        story, source = self._story(n)
        if lead is None:
            self._db.execute("UPDATE articles SET lead = ? WHERE n = ?", (n, self._head(n)))
            return Decision(
                "again" if known else "new", story, version=known.version if known else 1, first_source=source
            )
        best = max(matches.values(), key=lambda match: match.similarity, default=None)
        similarity, rule = (_rounded(best), best.rule) if best else (None, "same-story")
        joined = tuple(
            Joined(self._id(other), self._id(lead), _rounded(found), found.rule)
            for other, found in before
            if other not in (lead, n) and self._is_live(other)
        )
        return Decision("duplicate", story, self._id(lead), similarity, rule, 1, None, source, joined)

    def _heads_of(self, known: _Entry | None, article: Candidate) -> list[int]:
        """The story that an article belongs to already: as its first, or by an unchanged text."""
        if known is None:
            return []
        head = self._head(known.n)
        return [head] if head == known.n or known.content.hex() == article.content else []

    def _new_version(self, article: Candidate, known: _Entry) -> Decision:
        self._note(known.n, article.url, known)
        self._db.execute(
            "UPDATE articles SET content = ?, version = ?, print = ? WHERE n = ?",
            (bytes.fromhex(article.content), known.version + 1, article.fingerprint.pack(), known.n),
        )
        self._enter_keys(known.n, article)
        story, source = self._story(known.n)
        return Decision("changed", story, None, None, None, known.version + 1, known.content.hex(), source)

    # --- what the crawl says afterwards
    def settle(self, urls: Iterable[str]) -> None:
        """The exports that came of these addresses are committed. Durable when this returns."""
        self._db.execute("PRAGMA synchronous = FULL")
        with self.batch():
            query = "DELETE FROM unsettled WHERE owner = ? AND url = ?"
            for url in urls:
                if not self._db.execute(query, (self._owner, url)).rowcount:
                    self._db.execute(query, (self._owner, _address(url)))
        self._db.execute("PRAGMA synchronous = NORMAL")

    def settle_all(self) -> None:
        """Every export of this owner is committed."""
        self.recover(lambda url: True)

    def recover(self, is_durable: Callable[[str], bool]) -> tuple[int, int]:
        """Look at what this owner left unsettled: (settled, withdrawn). is_durable: is this address's export there?"""
        query = "SELECT n, url, before_content, before_version, before_state FROM unsettled WHERE owner = ?"
        with self.batch():
            rows = self._db.execute(query, (self._owner,)).fetchall()
            lost = [row for row in rows if not is_durable(row[1])]
            for n, _, content, version, state in lost:
                self._db.execute(
                    "UPDATE articles SET content = coalesce(?, content), version = coalesce(?, version), state = ?"
                    " WHERE n = ?",
                    (content, version, State.WITHDRAWN if state is None else state, n),
                )
            self._db.executemany("DELETE FROM unsettled WHERE n = ?", [row[:1] for row in rows])
        return len(rows) - len(lost), len(lost)

    def withdraw(self, urls: Iterable[str]) -> int:
        """These addresses' output lines were lost, and their articles will come again; how many were known."""
        found = 0
        with self.batch():
            for url in urls:
                for n in self._at(url):
                    self._db.execute("UPDATE articles SET state = ? WHERE n = ?", (State.WITHDRAWN, n))
                    self._db.execute("DELETE FROM unsettled WHERE n = ?", (n,))
                    found += 1
        return found

    def also_at(self, article_id: str, url: str) -> None:
        """An article's export will be committed under another address than its own: that of the redirected request."""
        with self.batch():
            for n in self._at(article_id):
                self._db.execute("UPDATE unsettled SET url = ? WHERE n = ?", (_address(url), n))
                self._db.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (signed_hash(_address(url)), n))

    def forget(self, url_or_id: str) -> list[str]:
        """Take an article out of the index; the ids that were taken out. Looks at every entry: seconds at a million."""
        with self.batch():
            numbers = self._at(url_or_id)
            gone = [self._id(n) for n in numbers]
            for n in numbers:
                heir = self._one("SELECT min(n) FROM articles WHERE story = ?", n)
                if heir is not None:
                    lead = self._lead_of(n)
                    self._db.execute("UPDATE articles SET story = ? WHERE story = ?", (heir, n))
                    self._db.execute(
                        "UPDATE articles SET story = NULL, lead = ? WHERE n = ?", (heir if lead == n else lead, heir)
                    )
                self._db.execute("UPDATE articles SET lead = NULL WHERE lead = ?", (n,))
                for table in ("keys", "unsettled", "articles"):
                    self._db.execute(f"DELETE FROM {table} WHERE n = ?", (n,))
        return gone

    def _at(self, url_or_id: str) -> list[int]:
        """Numbers of the entries with this id, or at this address."""
        address = normalise(url_or_id)
        if address is None:
            return self._with_key(url_or_id, url_or_id)
        return self._with_key(article_id(address), article_id(address)) or self._with_key(address, None)

    def _with_key(self, key: str, exact_id: str | None) -> list[int]:
        rows = self._db.execute(
            "SELECT articles.n, articles.id FROM keys JOIN articles ON articles.n = keys.n WHERE key = ?",
            (signed_hash(key),),
        )
        return [n for n, stored in rows if exact_id is None or unpack_id(stored) == exact_id]

    def __len__(self) -> int:
        """How many articles are entered."""
        count: int = self._db.execute("SELECT count(*) FROM articles").fetchone()[0]
        return count

    # --- entries
    def _enter(self, article: Candidate, known: _Entry | None, head: int | None, state: State) -> int:
        content, packed = bytes.fromhex(article.content), article.fingerprint.pack()
        if known is not None:
            self._note(known.n, article.url, known)
            self._db.execute(
                "UPDATE articles SET content = ?, state = ?, print = ?, story = ? WHERE n = ?",
                (content, state, packed, None if head == known.n else head, known.n),
            )
            self._enter_keys(known.n, article)
            return known.n
        row = (pack_id(article.id), content, state, head, self._source(article.source), packed)
        n = self._db.execute(
            "INSERT INTO articles (id, content, state, version, story, source, print) VALUES (?, ?, ?, 1, ?, ?, ?)", row
        ).lastrowid
        assert n is not None
        self._note(n, article.url, None)
        self._enter_keys(n, article)
        return n

    def _enter_keys(self, n: int, article: Candidate) -> None:
        keys = {signed_hash(article.id), *article.fingerprint.keys}
        if article.url != article.id != article_id(article.url):  # an id of another making: found by its address too
            keys.add(signed_hash(article.url))
        self._db.executemany("INSERT OR IGNORE INTO keys (key, n) VALUES (?, ?)", [(key, n) for key in keys])

    def _note(self, n: int, url: str, before: _Entry | None) -> None:
        """Remember that an entry is unsettled, and what it was when it was last settled."""
        was = (before.content, before.version, before.state) if before else (None, None, None)
        self._db.execute(
            "INSERT INTO unsettled VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (n) DO UPDATE SET owner = excluded.owner, url = excluded.url",
            (n, self._owner, url, *was),
        )

    def _source(self, name: str | None) -> int | None:
        if not name:
            return None
        if name not in self._sources:
            self._db.execute("INSERT OR IGNORE INTO sources (name) VALUES (?)", (name,))
            if len(self._sources) >= MOST_SOURCES:
                self._sources.clear()
            self._sources[name] = self._one("SELECT n FROM sources WHERE name = ?", name)
        return self._sources[name]

    # --- stories
    def _head(self, n: int) -> int:
        """The first article of the story of entry n."""
        while (above := self._one("SELECT story FROM articles WHERE n = ?", n)) is not None:
            n = above
        return n

    def _join(self, heads: list[int]) -> int:
        """Make one story of several that an article shows to be one; the oldest keeps its name."""
        first = min(heads)
        for other in set(heads) - {first}:
            self._db.execute("UPDATE articles SET story = ? WHERE n = ?", (first, other))
            if not self._is_live(self._lead_of(first)) and self._is_live(lead := self._lead_of(other)):
                self._db.execute("UPDATE articles SET lead = ? WHERE n = ?", (lead, first))
        return first

    def _lead_of(self, head: int) -> int:
        lead: int | None = self._one("SELECT lead FROM articles WHERE n = ?", head)
        return head if lead is None else lead

    def _live_lead(self, head: int, known: _Entry | None) -> int | None:
        """The story's published article, unless it is the asking one itself or was never exported."""
        lead = self._lead_of(head)
        return lead if (known is None or lead != known.n) and self._is_live(lead) else None

    def _is_live(self, n: int) -> bool:
        """Whether an entry is exported, or about to be by a run that is alive."""
        if self._one("SELECT state FROM articles WHERE n = ?", n) != State.PUBLISHED:
            return False
        row = self._db.execute("SELECT owner, before_state FROM unsettled WHERE n = ?", (n,)).fetchone()
        return (
            row is None
            or row[0] == self._owner
            or row[1] == State.PUBLISHED  # only its newest version waits
            or owners.is_alive(self._db, row[0])
        )

    def _story(self, n: int) -> tuple[str, str | None]:
        """(id of the first article, its source) of the story of entry n."""
        head = self._head(n)
        query = "SELECT name FROM sources JOIN articles ON sources.n = articles.source WHERE articles.n = ?"
        return self._id(head), self._one(query, head)

    def _id(self, n: int) -> str:
        return unpack_id(self._one("SELECT id FROM articles WHERE n = ?", n))

    def _one(self, query: str, value: object) -> Any:
        row = self._db.execute(query, (value,)).fetchone()
        return row[0] if row else None


@lru_cache(maxsize=64)
def _sharing_query(keys: int) -> str:
    """Rows (place of the key, entry) for so many keys, the newest entries of each."""
    one = f"SELECT {{}}, n FROM (SELECT n FROM keys WHERE key = ? ORDER BY n DESC LIMIT {NEWEST})"
    return " UNION ALL ".join(one.format(place) for place in range(keys))


def _rounded(match: Match) -> float:
    return round(match.similarity, 4)


def _address(url: str) -> str:
    return normalise(url) or url
