"""A generated snapshot site for measurements: many articles of 27 KB with about 80 links each, served on loopback.

    python benchmarks/bigsite.py PAGES [--fresh-links] [--host 127.0.0.2] [--first N]

It prints its address, and serves until its stdin ends. --first: the number of its first article; sites whose numbers
are apart have no article in common.

Every article is different (the demo's grammar writes it), and every one is linked from others. With --fresh-links the
rows lead to addresses that no other page has, and an article stands at each of them too: whichever page a crawl takes
next, it discovers 60 new addresses.

A page has what pages of portals have around the article: styles and scripts in its head, a menu and a foot of links
that lead to no article. Every fifth is in GB18030, declared by the page alone.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import sys
from datetime import datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from snapshot_crawler.demo.grammar import Dice, Grammar  # noqa: E402 - the path must be set first
from snapshot_crawler.demo.stories import CATEGORIES  # noqa: E402
from snapshot_crawler.pages.dates.times import CHINA  # noqa: E402

RELATED, MORE = 10, 15  # rows below each article; with menu, breadcrumb and foot 80 links
FRESH = 60  # rows instead of MORE where links are fresh
MENU, FOOT = 36, 16  # links to pages that are no articles
STYLES, SCRIPTS = 60, 24  # in the head; with them a page has 27 KB
GB18030_EVERY = 5  # one page in so many
STARTS = 20  # articles on the first page
FIRST_FRESH = 1_000_000  # numbers of the articles behind fresh links
FIRST_DAY = datetime(2023, 1, 1, 8, tzinfo=CHINA)
HEAD = "HTTP/1.1 {} OK\r\nContent-Type: text/html{}\r\nContent-Length: {}\r\n\r\n"
GRAMMAR = Grammar()
numbers_begin = [0]  # --first
SLUGS = list(CATEGORIES)


@cache
def facts(number: int) -> dict[str, Any]:
    """What the article of that number states; the records of all crawlers are held against it."""
    number += numbers_begin[0]
    slug = SLUGS[number % len(SLUGS)]
    dice = Dice(f"bench {number}")
    published = FIRST_DAY + timedelta(minutes=7 * (number % 100_000), seconds=number % 60)
    name = hashlib.sha1(b"bench %d" % number, usedforsecurity=False).hexdigest()
    return {
        "path": f"/detail/{name}.html",
        "title": f"{GRAMMAR.title(slug, dice)}（之{number}）",
        "category": CATEGORIES[slug],
        "published": f"{published:%Y-%m-%d %H:%M:%S}",
        "snapshot": f"{published + timedelta(hours=2):%Y-%m-%d %H:%M:%S}",
        "source": dice.pick(GRAMMAR.rules["paper"]),
        "paragraphs": [" ".join(text.split()) for text in GRAMMAR.paragraphs(slug, dice)],
        "original": f"https://www.{slug}-news.example/{number}.html",
    }


def snippet(number: int, *, is_related: bool) -> str:
    """What a row shows of an article's text."""
    text = "".join(facts(number)["paragraphs"])
    return " ".join(("..." + text[20:76] if is_related else text[:36]).split())


def row(number: int, place: int, *, is_related: bool, path: str | None = None) -> str:
    """A row of a list; every other one has no title. path: where it leads, if not to the article it shows."""
    story = facts(number)
    path = path or story["path"]
    shown = escape(snippet(number, is_related=is_related))
    if place % 2:
        head = f'<p class="list-item-summary"><a class="list-item-link" href="{path}">{shown}</a></p>'
    else:
        title = escape(story["title"])
        head = (
            f'<h4 class="list-item-title"><a class="list-item-link" href="{path}">{title}</a></h4>'
            f'<p class="list-item-summary">{shown}</p>'
        )
    return f'<li class="list-item">{head}<time class="list-item-time">{story["published"]}</time></li>'


def rows(number: int, count: int, *, fresh_links: bool) -> list[str]:
    """The rows below an article: they lead to the ten behind it, and to others all over the site."""
    shown = [(number + step) % count for step in range(1, RELATED + 1)]
    shown += [(number * 31 + step * 97) % count for step in range(FRESH if fresh_links else MORE)]
    paths: list[str | None] = [None] * len(shown)
    if fresh_links:
        new = (hashlib.sha1(b"%d %d" % (number, place), usedforsecurity=False).hexdigest() for place in range(FRESH))
        paths[RELATED:] = [f"/detail/{name}.html" for name in new]
    return [
        row(target, place, is_related=place < RELATED, path=path)
        for place, (target, path) in enumerate(zip(shown, paths, strict=True))
    ]


