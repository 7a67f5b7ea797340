"""The address of the original article (信息原文地址) that a snapshot page names: a label goes in, a URL comes out.

reader.py calls original_address with the label in the page's foot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from snapshot_crawler.pages.outline import Block
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.snapshot.labels import CELLS, Label
from snapshot_crawler.urls import normalise, same_site

LEADS_TO_ORIGINAL = re.compile(r"原文|查看|链接|来源|www|http", re.IGNORECASE)


def original_address(blocks: Sequence[Block], label: Label | None, page: Page) -> str | None:
    """The original's address: the link beside the label rather than its text, else the text where it is an address."""
    if label is None:
        return None
    same_line = blocks[label.first]
    for part in same_line.parts:
        if part.href and (url := page.absolute(part.href)):
            return url
    if text := re.search(r"https?://[^\s\u4e00-\u9fff，。；）)]+", same_line.text):
        return normalise(text[0])
    return _original_behind(blocks, label, page)


def _original_behind(blocks: Sequence[Block], label: Label, page: Page) -> str | None:
    """The address in the block behind a label that stands alone; the first row of a list is no such block."""
    index = label.first + 1
    if same := blocks[label.first].text.strip().rstrip(":：").strip():
        index += index < len(blocks) and not blocks[index].text.strip(" :：") and bool(same)
    if index >= len(blocks):
        return None
    box, other = blocks[label.first].box, blocks[index].box
    if box is not other and box.parent is not other.parent:
        return None
    written = re.match(r"\W{0,2}(https?://[^\s\u4e00-\u9fff，。；）)]+)\W*$", blocks[index].text)
    href = next((part.href for part in blocks[index].parts if part.href), None)
    url = page.absolute(href) if href else normalise(written[1]) if written else None
    is_alone = box.parent is None or box.parent.last - box.parent.first <= 2
    is_meant = is_alone or bool(LEADS_TO_ORIGINAL.search(blocks[index].text))
    is_cell = other.tag in CELLS
    return url if url and (is_cell or written or (is_meant and not same_site(url, page.url))) else None
