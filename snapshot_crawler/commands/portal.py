"""`scrapy portal`: what lies below DATA_DIR as a snapshot site, on a port of this machine."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.log import configure_logging

from snapshot_crawler.exceptions import ExitCode, SnapshotCrawlerError
from snapshot_crawler.portal import USUAL

NEEDED = ("starlette", "uvicorn", "jinja2", "nh3", "feedgenerator")
EXTRA = "The portal needs a few packages more: pip install 'snapshot_crawler[portal]'"


def lacks_extra() -> bool:
    """Whether a package of the extra `portal` is missing."""
    return any(find_spec(name) is None for name in NEEDED)


class Command(ScrapyCommand):
    """Exits 0 after SIGTERM or Ctrl-C; 2 for a wrong setting or address, and where the extra `portal` is missing."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {}

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "[--listen HOST:PORT]"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Show the published articles as a site to read and search"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "Serves the library of DATA_DIR as a snapshot site, while crawls are running; articles appear within "
            "seconds. Stays until SIGTERM or Ctrl-C. See docs/portal.md."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument(
            "--listen", metavar="HOST:PORT", default=USUAL, help="where to answer (default: %(default)s)"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        super().process_options(args, opts)
        from snapshot_crawler.runs.configuration import refuse_bad_settings

        assert self.settings is not None
        refuse_bad_settings(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if args:
            raise UsageError(f"scrapy portal takes no word such as {args[0]!r}")
        assert self.settings is not None
        if lacks_extra():
            print(EXTRA, file=sys.stderr)
            self.exitcode = int(ExitCode.CONFIGURATION)
            return
        from snapshot_crawler.portal.serve import serve

        configure_logging(self.settings)
        try:
            serve(Path(self.settings["DATA_DIR"] or "data"), self.settings.copy_to_dict(), opts.listen)
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
