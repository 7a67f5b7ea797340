"""Lines between an article's paragraphs that do not belong to its text: share bars, tool lines, adverts.

Blocks of text go in, the same blocks without such lines come out. The readers of snapshots and of articles call it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from snapshot_crawler.pages.outline import Block
from snapshot_crawler.pages.page import Page
from snapshot_crawler.urls import same_site

SHARE = re.compile(
    r"^\W*(?:分享(?:到|至|给|：|:|$)|转发(?:到|至)|收藏(?:本|此|$)|打印(?:本|此|$)|关闭(?:窗口|本页)|复制链接|扫一扫|扫码"
    r"|字体|字号|点赞|举报|加入收藏|手机(?:看|查看|阅读)|微信扫|下载(?:客户端|APP)|【?(?:大|中|小)\s+(?:中|小|大)\s)"
)
ADVERT_WORD = r"(?:广告|廣告|推广|推廣|赞助(?:内容|商)?|贊助|sponsored|advertisement|promoted|ad)"
ADVERT = re.compile(rf"^\W*{ADVERT_WORD}\W*$", re.IGNORECASE)
# 广告：…, 【推广】…, …（广告）: the word stands apart; 推广新能源汽车 is a headline.
ADVERT_LABEL = re.compile(
    rf"^\W*{ADVERT_WORD}\s?[:：】\]）)｜|]|[（(【\[｜|]\s?{ADVERT_WORD}\s?[）)】\]]?\s*$", re.IGNORECASE
)
ADVERT_BESIDE = re.compile(rf"^\W*{ADVERT_WORD}\s|\s{ADVERT_WORD}\W*$", re.IGNORECASE)
LONGEST_ADVERT = 40  # characters of its one line
SURELY_LINKED = 0.8  # share of a line that is link; by choice: a label such as 广告 may stand beside the link
# A linked line that speaks of the article or is a sentence of it.
OF_ARTICLE = re.compile(
    r"[。！？；》」：:]|https?:|www\.|[图摄]|原文|报告|全文|附件|下载|详[见情]|来源|PDF", re.IGNORECASE
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
ADVERT_HINT = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|adv|advert|advertisement|gg|guanggao|banner|sponsor(?:ed)?)(?:$|[\s_\d-])"
)
SHARE_HINT = re.compile(r"share|bdshare|social|toolbar|tool-bar|fenxiang")
SHARE_NAMES = re.compile(
    r"(?:(?:新浪|腾讯)?微博|微信(?:好友)?|QQ(?:空间|好友)?|朋友圈|豆瓣|人人网?|贴吧|更多|分享|打印|收藏|复制(?:链接)?|评论|点赞"
    r"|关闭|[\s|｜/、·])+"
)
MOST_LINES = 12  # of a share bar or an advert; a longer box with such a name holds the article too


def is_furniture(block: Block) -> bool:
    """Share bars, tool lines and adverts: short lines that say so, or that lie in a box named so."""
    text = block.text
    if len(text) <= 60 and SHARE.match(text):
        return True
    if len(text) <= 60 and SHARE_NAMES.fullmatch(text):
        return True
    if is_advert_line(block):
        return True
    box, steps = block.box, 0
    while box.parent is not None and steps < 3:
        short = box.last - box.first <= MOST_LINES
        if short and (ADVERT_HINT.search(box.hint) or (SHARE_HINT.search(box.hint) and len(text) < 80)):
            return True
        box, steps = box.parent, steps + 1
    return any(ADVERT_HINT.search(part.hint) for part in block.parts) and block.link_share > 0.5


def is_advert_line(block: Block) -> bool:
    """Whether the line calls itself an advert: the word alone, as a label, or beside a link."""
    text = block.text
    if len(text) > LONGEST_ADVERT or block.box.tag in HEADINGS:
        return False
    if ADVERT.match(text) or ADVERT_LABEL.search(text):
        return True
    if block.link_share <= 0.4:
        return False
    shown = [part.text for part in block.parts if part.text.strip()]
    return any(ADVERT.match(part) for part in (shown[0], shown[-1])) or bool(ADVERT_BESIDE.search(text))


def without_adverts(blocks: Sequence[Block], page: Page) -> list[Block]:
    """The lines of a snapshot's text that are neither hidden, nor furniture, nor adverts.

    An advert without the word is known as the one short linked line between two paragraphs that stands in an <ins>,
    or leads off the site; a list of links is none, and neither is a linked sentence.
    """
    shown = [block for block in blocks if not block.box.hidden]
    inserted = {node.attributes.get("href") for node in page.tree.css("ins a[href]")} if "<ins" in page.text else set()
    kept: list[Block] = []
    skips = False  # the line below a label belongs to it
    for place, block in enumerate(shown):
        below = shown[place + 1] if place + 1 < len(shown) else None
        if is_advert_line(block) and ADVERT.match(block.text):
            skips = below is not None and below.link_share > 0.6
            if not skips and kept and _is_short_link(kept[-1]):
                del kept[-1]  # the label of the link above it
            continue
        if skips or is_furniture(block):
            skips = False
            continue
        is_between = bool(kept) and below is not None and max(kept[-1].link_share, below.link_share) < 0.5
        if not (is_between and _is_short_link(block) and _leads_away(block, page, inserted)):
            kept.append(block)
    return kept


def _is_short_link(block: Block) -> bool:
    """Whether the line is a link as a whole, and no part of the article by its words or as a heading."""
    return (
        block.link_share > SURELY_LINKED
        and len(block.text) <= LONGEST_ADVERT
        and block.box.tag not in HEADINGS
        and not OF_ARTICLE.search(block.text)
    )


def _leads_away(block: Block, page: Page, inserted: Container[str | None]) -> bool:
    """Whether a link of the line leads to another site, or stands in an <ins>, which advert networks write."""
    hrefs = {part.href for part in block.parts if part.href}
    return any(href in inserted or ((url := page.absolute(href)) and not same_site(url, page.url)) for href in hrefs)
