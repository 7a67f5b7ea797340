"""The words that an article is about: its text in, words with weights out; no dictionary.

Runs of Chinese are cut where neighbours meet by chance (usage.py), so a word is one of the language or a name, and not
the end of one with the beginning of the next. What counts is what the article repeats, or has in its title. A word
weighs by how often it is there, by how rare its pairs of characters are in the library (tf-idf), and by how often they
stand in titles where they are: names and subjects do, words such as shortage or handled do not.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from snapshot_crawler.library.terms import IN_TITLE as IN_TITLES
from snapshot_crawler.library.terms import pieces
from snapshot_crawler.library.usage import COMMON, USUAL, Usage

LONGEST = 6  # characters of a word; by choice: 高质量发展 has five
MOST_WORDS = 10  # of an article; by choice
FINALISTS = 16  # words whose first and last pair the index is asked for; each costs up to 0.3 ms
TITLE_COUNTS = 2  # so many times in the body is once in the title; by choice
A_USUAL_ONE = 0.6  # so much weighs a usual word (usage.py), which needs others beside it; by reading rows
IN_TITLE = 1.6  # so much more weighs a word of the title; by reading rows (docs/library.md)
FEW = 20  # articles in which a word may be, however small the library is; by choice
MOST_TEXT = 4_000  # characters that are looked at: what an article is about is said by then; bounds the time
OFTEN, MOSTLY = 3, 0.85  # times that an article has a pair, and share of its rarer character's places there, from which
# on the pair is of one word, whatever is usual: a name that nobody knew yet; by reading words
UNKNOWN = 0.6  # share of the more frequent character's places, for a pair of which nothing is known; by choice


# 中新网银川3月31日电(记者某某): who reports from where on which day; the place says nothing of the subject
DATELINE = re.compile(r"[^。]{0,90}?(?:日|[0-9])(?:电|讯|消息)\s*(?:[(（][^)）。]{0,40}[)）])?")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the subject. tokens: of the index; frequency: articles that have it, at most."""

    text: str
    tokens: tuple[str, ...]
    weight: float
    frequency: int


def words_of(title: str, body: str, size: int, usage: Usage, frequency: Callable[[str], int]) -> list[Word]:
    """The words of a folded article, the weightiest first. size: articles in the library; frequency: of a token in
    the library, counted."""
    times = _repeated(title, without_dateline(body)[:MOST_TEXT], usage)
    rough = {
        word: count * (1 + 0.3 * (len(word) - 2)) for word, count in times.items() if not _says_nothing(word, usage)
    }
    finalists = sorted(rough, key=lambda word: (-rough[word], word))[:FINALISTS]
    found: list[Word] = []
    for word in finalists:
        tokens = _tokens(word)
        least, rarest = min((frequency(token), token) for token in {tokens[0], tokens[-1]})
        if least > max(FEW, size * COMMON):
            continue
        in_titles = frequency(IN_TITLES + rarest)
        telling = min(1.5, 0.3 + 3 * (in_titles + 0.5) / (least + 5))
        if least > max(FEW, size * USUAL) or usage.is_usual(rarest):
            telling *= A_USUAL_ONE
        rarity = math.log(1 + size / (least + 1))
        weight = math.sqrt(times[word]) * rarity**2 / math.log(2 + size) * (1 + 0.2 * (len(tokens) - 1)) * telling
        found.append(Word(word, tokens, weight * (IN_TITLE if word in title else 1), least))
    found.sort(key=lambda word: (-word.weight, word.text))
    return _apart(found)


def without_dateline(body: str) -> str:
    """A folded text behind its dateline."""
    found = DATELINE.match(body)
    return body[found.end() :] if found else body


def _says_nothing(word: str, usage: Usage) -> bool:
    return all(map(usage.is_common, _tokens(word))) or (usage.is_common(word[:2]) and usage.is_common(word[-2:]))


def _repeated(title: str, body: str, usage: Usage) -> Counter[str]:
    """How often each word is there: of those in the title, and of those that the article has twice."""
    usual = Cutting(body, usage)
    counts: Counter[str] = Counter()
    for text, weight in ((body, 1), (title, TITLE_COUNTS)):
        for kind, run in pieces(text):
            if kind == "word" and len(run) > 3:  # the, and, ...
                counts[run] += weight
            elif kind == "gram":
                for word in usual.words(run):
                    counts[word] += weight
    return Counter({word: count for word, count in counts.items() if count > 1})


class Cutting:
    """Cuts runs of characters of one article into words."""

    def __init__(self, body: str, usage: Usage) -> None:
        self.usage = usage
        runs = [run for kind, run in pieces(body) if kind == "gram"]
        self.characters = Counter(body)
        self.pairs = Counter(run[at : at + 2] for run in runs for at in range(len(run) - 1))

    def words(self, run: str) -> Iterator[str]:
        """The words of two and more characters of a run."""
        begin = 0
        bonds = [self.bond(run[at : at + 2]) for at in range(len(run) - 1)]
        for at, bond in enumerate([*bonds, 0.0]):
            if bond < 1:
                yield from self._short(run, bonds, begin, at + 1)
                begin = at + 1

    def bond(self, pair: str) -> float:
        """As the library has it, or, of a pair that this article has often, as the article has it."""
        times, usual = self.pairs[pair], self.usage.bond(pair)
        one, other = self.characters[pair[0]], self.characters[pair[1]]
        if usual is None:
            return 1.0 if times >= UNKNOWN * max(one, other) else 0.0
        return max(usual, 1.0 if times >= OFTEN and times >= MOSTLY * min(one, other) else 0.0)

    def _short(self, run: str, bonds: Sequence[float], begin: int, end: int) -> Iterator[str]:
        """A word, or where it is long its parts, cut where it holds least."""
        if end - begin > LONGEST:
            weakest = min(range(begin + 1, end - 2), key=lambda at: bonds[at])
            yield from self._short(run, bonds, begin, weakest + 1)
            yield from self._short(run, bonds, weakest + 1, end)
        elif end - begin > 1:
            yield run[begin:end]


def _tokens(word: str) -> tuple[str, ...]:
    if len(word) <= 2 or word.isascii():
        return (word,)
    return tuple(dict.fromkeys(word[at : at + 2] for at in range(len(word) - 1)))


def _apart(words: Sequence[Word]) -> list[Word]:
    """The first words that have no pair of characters in common."""
    chosen: list[Word] = []
    taken: set[str] = set()
    for word in words:
        if taken.isdisjoint(word.tokens):
            chosen.append(word)
            taken.update(word.tokens)
        if len(chosen) == MOST_WORDS:
            break
    return chosen
