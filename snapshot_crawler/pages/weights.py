"""How much each block speaks for being part of the article: outline in, one signed number a block out.

Numbers are bytes of UTF-8, so that a Chinese character weighs about half an English word. Running text is positive;
links, labels and everything inside a comment, navigation or related-news box is negative.
"""

from __future__ import annotations

import re
from itertools import accumulate

from snapshot_crawler.pages.outline import Block, Box, Outline

# Names of boxes that are beside the article. Matched on each class or id by itself.
BESIDE = re.compile(
    r"comment|reply|disqus|respond|related|recommend|tuijian|xiangguan|guess|\bhot|hot[-_]|rank|paihang|"
    r"side[-_]?bar|aside|"
    r"(?:^|[-_])(?:side|nav|ads?|tags?|more|menu|prev|next|toc|pager|page[-_]?nav|pages|meta|fixed|float|"
    r"pop)(?:$|[-_])|"
    r"navbar|navigation|submenu|bread|crumb|foot|copyright|share|sharing|social|advert|banner|promo|sponsor|"
    r"subscri|newsletter|"
    r"popup|modal|cookie|consent|gdpr|toolbar|pagin|login|outbrain|taboola|read-?(?:next|more)|most-?(?:read|"
    r"popular)|"
    r"trending|popular|tag-?(?:list|cloud)|author-?(?:bio|box|info|card)|about-?author|disclaimer|shengming|"
    r"qrcode|ewm|print-?(?:hidden|only)|"
    r"screen-?reader|visually-?hidden|sr-only|topbar|skip-|teaser|latest|paywall|signup|sign-up|by-?line|follow|"
    r"feedback|rating|vote|survey|donat|support-us|correction|report-error|jiucuo|fenxiang|pinglun|tishi|zan\b"
)
TEXT = re.compile(
    r"article|content|post|body|entry|text|story|detail|editor|zhengwen|wenzhang|neirong|main|wrapper|container|"
    r"page|layout|grid|col-"
)
STRONG = re.compile(r"comment|reply|disqus|foot|pinglun|related|recommend|side-?bar")
SENTENCE = re.compile(r"[。！？；，…：]|[.!?,;:]['\"”’)]?(?=\s|$)|[।؟،]")
LEGAL = re.compile(
    r"copyright|©|all rights reserved|版权所有|著作权|备案|ICP[备證证]|许可证|免责声明|违法和不良信息|"
    r"未经.{0,12}(?:授权|许可|同意)|本网站?转载|"
    r"\bcookies?\b|privacy policy|terms of (?:use|service)|转载请注明|版权归.{0,10}所有",
    re.IGNORECASE,
)
END = re.compile(
    r"^[\s【\[（(<>《#*|·•-]*(?:相关(?:新闻|阅读|文章|链接|报道|推荐|专题|内容|资讯|信息)|延伸阅读|推荐阅读|"
    r"热门推荐|精彩推荐|猜你喜欢|大家都在看|热点推荐|今日推荐|"
    r"热点新闻|热门文章|热门新闻|最新文章|最新新闻|更多新闻|更多精彩|网友评论|评论列表|最新评论|发表评论|"
    r"我要评论|热门评论|"
    r"责任?编辑\s*[:：]|责编\s*[:：]|本文责编|分享到|分享至|打印本页|关闭窗口|上一篇|下一篇|返回列表|免责声明|"
    r"版权声明|特别声明|"
    r"you may also like|related (?:articles|stories|posts|news|content|topics)|read (?:more|next)\b|"
    r"more (?:from|on|stories)\b|most (?:read|popular)|"
    r"recommended|comments?\s*(?:\(\d+\))?$|leave a (?:reply|comment)|share this|about the author|subscribe|"
    r"sign up|trending|"
    r"mehr zum thema|lesen sie auch|das könnte sie|kommentare|auch interessant|lire aussi|leia também|"
    r"lea también|leggi anche)",
    re.IGNORECASE,
)
EXEMPT_SHARE = 0.5  # a box with half of the page's running text is around the article, whatever its name


