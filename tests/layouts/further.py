"""Twelve further layouts: lists that a script, a form or a tab shows; texts in data, frames, threads."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence

from tests.layouts.site import Site, day, pages
from tests.layouts.words import CHINESE, ENGLISH, SPANISH, Story, write

PAPERS = ("泠州晚报", "青渡日报", "澄江新闻网")


def _page(title: str, main: str, *, language: str = "zh-CN", head: str = "") -> str:
    return f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{main}</body></html>'


def scroll_button() -> Site:
    """A list that grows by a button with data-url; the answer is a piece of markup, with the next button in it."""
    site = Site("news.port.example.com")
    stories = write(ENGLISH, "scroll", 20, sections=("news",), zone_h=0)
    parts = pages(stories, 5)

    def path(s: Story) -> str:
        return f"/n/{s.at.year}/{s.at.month}/{s.at.day}/{'-'.join(w.lower() for w in s.title.split() if w.isalnum())}"

    def rows(number: int) -> str:
        cards = "".join(
            f'<div class="feed-item"><a class="feed-item__link" href="{path(s)}">{s.title}</a><time>{s.at:%d %b %Y}</time></div>'
            for s in parts[number]
        )
        more = (
            f'<button class="js-more" type="button" data-url="/fragments/latest?offset={(number + 1) * 5}">Load more stories</button>'
            if number + 1 < len(parts)
            else ""
        )
        return cards + more

    top = '<header><a href="/">Port Herald</a><a href="/about">About us</a></header>'
    site.add("/", _page("Port Herald", f'{top}<div class="feed">{rows(0)}</div>', language="en"))
    for number in range(1, len(parts)):
        site.add(f"/fragments/latest?offset={number * 5}", rows(number))
    for s in stories:
        main = f'{top}<article><h1>{s.title}</h1><div class="by">{s.author} | {s.at:%d %b %Y, %H:%M} GMT</div><div class="txt">{s.html()}</div></article>'
        site.article(path(s), s, _page(f"{s.title} | Port Herald", main, language="en"), authors=[s.author])
    return site


def form_lists() -> Site:
    """Later pages of the list come by a POST form with the page's number."""
    site = Site("www.daoxi.gov.example.cn", start="/news/list.aspx")
    stories = write(CHINESE, "forms", 18, sections=("要闻",), sources=PAPERS)
    parts = pages(stories)

    def listing(number: int) -> str:
        rows = "".join(
            f'<li><a href="/news/show.aspx?id={900 + s.number}">{s.title}</a><span>[{s.at:%Y-%m-%d}]</span></li>'
            for s in parts[number - 1]
        )
        form = (
            f'<form id="f" method="post" action="/news/list.aspx"><input type="hidden" name="cat" value="12"><input type="hidden" name="pageNo" value="{number}">'
            f'<a href="javascript:void(0)" onclick="f.pageNo.value={number + 1};f.submit()">下一页</a> 第{number}/{len(parts)}页</form>'
        )
        return _page("要闻 - 稻溪", f'<div class="nav"><a href="/">首页</a></div><ul class="l">{rows}</ul>{form}')

    site.add("/news/list.aspx", listing(1))
    for number in range(1, len(parts) + 1):
        site.form("/news/list.aspx", {"cat": "12", "pageNo": str(number)}, listing(number))
    for s in stories:
        main = f'<div class="nav"><a href="/">首页</a></div><h3>{s.title}</h3><p class="s">来源：{s.source} 发布时间：{s.at:%Y/%m/%d %H:%M}</p><div id="zoom">{s.html()}</div>'
        site.article(f"/news/show.aspx?id={900 + s.number}", s, _page(f"{s.title} - 稻溪", main), source=s.source)
    return site


