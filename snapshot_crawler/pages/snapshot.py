"""Snapshot pages, read by their labels: breadcrumb, title, label line, body, notice, two lists of further articles.

Nothing here knows a class name of any site. What is found where: the label line (类别 发布时间 来源) anchors the page,
the title is the heading before it, the notice of the crawler and 快照生成时间 end the body, rows are told apart by the
heading 更多关于….
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from snapshot_crawler.items import Article, LinkRow
from snapshot_crawler.pages.dates import CHINA, Moment, parse_time
from snapshot_crawler.pages.labels import (
    CATEGORY,
    ORIGINAL,
    PUBLISHED,
    SNAPSHOT_AT,
    SOURCE,
    Label,
    find_labels,
)
from snapshot_crawler.pages.language import detect
from snapshot_crawler.pages.outline import Block
from snapshot_crawler.pages.page import Link, Page, Reading
from snapshot_crawler.pages.rows import Row, find_rows
from snapshot_crawler.urls import article_id, normalise, same_site

HEAD_LABELS = frozenset({CATEGORY, PUBLISHED, SOURCE})
HEAD_SPREAD = 9  # blocks that the label line may take up, each label and value in a block of its own
FOOT_SPREAD = 6
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
TAKE_DOWN = re.compile(r"(?:侵权|侵犯|版权|異議|异议).{0,20}(?:联系|聯繫|删除|刪除|告知)")
MORE = re.compile(r"更多关于|更多關於|更多.{1,12}(?:资讯|新闻|資訊|新聞)")
RELATED = re.compile(r"^\W*(?:相关|相關)(?:新闻|资讯|阅读|文章|信息|推荐|報道|报道|快照|內容|内容)?\W*$")
SHARE = re.compile(
    r"^\W*(?:分享(?:到|至|给|：|:|$)|转发(?:到|至)|收藏(?:本|此|$)|打印(?:本|此|$)|关闭(?:窗口|本页)|复制链接|扫一扫|扫码"
    r"|字体|字号|点赞|举报|加入收藏|手机(?:看|查看|阅读)|微信扫|下载(?:客户端|APP)|【?(?:大|中|小)\s+(?:中|小|大)\s)"
)
ADVERT = re.compile(r"^\W*(?:广告|廣告|推广|赞助(?:内容|商)?|sponsored|advertisement|ad)\W*$", re.IGNORECASE)
ADVERT_HINT = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|adv|advert|advertisement|gg|guanggao|banner|sponsor(?:ed)?)(?:$|[\s_\d-])"
)
SHARE_HINT = re.compile(r"share|bdshare|social|toolbar|tool-bar|fenxiang")
SHARE_NAMES = frozenset(
    (
        "微信 微博 新浪微博 QQ空间 QQ好友 QQ 朋友圈 腾讯微博 豆瓣 人人网 贴吧 "
        "更多 分享 打印 收藏 复制 复制链接 评论 点赞"
    ).split()
)
SEPARATOR = re.compile(r"\s*[›»>→/\\|＞»｜•·]+\s*")
HERE = re.compile(r"^\W*(?:当前位置|您的位置|您现在的位置|你的位置|所在位置|位置|首页位置)\W*")
LONGEST_CRUMB = 16
LANGUAGE_SAMPLE = 600  # characters are enough to tell
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
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
    url = normalise(page.url) or page.url
    article = Article(id=article_id(url), url=url)
    if anatomy.title is not None:
        article.title = blocks[anatomy.title].text
    article.category = _value(head.get(CATEGORY))
    article.source = _value(head.get(SOURCE))
    if moment := _time(head.get(PUBLISHED), page):
        article.published_at, article.published_precision = moment.isoformat(), moment.precision
        article.published_raw = head[PUBLISHED].value
    if moment := _time(foot.get(SNAPSHOT_AT), page):
        article.snapshot_at = moment.isoformat()
    article.original_url = _original(blocks, foot.get(ORIGINAL), page)
    article.body = _body(blocks[anatomy.head_last + 1 : anatomy.foot_first])
    article.language = detect((article.body or article.title or "")[:LANGUAGE_SAMPLE])
    article.breadcrumbs, category_url = _breadcrumbs(blocks, anatomy, article.category, page)
    related, more = _lists(blocks, anatomy, page)
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
    if foot_first is None and not (has_clock and len(head) >= 3):
        return None
    if foot_first is None:
        foot_first = foot_last = _end_of_text(blocks, last)
    return Anatomy(head, first, last, foot_first, foot, foot_last, _title(blocks, first, page))


def _head(labels: list[Label], page: Page) -> dict[str, Label] | None:
    """The label line: the first cluster of most different head labels, a readable time among them counting double."""
    best: dict[str, Label] = {}
    best_score = 0
    mine = [label for label in labels if label.name in HEAD_LABELS]
    for start, label in enumerate(mine):
        cluster: dict[str, Label] = {}
        for other in mine[start:]:
            if other.first - label.first > HEAD_SPREAD or other.name in cluster:
                break
            cluster[other.name] = other
        score = len(cluster) + (PUBLISHED in cluster and _time(cluster[PUBLISHED], page) is not None)
        if score > best_score:
            best, best_score = cluster, score
    return best if len(best) >= 2 else None


def _foot(
    blocks: Sequence[Block], labels: list[Label], after: int, page: Page
) -> tuple[int | None, int, dict[str, Label]]:
    """Where the body ends, where the foot ends, and the labels in the foot."""
    labelled = {label.first: label for label in labels if label.name in (SNAPSHOT_AT, ORIGINAL) and label.first > after}
    marks = [
        index
        for index in range(after + 1, len(blocks))
        if index in labelled
        or (not blocks[index].box.hidden and (_is_notice(blocks[index].text) or _is_take_down(blocks[index].text)))
    ]
    for position, index in enumerate(marks):
        near = [mark for mark in marks[position:] if mark - index <= FOOT_SPREAD]
        is_foot = len(near) >= 2 or _is_notice(blocks[index].text)
        lone = index in labelled and (labelled[index].name == ORIGINAL or _time(labelled[index], page) is not None)
        if is_foot or (lone and position == len(marks) - 1):
            foot: dict[str, Label] = {}
            last = index
            for mark in marks[position:]:
                if mark - last > FOOT_SPREAD:
                    break
                last = mark
                if mark in labelled:
                    for label in labels:
                        if label.first == mark:
                            foot.setdefault(label.name, label)
                            last = max(last, label.last)
            return index, last, foot
    return None, after, {}


def _is_notice(text: str) -> bool:
    """Whether a block says that a crawler took a snapshot here: by what it says together, not by one sentence."""
    if len(text) > 300 or not (NOTICE[0].search(text) or (NOTICE[1].search(text) and NOTICE[2].search(text))):
        return False
    return sum(bool(words.search(text)) for words in NOTICE) >= 3


def _is_take_down(text: str) -> bool:
    return len(text) < 160 and bool(TAKE_DOWN.search(text))


def _end_of_text(blocks: Sequence[Block], after: int) -> int:
    """Where the lists begin on a page without a notice."""
    for index in range(after + 1, len(blocks)):
        if MORE.match(blocks[index].text) or RELATED.match(blocks[index].text):
            return index
    return len(blocks)


def _title(blocks: Sequence[Block], before: int, page: Page) -> int | None:
    """The block of the title: the nearest line that <title> holds too, else the nearest heading, else any line.

    The site's banner is none, though it is often a heading: it leads to the front page.
    """
    head = page.tree.css_first("title")
    declared = "".join((head.text() if head is not None else "").split())
    candidates = [index for index in range(before - 1, max(-1, before - 13), -1) if _can_be_title(blocks[index])]
    candidates = [index for index in candidates if not _is_banner(blocks[index], page)]
    heading: int | None = None
    for index in candidates:
        text = "".join(blocks[index].text.split())
        is_heading = _is_heading(blocks[index])
        # Behind a nearer heading only the beginning of <title> counts: all of it may be the site's name.
        begins = is_heading and text != declared and declared.startswith(text)
        if len(text) > 5 and text in declared and (heading is None or begins):
            return index
        if heading is None and is_heading:
            heading = index
    return heading if heading is not None else next(iter(candidates), None)


def _is_banner(block: Block, page: Page) -> bool:
    """Whether the whole line is a link to the site's front page."""
    hrefs = {part.href for part in block.parts if part.text.strip()}
    href = hrefs.pop() if len(hrefs) == 1 else None
    url = page.absolute(href) if href else None
    return url is not None and urlsplit(url).path in ("", "/")


