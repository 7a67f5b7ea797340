"""The answers of the sample site: a path goes in, status and bytes come out. Some pages are broken on purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files

from snapshot_crawler.demo.layouts import TIME, article_page
from snapshot_crawler.demo.shell import ROWS, SITE_NAME, RowView, document, list_path
from snapshot_crawler.demo.stories import CATEGORIES, FLAWS_ONCE, LAYOUTS, SampleSite, Story, sample_site, summary

ROWS_PER_PAGE = 15  # by choice: each list has several pages
PAGES_OF_HOME = 2  # the list of the whole site shows the newest only; the rest is in the categories' lists
HTML = "text/html; charset=utf-8"
ROBOTS = "User-agent: *\nDisallow: /internal/\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8  # served as HTML


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends. missing_bytes: how many bytes more than it sends the Content-Length announces."""

    body: bytes
    status: int = 200
    content_type: str = HTML
    missing_bytes: int = 0


@dataclass
class SitePages:
    """The site behind the server. It remembers the requested paths: some pages fail the first time."""

    site: SampleSite = field(default_factory=sample_site)
    asked: list[str] = field(default_factory=list)  # the paths, in order

    def __post_init__(self) -> None:
        self._stories = {story.path: story for story in self.site.stories.values()}
        self._lists = {
            list_path(slug, number + 1): (slug, number)
            for slug in ("", *CATEGORIES)
            for number in range(pages(self.site, slug))
        }

    def answer(self, path: str) -> Answer:
        """The answer to a GET of the path."""
        is_first = path not in self.asked
        self.asked.append(path)
        if (story := self._stories.get(path)) is not None:
            return self._story(story, is_first)
        if path in self._lists:
            return Answer(list_page(self.site, *self._lists[path]).encode())
        if path == "/robots.txt":
            return Answer(ROBOTS.encode(), content_type="text/plain")
        if path == "/style.css":
            return Answer(files(__package__).joinpath("style.css").read_bytes(), content_type="text/css")
        if path == "/about.html":
            return Answer(about_page(self.site).encode())
        return missing()

    def _story(self, story: Story, is_first: bool) -> Answer:
        """A story's page, or the answer that its flaw makes of it."""
        flaw = story.flaw if is_first or story.flaw not in FLAWS_ONCE else None
        if flaw == "missing":
            return missing()
        if flaw == "error-once":
            return Answer(document('<div class="sheet">服务器开小差了。</div>', title="500").encode(), status=500)
        if flaw == "soft-404":
            return Answer(document('<div class="sheet"><h2>您访问的页面不存在</h2></div>', title=SITE_NAME).encode())
        if flaw == "empty":
            return Answer(b"")
        if flaw == "binary":
            return Answer(PICTURE)
        body = article_page(story, self.site).encode(story.charset)
        content_type = f"text/html; charset={story.declared}" if story.charset == "utf-8" else "text/html"
        if flaw in ("cut", "cut-once"):
            return Answer(body[: len(body) // 2], content_type=content_type, missing_bytes=len(body) - len(body) // 2)
        return Answer(body, content_type=content_type)


def pages(site: SampleSite, slug: str) -> int:
    """How many pages a list has."""
    return -(-len(site.listed(slug)) // ROWS_PER_PAGE) if slug else PAGES_OF_HOME


def list_page(site: SampleSite, slug: str, number: int) -> str:
    """A page of a category's list, or with slug '' of the newest of all; number counts from 0."""
    stories = site.listed(slug or None)[number * ROWS_PER_PAGE : (number + 1) * ROWS_PER_PAGE]
    rows = [
        RowView(story.path, story.title if place % 5 != 3 else None, summary(story), f"{story.published:{TIME}}")
        for place, story in enumerate(stories)
    ]
    name = CATEGORIES.get(slug, "最新收录")
    shape = ROWS[LAYOUTS[list(CATEGORIES).index(slug) % len(LAYOUTS)]] if slug else ROWS["cards"]
    content = f"""<ul class="crumbs"><li><a href="/">我的订阅</a></li><li>{name}</li></ul>
<div class="sheet">
<h2 class="headline">{name}</h2>
{shape(rows)}
{pager(site, slug, number)}
</div>"""
    return document(content, title=f"{name} - {SITE_NAME}")


def pager(site: SampleSite, slug: str, number: int) -> str:
    """The numbers of a list's pages, the one before and the one after."""
    count = pages(site, slug)
    parts = [f'<a href="{list_path(slug, number)}">上一页</a>'] if number else []
    for other in range(count):
        mark = f"<b>{other + 1}</b>" if other == number else f'<a href="{list_path(slug, other + 1)}">{other + 1}</a>'
        parts.append(mark)
    if number + 1 < count:
        parts.append(f'<a href="{list_path(slug, number + 2)}">下一页</a>')
    return f'<div class="pager">{" ".join(parts)}</div>'


def about_page(site: SampleSite) -> str:
    """The page about the site, for a person with a browser."""
    content = f"""<div class="sheet"><h2 class="headline">关于本站</h2>
<p>这里的 {len(site.articles)} 篇资讯由一部小语法写成，供爬虫演示和测试之用。版式、编码和少数坏页都是有意为之。</p></div>"""
    return document(content, title=SITE_NAME)


def missing() -> Answer:
    """The answer for an address without a page."""
    return Answer(document('<div class="sheet"><h2>404</h2></div>', title="404").encode(), status=404)
