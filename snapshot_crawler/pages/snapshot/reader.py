"""Snapshot pages, read by their labels: breadcrumb, title, label line, body, notice, two lists of further articles.

Nothing here knows a class name of any site. What is found where: the label line (类别 发布时间 来源) anchors the page,
the title is the heading before it, the notice of the crawler and 快照生成时间 end the body, rows are told apart by the
heading 更多关于….
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from snapshot_crawler.items import Article, LinkRow
from snapshot_crawler.pages.dates.times import Moment, parse_time
from snapshot_crawler.pages.language import detect
from snapshot_crawler.pages.lists.rows import PLAIN_TIME, plain_moment
from snapshot_crawler.pages.outline import Block
from snapshot_crawler.pages.page import BROKEN_CHARACTERS, Link, Page, Reading
from snapshot_crawler.pages.snapshot.breadcrumbs import SEPARATOR, breadcrumbs_above, ends_breadcrumb
from snapshot_crawler.pages.snapshot.furniture import SHARE, without_adverts
from snapshot_crawler.pages.snapshot.further import MORE, RELATED, further_rows, is_heading
from snapshot_crawler.pages.snapshot.labels import (
    CATEGORY,
    ORIGINAL,
    PUBLISHED,
    SNAPSHOT_AT,
    SOURCE,
    Label,
    find_labels,
)
from snapshot_crawler.pages.snapshot.original import original_address
from snapshot_crawler.urls import article_id, normalised

HEAD_LABELS = frozenset({CATEGORY, PUBLISHED, SOURCE})
HEAD_SPREAD = 9  # blocks that the label line may take up, each label and value in a block of its own
FOOT_SPREAD = 6  # blocks between two lines of the foot; by choice: the labels and values of a foot stand close together
# What the notice says, in whatever words: of these, three make a notice, and two with the word for a snapshot.
NOTICE = [
    re.compile(words)
    for words in (
        r"快照",
        r"爬虫|爬蟲|机器人|抓取|蜘蛛",
        r"采集|採集|收录|收錄",
        r"(?:未|没有).{0,8}(?:修改|改动|编辑)",
        r"不代表|无关|不承担",
        r"本站",
    )
]
# One of these is in every notice and take-down notice; asked first, for it costs a quarter of asking for all.
FOOT_WORD = re.compile(r"快照|爬[虫蟲]|机器人|抓取|蜘蛛|侵[权犯]|版权|[异異][议議]")
TAKE_DOWN = re.compile(r"(?:侵权|侵犯|版权|異議|异议).{0,20}(?:联系|聯繫|删除|刪除|告知)")
LONGEST_NOTICE = 300  # characters, by choice: a longer line is a paragraph
LANGUAGE_SAMPLE = 600  # characters are enough to tell
EMPTY_VALUES = frozenset({"", "-", "--", "无", "暂无", "未知", "null", "none", "无来源"})


@dataclass(slots=True)
class Anatomy:
    """Where the parts of a snapshot page lie among its blocks."""

    head: dict[str, Label]
    head_first: int
    head_last: int
    foot_first: int  # the first block of notice, snapshot time, take-down notice or original address
    foot: dict[str, Label]
    foot_last: int
    title: int | None


def read_snapshot(page: Page) -> Reading | None:
    """The snapshot article on the page, with links to what it lists; None when the page is none."""
    blocks = page.outline.blocks
    anatomy = _dissect(blocks, page)
    if anatomy is None:
        return None
    head, foot = anatomy.head, anatomy.foot
    url = normalised(page.url)
    article = Article(id=article_id(url), url=url, suspect=[BROKEN_CHARACTERS] if page.is_damaged else [])
    if anatomy.title is not None:
        article.title = blocks[anatomy.title].text
    article.category = _value(head.get(CATEGORY))
    article.source = _value(head.get(SOURCE))
    if moment := _time(head.get(PUBLISHED), page):
        article.published_at, article.published_precision = moment.isoformat(), moment.precision
        article.published_zone = moment.whose_zone(page.zone_for("zh"))
    article.published_raw = _value(head.get(PUBLISHED))  # kept also where it can be no time
    if moment := _time(foot.get(SNAPSHOT_AT), page):
        article.snapshot_at = moment.isoformat()
    article.original_url = original_address(blocks, foot.get(ORIGINAL), page)
    text = without_adverts(blocks[anatomy.head_last + 1 : anatomy.foot_first], page)
    article.body = "\n\n".join([block.text for block in text]) or None
    article.language = detect((article.body or article.title or "")[:LANGUAGE_SAMPLE])
    top = anatomy.title if anatomy.title is not None else anatomy.head_first
    article.breadcrumbs, category_url = breadcrumbs_above(blocks, top, article.category, page)
    related, more = further_rows(blocks, top, anatomy.foot_last, page)
    article.related, article.more_in_category = [row.row for row in related], [row.row for row in more]
    return Reading(article=article, links=_links(page, category_url, article.related, article.more_in_category))


# --- The parts of the page
def _dissect(blocks: Sequence[Block], page: Page) -> Anatomy | None:
    """Find the label line and what ends the body. Without either, the page is no snapshot."""
    labels = list(find_labels(blocks))
    head = _head(labels, page)
    if head is None:
        return None
    first, last = min(label.first for label in head.values()), max(label.last for label in head.values())
    foot_first, foot_last, foot = _foot(blocks, labels, last, page)
    has_clock = PUBLISHED in head and _time(head[PUBLISHED], page) is not None
    if foot_first is None and not (has_clock and len(head) >= 3):  # by choice: time and two labels more
        return None
    if len(head) < 2 and SNAPSHOT_AT not in foot:
        return None
    if foot_first is None:
        foot_first = foot_last = _end_of_text(blocks, last)
    return Anatomy(
        head, first, last, foot_first, foot, foot_last, _title(blocks, first, _value(head.get(CATEGORY)), page)
    )


def _head(labels: list[Label], page: Page) -> dict[str, Label] | None:
    """The label line: the first cluster of most different head labels, a readable time among them counting double."""
    best: dict[str, Label] = {}
    best_score = 0
    mine = [label for label in labels if label.name in HEAD_LABELS]
    ends = [label.first for label in labels if label.name == SNAPSHOT_AT]
    if ends and mine and mine[0].first < ends[0]:
        mine = [label for label in mine if label.first < ends[0]]  # the rows of the lists may carry labels too
    for start, label in enumerate(mine):
        cluster: dict[str, Label] = {}
        for other in mine[start : start + len(HEAD_LABELS)]:  # no more can differ in their names
            if other.first - label.first > HEAD_SPREAD or other.name in cluster:
                break
            cluster[other.name] = other
        score = len(cluster) + (PUBLISHED in cluster and _time(cluster[PUBLISHED], page) is not None)
        if score > best_score:
            best, best_score = cluster, score
    return best or None


def _foot(
    blocks: Sequence[Block], labels: list[Label], after: int, page: Page
) -> tuple[int | None, int, dict[str, Label]]:
    """Where the body ends, where the foot ends, and the labels in the foot."""
    labelled = {label.first: label for label in labels if label.name in (SNAPSHOT_AT, ORIGINAL) and label.first > after}
    by_block: defaultdict[int, list[Label]] = defaultdict(list)
    for label in labels:
        by_block[label.first].append(label)
    index = _next_mark(blocks, labelled, after + 1, len(blocks))
    while index is not None:
        following = _next_mark(blocks, labelled, index + 1, index + FOOT_SPREAD + 1)
        is_foot = following is not None or _is_notice(blocks[index].text)
        if not is_foot:
            following = _next_mark(blocks, labelled, index + FOOT_SPREAD + 1, len(blocks))
            lone = index in labelled and (labelled[index].name == ORIGINAL or _time(labelled[index], page) is not None)
            is_foot = lone and following is None
        if is_foot:
            return index, *_labels_of_foot(blocks, labelled, by_block, index)
        index = following
    return None, after, {}


def _next_mark(blocks: Sequence[Block], labelled: Container[int], first: int, end: int) -> int | None:
    """The first line of blocks[first:end] that may belong to the foot. Lines below the foot are not looked at."""
    for index in range(first, min(end, len(blocks))):
        block = blocks[index]
        if index in labelled or (_is_foot(block.text) and not block.box.hidden):
            return index
    return None


def _labels_of_foot(
    blocks: Sequence[Block], labelled: Container[int], by_block: Mapping[int, list[Label]], first: int
) -> tuple[int, dict[str, Label]]:
    """Where the foot ends that begins with the line first, and its labels."""
    foot: dict[str, Label] = {}
    mark: int | None = first
    while mark is not None:
        last = mark
        for label in by_block[mark] if mark in labelled else ():
            foot.setdefault(label.name, label)
            last = max(last, label.last)
        mark = _next_mark(blocks, labelled, mark + 1, last + FOOT_SPREAD + 1)
    return last, foot


def _is_foot(text: str) -> bool:
    return len(text) <= LONGEST_NOTICE and bool(FOOT_WORD.search(text)) and (_is_notice(text) or _is_take_down(text))


def _is_notice(text: str) -> bool:
    """Whether a block says that a crawler took a snapshot here: by what it says together, not by one sentence."""
    if len(text) > LONGEST_NOTICE:
        return False
    if not (NOTICE[0].search(text) or (NOTICE[1].search(text) and NOTICE[2].search(text))):
        return False
    return sum(bool(words.search(text)) for words in NOTICE) >= 3  # kinds of its words; by choice


def _is_take_down(text: str) -> bool:
    return len(text) < 160 and bool(TAKE_DOWN.search(text))  # characters, by choice: a notice, not an article on rights


def _end_of_text(blocks: Sequence[Block], after: int) -> int:
    """Where the lists begin on a page without a notice."""
    for index in range(after + 1, len(blocks)):
        if MORE.match(blocks[index].text) or RELATED.match(blocks[index].text):
            return index
    return len(blocks)


def _title(blocks: Sequence[Block], before: int, category: str | None, page: Page) -> int | None:
    """The block of the title: the nearest line that <title> holds too, else the nearest heading, else any line.

    What stands above the breadcrumb is looked at only when nothing below it can be a title. The site's banner is
    none, though it is often a heading: it leads to the front page.
    """
    head = page.tree.css_first("title")
    declared = "".join((head.text() if head is not None else "").split())
    candidates: list[int] = []
    # blocks above the labels, by choice: headline and breadcrumb lie there
    for index in range(before - 1, max(-1, before - 13), -1):
        if candidates and category is not None and ends_breadcrumb(blocks[index], category):
            break
        if _can_be_title(blocks[index]) and not _is_banner(blocks[index], page):
            candidates.append(index)
    heading: int | None = None
    for index in candidates:
        text = "".join(blocks[index].text.split())
        has_heading = is_heading(blocks[index])
        # Behind a nearer heading only the beginning of <title> counts: all of it may be the site's name.
        begins = has_heading and text != declared and declared.startswith(text)
        # characters, by choice: shorter parts of a title are names of sections
        if len(text) > 5 and text in declared and (heading is None or begins):
            return index
        if heading is None and has_heading:
            heading = index
    return heading if heading is not None else next(iter(candidates), None)


def _is_banner(block: Block, page: Page) -> bool:
    """Whether the whole line is a link to the site's front page."""
    hrefs = {part.href for part in block.parts if part.text.strip()}
    href = hrefs.pop() if len(hrefs) == 1 else None
    url = page.absolute(href) if href else None
    return url is not None and urlsplit(url).path in ("", "/")


