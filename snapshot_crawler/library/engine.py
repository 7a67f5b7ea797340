"""The interface of an index: which articles have these tokens, in the order of time. Asked by search.py and related.py.

fts.py implements it over SQLite's FTS5, tantivy_index.py over tantivy where that is installed. Both hold the same
tokens (terms.py), so what a search finds does not depend on the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from snapshot_crawler.library.terms import IN_TITLE, OFTEN, is_word


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


def likely(engine: Engine, words: Sequence[str], wanted: Wanted, most: int) -> list[int]:
    """For Engine.best(): the newest articles with all words in the title, then those that have them often, then the
    newest of all. Each group has a share, so that one does not keep the others out."""
    found: dict[int, None] = {}
    often = [OFTEN + word for word in words if is_word(word) and not word.endswith("*")]
    groups = [[IN_TITLE + word for word in words], *([often] if often else []), []]
    for place, tokens in enumerate(groups):
        narrowed = Wanted(wanted.all_of + tokens, wanted.none_of, wanted.one_of, wanted.first, wanted.last)
        left = most - len(found)
        share = left if place == len(groups) - 1 else left // 2
        found.update(dict.fromkeys(islice(engine.newest(narrowed), share)))
    return list(found)
