"""Removes lines that do not belong to an article: credits, notices, share bars, lists of other articles.

body.py calls trim with the blocks that a judge named. The words are in phrases.py and notice_words.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from snapshot_crawler.lazy_pattern import LazyPattern, any_of
from snapshot_crawler.pages.article.text import notice_words, phrases
from snapshot_crawler.pages.article.text.weights import END, PICTURE_CREDIT, POINTERS
from snapshot_crawler.pages.article.title import bare
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.needed import GuardedTable
from snapshot_crawler.pages.outline import Block
from snapshot_crawler.pages.snapshot.furniture import is_advert_line

# A line that is about the article and not part of it, at either end or between.
CREDIT = HanPattern(rf"{phrases.SIGNS_BEFORE}(?:{any_of(phrases.CREDIT)})\s{{0,3}}(?:[:：/|丨】\]]|$)", re.IGNORECASE)
INSIDE = HanPattern(any_of(notice_words.INSIDE), re.IGNORECASE)
NOTICE = GuardedTable(notice_words.NOTICE, re.IGNORECASE)
FOR_MEMBERS = HanPattern(rf"{phrases.SIGNS_BEFORE}(?:{any_of(notice_words.FOR_MEMBERS)})", re.IGNORECASE)
# A line that begins with a whole date and goes on with nothing, a clock or a label: the line under the headline.
DATE_LINE = HanPattern(
    r"^\W*(?:19|20)[0-9]{2}\s?[-/.年]\s?[0-9]{1,2}\s?[-/.月]\s?[0-9]{1,2}日?\s*(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?[\s|·]*"
    r"(?:$|来\s{0,4}源|來源|稿源|作\s{0,4}者|评论|点击|浏览|阅读|责?编|字[号体]|记者)"
)
DATE_ALONE = LazyPattern(  # 29 February 2024, 14:28 GMT; Published on Monday, March 4, 2024 at 2:20 PM
    r"^\W*(?:(?:published|posted|updated)\W{0,3}(?:on\s)?\s*)?(?:[a-z]{3,6}day,?\s+)?"
    r"(?:[0-9]{1,2}(?:st|nd|rd|th)?\s+[a-z]{3,9}\.?|[a-z]{3,9}\.?\s+[0-9]{1,2}(?:st|nd|rd|th)?),?\s+(?:19|20)[0-9]{2}"
    r"(?:,|\s+at|\s+[-–—|])?(?:\s*[0-9]{1,2}[:.][0-9]{2}(?::[0-9]{2})?)?\s*(?:[ap]\.?m\.?)?\s*[a-z]{0,5}\W*$",
    re.IGNORECASE,
)
# The reporter's signature as the last line, in Japanese and Korean: 【name】, （文＝name）, name 기자 and an address.
SIGNATURE = LazyPattern(
    r"^【[^】\s]{3,7}】$|^[（(](?:文|取材|取材・文|写真|撮影)\s?[＝=・：:／/][^）)]{2,30}[）)]$"
    r"|^\S{2,12}\s[가-힣]{2,4}입니다\.?$"  # of broadcasters: this was name
    r"|^[가-힣]{2,4}\s?(?:기자|특파원|인턴기자|선임기자)(?:\s+[\w.+-]+@[\w.-]+)?$"
)
LEAD = re.compile(
    r"^\W*(?:[^\W\d]{1,6}\s*[:：】\])]+)?\s*"
)  # a label of any words before a lead: 核心提示：, Abstract:
LEAD_ENDS = " \u3000.…。，,;；、"
SHORTEST_LEAD = 12  # characters that a copied lead repeats; by choice: shorter ones may stand anywhere
# A row of labels: 发布者: admin| 查看: 31| 原作者: X. Sentences have one colon, and end.
LABELLED = re.compile(r"(?:^|[\s|｜,，;；])[^\W\d]{1,10}\s?[:：]")
FEWEST_LABELS = 3
MOST_ABOVE = 3  # lines of a text's beginning that may be such a lead; by choice: a line of labels may stand above it
MAIL = re.compile(r"\w@[\w-]+\.\w")  # where to write to
LONG = 120  # characters of a line that may be a notice
LONG_IN_LETTERS = 200  # the same in scripts of letters, where a sentence of twenty words has some 130
WIDE = re.compile("[\u3040-\u9fff\uac00-\ud7af]")
SHORT = 60  # characters of a line that may be a credit
KEPT = 0.1  # share of the running text; where more stands behind an end mark, the article goes on behind it
KEPT_BEHIND_EDITOR = 0.35  # an editor's line ends a Chinese article more surely
KEPT_BEHIND_MEMBERS = 0.7  # of a short teaser more than half may be offers
EDITOR = HanPattern(r"责任?编辑|责编|責任編輯|网友评论|发表评论")


def is_edge(block: Block, value: float) -> bool:
    """Whether a block at the edge of the text does not belong to the article."""
    text = block.text
    if len(text) <= SHORT and (CREDIT.match(text) or END.search(text) or SIGNATURE.match(text) or MAIL.search(text)):
        return True
    if len(text) <= (LONG if WIDE.search(text) else LONG_IN_LETTERS) and NOTICE.search(text):
        return True
    return value < 0 and block.box.tag not in ("li", "h2", "h3", "h4")


def _is_above(block: Block, value: float) -> bool:
    """Whether the first block of the text stands above the article and not in it."""
    if len(block.text) <= LONG and (DATE_LINE.match(block.text) or DATE_ALONE.match(block.text)):
        return True
    if (
        len(block.text) <= LONG
        and len(LABELLED.findall(block.text)) >= FEWEST_LABELS
        and block.text[-1] not in "。！？.!?"
    ):
        return True
    return len(block.text) <= SHORT and is_edge(block, value)


@dataclass(slots=True, frozen=True)
class Line:
    """What trim sees in a block's text, whichever judge named the block."""

    key: str  # the bare text
    is_end: bool  # an end mark
    is_for_members: bool  # what follows is not shown
    is_foreign: bool  # an advert, or a line that leads elsewhere


