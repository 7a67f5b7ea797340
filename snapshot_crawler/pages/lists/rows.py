"""Rows of a list of articles: blocks of text in, (title, snippet, time, address) out, whatever the markup.

A row is found by its time: the largest box around a time that holds no other time is a row's box. Where rows have
no boxes of their own, a row is what stands between one time and the next.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache

from snapshot_crawler.items import LinkRow
from snapshot_crawler.pages.dates.relative import begins_relative, ends_relative
from snapshot_crawler.pages.dates.times import EARLIEST_YEAR, LATEST, Moment, Sighting, find_times
from snapshot_crawler.pages.outline import Block, Box
from snapshot_crawler.pages.page import Page
from snapshot_crawler.urls import same_site

DOTS = ("...", "…", "．．．", "。。。")
# Nine rows of ten have this form, and the general reader of times costs twenty times as much.
PLAIN_TIME = re.compile(
    r"(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ \xa0]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$"
)
DAY_OF_LEAF = re.compile(r"\d{1,2}日?")
MONTH_OF_LEAF = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})月?")
LONGEST_PLAIN_TIME = 20  # characters: 2024-05-01 08:30:00, and one for 日
# Forms in figures; relative times are asked for by their first and last words (pages.dates.relative).
MAY_BEGIN_WITH_TIME = re.compile(r".{0,6}\d.{0,3}[-/年:：]")
MAY_END_IN_TIME = re.compile(r"\d.{0,3}[-/月日:：].{0,12}$")
BEGINS_TIME = frozenset("0123456789一") | frozenset(string.ascii_letters)
ENDS_TIME = frozenset("0123456789日号点时分秒Zz") | frozenset(string.ascii_letters)
LONGEST_KEPT = (
    120  # characters of a line whose answer is kept; by choice: a headline or a snippet, 2 MB of them at most
)
LONGEST_TIME = 40  # characters, with the words and brackets around it
TIME_MAY_END_IN = "0123456789日"
TIME_ENDS = " \t\xa0\u3000]】)）|·-—"  # what parts a time from the text behind it
TIME_WORDS = "时间发布日期于：: []【】()（）|·-"
# A link that says no more than that it leads on.
ACTION = re.compile(
    r"\W*(?:查看|阅读|点击|浏览|继续)?(?:详情|详细|全文|更多|原文|详细内容)\W*|\W*(?:查看|详见|点击查看|阅读)\W*"
)
LONGEST_TITLE = 90  # characters; a longer single text is a summary
LONGEST_ACTION = 12  # characters; by choice: 点击查看详细内容 has eight
LONGEST_BEFORE = (
    6  # characters before a row's headline that are no headline; by choice: names of sections have two to six
)
LINKED = 0.9  # share of a line's text that is link, where the line is a title
TITLE_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b"})
MOST_TEXTS = 4  # in a row without a box


@dataclass(slots=True)
class Row:
    """A row and where it stands: blocks first to last."""

    row: LinkRow
    first: int
    last: int


def time_of(block: Block, page: Page) -> tuple[Moment, str] | None:
    """The time of a block that is, or ends in, or begins with one, and the text beside it; None for other blocks."""
    text = block.text
    if len(text) <= LONGEST_PLAIN_TIME:
        if len(block.parts) > 1 and (leaf := _leaf(block)) is not None:
            text = leaf
        if text[0].isdigit() and (moment := _moment(text, page.zone)) is not None:
            return (moment, "") if _has_come(moment, page) else None
    if text[-1] in TIME_MAY_END_IN:
        near_end = max(0, len(text) - LONGEST_TIME)  # where an end's time would begin
        if (plain := PLAIN_TIME.search(text, near_end)) is not None:
            moment = plain_moment(plain, page)
            return (moment, text[: plain.start()].strip(TIME_WORDS)) if moment else None
    if not (_look_for_time(text) if len(text) > LONGEST_KEPT else _kept_look(text)):
        return None
    found = find_times(text, fetched_at=page.fetched_at, zone=page.zone)
    if not found:
        return None
    at_end, at_start = found[-1], found[0]
    if not text[at_end.end :].strip(TIME_WORDS) and _is_own(at_end, block):
        return at_end.moment, text[: at_end.start].strip(TIME_WORDS)
    # Prose, too, may begin with a day, or with 刚刚.
    is_apart = at_start.end < len(text) and text[at_start.end] in TIME_ENDS
    if not text[: at_start.start].strip(TIME_WORDS) and at_start.moment.precision != "day" and is_apart:
        return at_start.moment, text[at_start.end :].strip(TIME_WORDS)
    return None


def _leaf(block: Block) -> str | None:
    """The day of a leaf from a calendar, the day large and year and month small: 24 and 2026-11 are 2026-11-24."""
    parts = [text for part in block.parts if (text := part.text.strip())]
    if len(parts) != 2:
        return None
    for day, month in (parts, parts[::-1]):
        if DAY_OF_LEAF.fullmatch(day) and (found := MONTH_OF_LEAF.fullmatch(month)):
            return f"{found[1]}-{int(found[2]):02}-{int(day.rstrip('日')):02}"
    return None


def _look_for_time(text: str) -> bool:
    """A cheap look whether a line can begin with a time or end in one."""
    core = text.strip(TIME_WORDS) if text[0] in TIME_WORDS or text[-1] in TIME_WORDS else text
    if not core:
        return False
    if core[0] in BEGINS_TIME and MAY_BEGIN_WITH_TIME.match(text):
        return True
    if core[-1] in ENDS_TIME and MAY_END_IN_TIME.search(text, max(0, len(text) - LONGEST_TIME)):
        return True
    return ends_relative(core) or begins_relative(core)


_kept_look = lru_cache(maxsize=5_000)(_look_for_time)  # as for _moment: the lines of a row come again with it


def _is_own(time: Sighting, block: Block) -> bool:
    """Whether a time at the end of a line is the line's time, and not a part of its sentence.

    A headline may end in "vor 3 Tagen" or "today", so such words need a sign before them; where they have a figure, an
    element of their own is enough. Chinese lists write 标题 3小时前.
    """
    if not time.moment.is_relative or time.is_chinese() or time.begins_apart(block.text):
        return True
    return not time.is_word() and time.start >= len(block.text) - len(block.parts[-1].text.strip())


def plain_moment(found: re.Match[str], page: Page) -> Moment | None:
    """The moment of a time in figures; None when it is impossible."""
    moment = _moment(found[0], page.zone)
    return moment if moment is not None and _has_come(moment, page) else None


def _has_come(moment: Moment, page: Page) -> bool:
    """Whether the moment does not lie behind the fetch, as far as clocks can tell."""
    return moment.at.year < page.fetched_at.year or moment.at <= page.fetched_at + LATEST


@lru_cache(maxsize=10_000)  # an article's row stands on as many pages as it has neighbours
def _moment(text: str, zone: tzinfo) -> Moment | None:
    found = PLAIN_TIME.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(figure or 0) for figure in found.groups())
    try:
        at = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
    if year < EARLIEST_YEAR:
        return None
    return Moment(at, "day" if found[4] is None else "minute" if found[6] is None else "second", text)


def find_rows(blocks: Sequence[Block], page: Page, first: int, last: int) -> list[Row]:
    """The rows among blocks[first:last], in page order; rows without any link are left out."""
    times = {
        index: found
        for index, block in enumerate(blocks[first:last], first)
        if not block.box.hidden
        and (found := time_of(block, page)) is not None
        # characters, by choice: a shorter text before a time is its label
        and (not found[1] or block.link_share or len(found[1]) > 8)
    }
    order = [index for index in times if not _is_of_a_sentence(times[index], times.get(index + 1))]
    rows: list[Row] = []
    previous_end = first
    for index, before, behind in zip(order, [first - 1, *order], [*order[1:], last], strict=False):
        box = _row_box(blocks[index], before, behind, first, last)
        start, end = previous_end, index + 1
        if box is not None and (box.last - box.first > 1 or times[index][1]):
            start, end = max(box.first, previous_end), max(box.last, index + 1)
            if start > previous_end and blocks[start - 1].link_share >= LINKED:
                start = _with_line_above(blocks, start, end, box)
        elif times[index][1]:
            start = index
        else:
            around = blocks[index].box if box is None or box.parent is None else box.parent
            start = max(previous_end, index - MOST_TEXTS + 1, around.first)
        while start < index and _leads_away(blocks[start], page):
            start += 1
        row = _read_row(blocks[start:end], index - start, times[index], page, box)
        if row.url:
            rows.append(Row(row, start, end - 1))
        previous_end = end
    return rows


def _is_of_a_sentence(time: tuple[Moment, str], next_one: tuple[Moment, str] | None) -> bool:
    """Whether a time such as 刚刚 is where a snippet was cut: the row's own time follows, with nothing beside it."""
    moment, beside = time
    return moment.is_relative and bool(beside) and next_one is not None and not next_one[1]


