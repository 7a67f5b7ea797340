"""A weight for each block: an outline goes in, one signed number a block comes out.

A positive number means that the block is probably part of the article, a negative one that it is not.

Numbers are bytes of UTF-8, so that a Chinese character weighs about half an English word. Running text is positive;
links, labels and everything inside a comment, navigation or related-news box is negative.

The sizes and shares in the functions below are by choice. None decides alone: they are weighed together, and the judges
vote on the sums (judges.py). `python benchmarks/extraction.py` shows the effect of a change on the scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate, islice

from snapshot_crawler.lazy_pattern import LazyPattern, any_of
from snapshot_crawler.pages.article.text import phrases
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.needed import GuardedPattern
from snapshot_crawler.pages.outline import Block, Box, Outline, measure

BESIDE = LazyPattern(any_of(phrases.BESIDE))
TEXT = LazyPattern(any_of(phrases.TEXT))
STRONG = LazyPattern(any_of(phrases.STRONG))
MOST_MARKS = 3  # of sentences that are counted: as many make a paragraph weigh all it can, in weigh
SENTENCE = re.compile(r"[。！？；，…：]|[.!?,;:]['\"”’)]?(?=\s|$)|[।؟،]")
LEGAL = GuardedPattern(any_of(phrases.LEGAL), re.IGNORECASE)
RIGHTS = GuardedPattern(any_of(phrases.RIGHTS))
LEGAL_OR_RIGHTS = GuardedPattern(any_of((*phrases.LEGAL, *phrases.RIGHTS)), re.IGNORECASE)  # one look for both
END = HanPattern(rf"{phrases.SIGNS_BEFORE}(?!.*[。！？][”’」』）)]?$)(?:{any_of(phrases.END)})", re.IGNORECASE)
TAGS_BESIDE = frozenset(("nav", "footer", "aside", "menu", "form"))  # a form around the whole page holds its text too
TAGS_OF_TEXT = frozenset(("body", "html", "main", "article"))
FEWEST_ROWS = 3  # boxes that are alike; by choice
NO_ROW = frozenset(("p", "td", "tbody"))
NEVER_EXEMPT = frozenset(("comment", "reply", "disqus", "foot", "footer", "pinglun"))
EXEMPT_SHARE = 0.4  # boxes that together hold this much of the page's running text are the article, whatever their name
SLUG = 30  # characters: longer ids are made from headings (#menu-ideas-for-a-winter-evening) and name no layout
CAPTION = re.compile(
    r"caption|tujie|pic[-_]?(?:info|desc|text)|img[-_]?(?:info|desc|text)|image[-_]?(?:credit|desc)|photo[-_]?credit"
)
PICTURE_CREDIT = HanPattern(
    rf"[（(\[【](?:[^（()）\[\]【】]{{0,24}})(?:{any_of(phrases.OF_PICTURE)})[^（()）\[\]【】]{{0,24}}[)）\]】]\W*$",
    re.IGNORECASE,
)
POINTERS = "▲△▼▽↑↓◤"  # signs that point from a caption to its picture
NOT_LETTER = re.compile(r"[\W_\d]+")
SHORTEST_ALT = 20  # letters of a picture's own words that name a line; fewer are anywhere
LONGEST_ALT = 400  # characters of them that are looked at
FIRST_IDEOGRAPH = "\u2e80"
LONGEST_CREDIT = 80  # characters of a line that only names who took the picture
PHOTO_LINE = re.compile(r"^(?:photo|foto|image|picture|photograph)s?\s?(?:by\s|[:：])", re.IGNORECASE)
LEAST_BEFORE_ANSWERS = 300.0  # bytes of running text: an article, and no ticker's first lines; by choice
FEWEST_ANSWERS = 3  # comments that are told by their form alone
LONGEST_HEAD = 100  # characters of the line above a comment
LONGEST_NAME = 40  # letters of it without the time
FULL_TIME = re.compile(
    r"(?:[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s|\d{1,2}\.?\s[^\W\d_]{3,12}\.?\s)?"
    r"(?:19|20)\d\d.{1,12}?\d{1,2}[:.]\d{2}(?::\d{2})?|\d{1,2}[:.]\d{2}(?::\d{2})?.{1,12}(?:19|20)\d\d|"
    r"\b\d+\s(?:minutes?|hours?|days?|weeks?|months?|years?)\sago\b|\d+\s?(?:分钟|小时|天|分鐘|小時)前|"
    r"\b(?:hace|vor|il y a|há)\s\d+\s\w+",
    re.IGNORECASE,
)
FIGURE = re.compile("[0-9]")
# Nothing that FULL_TIME finds is without a clock or one of these words.
CLOCK = re.compile(r"\d[:.]\d")
TIME_WORD = GuardedPattern("ago|前|hace|vor|il y a|há", re.IGNORECASE)
IN_SENTENCE = re.compile(r"[，。；！？,;!?]")
LONGEST_CAPTION = 200  # characters; by choice, longer lines are paragraphs
ROW_DATE = re.compile(
    r"[（(\[]?\s?(?:(?:19|"
    r"20)?[0-9]{2}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日?(?:\s+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\s?(?:[AP]M)?)?\s?[）)\]]?\s*$"
)


def size_of(text: str) -> int:
    """The weight of a text: its bytes in UTF-8."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-8", "replace"))


