"""The beginning of a story letter by letter: what is kept of it, packed into a fingerprint and unpacked.

An editor adds, cuts and moves; what he leaves he leaves as it is. Two bulletins of one pattern have the same words
around a person, a nation, a street or a team, and another one between. So what tells them apart is no list of words
beside which names stand: it is that something stands in the place of something else, with the same text on both sides.

Kept are four bits of each letter, in their order: enough to lay one beginning along the other (eight letters in a row
are 32 bits), and far too few to read. first_letters.py draws them, alignment.py lays them.
"""

from __future__ import annotations

from typing import NamedTuple

# Chosen on the development sets and the kinds `work` of benchmarks/siblings.py (docs/duplicates.md). Another number
# makes the stored letters useless.
MOST = 256  # letters: 128 bytes. Of a bulletin, who, where and what stand in there; 192 saw a tenth less
MOST_OF_LONG = 96  # as MOST, of a long text: a bulletin is short
LATIN = 2.5  # letters that say as much as one of Chinese, by choice: a word has five or six, or two of Chinese


class Letters(NamedTuple):
    """digits: one hexadecimal digit a letter. is_latin: the text is in no Chinese, and its vowels are left out."""

    digits: str = ""
    is_latin: bool = False

    def pack(self) -> bytes:
        """The stored form; nothing where there is nothing."""
        return bytes((self.is_latin,)) + bytes.fromhex(self.digits) if self.digits else b""

    @classmethod
    def unpack(cls, stored: bytes) -> Letters:
        """The letters of a stored form."""
        return cls(stored[1:].hex(), bool(stored[0])) if stored else NONE


NONE = Letters()
