"""`scrapy site-test NAME`: a site's saved pages through its spider, offline, against the expected records."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from snapshot_crawler.exceptions import ConfigurationError, SnapshotCrawlerError
from snapshot_crawler.longwork import LongWork, add_quiet_option
from snapshot_crawler.runs.offline import OfflineCommand

if TYPE_CHECKING:
    from scrapy import Spider


class Command(OfflineCommand):
    """Exits 0 when every page reads as expected, 1 when one differs, 2 when there is nothing to test."""

    requires_project = True

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "[options] <spider>"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Test a site's spider on its saved pages, offline"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--update", action="store_true", help="make what is read now the expectation")
        parser.add_argument("--dir", default="tests/sites", help="folder of the sites' folders (default: tests/sites)")
        parser.add_argument(
            "--from-archive",
            metavar="N",
            type=int,
            help="first save N kept article pages that are not there yet, with what the spider reads from them",
        )
        add_quiet_option(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook: test or update one site."""
        if len(args) != 1:
            raise UsageError("name one spider: scrapy site-test NAME")
        assert self.settings is not None
        from scrapy.spiderloader import get_spider_loader

        from snapshot_crawler.authoring.golden import check_site, update_site

        folder = Path(opts.dir) / args[0]
        try:
            spider_class = get_spider_loader(self.settings).load(args[0])
            if opts.from_archive is not None:
                self._save_kept(folder, spider_class, opts.from_archive)
            with LongWork.of("site-test", "pages", None, self.settings, opts) as work:
                look = update_site if opts.update else check_site
                pages = look(folder, spider_class, self.settings, reached=work.reached)
        except (KeyError, SnapshotCrawlerError) as error:
            print(error.args[0])
            self.exitcode = 2
            return
        if not pages:
            print(f"{folder} holds no saved pages; scrapy add-site makes them")
            self.exitcode = 2
            return
        for name, lines in pages.items():
            print(f"{'updated' if opts.update and lines else 'differs' if lines else 'as expected'}: {name}")
            print("".join(f"    {line}\n" for line in lines), end="")
        self.exitcode = int(any(pages.values()) and not opts.update)

    def _save_kept(self, folder: Path, spider_class: type[Spider], number: int) -> None:
        """Say which pages were saved. Raises ConfigurationError."""
        from snapshot_crawler.authoring.kept import save_kept

        assert self.settings is not None
        if number < 1:
            raise ConfigurationError(f"--from-archive is {number}; it takes a number of 1 or more")
        for name in save_kept(folder, spider_class, self.settings, number):
            print(f"saved: {name}; look at {folder / name}.expected.json")
