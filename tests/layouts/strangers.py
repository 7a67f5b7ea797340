"""Ten sites written from how such sites are made, by somebody who had not read the crawler: their habits, not its."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone

from snapshot_crawler.demo.grammar import Dice
from tests.layouts.site import Site, day, pages
from tests.layouts.words import ENGLISH, GERMAN, JAPANESE, TAIWANESE, Story, Words, write

CITY: Words = {
    "who": ("汀沅市交通运输局", "临江街道办事处", "市第三人民医院", "沅北区图书馆", "市供热公司", "南坪社区", "市消防救援支队"),
    "what": ("老旧小区电梯加装", "早高峰公交接驳", "冬季供暖巡检", "校门口护学岗", "便民菜市场改造", "夜间照明提升", "河道清淤"),
    "how": ("有了新进展", "本月启动", "惠及千余户居民", "征集市民意见", "提前完工", "进入收尾阶段", "开出第一张清单"),
    "name": ("钟既白", "丁若谷", "欧阳拾穗", "薛听雨", "贺长汀"),
    "title": ("{who}{what}{how}", "{what}{how} {n}名志愿者上门服务", "汀沅：{what}{how}", "一条热线解难题 {what}{how}"),
    "sentence": (
        "“以前下雨天要绕行两公里，现在出门就能坐上车。”家住沅北区的市民说起{what}，连声说方便。",
        "{who}相关负责人介绍，今年以来已累计走访{n}户，收集建议{n2}条，逐条登记、逐条答复。",
        "记者在现场看到，{n2}名工作人员正在核对图纸，施工围挡外摆着联系电话和工期表。",
        "据了解，{what}涉及{n}个点位，总投资约{n2}万元，资金由市、区两级共同承担。",
        "下一步，{who}将把{what}纳入年度民生实事，按月公布进度，接受社会监督。",
        "天刚蒙蒙亮，环卫工人已经把{n2}条背街小巷清扫了一遍。",
        "目前，第一批{n}户已经验收，其余部分预计春节前完成。",
        "社区工作者把{n}份问卷装订成册，放在服务大厅供居民查阅。",
        "专家提醒，入冬以后早晚温差较大，老年人外出应注意防滑保暖。",
    ),
}  # fmt: skip
WATER: Words = {
    "who": ("局党组", "水资源科", "河湖管理中心", "灌区管理处", "水文站", "市节水办"),
    "what": ("冬春水利建设", "河湖“清四乱”整治", "饮用水水源地巡查", "节水型单位创建", "小型水库除险加固", "取水许可延续"),
    "how": ("工作推进会", "专题培训班", "现场督导", "座谈会", "联合检查"),
    "name": ("", ""),
    "title": ("{who}召开{what}{how}", "我市开展{what}{how}", "关于做好{n}处{what}工作的通知", "市水务局组织{what}{how}", "{what}完成投资{n}万元"),
    "sentence": (
        "会议传达学习了上级有关文件精神，通报了前三季度{what}进展情况，并就存在的{n2}个问题逐项提出整改要求。",
        "会议要求，各单位要提高认识、压实责任，确保{what}各项任务按期完成。",
        "检查组一行先后来到{n2}处现场，实地查看了{what}情况，详细询问了管护人员的日常工作。",
        "截至目前，全市已完成土方{n}万立方米，治理河段{n2}公里，新增恢复灌溉面积{n}亩。",
        "各县（区）水务局主要负责人、局属各单位负责人共{n2}人参加。",
        "{who}要进一步完善台账，实行销号管理，每月{n2}日前报送进度。",
        "下一步，市水务局将继续以{what}为抓手，持续提升水安全保障能力。",
    ),
}  # fmt: skip
TRADE: Words = {
    "who": ("竹器协会", "协会标准化工作委员会", "竹编技艺传承基地", "多家会员企业", "协会秘书处", "南方竹材交易中心"),
    "what": ("竹家具有害物质限量标准", "竹制餐具出口", "毛竹原料采购", "竹编技能大赛", "重组竹地板", "“以竹代塑”产品推广"),
    "how": ("征求意见", "三季度保持增长", "研讨会在祁山举行", "价格小幅回落", "报名工作启动", "纳入重点项目"),
    "name": ("", ""),
    "title": ("{what}{how}", "{who}：{what}{how}", "{what}{how}（第{n2}期）", "{n}家企业参加{what}活动"),
    "sentence": (
        "据{who}统计，前三季度会员企业完成销售收入{n}亿元，同比增长{n2}%，其中线上渠道占比继续提高。",
        "从原料端看，主产区毛竹收购价每百斤{n2}元，较上月略有波动，农户采伐积极性总体平稳。",
        "与会代表围绕{what}进行了交流，认为应当加快制定统一的检验方法，减少重复检测。",
        "{who}有关负责人表示，欢迎尚未入会的企业提交材料，协会将在{n2}个工作日内答复。",
        "展会期间共接待专业观众{n}人次，签订意向订单{n2}份。",
        "业内人士分析，海外补库存的需求仍在，但海运价格上行压缩了利润空间。",
        "各有关单位可将书面意见于下月{n2}日前反馈至协会秘书处。",
    ),
}  # fmt: skip
CAMPUS: Words = {
    "who": ("土木工程学院", "外国语学院", "图书馆", "后勤保障处", "校团委", "材料学院", "体育教学部"),
    "what": ("研究生学术论坛", "新生英语演讲比赛", "青年教师教学竞赛", "“一站式”学生社区建设", "冬季长跑", "产学研对接活动"),
    "how": ("圆满落幕", "顺利举行", "正式启动", "收到良好反响", "走进校园"),
    "name": ("殷未央", "柏舟行", "祁采薇", "路遥知"),
    "title": ("{who}{what}{how}", "我校{what}{how}", "{who}师生获{n2}项奖励", "{what}在我校{how}"),
    "sentence": (
        "本次活动由{who}承办，来自{n2}个学院的{n}名师生参加，现场座无虚席。",
        "副校长在致辞中回顾了学校{n2}年来的办学历程，希望同学们脚踏实地、勤学善思。",
        "经过初赛、复赛两轮选拔，{n2}支队伍进入决赛，比赛分为陈述、答辩和评议三个环节。",
        "评委从选题、表达和创新性等方面逐一点评，并就{what}与现场同学交流。",
        "“准备的过程比结果更重要。”获奖同学在发言中说，图书馆三楼的灯光陪伴了自己整个秋天。",
        "活动现场还设置了展区，展出近年来的成果{n}件。",
        "据悉，{what}自创办以来已举办{n2}届，成为学校校园文化的品牌项目。",
    ),
}  # fmt: skip
MONEY: Words = {
    "who": ("湛恒新材", "云泊物流", "禾澄乳业", "远岫光电", "观澜银行", "青枫地产", "拓野汽车"),
    "what": ("三季度净利润", "新一轮融资", "海外工厂投产", "董事会换届", "回购方案", "储能业务订单"),
    "how": ("超出市场预期", "落地", "引发关注", "再起波澜", "获股东大会通过", "同比回落"),
    "name": ("闻人语", "卓亦航", "管中衡", "司南风"),
    "title": ("{who}{what}{how}", "{who}：{what}{how}", "{what}{how}，{who}怎么走？", "{who}市值一周蒸发{n}亿元"),
    "sentence": (
        "公告显示，{who}前三季度实现营业收入{n}.{n2}亿元，归母净利润同比变动{n2}%。",
        "一位接近{who}的人士透露，{what}从立项到落地用了{n2}个月，内部曾有不同意见。",
        "多家券商在研报中提到，行业产能利用率约为{n2}%，价格战短期内难言结束。",
        "“现金流比规模更重要。”{who}财务负责人在电话会议上说，明年资本开支将控制在{n}亿元以内。",
        "从估值看，{who}当前市盈率约{n2}倍，处于近五年的低位区间。",
        "有投资者在互动平台提问，{what}是否会影响分红，公司答复称以正式公告为准。",
        "数据显示，同类公司平均毛利率已由去年的{n2}%降至今年三季度的不足两成。",
        "在业内看来，{what}只是开始，真正的考验是渠道库存何时出清。",
        "截至收盘，{who}报{n2}元，换手率百分之三，成交额{n}万元。",
        "监管层面，相关部门上月就信息披露规则公开征求意见，{n}家机构提交了反馈。",
    ),
}  # fmt: skip


CAPTIONS = (
    "图为活动现场",
    "获奖选手与评委合影",
    "师生参观展区（校报记者团供图）",
    "图为主会场",
    "学生代表发言",
)  # under pictures


def _fill(words: Words, pattern: str, dice: Dice) -> str:
    slots = {name: dice.pick(words[name]) for name in ("who", "what", "how")}
    return pattern.format(n=112 + dice.below(870), n2=13 + dice.below(80), **slots)


def tell(
    words: Words, seed: str, count: int, *, sections: Sequence[str], top: str = "2026-11-25 17:26", zone_h: float = 8,
    sources: Sequence[str] = (), step_h: int = 23, low: int = 3, high: int = 6, glue: str = "",
) -> list[Story]:  # fmt: skip
    """That many stories, newest first, of low to high paragraphs; no sentence stands twice in one."""
    newest, used, stories = (
        datetime.fromisoformat(top).replace(tzinfo=timezone(timedelta(hours=zone_h))),
        set[str](),
        [],
    )
    for number in range(count):
        dice = Dice(f"{seed}:{number}")
        title = ""
        while not title or title in used:
            title = _fill(words, dice.pick(words["title"]), dice)
        used.add(title)
        deck: list[str] = []
        told, text = set[str](), []
        for _ in range(low + dice.below(high - low + 1)):
            said = []
            for _ in range(1 + dice.below(3)):
                sentence = ""
                while not sentence or sentence in told:
                    deck = deck or dice.sample(words["sentence"], len(words["sentence"]))
                    sentence = _fill(words, deck.pop(), dice)
                told.add(sentence)
                said.append(sentence)
            text.append(glue.join(said))
        first, second = dice.sample(words["name"], 2)
        at = newest - timedelta(hours=step_h * number, minutes=dice.below(600))
        source = dice.pick(sources) if sources else ""
        stories.append(
            Story(number, title, tuple(text), at, first, second, source, sections[number % len(sections)])
        )  # fmt: skip
    return stories


def of(stories: Sequence[Story], section: str) -> list[Story]:
    """The stories of a section."""
    return [story for story in stories if story.section == section]


def sheets(stories: Sequence[Story], size: int) -> Iterator[tuple[int, int, list[Story]]]:
    """Number from 1, count, and stories of each page of a list."""
    parts = pages(stories, size)
    for number, part in enumerate(parts, 1):
        yield number, len(parts), part


def in_gbk(site: Site) -> Site:
    """The same site in the encoding of old mainland systems, which its pages name themselves."""
    for path, (body, _) in site.files.items():
        site.files[path] = (body.decode().encode("gb18030"), "text/html")
    return site


def city_portal() -> Site:
    """A city's news portal in GBK: dated addresses with ids, the editor in brackets, numbered lists, hot lists."""
    site = Site("www.tingyuan.example.cn")
    columns = {"本地要闻": "3311", "社会民生": "3312", "教科文卫": "3315"}
    stories = tell(
        CITY, "tingyuan", 27, sections=tuple(columns), sources=("汀沅日报", "汀沅网", "汀沅晚报", "沅江广播")
    )

    def path(s: Story) -> str:
        return f"/n2/{s.at:%Y}/{s.at:%m%d}/c{columns[s.section]}-{40217790 - 37 * s.number}.html"

    hot = "".join(f'<li><em>{n}</em><a href="{path(s)}" target="_blank">{s.title}</a></li>' for n, s in enumerate(stories[4:22:3], 1))  # fmt: skip

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<a href="/GB/{code}/index.html">{name}</a><i>|</i>' for name, code in columns.items())
        return (
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n<html><head>'
            f'<meta http-equiv="content-type" content="text/html;charset=GB2312"/><title>{title}</title><link href="/img/2024/css/p.css" rel="stylesheet" type="text/css"/>'
            '<script type="text/javascript">var _hmt=_hmt||[];document.domain="tingyuan.example.cn";</script></head><body>'
            f'<div class="w1000 top1"><span>汀沅网 — 看得见的汀沅</span><a href="/GB/login.html">登录</a> <a href="/GB/mobile.html">手机版</a></div><div class="w1000 menu"><a href="/">首页</a><i>|</i>{nav}<a href="http://bbs.tingyuan.example.cn/">论坛</a></div>'
            f'<div class="w1000 clearfix">{main}<div class="fr w300"><div class="ad300"><img src="/img/ad/300250.jpg" alt="广告"/></div><h4>24小时点击排行</h4><ul class="rank">{hot}</ul></div></div>'
            '<div class="w1000 foot"><p><a href="/GB/aboutus.html">网站介绍</a> | <a href="/GB/ad.html">广告服务</a> | <a href="/GB/lianxi.html">联系我们</a></p><p>互联网新闻信息服务许可证编号：99120260007　违法和不良信息举报电话：0999-5550126</p>'
            "<p>汀沅网版权所有，未经书面授权禁止使用　地址：汀沅市滨江路18号</p></div></body></html>"
        )

    blocks = "".join(
        f'<div class="box"><h3><a href="/GB/{code}/index.html">{name}</a><a class="more" href="/GB/{code}/index.html">更多</a></h3><ul>'
        + "".join(f'<li><a href="{path(s)}" target="_blank">{s.title}</a></li>' for s in of(stories, name)[:6])
        + "</ul></div>"
        for name, code in columns.items()
    )
    site.add("/", shell("汀沅网--汀沅市重点新闻网站", f'<div class="fl w680">{blocks}</div>'))
    for name, code in columns.items():
        for number, count, part in sheets(of(stories, name), 5):
            rows = "".join(f'<li><a href="{path(s)}" target="_blank">{s.title}</a> <em>{s.at:%Y-%m-%d}</em></li>' for s in part)  # fmt: skip
            pager = "".join(
                f'<a {"class=common_current_page " if n == number else ""}href="index{"" if n == 1 else n}.html">{n}</a>'
                for n in range(1, count + 1)
            ) + (f'<a href="index{number + 1}.html">下一页</a>' if number < count else "")
            main = f'<div class="fl w680"><h2 class="tit">{name}</h2><ul class="list_16">{rows}</ul><div class="page_n clearfix">{pager}</div></div>'
            site.add(f"/GB/{code}/index{'' if number == 1 else number}.html", shell(f"{name}--汀沅网", main))
    for s in stories:
        names = [] if s.number % 5 == 3 else [s.author, s.second_author] if s.number % 4 == 1 else [s.author]
        by = f'<div class="author">本报记者　{"　".join(names)}</div>' if names else ""
        related = "".join(
            f'<li><a href="{path(o)}">{o.title}</a></li>' for o in of(stories, s.section)[:4] if o is not s
        )
        picture = (
            '<p style="text-align: center;"><img src="/NMediaFile/2026/1124/LOCAL2026.jpg" width="550" alt=""/></p>'
        )
        main = (
            f'<div class="fl w680"><div class="path"><a href="/" class="clink">汀沅网</a>&gt;&gt;<a href="/GB/{columns[s.section]}/index.html" class="clink">{s.section}</a></div>'
            f'<h1>{s.title}</h1>{by}<div class="artOri">{s.at:%Y年%m月%d日%H:%M}&nbsp;&nbsp;&nbsp;来源：<a href="http://paper.tingyuan.example.cn/" target="_blank">{s.source}</a>　<span id="paper_num"><a href="#liuyan">我要留言</a></span>　<a href="javascript:;">字号<b>大</b></a><a href="javascript:;">小</a></div>'
            f'<div class="show_text">{picture if s.number % 3 == 0 else ""}'
            + "".join(f"\n<p>\n\t　　{p}</p>" for p in s.paragraphs)
            + '\n<div class="zdfy clearfix"></div></div><div class="edit clearfix">(责编：覃小米、万木春)</div>'
            '<div class="fx">分享让更多人看到 <a href="javascript:;">微信</a><a href="javascript:;">微博</a></div>'
            f'<div class="xgxw"><h5>相关新闻</h5><ul>{related}</ul></div><div class="ly" id="liuyan"><h5>我要留言</h5><form action="/ly"><textarea name="c"></textarea></form><p>请遵守国家有关法律法规，文明上网理性发言。</p></div></div>'
        )
        site.article(path(s), s, shell(f"{s.title}--{s.section}--汀沅网", main), source=s.source, authors=names, category=s.section)  # fmt: skip
    return in_gbk(site)


