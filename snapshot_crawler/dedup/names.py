"""The names that tell one bulletin from the next: softened lines of a story in, slots of names out.

Two bulletins of one pattern say the same words of another person, place, nation, team, house or work. So a name is
kept as a slot, like a number (facts.py): the words beside it as context, the name as value. Nothing here knows whether
a string really is a name, and nothing has to: what is taken for one by mistake is the same in a reprint. What counts
is that the names of a pattern are among what is taken, and that the same ones are taken in both pieces.

The lists hold the words beside which news names somebody or something. They were written with the kinds `first` of
benchmarks/bulletins.py in view; its kinds `aside` say how far they carry.
"""

from __future__ import annotations

from collections.abc import Iterator

from snapshot_crawler.lazy_pattern import LazyPattern, any_of

Slot = tuple[str, str]  # context, value
WITHIN = 400  # characters, by choice: who and where stand at the beginning of a story
ENGLISH_WITHIN = 800  # the same number of words
LONGEST_TITLE = 60  # characters, by choice

# What a place, a team or a house is called: two characters before one of these (云溪 before 市, 青州 before 队)
HOUSES = (
    *"市县区省州镇乡路街队馆",  # what stood here first: stored fingerprints have it
    *"村巷桥港站寺湖江河山岛",
    *("公司", "集团", "俱乐部", "银行"),
    *("大学", "学院", "中学", "小学", "学校"),
    *("医院", "法院", "机场", "社区", "小区", "大厦"),
    "某",  # a certain: 青州某 hides a person's name
    "色预警",  # warning of a colour: 红 (red) before it
)
HOUSE = LazyPattern(rf"(?:{any_of(HOUSES)})(?=(?s:(..)))")
NO_HOUSE = frozenset("全本我该各多此这某外城超都两首几每整一")  # 全市, 本市, 城市, 超市, 首都 name nothing
# Who or what stands behind one of these
ROLES = (
    # offices
    *("市长", "县长", "省长", "区长", "镇长", "书记", "主任", "主席", "总统", "总理", "首相", "部长", "外长", "局长"),
    *("厅长", "处长", "校长", "院长", "馆长", "所长", "行长", "站长", "队长", "会长", "团长", "社长", "董事长"),
    *("董事", "总经理", "经理", "总裁"),
    # professions
    *("教练", "教授", "博士", "院士", "律师", "医生", "导演", "演员", "歌手", "作家", "画家", "诗人"),
    *("选手", "球员", "球星", "前锋", "后卫", "门将", "中场", "队友", "民警", "法官", "检察官"),
    # people of whom news tells
    *(
        "被告人",
        "嫌疑人",
        "死者",
        "男子",
        "女子",
        "老人",
        "村民",
        "居民",
        "市民",
        "乘客",
        "司机",
        "同学",
        "学生",
        "职工",
    ),
    # what is done to somebody
    *("会见", "会晤", "任命", "聘任", "聘请", "授予", "免去", "选举", "提名", "邀请", "接待", "悼念", "纪念", "审理"),
    *("对阵", "迎战", "击败", "战胜", "力克", "不敌", "负于", "加盟", "访问", "抵达", "收购", "起诉"),
    # where and what
    *("位于", "走进", "来到", "家住", "销售的"),
)
BEHIND_ROLE = LazyPattern(rf"({any_of(sorted(ROLES, key=len, reverse=True))})了?[对在]?([\u4e00-\u9fff]{{2}})")
# Who or what stands before one of these
DEEDS = (
    *("同志", "先生", "女士", "教授", "老师", "老人", "博士", "院士", "总统", "总理", "首相", "外长"),
    *("率", "加盟", "逝世", "去世", "辞职", "当选", "出任", "受贿", "贪污", "一案", "等人", "荣获", "获", "执导"),
    *("个人", "宣布", "应邀", "故意", "涉嫌", "公告", "客商", "代表团", "文化节"),
)
BEFORE_DEED = LazyPattern(rf"(?:{any_of(sorted(DEEDS, key=len, reverse=True))})[\u4e00-\u9fff]{{0,2}}")
NO_BEGINNING = frozenset(  # no name begins with one of these: function words, and the verbs of saying
    "的此这那在对将并就为与及以从把被让使了着过也都还又再到要会可能一是有不表指代通强认介示研说们"
)
WORK = LazyPattern(r"《([^》\n]{1,16})》")  # a book, a film, a law
UNSURE = frozenset(" \n\"'“”‘’「」『』()[]【】<>《》—-")  # signs that an outlet sets as it likes
# Nations of the world and provinces of China
NATIONS = (
    "阿富汗 阿尔巴尼亚 阿尔及利亚 安哥拉 阿根廷 亚美尼亚 澳大利亚 奥地利 阿塞拜疆 巴林 "
    "孟加拉 白俄罗斯 比利时 玻利维亚 波黑 巴西 文莱 保加利亚 柬埔寨 喀麦隆 加拿大 乍得 "
    "智利 哥伦比亚 刚果 古巴 塞浦路斯 捷克 丹麦 厄瓜多尔 埃及 爱沙尼亚 埃塞俄比亚 斐济 "
    "芬兰 法国 加蓬 格鲁吉亚 德国 加纳 希腊 危地马拉 几内亚 海地 洪都拉斯 匈牙利 冰岛 "
    "印度尼西亚 印尼 印度 伊朗 伊拉克 爱尔兰 以色列 意大利 牙买加 日本 约旦 哈萨克斯坦 "
    "肯尼亚 科威特 吉尔吉斯斯坦 老挝 拉脱维亚 黎巴嫩 利比里亚 利比亚 立陶宛 卢森堡 "
    "马达加斯加 马来西亚 马尔代夫 马里 马耳他 墨西哥 摩尔多瓦 蒙古 摩洛哥 莫桑比克 缅甸 "
    "纳米比亚 尼泊尔 荷兰 新西兰 尼加拉瓜 尼日利亚 尼日尔 朝鲜 挪威 阿曼 巴基斯坦 巴勒斯坦 "
    "巴拿马 巴拉圭 秘鲁 菲律宾 波兰 葡萄牙 卡塔尔 罗马尼亚 俄罗斯 卢旺达 沙特 塞内加尔 "
    "塞尔维亚 新加坡 斯洛伐克 斯洛文尼亚 索马里 南非 韩国 南苏丹 西班牙 斯里兰卡 苏丹 瑞典 "
    "瑞士 叙利亚 塔吉克斯坦 坦桑尼亚 泰国 多哥 突尼斯 土耳其 土库曼斯坦 乌干达 乌克兰 "
    "阿联酋 英国 美国 乌拉圭 乌兹别克斯坦 委内瑞拉 越南 也门 赞比亚 津巴布韦 欧盟 北约 "
    "台湾 香港 澳门 北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 "
    "江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 内蒙古 广西 西藏 "
    "宁夏 新疆 "
).split()
NATION = LazyPattern(any_of(NATIONS))
CHINESE_BEGIN = LazyPattern(r"(?s).{0,40}[\u4e00-\u9fff]")

