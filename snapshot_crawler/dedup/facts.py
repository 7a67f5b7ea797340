"""The facts that tell one bulletin from the next: softened story in, its numbers with the words around them out.

A weather report and the next day's share all their words and differ in the numbers. A reprint that lost three
sentences lost numbers too, and yet contradicts nothing. So numbers are compared slot by slot: a slot is the words
before and behind a number; the same slot with another number in it is a contradiction, a missing slot is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import xxhash

MOST_SLOTS = 18
MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|hundred|thousand"
)
DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
NUMBER = re.compile(
    r"\d+(?:[.,/:-]\d+)*"
    r"|第[一二三四五六七八九十百千〇零两]+|[一二三四五六七八九十百千〇零两]{2,}"
    rf"|\b(?:{MONTHS}|{DAYS}|{WORDS})\b"
)
BEFORE = 2  # letters of context: enough to name a slot (气温#), few enough to survive an edit nearby; 3 saw less
BEHIND = 1


@dataclass(slots=True, frozen=True)
class Facts:
    """The sampled slots of a story: context (16 bits) -> the values seen in it (8 bits each).

    level: only contexts below 2 ** (16 - level) are kept, so that at most MOST_SLOTS remain. key: one hash over all
    numbers of the story, or None when it has fewer than two.
    """

    level: int
    slots: tuple[tuple[int, int], ...]
    key: int | None


def read_facts(lines: list[str]) -> Facts:
    """The facts of a story's lines."""
    text = "\n".join(lines)
    masked = []
    values = []
    last = 0
    for found in NUMBER.finditer(text):
        masked.append(text[last : found.start()])
        values.append(found[0].replace(",", ""))
        last = found.end()
    masked.append(text[last:])
    pairs = set()
    letters = ["".join(filter(str.isalnum, part[-24:])) for part in masked]
    for place, value in enumerate(values):
        before = letters[place][-BEFORE:]
        if len(before) < BEFORE and place:
            before = (letters[place - 1][-BEFORE:] + "#" + before)[-BEFORE:]
        after = masked[place + 1][:8].lstrip()[:BEHIND]
        context = xxhash.xxh32_intdigest(f"{before}#{after if after.isalnum() else ''}".encode()) & 0xFFFF
        pairs.add((context, xxhash.xxh32_intdigest(value.encode()) & 0xFF))
    level = 0
    kept = pairs
    while len(kept) > MOST_SLOTS:
        level += 1
        kept = {pair for pair in pairs if pair[0] < 1 << (16 - level)}
    key = xxhash.xxh64_intdigest("|".join(sorted(values)).encode()) if len(values) > 1 else None
    return Facts(level, tuple(sorted(kept)), key)


def compare(one: Facts, other: Facts) -> tuple[int, int]:
    """(agreements, contradictions) between two stories' slots, as far as both samples can tell."""
    limit = 1 << (16 - max(one.level, other.level))
    mine: dict[int, set[int]] = {}
    theirs: dict[int, set[int]] = {}
    for slots, into in ((one.slots, mine), (other.slots, theirs)):
        for context, value in slots:
            if context < limit:
                into.setdefault(context, set()).add(value)
    agree = contradict = 0
    for context in mine.keys() & theirs.keys():
        a, b = mine[context], theirs[context]
        agree += len(a & b)
        contradict += min(len(a - b), len(b - a))
    return agree, contradict
