"""A cheap look at the source before it is parsed: what would block the process is refused or cut.

Page.from_bytes hands the text in and parses what comes out. Lexbor takes linear time for real pages, and quadratic time
for some made-up ones (measured with selectolax 1.0): attributes of one tag (30,000: 1.5 s), open block elements
(100,000: 18 s), unclosed <option> in a <select> (30,000: 3.3 s), <li> and <dd> by turns (100,000: 33 s),
and others that nobody has found yet. All of them need many tags, or many attributes in one tag; of these, the
first 200 are kept.

Where the source has few signs that could begin a tag, and none of its tags can have many attributes, it is parsed as
it is. With few tags, but a script in which something looks like a long one (i<n), the signs < that are no tag's are
escaped in one pass (markup.py: signs_escaped). A page with many signs has its real markup counted, tag by tag, which a
script full of strings with tags does not add to. Only one with more real markup than any saved page is tried by
another process first (trial.py), whose time is bounded.

The real markup of 314 saved pages of 200 sites (tests/pages/test_real_markup.py measures it again):
                                     half have  95 in 100  99 in 100    most
    characters                         110,000    549,000  1,151,000  2,228,000
    signs <                              1,467      3,454      4,521      6,805
    tags and comments                    1,421      3,400      4,345      6,082
    attributes and gaps of one tag          17         32         47         67
    elements inside each other              16         64        177        212
    open formatting x tags               1,486      4,360      6,602     21,042
In 5 of 100 signs were escaped, 2 in 100 were counted, and none was tried.
"""

from __future__ import annotations

import re
from collections import Counter

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.markup import escaped, has_short_tags, signs_escaped, tokens
from snapshot_crawler.pages.trial import LONGEST_PARSE_S, parses_in_time

MOST_TAGS = 60_000  # more are left out: memory and the readers' time grow with them (60,000: 40 MB, 1 s)
DEEPEST = 5_000  # elements inside each other; the deepest saved page has 212 (table above)
HARMLESS_TAGS = 10_000  # the worst that so many can cost is 0.4 s
HARMLESS_ATTRIBUTES = 15_000  # in one tag; they cost 0.4 s
HARMLESS_COPIES = (
    300_000  # elements; each open one of FORMATTING comes again in each new paragraph (3,000 of both: 3 GB)
)
FEWEST_TAGS = 1_000  # by choice: fewer tags than a page in two has (table above), so formatting is not counted
FORMATTING = frozenset("b big code em font i nobr s small strike strong tt u".split())
# The letters that they begin with are asked first: most tags begin with another.
FORMATTING_TAG = re.compile(rf"<(?=[bcefinstuBCEFINSTU])(?i:{'|'.join(sorted(FORMATTING))})[\s/>]")
# Inside these, an end tag does not close what was opened outside.
BOUNDARIES = frozenset(
    "annotation-xml applet caption desc foreignobject marquee mi mn mo ms mtext object select".split()
    + "table td template th".split()
)
NEVER_NESTED = frozenset("p li br hr img input link meta option dt dd tr td th wbr area base col source a".split())


def check(text: str) -> str:
    """The text to parse: text itself, or as much of it as lies above absurd nesting and within MOST_TAGS.

    In a page that is counted, signs < that begin no tag are escaped, and of one tag the first markup.MOST_PIECES
    attributes are kept. Raises UnreadablePageError for a page that cannot
    be parsed in time.
    """
    if _has_few_tags(text):
        return text if has_short_tags(text, _harmless_attributes(len(text))) else signs_escaped(text)
    text, is_harmless = _counted(text)
    if not is_harmless and not parses_in_time(text):
        raise UnreadablePageError(
            f"too costly to parse: {len(text)} characters take more than {LONGEST_PARSE_S} s", reason="too-costly"
        )
    return text


def _has_few_tags(text: str) -> bool:
    """Whether no elements of a page with so many signs < could make it costly."""
    tags = text.count("<")
    return tags <= DEEPEST and (tags <= FEWEST_TAGS or len(FORMATTING_TAG.findall(text)) * tags <= HARMLESS_COPIES)


def _harmless_attributes(characters: int) -> int:
    """How many attributes each tag of a page of that size may have: an attribute takes two characters at least.

    n attributes of one tag cost as n * n, and those of all tags no more than n times the number that has room.
    """
    return 2 * HARMLESS_ATTRIBUTES * HARMLESS_ATTRIBUTES // max(1, characters)


def _counted(text: str) -> tuple[str, bool]:
    """The text to parse, and whether its markup is harmless: no more than pages have."""
    tags = depth = 0
    formatting = _OpenFormatting()
    pieces: list[str] = []
    copied = 0
    for token in tokens(text):
        tags += 1
        name = token.name
        if name and name not in NEVER_NESTED:
            depth = max(0, depth - 1 if token.is_closing else depth + 1)
        if tags > MOST_TAGS or depth > DEEPEST:
            text = text[: token.start]
            break
        if name in FORMATTING or name in BOUNDARIES:
            formatting.add(name, is_closing=token.is_closing)
        if token.has_signs(text):
            pieces += (text[copied : token.start], escaped(text, token))
            copied = token.end
    pieces.append(text[copied:])
    return "".join(pieces), tags <= HARMLESS_TAGS and formatting.most * tags <= HARMLESS_COPIES


class _OpenFormatting:
    """How many formatting elements are open at once, at most; rather too many than too few.

    An end tag counts only for an element that was opened inside the same innermost boundary.
    """

    def __init__(self) -> None:
        self.inside: list[tuple[str, Counter[str]]] = [("", Counter())]
        self.open = self.most = 0

    def add(self, name: str, *, is_closing: bool) -> None:
        """A tag of FORMATTING or BOUNDARIES."""
        boundary, counts = self.inside[-1]
        if name in BOUNDARIES:
            if not is_closing:
                self.inside.append((name, Counter()))
            elif name == boundary:
                self.inside.pop()
                self.inside[-1][1].update(counts)
        elif not is_closing:
            counts[name] += 1
            self.open += 1
            self.most = max(self.most, self.open)
        elif counts[name]:
            counts[name] -= 1
            self.open -= 1