@lru_cache(maxsize=4096)
def _names_caption(hint: str) -> bool:
    return bool(CAPTION.search(hint))


def is_caption(block: Block) -> bool:
    """Whether the block is the caption of a picture: inside a figure, or named so."""
    box: Box | None = block.box
    for _ in range(3):
        if box is None or box.tag in ("article", "body", "main", "blockquote"):
            return False
        if box.tag in ("figcaption", "figure"):
            return True
        if box.hint and box.last - box.first <= 4 and _names_caption(box.hint):
            return len(block.text) < 600
        box = box.parent
    return False


def is_credited(block: Block) -> bool:
    """Whether a line beside a picture is its caption: it ends in the picture's credit, or points at the picture."""
    text = block.text
    return len(text) <= LONGEST_CAPTION and bool(PICTURE_CREDIT.search(text) or text[0] in POINTERS)


def _is_legal(text: str, size: int) -> bool:
    """Whether a line is about the site and its rights."""
    return bool(LEGAL.search(text) or (size < 200 and RIGHTS.search(text)))


def weigh(block: Block, *, captions: bool = False) -> float:
    """The weight of one block by itself: bytes of running text, less the linked ones; labels are negative.

    captions lets the captions of pictures count as text.
    """
    size, share = block.size, block.link_share
    if share > 0.6 or (share > 0.25 and size < 200 and ROW_DATE.search(block.text)):
        return -size - 30.0
    if size < 500 and LEGAL_OR_RIGHTS.may_be_in(block.text) and _is_legal(block.text, size):
        return -float(size)
    if not captions and is_caption(block):
        return -31.0
    marks = len([*islice(SENTENCE.finditer(block.text[:600]), MOST_MARKS)])
    is_paragraph = block.box.tag in ("p", "blockquote", "pre")
    if not marks:
        if is_paragraph:
            return size * 0.3 if size >= 30 else 0.0
        return -10.0 if size < 120 else 0.1 * size
    if size < 60:
        return 5.0 if is_paragraph else -5.0
    return size * (1 - 1.5 * share) * min(1.0, 0.4 + marks / 4)


@lru_cache(maxsize=16_384)
def _word_beside(token: str) -> str | None:
    """The word in one class or id that puts its box beside the article."""
    if len(token) > SLUG:
        return None
    found = BESIDE.search(token)
    return found[0].strip("-_") if found and (not TEXT.search(token) or STRONG.search(token)) else None


@lru_cache(maxsize=4_096)
def words_beside(hint: str) -> tuple[str, ...]:
    """The words in a class and id that put their box beside the article."""
    return tuple(word for token in hint.split() if (word := _word_beside(token)))


