"""Who wrote an article: Chinese bylines and reporters' credits. Lines of text in, names out.

Other languages are in bylines.py, the words in author_words.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile

from snapshot_crawler.lazy_pattern import LazyPattern, any_of
from snapshot_crawler.pages.article import author_words, bylines
from snapshot_crawler.pages.article.source import ORGANISATION
from snapshot_crawler.pages.han import HanPattern, all_forms
from snapshot_crawler.pages.needed import GuardedPattern
from snapshot_crawler.pages.outline import Block

# The commonest family names; where no label vouches for a name, it begins with one of these.
FAMILY = all_forms(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付"
    "方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵覃武钱戴严莫孔向常汤康易乔文赖樊兰殷施洪翁倪葛章焦俞安鲁岳庄柯祝骆甘游齐梅柴欧柳"
    "阳艾凌辛冉宁聂单管耿左欧阳尤车褚裴桑卞麦党宫植池房尚路关伍柏项华纪查卜应季司乐屈翟成解褚盛童萧佟牛辜鲍穆温苗谷包鞠蒙席屠练祁古戚简桂"
    "费涂沙郎巫窦荣滕佘邢宗符奚米戈明封宿栾隋楚闵苑敖巩晏仇卓喻伊冷时蓝瞿邝蔺諸葛陳張劉黃趙吳孫馬鄭謝許韓馮鄧蕭蔣葉呂蘇盧鍾譚陸賈鄒龍"
    "賀顧龔嚴錢湯賴蘭莊魯齊歐聶單楊羅蒲全邬苟阎师敬亓臧逄展初逯丛牟晋丘利来扈上官司马东方尉迟粟仝缪税买拜撒靳訾相冼揭母续幸原鹿衣杭靖"
    "郁湛狄贝谈茅庞舒麻娄颜刁霍虞裘宣嵇荀甄芮糜隗宓郗仲厉戎祖景詹束郜蓟邰胥姬宰郦雍璩濮寿慕茹宦庾匡寇阙沃蔚越晁阚饶巢蒯荆竺桓毕傅卫闻岑"
)
NAME = rf"(?!{any_of(author_words.TITLES)})[\u4e00-\u9fff]{{2,4}}(?:[·‧．][\u4e00-\u9fff]{{1,8}})?"
NAMES = rf"{NAME}(?:(?:\s{{1,2}}|\s?[、,，；;&/和]\s?){NAME}){{0,7}}"
BOUND = rf"(?={any_of(author_words.BOUND)})"
COLON = r"(?:[:：︰﹕∶/／|｜︱丨‧•]|\s·)"
SIGN_OF_LABEL = re.compile(rf"{COLON}\s{{0,2}}$")  # behind it stand names, pen names among them
WRITER = GuardedPattern(
    rf"(?:{any_of(author_words.WRITER)})\s{{0,2}}{COLON}\s{{0,3}}(?P<names>[^\n|｜\]】）)]{{2,60}})"
)
# The patterns with NAMES take 5 to 11 ms to compile: a set of all Chinese characters 0.7, and NAMES holds four.
WRITER_SPACED = GuardedPattern(
    rf"(?:^|\s)(?:{any_of(author_words.WRITER_SPACED)})\s{{1,3}}(?P<names>{NAMES})(?=\s|$)",
    sign=rf"(?:^|\s)(?:{any_of(author_words.WRITER_SPACED)})\s",
)
WRITER_BEHIND = GuardedPattern(
    r"(?<![\u4e00-\u9fff])(?P<names>[\u4e00-\u9fff]{2,4})\s?[/／]\s?文(?![\u4e00-\u9fff])", sign=r"[/／]\s?文"
)
REPORTER = GuardedPattern(
    rf"(?:{any_of(author_words.REPORTER)})(?:\s{{0,2}}{COLON}|\s)?\s{{0,2}}(?P<names>{NAMES}){BOUND}"
)
PHOTO = HanPattern(rf"\s?[/／]?(?:{any_of(author_words.PHOTO)})(?!影?报[道导]|[像影片]?\s?[:：︰|｜丨])")
PHOTO_GLUED = HanPattern("[摄]影?$")
# 社會中心／某某報導, 上報快訊／某某 2024年5月20日; 某某／台北報導
# （南风周刊记者 容与 实习生 甘棠）: nothing but titles and names, so that rare family names are names here, too
CREDIT = (
    rf"[\u4e00-\u9fffA-Za-z·]{{0,16}}?(?:{any_of(author_words.REPORTER)})(?:\s{{0,2}}{COLON}|\s)?\s{{0,2}}"
    rf"{NAMES}(?:\s?[/／]?(?:{any_of(author_words.PHOTO)}|文字?))?[\s、，,;；]{{0,3}}"
)
PICTURES_BY = rf"(?:{NAMES}\s?[/／]?(?:{any_of(author_words.PHOTO)})\s?)?"
CREDITS_ALONE = GuardedPattern(  # of a whole line: no figure and no mark of a sentence stands in it
    rf"^[\s（(【\[〔]*(?:{CREDIT}){{1,4}}{PICTURES_BY}[\s）)】\]〕]*$",
    sign=rf"^[^0-9。！？]*(?:{any_of(author_words.REPORTER)})[^0-9。！？]*$",
)
BOOK = re.compile(r"^《[^》]{2,16}》")  # 文|《样例周刊》某某
NOT_BEHIND_REPORTER = HanPattern(any_of(author_words.NOT_BEHIND_REPORTER))
GAP = re.compile(r"\s{2,}|[|｜]")
TIME_BEFORE = re.compile(r"^[\d\s/.:年月日-]{6,24}")
DESK = GuardedPattern(
    rf"^[\s【〔（(\[]*[\u4e00-\u9fffA-Za-z]{{1,8}}?(?:{any_of(author_words.DESK)})\s?[/／]\s?(?:实习编辑|编辑|记者)?"
    rf"(?P<names>{NAMES})(?=\s|$|[0-9/／]|[综报]|[】〕）)\]])",
    sign=rf"(?:{any_of(author_words.DESK)})\s?[/／]",
)
FROM_PLACE = GuardedPattern(
    rf"^[\s【〔（(\[◎■●]*(?P<names>{NAMES})\s?[/／]\s?[\u4e00-\u9fff]{{2,6}}报[道导]", sign=r"[/／]\s?\w{2,6}报[道导]"
)
# 报道：某某: no sentence (据样例社报道：...) before it
REPORTED_BY = GuardedPattern(
    rf"(?<![\u4e00-\u9fff])(?:采访)?报\s?[道导]\s?{COLON}\s{{0,3}}(?P<names>{NAMES}){BOUND}",
    sign=rf"报\s?[道导]\s?{COLON}",
)
# 某某 报道: the line alone
REPORTER_ALONE = GuardedPattern(r"^[（(【〔]\s?(?:\S{2,8})?记者\s?(?P<name>[\u4e00-\u9fff]{3})\s?[）)】〕]$")
REPORTS = GuardedPattern(rf"^\W*(?P<names>{NAMES})\s{{1,3}}(?:综合)?报[道导]\W*$", sign=r"\s(?:综合)?报[道导]\W*$")
# 冯 远: a name of two widened to the breadth of three
WIDENED = re.compile(rf"(?<![\u4e00-\u9fff])([{''.join(sorted(FAMILY))}])[ \u3000]([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
GAP_INSIDE = re.compile("[ \u3000]")
BRACKETED = re.compile(r"[（(【\[〔][^（）()【】\[\]〔〕]{0,60}[）)】\]〕]")
CLOSING = ("）", ")", "】", "〕")
SIGNED = HanPattern(rf"[（(【〔]\s?(?P<names>{NAMES})\s?[）)】〕]\s*(?:[（(【]完[）)】])?[。.]?\s*$")
EDITOR = GuardedPattern(
    rf"(?:{any_of(author_words.EDITOR)})\s{{0,2}}{COLON}\s{{0,3}}(?P<names>{NAMES}){BOUND}",
    sign=rf"(?:{any_of(author_words.EDITOR)})\s{{0,2}}{COLON}",
)
EDITOR_SPACED = GuardedPattern(
    rf"(?:^|\s)(?:{any_of(author_words.EDITOR)})\s{{1,3}}(?P<names>{NAMES})(?=\s|$)",
    sign=rf"(?:^|\s)(?:{any_of(author_words.EDITOR)})\s",
)
STOP = HanPattern(any_of(author_words.STOP))
SPLIT = LazyPattern(author_words.BETWEEN)
AND = LazyPattern(author_words.AND)
NOT_A_PERSON = HanPattern(any_of(author_words.NOT_A_PERSON))
WITH_OFFICE = HanPattern(rf"(?:{any_of(author_words.OFFICE)})\s?(?P<name>[\u4e00-\u9fff]{{2,4}})$")
WITHOUT_SUFFIX = HanPattern("(?:报[道导]|综合|采写|撰文|整理|编译)+$")
LABEL_ALONE = HanPattern(rf"^\W*(?:{any_of(author_words.LABEL_ALONE)})\W*$")
LONE_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
PLACE = HanPattern(any_of(author_words.PLACES))
BUTTON = HanPattern(any_of(author_words.BUTTONS))
COMPOUND = HanPattern(any_of(author_words.FAMILY_OF_TWO))
TIME_NEAR = re.compile(r"(?:19|20)[0-9]{2}\s?[-/.年]|[0-9]{1,2}:[0-9]{2}|[0-9]{1,2}月[0-9]{1,2}日")
FIRST_LINES = 8  # of a text, in which its first paragraph is looked for; by choice
LEAST_RUNNING = 40  # characters of a paragraph
USUAL_NAME = 3  # characters of a name that nothing vouches for; of two are 关闭, 展开 and other buttons
LONGEST_CREDITS = 60  # characters of a line of titles and names alone; by choice
LINE = 160  # characters; names stand in short lines or at the edges of the text
LONGEST_WITH_OFFICE = 40  # characters of an office and a name; by choice


def person(text: str) -> str | None:
    """A Chinese name of a person in text, which must begin as names do; None for places and what is longer."""
    name = WITHOUT_SUFFIX.sub("", text)
    if len(name) == 4 and PLACE.fullmatch(name[2:]) and not COMPOUND.match(name):  # 王明高雄, a glued place
        name = name[:2]
    if not name or (name[0] not in FAMILY and not (len(name) > 2 and COMPOUND.match(name))) or PLACE.match(name):
        return None
    return name if 2 <= len(name) <= 4 else None  # characters of a Chinese name


def _names(text: str) -> list[str]:
    """The names in the text behind a label, pen names too; of 样例研究院研究员某某 the person's."""
    text = BOOK.sub("", text.strip())
    listed = SPLIT.split(STOP.split(text.strip(), maxsplit=1)[0])
    parts = [part.strip("：:.。·") for one in listed for part in (AND.split(one) if "和" in one else [one])]
    found: dict[str, None] = {}
    for part in parts:
        if len(part) > 4 and len(part) <= LONGEST_WITH_OFFICE and (office := WITH_OFFICE.search(part)):
            part = person(office["name"]) or part
        if 2 <= len(part) <= 10 and not NOT_A_PERSON.search(part):  # characters; ten with a foreign name's dot
            found[part] = None
    return list(found)[:8]


