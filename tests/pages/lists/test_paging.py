"""The next page of a list that a script, an attribute or a button turns."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.lists.listing import read_listing
from snapshot_crawler.pages.page import Page

ROOT = "http://news.example.cn"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
ROWS = "".join(f"<li><a href=/a/2026-11-{n}/8{n}.html>第{n}条新闻的标题在这里</a></li>" for n in range(10, 16))


def following(markup: str, address: str = "/xw/index.html") -> str | None:
    """The path of the next page of a list with that pager."""
    body = f"<html><body><ul>{ROWS}</ul>{markup}</body></html>".encode()
    links = read_listing(Page.from_bytes(body, url=ROOT + address, fetched_at=NOW)).links
    return next((link.url.removeprefix(ROOT) for link in links if link.kind == "next"), None)


CALLS = " ".join(f'<a href="javascript:toPage({n})">{n}</a>' for n in (2, 3))
# pager, the page's own address, the next page
PAGERS = [
    ('<script>createPageHTML(4, 0, "index", "html");</script>', "/xw/", "/xw/index_1.html"),
    ('<script>createPageHTML(4, 2, "index", "html");</script>', "/xw/index_2.html", "/xw/index_3.html"),
    ('<script>createPageHTML(4, 3, "index", "html");</script>', "/xw/index_3.html", None),
    ("<script>createPageHTML('pager', 9, 1, 'list', 'shtml', 170)</script>", "/xw/list.shtml", "/xw/list_2.shtml"),
    (
        f"{CALLS}<script>function toPage(n){{location='index_'+(n-1)+'.html'}}</script>",
        "/xw/index.html",
        "/xw/index_1.html",
    ),
    (f"{CALLS}<script>function toPage(p){{location.href='/xw/?page='+p}}</script>", "/xw/", "/xw/?page=2"),
    (f"{CALLS}<script>const toPage = (p) => location.assign(`/xw/p/${{p}}/`)</script>", "/xw/", "/xw/p/2/"),
    ('<a href=index_1.html>2</a> <a href="javascript:go(3)">3</a>', "/xw/index.html", "/xw/index_1.html"),
    (
        '<a href=index.html>1</a><a href=index_1.html>2</a><b>3</b><a href="javascript:go(4)">4</a>',
        "/xw/index_2.html",
        "/xw/index_3.html",
    ),
    ('<div data-total=5 data-current=2 data-url="/xw/list_{page}.html"></div>', "/xw/list_2.html", "/xw/list_3.html"),
    ('<div data-total=5 data-current=5 data-url="/xw/list_{page}.html"></div>', "/xw/list_5.html", None),
    ("<button data-url='/part?from=20'>Load more stories</button>", "/xw/", "/part?from=20"),
    ("<div class=js-load-more data-next-url='/part?from=20'></div>", "/xw/", "/part?from=20"),
    ("<a href='/xw/?PAGEN_1=2'>Показать ещё</a>", "/xw/", "/xw/?PAGEN_1=2"),
    ("<a href='/xw/page/2/'>← Entradas anteriores</a>", "/xw/", "/xw/page/2/"),
    ("<a href='?p=2'>次へ</a>", "/xw/", "/xw/?p=2"),
    (  # every number calls, the own one too; the address tells which that is
        "".join(f'<a href="javascript:void(0)" onclick="go({n})">{n}</a>' for n in (1, 2, 3))
        + '<script>function go(n){window.location.href="/xw/list?type=1&page="+n}</script>',
        "/xw/list?type=1&page=2",
        "/xw/list?type=1&page=3",
    ),
    ("<a href='/xw?cur=2&c=ab'>2</a><a href='/xw?cur=3&c=cd'>3</a>", "/xw", "/xw?cur=2&c=ab"),  # without a 1
    ("<a href='/other?cur=2'>2</a>", "/xw", None),
    ("<a href='/?paged=2&cat=3'>&larr; 较旧文章</a>", "/?cat=3", "/?paged=2&cat=3"),
    ("<a href='/?paged=2'>Selanjutnya »</a>", "/", "/?paged=2"),
    ("<a href='/xw?page=2'>Muat Lebih Banyak</a>", "/xw", "/xw?page=2"),
    ("<a href='/xw?page=2'>Xem thêm</a>", "/xw", "/xw?page=2"),
    # what turns no page
    ("<a href='/morning/'>早新闻</a>", "/xw/", None),
    ("<button data-url='/share?u=1'>Share</button>", "/xw/", None),
    ("<a href='/video/'>Ver más</a>", "/xw/", None),
    ('<a href="javascript:print(1)">打印</a>', "/xw/", None),
    ('<div data-total=5 data-url="https://ads.example.com/{page}"></div>', "/xw/", None),
]


@pytest.mark.parametrize(("pager", "address", "wanted"), PAGERS)
def test_the_next_page_is_put_together_without_running_anything(pager: str, address: str, wanted: str | None) -> None:
    assert following(pager, address) == wanted


def test_tabs_that_are_not_open_hold_articles_too() -> None:
    markup = (
        "<a href='#two' data-target='#two'>社会</a><div id=two style='display:none'><ul>"
        + ROWS.replace("/8", "/9")
        + "</ul></div><div id=trap style='display:none'><a href=/a/2026-11-20/777.html>没有人看得见的链接</a></div>"
    )
    page = Page.from_bytes(f"<body>{markup}</body>".encode(), url=ROOT, fetched_at=NOW)
    urls = {link.url for link in read_listing(page).links if link.kind == "article"}
    assert len(urls) == 6
    assert not any("777" in url for url in urls)


def test_a_short_headline_between_long_ones_is_an_article() -> None:
    slugs = ["council-wants-to-sell-the-pier", "ferry-company-has-closed-a-bridge", "bakery-paints-the-market-hall-red"]
    rows = "".join(f"<article><h2><a href=/{slug}/>{slug.replace('-', ' ')}</a></h2></article>" for slug in slugs)
    markup = f"{rows}<article><h2><a href=/budget-passes/>Budget passes</a></h2></article><p><a href=/our-team/>Meet our whole team</a></p>"
    page = Page.from_bytes(f"<body>{markup}</body>".encode(), url=ROOT, fetched_at=NOW)
    kinds = {link.url.removeprefix(ROOT): link.kind for link in read_listing(page).links}
    assert kinds.get("/budget-passes/") == "article"
    assert kinds.get("/our-team/") != "article"


def test_a_long_name_in_a_menu_is_no_article() -> None:
    rows = "".join(
        f"<div><a href=/news/{number}>Council wants to sell pier {number}</a></div>" for number in (71, 72, 73)
    )
    menu = "<div><a href=/local>Local</a> <a href=/incidents>Fires and incidents</a> <a href=/sport>Sport</a></div>"
    page = Page.from_bytes(f"<body>{menu}{rows}</body>".encode(), url=ROOT, fetched_at=NOW)
    kinds = {link.url.removeprefix(ROOT): link.kind for link in read_listing(page).links}
    assert kinds.get("/news/72") == "article"
    assert kinds.get("/incidents") != "article"


def test_sections_of_a_site_without_paths_are_lists() -> None:
    menu = "<ul><li><a href='/?cat=3'>国内</a></li><li><a href='/?cat=4'>社区</a></li><li><a href='/?lang=en'>英文</a></li></ul>"
    rows = "".join(
        f"<h2><a href='/?p={48700 + n}'>第{n}条新闻的标题在这里</a></h2><p>2{n}/11/2026</p>" for n in range(4)
    )
    page = Page.from_bytes(f"<body>{menu}{rows}</body>".encode(), url=ROOT + "/", fetched_at=NOW)
    kinds = {link.url.removeprefix(ROOT): link.kind for link in read_listing(page).links}
    assert kinds == {
        **{f"/?p={48700 + n}": "article" for n in range(4)},
        "/?cat=3": "listing",
        "/?cat=4": "listing",
    }
