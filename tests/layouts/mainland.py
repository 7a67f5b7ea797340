"""Five sites of the mainland's habits: a paper's portal, a county's government, a trade portal, a blog theme, an e-paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.layouts.site import Site, day, pages
from tests.layouts.words import CHINESE, Story, write


def morning_paper() -> Site:
    """A provincial paper: channels by folder, index_1.shtml behind the first page, a rank of the hottest on every page."""
    site = Site("www.qichuanchenbao.example.cn")
    channels = {"要闻": "yw", "民生": "ms", "文旅": "wl"}
    stories = write(CHINESE, "chenbao", 27, sections=list(channels), sources=("淇川晨报", "淇川发布", "白榆客户端"))
    address = {
        s.number: f"/{channels[s.section]}/{s.at:%Y%m}/t{s.at:%Y%m%d}_{58211407 + s.number * 7}.shtml" for s in stories
    }
    menu = "".join(f'<li><a href="/{path}/index.shtml">{name}</a></li>' for name, path in channels.items())
    hot = "".join(f'<li><i>{n}</i><a href="{address[n]}">{stories[n].title}</a></li>' for n in range(5))

    def frame(head: str, middle: str) -> str:
        return (
            f'<!doctype html><html><head><meta charset="utf-8"><title>{head}</title></head><body>'
            f'<div class="a1"><a href="/"><img src="/logo.png" alt="淇川晨报网"></a><ul>{menu}</ul></div>'
            f'<div class="a2">{middle}<div class="a3"><h3>24小时热榜</h3><ol>{hot}</ol></div></div>'
            '<div class="a4"><p>淇川晨报社主办 地址：淇川市梧桐路9号 邮编：410900</p>'
            "<p>互联网新闻信息服务许可证 00120260012 淇ICP备20260011号-2</p><p>新闻热线：0000-8866110</p></div></body></html>"
        )

    for name, path in channels.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches):
            rows = "".join(
                f'<dl><dt><a href="{address[s.number]}" target="_blank">{s.title}</a></dt>'
                f"<dd>{s.paragraphs[0][:40]}…</dd><dd><em>{s.at:%m-%d %H:%M}</em></dd></dl>"
                for s in batch
            )
            turn = "".join(
                f'<a href="index{f"_{n}" if n else ""}.shtml"{" class=on" if n == number else ""}>{n + 1}</a>'
                for n in range(len(batches))
            )
            here = f"/{path}/index{f'_{number}' if number else ''}.shtml"
            site.add(
                here,
                frame(f"{name}_淇川晨报网", f'<h2>{name}</h2><div class="b1">{rows}</div><div class="b2">{turn}</div>'),
            )
    blocks = "".join(
        f'<div class="c1"><h3><a href="/{path}/index.shtml">{name}</a></h3><ul>'
        + "".join(f'<li><a href="{address[s.number]}">{s.title}</a></li>' for s in stories if s.section == name)[:900]
        + "</ul></div>"
        for name, path in channels.items()
    )
    site.add("/", frame("淇川晨报网_淇川新闻门户", blocks))
    for s in stories:
        text = s.html("<p>　　")
        text = text.replace("</p>", '</p><p style="text-align:center"><img src="/p/1.jpg"></p>', 1)
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}_{s.section}_淇川晨报网",
                f'<div class="d1">您的位置：<a href="/">首页</a> &gt; <a href="/{channels[s.section]}/index.shtml">{s.section}'
                f'</a> &gt; 正文</div><div class="d2"><div class="d3">{s.title}</div><div class="d4"><span>{s.at:%Y-%m-%d %H:%M:%S}'
                f"</span><span>{s.source}</span><span>记者 {s.author}</span><span>字号：<a>大</a> <a>中</a> <a>小</a></span></div>"
                f'<div class="d5">{text}<p>　　（责编：{s.second_author}）</p></div><div class="d6">分享让更多人看到</div>'
                f'<div class="d7"><h4>推荐阅读</h4><ul>'
                + "".join(f'<li><a href="{address[n]}">{stories[n].title}</a></li>' for n in range(9, 13))
                + "</ul></div></div>",
            ),
            source=s.source,
            category=s.section,
            authors=[s.author],
            published_at=s.at.isoformat(),
        )
    return site


def county_office() -> Site:
    """A county's government: facts in a table over the notice, lists of <li> with a day, pages by createPageHTML."""
    site = Site("www.hezhoux.gov.cn", start="/zwdt/")
    columns = {"县区要闻": "xqyw", "部门动态": "bmdt", "公示公告": "gsgg"}
    stories = write(
        CHINESE, "county", 24, sections=list(columns), sources=("县政府办公室", "县水利局", "融媒体中心"), hours=31
    )
    address = {s.number: f"/zwdt/{columns[s.section]}/content_{70318 + 3 * s.number}" for s in stories}
    left = "".join(f'<li><a href="/zwdt/{path}/">{name}</a></li>' for name, path in columns.items())

    def frame(title: str, middle: str) -> str:
        return (
            f"<html><head><title>{title}</title><meta name='SiteName' content='禾洲县人民政府'></head><body>"
            "<div><a href='/'>禾洲县人民政府</a><form action='/s'><input name=q><button>搜索</button></form>"
            "<a href='/wza'>无障碍阅读</a><a href='/old'>关怀版</a></div>"
            f"<div class='w'><div class='l'><h2>政务动态</h2><ul>{left}</ul></div><div class='r'>{middle}</div></div>"
            "<div class='f'>主办：禾洲县人民政府办公室　承办：禾洲县大数据中心<br>网站标识码：4300000021　湘公网安备 43000002000111号"
            "<br>联系电话：0000-5550123（仅受理网站建设维护相关事宜）</div></body></html>"
        )

    for name, path in columns.items():
        batches = pages([s for s in stories if s.section == name], 3)
        for number, batch in enumerate(batches):
            rows = "".join(
                f'<li><span>{s.at:%Y-%m-%d}</span><a href="{address[s.number].removeprefix(f"/zwdt/{path}/")}" '
                f'title="{s.title}">{s.title[:12]}...</a></li>'
                for s in batch
            )
            turn = f"<script>createPageHTML({len(batches)}, {number}, 'index', 'html');</script>"
            site.add(
                f"/zwdt/{path}/" + (f"index_{number}.html" if number else ""),
                frame(
                    f"{name}-禾洲县人民政府", f"<div>当前位置：首页&gt;政务动态&gt;{name}</div><ul>{rows}</ul>{turn}"
                ),
            )
    summary = "".join(
        f"<h3>{name}<a href='/zwdt/{path}/'>更多&gt;&gt;</a></h3><ul>"
        + "".join(
            f'<li><a href="{address[s.number]}">{s.title}</a>[{s.at:%m-%d}]</li>'
            for s in [s for s in stories if s.section == name][:3]
        )
        + "</ul>"
        for name, path in columns.items()
    )
    site.add("/zwdt/", frame("政务动态-禾洲县人民政府", summary))
    for s in stories:
        body = "".join(f"<p style='text-indent:2em'><span>{p}</span></p>" for p in s.paragraphs)
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}-禾洲县人民政府",
                f"<div>当前位置：<a href='/'>首页</a>&gt;<a href='/zwdt/'>政务动态</a>&gt;<a href='/zwdt/{columns[s.section]}/'>"
                f"{s.section}</a></div><table><tr><td>索引号：</td><td>4300/2026-{9000 + s.number}</td><td>主题分类：</td>"
                f"<td>其他</td></tr><tr><td>发布机构：</td><td>{s.source}</td><td>发布日期：</td><td>{s.at:%Y-%m-%d %H:%M}</td>"
                f"</tr></table><div><p>{s.title}</p></div><div>{body}</div><div>扫一扫在手机打开当前页</div>"
                "<div><a href='javascript:window.print()'>【打印本页】</a> <a href='javascript:window.close()'>【关闭窗口】</a></div>",
            ),
            source=s.source,
            category=s.section,
        )
    return site


