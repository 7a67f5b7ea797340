"""Text with everything taken out that a reprint may change without changing a word: str in, folded code units out.

Width, case, traditional characters, white space and punctuation are folded by one table of 65,536 entries, looked up
for the whole text at once (numpy); that is what makes two thousand articles a second possible in Python. Characters
outside the Basic Multilingual Plane stay as their two surrogates, unfolded.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
import opencc
from numpy.typing import NDArray

Codes = NDArray[np.uint16]
CJK = (0x3400, 0x9FFF)
CJK_FIRST, CJK_SPAN = np.uint16(CJK[0]), np.uint16(CJK[1] - CJK[0])
BMP = 0x10000
VARIANTS = "瞭了 著着 藉借 噁恶 妳你 鬪斗 祇只 衹只"  # what OpenCC leaves, since each is right in some word


@lru_cache(maxsize=1)
def tables() -> tuple[Codes, Codes]:
    """(soft, hard): soft keeps punctuation and spaces, hard maps everything that is no letter or digit to 0."""
    soft = np.arange(BMP, dtype=np.uint16)
    hard = np.arange(BMP, dtype=np.uint16)
    for code in range(BMP):
        if 0xD800 <= code < 0xE000:
            continue
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char).casefold()
        if len(plain) == 1 and ord(plain) < BMP:
            soft[code] = ord(plain)
        if not chr(soft[code]).isalnum():
            hard[code] = 0
    simplified = _simplified()
    soft = simplified[soft]
    return soft, np.where(hard == 0, np.uint16(0), soft)


def _simplified() -> Codes:
    """The table from traditional to simplified characters, one by one: OpenCC's own, without its phrases.

    Folding both sides needs no right choice between readings, only the same one; so characters are enough.
    """
    table = np.arange(BMP, dtype=np.uint16)
    chars = [chr(code) for code in range(CJK[0], CJK[1] + 1)]
    lines = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    for char, plain in zip(chars, lines, strict=True):
        if len(plain) == 1 and ord(plain) < BMP:
            table[ord(char)] = ord(plain)
    for pair in VARIANTS.split():
        table[ord(pair[0])] = ord(pair[1])
    return table


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)


def soften(text: str) -> str:
    """text in one width, in lower case and in simplified characters; punctuation and lines stay, for the rules."""
    codes: Codes = tables()[0][_codes(text)]
    return codes.tobytes().decode("utf-16-le", "surrogatepass")


def harden(text: str) -> Codes:
    """The letters and digits of text alone, folded, as UTF-16 code units."""
    codes: Codes = tables()[1][_codes(text)]
    letters: Codes = codes[codes != 0]
    return letters


def cjk_share(codes: Codes) -> float:
    """The share of Chinese characters among folded code units, 0 to 1."""
    # one comparison: what lies below wraps around to the top
    return int(np.count_nonzero(codes - CJK_FIRST <= CJK_SPAN)) / codes.size if codes.size else 0.0
