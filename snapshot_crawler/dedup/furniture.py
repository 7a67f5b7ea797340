"""The lines that an outlet puts around a story: softened text goes in, the story's own lines come out.

making.py calls story_lines. A reprint replaces datelines and credits before the first sentence, captions and page
joints between the paragraphs, and credits and notices behind the last. Each rule is about a form that readers know
(`本报北京4月1日讯`, `责任编辑：`), never about the name of one outlet. An unknown line stays: a few lines more or less
do not change the comparison. The words are in furniture_words.py.
"""

from __future__ import annotations

import re

from snapshot_crawler.dedup import furniture_words as words
from snapshot_crawler.lazy_pattern import LazyPattern, any_of

# The lengths were chosen on the development sets (docs/duplicates.md; python benchmarks/dedup.py).
SHORT_LINE = 90  # characters: captions and credits are shorter, paragraphs mostly longer
LONGEST_NOTICE = 200  # characters of a notice, which may be a whole sentence
LONGEST_FRAME = 40  # characters of a button or a heading
LONGEST_CREDIT = 60  # characters of a credit or a caption that its words betray
LONGEST_PAGER = 30  # characters of a line with page numbers
NOTICE_LINES = 4  # at the end; further up, a line on copyright belongs to a story on copyright
CUT_LINES = 3  # at the end: a text that was cut may have unknown notices below the cut
CUT_SIGNS = frozenset(".…)]】e")  # the last characters that CUT_END finds
LONGEST_ENDING = 80  # characters searched at the end of a line
LABEL_LINE = 18  # characters of a line that is all in brackets: the name of a series
MOST_DATELINES = 3  # an outlet's own before the agency's before the agency's source

OUTLET = rf"(?:本报|本网|本台|[^\s,。;!?:()]{{1,18}}?(?:{any_of(words.OUTLET_ENDS)}))"
DAY = r"(?:\d{4}年)?\d{1,2}月\d{1,2}日"
MONTH = rf"(?:{any_of(words.MONTHS)})[a-z]*"
NAMES = r"\s*(?:\([^()]{1,60}\))?\s*"
DATELINE = LazyPattern(
    # 某市气象台发布雷电预警 is no dateline: 电 stands behind a day, or a sign stands behind it
    rf"(?:【?{OUTLET}[^\s,。;!?:()]{{0,12}}?\s*(?:{DAY}\s*(?:综合|专)?(?:电|讯|消息|报道)"
    rf"|(?:(?<=本报)|(?<=本网)|(?<=本台)|(?:综合|专)?)(?:电|讯|消息|报道)(?=\W|快讯|记者))"
    rf"|[^\s,。;!?:()]{{0,12}}?{DAY}\s*(?:电|讯))"
    rf"(?:快讯)?{NAMES}(?:[:,】]|题:[^\n]{{0,40}}\n|记者[^\s,。;!?:()]{{2,8}}\s*报道)?\s*"
)
DATELINE_SIGN = re.compile("[电讯消报]")  # what every DATELINE has
ENGLISH_DATELINE = LazyPattern(
    rf"(?:[a-z][a-z .,'/-]{{1,40}}?(?:,\s*{MONTH}\.?\s*\d{{1,2}})?"
    r"\s*(?:\([a-z][a-z .&]{1,20}\)\s*(?:--?|[—–])|(?:--|[—–]))\s*"
    rf"|(?:[a-z][a-z .,'/-]{{1,40}}, )?{MONTH}\.? \d{{1,2}}"
    r" \([a-z][a-z .&]{1,20}\)\s*(?:--?|[—–])?\s*)"
)
LABEL = re.compile(r"(?:\([^()\n]{2,16}\)|【[^】\n]{2,16}】|\[[^\]\n]{2,16}\])\s*")  # (抗击新冠肺炎) before a headline

