"""The frontier as Scrapy sees it: what is stored, in what order it comes, and what happens to what cannot be."""

from __future__ import annotations

import asyncio
import logging
import math
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.utils.test import get_crawler

from snapshot_crawler.exceptions import DatabaseAwayError, ExitCode, StateError
from snapshot_crawler.frontier.requests import Unstorable, entry_of, key_of, request_of
from snapshot_crawler.frontier.run import SETTLED_IN_A_ROW
from snapshot_crawler.frontier.scheduler import FrontierScheduler
from snapshot_crawler.frontier.schema import VERSION
from snapshot_crawler.frontier.sqlite import SqliteStore
from snapshot_crawler.frontier.turns import OpenGate
from snapshot_crawler.meta import FOUND_BY
from tests.process import scrapy


class Plain(Spider):
    """As anybody writes one."""

    name = "plain"

    def parse_item(self, response: Any, page: int = 0) -> None:
        """A callback."""

    def failed(self, failure: Any) -> None:
        """An errback."""


def elsewhere(response: Any) -> None:
    """A callback that is no method of the spider."""


# --- Requests as JSON
def test_a_request_comes_back_as_it_was() -> None:
    spider = Plain()
    request = Request(
        "https://h.example/search?b=2&a=1",
        callback=spider.parse_item,
        errback=spider.failed,
        method="POST",
        body=b"\x00binary",
        headers={"X-Key": ["one", "two"]},
        cookies={"session": "1"},
        meta={"depth": 3, "list": [1, "二"], "retry_times": 2},
        cb_kwargs={"page": 4},
        priority=7,
        flags=["seen"],
    )
    back = request_of(entry_of(request, spider), spider)
    for name in ("url", "method", "body", "headers", "cookies", "cb_kwargs", "priority", "flags"):
        assert getattr(back, name) == getattr(request, name), name
    assert (back.callback, back.errback) == (spider.parse_item, spider.failed)
    assert back.meta == {"depth": 3, "list": [1, "二"]}, "what the crawl notes on its way is not stored"


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        (Request("https://h.example/", callback=elsewhere), "callback"),
        (Request("https://h.example/", meta={"fine": 1, "session": object()}), r"meta\['session'\], a object"),
        (Request("https://h.example/", cb_kwargs={"how": [len]}), r"cb_kwargs\['how'\], a builtin"),
    ],
)
def test_what_json_cannot_hold_is_named(request_: Request, part: str) -> None:
    with pytest.raises(Unstorable, match=part):
        entry_of(request_, Plain())


def test_requests_are_the_same_by_address_and_others_by_method_and_body() -> None:
    assert key_of(Request("https://www.h.example/a?y=1&x=2#top")) == key_of(Request("http://h.example/a?x=2&y=1"))
    posts = {key_of(Request("https://h.example/a", method="POST", body=body)) for body in (b"1", b"2")}
    assert len(posts | {key_of(Request("https://h.example/a"))}) == 3


