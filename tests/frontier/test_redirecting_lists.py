"""Lists behind redirects, over several runs: what brings articles at every run is looked at in every run."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler

from snapshot_crawler.exceptions import ExitCode
from tests.crawling import crawl, records, verdict
from tests.dedup.sites import article_page, invented_story
from tests.server import Request, Server, response

RUNS = 6  # a list is left alone after three visits that brought nothing, so at the fifth run
ASKED, MEANT = "/list.php?id=7&page=1", "/list.php?page=1&id=7"


class Papers(Server):
    """A list that has one more article at every run, behind a redirect; articles lead nowhere."""

    def __init__(self, moved: dict[str, str], lists: list[str]) -> None:
        super().__init__()
        self.moved, self.lists, self.articles = moved, lists, 1
        self.fallback = self._answer

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(self._bytes(request.path))
        await writer.drain()

    def _bytes(self, path: str) -> bytes:
        if path in self.moved:
            return response("", status="302 Found", headers={"Location": self.moved[path]})
        if path in self.lists:
            numbers = range(self.articles)
            rows = "".join(f'<li><a href="/2024/0602/c{n}.html">{invented_story(n)[0]}</a></li>' for n in numbers)
            return response(f"<html><body><h2>新闻</h2><ul>{rows}</ul></body></html>")
        if path.startswith("/2024/"):
            return response(article_page(*invented_story(int(path[12:-5]))))
        return response("not found", status="404 Not Found")

    def run(self, folder: Path, start: str) -> Crawler:
        return crawl("news", self.url(start), folder, allowed=self.address)


@pytest.fixture
def papers(request: pytest.FixtureRequest) -> Iterator[Papers]:
    with Papers(**request.param) as running:
        yield running


@pytest.mark.parametrize(
    "papers",
    [
        pytest.param({"moved": {ASKED: MEANT}, "lists": [MEANT]}, id="same identity"),
        pytest.param({"moved": {ASKED: "/home/"}, "lists": ["/home/"]}, id="another page"),
        pytest.param({"moved": {ASKED: "/a", "/a": MEANT}, "lists": [MEANT]}, id="away and back"),
    ],
    indirect=True,
)
def test_a_start_page_behind_a_redirect_is_read_in_every_run(papers: Papers, tmp_path: Path) -> None:
    for number in range(1, RUNS + 1):
        papers.articles = number
        papers.run(tmp_path, ASKED)
        assert len(records(tmp_path)) == number, f"run {number}"


@pytest.mark.parametrize("papers", [{"moved": {ASKED: MEANT}, "lists": [MEANT]}], indirect=True)
def test_a_list_behind_a_redirect_that_brings_nothing_is_left_alone(papers: Papers, tmp_path: Path) -> None:
    for _ in range(RUNS):
        papers.run(tmp_path, ASKED)
    assert papers.paths().count(MEANT) == 4, "a first visit, and three that brought nothing"


@pytest.mark.parametrize("papers", [{"moved": {}, "lists": []}], indirect=True)
def test_a_start_page_that_leads_to_another_page_every_day_is_asked_in_every_run(
    papers: Papers, tmp_path: Path
) -> None:
    """As the digital editions of newspapers do; for some runs it leads to the same page."""
    for number, day in enumerate((1, 1, 1, 1, 1, 1, 2), start=1):
        papers.moved, papers.lists = {"/": f"/2024-06/0{day}/"}, [f"/2024-06/0{day}/"]
        papers.articles = 1 if day == 1 else 2
        papers.run(tmp_path, "/")
        assert papers.paths().count("/") == number
    assert len(records(tmp_path)) == 2


@pytest.mark.parametrize("papers", [{"moved": {}, "lists": ["/"]}], indirect=True)
def test_where_a_start_redirects_to_is_no_known_link_that_speaks_for_the_site(papers: Papers, tmp_path: Path) -> None:
    papers.run(tmp_path, "/")
    papers.moved, papers.lists = {"/": "/maintenance/"}, []
    papers.page("/maintenance/", "<html><body><h1>网站维护中，请稍后再来。</h1></body></html>")
    codes = [verdict(papers.run(tmp_path, "/")).code for _ in range(2)]
    assert codes == [ExitCode.NO_ARTICLES] * 2, "also where the page itself is known"


@pytest.mark.parametrize("papers", [{"moved": {}, "lists": ["/"]}], indirect=True)
def test_a_list_that_begins_to_redirect_is_told_so(papers: Papers, tmp_path: Path) -> None:
    """What it answered in an earlier run does not stand for this one."""
    papers.run(tmp_path, "/")
    papers.moved, papers.lists = {"/": "/home/"}, ["/home/"]
    papers.run(tmp_path, "/")
    [entry] = entries(tmp_path, "kind = 'start' AND url LIKE '%/'  AND url NOT LIKE '%/home/'")
    assert (entry["outcome"], entry["status"]) == (f"redirected to {papers.url('/home/')}", None)


@pytest.mark.parametrize(
    "moved",
    [{"/2024/0602/c0.html?b=1&a=2": "/2024/0602/c0.html?a=2&b=1"}, {"/2024/0601/c9.html": "/2024/0602/c0.html"}],
)
def test_a_redirected_articles_export_is_settled_with_its_own_page(
    moved: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not with the page that redirects to it, which is acknowledged earlier, and without an output."""
    monkeypatch.setattr("snapshot_crawler.frontier.run.COMMIT_EVERY_S", 0)
    with Papers(moved, []) as papers:
        rows = "".join(f'<li><a href="{path}">这是一条移到别处的新闻的标题</a></li>' for path in moved)
        papers.page("/", f"<html><body><h2>新闻</h2><ul>{rows}</ul></body></html>")
        [target] = moved.values()
        papers.page(target, article_page(*invented_story(0)))
        papers.run(tmp_path, "/")
    assert len(records(tmp_path)) == 1
    with closing(sqlite3.connect(tmp_path / "data" / "index.sqlite")) as index:
        assert index.execute("SELECT url FROM unsettled").fetchall() == []


def entries(folder: Path, where: str) -> list[dict[str, Any]]:
    [path] = (folder / "data" / "frontier").glob("*.sqlite")
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(f"SELECT * FROM entry WHERE {where}")]
