"""LazyPattern: compiled at the first use and no sooner; its methods give what re.Pattern's give."""

from __future__ import annotations

import re

import pytest

from snapshot_crawler.lazy_pattern import LazyPattern, any_of


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
