"""A site added and crawled in this process: `scrapy add-site URL`, then `scrapy crawl`, with the real components.

Only names are not looked up on the net: the site's host leads to the test server, so that zones can follow from it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import re
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from snapshot_crawler.authoring.discover import SiteDescription, describe
from snapshot_crawler.authoring.preview import show
from snapshot_crawler.authoring.probe import ProbeSpider
from snapshot_crawler.authoring.write import spider_source
from snapshot_crawler.exceptions import ConfigurationError
from tests.crawling import QUICK, crawl, records, verdict
from tests.layouts.site import Site, mistakes
from tests.server import Server

LONGEST_S = 120
PROPOSED = re.compile(r"write in the spider: (\w+ = .+)$", re.MULTILINE)  # words of add-site's "look at"
look_up = socket.getaddrinfo


@dataclass(slots=True)
class Added:
    """What came of one site. shown: the preview, or why the site was refused."""

    site: Site
    shown: str
    source: str
    found: int
    wrong: list[str]
    requests: int  # of add-site
    last_word: str  # the crawl's own
    lines: int = 0  # that add-site proposed, and that were written into the spider

    @property
    def fields(self) -> dict[str, int]:
        """What was wrong, and how often."""
        counts: dict[str, int] = {}
        for line in self.wrong:
            name = line.partition(":")[0]
            counts[name] = counts.get(name, 0) + 1
        return counts


@contextlib.contextmanager
def name_leads_here(host: str) -> Iterator[None]:
    """For the block, host is a name of 127.0.0.1."""

    def find(asked: Any, *arguments: Any, **named: Any) -> Any:
        is_ours = asked == host or (isinstance(asked, bytes) and asked.decode() == host)
        return look_up("127.0.0.1" if is_ours else asked, *arguments, **named)

    with mock.patch("socket.getaddrinfo", find):
        yield


def look(address: str, allowed: str, folder: Path) -> tuple[SiteDescription, str]:
    """What `scrapy add-site` finds out, and its preview. Raises ConfigurationError as it does."""
    from snapshot_crawler.authoring.adding import NewSite

    settings = Settings()
    settings.setmodule("snapshot_crawler.settings", priority="project")
    settings.setdict({**QUICK, "PRIVATE_NETWORKS_ALLOWED": allowed, "DATA_DIR": str(folder / "probe")}, "cmdline")

    class InProcess:
        """As much of a CrawlerProcess as add-site asks for."""

        def create_crawler(self, spider: type[ProbeSpider]) -> Any:
            self.runner = AsyncCrawlerRunner(settings)
            return self.runner.create_crawler(spider)

        def crawl(self, crawler: Any, **arguments: Any) -> None:
            self.wanted = (crawler, arguments)

        def start(self) -> None:
            async def run() -> None:
                crawler, arguments = self.wanted
                await asyncio.wait_for(self.runner.crawl(crawler, **arguments), LONGEST_S)

            asyncio.run(run())

    adding = NewSite(settings, InProcess())  # type: ignore[arg-type]
    site = describe(address, adding.fetch(address, []), trouble=adding.trouble, leads=adding.leads)
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        show(site)
    return site, shown.getvalue()


def add(site: Site, folder: Path) -> Added:
    """Add the site, and crawl it whole with the spider as it was written."""
    with Server() as server, name_leads_here(site.host):
        site.serve(server)
        address, allowed = f"http://{site.host}:{server.port}{site.start}", server.address
        try:
            description, shown = look(address, allowed, folder)
        except ConfigurationError as error:
            return Added(site, str(error), "", 0, ["missing: all"] * len(site.articles), len(server.requests), "")
        requests = len(server.requests)
        source = spider_source("sample", description, "2026-11-25")
        proposed = [found[1] for found in PROPOSED.finditer("\n".join(description.doubts))]
        source += "".join(f"    {line}\n" for line in proposed)
        namespace: dict[str, Any] = {"__name__": "sample"}
        exec(source, namespace)
        crawler = crawl(namespace["SampleSpider"], None, folder, allowed=allowed)
        found, wrong = mistakes(site, records(folder))
        return Added(site, shown, source, found, wrong, requests, str(verdict(crawler)), len(proposed))


def everything() -> dict[str, Callable[[], Site]]:
    """All layouts by name: the eight, the twelve further ones, and those written before the readers were looked at."""
    from tests.layouts.abroad import ABROAD
    from tests.layouts.eight import EIGHT
    from tests.layouts.farther import FARTHER
    from tests.layouts.fresh import FRESH
    from tests.layouts.further import FURTHER
    from tests.layouts.lands import LANDS
    from tests.layouts.mainland import MAINLAND
    from tests.layouts.offices import OFFICES
    from tests.layouts.older import OLDER
    from tests.layouts.overseas import OVERSEAS
    from tests.layouts.systems import SYSTEMS

    return {
        **EIGHT,
        **FURTHER,
        **FRESH,
        **MAINLAND,
        **ABROAD,
        **SYSTEMS,
        **LANDS,
        **OLDER,
        **OVERSEAS,
        **OFFICES,
        **FARTHER,
    }


def by_strangers() -> dict[str, Callable[[], Site]]:
    """Layouts by somebody who had not read the crawler, in two batches: the second was first run when what the first
    had shown was mended. docs/adding-a-site.md has both figures, blind.
    """
    from tests.layouts.newcomers import NEWCOMERS
    from tests.layouts.strangers import STRANGERS

    return {**STRANGERS, **NEWCOMERS}


def table(names: Sequence[str], *, show: bool = False) -> None:
    """Print a row a layout, and how many are right."""
    right = without = 0
    layouts = {**by_strangers(), **everything()}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            added = add(layouts[name](), Path(folder))
        right += not added.wrong
        without += not added.wrong and not added.lines
        wrong = ", ".join(f"{field} {count}" for field, count in added.fields.items()) or "-"
        found = f"{added.found:>3} of {len(added.site.articles):<4}"
        print(f"{name:<17}{found}{added.requests:>4} requests {added.lines} lines  {wrong}", flush=True)
        if show:
            print(added.shown, added.source, added.last_word, *added.wrong[:20], sep="\n")
    print(f"right: {right} of {len(names)}; without a line by hand: {without}")


def main() -> None:
    """Print the table of the layouts that the command line names, or of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    table(options.names or list(everything()), show=options.show)


if __name__ == "__main__":
    main()