def county_center() -> Site:
    """A county's media centre: relative addresses with t<date>_<id>, meta tags, and a section of short photo stories."""
    site = Site("www.suyangxw.example.cn")
    columns = {"涑阳要闻": "syyw", "镇街动态": "zjdt", "图说涑阳": "tssy"}
    stories = tell(CITY, "suyang", 24, sections=tuple(columns), step_h=26, sources=("涑阳县融媒体中心", "涑阳县融媒体中心", "涑阳县委宣传部"))  # fmt: skip

    def name_of(s: Story) -> str:
        return f"{s.at:%Y%m}/t{s.at:%Y%m%d}_{8812970 - 113 * s.number}.html"

    def path(s: Story) -> str:
        return f"/xw/{columns[s.section]}/{name_of(s)}"

    def shell(title: str, main: str, metas: str = "", body: str = "") -> str:
        nav = "".join(f'<li><a href="/xw/{slug}/">{name}</a></li>' for name, slug in columns.items())
        return (
            f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><meta name="SiteName" content="涑阳新闻网">{metas}'
            '<link rel="stylesheet" href="/images/base.css"><style>.TRS_Editor p{line-height:2em}</style></head>'
            f'<body{body}><header><div class="logo"><a href="/"><img src="/images/logo.png" alt="涑阳新闻网"></a></div><div class="search"><form action="/so" method="get"><input name="q" placeholder="请输入关键词"></form></div><ul class="nav"><li><a href="/">首页</a></li>{nav}<li><a href="/bmfw/">便民服务</a></li></ul></header>'
            f'<div class="container">{main}</div><footer><div>主办：中共涑阳县委宣传部　承办：涑阳县融媒体中心</div><div>电话：0998-5550177　邮箱：news@suyangxw.example.cn　<a href="https://beian.example.cn/">泠ICP备20260188号</a></div></footer></body></html>'
        )

    front = "".join(
        f'<section class="mod"><h2>{name}<a href="/xw/{slug}/">更多&gt;&gt;</a></h2><ul>'
        + "".join(f'<li><a href="{path(s)}" title="{s.title}">{s.title}</a></li>' for s in of(stories, name)[:5])
        + "</ul></section>"
        for name, slug in columns.items()
    )
    site.add("/", shell("涑阳新闻网", front))
    service = "<h2>便民服务</h2><p>县政务服务中心电话：0998-5550100，工作日上午八点半至十二点，下午两点至五点半。</p><p>自来水报修：0998-5550111，供电报修：0998-5550112，燃气报修：0998-5550113，二十四小时有人接听。</p>"
    site.add("/bmfw/", shell("便民服务_涑阳新闻网", service))
    for name, slug in columns.items():
        for number, count, part in sheets(of(stories, name), 4):
            if slug == "tssy":
                rows = "".join(f'<li class="pic"><a href="./{name_of(s)}"><img src="/pic/{s.number}.jpg" alt="{s.title}"></a><p><a href="./{name_of(s)}">{s.title}</a></p></li>' for s in part)  # fmt: skip
            else:
                rows = "".join(f'<li><span class="date">{s.at:%Y-%m-%d}</span><a href="./{name_of(s)}" title="{s.title}">{s.title}</a></li>' for s in part)  # fmt: skip
            files = ["./" if n == 1 else f"index_{n - 1}.html" for n in range(1, count + 1)]
            pager = f'<span>共{count}页</span><a href="{files[0]}">首页</a>' + (
                f'<a href="{files[number - 2]}">上一页</a>' if number > 1 else ""
            )
            pager += "".join(f'<span class="cur">{n}</span>' if n == number else f'<a href="{files[n - 1]}">{n}</a>' for n in range(1, count + 1))  # fmt: skip
            pager += (
                f'<a href="{files[number]}">下一页</a>' if number < count else ""
            ) + f'<a href="{files[-1]}">尾页</a>'
            main = f'<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="../">新闻</a> &gt; <a href="./">{name}</a></div><ul class="gl-list">{rows}</ul><div class="fanye">{pager}</div>'
            site.add(
                f"/xw/{slug}/" + ("" if number == 1 else f"index_{number - 1}.html"), shell(f"{name}_涑阳新闻网", main)
            )
    site.add("/xw/", shell("新闻_涑阳新闻网", front))
    for s in stories:
        is_photo = s.section == "图说涑阳"
        body = s.paragraphs[:1] if is_photo else s.paragraphs
        names = [s.author] if s.number % 3 else [s.author, s.second_author]
        by = f"记者：{names[0]}" + (f"　通讯员：{names[1]}" if len(names) > 1 else "")
        text = "".join(f'<p align="justify">　　{p}</p>' for p in body)
        if is_photo:
            text += "".join(f'<p align="center"><img oldsrc="W0{n}.jpg" src="./W020261124{s.number:02}{n}.jpg" style="border-width: 0px" alt=""></p>' for n in range(3))  # fmt: skip
        metas = f'<meta name="ArticleTitle" content="{s.title}"><meta name="PubDate" content="{s.at:%Y-%m-%d %H:%M}"><meta name="ContentSource" content="{s.source}"><meta name="ColumnName" content="{s.section}"><meta name="Author" content="">'
        main = (
            f'<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/xw/">新闻</a> &gt; <a href="/xw/{columns[s.section]}/">{s.section}</a></div>'
            f'<div class="article"><h1 class="bt">{s.title}</h1><div class="info"><span>发布时间：{s.at:%Y-%m-%d %H:%M}</span><span>来源：{s.source}</span><span>{by}</span><span>阅读量：<b id="hits">{300 + 17 * s.number}</b></span></div>'
            f'<div class="view TRS_UEDITOR"><div class="TRS_Editor">{text}</div></div><div class="zrbj"><span>编辑：邵初霁</span><span>审核：葛晚晴</span><span>监制：翁听松</span></div><div class="ewm"><img src="/images/ewm.png" alt="二维码"><p>扫一扫在手机打开当前页</p></div></div>'
        )
        site.article(path(s), s, shell(f"{s.title}_涑阳新闻网", main, metas), source=s.source, authors=names, category=s.section, body="\n\n".join(body))  # fmt: skip
    return site


