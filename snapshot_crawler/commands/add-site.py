"""`scrapy add-site URL`: look at a site, and leave a spider, saved pages and a golden test."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES

from snapshot_crawler.exceptions import SnapshotCrawlerError


class Command(ScrapyCommand):
    """Exits 0 when the site was added, 2 when it was not; then nothing is left behind."""

    requires_project = True

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "[options] <url>"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Look at a news site and write its spider, saved pages and golden test"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--article", action="append", default=[], metavar="URL", help="an article of the site")
        parser.add_argument("--from", dest="folder", metavar="DIR", help="read saved pages instead of fetching")
        parser.add_argument("--name", help="the spider's name (default: from the host, one that is free)")
        parser.add_argument("--dir", default="tests/sites", help="folder of the sites' folders (default: tests/sites)")
        parser.add_argument("--force", action="store_true", help="overwrite a spider and its saved pages")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook; no log unless asked for: the preview or the one error is what is to be read."""
        super().process_options(args, opts)
        assert self.settings is not None
        from snapshot_crawler.runs.configuration import refuse_bad_settings

        refuse_bad_settings(self.settings)
        if self.settings.getpriority("LOG_LEVEL") != SETTINGS_PRIORITIES["cmdline"]:
            self.settings.set("LOG_LEVEL", "CRITICAL", priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if len(args) != 1:
            raise UsageError("name one page of the site: scrapy add-site https://news.example/")
        assert self.settings is not None and self.crawler_process is not None
        from snapshot_crawler.authoring.adding import NewSite

        try:
            NewSite(self.settings, self.crawler_process).add(args[0], opts)
        except SnapshotCrawlerError as error:
            print(f"{error}\nNothing was written.", file=sys.stderr)
            self.exitcode = 2
