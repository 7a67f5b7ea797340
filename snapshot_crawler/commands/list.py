"""`scrapy list`: Scrapy's own, with a plain line for each site file that is broken."""

from __future__ import annotations

import argparse
import sys
import warnings

from scrapy.commands.list import Command as ScrapyList

from snapshot_crawler.runs.offline import OfflineCommand


class Command(OfflineCommand, ScrapyList):
    """The names on standard output; what the loader says of broken files, a line each, on standard error."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            super().run(args, opts)
        for line in dict.fromkeys(str(warning.message) for warning in told):
            print(" ".join(line.split()), file=sys.stderr)
