"""What a form of a date is asked before it is searched: no text that has the form is turned away."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from snapshot_crawler.pages.dates.forms import FORMS, before_day
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
        "月",
        "日",
    ),
    *("令和", "民国", "元", "二〇二三", "十八", "八", "20230818T070200Z", "CST"),
]
DATES = [
    *(
        "2023-08-18",
        "2023年08月18日",
        "令和元年5月1日",
        "民国 112年8月18日",
        "23年8月18日",
        "2023 08/18 07:02",
        "08/18 2023",
    ),
    *("20230818T070200Z", "18.08.2023", "18 / 08 / 2023", "23-08-18 07:02", "18 August 2023", "18-Aug-2023", "8月18日"),
    *("August 18, 2023", "Fri Aug 18 07:02:00 CST 2023", "8 月 18 日 07:02", "08-18 07:02", "二〇二三年八月十八日"),
]
# Pieces by chance, and dates with a piece put in somewhere.
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.tuples(st.sampled_from(DATES), st.integers(0, 28), st.sampled_from(PIECES)).map(
        lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] :]
    ),
)


@given(TEXTS)
def test_what_a_form_needs_is_in_every_text_that_has_the_form(text: str) -> None:
    for form in FORMS:
        if form.pattern.search(text):
            assert form.needed.search(text), form.pattern.pattern


@given(TEXTS)
def test_a_clock_before_a_day_has_a_colon(text: str) -> None:
    found: re.Match[str] | None = before_day().search(text, max(0, len(text) - LONGEST_CLOCK))
    assert found is None or ":" in found[0]


def test_each_form_is_met_by_a_date_of_the_test() -> None:
    assert all(any(form.pattern.search(date) for date in DATES) for form in FORMS)
