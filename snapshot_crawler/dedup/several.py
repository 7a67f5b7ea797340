"""The stories that an article belongs to: the entries that share a key with it in, the best match of each story out.

Two copies of one story may first meet in a third that holds them both: then all three are one. But a bulletin that lost
the sentence with its name is like every bulletin of its pattern, and must not make one story of them. So a story is out
where it has an entry that contradicts the article, and where it contradicts the story that is most alike. If both are
just as much alike, nobody can know, and the article is of neither. The same text always belongs together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from snapshot_crawler.dedup.fingerprint import Fingerprint
from snapshot_crawler.dedup.guards import Match, are_two, is_out_of_question, match
from snapshot_crawler.dedup.rows import Entry

EXACT = "exact"


def stories_alike(article: Fingerprint, rows: Iterable[Entry], head_of: Callable[[int], int]) -> dict[int, Match]:
    """The best match of each story, by the number of the story's first entry. head_of: tells that of an entry."""
    matches: dict[int, Match] = {}
    prints: dict[int, Fingerprint] = {}
    refused: list[tuple[int, Fingerprint]] = []
    for row in rows:
        if is_out_of_question(article, row.print):
            continue
        found = match(article, other := Fingerprint.unpack(row.print))
        if found is None:
            refused.append((row.n, other))
            continue
        head = head_of(row.n)
        if head not in matches or _rank(found) > _rank(matches[head]):
            matches[head], prints[head] = found, other
    for n, other in refused if matches else ():
        head = head_of(n)
        if head in matches and matches[head].rule != EXACT and are_two(article, other):
            del matches[head]
    for head in _unlikely(matches, prints) if len(matches) > 1 else ():
        del matches[head]
    return matches


def _rank(found: Match) -> tuple[bool, float]:
    """How good a match is: a text that holds all of another is less than the same text."""
    return found.rule == EXACT, found.similarity


def _unlikely(matches: dict[int, Match], prints: dict[int, Fingerprint]) -> set[int]:
    """Which of these stories the article is not of. prints: the entry of each match."""
    best = max(matches, key=lambda head: (_rank(matches[head]), -head))
    apart = {head for head in matches if head != best and are_two(prints[best], prints[head])}
    if matches[best].rule != EXACT and any(matches[head].similarity == matches[best].similarity for head in apart):
        return set(matches)
    return apart
