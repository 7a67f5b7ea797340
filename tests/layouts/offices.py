"""Five sites: a daily in GBK, a list of data without addresses, a campus, a firm, a Taiwanese portal of many links."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.layouts.site import Site, day, pages
from tests.layouts.words import CHINESE, TAIWANESE, Story, write


def old_daily() -> Site:
    """A daily in GBK: a second line under the headline, day and clock without a space, numbers from the last page down."""
    site = Site("www.hezhouribao.example.cn")
    kinds = {"时政": "sz", "经济": "jj", "科教": "kj"}
    stories = write(CHINESE, "gbk", 25, sections=list(kinds), sources=("禾州日报", "禾州发布"), hours=12)
    stories = [s for s in stories if "㳇" not in s.body + s.title]  # a sign that GBK does not have
    address = {
        s.number: f"/{kinds[s.section]}/content/{s.at:%Y-%m/%d}/content_{1902210 + s.number}.htm" for s in stories
    }
    bar = "|".join(f'<a href="/{p}/node_{n}.htm">{name}</a>' for n, (name, p) in enumerate(kinds.items(), 11))

    def add(path: str, title: str, middle: str) -> None:
        page = (
            f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>{title}</title></head><body><div>{bar}</div>{middle}'
            "<div>禾州日报社版权所有 未经授权禁止转载<br>新闻热线：0000-2200000 广告热线：0000-2200001</div></body></html>"
        )
        site.files[path] = (page.encode("gbk"), "text/html")

    for n, (name, path) in enumerate(kinds.items(), 11):
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            rows = "".join(
                f'<li>·<a href="../{path}/content/{s.at:%Y-%m/%d}/content_{1902210 + s.number}.htm">{s.title}</a> <span>{s.at:%Y-%m-%d}</span></li>'
                for s in batch
            )
            here = f"/{path}/node_{n}" + (f"_{number}" if number > 1 else "") + ".htm"
            ahead = f'<a href="node_{n}_{number + 1}.htm">下一页</a>' if number < len(batches) else ""
            add(here, f"{name}-禾州日报网", f"<ul>{rows}</ul><div>{ahead}</div>")
    blocks = "".join(
        f"<h3>{name}</h3><ul>"
        + "".join(f'<li><a href="{address[s.number]}">{s.title}</a></li>' for s in stories[:14] if s.section == name)
        + "</ul>"
        for name in kinds
    )
    add("/", "禾州日报网", blocks)
    for s in stories:
        add(
            address[s.number],
            f"{s.title}-{s.section}-禾州日报网",
            f'<div><a href="/">禾州日报网</a> &gt;&gt; <a href="/{kinds[s.section]}/node_11.htm">{s.section}</a></div><h1>{s.title}</h1><h2>——写在入冬之际</h2>'
            f"<div>{s.at:%Y年%m月%d日%H:%M}　来源：{s.source}　记者：{s.author}　【字号】大中小</div><div>{s.html('<p>　　')}</div><div>[编辑：{s.second_author}]</div>",
        )
        site.truth(address[s.number], s, source=s.source, category=s.section, authors=[s.author])
    return site


def numbered_data() -> Site:
    """An app's page: rows of data have a number and no address, which the script puts behind /a/."""
    site = Site("m.lanpuxinwen.example.cn")
    stories = write(CHINESE, "numbered", 20, sections=("推荐",), sources=("兰浦新闻", "兰浦日报"), hours=9)
    address = {s.number: f"/a/{810000 + s.number * 9}.html" for s in stories}
    site.add(
        "/",
        '<html><head><title>兰浦新闻</title></head><body><ul id="feed"></ul><script>let page=1;async function more(){const r=await fetch(`/api/feed?page=${page}`);'
        'const d=await r.json();for(const it of d.items){const li=document.createElement("li");li.innerHTML=\'<a href="/a/\'+it.nid+\'.html">\'+it.headline+"</a>";'
        'document.getElementById("feed").append(li)}page++}more();window.onscroll=more</script></body></html>',
    )
    batches = pages(stories, 6)
    for number, batch in enumerate([*batches, []], 1):
        rows = [
            {
                "nid": 810000 + s.number * 9,
                "headline": s.title,
                "ctime": f"{s.at:%Y-%m-%d %H:%M:%S}",
                "origin": s.source,
            }
            for s in batch
        ]
        site.add(
            f"/api/feed?page={number}",
            json.dumps({"items": rows, "page": number}, ensure_ascii=False),
            "application/json",
        )
    for s in stories:
        site.article(
            address[s.number],
            s,
            f"<html><head><title>{s.title}</title></head><body><h1>{s.title}</h1><p>{s.source} {s.at:%Y-%m-%d %H:%M}</p><section>{s.html()}</section>"
            "<p>打开APP阅读全文</p><p>© 兰浦新闻</p></body></html>",
            source=s.source,
        )
    return site


