"""More invented sites, after the ways of large portals and old content systems: busy pages, odd titles, noisy texts."""

from __future__ import annotations

from collections.abc import Callable

from tests.authoring.layouts import paragraphs
from tests.authoring.samples import Sample, cut, of_section
from tests.authoring.stories import SECTIONS, Story, write_stories


def portal() -> Sample:
    """A portal: a front page of 150 links, GBK, c1001-40188001 addresses, GB/1001/index2.html lists, (责编：) at the end."""
    site, stories = Sample(has_author=False), write_stories("portal")
    channel = dict(zip(SECTIONS, (1001, 14677, 41063), strict=True))

    def path(story: Story) -> str:
        return f"/n1/{story.published:%Y/%m%d}/c{channel[story.section]}-{40188000 + story.number * 13}.html"

    def shell(title: str, main: str) -> str:
        top = "".join(
            f'<a href="http://{name}.portal.example/" target="_blank">{name}频道</a>'
            for name in ("tv", "bbs", "blog", "video", "auto")
        )
        nav = "".join(f'<li><a href="/GB/{channel[k]}/index.html">{v}</a></li>' for k, v in SECTIONS.items())
        return (
            f'<html><head><meta http-equiv="content-type" content="text/html;charset=GB2312"/><title>{title}--澄江网</title></head><body><div class="top">{top}'
            f'<a href="/GB/login.html">登录</a></div><ul class="nav">{nav}</ul>{main}<div class="copyright">澄江日报社概况 | 关于澄江网 | 招聘英才 | 广告服务 | 版权声明<br/>'
            "<a href='/GB/icp.html'>互联网新闻信息服务许可证</a> 服务邮箱：kf@portal.example 澄 江 网 版 权 所 有</div></body></html>"
        )

    def rows(found: list[Story]) -> str:
        return (
            '<ul class="list_16 mt10">'
            + "".join(
                f"<li><a href='{path(s)}' target=_blank>{s.title}</a> <em>{s.published:%Y-%m-%d %H:%M}</em></li>"
                for s in found
            )
            + "</ul>"
        )

    junk = "".join(
        f'<li><a href="http://other{n}.example/a/{n}.html">合作媒体的第{n}条推荐内容标题在这里</a></li>'
        for n in range(60)
    )
    home = "".join(
        f"<div><h2><a href='/GB/{channel[k]}/'>{v}</a></h2>{rows(of_section(stories, k)[:7])}</div>"
        for k, v in SECTIONS.items()
    )
    site.add("/", shell("澄江网", home + f"<ul>{junk}</ul>"), "gb18030")
    for key, name in SECTIONS.items():
        pages = cut(of_section(stories, key))
        for number, found in enumerate(pages, 1):
            numbers = "".join(
                f'<a href="index{n}.html">{n}</a>' if n != number else f'<a class="common_current_page">{n}</a>'
                for n in range(1, len(pages) + 1)
            )
            following = f'<a href="index{number + 1}.html">下一页</a>' if number < len(pages) else ""
            addresses = [f"/GB/{channel[key]}/index{number}.html"]
            if number == 1:
                addresses += [f"/GB/{channel[key]}/index.html", f"/GB/{channel[key]}/"]
            for address in addresses:
                site.add(
                    address,
                    shell(
                        name, f'<div class="ej_list">{rows(found)}</div><div class="page_n">{numbers}{following}</div>'
                    ),
                    "gb18030",
                )
    for story in stories:
        near = "".join(f'<li><a href="{path(s)}">{s.title}</a></li>' for s in stories[:6] if s is not story)
        main = (
            f'<div class="path w1000">澄江网&gt;&gt;<a href="/GB/{channel[story.section]}/" class="clink">{SECTIONS[story.section]}</a></div><div class="layout rm_txt cf"><div class="col col-1 fl">'
            f'<h3 class="pre"></h3><h1>{story.title}</h1><h4 class="sub"></h4><div class="author cf"></div><div class="channel cf"><div class="col-1-1 fl">{story.published:%Y年%m月%d日%H:%M} | 来源：<a href="http://paper.example/">{story.source}</a></div>'
            f'<div class="col-1-2 fr"><span>小字号</span></div></div><div class="rm_txt_con cf"><div class="bza"></div>{paragraphs(story, "<p style=text-indent:2em;>	")}<div class="edit cf">(责编：白露、霜降)</div></div>'
            f'<div class="rm_fenxiang cf"><span>分享让更多人看到</span></div></div><div class="col col-2 fr"><h2>热门排行</h2><ul>{near}</ul></div></div>'
        )
        site.add(path(story), shell(f"{story.title}--{SECTIONS[story.section]}", main), "gb18030")
        site.articles[path(story)] = story
    return site