def _is_vouched(name: str, text: str, credit: re.Match[str], *, is_alone: bool) -> bool:
    """Whether a name behind a title needs no common family name: behind a sign, or in a line of credits alone.

    Two characters glued to the title, and nothing else, are a word as well as a name (记者手记).
    """
    if not LONE_NAME.fullmatch(name) or len(name) > USUAL_NAME or PLACE.match(name) or NOT_BEHIND_REPORTER.search(name):
        return False
    title = credit[0][: credit.start("names") - credit.start()]
    if SIGN_OF_LABEL.search(title):
        return True
    return is_alone and (title[-1:].isspace() or len(name) == USUAL_NAME or len(_names(credit["names"])) > 1)


def _reporters(text: str, *, is_labelled: bool = False) -> list[str]:
    """Names behind 记者, 通讯员; who only took the pictures is left out.

    Each must begin with a family name, if nothing else vouches for it. is_labelled: text stands behind a label.
    """
    found: list[str] = []
    if not REPORTER.may_be_in(text):
        return found
    is_alone = is_labelled or bool(len(text) < LONGEST_CREDITS and CREDITS_ALONE.fullmatch(text))
    for credit in REPORTER.finditer(text):
        if PHOTO.match(text[credit.end() : credit.end() + 6]) or PHOTO_GLUED.search(credit["names"]):
            continue
        for one in _names(" ".join(credit["names"].split())):
            name = person(one) or (one if _is_vouched(one, text, credit, is_alone=is_alone) else None)
            if name:
                found.append(name)
    return list(dict.fromkeys(found))


