"""Characters that nobody sees, and that break readers of lines: what they are, and a text without them."""

from __future__ import annotations

import re
import unicodedata

# Everything here is invisible: C0 and C1 controls, zero-width and bidirectional marks, soft hyphen, byte order mark,
# line and paragraph separators, half surrogates, non-characters, interlinear marks, and the sign of broken decoding.
INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffd\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
)
NONCHARACTERS = "".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
JOINERS = re.compile(r"(?<=[^\W\d_])[\u200c\u200d](?=[^\W\d_])")  # they join and part letters of Persian or Hindi
JOINED_SCRIPTS = re.compile(r"[\u0590-\u08ff\u0900-\u0dff]")
DIRTY = re.compile(f"[{INVISIBLE}{NONCHARACTERS}\U000e0000-\U000e0fff]")
SPACES = re.compile(r"[\t\x0b\x0c\r\x1c-\x1f \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
SPACE = re.compile(r"\s")
PIECE = 65_536  # characters
BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
AROUND_BREAK = re.compile(r" ?\n ?")
MANY_BREAKS = re.compile(r"\n{3,}")
# Of all that INVISIBLE holds, what str.isprintable() lets pass.
PRINTABLE_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufffc\ufffd\U000e0100-\U000e01ef]"
)
UNFOLDED = ("  ", " \n", "\n ", "\n\n\n")
NEEDS_WORK = re.compile(
    f"[{INVISIBLE}{NONCHARACTERS}\U000e0000-\U000e0fff\t\x0b\x0c\r\x85\u2028\u2029\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]"
    "|  |\\s\\n|\\n\\s\\n\\n|^\\s|\\s$|\\n\\s"
)


def clean_text(text: str, *, lines: bool = False) -> str:
    """The text without invisible characters, white space folded; line breaks stay only where lines is true.

    Idempotent, and nothing visible is changed: no width folding, no composing of letters.
    """
    if text.isprintable():  # most texts; asked in a fifth of the time that the whole pattern takes
        if text and text[0] != " " != text[-1] and "  " not in text and not PRINTABLE_UNSEEN.search(text):
            return text
        if not text:
            return text
    elif (lines and _is_plain(text)) or (not NEEDS_WORK.search(text) and (lines or "\n" not in text)):
        return text
    text = BREAKS.sub("\n", text)
    if JOINED_SCRIPTS.search(text):
        kept = JOINERS.sub(lambda found: chr(0xF0000 + ord(found[0]) - 0x200C), text)
        text = DIRTY.sub("", kept).replace(chr(0xF0000), "\u200c").replace(chr(0xF0001), "\u200d")
    else:
        text = DIRTY.sub("", text)
    if not lines:
        return SPACES.sub(" ", text.replace("\n", " ")).strip()
    text = AROUND_BREAK.sub("\n", SPACES.sub(" ", text))
    return MANY_BREAKS.sub("\n\n", text).strip()


def _is_plain(text: str) -> bool:
    """Whether paragraphs parted by line breaks are clean as they are: most bodies, asked in a seventh of the time."""
    return (
        text.replace("\n", "").isprintable()
        and text[0] not in " \n"
        and text[-1] not in " \n"
        and not any(spaces in text for spaces in UNFOLDED)
        and not PRINTABLE_UNSEEN.search(text)
    )


def folded(text: str) -> str:
    """The text with every run of white space as one space, and none at its ends.

    Long texts by pieces: the list of a million words would take twenty times the text's memory.
    """
    if len(text) <= PIECE:
        return " ".join(text.split())
    pieces, start = [], 0
    while start < len(text):
        space = SPACE.search(text, start + PIECE)
        end = space.start() if space else len(text)
        pieces.append(" ".join(text[start:end].split()))
        start = end
    return " ".join(filter(None, pieces))


def is_visible(text: str) -> bool:
    """Whether anything of the text can be seen: letters, digits or signs, not only marks and spaces."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)
