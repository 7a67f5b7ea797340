"""The section's name beside the headline, where no path tells it: over the headline, or as the page of a paper.

The lines around the headline go in, a name comes out. sections.py asks it where a page has no breadcrumbs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from snapshot_crawler.pages.outline import Block

# Classes and ids of an element that holds a section's name: English, German, Portuguese, French, Chinese by sound.
HINT = re.compile(
    r"(?:^|[\W_])(?:cat(?:egor(?:y|ies|ia)|s|[-_]links)?|section|sec|kicker|rubri\w*|dachzeile|spitzmarke|chapeu|editoria|ressort"
    r"|channel|column|lanmu|pindao|eyebrow|overline|breadcrumbs?)(?:$|[\W_])"
)
PAGE_OF_PAPER = re.compile(r"(?:第\s*)?[A-Z]?\d{1,3}\s*版\s*[:：]\s*([\w·]{2,12})|[\[【]\s*([\w·]{2,10}版)\s*[\]】]")
LEAF = re.compile(r"版\s*[次面]\s*[:：]\s*第?\s*([A-Z]{0,2}\d{1,3})(?!\d)")
DATE_LIKE = re.compile(r"\d{3,}|\d{1,2}:\d{2}")
REACH = 4  # lines above the headline
LONGEST = 24  # characters of a section's name
MENU = 2  # lines of one link each, one after the other, that are a menu


def section_beside(blocks: Sequence[Block], place: int) -> str | None:
    """The section's name in the lines above the headline, which begins at blocks[place]; None where none stands."""
    if (named := _of_leaf(blocks, place)) is not None:
        return named
    above = blocks[max(0, place - REACH) : place][::-1]
    for block in above:
        if len(block.text) < 120 and (found := PAGE_OF_PAPER.search(block.text)):
            return found[1] or found[2]
    for distance, block in enumerate(above):
        if (name := _named(block)) is not None:
            return name
        if distance == 0 and _is_lone_link(block) and not _is_menu(above):
            return block.text
    return None


def _of_leaf(blocks: Sequence[Block], place: int) -> str | None:
    """The name that the list of a paper's pages gives the article's own: 版次：A01 here, and 第A01版：要闻 there."""
    near = (LEAF.search(block.text) for block in blocks[max(0, place - REACH) : place + REACH + 1])
    leaf = next((found[1] for found in near if found), None)
    if leaf is None:
        return None
    name = re.compile(rf"(?<![A-Z\d]){leaf}\s*版?\s*[:：]\s*([\w·]{{2,12}})")
    return next((found[1] for block in blocks for part in block.parts if (found := name.search(part.text))), None)


def _named(block: Block) -> str | None:
    """The text of a line, or of a part of it, whose element is called a section."""
    for part in block.parts:
        if HINT.search(part.hint) and _may_be_name(part.text):
            return " ".join(part.text.split())
    box = block.box
    hints = [
        box.hint,
        *([box.parent.hint] if box.parent is not None and box.parent.last - box.parent.first == 1 else []),
    ]
    is_one = len({part.href for part in block.parts if part.href}) <= 1
    if is_one and any(HINT.search(hint) for hint in hints) and _may_be_name(block.text):
        return block.text
    return None


def _may_be_name(text: str) -> bool:
    return 1 < len(text.strip()) <= LONGEST and not DATE_LIKE.search(text)


def _is_lone_link(block: Block) -> bool:
    hrefs = {part.href for part in block.parts if part.href}
    return block.link_share > 0.9 and len(hrefs) == 1 and next(iter(hrefs)) != "/" and _may_be_name(block.text)


def _is_menu(above: Sequence[Block]) -> bool:
    """Whether the lines above are links too: then the last of them is one of a menu, and no section's name."""
    return sum(block.link_share > 0.9 for block in above[:MENU]) >= MENU