def line_of(block: Block) -> Line:
    """A block's text looked at."""
    text = block.text
    # characters, by choice: a headline is shorter
    key = bare(text) if len(text) < 300 else text
    is_for_members = len(text) <= LONG and bool(FOR_MEMBERS.match(text))
    is_end = is_for_members or (len(text) < SHORT and bool(END.search(text)))
    return Line(key, is_end, is_for_members, is_advert_line(block) or _is_inserted(block))


def _cut_at_end(blocks: list[Block], values: list[float], lines: dict[int, Line]) -> list[Block]:
    """The blocks before the first end mark that has most of the running text before it."""
    total = sum(max(0.0, values[block.order]) for block in blocks)
    before = 0.0
    for place, block in enumerate(blocks):
        line = lines[block.order]
        if line.is_end:
            behind = KEPT_BEHIND_EDITOR if EDITOR.search(block.text) else KEPT
            kept = KEPT_BEHIND_MEMBERS if line.is_for_members else behind
            if before > (1 - kept) * total:
                return blocks[:place]
        before += max(0.0, values[block.order])
    return blocks


def _is_inserted(block: Block) -> bool:
    """Whether a line inside the text leads on, points at a picture, or labels an advert or a picture's origin."""
    text = block.text
    return (len(text) <= SHORT and bool(INSIDE.fullmatch(text))) or (
        text[0] in POINTERS and len(text) <= LONG and bool(PICTURE_CREDIT.search(text))
    )


def _is_copied_lead(first: Block, then: Block) -> bool:
    """Whether the line above the text is the beginning of its first paragraph once more, cut, perhaps with a label."""
    lead = first.text[LEAD.match(first.text).end() :].rstrip(LEAD_ENDS)  # type: ignore[union-attr]  # matches empty too
    return SHORTEST_LEAD <= len(lead) < len(then.text.strip()) and then.text.lstrip().startswith(lead)


def trim(blocks: list[Block], values: list[float], title: str, lines: dict[int, Line]) -> list[Block]:
    """The blocks without edges, adverts, repeats of the headline and repeats of themselves.

    lines: what was seen in the texts by the place of their block, filled here and used again by the next call on the
    same page.
    """
    for block in blocks:
        if block.order not in lines:
            lines[block.order] = line_of(block)
    kept: list[Block] = []
    seen: set[str] = set()
    for block in _cut_at_end(blocks, values, lines):
        line = lines[block.order]
        key = line.key
        if key == title and not any(values[before.order] > 0 for before in kept):
            kept.clear()  # what stands above the headline
        # characters, by choice: short lines may repeat
        if 0 < len(kept) <= MOST_ABOVE and key == lines[kept[-1].order].key and len(block.text) > len(kept[-1].text):
            del kept[-1]  # a lead that is the first paragraph, without its last sign
            seen.discard(key)
        if key == title or (key in seen and len(block.text) > 15) or line.is_foreign:
            continue
        seen.add(key)
        kept.append(block)
    while kept and _is_above(kept[0], values[kept[0].order]):
        del kept[0]
    for place in range(min(MOST_ABOVE, len(kept) - 1)):
        if _is_copied_lead(kept[place], kept[place + 1]):
            del kept[place]
            break
    while kept and is_edge(kept[-1], values[kept[-1].order]):
        del kept[-1]
    return kept
