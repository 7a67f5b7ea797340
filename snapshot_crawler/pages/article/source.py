"""Who published an article first (来源): the labelled name, else the short name beside the time, else the dateline.

Lines of text go in, a name or None comes out. The words around a name are in source_words.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from snapshot_crawler.lazy_pattern import LazyPattern, any_of
from snapshot_crawler.pages.article import source_words
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.needed import GuardedPattern
from snapshot_crawler.pages.outline import Block

NOT_OF_PICTURE = "".join(f"(?<!{word})" for word in source_words.OF_PICTURES)
LABEL = GuardedPattern(
    rf"{NOT_OF_PICTURE}(?:{any_of(source_words.OF_WHAT)})?\s?{NOT_OF_PICTURE}(?:{any_of(source_words.LABEL)})\s{{0,3}}(?:[:：︰﹕|]|于\s?[:：])\s*|"
    rf"{any_of(source_words.LABEL_WITHOUT_COLON)}"
)
LABEL_ALONE = HanPattern(
    r"^\W*(?:(?:信息|文章|新闻|稿件)?(?:来\s{0,4}源|來源|稿源|出处)|发布(?:机构|单位)|发文机关)\W*$"
)  # in a cell of its own
BEHIND = HanPattern(any_of(source_words.BEHIND), re.IGNORECASE)
COLUMN_SIGNS = ("|", "｜", "丨", "︱")  # behind the name of an account that begins its headlines with it
EDGES = " \u3000\xa0:：|｜,，、·•-—_/\\[]【】〔〕<>()（）“”\"'□■◇◆○●△▲☆★▼▽"
NO_NAME = HanPattern(rf"^(?:{any_of(source_words.NO_NAME)})$", re.IGNORECASE)
SOURCE_HINT = re.compile(any_of(source_words.SOURCE_HINT))
NOT_HOUSE = rf"(?!{any_of(source_words.NOT_HOUSE)})"
DAY = r"[0-9]{1,2}月[0-9]{1,2}日(?:[讯电]|消息|报道)"
LETTER = r"(?:[^\W\d]|[·《》-])"
# A place stands only behind a word that ends a house's name.
DATELINE = HanPattern(
    rf"^\W{{0,3}}(?:"
    rf"{NOT_HOUSE}(?P<house>{LETTER}{{2,16}}?)(?:快讯|专讯|讯|消息)(?=\s|[（(【])"  # 样例网讯 (记者 …)
    rf"|{NOT_HOUSE}(?P<named>{LETTER}{{1,15}}?[社网報报台闻])[\u4e00-\u9fff]{{0,6}}?{DAY}"  # 样例社青禾8月1日电
    # 样例社記者某某台北5日電
    rf"|{NOT_HOUSE}(?P<reporters>{LETTER}{{1,10}}?[社網网報报])记者[\u4e00-\u9fff、]{{2,16}}[0-9]{{1,2}}日[^。]{{0,6}}?[电讯]"
    rf"|{NOT_HOUSE}(?P<other>{LETTER}{{2,16}}?){DAY})"  # 样例网12月31日讯
)
AGENCIES = HanPattern(rf"^({any_of(source_words.AGENCIES)})")
AGENCY_REPORTS = HanPattern("[讯电]|消息|报道|^[】〕）)\\]]|^记者")
ACCOUNT = HanPattern(r"(?P<name>\S{2,16}?)(?:官方)?(?:账号|帐号)|来自[\s:：]{0,2}(?P<from>\S{2,16})")
SUFFIX = HanPattern(r"(?:官方)?(?:账号|帐号|微博|认证)$")
PLACE_FOLLOWS = HanPattern(r"(?:发布于|来自|属地|地点)\s*[:：]?\s*$")
ORGANISATION = HanPattern(any_of(source_words.ORGANISATION))
PUBLISHER = HanPattern("[社网报台]$")  # agency, site, paper, station; a section's name ends so seldom
# Offices call their accounts so (青禾发布); elsewhere the word begins what stands behind a name (发布时间).
OFFICE = GuardedPattern(r"[\u4e00-\u9fff]{2,8}发布(?=$|[\s|｜】\])）])")
FOREIGN_LABEL = LazyPattern(
    rf"^\W*(?:(?:{any_of(source_words.FOREIGN_LABEL)})\s*[:：]|(?:news\s)?provided by|(?-i:SOURCE)(?=\s[A-Z]))\s*"
    r"(?P<name>[^\n|:：]{2,40}?)\W*$",
    re.IGNORECASE,
)
OUR_OWN = HanPattern(r"^本[报刊网台社站]")  # 本报记者: whose paper that is, the word does not say
# The app or account that a line tells to load, not who wrote the article.
PROMOTED = HanPattern("扫码|扫一扫|二维码|下载")
LONGEST_FOREIGN = 60  # characters of such a line; by choice: longer ones are sentences
LONGEST = 30  # characters of a publisher's name; by choice: longer ones are sentences
COLON = re.compile("[:：]")


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
        # characters, by choice: a longer line is a paragraph
        if waiting or (len(block.text) > 150 and not LABEL.match(block.text)) or PROMOTED.search(block.text):
            continue
        name = after_label(block)
        if name:
            return name
        waiting = name == ""
    return None


def hinted(blocks: Iterable[Block]) -> str | None:
    """A short text whose own element calls itself source."""
    for block in blocks:
        if len(block.text) > 150:  # characters, by choice: a longer line is a paragraph
            continue
        for part in block.parts:
            if SOURCE_HINT.search(part.hint) and part.text.strip():
                name = _clean(LABEL.sub("", part.text.strip()))
                if name and not BEHIND.search(name):
                    return name
    return None


def beside_time(block: Block, raw: str, title: str) -> str | None:
    """The short name in the line of the time (2019年09月11日01:53 样例网 我有话说), or in a part of its own.

    Of several the nearest, the one behind the time before the one ahead of it: sections stand further away.
    """
    before = ""
    found: list[tuple[int, str]] = []  # the place in the line, and the name
    when = 0
    for place, part in enumerate(part for part in block.parts if part.text.strip()):
        text, previous = part.text.strip(), before
        before = text
        if raw and raw in text:
            when = 2 * place
        if PLACE_FOLLOWS.search(previous):
            continue
        for piece in re.split(r"\s+|[|｜]", text.replace(raw, " ")) if raw in text else [text]:
            name = _first_name(LABEL.sub("", piece, count=1)) if piece else None
            # characters, by choice: without a label, only a short name
            if not name or OUR_OWN.match(name) or COLON.search(name):  # 报道：某某 is what another label says
                continue
            is_column = title.startswith(name) and title[len(name) : len(name) + 1] in COLUMN_SIGNS
            is_other = is_column or name not in title
            if re.search(r"[\u4e00-\u9fffA-Za-z]{2}", name) and len(name) <= 16 and is_other:
                found.append((2 * place, name))
                break
    return min(found, key=lambda one: abs(one[0] - when - 1))[1] if found else None


def account(block: Block, blocks: list[Block]) -> str | None:
    """The house that a line straight below the time's names: 样例晚报官方账号, 来自 样例晚报."""
    for other in blocks[block.order + 1 : block.order + 3]:
        found = ACCOUNT.fullmatch(other.text)
        name = _first_name(found["name"] or found["from"]) if found is not None else None
        if name and ORGANISATION.search(name):
            return name
    return None


