"""What changed between two versions of a text, for a reader: two texts in, paragraphs of kept, removed and added parts.

Paragraphs are held against paragraphs first, and only those that were changed word by word: Chinese characters are
words of their own, letters and figures stay together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

Kind = Literal["same", "removed", "added"]
WORD = re.compile(r"[A-Za-z0-9À-ɏЀ-ӿ]+|\s+|.", re.DOTALL)
MOST_WORDS = 3_000  # of a paragraph that are compared; SequenceMatcher's time grows with the square
MOST_PARAGRAPHS = 2_000  # of a text, for the same reason
ALIKE = 0.4  # of two paragraphs that are shown as one that was changed; else as one removed and one added; by choice
KEPT_ISLAND = 2  # words kept between two changes that are too few to be read alone


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text. kind: in both versions, only in the older, only in the newer."""

    kind: Kind
    text: str


Paragraph = list[Part]


def changes(older: list[str], newer: list[str]) -> list[Paragraph]:
    """The paragraphs of both versions in reading order."""
    found: list[Paragraph] = []
    if max(len(older), len(newer)) > MOST_PARAGRAPHS:
        return [[Part("removed", text)] for text in older] + [[Part("added", text)] for text in newer]
    matcher = SequenceMatcher(None, older, newer, autojunk=False)
    for word, first, last, begin, end in matcher.get_opcodes():
        if word == "equal":
            found += [[Part("same", text)] for text in newer[begin:end]]
            continue
        for old, new in zip_longest(older[first:last], newer[begin:end]):
            found += _pair(old, new)
    return found


def inline(older: str, newer: str) -> Paragraph:
    """The changes within one line."""
    old, new = WORD.findall(older), WORD.findall(newer)
    if max(len(old), len(new)) > MOST_WORDS:
        return [part for part in (Part("removed", older), Part("added", newer)) if part.text]
    removed: list[str] = []
    added: list[str] = []
    parts: Paragraph = []

    def flush() -> None:
        for kind, words in (("removed", removed), ("added", added)):
            if words:
                parts.append(Part(kind, "".join(words)))  # type: ignore[arg-type]
                words.clear()

    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (word, first, last, begin, end) in enumerate(codes):
        if word == "equal" and not _is_island(place, len(codes), old[first:last]):
            flush()
            parts.append(Part("same", "".join(new[begin:end])))
        else:
            removed += old[first:last]
            added += new[begin:end]
    flush()
    return parts


def _is_island(place: int, codes: int, words: list[str]) -> bool:
    """Whether kept words stand alone between two changes."""
    return 0 < place < codes - 1 and len(words) <= KEPT_ISLAND


def _pair(old: str | None, new: str | None) -> list[Paragraph]:
    if old is None or new is None:
        return [[Part("removed", old)] if old is not None else [Part("added", new or "")]]
    parts = inline(old, new)
    kept = sum(len(part.text) for part in parts if part.kind == "same")
    if kept < ALIKE * max(len(old), len(new)):
        return [[Part("removed", old)], [Part("added", new)]]
    return [parts]