def campus_news() -> Site:
    """A university's news: pages counted down (xyxw/3.htm before xyxw/2.htm), ../info/1021/, photographer and editor."""
    site = Site("news.qichuan-univ.edu.cn", start="/index.htm")
    kinds = {"学校要闻": ("xxyw", 1021), "学术动态": ("xsdt", 1024)}
    stories = write(CHINESE, "campus", 24, sections=list(kinds), sources=("党委宣传部", "科研处", "文学院"), hours=22)
    address = {s.number: f"/info/{kinds[s.section][1]}/{20310 + s.number}.htm" for s in stories}

    def frame(title: str, up: str, middle: str) -> str:
        bar = "".join(f'<li><a href="{up}{p}.htm">{name}</a></li>' for name, (p, _) in kinds.items())
        return (
            f'<html><head><title>{title}</title></head><body><div><a href="{up}index.htm">淇川大学新闻网</a><ul><li><a href="{up}index.htm">网站首页</a></li>{bar}'
            f'<li><a href="http://www.qichuan-univ.edu.cn/">学校主页</a></li></ul></div>{middle}<div>Copyright 淇川大学党委宣传部 地址：淇川市学府路1号</div></body></html>'
        )

    for name, (path, n) in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        last = len(batches)
        for number, batch in enumerate(batches, 1):
            up = "" if number == 1 else "../"
            rows = "".join(
                f'<li id="line_{i}"><a href="{up}info/{n}/{20310 + s.number}.htm">{s.title}</a><span>{s.at:%Y年%m月%d日}</span></li>'
                for i, s in enumerate(batch)
            )
            inside = f"{path}/" if number == 1 else ""
            ahead = (
                f'<a href="{inside}{last - number}.htm">下页</a><a href="{inside}1.htm">尾页</a>'
                if number < last
                else "下页 尾页"
            )
            here = f"/{path}.htm" if number == 1 else f"/{path}/{last - number + 1}.htm"
            site.add(
                here,
                frame(
                    f"{name}-淇川大学新闻网",
                    up,
                    f"<div>当前位置: 网站首页 &gt; {name}</div><ul>{rows}</ul><div>首页 上页 {ahead}</div>",
                ),
            )
    front = "".join(
        f'<div><h3>{name}</h3><a href="{p}.htm">更多+</a><ul>'
        + "".join(
            f'<li><a href="info/{n}/{20310 + s.number}.htm">{s.title}</a></li>'
            for s in stories[:10]
            if s.section == name
        )
        + "</ul></div>"
        for name, (p, n) in kinds.items()
    )
    site.add("/index.htm", frame("淇川大学新闻网", "", front))
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}-淇川大学新闻网",
                "../../",
                f'<div>当前位置: <a href="../../index.htm">网站首页</a>&gt;<a href="../../{kinds[s.section][0]}.htm">{s.section}</a>&gt;正文</div><form><h3>{s.title}</h3>'
                f"<div>作者：{s.author}　　来源：{s.source}　　摄影：{s.second_author}　　时间：{s.at:%Y-%m-%d}　　浏览：<span>12</span></div><div>{s.html()}</div></form>"
                f"<p>（审核：{s.second_author}）</p><div>上一条：<a href='20300.htm'>无</a></div><div>【关闭】</div>",
            ),
            source=s.source,
            category=s.section,
            authors=[s.author],
            published_at=day(s.at),
        )
    return site


