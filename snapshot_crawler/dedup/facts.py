"""The facts that tell one bulletin from the next: a softened story in, its numbers with the words around them out.

A weather report and the next day's share all their words and differ in the numbers. A reprint without three of the
sentences lacks numbers, too, but contradicts none. So numbers are compared slot by slot: a slot is the words
before and behind a number; the same slot with another number in it is a contradiction, a missing slot is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import xxhash

from snapshot_crawler.lazy_pattern import LazyPattern

MOST_SLOTS = 18  # by choice: three bytes each in every stored fingerprint
WORDS = (
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday "
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty hundred thousand"
).split()
# each begins with its letters, for which the search is fast, and then looks back for the word's border
SPELT_OUT = {word: LazyPattern(rf"{word}\b(?<=\b{word})") for word in WORDS}
CHINESE = "一二三四五六七八九十百千〇零两"


def _by_first_sign(words: Sequence[str]) -> LazyPattern:
    """Digits, Chinese numbers and these words, found by their first sign: three times as fast as by alternatives, but
    for words in English, where each letter may be the first of one. One group: split() gives the numbers too."""
    first = sorted({word[0] for word in words})
    spelt = [rf"(?<=\b{sign})(?:{'|'.join(word[1:] for word in words if word[0] == sign)})\b" for sign in first]
    rest = [r"(?<=\d)\d*(?:[.,/:-]\d+)*", rf"(?<=第)[{CHINESE}]+", rf"(?<=[{CHINESE}])[{CHINESE}]+", *spelt]
    return LazyPattern(rf"([\d第{CHINESE}{''.join(first)}](?:{'|'.join(rest)}))")


NUMBER_IN_CHINESE = _by_first_sign(WORDS)
SIGNED = _by_first_sign(())  # in digits or Chinese signs
CHINESE_BEGIN = re.compile(r".{0,40}[\u4e00-\u9fff]", re.DOTALL)
BEFORE = 2  # letters of context: enough to name a slot (气温#), few enough to survive an edit nearby; 3 saw less
BEHIND = 1  # as BEFORE; a unit or a counter begins there
NEAR = 24  # characters: how far off a letter may stand


@dataclass(slots=True, frozen=True)
class Facts:
    """The sampled slots of a story: context (16 bits) -> the values seen in it (8 bits each).

    names: how many of the last slots are names, in fingerprints that were stored before they had letters.
    level: only contexts below 2 ** (16 - level) are kept, so that at most MOST_SLOTS remain. key: one hash over all
    numbers of the story, or None where it has fewer than three different ones: those of a date are in many.
    """

    level: int
    slots: tuple[tuple[int, int], ...]
    key: int | None
    names: int = 0


def read_facts(lines: list[str]) -> Facts:
    """The facts of a story's softened lines."""
    text = "\n".join(lines)
    between, values = _in_chinese(text) if CHINESE_BEGIN.match(text) else _in_other(text)
    if not values:
        return Facts(0, (), None)
    if "," in text:
        values = [value.replace(",", "") for value in values]
    contexts = _contexts(between)
    level, limit, few = 0, 0x10000, {*contexts}  # contexts have 16 bits
    while len(few) > MOST_SLOTS:
        level += 1
        limit >>= 1
        few = {each for each in few if each < limit}
    # only now are the values of those that are left hashed: most are not
    hashed = xxhash.xxh32_intdigest
    kept = {
        (context, hashed(value.encode()) & 0xFF)
        for context, value in zip(contexts, values, strict=True)
        if context < limit
    }
    while len(kept) > MOST_SLOTS:
        level += 1
        limit >>= 1
        kept = {pair for pair in kept if pair[0] < limit}
    key = xxhash.xxh64_intdigest("|".join(sorted(values)).encode()) if len(set(values)) > 2 else None
    return Facts(level, tuple(sorted(kept)), key)


def _in_chinese(text: str) -> tuple[list[str], list[str]]:
    """(what stands before, between and behind the numbers; the numbers): one text more than numbers."""
    parts = NUMBER_IN_CHINESE.split(text)
    return parts[::2], parts[1::2]


def _in_other(text: str) -> tuple[list[str], list[str]]:
    """As _in_chinese, of a text in another language."""
    spans = sorted([*(found.span() for found in SIGNED.finditer(text)), *_spelt_out(text)])
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    between = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    return between, [text[start:end] for start, end in spans]


def _contexts(between: list[str]) -> list[int]:
    """The words around each number, as 16 bits."""
    hashed = xxhash.xxh32_intdigest
    contexts = []
    for place in range(len(between) - 1):
        before = between[place][-BEFORE:]
        if len(before) < BEFORE or not before.isalnum():
            before = _letters_before(between, place)
        after = between[place + 1][:BEHIND]
        if not after.isalnum():  # a sign, white space, or the next number
            after = between[place + 1][:NEAR].lstrip()[:BEHIND] if after.isspace() else ""
            if not after.isalnum():
                after = ""
        contexts.append(hashed(f"{before}#{after}".encode()) & 0xFFFF)
    return contexts


def _spelt_out(text: str) -> Iterator[tuple[int, int]]:
    """Where the words for numbers, months and days stand. Most are not in a text, which costs little to see."""
    for word, pattern in SPELT_OUT.items():
        if word in text:
            for found in pattern.finditer(text):
                yield found.span()


def _letters_before(between: list[str], place: int) -> str:
    """The last letters before a number; where another number stands there, a sign for it and its own letters."""
    before = "".join(filter(str.isalnum, between[place][-NEAR:]))[-BEFORE:]
    if len(before) < BEFORE and place:
        ahead = "".join(filter(str.isalnum, between[place - 1][-NEAR:]))[-BEFORE:]
        before = (ahead + "#" + before)[-BEFORE:]
    return before


def compare(one: Facts, other: Facts) -> tuple[int, int]:
    """(agreeing, contradicting) numbers of two stories, as far as both samples can tell."""
    limit = 1 << (16 - max(one.level, other.level))  # contexts have 16 bits
    mine, theirs = _by_context(one, limit), _by_context(other, limit)
    agree = contradict = 0
    for context in mine.keys() & theirs.keys():
        a, b = mine[context], theirs[context]
        agree += len(a & b)
        contradict += min(len(a - b), len(b - a))
    return agree, contradict


def _by_context(facts: Facts, limit: int) -> dict[int, set[int]]:
    """The values in each context that both samples have, without the names."""
    values: dict[int, set[int]] = {}
    for context, value in facts.slots[: len(facts.slots) - facts.names]:
        if context < limit:
            values.setdefault(context, set()).add(value)
    return values
