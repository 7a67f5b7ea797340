"""Pages answered with 200 that hold no content: "not found" pages, block pages, login walls.

A page goes in, the reason to refuse it comes out, or None. NewsSpider asks it before it reads a page. Such a page says
so in its title or headline and has little other text; an article about a missing page has much.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from snapshot_crawler.pages.page import Page

MOST_LETTERS = 600  # of visible text outside links: more is content, whatever its title
MISSING = re.compile(
    r"\b404\b|not\s+found|page\s+(?:missing|unavailable|gone)|no\s+longer\s+(?:available|exists?)"
    r"|(?:页面|頁面|网页|文章|内容|信息|资讯|新闻|稿件|文件|地址|链接).{0,12}(?:不存在|已删除|被删除|已被删除|已下线|找不到|未找到|已失效|走丢|无法找到|不见了)"
    r"|(?:找不到|没有找到|未找到|无法找到).{0,12}(?:页面|网页|文章|内容|信息|资讯|新闻)|(?:已|被)删除或(?:不存在|已下线)",
    re.IGNORECASE,
)
BLOCKED = re.compile(
    r"access\s+denied|forbidden|captcha|are\s+you\s+(?:a\s+)?(?:human|robot)|unusual\s+traffic|verify\s+you\s+are|security\s+check"
    r"|just\s+a\s+moment|checking\s+your\s+browser|attention\s+required|request\s+blocked"
    r"|验证码|安全验证|人机验证|访问(?:过于|太)?频繁|访问被拒绝|禁止访问|拒绝访问|请求被拦截|系统检测到|异常访问|滑动验证",
    re.IGNORECASE,
)
LOGIN = re.compile(
    r"(?:请|請)(?:先)?登[录錄]|用户登[录錄]|登录后(?:查看|阅读|继续)|(?:sign|log)\s?in\s+to\s+(?:continue|read|view)",
    re.IGNORECASE,
)


@dataclass(slots=True, frozen=True)
class Refusal:
    """Why a page is no content: reason is soft-404, block-page or login; detail is the words that said so."""

    reason: str
    detail: str


def refusal(page: Page) -> Refusal | None:
    """Whether the page is an error in the clothes of an answer; None for content."""
    blocks = [block for block in page.outline.blocks if not block.box.hidden]
    letters = sum(len(block.text) * (1 - block.link_share) for block in blocks)
    if letters > MOST_LETTERS:
        return None
    title = page.tree.css_first("title")
    head = [title.text() if title is not None else "", *(block.text for block in blocks if len(block.text) < 160)]
    for reason, words in (("soft-404", MISSING), ("block-page", BLOCKED), ("login", LOGIN)):
        for text in head:
            if found := words.search(text):
                return Refusal(reason, found[0])
    return None