def next_to_time(block: Block, blocks: list[Block]) -> str | None:
    """The house's name in an element of its own beside that of the time, in the same row or list."""
    for place in (block.order + 1, block.order - 1):
        other = blocks[place] if 0 <= place < len(blocks) else None
        if other is None or other.box.parent is not block.box.parent or other.box.tag != block.box.tag:
            continue
        # characters, by choice: without a label, only a short name
        name = _first_name(other.text) if len(other.text) <= 16 else None
        if name == other.text.strip() and (ORGANISATION.search(name) or OFFICE.fullmatch(name) or name[:2] == "今日"):
            return name
    return None


def dateline(text: str) -> str | None:
    """The paper or agency that opens the text (东南网12月31日讯, 新江苏·中国江苏网讯 (记者 …)); None for 本报讯."""
    head = text[:60].lstrip(" \u3000(（【〔[")
    if (found := AGENCIES.match(head)) and AGENCY_REPORTS.search(head[found.end() : found.end() + 24]):
        return found[1]
    found = DATELINE.match(head)
    return _clean(found["house"] or found["named"] or found["reporters"] or found["other"]) if found else None


def foreign_label(blocks: Iterable[Block]) -> str | None:
    """The name behind Source:, Quelle:, المصدر: or the like, in a short line of its own."""
    for block in blocks:
        if len(block.text) <= LONGEST_FOREIGN and (found := FOREIGN_LABEL.match(block.text)):
            return found["name"].strip(EDGES) or None
        for part in block.parts if len(block.parts) > 1 else []:
            text = part.text.strip()
            if len(text) <= LONGEST_FOREIGN and (found := FOREIGN_LABEL.match(text)):
                return found["name"].strip(EDGES) or None
    return None