def _can_be_title(block: Block) -> bool:
    if block.box.hidden:
        return False
    if is_heading(block):
        return True
    text = block.text
    if len({part.href for part in block.parts if part.href}) > 1:
        return False  # a menu
    return (
        block.link_share < 0.9 and len(text) > 3 and not SEPARATOR.search(text.strip()[1:-1]) and not SHARE.match(text)
    )


# --- Values
def _value(label: Label | None) -> str | None:
    return label.value if label is not None and label.value.lower() not in EMPTY_VALUES else None


def _time(label: Label | None, page: Page) -> Moment | None:
    if label is None or not label.value:
        return None
    if (plain := PLAIN_TIME.fullmatch(label.value)) is not None:
        return plain_moment(plain, page)
    return parse_time(label.value, fetched_at=page.fetched_at, zone=page.zone)


# --- Links


def _links(page: Page, category_url: str | None, related: list[LinkRow], more: list[LinkRow]) -> list[Link]:
    """What to follow from the page: the category's page, the related rows, the rows of the category."""
    links: dict[str, str] = {}
    if category_url:
        links[category_url] = "listing"
    for rows, kind in ((related, "related"), (more, "category")):
        for row in rows:
            if row.url:
                links.setdefault(row.url, kind)
    links.pop(normalised(page.url), None)
    return [Link(url, kind) for url, kind in links.items()]