def dates_in_list() -> Site:
    """Only the list says when an article was published."""
    site = Site("www.muyun.example.com.cn")
    stories = write(CHINESE, "undated", 18, sections=("动态",), sources=PAPERS)
    parts = pages(stories)
    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<div class="row"><div class="d"><b>{s.at:%d}</b><i>{s.at:%Y-%m}</i></div><div class="t"><a href="/content/{s.number + 210}.html">{s.title}</a><p>{s.paragraphs[0][:50]}……</p></div></div>'
            for s in part
        )
        following = f'<a class="n" href="/p{number + 1}.html">下一页</a>' if number < len(parts) else ""
        site.add(
            "/" if number == 1 else f"/p{number}.html", _page("暮云动态", f'<div class="list">{rows}</div>{following}')
        )
    for s in stories:
        main = f'<div class="top"><a href="/">返回列表</a></div><h1>{s.title}</h1><div class="con">{s.html()}</div>'
        site.article(f"/content/{s.number + 210}.html", s, _page(f"{s.title}-暮云", main), published_at=day(s.at))
    return site


def tabs() -> Site:
    """One page, four lists behind tabs: two hidden in the page, two loaded from data-src when the tab is opened."""
    site = Site("www.yinfeng.example.cn")
    names = ("国内", "社会", "财经", "教育")
    stories = write(CHINESE, "tabs", 24, sections=names, sources=PAPERS)

    def rows(name: str) -> str:
        found = [s for s in stories if s.section == name]
        return (
            "<ul>"
            + "".join(f'<li><a href="/xw/{s.at:%y%m}/{s.number + 5000}.html">{s.title}</a></li>' for s in found)
            + "</ul>"
        )

    heads = "".join(f'<a href="#t{i}" data-target="#t{i}" role="tab">{name}</a>' for i, name in enumerate(names))
    panes = "".join(
        f'<div id="t{i}" role="tabpanel" style="display:{"block" if i == 0 else "none"}">{rows(name)}</div>'
        if i < 2
        else f'<div id="t{i}" role="tabpanel" style="display:none" data-src="/tab/{i}.html"></div>'
        for i, name in enumerate(names)
    )
    site.add(
        "/", _page("银枫网", f'<div class="logo"><a href="/">银枫网</a></div><div class="tabs">{heads}</div>{panes}')
    )
    for i in (2, 3):
        site.add(f"/tab/{i}.html", rows(names[i]))
    for s in stories:
        main = f'<div class="logo"><a href="/">银枫网</a></div><div class="crumb"><a href="/">首页</a>-<span>{s.section}</span></div><h1>{s.title}</h1><div class="sub">{s.at:%Y年%m月%d日%H:%M} 来源:{s.source}</div><div class="art">{s.html()}</div>'
        site.article(
            f"/xw/{s.at:%y%m}/{s.number + 5000}.html",
            s,
            _page(f"{s.title}_银枫网", main),
            source=s.source,
            category=s.section,
        )
    return site


def json_ld_text() -> Site:
    """The text stands in JSON-LD alone; the page shows the headline and an empty box."""
    site = Site("tribuna.example.es")
    stories = write(SPANISH, "jsonld", 18, sections=("Local", "Cultura"), zone_h=1)
    parts = pages(stories)
    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<li><h2><a href="/noticia/{s.number + 340}-{"-".join(s.title.lower().split()[:3])}">{s.title}</a></h2></li>'
            for s in part
        )
        following = f'<a rel="next" href="/pagina/{number + 1}">Siguiente</a>' if number < len(parts) else ""
        site.add(
            "/" if number == 1 else f"/pagina/{number}",
            _page("La Tribuna", f"<ol>{rows}</ol>{following}", language="es"),
        )
    for s in stories:
        facts = {
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": s.title, "datePublished": s.at.isoformat(),
            "author": {"@type": "Person", "name": s.author}, "publisher": {"@type": "Organization", "name": "La Tribuna"},
            "articleSection": s.section, "articleBody": "\n\n".join(s.paragraphs),
        }  # fmt: skip
        head = f'<script type="application/ld+json">{json.dumps(facts, ensure_ascii=False)}</script>'
        main = f'<header><a href="/">La Tribuna</a></header><h1>{s.title}</h1><div id="cuerpo"></div><footer>Aviso legal</footer>'
        address = f"/noticia/{s.number + 340}-{'-'.join(s.title.lower().split()[:3])}"
        site.article(
            address,
            s,
            _page(f"{s.title} | La Tribuna", main, language="es", head=head),
            authors=[s.author],
            source="La Tribuna",
            category=s.section,
        )
    return site


