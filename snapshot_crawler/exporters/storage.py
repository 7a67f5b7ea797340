"""Scrapy's storage for local files, with files that take part in commits: an address goes in, an open file comes out.

Scrapy's feed export (feed.py) calls it: open() gives the file that an exporter writes to, store() closes it. The run's
own file has a temporary name until the run is over; then latest/JOB points to it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from w3lib.url import file_uri_to_path

from snapshot_crawler.exceptions import ConfigurationError, OutputError
from snapshot_crawler.exporters.files import STREAM, CommittedFile
from snapshot_crawler.exporters.parts import OBJECT
from snapshot_crawler.exporters.remains import DOCUMENT, EMPTY, frame_note
from snapshot_crawler.frontier.door import ledger_of
from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.frontier.output import final_name
from snapshot_crawler.frontier.recovery import ITEMS, LINES

UNFINISHED = ".part"


class CommittedStorage:
    """Scrapy's storage for local files (FEED_STORAGES '' and 'file'); plain files where another scheduler runs."""

    def __init__(self, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        self.crawler = crawler
        self.path = local_path(uri)
        self.options = feed_options or {}

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None
    ) -> CommittedStorage:
        """Scrapy's constructor."""
        return cls(crawler, uri, feed_options=feed_options)

    def open(self, spider: Spider) -> Any:
        """The file to export to. Raises OutputError when it cannot be written, OutputTakenError for another job's."""
        ledger = ledger_of(self.crawler)
        try:
            if ledger is not None:
                return self._open_committed(ledger)
            if "place" in self.options:
                raise ConfigurationError(f"{self.options['place'].asked} needs our scheduler, which commits its parts")
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return self.path.open("wb" if self.options.get("overwrite") else "ab")
        except OSError as error:
            raise OutputError(f"the output {self.path} cannot be written: {error.strerror}") from error

    def _open_committed(self, ledger: Ledger) -> Any:
        key = str(self.path.resolve())
        kind = self.options.get("kind", LINES)
        opened = ledger.open(self.path)
        if self.options.get("overwrite") and not ledger.is_noted(key):
            with contextlib.suppress(OSError):  # a device cannot be cut
                opened.truncate(0)
        if kind == STREAM:
            if os.fstat(opened.fileno()).st_size:
                opened.close()
                raise ConfigurationError(
                    f"the output {self.path} is of a format or compression that a later run cannot continue. Write to "
                    "another file, or all anew with -a full=1 -O."
                )
            ledger.note(key, kind)
            return opened
        compress = self.options.get("members")
        file = CommittedFile(
            self.path,
            ledger,
            opened,
            kind=kind,
            compress=compress,
            committed=ledger.committed(key),
            on_frame=lambda header, footer: ledger.note(key, DOCUMENT, **frame_note(header, footer)),
        )
        note = ledger.noted(key)
        was_empty = EMPTY in note if ledger.committed(key) is not None else not file.length
        about = {EMPTY: "yes"} if was_empty and kind == LINES else {}
        if (place := self.options.get("place")) is not None:
            about[OBJECT] = place.object_of(self.path)
            self.options["shipping"].opened(file, about[OBJECT])
        ledger.add(file, ITEMS if compress is not None and kind == LINES else kind, **about)
        return file

    def store(self, file: Any) -> None:
        """Close the file, once nothing of it waits any more; a run's own file gets its final name, a part is sent."""
        if isinstance(file, CommittedFile) and self.options.get("batch_item_count"):
            file.end()  # the crawl may go on
            return
        file.close()
        if isinstance(file, CommittedFile) and file.has_failed:
            return  # the next run completes it
        if "place" not in self.options and self.path.suffix == UNFINISHED and self.path.exists():
            self.path.replace(final_name(self.path))
            point_to_newest(final_name(self.path))


def local_path(uri: str) -> Path:
    """The path of a feed's address on this machine."""
    return Path(file_uri_to_path(uri) if uri.startswith("file:") else uri)


def point_to_newest(output: Path) -> None:
    """Let latest/JOB point to a job's output. A link beside it would let `articles/*/*.jsonl` count its lines twice."""
    job, root = output.parent.name, output.parent.parent.parent
    link, new = root / "latest" / job, root / "latest" / f".{job}.new"
    link.parent.mkdir(exist_ok=True)
    new.unlink(missing_ok=True)
    new.symlink_to(Path("..") / output.relative_to(root))
    new.replace(link)
    former = output.with_name("latest.jsonl")  # where earlier versions put it
    if former.is_symlink():
        former.unlink()


def own_output(path: Path) -> Path:
    """The file of a run without -o: the unfinished file of a killed run of the job, else a new one."""
    unfinished = sorted(path.parent.glob(f"*{UNFINISHED}"))
    return unfinished[0] if unfinished else path.with_name(path.name + UNFINISHED)