def water_bureau() -> Site:
    """A city's water bureau: nested tables, a date without a time, lists whose pager a script writes, Word's markup."""
    site = Site("swj.lingzhou.example.cn")
    columns = {"工作动态": "gzdt", "通知公告": "tzgg", "县区水务": "xqsw"}
    stories = tell(WATER, "lingzhou-sw", 24, sections=tuple(columns), step_h=41, sources=("局办公室", "市河湖管理中心", "规划建设科"))  # fmt: skip
    script = (
        '<script language="javascript">function createPageHTML(c,i,n,e){if(c<=1)return;var h="";'
        'for(var k=0;k<c;k++){h+=(k==i)?("<span>"+(k+1)+"</span>"):("<a href=\\""+n+(k?"_"+k:"")+"."+e+"\\">"+(k+1)+"</a>");}'
        'if(i<c-1)h+="<a href=\\""+n+"_"+(i+1)+"."+e+"\\">下一页</a>";document.write(h);}'
    )

    def name_of(s: Story) -> str:
        return f"{s.at:%Y%m}/t{s.at:%Y%m%d}_{556902 - 7 * s.number}.htm"

    def shell(title: str, main: str) -> str:
        nav = "".join(
            f'<td align="center"><a href="/{slug}/" class="white">{name}</a></td>' for name, slug in columns.items()
        )
        return (
            f'<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><title>{title}</title><link href="/images/css.css" rel="stylesheet" type="text/css" /></head>'
            '<body leftmargin="0" topmargin="0"><table width="1000" border="0" align="center" cellpadding="0" cellspacing="0"><tr><td><img src="/images/banner.jpg" width="1000" height="180" /></td></tr>'
            f'<tr><td bgcolor="#0a5fa8"><table width="100%"><tr><td align="center"><a href="/" class="white">网站首页</a></td><td align="center"><a href="/jggk/" class="white">机构概况</a></td>{nav}</tr></table></td></tr></table>'
            f'<table width="1000" align="center" cellpadding="0" cellspacing="0"><tr><td valign="top" height="500">{main}</td></tr></table>'
            '<table width="1000" align="center"><tr><td align="center" class="bottom">版权所有：泠州市水务局　地址：泠州市澄清路66号　邮编：999000<br />值班电话：0997-5550133　网站标识码：9907000041</td></tr></table></body></html>'
        )

    about = "<p>泠州市水务局为市政府工作部门，负责全市水资源的统一管理和监督，承担水旱灾害防御和河湖长制日常工作。</p><p>内设办公室、水资源科、规划建设科、水利工程科等科室，下属河湖管理中心、水文站和灌区管理处。</p>"
    site.add("/jggk/", shell("机构概况", f"<h3>机构概况</h3>{about}"))
    cells = "".join(
        f'<td width="33%" valign="top"><table width="100%"><tr><td class="lanmu">{name}</td><td align="right"><a href="/{slug}/">更多...</a></td></tr>'
        + "".join(
            f'<tr><td>·<a href="/{slug}/{name_of(s)}" target="_blank">{s.title}</a></td><td>[{s.at:%m-%d}]</td></tr>'
            for s in of(stories, name)[:6]
        )
        + "</table></td>"
        for name, slug in columns.items()
    )
    site.add("/", shell("泠州市水务局", f"<table width='100%'><tr>{cells}</tr></table>"))
    for name, slug in columns.items():
        for number, count, part in sheets(of(stories, name), 5):
            rows = "".join(f'<tr><td width="20"><img src="/images/dot.gif" /></td><td height="30"><a href="./{name_of(s)}" target="_blank" class="hei14">{s.title}</a></td><td width="100" class="hui">{s.at:%Y-%m-%d}</td></tr>' for s in part)  # fmt: skip
            main = (
                f'<table width="100%"><tr><td class="wz">您当前的位置：<a href="/">首页</a>&gt;<a href="./">{name}</a></td></tr></table><table width="96%" align="center">{rows}</table>'
                f'<table width="100%"><tr><td align="center" class="pages">{script}createPageHTML({count}, {number - 1}, "index", "htm");</script></td></tr></table>'
            )
            text = shell(f"{name}-泠州市水务局", main)
            if number == 1:
                site.add(f"/{slug}/", text)
            site.add(f"/{slug}/index{'' if number == 1 else f'_{number - 1}'}.htm", text)
        for s in of(stories, name):
            words = "".join(f'<p class="MsoNormal" style="text-indent:32pt;line-height:28pt"><span style="font-size:16pt;font-family:仿宋_GB2312">{p}<span lang="EN-US"><o:p></o:p></span></span></p>' for p in s.paragraphs)  # fmt: skip
            main = (
                f'<table width="100%"><tr><td class="wz">您当前的位置：<a href="/">首页</a>&gt;<a href="/{slug}/">{name}</a>&gt;正文</td></tr></table>'
                f'<table width="90%" align="center"><tr><td align="center" class="hong22">{s.title}</td></tr><tr><td align="center" height="36" bgcolor="#f3f3f3">发布日期：{s.at:%Y-%m-%d}　　信息来源：{s.source}　　浏览次数：<script src="/count?id={s.number}"></script>　　字体：【<a href="javascript:doZoom(18)">大</a> <a href="javascript:doZoom(16)">中</a> <a href="javascript:doZoom(14)">小</a>】</td></tr>'
                f'<tr><td class="zw" id="zoom">{words}</td></tr><tr><td align="right">【<a href="javascript:window.print()">打印本页</a>】【<a href="javascript:window.close()">关闭窗口</a>】</td></tr></table>'
            )
            site.article(f"/{slug}/{name_of(s)}", s, shell(s.title, main), source=s.source, category=name, published_at=day(s.at))  # fmt: skip
    return site


