"""The two lists below a snapshot: related articles, and further ones of the category. Blocks in, rows out.

reader.py calls further_rows with the places of title and foot. The heading above a list says which of the two it is; a
list straight behind the foot is the related one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from snapshot_crawler.pages.lists.rows import DOTS, Row, find_rows, time_of
from snapshot_crawler.pages.outline import Block
from snapshot_crawler.pages.page import Page

MORE = re.compile(r"更多关于|更多關於|更多.{1,12}(?:资讯|新闻|資訊|新聞)")
RELATED = re.compile(r"^\W*(?:相关|相關)(?:新闻|资讯|阅读|文章|信息|推荐|報道|报道|快照|內容|内容)?\W*$")
LONGEST_HEADING = 40  # characters, by choice
LINKED = 0.5  # share of a line's text that is link: from here on it is no heading; by choice
MOST_IN_ROW = 6  # blocks of one row of a list
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def is_heading(block: Block) -> bool:
    """Whether the block stands in an element h1 to h6: straight in it, or alone in boxes inside it."""
    box = block.box
    while box.parent is not None and box.last - box.first == 1:
        if box.tag in HEADINGS:
            return True
        box = box.parent
    return box.tag in HEADINGS


def further_rows(blocks: Sequence[Block], begin: int, foot_last: int, page: Page) -> tuple[list[Row], list[Row]]:
    """The related rows and the rows of the category, by the headings above them."""
    related: list[Row] = []
    more: list[Row] = []
    for first, last, default in ((0, begin, None), (foot_last + 1, len(blocks), related)):
        target: list[Row] | None = default
        start = first
        for index in range(first, last + 1):
            if index < last:
                block = blocks[index]
                # asked here first, for most lines are long, or links of a menu
                if len(block.text) > LONGEST_HEADING or (block.link_share >= LINKED and not _has_word(block.text)):
                    continue
                if not _list_heading(blocks, index, page):
                    continue
            if target is not None:
                target += find_rows(blocks, page, start, index)
            if index < last:
                text = blocks[index].text
                target = more if MORE.search(text) else related if RELATED.match(text) else None
                start = index + 1
    return related, more


def _list_heading(blocks: Sequence[Block], index: int, page: Page) -> bool:
    """Whether the block stands above a list: by its words, or as a heading that is neither a link nor a row's title."""
    block = blocks[index]
    text = block.text
    if len(text) > LONGEST_HEADING:
        return False
    if _has_word(text) and (MORE.search(text) or RELATED.match(text)):
        return True
    # by choice: a heading is no link, and short
    if block.link_share >= LINKED or len(text) > 12 or text.startswith(DOTS) or not is_heading(block):
        return False
    return not _is_in_row(blocks, index, page)


def _has_word(text: str) -> bool:
    """Whether a word is there that is in each of MORE and RELATED."""
    return "更多" in text or "相关" in text or "相關" in text


def _is_in_row(blocks: Sequence[Block], index: int, page: Page) -> bool:
    """Whether a heading is a row's title: the box that holds it holds one time, and that as one of its own lines."""
    box = blocks[index].box
    while box.parent is not None and box.last - box.first == 1:
        box = box.parent
    if box.last - box.first > MOST_IN_ROW:
        return False
    times = [other for other in blocks[box.first : box.last] if time_of(other, page) is not None]
    return len(times) == 1 and times[0].box.depth <= box.depth + 2
