"""Words marked in a text: a text and patterns in, parts with a mark out. The text is only cut, never changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from snapshot_crawler.library.model import Marked
from snapshot_crawler.library.terms import fold

WINDOW = 60  # characters on both sides of a hit together; by choice: three windows are four lines on a phone
WINDOWS = 3  # of a snippet; by choice
GAP = "…"
SPACES = re.compile(r"\s+")


def places(folded: str, patterns: Sequence[str], most: int = 200) -> list[tuple[int, int]]:
    """Where the patterns are in a folded text, joined where they touch; not more than that of each."""
    found: list[tuple[int, int]] = []
    for pattern in patterns:
        for number, match in enumerate(re.finditer(pattern, folded)):
            if number == most:
                break
            found.append(match.span())
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def marked(text: str, patterns: Sequence[str]) -> Marked:
    """The whole text, its hits marked."""
    return _cut(text, 0, len(text), places(fold(text), patterns))


def snippet(text: str, patterns: Sequence[str], *, windows: int = WINDOWS, window: int = WINDOW) -> Marked:
    """Up to that many windows around hits, with … where something is left out; the text's beginning without a hit."""
    hits = places(fold(text), patterns)
    if not hits:
        return [(SPACES.sub(" ", text[: window * 2]).strip() + (GAP if len(text) > window * 2 else ""), False)]
    spans: list[tuple[int, int]] = []
    for begin, end in hits:
        if spans and begin < spans[-1][1]:
            continue
        if len(spans) == windows:
            break
        rest = max(0, window - (end - begin))
        spans.append((max(0, begin - rest // 3), min(len(text), end + rest - rest // 3)))
    parts: Marked = []
    last = 0
    for begin, end in spans:
        begin = max(begin, last)
        if begin > last or (begin and not parts):
            parts.append((GAP, False))
        parts += _cut(text, begin, end, hits)
        last = end
    if last < len(text):
        parts.append((GAP, False))
    return parts


def plain(parts: Marked) -> str:
    """The text of the parts."""
    return "".join(text for text, _ in parts)


def _cut(text: str, begin: int, end: int, hits: list[tuple[int, int]]) -> Marked:
    parts: Marked = []
    place = begin
    for start, stop in hits:
        start, stop = max(start, begin), min(stop, end)
        if start >= stop:
            continue
        if start > place:
            parts.append((SPACES.sub(" ", text[place:start]), False))
        parts.append((SPACES.sub(" ", text[start:stop]), True))
        place = stop
    if place < end:
        parts.append((SPACES.sub(" ", text[place:end]), False))
    return parts
