"""A second output, as an archive would be one: a file of fixed-length records, one for each page with an article.

Switched on as an extension. It takes part by the doors of frontier/output.py alone, and writes into each article where
its record lies.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.frontier.output import PlannedOutput
from snapshot_crawler.frontier.recovery import AppendedFile
from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.signals import outputs_asked, outputs_ready
from snapshot_crawler.sums import sum_of

KIND = "fixed"
SIZE = 64  # bytes of a record: 40 of the article's id, stars, a line feed


def record_of(name: str) -> bytes:
    return name.encode().ljust(SIZE - 1, b"*") + b"\n"


def path_of(data: Path, job: str) -> Path:
    return data / "records" / f"{job}.bin"


class Records(AppendedFile):
    """The Remains: whole where a record ends, and is no zeros, as a power cut leaves them."""

    def holds(self, length: int) -> bool:
        if length > self.size or length % SIZE:
            return False
        return length == 0 or self.path.read_bytes()[length - SIZE : length].endswith(b"*\n")


class RecordOutput:
    """The extension, and the Output."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.held: dict[str, list[bytes]] = {}
        self.ready: list[bytes] = []
        self.digest: bytes | None = None
        self.has_failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RecordOutput:
        output = cls(crawler)
        for receiver, signal in (
            (output.plan, outputs_asked),
            (output.open, outputs_ready),
            (output.scraped, signals.item_scraped),
            (output.close, signals.spider_closed),
        ):
            crawler.signals.connect(receiver, signal)
        return output

    # --- Doors
    def plan(self) -> list[PlannedOutput]:
        self.ledger.forms[KIND] = Records
        places = DataDir.from_crawler(self.crawler)
        self.place_on_disk = path_of(places.root, places.job)
        return [PlannedOutput(uri="records", path=self.place_on_disk, is_own=True, holds_items=False)]

    def open(self) -> None:
        self.file: IO[bytes] = self.ledger.open(self.place_on_disk)
        self.path = str(self.place_on_disk.resolve())
        self.length = os.fstat(self.file.fileno()).st_size
        self.ledger.add(self, KIND)

    @property
    def ledger(self) -> Any:
        return self.crawler.engine.scheduler.ledger  # type: ignore[union-attr]

    def scraped(self, item: Any, response: Response, spider: Spider) -> None:
        assert response.request is not None
        self.held.setdefault(key_of(response.request), []).append(record_of(item.id))

    # --- Output
    def place(self, owner: str, items: list[Any]) -> None:
        start = self.length + SIZE * len(self.ready)
        for number, item in enumerate(items):
            item.suspect.append(f"record at {start + SIZE * number}")

    def release(self, owner: str) -> None:
        self.ready += self.held.pop(owner, ())

    def discard(self, owner: str) -> None:
        self.held.pop(owner, None)

    def commit(self) -> int:
        if self.ready and not self.has_failed:
            self.file.write(b"".join(self.ready))
            os.fsync(self.file.fileno())
            self.length += SIZE * len(self.ready)
            self.digest = sum_of(b"".join(self.ready))
            self.ready.clear()
        return self.length

    def give_up(self) -> None:
        self.has_failed = True

    def take_back(self) -> None:
        self.give_up()

    def close(self) -> None:
        self.file.close()

    @property
    def closed(self) -> bool:
        return self.file.closed
