"""The quick look before a pattern of many words never says no where the pattern says yes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshot_crawler.lazy_pattern import MADE
from snapshot_crawler.pages.article import reader
from snapshot_crawler.pages.article.text.trimming import NOTICE
from snapshot_crawler.pages.needed import GuardedPattern, GuardedTable, first_signs, folded, is_told, needed

GUARDED = [each for each in MADE if isinstance(each, GuardedPattern)]
assert reader  # imports all of them


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("Privacy Policy", {"privacy policy"}),
        ("cookies?", {"cookie"}),
        ("colou?r|版权所有", {"colo", "版权", "版權"}),
        (r"\bab+c{2}d", {"ab"}),
        (r"(?:follow|find) us (?:on|at)", {"follow", "find"}),
        (r"^.{0,30}二维码\W*$", {"二维", "二維"}),
        (r"(?:a|b?)", set()),
        (r"(?:ab)?(?=cd)(?!ef)(?<=gh)", set()),
        (r"[ab]\d+", set()),
        (r"a\.b[.]c", {"a.b"}),
        (r"(?P<name>\S)?x{0,2}y*z*?wrote", {"wrote"}),
        (r"διαφήμιση", set()),  # a sigma has three forms
        ("ﬁn[^]]x", {"n"}),
        ("", set()),
    ],
)
def test_what_a_pattern_needs(pattern: str, words: set[str]) -> None:
    assert needed(pattern) == words


def test_a_pattern_that_needs_nothing_is_looked_for_in_every_text() -> None:
    assert GuardedPattern("[ab]x?").search("a") is not None


def test_of_a_text_of_ascii_only_words_of_ascii_are_asked() -> None:
    pattern = GuardedPattern("版权|rights", re.IGNORECASE)
    assert not pattern.may_be_in("an ordinary line")
    assert pattern.match("RIGHTS") is not None
    assert pattern.search("版權") is not None
    assert pattern.fullmatch("版權x") is None


def test_a_pattern_is_compiled_by_the_first_text_that_may_hold_it() -> None:
    pattern = GuardedPattern("记者(?P<name>..)")
    assert pattern.search("nobody") is None
    assert list(pattern.finditer("没有人")) == []
    assert "compiled" not in vars(pattern)
    assert [found["name"] for found in pattern.finditer("记者某甲，記者某乙")] == ["某甲", "某乙"]


def test_all_signs_are_known_that_a_pattern_without_regard_to_case_takes_for_another() -> None:
    signs = [chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000]  # no alphabet with cases lies above
    with_cases = "".join(sign for sign in signs if sign != sign.lower() or sign != sign.upper())
    told = [sign for sign in signs if sign == sign.lower() and is_told(sign)]
    for sign in told:
        if sign != sign.upper():
            same = set(re.findall(re.escape(sign), with_cases, re.IGNORECASE))
            assert same <= set(first_signs(sign))
            assert {folded(one) for one in same} == {folded(sign)}
    uncased = "".join(sign for sign in told if sign == sign.upper())
    assert not re.findall(f"[{re.escape(uncased)}]", with_cases, re.IGNORECASE)


def test_a_sign_is_asked_beside_the_words_and_before_the_pattern() -> None:
    pattern = GuardedPattern(r"作者\s(?P<name>某.)", sign=r"作者\s")
    assert pattern.search("作者：某甲") is None  # its word is there
    assert "compiled" not in vars(pattern)
    assert pattern.search("作者 某甲") is not None


def test_of_a_table_only_entries_are_compiled_whose_words_are_in_the_text() -> None:
    table = GuardedTable(("版权所有", "all rights", r"\d{5}", "rights? of"), re.IGNORECASE)
    assert table.search("All wrongs") is None
    assert [entry.pattern for entry in table.entries if "compiled" in vars(entry)] == [r"\d{5}"]  # without a word
    assert table.search("All RİGHTS")
    assert table.search("版權所有")
    assert table.search("Room 12345")
    assert "compiled" not in vars(table.entries[-1])


@settings(max_examples=100)
@given(st.sampled_from(NOTICE.entries).flatmap(lambda entry: st.from_regex(entry.compiled)))
def test_what_an_entry_finds_is_found_by_its_table(text: str) -> None:
    assert NOTICE.search(text)


@pytest.mark.parametrize("pattern", GUARDED, ids=lambda pattern: pattern.pattern[:20])
def test_what_a_pattern_finds_is_never_denied(pattern: GuardedPattern) -> None:
    assert needed(pattern.pattern)

    @settings(max_examples=20)  # of each pattern; making them is what costs
    @given(st.from_regex(pattern.compiled))
    def not_denied(text: str) -> None:
        assert pattern.may_be_in(text)
        assert pattern.may_be_in(text.upper()) or not pattern.compiled.search(text.upper())

    not_denied()