def same_title() -> Sample:
    """<title> is the site's name on every page, the logo is the h1, the headline a plain div with a class."""
    site, stories = Sample(has_author=False), write_stories("same-title")

    def path(story: Story) -> str:
        return f"/content/{story.published:%Y-%m/%d}/{story.number + 3300:06}.shtml"

    def shell(main: str) -> str:
        nav = "".join(f'<span><a href="/channel/{k}">{v}</a></span>' for k, v in SECTIONS.items())
        return (
            '<html><head><meta charset="utf-8"><title>梅溪新闻</title><meta name="keywords" content="梅溪,新闻"></head><body><h1 class="logo"><a href="/">梅溪新闻</a></h1>'
            f'<div class="menu">{nav}</div>{main}<p class="foot">梅溪新闻中心主办</p></body></html>'
        )

    def rows(found: list[Story]) -> str:
        return "".join(
            f'<p class="row"><a href="{path(s)}">{s.title}</a><span>[{s.published:%m-%d}]</span></p>' for s in found
        )

    site.add("/", shell(rows(stories[:12])))
    for key in SECTIONS:
        pages = cut(of_section(stories, key))
        for number, found in enumerate(pages, 1):
            more = f'<a href="/channel/{key}/{number + 1}">下一页&gt;&gt;</a>' if number < len(pages) else ""
            site.add(
                f"/channel/{key}" + (f"/{number}" if number > 1 else ""),
                shell(f"{rows(found)}<p>共{len(pages)}页 {more}</p>"),
            )
    for story in stories:
        main = (
            f'<div class="article-title">{story.title}</div><div class="article-info">时间：{story.published:%Y-%m-%d %H:%M}　　来源：{story.source}　　点击：<script>hits()</script>次</div>'
            f'<div class="article-text">{paragraphs(story, "<p>　　")}</div><div class="prevnext">上一篇：<a href="{path(stories[story.number - 1])}">{stories[story.number - 1].title}</a><br>下一篇：没有了</div>'
        )
        site.add(path(story), shell(main))
        site.articles[path(story)] = story
    return site


def asp() -> Sample:
    """Show.asp?ArticleID=…, Class.asp?ClassID=…&page=2, one-digit months, nested tables, 【字体：大 中 小】."""
    site, stories = Sample(), write_stories("asp")
    site.with_seconds = True
    classes = dict(zip(SECTIONS, (3, 8, 15), strict=True))

    def path(story: Story) -> str:
        return f"/Article_Show.asp?ArticleID={730 + story.number}"

    def when(story: Story) -> str:
        at = story.published
        return f"{at.year}-{at.month}-{at.day} {at.hour}:{at:%M:%S}"

    def shell(title: str, main: str) -> str:
        nav = " | ".join(
            f'<a class="Channel" href="Article_Class.asp?ClassID={classes[k]}">{v}</a>' for k, v in SECTIONS.items()
        )
        return (
            f'<html><head><title>{title}</title><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body leftmargin=0><table><tr><td class="top_nav">|&nbsp;<a href="Index.asp">网站首页</a> | {nav} |</td></tr></table>'
            f'<table class="center_tdbgall"><tr><td class="left">公 告：本站试运行。<br>调 查：您觉得如何？</td><td>{main}</td></tr></table><table><tr><td align=center>站长：管理员</td></tr></table></body></html>'
        )

    def rows(found: list[Story]) -> str:
        return (
            "<table>"
            + "".join(
                f'<tr><td><img src="Images/article_common.gif"></td><td class="listbg"><a class="listA" href="{path(s)[1:]}" title="文章标题：{s.title}&#13;作    者：{s.author}" target="_blank">{s.title}</a></td><td>{s.published:%m-%d}</td></tr>'
                for s in found
            )
            + "</table>"
        )

    for address in ("/", "/Index.asp"):
        site.add(
            address,
            shell("白塘信息港", "".join(f"<b>{v}</b>{rows(of_section(stories, k)[:5])}" for k, v in SECTIONS.items())),
            "gb18030",
        )
    for key, name in SECTIONS.items():
        pages = cut(of_section(stories, key))
        base = f"/Article_Class.asp?ClassID={classes[key]}"
        for number, found in enumerate(pages, 1):
            following = f'<a href="{base[1:]}&page={number + 1}">下一页</a>' if number < len(pages) else "下一页"
            site.add(
                base if number == 1 else f"{base}&page={number}",
                shell(
                    name,
                    f"{rows(found)}<p>共 <b>{len(of_section(stories, key))}</b> 篇 首页 上一页 {following} 尾页 页次：{number}/{len(pages)}页</p>",
                ),
                "gb18030",
            )
    for story in stories:
        text = "".join(f"<P>&nbsp;&nbsp;&nbsp; {paragraph}</P>\r\n" for paragraph in story.paragraphs)
        main = (
            f'<table class="main_title_575"><tr><td>您现在的位置： <a href="/">白塘信息港</a> &gt;&gt; <a href="Article_Class.asp?ClassID={classes[story.section]}">{SECTIONS[story.section]}</a> &gt;&gt; 正文</td></tr></table>'
            f'<table class="main_tdbg"><tr><td class="main_ArticleTitle" align=center>{story.title}</td></tr><tr><td class="Article_tdbgall" align=center>作者：{story.author}&nbsp;&nbsp;&nbsp;&nbsp;文章来源：{story.source}&nbsp;&nbsp;&nbsp;&nbsp;点击数：<script src="/hits.asp"></script>&nbsp;&nbsp;&nbsp;&nbsp;更新时间：{when(story)}</td></tr>'
            f'<tr><td class="Article_tdbgall"><table><tr><td>【字体：<a href="javascript:a(9)">小</a> <a href="javascript:a(14)">大</a>】</td></tr><tr><td id="fontzoom">{text}</td></tr></table></td></tr>'
            '<tr><td>文章录入：admin&nbsp;&nbsp;&nbsp;&nbsp;责任编辑：admin</td></tr><tr><td>【<a href="#">发表评论</a>】【<a href="#">加入收藏</a>】【<a href="#">告诉好友</a>】【<a href="#">打印此文</a>】【<a href="#">关闭窗口</a>】</td></tr></table>'
        )
        site.add(path(story), shell(f"{story.title} - 白塘信息港", main), "gb18030")
        site.articles[path(story)] = story
    return site


