"""Articles whose day stands in the lists alone, each with links to the others: the list's row comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.stories import write_stories
from tests.crawling import crawl, records
from tests.server import Server

STORIES = write_stories("untimed", 18)
PER_LIST = 3


def furnish(server: Server) -> None:
    """Lists of three with a day a row, one leading to the next; every article leads to the three after it."""
    links = [f"<a href=/view.asp?id={n}>{story.title}</a>" for n, story in enumerate(STORIES, 701)]
    rows = [
        f"<tr><td>{link}</td><td>{story.published:%Y-%m-%d}</td></tr>"
        for link, story in zip(links, STORIES, strict=True)
    ]
    for page in range(len(STORIES) // PER_LIST):
        shown = "".join(rows[page * PER_LIST : (page + 1) * PER_LIST])
        is_last = (page + 1) * PER_LIST == len(STORIES)
        pager = "" if is_last else f"<a href=/news.asp?lm=1&page={page + 2}>下一页</a>"
        body = f"<body><table>{shown}</table>{pager}</body>"
        text = f"<html><head><meta charset=utf-8><title>列表</title></head>{body}</html>"
        server.page(f"/news.asp?lm=1&page={page + 1}", text)
    for place, story in enumerate(STORIES):
        beside = "".join(f"<p>下一篇：{link}</p>" for link in links[place + 1 : place + 4])
        text = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
        head = f"<head><meta charset=utf-8><title>{story.title}</title></head>"
        server.page(
            f"/view.asp?id={701 + place}",
            f"<html>{head}<body><h1>{story.title}</h1><div>{text}</div>{beside}</body></html>",
        )
    server.page("/robots.txt", "", content_type="text/plain")


@pytest.mark.parametrize("at_once", [1, 8])
def test_each_article_has_the_day_of_its_list(server: Server, tmp_path: Path, at_once: int) -> None:
    furnish(server)
    start = server.url("/news.asp?lm=1&page=1")
    crawl("news", start, tmp_path, allowed=server.address, CONCURRENT_REQUESTS_PER_DOMAIN=at_once)
    found = {record["title"]: record["published_at"] for record in records(tmp_path)}
    assert found == {story.title: f"{story.published:%Y-%m-%d}T00:00:00+08:00" for story in STORIES}