def bamboo_association() -> Site:
    """A trade association on an old hand-made system: query addresses, a table as list, the day in the list alone."""
    site = Site("www.zhuqi-xiehui.example.cn")
    columns = {"行业资讯": 1, "协会动态": 2, "市场行情": 5}
    stories = tell(
        TRADE, "zhuqi", 26, sections=tuple(columns), step_h=37, sources=("本会秘书处", "南方竹业报", "祁山县林业局")
    )

    def path(s: Story) -> str:
        return f"/view.asp?id={1873 - s.number * 3}"

    def shell(title: str, main: str) -> str:
        nav = " ┊ ".join(f"<a href=news.asp?lm={code}>{name}</a>" for name, code in columns.items())
        return (
            f'<HTML><HEAD><TITLE>{title}</TITLE><META http-equiv=Content-Type content="text/html; charset=utf-8"><META content="竹器,竹编,竹家具,协会" name=keywords></HEAD><BODY bgColor=#ffffff>'
            f"<TABLE width=960 align=center><TR><TD colspan=2><IMG src=images/top.gif></TD></TR><TR bgcolor=#4b8b3b><TD colspan=2 align=center><a href=/>首 页</a> ┊ <a href=about.asp>协会简介</a> ┊ {nav} ┊ <a href=member.asp>会员名录</a></TD></TR>"
            f"<TR><TD width=200 vAlign=top><TABLE width=100%><TR><TD bgcolor=#e6f0e2><b>会员登录</b></TD></TR><TR><TD><form action=login.asp method=post>用户名 <input name=u size=10><br>密　码 <input name=p type=password size=10><br><input type=submit value=登录></form></TD></TR><TR><TD bgcolor=#e6f0e2><b>联系我们</b></TD></TR><TR><TD>电话：0996-5550155<br>传真：0996-5550156<br>地址：祁山县竹海路9号</TD></TR></TABLE></TD><TD vAlign=top>{main}</TD></TR>"
            "<TR><TD colspan=2 align=center><hr>Copyright 2009-2026 竹器行业协会 技术支持：山外山网络</TD></TR></TABLE></BODY></HTML>"
        )

    def table(found: Sequence[Story]) -> str:
        rows = "".join(f"<TR><TD width=16>◇</TD><TD><a href={path(s)[1:]} target=_blank>{s.title}</a></TD><TD width=90 align=right><font color=#999999>{s.at.year}-{s.at.month}-{s.at.day}</font></TD></TR>" for s in found)  # fmt: skip
        return f"<TABLE width=96% align=center>{rows}</TABLE>"

    members = "".join(
        f"<TR><TD>{n}</TD><TD>{name}</TD></TR>"
        for n, name in enumerate(("青篾竹业有限公司", "祁山竹编厂", "节节高家居", "南屿竹材加工厂"), 1)
    )
    site.add("/member.asp", shell("会员名录", f"<b>会员名录</b><TABLE>{members}</TABLE>"))
    site.add("/about.asp", shell("协会简介", "<b>协会简介</b><br><br>竹器行业协会成立于2009年，由从事竹材加工、竹制品生产和贸易的企业自愿组成。<br><br>协会现有会员单位一百二十余家，设标准化、外贸和技艺传承三个工作委员会。"))  # fmt: skip
    site.add("/", shell("竹器行业协会", "".join(f"<p><b>{name}</b> <a href=news.asp?lm={code}>更多</a></p>{table(of(stories, name)[:5])}" for name, code in columns.items())))  # fmt: skip
    for name, code in columns.items():
        for number, count, part in sheets(of(stories, name), 5):
            link = f"news.asp?lm={code}&page="
            pager = f"共 {len(of(stories, name))} 条 第 {number}/{count} 页 " + ("首页 上一页 " if number == 1 else f"<a href={link}1>首页</a> <a href={link}{number - 1}>上一页</a> ")  # fmt: skip
            pager += (
                "下一页 尾页"
                if number == count
                else f"<a href={link}{number + 1}>下一页</a> <a href={link}{count}>尾页</a>"
            )
            text = shell(
                f"{name} - 竹器行业协会",
                f"<p>您现在的位置：<a href=/>首页</a> → {name}</p>{table(part)}<p align=center>{pager}</p>",
            )
            if number == 1:
                site.add(f"/news.asp?lm={code}", text)
            site.add(f"/news.asp?lm={code}&page={number}", text)
        mine = of(stories, name)
        for n, s in enumerate(mine):
            before = f"<a href={path(mine[n - 1])[1:]}>{mine[n - 1].title}</a>" if n else "没有了"
            after = f"<a href={path(mine[n + 1])[1:]}>{mine[n + 1].title}</a>" if n + 1 < len(mine) else "没有了"
            words = "<br><br>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{p}" for p in s.paragraphs)
            main = (
                f"<p>您现在的位置：<a href=/>首页</a> → <a href=news.asp?lm={code}>{name}</a> → 正文</p><TABLE width=96% align=center><TR><TD align=center><font size=4><b>{s.title}</b></font></TD></TR>"
                f"<TR><TD align=center><font color=#666666>文章来源：{s.source}　　点击数：{70 + 13 * s.number}　　【<a href=javascript:window.close()>关闭</a>】</font></TD></TR><TR><TD style=font-size:14px;line-height:25px>{words}</TD></TR>"
                f"<TR><TD><br>上一篇：{before}<br>下一篇：{after}</TD></TR></TABLE>"
            )
            site.article(path(s), s, shell(f"{s.title} - 竹器行业协会", main), source=s.source, category=name, published_at=day(s.at))  # fmt: skip
    return site


