"""Who wrote an article: Korean and Japanese bylines. Lines of text in, names out.

Both stand as often behind the text as below the headline, and both languages write names without a space before the
title: 홍길동 기자, 山田太郎記者. A name that no title vouches for must begin with a common family name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from snapshot_crawler.lazy_pattern import LazyPattern, any_of

# -- Korean ------------------------------------------------------------------------------------------------------------

KOREAN_FAMILY = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현"
    "함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부가복목형계피두감태빈동온"
    "호범좌팽승간상시갈"
)
KOREAN_TITLES = (
    "기자",  # reporter
    "특파원",  # correspondent
    "논설위원",  # leader writer
    "편집위원",  # member of the editorial board
    "칼럼니스트",  # columnist
    "객원기자",  # guest reporter
    "인턴기자",  # trainee
    "선임기자",  # senior reporter
    "전문기자",  # specialist
    "수습기자",  # trainee
    "통신원",  # stringer
    "리포터",  # reporter
    "에디터",  # editor who writes
)
# Words before 기자 that are no names.
NOT_KOREAN_NAMES = frozenset(
    "사진 취재 담당 본지 동료 일부 여러 현장 전문 선임 인턴 수습 객원 시민 이날 "
    "공동 정치 경제 사회 문화 국제 편집".split()
)
KOREAN_NAMES = r"(?P<names>[가-힣]{2,4}(?:\s?[,·ㆍ/]\s?[가-힣]{2,4})*)"
KOREAN = LazyPattern(
    rf"(?<![가-힣])(?!기자명|입력|승인|등록|수정){KOREAN_NAMES}\s?(?:(?P<desk>[가-힣]{{2,4}})\s)?(?:{any_of(KOREAN_TITLES)})(?![가-힣])"
)
KOREAN_ALONE = LazyPattern(rf"{KOREAN_NAMES}\s?(?:{any_of(KOREAN_TITLES)})")  # a line that is all of it
KOREAN_LABEL = re.compile(
    rf"(?:^|\s)(?:글|글쓴이|작성자|기고|기자명)(?:\s?[·ㆍ/]\s?사진)?(?:\s?[:=／/|]\s?|\s+){KOREAN_NAMES}(?=\s|$)"
)

# -- Japanese ----------------------------------------------------------------------------------------------------------

JAPANESE_FAMILY = (
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邉 渡邊 山本 中村 小林 加藤 吉田 山田 "
    "佐々木 山口 松本 井上 木村 斎藤 斉藤 齋藤 林 清水 山崎 森 池田 橋本 "
    "阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 "
    "青木 坂本 福田 太田 西村 藤井 岡本 金子 藤原 三浦 中野 中川 原田 松田 "
    "竹内 小野 田村 中山 和田 石田 森田 上田 原 内田 柴田 酒井 宮崎 横山 "
    "高木 安藤 宮本 大野 小島 工藤 谷口 今井 高田 増田 丸山 杉山 村田 大塚 "
    "新井 小山 平野 藤本 河野 上野 野口 武田 松井 千葉 岩崎 菅原 木下 久保 "
    "佐野 野村 松尾 市川 菊地 杉本 古川 大西 島田 水野 桜井 高野 吉川 山内 "
    "西田 西川 菊池 北村 五十嵐 福島 安田 中田 川口 平田 川崎 飯田 本田 久保田 "
    "吉村 東 沢田 中西 辻 関 岩田 服部 土屋 秋山 川上 永井 松岡 田口 "
    "大島 浜田 関口 樋口 小松 大久保 岡崎 永田 富田 荒木 小池 大橋 荒井 矢野 "
    "奥村 望月 松村 熊谷 萩原 須藤 内藤 大川 片山 堀 堀内 北川 星野 黒田 "
    "尾崎 川村 白石 田辺 大谷 今村 早川 桑原 浅野 大渡 中井 三宅 篠原 広瀬 "
    "小田 上原 成田 根本 森本 榎本 高山 平井 栗原 松下 八木 児玉 宮田 渡部 "
    "西山 柳沢 本間 岸 細川 吉岡 神田 三上 大森"
).split()
KANJI = r"[一-龥々〆ヶ]"
JAPANESE_NAME = rf"{KANJI}{{1,4}}[\s　]?[一-龥々ぁ-んァ-ヴー]{{1,4}}"
JAPANESE_NAMES = rf"{JAPANESE_NAME}(?:\s?[、，,・／/]\s?{JAPANESE_NAME})*"
# 文＝山田太郎, 取材・文／山田太郎, 記者：山田太郎
JAPANESE_LABEL = LazyPattern(
    rf"(?:(?:取材|構成|写真|撮影)[・、／/])*(?:文|取材|執筆者?|筆者|著者|投稿者|記者|ライター)(?:[・、／/](?:写真|構成|撮影|文))*\s?[＝=：:／/|｜]"
    rf"\s?(?P<names>{JAPANESE_NAMES})(?=[\s）)】」、。／/]|$)"
)
# 記者 山田太郎, 編集委員・山田太郎; 山田太郎記者
JAPANESE_TITLES = "(?:記者|編集委員|論説委員|特派員|支局長|専門記者|総局長|ジャーナリスト)"
JAPANESE_TITLED = LazyPattern(
    rf"{JAPANESE_TITLES}[\s　・／/](?P<names>{JAPANESE_NAMES})(?=[\s）)】」、。]|$)|"
    rf"(?:^|[【（(\s　＝=])(?P<before>{JAPANESE_NAME}){JAPANESE_TITLES}(?=[\s）)】]|$)"
)
# 【山田太郎】, （ロンドン＝山田太郎）, （山田太郎）; at the end of a line
JAPANESE_SIGNED = LazyPattern(
    rf"[【（(〔［\[](?:[^】）)〕］\]＝=]{{1,12}}[＝=・])?(?P<names>{JAPANESE_NAMES})(?:{JAPANESE_TITLES})?[】）)〕］\]]\s*$"
)

# （山並支局・鵜飼聡）: behind an office a rare family name is one, too
JAPANESE_WITH_OFFICE = LazyPattern(
    r"[【（(〔［\[][^】）)〕］\]]{1,12}(?:支局|総局|通信部|報道部|編集部|部|社)[＝=・　\s]"
    rf"(?P<name>{KANJI}{{2,5}})[】）)〕］\]]\s*$"
)
# A line that is nothing but a name in brackets; words of pictures, parts and corrections stand so too.
JAPANESE_ALONE = LazyPattern(
    rf"【(?!.*(?:写真|動画|画像|関連|続|終|速報|訂正|参考|お知|提供|募集|地図|本紙|共同|時事|社説))(?P<name>{KANJI}{{2,4}}[一-龥々ぁ-んァ-ヴー]{{1,3}})】"
)
# [山田太郎，さんぷる情報]: a name and its house, alone in a line
JAPANESE_AND_HOUSE = LazyPattern(
    rf"[\[［【(（](?P<name>{KANJI}{{2,4}}[\s　]?[一-龥々ぁ-んァ-ヴー]{{1,3}})[，,、／/]"
    r"\s?[^，,、\d\]］】)）]{2,20}[\]］】)）]"
)
# 山田太郎, 山田 太郎 : ライター
LONE = re.compile(
    rf"(?P<name>{KANJI}{{2,5}}(?:[\s　]{KANJI}{{1,3}})?)(?:\s?[:：／/（(]\s?(?P<office>[^\s\d：:]{{2,12}}?)[）)]?)?"
)
WRITES = LazyPattern(rf"(?:{JAPANESE_TITLES}|ライター|コラムニスト|編集者|作家|評論家|研究員|教授)$")
LONGEST_NAME = 6  # characters without a space: a family name of three and a given name of three
AROUND = " \t\u3000（）()【】"
LINE = 160  # characters of a line with a byline; by choice, as in authors.py
EDGE = 80  # characters at an end of a long paragraph
BETWEEN = re.compile(r"\s?[、，,・ㆍ·／/]\s?")


def _koreans(text: str) -> list[str]:
    found = []
    for pattern in (KOREAN, KOREAN_LABEL):
        for credit in pattern.finditer(text):
            said = credit["names"]
            if pattern is KOREAN and said in NOT_KOREAN_NAMES and credit["desk"]:  # 사진 홍길동 기자
                said = credit["desk"]
            for name in BETWEEN.split(said):
                # a line that begins with 홍길동 기자 is a byline, and the name may be a rare one
                is_byline = pattern is KOREAN_LABEL or credit.start() == 0
                is_vouched = (is_byline and len(name) > 2) or name[0] in KOREAN_FAMILY
                if is_vouched and name not in NOT_KOREAN_NAMES:
                    found.append(name)
    return list(dict.fromkeys(found))


def _has_family(name: str) -> bool:
    """Whether a Japanese name begins with a common family name, and goes on."""
    parts = name.split()
    if len(parts) == 2:
        return parts[0] in JAPANESE_FAMILY
    return len(name) <= LONGEST_NAME and any(
        len(family) > 1 and name.startswith(family) and len(name) > len(family) for family in JAPANESE_FAMILY
    )


def _japanese(text: str) -> list[str]:
    for pattern, is_vouched in ((JAPANESE_LABEL, True), (JAPANESE_TITLED, False), (JAPANESE_SIGNED, False)):
        for credit in pattern.finditer(text):
            groups = credit.groupdict()
            names = BETWEEN.split(groups["names"] or groups.get("before") or "")
            # 記者・汐見楓太 that is all of an element: no sentence, so the name may be a rare one
            is_all = bool(groups["names"]) and pattern is JAPANESE_TITLED and credit[0] == text.strip(AROUND)
            if all(_has_family(name) or ((is_vouched or is_all) and len(name) > 2) for name in names):
                return list(dict.fromkeys(names))
    alone = JAPANESE_ALONE.fullmatch(text) or JAPANESE_AND_HOUSE.fullmatch(text) or JAPANESE_WITH_OFFICE.search(text)
    return [alone["name"]] if alone is not None else []


READERS: dict[str, Callable[[str], list[str]]] = {"ko": _koreans, "ja": _japanese}


def eastern_authors(language: str, head: Iterable[str], body: list[str], tail: Iterable[str]) -> list[str]:
    """The names in the lines around a headline, at the ends of the text and behind it; [] in other languages.

    Several reporters sign one line; the first line that names anybody tells all of them.
    """
    read = READERS.get(language)
    if read is None:
        return []
    head = list(head)
    edges = [part for text in [*body[:1], *body[-2:]] for part in {text[:EDGE], text[-EDGE:]}]
    for text in [*(one for one in head if len(one) < LINE), *(one for one in tail if len(one) < LINE), *edges]:
        if names := read(text):
            return _with_colleagues(names, head) if KOREAN_ALONE.fullmatch(text) else names
    return _standing(head) if language == "ja" else []


def _with_colleagues(names: list[str], head: list[str]) -> list[str]:
    """The Korean names, and those of the other lines around the headline that are nothing but a name and a title."""
    others = [name for text in head if KOREAN_ALONE.fullmatch(text) for name in _koreans(text)]
    return list(dict.fromkeys([*names, *others])) if {*names} & {*others} else names


def _standing(head: list[str]) -> list[str]:
    """The Japanese name that is all of a line or of an element beside the headline; it begins as names do."""
    for text in head:
        found = LONE.fullmatch(text)
        is_writer = found is not None and found["office"] is not None and bool(WRITES.search(found["office"]))
        if found is not None and (_has_family(found["name"]) or is_writer):
            return [found["name"]]
    return []
