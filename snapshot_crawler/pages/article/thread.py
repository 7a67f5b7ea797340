"""A thread of a board that is used for news: the lines of the page go in, where its first post stands comes out.

The first post is the article; the replies below it are other people's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from snapshot_crawler.pages.needed import GuardedPattern
from snapshot_crawler.pages.outline import Block

# The line above a post: who wrote it, and when.
POSTED = GuardedPattern(
    r"^(?P<name>\S.{0,30}?)?\s*[|·]?\s*(?:发表于|发布于|posted(?:\s+(?:on|at))?|wrote(?:\s+on)?|написал[а]?|escribió|schrieb(?:\s+am)?)"
    r"\s*[:：]?\s*(?=\d|\w+ \d)",
    re.IGNORECASE,
)
FIGURE = re.compile(r"\d")  # nothing that POSTED finds is without one
FEWEST_POSTS = 2  # such lines; one alone is the byline of a page
LONGEST_LINE = 120  # characters of such a line; by choice: a sentence of the text is longer


@dataclass(slots=True, frozen=True)
class Post:
    """The first post: its author as the board names him, and its lines, blocks[first:last]."""

    author: str | None
    first: int
    last: int


def first_post(blocks: Sequence[Block]) -> Post | None:
    """The first of the posts; None on a page that is no thread."""
    lines = [
        (block.order, found)
        for block in blocks
        if len(block.text) <= LONGEST_LINE
        and not block.box.hidden
        and FIGURE.search(block.text)
        and (found := POSTED.match(block.text)) is not None
    ]
    if len(lines) < FEWEST_POSTS or lines[1][0] - lines[0][0] < 2:
        return None
    name = (lines[0][1]["name"] or "").strip(" |·:：") or None
    return Post(name, lines[0][0] + 1, lines[1][0])
