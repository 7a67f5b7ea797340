"""`scrapy bench`: Scrapy's own, against its own server on this machine, without a job (runs/looking.py)."""

from __future__ import annotations

import argparse

from scrapy.commands.bench import Command as Scrapys

from snapshot_crawler.runs.looking import Looking

SERVER = "127.0.0.1:8998,[::1]:8998"
FREE = {  # what would be measured in the place of the speed
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "ROBOTSTXT_OBEY": False,
}
TRAPS = {
    "DOWNLOADER_MIDDLEWARES_BASE": "snapshot_crawler.middlewares.traps.middleware.TrapMiddleware",
    "SPIDER_MIDDLEWARES_BASE": "snapshot_crawler.middlewares.traps.middleware.TrapLinksMiddleware",
}  # the pages of the server are one


class Command(Looking, Scrapys):
    """See runs/looking.py."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook; LOGSTATS_INTERVAL and CLOSESPIDER_TIMEOUT come from Scrapy's command."""
        super().process_options(args, opts)
        allowed = self.settings.getlist("PRIVATE_NETWORKS_ALLOWED")
        self.settings.set("PRIVATE_NETWORKS_ALLOWED", ",".join([*allowed, SERVER]), priority="cmdline")
        for name, value in FREE.items():
            self.settings.set(name, value, priority="project")
        for name, trap in TRAPS.items():
            self.settings.set(name, {**self.settings.getdict(name), trap: None}, priority="project")