def next_data() -> Site:
    """List and article alike stand in __NEXT_DATA__; the page's own markup is empty."""
    site = Site("reader.example.net")
    stories = write(ENGLISH, "nextdata", 18, sections=("Town", "Arts"), zone_h=0)
    parts = pages(stories)

    def shell(title: str, props: object, query: object) -> str:
        data = json.dumps({"props": {"pageProps": props}, "page": "/", "query": query, "buildId": "k3Jd9"})
        return _page(
            title,
            f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{data}</script>',
            language="en",
        )

    for number, part in enumerate(parts, 1):
        rows = [
            {
                "slug": f"story-{s.number}",
                "href": f"/story/{s.number + 77}",
                "headline": s.title,
                "publishedAt": s.at.isoformat(),
                "summary": s.paragraphs[0][:80],
            }
            for s in part
        ]
        props = {
            "stories": rows,
            "pagination": {"current": number, "next": f"/latest/{number + 1}" if number < len(parts) else None},
        }
        site.add("/" if number == 1 else f"/latest/{number}", shell("Inland Reader", props, {"page": number}))
    for s in stories:
        props = {
            "article": {
                "headline": s.title,
                "publishedAt": s.at.isoformat(),
                "byline": s.author,
                "section": s.section,
                "body": s.html(),
            }
        }
        site.article(
            f"/story/{s.number + 77}",
            s,
            shell(f"{s.title} - Inland Reader", props, {"id": s.number}),
            authors=[s.author],
            category=s.section,
        )
    return site


def nuxt_data() -> Site:
    """The list is markup; the article is a script's call, window.__NUXT__=(function(a,b){return {...}}(...))."""
    site = Site("www.tingyuan.example.cn")
    stories = write(CHINESE, "nuxt", 18, sections=("观察",), sources=PAPERS)
    parts = pages(stories)
    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<a class="li" href="/detail/{s.number + 66000}"><h4>{s.title}</h4><em>{s.at:%m-%d}</em></a>' for s in part
        )
        following = f'<a href="/?page={number + 1}">下一页</a>' if number < len(parts) else ""
        site.add(
            "/" if number == 1 else f"/?page={number}",
            _page("汀原", f'<div id="__nuxt"><div class="ls">{rows}</div>{following}</div>'),
        )
    for s in stories:
        text = json.dumps(s.html(), ensure_ascii=False).replace("/", "\\u002F")
        call = (
            f'window.__NUXT__=(function(a,b){{return {{layout:"default",data:[{{detail:{{id:{s.number + 66000},title:{json.dumps(s.title, ensure_ascii=False)},source:{json.dumps(s.source, ensure_ascii=False)},'
            f'publishTime:"{s.at:%Y-%m-%d %H:%M:%S}",content:{text},comments:a,hot:b}}}}],error:a,state:{{}},serverRendered:true}}}}(null,false));'
        )
        main = f'<div id="__nuxt"><div class="loading">加载中</div></div><script>{call}</script>'
        site.article(f"/detail/{s.number + 66000}", s, _page(f"{s.title} - 汀原", main), source=s.source)
    return site