def campus_news() -> Site:
    """A university's news site: list pages that count backwards, pictures and captions between the paragraphs."""
    site = Site("news.qingchuan.example.cn")
    columns = {"综合新闻": ("zhxw", 1011), "院系传真": ("yxcz", 1012), "学术动态": ("xsdt", 1015)}
    stories = tell(
        CAMPUS, "qingchuan", 24, sections=tuple(columns), step_h=31, sources=("党委宣传部", "教务处", "研究生院")
    )

    def path(s: Story) -> str:
        return f"/info/{columns[s.section][1]}/{20461 - s.number}.htm"

    def shell(title: str, main: str, depth: str) -> str:
        nav = "".join(
            f'<li class="dropdown"><a href="{depth}{slug}.htm">{name}</a></li>' for name, (slug, _) in columns.items()
        )
        return (
            f'<!DOCTYPE html><html><head><meta charset="UTF-8"><title>{title}</title><meta name="keywords" content="青川大学,新闻网"><!--Announced by system--><script src="{depth}_sitegray/_sitegray.js"></script></head><body>'
            f'<div class="top"><h2 class="fl"><a href="{depth}index.htm">青川大学新闻网</a></h2><ul class="menu"><li><a href="{depth}index.htm">首页</a></li>{nav}<li><a href="http://www.qingchuan.example.cn/">学校主页</a></li></ul></div>{main}'
            '<div class="foot">青川大学党委宣传部 版权所有 | 地址：青川市学府大道1号 | 投稿邮箱：xcb@qingchuan.example.cn</div></body></html>'
        )

    front = "".join(
        f'<div class="lm"><div class="tt"><span>{name}</span><a href="{slug}.htm">MORE+</a></div><ul>'
        + "".join(
            f'<li><a href="{path(s)[1:]}" title="{s.title}">{s.title}</a><span>{s.at:%m-%d}</span></li>'
            for s in of(stories, name)[:4]
        )
        + "</ul></div>"
        for name, (slug, _) in columns.items()
    )
    for address in ("/", "/index.htm"):
        site.add(address, shell("青川大学新闻网", front, ""))
    for name, (slug, _) in columns.items():
        for number, count, part in sheets(of(stories, name), 3):
            depth = "" if number == 1 else "../"
            rows = "".join(f'<li id="line_u8_{n}"><a href="{depth}{path(s)[1:]}" target="_blank"><h4>{s.title}</h4><p>{s.paragraphs[0][:42]}...</p><span class="dt">{s.at:%Y年%m月%d日}</span></a></li>' for n, s in enumerate(part))  # fmt: skip
            names = [f"{depth}{slug}.htm", *(f"{'' if depth else f'{slug}/'}{count - n}.htm" for n in range(1, count))]
            pager = f'<span class="p_t">共{len(of(stories, name))}条</span>' + "".join(
                f'<span class="p_no_d">{n}</span>' if n == number else f'<span class="p_no"><a href="{names[n - 1]}">{n}</a></span>' for n in range(1, count + 1)
            )  # fmt: skip
            pager += f'<span class="p_next"><a href="{names[number]}">下页</a></span>' if number < count else ""
            main = f'<div class="wz">当前位置: <a href="{depth}index.htm">首页</a> &gt; <a href="{names[0]}">{name}</a></div><ul class="lb">{rows}</ul><div class="pb_sys_common">{pager}</div>'
            site.add(
                f"/{slug}.htm" if number == 1 else f"/{slug}/{count - number + 1}.htm",
                shell(f"{name}-青川大学新闻网", main, depth),
            )
    for s in stories:
        words = []
        caption = CAPTIONS[s.number % len(CAPTIONS)]
        for n, p in enumerate(s.paragraphs):
            words.append(
                f'<p style="text-align: justify; text-indent: 2em;"><span style="font-family: 宋体;">{p}</span></p>'
            )
            if n == s.number % 3:
                words.append('<p style="text-align: center" class="vsbcontent_img"><img src="/__local/1/AB/C.jpg" width="600" vsbhref="vurl" border="0"></p>')  # fmt: skip
                words.append(
                    f'<p style="text-align: center;"><span style="font-size: 12px; color: rgb(127, 127, 127);">{caption}</span></p>'
                )
        names = [s.author] if s.number % 4 else [s.author, s.second_author]
        slug = columns[s.section][0]
        earlier = [o for o in of(stories, s.section) if o.number > s.number][:1]
        beside = "".join(
            f'<div class="nextpage"><p>下一条：<a href="../..{path(o)}">{o.title}</a></p></div>' for o in earlier
        )
        main = (
            f'<div class="wz">当前位置: <a href="../../index.htm">首页</a> &gt; <a href="../../{slug}.htm">{s.section}</a> &gt; 正文</div><form name="_newscontent_fromname"><div class="content-tt"><h3>{s.title}</h3>'
            f'<div class="ly"><i>日期：{s.at:%Y-%m-%d}</i><i>作者：{" ".join(names)}</i><i>来源：{s.source}</i><i>点击：[<span id="dynclicks">{200 + s.number}</span>]</i></div></div>'
            f'<div id="vsb_content"><div class="v_news_content">{"".join(words)}<p style="text-align: right;">（责任编辑：姬如雪 审核：穆清风）</p></div></div></form>{beside}'
        )
        site.article(path(s), s, shell(f"{s.title}-青川大学新闻网", main, "../../"), source=s.source, authors=names, category=s.section, published_at=day(s.at))  # fmt: skip
    return site


