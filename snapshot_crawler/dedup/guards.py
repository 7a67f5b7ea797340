"""Whether two articles tell one story: two fingerprints go in, the rule that joins them comes out, or None.

index.py calls it for each candidate. A reader of news would agree with each rule. Around each threshold, the results on
all development sets change little (docs/duplicates.md has the figures; python benchmarks/dedup.py):

- exact: both have the same letters and digits after folding.
- contradiction: the same words stand beside different numbers. Then they are two bulletins, however alike.
- another name: in their beginnings a word stands in the place of another, with the same words on both sides. Then they
  are two bulletins, unless the text is long, many numbers agree, and it is a single word.
- brief: a text of a few sentences has no room for differences. The longer must hold all of the shorter, except for one
  lost or doubled character.
- near: the longer holds nearly all of the shorter, and the shorter is a good part of the longer. (A round-up holds
  whole briefs, but each is a small part of it.)
- near, weaker: the longer holds most of the shorter, and both open alike or agree in many numbers. Texts made from one
  template share most of their words, but open differently: the opening says who, what and when.
- later: more than a month apart, more must agree. Old news is seldom reprinted, and templates return each month.
"""

from __future__ import annotations

from dataclasses import dataclass

from snapshot_crawler.dedup.alignment import exchanged, open_alike
from snapshot_crawler.dedup.facts import compare
from snapshot_crawler.dedup.fingerprint import Fingerprint, stored_sketch
from snapshot_crawler.dedup.letters import LATIN
from snapshot_crawler.dedup.sketch import MOST_KEPT, overlap

NEARLY_ALL = 0.9  # 0.89 joins two books' announcements, 0.93 loses one reprint in 300
ALIKE_OPENING = 0.7  # share of the sample of the first words; like MOST, its neighbours: docs/duplicates.md
MOST = 0.8  # share of the shorter text
MONTH = 30  # days between the dates of publication, from which the next two hold instead
NEARLY_ALL_LATER = 0.94  # NEARLY_ALL and ALIKE_OPENING, stricter
ALIKE_OPENING_LATER = 0.8  # as NEARLY_ALL_LATER
MANY_FACTS = 10  # agreeing numbers; texts of one template share its words and not so many numbers
SHORTEST_PART = 0.3  # of the longer's length; reprints keep more, a brief in a round-up is under a quarter of it
BRIEF = MOST_KEPT  # shingles; up to here a sketch is no sample but the whole
BRIEF_MISSING = 4  # shingles of five characters: one lost or doubled character breaks 4, one exchanged 5, a name 6
ONE_NAME_FACTS = 6  # where so many numbers agree, an editor has changed a word
ONE_NAME_SIZE = 400  # shingles that such a text has; bulletins of one pattern are shorter
# One contradiction is a misprint, or the joint where a sentence was cut out, if all of these hold:
ONE_ERROR_FACTS = 6  # so many facts agree
ONE_NAME_LONGER = 1  # characters: 王伟 and 李文博 before the same words; a headline that was cut ends otherwise
ONE_ERROR_PART = 0.97  # the texts share this
ONE_ERROR_SIZE = 200  # shingles that the shorter has


@dataclass(slots=True, frozen=True)
class Match:
    """Two articles tell one story. rule: exact, brief or near. similarity: the share of the shorter in the longer."""

    rule: str
    similarity: float


def is_out_of_question(one: Fingerprint, stored: bytes) -> bool:
    """Whether match() would refuse for size or sample alone, as it does for most candidates. A quarter of its cost."""
    body, sketch = stored_sketch(stored)
    if body == one.body:
        return False
    shorter, longer = sorted((one.sketch.size, sketch.size))
    if not shorter or shorter < SHORTEST_PART * longer:
        return True
    shared, mine, theirs = overlap(one.sketch, sketch)
    return shared < MOST * min(mine, theirs)


def match(one: Fingerprint, other: Fingerprint) -> Match | None:
    """The rule by which two stories are one; None when they are not, or when either has no text. Symmetrical."""
    if not one.sketch.size or not other.sketch.size:
        return None
    if one.body == other.body:
        return Match("exact", 1.0)
    shared, mine, theirs = overlap(one.sketch, other.sketch)
    if not shared:
        return None
    part = shared / min(mine, theirs)
    shorter, longer = sorted((one.sketch.size, other.sketch.size))
    if part < MOST or shorter < SHORTEST_PART * longer:
        return None
    if _is_another_title(one, other):
        return None
    agreeing, contradicting = compare(one.facts, other.facts)
    if contradicting and not _is_misprint(contradicting, agreeing, part, _said(one, shorter)):
        return None
    if _has_other_names(one, other, agreeing, _said(one, shorter)):
        return None
    if shorter <= BRIEF:
        is_whole = min(mine, theirs) - shared <= BRIEF_MISSING and _start_within(one, other)
        return Match("brief", part) if is_whole else None
    is_later = _days_apart(one, other) > MONTH
    if part >= (NEARLY_ALL_LATER if is_later else NEARLY_ALL) or agreeing >= MANY_FACTS:
        return Match("near", part)
    if _open_alike(one, other) >= (ALIKE_OPENING_LATER if is_later else ALIKE_OPENING):
        return Match("near", part)
    return None


def are_two(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether one says another thing than the other where both say the same else. Then nothing is a copy of both."""
    if one.body == other.body:
        return False
    agreeing, contradicting = compare(one.facts, other.facts)
    return contradicting > agreeing // ONE_ERROR_FACTS or exchanged(one.letters, other.letters) > 0


def _has_other_names(one: Fingerprint, other: Fingerprint, agreeing: int, size: float) -> bool:
    """Whether some words are others in the same place. One is borne in a long text where many numbers agree."""
    words = exchanged(one.letters, other.letters)
    return words > 1 or (words == 1 and (agreeing < ONE_NAME_FACTS or size < ONE_NAME_SIZE))


def _said(one: Fingerprint, size: int) -> float:
    """How much a text of this size says: its letters, or as many of Chinese."""
    return size / LATIN if one.letters.is_latin else size


def _is_misprint(contradicting: int, agreeing: int, part: float, size: float) -> bool:
    return contradicting == 1 and agreeing >= ONE_ERROR_FACTS and part >= ONE_ERROR_PART and size >= ONE_ERROR_SIZE


def _is_another_title(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether the headlines are of one pattern with another word in it, and what the texts name differs, too."""
    a, b = one.title, other.title
    if a is None or b is None or a.whole == b.whole:
        return False
    same_end = a.last == b.last
    off = abs(a.size - b.size)
    is_framed = (same_end and off <= ONE_NAME_LONGER) or (a.first == b.first and not off)
    return is_framed and (_open_alike(one, other) < 1 or one.facts.slots != other.facts.slots)


def _start_within(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether the beginning of one stands somewhere in the other. Different beginnings may name two places."""
    return (
        one.first in other.sketch.kept or other.first in one.sketch.kept or bool(one.sketch.level or other.sketch.level)
    )


def _open_alike(one: Fingerprint, other: Fingerprint) -> float:
    """The share that both have of the samples of their first words, 0 to 1."""
    if one.letters.digits and other.letters.digits:
        return open_alike(one.letters, other.letters)
    fewer = min(len(one.opening), len(other.opening))
    return len(one.opening & other.opening) / fewer if fewer else 0.0


def _days_apart(one: Fingerprint, other: Fingerprint) -> int:
    """Days between the dates of publication; 0 when either is unknown."""
    return abs(one.day - other.day) if one.day and other.day else 0