def boxes_beside(outline: Outline, running: list[float], title: int | None) -> list[bool]:
    """For every box, whether it lies beside the article. running: sums of the running text before each block."""
    total = running[-1] or 1.0
    named: dict[int, tuple[str, ...]] = {}
    held: dict[str, float] = {}  # a word -> the running text in the outermost boxes of that name
    inside: list[frozenset[str]] = []
    for box in outline.boxes:
        around = inside[box.parent.order] if box.parent is not None else frozenset()
        words: tuple[str, ...] = ()  # in the box's name or tag, that put it beside the article
        if box.tag in TAGS_BESIDE:
            words = (box.tag,)
        elif box.hint and box.last > box.first and box.tag not in TAGS_OF_TEXT:
            words = words_beside(box.hint)
        if words:
            named[box.order] = words
            for word in {*words} - around:
                held[word] = held.get(word, 0.0) + running[box.last] - running[box.first]
        inside.append(around | frozenset(words) if words else around)
    teasers = teaser_boxes(outline, title)
    beside: list[bool] = []
    for box in outline.boxes:
        is_beside = box.parent is not None and beside[box.parent.order]
        if not is_beside and box.order in named and not (title is not None and box.first <= title < box.last):
            words = named[box.order]
            is_beside = any(word in NEVER_EXEMPT or held[word] < EXEMPT_SHARE * total for word in words)
        beside.append(is_beside or box.order in teasers)
    return beside