@cache
def head() -> str:
    """Styles and scripts, the same on every page."""
    styles = "".join(
        f".list-{number} {{ margin: {number}px auto; padding: 0 {number % 9}px; color: #{number * 4321:06x}; "
        f"font: {10 + number % 9}px/1.{number % 7} sans-serif; float: left }}\n"
        for number in range(STYLES)
    )
    scripts = "".join(
        f"function fill{number}(box, list) {{ for (var i = 0; i < list.length; i++) {{ box.innerHTML += "
        f"'<li class=\"row' + i + '\"><a href=\"' + list[i].href + '\">' + list[i].text + '</a></li>' }} "
        f"window.queue{number} = window.queue{number} || []; queue{number}.push([{number * 7919}, box.id]) }}\n"
        for number in range(SCRIPTS)
    )
    return f"<style>{styles}</style><script>{scripts}</script>"


def charset(number: int) -> str:
    """In which charset an article's page is sent."""
    return "gb18030" if number % GB18030_EVERY == GB18030_EVERY - 1 else "utf-8"


def article(number: int, count: int, *, fresh_links: bool) -> str:
    """The page of an article."""
    story = facts(number)
    below = rows(number, count, fresh_links=fresh_links)
    names = list(CATEGORIES.values())
    menu = "".join(
        f'<li><a class="menu" href="/about/{place}.html">{names[place % len(names)]}</a></li>' for place in range(MENU)
    )
    foot = " ".join(f'<a href="/about/foot{place}.html" rel="nofollow">说明{place}</a>' for place in range(FOOT))
    text = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in story["paragraphs"])
    return f"""<!DOCTYPE html><html lang="zh"><head><meta charset="{charset(number)}">
<title>{escape(story["title"])}</title>{head()}</head><body><ul class="menu-bar">{menu}</ul>
<ul class="crumbs"><li><a href="/">我的订阅</a></li><li><a href="/">{story["category"]}</a></li></ul>
<h1 class="title">{escape(story["title"])}</h1>
<div class="facts"><span class="cat">类别：{story["category"]}</span>
<span class="pub">发布时间：{story["published"]}</span>
<span class="src">来源：{story["source"]}</span></div><div class="text">
{text}</div><div class="notice"><p>此页是信息快照，由爬虫自动采集收录，本站未作改动。</p>
<p class="snap">快照生成时间：{story["snapshot"]}</p><p>若有侵权，请联系我们删除。</p>
<p class="orig">信息原文地址：<a href="{story["original"]}">查看</a></p></div>
<h3>相关资讯</h3><ul class="related">{"".join(below[:RELATED])}</ul>
<h3>更多关于{story["category"]}的资讯：</h3><ul class="more">{"".join(below[RELATED:])}</ul>
<div class="foot"><p>{foot}</p><p>版面由程序生成</p></div></body></html>"""


def pages(count: int, *, fresh_links: bool = False) -> dict[bytes, bytes]:
    """All answers by path, headers included."""
    articles = {}
    for number in range(count):
        body = article(number, count, fresh_links=fresh_links).encode(charset(number))
        articles[facts(number)["path"].encode()] = answer(body, declared=charset(number) == "utf-8")
    starts = "".join(row(number, 0, is_related=False) for number in range(min(STARTS, count)))
    first = f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><ul>{starts}</ul></body></html>'
    return {b"/": answer(first.encode()), **articles}


def answer(body: bytes, status: int = 200, *, declared: bool = True) -> bytes:
    """A whole HTTP answer. declared: whether its head says UTF-8."""
    return HEAD.format(status, "; charset=utf-8" if declared else "", len(body)).encode() + body


def fresh_article(path: bytes, count: int) -> bytes | None:
    """The answer for an address that only a fresh link knows; None where no article can stand."""
    if not path.startswith(b"/detail/"):
        return None
    number = FIRST_FRESH + int(path[8:16], 16) % 1_000_000_000
    body = article(number, count, fresh_links=True).encode(charset(number))
    return answer(body, declared=charset(number) == "utf-8")


class Connection(asyncio.Protocol):
    """Answers GETs from a table, as cheaply as Python can: the crawlers are to be measured, not this."""

    answers: dict[bytes, bytes]
    count_for_fresh = 0  # articles of the site, where unknown addresses are fresh links
    missing = answer(b"<h1>404</h1>", 404)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.held = transport, b""

    def data_received(self, data: bytes) -> None:
        self.held += data
        while (end := self.held.find(b"\r\n\r\n")) >= 0:
            path = self.held.split(b" ", 2)[1]
            self.held = self.held[end + 4 :]
            found = self.answers.get(path)
            if found is None and self.count_for_fresh:
                found = fresh_article(path, self.count_for_fresh)
            self.transport.write(found or self.missing)


async def serve(count: int, *, fresh_links: bool, host: str) -> None:
    """Serve on a free port of an address of loopback until stdin ends; the address goes to stdout."""
    Connection.answers = pages(count, fresh_links=fresh_links)
    Connection.count_for_fresh = count if fresh_links else 0
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, host, 0)
    print(f"http://{host}:{server.sockets[0].getsockname()[1]}/", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--fresh-links", action="store_true")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    numbers_begin[0] = options.first
    asyncio.run(serve(options.count, fresh_links=options.fresh_links, host=options.host))
