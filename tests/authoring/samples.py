"""Three invented news sites as three decades would build them: pages in, served by the tests' own web server.

Each is a list of files (path -> answer) and the truth about its articles (path -> story), so that a crawl can be held
against it field by field.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.authoring.stories import SECTIONS, Story, write_stories
from tests.server import Server, response

PER_PAGE = 6


@dataclass(slots=True)
class Sample:
    """A site: what it answers, and what stands in its articles."""

    files: dict[str, tuple[bytes, str | None]] = field(default_factory=dict)  # path: body, content type
    articles: dict[str, Story] = field(default_factory=dict)  # path: story
    with_seconds: bool = False  # what the pages show of each fact
    has_source: bool = True
    has_author: bool = True

    def add(self, path: str, text: str, charset: str = "utf-8", content_type: str | None = "text/html") -> None:
        """A file of the site."""
        self.files[path] = (text.encode(charset), content_type)

    def serve(self, server: Server) -> None:
        """Put every file on the server; {root} in a text becomes the server's address."""
        for path, (body, content_type) in self.files.items():
            root = server.url("").encode()
            server.raw(path, response(body.replace(b"{root}", root), content_type=content_type))  # type: ignore[arg-type]


def cut(stories: list[Story]) -> list[list[Story]]:
    """The stories in pages of a list."""
    return [stories[i : i + PER_PAGE] for i in range(0, len(stories), PER_PAGE)]


def of_section(stories: list[Story], slug: str) -> list[Story]:
    """The stories of one section."""
    return [story for story in stories if story.section == slug]


# --- 1: a site of today: cards, JSON-LD, feeds, a sitemap
def modern_site() -> Sample:
    """Semantic markup; RSS on the home page, a news sitemap named by robots.txt; lists paged by a query."""
    site = Sample(with_seconds=True)
    stories = write_stories("modern")

    def path(story: Story) -> str:
        return f"/{story.section}/{story.published:%Y/%m/%d}/art-{98000 + story.number * 7}.html"

    def shell(title: str, main: str, head: str = "") -> str:
        nav = "".join(f'<li><a href="/{slug}/">{name}</a></li>' for slug, name in SECTIONS.items())
        return (
            f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>{head}'
            '<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body><header><a href="/">云浦在线</a>'
            f'<nav><ul>{nav}<li><a href="/login">登录</a></li></ul></nav></header><main>{main}</main>'
            "<aside><h3>编辑推荐</h3><p>本周读者投票选出的三张照片正在市民中心展出。</p></aside>"
            '<footer><p>云浦在线 版权所有 <a href="/about.html">关于我们</a></p></footer></body></html>'
        )

    def cards(found: list[Story]) -> str:
        rows = "".join(
            f'<article class="card"><a href="{path(s)}"><h2>{s.title}</h2></a><p>{s.paragraphs[0][:40]}…</p>'
            f'<time datetime="{s.published.isoformat()}">{s.published:%m-%d %H:%M}</time></article>'
            for s in found
        )
        return f'<section class="cards">{rows}</section>'

    site.add("/", shell("云浦在线", cards(stories[:PER_PAGE])))
    for slug, name in SECTIONS.items():
        pages = cut(of_section(stories, slug))
        for number, found in enumerate(pages, 1):
            following = f'<a class="more" href="/{slug}/?page={number + 1}">下一页</a>' if number < len(pages) else ""
            address = f"/{slug}/" if number == 1 else f"/{slug}/?page={number}"
            site.add(address, shell(f"{name} - 云浦在线", f"<h1>{name}</h1>{cards(found)}{following}"))
    for story in stories:
        facts = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": story.title,
            "datePublished": story.published.isoformat(),
            "author": [{"@type": "Person", "name": story.author}],
            "publisher": {"@type": "Organization", "name": "云浦在线"},
            "articleSection": SECTIONS[story.section],
        }
        body = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
        others = [other for other in of_section(stories, story.section) if other is not story][:4]
        related = "".join(f'<li><a href="{path(other)}">{other.title}</a></li>' for other in others)
        main = (
            f'<nav class="crumbs"><a href="/">首页</a> &gt; <a href="/{story.section}/">{SECTIONS[story.section]}</a></nav>'
            f'<article><h1>{story.title}</h1><p class="meta">来源：{story.source} <span>作者：{story.author}</span> '
            f'<time datetime="{story.published.isoformat()}">{story.published:%Y-%m-%d %H:%M:%S}</time></p>'
            f'<div class="story">{body}</div></article><section><h3>相关新闻</h3><ul>{related}</ul></section>'
        )
        head = f'<script type="application/ld+json">{json.dumps(facts, ensure_ascii=False)}</script>'
        site.add(path(story), shell(f"{story.title} - 云浦在线", main, head))
        site.articles[path(story)] = story
    items = "".join(
        f"<item><title>{s.title}</title><link>{{root}}{path(s)}</link><pubDate>{s.published:%a, %d %b %Y %H:%M:%S %z}</pubDate></item>"
        for s in stories[:12]
    )
    site.add(
        "/feed.xml",
        f'<rss version="2.0"><channel><title>云浦在线</title>{items}</channel></rss>',
        content_type="application/rss+xml",
    )
    locs = "".join(f"<url><loc>{{root}}{path(s)}</loc></url>" for s in stories)
    site.add(
        "/sitemap-news.xml",
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>',
        content_type="application/xml",
    )
    site.add(
        "/robots.txt", "User-agent: *\nDisallow: /login\nSitemap: {root}/sitemap-news.xml\n", content_type="text/plain"
    )
    return site


