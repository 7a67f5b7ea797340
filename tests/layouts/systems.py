"""Five sites of widespread systems: a forum's portal, two old content systems, a ministry's store of rows, jsonp rolls."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.layouts.site import Site, day, pages
from tests.layouts.words import CHINESE, Story, write


def forum_portal() -> Site:
    """A forum's portal: portal.php?mod=view&aid=, facts between upright strokes, a summary box over the text."""
    site = Site("www.xiyuelife.example.com", start="/portal.php")
    kinds = {"同城热点": 2, "美食": 4, "楼市": 5}
    stories = write(CHINESE, "forum", 25, sections=list(kinds), sources=("溪月在线", "溪月论坛", "溪月晚报"), hours=12)
    address = {s.number: f"/portal.php?mod=view&aid={9120 - s.number}" for s in stories}
    bar = "".join(f'<li><a href="/portal.php?mod=list&catid={n}">{name}</a></li>' for name, n in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html><head><title>{title}</title></head><body id="nv_portal"><div id="um"><a href="/member.php?mod=logging">登录</a>'
            f'<a href="/member.php?mod=register">立即注册</a></div><ul id="nv"><li><a href="/forum.php">论坛</a></li>{bar}</ul>'
            f'<div id="ct">{middle}</div><div id="ft"><a href="/archiver/">Archiver</a>|<a href="/m">手机版</a>|溪月生活网'
            "<p>GMT+8, 2026-11-25 09:00 , Processed in 0.03 second(s), 12 queries .</p></div></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<dl class="bbda"><dt><a href="{address[s.number]}" class="xi2">{s.title}</a></dt><dd>{s.paragraphs[0][:60]} ...</dd>'
            f'<dd>分类: <a href="/portal.php?mod=list&catid={kinds[s.section]}">{s.section}</a> {s.at:%Y-%m-%d %H:%M}</dd></dl>'
            for s in batch
        )

    for name, n in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            turn = "".join(
                f"<strong>{k}</strong>" if k == number else f'<a href="/portal.php?mod=list&catid={n}&page={k}">{k}</a>'
                for k in range(1, len(batches) + 1)
            )
            here = f"/portal.php?mod=list&catid={n}"
            page = frame(f"{name} - 溪月生活网", f"<h1>{name}</h1>{rows(batch)}<div class='pg'>{turn}</div>")
            site.add(here + (f"&page={number}" if number > 1 else ""), page)
            site.add(f"{here}&page={number}", page)
    site.add("/portal.php", frame("溪月生活网 - 门户", rows(stories[:8])))
    for s in stories:
        where = f'<a href="/portal.php?mod=list&catid={kinds[s.section]}">{s.section}</a>'
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} - {s.section} - 溪月生活网",
                f'<div id="pt"><a href="/portal.php">门户</a><em>›</em>{where}<em>›</em>查看内容</div><h1 class="ph">{s.title}</h1>'
                f'<p class="xg1">{s.at:%Y-%m-%d %H:%M}<span>|</span> 发布者: <a href="/home.php?uid=1">admin</a><span>|</span> 查看: '
                f"<em>{s.number + 7}</em><span>|</span> 评论: 0<span>|</span>原作者: {s.author}<span>|</span>来自: {s.source}</p>"
                f"<div class='s'><strong>摘要</strong>: {s.paragraphs[0][:40]} ...</div><table><tr><td>"
                + "<br /><br />".join(f"　　{p}" for p in s.paragraphs)
                + "</td></tr></table><div><a>鲜花</a><a>握手</a><a>雷人</a><a>路过</a><a>鸡蛋</a></div><div>收藏 邀请</div>"
                f'<em>上一篇：<a href="{address[(s.number + 1) % 25]}">{stories[(s.number + 1) % 25].title}</a></em>'
                f"<div><h3>最新评论</h3></div><div><h2>相关分类</h2>{bar}</div>",
            ),
            source=s.source,
            category=s.section,
            authors=[s.author],
        )
    return site


