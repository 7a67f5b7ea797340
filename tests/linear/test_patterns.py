"""Patterns that repeat a choice keep no note of each round: Python's memory of it would be 90 bytes for each sign."""

from __future__ import annotations

import re
import tracemalloc

import pytest

from snapshot_crawler.library.terms import PIECE
from snapshot_crawler.pages.article.text.credits import NO_LETTER
from snapshot_crawler.pages.data import SPACE
from snapshot_crawler.urls import _normalise, normalise

SIGNS = 300_000
MOST_BYTES = 2_000_000  # for 27 MB at 90 bytes a sign


def peak_bytes(pattern: re.Pattern[str], text: str) -> int:
    tracemalloc.start()
    try:
        assert pattern.match(text).end() == len(text)  # type: ignore[union-attr]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("pattern", "sign"),
    [(SPACE, " "), (SPACE, "/**/"), (PIECE, "a"), (NO_LETTER, "<"), (NO_LETTER, "-_")],
    ids=["spaces", "comments", "letters", "signs", "lines"],
)
def test_a_pattern_remembers_nothing_of_each_round(pattern: re.Pattern[str], sign: str) -> None:
    assert peak_bytes(pattern, sign * (SIGNS // len(sign))) < MOST_BYTES


def test_nothing_is_kept_of_long_addresses() -> None:
    before = _normalise.cache_info().currsize
    for number in range(20):
        assert normalise(f"/{number}/{'a' * 100_000}", "https://news.example/") is None
    assert _normalise.cache_info().currsize == before