# --- The scheduler
class Opened:
    """A scheduler on a store of its own, outside of a crawl."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        own = {"DATA_DIR": str(folder), "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
        self.crawler = get_crawler(Plain, {**own, **settings})
        self.crawler.spider = Plain.from_crawler(self.crawler)
        self.crawler.engine = SimpleNamespace(_slot=None, spider=None)  # type: ignore[assignment]
        self.scheduler = FrontierScheduler.from_crawler(self.crawler)

    async def __aenter__(self) -> FrontierScheduler:
        self.scheduler.open(self.crawler.spider)  # type: ignore[arg-type]
        return self.scheduler

    async def __aexit__(self, *_: object) -> None:
        self.scheduler.close("finished")


def taken(scheduler: FrontierScheduler, most: int) -> list[str]:
    """Addresses in the order in which the scheduler gives them."""
    found = []
    while len(found) < most and (request := scheduler.next_request()) is not None:
        found.append(request.url)
    return found


def test_breadth_first_and_starts_before_all(tmp_path: Path) -> None:
    async def crawl() -> None:
        async with Opened(tmp_path) as scheduler:
            for number in range(3):
                scheduler.enqueue_request(Request(f"https://h.example/{number}"))
            scheduler.enqueue_request(Request("https://h.example/start", meta={"is_start_request": True}))
            assert taken(scheduler, 9) == [f"https://h.example/{name}" for name in ("start", "0", "1", "2")]

    asyncio.run(crawl())


@pytest.mark.parametrize("is_list", [True, False])
def test_new_links_are_counted_by_identity_and_only_while_their_page_is_in_progress(
    tmp_path: Path, is_list: bool
) -> None:
    """A list asked for by http and read by https; an article that leads to others."""
    meta = {"is_start_request": True} if is_list else {}

    async def crawl() -> None:
        async with Opened(tmp_path) as scheduler:
            scheduler.enqueue_request(Request("http://h.example/?b=2&a=1", meta=meta))
            page = scheduler.next_request()
            assert page is not None
            for number in range(3):
                found = {FOUND_BY: key_of(Request("https://www.h.example/?a=1&b=2"))}
                scheduler.enqueue_request(Request(f"http://h.example/{number}", meta=found))
            assert scheduler.outcomes.fresh == {key_of(page): 3}
            entry = scheduler.outcomes.leased.pop(page)
            entry.status = 200
            scheduler.settle_finished(entry)
            assert scheduler.outcomes.fresh == {}
            scheduler.outcomes.by_key.clear()
            scheduler.enqueue_request(Request("http://h.example/late", meta=found))
            assert scheduler.outcomes.fresh == {}, "nobody would take it out any more"

    asyncio.run(crawl())


def test_pages_are_settled_in_a_row_while_as_many_others_are_under_way(tmp_path: Path) -> None:
    async def crawl() -> None:
        opened = Opened(tmp_path, CONCURRENT_REQUESTS_PER_DOMAIN=40)
        async with opened as scheduler:
            in_progress: set[Request] = set()
            opened.crawler.engine._slot = SimpleNamespace(inprogress=in_progress, closing=None)  # type: ignore[union-attr]
            never_due = SimpleNamespace(is_due=lambda *_: False, begin=lambda: None, done=lambda: None)
            scheduler.clock = never_due  # type: ignore[assignment]
            for number in range(4 * SETTLED_IN_A_ROW):
                scheduler.enqueue_request(Request(f"https://h.example/{number}"))
            while (request := scheduler.next_request()) is not None:
                in_progress.add(request)
            assert len(in_progress) == 4 * SETTLED_IN_A_ROW

            def settled_after(finished: int) -> int:
                for request in list(in_progress)[:finished]:
                    scheduler.outcomes.leased[request].status = 200
                    in_progress.remove(request)
                scheduler._acknowledge_finished()
                return scheduler.store.counts().get("done", 0)

            assert settled_after(1) == 0
            assert settled_after(SETTLED_IN_A_ROW - 1) == SETTLED_IN_A_ROW
            assert settled_after(1) == SETTLED_IN_A_ROW
            scheduler.commit()
            assert settled_after(0) == SETTLED_IN_A_ROW + 1, "a commit waits for nobody"
            left = len(in_progress)
            assert settled_after(left - SETTLED_IN_A_ROW) == 3 * SETTLED_IN_A_ROW
            assert settled_after(1) == 3 * SETTLED_IN_A_ROW + 1, "few are under way, so nobody waits"
            opened.crawler.engine._slot = None  # type: ignore[union-attr]

    asyncio.run(crawl())


def test_hosts_take_turns_however_long_one_queue_is(tmp_path: Path) -> None:
    async def crawl() -> None:
        async with Opened(tmp_path) as scheduler:
            for number in range(500):
                scheduler.enqueue_request(Request(f"https://long.example/{number}"))
            for number in range(3):
                scheduler.enqueue_request(Request(f"https://short.example/{number}"))
            hosts = [url.split("/")[2] for url in taken(scheduler, 6)]
            assert hosts.count("short.example") == 3

    asyncio.run(crawl())


def test_a_host_of_download_slots_has_as_many_under_way_as_it_says(tmp_path: Path) -> None:
    """And one more of each host, which waits in the downloader."""
    slots = {"own.example": {"concurrency": 16, "delay": 0}}

    async def crawl() -> None:
        async with Opened(tmp_path, CONCURRENT_REQUESTS_PER_DOMAIN=1, DOWNLOAD_SLOTS=slots) as scheduler:
            for number in range(30):
                scheduler.enqueue_request(Request(f"https://own.example/{number}"))
                scheduler.enqueue_request(Request(f"https://other.example/{number}"))
            hosts = [url.split("/")[2] for url in taken(scheduler, 60)]
            assert (hosts.count("own.example"), hosts.count("other.example")) == (17, 2)

    asyncio.run(crawl())


def test_a_host_that_must_wait_holds_up_no_other(tmp_path: Path) -> None:
    class Gate(OpenGate):
        def wait_s(self, host: str) -> float:
            return 3600 if host == "slow.example" else 0

        def failed_for(self, host: str) -> str | None:
            return None

    async def crawl() -> None:
        async with Opened(tmp_path) as scheduler:
            scheduler.gate = Gate()
            for number in range(3):
                scheduler.enqueue_request(Request(f"https://slow.example/{number}"))
                scheduler.enqueue_request(Request(f"https://fast.example/{number}"))
            assert taken(scheduler, 9) == [f"https://fast.example/{number}" for number in range(3)]
            assert scheduler.has_pending_requests()

    asyncio.run(crawl())


def test_few_of_many_pending_addresses_are_held_in_memory(tmp_path: Path) -> None:
    async def crawl() -> None:
        async with Opened(tmp_path) as scheduler:
            for number in range(5_000):
                scheduler.enqueue_request(Request(f"https://h.example/{number}"))
            taken(scheduler, 3)
            assert sum(map(len, scheduler.turns.windows.values())) < 50

    asyncio.run(crawl())


def test_what_cannot_be_stored_is_kept_for_this_run_counted_and_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def crawl() -> None:
        async with Opened(tmp_path) as scheduler:
            for number in range(3):
                scheduler.enqueue_request(Request(f"https://h.example/{number}", meta={"client": object()}))
            assert not scheduler.enqueue_request(Request("https://h.example/0", meta={"client": object()}))
            assert len(taken(scheduler, 9)) == 3
            assert scheduler.stats.get_value("frontier/unserialisable") == 3

    with caplog.at_level(logging.WARNING):
        asyncio.run(crawl())
    told = [record.getMessage() for record in caplog.records if "cannot be stored" in record.getMessage()]
    assert len(told) == 1 and "meta['client']" in told[0]


def test_what_cannot_be_stored_waits_for_its_retry_and_its_host_and_ends_with_a_parked_one(tmp_path: Path) -> None:
    class Gate(OpenGate):
        waits = 0.0

        def wait_s(self, host: str) -> float:
            return self.waits

    async def crawl() -> None:
        async with Opened(tmp_path) as scheduler:
            gate = scheduler.gate = Gate()
            scheduler.enqueue_request(Request("https://h.example/0", meta={"client": object()}))
            [request] = [scheduler.next_request()]
            assert request is not None
            retry = request.replace(dont_filter=True)
            retry.meta["retry_wait_s"] = 3600
            assert scheduler.enqueue_request(retry)
            assert scheduler.next_request() is None and scheduler.has_pending_requests(), "its time has not come"
            gate.waits = 5.0
            assert scheduler.enqueue_request(Request("https://h.example/1", meta={"client": object()}))
            assert scheduler.next_request() is None and scheduler.has_pending_requests(), "its host must wait"
            gate.waits = math.inf
            assert scheduler.next_request() is None
            assert not scheduler.has_pending_requests(), "nobody asks a parked host again and again"
        assert scheduler.stats.get_value("frontier/parked") == 2, "so the run is not complete"

    asyncio.run(crawl())


# --- State that cannot be used
@pytest.mark.parametrize("call", ["recover", "counts", "commit"])
def test_a_storage_that_fails_at_the_very_end_is_told_and_raises_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fails(*args: Any, **words: Any) -> Any:
        raise DatabaseAwayError("the database is away")

    async def crawl() -> None:
        async with Opened(tmp_path) as scheduler:
            monkeypatch.setattr(type(scheduler.store), call, fails)
        told = scheduler.stats.get_value("frontier/output_failed")
        assert told == (None if call == "counts" else "the database is away")
        assert scheduler.stats.get_value("frontier/database_away", False) is (call != "counts")

    asyncio.run(crawl())


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE other (x)")


def newer(path: Path) -> None:
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")


def corrupt(path: Path) -> None:
    store = SqliteStore(path)
    store.commit({})
    store.close()
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 8000)


def crawl_into(folder: Path) -> subprocess.CompletedProcess[str]:
    """The real command."""
    return scrapy("crawl", "snapshot", "-a", "start=http://127.0.0.1:9/", "-s", f"DATA_DIR={folder}")


@pytest.mark.parametrize("spoil", [foreign, newer, corrupt])
def test_state_that_cannot_be_used_is_named_and_left_alone(tmp_path: Path, spoil: Any) -> None:
    path = tmp_path / "frontier" / "snapshot@127.0.0.1.sqlite"
    path.parent.mkdir()
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(StateError, match="another DATA_DIR"):
        SqliteStore(path)
    assert path.read_bytes() == before
    run = crawl_into(tmp_path)
    assert run.returncode == ExitCode.CONFIGURATION
    assert str(path) in run.stderr and "Traceback" not in run.stderr
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    run = crawl_into(in_the_way / "data")
    assert run.returncode == ExitCode.CONFIGURATION
    assert "DATA_DIR cannot be written" in run.stderr and "Traceback" not in run.stderr