def weaver_site() -> Site:
    """A site of an old content system: list_3_2.html, time and source in one line, up and down votes."""
    site = Site("www.lugangnews.example.cn")
    kinds = {"鹭港要闻": ("yaowen", 3), "教育": ("jiaoyu", 6), "健康": ("jiankang", 9)}
    stories = write(CHINESE, "weaver", 24, sections=list(kinds), sources=("鹭港网", "鹭港晚报"), hours=14)
    address = {s.number: f"/a/{kinds[s.section][0]}/{s.at:%Y/%m%d}/{7300 + s.number}.html" for s in stories}
    bar = "".join(f"<li><a href='/a/{p}/'><span>{name}</span></a></li>" for name, (p, _) in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f"<html><head><title>{title}</title></head><body><div class='header'><a href='/'>鹭港网</a><a href='/rss'>RSS</a>"
            f"<ul><li><a href='/'>主页</a></li>{bar}</ul></div>{middle}<div class='footer'>Copyright © 2006-2026 鹭港网 版权所有 "
            "Power by 织机</div></body></html>"
        )

    for name, (path, n) in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            rows = "".join(
                f"<li><a href='{address[s.number]}' class='title'>{s.title}</a><span>日期：{s.at:%Y-%m-%d %H:%M:%S} 点击：{s.number}"
                f"</span><p>{s.paragraphs[0][:70]}...</p></li>"
                for s in batch
            )
            turn = "<li>首页</li>" + "".join(
                f"<li class='thisclass'>{k}</li>" if k == number else f"<li><a href='list_{n}_{k}.html'>{k}</a></li>"
                for k in range(1, len(batches) + 1)
            )
            turn += f"<li>共 <strong>{len(batches)}</strong>页<strong>{len(stories) // 3}</strong>条</li>"
            page = frame(
                f"{name}_鹭港网",
                f"<div class='place'>当前位置: <a href='/'>主页</a> > {name} > </div><ul>{rows}</ul><ul>{turn}</ul>",
            )
            site.add(f"/a/{path}/list_{n}_{number}.html", page)
            if number == 1:
                site.add(f"/a/{path}/", page)
    blocks = "".join(
        f"<dl><dt><a href='/a/{p}/'>{name}</a></dt>"
        + "".join(f"<dd><a href='{address[s.number]}'>{s.title}</a></dd>" for s in stories[:12] if s.section == name)
        + "</dl>"
        for name, (p, _) in kinds.items()
    )
    site.add("/", frame("鹭港网 - 鹭港人的网上家园", blocks))
    for s in stories:
        hot = "".join(f"<li><a href='{address[n]}'>{stories[n].title}</a></li>" for n in (2, 6, 10, 14))
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}_鹭港网",
                f"<div class='place'>当前位置: <a href='/'>主页</a> > <a href='/a/{kinds[s.section][0]}/'>{s.section}</a> > </div>"
                f"<div class='viewbox'><h2>{s.title}</h2><div>时间：{s.at:%Y-%m-%d %H:%M}来源：{s.source} 作者：{s.author} 点击："
                f"<script>document.write(12)</script>次</div><div class='intro'>{s.paragraphs[0][:50]}</div><table><tr><td>"
                + "".join(f"<div>　　{p}</div>" for p in s.paragraphs)
                + f"<div>（责任编辑：{s.second_author}）</div></td></tr></table><div>顶一下(0) 0.00% 踩一下(0) 0.00%</div>"
                "<div>------分隔线----------------------------</div><ul><li>上一篇：没有了</li></ul></div>"
                f"<dl><dt>热点内容</dt><dd><ul>{hot}</ul></dd></dl>",
            ),
            source=s.source,
            category=s.section,
            authors=[s.author],
        )
    return site