def _is_heading(block: Block) -> bool:
    box = block.box
    while box.parent is not None and box.last - box.first == 1:
        if box.tag in HEADINGS:
            return True
        box = box.parent
    return box.tag in HEADINGS


def _can_be_title(block: Block) -> bool:
    if block.box.hidden:
        return False
    if _is_heading(block):
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
    return (
        parse_time(label.value, fetched_at=page.fetched_at, zone=CHINA) if label is not None and label.value else None
    )


def _original(blocks: Sequence[Block], label: Label | None, page: Page) -> str | None:
    """The original's address: the link beside the label rather than its text, else the text where it is an address."""
    if label is None:
        return None
    same_line = blocks[label.first]
    for part in same_line.parts:
        if part.href and (url := page.absolute(part.href)):
            return url
    if text := re.search(r"https?://[^\s\u4e00-\u9fff，。；）)]+", same_line.text):
        return normalise(text[0])
    return _original_behind(blocks, label, page)


def _original_behind(blocks: Sequence[Block], label: Label, page: Page) -> str | None:
    """The address in the block behind a label that stands alone; the first row of a list is no such block."""
    index = label.first + 1
    if same := blocks[label.first].text.strip().rstrip(":：").strip():
        index += index < len(blocks) and not blocks[index].text.strip(" :：") and bool(same)
    if index >= len(blocks):
        return None
    box, other = blocks[label.first].box, blocks[index].box
    if box is not other and box.parent is not other.parent:
        return None
    written = re.match(r"\W{0,2}(https?://[^\s\u4e00-\u9fff，。；）)]+)\W*$", blocks[index].text)
    href = next((part.href for part in blocks[index].parts if part.href), None)
    url = page.absolute(href) if href else normalise(written[1]) if written else None
    is_cell = other.tag in ("dd", "td")
    return url if url and (is_cell or written or not same_site(url, page.url)) else None


