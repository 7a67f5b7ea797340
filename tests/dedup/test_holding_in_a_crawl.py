"""The index's held transaction and the frontier's commits: no line comes to the disk before the decision about it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from snapshot_crawler.dedup.sqlite import SqliteRows
from snapshot_crawler.frontier.scheduler import FrontierScheduler
from snapshot_crawler.holders import HAS_LOCKS, Holder
from snapshot_crawler.pipelines.deduplicate import DeduplicatePipeline
from snapshot_crawler.seal import seal_path
from tests.dedup.stories import BRIDGE, LIBRARY

pytestmark = pytest.mark.skipif(not HAS_LOCKS, reason="no locks of open file descriptions: nothing is ever held")
LONGEST_S = 60


class Plain(Spider):
    """As anybody writes one."""

    name = "plain"


Crawl = Callable[[FrontierScheduler, DeduplicatePipeline], Awaitable[None]]


def item(name: str, body: str) -> dict[str, Any]:
    return {"url": f"https://h.example/{name}", "title": f"Of {name} and nothing else", "body": body}


def within_a_crawl(folder: Path, steps: Crawl) -> None:
    """Run steps with an open frontier and pipeline on the same folder."""

    async def crawl() -> None:
        crawler = get_crawler(Plain, {"DATA_DIR": str(folder), "DUPLICATES": "drop"})
        crawler.spider = Plain.from_crawler(crawler)
        scheduler = FrontierScheduler.from_crawler(crawler)
        crawler.engine = SimpleNamespace(_slot=None, spider=None, scheduler=scheduler)  # type: ignore[assignment]
        pipeline = DeduplicatePipeline.from_crawler(crawler)
        scheduler.open(crawler.spider)
        pipeline.open_spider()
        try:
            await steps(scheduler, pipeline)
        finally:
            scheduler.close("finished")
            pipeline.closed()

    asyncio.run(crawl())


def entries(folder: Path) -> int:
    with closing(SqliteRows(folder / "index.sqlite")) as rows:
        return len(rows)


def test_decisions_are_on_the_disk_when_the_frontier_commits(tmp_path: Path) -> None:
    async def steps(scheduler: FrontierScheduler, pipeline: DeduplicatePipeline) -> None:
        pipeline.process_item(item("a", BRIDGE))
        assert entries(tmp_path) == 0
        scheduler.commit()
        assert entries(tmp_path) == 1

    within_a_crawl(tmp_path, steps)


def test_another_process_gets_in_while_the_crawl_has_nothing_to_decide(tmp_path: Path) -> None:
    async def steps(scheduler: FrontierScheduler, pipeline: DeduplicatePipeline) -> None:
        pipeline.process_item(item("a", BRIDGE))
        visitor = Holder(seal_path(tmp_path / "index.sqlite"))
        async with asyncio.timeout(LONGEST_S):
            while not entries(tmp_path):  # noqa: ASYNC110 - another process would ask the file, too
                await asyncio.sleep(0.005)
        visitor.close()

    within_a_crawl(tmp_path, steps)


def test_nothing_is_committed_when_the_decisions_could_not_be_kept(tmp_path: Path) -> None:
    async def steps(scheduler: FrontierScheduler, pipeline: DeduplicatePipeline) -> None:
        assert pipeline.index is not None
        scheduler.enqueue_request(Request("https://h.example/a"))
        pipeline.process_item(item("a", BRIDGE))
        rows = pipeline.index._rows
        assert isinstance(rows, SqliteRows)
        rows.db.set_authorizer(lambda *_: 1)  # SQLITE_DENY: no statement is carried out any more
        commits = scheduler.stats.get_value("frontier/commits")
        scheduler.commit()
        assert scheduler.has_failed
        assert scheduler.stats.get_value("frontier/commits") == commits
        with pytest.raises(DropItem, match="storage-failed"):
            pipeline.process_item(item("b", LIBRARY))

    within_a_crawl(tmp_path, steps)
    assert entries(tmp_path) == 0
