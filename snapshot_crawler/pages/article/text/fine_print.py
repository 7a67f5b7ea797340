"""Captions that are told by their letters alone: short lines behind pictures, smaller or paler than the text around.

credits.py asks. A caption has no element of its own where an editor writes it as a paragraph. One that is centred, and
set as the text is, is counted as text by most who have marked what a page's text is (of 20 such lines on six real pages
18); one that is smaller or grey is not.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from snapshot_crawler.pages.outline import Block

LONGEST = 100  # characters of a caption, by choice
FEWEST = 2  # other lines of the text
SMALL = 13.0  # pixels; the text of pages has 14 and more. For a text that does not say how large it is
SIZE = re.compile(r"font-size\s*:\s*(\d{1,2}(?:\.\d+)?)\s*(px|pt)", re.IGNORECASE)
COLOUR = re.compile(
    r"(?:^|[;\s])color\s*:\s*(?:(gr[ae]y)|#([0-9a-f]{6}|[0-9a-f]{3})\b|rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+))",
    re.IGNORECASE,
)
PIXELS = {"px": 1.0, "pt": 4 / 3}
PALEST, DARKEST = 215, 85  # of 255: white is no grey to read, and #333 is as good as black
NEAR = 12  # how far the three colours of a grey may lie apart
DEEPEST = 4  # elements inside a line's own that are looked at


def without_fine_print(blocks: list[Block], behind_pictures: frozenset[int]) -> list[Block]:
    """The blocks without short lines straight behind a picture that are set smaller or paler than the others."""
    captions = {
        block.order
        for block in blocks
        if block.order in behind_pictures and len(block.text) <= LONGEST and is_fine(block, SMALL)
    }
    if not captions or len(blocks) - len(captions) < FEWEST:
        return blocks
    others = [block for block in blocks if block.order not in captions]
    if 2 * sum(is_fine(block, SMALL) for block in others) > len(others):  # the whole text is set so
        return blocks
    return others


def is_fine(block: Block, small: float) -> bool:
    """Whether all of a line is grey, or its letters are not larger than small pixels."""
    styles = list(_styles(block))
    size = next((found for style in styles if (found := SIZE.search(style))), None)
    if size is not None and float(size[1]) * PIXELS[size[2].lower()] <= small:
        return True
    return any(_is_grey(found) for style in styles if (found := COLOUR.search(style)))


def _styles(block: Block) -> list[str]:
    """The styles of the elements that hold all of a line, the innermost first."""
    found = []
    node: LexborNode | None = block.box.node
    for _ in range(DEEPEST):
        if node is None:
            break
        attributes = node.attributes
        found.append(f"{attributes.get('style') or ''};color:{attributes.get('color') or ''}")
        inside = [child for child in node.iter(include_text=True) if child.tag != "-text" or child.text().strip()]
        node = inside[0] if len(inside) == 1 and inside[0].tag != "-text" else None
    return found[::-1]


def _is_grey(found: re.Match[str]) -> bool:
    if found[1]:
        return True
    if found[2]:
        width = len(found[2]) // 3
        colours = [int((found[2][at : at + width] * 2)[:2], 16) for at in range(0, 3 * width, width)]
    else:
        colours = [int(found[at]) for at in (3, 4, 5)]
    return max(colours) - min(colours) <= NEAR and min(colours) >= DARKEST and max(colours) <= PALEST
