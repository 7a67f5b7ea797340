"""Invented sites in the manner of the content systems that news is really published with, one layout each.

Each differs from the others in all it can: markup, addresses, lists and their paging, where and how time, source and
author stand, and what stands around the text. None of them is described anywhere in the crawler.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.authoring.samples import Sample, cut, of_section
from tests.authoring.stories import SECTIONS, Story, write_stories

Path = Callable[[Story], str]


def paragraphs(story: Story, before: str = "<p>", after: str = "</p>") -> str:
    """The story's text in markup."""
    return "".join(f"{before}{paragraph}{after}" for paragraph in story.paragraphs)


def blog() -> Sample:
    """A blog system: entry classes, dated slugs, /page/2/, a sidebar of recent posts and comments under the text."""
    site, stories = Sample(has_source=False), write_stories("blog")

    def path(story: Story) -> str:
        return f"/{story.published:%Y/%m/%d}/post-about-{story.section}-number-{story.number}/"

    def shell(title: str, main: str) -> str:
        recent = "".join(f'<li><a href="{path(s)}">{s.title}</a></li>' for s in stories[:5])
        menu = "".join(f'<li class="menu-item"><a href="/category/{k}/">{v}</a></li>' for k, v in SECTIONS.items())
        return (
            f'<!DOCTYPE html><html lang="zh-Hans"><head><meta charset="UTF-8"><title>{title} &#8211; 岸边笔记</title>'
            '<meta name="generator" content="Blog 6.4"></head><body class="home blog"><div id="page" class="site">'
            f'<header id="masthead"><p class="site-title"><a href="/" rel="home">岸边笔记</a></p><ul class="menu">{menu}</ul>'
            f'</header><div id="primary"><main>{main}</main></div><aside class="widget-area"><section class="widget"><h2>近期文章'
            f'</h2><ul>{recent}</ul></section><section class="widget"><h2>归档</h2><ul><li><a href="/2024/03/">2024年3月</a>'
            '</li><li><a href="/2024/02/">2024年2月</a></li></ul></section></aside><footer>自豪地采用博客系统</footer></div></body></html>'
        )

    def excerpt(story: Story) -> str:
        return (
            f'<article class="post hentry"><header class="entry-header"><h2 class="entry-title"><a href="{path(story)}" rel="bookmark">'
            f'{story.title}</a></h2><div class="entry-meta">发布于 <time class="entry-date" datetime="{story.published.isoformat()}">'
            f'{story.published:%Y年%m月%d日}</time></div></header><div class="entry-summary"><p>{story.paragraphs[0][:60]} '
            f'<a class="more-link" href="{path(story)}">继续阅读</a></p></div></article>'
        )

    for base, found in [("/", stories), *((f"/category/{k}/", of_section(stories, k)) for k in SECTIONS)]:
        pages = cut(found)
        for number, part in enumerate(pages, 1):
            older = (
                f'<a class="next page-numbers" href="{base}page/{number + 1}/">下一页</a>'
                if number < len(pages)
                else ""
            )
            here = base if number == 1 else f"{base}page/{number}/"
            site.add(here, shell("首页", "".join(map(excerpt, part)) + f'<nav class="pagination">{older}</nav>'))
    for month in ("/2024/03/", "/2024/02/"):
        wanted = [s for s in stories if path(s).startswith(month)]
        if wanted:
            site.add(month, shell("归档", "".join(map(excerpt, wanted))))
    site.with_seconds = True
    for story in stories:
        neighbour = stories[(story.number + 1) % len(stories)]
        comment = (
            '<div id="comments"><h2>2条评论</h2><ol><li class="comment"><b>路人甲</b> <time datetime="2025-01-05T09:00:00+08:00">2025年1月5日</time>'
            "<p>写得很好，支持一下，期待后续的报道。</p></li><li class=comment><b>老读者</b><p>同意楼上的看法，我也去现场看过。</p></li></ol></div>"
        )
        main = (
            f'<article class="post type-post hentry"><header class="entry-header"><h1 class="entry-title">{story.title}</h1>'
            f'<div class="entry-meta">发布于 <time class="entry-date published" datetime="{story.published.isoformat()}">'
            f'{story.published:%Y年%m月%d日}</time> 由 <span class="author vcard"><a href="/author/x/">{story.author}</a></span></div></header>'
            f'<div class="entry-content">{paragraphs(story)}</div><footer class="entry-footer">分类：<a href="/category/{story.section}/">'
            f'{SECTIONS[story.section]}</a></footer></article><nav class="post-navigation">下一篇：<a href="{path(neighbour)}">{neighbour.title}</a></nav>{comment}'
        )
        site.add(path(story), shell(story.title, main))
        site.articles[path(story)] = story
    return site


