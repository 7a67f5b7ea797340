"""The article's own text: a page's blocks go in, the blocks of the article come out.

reader.py calls find_body. Five judges (judges.py) each name a stretch of blocks; the stretch on which most of them
agree wins, and trimming.py removes lines that do not belong to the article. How far they agree is the confidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from snapshot_crawler.pages.article.text.judges import JUDGES
from snapshot_crawler.pages.article.text.trimming import Line, trim
from snapshot_crawler.pages.article.text.weights import weigh_all
from snapshot_crawler.pages.article.title import Title, bare
from snapshot_crawler.pages.outline import Block, Box, Outline

SURE_TITLE = 1.0  # score of a headline that may be used as an anchor
HIDDEN_LEAST = 300.0  # bytes of running text
HIDDEN_FACTOR = 1.5  # times the visible text; by choice: a hidden copy is as long as the visible one, not longer
TEASER_MOST = 600.0  # bytes of running text: 200 Chinese characters; a page that shows more shows its article
PROSE = re.compile(r"[。！？]|[.!?؟।](?=\s|$|[\"'”’»])")
LONGEST_SENTENCE = 400  # bytes to a sentence's end, on average; lists of keywords have none, news has 60 to 200
NEVER_SHOWN = re.compile(
    r"cookie|consent|gdpr|modal|popup|dialog|login|comment|share|menu|nav|search|subscri|newsletter"
)
FOREIGN = -30.0  # a block inside the article with this value or less is linked or legal text and is left out


@dataclass(slots=True)
class Body:
    """The text's blocks in order, and how far the judges agreed on them, 0 to 1."""

    blocks: list[Block]
    confidence: float
    beside: list[bool]  # for every box of the page, whether it lies beside the article
    first: int  # the place of the first block
    last: int  # the place after the last block


def agreement(one: frozenset[int], other: frozenset[int], sizes: list[int]) -> float:
    """The F1 of two sets of blocks, each block as large as its text."""
    if one == other:
        return 1.0 if any(sizes[order] for order in one) else 0.0
    total = sum(sizes[order] for order in one) + sum(sizes[order] for order in other)
    return 2 * sum(sizes[order] for order in one & other) / total if total else 0.0


def votes_of(
    outline: Outline, title: Title | None, raw: list[float]
) -> tuple[list[bool], list[tuple[frozenset[int], float]]]:
    """For every box whether it lies beside the article, and what each judge takes for the text, with its weight."""
    anchor = title.last if title and title.score >= SURE_TITLE else None
    values, beside = weigh_all(outline, raw, anchor)
    headline = bare(title.text) if title else ""
    lines: dict[int, Line] = {}
    trimmed: dict[tuple[int, int], frozenset[int]] = {}  # judges often agree
    votes: list[tuple[frozenset[int], float]] = []
    for judge, weight in JUDGES:
        span = judge(outline, values, beside)
        if span is None:
            continue
        if span not in trimmed:
            inside = outline.blocks[span[0] : span[1]]
            kept = [block for block in inside if not beside[block.box.order] and values[block.order] >= FOREIGN]
            trimmed[span] = frozenset(block.order for block in trim(kept, values, headline, lines))
        votes.append((trimmed[span], weight))
    return beside, votes


def _vote(outline: Outline, title: Title | None, raw: list[float]) -> Body | None:
    """What most judges agree on."""
    beside, votes = votes_of(outline, title, raw)
    sizes = [len(block.text) for block in outline.blocks]
    best: frozenset[int] = frozenset()
    most = 0.0
    everybody = sum(weight for _, weight in JUDGES)
    agree = {(a, b): agreement(votes[a][0], votes[b][0], sizes) for a in range(len(votes)) for b in range(a)}
    for place, (chosen, weight) in enumerate(votes):
        others = [(at, other) for at, (_, other) in enumerate(votes) if at != place]
        score = sum(other * agree[max(at, place), min(at, place)] for at, other in others) / (everybody - weight)
        if score > most or not best:
            best, most = chosen, score
    if not best:
        return None
    blocks = [outline.blocks[order] for order in sorted(best)]
    return Body(blocks, round(min(1.0, most), 3), beside, blocks[0].order, blocks[-1].order + 1)


def _is_repeated(outline: Outline, box: Box, body: Body | None) -> bool:
    """Whether the longest line of a hidden box is in the visible text too: a copy for programs."""
    longest = max((block.text for block in outline.blocks[box.first : box.last]), key=len, default="")
    seen = [block.text for block in body.blocks if not block.box.hidden] if body is not None else []
    return bare(longest)[:30] in bare("".join(seen))


def _is_prose(blocks: list[Block]) -> bool:
    """Whether the lines are sentences, and no lists of words."""
    return sum(block.size for block in blocks) < LONGEST_SENTENCE * sum(
        len(PROSE.findall(block.text)) for block in blocks
    )


def _show_hidden(outline: Outline, title: Title | None, raw: list[float], body: Body | None) -> bool:
    """Show the hidden box with most running text below the headline, where the page shows a teaser or nothing.

    Sites hide articles behind a script or a paywall's style. Menus and consent texts are hidden too, so a box named
    like one stays hidden; and so do keywords for search engines, which are no sentences.
    """
    visible = [block for block in body.blocks if not block.box.hidden] if body else []
    shown = sum(max(0.0, raw[block.order]) for block in visible)
    if shown > TEASER_MOST:
        return False
    running = [0.0, *accumulate(max(0.0, value) for value in raw)]
    start = title.order if title and title.order is not None else 0
    best: Box | None = None
    most = max(HIDDEN_LEAST, HIDDEN_FACTOR * shown)
    for box in outline.boxes:
        is_outermost = box.hidden and box.parent is not None and not box.parent.hidden
        if is_outermost and box.first >= start and not NEVER_SHOWN.search(box.hint):
            text = running[box.last] - running[box.first]
            if text > most and _is_prose(outline.blocks[box.first : box.last]):
                most, best = text, box
    if best is None or _is_repeated(outline, best, body):
        return False
    for box in outline.boxes[best.order :]:
        if best.first <= box.first and box.last <= best.last:
            box.hidden = False
    return True


def find_body(outline: Outline, title: Title | None, raw: list[float]) -> Body | None:
    """The article's text; None when the page has no running text. raw: the blocks' own values (weigh_blocks)."""
    body = _vote(outline, title, raw)
    if _show_hidden(outline, title, raw, body):
        body = _vote(outline, title, raw)
    return body
