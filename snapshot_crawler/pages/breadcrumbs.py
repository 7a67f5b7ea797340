"""Breadcrumbs: the steps from the front page to the article's category, in one line or in a list of short blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from snapshot_crawler.pages.outline import Block
from snapshot_crawler.pages.page import Page

SEPARATOR = re.compile(r"\s*[›»>→/\\|＞»｜•·]+\s*")
HERE = re.compile(r"^\W*(?:当前位置|您的位置|您现在的位置|你的位置|所在位置|位置|首页位置)\W*")
LONGEST_CRUMB = 16


def find_breadcrumbs(
    blocks: Sequence[Block], end: int, category: str | None, page: Page
) -> tuple[list[str], str | None]:
    """The breadcrumb's steps above blocks[end], outermost first, and the address of the category's page."""
    for index in range(end - 1, -1, -1):
        block = blocks[index]
        pieces = _steps_of_line(block.text)
        if pieces and (category is None or category in pieces):
            pieces = (
                pieces[: pieces.index(category) + 1] if category else [p for p in pieces if p not in ("正文", "详情")]
            )
            return pieces, _href(block, pieces[-1], page)
        if category is not None and _crumb(block) == category:
            return _steps(blocks, index), _href(block, block.text, page)
    return [], None


def ends_breadcrumb(block: Block, category: str) -> bool:
    """Whether the block is the category's step of a breadcrumb, or a breadcrumb in one line."""
    return not block.box.hidden and (
        _crumb(block) == category or (len(block.text) < 60 and category in _steps_of_line(block.text))
    )


def _steps_of_line(text: str) -> list[str]:
    """The steps of a breadcrumb in one line; none when the line is no breadcrumb."""
    pieces = [piece for piece in SEPARATOR.split(HERE.sub("", text)) if piece]
    return pieces if len(pieces) >= 2 and all(len(piece) <= LONGEST_CRUMB for piece in pieces) else []


def _crumb(block: Block) -> str:
    return HERE.sub("", block.text).strip(" ›»>→/\\|＞｜•·")


def _steps(blocks: Sequence[Block], last: int) -> list[str]:
    """The steps that end in blocks[last], each a short block in the same list."""
    steps = [_crumb(blocks[last])]
    group = blocks[last].box if blocks[last].box.tag not in ("li", "dd", "td", "span") else blocks[last].box.parent
    for index in range(last - 1, -1, -1):
        block = blocks[index]
        inside = group is not None and group.first <= block.order < group.last
        if not inside or len(block.text) > LONGEST_CRUMB:
            break
        if step := _crumb(block):
            steps.insert(0, step)
    return steps


def _href(block: Block, text: str, page: Page) -> str | None:
    """The address of the link in the block whose text it is, else of its last link."""
    hrefs = [(part.text.strip(), part.href) for part in block.parts if part.href]
    best = next((href for shown, href in hrefs if shown and shown in text), hrefs[-1][1] if hrefs else None)
    return page.absolute(best)
