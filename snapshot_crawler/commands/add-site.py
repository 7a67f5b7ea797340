"""`scrapy add-site URL`: look at a site, and leave a spider, saved pages and a golden test."""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from snapshot_crawler.authoring.discover import describe
from snapshot_crawler.authoring.golden import update_site
from snapshot_crawler.authoring.preview import show
from snapshot_crawler.authoring.probe import ProbeSpider
from snapshot_crawler.authoring.saved import SavedPage, saved_pages
from snapshot_crawler.authoring.write import check_name, refuse_existing, site_name, spider_source
from snapshot_crawler.exceptions import ConfigurationError, SnapshotCrawlerError
from snapshot_crawler.spiders.news import start_addresses


class Command(ScrapyCommand):
    """Exits 0 when the site was added, 2 when it was not; then nothing is left behind."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "WARNING"}

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
        parser.add_argument("--name", help="the spider's name (default: from the host)")
        parser.add_argument("--dir", default="tests/sites", help="folder of the sites' folders (default: tests/sites)")
        parser.add_argument("--force", action="store_true", help="overwrite a spider and its saved pages")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if len(args) != 1:
            raise UsageError("name one page of the site: scrapy add-site https://news.example/")
        try:
            self.add(args[0], opts)
        except SnapshotCrawlerError as error:
            print(f"{error}\nNothing was written.")
            self.exitcode = 2

    def add(self, address: str, opts: argparse.Namespace) -> None:
        """Describe the site, show it, write its files. Raises ConfigurationError when that cannot be done."""
        assert self.settings is not None
        (address,) = start_addresses(address)
        name = check_name(opts.name) if opts.name else site_name(address)
        package = import_module(self.settings["NEWSPIDER_MODULE"])
        assert package.__file__ is not None
        spider_file = Path(package.__file__).parent / f"{name}.py"
        folder = Path(opts.dir) / name
        refuse_existing([spider_file, folder], force=opts.force)
        pages = list(saved_pages(Path(opts.folder))) if opts.folder else self.fetch(address, opts.article)
        if not pages:
            raise ConfigurationError(f"{opts.folder} holds no saved pages (NAME.html with NAME.json)")
        site = describe(address, pages)
        show(site)
        spider_file.write_text(spider_source(name, site, f"{datetime.now(UTC):%Y-%m-%d}"), encoding="utf-8")
        for page in pages:
            page.expected = None
            page.write(folder)
        update_site(folder, get_spider_loader(self.settings).load(name), self.settings)
        print(f"wrote {spider_file}\nwrote {folder} ({len(pages)} pages)")
        print(f"Look at the records in {folder}, correct the spider, then: scrapy site-test {name} --update")
        print(f"and crawl: scrapy crawl {name} -o {name}.jsonl")

    def fetch(self, address: str, articles: list[str]) -> list[SavedPage]:
        """A polite look at the site. Raises ConfigurationError with the reason when it cannot be reached."""
        assert self.crawler_process is not None and self.settings is not None
        with tempfile.TemporaryDirectory() as scratch:
            once = {"SCHEDULER": "scrapy.core.scheduler.Scheduler", "ITEM_PIPELINES": {}, "DATA_DIR": scratch}
            self.settings.setdict(once, priority="cmdline")  # a look leaves no state behind
            crawler = self.crawler_process.create_crawler(ProbeSpider)
            self.crawler_process.crawl(crawler, start=address, articles=",".join(articles))
            self.crawler_process.start()
            spider = crawler.spider
        if not isinstance(spider, ProbeSpider) or not spider.saved:
            problems = spider.problems if isinstance(spider, ProbeSpider) else []
            why = problems[0] if problems else "no page was answered; robots.txt may forbid it"
            raise ConfigurationError(f"{address} could not be looked at: {why}")
        return spider.saved
