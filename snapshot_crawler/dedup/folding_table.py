"""The table of folding.py, made from Unicode's data and OpenCC's: `python -m snapshot_crawler.dedup.folding_table`.

The table is a file of the package, for two reasons. To make it takes 35 ms of each start, and needs OpenCC. And the
Unicode data differ between versions of Python, so two machines would give one story two fingerprints.
A change of the table makes stored fingerprints useless.
"""

from __future__ import annotations

import unicodedata
import zlib

import numpy as np
import opencc

from snapshot_crawler.dedup.folding import BMP, CJK, TABLE, Codes

VARIANTS = "瞭了 著着 藉借 噁恶 妳你 鬪斗 祇只 衹只"  # what OpenCC leaves, since each is right in some word


def build() -> tuple[Codes, Codes]:
    """(soft, hard), as folding.tables() gives them."""
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


def packed(soft: Codes, hard: Codes) -> bytes:
    """The file's bytes: what soft changes in each code, and a bit for each code that hard keeps."""
    changed = (soft ^ np.arange(BMP, dtype=np.uint16)).astype("<u2")
    return zlib.compress(changed.tobytes() + np.packbits(hard != 0).tobytes(), 9)


if __name__ == "__main__":
    TABLE.write_bytes(packed(*build()))