def office() -> Sample:
    """A government office: meta names, relative ./202403/t…html addresses, an editor's class, script-made paging."""
    site, stories = Sample(has_author=False, with_seconds=False), write_stories("office")

    def path(story: Story) -> str:
        return f"/xwzx/{story.section}/{story.published:%Y%m}/t{story.published:%Y%m%d}_{55000 + story.number}.html"

    def shell(title: str, main: str, head: str = "") -> str:
        nav = "".join(f'<a href="/xwzx/{k}/">{v}</a>' for k, v in SECTIONS.items())
        return (
            f'<html><head><meta charset="utf-8"><meta name="SiteName" content="芦汀市文化馆">{head}<title>{title}</title></head><body>'
            f'<div class="top"><a href="/">网站首页</a>{nav}<a href="/zwgk/">信息公开</a></div><div class="main">{main}</div>'
            '<div class="foot">主办：芦汀市文化馆 备案号：样例备00000号 网站标识码：0000000000 <a href="/about/">网站地图</a></div></body></html>'
        )

    home = ""
    for key, name in SECTIONS.items():
        found = of_section(stories, key)
        rows = "".join(
            f'<li><span>{s.published:%m-%d}</span><a href="{path(s)}" title="{s.title}">{s.title[:14]}…</a></li>'
            for s in found[:6]
        )
        home += f'<div class="box"><h3>{name}<a href="/xwzx/{key}/">更多&gt;&gt;</a></h3><ul>{rows}</ul></div>'
        pages = cut(found)
        for number, part in enumerate(pages):
            rows = "".join(
                f'<li><span>{s.published:%Y-%m-%d}</span><a href=".{path(s).removeprefix(f"/xwzx/{key}")}" title="{s.title}">{s.title}</a></li>'
                for s in part
            )
            address = f"/xwzx/{key}/" if number == 0 else f"/xwzx/{key}/index_{number}.html"
            numbers = "".join(f'<a href="index{"_" + str(n) if n else ""}.html">{n + 1}</a>' for n in range(len(pages)))
            site.add(
                address,
                shell(
                    name,
                    f'<div class="position">当前位置：<a href="/">首页</a>&gt;{name}</div><ul class="list">{rows}</ul><div class="page">{numbers}</div>',
                ),
            )
        site.add(f"/xwzx/{key}/index.html", site.files[f"/xwzx/{key}/"][0].decode())
    site.add("/", shell("芦汀市文化馆", home))
    for story in stories:
        head = (
            f'<meta name="ArticleTitle" content="{story.title}"><meta name="PubDate" content="{story.published:%Y-%m-%d %H:%M}">'
            f'<meta name="ContentSource" content="{story.source}"><meta name="ColumnName" content="{SECTIONS[story.section]}">'
        )
        main = (
            f'<div class="position">当前位置：<a href="/">首页</a>&gt;<a href="../">{SECTIONS[story.section]}</a></div><div class="xl_title">{story.title}</div>'
            f'<div class="xl_info"><span>日期：{story.published:%Y-%m-%d %H:%M}</span><span>来源：{story.source}</span><span>字体：[<a href="javascript:;">大</a> <a href="javascript:;">中</a> <a href="javascript:;">小</a>]</span></div>'
            f'<div class="xl_con"><div class="view TRS_UEDITOR trs_paper_default">{paragraphs(story, "<p style=text-indent:2em>")}</div></div>'
            '<div class="xl_share">分享到：<a href="#">微信</a><a href="#">微博</a></div><div class="xl_btn"><a href="javascript:window.print()">【打印】</a><a href="javascript:window.close()">【关闭】</a></div>'
        )
        site.add(path(story), shell(f"{story.title}_芦汀市文化馆", main, head))
        site.articles[path(story)] = story
    return site


