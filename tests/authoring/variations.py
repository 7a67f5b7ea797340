"""Further invented sites, each odd in one way: what `scrapy add-site` must cope with unaided."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from tests.authoring.samples import Sample, cut
from tests.authoring.stories import Story, write_stories

Address = Callable[[Story], str]


def shell(title: str, main: str, head: str = "") -> str:
    """A plain page of the invented site."""
    return f"<html><head><title>{title}</title>{head}</head><body><div>{main}</div><div>溪口融媒 版权所有</div></body></html>"


def article(story: Story, head: str = "") -> str:
    """A plain article page."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
    time = f"{story.published:%Y-%m-%d %H:%M}"
    return shell(
        f"{story.title}_溪口融媒",
        f"<h1>{story.title}</h1><div>发布时间：{time} 来源：{story.source} 作者：{story.author}</div><div>{body}</div>",
        head,
    )


def rows(stories: list[Story], href: Address) -> str:
    """Rows of a list."""
    items = "".join(f'<li><a href="{href(s)}">{s.title}</a> <span>{s.published:%Y-%m-%d}</span></li>' for s in stories)
    return f"<ul>{items}</ul>"


def paged(site: Sample, stories: list[Story], first: str, further: str, href: Address) -> None:
    """A list of the stories in pages: first, then further with {n}."""
    pages = cut(stories)
    for number, found in enumerate(pages, 1):
        link = f'<a href="{further.format(n=number + 1)}">下一页</a>' if number < len(pages) else ""
        site.add(first if number == 1 else further.format(n=number), shell("溪口新闻", rows(found, href) + link))


def list_elsewhere() -> Sample:
    """A front page of an institution with hardly a link; the news stand on /news/."""
    site, stories = Sample(), write_stories("elsewhere")
    home = "<h1>溪口研究院</h1><p>溪口研究院成立于一九八二年。</p>" + "".join(
        f'<a href="{href}">{name}</a> '
        for href, name in (
            ("/intro/", "概况"),
            ("/people/", "队伍"),
            ("/library/", "馆藏"),
            ("/shop/", "文创"),
            ("/map/", "地图"),
            ("/visit/", "参观"),
            ("/news/", "新闻动态"),
        )
    )
    site.add("/", shell("溪口研究院", home))
    for path in ("/intro/", "/people/", "/library/", "/shop/", "/map/", "/visit/"):
        site.add(path, shell("溪口研究院", "<p>本页内容正在整理。</p>"))
    paged(
        site,
        stories,
        "/news/",
        "/news/list_{n}.html",
        lambda s: f"/news/{s.published:%Y%m}/t{s.published:%Y%m%d}_{s.number}.html",
    )
    for story in stories:
        path = f"/news/{story.published:%Y%m}/t{story.published:%Y%m%d}_{story.number}.html"
        site.add(path, article(story))
        site.articles[path] = story
    return site


def only_digits() -> Sample:
    """Addresses that are a number and nothing else, lists too."""
    site, stories = Sample(), write_stories("digits")
    paged(site, stories, "/", "/?page={n}", lambda s: f"/{3100 + s.number}")
    for story in stories:
        site.add(f"/{3100 + story.number}", article(story))
        site.articles[f"/{3100 + story.number}"] = story
    return site


def base_address() -> Sample:
    """Relative links that count from a <base href>."""
    site, stories = Sample(), write_stories("base")
    base = '<base href="/paper/">'
    pages = cut(stories)
    for number, found in enumerate(pages, 1):
        link = f'<a href="list{number + 1}.html">下一页</a>' if number < len(pages) else ""
        site.add(
            "/" if number == 1 else f"/paper/list{number}.html",
            shell("溪口", rows(found, lambda s: f"2024/{s.published:%m%d}-{s.number}.html") + link, base),
        )
    for story in stories:
        path = f"/paper/2024/{story.published:%m%d}-{story.number}.html"
        site.add(path, article(story, base))
        site.articles[path] = story
    return site


def feeds_only() -> Sample:
    """A front page that a script fills: only its Atom feed leads to the articles."""
    site, stories = Sample(), write_stories("feeds")
    head = '<link rel="alternate" type="application/atom+xml" href="/atom.xml">'
    site.add("/", shell("溪口融媒", '<div id="app"></div><script>start()</script>', head))
    entries = "".join(
        f'<entry><title>{s.title}</title><link href="/p/{s.number + 70}.html"/><updated>{s.published.isoformat()}</updated></entry>'
        for s in stories
    )
    site.add(
        "/atom.xml", f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>', content_type="application/atom+xml"
    )
    for story in stories:
        site.add(f"/p/{story.number + 70}.html", article(story))
        site.articles[f"/p/{story.number + 70}.html"] = story
    return site


def packed_sitemaps() -> Sample:
    """No list at all: robots.txt names a sitemap index, and its parts are gzipped."""
    site, stories = Sample(), write_stories("sitemaps")
    site.add("/", shell("溪口融媒", "<p>欢迎。</p>"))
    site.add("/robots.txt", "User-agent: *\nDisallow:\nSitemap: {root}/maps/index.xml\n", content_type="text/plain")
    parts = [stories[:15], stories[15:]]
    index = "".join(f"<sitemap><loc>/maps/part{n}.xml.gz</loc></sitemap>" for n in range(len(parts)))
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    site.add("/maps/index.xml", f"<sitemapindex {space}>{index}</sitemapindex>", content_type="application/xml")
    for number, part in enumerate(parts):
        locs = "".join(f"<url><loc>/story/{s.number + 10}.html</loc></url>" for s in part)
        packed = gzip.compress(f"<urlset {space}>{locs}</urlset>".encode())
        site.files[f"/maps/part{number}.xml.gz"] = (packed, "application/gzip")
    for story in stories:
        site.add(f"/story/{story.number + 10}.html", article(story))
        site.articles[f"/story/{story.number + 10}.html"] = story
    return site


def odd_charsets() -> Sample:
    """UTF-16 articles with a byte order mark, GBK ones that name no charset, and a UTF-8 list."""
    site, stories = Sample(), write_stories("charsets")
    paged(site, stories, "/", "/index_{n}.html", lambda s: f"/{s.published:%Y/%m}/{s.number + 21000}.html")
    for story in stories:
        path = f"/{story.published:%Y/%m}/{story.number + 21000}.html"
        site.add(path, article(story), "utf-16" if story.number % 2 else "gb18030")
        site.articles[path] = story
    return site


VARIATIONS: dict[str, Callable[[], Sample]] = {
    "list-elsewhere": list_elsewhere,
    "only-digits": only_digits,
    "base-address": base_address,
    "feeds-only": feeds_only,
    "packed-sitemaps": packed_sitemaps,
    "odd-charsets": odd_charsets,
}
