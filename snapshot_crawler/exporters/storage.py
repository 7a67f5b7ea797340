"""Output files that lose nothing and hold nothing twice: lines wait for their request's acknowledgement.

Scrapy's feed export with two differences: a file is written only in the frontier's commits, and what a crash left
behind the last commit is cut off at the next start (frontier/ledger.py). Where no -o is given, the run writes to a file
of its own below DATA_DIR, under a temporary name until the run is over; articles/JOB/latest.jsonl leads to the newest.
A file that a killed run left unfinished is continued by the next run.

Feeds that cannot take part (standard output, remote storages, batches) work as in Scrapy.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedExporter
from scrapy.http import Response
from scrapy.utils.misc import load_object

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.exceptions import OutputError
from snapshot_crawler.exporters.compression import MAKES_WHOLE_MEMBERS
from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.frontier.scheduler import is_frontier

logger = logging.getLogger(__name__)

UNFINISHED = ".part"
BY_LINE = frozenset({"jsonlines", "jsonl", "jl", "csv"})  # of JSON and XML a line alone means nothing


class CommittedFile:
    """A file for an exporter; what is written waits for commit(). See frontier.ledger.Output."""

    def __init__(
        self,
        path: Path,
        ledger: Ledger,
        *,
        anew: bool,
        compress: Callable[[bytes], bytes] | None,
        is_by_line: bool = True,
    ) -> None:
        self.path = str(path.resolve())
        self.is_by_line = is_by_line  # else the parts depend on each other, and go out in the order they come
        self.name = self.path
        self.ledger = ledger
        self.compress = compress
        self.held: dict[str, list[bytes]] = {}
        self.ready: list[bytes] = []
        self.has_failed = False
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file: IO[bytes] = path.open("wb" if anew else "ab", buffering=0)
        self.length = os.fstat(self.file.fileno()).st_size
        if self.length and compress is None and not _ends_with_line_feed(path):
            self.ready.append(b"\n")

    # --- As the exporter sees it
    def write(self, data: bytes) -> int:
        """Hold the bytes for the request whose item is being exported."""
        self.held.setdefault(self.ledger.owner if self.is_by_line else "", []).append(bytes(data))
        return len(data)

    @contextlib.contextmanager
    def for_all(self) -> Iterator[None]:
        """What is written meanwhile, such as a header, belongs to no single request: it goes out first."""
        owner, self.ledger.owner = self.ledger.owner, ""
        yield
        self.ready += self.held.pop("", ())
        self.ledger.owner = owner

    def flush(self) -> None:
        """Nothing: the commit flushes."""

    def tell(self) -> int:
        """The committed length: tells an exporter whether it begins a file."""
        return self.length

    def writable(self) -> bool:
        """True."""
        return True

    def readable(self) -> bool:
        """False."""
        return False

    def seekable(self) -> bool:
        """False."""
        return False

    @property
    def closed(self) -> bool:
        """Whether the file was closed."""
        return self.file.closed

    def close(self) -> None:
        """Write what is left, such as an exporter's last bracket, and close."""
        if not self.file.closed:
            try:
                if not self.has_failed:
                    self.release("")
                    self.commit()
            finally:
                self.file.close()

    # --- As the frontier sees it
    def release(self, owner: str) -> None:
        """See Output."""
        self.ready += self.held.pop(owner, ())

    def discard(self, owner: str) -> None:
        """See Output."""
        self.held.pop(owner, None)

    def give_up(self) -> None:
        """See Output."""
        self.has_failed = True

    def commit(self) -> int:
        """See Output. After a failed write the file is cut back to its committed length, and left alone."""
        if self.ready and not self.file.closed:
            data = b"".join(self.ready)
            if self.compress is not None:
                data = self.compress(data)
            try:
                view = memoryview(data)
                while view:
                    view = view[self.file.write(view) :]
                os.fsync(self.file.fileno())
            except OSError:
                self.has_failed = True
                with contextlib.suppress(OSError):  # a device cannot be cut, and holds nothing
                    self.file.truncate(self.length)
                raise
            self.ready.clear()
            self.length += len(data)
        return self.length


