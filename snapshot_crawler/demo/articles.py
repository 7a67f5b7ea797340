"""The articles of the sample site: invented news about invented places, the same at every start.

A seeded grammar puts them together: each category has its subjects, deeds and remarks, so that no two articles share
more than a phrase here and there.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from snapshot_crawler.pages.dates import CHINA

SEED = 20260101
PER_CATEGORY = 40
CATEGORIES = ("国内", "国际", "财经", "科技", "文化", "体育")
FIRST_DAY = datetime(2025, 3, 1, 6, 0, tzinfo=CHINA)
PLACES = (
    "青岚市 云川县 望江区 石桥镇 海棠湾 松溪市 临湖区 白鹭洲 永宁港 长汀岭 丹枫县 鹿鸣镇 碧水湾 南屏市 东麓区 沙河口 月牙泉 杏林县 银杉市 古渡镇"
).split()
MEDIA = "青岚日报 云川晚报 样例通讯社 望江新闻网 松溪广播 海棠周刊 临湖在线 南屏都市报".split()
SUBJECTS = {
    "国内": "老旧小区改造 县乡公路养护 社区食堂 农村供水管网 河道清淤 公共停车场 乡镇卫生院 校车接送 防汛演练 口袋公园".split(),
    "国际": "跨海轮渡航线 沿岸国家渔业磋商 国际青年营 边境口岸通关 海上联合搜救 候鸟保护协议 丝绸展览 语言学习周 铁路联运班列 气候观测站".split(),
    "财经": "小微企业贷款 夜间集市 冷链物流园 茶叶拍卖 早稻收购 家电以旧换新 港口吞吐量 民宿预订 花卉出口 二手车交易".split(),
    "科技": "无人机巡检 海水淡化装置 量子通信试验 智能温室 储能电站 卫星遥感测绘 可降解材料 深海探测器 语音识别系统 氢能公交".split(),
    "文化": "皮影戏展演 古籍修复 露天书市 方言童谣采集 木版年画 社区合唱团 考古发掘 民歌节 剪纸课堂 县志编修".split(),
    "体育": "环湖马拉松 少年足球联赛 龙舟竞渡 山地自行车赛 社区乒乓球赛 冰壶公开课 登山节 女子篮球邀请赛 帆船训练营 广场舞交流".split(),
}
DEEDS = (
    "启动第{n}期工程,预计覆盖{k}个村(社区)",
    "提前{n}天完成全年目标,参与人数达到{k}人次",
    "公布新的实施方案,列出{n}项任务和{k}个时间节点",
    "迎来第{n}批参观者,现场登记{k}人",
    "完成验收,共整改问题{n}处,回访住户{k}户",
    "首次向公众开放,单日接待{k}人,持续{n}天",
    "签下{n}份合作意向,涉及资金{k}万元",
    "通过线上平台报名{k}人,最终入选{n}组",
)
DETAILS = (
    "现场负责人介绍,前期走访了{k}户家庭,收集意见{n}条,多数集中在{a}和{b}两个方面。",
    "按照计划,{place}段将在{m}月底之前完工,沿线{n}处路口同步加装{a}。",
    "参与者带来了{a}与{b},其中{k}件由居民自发捐出,陈列在{place}的展厅里。",
    "记者在{place}看到,{n}名志愿者正在清点{a},登记表上已写满{k}个名字。",
    "当地统计显示,与去年同期相比,{a}增加{n}个百分点,{b}减少{k}吨。",
    "为了避开早晚高峰,{place}的班次调整为每{n}分钟一趟,首班车时间提前到清晨。",
    "专家组在{m}月的评审中提出{n}条建议,要求补充{a}的长期观测数据。",
    "一位经营{a}多年的店主说,最近{n}周的客人比往常多了{k}位,周末还要加开夜场。",
    "主办方准备了{k}份{a},先到先得;未能到场的市民可以在{place}补领。",
    "根据安排,{place}和周边{n}个乡镇将轮流承办,下一站定在{m}月中旬。",
    "项目资料已经在{place}公示{n}天,期间没有收到异议,{a}的采购随即展开。",
    "技术人员连续{n}个夜晚守在{place},把{a}的误差控制在千分之{m}以内。",
)
THINGS = (
    "照明设备 雨水花园 手工竹编 旧式钟表 检测样本 山泉水源 电动渡船 防滑步道 儿童绘本 太阳能板 稻田画 蜂蜜 渔网 陶罐 观景台 充电桩 灯笼 药材 苗木 广播站"
).split()
CLOSINGS = (
    "下一步,相关部门将根据反馈完善{a}的管理办法。",
    "{place}方面表示,这样的做法会在{m}月之后推广到更多地方。",
    "到记者发稿时,{b}的准备工作仍在进行。",
    "活动将持续到{m}月{n}日,具体安排以{place}公告为准。",
)


@dataclass(slots=True)
class SampleArticle:
    """One article of the sample site, with everything that its page states."""

    id: str
    number: int
    category: str
    title: str
    published_at: datetime
    source: str | None
    paragraphs: list[str]
    snapshot_at: datetime
    original_url: str | None
    related: list[tuple[SampleArticle, bool]] = field(default_factory=list)  # and whether the row shows its title
    more: list[tuple[SampleArticle, bool]] = field(default_factory=list)
    copy_of: str | None = None  # id of the article that this one repeats word for word

    @property
    def path(self) -> str:
        """Where the article stands on the site."""
        return f"/detail/{self.id}.html"

    @property
    def summary(self) -> str:
        """The beginning of the text, as the lists show it."""
        return self.paragraphs[0][:60]

    @property
    def excerpt(self) -> str:
        """A piece from the middle of the text, as the related rows show it."""
        text = "".join(self.paragraphs)
        return "..." + text[20:80]


def sample_articles() -> list[SampleArticle]:
    """All articles, oldest first; a few stand twice, under two addresses."""
    chance = random.Random(SEED)
    articles = [_article(chance, number) for number in range(PER_CATEGORY * len(CATEGORIES))]
    for original in articles[7::41]:
        copy = _copy(original, len(articles))
        articles.append(copy)
    by_category = {name: [one for one in articles if one.category == name] for name in CATEGORIES}
    for article in articles:
        others = [other for other in articles if other.number != article.number]
        related = chance.sample(others, 9)
        article.related = [(other, position % 2 == 0) for position, other in enumerate(related)]
        siblings = [other for other in by_category[article.category] if other is not article]
        article.more = [(other, chance.random() < 0.7) for other in chance.sample(siblings, 12)]
    return articles


def _article(chance: random.Random, number: int) -> SampleArticle:
    category = CATEGORIES[number % len(CATEGORIES)]
    published = FIRST_DAY + timedelta(minutes=number * 613 + chance.randrange(300), seconds=chance.randrange(60))
    place, subject = chance.choice(PLACES), chance.choice(SUBJECTS[category])
    deed = _filled(chance, chance.choice(DEEDS))
    source = chance.choice(MEDIA) if number % 11 else None
    lead = f"{source or '本站'}讯 {published.month}月{published.day}日,{place}{subject}{deed}。"
    details = chance.sample(DETAILS, chance.randrange(4, 7))
    paragraphs = [lead, *(_filled(chance, text) for text in details), _filled(chance, chance.choice(CLOSINGS))]
    paragraphs[1] = f"{place}的{subject}已经筹备{chance.randrange(2, 30)}个月。{paragraphs[1]}"
    return SampleArticle(
        id=hashlib.sha1(f"sample article {number}".encode(), usedforsecurity=False).hexdigest(),
        number=number,
        category=category,
        title=f"{place}{subject}{deed.split(',')[0]}",
        published_at=published,
        source=source,
        paragraphs=paragraphs,
        snapshot_at=published + timedelta(minutes=chance.randrange(5, 400), seconds=chance.randrange(60)),
        original_url=f"https://news.example/{published:%Y/%m%d}/c{100000 + number}.html" if number % 5 else None,
    )


def _filled(chance: random.Random, template: str) -> str:
    a, b = chance.sample(THINGS, 2)
    return template.format(
        n=chance.randrange(3, 97),
        k=chance.randrange(110, 9800),
        m=chance.randrange(1, 13),
        a=a,
        b=b,
        place=chance.choice(PLACES),
    )


def _copy(original: SampleArticle, number: int) -> SampleArticle:
    """The same article under another address, as snapshot sites have it when they were crawled twice."""
    return SampleArticle(
        id=hashlib.sha1(f"sample copy {original.number}".encode(), usedforsecurity=False).hexdigest(),
        number=number,
        category=original.category,
        title=original.title,
        published_at=original.published_at,
        source=original.source,
        paragraphs=list(original.paragraphs),
        snapshot_at=original.snapshot_at,
        original_url=original.original_url,
        copy_of=original.id,
    )
