"""`scrapy dedup`: mark the duplicates in existing JSON Lines files, offline."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.exceptions import UsageError

from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.longwork import LongWork, add_quiet_option
from snapshot_crawler.runs.offline import OfflineCommand


class Command(OfflineCommand):
    """Exits 0 when every file was read to its end, broken lines included; 2 for a wrong argument, a missing or
    unreadable input, or an unusable index; 9 when the output cannot be written."""

    requires_project = False

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "IN.jsonl [IN2.jsonl.gz ... | -] -o OUT.jsonl [--index DIR]"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Mark duplicate articles in JSON Lines files"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "Read articles (fields id, url, title, body, published_at, source; all optional) in the order given and "
            "write every line again with duplicate_of (the id of an earlier article, or null), similarity (0 to 1, or "
            "null) and rule (exact, brief, near, same-address, or null). A line without id gets its address's id, or "
            "FILE:LINE. A line that is no JSON object is kept too, as {error, file, line_number, line}. Files "
            "may be gzip; an output named .gz is. - is standard input, and as output the screen. The output may be one "
            "of the inputs: it is replaced when all is written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="OUT.jsonl", help="the file to write; without it, the screen")
        parser.add_argument("--index", metavar="DIR", help="use and feed the lasting index of this DATA_DIR")
        add_quiet_option(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook: mark the files."""
        if not args:
            raise UsageError("name at least one JSON Lines file")
        from snapshot_crawler.dedup.files import mark_files, size_of

        output = None if opts.output in (None, "-") else Path(opts.output)
        try:
            data_dir = Path(opts.index) if opts.index else None
            inputs = [Path(arg) for arg in args]
            with LongWork.of("dedup", "bytes", size_of(inputs), self.settings, opts) as work:
                counts = mark_files(inputs, output, data_dir, self.settings, reached=work.reached)
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
            return
        print(", ".join(f"{number} {what}" for what, number in counts.items()), file=sys.stderr)