def money_news() -> Site:
    """A business site: long articles in parts, hashed class names, quotes of shares beside the text, a disclaimer."""
    site = Site("www.hengjincj.example.com")
    columns = {"公司": "gs", "金融": "jr", "产业": "cy"}
    stories = tell(MONEY, "hengjin", 24, sections=tuple(columns), step_h=13, low=7, high=10, sources=("恒金财经", "恒金财经", "都市商报"))  # fmt: skip

    def stem(s: Story) -> str:
        return f"/a/{s.at:%Y%m%d}/{1029340 - 19 * s.number}"

    ticker = "".join(
        f'<li><b>{w}</b><i class="{"up" if n % 2 else "dn"}">{12 + n}.{30 + n}</i></li>'
        for n, w in enumerate(MONEY["who"])
    )

    def shell(title: str, main: str, now: str = "") -> str:
        nav = "".join(
            f'<a class="x-9fa{" x-on" if name == now else ""}" href="/channel?col={slug}">{name}</a>'
            for name, slug in columns.items()
        )
        return (
            f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title><meta name="description" content="恒金财经，为投资者提供及时的资讯"><script>window.__CFG__={json.dumps({"v": "3.2.1", "cdn": "//s.example.com"})}</script></head><body>'
            f'<div class="x-0a1"><a class="x-logo" href="/"><svg></svg>恒金财经</a>{nav}<a class="x-9fa" href="/app">下载APP</a></div><div class="x-b2c"><div class="x-main">{main}</div><div class="x-side"><h4>自选行情</h4><ul>{ticker}</ul></div></div>'
            '<div class="x-ft">恒金财经 增值电信业务经营许可证：泠B2-20269999 | 举报邮箱 jubao@hengjincj.example.com | <a href="/about">关于我们</a></div></body></html>'
        )

    def card(s: Story) -> str:
        return f'<div class="x-7c3"><a class="x-t4" href="{stem(s)}.html">{s.title}</a><div class="x-p2">{s.paragraphs[0][:58]}…</div><div class="x-m1"><span>{s.section}</span><span>{s.at:%m-%d %H:%M}</span></div></div>'

    site.add(
        "/about",
        shell(
            "关于我们 - 恒金财经",
            "<h1>关于我们</h1><p>恒金财经成立于2014年，是一家面向个人投资者的财经资讯平台。</p><p>编辑部设在泠州，另有四个记者站。</p>",
        ),
    )
    site.add("/app", shell("下载APP - 恒金财经", "<h1>下载APP</h1><p>扫描二维码，随时查看行情与快讯。</p>"))
    site.add("/", shell("恒金财经 - 懂产业，更懂价值", "<h2>最新</h2>" + "".join(map(card, stories[:10]))))
    for name, slug in columns.items():
        for number, count, part in sheets(of(stories, name), 4):
            more = f'<div class="x-pg"><a href="/channel?col={slug}&amp;p={number + 1}">下一页 ›</a></div>' if number < count else '<div class="x-pg">没有更多了</div>'  # fmt: skip
            text = shell(f"{name} - 恒金财经", "".join(map(card, part)) + more, name)
            site.add(f"/channel?col={slug}" + ("" if number == 1 else f"&p={number}"), text)
    for s in stories:
        files = (
            [f"{stem(s)}.html", f"{stem(s)}_2.html"]
            if s.number % 4 == 2
            else [f"{stem(s)}{x}.html" for x in ("", "_2", "_3")]
        )
        size = math.ceil(len(s.paragraphs) / len(files))
        for n, file in enumerate(files):
            words = "".join(f"<p>{p}</p>" for p in s.paragraphs[n * size : (n + 1) * size])
            pager = f'<a href="{files[n - 1]}">上一页</a>' if n else ""
            pager += "".join(f"<b>{k}</b>" if k == n + 1 else f'<a href="{f}">{k}</a>' for k, f in enumerate(files, 1))
            pager += f'<a href="{files[n + 1]}">下一页</a>' if n + 1 < len(files) else ""
            aside = "".join(f'<li><a href="{stem(o)}.html">{o.title}</a></li>' for o in stories[:5] if o is not s)
            main = (
                f'<div class="x-c0"><a href="/">首页</a> / <a href="/channel?col={columns[s.section]}">{s.section}</a></div><h1 class="x-h1">{s.title}</h1><div class="x-inf"><span>{s.at:%Y-%m-%d %H:%M}</span><span>来源：{s.source}</span><span>作者：{s.author}</span><span>评论(0)</span></div>'
                f'<div class="x-txt">{words}</div><div class="x-fy">{pager}</div><div class="x-tag">标签：<a href="/tag?k=1">财报</a><a href="/tag?k=2">投资</a></div><div class="x-dis">声明：本文仅供参考，不构成投资建议，据此操作风险自担。</div><div class="x-rel"><h3>相关阅读</h3><ul>{aside}</ul></div>'
            )
            site.add(file, shell(f"{s.title} - 恒金财经", main, s.section))
        site.truth(files[0], s, source=s.source, authors=[s.author], category=s.section)
    return site


def taiwan_daily() -> Site:
    """A Taiwanese local news site with utility classes: a button that leads to more, linked data, a link in the text."""
    site = Site("luzhou-daily.example.tw")
    columns = {"地方": "local", "生活": "life", "文教": "education"}
    stories = write(TAIWANESE, "luzhou", 27, sections=tuple(columns), hours=14)

    def path(s: Story) -> str:
        return f"/story/{columns[s.section]}/{218736 - s.number * 11}"

    def shell(title: str, main: str, head: str = "") -> str:
        nav = "".join(
            f'<a class="px-3 py-2 text-sm font-medium hover:text-red-600" href="/list/{slug}">{name}</a>'
            for name, slug in columns.items()
        )
        return (
            f'<!doctype html><html lang="zh-Hant-TW"><head><meta charset="utf-8"/><title>{title}</title><meta property="og:site_name" content="鷺洲日報"/>{head}</head><body class="bg-white text-gray-900 antialiased"><header class="sticky top-0 z-50 flex h-14 items-center border-b"><a class="mr-6 text-xl font-bold" href="/">鷺洲日報</a><nav class="flex">{nav}</nav></header>'
            f'<main class="mx-auto max-w-5xl px-4">{main}</main><footer class="mt-12 bg-gray-100 py-8 text-center text-xs text-gray-500"><p>鷺洲日報股份有限公司 © 2026 All rights reserved.</p><p><a href="/about">關於我們</a>・<a href="/privacy">隱私權政策</a>・服務專線 02-5550-0188</p></footer></body></html>'
        )

    def card(s: Story) -> str:
        return f'<a class="group flex gap-4 border-b py-4" href="{path(s)}"><img class="h-24 w-36 rounded object-cover" src="/i/{s.number}.webp" alt=""/><div><h3 class="text-lg font-semibold group-hover:underline">{s.title}</h3><div class="mt-1 text-xs text-gray-400">{s.at:%Y/%m/%d %H:%M}</div></div></a>'

    site.add(
        "/about",
        shell(
            "關於我們｜鷺洲日報",
            "<h1>關於我們</h1><p>鷺洲日報創立於一九八七年，關心鷺洲的街巷、學校與港口。</p><p>讀者投書請寄編輯部，來稿請附姓名與聯絡方式。</p>",
        ),
    )
    site.add("/", shell("鷺洲日報", '<h2 class="my-4 text-2xl">即時新聞</h2>' + "".join(map(card, stories[:9]))))
    for name, slug in columns.items():
        for number, count, part in sheets(of(stories, name), 4):
            more = f'<div class="my-8 text-center"><a class="inline-block rounded-full border px-8 py-2" href="/list/{slug}?page={number + 1}">看更多新聞</a></div>' if number < count else ""  # fmt: skip
            site.add(f"/list/{slug}" + ("" if number == 1 else f"?page={number}"), shell(f"{name}｜鷺洲日報", f'<h1 class="my-4 text-2xl">{name}</h1>' + "".join(map(card, part)) + more))  # fmt: skip
    for s in stories:
        data = {
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": s.title, "datePublished": s.at.replace(second=0).isoformat(), "dateModified": (s.at + timedelta(minutes=21)).isoformat(),
            "author": {"@type": "Person", "name": s.author}, "publisher": {"@type": "Organization", "name": "鷺洲日報"}, "articleSection": s.section,
        }  # fmt: skip
        other = stories[(s.number + 3) % len(stories)]
        words = [f'<p class="my-4 leading-8">{p}</p>' for p in s.paragraphs]
        words.insert(
            2,
            f'<div class="my-6 border-l-4 border-red-500 pl-4 text-sm">延伸閱讀：<a class="text-blue-700" href="{path(other)}">{other.title}</a></div>',
        )
        figure = '<figure class="my-4"><img class="w-full" src="/i/big.webp" alt=""/><figcaption class="mt-1 text-sm text-gray-500">現場情形。（記者翻攝）</figcaption></figure>'
        main = (
            f'<article><a class="mt-6 inline-block bg-red-600 px-2 text-xs text-white" href="/list/{columns[s.section]}">{s.section}</a><h1 class="mt-2 text-3xl font-bold leading-tight">{s.title}</h1>'
            f'<div class="mt-3 flex gap-4 text-sm text-gray-500"><time>{s.at:%Y/%m/%d %H:%M}</time><span>記者 {s.author}／鷺洲報導</span></div>{figure if s.number % 2 else ""}<div class="text-lg">{"".join(words)}</div></article>'
            f'<div class="my-6 flex gap-2"><a href="https://line.example/share">分享到LINE</a></div><section><h2 class="text-xl">熱門新聞</h2>{"".join(map(card, stories[1:5]))}</section>'
        )
        head = f'<meta property="og:title" content="{s.title}"/><script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'
        site.article(path(s), s, shell(f"{s.title}｜鷺洲日報", main, head), authors=[s.author], category=s.section)
    return site


