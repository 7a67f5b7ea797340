"""What a run comes to when a host is asked no more: pages that are still to be fetched are never called complete."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import ExitCode
from tests.crawling import crawl, records, report, verdict
from tests.dedup.sites import invented_story, serve
from tests.server import Request, Server, response

ARTICLES = 12
STORIES = {f"c{number}": invented_story(number) for number in range(ARTICLES)}
ONE = {"CONCURRENT_REQUESTS_PER_DOMAIN": 1}
TOMORROW = response("", status="503 Closed", headers={"Retry-After": "86400"})


class Site(Server):
    """A list and its articles; while `trouble` is set, that is all that the articles answer, and with `is_dead` too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.trouble: bytes | None = None
        self.spoilt: set[str] = set()  # paths that answer with trouble; empty: all but the list and robots.txt
        serve(self, STORIES)
        self.good, self.routes = self.routes, {}
        self.fallback = self._answer

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        is_spoilt = request.path in self.spoilt if self.spoilt else request.path.startswith("/2024/")
        if self.trouble is None or not is_spoilt:
            await self.good[request.path](request, writer)
        elif self.trouble:
            writer.write(self.trouble)
            await writer.drain()
        else:
            writer.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def other() -> Iterator[Site]:
    with Site(host="127.0.0.2") as running:
        yield running


def test_a_host_that_gave_pages_and_then_asks_for_time_makes_the_run_partial(site: Site, tmp_path: Path) -> None:
    site.trouble = TOMORROW
    run = crawl("news", site.url("/"), tmp_path, allowed=site.address, **ONE)
    assert verdict(run).word == "partial" and verdict(run).code == ExitCode.PARTIAL
    pending = report(run)["frontier"]["total/pending"]
    assert pending >= ARTICLES - 5, "the first ones were asked for"
    assert f"{pending} pages are still to be fetched (127.0.0.1: asked to wait 86400 s" in verdict(run).sentence
    site.trouble = None
    run = crawl("news", site.url("/"), tmp_path, allowed=site.address, **ONE)
    assert verdict(run).code == ExitCode.COMPLETE
    assert len(records(tmp_path)) == ARTICLES
    assert report(run)["frontier"].get("total/pending", 0) == 0


def test_a_host_that_dies_in_the_middle_makes_the_run_partial(site: Site, tmp_path: Path) -> None:
    site.trouble, site.spoilt = b"", {"/robots.txt", *(f"/2024/0602/{name}.html" for name in STORIES)}
    home = site.good["/"]

    async def last_page(request: Request, writer: asyncio.StreamWriter) -> None:
        await home(request, writer)
        site.spoilt.add("/robots.txt")

    site.spoilt.discard("/robots.txt")
    site.good["/"] = last_page
    run = crawl("news", site.url("/"), tmp_path, allowed=site.address, **ONE, RETRY_TIMES=0, DOWNLOAD_TIMEOUT=1)
    assert verdict(run).code == ExitCode.PARTIAL, verdict(run)
    assert report(run)["frontier"]["total/pending"] > 0


def test_a_host_that_gave_nothing_at_all_has_failed_and_the_others_are_complete(
    site: Site, other: Site, tmp_path: Path
) -> None:
    other.trouble, other.spoilt = TOMORROW, {"/", *(f"/2024/0602/{name}.html" for name in STORIES)}
    starts = [site.url("/"), *(other.url(path) for path in ("/", *sorted(other.spoilt)[1:6]))]
    allowed = f"{site.address},{other.address}"
    run = crawl("news", ",".join(starts), tmp_path, allowed=allowed, **ONE)
    assert verdict(run).code == ExitCode.COMPLETE
    frontier = report(run)["frontier"]
    assert frontier.get("total/pending", 0) == 0 and frontier["host_failed"] >= 3
    assert len(records(tmp_path)) == ARTICLES
    for _ in range(4):  # more runs than a page has attempts
        crawl("news", ",".join(starts), tmp_path, allowed=allowed, **ONE)
    other.trouble = None
    run = crawl("news", ",".join(starts), tmp_path, allowed=allowed, **ONE, DUPLICATES="mark")
    assert verdict(run).code == ExitCode.COMPLETE
    assert {record["url"] for record in records(tmp_path)} >= {url for url in starts if "/2024/" in url}


def test_where_no_host_gives_a_page_the_start_has_failed(other: Site, tmp_path: Path) -> None:
    other.trouble, other.spoilt = TOMORROW, {"/", "/2024/0602/c1.html"}
    run = crawl("news", f"{other.url('/')},{other.url('/2024/0602/c1.html')}", tmp_path, allowed=other.address)
    assert verdict(run).code == ExitCode.START_FAILED