CREDIT = LazyPattern(
    rf"^\W{{0,3}}(?:{any_of(words.ENGLISH_CREDIT)}"
    rf"|(?:[^\s:]{{0,4}}(?:{any_of(words.CREDIT_LABEL)})|{any_of(words.SHORT_CREDIT_LABEL)})\s*[:/丨|]"
    r"|\S{0,12}\s?(?:记者|通讯员)\s[^,。;!?]{2,30}$)"  # 青州日报记者 张三
)
BRACKETED = re.compile(r"^[(\[【〔<].{1,60}[)\]】〕>]\W?$")
NEWSROOM = LazyPattern(any_of(words.NEWSROOM))
CAPTION = LazyPattern(any_of(words.CAPTION))
PAGES = LazyPattern(any_of(words.PAGES))
NOTICE = LazyPattern(any_of(words.NOTICE))
ENDING = LazyPattern(rf"\W*\((?:{any_of(words.ENDING)})\)\W*$")
RULER = re.compile(r"^\W+$")
FRAME = LazyPattern(
    rf"\W{{0,3}}(?:{any_of(words.FRAME)})"
    # with a time of day: a date alone at the end is that of an announcement
    r"|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[\s\w]{0,4}\d{1,2}:\d\d(?::\d\d)?\W*$"
    rf"|{MONTH}\.? \d{{1,2}},? \d{{4}}[, ]+\d{{1,2}}:\d\d ?(?:[ap]\.?m\.?)?[ a-z]{{0,4}}$"
)
WIRE = LazyPattern(rf"^(?:{any_of(words.WIRE)})$")
# a number before the dots may be cut itself: 4... of 4.2%
CUT_END = LazyPattern(
    r"(?:(?:\d[\d.,:]*)?(?:\.{3,}|…+|\[\.\.\.\]))?\s*"
    r"(?:[(\[【](?:(?:查看|阅读|展开)?(?:全文|详细|详情|更多|原文)[^()\[\]【】]{0,12}"
    r"|\+\d+ (?:chars|characters))[)\]】]|read more)?\s*$"
)
ENTITY = re.compile(words.ENTITY)
SPACES = re.compile(r"[ \t\xa0]{2,}|[\t\xa0]")


def is_furniture(line: str) -> bool:
    """Whether a softened line belongs to the outlet and not to the story."""
    if not line[0].isalnum() and RULER.match(line):
        return True
    if len(line) <= SHORT_LINE:
        if WIRE.match(line) or (FRAME.match(line) and len(line) <= LONGEST_FRAME):
            return True
        if len(line) <= LONGEST_CREDIT and (CAPTION.search(line) or CREDIT.match(line)):
            return True
        if BRACKETED.match(line) and (len(line) <= LABEL_LINE or NEWSROOM.search(line)):
            return True
        if PAGES.search(line) and len(line) <= LONGEST_PAGER:
            return True
    return False


def is_notice(line: str) -> bool:
    """Whether a line that stands near the end of a text is the outlet's notice: rights, corrections, newsletters."""
    return len(line) <= LONGEST_NOTICE and bool(NOTICE.search(line))


def strip_datelines(text: str) -> str:
    """text without the datelines at its beginning."""
    for _ in range(MOST_DATELINES):
        text = text.lstrip()
        label = LABEL.match(text)
        start = label.end() if label else 0
        may_be_one = DATELINE_SIGN.search(text)  # saves a match that tries a hundred ways
        found = (DATELINE.match(text, start) if may_be_one else None) or ENGLISH_DATELINE.match(text, start)
        if found is None and label and may_be_one:  # 【某网综合报道】
            found = DATELINE.match(text)
        if found is None:
            return text
        text = text[found.end() :]
    return text


def story_lines(text: str) -> list[str]:
    """The story's own lines in a softened text: no furniture, no dateline, no credit in brackets at the end."""
    if "&" in text:
        text = ENTITY.sub(" ", text)
    if "  " in text or "\t" in text or "\xa0" in text:  # rare; the search is a quarter of the cost of this function
        text = SPACES.sub(" ", text)
    lines = [line.strip() for line in text.split("\n")]
    own = [line for line in lines if line and not is_furniture(line)]
    own[-NOTICE_LINES:] = [line for line in own[-NOTICE_LINES:] if not is_notice(line)]
    if not own:
        return [line for line in lines if line]
    own[0] = strip_datelines(own[0])
    if len(own) > 1 and len(own[0]) <= SHORT_LINE:  # a headline repeated above the text
        own[1] = strip_datelines(own[1])
    if ")" in own[-1]:
        own[-1] = _without(ENDING, own[-1])
    for place in range(-min(CUT_LINES, len(own)), 0):  # a notice that is not known may stand below the cut
        if own[place][-1:] in CUT_SIGNS:
            own[place] = _without(CUT_END, own[place])
    return own


def _without(ending: LazyPattern, line: str) -> str:
    """line without its end that matches. Only LONGEST_ENDING characters are searched: a search tries every place."""
    start = max(0, len(line) - LONGEST_ENDING)
    return line[:start] + ending.sub("", line[start:])
