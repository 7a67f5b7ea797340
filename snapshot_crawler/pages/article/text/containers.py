"""Where a site's articles stand in its pages: the element around the text, by its id or class.

The spider remembers it from run to run. When a page has no article, the log can then say which of two things happened:
the layout has changed (the element is gone), or the text did not come (the element is there, and empty).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from snapshot_crawler.pages.outline import Block, Box
from snapshot_crawler.pages.page import Page

NAME = re.compile(r"[A-Za-z][A-Za-z_-]*\d{0,2}$")  # names with long numbers are made anew for each page
MOST_KEPT = 50  # different ones; a site has a few layouts
MOST_USUAL = 3  # by choice: a site has a few layouts
RAREST_USUAL = 0.1  # share of the articles
HIGHEST = 6  # boxes above the text that are looked at
FEWEST_LETTERS = 50  # of text; less in the container is none


def container_of(blocks: Sequence[Block]) -> str | None:
    """A selector for the nearest element with a name around all the blocks; None where nothing around them has one."""
    if not blocks:
        return None
    first, last = blocks[0].order, blocks[-1].order
    box: Box | None = blocks[0].box
    while box is not None and not (box.first <= first and last < box.last):
        box = box.parent
    for _ in range(HIGHEST):
        if box is None or box.tag in ("body", "html"):
            return None
        attributes = box.node.attributes
        for sign, names in (("#", [attributes.get("id") or ""]), (".", (attributes.get("class") or "").split())):
            for name in names:
                if NAME.match(name):
                    return f"{box.tag}{sign}{name}"
        box = box.parent
    return None


class Containers:
    """The containers of one site: those of this run, and the usual ones of the runs before."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.usual: list[str] = []
        self.gone = self.empty = 0  # pages without an article: the usual container is gone or empty

    def note(self, container: str | None) -> None:
        """Count the container of an article."""
        if container is not None and (container in self.seen or len(self.seen) < MOST_KEPT):
            self.seen[container] += 1

    def missing(self, page: Page) -> str:
        """Why a page has no article, in words, as far as the usual containers tell; counted."""
        usual = self.usual or usual_of(self.seen)
        if not usual:
            return "no article can be read from it"
        for selector in usual:
            node = page.tree.css_first(selector)
            if node is not None and len(node.text(strip=True)) < FEWEST_LETTERS:
                self.empty += 1
                return f"the usual container {selector} is there, empty"
            if node is not None:
                return f"no article can be read from the usual container {selector}"
        self.gone += 1
        return f"the usual container {usual[0]} is gone"


def usual_of(seen: dict[str, float] | Counter[str]) -> list[str]:
    """The commonest containers."""
    total = sum(seen.values())
    common = sorted(seen, key=lambda selector: -seen[selector])[:MOST_USUAL]
    return [selector for selector in common if seen[selector] >= RAREST_USUAL * total]