def english_echo() -> Site:
    """An English local paper: id and slug in one name, a reporter's role under the name, comments, query paging."""
    site = Site("www.brackenvale-echo.example.co.uk")
    columns = {"Brackenvale": "brackenvale", "Harbour": "harbour", "Schools": "schools"}
    stories = write(ENGLISH, "brackenvale", 24, sections=tuple(columns), zone_h=0, hours=19)

    def path(s: Story) -> str:
        slug = "-".join(w.lower() for w in s.title.split() if w.isalnum())
        return f"/news/{columns[s.section]}/{25871934 - s.number * 41}.{slug[:48].rstrip('-')}/"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<li><a href="/news/{slug}/">{name}</a></li>' for name, slug in columns.items())
        return (
            f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{title} | Brackenvale Echo</title><meta name="robots" content="max-image-preview:large"></head><body><div class="mar-header"><a href="/">Brackenvale Echo</a><form action="/search/"><input name="search"><button>Search</button></form><ul class="mar-nav"><li><a href="/news/">News</a></li>{nav}<li><a href="/subscribe/">Subscribe</a></li></ul></div>'
            f'<div class="dfp-ad" data-slot="leaderboard">Advertisement</div>{main}<div class="mar-footer"><p>This website and associated newspapers adhere to the Code of Practice of an independent standards body.</p><p>&copy; 2001-2026. Echo Papers (North) Ltd, 4 Mill Lane, Brackenvale. Registered in England, number 05550199.</p><a href="/contact/">Contact us</a> <a href="/terms/">Terms</a></div></body></html>'
        )

    def card(s: Story) -> str:
        return f'<div class="mar-block"><a href="{path(s)}"><img src="/r/{s.number}.jpg" alt=""></a><h3><a href="{path(s)}">{s.title}</a></h3><p>{s.paragraphs[0][:90]}...</p></div>'

    site.add(
        "/contact/",
        shell(
            "Contact us",
            "<h1>Contact us</h1><p>Newsroom: 01555 550199. We are open from nine to five on weekdays.</p><p>If you wish to complain about a story, please write to the editor first.</p>",
        ),
    )
    for base, name, found in (("/news/", "News", stories), *((f"/news/{slug}/", name, of(stories, name)) for name, slug in columns.items())):  # fmt: skip
        for number, count, part in sheets(found, 6):
            links = "".join(f'<li class="{"active" if n == number else ""}"><a href="{base}{"" if n == 1 else f"?page={n}"}">{n}</a></li>' for n in range(1, count + 1))  # fmt: skip
            pager = (
                f'<ul class="pagination">{links}'
                + (f'<li><a rel="next" href="{base}?page={number + 1}">Next</a></li>' if number < count else "")
                + "</ul>"
            )
            site.add(
                base + ("" if number == 1 else f"?page={number}"),
                shell(name, f"<h1>{name}</h1>" + "".join(map(card, part)) + pager),
            )
    site.add("/", shell("News, sport and what's on", "<h2>Latest</h2>" + "".join(map(card, stories[:8]))))
    for s in stories:
        is_shared = s.number % 4 == 2
        names = [s.author, s.second_author] if is_shared else [s.author]
        by = f'<p class="byline">By <a href="/author/profile/{s.author.split()[0].lower()}/">{s.author}</a>' + (f' and <a href="/author/profile/{s.second_author.split()[0].lower()}/">{s.second_author}</a>' if is_shared else "") + "</p>"  # fmt: skip
        parts = [f"<p>{p}</p>" for p in s.paragraphs]
        parts.insert(1, '<div class="dfp-ad">Advertisement</div>')
        main = (
            f'<div class="mar-crumbs"><a href="/">Home</a> <span>&rsaquo;</span> <a href="/news/">News</a> <span>&rsaquo;</span> <a href="/news/{columns[s.section]}/">{s.section}</a></div><article><h1 class="mar-article__headline">{s.title}</h1>'
            f'<div class="mar-article__timestamp"><time datetime="{s.at:%Y-%m-%dT%H:%M:00Z}">{s.at.day} {s.at:%B %Y, %H:%M}</time></div><div class="author-box">{by}<span class="role">Senior Reporter</span></div><div class="share">Share <a href="#fb">Facebook</a> <a href="#x">X</a> <a href="#comments">{s.number} Comments</a></div>'
            f'<figure><img src="/r/{s.number}.jpg" alt=""><figcaption>The scene on Tuesday <span>(Image: Echo)</span></figcaption></figure><div class="article-body">{"".join(parts)}</div></article>'
            f'<div id="comments"><h2>Comments</h2><p>Comments are closed on this article.</p></div><div class="mar-most"><h3>Most read</h3>{"".join(map(card, stories[2:5]))}</div>'
        )
        site.article(path(s), s, shell(s.title, main), authors=names, category=s.section)
    return site