def epaper() -> Sample:
    """A newspaper's electronic edition: a page map, content_ addresses, title with kicker and subtitle lines."""
    site, stories = Sample(has_source=False, has_author=False), write_stories("epaper")
    day = {story.number: story.published.replace(hour=0, minute=0) for story in stories}

    def path(story: Story) -> str:
        return f"/html/{story.published:%Y-%m/%d}/content_{72000 + story.number * 3}.htm"

    def shell(title: str, main: str) -> str:
        return (
            f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{title}</title></head><body>'
            f'<table width="100%"><tr><td class="logo">清浦晚报 数字报</td><td><a href="/">返回首页</a></td></tr></table>{main}'
            "<div>清浦晚报社 版权所有</div></body></html>"
        )

    days = list(dict.fromkeys(f"{story.published:%Y-%m/%d}" for story in stories))
    for date in days:
        found = [s for s in stories if f"{s.published:%Y-%m/%d}" == date]
        rows = "".join(
            f'<tr><td><a href="content_{72000 + s.number * 3}.htm"><div style="display:inline">{s.title}</div></a></td></tr>'
            for s in found
        )
        site.add(
            f"/html/{date}/node_2.htm", shell("清浦晚报", f'<div>第A01版：要闻</div><table id="titles">{rows}</table>')
        )
    editions = "".join(
        f'<li><a href="/html/{date}/node_2.htm">{date.replace("/", "-")} 第A01版：要闻</a></li>' for date in days
    )
    latest = "".join(f'<div class="hot"><a href="{path(s)}">{s.title}</a></div>' for s in stories[:8])
    site.add("/", shell("清浦晚报数字报", f"<div>往期回顾</div><ul>{editions}</ul><div>今日要闻</div>{latest}"))
    for story in stories:
        main = (
            f"<table><tr><td>{story.published:%Y年%m月%d日} 星期{'一二三四五六日'[story.published.weekday()]}</td><td>上一版 下一版</td></tr></table>"
            f'<div class="text_c"><h3></h3><h1>{story.title}</h1><h2></h2><h4></h4><div id="ozoom">{paragraphs(story, "<P>　　", "</P>")}</div></div>'
            '<table><tr><td><a href="#">放大</a> <a href="#">缩小</a> <a href="#">默认</a></td></tr></table>'
        )
        site.add(path(story), shell(story.title, main))
        site.articles[path(story)] = Story(
            story.number, story.section, story.title, story.paragraphs, day[story.number], story.source, story.author
        )
    return site


def query_addresses() -> Sample:
    """A content system of queries: index.php?m=content&a=show&catid=6&id=1203 for articles, a=lists for lists."""
    site, stories = Sample(), write_stories("query")
    categories = dict(zip(SECTIONS, (6, 7, 9), strict=True))

    def path(story: Story) -> str:
        return f"/index.php?m=content&c=index&a=show&catid={categories[story.section]}&id={1203 + story.number}"

    def shell(title: str, main: str) -> str:
        nav = "".join(
            f'<li><a href="/index.php?m=content&amp;c=index&amp;a=lists&amp;catid={categories[k]}">{v}</a></li>'
            for k, v in SECTIONS.items()
        )
        return (
            f'<html><head><meta charset="gbk"><title>{title} - 湾里新闻网</title></head><body><div class="header"><ul class="nav">{nav}</ul>'
            f'<form><input name="q"><button>搜索</button></form></div><div class="wrap">{main}</div><div class="footer">湾里新闻网 联系电话：000-0000000</div></body></html>'
        )

    def rows(found: list[Story]) -> str:
        items = "".join(
            f'<li><span class="rt">{s.published:%Y-%m-%d %H:%M:%S}</span>·<a href="{path(s).replace("&", "&amp;")}">{s.title}</a></li>'
            for s in found
        )
        return f'<ul class="list lh24 f14">{items}</ul>'

    site.add(
        "/",
        shell("首页", "".join(f"<h5>{SECTIONS[k]}</h5>{rows(of_section(stories, k)[:5])}" for k in SECTIONS)),
        "gb18030",
    )
    for key, name in SECTIONS.items():
        pages = cut(of_section(stories, key))
        base = f"/index.php?m=content&c=index&a=lists&catid={categories[key]}"
        for number, found in enumerate(pages, 1):
            links = "".join(f'<a href="{base}&page={n}">{n}</a>' for n in range(1, len(pages) + 1) if n != number)
            bar = f'<div id="pages"><a class="a1">{len(of_section(stories, key))}条</a>{links}<a href="{base}&page={min(number + 1, len(pages))}" class="a1">下一页</a></div>'
            for address in [base, f"{base}&page=1"] if number == 1 else [f"{base}&page={number}"]:
                site.add(address, shell(name, rows(found) + bar), "gb18030")
    for story in stories:
        main = (
            f'<div class="crumbs"><a href="/">首页</a><span> &gt; </span>{SECTIONS[story.section]}<span> &gt; </span>正文</div><div id="Article"><h1>{story.title}<br />'
            f'<span>{story.published:%Y-%m-%d %H:%M:%S}&nbsp;&nbsp;&nbsp;来源：{story.source}&nbsp;&nbsp;&nbsp;作者：{story.author}&nbsp;&nbsp;&nbsp;评论：<a href="#c">0</a> 点击：<span id="hits">218</span></span></h1>'
            f'<div class="content">{paragraphs(story)}<div id="pages" class="text-c"></div></div></div><div class="Article-Tool">分享到： 新浪微博 腾讯微博</div>'
            "<h5>网友评论</h5><textarea>我也说两句</textarea>"
        )
        site.add(path(story), shell(story.title, main), "gb18030")
        site.articles[path(story)] = story
    site.with_seconds = True
    return site


