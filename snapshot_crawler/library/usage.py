"""What is usual in a library, by a sample of its articles: which tokens are common, where words begin and end.

related.py makes one for a Library, once; subject.py asks it. It stands in the place of a dictionary: two characters
that meet far more often than by chance, and in a fair share of the places where the rarer one is, are of one word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from snapshot_crawler.library.terms import tokens_of

COMMON = 0.03  # share of articles from which on a pair says nothing of the subject; by choice
LEAST = 100  # articles below which nothing is called common; by choice
TOGETHER = 0.05  # share of the rarer character's places; this and the next by reading the words of forty articles
BY_CHANCE = 8  # so much more often than chance: keeps 的 and 在 out of words
KNOWN = 8  # places of a character that say anything; by choice


class Usage:
    """See above. texts: folded."""

    def __init__(self, texts: Iterable[str]) -> None:
        articles = 0
        of_articles: Counter[str] = Counter()
        self.times: Counter[str] = Counter()
        for text in texts:
            tokens = tokens_of(text)
            articles += 1
            of_articles.update(tokens.keys())
            self.times.update(tokens)
        most = articles * COMMON if articles >= LEAST else articles
        self.common = frozenset(token for token, number in of_articles.items() if number > most)
        self.characters = sum(number for token, number in self.times.items() if len(token) == 1)

    def is_common(self, token: str) -> bool:
        """Whether a token is in many articles."""
        return token in self.common

    def bond(self, pair: str) -> float | None:
        """How firmly two characters that stand side by side belong together; from 1 on they are of one word. None
        where the sample knows too little of them."""
        one, other = self.times[pair[0]], self.times[pair[1]]
        if min(one, other) < KNOWN:
            return None
        times = self.times[pair]
        return min(times / (TOGETHER * min(one, other)), times * self.characters / (BY_CHANCE * one * other))
