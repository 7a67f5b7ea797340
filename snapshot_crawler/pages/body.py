"""The article's own text: judges vote on a stretch of blocks, what does not belong to it is left out."""

from __future__ import annotations

from dataclasses import dataclass

from snapshot_crawler.pages.candidates import JUDGES
from snapshot_crawler.pages.outline import Block, Outline
from snapshot_crawler.pages.title import Title, bare
from snapshot_crawler.pages.trimming import trim
from snapshot_crawler.pages.weights import weigh_all

SURE_TITLE = 1.0  # score of a headline that may be used as an anchor
FOREIGN = -30.0  # value of a block inside the article that is no part of it: linked or legal text


@dataclass(slots=True)
class Body:
    """The text's blocks in order, and how far the judges agreed on them, 0 to 1."""

    blocks: list[Block]
    confidence: float
    beside: list[bool]  # for every box of the page, whether it lies beside the article

    @property
    def first(self) -> int:
        """The place of the first block."""
        return self.blocks[0].order

    @property
    def last(self) -> int:
        """The place after the last block."""
        return self.blocks[-1].order + 1


def _agreement(one: frozenset[int], other: frozenset[int], sizes: list[int]) -> float:
    """The F1 of two sets of blocks, each block as large as its text."""
    total = sum(sizes[order] for order in one) + sum(sizes[order] for order in other)
    return 2 * sum(sizes[order] for order in one & other) / total if total else 0.0


def find_body(outline: Outline, title: Title | None, raw: list[float]) -> Body | None:
    """The article's text; None when the page has no running text. raw: the blocks' own values (weigh_blocks)."""
    anchor = title.last if title and title.score >= SURE_TITLE else None
    values, beside = weigh_all(outline, raw, anchor)
    headline = bare(title.text) if title else ""
    sizes = [len(block.text) for block in outline.blocks]
    votes: list[tuple[frozenset[int], float]] = []
    for judge, weight in JUDGES:
        span = judge(outline, values, beside)
        if span is not None:
            inside = outline.blocks[span[0] : span[1]]
            kept = [block for block in inside if not beside[block.box.order] and values[block.order] >= FOREIGN]
            votes.append((frozenset(block.order for block in trim(kept, values, headline)), weight))
    best: frozenset[int] = frozenset()
    most = 0.0
    everybody = sum(weight for _, weight in JUDGES)
    for place, (chosen, weight) in enumerate(votes):
        others = [vote for at, vote in enumerate(votes) if at != place]
        score = sum(other[1] * _agreement(chosen, other[0], sizes) for other in others) / (everybody - weight)
        if score > most or not best:
            best, most = chosen, score
    if not best:
        return None
    blocks = [outline.blocks[order] for order in sorted(best)]
    return Body(blocks, round(min(1.0, most), 3), beside)