def pictures_first() -> Sample:
    """Cards with a picture link before the title link, times in words of the list alone, facts at the article's end."""
    site, stories = Sample(), write_stories("pictures")

    def path(story: Story) -> str:
        return f"/story/{story.published:%Y%m%d}{story.number:04}.shtml"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<a class="nav__item" href="/channel/{k}.shtml">{v}</a>' for k, v in SECTIONS.items())
        return (
            f'<!doctype html><html><head><meta charset="utf-8"><meta property="og:site_name" content="灯塔视界"><title>{title}-灯塔视界</title></head><body>'
            f'<div class="nav"><a class="nav__item" href="/">首页</a>{nav}<a href="https://ads.example.net/x">广告合作</a></div>{main}<div class="ft">灯塔视界 出品</div></body></html>'
        )

    def card(story: Story) -> str:
        return (
            f'<div class="card"><a class="card__pic" href="{path(story)}"><img src="/img/{story.number}.jpg" alt="{story.title}"></a>'
            f'<div class="card__text"><a href="{path(story)}" target="_blank">{story.title}</a><p class="card__sum">{story.paragraphs[0][:50]}</p>'
            f"<i>{story.published:%Y/%m/%d}</i><em>阅读 {300 + story.number}</em></div></div>"
        )

    site.add("/", shell("首页", "".join(map(card, stories[:10]))))
    for key, name in SECTIONS.items():
        pages = cut(of_section(stories, key))
        for number, found in enumerate(pages, 1):
            address = f"/channel/{key}.shtml" if number == 1 else f"/channel/{key}_{number}.shtml"
            more = (
                f'<a class="pg" href="/channel/{key}_{number + 1}.shtml">&gt;</a>'
                if number < len(pages)
                else '<span class="pg">&gt;</span>'
            )
            site.add(
                address, shell(name, "".join(map(card, found)) + f'<div class="pager"><b>{number}</b>{more}</div>')
            )
    for story in stories:
        hot = "".join(f'<li><a href="{path(s)}">{s.title}</a></li>' for s in stories[:8] if s is not story)
        main = (
            f'<div class="left"><h2 class="tt">{story.title}</h2><div class="con"><p><img src="/img/{story.number}.jpg"></p>{paragraphs(story)}</div>'
            f'<div class="endinfo"><span>发布时间：{story.published:%Y-%m-%d %H:%M}</span><span>来源：{story.source}</span><span>作者：{story.author}</span><span>责任编辑：白露</span></div></div>'
            f'<div class="right"><h3>热门排行</h3><ol>{hot}</ol></div>'
        )
        site.add(path(story), shell(story.title, main))
        site.articles[path(story)] = story
    return site


