"""Where the article's text may lie: five judges that each name one stretch of blocks.

Measured on 240 pages with known text, no judge alone is as good as their vote, and their agreement tells how sure
the answer is. Each reads the same values (weights.py) in another way.

The factors in the judges are by choice, and their vote makes up for a bad one. `python benchmarks/extraction.py` shows
the effect of a change on the scores.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate

from snapshot_crawler.lazy_pattern import LazyPattern, any_of
from snapshot_crawler.pages.article.text import phrases
from snapshot_crawler.pages.outline import Box, Outline

Span = tuple[int, int]  # blocks[first:last]
PARAGRAPH = frozenset(("p", "blockquote", "pre", "li", "ul", "ol", "h2", "h3", "h4", "section", "figure"))
RUNNING = 60.0  # bytes of running text that make a block a paragraph
NAMED = LazyPattern(any_of(phrases.ARTICLE_BOX))


@lru_cache(maxsize=4096)
def _is_named(hint: str) -> bool:
    """Whether a class or id says that its box is the article."""
    return bool(NAMED.search(hint))


def by_sum(outline: Outline, values: list[float], beside: list[bool]) -> Span | None:
    """The box with the largest sum: boilerplate inside it counts against it."""
    sums = [0.0, *accumulate(values)]
    best: Box | None = None
    most = 0.0
    for box in outline.boxes:
        if not box.hidden and not beside[box.order] and sums[box.last] - sums[box.first] >= most:
            most, best = sums[box.last] - sums[box.first], box
    return (best.first, best.last) if best and most > 0 else None


def by_run(outline: Outline, values: list[float], beside: list[bool]) -> Span | None:
    """The stretch of blocks with the largest sum, whatever boxes it lies in."""
    best, most = None, 0.0
    start, sum_here = 0, 0.0
    for place, value in enumerate(values):
        if sum_here <= 0:
            start, sum_here = place, 0.0
        sum_here += value if value > 0 else value - 5.0
        if sum_here > most:
            best, most = (start, place + 1), sum_here
    return best


def by_parent(outline: Outline, values: list[float], beside: list[bool]) -> Span | None:
    """The box around most paragraphs: each counts for its parent, half for the next one up, a sixth for the third."""
    scores: dict[int, float] = {}
    for block, value in zip(outline.blocks, values, strict=True):
        if value < RUNNING:
            continue
        box: Box | None = block.box
        if box is not None and box.tag in PARAGRAPH:
            box = box.parent or box
        for share in (1.0, 0.5, 0.17):
            if box is None:
                break
            scores[box.order] = scores.get(box.order, 0.0) + (1 + min(3.0, value / 150)) * share
            box = box.parent
    if not scores:
        return None
    best = max(scores, key=lambda order: scores[order] * (1.15 if _is_named(outline.boxes[order].hint) else 1.0))
    return outline.boxes[best].first, outline.boxes[best].last


def by_name(outline: Outline, values: list[float], beside: list[bool]) -> Span | None:
    """The box that calls itself the article and holds most running text; the innermost of equals."""
    sums = [0.0, *accumulate([value if value > 0 else 0.0 for value in values])]
    best: Box | None = None
    most = 0.0
    for box in outline.boxes:
        text = sums[box.last] - sums[box.first]
        if text < 150 or box.hidden or beside[box.order]:
            continue
        trust = 3 if "articlebody" in box.role else 2 if _is_named(box.hint) else 1.5 if box.tag == "article" else 0
        score = text / sums[-1] * (1 + 0.1 * trust) + box.depth * 1e-3
        if trust and score > most:
            most, best = score, box
    return (best.first, best.last) if best else None


def by_density(outline: Outline, values: list[float], beside: list[bool]) -> Span | None:
    """The box whose children hold most unlinked text a line, summed over the children."""
    sizes = [block.size * (1 - 2 * block.link_share) for block in outline.blocks]
    sums = [0.0, *accumulate(sizes)]
    totals: dict[int, float] = {}
    for box in outline.boxes:
        if box.parent is None or box.hidden or beside[box.order]:
            continue
        lines = box.last - box.first
        density = (sums[box.last] - sums[box.first]) / lines if lines else 0.0
        if density < 0:
            density = 0.0
        around = box.parent.order
        totals[box.order] = totals.get(box.order, 0.0) + density
        totals[around] = totals.get(around, 0.0) + density
    if not totals:
        return None
    best = outline.boxes[max(totals, key=lambda order: totals[order])]
    return best.first, best.last


Judge = Callable[[Outline, list[float], list[bool]], Span | None]
# How much each vote counts, found by trying on pages with known text.
JUDGES: tuple[tuple[Judge, float], ...] = (
    (by_run, 1.2),
    (by_sum, 1.1),
    (by_parent, 1.1),
    (by_density, 0.9),
    (by_name, 0.6),
)
