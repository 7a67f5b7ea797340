"""`scrapy export`: the published articles to files, S3-compatible storage or PostgreSQL; all, or only what is new."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from snapshot_crawler.exceptions import LockHeldError, SnapshotCrawlerError
from snapshot_crawler.longwork import LongWork, add_quiet_option

USUAL_NAME = "articles"


class Command(ScrapyCommand):
    """Exits 0; 2 for a wrong argument, a missing extra package or an unusable target; 8 while another export of the
    same DATA_DIR is at work; 9 where the target cannot be written."""

    requires_project = False
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "-o FILE | FOLDER | s3://BUCKET/... | postgresql://... [--since-last]"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Export the published articles, all or only what is new"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "Bring the library up to date and export from it. A file's end says its form: .jsonl (the records as "
            "published), .csv or .parquet (typed columns), .jsonl.gz and .csv.gz. With --since-last the target is a "
            "folder, an address in a bucket or a table, and gets what no earlier run has brought, in whole batches, "
            "each article once, whenever a run is killed. Parquet needs the extra parquet, s3:// the extra s3, "
            "postgresql:// the extra postgres."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        add_quiet_option(parser)
        add = parser.add_argument
        add("-o", "--output", metavar="TARGET", help="where to")
        add("--since-last", action="store_true", help="only what the export of this --name has not brought yet")
        add("--name", default=USUAL_NAME, help=f"of an export that goes on (default {USUAL_NAME})")
        add("--format", choices=["jsonl", "csv", "parquet"], help="of the batches' files (default jsonl)")
        add("--job", help="only articles of this job")
        add("--site", help="only of this spider")
        add("--source", help="only of this source")
        add("--category", help="only of this category")
        add("--since", metavar="DAY", help="published on this day or later: 2026-11-25, 2026-11 or 2026")
        add("--until", metavar="DAY", help="published on this day or earlier")
        add("--query", metavar="WORDS", help="only what this search finds")
        add("--one-per-story", action="store_true", help="of each story only the article that was published first")
        add("--all-versions", action="store_true", help="earlier versions too")
        add("--table", default="articles", help="of PostgreSQL, or SCHEMA.TABLE (default articles)")
        add("--safe-cells", action="store_true", help="in CSV, a ' before what a spreadsheet would run")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if args or not opts.output:
            raise UsageError("say where to: scrapy export -o TARGET")
        assert self.settings is not None
        from snapshot_crawler.library.export.run import Order, export
        from snapshot_crawler.library.export.selection import Selection

        root = Path(self.settings["DATA_DIR"] or "data")
        names = ("job", "site", "source", "category", "since", "until", "query", "one_per_story", "all_versions")
        order = Order(
            opts.output,
            Selection(**{name: getattr(opts, name) for name in names}),
            name=opts.name if opts.since_last else None,
            form=opts.format,
            table=opts.table,
            safe_cells=opts.safe_cells,
        )
        try:
            self._bring_up_to_date(root)
            with LongWork.of("export", "articles", None, self.settings, opts) as work:
                done = export(root, order, work.reached)
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
            return
        for name in done.names or []:
            print(name)
        print(f"{done.records} articles exported", file=sys.stderr)

    def _bring_up_to_date(self, root: Path) -> None:
        """Take what was committed since; where another process follows the outputs, it has done so."""
        from snapshot_crawler.library.follow import Follower

        try:
            with closing(Follower(root, self.settings or {})) as follower:
                follower.round()
        except LockHeldError:
            return