def traditional() -> Sample:
    """A site in traditional characters: 2024/03/04 07:12, 記者, breadcrumbs as a list, ?page=N lists, a share bar."""
    site, stories = Sample(has_source=False), write_stories("traditional")

    def path(story: Story) -> str:
        return f"/news/story/{7300 + story.number}/{61000 + story.number * 11}"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<li><a href="/news/cate/{n}">{v}</a></li>' for n, v in enumerate(SECTIONS.values(), 7300))
        return (
            f'<!DOCTYPE html><html lang="zh-Hant"><head><meta charset="utf-8"><title>{title} | 港灣時報</title></head><body><header><ul>{nav}</ul></header>'
            f'<main class="wrapper">{main}</main><footer>© 港灣時報 服務條款 隱私權政策</footer></body></html>'
        )

    def rows(found: list[Story]) -> str:
        return "".join(
            f'<div class="story-list__news"><div class="story-list__image"><a href="{path(s)}"><img alt="" src="/i/{s.number}.jpg"></a></div>'
            f'<div class="story-list__text"><h2><a href="{path(s)}?from=list">{s.title}</a></h2><time>{s.published:%Y-%m-%d %H:%M}</time></div></div>'
            for s in found
        )

    site.add("/", shell("首頁", rows(stories[:12])))
    for number, key in enumerate(SECTIONS, 7300):
        pages = cut(of_section(stories, key))
        for page, found in enumerate(pages, 1):
            address = f"/news/cate/{number}" if page == 1 else f"/news/cate/{number}?page={page}"
            following = (
                f'<a rel="next" href="/news/cate/{number}?page={page + 1}">下一頁</a>' if page < len(pages) else ""
            )
            site.add(address, shell(SECTIONS[key], rows(found) + following))
    for story in stories:
        main = (
            f'<ol class="crumb"><li><a href="/">首頁</a></li><li><a href="/news/cate/7300">{SECTIONS[story.section]}</a></li></ol><article><h1>{story.title}</h1>'
            f'<div class="authors"><time>{story.published:%Y/%m/%d %H:%M}</time> <span>記者 <a href="/rep/1">{story.author}</a></span></div>'
            '<div class="share"><a href="#">分享</a><a href="#">留言</a><a href="#">列印</a></div>'
            f'<section class="article-content__editor">{paragraphs(story)}</section></article>'
        )
        for address in (path(story), path(story) + "?from=list"):
            site.add(address, shell(story.title, main))
        site.articles[path(story)] = story
    return site


def split_dates() -> Sample:
    """Lists with the day and the month in boxes of their own; articles with 03-04 07:12 and the year in the address."""
    site, stories = Sample(has_author=False), write_stories("split")

    def path(story: Story) -> str:
        return f"/{story.published:%Y}/{story.section}/{story.published:%m%d}/{8800 + story.number}.html"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<dd><a href="/{k}/list.html">{v}</a></dd>' for k, v in SECTIONS.items())
        return (
            f'<html><head><meta charset="utf-8"><title>{title}</title></head><body><dl class="menu"><dt>栏目</dt>{nav}</dl>'
            f'<div class="w1200">{main}</div><div class="bottom">青石网络传媒有限公司</div></body></html>'
        )

    def rows(found: list[Story]) -> str:
        return "".join(
            f'<dl class="item"><dt><b>{s.published:%d}</b><span>{s.published:%Y-%m}</span></dt><dd><a href="{path(s)}">{s.title}</a><p>{s.paragraphs[0][:30]}……</p></dd></dl>'
            for s in found
        )

    site.add("/", shell("青石网", rows(stories[:9])))
    for key, name in SECTIONS.items():
        pages = cut(of_section(stories, key))
        for number, found in enumerate(pages, 1):
            address = f"/{key}/list.html" if number == 1 else f"/{key}/list_{number}.html"
            bar = "".join(
                f"<strong>{n}</strong>"
                if n == number
                else f'<a href="/{key}/list{"" if n == 1 else f"_{n}"}.html">{n}</a>'
                for n in range(1, len(pages) + 1)
            )
            site.add(address, shell(name, f'{rows(found)}<div class="turn">{bar}</div>'))
    for story in stories:
        main = (
            f'<div class="head"><div class="big">{story.title}</div><div class="small"><i>{story.published:%Y-%m-%d %H:%M}</i>|<i>{story.source}</i>|<i>编辑：白露</i></div></div>'
            f'<div class="neirong">{paragraphs(story, "<p>&emsp;&emsp;")}</div><div class="tags">标签：<a href="/tag/1">社区</a></div>'
        )
        site.add(path(story), shell(f"{story.title}_青石网", main))
        site.articles[path(story)] = story
    return site