def _leads_away(block: Block, page: Page) -> bool:
    """Whether the block is a link to another site: an advert above the first row."""
    if block.link_share < LINKED:
        return False
    href = block.parts[0].href or ""
    if href[:1] == "/" and href[1:2] != "/":
        return False
    urls = [page.absolute(part.href) for part in block.parts if part.href]
    return bool(urls) and not any(url is not None and same_site(url, page.url) for url in urls)


def _with_line_above(blocks: Sequence[Block], start: int, end: int, box: Box) -> int:
    """Where a row begins whose linked title has a box of its own before it: a table row, a dt."""
    above = blocks[start - 1]
    inner = above.box
    while inner.parent is not None and inner.parent is not box.parent and inner.parent.last - inner.parent.first == 1:
        inner = inner.parent
    hrefs = {part.href for block in blocks[start:end] for part in block.parts if part.href}
    is_title = inner.parent is box.parent and hrefs <= {part.href for part in above.parts}
    return start - 1 if is_title else start


def _row_box(block: Block, before: int, behind: int, first: int, last: int) -> Box | None:
    """The largest box around the block that holds no other time and lies in the region; None: it is the time alone.

    before and behind: the blocks with the nearest other times, or the region's ends.
    """
    best: Box | None = None
    box: Box | None = block.box
    while box is not None and box.first >= first and box.last <= last:
        if box.first <= before or box.last > behind:
            break
        best = box
        box = box.parent
    return best