def firm_site() -> Site:
    """A firm's news: cards with the day large over the month, a lead under the headline, before and after."""
    site = Site("www.qingyumoye.example.com", start="/news/")
    kinds = {"公司新闻": 1, "行业资讯": 2}
    stories = write(CHINESE, "firm", 20, sections=list(kinds), hours=33)
    address = {s.number: f"/news_detail/{200 + s.number}.html" for s in stories}

    def frame(title: str, middle: str) -> str:
        bar = "".join(f'<a href="/news/{n}/">{name}</a>' for name, n in kinds.items())
        return (
            f"<html><head><title>{title}</title></head><body><nav><a href='/'>首页</a><a href='/about/'>走进青屿</a><a href='/product/'>产品中心</a><a href='/news/'>新闻中心"
            f"</a><a href='/contact/'>联系我们</a></nav><div>{bar}</div>{middle}<footer>全国服务热线 400-000-0000 青屿膜业有限公司</footer></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f"<li><a href='{address[s.number]}'><div><b>{s.at:%d}</b><i>{s.at:%Y-%m}</i></div><h4>{s.title}</h4><p>{s.paragraphs[0][:50]}...</p><span>了解详情</span></a></li>"
            for s in batch
        )

    for base, title, some in [
        ("/news/", "新闻中心", stories),
        *((f"/news/{n}/", name, [s for s in stories if s.section == name]) for name, n in kinds.items()),
    ]:
        batches = pages(some, 5)
        for number, batch in enumerate(batches, 1):
            turn = "".join(f"<a href='{base}p{k}.html'>{k}</a>" for k in range(1, len(batches) + 1))
            page = frame(f"{title}_青屿膜业", f"<ul>{rows(batch)}</ul><div>{turn}</div>")
            site.add(f"{base}p{number}.html", page)
            if number == 1:
                site.add(base, page)
    for s in stories:
        after = stories[(s.number + 1) % 20]
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}_青屿膜业",
                f"<div>您现在的位置：<a href='/'>首页</a> - <a href='/news/'>新闻中心</a> - <a href='/news/{kinds[s.section]}/'>{s.section}</a></div><h1>{s.title}</h1>"
                f"<div>发布时间：{s.at:%Y-%m-%d %H:%M:%S} 浏览量：{s.number}</div><div>{s.html()}</div><div>上一篇：没有了</div><div>下一篇：<a href='{address[after.number]}'>"
                f"{after.title}</a></div><div><h3>推荐新闻</h3><ul>{rows(stories[2:5])}</ul></div>",
            ),
            category=s.section,
            published_at=s.at.isoformat(),
        )
    return site


def strait_portal() -> Site:
    """A Taiwanese portal: captions as paragraphs, links to more reports within the text, keywords and shares around it."""
    site = Site("www.haixia-today.example.tw")
    kinds = {"政治": 1, "財經": 17, "寵物": 26}
    stories = write(TAIWANESE, "strait", 24, sections=list(kinds), hours=3)
    address = {s.number: f"/news/{s.at:%Y%m%d}/{2711000 + s.number}.htm" for s in stories}
    bar = "".join(f'<a href="/news-list-{n}.htm">{name}</a>' for name, n in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="zh-TW"><head><title>{title}</title></head><body><div><a href="/">海峽今日新聞</a>{bar}<a href="/live.htm">直播</a></div>{middle}<div>'
            "海峽今日新聞雲 ｜ 客服信箱 ｜ 本網站內容未經允許，不得轉載</div></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<h3><span>{s.at:%Y/%m/%d %H:%M}</span><em>{s.section}</em><a target="_blank" href="{address[s.number]}">{s.title}</a></h3>'
            for s in batch
        )

    for name, n in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            turn = "".join(
                f'<a href="/news-list-{n}{f"-{k}" if k > 1 else ""}.htm">{k}</a>' for k in range(1, len(batches) + 1)
            )
            site.add(
                f"/news-list-{n}{f'-{number}' if number > 1 else ''}.htm",
                frame(f"{name}新聞｜海峽今日新聞雲", f"<div>{rows(batch)}</div><div>{turn}</div>"),
            )
    site.add("/", frame("海峽今日新聞雲", rows(stories[:10])))
    for s in stories:
        first, *rest = (f"<p>{p}</p>" for p in s.paragraphs)
        more = "".join(
            f'<p><strong><a href="{address[n]}">► {stories[n].title}</a></strong></p>'
            for n in ((s.number + 3) % 24, (s.number + 9) % 24)
        )
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} | 海峽今日{s.section}新聞 | 海峽今日新聞雲",
                f'<div><a href="/">海峽今日新聞雲</a> &gt; <a href="/news-list-{kinds[s.section]}.htm">{s.section}</a></div><h1>{s.title}</h1><div><time>{s.at:%Y年%m月%d日 %H:%M}'
                f"</time></div><div><p><img src='/p.jpg'></p><p>▲現場一景。（圖／記者{s.second_author}攝）</p><p>記者{s.author}／台中報導</p>{first}<p>【更多新聞】</p>{more}"
                f"{''.join(rest)}</div><div>關鍵字： <a href='/tag/1'>老屋</a></div><div>分享給朋友： 讚一個！</div><div>推薦閱讀</div>{rows(stories[11:14])}",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


OFFICES: dict[str, Callable[[], Site]] = {
    "old-daily": old_daily,
    "numbered-data": numbered_data,
    "campus-news": campus_news,
    "firm-site": firm_site,
    "strait-portal": strait_portal,
}
