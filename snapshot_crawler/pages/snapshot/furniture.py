"""Lines between an article's paragraphs that do not belong to its text: share bars, tool lines, adverts.

Blocks of text go in, the same blocks without such lines come out. The readers of snapshots and of articles call it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import lru_cache

from snapshot_crawler.lazy_pattern import any_of
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.outline import Block
from snapshot_crawler.pages.page import Page
from snapshot_crawler.urls import same_site

# Lines that begin with one of these are tools for the reader.
SHARE_BEGINS = (
    "分享(?:到|至|给|：|:|$)",  # share on
    "转发(?:到|至)",  # forward to
    "收藏(?:本|此|$)",  # bookmark this
    "打印(?:本|此|$)",  # print this
    "关闭(?:窗口|本页)",  # close the window
    "复制链接",  # copy the link
    "扫一扫",  # scan the code
    "扫码",
    "字体",  # letters
    "字号",  # size of the letters
    "点赞",  # like
    "举报",  # report
    "加入收藏",  # bookmark
    "手机(?:看|查看|阅读)",  # read on the telephone
    "微信扫",  # scan with WeChat
    "下载(?:客户端|APP)",  # load the app
    r"【?(?:大|中|小)\s+(?:中|小|大)\s",  # letters: large, medium, small
)
SHARE = HanPattern(rf"^\W*(?:{any_of(SHARE_BEGINS)})")
# Lines that hold nothing but names of services and buttons, parted by these signs.
SHARE_WORDS = (
    "(?:新浪|腾讯)?微博",  # Weibo, of two houses
    "微信(?:好友)?",  # WeChat (friends)
    "QQ(?:空间|好友)?",
    "朋友圈",  # moments of WeChat
    "豆瓣",
    "人人网?",
    "贴吧",
    "更多",  # more
    "分享",  # share
    "打印",  # print
    "收藏",  # bookmark
    "复制(?:链接)?",  # copy (the link)
    "评论",  # comments
    "点赞",  # like
    "关闭",  # close
    r"[\s|｜/、·]",
)
SHARE_NAMES = HanPattern(rf"(?:{any_of(SHARE_WORDS)})+")
SHARE_HINT = re.compile(r"share|bdshare|social|toolbar|tool-bar|fenxiang")
ADVERT_WORDS = (
    "广告",  # advertisement
    "廣告",  # the same, traditional
    "推广",  # promotion
    "推廣",
    "赞助(?:内容|商)?",  # sponsored (content), sponsor
    "贊助",
    "sponsored",
    "advertisement",
    "promoted",
    "ad",
)
ADVERT_WORD = rf"(?:{any_of(ADVERT_WORDS)})"
ADVERT = HanPattern(rf"^\W*{ADVERT_WORD}\W*$", re.IGNORECASE)
# 广告：…, 【推广】…, …（广告）: the word stands apart; 推广新能源汽车 is a headline.
ADVERT_LABEL = HanPattern(
    rf"^\W*{ADVERT_WORD}\s?[:：】\]）)｜|]|[（(【\[｜|]\s?{ADVERT_WORD}\s?[）)】\]]?\s*$", re.IGNORECASE
)
ADVERT_BESIDE = HanPattern(rf"^\W*{ADVERT_WORD}\s|\s{ADVERT_WORD}\W*$", re.IGNORECASE)
LONGEST_ADVERT = 40  # characters of its one line
SURELY_LINKED = 0.8  # share of a line that is link; by choice: a label such as 广告 may stand beside the link
# A linked line that speaks of the article or is a sentence of it.
OF_ARTICLE_WORDS = (
    "[。！？；》」：:]",  # a sentence, a title in brackets, a label
    "https?:",  # an address that the text names
    r"www\.",
    "[图摄]",  # picture, photograph: a credit
    "原文",  # the original
    "报告",  # report
    "全文",  # full text
    "附件",  # attached file
    "下载",  # download
    "详[见情]",  # see, details
    "来源",  # source
    "PDF",
)
OF_ARTICLE = HanPattern(any_of(OF_ARTICLE_WORDS), re.IGNORECASE)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
ADVERT_HINT = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|adv|advert|advertisement|gg|guanggao|banner|sponsor(?:ed)?)(?:$|[\s_\d-])"
)
MOST_LINES = 12  # of a share bar or an advert; a longer box with such a name holds the article too
# Characters, by choice: tool lines are short, sentences of an article are longer.
LONGEST_TOOL_LINE = 60
LONGEST_IN_SHARE_BOX = 80  # several tools stand in one line there
BOXES_LOOKED_AT = 3  # around a line; by choice: farther out lies the layout
MOSTLY_LINKED = 0.5  # share of a line that is link; by choice
LINKED_BESIDE_WORD = 0.4  # the same where the word 广告 stands beside the link, which takes its part of the line
LINKED_BELOW_LABEL = 0.6  # the same for the line below a label


def is_furniture(block: Block) -> bool:
    """Share bars, tool lines and adverts: short lines that say so, or that lie in a box named so."""
    text = block.text
    if len(text) <= LONGEST_TOOL_LINE and (SHARE.match(text) or SHARE_NAMES.fullmatch(text)):
        return True
    if is_advert_line(block):
        return True
    box, steps = block.box, 0
    while box.parent is not None and steps < BOXES_LOOKED_AT:
        short = box.last - box.first <= MOST_LINES
        if short and (_is_advert(box.hint) or (len(text) < LONGEST_IN_SHARE_BOX and _is_share_bar(box.hint))):
            return True
        box, steps = box.parent, steps + 1
    return block.link_share > MOSTLY_LINKED and any(ADVERT_HINT.search(part.hint) for part in block.parts)


@lru_cache(maxsize=10_000)  # as for outline.names_of, which cuts a hint; asking the pattern costs four times as much
def _is_advert(hint: str) -> bool:
    return bool(ADVERT_HINT.search(hint))


@lru_cache(maxsize=10_000)
def _is_share_bar(hint: str) -> bool:
    return bool(SHARE_HINT.search(hint))


def is_advert_line(block: Block) -> bool:
    """Whether the line calls itself an advert: the word alone, as a label, or beside a link."""
    text = block.text
    if len(text) > LONGEST_ADVERT or block.box.tag in HEADINGS:
        return False
    if ADVERT.match(text) or ADVERT_LABEL.search(text):
        return True
    if block.link_share <= LINKED_BESIDE_WORD:
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
            skips = below is not None and below.link_share > LINKED_BELOW_LABEL
            if not skips and kept and _is_short_link(kept[-1]):
                del kept[-1]  # the label of the link above it
            continue
        if skips or is_furniture(block):
            skips = False
            continue
        is_between = bool(kept) and below is not None and max(kept[-1].link_share, below.link_share) < MOSTLY_LINKED
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
