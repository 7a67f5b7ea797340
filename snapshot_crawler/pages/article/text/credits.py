"""Lines at either end of a text that only say again who wrote it, when, and for whom. Blocks in, fewer blocks out.

The reader asks last, when time, authors and source are known: whatever the language and the names of the boxes, a line
of which nothing is left without them and without the words of labels is no part of the text. Of "Von Ada Winterbourne,
Stand: 14.03.2026 10:30 Uhr" nothing is left; of a sentence about the same person most is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from snapshot_crawler.lazy_pattern import LazyPattern, any_of
from snapshot_crawler.pages.article import author_words, bylines, published_words, source_words
from snapshot_crawler.pages.article.authors import CREDITS_ALONE
from snapshot_crawler.pages.article.text import credit_words
from snapshot_crawler.pages.article.text.fine_print import without_fine_print
from snapshot_crawler.pages.dates.times import Sighting
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.outline import Block

HEAD = 4  # lines at the beginning that are looked at; by choice: standfirst, byline and time stand in up to three
FOOT = 5  # lines at the end
LONGEST = 140  # characters; a byline with three names, a place and two times has some 120
MOST_LEFT = 10  # letters that may be left of such a line, an ideograph counts as two: a place, a desk, a second name
MOST_BEHIND_NAME = 48  # the same behind a label and a name: what he is, an outlet and a place
MOST_OF_COLLEAGUES = 60  # characters of a line that names who else worked on the text; by choice
FEWEST = 2  # other lines of a text whose first may be a caption; by choice
LONGEST_CAPTION = 100  # characters, by choice
MOST_SHARE = 0.35  # of the line's letters
LETTERS = re.compile(r"[^\W\d_]")
# None of the words of HAN_LABELS and COLLEAGUES_HAN is without one; each takes 5 ms to compile.
WIDE = re.compile(r"[\u1100-\u11ff\u3040-\u9fff\uac00-\ud7af]")
PUBLISHED = [word for word in published_words.PUBLISHED if word.isalpha()]
HAN_LABELS = HanPattern(
    any_of(
        f"(?:{word})"
        for word in (
            *author_words.WRITER,
            *author_words.REPORTER,
            *author_words.EDITOR,
            *author_words.PHOTO,
            *source_words.OF_WHAT,
            *source_words.LABEL,
            *credit_words.CREDIT_HAN,
        )
    )
)
LABELS = LazyPattern(
    rf"(?<![^\W\d_])(?:{any_of((*bylines.BY, *source_words.FOREIGN_LABEL, *credit_words.CREDIT_LATIN, *PUBLISHED))})"
    r"(?![^\W\d_])\s*[:：]?",
    re.IGNORECASE,
)
OPENING = " \t(（[【〔<《"  # what a line in brackets begins with
BEHIND_LABEL = re.compile(r"\s{0,3}[:：/／|｜︱丨＝‧·]")
SIGN = re.compile(r"[:：/／|｜︱丨＝]")  # behind a label
COLLEAGUE_HAN = any_of((*credit_words.COLLEAGUES_HAN, *author_words.EDITOR, *author_words.WRITER))
COLLEAGUES_HAN = HanPattern(rf"^\W*(?:{COLLEAGUE_HAN})(?:[・、/／](?:{COLLEAGUE_HAN})){{0,3}}\s{{0,3}}{SIGN.pattern}")
COLLEAGUES_LATIN = LazyPattern(rf"^\W*(?:{any_of(credit_words.COLLEAGUES_LATIN)})\s?[:：]", re.IGNORECASE)
PICTURES_FROM = HanPattern(rf"^\W*(?:{any_of(credit_words.PICTURES_FROM)})")
OFFICE = LazyPattern(
    rf"(?:[\w'’&-]+\s){{0,4}}(?:{any_of(credit_words.OFFICES)})(?:,?\s[\w'’& -]{{2,24}})?", re.IGNORECASE
)
IN_BRACKETS = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# What agencies and newsrooms put below a text: dpa, (rta/dks)
SIGNS = re.compile(r"[(（\[]?\s?[A-Za-zÀ-ž]{2,4}(?:\s?[/,|-]\s?[A-Za-zÀ-ž]{2,5}){0,4}\s?[)）\]]?")
ISSUE = re.compile(r"第\s?[0-9A-Z]+\s?版")  # the page of a printed paper
CLOCK = re.compile(
    r"(?<!\d)\d{1,2}\s?[:.時时点시h]\s?\d{2}(?::\d{2})?(?!\d)\s*분?\s*(?:uhr|[ap]\.?\s?m\b\.?)?", re.IGNORECASE
)
# The mark of a ticker's entry: 08:15, 9.40 Uhr, 88 min, 45'+2
CLOCK_ALONE = re.compile(
    r"^\W*(?:\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:uhr|[ap]\.?\s?m\.?|[a-z]{3,4})?|\d{1,3}\s?(?:min\.?|['′’])\s*(?:\+\s?\d{1,2})?)\W*$",
    re.IGNORECASE,
)
NO_LETTER = re.compile(r"(?:[^\w…]|_)++")  # possessive: else Python remembers each round, 90 bytes a character
SENTENCE_MARK = re.compile(r"[。！？，；：…]|[.!?:;](?:\s|$)")
SENTENCE_END = re.compile(r"[。！？]\s*$|[^\W\d_]{2}[.!?]\s*$")


@dataclass(slots=True, frozen=True)
class Said:
    """What the record says already. times: finds the times in a line."""

    authors: tuple[str, ...]
    houses: tuple[str, ...]  # the source, and the names of the site
    times: Callable[[str], list[Sighting]]
    behind_pictures: frozenset[int]  # the places of the blocks that follow a picture


def without_credits(blocks: list[Block], said: Said) -> list[Block]:
    """The blocks without lines at the ends that say no more than said does, and without clocks that stand alone."""
    end = len(blocks)
    while end > max(1, len(blocks) - FOOT) and (
        is_said(blocks[end - 1].text, said, is_foot=True) or is_of_colleagues(blocks[end - 1])
    ):
        end -= 1
    kept = [
        block
        for place, block in enumerate(blocks[:end])
        if not (
            (place < HEAD and _is_above(block, said))
            or (block.box.tag not in ("td", "th") and CLOCK_ALONE.match(block.text))
            or NO_LETTER.fullmatch(block.text)
        )
    ]
    while kept[1:] and NO_LETTER.fullmatch(kept[-1].text):
        del kept[-1]
    for edge in (0, -1):
        if len(kept) > FEWEST and kept[edge].order in said.behind_pictures and _is_caption(kept[edge].text):
            del kept[edge]
    return without_fine_print(kept, said.behind_pictures) or blocks


def _is_above(block: Block, said: Said) -> bool:
    """Whether one of the first lines of a text is the byline, what the author is, or who else worked on it."""
    if is_said(block.text, said, is_foot=False):
        return True
    if said.authors and OFFICE.fullmatch(block.text):
        return True
    return _begins_with_colleagues(block.text) and is_of_colleagues(block)


def _is_caption(text: str) -> bool:
    """Whether the first or last line of a text, straight behind a picture, is the picture's: short, no sentence."""
    return len(text) <= LONGEST_CAPTION and not SENTENCE_MARK.search(text)


