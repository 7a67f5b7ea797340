"""What an outlet puts around a story and a reprint replaces: softened text in, the story's own lines out.

Datelines and credits before the first sentence, captions and page joints between the paragraphs, credits and notices
after the last. Each rule is about a form that readers know (`本报北京4月1日讯`, `责任编辑：`), never about an outlet's
name. A line that is not known stays: the comparison bears a few lines more or less.
"""

from __future__ import annotations

import re

# The lengths were chosen on the development sets (docs/duplicates.md; python benchmarks/dedup.py).
SHORT_LINE = 90  # characters: captions and credits are shorter, paragraphs mostly longer
LONGEST_NOTICE = 200
LONGEST_FRAME = 40
NOTICE_LINES = 4  # at the end; further up, a line on copyright belongs to a story on copyright
CUT_LINES = 3
CUT_SIGNS = frozenset(".…)]】e")  # the last of what CUT_END finds
LONGEST_ENDING = 80
LABEL_LINE = 18  # characters of a line that is all in brackets: the name of a series
MOST_DATELINES = 3  # an outlet's own before the agency's before the agency's source

OUTLET = r"(?:本报|本网|本台|[^\s,。;!?:()]{1,18}?(?:报|网|社|(?<!气象)台|客户端|频道|在线|新闻|日报|晚报|时报|传媒))"
DAY = r"(?:\d{4}年)?\d{1,2}月\d{1,2}日"
MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
NAMES = r"\s*(?:\([^()]{1,60}\))?\s*"
DATELINE = re.compile(
    # 某市气象台发布雷电预警 is no dateline: 电 stands behind a day, or a sign stands behind it
    rf"(?:【?{OUTLET}[^\s,。;!?:()]{{0,12}}?\s*(?:{DAY}\s*(?:综合|专)?(?:电|讯|消息|报道)"
    rf"|(?:(?<=本报)|(?<=本网)|(?<=本台)|(?:综合|专)?)(?:电|讯|消息|报道)(?=\W|快讯|记者))"
    rf"|[^\s,。;!?:()]{{0,12}}?{DAY}\s*(?:电|讯))"
    rf"(?:快讯)?{NAMES}(?:[:,】]|题:[^\n]{{0,40}}\n|记者[^\s,。;!?:()]{{2,8}}\s*报道)?\s*"
)
ENGLISH_DATELINE = re.compile(
    rf"(?:[a-z][a-z .,'/-]{{1,40}}?(?:,\s*{MONTH}\.?\s*\d{{1,2}})?"
    r"\s*(?:\([a-z][a-z .&]{1,20}\)\s*(?:--?|[—–])|(?:--|[—–]))\s*"
    rf"|(?:[a-z][a-z .,'/-]{{1,40}}, )?{MONTH}\.? \d{{1,2}}"
    r" \([a-z][a-z .&]{1,20}\)\s*(?:--?|[—–])?\s*)"
)
LABEL = re.compile(r"(?:\([^()\n]{2,16}\)|【[^】\n]{2,16}】|\[[^\]\n]{2,16}\])\s*")  # (抗击新冠肺炎) before a headline

