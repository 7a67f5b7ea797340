"""A cheap look at the source before it is parsed: what would block the process is refused or cut.

Lexbor is linear on all but two things (measured with selectolax 1.0): the attributes of one tag, each compared with
all before (20,000: 0.7 s; 150,000: 49 s), and open block elements, each looked through for every new one (10,000: 0.2
s; 100,000: 18 s). Neither comes near these limits on real pages.
"""

from __future__ import annotations

import re

from snapshot_crawler.exceptions import UnreadablePageError

MOST_ATTRIBUTES = 5_000  # of one tag
LONG_TAG = 20_000  # characters; a shorter tag cannot hold that many attributes
DEEPEST = 5_000
FEW_TAGS = 4_000  # a page with fewer tags than this cannot be nested that deep
SUSPICIOUS = 60_000  # equals signs on a page; then quoted values, which may hide where a tag ends, are looked into
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
TAG_OR_ATTRIBUTE = re.compile(r"<[a-zA-Z]|[\s\"'/][a-zA-Z_:@][^\s=>\"'/<]{0,100}=")
OPENING_OR_CLOSING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
NEVER_NESTED = frozenset("p li br hr img input link meta option dt dd tr td th wbr area base col source a".split())


def check(text: str) -> str:
    """The text to parse: text itself, or as much of it as lies above absurd nesting.

    Raises UnreadablePageError for a tag with absurdly many attributes.
    """
    if _has_long_piece(text):
        for piece in text.split("<"):
            if (
                len(piece) > LONG_TAG
                and not piece.startswith("!--")
                and len(piece.partition(">")[0].split()) > MOST_ATTRIBUTES
            ):
                _refuse()
    signs = text.count("=")
    if signs > MOST_ATTRIBUTES:
        _check_attributes(QUOTED.sub('""', text) if signs > SUSPICIOUS else text)
    return text if text.count("<") < FEW_TAGS else _cut_at_depth(text)


def _has_long_piece(text: str) -> bool:
    """Whether LONG_TAG characters follow each other without a "<"; hops from sign to sign, a few for a whole page."""
    at = -1
    while at + LONG_TAG < len(text):
        following = text.rfind("<", at + 1, at + 1 + LONG_TAG)
        if following < 0:
            return True
        at = following
    return False


def _check_attributes(text: str) -> None:
    of_tag = 0
    for found in TAG_OR_ATTRIBUTE.finditer(text):
        of_tag = 0 if found[0][0] == "<" else of_tag + 1
        if of_tag > MOST_ATTRIBUTES:
            _refuse()


def _cut_at_depth(text: str) -> str:
    """The text up to where more than DEEPEST elements are open."""
    depth = 0
    for found in OPENING_OR_CLOSING.finditer(text):
        if found[2].lower() in NEVER_NESTED:
            continue
        depth += -1 if found[1] else 1
        depth = max(depth, 0)
        if depth > DEEPEST:
            return text[: found.start()]
    return text


def _refuse() -> None:
    raise UnreadablePageError(
        f"too costly to parse: a tag with more than {MOST_ATTRIBUTES} attributes", reason="too-costly"
    )