def trade_portal() -> Site:
    """A trade portal of a bought CMS: list-3-2.html, show-41-8812.html, counts and a disclaimer around the text."""
    site = Site("www.mofenhuagong.example.com", start="/news/")
    kinds = {"行业动态": 3, "企业新闻": 5, "技术前沿": 8}
    stories = write(CHINESE, "trade", 26, sections=list(kinds), sources=("粉体网", "中试周刊", "企业供稿"), hours=13)
    address = {s.number: f"/news/show-{kinds[s.section]}-{88120 + s.number * 3}.html" for s in stories}
    bar = "".join(f'<a href="/news/list-{n}.html">{name}</a> ' for name, n in kinds.items())
    goods = "".join(f'<li><a href="/sell/show-{n}.html">纳米膜 规格{n}型 现货供应</a></li>' for n in range(71, 77))

    def frame(title: str, middle: str) -> str:
        return (
            f"<html><head><title>{title}</title><meta name=keywords content=粉体,膜分离></head><body><div id=top>"
            "<a href=/member/login.php>请登录</a> <a href=/member/register.php>免费注册</a></div>"
            f"<div id=nav><a href=/>首页</a> <a href=/sell/>供应</a> <a href=/news/>资讯</a> {bar}</div>"
            f"<div class=m><div class=x1>{middle}</div><div class=x2><div>推荐产品</div><ul>{goods}</ul></div></div>"
            "<div id=foot><a href=/about/>关于我们</a> | <a href=/ad/>广告服务</a> | 客服QQ：100010001<br>"
            "(c)2012-2026 墨粉化工网 版权所有</div></body></html>"
        )

    for name, n in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            rows = "".join(
                f'<li class="catlist_li"><span class="f_r">{s.at:%Y-%m-%d %H:%M}</span><a href="{address[s.number]}">'
                f"{s.title}</a></li>"
                for s in batch
            )
            turn = "".join(f'<a href="/news/list-{n}-{k}.html">{k}</a>' for k in range(1, len(batches) + 1))
            ahead = f'<a href="/news/list-{n}-{number + 1}.html">下一页»</a>' if number < len(batches) else ""
            middle = f"<h1>{name}</h1><ul>{rows}</ul><div class=pages>{turn}{ahead} 共{len(batches)}页</div>"
            site.add(
                f"/news/list-{n}" + (f"-{number}.html" if number > 1 else ".html"), frame(f"{name}_墨粉化工网", middle)
            )
            site.add(f"/news/list-{n}-{number}.html", frame(f"{name}_墨粉化工网", middle))
    front = "".join(
        f'<div><b><a href="/news/list-{n}.html">{name}</a></b>'
        + "".join(f'<p><a href="{address[s.number]}">{s.title}</a></p>' for s in stories[:9] if s.section == name)
        + "</div>"
        for name, n in kinds.items()
    )
    site.add("/news/", frame("资讯_墨粉化工网", front))
    for s in stories:
        before = stories[s.number - 1] if s.number else stories[-1]
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}_{s.section}_资讯_墨粉化工网",
                f'<div class=pos>当前位置: <a href=/>首页</a> » <a href=/news/>资讯</a> » <a href="/news/list-{kinds[s.section]}.html">'
                f"{s.section}</a> » 正文</div><h1 class=title>{s.title}</h1><div class=info><a href='javascript:addFav()'>放大字体</a>"
                f"&nbsp;<a>缩小字体</a>&nbsp;&nbsp;发布日期：{s.at:%Y-%m-%d %H:%M}&nbsp;&nbsp;来源：{s.source}&nbsp;&nbsp;"
                f"作者：{s.author}&nbsp;&nbsp;浏览次数：<span>{100 + s.number}</span></div><div class=introduce>核心提示："
                f"{s.paragraphs[0][:30]}</div><div id=content><div id=article>{'<br><br>'.join(s.paragraphs)}</div></div>"
                "<div class=b10>&nbsp;</div><div>以上就是本篇资讯的全部内容，更多行业资讯请关注墨粉化工网。</div>"
                f"<div class=keytags><b>标签：</b><a href=/tag/1>膜</a> <a href=/tag/2>中试</a></div>"
                f'<div>[ <a href="/news/search.php">资讯搜索</a> ] [ <a>加入收藏</a> ] [ <a>告诉好友</a> ] [ <a>打印本文</a> ]</div>'
                f'<div>上一篇：<a href="{address[before.number]}">{before.title}</a></div>'
                "<div>免责声明：本网转载内容出于传递信息之目的，不代表本网观点，如涉及版权问题请在两周内与本网联系。</div>",
            ),
            source=s.source,
            category=s.section,
            authors=[s.author],
        )
    return site


