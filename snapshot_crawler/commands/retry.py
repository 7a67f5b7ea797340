"""`scrapy retry`: fetch again what a job has rejected since a time, and only that; after a spider was mended."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from scrapy.exceptions import UsageError

from snapshot_crawler.commands import crawl
from snapshot_crawler.exceptions import ConfigurationError, ExitCode
from snapshot_crawler.moments import moment_of


class Command(crawl.Command):
    """A crawl that asks for rejected pages alone; lease, protections, outputs and exit codes are those of a crawl."""

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "[options] --since TIME SPIDER"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Fetch again what a crawl has rejected since a time"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "Fetch again the pages that the crawl has fetched since a time and that became no article: rejected pages, "
            "dropped and quarantined articles, no duplicates. Nothing else is asked for, and what the pages link to "
            "waits for the next crawl. Meant for the time after a site's change, once its spider is mended. Takes the "
            "arguments of the crawl (-a start=..., -o, -s), so that it finds the same job and output."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument(
            "--since",
            metavar="TIME",
            required=True,
            help="a date or time (2026-11-24, 2026-11-24T08:00, in the zone of this machine unless it names one), or "
            "how long ago: 90m, 36h, 2d",
        )
        parser.add_argument(
            "--reason",
            metavar="REASON",
            action="append",
            default=[],
            help="only what was rejected for this reason, as the rejected file names it; may be repeated",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        assert self.settings is not None
        try:
            since = moment_of(opts.since, datetime.now(UTC))
        except ConfigurationError as error:
            raise UsageError(str(error)) from None
        self.settings.set("RETRY_REJECTED_SINCE", since.isoformat(timespec="seconds"), priority="cmdline")
        self.settings.set("RETRY_REJECTED_REASONS", opts.reason, priority="cmdline")
        self.settings.set("MIN_ARTICLES", 0, priority="cmdline")  # a floor for crawls
        super().run(args, opts)

    def crawl(self, name: str, arguments: dict[str, Any]) -> ExitCode:
        """Run the job on its rejected pages. Raises our errors before anything is fetched."""
        if "full" in arguments:
            raise ConfigurationError("full=1 fetches everything anew; scrapy retry only what was rejected")
        if "warc" in arguments:
            raise ConfigurationError("warc= reads kept pages, and scrapy retry asks the site; leave one of them out")
        return super().crawl(name, arguments)