def public_account() -> Site:
    """As a public account publishes: the time in a variable, the text hidden until a script shows it, an account's name."""
    site = Site("mp.qiaotou.example.cn")
    stories = write(CHINESE, "account", 16, sections=("文章",))
    parts = pages(stories, 8)
    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<div class="album_item" data-link="{{root}}/s/Qk{s.number:02d}xT_a"><a href="/s/Qk{s.number:02d}xT_a">{s.title}</a></div>'
            for s in part
        )
        following = f'<a href="/?begin={number * 8}">下一页</a>' if number < len(parts) else ""
        site.add("/" if number == 1 else f"/?begin={(number - 1) * 8}", _page("桥头发布", f"{rows}{following}"))
    for s in stories:
        at = int(s.at.timestamp())
        spans = s.html('<p style="margin:0"><span style="font-size:16px">', "</span></p>")
        main = (
            f'<div id="page-content"><h1 class="rich_media_title" id="activity-name">{s.title}</h1><div id="meta_content"><span class="rich_media_meta">{s.author}</span> <a id="js_name">桥头发布</a> <em id="publish_time"></em></div>'
            f'<div class="rich_media_content" id="js_content" style="visibility: hidden; opacity: 0;"><section>{spans}</section><p><img data-src="http://img.example.cn/{s.number}.jpg"></p></div></div>'
            f'<div class="tool">预览时标签不可点 <a href="javascript:;">阅读原文</a></div><script>var nickname = "桥头发布";var ct = "{at}";var msg_title = \'{s.title}\'.html(false);</script>'
        )
        site.article(
            f"/s/Qk{s.number:02d}xT_a",
            s,
            _page("", main, head=f'<meta property="og:title" content="{html.escape(s.title)}">'),
            source="桥头发布",
            authors=[s.author],
        )
    return site


def forum() -> Site:
    """A board of news: each thread's first post is the article, replies follow."""
    site = Site("bbs.suoqiao.example.cn", start="/forum-37-1.html")
    stories = write(CHINESE, "forum", 18, sections=("本地新闻",), sources=PAPERS)
    parts = pages(stories)

    def shell(title: str, main: str) -> str:
        return _page(
            f"{title} - 索桥论坛",
            f'<div id="hd"><a href="/forum.php">论坛</a> <a href="/member.php?mod=logging">登录</a></div>{main}<div id="ft">Powered by Board</div>',
        )

    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<tbody id="normalthread_{s.number + 800}"><tr><th><a href="/thread-{s.number + 800}-1-1.html" class="s xst">{s.title}</a></th><td class="by"><cite><a href="/space-uid-{s.number + 3}.html">{s.author}</a></cite><em>{s.at:%Y-%m-%d}</em></td><td class="num">{s.number * 3}</td></tr></tbody>'
            for s in part
        )
        pager = f'<a href="/forum-37-{number + 1}.html" class="nxt">下一页</a>' if number < len(parts) else ""
        site.add(
            f"/forum-37-{number}.html",
            shell("本地新闻", f'<table id="threadlisttableid">{rows}</table><div class="pg">{pager}</div>'),
        )
    replies = (
        "谢谢分享，希望早日建成，我们小区的人天天盼着。",
        "路过，支持一下楼主。",
        "上次去看还没有开工，现在终于有消息了，明天再去转转。",
    )
    for s in stories:
        posts = "".join(
            f'<div id="post_{s.number * 10 + i}"><div class="authi"><a class="xw1" href="/space-uid-{i}.html">网友{i}</a> <em>发表于 {s.at:%Y-%m-%d} 23:5{i}</em></div><div class="t_f">{reply}</div></div>'
            for i, reply in enumerate(replies)
        )
        main = (
            f'<div id="pt"><a href="/">首页</a> › <a href="/forum-37-1.html">本地新闻</a> › {s.title}</div><h1 class="ts"><span id="thread_subject">{s.title}</span></h1>'
            f'<div id="post_{s.number + 5000}"><div class="authi"><a class="xw1" href="/space-uid-{s.number + 3}.html">{s.author}</a> <em>发表于 {s.at:%Y-%m-%d %H:%M}</em></div><div class="t_f">{s.html("", "<br><br>")}</div></div>{posts}'
        )
        site.article(
            f"/thread-{s.number + 800}-1-1.html", s, shell(s.title, main), authors=[s.author], category="本地新闻"
        )
    return site


