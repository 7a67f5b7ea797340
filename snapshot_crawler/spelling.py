"""Names that a person typed, held against the names that exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

NEARLY_THE_SAME = 0.8  # difflib ratio: article_link for article_links is 0.96, feed for fields 0.6


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that word was probably meant to be, or None; case does not count."""
    folded = {name.lower(): name for name in names}
    found = get_close_matches(word.lower(), folded, n=1, cutoff=NEARLY_THE_SAME)
    return folded[found[0]] if found else None


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """The end of an error message: '; did you mean NAME?', or '' when nothing is near."""
    name = nearest(word, names)
    return f"; did you mean {name}?" if name else ""
