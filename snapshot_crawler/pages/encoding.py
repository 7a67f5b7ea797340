"""Bytes to text as they really are: what the bytes show counts before what the page or the server declares.

Chinese sites declare gb2312 and send GB18030, declare gbk and send UTF-8, declare nothing at all. Text in another
charset is almost never valid UTF-8, so UTF-8 that is mostly valid wins; then the declared charset, if it reads
cleanly; then GB18030, if the high bytes come in its pairs. What fits no charset is left out, up to a tenth of the
characters that are not ASCII: a browser shows a sign of replacement there, and pages are full of halves of characters
that a program has cut.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

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
MOST_BROKEN = 0.12  # undecodable places among the non-ASCII characters that a page may have and still be read: a tenth
FEW_BROKEN = 0.02  # as many may be in a charset that nobody declared, unless the text looks like Chinese
MOSTLY_VALID = 0.7  # share of UTF-8's own sequences: of text in another charset not one in ten is valid
HIGH_BYTES = bytes(range(128, 256))
COMMON_PAIRS = re.compile(rb"(?:[\xb0-\xd7][\xa1-\xfe])+")  # the 3,755 common characters of GB 2312
COMMON_SHARE = 0.5  # of the high bytes of a Chinese text; measured 0.7 and more
MARKS = b" " * 128 + b"x" * 128  # for bytes.translate: high bytes and others, so that runs can be counted
MANY_LONE = 0.3  # share of the high bytes from which on those that stand alone count; by choice: three in ten
WIDE_TAG = re.compile(rb"<\x00[a-zA-Z!/]\x00[a-zA-Z-]\x00")
NARROW_TAG = re.compile(rb"<[a-zA-Z!/]")  # a page with stray NULs has more of these
BROKEN_PLACE = re.compile("\ufffd+")
UNDECLARED = 0.004  # handicap of a codec that nobody declared: one broken place must not flip a long page
SAMPLE_BYTES = 200_000  # by choice: the rest of a longer page is in the same charset


@dataclass(slots=True, frozen=True)
class Decoded:
    """A page's text, the codec that read it, and how many places were left out because the codec has none like them."""

    text: str
    codec: str
    broken: int


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text of a page's bytes, and the codec that read them; see read."""
    decoded = read(body, content_type)
    return decoded.text, decoded.codec


def read(body: bytes, content_type: str | None = None) -> Decoded:
    """The text of a page's bytes.

    content_type: the Content-Type header. Raises UnreadablePageError when no codec reads the bytes well enough;
    a page is never read in part.
    """
    for bom, codec in BOMS:
        if body.startswith(bom):
            return _tolerant(body[len(bom) :], codec)
    if (wide := _wide(body)) is not None:
        return _tolerant(body, wide)
    try:
        return Decoded(body.decode("utf-8"), "utf-8", 0)
    except UnicodeDecodeError:
        pass
    declared = _declared(body, content_type)
    text, broken = _broken(body, "utf-8")
    if broken > 1 - MOSTLY_VALID:
        broken, codec, text = _best(body, declared)
        is_meant = codec in declared or broken <= FEW_BROKEN or (codec == "gb18030" and _looks_chinese(body))
        most = MOST_BROKEN if is_meant else FEW_BROKEN
    else:  # one broken character may leave several signs
        broken *= len(BROKEN_PLACE.findall(text)) / text.count("\ufffd")
        codec, most = "utf-8", MOST_BROKEN
    if broken > most:
        raise UnreadablePageError(f"broken encoding: {broken:.0%} of the characters fit no charset", reason="encoding")
    return _without_signs(text, codec)


def _without_signs(text: str, codec: str) -> Decoded:
    """The text without its signs of replacement."""
    return Decoded(text.replace("\ufffd", ""), codec, text.count("\ufffd"))


def _best(body: bytes, declared: list[str]) -> tuple[float, str, str]:
    """How much is broken, the codec and the text of the reading that fits best."""
    readings: list[tuple[float, int, float, str, str]] = []
    for codec in dict.fromkeys([*declared, "utf-8", "gb18030", "big5hkscs", "cp1252"]):
        text, broken = _broken(body, codec)
        handicap = 0.0 if codec in (*declared, "utf-8") else UNDECLARED * (1 + (codec != "gb18030"))
        readings.append((broken + handicap, len(readings), broken, codec, text))
        if broken == 0 and codec != "cp1252":
            break
    return min(readings)[2:]


def _looks_chinese(body: bytes) -> bool:
    """Whether most of the high bytes are common characters of GB 2312."""
    sample = body[:SAMPLE_BYTES]
    return sum(map(len, COMMON_PAIRS.findall(sample))) >= COMMON_SHARE * _high_bytes(sample)


def _high_bytes(body: bytes) -> int:
    return len(body) - len(body.translate(None, HIGH_BYTES))


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: the letters of its tags stand beside NULs."""
    beginning = body[:DECLARED_WITHIN]
    found = WIDE_TAG.search(beginning)
    if found is None or len(WIDE_TAG.findall(beginning)) < len(NARROW_TAG.findall(beginning)):
        return None
    return "utf-16-be" if found.start() % 2 else "utf-16-le"  # in both, a NUL stands before and behind each letter


def _tolerant(body: bytes, codec: str) -> Decoded:
    text = body.decode(codec, "replace")
    if text.count("\ufffd") > max(2, len(text) * MOST_BROKEN):
        raise UnreadablePageError(f"broken {codec} text behind its byte order mark", reason="encoding")
    return _without_signs(text, codec)


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
    broken = text.count("\ufffd")
    high = _high_bytes(body) or 1
    if codec in ("gb18030", "cp1252"):
        sample = body[:SAMPLE_BYTES]
        marks, sampled = b" " + sample.translate(MARKS), _high_bytes(sample) or 1
        if codec == "gb18030":
            # Western text has single high bytes before small letters; GB18030 would swallow the letters.
            lone = marks.count(b" x") / sampled  # all runs at first: most pages have too few of any length
            if lone > MANY_LONE:
                lone = (marks.count(b" x") - marks.count(b" xx")) / sampled
            return text, max(broken * 2 / high, lone if lone > MANY_LONE else 0.0)  # a broken sign is two bytes
        multi = marks.count(b" xxx")
        # 6 by choice: one such sign in six is surely wrong
        return text, max(broken / high, min(1.0, multi * 6 / sampled))
    if codec == "utf-8":  # which takes every ASCII byte for what it is
        return text, min(1.0, broken / (len(text) - (len(body) - high) or 1))
    characters = len(text) - len(text.encode("ascii", "ignore")) or 1
    return text, min(1.0, broken / characters)
