"""Breadcrumbs: the steps from the front page to the article's category, in one line or in a list of short blocks.

The category of the label line says which line is meant. What follows it tells a breadcrumb from a menu: in a
breadcrumb the category comes last, in a menu other sections stand behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from snapshot_crawler.pages.outline import Block, Box
from snapshot_crawler.pages.page import Page

SEPARATOR = re.compile(r"\s*[›»>→/\\|＞»｜•·]+\s*")
BULLET = re.compile(r"^[•·●▪■◆›»＞>→–—*-]\s*(?=\S)")
HERE = re.compile(r"^\W*(?:当前位置|您的位置|您现在的位置|你的位置|所在位置|位置|首页位置)\W*")
HAS_LETTER = re.compile(r"\w")
LONGEST_CRUMB = 16  # characters of one step; by choice: sections have short names, headlines do not
MOST_STEPS = 5  # of a line without separators: the sites met have two or three, a menu has more
BEHIND = frozenset({"正文", "详情"})
LISTED = frozenset(
    {"li", "dd", "dt", "td", "th", "span"}
)  # elements in which short blocks are steps, without a separator


def breadcrumbs_above(
    blocks: Sequence[Block], end: int, category: str | None, page: Page
) -> tuple[list[str], str | None]:
    """The breadcrumb's steps above blocks[end], outermost first, and the address of the category's page."""
    for index in range(end - 1, -1, -1):
        block = blocks[index]
        if block.box.hidden:
            continue
        pieces = _steps_of_line(block.text)
        if pieces and category is None:
            pieces = [piece for piece in pieces if piece not in BEHIND]
            return pieces, _href(block, pieces[-1], page)
        if category is None:
            continue
        if category in pieces and len(pieces) - pieces.index(category) <= 2:
            return pieces[: pieces.index(category) + 1], _href(block, category, page)
        if (pieces := _steps_of_parts(block)) and pieces[-1] == category:
            return pieces, _href(block, category, page)
        if _crumb(block) == category and not _goes_on(blocks, index, end):
            return _steps(blocks, index), _href(block, block.text, page)
    return [], None


def ends_breadcrumb(block: Block, category: str) -> bool:
    """Whether the block is the category's step of a breadcrumb, or a breadcrumb in one line."""
    if block.box.hidden:
        return False
    is_line = (
        len(block.text) < 60
        and (  # characters, by choice: longer lines are sentences
            category in _steps_of_line(block.text) or category in _steps_of_parts(block)[-1:]
        )
    )
    return is_line or _crumb(block) == category


def _steps_of_line(text: str) -> list[str]:
    """The steps of a breadcrumb in one line, without the headline at its end; none when the line is no breadcrumb."""
    pieces = [piece for piece in SEPARATOR.split(HERE.sub("", text)) if piece]
    if len(pieces) > 2 and len(pieces[-1]) > LONGEST_CRUMB:
        del pieces[-1]
    return pieces if len(pieces) >= 2 and all(len(piece) <= LONGEST_CRUMB for piece in pieces) else []


def _steps_of_parts(block: Block) -> list[str]:
    """The steps of a line without a separator that is one: links or other elements beside each other."""
    steps: list[str] = []
    before: str | None = None
    for part in block.parts:
        text = " ".join(part.text.split())
        if not HAS_LETTER.search(text) or HERE.fullmatch(text):
            before = None
            continue
        if part.href is None and part.tag == block.box.tag:
            return []  # text between the links
        if part.href is not None and part.href == before:
            steps[-1] += text
        else:
            steps.append(text)
        before = part.href
    return steps if 2 <= len(steps) <= MOST_STEPS and all(len(step) <= LONGEST_CRUMB for step in steps) else []


def _crumb(block: Block) -> str:
    return HERE.sub("", block.text).strip(" ›»>→/\\|＞｜•·●▪■◆–—*-")


def _steps(blocks: Sequence[Block], last: int) -> list[str]:
    """The steps that end in blocks[last], each a short block beside the one before."""
    steps = [_crumb(blocks[last])]
    lower = blocks[last]
    is_parted = False  # a block between the two that holds a separator alone
    for block in reversed(blocks[:last]):
        if block.box.hidden:
            continue
        if not (step := _crumb(block)):
            is_parted = True
            continue
        if len(block.text) > LONGEST_CRUMB or not _are_steps(block, lower, is_parted=is_parted):
            break
        steps.append(step)
        lower, is_parted = block, False
    return steps[::-1]


def _goes_on(blocks: Sequence[Block], index: int, end: int) -> bool:
    """Whether a further step stands behind the block, as in a menu."""
    return index + 1 < end and _are_steps(blocks[index], blocks[index + 1]) and _crumb(blocks[index + 1]) not in BEHIND


def _are_steps(upper: Block, lower: Block, *, is_parted: bool = False) -> bool:
    """Whether two blocks, one behind the other, look like steps of one path: alike, and marked as parts of it."""
    if len(lower.text) > LONGEST_CRUMB or upper.box.tag != lower.box.tag or not _are_beside(upper.box, lower.box):
        return False
    bullets = bool(BULLET.match(upper.text)), bool(BULLET.match(lower.text))
    if bullets[0] != bullets[1]:
        return lower.box.tag in LISTED and bullets[1]  # a separator before each step but the first
    return any(bullets) or is_parted or lower.box.tag in LISTED or (_is_link(upper) and _is_link(lower))


def _are_beside(upper: Box, lower: Box) -> bool:
    """Whether two boxes are one, neighbours, or the lower a list inside the upper."""
    if upper is lower or upper.parent is lower.parent:
        return True
    box = lower.parent
    for _ in range(2):  # li, ul, li
        if box is upper:
            return True
        box = box.parent if box is not None else None
    return False


def _is_link(block: Block) -> bool:
    """Whether the whole block is one link."""
    # by choice: signs may stand beside the link
    return len({part.href for part in block.parts if HAS_LETTER.search(part.text)}) == 1 and block.link_share > 0.8


def _href(block: Block, text: str, page: Page) -> str | None:
    """The address of the link in the block whose text it is, else of its last link."""
    hrefs = [(part.text.strip(), part.href) for part in block.parts if part.href]
    best = next((href for shown, href in hrefs if shown and shown in text), hrefs[-1][1] if hrefs else None)
    return page.absolute(best)