def _persons(found: re.Match[str] | None) -> list[str]:
    """The group names of a match, where all of them are names of persons."""
    if found is None or PHOTO_GLUED.search(found["names"]):
        return []
    names = _names(found["names"])
    persons = [name for one in names if (name := person(one))]
    return persons if len(persons) == len(names) else []


def _spaced(block: Block) -> str:
    """The line with a wide gap between its elements: a name ends where its element does."""
    texts = [text for part in block.parts if (text := part.text.strip())]
    return "  ".join([WIDENED.sub(r"\1\2", text) if GAP_INSIDE.search(text) else text for text in texts])


def marked(head: Iterable[Block]) -> list[str]:
    """Chinese names in links to an author's page, in elements named so, or behind By, if they begin as names do."""
    found: list[str] = []
    rare: list[str] = []  # they begin with a rare family name, or are none
    for block in head:
        if len(block.text) >= LINE:
            continue
        before = ""
        for part in block.parts:
            text = part.text.strip()
            is_marked = bool(part.href and bylines.LINK.search(part.href)) or bool(bylines.LABEL.fullmatch(before))
            is_marked |= any(
                bylines.HINT.search(hint) and not bylines.NOT_HINT.search(hint) for hint in (part.hint, block.box.hint)
            )
            label = bylines.LABEL.match(text)
            name = text[label.end() :].strip() if label else text
            if (is_marked or label) and LONE_NAME.fullmatch(name):
                (found if name[0] in FAMILY else rare).append(name)
            before = text or before
    rare = [name for name in rare if len(name) == USUAL_NAME and not _is_button(name, set())]
    return list(dict.fromkeys(found or rare[:1]))