def teaser_boxes(outline: Outline, title: int | None) -> set[int]:
    """Boxes that repeat beside each other, each with a linked line: a list of other articles."""
    groups = [boxes for boxes in _rows(outline, title) if len(boxes) >= FEWEST_ROWS]
    found: set[int] = set()
    if not groups:
        return found
    blocks = outline.blocks
    # Sums up to each block, so that a box is asked in one step however many boxes are around it.
    size_to = [0, *accumulate([block.size for block in blocks])]
    links_to = [0, *accumulate([block.link_share > 0.6 and block.size > 5 for block in blocks])]
    texts_to = [0, *accumulate([block.size > 90 and block.link_share < 0.3 for block in blocks])]
    for boxes in groups:
        rows = [box.last - box.first for box in boxes]
        sizes = [size_to[box.last] - size_to[box.first] for box in boxes]
        usual = sorted(sizes)[len(sizes) // 2]
        lines = sorted(rows)[len(rows) // 2]
        if sum([lines <= 2 * row and row <= 2 * lines for row in rows]) < 0.7 * len(rows):
            continue  # rows of a list are alike
        teasers = [
            links_to[box.last] > links_to[box.first]
            and (size <= 3 * usual + 200 or texts_to[box.last] - texts_to[box.first] < 3)
            for size, box in zip(sizes, boxes, strict=True)
        ]
        if sum(teasers) >= 0.7 * len(boxes) and sum(sizes) / len(boxes) < 700:
            found.update(box.order for box, is_teaser in zip(boxes, teasers, strict=True) if is_teaser)
    return found


def _rows(outline: Outline, title: int | None) -> Iterable[list[Box]]:
    """Boxes of one parent with the same tag and class, but for those around the headline."""
    children = [0] * len(outline.boxes)
    for box in outline.boxes:
        if box.parent is not None and box.last > box.first:
            children[box.parent.order] += 1
    groups: dict[tuple[int, str, str], list[Box]] = {}
    for box in outline.boxes:
        if box.parent is None or box.last == box.first or children[box.parent.order] < FEWEST_ROWS:
            continue
        if box.tag in NO_ROW or (title is not None and box.first <= title < box.last):
            continue
        groups.setdefault((box.parent.order, box.tag, box.hint.partition("\n")[0]), []).append(box)
    return groups.values()


def weigh_blocks(outline: Outline, *, captions: bool = False) -> list[float]:
    """Every block's value by itself."""
    measure(outline.blocks)
    values = [weigh(block, captions=captions) for block in outline.blocks]
    if not captions:
        for picture in outline.pictures:
            for block in outline.blocks[max(0, picture.order - 1) : picture.order + 1]:
                if values[block.order] > 0 and is_credited(block):
                    values[block.order] = -31.0
        for order in captions_by_neighbours(outline):
            values[order] = min(values[order], -31.0)
    return values


def captions_by_neighbours(outline: Outline) -> set[int]:
    """The places of lines that are a picture's own words, or stand above a line such as Photo: somebody."""
    found: set[int] = set()
    blocks = outline.blocks
    for picture in outline.pictures:
        alt = picture.node.attrs.get("alt") or ""
        words = NOT_LETTER.sub("", alt[:LONGEST_ALT]).lower() if len(alt) >= SHORTEST_ALT else ""
        if len(words) < SHORTEST_ALT or words[0] >= FIRST_IDEOGRAPH:
            continue  # in Chinese, captions are often paragraphs of the text
        for block in blocks[max(0, picture.order - 1) : picture.order + 3]:
            text = block.text
            if text[0].isalpha() and text[0].lower()[0] != words[0]:
                continue  # its first letter is another
            if len(text) <= 2 * LONGEST_CAPTION and NOT_LETTER.sub("", text).lower().startswith(words):
                found.add(block.order)
    for block in blocks:
        if block.text[0] in "PpFfIi" and len(block.text) <= LONGEST_CREDIT and PHOTO_LINE.match(block.text):
            above = [one for one in blocks[max(0, block.order - 2) : block.order] if not one.link_share]
            found.update(one.order for one in above if above[-1].text.startswith(one.text[:SHORTEST_ALT]))
    return found


def running_text(outline: Outline, raw: list[float]) -> list[float]:
    """The running text shown before each block, and after the last."""
    shown = [0.0 if value <= 0 or block.box.hidden else value for value, block in zip(raw, outline.blocks, strict=True)]
    return [0.0, *accumulate(shown)]


def first_answer(blocks: list[Block], raw: list[float], title: int | None) -> int:
    """The place of the first reader's comment; len(blocks) where there are none.

    Whatever their boxes are called: behind a text, several short lines of a name and a full time, each above running
    text. The entries of a ticker have no names, and those of an interview the same few.
    """
    before = 0.0
    heads: dict[int, str] = {}
    for block, value in zip(blocks, raw, strict=True):
        if block.box.hidden or (title is not None and block.order <= title):
            continue
        text = block.text
        if (
            before >= LEAST_BEFORE_ANSWERS
            and len(text) <= LONGEST_HEAD
            and FIGURE.search(text)
            and (name := _who_answers(block))
        ):
            heads[block.order] = name
        elif not heads and value > 0:
            before += value
    with_text = [order for order in heads if any(value > 0 for value in raw[order + 1 : order + 3])]
    is_dialogue = 2 * len({heads[order] for order in with_text}) <= len(with_text)  # an interview, time by time
    return with_text[0] if len(with_text) >= FEWEST_ANSWERS and not is_dialogue else len(blocks)


def _who_answers(block: Block) -> str | None:
    """The letters of a name beside a time: of Ada on September 12, 2018 at 4:47 pm said; None for other lines."""
    text = block.text
    if not (CLOCK.search(text) or TIME_WORD.search(text)) or not (found := FULL_TIME.search(text)):
        return None
    name = f"{text[: found.start()]} {text[found.end() :]}"
    letters = NOT_LETTER.sub("", name)
    return letters if 2 <= len(letters) <= LONGEST_NAME and not IN_SENTENCE.search(name) else None


def leads_on(block: Block) -> bool:
    """Whether a line is a label and one link behind it, as between the paragraphs of a text: Read also: HEADLINE.

    A label that stands by itself is the headline of a list, and the text has ended there.
    """
    return 0.4 < block.link_share < 1 and block.parts[0].href is None and block.parts[-1].href is not None


def weigh_all(outline: Outline, raw: list[float], title: int | None) -> tuple[list[float], list[bool]]:
    """Every block's value where it stands, and for every box whether it lies beside the article."""
    blocks = outline.blocks
    beside = boxes_beside(outline, running_text(outline, raw), title)
    answers = first_answer(blocks, raw, title)
    values: list[float] = []
    gained = 0.0
    ended = False
    for block, value in zip(blocks, raw, strict=True):
        if block.box.hidden:
            value = 0.0
        elif beside[block.box.order] or block.order >= answers:
            value = -0.5 * abs(value)
        elif title is not None and block.order <= title:
            value = min(value, 0.0)
        else:
            if gained > 100 and len(block.text) < 60 and END.search(block.text) and not leads_on(block):
                ended = True
            if value > 0:
                gained += value
                if ended:
                    value *= 0.3
        values.append(value)
    return values, beside
