"""The first letters of a story (letters.py): folded code units in, four bits of each letter out.

Called for each new article by making.py. It needs numpy, as shingles.py does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from snapshot_crawler.dedup.folding import BMP, Codes, cjk_share
from snapshot_crawler.dedup.letters import LATIN, MOST, MOST_OF_LONG, NONE, Letters

# As in letters.py: another number or word here makes the stored letters useless.
LONG = 400  # letters, of Chinese
SPAN = 320  # letters looked at, of which some are left out
CHINESE_FROM = 0.3  # share of Chinese characters, as in shingles.py
# what editors exchange for one another, and add and leave out at will: verbs of saying, now and lately, empty verbs
FREE = "表示 指出 认为 介绍 强调 透露 说 称 目前 当前 日前 近日 进行 开展".split()
LATIN_FREE = "toldreporters which that said told says".split()  # folded text has no spaces
VARIANTS = "甦苏 覆复 彷仿 渡度 揹背 託托 週周 炼链 裡里 佔占 唸念".split()  # one word, in two spellings
VOWELS = "aeiou"  # left out of Latin text: the rest says as much in three fifths of the room


def _digits() -> NDArray[np.uint8]:
    """Four bits of each code unit, as a hexadecimal digit in ASCII."""
    codes = np.arange(BMP, dtype=np.uint32)
    for pair in VARIANTS:
        codes[ord(pair[0])] = codes[ord(pair[1])]
    made: NDArray[np.uint8] = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[(codes * np.uint32(0x9E3779B1)) >> 28]
    return made


DIGITS = _digits()


def first_letters(codes: Codes) -> Letters:
    """The first letters of a folded story."""
    is_latin = cjk_share(codes[:SPAN]) < CHINESE_FROM
    wide = LATIN if is_latin else 1
    most = MOST if codes.size <= LONG * wide else MOST_OF_LONG
    text = codes[: int(SPAN * wide * most) // MOST].tobytes().decode("utf-16-le", "surrogatepass")
    for word in (*LATIN_FREE, *VOWELS) if is_latin else FREE:
        text = text.replace(word, "")
    kept = DIGITS[np.frombuffer(text[:most].encode("utf-16-le", "surrogatepass"), dtype=np.uint16)]
    even = kept.size // 2 * 2
    if not even:
        return NONE
    return Letters(kept[:even].tobytes().decode("ascii"), is_latin)
