"""Differences of two versions: each version can be read out of what is shown, and small changes are shown small."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from snapshot_crawler.portal.difference import changes, inline

TEXTS = st.lists(st.text("甲乙丙a1 。", min_size=1, max_size=12), max_size=6)


def read(paragraphs: list, kinds: set[str]) -> list[str]:  # type: ignore[type-arg]
    found = ["".join(part.text for part in paragraph if part.kind in kinds) for paragraph in paragraphs]
    return [text for text in found if text]


@given(TEXTS, TEXTS)
def test_both_versions_can_be_read_out_of_what_is_shown(older: list[str], newer: list[str]) -> None:
    shown = changes(older, newer)
    assert "".join(read(shown, {"same", "removed"})) == "".join(older)
    assert "".join(read(shown, {"same", "added"})) == "".join(newer)


@pytest.mark.parametrize(
    ("older", "newer", "shown"),
    [
        ("成员共55家，已经签字。", "成员共56家，已经签字。", [("removed", "55"), ("added", "56")]),
        ("新华社讯", "新华社讯", []),
        ("the old pier is closed", "the new pier is closed", [("removed", "old"), ("added", "new")]),
        ("", "全新", [("added", "全新")]),
    ],
)
def test_only_what_was_changed_is_marked(older: str, newer: str, shown: list[tuple[str, str]]) -> None:
    assert [(part.kind, part.text) for part in inline(older, newer) if part.kind != "same"] == shown


def test_a_paragraph_that_is_another_one_is_shown_as_two() -> None:
    found = changes(["完全不同的一段文字"], ["Nothing of it is left"])
    assert [[part.kind for part in paragraph] for paragraph in found] == [["removed"], ["added"]]


def test_long_texts_are_bounded() -> None:
    assert len(inline("甲" * 5_000, "乙" * 5_000)) == 2
    assert len(changes(["x"] * 3_000, ["y"] * 3_000)) == 6_000
