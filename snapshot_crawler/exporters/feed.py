"""Scrapy's feed export without lost and doubled lines: items go in, files of committed lines come out.

It differs from Scrapy's in two ways. A file is written only in the frontier's commits. And after a crash, the next
start cuts off what stands behind the last commit (remains.py). Without -o, the run writes to a file of its own below
DATA_DIR (storage.py). The next run continues a file that a killed run left unfinished.

An output named s3://... is written in parts below DATA_DIR, which are sent when they have ended (parts.py). Standard
output and other remote storages cannot take part in commits and work as in Scrapy. Files in batches take part; each run
begins a new batch.
"""

from __future__ import annotations

import contextlib
import logging
import stat
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from itemadapter import ItemAdapter
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exporters import BaseItemExporter, CsvItemExporter, JsonLinesItemExporter
from scrapy.extensions.feedexport import FeedExporter, FeedSlot, StdoutFeedStorage, apply_uri_params
from scrapy.http import Response

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.exceptions import ConfigurationError, SnapshotCrawlerError
from snapshot_crawler.exporters.compression import PLUGIN_OF_SUFFIX, members_of
from snapshot_crawler.exporters.files import STREAM, CommittedFile
from snapshot_crawler.exporters.lines import json_line
from snapshot_crawler.exporters.parts import ARTICLES, SECONDS, Place, is_remote
from snapshot_crawler.exporters.remains import DOCUMENT, FORMS
from snapshot_crawler.exporters.shipping import Shipping
from snapshot_crawler.exporters.storage import UNFINISHED, CommittedStorage, local_path, own_output
from snapshot_crawler.frontier.door import ledger_of
from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.frontier.output import PlannedOutput, final_name
from snapshot_crawler.frontier.recovery import ITEMS, LINES
from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.items import Article
from snapshot_crawler.signals import outputs_asked, outputs_ready

logger = logging.getLogger(__name__)


def kind_of(exporter: type[BaseItemExporter], options: dict[str, Any]) -> str:
    """The form of a file of this exporter: LINES, ITEMS, DOCUMENT or STREAM (files.py). options: those of the feed."""
    if options.get("postprocessing"):
        return STREAM  # a compression that writes no whole members
    if issubclass(exporter, (JsonLinesItemExporter, CsvItemExporter)):
        return LINES
    if getattr(exporter, "is_document", False):
        return DOCUMENT
    base = BaseItemExporter
    has_frame = (exporter.start_exporting, exporter.finish_exporting) != (base.start_exporting, base.finish_exporting)
    return STREAM if has_frame else ITEMS


def places_of(crawler: Crawler) -> dict[str, Place]:
    """Put paths below DATA_DIR into FEEDS in the place of addresses s3://..., and tell which.

    Raises ConfigurationError.
    """
    data, settings = DataDir.from_crawler(crawler), crawler.settings
    feeds, places = dict[str, Any](), dict[str, Place]()
    for asked, options in settings.getdict("FEEDS").items():
        if not is_remote(str(asked)):
            feeds[asked] = options
            continue
        if options.get("overwrite"):
            raise ConfigurationError(f"-O would remove what stands in {asked}; name it with -o, which adds to it")
        place = Place.of(str(asked), data.root, data.job)
        template = place.template()
        places[template] = place
        feeds[template] = {**options, "batch_item_count": settings.getint(ARTICLES)}
    if places:
        settings.set("FEEDS", feeds, priority="cmdline")
    return places


