"""Files that are no pages, known by their first bytes, whatever name, type or address they come under.

The download ends early when the bytes are those of a file (middlewares/content.py), and a saved file is not read
(page.py). compression/unpack.py knows compressed data by GZIP and ZSTD.
"""

from __future__ import annotations

import re

LOOKED_AT_BYTES = 1024  # by choice: each signature below lies in them
GZIP = b"\x1f\x8b\x08"  # RFC 1952, 2.3.1; with the one method there is
ZSTD = b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1
# First bytes of files, as regular expressions: what file(1) and the WHATWG's MIME Sniffing Standard (section 6) know
# them by.
SIGNATURES = re.compile(
    b"|".join(
        (
            rb"%PDF-",
            rb"[^<]{0,1000}[\r\n]%PDF-\d",  # PDF behind other lines, which readers accept
            rb"%!PS",  # PostScript
            rb"\{\\rtf",  # RTF
            rb"\xd0\xcf\x11\xe0\xa1\xb1",  # old office files
            rb"PK\x03\x04",  # zip, and with it docx, epub, apk, jar
            rb"Rar!\x1a",
            rb"7z\xbc\xaf\x27",
            rb"BZh[1-9]1AY",  # bzip2
            rb"\xfd7zXZ\x00",  # xz
            rb"[^\x00<]{1,100}\x00[^<]{0,255}ustar",  # tar: a name, then ustar at 257
            rb"\x89PNG\r\n",
            rb"GIF8[79]a",
            rb"\xff\xd8\xff",  # JPEG
            rb"II\*\x00|MM\x00\*",  # TIFF, in both byte orders
            rb"RIFF....(?:WEBP|AVI |WAVE)",
            rb"\x00\x00\x01\x00[\x01-\x20]\x00",  # icons, up to 32 in one file
            rb"ID3[\x02-\x04]",  # MP3 with tags
            rb"OggS\x00",
            rb"fLaC",
            rb"FLV\x01",
            rb"\x1aE\xdf\xa3",  # Matroska and WebM
            rb"....ftyp",  # MP4, MOV, HEIC, AVIF
            rb"\x00\x00\x01[\xba\xb3]",  # MPEG
            rb"[CF]WS[\x01-\x30]",  # Flash
            rb"\x7fELF",  # programs of Linux
            rb"MZ.{0,100}\x00\x00",  # programs of Windows
            rb"\x00asm",  # WebAssembly
            rb"wOF[F2]",  # fonts of the web
            rb"\x00\x01\x00\x00\x00|OTTO\x00",  # TrueType and OpenType
            rb"SQLite format 3\x00",
        )
    ),
    re.DOTALL,
)


def is_file(body: bytes) -> bool:
    """Whether the bytes, or the first LOOKED_AT_BYTES of them, are those of a file and no page."""
    return SIGNATURES.match(body[:LOOKED_AT_BYTES]) is not None


def is_compressed(body: bytes) -> bool:
    """Whether the bytes are still compressed."""
    return body.startswith((GZIP, ZSTD))