def japanese_town_paper() -> Site:
    """A town's paper in Japan: definition lists, Japanese dates and times, query addresses, a writer on some pages."""
    site = Site("www.hatominato.example.jp")
    columns = {"社会": "shakai", "くらし": "kurashi", "文化": "bunka"}
    stories = write(JAPANESE, "hatominato", 24, sections=tuple(columns), zone_h=9, hours=21)

    def path(s: Story) -> str:
        return f"/news/detail.php?id={s.at:%Y%m%d}{s.number:03}"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<li><a href="/news/list.php?c={slug}">{name}</a></li>' for name, slug in columns.items())
        return (
            f'<!DOCTYPE html><html lang="ja"><head><meta charset="UTF-8"><title>{title}</title><link rel="stylesheet" href="/css/common.css"></head><body id="top"><div id="header"><p class="site">波戸みなと新報</p><p class="tagline">港町の毎日を伝える</p></div><ul id="gnav"><li><a href="/">トップ</a></li>{nav}<li><a href="/kodoku/">購読案内</a></li></ul>'
            f'<div id="contents">{main}</div><div id="side"><h3>お知らせ</h3><p>年末年始の休刊日は一月二日です。</p><p><a href="/kodoku/">購読のお申し込み</a></p></div><div id="footer"><address>波戸みなと新報社　〒000-0055　波戸市港町二丁目五番地　電話 0555-55-0144</address><p>掲載の記事・写真の無断転載を禁じます。</p></div></body></html>'
        )

    def rows(found: Sequence[Story]) -> str:
        return '<dl class="newslist">' + "".join(f'<dt>{s.at.month}月{s.at.day}日<span class="ico {columns[s.section]}">{s.section}</span></dt><dd><a href="{path(s)}">{s.title}</a></dd>' for s in found) + "</dl>"  # fmt: skip

    site.add(
        "/kodoku/",
        shell(
            "購読案内｜波戸みなと新報",
            "<h2>購読案内</h2><p>月ぎめ購読料は千八百円（税込み）です。お届けは市内全域、郵送も承ります。</p><p>お申し込みは販売部までお電話ください。</p>",
        ),
    )
    site.add("/", shell("波戸みなと新報", "<h2>新着ニュース</h2>" + rows(stories[:8])))
    for name, slug in columns.items():
        for number, count, part in sheets(of(stories, name), 3):
            pager = "".join(f"<strong>{n}</strong> " if n == number else f'<a href="list.php?c={slug}&amp;p={n}">{n}</a> ' for n in range(1, count + 1))  # fmt: skip
            pager += f'<a href="list.php?c={slug}&amp;p={number + 1}">次へ&raquo;</a>' if number < count else ""
            text = shell(
                f"{name}のニュース｜波戸みなと新報", f'<h2>{name}</h2>{rows(part)}<p class="pager">{pager}</p>'
            )
            if number == 1:
                site.add(f"/news/list.php?c={slug}", text)
            site.add(f"/news/list.php?c={slug}&p={number}", text)
    for s in stories:
        names = [s.author] if s.number % 3 == 0 else []
        by = f'<span class="kisha">記者・{s.author}</span>' if names else ""
        words = "".join(f"<p>　{p}</p>" for p in s.paragraphs)
        caption = ("会場の様子", "参加した住民ら", "説明に聞き入る人たち")[s.number % 3]
        photo = (
            f'<div class="photo"><img src="/img/p.jpg" alt=""><p class="cap">{caption}</p></div>'
            if s.number % 2
            else ""
        )
        main = (
            f'<p id="pankuzu"><a href="/">トップ</a> ＞ <a href="/news/list.php?c={columns[s.section]}">{s.section}</a> ＞ 記事</p><h2 class="midashi">{s.title}</h2><p class="hizuke">{s.at.year}年{s.at.month}月{s.at.day}日　{s.at.hour}時{s.at:%M}分　{by}</p>'
            f'<div class="honbun">{photo}{words}</div><ul class="sns"><li><a href="https://sns.example/share">シェア</a></li></ul><p class="back"><a href="/news/list.php?c={columns[s.section]}">一覧へ戻る</a></p>'
        )
        site.article(path(s), s, shell(f"{s.title}｜波戸みなと新報", main), authors=names, category=s.section)
    return site


def german_messenger() -> Site:
    """A German local paper: umlauts in slugs, a kicker over the headline, the minutes of reading, an agency as source."""
    site = Site("www.moorwieser-bote.example.de")
    columns = {"Lokales": "lokales", "Kultur": "kultur", "Wirtschaft": "wirtschaft"}
    stories = write(GERMAN, "moorwiese", 24, sections=tuple(columns), zone_h=1, hours=22, sources=("ndp", "Moorwieser Bote", "Pressebüro Nord"))  # fmt: skip

    def path(s: Story) -> str:
        plain = s.title.lower().translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
        return f"/{columns[s.section]}/{'-'.join(w for w in plain.split() if w.isalnum())}-id{9934120 - 23 * s.number}.html"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<li class="nav__item"><a href="/{slug}/">{name}</a></li>' for name, slug in columns.items())
        return (
            f'<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{title} - Moorwieser Bote</title><meta name="author" content="Moorwieser Bote"></head><body><header class="page-header"><a class="page-header__logo" href="/">Moorwieser Bote</a><nav><ul class="nav">{nav}<li class="nav__item"><a href="/abo/">Abo</a></li><li class="nav__item"><a href="/e-paper/">E-Paper</a></li></ul></nav></header>'
            f'<div class="layout">{main}</div><footer><a href="/impressum/">Impressum</a> <a href="/datenschutz/">Datenschutz</a> <a href="/agb/">AGB</a><p>Moorwieser Verlag GmbH, Torfstraße 3, 00555 Moorwiese. Alle Rechte vorbehalten.</p></footer></body></html>'
        )

    def teaser(s: Story) -> str:
        return f'<div class="teaser"><div class="teaser__kicker">{s.section}</div><h2 class="teaser__headline"><a href="{path(s)}">{s.title}</a></h2><p class="teaser__text">{s.paragraphs[0][:100]} ... <a href="{path(s)}">mehr</a></p></div>'

    site.add(
        "/impressum/",
        shell(
            "Impressum",
            "<h1>Impressum</h1><p>Verlag: Moorwieser Verlag GmbH, Torfstraße 3, 00555 Moorwiese.</p><p>Verantwortlich für den Inhalt: die Redaktion, erreichbar unter 05555 550122.</p>",
        ),
    )
    site.add("/", shell("Nachrichten aus der Region", "".join(map(teaser, stories[:9]))))
    for name, slug in columns.items():
        for number, count, part in sheets(of(stories, name), 4):
            pager = (f'<a class="pager__prev" href="/{slug}/{"" if number == 2 else f"?seite={number - 1}"}">Zurück</a>' if number > 1 else "") + f"<span>Seite {number} von {count}</span>"  # fmt: skip
            pager += f'<a class="pager__next" href="/{slug}/?seite={number + 1}">Weiter</a>' if number < count else ""
            site.add(f"/{slug}/" + ("" if number == 1 else f"?seite={number}"), shell(name, f"<h1>{name}</h1>" + "".join(map(teaser, part)) + f'<div class="pager">{pager}</div>'))  # fmt: skip
    for s in stories:
        has_source = s.number % 3 == 1
        line = f"Von <strong>{s.author}</strong>" + (f" | Quelle: {s.source}" if has_source else "")
        main = (
            f'<ol class="breadcrumb"><li><a href="/">Start</a></li><li><a href="/{columns[s.section]}/">{s.section}</a></li></ol><article class="artikel"><h1 class="artikel__headline">{s.title}</h1>'
            f'<div class="artikel__meta"><span class="artikel__date">{s.at:%d.%m.%Y}, {s.at:%H:%M} Uhr</span> <span class="artikel__lesezeit">Lesedauer: {2 + s.number % 3} Min.</span><div class="artikel__autor">{line}</div></div>'
            f'<figure class="artikel__bild"><img src="/bilder/{s.number}.jpg" alt="Blick auf den Marktplatz"><figcaption>Blick auf den Marktplatz. Foto: Archiv</figcaption></figure><div class="artikel__text">{s.html()}</div></article>'
            f'<aside class="newsletter"><h3>Newsletter</h3><p>Jeden Morgen das Wichtigste aus Moorwiese kostenlos ins Postfach.</p></aside><div class="mehr"><h3>Das könnte Sie auch interessieren</h3>{"".join(map(teaser, stories[3:6]))}</div>'
        )
        site.article(path(s), s, shell(s.title, main), authors=[s.author], category=s.section, source=s.source if has_source else None)  # fmt: skip
    return site


STRANGERS: dict[str, Callable[[], Site]] = {
    "city_portal": city_portal, "county_center": county_center, "water_bureau": water_bureau,
    "bamboo": bamboo_association, "campus_news": campus_news, "money_news": money_news, "taiwan_daily": taiwan_daily,
    "english_echo": english_echo, "hatominato": japanese_town_paper, "moorwiese": german_messenger,
}  # fmt: skip