class DurableFeedExporter(FeedExporter):
    """Scrapy's extension; tells the ledger whose item is being exported."""

    def __init__(self, crawler: Crawler) -> None:
        self.ledger: Ledger | None = None  # found by plan(); None where another scheduler runs
        self.own: str | None = None  # address of the run's own file, when there is no -o
        if not crawler.settings.getdict("FEEDS") and not crawler.settings["FEED_URI"]:
            self.own = str(own_output(DataDir.from_crawler(crawler).lines("articles")))
            default = {self.own: {"format": "jsonlines", "store_empty": False}}
            crawler.settings.set("FEEDS", default, priority="spider")
        self.places, self.shipping = places_of(crawler), Shipping(crawler)
        self.part_articles, self.part_s = crawler.settings.getint(ARTICLES), crawler.settings.getfloat(SECONDS)
        self.part_begun: dict[str, float] = {}
        super().__init__(crawler)
        for uri, options in self.feeds.items():
            if (place := self.places.get(uri)) is not None:
                self.shipping.places.append(place)
                options |= {"place": place, "shipping": self.shipping, "store_empty": False}
            if plugin := PLUGIN_OF_SUFFIX.get(Path(uri.removesuffix(UNFINISHED)).suffix):
                options.setdefault("postprocessing", [plugin])
            if self._is_local(uri):
                if members := members_of(options):
                    del options["postprocessing"]
                    options["members"] = members
                options["kind"] = kind_of(self.exporters[options["format"]], options)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DurableFeedExporter:
        """Scrapy's constructor."""
        exporter = cls(crawler)
        crawler.signals.connect(exporter.plan, outputs_asked)
        crawler.signals.connect(exporter.open_outputs, outputs_ready)
        crawler.signals.connect(exporter.open_spider, signals.spider_opened)
        crawler.signals.connect(exporter.close_spider, signals.spider_closed)
        crawler.signals.connect(exporter.export, signals.item_scraped)
        return exporter

    def _is_local(self, uri: str) -> bool:
        storage = self.storages.get(urlsplit(uri).scheme, self.storages["file"])
        return isinstance(storage, type) and issubclass(storage, CommittedStorage)

    def plan(self, spider: Spider) -> list[PlannedOutput]:
        """Signal outputs_asked: determine the outputs and their addresses. Nothing is opened yet."""
        self.ledger = ledger_of(self.crawler)
        if self.ledger is not None:
            self.ledger.exports_with(self.export_released, FORMS)
        self.slots = [self._first_slot(uri, options, spider) for uri, options in self.feeds.items()]
        return [self._planned(slot) for slot in self.slots]

    def _first_slot(self, uri: str, options: dict[str, Any], spider: Spider) -> FeedSlot:
        """The slot of a feed; for a feed in batches, the first batch that does not exist yet."""
        parameters = self._get_uri_params(spider, options["uri_params"])
        address = apply_uri_params(uri, parameters)
        ours = self.ledger.known_outputs() if self.ledger is not None else frozenset()
        while options["batch_item_count"] and self._is_local(uri):
            path = local_path(address)
            if not path.exists() or (options.get("overwrite") and str(path.resolve()) not in ours):
                break
            parameters["batch_id"] += 1
            if address == (address := apply_uri_params(uri, parameters)):
                break  # told apart by their time
        return self._start_new_batch(parameters["batch_id"], address, options, spider, uri)

    def _planned(self, slot: FeedSlot) -> PlannedOutput:
        path = slot.storage.path if isinstance(slot.storage, CommittedStorage) else None
        if path is not None and path.exists() and not stat.S_ISREG(path.stat().st_mode):
            path = None
        if path is not None and path.suffix == UNFINISHED and path.exists():  # begun by a run that was killed
            slot.store_empty = True  # it gets its final name even when nothing is added
        place = self.places.get(slot.uri_template)
        return PlannedOutput(
            uri="" if slot.uri_template == self.own else place.asked if place is not None else slot.uri_template,
            path=path,
            overwrite=bool(slot.feed_options.get("overwrite")),
            is_own=slot.uri_template == self.own or place is not None,
            opens_at_once=slot.store_empty and slot.batch_id == 1,
        )

    def open_outputs(self) -> None:
        """Signal outputs_ready: open the files now; an output that cannot be written ends the run at once."""
        if self.places and self.ledger is not None:
            self.shipping.start(self.ledger)
        for slot in self.slots:
            if slot.store_empty and slot.batch_id == 1 and isinstance(slot.storage, CommittedStorage):
                slot.start_exporting()

    def open_spider(self, spider: Spider) -> None:
        """Signal spider_opened: where another scheduler runs, nobody has asked yet."""
        if ledger_of(self.crawler) is None:
            self.plan(spider)
            self.open_outputs()

    async def close_spider(self, spider: Spider) -> None:
        """Scrapy's hook, after the frontier's last commit."""
        await super().close_spider(spider)
        for output in self.ledger.outputs if self.ledger is not None else ():
            if isinstance(output, CommittedFile):
                output.close()
        self.shipping.close()

    def _flush_standard_output(self) -> None:
        """Its reader gets each line at once, and a failed write is known before the request is acknowledged."""
        for slot in self.slots:
            if isinstance(slot.storage, StdoutFeedStorage) and slot.file is not None and slot.itemcount:
                slot.file.flush()

    def written(self) -> list[str]:
        """The existing outputs of the run by their final names; standard output and remote ones as named by -o."""
        names = []
        for slot in self.slots:
            if (place := self.places.get(slot.uri_template)) is not None:
                names.append(place.asked)
                continue
            if not isinstance(slot.storage, CommittedStorage):
                names.append(slot.uri)
                continue
            path = slot.storage.path
            if (path.exists() and not getattr(slot.file, "has_failed", False)) or final_name(path).exists():
                path = final_name(path)  # which it gets about now, or has already
            elif not path.exists():
                continue
            names.append(str(path))
        return names

    def export(self, item: Any, spider: Spider, response: Response | None) -> None:
        """Signal item_scraped: export the item on behalf of its request; an Article when the request is released.

        Items of plain spiders are exported at once: their author may go on changing the same object.
        """
        if (ledger := self.ledger) is None:
            self.item_scraped(item, spider)
            return
        request = response.request if response is not None else None
        owner = key_of(request) if request is not None else ""
        if isinstance(item, Article):
            ledger.hold(owner, item)
            return
        with self._on_behalf_of(owner, ledger):
            if ledger.is_repeat(json_line(ItemAdapter(item).asdict())):
                self.crawler.stats.inc_value("frontier/repeated")
            else:
                self._export_now(item, spider, ledger)

    def export_released(self, owner: str, items: list[Any]) -> None:
        """For the ledger: export the Articles of a request that is finished."""
        ledger, spider = self.ledger, self.crawler.spider
        assert ledger is not None and spider is not None
        is_placed = False
        with self._on_behalf_of(owner, ledger):
            ledger.place(owner, items)
            is_placed = True
        for item in items if is_placed else ():
            with self._on_behalf_of(owner, ledger):
                self._export_now(item, spider, ledger)

    def _export_now(self, item: Any, spider: Spider, ledger: Ledger) -> None:
        self._end_old_parts()
        self.item_scraped(item, spider)
        self._flush_standard_output()
        born_at = None
        if published := getattr(item, "published_at", None):
            with contextlib.suppress(ValueError, TypeError):  # a plain spider's own form
                born_at = datetime.fromisoformat(published).timestamp()
        ledger.count_exported(born_at)

    def _end_old_parts(self) -> None:
        """Let this item be the last one of each part that has been open for long."""
        for uri in self.places:
            self.feeds[uri]["batch_item_count"] = self.part_articles
        for slot in self.slots if self.places else ():
            if slot.uri_template not in self.places:
                continue
            now = time.monotonic()
            if now > self.part_begun.setdefault(slot.uri, now) + self.part_s:
                self.feeds[slot.uri_template]["batch_item_count"] = 1

    @contextlib.contextmanager
    def _on_behalf_of(self, owner: str, ledger: Ledger) -> Iterator[None]:
        """Lines and errors inside the block belong to a request; an error makes the request a failed one."""
        with ledger.on_behalf_of(owner):
            try:
                yield
            except Exception as error:
                ledger.fail(owner, f"export-error: {error!r}")
                if isinstance(error, (OSError, SnapshotCrawlerError)):
                    ledger.stop(error)
                else:
                    logger.exception("an item of %s could not be exported", owner or "the spider's start")
