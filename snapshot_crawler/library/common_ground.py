"""Whether the words that two articles share make a subject: weighted words and two texts in, a weight or nothing out.

related.py asks this for each article that the index brings. An article says in its title and its first sentences what
it is about, so only words that stand there count; one that is named in passing relates to nothing. The floors were set
by reading rows (docs/library.md): better no row than one of another subject.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from snapshot_crawler.library.subject import without_dateline
from snapshot_crawler.library.terms import PIECE

LEAD = 150  # characters of the text that say what it is about; by choice: the first two sentences
IN_LEAD = 0.7  # so much of its weight counts a word that is there and not in the title; by choice
LEAST = 0.2  # of the article's own weight that has to be shared anywhere
TOLD_BY_FEW, TOLD = 0.3, 0.18  # of the article's own weight, shared where it counts: by up to two words, by more
# Weight, as a multiple of the logarithm of the library's size, since a word's rarity grows with it: of one word that is
# long (嫦娥六号), of two, of more. One that is short alone (新西兰, 开幕) is no subject, unless others go with it.
ONE, TWO, MORE = 2.2, 1.9, 0.75
LONG = 4  # characters of a long word
COMPANY = 3  # words shared anywhere, with which one short word counts as two
# of words of letters, whose common ones no table here names, one more is needed each time


@dataclass(frozen=True, slots=True)
class Text:
    """A folded article."""

    title: str
    body: str

    @property
    def lead(self) -> str:
        """How the text begins, behind its dateline."""
        return without_dateline(self.body)[:LEAD]


def shared(words: Mapping[str, float], own: Text, other: Text, size: int) -> tuple[float, list[str]] | None:
    """(weight, words) that another article shares with one whose words these are, with their weights; None where that
    is not the same subject. size: articles in the library."""
    weight, found, told = 0.0, [], []
    for word, each in words.items():
        if times := other.body.count(word) + 2 * other.title.count(word):
            found.append(word)
            weight += each * (0.5 + 0.5 * math.tanh(times / 3)) * (1.25 if word in other.title else 1)
            if word in other.title or word in other.lead:
                told.append(word)
    whole = sum(words.values())
    counts = sum(words[word] * (1 if word in other.title else IN_LEAD) for word in told)
    number = _number(told, found, own, other)
    if not number or weight < whole * LEAST or counts < whole * (TOLD_BY_FEW if number <= 2 else TOLD):
        return None
    floor = (ONE, TWO, MORE)[min(number, 3) - 1]
    return (weight, found) if counts >= floor * math.log(1 + size) else None


def _number(told: list[str], found: list[str], own: Text, other: Text) -> int:
    """As how many words those count that stand where it counts; 0 where they are none at all."""
    letters = not any((match := PIECE.match(word)) and match["gram"] for word in told)
    number = len(told) - letters
    if number != 1:
        return max(0, number)
    if len(found) >= COMPANY + letters:
        return 2
    is_long = len(told[0]) >= LONG and not letters
    return int(is_long and told[0] in own.title and told[0] in other.title)
