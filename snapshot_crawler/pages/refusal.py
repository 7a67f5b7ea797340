"""Pages answered with 200 that hold no content: "not found" pages, block pages, login walls.

A page goes in, the reason to refuse it comes out, or None. NewsSpider asks it before it reads a page. Such a page says
so in its title or headline and has little other text; an article about a missing page has much. A link that says so
("please log in" above a list) counts only where the page has few others: it is a tool, or a headline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from snapshot_crawler.lazy_pattern import any_of
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.outline import Block
from snapshot_crawler.pages.page import Page

MOST_LETTERS = 600  # of visible text outside links: more is content, whatever its title
LONGEST = 160  # characters of a line that may say so; by choice: longer lines are sentences of a text
LONGEST_OF_LIST = 60  # the same on a page with many links, where longer lines are summaries
MANY_LINKS = 6  # links, from which a page is more than a notice; by choice: a notice has a short menu

# -- Words of such pages, as data: one entry a line. An entry is a regular expression. --------------------------------

THINGS = (
    "页面",  # page
    "頁面",  # the same, traditional
    "网页",  # web page
    "文章",  # article
    "内容",  # contents
    "信息",  # information
    "资讯",  # news
    "新闻",  # news
    "稿件",  # copy
    "文件",  # file
    "地址",  # address
    "链接",  # link
)
ARE_GONE = (
    "不存在",  # does not exist
    "已删除",  # has been deleted
    "被删除",  # was deleted
    "已被删除",
    "已下线",  # was taken offline
    "找不到",  # cannot be found
    "未找到",  # not found
    "已失效",  # no longer valid
    "走丢",  # got lost
    "无法找到",  # cannot be found
    "不见了",  # has disappeared
)
NOT_FOUND = (
    "找不到",  # cannot find
    "没有找到",  # did not find
    "未找到",
    "无法找到",
)
MISSING = (
    r"^\W*404\W*(?:$|[-–—_|:：·])",  # alone, or before the site's name; 404 residents are news
    r"\b404\W*$",
    r"(?:error|http|fehler|erreur|ошибка|エラー|错误|代码)\W{0,3}404\b",
    r"\b404\W{0,3}(?:error|not\b|page|fehler|erreur|ошибка|エラー|错误|页面?|找不到|您|抱歉|对不起)",
    r"not\s+found",
    r"page\s+(?:missing|unavailable|gone)",
    r"no\s+longer\s+(?:available|exists?)",
    rf"(?:{any_of(THINGS)}).{{0,12}}(?:{any_of(ARE_GONE)})",
    rf"(?:{any_of(NOT_FOUND)}).{{0,12}}(?:页面|网页|文章|内容|信息|资讯|新闻)",
    "(?:已|被)删除或(?:不存在|已下线)",  # was deleted, or does not exist
)
BLOCKED = (
    r"access\s+denied",
    "forbidden",
    "captcha",
    r"are\s+you\s+(?:a\s+)?(?:human|robot)",
    r"unusual\s+traffic",
    r"verify\s+you\s+are",
    r"security\s+check",
    r"just\s+a\s+moment",  # the page that a protection shows while it tests the browser
    r"checking\s+your\s+browser",
    r"attention\s+required",
    r"request\s+blocked",
    "验证码",  # captcha
    "安全验证",  # security check
    "人机验证",  # human or machine
    "访问(?:过于|太)?频繁",  # visits too often
    "访问被拒绝",  # access refused
    "禁止访问",  # access forbidden
    "拒绝访问",  # access refused
    "请求被拦截",  # request stopped
    "系统检测到",  # the system has noticed
    "异常访问",  # unusual visit
    "滑动验证",  # slide to verify
)
LOGIN_TO_READ = (
    "登[录錄][后後](?:[查观][看閱阅]|[阅閱][读讀]|继续|繼續)",  # log in to see, read, go on
    r"(?:sign|log)\s?in\s+to\s+(?:continue|read|view)",
)
LOGIN = (
    "(?:请|請)(?:先)?登[录錄]",  # please log in first
    "用户登[录錄]",  # log in as a user
    *LOGIN_TO_READ,
)
TO_READ = HanPattern(any_of(LOGIN_TO_READ), re.IGNORECASE)  # said of this page, by a link too
# Reason -> the words that say so; the first reason whose words are found wins.
REASONS = {
    "soft-404": HanPattern(any_of(MISSING), re.IGNORECASE),
    "block-page": HanPattern(any_of(BLOCKED), re.IGNORECASE),
    "login": HanPattern(any_of(LOGIN), re.IGNORECASE),
}


@dataclass(slots=True, frozen=True)
class Refusal:
    """Why a page is no content: reason is soft-404, block-page or login; detail is the words that said so."""

    reason: str
    detail: str


def _unlinked(block: Block) -> str:
    """The text of a block outside of its links, or all of it where a link speaks of this page."""
    if not block.link_share or TO_READ.search(block.text):
        return block.text
    return "".join(part.text for part in block.parts if part.href is None)


def refusal(page: Page) -> Refusal | None:
    """Whether the page is an error in the clothes of an answer; None for content."""
    blocks: list[Block] = []
    letters = 0.0
    for block in page.outline.blocks:
        if not block.box.hidden:
            blocks.append(block)
            letters += len(block.text) * (1 - block.link_share)
            if letters > MOST_LETTERS:
                return None
    title = page.tree.css_first("title")
    is_full = len({part.href for block in blocks for part in block.parts if part.href}) >= MANY_LINKS
    short = [block for block in blocks if len(block.text) < (LONGEST_OF_LIST if is_full else LONGEST)]
    head = [
        title.text() if title is not None else "",
        *(_unlinked(block) if is_full else block.text for block in short),
    ]
    for reason, words in REASONS.items():
        for text in head:
            if found := words.search(text):
                return Refusal(reason, found[0])
    return None
