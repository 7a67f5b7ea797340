"""The interface of an index: which articles have these tokens, in the order of time. Asked by search.py and related.py.

fts.py implements it over SQLite's FTS5, tantivy_index.py over tantivy where that is installed. Both hold the same
tokens (terms.py), so what a search finds does not depend on the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(slots=True)
class Wanted:
    """Tokens of the articles to find. A token that ends in "*" stands for all that begin so."""

    all_of: list[str] = field(default_factory=list)
    none_of: list[str] = field(default_factory=list)
    one_of: list[list[str]] = field(default_factory=list)  # of each list one at least
    first: int = 0  # the span of article.n, both included
    last: int = (1 << 62) - 1


class Engine(Protocol):
    """An index, open for reading."""

    def newest(self, wanted: Wanted) -> Iterator[int]:
        """article.n of all that match, newest first, found while they are asked for."""

    def best(self, words: Sequence[str], wanted: Wanted, most: int) -> list[int]:
        """The articles that are likely to have the words in the first places, best first or unordered, not more than
        that: who asks looks into the texts. words: tokens of the query; wanted: what all have to match."""

    def frequency(self, token: str, most: int) -> int:
        """In how many articles a token is; not counted beyond most."""

    def count(self, wanted: Wanted, most: int) -> int:
        """How many match; not counted beyond most."""