def standing(lines: list[Block], before: Iterable[Block]) -> list[str]:
    """The name that is all of an element beside the time, in a line with it or next to it, with no label.

    lines: from the headline to the text; before: the lines above, whose words are the site's and its sections'.
    """
    known = {text.strip() for block in before for text in (block.text, *(part.text for part in block.parts))}
    for place, block in enumerate(lines):
        near = lines[max(0, place - 2) : place + 3]
        if len(block.text) >= LINE or not any(TIME_NEAR.search(line.text) for line in near if len(line.text) < LINE):
            continue
        for part in block.parts:  # [ 某某 ], in a line with the time
            for bracket in BRACKETED.findall(part.text) if not part.href and TIME_NEAR.search(block.text) else ():
                text = bracket[1:-1].strip()
                if LONE_NAME.fullmatch(text) and person(text) == text and not _is_button(text, known):
                    return [text]
        for text in dict.fromkeys(part.text.strip() for part in block.parts):
            is_name = LONE_NAME.fullmatch(text) and len(text) == USUAL_NAME and person(text) == text
            if is_name and not _is_button(text, known):
                return [text]
    return []


def _is_button(text: str, known: set[str]) -> bool:
    """Whether a short text is a word of the menu, a house or a button rather than a name."""
    return text in known or bool(NOT_A_PERSON.search(text) or ORGANISATION.search(text) or BUTTON.fullmatch(text))


def _joined(lines: list[str]) -> list[str]:
    """The lines, a label in a cell of its own put before the next cell's text."""
    return [
        # characters, by choice: names, not a sentence
        f"{line}：{following}" if LABEL_ALONE.match(line) and len(following) < 20 else line
        for line, following in zip(lines, [*lines, ""][1:], strict=True)
    ]


