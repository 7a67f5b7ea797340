"""`scrapy portal`: what lies below DATA_DIR as a snapshot site, on a port of this machine, or built as files."""

from __future__ import annotations

import argparse
import contextlib
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.log import configure_logging

from snapshot_crawler.exceptions import ExitCode, LockHeldError, SnapshotCrawlerError
from snapshot_crawler.longwork import LongWork, add_quiet_option
from snapshot_crawler.portal import USUAL
from snapshot_crawler.spelling import did_you_mean

NEEDED = ("starlette", "uvicorn", "jinja2", "nh3", "feedgenerator")
EXTRA = "The portal needs a few packages more: pip install 'snapshot_crawler[portal]'"
MISSING_SHOWN = 10  # by choice: a screen


def lacks_extra() -> bool:
    """Whether a package of the extra `portal` is missing."""
    return any(find_spec(name) is None for name in NEEDED)


class Command(ScrapyCommand):
    """Exits 0 after SIGTERM or Ctrl-C; 2 for a wrong setting or address, and where the extra `portal` is missing.

    `build`: 0 when all pages are built; 8 while another build is at work there; 9 where the disk takes no more.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {}

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "[--listen HOST:PORT] | build DIR [--language zh|en]"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Show the published articles as a site to read and search"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "Serves the library of DATA_DIR as a snapshot site, while crawls are running; articles appear within "
            "seconds. Stays until SIGTERM or Ctrl-C. With the words build DIR it writes the pages as files for any web "
            "server, those that changed, and ends. See docs/portal.md."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--listen", metavar="HOST:PORT", help=f"where to answer (default: {USUAL})")
        parser.add_argument("--language", choices=("zh", "en"), help="build: of the pages (default: zh)")
        add_quiet_option(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        super().process_options(args, opts)
        from snapshot_crawler.runs.configuration import refuse_bad_settings

        assert self.settings is not None
        refuse_bad_settings(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if args and args[0] != "build":
            raise UsageError(f"scrapy portal takes no word such as {args[0]!r}{did_you_mean(args[0], ['build'])}")
        if args and len(args) != 2:
            raise UsageError("name one folder: scrapy portal build DIR")
        assert self.settings is not None
        if lacks_extra():
            print(EXTRA, file=sys.stderr)
            self.exitcode = int(ExitCode.CONFIGURATION)
            return
        if opts.language and not args:
            raise UsageError("--language is for scrapy portal build; a portal that answers asks the reader's browser")
        if opts.listen is not None and args:
            raise UsageError("--listen is for a portal that answers; scrapy portal build writes files and ends")
        from snapshot_crawler.portal.serve import serve

        root, settings = Path(self.settings["DATA_DIR"] or "data"), self.settings.copy_to_dict()
        try:
            if args:
                build(root, settings, Path(args[1]), opts)
            else:
                configure_logging(self.settings)
                serve(root, settings, opts.listen or USUAL)
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)


def build(root: Path, given: dict[str, Any], target: Path, opts: argparse.Namespace) -> None:
    """Bring the library up to date, build the pages, and say what was done. Raises SnapshotCrawlerError."""
    from snapshot_crawler.library.follow import Follower
    from snapshot_crawler.portal.built.build import build as built

    with contextlib.suppress(LockHeldError), contextlib.closing(Follower(root, given)) as follower:
        follower.round()  # suppressed: another process keeps it up to date
    with LongWork.of("portal build", "pages", None, given, opts) as work:
        done = built(root, given, target, opts.language or "zh", work.reached)
    if not str(given.get("PORTAL_URL") or ""):
        print("PORTAL_URL is not set: no feeds, sitemaps and canonical links were built", file=sys.stderr)
    if not str(given.get("CONTACT") or ""):
        print("CONTACT is not set: readers find nobody to ask for a take-down", file=sys.stderr)
    for address in done.missing[:MISSING_SHOWN]:
        print(f"no page, though others link to it: {address}", file=sys.stderr)
    print(f"{done.pages:,} pages in {target}: {done.written:,} files written, {done.removed:,} removed")
