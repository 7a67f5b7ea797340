"""Who published an article first (来源): the labelled name, else the short name beside the time, else the dateline."""

from __future__ import annotations

import re
from collections.abc import Iterable

from snapshot_crawler.pages.outline import Block

LABEL = re.compile(
    r"(?:信息|文章|新闻|稿件|本文|内容|資料|资料|图文|消息|作品|原文)?\s?(?:来\s{0,4}源|來\s{0,4}源|稿\s{0,2}源|"
    r"出\s{0,2}[处處]|转自|轉自|转载自|摘自|来源于|供稿单位|发布机构|发布单位|信息提供|报送单位)"
    r"\s{0,3}(?:[:：︰﹕|]|于\s?[:：])\s*|(?<![\w])(?:来源|來源|稿源)\s{1,3}(?=[\u4e00-\u9fff])|^(?:来源于?|"
    r"來源)(?=[\u4e00-\u9fff《])|(?<=[\d\s])(?:来源于?|來源)(?=[\u4e00-\u9fff《])"
)
LABEL_ALONE = re.compile(r"^\W*(?:信息|文章|新闻|稿件)?(?:来\s{0,4}源|來源|稿源|出处)\W*$")  # in a cell of its own
# What comes behind the name in the same line.
BEHIND = re.compile(
    r"\s{2,}|\t|[|｜\]】\ue000-\uf8ff]|\s*(?:作\s{0,4}者|编\s{0,4}[辑輯]|責任|责任|责编|记者|通讯员|文/|发布|"
    r"发表|发稿|更新|时间|日期|字[体号]|字號|浏览|点击|阅读|访问|评论|"
    r"分享|打印|收藏|扫|【|\[|大\s?中\s?小|我要|我有话|参与|编辑|撰文|摄影|审核|校对|查看|进入|原标题|手机|微信|"
    r"微博|qq|关注|订阅|举报|纠错|原文|频道|次数|T\||A-|阅读量|人气|热度)|"
    r"\s*[（(](?![^）)]{1,12}[）)]$)|\s*(?:19|20)[0-9]{2}\s?[-/.年]|\s*[0-9]{1,2}[-:][0-9]{2}|[。；;!！?？]",
    re.IGNORECASE,
)
EDGES = " \u3000\xa0:：|｜,，、·•-—_/\\[]【】<>()（）“”\"'"
NO_NAME = re.compile(
    r"^(?:来源|来源于|编号|文号|序号|字数|页码|第?\d+[期版页]|标签|分类|栏目|专题|频道|正文|新闻|资讯|"
    r"[A-Za-z.]+\.(?:com|cn|net|org)|.*[=<>\"].*|"
    r"[\d\s.,:：/-]+|.*(?:关注|点击|浏览|阅读|评论|分享|字号|字体|打印|收藏|发布|发表|时间|日期|编辑|作者|"
    r"记者|登录|注册|投稿|举报|我有话|参与|查看|更多|返回|首页|正文|下载|扫描|二维码|微信|微博|客户端下载|订阅|"
    r"播放|原创|转载|官方账号|已认证|大中小|大 中 小|次|语音|朗读|来自|网络|未知|不详|本站|互联网|佚名|null|"
    r"undefined|admin|none).{0,6}|(?:last\s)?(?:published|updated|posted|modified|written)(?:\s(?:on|at|by))?|"
    r"[a-z]{1,3}|[大中小]|https?:.*|.*[$}{].*|[+＋].*)$",
    re.IGNORECASE,
)
SOURCE_HINT = re.compile(
    r"source|laiyuan|origin|media[-_]?name|provider|copyfrom|come-?from|(?:^|[-_ ])ly(?:$|[-_ ])|(?:^|"
    r"[-_ ])from(?:$|[-_ ])"
)
NOT_HOUSE = r"(?!本报|本社|本台|本网|本刊|记者|据|近日|日前|今日|昨日|\d)"
# 样例网讯 (记者 …); 样例网12月31日讯; 样例社青禾8月1日电: a place stands only behind a word that ends a house's name.
DATELINE = re.compile(
    rf"^\W{{0,3}}(?:{NOT_HOUSE}(?P<house>(?:[^\W\d]|[·《》-]){{2,16}}?)(?:快讯|专讯|讯|消息)(?=\s|[（(【])|"
    rf"{NOT_HOUSE}(?P<named>(?:[^\W\d]|"
    rf"[·《》-]){{1,15}}?[社网報报台闻])[\u4e00-\u9fff]{{0,6}}?[0-9]{{1,2}}月[0-9]{{1,2}}日(?:[讯电]|"
    rf"消息|报道)|"
    rf"{NOT_HOUSE}(?P<other>(?:[^\W\d]|[·《》-]){{2,16}}?)[0-9]{{1,2}}月[0-9]{{1,2}}日(?:[讯电]|消息|报道))"
)
AGENCIES = re.compile(
    r"^(新华社|新華社|新华网|中新社|中新网|中国新闻网|人民网|央广网|央视网|央视新闻|法新社|路透社|美联社|中央社|"
    r"共同社|韩联社|塔斯社|俄新社|国际在线|光明网|澎湃新闻|封面新闻|界面新闻|财联社|海外网|环球网|中国网|中青网|"
    r"央视|CNN|BBC)"
)
SUFFIX = re.compile(r"(?:官方)?(?:账号|帐号|微博|认证)$")
PLACE_FOLLOWS = re.compile(r"(?:发布于|来自|属地|地点)\s*[:：]?\s*$")
ORGANISATION = re.compile(
    r"[社网網报報台臺局部委院会會厅站号刊]$|新闻|新聞|日报|在线|财经|科技|杂志|频道|中心|周刊|公司|大学|政府|"
    r"传媒|媒体"
)
# Offices call their accounts so (青禾发布); elsewhere the word begins what stands behind a name (发布时间).
OFFICE = re.compile(r"[\u4e00-\u9fff]{2,8}发布(?=$|[\s|｜】\])）])")
LONGEST = 30  # characters of a publisher's name; by choice: longer ones are sentences


