"""The files of what was left out: rejected pages and dropped items go in, JSON lines with address and reason come out.

Duplicates have a file of their own. Each line is written at once, so a kill loses at most the line in progress.

Stats: rejected/REASON, one for each line; rejected/other for reasons beyond REASONS_COUNTED.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import IO, Any

from itemadapter import ItemAdapter
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.exporters.lines import json_line
from snapshot_crawler.meta import DISCOVERED_BY, ROBOTS_TXT
from snapshot_crawler.signals import page_rejected, storage_failed

DUPLICATE = "duplicate"
REASONS_COUNTED = 100  # by choice: a plain spider may put the whole item into its reason for a drop
TRIED_AGAIN = frozenset({408, 429})  # of the 4xx those in RETRY_HTTP_CODES: timeout, too many requests
NO_LOSS = frozenset({"unchanged"})  # an article seen again as it was is neither a duplicate nor rejected


class RejectedWriter:
    """An extension; opens a file only when there is something to write."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.files: dict[str, IO[bytes]] = {}
        self.reasons: set[str] = set()  # reasons that are counted under their own names

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RejectedWriter:
        """Scrapy's constructor."""
        writer = cls(crawler)
        for receiver, signal in (
            (writer.page_rejected, page_rejected),
            (writer.item_dropped, signals.item_dropped),
            (writer.item_error, signals.item_error),
            (writer.spider_error, signals.spider_error),
            (writer.answered, signals.response_received),
            (writer.closed, signals.spider_closed),
        ):
            crawler.signals.connect(receiver, signal)
        return writer

    def answered(self, response: Response, request: Request) -> None:
        """Signal response_received: write a page that the server refuses (4xx); no other signal reports it.

        Pages that are tried again (408, 429, 5xx) are reported when the retries have failed.
        """
        is_final = 400 <= response.status < 500 and response.status not in TRIED_AGAIN
        if is_final and not request.meta.get(ROBOTS_TXT):
            self.write("http-error", request.url, f"status {response.status}", request)

    def page_rejected(self, request: Request, reason: str, detail: str | None) -> None:
        """A page that becomes no article."""
        self.write(reason, request.url, detail, request)

    def item_dropped(self, item: Any, response: Response | None, exception: Exception) -> None:
        """An item that a pipeline dropped; our own drops carry reason and details."""
        reason = getattr(exception, "reason", None) or str(exception).partition(":")[0].strip() or "dropped"
        details = dict(getattr(exception, "details", None) or {})
        detail = details.pop("detail", None if details else str(exception))
        self.write(reason, _address(item, response), detail, response.request if response else None, details)

    def item_error(self, item: Any, response: Response | None, failure: Any) -> None:
        """An item that a pipeline failed on."""
        request = response.request if response else None
        self.write("pipeline-error", _address(item, response), repr(failure.value), request)

    def spider_error(self, failure: Any, response: Any) -> None:
        """A page whose callback raised."""
        url = getattr(response, "url", None)
        self.write("callback-error", url, repr(failure.value), getattr(response, "request", None))

    def write(
        self, reason: str, url: str | None, detail: Any, request: Request | None, details: dict[str, Any] | None = None
    ) -> None:
        """One line in the file that the reason belongs to."""
        self.crawler.stats.inc_value(f"rejected/{self._counted(reason)}")
        if reason in NO_LOSS:
            return
        line = {
            "url": url,
            "reason": reason,
            "detail": detail,
            **(details or {}),
            "discovered_by": request.meta.get(DISCOVERED_BY) if request is not None else None,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        try:
            self._write("duplicates" if reason == DUPLICATE else "rejected", json_line(line))
        except OSError as error:
            self.crawler.signals.send_catch_log(storage_failed, error=error, spider=self.crawler.spider)

    def _counted(self, reason: str) -> str:
        """The name under which a reason is counted: its own for the first REASONS_COUNTED, "other" for the rest."""
        if len(self.reasons) < REASONS_COUNTED:
            self.reasons.add(reason)
        return reason if reason in self.reasons else "other"

    def _write(self, kind: str, line: bytes) -> None:
        file = self.files.get(kind)
        if file is None:
            path = DataDir.from_crawler(self.crawler).lines(kind)
            path.parent.mkdir(parents=True, exist_ok=True)
            file = self.files[kind] = path.open("ab", buffering=0)
        file.write(line)

    def closed(self) -> None:
        """Scrapy's signal: the end of the run."""
        for file in self.files.values():
            file.close()


def _address(item: Any, response: Response | None) -> str | None:
    url = ItemAdapter(item).get("url") if ItemAdapter.is_item(item) else None
    return url or (response.url if response is not None else None)
