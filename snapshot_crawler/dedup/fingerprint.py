"""What the index keeps of a story instead of its text: a body in, a fingerprint of about 250 bytes out, and back.

The stored form is here; making.py makes a fingerprint from a text.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass
from typing import NamedTuple

from snapshot_crawler.dedup.facts import Facts
from snapshot_crawler.dedup.letters import NONE, Letters
from snapshot_crawler.dedup.sketch import Sketch

HEAD = struct.Struct("<QIHHBBBBB")
TITLE = struct.Struct("<BBBHH")
NAMES_SHIFT, NAMES_SHIFTED = 5, 31  # the number of names stood above the facts' level before it got a byte of its own


class Title(NamedTuple):
    """A headline as six bytes: how many characters or words, a hash of them in any order, of the first and the last."""

    size: int
    whole: int
    first: int
    last: int


NO_TITLE = Title(0, 0, 0, 0)


@dataclass(slots=True, frozen=True)
class Fingerprint:
    """body: 64-bit hash of the folded story. first: its first shingle. opening: sampled shingles of its first words,
    not stored where there are letters. day: of publication, counted from 1 January 1970; 0 when unknown. letters: how
    the story begins. keys: how others find it."""

    body: int
    sketch: Sketch
    first: int
    opening: frozenset[int]
    facts: Facts
    day: int = 0
    title: Title | None = None
    letters: Letters = NONE
    keys: tuple[int, ...] = ()  # signed 32-bit; not stored with the fingerprint, they are the index's rows

    def pack(self) -> bytes:
        """The stored form, little-endian."""
        slots = self.facts.slots
        contexts = array("H", [context for context, _ in slots])
        values = bytes([value for _, value in slots])
        kept = array("H", sorted(self.sketch.kept))
        opening = array("H", () if self.letters.digits else sorted(self.opening))
        head = HEAD.pack(
            self.body,
            self.sketch.size,
            self.first,
            self.day,
            self.sketch.level,
            len(kept),
            len(opening),
            self.facts.level,
            len(values),
        )
        title = TITLE.pack(self.facts.names, *(self.title or NO_TITLE))
        return head + kept.tobytes() + opening.tobytes() + contexts.tobytes() + values + title + self.letters.pack()

    @classmethod
    def unpack(cls, stored: bytes) -> Fingerprint:
        """The fingerprint of a stored form (without keys)."""
        body, size, first, day, level, kept, opening, facts_level, slots = HEAD.unpack_from(stored)
        numbers = array("H", stored[HEAD.size : HEAD.size + 2 * (kept + opening + slots)])
        end = HEAD.size + 2 * len(numbers) + slots
        values = stored[end - slots : end]
        contexts = numbers[kept + opening :]
        names, title = facts_level >> NAMES_SHIFT, NO_TITLE
        if len(stored) > end:  # else it was stored before fingerprints had a headline
            names, *parts = TITLE.unpack_from(stored, end)
            title = Title(*parts)
        return cls(
            body,
            Sketch(size, level, frozenset(numbers[:kept])),
            first,
            frozenset(numbers[kept : kept + opening]),
            Facts(facts_level & NAMES_SHIFTED, tuple(zip(contexts, values, strict=True)), None, names),
            day,
            title if title.size else None,
            Letters.unpack(stored[end + TITLE.size :]),
        )


def stored_sketch(stored: bytes) -> tuple[int, Sketch]:
    """The hash of the body and the sketch of a stored form alone."""
    body, size, _, _, level, kept, *_ = HEAD.unpack_from(stored)
    return body, Sketch(size, level, frozenset(array("H", stored[HEAD.size : HEAD.size + 2 * kept])))


def fingerprint(title: str | None, body: str | None, published_at: str | None = None) -> Fingerprint:
    """The fingerprint of an article; published_at in ISO 8601. Without any text it is like nothing."""
    from snapshot_crawler.dedup.making import make  # needs numpy, and a run without a new article does not

    return make(title, body, published_at)