def bureau_store() -> Site:
    """A provincial bureau: the rows of a list lie as XML in a script element, art_120_8841.html, 信息来源."""
    site = Site("slt.qichuan.gov.cn", start="/col/col120/index.html")
    columns = {"水利要闻": 120, "市县动态": 121, "通知公告": 125}
    stories = write(CHINESE, "bureau", 24, sections=list(columns), sources=("省水利厅", "禾洲市水利局"), hours=26)
    address = {
        s.number: f"/art/{s.at.year}/{s.at.month}/{s.at.day}/art_{columns[s.section]}_{88410 + s.number}.html"
        for s in stories
    }
    bar = "".join(f'<a href="/col/col{n}/index.html">{name}</a>' for name, n in columns.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html><head><title>{title}</title></head><body><div><a href="/">淇川省水利厅</a></div><div>{bar}</div>{middle}<div>'
            "<p>版权所有：淇川省水利厅</p><p>地址：淇川市堤岸路1号</p><p>淇ICP备00000000号</p></div></body></html>"
        )

    for name, n in columns.items():
        records = "".join(
            f'<record><![CDATA[<tr><td><a href="{address[s.number]}" title="{s.title}" target="_blank">{s.title}</a></td>'
            f"<td>[{s.at:%Y-%m-%d}]</td></tr>]]></record>"
            for s in stories
            if s.section == name
        )
        store = (
            f'<div id="{n}77"><script type="text/xml"><datastore><nextgroup></nextgroup><recordset>{records}</recordset></datastore>'
            "</script></div><script>var perpage=15;var currentPage=1;</script>"
        )
        site.add(
            f"/col/col{n}/index.html",
            frame(f"淇川省水利厅 {name}", f"<div>首页 > {name}</div><table><tr><td>{store}</td></tr></table>"),
        )
    for s in stories:
        meta = f'<meta name="ColumnName" content="{s.section}"><meta name="PubDate" content="{s.at:%Y-%m-%d %H:%M}">'
        page = frame(
            f"淇川省水利厅 {s.section} {s.title}",
            f'<table><tr><td>您现在的位置：<a href="/">首页</a> &gt;&gt; <a href="/col/col{columns[s.section]}/index.html">{s.section}</a>'
            f"</td></tr></table><table><tr><td><b>{s.title}</b></td></tr><tr><td>发布日期：{s.at:%Y-%m-%d} 信息来源：{s.source} "
            f"浏览次数：<span>31</span> 字号：[ 大 中 小 ]</td></tr><tr><td><div>{s.html('<p><span>　　', '</span></p>')}</div></td></tr>"
            "<tr><td>打印本页 关闭窗口</td></tr></table>",
        )
        site.article(
            address[s.number],
            s,
            page.replace("<head>", f"<head>{meta}"),
            source=s.source,
            category=s.section,
            published_at=s.at.replace(second=0, microsecond=0).isoformat(),
        )
    return site