def frames() -> Site:
    """A frameset: menu and list are frames; an article's text stands in an iframe of its own address."""
    site = Site("www.qingtan.example.cn")
    stories = write(CHINESE, "frames", 18, sections=("新闻",), sources=PAPERS)
    parts = pages(stories)
    site.add(
        "/",
        '<html><head><meta charset="utf-8"><title>青滩镇</title></head><frameset cols="200,*"><frame name="menu" src="/menu.htm"><frame name="main" src="/list_1.htm"></frameset></html>',
    )
    site.add(
        "/menu.htm",
        _page(
            "菜单",
            '<p><a href="/list_1.htm" target="main">新闻</a></p><p><a href="/map.htm" target="main">地图</a></p>',
        ),
    )
    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<tr><td><a href="/show/{s.number + 70}.htm">{s.title}</a></td><td>{s.at:%Y-%m-%d}</td></tr>' for s in part
        )
        following = f'<a href="/list_{number + 1}.htm">下一页</a>' if number < len(parts) else ""
        site.add(f"/list_{number}.htm", _page("新闻", f"<table>{rows}</table>{following}"))
    for s in stories:
        main = f'<h2>{s.title}</h2><p>{s.at:%Y-%m-%d %H:%M} 来源：{s.source}</p><iframe src="/text/{s.number + 70}.htm" width="100%"></iframe>'
        site.article(f"/show/{s.number + 70}.htm", s, _page(s.title, main), source=s.source)
        site.add(f"/text/{s.number + 70}.htm", _page("", s.html()))
    return site


def _trs(site: Site, stories: Sequence[Story], pager: Callable[[int, int], str], name: Callable[[int], str]) -> None:
    """Lists and articles of a content system whose pager a script writes."""
    parts = pages(stories)
    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<li><a href="./{s.at:%Y%m}/t{s.at:%Y%m%d}_{61000 + s.number}.html">{s.title}</a><span>{s.at:%Y-%m-%d}</span></li>'
            for s in part
        )
        site.add(
            f"/xwdt/{name(number)}",
            _page(
                "新闻动态",
                f'<div class="h"><a href="/">首页</a></div><ul class="news_list">{rows}</ul>{pager(number, len(parts))}',
            ),
        )
    for s in stories:
        main = f'<div class="h"><a href="/">首页</a> > <a href="/xwdt/">新闻动态</a></div><h1>{s.title}</h1><div class="z">时间：{s.at:%Y-%m-%d %H:%M} 来源：{s.source} 【字号：大 中 小】</div><div class="TRS_UEDITOR">{s.html()}</div>'
        site.article(
            f"/xwdt/{s.at:%Y%m}/t{s.at:%Y%m%d}_{61000 + s.number}.html",
            s,
            _page(s.title, main),
            source=s.source,
            category="新闻动态",
        )


def page_function() -> Site:
    """createPageHTML(3, 0, "index", "html"): the pager is written by a function of another file."""
    site = Site("www.hengtang.gov.example.cn", start="/xwdt/")
    stories = write(CHINESE, "pagefunction", 18, sections=("新闻动态",), sources=PAPERS)
    _trs(
        site,
        stories,
        lambda number, total: (
            f'<div class="page"><script src="/images/page.js"></script><script>createPageHTML({total}, {number - 1}, "index", "html");</script></div>'
        ),
        lambda number: "" if number == 1 else f"index_{number - 1}.html",
    )
    return site


def page_attributes() -> Site:
    """The pager is an empty box with data attributes: how many pages, which one, the address of each."""
    site = Site("www.fengdu-news.example.cn", start="/xwdt/")
    stories = write(CHINESE, "attributes", 18, sections=("新闻动态",), sources=PAPERS)
    _trs(
        site,
        stories,
        lambda number, total: (
            f'<div id="pager" data-total="{total}" data-current="{number}" data-url="/xwdt/list_{{page}}.html"></div><script src="/js/pager.js"></script>'
        ),
        lambda number: "" if number == 1 else f"list_{number}.html",
    )
    return site


FURTHER: dict[str, Callable[[], Site]] = {
    "scroll-button": scroll_button,
    "form-lists": form_lists,
    "dates-in-list": dates_in_list,
    "tabs": tabs,
    "json-ld-text": json_ld_text,
    "next-data": next_data,
    "nuxt-data": nuxt_data,
    "public-account": public_account,
    "forum": forum,
    "frames": frames,
    "page-function": page_function,
    "page-attributes": page_attributes,
}
