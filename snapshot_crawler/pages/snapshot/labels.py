"""Labels and their values on a snapshot page: 类别: 国内, wherever they stand and however they are torn apart."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from snapshot_crawler.lazy_pattern import LazyPattern
from snapshot_crawler.pages.outline import Block

CATEGORY, PUBLISHED, SOURCE, SNAPSHOT_AT, ORIGINAL = "category", "published_at", "source", "snapshot_at", "original_url"
_GAP = r"[\s\u3000]*"
WORDS = {
    CATEGORY: ("类别", "分类", "栏目", "所属类别", "資訊類別", "類別"),
    PUBLISHED: ("发布时间", "发布日期", "发表时间", "发稿时间", "發布時間", "發佈時間"),
    SOURCE: ("来源", "信息来源", "文章来源", "资讯来源", "來源"),
    SNAPSHOT_AT: ("快照生成时间", "快照时间", "快照日期", "生成快照时间", "快照生成時間"),
    ORIGINAL: ("信息原文地址", "原文地址", "原文链接", "信息原文链接", "原文网址", "信息原文地址"),
}
_WORD_TO_NAME = {word: name for name, words in WORDS.items() for word in words}
_ANY_WORD = "|".join(_GAP.join(map(re.escape, word)) for word in sorted(_WORD_TO_NAME, key=len, reverse=True))
LABEL = LazyPattern(rf"(?P<word>{_ANY_WORD}){_GAP}(?P<colon>[:：])?{_GAP}")
# A label's word in lines that are joined by line breaks: it is torn by other white space only
LABELLED = LazyPattern(_ANY_WORD.replace(_GAP, r"[^\S\n]*"))
# What begins behind a value in the same line: another label, of whatever word (浏览次数: 12, 责任编辑: …).
OTHER_LABEL = re.compile(r"(?:^|[\s|｜;；,，【\[(（])[【\[(（]?[\u4e00-\u9fff]{2,6}[:：]")
BLANK = re.compile(r"[\s\u3000\u200b-\u200d\u2060\ufeff\xa0]+")
INVISIBLE = re.compile(r"[\u200b-\u200d\u2060\ufeff\u00ad]")
EDGES = " \t\n\u3000\xa0|｜/·•,，;；"
LONGEST_LABEL_LINE = 160  # characters: longer blocks are prose that uses a label's word
LONGEST_BARE_LABEL = 24  # characters of a label without a colon, however torn
LONGEST_VALUE = 80  # characters; by choice: names of sources and categories are shorter, sentences are longer
CELLS = ("td", "dd", "th")
FAR = 4  # blocks: labels nearer than this are written alike


@dataclass(slots=True, frozen=True)
class Label:
    """One label with the value behind it. first and last: the blocks that the two take up."""

    name: str
    value: str  # '' where nothing stands behind the label
    first: int
    last: int


def find_labels(blocks: Sequence[Block]) -> Iterator[Label]:
    """The labels of the page in order, each with its value.

    A label begins its block, or follows another label's value in it, and has a colon, or is all of its block; its
    value is the rest up to the next label. Where nothing is left, the value is the next block's text, if the label
    is alone in its block and the labels before it have their values in blocks of their own too.
    """
    written_inline = -FAR
    for index, text in _labelled(blocks):
        found = list(_labels_in(text))
        for match, end in found:
            value = _without_other_label(text[match.end() : end])
            name = _WORD_TO_NAME[BLANK.sub("", match["word"])]
            last = index
            if value:
                written_inline = index
            elif len(found) == 1:
                value, last = _value_behind(blocks, index, must_be_cell=index - written_inline < FAR)
            yield Label(name, value, index, last)


def _labelled(blocks: Sequence[Block]) -> list[tuple[int, str]]:
    """The blocks in which a label's word stands and may be a label, with their texts; asked of all lines at once."""
    indices = [
        index
        for index, block in enumerate(blocks)
        if (size := len(text := block.text)) <= LONGEST_LABEL_LINE
        and (size <= LONGEST_BARE_LABEL or ":" in text or "：" in text)
        and not text[0].isdigit()
        and not block.box.hidden
    ]
    texts = INVISIBLE.sub("", "\n".join([blocks[index].text for index in indices])).split("\n")
    if len(texts) != len(indices):  # there is none, or one has a line break inside
        return [(index, INVISIBLE.sub("", blocks[index].text)) for index in indices]
    told = lines_with(LABELLED, texts)
    return [(index, text) for place, (index, text) in enumerate(zip(indices, texts, strict=True)) if place in told]


def lines_with(words: re.Pattern[str] | LazyPattern, lines: Sequence[str]) -> set[int]:
    """The indices of the lines that hold one of the words; asked of all at once, in half the time."""
    ends = list(accumulate([len(line) + 1 for line in lines]))
    return {bisect_right(ends, found.start()) for found in words.finditer("\n".join(lines))}


def _labels_in(text: str) -> list[tuple[re.Match[str], int]]:
    """The labels inside one block's text, each with where its value ends."""
    found: list[re.Match[str]] = []
    for match in LABEL.finditer(text):
        before = text[: match.start()].strip(EDGES)
        is_whole = match.start() == 0 and match.end() == len(text.rstrip())
        if not found and before and not before.endswith(("】", "]", ")", "）")) and len(before) > 0:
            continue  # a label begins its line; a word in the middle of prose is no label
        if match["colon"] or is_whole:
            found.append(match)
    return [(match, found[i + 1].start() if i + 1 < len(found) else len(text)) for i, match in enumerate(found)]


def _without_other_label(text: str) -> str:
    """The value, cut before the next label of any other kind."""
    other = OTHER_LABEL.search(text)
    return (text[: other.start()] if other else text).strip(EDGES)


def _value_behind(blocks: Sequence[Block], index: int, *, must_be_cell: bool) -> tuple[str, int]:
    """The value in the block after a label that stands alone: a cell of the same table row or list of terms."""
    following = index + 1
    if following < len(blocks) and blocks[following].text.strip(" :：") == "":
        following += 1  # the colon has a node of its own
    if following >= len(blocks):
        return "", index
    block = blocks[following]
    text = _without_other_label(INVISIBLE.sub("", block.text).lstrip(" :："))
    if len(text) > LONGEST_VALUE or _labels_in(text) or not _belongs_together(blocks[index], block):
        return "", index
    if must_be_cell and block.box.tag not in CELLS:
        return "", index
    return text, following


def _belongs_together(label: Block, value: Block) -> bool:
    """Whether two blocks are neighbours in one box: cells of a row, dt and dd, two divs of one wrapper."""
    one, other = label.box, value.box
    if one is other:
        return False  # a line break stands between them
    if other.tag in CELLS and one.tag in ("td", "dt", "th"):
        return one.parent is other.parent
    # blocks, by choice: five labels with their values and a few more
    return one.parent is not None and one.parent is other.parent and one.parent.last - one.parent.first <= 14
