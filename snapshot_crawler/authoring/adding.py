"""One site added to the project: its address goes in; a spider, saved pages and a golden test come out, or nothing.

`scrapy add-site` calls it (commands/add-site.py).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from snapshot_crawler.authoring.discover import describe
from snapshot_crawler.authoring.golden import update_site
from snapshot_crawler.authoring.preview import show
from snapshot_crawler.authoring.probe import ProbeSpider
from snapshot_crawler.authoring.saved import SavedPage
from snapshot_crawler.authoring.strays import pages_in
from snapshot_crawler.authoring.write import all_or_nothing, check_name, free_name, refuse_existing, spider_source
from snapshot_crawler.exceptions import BrokenSpiderError, ConfigurationError
from snapshot_crawler.spiders.news import start_addresses
from snapshot_crawler.urls import host

if TYPE_CHECKING:
    from scrapy.crawler import CrawlerProcessBase


class NewSite:
    """One run of `scrapy add-site`."""

    def __init__(self, settings: Settings, crawler_process: CrawlerProcessBase) -> None:
        self.settings = settings
        self.crawler_process = crawler_process
        self.leads: str | None = None  # how rows of data lead to their articles
        self.trouble: Sequence[str] = ()  # the troubles of the look at the site, a sentence each

    def add(self, address: str, opts: argparse.Namespace) -> None:
        """Describe the site, show it, write the files. Raises ConfigurationError when that is impossible."""
        (address,) = start_addresses(address.replace(",", "%2C"))
        name = check_name(opts.name) if opts.name else free_name(address, partial(self.is_taken, address, opts.dir))
        spider_file = self.spider_file(name)
        folder = Path(opts.dir) / name
        refuse_existing([spider_file, folder], force=opts.force)
        pages = self.read(Path(opts.folder), address) if opts.folder else self.fetch(address, opts.article)
        site = describe(address, pages, trouble=self.trouble, leads=self.leads)
        show(site)
        with all_or_nothing([spider_file, folder]):
            spider_file.write_text(spider_source(name, site, f"{datetime.now(UTC):%Y-%m-%d}"), encoding="utf-8")
            for page in pages:
                page.expected = None
                page.write(folder)
            update_site(folder, get_spider_loader(self.settings).load(name), self.settings)
        print(f"wrote {spider_file}\nwrote {folder} ({len(pages)} pages)")
        print(f"Look at the records in {folder}, correct the spider, then: scrapy site-test {name} --update")
        print(f"and crawl: scrapy crawl {name} -o {name}.jsonl")
        print(f"at its times: scrapy jobs add {name} --every 6h")

    def spider_file(self, name: str) -> Path:
        """Where a new spider of that name is written."""
        package = import_module(self.settings["NEWSPIDER_MODULE"])
        assert package.__file__ is not None
        return Path(package.__file__).parent / f"{name}.py"

    def is_taken(self, address: str, folder: str, name: str) -> bool:
        """Whether the name is taken: by a spider or saved pages of another host."""
        try:
            spider = get_spider_loader(self.settings).load(name)
        except KeyError:
            return self.spider_file(name).exists() or (Path(folder) / name).exists()
        except BrokenSpiderError:
            return True
        return host(address) not in map(host, getattr(spider, "start_urls", ()))

    def read(self, folder: Path, address: str) -> list[SavedPage]:
        """The saved pages of a folder. Raises ConfigurationError when there are none."""
        pages = pages_in(folder, address)
        if not pages:
            raise ConfigurationError(f"{folder} holds no saved pages (.html, or .xml for feeds)")
        return pages

    def fetch(self, address: str, articles: list[str]) -> list[SavedPage]:
        """A polite look at the site. Raises ConfigurationError with the reason when it cannot be reached."""
        with tempfile.TemporaryDirectory() as scratch:
            once = {"SCHEDULER": "scrapy.core.scheduler.Scheduler", "ITEM_PIPELINES": {}, "DATA_DIR": scratch}
            self.settings.setdict(once, priority="cmdline")  # a look leaves no state behind
            crawler = self.crawler_process.create_crawler(ProbeSpider)
            self.crawler_process.crawl(crawler, start=address, articles=",".join(articles))
            self.crawler_process.start()
            spider = crawler.spider
        self.leads = spider.row_address if isinstance(spider, ProbeSpider) else None
        self.trouble = spider.problems if isinstance(spider, ProbeSpider) else []
        if not isinstance(spider, ProbeSpider) or not spider.saved:
            why = self.trouble[0] if self.trouble else "no page was answered"
            raise ConfigurationError(f"{address} could not be looked at: {why.removeprefix(f'{address}: ')}")
        return spider.saved