def _read_row(blocks: Sequence[Block], time_at: int, time: tuple[Moment, str], page: Page, box: Box | None) -> LinkRow:
    """One row from its blocks."""
    moment, beside = time
    texts: list[str] = []
    for position, block in enumerate(blocks):
        text = beside if position == time_at else "" if block.box.hidden else block.text
        if len(text) > LONGEST_ACTION and (not block.link_share or len(block.parts) == 1):
            texts.append(text)
        elif text:
            texts += _split(block, text)
    url = _address(blocks, page, box)
    if len(texts) > 1 and len(texts[0]) <= LONGEST_BEFORE and url is not None:
        texts = _linked_first(texts, blocks, page, url)
    title, snippet = _title_and_snippet(texts, blocks)
    zone = page.zone
    is_kept = _moment(moment.raw, zone) is moment  # then its text says all of it, and is looked up sooner than itself
    return LinkRow(url, title, snippet, _iso(moment.raw, zone) if is_kept else moment.isoformat())


@lru_cache(maxsize=10_000)
def _iso(text: str, zone: tzinfo) -> str | None:
    moment = _moment(text, zone)
    return moment.isoformat() if moment is not None else None


def _split(block: Block, text: str) -> list[str]:
    """A block's text as title and snippet where both stand in one line, the title linked and the snippet not."""
    if len(text) <= LONGEST_ACTION and ACTION.fullmatch(text):
        return []
    if block.link_share == 0 or len(block.parts) == 1:
        return [text]
    linked = "".join(part.text for part in block.parts if part.href is not None).strip()
    linked = " ".join(linked.split())
    if linked and text.startswith(linked) and linked != text and not linked.startswith(DOTS):
        rest = text[len(linked) :].strip()
        if rest:
            return [linked, rest]
    return [text.strip()]


def _linked_first(texts: list[str], blocks: Sequence[Block], page: Page, url: str) -> list[str]:
    """The row's texts without a number or a short word before the headline: a table's count, a section's name."""
    for block in blocks:
        leads_there = any(part.href and page.absolute(part.href) == url for part in block.parts)
        if leads_there and block.link_share >= LINKED and block.text in texts and len(block.text) > len(texts[0]):
            return texts[texts.index(block.text) :]
    return texts


def _address(blocks: Sequence[Block], page: Page, box: Box | None) -> str | None:
    """Where the row leads: its first link with text, or else an empty link laid over its box."""
    for block in blocks:
        for part in block.parts:
            if part.href and (url := page.absolute(part.href)):
                return url
    while box is not None and box.tag != "body":
        for anchor in box.node.css("a[href]"):
            if url := page.absolute(anchor.attributes.get("href")):
                return url
        return None
    return None


def _title_and_snippet(texts: list[str], blocks: Sequence[Block]) -> tuple[str | None, str | None]:
    if not texts:
        return None, None
    if len(texts) == 1:
        is_title = is_headline(texts[0]) and _is_heading(blocks)
        return (texts[0], None) if is_title else (None, texts[0])
    if texts[0].startswith(DOTS):
        return None, " ".join(texts)
    return texts[0], " ".join(texts[1:])


def is_headline(text: str) -> bool:
    """Whether a row's only text can be its headline: it is neither long, nor the rest of something longer."""
    return not text.startswith(DOTS) and len(text) <= LONGEST_TITLE


def _is_heading(blocks: Sequence[Block]) -> bool:
    """Whether the row's only text is marked up as a title: a heading, or bold."""
    first = blocks[0]
    return first.box.tag in TITLE_TAGS or any(part.tag in TITLE_TAGS for part in first.parts)
