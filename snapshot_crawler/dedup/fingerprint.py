"""What the index keeps of a story instead of its text: a body in, a fingerprint of about 250 bytes out, and back."""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import xxhash

from snapshot_crawler.dedup.facts import Facts, read_facts
from snapshot_crawler.dedup.furniture import story_lines
from snapshot_crawler.dedup.identity import signed
from snapshot_crawler.dedup.letters import NONE, Letters
from snapshot_crawler.dedup.sketch import Sketch
from snapshot_crawler.lazy_pattern import LazyPattern, any_of

HEAD = struct.Struct("<QIHHBBBBB")
TITLE = struct.Struct("<BBBHH")
TITLE_ENDS = 3  # characters; of words one less. By choice: what stays where a name is another one
NAMES_SHIFT, NAMES_SHIFTED = 5, 31  # the number of names stood above the facts' level before it got a byte of its own
TITLE_COUNTS_BELOW = 30  # letters, by choice: a body this short ("见图") says nothing without its title
WORD = LazyPattern(r"\w+")
# before a headline: newsflash, latest, top news, video, pictures, exclusive, focus, breaking, original, reprinted
TITLE_LABELS = "快讯 最新 要闻 视频 图文 组图 独家 聚焦 关注 突发 原创 转载 update breaking".split()
TITLE_LABEL = LazyPattern(rf"^(?:(?:{any_of(TITLE_LABELS)})\s*[:|丨]|【[^】]*】|\[[^\]]*\])\s*")
EPOCH = date(1970, 1, 1).toordinal()  # stored days count from here: 65,535 of them last until 2149
LONGEST_BODY = 400_000  # characters, by choice; what comes after cannot change who is alike, and costs time


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
    # imported here: they need numpy, and a run without a new article does not
    from snapshot_crawler.dedup.first_letters import first_letters
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
    headline, letters = _title(soften(title or "")), first_letters(codes)
    return Fingerprint(
        whole, drawn, begin.first, begin.sample, facts, day, headline, letters, tuple(dict.fromkeys(keys))
    )


def _title(text: str) -> Title | None:
    """The stored form of a softened headline; None for one that is too short to have a beginning and an end."""
    text = TITLE_LABEL.sub("", text)
    is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
    words = [sign for sign in text if sign.isalnum()] if is_chinese else WORD.findall(text)
    if len(words) <= TITLE_ENDS:
        return None
    ends = TITLE_ENDS if is_chinese else TITLE_ENDS - 1
    whole, first, last = (
        xxhash.xxh32_intdigest("".join(part).encode("utf-8", "replace"))
        for part in (sorted(words), words[:ends], words[-ends:])
    )
    return Title(min(len(words), 255), whole & 0xFF, first & 0xFFFF, last & 0xFFFF)


def _day(published_at: str | None) -> int:
    """Days since 1 January 1970, in 16 bits (to the year 2149); 0 for a date that is unknown or before it."""
    try:
        return min(max(0, date.fromisoformat((published_at or "")[:10]).toordinal() - EPOCH), 0xFFFF)
    except ValueError:
        return 0
