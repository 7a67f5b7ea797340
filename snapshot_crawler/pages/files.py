"""Files that are no pages, known by their first bytes; whatever name, type or address they come under.

The download ends early when they say so (middlewares/content.py), and a saved one is not read (page.py).
"""

from __future__ import annotations

import re

LOOKED_AT_BYTES = 1024  # by choice: signatures stand in the first bytes; some files have a preamble before it
SIGNATURES = re.compile(
    rb"%PDF-|%!PS|PK\x03\x04|Rar!\x1a|7z\xbc\xaf\x27|BZh[1-9]1AY|\xfd7zXZ\x00|\xd0\xcf\x11\xe0\xa1\xb1|\{\\rtf"
    rb"|\x89PNG\r\n|GIF8[79]a|\xff\xd8\xff|II\*\x00|MM\x00\*|RIFF....(?:WEBP|AVI |WAVE)|\x00\x00\x01\x00[\x01-\x20]\x00"
    rb"|ID3[\x02-\x04]|OggS\x00|fLaC|FLV\x01|\x1aE\xdf\xa3|....ftyp|\x00\x00\x01[\xba\xb3]|[CF]WS[\x01-\x30]"
    rb"|\x7fELF|MZ.{0,100}\x00\x00|wOF[F2]|\x00\x01\x00\x00\x00|OTTO\x00|\x00asm|SQLite format 3\x00"
    rb"|[^<]{0,1000}[\r\n]%PDF-\d|[^\x00<]{1,100}\x00[^<]{0,255}ustar",  # PDF behind other lines; tar
    re.DOTALL,
)
COMPRESSED = re.compile(rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd")  # gzip, zstd: a page may be packed in them


def is_file(body: bytes) -> bool:
    """Whether the bytes, or the first LOOKED_AT_BYTES of them, are those of a file and no page."""
    return SIGNATURES.match(body[:LOOKED_AT_BYTES]) is not None


def is_compressed(body: bytes) -> bool:
    """Whether the bytes are still compressed."""
    return COMPRESSED.match(body) is not None
