"""`scrapy forget`: take one article out of the index of a DATA_DIR."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from scrapy.exceptions import UsageError

from snapshot_crawler.exceptions import SnapshotCrawlerError, StateError
from snapshot_crawler.runs.offline import OfflineCommand


class Command(OfflineCommand):
    """Exits 0 when the article was taken out, 2 for a wrong argument or an unusable index, 1 when it was not there."""

    requires_project = False

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "URL | ID"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Remove one article from the index of seen articles"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "Remove the article at an address, or with an id, from the index below DATA_DIR. Met again, it is new. "
            "Files that were exported are left as they are."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--index", metavar="DIR", help="the DATA_DIR (default: the setting)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook: forget one article."""
        if len(args) != 1:
            raise UsageError("name one URL or id")
        assert self.settings is not None
        from snapshot_crawler.dedup.index import open_index, rows_of

        root = Path(opts.index or self.settings["DATA_DIR"] or "data")
        rows = rows_of(self.settings)
        place = rows.place(root, self.settings)
        try:
            if not rows.is_at(root, self.settings):
                raise StateError(f"{place}: no index there; name its DATA_DIR with --index or -s DATA_DIR=DIR")
            with closing(open_index(self.settings, root, "forget")) as index:
                gone = index.forget(args[0])
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
            return
        if not gone:
            print(f"{args[0]}: not in {place}", file=sys.stderr)
            self.exitcode = 1
        for article in gone:
            print(f"forgot {article}")
