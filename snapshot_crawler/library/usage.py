"""What is usual in a library, by a sample of its articles: which tokens are common, where words begin and end.

related.py makes one for a Library, once; subject.py asks it. It stands in the place of a dictionary: two characters
that meet far more often than by chance, and in a fair share of the places where the rarer one is, are of one word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from snapshot_crawler.library.terms import tokens_of

COMMON = 0.10  # share of articles from which on a pair says nothing of the subject; by reading rows (docs/library.md)
USUAL = 0.03  # share from which on it says little; and nothing, if it is in few of the titles of these articles:
IN_TITLES = 0.1  # a subject that many write of (drones, floods) has headlines, words such as progress have not
LEAST = 100  # articles below which nothing is called common; by choice
TOGETHER = 0.05  # share of the rarer character's places; this and the next by reading the words of forty articles
BY_CHANCE = 8  # so much more often than chance: keeps 的 and 在 out of words
KNOWN = 8  # places of a character that say anything; by choice


class Usage:
    """See above. texts: folded titles and bodies."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        articles = 0
        of_articles: Counter[str] = Counter()
        of_titles: Counter[str] = Counter()
        self.times: Counter[str] = Counter()
        for title, body in texts:
            of_titles.update(tokens_of(title).keys())
            tokens = tokens_of(f"{title}\n{body}")
            articles += 1
            of_articles.update(tokens.keys())
            self.times.update(tokens)
        most, many = (articles * COMMON, articles * USUAL) if articles >= LEAST else (articles, articles)
        self.usual = frozenset(token for token, number in of_articles.items() if number > many)
        self.common = frozenset(
            token
            for token in self.usual
            if of_articles[token] > most or of_titles[token] < IN_TITLES * of_articles[token]
        )
        self.characters = sum(number for token, number in self.times.items() if len(token) == 1)

    def is_common(self, token: str) -> bool:
        """Whether a token is in so many articles that it says nothing of the subject."""
        return token in self.common

    def is_usual(self, token: str) -> bool:
        """Whether a token is in so many articles that it says little of the subject."""
        return token in self.usual

    def bond(self, pair: str) -> float | None:
        """How firmly two characters that stand side by side belong together; from 1 on they are of one word. None
        where the sample knows too little of them."""
        one, other = self.times[pair[0]], self.times[pair[1]]
        if min(one, other) < KNOWN:
            return None
        times = self.times[pair]
        return min(times / (TOGETHER * min(one, other)), times * self.characters / (BY_CHANCE * one * other))