def noisy() -> Sample:
    """Texts with pictures and captions, quotes set apart, a link to read more and a newsletter box between paragraphs."""
    site, stories = Sample(has_source=False), write_stories("noisy")

    def path(story: Story) -> str:
        return f"/{story.section}/{story.published:%Y%m%d}-{story.number * 7 + 100:05}.html"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<a href="/{k}">{v}</a>' for k, v in SECTIONS.items())
        return (
            f'<!doctype html><html lang=zh><head><meta charset=utf-8><title>{title} - 南塘周刊</title><meta property="og:type" content="{"article" if "<article" in main else "website"}"></head><body><div class="topbar">{nav}</div>{main}'
            '<div class="cookie-banner">我们使用 Cookie 以改进服务。<button>接受</button></div><footer>南塘周刊</footer></body></html>'
        )

    def tiles(found: list[Story]) -> str:
        return "".join(
            f'<div class="tile"><a href="{path(s)}"><img src="/p/{s.number}.webp" alt=""></a><span class="kicker">{SECTIONS[s.section]}</span><h3><a href="{path(s)}">{s.title}</a></h3><p>{s.paragraphs[0][:45]}</p>'
            f"<small>文 {s.author} ｜ {s.published:%Y.%m.%d}</small></div>"
            for s in found
        )

    site.add("/", shell("首页", tiles(stories[:9])))
    for key in SECTIONS:
        pages = cut(of_section(stories, key))
        for number, found in enumerate(pages, 1):
            following = f'<a class="btn" href="/{key}?page={number + 1}">加载更多</a>' if number < len(pages) else ""
            site.add(
                f"/{key}" + (f"?page={number}" if number > 1 else ""), shell(SECTIONS[key], tiles(found) + following)
            )
    for story in stories:
        one, two, *rest = story.paragraphs
        other = stories[(story.number + 3) % len(stories)]
        main = (
            f'<article class="longread"><span class="kicker">{SECTIONS[story.section]}</span><h1>{story.title}</h1><div class="byline">文 / {story.author} · <time datetime="{story.published:%Y-%m-%dT%H:%M}+08:00">{story.published:%Y.%m.%d %H:%M}</time> · 阅读需 4 分钟</div>'
            f'<div class="rich"><p>{one}</p><figure><img src="/p/{story.number}.webp"><figcaption>资料图片。摄影：韩知白</figcaption></figure><p>{two}</p><div class="inline-related">延伸阅读：<a href="{path(other)}">{other.title}</a></div>'
            f'{"".join(f"<p>{p}</p>" for p in rest)}</div><div class="newsletter"><h4>订阅周刊</h4><p>每周五，把编辑部挑选的文章送到你的邮箱。</p><input type=email></div></article>'
        )
        site.add(path(story), shell(story.title, main))
        site.articles[path(story)] = story
    return site