def broadcast_roll() -> Site:
    """A station's site: rolls of news as jsonp files, written into the page by script; articles in plain pages."""
    site = Site("news.qichuantv.example.cn", start="/roll/")
    kinds = {"国内": "china", "社会": "society"}
    stories = write(CHINESE, "roll", 24, sections=list(kinds), sources=("淇川台", "淇川台新闻频道"), hours=6)
    address = {
        s.number: f"/{s.at:%Y/%m/%d}/ARTI{s.number * 99991 + 123456789:012X}{s.at:%y%m%d}.shtml" for s in stories
    }
    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 6)
        for number, batch in enumerate(batches, 1):
            rows = [
                {
                    "id": address[s.number].rsplit("/", 1)[1][:-6],
                    "title": s.title,
                    "url": "{root}" + address[s.number],
                    "brief": s.paragraphs[0][:50],
                    "focus_date": f"{s.at:%Y-%m-%d %H:%M:%S}",
                    "keywords": "新闻",
                    "image": "{root}/i.jpg",
                }
                for s in batch
            ]
            answer = json.dumps({"data": {"total": 12, "list": rows}}, ensure_ascii=False)
            site.add(f"/roll/data/{path}_{number}.jsonp", f"{path}({answer})", "application/javascript")
    tabs = "".join(f'<li data-type="{path}">{name}</li>' for name, path in kinds.items())
    site.add(
        "/roll/",
        f'<html><head><title>新闻滚动_淇川台</title></head><body><a href="/">淇川台首页</a><ul id="tab">{tabs}</ul><ul id="newslist"></ul>'
        '<div id="more">点击加载更多</div><script>var type="china";var p=1;function show(){$.ajax({url:"/roll/data/"+type+"_"+p+'
        '".jsonp",dataType:"jsonp",jsonpCallback:type,success:function(d){draw(d.data.list)}})}$("#more").click(function(){p++;'
        'show()});$("#tab li").click(function(){type=$(this).attr("data-type");p=1;show()});show();</script></body></html>',
    )
    for s in stories:
        site.article(
            address[s.number],
            s,
            f'<html><head><title>{s.title}_新闻频道_淇川台</title></head><body><div><a href="/">淇川台</a> &gt; <a href="/{kinds[s.section]}/">'
            f'{s.section}</a> &gt; 正文</div><h1>{s.title}</h1><div class="info1">来源：{s.source} | {s.at:%Y年%m月%d日} {s.at:%H:%M:%S}'
            f"</div><div id='content_area'>{s.html()}</div><div>编辑：{s.author} 责任编辑：{s.second_author}</div>"
            "<div>点击收起全文</div><div>扫一扫 分享到微信</div><p>淇川台版权所有</p></body></html>",
            source=s.source,
            category=s.section,
            published_at=s.at.isoformat(),
            authors=[s.author],  # the editor, where no reporter is named
        )
    return site


def column_paper() -> Site:
    """A commentary site: the day over the headline, 文／name, the original title above the text, numbers for addresses."""
    site = Site("www.zhishuiping.example.cn")
    kinds = {"时评": "shiping", "读书": "dushu", "人文": "renwen"}
    stories = write(CHINESE, "column", 21, sections=list(kinds), hours=37)
    address = {
        s.number: f"/{kinds[s.section]}/{s.at:%Y}/{s.at:%m%d}/c{kinds[s.section][:2]}{5120 + s.number}.html"
        for s in stories
    }
    bar = "".join(f'<span><a href="/{p}/">{name}</a></span>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="zh-CN"><head><title>{title}</title></head><body><div class="aa">知水评 {bar}</div>{middle}'
            f'<div class="ab">友情链接：<a href="https://a.example.cn">淇川晨报</a> <a href="https://b.example.cn">兰浦日报</a></div>'
            '<div class="ac">投稿邮箱：tougao@zhishuiping.example.cn 知水评编辑部</div></body></html>'
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<div class="ad"><p><a href="{address[s.number]}">{s.title}</a></p><p>{s.author} · {s.at.month}月{s.at.day}日</p></div>'
            for s in batch
        )

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            older = f'<a href="/{path}/p{number + 1}.html">更早的文章</a>' if number < len(batches) else ""
            site.add(
                f"/{path}/" + (f"p{number}.html" if number > 1 else ""), frame(f"{name} 知水评", rows(batch) + older)
            )
    site.add("/", frame("知水评", rows(stories[:6])))
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}-知水评",
                f'<div class="ae"><div>{s.at:%Y年%m月%d日}</div><div>{s.title}</div><div>文／{s.author}</div><div><a href="/{kinds[s.section]}/">'
                f"{s.section}</a></div></div><div class='af'><p>原标题：{s.title[:9]}</p>{s.html()}<p>（作者系专栏作家）</p>"
                "<p>本文仅代表作者个人观点。</p></div><div class='ag'>喜欢就点个在看吧</div>"
                f"<div>往期文章</div>{rows(stories[5:8])}",
            ),
            category=s.section,
            authors=[s.author],
            published_at=day(s.at),
        )
    return site


SYSTEMS: dict[str, Callable[[], Site]] = {
    "forum-portal": forum_portal,
    "weaver-site": weaver_site,
    "bureau-store": bureau_store,
    "broadcast-roll": broadcast_roll,
    "column-paper": column_paper,
}
