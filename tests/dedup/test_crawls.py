"""Duplicates and versions as a whole crawl makes them: real commands, a real server, one DATA_DIR."""

from __future__ import annotations

import shutil
import threading
from asyncio import StreamWriter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import process
from tests.dedup.sites import (
    LONGEST_S,
    article_page,
    command,
    crawl,
    duplicates,
    invented_story,
    records,
    run,
    serve,
)
from tests.dedup.stories import BRIDGE, ENGLISH, LIBRARY
from tests.server import Request, Server, response

STORIES = {
    "c1": ("云溪建成滨河步道全线开放", BRIDGE),
    "c2": ("流动书车开进山区小学校园", LIBRARY),
    "c3": ("Netherby to replace its last diesel ferry", ENGLISH),
}
PLAIN_SPIDER = """
from scrapy import Spider

class Plain(Spider):
    name = "plain"

    def __init__(self, start, **arguments):
        super().__init__(**arguments)
        self.start_urls = [start + "2024/0602/copy.html"]

    def parse(self, response):
        body = "\\n".join(response.css("article p:not(.info)::text").getall())
        yield {"url": response.url, "title": "x", "body": body}
"""


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    with Server() as one, Server(host="127.0.0.2") as other:
        yield one, other


@pytest.fixture(scope="module")
def crawled(servers: tuple[Server, Server], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DATA_DIR into which the first site was crawled; its articles are beside it."""
    data = tmp_path_factory.mktemp("crawled") / "data"
    serve(servers[0], STORIES)
    crawl(servers[0], data, "-o", str(data.parent / "first.jsonl"))
    assert len(records(data.parent / "first.jsonl")) == len(STORIES)
    # the other site: two reprints and a story of its own
    serve(
        servers[1],
        {
            "a": ("河边新步道启用", "南屏网6月3日讯（记者 何一） " + BRIDGE.replace("。", "。 ") + "\n责任编辑：江平"),
            "b": ("书车来了", LIBRARY[: len(LIBRARY) * 2 // 3]),
            "c": invented_story(1),
        },
    )
    servers[1].page("/2024/0602/copy.html", article_page("转", ENGLISH))
    return data


def copied(crawled: Path, tmp_path: Path) -> Path:
    """A DATA_DIR of the test's own, as it was after the first crawl."""
    shutil.copytree(crawled, tmp_path / "data")
    return tmp_path / "data"


def ids(crawled: Path) -> dict[str, str]:
    return {record["title"]: record["id"] for record in records(crawled.parent / "first.jsonl")}


def test_reprints_at_another_site_are_dropped_to_the_duplicates_file(
    servers: tuple[Server, Server], crawled: Path, tmp_path: Path
) -> None:
    data, output = copied(crawled, tmp_path), tmp_path / "other.jsonl"
    crawl(servers[1], data, "-o", str(output))
    assert [record["title"] for record in records(output)] == [invented_story(1)[0]]
    first = ids(crawled)
    found = {record["url"][-6]: record for record in duplicates(data)}
    assert {name: record["duplicate_of"] for name, record in found.items()} == {
        "a": first[STORIES["c1"][0]],
        "b": first[STORIES["c2"][0]],
    }
    assert (found["a"]["rule"], found["a"]["similarity"]) == ("exact", 1.0)
    assert found["a"]["story"] == first[STORIES["c1"][0]]
    assert {record["first_source"] for record in found.values()} == {"云溪日报"}
    assert found["b"]["rule"] == "near" and 0.8 < found["b"]["similarity"] <= 1.0


def test_with_mark_reprints_are_exported_with_their_story(
    servers: tuple[Server, Server], crawled: Path, tmp_path: Path
) -> None:
    data, output = copied(crawled, tmp_path), tmp_path / "other.jsonl"
    crawl(servers[1], data, "-o", str(output), "-s", "DUPLICATES=mark")
    found = {record["url"][-6]: record for record in records(output)}
    walk = ids(crawled)[STORIES["c1"][0]]
    assert (found["a"]["duplicate_of"], found["a"]["story"], found["a"]["rule"]) == (walk, walk, "exact")
    assert found["b"]["duplicate_of"] == ids(crawled)[STORIES["c2"][0]]
    assert (found["c"]["duplicate_of"], found["c"]["rule"], found["c"]["story"]) == (None, None, found["c"]["id"])
    assert duplicates(data) == []


def test_a_forgotten_article_is_taken_anew_and_no_other(
    servers: tuple[Server, Server], crawled: Path, tmp_path: Path
) -> None:
    data = copied(crawled, tmp_path)
    url = next(
        record["url"] for record in records(crawled.parent / "first.jsonl") if record["title"] == STORIES["c2"][0]
    )
    forget = ["forget", url, "-s", f"DATA_DIR={data}"]
    process.scrapy(*forget, check=True)
    unknown = process.scrapy(*forget)
    assert (unknown.returncode, unknown.stderr) == (1, f"{url}: not in {data / 'index.sqlite'}\n")
    crawl(servers[0], data, "-a", "full=1")  # into the run's own file, which gets what no other has
    (again,) = [record for path in data.glob("articles/*/*.jsonl") for record in records(path)]
    assert again["title"] == STORIES["c2"][0]
    assert again["version"] == 1 and again["supersedes"] is None


def test_a_plain_spider_shares_the_index(servers: tuple[Server, Server], crawled: Path, tmp_path: Path) -> None:
    data, spider = copied(crawled, tmp_path), tmp_path / "plain.py"
    spider.write_text(PLAIN_SPIDER, encoding="utf-8")
    run(command(servers[1], data, "runspider", str(spider), "-o", str(tmp_path / "plain.jsonl")))
    assert records(tmp_path / "plain.jsonl") == []
    assert [record["duplicate_of"] for record in duplicates(data)] == [ids(crawled)[STORIES["c3"][0]]]


def test_a_changed_text_is_the_next_version_and_what_the_site_rebuilds_is_none(tmp_path: Path) -> None:
    output, data = tmp_path / "articles.jsonl", tmp_path / "data"
    with Server() as server:
        serve(server, STORIES)
        crawl(server, data, "-o", str(output))
        before = {record["title"]: record for record in records(output)}
        serve(server, STORIES, view=1)  # other lists, counters and adverts
        title, body = STORIES["c1"]
        server.page("/2024/0602/c1.html", article_page(title, body.replace("14处", "15处"), view=1))
        crawl(server, data, "-o", str(output), "-a", "full=1")
    new = records(output)[len(before) :]
    assert [(record["title"], record["version"]) for record in new] == [(title, 2)]
    assert new[0]["supersedes"] == before[title]["content_hash"] != new[0]["content_hash"]
    assert new[0]["story"] == before[title]["story"] and new[0]["duplicate_of"] is None
    assert before[title]["version"] == 1 and before[title]["supersedes"] is None
    assert duplicates(data) == []


@pytest.mark.parametrize("after", [3, 8, 14])
def test_a_killed_crawl_takes_no_article_for_its_own_duplicate(tmp_path: Path, after: int) -> None:
    stories = {f"c{number}": invented_story(number) for number in range(16)}
    output, data = tmp_path / "articles.jsonl", tmp_path / "data"
    reached = threading.Event()
    with Server() as server:
        serve(server, stories)

        async def last_words(request: Request, writer: StreamWriter) -> None:
            """The page at which the run is killed, a moment after it was sent."""
            title, body = stories[f"c{after}"]
            writer.write(response(article_page(title, body)))
            await writer.drain()
            reached.set()

        server.handle(f"/2024/0602/c{after}.html", last_words)
        arguments = command(server, data, "crawl", "news", "-o", str(output))
        with process.start(arguments) as crawling:
            assert reached.wait(LONGEST_S)
            crawling.kill()
        run(arguments)
    assert sorted(record["title"] for record in records(output)) == sorted(title for title, _ in stories.values())
    assert duplicates(data) == []