def columns() -> Sample:
    """art_1234_56789 articles, col/col1234/index.html lists, 2024/3/4 folders, [2024-03-04] before the title, meta at the top."""
    site, stories = Sample(has_author=False), write_stories("columns")
    column = dict(zip(SECTIONS, (1229, 1230, 1544), strict=True))

    def path(story: Story) -> str:
        at = story.published
        return f"/art/{at.year}/{at.month}/{at.day}/art_{column[story.section]}_{58210 + story.number}.html"

    def shell(title: str, main: str, head: str = "") -> str:
        nav = "".join(f'<td><a href="/col/col{column[k]}/index.html">{v}</a></td>' for k, v in SECTIONS.items())
        return f'<!DOCTYPE html><html><head><title>{title}</title><meta charset="utf-8">{head}</head><body><table><tr>{nav}</tr></table>{main}<div>主办单位：霁州市图书馆 技术支持：某某科技</div></body></html>'

    def rows(found: list[Story]) -> str:
        return "".join(
            f'<div class="default_pgContainer"><li><span>[{s.published:%Y-%m-%d}]</span><a title="{s.title}" target="_blank" href="{path(s)}">{s.title[:16]}...</a></li></div>'
            for s in found
        )

    site.add(
        "/",
        shell(
            "霁州市图书馆",
            "".join(
                f'<div>{v}<a href="/col/col{column[k]}/index.html">更多&gt;</a>{rows(of_section(stories, k)[:5])}</div>'
                for k, v in SECTIONS.items()
            ),
        ),
    )
    for key, name in SECTIONS.items():
        pages = cut(of_section(stories, key))
        for number, found in enumerate(pages, 1):
            base = f"/col/col{column[key]}/index.html"
            following = (
                f'<a href="{base}?pageNum={number + 1}" class="default_pgNext" title="下一页"></a>'
                if number < len(pages)
                else ""
            )
            site.add(
                base if number == 1 else f"{base}?pageNum={number}",
                shell(name, f'{rows(found)}<div class="pg">第{number}页 {following}</div>'),
            )
    for story in stories:
        head = f'<meta name="ArticleTitle" content="{story.title}"><meta name="PubDate" content="{story.published:%Y-%m-%d %H:%M:%S}"><meta name="ContentSource" content="{story.source}">'
        main = (
            f'<div id="c"><div class="bt"><p>{story.title}</p></div><div class="xx"><ul><li>发布日期：{story.published:%Y-%m-%d %H:%M}</li><li>浏览次数：<i id=hits>0</i></li><li>信息来源：{story.source}</li></ul></div>'
            f'<div id="zoom"><!--ZJEG_RSS.content.begin-->{paragraphs(story, "<p><span style=font-size:16px>", "</span></p>")}<!--ZJEG_RSS.content.end--></div><div class="gn">[打印本页] [关闭窗口]</div></div>'
        )
        site.add(path(story), shell(story.title, main, head))
        site.articles[path(story)] = story
    site.with_seconds = False
    return site


def spans() -> Sample:
    """Everything in span and div with single letters for names; 上午7:12; lists of a tags in one line; ids of letters."""
    site, stories = Sample(has_source=True, has_author=False), write_stories("spans")

    def path(story: Story) -> str:
        return f"/view/{'bcdfghjkmn'[story.number % 10]}{'pqrstvwxyz'[story.number // 10]}{story.number:02}k{story.number * 37 % 100:02}m"

    def clock(story: Story) -> str:
        at = story.published
        return f"{at.year}年{at.month}月{at.day}日 {'上午' if at.hour < 12 else '下午'}{at.hour % 12 or 12}:{at:%M}"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<a href="/tag/{k}">{v}</a>&nbsp;' for k, v in SECTIONS.items())
        return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body><div class="a"><div class="b">{nav}</div><div class="c">{main}</div><div class="d">© 2024 北岸</div></div></body></html>'

    def rows(found: list[Story]) -> str:
        return "".join(
            f'<div class="e"><span class="f"><a href="{path(s)}">{s.title}</a></span><span class="g">{clock(s)}</span></div>'
            for s in found
        )

    site.add("/", shell("北岸", rows(stories[:10])))
    for key, name in SECTIONS.items():
        pages = cut(of_section(stories, key))
        for number, found in enumerate(pages, 1):
            following = f'<a href="/tag/{key}/p{number + 1}">›</a>' if number < len(pages) else ""
            site.add(
                f"/tag/{key}" + (f"/p{number}" if number > 1 else ""),
                shell(name, rows(found) + f'<div class="h">{number} {following}</div>'),
            )
    for story in stories:
        main = (
            f'<div class="i"><span class="j">{story.title}</span></div><div class="k"><span>{story.source}</span><span>{clock(story)}</span></div><div class="l">'
            + "".join(f'<span class="m">{paragraph}</span><br><br>' for paragraph in story.paragraphs)
            + "</div>"
        )
        site.add(path(story), shell(f"{story.title} - 北岸", main))
        site.articles[path(story)] = story
    return site


PORTALS: dict[str, Callable[[], Sample]] = {
    "portal": portal,
    "same-title": same_title,
    "asp": asp,
    "noisy": noisy,
    "columns": columns,
    "spans": spans,
}
