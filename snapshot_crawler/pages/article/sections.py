"""Where an article stands in its site: breadcrumbs and category, from the visible path, JSON-LD or meta tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from snapshot_crawler.pages.article.kicker import section_beside
from snapshot_crawler.pages.article.menus import section_by_menu
from snapshot_crawler.pages.article.title import bare
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.metadata import Metadata
from snapshot_crawler.pages.needed import GuardedPattern
from snapshot_crawler.pages.outline import Block, Outline

SEPARATOR = re.compile(r"\s*(?:[-=]?[>＞»›→]+|&gt;|/(?=\s)|(?<=\s)/|-{2,}|·(?=\s))\s*")
HINT = re.compile(r"bread|crumb|position|location|mbx|weizhi|dqwz|curr?ent|(?:^|\W)path(?:$|\W)|lujing|daohang")
IN_SEPARATOR = re.compile("[->＞»›→&/·]")  # every separator has one
LABEL = GuardedPattern(
    r"^.{0,6}?(?:当前(?:的)?位置|您?(?:现在)?(?:的|所在)的?位置|所在位置|位置|You are here|"
    r"Sie sind hier)\s*[:：是]?\s*",
    re.IGNORECASE,
)
# The page itself at the end of a path: 正文, 查看内容, 新闻详情页
THE_TEXT_WORDS = (
    "(?:查看|浏览|阅读|文章|新闻|信息|资讯|稿件)?(?:正文|内文|内容|详情|详细|全文)(?:页|内容)?|文章|"
    "(?:ニュース|お知らせ)?(?:記事|本文|詳細)(?:詳細|本文)?(?:ページ)?|기사(?:\\s?(?:본문|보기|상세))?|뉴스\\s?(?:본문|보기|상세)|본문|"
    "article|articles?\\sdetails?|(?:news\\s)?details?|full\\s(?:story|article)|artikel|artículo|articolo|artigo|статья|المقال"
)
NOT_A_SECTION = HanPattern(
    rf"^(?:{THE_TEXT_WORDS}|阅读|首页|主页|网站首页|home|start|startseite|返回.*"
    r"|ホーム|トップ(?:ページ)?|홈|главная|inicio|início|accueil|الرئيسية)$|^\W*$",
    re.IGNORECASE,
)
THE_TEXT = HanPattern(rf"^(?:{THE_TEXT_WORDS})$", re.IGNORECASE)
CATEGORY_LABEL = HanPattern(r"(?:类\s?别|栏\s?目|频\s?道|分\s?类|所属栏目|カテゴリー?|분류)\s*[:：]\s*([\w·]{2,12})")
FILED = HanPattern(  # the label of a link, without a colon
    r"(?:[分归]类[于在]|发[表布]在|posted in|filed under|publicado en|publié dans|veröffentlicht in)\s*[:：]?\s*$",
    re.IGNORECASE,
)
IN_CRUMBS = re.compile(r"(?<=\w)\s*[-–|]\s*(?=\w)")  # signs that part the steps only in a box that calls itself a path
LONGEST_HEAD = 12  # lines between a headline and the text; by choice: labels and tools of a page take some eight
BEHIND = 4  # lines behind the text where its section may stand; by choice: WordPress themes tell it there
LONGEST_NAME = 24  # characters of a section's name; by choice: longer steps of a path are headlines


@lru_cache(maxsize=4096)
def _names_path(hint: str) -> bool:
    """Whether a class or id says that its element is a path."""
    return bool(HINT.search(hint))


def _path(block: Block) -> list[str]:
    """The names in a line such as 首页 > 新闻 > 国内 > 正文; [] when it is no path."""
    linked = len([part for part in block.parts if part.href is not None and part.text.strip()])
    if not linked:
        return []
    text = LABEL.sub("", block.text) if LABEL.may_be_in(block.text) else block.text
    names = [name.strip(" :：|") for name in (SEPARATOR.split(text) if IN_SEPARATOR.search(text) else (text,))]
    names = [name for name in names if name]
    is_named = _names_path(block.box.hint) or text != block.text
    # characters, by choice: longer lines are sentences
    if is_named and len(names) == 1 and len(text) < 60 and linked >= 1:
        names = [name for name in IN_CRUMBS.split(text) if name]
    if is_named and len(names) == 1 and linked >= 2:
        names = [part.text.strip() for part in block.parts if part.href is not None and part.text.strip()]
    if len(names) < 2 or any(len(name) > LONGEST_NAME for name in names[:-1]):
        return []
    begins_at_home = NOT_A_SECTION.match(names[0]) is not None and block.parts[0].href is not None
    return names if is_named or begins_at_home or re.search("[>＞»›]", text) else []


def _listed_path(outline: Outline, until: int) -> list[str]:
    """The names of a path whose steps are blocks of their own, inside a box that calls itself one."""
    for box in outline.boxes:
        if box.first > until:
            break
        if 2 <= box.last - box.first <= 8 and re.search(r"bread|crumb", box.hint):  # steps of a breadcrumb, by choice
            names = [SEPARATOR.sub("", block.text).strip(" /|>") for block in outline.blocks[box.first : box.last]]
            if all(len(name) <= 60 for name in names):  # characters, by choice: headlines end a breadcrumb too
                return [name for name in names if name]
    return []


def find_breadcrumbs(
    outline: Outline, found: Metadata, title: str | None, place: int | None, first: int = 0
) -> list[str]:
    """The names of the sections around the article, outermost first, without the article itself.

    place: the block of the headline. first: that where the text begins; a path may stand between the two where the
    headline was taken from higher up.
    """
    until = place if place is not None else min(40, len(outline.blocks))  # blocks, by choice: the head of a page
    names = _path_above(outline, until) or _listed_path(outline, until) or found.breadcrumbs
    if not names and place is not None:
        names = _path_above(outline, min(first, place + LONGEST_HEAD))
    headline = bare(title or "")
    kept = [
        name
        for name in names
        if not (headline and bare(name) and ((bare(name) in headline and len(name) > 12) or headline in bare(name)))
    ]
    while kept and THE_TEXT.match(kept[-1]):
        del kept[-1]
    return kept


def _path_above(outline: Outline, until: int) -> list[str]:
    """The nearest path above a block."""
    for block in outline.blocks[max(0, until - 60) : until][::-1]:
        if len(block.text) < 120 and (names := _path(block)):  # characters, by choice: a longer line is a paragraph
            return names
    return []


def find_category(
    outline: Outline,
    found: Metadata,
    breadcrumbs: list[str],
    place: int | None,
    first: int = 0,
    *,
    last: int | None = None,
    address: str = "",
) -> str | None:
    """The innermost section: labelled near the headline, the last breadcrumb, beside the headline, labelled behind the
    text, of metadata, or one of the site's menu that headline, title or address name.

    first, last: the text's first block, and that behind it.
    """
    if place is not None and (labelled := _labelled(outline.blocks[place : place + 6])):
        return labelled
    for name in reversed(breadcrumbs):
        if not NOT_A_SECTION.match(name):
            return name
    beside = section_beside(outline.blocks, place if place is not None else first)
    if beside is not None:
        return beside
    if last is not None and (labelled := _labelled(outline.blocks[last : last + BEHIND])):
        return labelled
    return (
        found.text("articleSection")
        or found.first("article:section", "og:article:section", "section", "channel")
        or section_by_menu(
            outline.blocks,
            place if place is not None else first,
            first,
            found.title or "",
            address,
            NOT_A_SECTION.match,
        )
    )


def _labelled(blocks: Sequence[Block]) -> str | None:
    """The section behind a label in one of the lines."""
    for block in blocks:
        # characters, by choice: a longer line is a paragraph
        if len(block.text) < 120 and (labelled := CATEGORY_LABEL.search(block.text)):
            return labelled[1]
        for part, behind in pairwise(part for part in block.parts if part.text.strip()):
            if behind.href is not None and len(behind.text) <= LONGEST_NAME and FILED.search(part.text):
                return behind.text.strip()
    return None
