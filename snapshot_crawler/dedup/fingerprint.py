"""What the index keeps of a story instead of its text: a body in, a fingerprint of about 200 bytes out, and back."""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass
from datetime import date

import xxhash

from snapshot_crawler.dedup.facts import Facts, read_facts
from snapshot_crawler.dedup.furniture import story_lines
from snapshot_crawler.dedup.identity import signed
from snapshot_crawler.dedup.sketch import Sketch

HEAD = struct.Struct("<QIHHBBBBB")
NAMES_SHIFT, NAMES_SHIFTED = 5, 31  # the facts' level needs five bits of its byte, the number of names three
TITLE_COUNTS_BELOW = 30  # letters, by choice: a body this short ("见图") says nothing without its title
EPOCH = date(1970, 1, 1).toordinal()  # stored days count from here: 65,535 of them last until 2149
LONGEST_BODY = 400_000  # characters, by choice; what comes after cannot change who is alike, and costs time


@dataclass(slots=True, frozen=True)
class Fingerprint:
    """body: 64-bit hash of the folded story. first: its first shingle. opening: sampled shingles
    of its first words. day: of publication, counted from 1 January 1970; 0 when unknown. keys: how others find it."""

    body: int
    sketch: Sketch
    first: int
    opening: frozenset[int]
    facts: Facts
    day: int = 0
    keys: tuple[int, ...] = ()  # signed 32-bit; not stored with the fingerprint, they are the index's rows

    def pack(self) -> bytes:
        """The stored form, little-endian."""
        slots = self.facts.slots
        contexts = array("H", [context for context, _ in slots])
        values = bytes([value for _, value in slots])
        kept, opening = array("H", sorted(self.sketch.kept)), array("H", sorted(self.opening))
        head = HEAD.pack(
            self.body,
            self.sketch.size,
            self.first,
            self.day,
            self.sketch.level,
            len(kept),
            len(opening),
            self.facts.level | self.facts.names << NAMES_SHIFT,
            len(values),
        )
        return head + kept.tobytes() + opening.tobytes() + contexts.tobytes() + values

    @classmethod
    def unpack(cls, stored: bytes) -> Fingerprint:
        """The fingerprint of a stored form (without keys)."""
        body, size, first, day, level, kept, opening, facts_level, slots = HEAD.unpack_from(stored)
        numbers = array("H", stored[HEAD.size : HEAD.size + 2 * (kept + opening + slots)])
        values = stored[HEAD.size + 2 * len(numbers) :]
        contexts = numbers[kept + opening :]
        return cls(
            body,
            Sketch(size, level, frozenset(numbers[:kept])),
            first,
            frozenset(numbers[kept : kept + opening]),
            Facts(
                facts_level & NAMES_SHIFTED, tuple(zip(contexts, values, strict=True)), None, facts_level >> NAMES_SHIFT
            ),
            day,
        )


def stored_sketch(stored: bytes) -> tuple[int, Sketch]:
    """The hash of the body and the sketch of a stored form alone."""
    body, size, _, _, level, kept, *_ = HEAD.unpack_from(stored)
    return body, Sketch(size, level, frozenset(array("H", stored[HEAD.size : HEAD.size + 2 * kept])))


def fingerprint(title: str | None, body: str | None, published_at: str | None = None) -> Fingerprint:
    """The fingerprint of an article; published_at in ISO 8601. Without any text it is like nothing."""
    # imported here: both need numpy, and a run without a new article does not
    from snapshot_crawler.dedup.folding import harden, soften
    from snapshot_crawler.dedup.shingles import opening, shingle_hashes, sketch

    lines = story_lines(soften((body or "")[:LONGEST_BODY]))
    codes = harden("".join(lines))
    if codes.size < TITLE_COUNTS_BELOW and title:
        codes = harden(title + "".join(lines))
        lines = [soften(title), *lines]
    hashes = shingle_hashes(codes)
    drawn, keys = sketch(hashes)
    begin = opening(hashes)
    facts = read_facts(lines)
    whole = xxhash.xxh64_intdigest(codes.tobytes())
    if begin.key is not None:
        # the same text has the same numbers; among a template's thousand bulletins these are what finds its copy
        keys += [begin.key, signed(whole if facts.key is None else facts.key)]
    day = _day(published_at)
    return Fingerprint(whole, drawn, begin.first, begin.sample, facts, day, tuple(dict.fromkeys(keys)))


def _day(published_at: str | None) -> int:
    """Days since 1 January 1970, in 16 bits (to the year 2149); 0 for a date that is unknown or before it."""
    try:
        return min(max(0, date.fromisoformat((published_at or "")[:10]).toordinal() - EPOCH), 0xFFFF)
    except ValueError:
        return 0