def is_of_colleagues(block: Block) -> bool:
    """Whether a line at the foot of a text names who else worked on it, where its pictures are from, or signs it."""
    text = block.text
    if len(text) > MOST_OF_COLLEAGUES or block.box.tag in ("li", "td", "th", "h2", "h3", "h4"):
        return False
    if PICTURES_FROM.match(text) or SIGNS.fullmatch(text):
        return True
    if SENTENCE_END.search(text) or "，" in text:
        return False
    return _begins_with_colleagues(text) or COLLEAGUES_LATIN.match(text) is not None


def _begins_with_colleagues(text: str) -> bool:
    """Whether a line begins with a Chinese, Japanese or Korean label of who else worked on the text."""
    return bool(WIDE.search(text) and SIGN.search(text) and COLLEAGUES_HAN.match(text))


def is_said(text: str, said: Said, *, is_foot: bool) -> bool:
    """Whether nothing is left of a line but what the record says and the words of labels.

    At the foot a house's name or a day alone may be a signature, as of notices, and stays.
    """
    if len(text) > LONGEST or (SENTENCE_END.search(text) and not _begins_with_author(text, said.authors)):
        return False
    rest = MAIL.sub(" ", text)
    has_mail = rest != text
    rest, has_author = _without(rest, said.authors)
    rest, has_house = _without(rest, said.houses)
    times = said.times(rest)
    for sighting in reversed(times):
        rest = rest[: sighting.start] + " " + rest[sighting.end :]
    has_label = _begins_with_label(text.lstrip(OPENING)) or bool(ISSUE.search(text))
    has_clock = any(sighting.moment.precision != "day" for sighting in times)
    if not (has_author or has_clock or has_label or has_mail or (not is_foot and (has_house or times))):
        return False
    rest = CLOCK.sub(" ", rest)
    rest = LABELS.sub(" ", HAN_LABELS.sub(" ", rest) if WIDE.search(rest) else rest)
    left, all_letters = _weight(rest), _weight(text)
    if has_author and LABELS.match(text):
        return left <= MOST_BEHIND_NAME
    if has_author and CREDITS_ALONE.fullmatch(text):
        return text[0] not in OPENING or left <= MOST_SHARE * all_letters
    if has_author and is_foot and IN_BRACKETS.fullmatch(text):
        return left <= 2 * MOST_LEFT
    return left <= MOST_LEFT and (has_label or left <= MOST_SHARE * all_letters)


def _begins_with_author(text: str, authors: Iterable[str]) -> bool:
    """Whether a line begins with a label and an author: Words by Ada Winterbourne. Photographs by Odo Lark."""
    label = LABELS.match(text)
    return label is not None and any(name and text[label.end() :].lstrip().startswith(name) for name in authors)


def _begins_with_label(text: str) -> bool:
    """Whether a line begins with a word such as 记者 or Source and a sign behind it."""
    label = (HAN_LABELS.match(text) if WIDE.search(text) else None) or LABELS.match(text)
    return label is not None and (
        label[0].rstrip().endswith((":", "：")) or bool(BEHIND_LABEL.match(text, label.end()))
    )


def _without(text: str, names: Iterable[str]) -> tuple[str, bool]:
    """The text without these names, and whether one stood in it."""
    found = False
    for name in names:
        at = text.casefold().find(name.casefold())
        while name and at >= 0:
            found = True
            text = f"{text[:at]} {text[at + len(name) :]}"
            at = text.casefold().find(name.casefold())
    return text, found


def _weight(text: str) -> int:
    """The letters of a text, ideographs and syllables counted twice."""
    return len(LETTERS.findall(text)) + len(WIDE.findall(text))
