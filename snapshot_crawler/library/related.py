"""Related news: an article in, up to nine others of the same subject out, none of the same story.

The words that the article is about (subject.py) are asked of the index, one by one and in pairs; each brings its newest
articles. What shares most weight of words wins; at equal weight the newer one. Articles whose text is the same in large
part are the same story, whatever the index of duplicates has said, and are left out; also beside each other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations, islice
from typing import TYPE_CHECKING

from snapshot_crawler.dedup.folding import harden
from snapshot_crawler.dedup.shingles import shingle_hashes
from snapshot_crawler.library.common_ground import Text, shared
from snapshot_crawler.library.engine import Wanted
from snapshot_crawler.library.model import Marked, RelatedRow, Row
from snapshot_crawler.library.snippets import SPACES, places
from snapshot_crawler.library.subject import Word, words_of
from snapshot_crawler.library.terms import IN_TITLE
from snapshot_crawler.library.usage import Usage

if TYPE_CHECKING:
    from snapshot_crawler.library.library import Library

ROWS = 9  # as snapshot sites show
A_WORD = 25  # articles that one word brings; by choice
A_TITLE = 25  # that it brings by their titles; by choice
A_PAIR = 15  # that two words together bring; by choice
PAIRED = 4  # words that are paired; by choice: six look-ups
FREQUENCIES_KEPT = 20_000  # of tokens, for one Library: they change slowly
LOOKED_AT = 45  # texts that are compared; 0.1 ms each
SAMPLE = 500  # articles that show what is usual; 0.9 ms each, once for a Library
COUNTED = 1_000  # articles up to which a token is counted; by choice: 0.1 ms
SMALL = 1_000  # articles of a library as which every smaller one counts; by choice
LIKE = 0.22  # share of the shorter text's runs (dedup/shingles.py) from which on it is the same story: no row of the
# same story on the three labelled sets (benchmarks/related.py)
MOST_RUNS = 2_500  # of a text's beginning; bounds the time, and copies share their beginning; by choice
HALF_YEAR_S = 182 * 86_400  # by choice: by then half of RECENT is left
RECENT = 0.10  # so much more weighs an article of today than an old one; by choice: less than one word
WINDOW = 90  # characters of a snippet, as snapshot sites show
OPEN = "..."


@dataclass(slots=True)
class Candidate:
    """An article that may be related."""

    n: int
    score: float
    shared: list[str]
    runs: frozenset[int]
    row: Row


@dataclass(frozen=True, slots=True)
class Asked:
    """The article whose related ones are looked for. size: articles in the library."""

    row: Row
    text: Text
    runs: frozenset[int]
    size: int


class Related:
    """Finds related articles in one library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._frequency = lru_cache(FREQUENCIES_KEPT)(self._counted)

    def to(self, n: int, row: Row, most: int = ROWS) -> list[RelatedRow]:
        """The related articles of one, the nearest first."""
        words = self.words(n)
        text = Text(*self.library.folded(n))
        asked = Asked(row, text, _runs(text), self.size)
        weights = {word.text: word.weight for word in words}
        brought = [self._candidate(number, weights, asked) for number in self._brought(n, words)]
        candidates = [each for each in brought if each is not None]
        candidates.sort(key=lambda each: (-each.score, -each.n))
        chosen: list[Candidate] = []
        for each in candidates:
            if len(chosen) == most:
                break
            if not any(each.row.story == other.row.story or _alike(each.runs, other.runs) for other in chosen):
                chosen.append(each)
        return [RelatedRow(each.row, self._snippet(each.n, each.shared), each.shared) for each in chosen]

    def words(self, n: int) -> list[Word]:
        """What an article is about."""
        title, body = self.library.folded(n)
        return words_of(title, body, self.size, self.usage, self._frequency)

    @property
    def size(self) -> int:
        """Articles in the library; in a small one a word that few have is as rare as in a larger one."""
        return max(SMALL, self.library.size)

    def _counted(self, token: str) -> int:
        return self.library.engine.frequency(token, COUNTED)

    @cached_property
    def usage(self) -> Usage:
        """What is usual here, by a sample of all times."""
        return Usage(self.library.folded(n) for n in self.library.spread(SAMPLE))

    def _brought(self, n: int, words: list[Word]) -> list[int]:
        """The articles that share most by the index, most first."""
        scores: dict[int, float] = defaultdict(float)
        engine = self.library.engine
        for word in words:
            titled = islice(engine.newest(Wanted([IN_TITLE + token for token in word.tokens])), A_TITLE)
            for number in {*titled, *islice(engine.newest(Wanted(list(word.tokens))), A_WORD)}:
                scores[number] += word.weight
        for one, other in combinations(words[:PAIRED], 2):
            for number in islice(engine.newest(Wanted([*one.tokens, *other.tokens])), A_PAIR):
                scores[number] += (one.weight + other.weight) / 2
        scores.pop(n, None)
        return sorted(scores, key=lambda number: (-scores[number], -number))[:LOOKED_AT]

    def _candidate(self, n: int, words: dict[str, float], asked: Asked) -> Candidate | None:
        """An article and what it shares; None for one of the same story, and for one that shares too little."""
        text = Text(*self.library.folded(n))
        row = self.library.row(n)
        if row is None or row.story == asked.row.story or text.title == asked.text.title:
            return None
        found = shared(words, asked.text, text, asked.size)
        if found is None:
            return None
        runs = _runs(text)
        if _alike(asked.runs, runs):
            return None
        recency = 1 + RECENT * 0.5 ** (abs(self.library.latest - n) / HALF_YEAR_S)
        return Candidate(n, found[0] * recency, found[1], runs, row)

    def _snippet(self, n: int, words: list[str]) -> Marked:
        """... and the part of the body with most of the words, marked."""
        _, body = self.library.text(n)
        hits = places(self.library.folded(n)[1], [re.escape(word) for word in words])
        if not hits:
            return [(SPACES.sub(" ", body[:WINDOW]), False)]
        fullest = max(
            hits, key=lambda hit: (sum(hit[0] <= begin < hit[0] + WINDOW * 2 // 3 for begin, _ in hits), -hit[0])
        )
        begin = max(0, fullest[0] - WINDOW // 3)
        end = min(len(body), begin + WINDOW)
        parts: Marked = [(OPEN, False)] if begin else []
        place = begin
        for start, stop in hits:
            start, stop = max(start, place), min(stop, end)
            if start >= stop:
                continue
            parts += [(SPACES.sub(" ", body[place:start]), False), (SPACES.sub(" ", body[start:stop]), True)]
            place = stop
        return [part for part in [*parts, (SPACES.sub(" ", body[place:end]), False)] if part[0]]


def _runs(text: Text) -> frozenset[int]:
    """The runs of characters at a text's beginning by which likeness is told, as dedup hashes them."""
    return frozenset(shingle_hashes(harden(f"{text.title} {text.body}"))[:MOST_RUNS].tolist())


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    shorter = min(len(one), len(other))
    return bool(shorter) and len(one & other) >= LIKE * shorter
