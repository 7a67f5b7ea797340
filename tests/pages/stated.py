"""Facts for snapshot pages, drawn at random: what a page states, before it is written in some markup. All invented."""

from __future__ import annotations

import random
from dataclasses import dataclass

SITE = "样例快照网"
CATEGORIES = ["国内", "财经", "科技", "体育", "社会", "教育", "国际", "军事"]
SOURCES = ["样例晚报", "江边·样例网", "新样例客户端", "《样例周刊》", "样例日报社", "样例TV-新闻频道", "Sample News"]
TITLES = [
    "城北湿地公园扩建工程通过验收:新增步道十二公里",
    "“五一”假期本市接待游客超两百万人次",
    "【图解】一张图看懂新版垃圾分类办法",
    "样例大学2024年招生计划公布 新增三个专业",
    "为什么老城区的路灯换成了暖光?",
    "2024年5月6日早间要闻速览",
    "地铁7号线来源于十年前的一份规划",
    "GDP增长5.2%!上半年成绩单出炉",
    "雨",
    "关于调整市区公交线路的公告(第3号)",
]
SENTENCES = [
    "5月5日,扩建工程通过专家组验收,统计显示新增步道十二公里。",
    "公园负责人介绍,预约名额将在下月公布,游客可以通过窗口或电话办理。",
    "据了解,来源:多方资料的汇总结果将于年底前对外发布。",
    "“发布时间:以公告为准”,一位工作人员在现场反复向市民解释。",
    "会议指出,要把快照生成时间、类别等信息一并归档,方便今后查阅。",
    "下一步,园方将继续补种芦苇和香蒲,并开放两处观鸟屋,每日限额一百人。",
    "2019年3月2日 10:20,第一批设备运抵现场;2021年11月,主体结构封顶。",
    "记者走访发现,附近三个社区的居民大多支持改造方案。",
    "该项目总投资3.2亿元,其中设备购置费1.1亿元,预计两年收回成本。",
    "第一,摸清底数;第二,分类施策;第三,限期销号。",
    "专家提醒:出行前请关注天气变化。",
    "The project, called “Green Belt”, will be finished in 2026.",
    "Ⅰ类水体占比达到85.6%,较上年提高2.3个百分点。",
    "这也是全市首个全程无障碍的湿地步道",
]
SNIPPETS = [
    "...保护区内禁止投喂野鸟。公园将设置提示牌,违者将被劝离",
    "...步道采用透水材料,雨后不积水,沿线设有休息亭",
    "...观鸟屋每日限额一百人,需提前一天预约。2023年以来已接待三万人次",
    "...计划投资3.5亿元。 “样例”工程分三期实施,一期已于去年完工",
    "...市民可在7月1日前提出意见。来源:征求意见稿",
    "...全长十二公里",
]
SUMMARIES = [
    "历时三年的跨江隧道左线昨日贯通,右线预计年底完成掘进",
    "12月28日,全省用电量统计公布,工业用电增长明显,居民用电与去年持平",
    "样例晚报讯(记者 甲乙)近日,一场以“阅读”为主题的活动在文化馆举行",
    "记者昨日从发布会上获悉,新版办法将于明年一月起施行",
    "讲座共三场",
]
ROW_TITLES = [
    "湿地保护条例征求意见",
    "跨江隧道左线贯通",
    "文化馆|一本书的旅行",
    "为何冬天更要开窗?",
    "甲镇:点亮“夜经济” 乙村变了样",
    "图书馆延长开放时间",
    "样例队2:1获胜",
    "首届样例机器人大赛开幕,二百支队伍参加,持续三天",
]


@dataclass
class Row:
    url: str
    title: str | None
    snippet: str
    at: str


@dataclass
class Facts:
    crumbs: list[str]
    title: str
    category: str | None
    published: str | None
    source: str | None
    paragraphs: list[str]
    snapshot_at: str | None
    original: str | None
    related: list[Row]
    more: list[Row]


def facts(rng: random.Random) -> Facts:
    category = rng.choice(CATEGORIES)
    links = [f"/detail/{rng.getrandbits(160):040x}.html" for _ in range(14)]
    used: list[str] = []

    def row(pool: list[str], chance: float) -> Row:
        title = rng.choice(ROW_TITLES) if rng.random() < chance else None
        link = links.pop()
        used.append(link)
        return Row(link, title, rng.choice(pool), _stamp(rng))

    return Facts(
        crumbs=rng.choice([["我的订阅", category], ["首页", category], ["首页", "新闻", category]]),
        title=rng.choice(TITLES),
        category=category,
        published=_stamp(rng) if rng.random() < 0.93 else None,
        source=rng.choice(SOURCES) if rng.random() < 0.85 else None,
        paragraphs=rng.sample(SENTENCES, rng.randint(1, 8)),
        snapshot_at=_stamp(rng) if rng.random() < 0.95 else None,
        original=rng.choice(
            [None, None, "https://news.other.example/a/123.html", "http://www.other.example/2024/05/06/c_1.htm?id=5"]
        ),
        related=[row(SNIPPETS, 0.5) for _ in range(rng.choice([0, 1, 3, 5]))],
        more=[row(SUMMARIES, 0.6) for _ in range(rng.choice([0, 1, 3, 5]))],
    )


def _stamp(rng: random.Random) -> str:
    day = f"20{rng.randint(19, 24)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    return f"{day} {rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"
