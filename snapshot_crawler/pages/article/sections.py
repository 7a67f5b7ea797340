"""Where an article stands in its site: breadcrumbs and category, from the visible path, JSON-LD or meta tags."""

from __future__ import annotations

import re

from snapshot_crawler.pages.article.title import bare
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.metadata import Metadata
from snapshot_crawler.pages.outline import Block, Outline

SEPARATOR = re.compile(r"\s*(?:[>＞»›→]+|&gt;|/(?=\s)|(?<=\s)/|-{2,}|·(?=\s))\s*")
HINT = re.compile(r"bread|crumb|position|location|mbx|weizhi|dqwz|curr?ent|(?:^|\W)path(?:$|\W)|lujing|daohang")
LABEL = HanPattern(
    r"^.{0,6}?(?:当前(?:的)?位置|您?(?:现在)?(?:的|所在)的?位置|所在位置|位置|You are here|"
    r"Sie sind hier)\s*[:：是]?\s*",
    re.IGNORECASE,
)
NOT_A_SECTION = HanPattern(
    r"^(?:正文|内容|详情|文章|阅读|首页|主页|网站首页|home|start|startseite|article|news detail|返回.*)$|^\W*$",
    re.IGNORECASE,
)
CATEGORY_LABEL = HanPattern(r"(?:类\s?别|栏\s?目|频\s?道|分\s?类|所属栏目)\s*[:：]\s*([\w·]{2,12})")
LONGEST_NAME = 24  # characters of a section's name; by choice: longer steps of a path are headlines


def _path(block: Block) -> list[str]:
    """The names in a line such as 首页 > 新闻 > 国内 > 正文; [] when it is no path."""
    text = LABEL.sub("", block.text)
    names = [name.strip(" :：|") for name in SEPARATOR.split(text)]
    names = [name for name in names if name]
    is_named = bool(HINT.search(block.box.hint)) or text != block.text
    linked = sum(1 for part in block.parts if part.href is not None and part.text.strip())
    if is_named and len(names) == 1 and linked >= 2:
        names = [part.text.strip() for part in block.parts if part.href is not None and part.text.strip()]
    if len(names) < 2 or linked < 1 or any(len(name) > LONGEST_NAME for name in names[:-1]):
        return []
    return names if is_named or ">" in text or "＞" in text or "»" in text or "›" in text else []


def _listed_path(outline: Outline, until: int) -> list[str]:
    """The names of a path whose steps are blocks of their own, inside a box that calls itself one."""
    for box in outline.boxes:
        if box.first > until:
            break
        if 2 <= box.last - box.first <= 8 and re.search(r"bread|crumb", box.hint):
            names = [SEPARATOR.sub("", block.text).strip(" /|>") for block in outline.blocks[box.first : box.last]]
            if all(len(name) <= 60 for name in names):
                return [name for name in names if name]
    return []


def find_breadcrumbs(outline: Outline, found: Metadata, title: str | None, place: int | None) -> list[str]:
    """The names of the sections around the article, outermost first, without the article itself."""
    until = place if place is not None else min(40, len(outline.blocks))
    names: list[str] = []
    for block in outline.blocks[max(0, until - 60) : until][::-1]:
        if len(block.text) < 120 and (names := _path(block)):
            break
    names = names or _listed_path(outline, until) or found.breadcrumbs
    headline = bare(title or "")
    kept = [
        name
        for name in names
        if not (headline and bare(name) and ((bare(name) in headline and len(name) > 12) or headline in bare(name)))
    ]
    while kept and (kept[-1] == "正文" or re.match(r"^(?:正文|内容|详情|文章)$", kept[-1])):
        del kept[-1]
    return kept


def find_category(outline: Outline, found: Metadata, breadcrumbs: list[str], place: int | None) -> str | None:
    """The innermost section: labelled near the headline, the last breadcrumb, else what metadata names."""
    if place is not None:
        for block in outline.blocks[place : place + 6]:
            if len(block.text) < 120 and (labelled := CATEGORY_LABEL.search(block.text)):
                return labelled[1]
    for name in reversed(breadcrumbs):
        if not NOT_A_SECTION.match(name):
            return name
    return found.text("articleSection") or found.first("article:section", "og:article:section", "section", "channel")
