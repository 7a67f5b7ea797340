"""The words that an article is about: its text in, words with weights out; no dictionary.

A word is a run of characters that the article repeats, as long as it can be made without being repeated less often, or
one of its title. It weighs by how often it is there, by how rare its pairs of characters are in the library (tf-idf),
and by how often they stand in titles where they are: names and subjects do, words such as shortage or handled do not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from snapshot_crawler.library.terms import IN_TITLE as IN_TITLES
from snapshot_crawler.library.terms import pieces

LONGEST = 6  # characters of a word; by choice: 高质量发展 has five
MOST_WORDS = 10  # of an article; by choice
FINALISTS = 16  # words whose first and last pair the index is asked for; each costs up to 0.3 ms
TITLE_COUNTS = 2  # so many times in the body is once in the title; by choice
IN_TITLE = 1.6  # so much more weighs a word of the title; by reading rows (docs/library.md)
COMMON = 0.03  # share of articles from which on a pair says nothing of the subject; by choice
FEW = 20  # articles in which a word may be, however small the library is; by choice
MOST_TEXT = 4_000  # characters that are looked at: what an article is about is said by then; bounds the time


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the subject. tokens: of the index; frequency: articles that have it, at most."""

    text: str
    tokens: tuple[str, ...]
    weight: float
    frequency: int


def words_of(
    title: str, body: str, size: int, is_common: Callable[[str], bool], frequency: Callable[[str], int]
) -> list[Word]:
    """The words of a folded article, the weightiest first. size: articles in the library; is_common: of a token, by a
    sample; frequency: of a token, counted."""
    times = _repeated(title, body[:MOST_TEXT])
    rough = {
        word: count * (1 + 0.3 * (len(word) - 2)) for word, count in times.items() if not _says_nothing(word, is_common)
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
        weight = math.sqrt(times[word]) * math.log(1 + size / (least + 1)) * (1 + 0.2 * (len(tokens) - 1)) * telling
        found.append(Word(word, tokens, weight * (IN_TITLE if word in title else 1), least))
    found.sort(key=lambda word: (-word.weight, word.text))
    return _apart(found)


def _says_nothing(word: str, is_common: Callable[[str], bool]) -> bool:
    return all(map(is_common, _tokens(word))) or (is_common(word[:2]) and is_common(word[-2:]))


def _repeated(title: str, body: str) -> Counter[str]:
    """How often each word is there: of those in the title, and of those that the article has twice."""
    counts: Counter[str] = Counter()
    for text, weight in ((body, 1), (title, TITLE_COUNTS)):
        for kind, run in pieces(text):
            if kind == "word" and len(run) > 3:  # the, and, ...
                counts[run] += weight
            elif kind == "gram":
                grams = [run[at : at + n] for n in range(2, LONGEST + 1) for at in range(len(run) - n + 1)]
                for gram in grams:
                    counts[gram] += weight
    repeated = Counter({word: count for word, count in counts.items() if count > 1})
    parts = {part for word in repeated for part in (word[:-1], word[1:]) if repeated[part] <= repeated[word]}
    return Counter({word: count for word, count in repeated.items() if word not in parts})  # parts of longer words: out


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