CREDIT = re.compile(
    r"^\W{0,3}(?:(?:additional )?(?:reporting|writing|editing|edited|written|compiled) by\b|with assistance from\b"
    r"|(?:[^\s:]{0,4}(?:编辑?|来源|作者|校对|审核|监制|摄影?|记者|责编|编审|通讯员"
    r"|文字|图片|撰文|翻译|摄像|编导|剪辑|主编|策划|统筹|制作|出品|编发|[初复终]审|原标题)|图|文"
    r"|source|editor|photo|image|credit|by)\s*[:/丨|]"
    r"|\S{0,12}\s?(?:记者|通讯员)\s[^,。;!?]{2,30}$)"
)
BRACKETED = re.compile(r"^[(\[【〔<].{1,60}[)\]】〕>]\W?$")
NEWSROOM = re.compile(r"记者|编辑|实习生|通讯员|来源|摄影|供稿|作者|转载|editor|report|source|photo|写|文/|图/")
CAPTION = re.compile(
    r"^(?:[△▲▼▽■●◆]|(?:资料|配|题|组|上|下|左|右)?图(?:片|为|中|[\s:\d(]|$)|(?:file )?(?:photo|picture|image)\b)"
    r"|摄\W*$|(?:资料图|供图|图源)\W*$"
)
PAGES = re.compile(
    r"上一页|下一页|上页|下页|下转|上接|第\s*\d+\s*版|余下全文|未完待续"
    r"|(?:prev(?:ious)?|next) page|page \d+ of \d+|^\W*\d+(?:\s+\d+)*\W*$"
)
NOTICE = re.compile(
    r"版权|转载|侵权|侵犯|免责|未经.{0,10}授权|不代表本[网站报]|仅供参考|不构成投资|传递更多信息|与本网联系"
    r"|下载.{0,10}客户端|关注.{0,12}(?:微信|公众号)|扫描.{0,6}二维码|all rights reserved|copyright|©"
    r"|仅代表.{0,20}(?:观点|立场)|本文(?:来自|来源|转自|为|系).{0,20}(?:公众号|平台|作者)|提供信息(?:发布|存储)"
    r"|our standards:|contact the (?:writer|reporter|author)|follow us|story has been corrected"
    r"|newsletter|was updated|was corrected|first published|terms of (?:use|service)|subscribe"
)
ENDING = re.compile(
    r"\W*\((?:完|全文完|[^()]{0,24}记者[^()]{0,40}|来源[^()]{0,40}|编辑[^()]{0,30}|据[^()]{0,20})\)\W*$"
)
RULER = re.compile(r"^\W+$")
# what a page's frame says between and behind the paragraphs; each stands alone on its line
FRAME = re.compile(
    r"\W{0,3}(?:广告(?:\W|$)|advertisement|(?:推荐|相关|延伸|更多|热门)(?:阅读|报道|新闻|链接|推荐)(?:\W|$)|(?:视频)?加载"
    r"|点击(?:查看|播放|进入|下载|关注|阅读)|(?:阅读|展开|查看|显示)(?:全文|更多|剩余)|返回\S{0,8}(?:首页|查看|搜狐|列表)"
    r"|分享到|微信(?:\W|$)|字号|纠错|举报|点赞|收藏|the end\W*$"
    r"|(?:story|article) continues|(?:read (?:more|also|next)|related|see also):|share this|follow us|sign up"
    r"|facebook\W*$|twitter\W*$|whatsapp\W*$)"
    # with a time of day: a date alone at the end is that of an announcement
    r"|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[\s\w]{0,4}\d{1,2}:\d\d(?::\d\d)?\W*$"
    rf"|{MONTH}\.? \d{{1,2}},? \d{{4}}[, ]+\d{{1,2}}:\d\d ?(?:[ap]\.?m\.?)?[ a-z]{{0,4}}$"
)
WIRE = re.compile(r"^(?:by [a-z .,'-]{3,50}|[-\s]*(?:reuters?|ap|afp|upi|xinhua)[\s\d&;/:-]*|updated? .{0,40})$")
# a number before the dots may be cut itself: 4... of 4.2%
CUT_END = re.compile(
    r"(?:(?:\d[\d.,:]*)?(?:\.{3,}|…+|\[\.\.\.\]))?\s*"
    r"(?:[(\[【](?:(?:查看|阅读|展开)?(?:全文|详细|详情|更多|原文)[^()\[\]【】]{0,12}"
    r"|\+\d+ (?:chars|characters))[)\]】]|read more)?\s*$"
)
ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|ldquo|rdquo|middot|#\d{1,6}|lt);")
SPACES = re.compile(r"[ \t\xa0]{2,}|[\t\xa0]")


def is_furniture(line: str) -> bool:
    """Whether a softened line of a story is the outlet's and not the story's."""
    if not line[0].isalnum() and RULER.match(line):
        return True
    if len(line) <= SHORT_LINE:
        if WIRE.match(line) or (FRAME.match(line) and len(line) <= LONGEST_FRAME):
            return True
        if CAPTION.search(line) and len(line) <= 60:
            return True
        if CREDIT.match(line) and len(line) <= 60:
            return True
        if BRACKETED.match(line) and (len(line) <= LABEL_LINE or NEWSROOM.search(line)):
            return True
        if PAGES.search(line) and len(line) <= 30:
            return True
    return False


def is_notice(line: str) -> bool:
    """Whether a line that stands near the end of a text is the outlet's notice: rights, corrections, newsletters."""
    return len(line) <= LONGEST_NOTICE and bool(NOTICE.search(line))


def strip_datelines(text: str) -> str:
    """text without the datelines that it opens with."""
    for _ in range(MOST_DATELINES):
        text = text.lstrip()
        label = LABEL.match(text)
        start = label.end() if label else 0
        found = DATELINE.match(text, start) or ENGLISH_DATELINE.match(text, start)
        if found is None and label:  # 【某网综合报道】
            found = DATELINE.match(text)
        if found is None:
            return text
        text = text[found.end() :]
    return text


def story_lines(text: str) -> list[str]:
    """The story's own lines in a softened text: no furniture, no dateline, no credit in brackets at the end."""
    if "&" in text:
        text = ENTITY.sub(" ", text)
    if any(
        blank in text for blank in ("  ", "\t", "\xa0")
    ):  # rare; the search is a quarter of the cost of this function
        text = SPACES.sub(" ", text)
    lines = [line.strip() for line in text.split("\n")]
    own = [line for line in lines if line and not is_furniture(line)]
    notices = [line for line in own[-NOTICE_LINES:] if is_notice(line)]
    own = own[:-NOTICE_LINES] + [line for line in own[-NOTICE_LINES:] if line not in notices]
    if not own:
        return [line for line in lines if line]
    own[0] = strip_datelines(own[0])
    if len(own) > 1 and len(own[0]) <= SHORT_LINE:  # a headline repeated above the text
        own[1] = strip_datelines(own[1])
    own[-1] = _without(ENDING, own[-1])
    for place in range(-min(CUT_LINES, len(own)), 0):  # a notice that is not known may stand below the cut
        if own[place][-1:] in CUT_SIGNS:
            own[place] = _without(CUT_END, own[place])
    return own


def _without(ending: re.Pattern[str], line: str) -> str:
    """line without what a pattern finds at its end; only the end is looked at, since a search tries every place."""
    start = max(0, len(line) - LONGEST_ENDING)
    return line[:start] + ending.sub("", line[start:])
