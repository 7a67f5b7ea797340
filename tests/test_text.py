"""What is clean is told quickly, and told right."""

from __future__ import annotations

import random

import pytest

from snapshot_crawler import text as text_module
from snapshot_crawler.text import DIRTY, clean_text, folded


def test_every_printable_sign_that_is_taken_out_is_seen_before_the_quick_way_out() -> None:
    passed_over = [
        sign
        for sign in map(chr, range(0x110000))
        if sign.isprintable() and DIRTY.match(sign) and clean_text(f"a{sign}b") != "ab"
    ]
    assert passed_over == []


@pytest.mark.parametrize("seed", range(20))
def test_long_texts_are_folded_by_pieces_as_in_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_module, "PIECE", 7)
    dice = random.Random(seed)
    text = "".join(dice.choice("ab新。 \n\t\u3000\xa0\x1c\x85") for _ in range(300))
    assert folded(text) == " ".join(text.split())


@pytest.mark.parametrize("seed", range(20))
def test_what_is_plain_is_what_cleaning_leaves_as_it_is(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    signs, weights = "a中。 \n\n\u3000\u200b\ufe00\xa0\t", [9, 9, 9, 3, 3, 3, 1, 1, 1, 1, 1]
    texts = ["".join(chance.choices(signs, weights, k=9)) for _ in range(300)]
    texts += ["甲。\n\n乙。", "甲。\n乙。", "a\n\n\nb", " a\nb", "a\nb ", "a \nb", "a\n b", "a  b\nc", "\n", ""]
    by_the_quick_way = [text_module.clean_text(text, lines=True) for text in texts]
    monkeypatch.setattr(text_module, "_is_plain", lambda text: False)
    assert [text_module.clean_text(text, lines=True) for text in texts] == by_the_quick_way