def blog_theme() -> Site:
    """A Chinese WordPress theme: numbers for addresses, cards on the front page, times as words in lists."""
    site = Site("www.wanxiangkuaibao.example.com")
    kinds = {"人工智能": "ai", "新能源": "energy", "创投": "vc"}
    stories = write(CHINESE, "theme", 22, sections=list(kinds), hours=9)
    address = {s.number: f"/{30412 - 11 * s.number}.html" for s in stories}
    bar = "".join(f'<li class="menu-item"><a href="/category/{p}">{name}</a></li>' for name, p in kinds.items())
    newest = stories[0].at + timedelta(minutes=30)

    def ago(s: Story) -> str:
        hours = int((newest - s.at).total_seconds() // 3600)
        return f"{hours or 1}小时前" if hours < 24 else f"{hours // 24}天前"

    def frame(title: str, middle: str) -> str:
        aside = "".join(f'<a href="{address[n]}"><span>{stories[n].title}</span></a>' for n in (3, 5, 7))
        return (
            f'<!DOCTYPE html><html lang="zh-Hans"><head><title>{title}</title></head><body class="k1">'
            f'<header><a class="k2" href="/">万象快报</a><ul>{bar}<li><a href="/about">关于</a></li></ul><a href="#">登录</a></header>'
            f'<section class="k3">{middle}</section><aside><div>热门文章</div>{aside}<div>标签云</div><a href="/tag/llm">大模型</a>'
            '<a href="/tag/ev">固态电池</a></aside><footer>© 2026 万象快报 · 由 主题 强力驱动 '
            '<a href="/sitemap">网站地图</a></footer><div class="k9"><a>回顶</a></div></body></html>'
        )

    def cards(batch: list[Story]) -> str:
        return "".join(
            f'<div class="k4"><a href="{address[s.number]}"><img src="/t/{s.number}.jpg" alt="{s.title}"></a>'
            f'<h2><a href="{address[s.number]}">{s.title}</a></h2><p>{s.paragraphs[0][:50]}...</p>'
            f'<span><a href="/category/{kinds[s.section]}">{s.section}</a></span><span>{ago(s)}</span>'
            f"<span>{100 + s.number}阅读</span></div>"
            for s in batch
        )

    def listing(path: str, title: str, some: list[Story]) -> None:
        batches = pages(some, 5)
        for number, batch in enumerate(batches, 1):
            ahead = f'<li><a href="{path}page/{number + 1}">下一页</a></li>' if number < len(batches) else ""
            here = f"{path}page/{number}" if number > 1 else path.rstrip("/") or "/"
            site.add(here, frame(title, cards(batch) + f"<ul class='k5'><li><span>{number}</span></li>{ahead}</ul>"))

    listing("/", "万象快报 - 看见新产业", stories)
    for name, path in kinds.items():
        listing(f"/category/{path}/", f"{name} - 万象快报", [s for s in stories if s.section == name])
    for s in stories:
        text = s.html()
        middle = text.index("</p>") + 4
        heading = "<h2>为什么重要</h2>"
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} - 万象快报",
                f'<div class="k6"><h1>{s.title}</h1><div><a href="/author/9"><img src="/u.png"></a><a href="/author/9">{s.author}'
                f'</a><span title="{s.at:%Y-%m-%d %H:%M}">发布于 {s.at:%Y年%m月%d日 %H:%M}</span><a href="/category/{kinds[s.section]}">'
                f"#{s.section}</a></div></div><div>{text[:middle]}{heading}{text[middle:]}<p>参考链接：<a href='https://arxiv.example/1'>"
                "https://arxiv.example/1</a></p></div><div>© 版权声明：文章版权归作者所有，未经允许请勿转载。</div>"
                '<div><a>点赞<b>12</b></a><a>赞赏</a><a>分享</a></div><div>THE END</div><div><a href="/tag/llm">大模型</a></div>'
                f"<div><h3>相关推荐</h3>{cards(stories[8:11])}</div><div><h3>暂无评论</h3><textarea></textarea></div>",
            ),
            category=s.section,
            authors=[s.author],
            body="\n\n".join((s.paragraphs[0], "为什么重要", *s.paragraphs[1:])),
        )
    return site