def _body(blocks: Sequence[Block]) -> str | None:
    """The text between label line and notice, without share bars and adverts."""
    kept = []
    after_advert_label = False
    for block in blocks:
        if block.box.hidden:
            continue
        if ADVERT.match(block.text):
            after_advert_label = True
            continue
        if _is_furniture(block) or (after_advert_label and block.link_share > 0.6):
            after_advert_label = False
            continue
        after_advert_label = False
        kept.append(block.text)
    return "\n\n".join(kept) or None


def _is_furniture(block: Block) -> bool:
    """Share bars, tool lines and adverts: short lines that say so, or that lie in a box named so."""
    text = block.text
    if len(text) <= 60 and SHARE.match(text):
        return True
    words = re.split(r"[\s|｜/、]+", text)
    if len(text) <= 60 and all(word in SHARE_NAMES or not word for word in words):
        return True
    box, steps = block.box, 0
    while box.parent is not None and steps < 3:
        short = sum(1 for _ in range(box.first, box.last)) <= 12
        if short and (ADVERT_HINT.search(box.hint) or (SHARE_HINT.search(box.hint) and len(text) < 80)):
            return True
        box, steps = box.parent, steps + 1
    return any(ADVERT_HINT.search(part.hint) for part in block.parts) and block.link_share > 0.5


