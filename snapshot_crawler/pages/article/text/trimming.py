"""What does not belong to an article at its edges: credits, notices, share bars, lists of other articles."""

from __future__ import annotations

import re

from snapshot_crawler.pages.article.text.weights import END
from snapshot_crawler.pages.article.title import bare
from snapshot_crawler.pages.outline import Block
from snapshot_crawler.pages.snapshot.furniture import is_advert_line

# A line that is about the article and not part of it, at either end or between.
CREDIT = re.compile(
    r"^[\s【\[（(<>《#*|·•-]*(?:原标题|原題|责任?编辑?|責任編輯|责编|编\s{0,4}[辑輯]|本文责编|值班编辑|"
    r"审\s{0,4}核|校\s{0,4}对|编审|监制|"
    r"(?:文章|信息|新闻|稿件|本文|资料|内容)?(?:来\s{0,4}源|來源|稿源|出处)|作\s{0,4}者|(?:发布|发表|发稿|"
    r"更新)(?:时间|日期)|时间|日期|浏览|点击|阅读(?:量|数|次数)?|"
    r"字[体号]|關鍵字|关键[词字]|标签|分享(?:到|至)?|打印|关闭|纠错|收藏|转载|"
    r"tags?|keywords?|published|updated|by|photo|share|source|copyright|©|advertisement|anzeige|publicidad|werbung|"
    r"loading|print|follow us|reading time|listen)\s{0,3}(?:[:：/|丨】\]]|$)",
    re.IGNORECASE,
)
NOTICE = re.compile(
    r"(?:扫(?:一扫|码|描)|(?:识别|下方|上方|下图|左侧|右侧).{0,10}二维码|二维码.{0,8}(?:关注|下载|进入|加入|查看|了解)|^.{0,30}二维码\W*$|长按|点击(?:下方|上方|查看|阅读|进入)|关注(?:我们|公众号|微信)|微信(?:公众号|"
    r"号|搜)|下载.{0,8}(?:客户端|APP)|返回(?:搜狐|首页|列表)|"
    r"查看更多|本文(?:系|为|由).{0,20}(?:原创|授权|投稿)|不代表.{0,12}(?:观点|立场)|仅代表.{0,8}(?:作者|个人)|"
    r"风险自担|侵权.{0,10}删除|联系.{0,10}删除|"
    r"版权(?:所有|归)|未经.{0,8}(?:授权|许可)|声明[:：]|违者必究|打开.{0,6}APP|分享到|新闻热线|投稿邮箱)|"
    r"^\(?(?:additional )?(?:reporting|editing|writing|compiled) by|\baffiliate|"
    r"sign up for|subscribe to|follow us|click here to|download (?:our|the) app|all rights reserved|"
    r"get our newsletter|"
    r"this (?:article|story) (?:was )?(?:originally|first) (?:appeared|published)|newsletter abonnieren|"
    r"jetzt abonnieren|suscr[ií]b[ea]|abonnez-vous|abbonati",
    re.IGNORECASE,
)
# A line that begins with a whole date and goes on with nothing, a clock or a label: the line under the headline.
DATE_LINE = re.compile(
    r"^\W*(?:19|20)[0-9]{2}\s?[-/.年]\s?[0-9]{1,2}\s?[-/.月]\s?[0-9]{1,2}日?\s*(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?[\s|·]*"
    r"(?:$|来\s{0,4}源|來源|稿源|作\s{0,4}者|评论|点击|浏览|阅读|责?编|字[号体]|记者)"
)
DATE_ALONE = re.compile(  # 29 February 2024, 14:28 GMT; Published on Monday, March 4, 2024 at 2:20 PM
    r"^\W*(?:(?:published|posted|updated)\W{0,3}(?:on\s)?\s*)?(?:[a-z]{3,6}day,?\s+)?"
    r"(?:[0-9]{1,2}(?:st|nd|rd|th)?\s+[a-z]{3,9}\.?|[a-z]{3,9}\.?\s+[0-9]{1,2}(?:st|nd|rd|th)?),?\s+(?:19|20)[0-9]{2}"
    r"(?:,|\s+at|\s+[-–—|])?(?:\s*[0-9]{1,2}[:.][0-9]{2}(?::[0-9]{2})?)?\s*(?:[ap]\.?m\.?)?\s*[a-z]{0,5}\W*$",
    re.IGNORECASE,
)
LONG = 120  # characters of a line that may be a notice
SHORT = 60  # characters of a line that may be a credit
KEPT = 0.1  # of the running text: more than this behind an end mark, and the mark is none
KEPT_BEHIND_EDITOR = 0.35  # an editor's line ends a Chinese article more surely
EDITOR = re.compile(r"责任?编辑|责编|責任編輯|网友评论|发表评论")


def is_edge(block: Block, value: float) -> bool:
    """Whether a block at the edge of the text is none of the article."""
    text = block.text
    if len(text) <= SHORT and (CREDIT.match(text) or END.search(text)):
        return True
    if len(text) <= LONG and NOTICE.search(text):
        return True
    return value < 0 and block.box.tag not in ("li", "h2", "h3", "h4")


def _is_above(block: Block, value: float) -> bool:
    """Whether the first block of the text stands above the article and not in it."""
    if len(block.text) <= LONG and (DATE_LINE.match(block.text) or DATE_ALONE.match(block.text)):
        return True
    return len(block.text) <= SHORT and is_edge(block, value)


def _cut_at_end(blocks: list[Block], values: list[float]) -> list[Block]:
    """The blocks before the first end mark that has most of the running text before it."""
    total = sum(max(0.0, values[block.order]) for block in blocks)
    before = 0.0
    for place, block in enumerate(blocks):
        if len(block.text) < SHORT and END.search(block.text):
            kept = KEPT_BEHIND_EDITOR if EDITOR.search(block.text) else KEPT
            if before > (1 - kept) * total:
                return blocks[:place]
        before += max(0.0, values[block.order])
    return blocks


def trim(blocks: list[Block], values: list[float], title: str, keys: dict[int, str]) -> list[Block]:
    """The blocks without edges, adverts, repeats of the headline and repeats of themselves.

    keys: bare texts by the place of their block, filled here and used again by the next call on the same page.
    """
    kept: list[Block] = []
    seen: set[str] = set()
    for block in _cut_at_end(blocks, values):
        key = keys.get(block.order)
        if key is None:
            key = keys[block.order] = bare(block.text) if len(block.text) < 300 else block.text
        if key == title or (key in seen and len(block.text) > 15) or is_advert_line(block):
            continue
        seen.add(key)
        kept.append(block)
    while kept and _is_above(kept[0], values[kept[0].order]):
        del kept[0]
    while kept and is_edge(kept[-1], values[kept[-1].order]):
        del kept[-1]
    return kept