def _ends_with_line_feed(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


class CommittedStorage:
    """Scrapy's storage for local files (FEED_STORAGES '' and 'file'); plain files where another scheduler runs."""

    def __init__(self, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        self.crawler = crawler
        self.path = Path(uri.removeprefix("file://"))
        self.options = feed_options or {}

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None
    ) -> CommittedStorage:
        """Scrapy's constructor."""
        return cls(crawler, uri, feed_options=feed_options)

    def open(self, spider: Spider) -> Any:
        """The file to export to. Raises OutputError when it cannot be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            scheduler = self.crawler.engine.scheduler
            if not is_frontier(scheduler):
                return self.path.open("wb" if self.options.get("overwrite") else "ab")
            ours = bool(scheduler.store.boundaries(str(self.path.resolve()))) and not getattr(spider, "full", None)
            anew = bool(self.options.get("overwrite")) and not ours
            file = CommittedFile(
                self.path,
                scheduler.ledger,
                anew=anew,
                compress=self.options.get("compress"),
                is_by_line=self.options.get("format", "jsonlines") in BY_LINE,
            )
        except OSError as error:
            raise OutputError(f"the output {self.path} cannot be written: {error.strerror}") from error
        if anew:
            scheduler.store.reset_output(file.path)
        scheduler.ledger.outputs.append(file)
        scheduler.commit()
        return file

    def store(self, file: Any) -> None:
        """Close the file; a run's own file gets its final name."""
        file.close()
        if isinstance(file, CommittedFile) and file.has_failed:
            return  # the next run completes it
        if self.path.suffix == UNFINISHED:
            final = self.path.with_suffix("")
            self.path.replace(final)
            latest = final.parent / "latest.jsonl"
            new = final.parent / ".latest.new"
            new.unlink(missing_ok=True)
            new.symlink_to(final.name)
            new.replace(latest)


def own_output(path: Path) -> Path:
    """The file of a run without -o: what a killed run of the job has begun, to be completed, else one of its own."""
    unfinished = sorted(path.parent.glob(f"*{UNFINISHED}"))
    return unfinished[0] if unfinished else path.with_name(path.name + UNFINISHED)


class DurableFeedExporter(FeedExporter):
    """Scrapy's extension; tells the ledger whose item is being exported."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getdict("FEEDS"):
            path = own_output(DataDir.from_crawler(crawler).lines("articles"))
            default = {str(path): {"format": "jsonlines", "store_empty": False}}
            crawler.settings.set("FEEDS", default, priority="spider")
        super().__init__(crawler)
        for uri, options in self.feeds.items():
            plugins = [load_object(plugin) for plugin in options.get("postprocessing") or ()]
            if len(plugins) == 1 and plugins[0] in MAKES_WHOLE_MEMBERS and "://" not in uri:
                del options["postprocessing"]
                options["compress"] = MAKES_WHOLE_MEMBERS[plugins[0]]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DurableFeedExporter:
        """Scrapy's constructor."""
        exporter = cls(crawler)
        crawler.signals.connect(exporter.open_spider, signals.spider_opened)
        crawler.signals.connect(exporter.close_spider, signals.spider_closed)
        crawler.signals.connect(exporter.export, signals.item_scraped)
        return exporter

    def open_spider(self, spider: Spider) -> None:
        """Open the files now: an output that cannot be written ends the run before anything is fetched."""
        super().open_spider(spider)
        for slot in self.slots:
            storage = slot.storage
            if isinstance(storage, CommittedStorage):
                if storage.path.suffix == UNFINISHED and storage.path.exists():  # begun by a run that was killed
                    slot.store_empty = True  # it gets its final name even when nothing is added
                if slot.store_empty:
                    slot.start_exporting()

    def export(self, item: Any, spider: Spider, response: Response | None) -> None:
        """Export one item on behalf of the request that brought it."""
        scheduler = self.crawler.engine.scheduler
        if not is_frontier(scheduler):
            self.item_scraped(item, spider)
            return
        request = response.request if response is not None else None
        ledger = scheduler.ledger
        ledger.owner = key_of(request) if request is not None else ""
        try:
            self.item_scraped(item, spider)
            ledger.items[ledger.owner] += 1
            if published := getattr(item, "published_at", None):
                with contextlib.suppress(ValueError, TypeError):  # a plain spider's own form
                    ledger.born_at[ledger.owner] = datetime.fromisoformat(published).timestamp()
        except Exception as error:
            ledger.failed[ledger.owner] = f"export-error: {error!r}"
            if isinstance(error, (OSError, OutputError)):
                scheduler.fail(error)
            else:
                logger.exception("an item of %s could not be exported", request)
        finally:
            ledger.owner = ""
