"""Whole crawls inside the test's own process: the real components, a real server, no second interpreter to start.

    crawler = crawl("news", server.url("/"), tmp_path, allowed=server.address)
    verdict(crawler).code, crawler.stats.get_stats(), report(crawler)

Not for tests of death, signals and command lines: those need a process.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.runs.report import RunReport
from snapshot_crawler.runs.verdict import Verdict

LONGEST_S = 300
QUICK = {
    "TWISTED_REACTOR_ENABLED": False,  # asyncio alone: a loop of its own for each crawl
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "DOWNLOAD_TIMEOUT": 5,
    "PROGRESS": False,
}


def crawl(
    spider: str | type[Spider], start: str | None, folder: Path, *, allowed: str = "", **settings: Any
) -> Crawler:
    """One run of a job from start to end, with DATA_DIR folder/data and output folder/out.jsonl; what it left.

    FEEDS=None: the run's own output.

    allowed: PRIVATE_NETWORKS_ALLOWED. start: the argument; None for spiders that take none.
    """
    chosen = Settings()
    chosen.setmodule("snapshot_crawler.settings", priority="project")
    feeds = {str(folder / "out.jsonl"): {"format": "jsonlines"}}
    own = {"DATA_DIR": str(folder / "data"), "FEEDS": feeds, "PRIVATE_NETWORKS_ALLOWED": allowed}
    values = {**QUICK, **own, **settings}
    chosen.setdict({name: value for name, value in values.items() if value is not None}, priority="cmdline")
    runner = AsyncCrawlerRunner(chosen)
    crawler = runner.create_crawler(spider)

    async def run() -> None:
        await asyncio.wait_for(runner.crawl(crawler, **({} if start is None else {"start": start})), LONGEST_S)

    asyncio.run(run())
    return crawler


def verdict(crawler: Crawler) -> Verdict:
    """What the run came to."""
    found = crawler.get_extension(RunReport)
    assert found is not None and found.verdict is not None
    return found.verdict


def report(crawler: Crawler) -> dict[str, Any]:
    """The run's report, as it was written."""
    found: dict[str, Any] = json.loads(DataDir.from_crawler(crawler).report.read_text(encoding="utf-8"))
    return found


def records(folder: Path) -> list[dict[str, Any]]:
    """The records of the output, in their order."""
    output = folder / "out.jsonl"
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()] if output.exists() else []