def app_pages() -> Sample:
    """Pages made for phones: data- attributes, sections for lists, an unlabelled source and author, opaque ids."""
    site, stories = Sample(has_source=False, has_author=False), write_stories("app")

    def path(story: Story) -> str:
        return (
            f"/rain/a/{story.published:%Y%m%d}A0{'QWERTYUIOPASDFGHJKLZXCVBNMQWERTY'[story.number]}X{story.number:02}00"
        )

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<a class="tab" href="/ch/{k}">{v}</a>' for k, v in SECTIONS.items())
        return (
            f'<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}_雨点</title></head><body>'
            f'<div class="tabs">{nav}</div><div id="root"><div>{main}</div></div><div class="dl">打开雨点APP 阅读全文</div></body></html>'
        )

    def rows(found: list[Story]) -> str:
        return "".join(
            f'<a class="cell" href="{path(s)}"><div class="cell-t">{s.title}</div><div class="cell-m">{s.source} {s.published:%m月%d日}</div></a>'
            for s in found
        )

    site.add("/", shell("首页", rows(stories[:15])))
    for key, name in SECTIONS.items():
        site.add(f"/ch/{key}", shell(name, rows(of_section(stories, key))))
    for story in stories:
        main = (
            f'<div data-role="head"><div data-role="title">{story.title}</div><div data-role="meta"><img src="/avatar.png"><span>{story.source}</span>'
            f'<span>{story.published:%Y-%m-%d %H:%M}</span></div></div><div data-role="text">{paragraphs(story, "<section>", "</section>")}</div>'
            '<div data-role="bar"><span>赞 12</span><span>评论 3</span><span>收藏</span></div>'
        )
        site.add(path(story), shell(story.title, main))
        site.articles[path(story)] = story
    return site


def english() -> Sample:
    """English furniture around Chinese stories: By, March 4, 2024 7:12 am, Older posts, Related, Filed under."""
    site, stories = Sample(has_source=False), write_stories("english")

    def path(story: Story) -> str:
        return f"/articles/{story.section}/{story.number + 900}-{story.section}-report.html"

    def clock(moment: datetime) -> str:
        return f"{moment:%B} {moment.day}, {moment.year} {moment.hour % 12 or 12}:{moment:%M} {'am' if moment.hour < 12 else 'pm'}"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<li><a href="/articles/{k}/">{k.title()}</a></li>' for k in SECTIONS)
        return (
            f'<!doctype html><html><head><meta charset="utf-8"><title>{title} | Harbour Post</title></head><body><nav><ul>{nav}<li><a href="/subscribe">Subscribe</a></li></ul></nav>'
            f'<div class="layout">{main}</div><footer><p>Copyright 2024 Harbour Post. All rights reserved.</p><a href="/privacy">Privacy</a></footer></body></html>'
        )

    def rows(found: list[Story]) -> str:
        return "".join(
            f'<div class="teaser"><h3><a href="{path(s)}">{s.title}</a></h3><span class="when">{s.published:%b} {s.published.day}, {s.published.year}</span></div>'
            for s in found
        )

    site.add("/", shell("Home", rows(stories[:9])))
    for key in SECTIONS:
        pages = cut(of_section(stories, key))
        for number, found in enumerate(pages):
            older = (
                f'<a href="/articles/{key}/?start={(number + 1) * 6}">Older posts</a>'
                if number + 1 < len(pages)
                else ""
            )
            site.add(
                f"/articles/{key}/" + (f"?start={number * 6}" if number else ""),
                shell(key.title(), rows(found) + older),
            )
    for story in stories:
        others = "".join(
            f'<li><a href="{path(s)}">{s.title}</a></li>'
            for s in of_section(stories, story.section)[:4]
            if s is not story
        )
        main = (
            f'<h1 class="headline">{story.title}</h1><div class="byline">By <a href="/staff/1">{story.author}</a></div><div class="dateline">Published {clock(story.published)}</div>'
            f'<div class="prose">{paragraphs(story)}</div><div class="filed">Filed under: <a href="/articles/{story.section}/">{story.section.title()}</a></div><h4>Related</h4><ul>{others}</ul>'
        )
        site.add(path(story), shell(story.title, main))
        site.articles[path(story)] = story
    return site


