"""`scrapy extract`: the records of saved pages, offline; one page to the screen or a manifest of many to a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, BinaryIO

from scrapy.exceptions import UsageError

from snapshot_crawler.exceptions import ConfigurationError, OutputError, SnapshotCrawlerError
from snapshot_crawler.longwork import LongWork, add_quiet_option
from snapshot_crawler.runs.offline import OfflineCommand


class Command(OfflineCommand):
    """Exits 0 when everything was read that could be (single pages' errors stand in their lines), 2 for a wrong
    argument or manifest, 9 when the output cannot be written, 1 for a single page that holds no article."""

    requires_project = False

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "PAGE.html --url URL | --manifest LIST.jsonl -o OUT.jsonl"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Read saved article pages into records, without network"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "Print the record of one saved page, or read every page that a manifest names. Each line of the manifest "
            "is a JSON object with id, file (relative to the manifest, plain or .gz) and optionally url; each line of "
            "the output is the record with that id and ms (CPU milliseconds), or id and error."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--url", default="", help="the page's address; links are resolved against it")
        parser.add_argument("--manifest", metavar="LIST.jsonl", help="read all pages of a list")
        parser.add_argument("-o", "--output", metavar="OUT.jsonl", help="write to a file instead of the screen")
        add_quiet_option(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook: read one page or a manifest."""
        if len(args) != (0 if opts.manifest else 1):
            raise UsageError("name one page, or a list of pages with --manifest")
        import orjson

        from snapshot_crawler.pages.saved import extract_file

        try:
            if opts.manifest:
                self._read_many(Path(opts.manifest), opts)
            else:
                record = orjson.dumps(extract_file(Path(args[0]), url=opts.url))
                self._write(opts.output, [record])
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)

    def _read_many(self, manifest: Path, opts: argparse.Namespace) -> None:
        if not manifest.is_file():
            raise ConfigurationError(f"{manifest}: no such manifest")
        import orjson

        from snapshot_crawler.pages.saved import extract_manifest

        with manifest.open("rb") as lines:
            pages = sum(not line.isspace() for line in lines)
        to_screen = opts.output is None
        with LongWork.of("extract", "pages", pages, self.settings, opts, to_screen=to_screen) as work:
            self._write(opts.output, (orjson.dumps(answer) for answer in work.each(extract_manifest(manifest))))

    def _write(self, output: str | None, records: Any) -> None:
        """Write each record as a line as soon as it is there, so that memory stays bounded."""
        try:
            if output is None:
                self._write_lines(sys.stdout.buffer, records)
                return
            with Path(output).open("wb") as file:
                self._write_lines(file, records)
        except OSError as error:
            raise OutputError(f"{output or 'standard output'}: {error.strerror}") from None

    def _write_lines(self, file: BinaryIO, records: Any) -> None:
        for record in records:
            file.write(record + b"\n")
        file.flush()
