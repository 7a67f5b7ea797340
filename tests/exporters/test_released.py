"""Articles are exported when their request is released: an output beside the lines has its word, errors are theirs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from scrapy import Request, signals
from scrapy.http import HtmlResponse

from snapshot_crawler.frontier.store import State
from snapshot_crawler.items import Article
from tests.exporters.job import Run


class Beside:
    """An output beside the lines that writes a place into each article, and cannot for one."""

    path = "/beside"
    digest = None
    closed = False

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def place(self, owner: str, items: list[Any]) -> None:
        if "unplaced" in owner:
            raise ValueError("no room")
        for item in items:
            item.suspect.append("placed")

    def release(self, owner: str) -> None:
        self.asked.append(("release", owner))

    def discard(self, owner: str) -> None:
        self.asked.append(("discard", owner))

    def commit(self) -> int:
        return 0

    def give_up(self) -> None:
        """Nothing."""

    take_back = give_up

    close = give_up


class Articles(Run):
    """Each page has one Article; one of them cannot be written by its exporter."""

    lines: Path

    def item(self, request: Request, response: HtmlResponse, text: str) -> None:
        article = Article(url=request.url, title="t", body="b")
        if "unwritten" in request.url:
            article.source = Unwritten()  # type: ignore[assignment]
        self.crawler.signals.send_catch_log(
            signals.item_scraped, item=article, response=response, spider=self.crawler.spider
        )
        assert not self.lines.exists() or request.url not in self.lines.read_text(), "nothing is written yet"


class Unwritten:
    """A value that no exporter can write."""

    def __str__(self) -> str:
        raise ValueError("cannot be written")


def test_articles_are_completed_before_they_are_written_and_errors_are_their_requests(tmp_path: Path) -> None:
    run = Articles(tmp_path / "data", {str(tmp_path / "a.jsonl"): {"format": "jsonlines"}})
    run.lines = tmp_path / "a.jsonl"
    beside = Beside()
    failed: dict[str, str | None] = {}

    async def crawl() -> None:
        async with run:
            run.scheduler.ledger.add(beside, "beside")
            run.add(["one", "unplaced", "unwritten", "two"])
            run.crawl()
            for name in ("unplaced", "unwritten"):
                entry = run.scheduler.store.get(f"http://h.example/{name}")
                assert entry is not None and entry.state == State.FAILED
                failed[name] = entry.outcome

    asyncio.run(crawl())
    written = [json.loads(line) for line in run.lines.read_text().splitlines()]
    assert sorted(record["url"] for record in written) == ["https://h.example/one", "https://h.example/two"]
    assert all(record["suspect"] == ["placed"] for record in written)
    assert failed["unplaced"] == "export-error: ValueError('no room')"
    assert str(failed["unwritten"]).startswith("export-error: ")
    for name in ("unplaced", "unwritten"):
        assert ("discard", f"http://h.example/{name}") in beside.asked, "nor does the output beside keep its part"
        assert ("release", f"http://h.example/{name}") not in beside.asked
