"""The table of folding that comes with the package is the one that Unicode and OpenCC give."""

from __future__ import annotations

import unicodedata

import numpy as np

from snapshot_crawler.dedup.folding import BMP, CJK, tables
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
