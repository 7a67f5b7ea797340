"""Articles in several pages: one record each, whatever else leads to their pages, whatever fails, killed or not."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from snapshot_crawler.pages.page import Page, Reading
from snapshot_crawler.spiders.news import NewsSpider
from tests.authoring.newcomer import Newcomer
from tests.authoring.stories import Story, write_stories
from tests.crawling import crawl
from tests.crawling import records as kept
from tests.process import LONGEST_RUN_S, run, start
from tests.server import Request as Asked
from tests.server import Server, response

STORIES = write_stories("parts", 8)
PARTS = 3


def pages(story: Story, number: int) -> list[str]:
    """The story cut into pages with a pager, as Chinese portals have it."""
    share = -(-len(story.paragraphs) // PARTS)
    names = [f"{number}.html", *(f"{number}_{part}.html" for part in range(2, PARTS + 1))]
    made = []
    for place in range(PARTS):
        text = "".join(f"<p>{each}</p>" for each in story.paragraphs[place * share : (place + 1) * share])
        pager = "".join(f"<a href={name}>{part}</a> " for part, name in enumerate(names, 1))
        if place:
            pager = f"<a href={names[place - 1]}>上一页</a> {pager}"
        if place + 1 < PARTS:
            pager += f"<a href={names[place + 1]}>下一页</a>"
        made.append(
            f"<html><head><meta charset=utf-8><title>{story.title}</title></head><body><h1>{story.title}</h1>"
            f"<div>发布时间：{story.published:%Y-%m-%d %H:%M} 来源：{story.source}</div>"
            f"<div id=text>{text}</div><div class=pages>{pager}</div></body></html>"
        )
    return made


class Site(Server):
    """A list of all articles, and, before them, of their further pages."""

    def furnish(self) -> None:
        self.broken: set[str] = set()
        self.texts = {}
        rows = []
        for number, story in enumerate(STORIES, 88001):
            for part, text in enumerate(pages(story, number), 1):
                path = f"/n/{number}.html" if part == 1 else f"/n/{number}_{part}.html"
                self.texts[path] = text
                rows.append((part == 1, f'<li><a href="{path}">{story.title}</a></li>'))
        rows.sort(key=lambda row: row[0])  # further pages first: each is known before its article asks for it
        body = "".join(row for _, row in rows)
        self.texts["/n/"] = (
            f"<html><head><meta charset=utf-8><title>列表</title></head><body><ul>{body}</ul></body></html>"
        )
        self.page("/robots.txt", "", content_type="text/plain")
        self.fallback = self.answer

    async def answer(self, request: Asked, writer: asyncio.StreamWriter) -> None:
        text = self.texts.get(request.path)
        status = "500 Internal Server Error" if request.path in self.broken else "200 OK" if text else "404 Not Found"
        writer.write(response(text or "not here", status=status))
        await writer.drain()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        running.furnish()
        yield running


def arguments(site: Site, user: Newcomer) -> list[str]:
    out = user.folder / "out.jsonl"
    return ["news", "-a", f"start={site.url('/n/')}", "-o", str(out), "-s", "RETRY_TIMES=0"]


def records(user: Newcomer) -> list[dict[str, object]]:
    return [json.loads(line) for line in (user.folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_article_is_whole_and_once_though_lists_name_its_further_pages(site: Site, tmp_path: Path) -> None:
    user = Newcomer(tmp_path, site)
    for _ in range(2):
        done = user.scrapy("crawl", *arguments(site, user))
        assert done.returncode == 0, done.stderr[-3000:]
        found = {str(record["title"]): record for record in records(user)}
        assert len(records(user)) == len(found) == len(STORIES)
        assert {title: record["body"] for title, record in found.items()} == {each.title: each.body for each in STORIES}
        assert [record["suspect"] for record in found.values()] == [[]] * len(STORIES)


def test_an_article_whose_further_page_fails_is_published_once_and_says_so(site: Site, tmp_path: Path) -> None:
    site.broken.update(("/n/88001_2.html", "/n/88002_3.html"))
    user = Newcomer(tmp_path, site)
    for _ in range(3):
        done = user.scrapy("crawl", *arguments(site, user))
        assert done.returncode == 0, done.stderr[-3000:]
        found = {str(record["title"]): record for record in records(user)}
        assert len(records(user)) == len(found) == len(STORIES)
        assert found[STORIES[0].title]["suspect"] == ["part 2 could not be fetched"]
        assert found[STORIES[1].title]["suspect"] == ["part 3 could not be fetched"]
        assert str(found[STORIES[1].title]["body"]).split("\n\n") == STORIES[1].body.split("\n\n")[: cut(STORIES[1], 2)]
        site.broken.clear()  # and nothing comes twice when it is back


def test_a_further_page_with_broken_characters_makes_the_article_doubtful() -> None:
    whole, broken = (text.encode() for text in pages(STORIES[0], 88001)[:2])
    spider = NewsSpider(start="http://parts.example/")
    first = HtmlResponse("http://parts.example/n/88001.html", body=whole, request=Request("http://parts.example/"))
    (asked,) = (found for found in spider.parse_article(*read(spider, first)) if isinstance(found, Request))
    answer = HtmlResponse(asked.url, body=broken.replace(b"<p>", b"<p>\x00", 1), request=asked)
    (asked,) = spider.parse_part(answer, **asked.cb_kwargs)
    assert asked.cb_kwargs["so_far"]["suspect"] == ["broken-characters"]


def read(spider: NewsSpider, response: HtmlResponse) -> tuple[Reading, Page, HtmlResponse]:
    page = spider.page(response)
    assert page is not None
    reading = spider.read(page, "article")
    assert reading is not None
    return reading, page, response


def cut(story: Story, parts: int) -> int:
    """Paragraphs on the first pages of a story."""
    return parts * -(-len(story.paragraphs) // PARTS)


@pytest.mark.parametrize("listed", [48, 4])
def test_articles_in_parts_are_no_trap(server: Server, tmp_path: Path, listed: int) -> None:
    """A first page brings nothing by itself: not on a list of many, and not where each leads to the next."""
    stories = write_stories("many parts", 48)
    links = [f'<p><a href="/n/{number}.html">{story.title}</a></p>' for number, story in enumerate(stories, 88001)]
    server.page("/robots.txt", "", content_type="text/plain")
    head = "<head><meta charset=utf-8><title>列表</title></head>"
    server.page("/n/", f"<html>{head}<body>{''.join(links[:listed])}</body></html>")
    for place, story in enumerate(stories):
        related = "" if listed == len(stories) else "".join(links[place + listed : place + listed + 1])
        for part, text in enumerate(pages(story, 88001 + place), 1):
            text = text.replace("</body>", f"<h3>相关新闻</h3>{related}</body>" if part == 1 else "</body>")
            server.page(f"/n/{88001 + place}{'' if part == 1 else f'_{part}'}.html", text)
    crawler = crawl("news", server.url("/n/"), tmp_path, allowed=server.address)
    assert crawler.stats is not None and crawler.stats.get_value("traps/stopped") is None
    assert {record["title"] for record in kept(tmp_path)} == {story.title for story in stories}


@pytest.mark.slow
@pytest.mark.parametrize("moments", [(4, 9, 20), (12, 24, 33)])
def test_killed_between_the_pages_of_an_article_nothing_is_lost_or_doubled(
    site: Site, tmp_path: Path, moments: tuple[int, ...]
) -> None:
    user = Newcomer(tmp_path, site)
    site.broken.add("/n/88003_2.html")
    settings = (f"DATA_DIR={user.folder / 'data'}", f"PRIVATE_NETWORKS_ALLOWED={site.address}", "DOWNLOAD_DELAY=0.01")
    words = [sys.executable, "-m", "scrapy", "crawl", *arguments(site, user)]
    words += [word for setting in settings for word in ("-s", setting)]
    for moment in moments:
        process = start(words)
        while len(site.requests) < moment and process.poll() is None:
            time.sleep(0.005)
        process.kill()
        process.wait(LONGEST_RUN_S)
    done = run(words)
    assert done.returncode == 0, done.stderr[-3000:]
    assert Counter(str(record["title"]) for record in records(user)) == Counter(story.title for story in STORIES)
    bodies = {str(record["title"]): record["body"] for record in records(user)}
    assert {story.title: story.body for story in STORIES if story is not STORIES[2]}.items() <= bodies.items()
