"""Folded text: a str goes in, code units come out in which a reprint and its original are equal.

fingerprint.py calls it for each article. A reprint may change width, case, traditional characters, white space and
punctuation without changing a word. One table of 65,536 entries folds them all. numpy looks up the whole text at once,
which is fast enough for hundreds of crawls (benchmarks/dedup.py). Characters outside the Basic Multilingual Plane stay
unfolded, as their two surrogates.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint16]
CJK = (0x3400, 0x9FFF)  # Unicode's blocks of Chinese characters, the extension A first
CJK_FIRST, CJK_SPAN = np.uint16(CJK[0]), np.uint16(CJK[1] - CJK[0])
BMP = 0x10000  # code points of the Basic Multilingual Plane
TABLE = Path(__file__).with_name("folding.table")  # made by folding_table.py


@lru_cache(maxsize=1)
def tables() -> tuple[Codes, Codes]:
    """(soft, hard): soft keeps punctuation and spaces; hard maps all but letters and digits to 0."""
    stored = zlib.decompress(TABLE.read_bytes())
    size = 2 * BMP  # bytes of the first part
    soft: Codes = np.frombuffer(stored, dtype="<u2", count=BMP) ^ np.arange(BMP, dtype=np.uint16)
    is_kept = np.unpackbits(np.frombuffer(stored, dtype=np.uint8, offset=size))
    return soft, soft * is_kept


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)


def soften(text: str) -> str:
    """text in half width, lower case and simplified characters. Punctuation and lines stay: the rules need them."""
    codes: Codes = tables()[0][_codes(text)]
    return codes.tobytes().decode("utf-16-le", "surrogatepass")


def harden(text: str) -> Codes:
    """The letters and digits of text alone, folded, as UTF-16 code units."""
    codes: Codes = tables()[1][_codes(text)]
    letters: Codes = codes[codes != 0]
    return letters


def cjk_share(codes: Codes) -> float:
    """The share of Chinese characters among folded code units, 0 to 1."""
    # one comparison instead of two: unsigned numbers below CJK_FIRST wrap around to the top
    return int(np.count_nonzero(codes - CJK_FIRST <= CJK_SPAN)) / codes.size if codes.size else 0.0