def forum_like() -> Sample:
    """A portal in a forum's clothes: thread-N-1-1.html, tables of rows with author and clicks, a lock-in of frames."""
    site, stories = Sample(has_source=False), write_stories("forum")

    def path(story: Story) -> str:
        return f"/article-{2100 + story.number}-1.html"

    def shell(title: str, main: str) -> str:
        nav = "".join(
            f'<li id="mn_{n}"><a href="/portal-list-{n}.html" hidefocus="true">{v}</a></li>'
            for n, v in enumerate(SECTIONS.values(), 1)
        )
        return (
            f'<html><head><meta charset="gbk"><title>{title} - 桥头社区</title></head><body id="nv_portal"><div id="toptb"><a href="/member.php?mod=logging">登录</a><a href="/member.php?mod=register">立即注册</a></div>'
            f'<div id="nv"><ul>{nav}</ul></div><div id="wp" class="wp">{main}</div><div id="ft">Powered by Community X3.4</div></body></html>'
        )

    def rows(found: list[Story]) -> str:
        return "".join(
            f'<dl class="bbda cl"><dt class="xs2"><a href="{path(s)}" target="_blank" class="xi2">{s.title}</a></dt><dd class="xs2 cl">{s.paragraphs[0][:70]} ...</dd>'
            f'<dd><span class="xg1">{s.published:%Y-%m-%d %H:%M}</span></dd></dl>'
            for s in found
        )

    site.add("/", shell("首页", rows(stories[:8])), "gb18030")
    for number, key in enumerate(SECTIONS, 1):
        pages = cut(of_section(stories, key))
        for page, found in enumerate(pages, 1):
            numbers = "".join(
                f"<strong>{n}</strong>"
                if n == page
                else f'<a href="/portal-list-{number}{"" if n == 1 else f"-{n}"}.html">{n}</a>'
                for n in range(1, len(pages) + 1)
            )
            nxt = f'<a href="/portal-list-{number}-{page + 1}.html" class="nxt">下一页</a>' if page < len(pages) else ""
            site.add(
                f"/portal-list-{number}{'' if page == 1 else f'-{page}'}.html",
                shell(SECTIONS[key], f'{rows(found)}<div class="pg">{numbers}{nxt}</div>'),
                "gb18030",
            )
    for story in stories:
        main = (
            f'<div id="pt"><div class="z"><a href="/" class="nvhm">桥头社区</a> <em>›</em> <a href="/portal-list-1.html">{SECTIONS[story.section]}</a> <em>›</em> 查看内容</div></div>'
            f'<div class="bm vw"><div class="h hm"><h1 class="ph">{story.title}</h1><p class="xg1">{story.published:%Y-%m-%d %H:%M}<span class="pipe">|</span> 发布者: <a href="/space-uid-5.html">编辑部</a><span class="pipe">|</span> '
            f'查看: <em>1024</em><span class="pipe">|</span> 评论: 0<span class="pipe">|</span>原作者: {story.author}</p></div><div class="s"><div><strong>摘要</strong>: {story.paragraphs[0][:60]}</div></div>'
            f'<div class="d"><table class="vwtb"><tr><td id="article_content">{paragraphs(story, "<div>", "</div>")}</td></tr></table></div>'
            '<div id="click_div"><table><tr><td>鲜花</td><td>握手</td><td>雷人</td><td>路过</td></tr></table></div></div>'
        )
        site.add(path(story), shell(story.title, main), "gb18030")
        site.articles[path(story)] = story
    return site


LAYOUTS: dict[str, Callable[[], Sample]] = {
    "blog": blog,
    "office": office,
    "epaper": epaper,
    "query-addresses": query_addresses,
    "pictures-first": pictures_first,
    "traditional": traditional,
    "split-dates": split_dates,
    "app-pages": app_pages,
    "english": english,
    "forum-like": forum_like,
}
