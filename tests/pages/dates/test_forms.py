"""What a form of a date is asked before it is searched: no text that has the form is turned away."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from snapshot_crawler.pages.dates.forms import before_day, forms
from snapshot_crawler.pages.dates.times import LONGEST_CLOCK

PIECES = [
    *(
        "Aug",
        "August",
        "8月",
        "八月",
        "tháng 8",
        "Dec.",
        "ſept",
        " ",
        "  ",
        "\n",
        ",",
        "،",
        "-",
        "/",
        ".",
        ":",
        "(",
        ")",
    ),
    *(
        "1",
        "18",
        "08",
        "2023",
        "1999",
        "20231",
        "st",
        "ST",
        "ſt",
        "nd",
        "rd",
        "th",
        "07:02",
        "3:04 pm",
        "年",
        "日",
        "十",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(TEXTS)
def test_what_a_form_needs_is_in_every_text_that_has_the_form(text: str) -> None:
    for pattern, _, needed in forms():
        if needed is not None and pattern.search(text):
            assert needed.search(text)


def test_the_slow_form_is_the_one_that_is_asked_first() -> None:
    asked = [pattern for pattern, _, needed in forms() if needed is not None]
    assert [bool(pattern.search("August 18, 2023")) for pattern in asked] == [True]


@given(TEXTS)
def test_a_clock_before_a_day_has_a_colon(text: str) -> None:
    found: re.Match[str] | None = before_day().search(text, max(0, len(text) - LONGEST_CLOCK))
    assert found is None or ":" in found[0]
