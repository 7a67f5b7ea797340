"""The index in SQLite's FTS5: contentless, without positions, so it is smaller than the text (benchmarks/library.py).

FTS5 walks through the articles of a token in the order of article.n. So the newest come first without sorting, and the
walk ends with the page. What the best are is not asked of FTS5, whose bm25() would look at every hit (engine.likely).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from snapshot_crawler.library.engine import Wanted, likely
from snapshot_crawler.library.terms import ALL

NEWEST = "SELECT rowid FROM word WHERE word MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC"
COUNT = "SELECT count(*) FROM (SELECT rowid FROM word WHERE word MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?)"


class FtsEngine:
    """See engine.Engine."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def newest(self, wanted: Wanted) -> Iterator[int]:
        """See engine.Engine."""
        for (n,) in self.db.execute(NEWEST, (match(wanted), wanted.first, wanted.last)):
            yield n

    def best(self, words: Sequence[str], wanted: Wanted, most: int) -> list[int]:
        """See engine.Engine."""
        return likely(self, words, wanted, most)

    def frequency(self, token: str, most: int) -> int:
        """See engine.Engine."""
        return self.count(Wanted([token]), most)

    def count(self, wanted: Wanted, most: int) -> int:
        """See engine.Engine."""
        number: int = self.db.execute(COUNT, (match(wanted), wanted.first, wanted.last, most)).fetchone()[0]
        return number


def match(wanted: Wanted) -> str:
    """The same as FTS5 reads it."""
    parts = [_quoted(token) for token in wanted.all_of or [ALL]]
    parts += [f"({' OR '.join(map(_quoted, tokens))})" for tokens in wanted.one_of]
    found = " AND ".join(parts)
    if wanted.none_of:
        found = f"({found}) NOT ({' OR '.join(map(_quoted, wanted.none_of))})"
    return found


def _quoted(token: str) -> str:
    return f'"{token[:-1]}" *' if token.endswith("*") else f'"{token}"'
