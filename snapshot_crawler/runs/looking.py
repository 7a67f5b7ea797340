"""A crawl without records, for the commands that only look at pages: shell, fetch, view, parse, check, bench.

It is mixed in before Scrapy's own command class. Without it these commands would be runs of a job named after the
spider: they would write its frontier, the index and a report, and disturb a crawl of the same spider. With it, requests
wait in memory and items go where Scrapy puts them. All protections of sites and of the machine stay on.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from snapshot_crawler.runs.configuration import refuse_bad_settings

SCRAPYS_FILES = "scrapy.core.downloader.handlers.file.FileDownloadHandler"
OF_A_JOB = {
    "EXTENSIONS_BASE": ("exporters.feed.DurableFeedExporter", "exporters.rejected.RejectedWriter", "runs."),
    "ITEM_PIPELINES": ("pipelines.deduplicate.", "pipelines.quarantine.", "pipelines.taken_down."),
    "SPIDER_MIDDLEWARES_BASE": ("middlewares.again.", "frontier."),
}
SCRAPYS_EXPORT = "scrapy.extensions.feedexport.FeedExporter"
SCRAPYS = {
    "SCHEDULER": "scrapy.core.scheduler.Scheduler",
    "FEED_STORAGES": {},
}


def without_job(settings: BaseSettings) -> None:
    """Replace our scheduler and feed export by Scrapy's, and leave out the components that keep records of a run."""
    for name, value in SCRAPYS.items():
        settings.set(name, value, priority="project")
    for name, rooms in OF_A_JOB.items():
        components: dict[Any, Any] = {
            path: order for path, order in settings.getdict(name).items() if not is_in(str(path), rooms)
        }
        if name == "EXTENSIONS_BASE":
            components[SCRAPYS_EXPORT] = 0
        settings.set(name, components, priority="project")


def is_in(path: str, rooms: tuple[str, ...]) -> bool:
    """Whether the class at that dotted path is of one of our rooms."""
    return path.startswith(tuple(f"snapshot_crawler.{room}" for room in rooms))


class Looking:
    """Mixed in before a command of Scrapy's."""

    settings: Any
    crawler_process: Any

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        super().process_options(args, opts)  # type: ignore[misc]
        refuse_bad_settings(self.settings)
        without_job(self.settings)
        if args and is_file(args[0]):  # a file that the operator names; no page can lead to one
            handlers = {**self.settings.getwithbase("DOWNLOAD_HANDLERS"), "file": SCRAPYS_FILES}
            self.settings.set("DOWNLOAD_HANDLERS", handlers, priority="project")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook. A spider that needs a start page gets the address given to the command."""
        if args and getattr(opts, "spider", None) and "start" not in getattr(opts, "spargs", {}):
            spider = self.crawler_process.spider_loader.load(opts.spider)
            if not getattr(spider, "start_urls", None):
                spider.start_urls = [args[0]]
        super().run(args, opts)  # type: ignore[misc]


def is_file(address: str) -> bool:
    """Whether an argument names a file of this machine, as `scrapy shell` takes it."""
    return address.startswith(("file://", "./", "../", "/")) or Path(address).is_file()