def named_in(text: str) -> list[str]:
    """The reporters in a value of metadata, such as 樣例報 記者某某／即時報導."""
    return _reporters(text)


def _labelled(lines: list[str]) -> list[str]:
    """The names behind 作者 and the like in the first of these lines that has them."""
    for text in lines:
        if (found := WRITER.search(text)) and (
            names := _reporters(found["names"], is_labelled=True) or _names(found["names"])
        ):
            return names
    return []


def _credits(lines: list[str]) -> list[str]:
    """The names of the first lines that are nothing but titles and names: 本报实习生 某某, then 本报记者 某某."""
    found: list[str] = []
    for text in lines:
        names = _reporters(text) if len(text) < LONGEST_CREDITS and CREDITS_ALONE.fullmatch(text) else []
        if found and not names:
            break
        found += names
    return list(dict.fromkeys(found))


def chinese_authors(head: Iterable[Block], body: list[str], tail: Iterable[Block]) -> list[str]:
    """Names in a Chinese article: 作者, then 记者, then a desk's line, then a signature.

    head: the lines around the headline; body: the article's paragraphs; tail: the lines behind them.
    """
    heads = _joined([_spaced(block) for block in head if len(block.text) < LINE])
    tails = _joined([_spaced(block) for block in tail if len(block.text) < LINE])
    running = [text for text in body[2:FIRST_LINES] if len(text) > LEAST_RUNNING][:1]  # a player's words stand first
    edges = [*body[:2], *(running if all(len(text) <= LEAST_RUNNING for text in body[:2]) else ()), *body[-3:]]
    if names := _labelled(heads) or _credits([*heads, *body[:2]]):
        return names
    if names := _labelled([*(one for one in edges if len(one) < LINE), *(one[-80:] for one in edges), *tails]):
        return names
    for text in heads:
        if (found := WRITER_SPACED.search(text)) and (names := list(takewhile(person, _names(found["names"])))):
            return names
        if names := _persons(WRITER_BEHIND.search(text)) or _persons(REPORTED_BY.search(text)):
            return names
    for text in edges:
        for bracket in BRACKETED.findall(text):
            if names := _reporters(bracket):
                return names
    # characters, by choice: a longer line is a sentence about reporters
    for text in [*heads, *(one for one in edges if len(one) < 80), *tails]:
        if names := _reporters(text):
            return names
    pieces = [piece for text in heads for piece in GAP.split(TIME_BEFORE.sub("", text)) if piece != text]
    for text in [*heads, *pieces, *(one[:60] for one in edges)]:
        if names := next(filter(None, (_persons(form.search(text)) for form in (DESK, FROM_PLACE, REPORTS))), []):
            return names
    for text in [*body[-2:], *(text for text in tails[:1] if BRACKETED.fullmatch(text))]:
        if (alone := REPORTER_ALONE.match(text)) and not NOT_A_PERSON.search(alone["name"]):
            return [alone["name"]]
        if _ends_in_bracket(text) and (names := _persons(SIGNED.search(text))):
            return names
    return []


def _ends_in_bracket(text: str) -> bool:
    """Whether a bracket ends a text, with or without a full stop: nothing that SIGNED finds is without it."""
    return text.rstrip().rstrip("。.").rstrip().endswith(CLOSING)


def editors(head: Iterable[Block], body: list[str], tail: Iterable[Block]) -> list[str]:
    """The responsible editor, for pages that name nobody else. Arguments as of chinese_authors."""
    lines = [_spaced(block) for block in (*tail, *head) if len(block.text) < LINE]
    for text in [*reversed(body[-3:]), *lines]:
        if names := editors_in(text):
            return names
    for text in lines:
        if names := _persons(EDITOR_SPACED.search(text)):
            return names
    return []


def editors_in(text: str) -> list[str]:
    """The names behind the label of a responsible editor; [] where there is none."""
    found = EDITOR.search(text)
    return _names(found["names"]) if found is not None else []