# --- 2: a site of 2006: tables in tables, GBK, line breaks for paragraphs
def table_site() -> Sample:
    """No class, no id; the charset is wrongly called gb2312; lists index.htm, index_2.htm; no source of robots.txt."""
    site = Sample()
    stories = write_stories("table")
    site.has_author = False

    def path(story: Story) -> str:
        return f"/{story.section}/{story.published:%Y-%m-%d}/{310 + story.number}.htm"

    def shell(title: str, main: str) -> str:
        nav = " | ".join(
            f'<a href="/{slug}/index.htm"><font color=white>{name}</font></a>' for slug, name in SECTIONS.items()
        )
        return (
            f'<HTML><HEAD><META http-equiv="Content-Type" content="text/html; charset=gb2312"><TITLE>{title}</TITLE></HEAD>'
            f"<BODY bgcolor=#ffffff><table width=760 align=center><tr><td bgcolor=#003366>{nav}</td></tr></table>"
            f"<table width=760 align=center><tr><td width=180 valign=top><font size=2>天气预报<br>晴 12℃<br>"
            f"友情链接</font></td><td valign=top>{main}</td></tr></table>"
            "<table width=760 align=center><tr><td align=center><font size=2>芦汀日报社 版权所有 未经许可不得转载</font></td></tr></table></BODY></HTML>"
        )

    def rows(found: list[Story]) -> str:
        return (
            "<table>"
            + "".join(
                f"<tr><td>·<a href={path(s)} target=_blank>{s.title}</a></td><td><font size=1>({s.published:%m月%d日})</font></td></tr>"
                for s in found
            )
            + "</table>"
        )

    home = "".join(
        f"<table width=100%><tr><td bgcolor=#cccccc><b>{name}</b></td></tr></table>{rows(of_section(stories, slug)[:4])}"
        for slug, name in SECTIONS.items()
    )
    site.add("/", shell("芦汀日报网络版", home), "gb18030")
    for slug, name in SECTIONS.items():
        pages = cut(of_section(stories, slug))
        for number, found in enumerate(pages, 1):
            address = f"/{slug}/index.htm" if number == 1 else f"/{slug}/index_{number}.htm"
            following = f'<a href="index_{number + 1}.htm">下一页</a>' if number < len(pages) else "下一页"
            site.add(address, shell(f"{name}-芦汀日报", f"{rows(found)}<p align=center>{following}</p>"), "gb18030")
    for story in stories:
        body = "<br><br>\n".join(f"　　{paragraph}" for paragraph in story.paragraphs)
        main = (
            f'<table width=100%><tr><td><font size=2>您的位置：<a href="/">首页</a> &gt; <a href=/{story.section}/index.htm>'
            f"{SECTIONS[story.section]}</a></font></td></tr><tr><td align=center><font size=5><b>{story.title}</b></font></td></tr>"
            f"<tr><td align=center><font size=2>{story.published:%Y年%m月%d日 %H:%M}　来源：{story.source}</font></td></tr>"
            f"<tr><td><font size=3>{body}</font></td></tr>"
            "<tr><td align=right><font size=2>【<a href=javascript:window.print()>打印</a>】【<a href=javascript:window.close()>关闭</a>】</font></td></tr></table>"
        )
        site.add(path(story), shell(f"{story.title}-芦汀日报", main), "gb18030")
        site.articles[path(story)] = story
    return site


# --- 3: a site that says nothing of itself
def bare_site() -> Sample:
    """Nested div elements with names made by a machine, short numbers for addresses, no label anywhere, no meta."""
    site = Sample(has_source=False)
    stories = write_stories("bare")

    def path(story: Story) -> str:
        return f"/a/{411 + story.number}"

    def shell(title: str, main: str) -> str:
        nav = "".join(
            f'<div class="css-8fk2"><a href="/c/{number}">{name}</a></div>'
            for number, name in enumerate(SECTIONS.values(), 1)
        )
        return (
            f'<html><head><title>{title}</title></head><body><div class="css-1a9x"><div class="css-77b0">{nav}</div>'
            f'<div class="css-k3l4">{main}</div><div class="css-f00t">桥头看点 · 记录身边的事</div></div></body></html>'
        )

    def rows(found: list[Story]) -> str:
        return "".join(
            f'<div class="css-r0w"><a href="{path(s)}"><div class="css-h9">{s.title}</div></a>'
            f'<div class="css-t2">{s.published:%Y.%m.%d}</div></div>'
            for s in found
        )

    for number, slug in enumerate(["", *SECTIONS]):
        pages = cut(of_section(stories, slug) if slug else stories[:12])
        for page, found in enumerate(pages, 1):
            stem = f"/c/{number}" if slug else "/"
            numbers = "".join(
                f'<span class="css-p1">{n}</span>'
                if n == page
                else f'<a href="{stem if n == 1 else f"{stem}?p={n}"}">{n}</a>'
                for n in range(1, len(pages) + 1)
            )
            site.add(stem if page == 1 else f"{stem}?p={page}", shell("桥头看点", f"{rows(found)}<div>{numbers}</div>"))
    for story in stories:
        body = "".join(f'<div class="css-x7">{paragraph}</div>' for paragraph in story.paragraphs)
        main = (
            f'<div class="css-h1z">{story.title}</div><div class="css-m5">{story.published:%Y.%m.%d %H:%M} · 文/{story.author}</div>'
            f'<div class="css-b6">{body}</div>'
        )
        site.add(path(story), shell(f"{story.title}", main))
        site.articles[path(story)] = story
    return site


SITES: dict[str, Callable[[], Sample]] = {"modern": modern_site, "table": table_site, "bare": bare_site}
