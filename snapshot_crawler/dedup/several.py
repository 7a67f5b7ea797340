"""Which of several stories an article belongs to, when it is like more than one: the unlikely ones come out.

Two copies of one story may first meet in a third that holds them both: then all three are one. But a bulletin that lost
the sentence with its name is like every bulletin of its pattern, and must not make one story of them. So a story is out
where it has an entry that contradicts the article, and where it contradicts the story that is most alike. If both are
just as much alike, nobody can know, and the article is of neither.
"""

from __future__ import annotations

from collections.abc import Iterable

from snapshot_crawler.dedup.fingerprint import Fingerprint
from snapshot_crawler.dedup.guards import Match, are_two


def unlikely(
    article: Fingerprint,
    matches: dict[int, Match],
    prints: dict[int, Fingerprint],
    against: Iterable[tuple[int, Fingerprint]],
) -> set[int]:
    """The stories to leave out, by the numbers of their first entries.

    matches, prints: of each story the best match and its entry. against: entries that are not like the article, with
    the number of their story's first entry. The same text is never left out.
    """
    out = {
        head for head, other in against if head in matches and matches[head].rule != "exact" and are_two(article, other)
    }
    ranked = sorted(
        matches.keys() - out, key=lambda head: (matches[head].rule != "exact", -matches[head].similarity, head)
    )
    if len(ranked) < 2:
        return out
    best, *rest = ranked
    apart = {head for head in rest if are_two(prints[best], prints[head])}
    is_open = matches[best].rule != "exact" and any(
        matches[head].similarity == matches[best].similarity for head in apart
    )
    return out | apart | ({*ranked} if is_open else set())