def weigh(block: Block) -> float:
    """The block by itself: its running text in bytes, less what is linked; small minus for labels."""
    size, share = len(block.text.encode("utf-8", "replace")), block.link_share
    if share > 0.6:
        return -size - 10.0
    if size < 500 and LEGAL.search(block.text):
        return -float(size)
    marks = len(SENTENCE.findall(block.text[:600]))
    is_paragraph = block.box.tag in ("p", "blockquote", "pre")
    if not marks:
        if is_paragraph:
            return size * 0.3 if size >= 30 else 0.0
        return -10.0 if size < 120 else 0.1 * size
    if size < 60:
        return 5.0 if is_paragraph else -5.0
    return size * (1 - 1.5 * share) * min(1.0, 0.4 + marks / 4)


def is_beside(box: Box, text_share: float, title: int | None) -> bool:
    """Whether the box by its name lies beside the article. text_share: its part of the page's running text."""
    if box.tag in ("nav", "footer", "aside", "menu"):
        return not (box.tag == "aside" and text_share > EXEMPT_SHARE)
    if box.tag in ("body", "html", "main", "article"):
        return False
    named = [token for token in box.hint.split() if BESIDE.search(token) and not TEXT.search(token)]
    named += [token for token in box.hint.split() if STRONG.search(token) and token not in named]
    if not named:
        return False
    if title is not None and box.first <= title < box.last:
        return False
    return text_share < EXEMPT_SHARE or any(re.match(r"comment|reply|disqus|foot", token) for token in named)


def teaser_boxes(outline: Outline, values: list[float]) -> set[int]:
    """Boxes that repeat beside each other, each with a linked line: a list of other articles."""
    groups: dict[tuple[int, str, str], list[Box]] = {}
    for box in outline.boxes:
        if box.parent is not None and box.last > box.first and box.tag not in ("p", "br", "td", "tbody"):
            groups.setdefault((box.parent.order, box.tag, " ".join(sorted(box.hint.split())[:1])), []).append(box)
    found: set[int] = set()
    for boxes in groups.values():
        if len(boxes) < 3:
            continue
        linked = sum(
            any(b.link_share > 0.6 and len(b.text) > 5 for b in outline.blocks[box.first : box.last]) for box in boxes
        )
        size = sum(
            len(b.text.encode("utf-8", "replace")) for box in boxes for b in outline.blocks[box.first : box.last]
        )
        if linked >= 0.7 * len(boxes) and size / len(boxes) < 700:
            found.update(box.order for box in boxes)
    return found


def weigh_all(outline: Outline, title: int | None) -> tuple[list[float], list[bool]]:
    """Every block's value, and for every box whether it lies beside the article."""
    blocks = outline.blocks
    raw = [weigh(block) for block in blocks]
    running = [
        0.0,
        *accumulate(max(0.0, value) if not block.box.hidden else 0.0 for value, block in zip(raw, blocks, strict=True)),
    ]
    total = running[-1] or 1.0
    teasers = teaser_boxes(outline, raw)
    beside: list[bool] = []
    for box in outline.boxes:
        share = (running[box.last] - running[box.first]) / total
        inherited = box.parent is not None and box.parent is not box and beside[box.parent.order]
        beside.append(inherited or box.order in teasers or is_beside(box, share, title))
    values: list[float] = []
    gained = 0.0
    ended = False
    for block, value in zip(blocks, raw, strict=True):
        if block.box.hidden:
            value = 0.0
        elif beside[block.box.order]:
            value = -0.5 * abs(value)
        elif title is not None and block.order <= title:
            value = min(value, 0.0)
        else:
            if gained > 100 and len(block.text) < 60 and END.search(block.text):
                ended = True
            if value > 0:
                gained += value
                if ended:
                    value *= 0.3
        values.append(value)
    return values, beside
