"""LazyPattern: compiled at the first use and no sooner; its methods give what re.Pattern's give."""

from __future__ import annotations

import re

import pytest

from snapshot_crawler.lazy_pattern import MADE, LazyPattern, any_of
from snapshot_crawler.pages.article import reader
from snapshot_crawler.pages.dates import forms
from snapshot_crawler.pages.lists import listing

assert reader and forms and listing  # import the patterns of pages
SET = re.compile(r"(?P<cased>\(\?-i:)?\[\^?\]?(?P<signs>(?:\\.|[^\]\\])*)\]", re.DOTALL)
RANGE = re.compile(r"(.)-(.)", re.DOTALL)
WIDEST = 1_000  # characters of a range that may be gone through without regard to case: 0.1 ms


def test_nothing_is_compiled_before_the_first_use() -> None:
    pattern = LazyPattern("(")  # would not compile
    with pytest.raises(re.error):
        pattern.search("(")


def test_methods_give_what_those_of_a_compiled_pattern_give() -> None:
    entries = ("作者", r"by\s", "source")
    lazy, eager = LazyPattern(any_of(entries), re.IGNORECASE), re.compile("作者|by\\s|source", re.IGNORECASE)
    for text in ("作者: 张三", "By somebody", "SOURCE", "none of them", "xx source by you"):
        for method in ("search", "match", "fullmatch"):
            mine, theirs = getattr(lazy, method)(text), getattr(eager, method)(text)
            assert (mine and mine.span()) == (theirs and theirs.span())
        assert [one.span() for one in lazy.finditer(text)] == [one.span() for one in eager.finditer(text)]
        assert lazy.split(text, maxsplit=1) == eager.split(text, maxsplit=1)
        assert lazy.sub("", text, count=1) == eager.sub("", text, count=1)
    assert lazy.match("x by you", 2)


def test_the_first_entry_that_fits_wins() -> None:
    found = LazyPattern(any_of(("news", "newspaper"))).match("newspaper")
    assert found is not None
    assert found[0] == "news"


def test_no_wide_range_is_gone_through_without_regard_to_case() -> None:
    slow = [each.pattern for each in MADE if each.flags & re.IGNORECASE and widest_range(each.pattern) > WIDEST]
    assert slow == []


@pytest.mark.parametrize(
    ("pattern", "widest"),
    [("[一-龥]", 20_901), (r"a[^\W\u4e00-\u9fff]", 20_991), ("(?-i:[一-龥])[a-z]", 25), ("一-龥[ab]", 0)],
)
def test_the_widest_range_of_a_pattern(pattern: str, widest: int) -> None:
    assert widest_range(pattern) == widest


def widest_range(pattern: str) -> int:
    """How far apart the ends of a range are, in sets that stand in no (?-i:...)."""
    spelled = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), pattern)
    sets = [found["signs"] for found in SET.finditer(spelled) if not found["cased"]]
    return max((ord(last) - ord(first) for signs in sets for first, last in RANGE.findall(signs)), default=0)