ENGLISH_HOUSES = (
    *("street", "road", "lane", "avenue", "county", "city", "council"),
    *("university", "hospital", "school", "inc", "corp", "ltd", "plc"),
)
ENGLISH_HOUSE = LazyPattern(rf" (?:{any_of(ENGLISH_HOUSES)})\b(?=\W{{1,2}}([a-z]{{2}}))")
FULL_NAME = LazyPattern(r"\b([A-Z][a-z]+ [A-Z][a-z]+)\b[ ,]{1,2}([a-z]+ [a-z]+)")
CAPITALISED = LazyPattern(r"[A-Z](?<=[a-z,] .)[a-z]+\b")  # behind a word, so not as a sentence's first
LONGEST_WORD = 20  # letters, by choice


def read_names(text: str, title: str, raw: str) -> list[Slot]:
    """The slots of names in a story, what the headline names first.

    text and title: softened; raw: the story as it came, for its capitals.
    """
    if CHINESE_BEGIN.match(text):
        text = text[:WITHIN]
        found = [*_shared(title[:LONGEST_TITLE], text), *_chinese(text)]
    else:
        found = [*_english(text[:ENGLISH_WITHIN], raw[:ENGLISH_WITHIN])]
    return sorted(dict.fromkeys(found), key=lambda slot: slot[1] not in title)


def _shared(title: str, text: str) -> Iterator[Slot]:
    """The ends of what the headline has in common with the text: names, mostly, of whatever kind."""
    start, last = 0, len(title) - 1
    while start < last:
        place = text.find(title[start : start + 2]) if title[start : start + 2].isalpha() else -1
        if place < 0:
            start += 1
            continue
        size = 2
        while start + size <= last and text.startswith(title[start : start + size + 1], place):
            size += 1
        end = place + size
        before, behind = text[max(0, place - 2) : place], text[end : end + 2]
        if place > 1 and not UNSURE.intersection(before):
            yield before, text[place : place + 2]
        if size > 2 and not UNSURE.intersection(behind):
            yield behind, text[end - 2 : end]
        start += size


def _chinese(text: str) -> Iterator[Slot]:
    for one in NATION.finditer(text):
        yield text[one.end() : one.end() + 2], one[0]
    for one in WORK.finditer(text):
        before = text[max(0, one.start() - 2) : one.start()]
        if _is_chinese(before):
            yield before, one[1]
    for one in HOUSE.finditer(text, 2):
        start = one.start() - 2
        name, behind = text[start : start + 2], one[1]
        if _is_chinese(name) and name[1] not in NO_HOUSE:
            yield behind if _is_chinese(behind) else text[max(0, start - 2) : start], name
    for one in BEHIND_ROLE.finditer(text):
        if one[2][0] not in NO_BEGINNING:
            before = text[max(0, one.start() - 2) : one.start()]
            yield f"{before if _is_chinese(before) else ''}{one[1]}>", one[2]
    for one in BEFORE_DEED.finditer(text, 2):
        name = text[one.start() - 2 : one.start()]
        if _is_chinese(name) and name[0] not in NO_BEGINNING:
            yield f"<{one[0]}", name


def _is_chinese(two: str) -> bool:
    return len(two) == 2 and "\u4e00" <= two[0] <= "\u9fff" and "\u4e00" <= two[1] <= "\u9fff"


def _english(text: str, raw: str) -> Iterator[Slot]:
    for one in FULL_NAME.finditer(raw):
        if (name := one[1].lower()) in text:
            yield f"<{one[2]}", name
    for one in ENGLISH_HOUSE.finditer(text):
        name = text[max(0, one.start() - LONGEST_WORD) : one.start()].rpartition(" ")[2]
        if name.isalpha():
            yield f"<{one[1]}", name + one[0]
    for one in CAPITALISED.finditer(raw):
        before = raw[max(0, one.start() - 2 * LONGEST_WORD) : one.start()].lower().split(" ")[-3:-1]
        if len(before) > 1 and "".join(before).isalpha() and (name := one[0].lower()) in text:
            yield f"{before[0]} {before[1]}>", name
