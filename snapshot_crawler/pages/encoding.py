"""Bytes to text as they really are: what the bytes show counts before what the page or the server declares.

Chinese sites declare gb2312 and send GB18030, declare gbk and send UTF-8, declare nothing at all. UTF-8 can hardly be
met by chance, so valid UTF-8 wins; then the declared charset, if it reads cleanly; then GB18030, if the high bytes
come in its pairs.
"""

from __future__ import annotations

import codecs
import re

from snapshot_crawler.exceptions import UnreadablePageError

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The WHATWG encoding standard reads these names as their supersets, and so do all browsers.
SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "utf8": "utf-8",
}
DECLARED = re.compile(rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I)
HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
# Codecs of pages. Python knows others that are no charsets (zlib, rot13, idna), that unescape (unicode_escape, utf_7)
# or in which no tag is ASCII (cp037); UTF-16 and UTF-32 are known by their bytes.
OF_PAGES = re.compile(
    r"utf-8|gb|big5|hz|shift_jis|cp(?:125\d|874|932|936|949|950|866)$|euc_|iso8859|iso2022|koi8|mac|tis|johab|ptcp154"
)
DECLARED_WITHIN = 4096  # bytes; the standard says 1024, pages with long comments need more
BROKEN_SHARE = 0.02  # undecodable places among the non-ASCII characters that a page may have and still be read
HIGH = re.compile(rb"[\x80-\xff]+")
PAIRS = re.compile(rb"(?:[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x81-\xfe][0-9][\x81-\xfe][0-9])+")
WIDE_TAG = re.compile(rb"<\x00[a-zA-Z!/]\x00[a-zA-Z-]\x00")
UNDECLARED = 0.004  # handicap of a codec that nobody declared: one broken place must not flip a long page
SAMPLE_BYTES = 200_000


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text of a page's bytes, and the codec that read them.

    content_type: the Content-Type header. Raises UnreadablePageError when no codec reads the bytes well enough;
    a page is never read in part.
    """
    for bom, codec in BOMS:
        if body.startswith(bom):
            return _tolerant(body[len(bom) :], codec), codec
    if (wide := _wide(body)) is not None:
        return _tolerant(body, wide), wide
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    declared = _declared(body, content_type)
    readings: list[tuple[float, int, float, str, str]] = []
    for codec in dict.fromkeys([*declared, "utf-8", "gb18030", "big5hkscs", "cp1252"]):
        text, broken = _broken(body, codec)
        handicap = 0.0 if codec in (*declared, "utf-8") else UNDECLARED * (1 + (codec != "gb18030"))
        readings.append((broken + handicap, len(readings), broken, text, codec))
        if broken == 0 and codec != "cp1252":
            break
    _, _, broken, text, codec = min(readings)
    if broken > BROKEN_SHARE:
        raise UnreadablePageError(f"broken encoding: {broken:.0%} of the characters fit no charset", reason="encoding")
    return text.replace("\ufffd", ""), codec


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: the letters of its tags stand beside NULs."""
    found = WIDE_TAG.search(body[:DECLARED_WITHIN])
    if found is None:
        return None
    return "utf-16-be" if found.start() % 2 else "utf-16-le"  # in both, a NUL stands before and behind each letter


def _tolerant(body: bytes, codec: str) -> str:
    text = body.decode(codec, "replace")
    if text.count("\ufffd") > max(2, len(text) * BROKEN_SHARE):
        raise UnreadablePageError(f"broken {codec} text behind its byte order mark", reason="encoding")
    return text.replace("\ufffd", "")


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """The declared codecs that Python knows, the page's own before the server's."""
    names = [found[1].decode("ascii") for found in DECLARED.finditer(body[:DECLARED_WITHIN])]
    if content_type and (header := HEADER.search(content_type)):
        names.append(header[1])
    codecs_found = []
    for name in names:
        codec = SUPERSETS.get(name.lower(), name)
        try:
            found = codecs.lookup(codec).name
        except (LookupError, ValueError):
            continue
        if OF_PAGES.match(found):
            codecs_found.append(found)
    return codecs_found


def _broken(body: bytes, codec: str) -> tuple[str, float]:
    """The text by one codec, and how much of its non-ASCII part cannot be meant, 0 to 1."""
    text = body.decode(codec, "replace")
    high = sum(map(len, HIGH.findall(body[:SAMPLE_BYTES]))) or 1
    if codec == "gb18030":
        # Western text has single high bytes before small letters; GB18030 would swallow the letters.
        lone = high - sum(len(pair) for run in HIGH.findall(body[:SAMPLE_BYTES]) if len(run) > 1 for pair in [run])
        return text, max(text.count("\ufffd") * 2 / high, lone / high if lone / high > 0.3 else 0.0)
    if codec == "cp1252":
        multi = sum(len(run) > 2 for run in HIGH.findall(body[:SAMPLE_BYTES]))
        return text, max(text.count("\ufffd") / high, min(1.0, multi * 6 / high))
    characters = sum(character > "\x7f" for character in text[:SAMPLE_BYTES]) or 1
    return text, min(1.0, text.count("\ufffd") / characters)