def city_epaper() -> Site:
    """A city's e-paper: folders by month and day, node_2.htm a page of the paper, content_2_5.htm an article."""
    site = Site("epaper.lanpujb.example.cn", start="/lpjb/html/2026-11/24/node_1.htm")
    leaves = {"A01版：头版": 1, "A02版：要闻": 2, "A03版：社会": 3, "A04版：副刊": 4}
    stories = write(CHINESE, "lanpu", 24, sections=list(leaves), hours=0.1)
    days = [stories[0].at - timedelta(days=n) for n in range(3)]
    root = "/lpjb/html"
    for which, at in enumerate(days):
        some = stories[8 * which : 8 * which + 8]
        folder = f"{root}/{at:%Y-%m/%d}"
        for name, n in leaves.items():
            mine = [s for s in some if s.section == name]
            map_ = "".join(
                f'<area shape="poly" coords="1,2,3,{4 + i}" href="content_{n}_{i}.htm">' for i, _ in enumerate(mine, 1)
            )
            names = "".join(
                f'<tr><td><a id="pageLink" href="{"./" if k == n else ""}node_{k}.htm">{leaf}</a></td><td><a href="/lpjb/page/{k}/'
                f'{at:%Y-%m}/{at:%d}/{k}.pdf"><img src="pdf.gif"></a></td></tr>'
                for leaf, k in leaves.items()
            )
            titles = "".join(f'<li><a href="content_{n}_{i}.htm">{s.title}</a></li>' for i, s in enumerate(mine, 1))
            older = (
                f'<a href="../../{days[which + 1]:%Y-%m/%d}/node_1.htm">上一期</a>'
                if which + 1 < len(days)
                else "上一期"
            )
            newer = f'<a href="../../{days[which - 1]:%Y-%m/%d}/node_1.htm">下一期</a>' if which else "下一期"
            bar = f"<div>{at:%Y年%m月%d日} 星期{'一二三四五六日'[at.weekday()]} {older} {newer} <a href='/lpjb/rl'>日历</a></div>"
            site.add(
                f"{folder}/node_{n}.htm",
                f"<html><head><title>兰浦日报-{name}</title></head><body>{bar}<table><tr><td><b>{name}</b><img src='b.jpg' "
                f"usemap='#m'><map name='m'>{map_}</map></td><td><h4>版面导航</h4><table>{names}</table><h4>本版标题</h4>"
                f"<ul>{titles}</ul></td></tr></table><p>兰浦日报社版权所有</p></body></html>",
            )
            for i, s in enumerate(mine, 1):
                site.article(
                    f"{folder}/content_{n}_{i}.htm",
                    s,
                    f"<html><head><title>兰浦日报数字报-{s.title}</title></head><body>{bar}<table><tr><td><b>{name}</b><h4>本版标题"
                    f"</h4><ul>{titles}</ul></td><td><founder-title>{s.title}</founder-title><div style='font-size:20px'>"
                    f"<b>{s.title}</b></div><div>{at:%Y年%m月%d日}　　□本报记者 {s.author} 通讯员 {s.second_author}</div>"
                    f"<div id='ozoom'><founder-content>{s.html('<P>　　', '</P>')}</founder-content></div></td></tr></table>"
                    f"<p>兰浦日报社版权所有</p></body></html>",
                    published_at=day(at),
                    authors=[s.author, s.second_author],
                    category=name.partition("：")[2],
                )
    return site


MAINLAND: dict[str, Callable[[], Site]] = {
    "morning-paper": morning_paper,
    "county-office": county_office,
    "trade-portal": trade_portal,
    "blog-theme": blog_theme,
    "city-epaper": city_epaper,
}