def _clean(name: str) -> str | None:
    """A name without what surrounds it; None when it is none."""
    name = SUFFIX.sub("", name.strip(EDGES))
    opened, closed = name.count("《"), name.count("》")
    if opened > closed:
        name = name.replace("《", "")
    if not 2 <= len(name) <= LONGEST or NO_NAME.match(name):
        return None
    return name


def _first_name(text: str) -> str | None:
    """The name that a text behind a label begins with."""
    office = OFFICE.match(text)
    return office[0] if office else _clean(BEHIND.split(text, maxsplit=1)[0])


def after_label(block: Block) -> str | None:
    """The name behind a label in the block; '' when the label stands at its end and the name in the next block."""
    text = block.text
    found = LABEL.search(text)
    if not found:
        return None
    rest = text[found.end() :]
    if not rest.strip(EDGES):
        return ""
    parts = [part.text.strip() for part in block.parts if part.text.strip()]
    for place, part in enumerate(parts):
        inside = LABEL.search(part)
        if inside and inside.end() >= len(part.rstrip()) and place + 1 < len(parts):
            return _first_name(parts[place + 1]) or _first_name(rest) or ""
        if inside and part[inside.end() :].strip():
            return _first_name(part[inside.end() :].strip())
    return _first_name(rest)


def labelled(blocks: Iterable[Block]) -> str | None:
    """The first labelled name in the blocks; the value may stand in the block after its label."""
    waiting = False
    for block in blocks:
        if waiting and len(block.text) <= LONGEST and (name := _first_name(block.text)):
            return name
        waiting = bool(LABEL_ALONE.match(block.text))
        if waiting or (len(block.text) > 150 and not LABEL.match(block.text)):
            continue
        name = after_label(block)
        if name:
            return name
        waiting = name == ""
    return None


def hinted(blocks: Iterable[Block]) -> str | None:
    """A short text whose own element calls itself source."""
    for block in blocks:
        if len(block.text) > 150:
            continue
        for part in block.parts:
            if SOURCE_HINT.search(part.hint) and part.text.strip():
                name = _clean(LABEL.sub("", part.text.strip()))
                if name and not BEHIND.search(name):
                    return name
    return None


def beside_time(block: Block, raw: str, title: str) -> str | None:
    """The short name in the line of the time (2019年09月11日01:53 样例网 我有话说), or in a part of its own."""
    before = ""
    for part in block.parts:
        text, previous = part.text.strip(), before
        before = text or before
        if PLACE_FOLLOWS.search(previous):
            continue
        for piece in re.split(r"\s+|[|｜]", text.replace(raw, " ")) if raw in text else [text]:
            name = _first_name(LABEL.sub("", piece, count=1)) if piece else None
            if name and re.search(r"[\u4e00-\u9fffA-Za-z]{2}", name) and len(name) <= 16 and name not in title:
                return name
    return None


def next_to_time(block: Block, blocks: list[Block]) -> str | None:
    """The house's name in an element of its own beside that of the time, in the same row or list."""
    for place in (block.order + 1, block.order - 1):
        other = blocks[place] if 0 <= place < len(blocks) else None
        if other is None or other.box.parent is not block.box.parent or other.box.tag != block.box.tag:
            continue
        name = _first_name(other.text) if len(other.text) <= 16 else None
        if name == other.text.strip() and (ORGANISATION.search(name) or OFFICE.fullmatch(name) or name[:2] == "今日"):
            return name
    return None


def dateline(text: str) -> str | None:
    """The paper or agency that opens the text (东南网12月31日讯, 新江苏·中国江苏网讯 (记者 …)); None for 本报讯."""
    head = text[:60].lstrip(" \u3000(（【")
    if (found := AGENCIES.match(head)) and re.search(r"[讯电訊電]|消息|报道", head[:24]):
        return found[1]
    found = DATELINE.match(head)
    return _clean(found["house"] or found["named"] or found["other"]) if found else None
