"""The table of folding that comes with the package is the one that Unicode and OpenCC give."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from snapshot_crawler.dedup.folding import BMP, CJK, cjk_share, harden, letters_of, soften, soften_both, tables
from snapshot_crawler.dedup.folding_table import build

MADE_WITH = "14.0.0"  # the version of Unicode of Python 3.11
LETTERS_OF_A_VERSION = 500  # more than any version of Unicode after that has brought below U+10000


def test_the_table_of_the_package_is_what_is_made_anew() -> None:
    for name, kept, made in zip(("soft", "hard"), tables(), build(), strict=True):
        assert kept.dtype == made.dtype, name
        differ = np.flatnonzero(kept != made)
        is_same_unicode = unicodedata.unidata_version == MADE_WITH
        assert differ.size <= (0 if is_same_unicode else LETTERS_OF_A_VERSION), name
        assert not ((differ >= CJK[0]) & (differ <= 0x9FA5)).any(), name  # the characters of Unicode 1.1


def test_the_table_folds_width_case_script_and_punctuation() -> None:
    soft, hard = tables()
    assert chr(soft[ord("Ａ")]) == "a"
    assert chr(soft[ord("國")]) == "国"
    assert soft[ord("，")] == ord(",")
    assert hard[ord("，")] == 0
    assert len(soft) == len(hard) == BMP


def test_letters_of_a_softened_text_are_those_that_folding_it_again_gives() -> None:
    """The shorter way must give what is stored: also for the sign that folds to one which folds itself."""
    every = "".join(map(chr, range(BMP)))
    softened = soften(every)
    assert np.array_equal(letters_of(softened), harden(softened))


@pytest.mark.parametrize(
    ("one", "other"),
    [("國Ａ", "，說"), ("", "x"), ("x", ""), ("a\ud83d", "\ude00b"), ("\U0001f600", "\udc00\ud800"), ("\ud800", "")],
)
def test_two_texts_are_softened_together_as_each_alone(one: str, other: str) -> None:
    """Halves of surrogate pairs on either side of the joint stay apart."""
    assert soften_both(one, other) == (soften(one), soften(other))
    assert [len(each) for each in soften_both(one, other)] == [len(one), len(other)]


def test_the_share_of_chinese_characters() -> None:
    signs = [0x33FF, CJK[0], 0x4E00, CJK[1], 0xA000, 0x41, 0xFF21]
    assert cjk_share(np.array(signs, dtype=np.uint16)) == 3 / 7
    assert cjk_share(np.array([], dtype=np.uint16)) == 0.0
