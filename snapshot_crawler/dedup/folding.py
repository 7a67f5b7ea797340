"""Folded text: a str goes in, code units come out in which a reprint and its original are equal.

making.py calls it for each article. A reprint may change width, case, traditional characters, white space and
punctuation without changing a word. One table of 65,536 entries folds them all. numpy looks up the whole text at once,
which is fast enough for hundreds of crawls (benchmarks/dedup.py). Characters outside the Basic Multilingual Plane stay
unfolded, as their two surrogates.
"""

from __future__ import annotations

import zlib
from codecs import utf_16_le_decode, utf_16_le_encode
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CODE = np.dtype("<u2")
Codes = NDArray[np.uint16]
Mask = NDArray[np.bool_]
CJK = (0x3400, 0x9FFF)  # Unicode's blocks of Chinese characters, the extension A first
CJK_HIGH = bytes(range(CJK[0] >> 8, (CJK[1] >> 8) + 1))  # the higher bytes of all of them, and of nothing else
BMP = 0x10000  # code points of the Basic Multilingual Plane
FOLDED_TWICE = ("\u82e7", "\u82ce")  # 苧, 苎: the one sign that soft makes of another (薴) and folds itself
TABLE = Path(__file__).with_name("folding.table")  # made by folding_table.py


@lru_cache(maxsize=1)
def tables() -> tuple[Codes, Codes]:
    """(soft, hard): soft keeps punctuation and spaces; hard maps all but letters and digits to 0."""
    soft, is_kept = _soft_and_kept()
    return soft, soft * is_kept


@lru_cache(maxsize=1)
def _soft_and_kept() -> tuple[Codes, Mask]:
    """soft as in tables(), and whether a code is a letter or a digit: half the size of hard, which a crawl feels."""
    stored = zlib.decompress(TABLE.read_bytes())
    size = 2 * BMP  # bytes of the first part
    soft: Codes = np.frombuffer(stored, dtype="<u2", count=BMP) ^ np.arange(BMP, dtype=np.uint16)
    return soft, np.unpackbits(np.frombuffer(stored, dtype=np.uint8, offset=size)).astype(np.bool_)


def _codes(text: str) -> bytes:
    # not text.encode(): that calls a function of Python's for this encoding
    return utf_16_le_encode(text, "surrogatepass")[0]


def _text(codes: bytes) -> str:
    return utf_16_le_decode(codes, "surrogatepass", True)[0]


def soften(text: str) -> str:
    """text in half width, lower case and simplified characters. Punctuation and lines stay: the rules need them."""
    return soften_both("", text)[1]


def soften_both(one: str, other: str) -> tuple[str, str]:
    """Both texts softened, by one look-up."""
    first = _codes(one)
    softened = _soft_and_kept()[0].take(np.frombuffer(first + _codes(other), dtype=CODE)).tobytes()
    return _text(softened[: len(first)]), _text(softened[len(first) :])


def harden(text: str) -> Codes:
    """The letters and digits of text alone, folded, as UTF-16 code units."""
    codes: Codes = tables()[1].take(np.frombuffer(_codes(text), dtype=CODE))
    letters: Codes = codes[codes != 0]
    return letters


def letters_of(softened: str) -> Codes:
    """harden() of a text that is softened already, at half the price."""
    codes: Codes = np.frombuffer(_codes(softened.replace(*FOLDED_TWICE)), dtype=CODE)
    letters: Codes = codes[_soft_and_kept()[1].take(codes)]
    return letters


def cjk_share(codes: Codes) -> float:
    """The share of Chinese characters among folded code units, 0 to 1."""
    high = codes.tobytes()[1::2]  # a byte of each tells; numpy takes four times as long in a crawl
    return (len(high) - len(high.translate(None, CJK_HIGH))) / len(high) if high else 0.0