# --- Breadcrumb and lists
def _breadcrumbs(
    blocks: Sequence[Block], anatomy: Anatomy, category: str | None, page: Page
) -> tuple[list[str], str | None]:
    """The breadcrumb's steps and the address of the category's page."""
    end = anatomy.title if anatomy.title is not None else anatomy.head_first
    for index in range(end - 1, -1, -1):
        block = blocks[index]
        pieces = [piece for piece in SEPARATOR.split(HERE.sub("", block.text)) if piece]
        in_one_line = len(pieces) >= 2 and all(len(piece) <= LONGEST_CRUMB for piece in pieces)
        if in_one_line and (category is None or category in pieces):
            pieces = (
                pieces[: pieces.index(category) + 1] if category else [p for p in pieces if p not in ("正文", "详情")]
            )
            return pieces, _href(block, pieces[-1], page)
        if category is not None and _crumb(block) == category:
            return _steps(blocks, index), _href(block, block.text, page)
    return [], None


def _crumb(block: Block) -> str:
    return HERE.sub("", block.text).strip(" ›»>→/\\|＞｜•·")


def _steps(blocks: Sequence[Block], last: int) -> list[str]:
    """The steps that end in blocks[last], each a short block in the same list."""
    steps = [_crumb(blocks[last])]
    group = blocks[last].box if blocks[last].box.tag not in ("li", "dd", "td", "span") else blocks[last].box.parent
    for index in range(last - 1, -1, -1):
        block = blocks[index]
        inside = group is not None and group.first <= block.order < group.last
        if not inside or len(block.text) > LONGEST_CRUMB:
            break
        if step := _crumb(block):
            steps.insert(0, step)
    return steps


def _href(block: Block, text: str, page: Page) -> str | None:
    """The address of the link in the block whose text it is, else of its last link."""
    hrefs = [(part.text.strip(), part.href) for part in block.parts if part.href]
    best = next((href for shown, href in hrefs if shown and shown in text), hrefs[-1][1] if hrefs else None)
    return page.absolute(best)


def _lists(blocks: Sequence[Block], anatomy: Anatomy, page: Page) -> tuple[list[Row], list[Row]]:
    """The related rows and the rows of the category, by the headings above them."""
    related: list[Row] = []
    more: list[Row] = []
    begin = anatomy.title if anatomy.title is not None else anatomy.head_first
    for first, last, default in ((0, begin, None), (anatomy.foot_last + 1, len(blocks), related)):
        target: list[Row] | None = default
        start = first
        for index in range(first, last + 1):
            heading = index == last or _list_heading(blocks[index])
            if not heading:
                continue
            if target is not None:
                target += find_rows(blocks, page, start, index)
            if index < last:
                text = blocks[index].text
                target = more if MORE.search(text) else related if RELATED.match(text) else None
                start = index + 1
    return related, more


def _list_heading(block: Block) -> bool:
    """Whether the block stands above a list: by its words, or as a heading that is no link."""
    text = block.text
    if len(text) > 40:
        return False
    if MORE.search(text) or RELATED.match(text):
        return True
    return _is_heading(block) and block.link_share < 0.5 and not text.startswith(("...", "…")) and len(text) <= 12


def _links(page: Page, category_url: str | None, related: list[LinkRow], more: list[LinkRow]) -> list[Link]:
    """What to follow from the page: the category's page, the related rows, the rows of the category."""
    links: dict[str, str] = {}
    if category_url:
        links[category_url] = "listing"
    for rows, kind in ((related, "related"), (more, "category")):
        for row in rows:
            if row.url:
                links.setdefault(row.url, kind)
    links.pop(normalise(page.url) or page.url, None)
    return [Link(url, kind) for url, kind in links.items()]
