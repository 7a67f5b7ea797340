"""`scrapy reparse JOB`: kept pages read again by the spiders of today; what comes out otherwise is a new version."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import UsageError

from snapshot_crawler.exceptions import ConfigurationError, ExitCode, SnapshotCrawlerError, way_out
from snapshot_crawler.longwork import LongWork, add_quiet_option
from snapshot_crawler.runs.offline import OfflineCommand

if TYPE_CHECKING:
    from snapshot_crawler.upkeep.reparse import Result, Wanted

LONGEST_SHOWN = 60  # characters of a value in an example


class Command(OfflineCommand):
    """Exits 0 when all pages were read; 2 for a wrong argument, 8 while a crawl of the job runs, 9 for a full disk."""

    requires_project = True

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "[options] JOB ... | --all"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Read kept pages again with the spiders of today, without a request"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "Read the pages that the archive keeps of a job's articles again, with the spiders and readers of today "
            "and without one request. An article that comes out otherwise than it was published is a new version, "
            "added to the job's output; one that comes out the same is not written. May be killed and started again."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="all jobs of the DATA_DIR")
        parser.add_argument("--since", metavar="TIME", help="only pages fetched since then: 2026-11-24, 36h, 2d")
        parser.add_argument("--until", metavar="TIME", help="only pages fetched up to then; a date takes its day along")
        parser.add_argument("-o", "--output", metavar="FILE", help="write the new versions to this file of JSON Lines")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
        parser.add_argument(
            "--jobs",
            metavar="N",
            type=int,
            default=os.cpu_count() or 1,
            help="processes that read pages (default: one for each core)",
        )
        add_quiet_option(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if bool(args) == opts.all:
            raise UsageError("name jobs, or all of them with --all")
        assert self.settings is not None
        try:
            wanted = self._wanted(opts)
            for job in args or self._all_jobs():
                self._reparse(job, wanted, opts)
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
        except OSError as error:
            print(f"the output cannot be written: {error.strerror}; {way_out(error)}", file=sys.stderr)
            self.exitcode = int(ExitCode.OUTPUT_FAILED)

    def _wanted(self, opts: argparse.Namespace) -> Wanted:
        from snapshot_crawler.moments import moment_of
        from snapshot_crawler.upkeep.reparse import Wanted

        if opts.jobs < 1:
            raise ConfigurationError(f"--jobs is {opts.jobs}; it takes a number of 1 or more")
        now = datetime.now(UTC)
        return Wanted(
            since=moment_of(opts.since, now) if opts.since else None,
            until=moment_of(opts.until, now, option="--until", is_end=True) if opts.until else None,
            output=Path(opts.output) if opts.output else None,
            is_dry=opts.dry_run,
            workers=opts.jobs,
        )

    def _all_jobs(self) -> list[str]:
        from snapshot_crawler.frontier.store import frontiers_of

        assert self.settings is not None
        return frontiers_of(self.settings).jobs()

    def _reparse(self, job: str, wanted: Wanted, opts: argparse.Namespace) -> None:
        from snapshot_crawler.upkeep.reparse import Reparse

        with LongWork.of("reparse", "pages", None, self.settings, opts, to_screen=True) as work:

            def reached(done: int, total: int) -> None:
                work.total = total
                work.reached(done)

            result = Reparse(self.settings or {}, job, wanted, reached=reached).run()
        for line in told(result, wanted):
            print(line)


def told(result: Result, wanted: Wanted) -> list[str]:
    """What came of a job, in lines for a person."""
    words = result.words
    lines = [
        f"{result.job}: {result.pages} pages read, {words['same']} as published, "
        f"{words['changed']} otherwise, {words['new']} new articles"
        + (f"; {result.skipped} were read before" if result.skipped else "")
    ]
    for name, number in result.changes.most_common():
        lines.append(f"  {name}: {number} differ")
        lines += [f"    {url}: {_short(before)} -> {_short(now)}" for url, before, now in result.examples[name]]
    left = {
        "no-article": "give no article today; what was published stays",
        "not-kept": "could not be read from the archive",
        "error": "on which the spider raised",
        "never-kept": "articles without a kept page",
        "duplicate": "would be copies of published articles",
    }
    lines += [f"  {words[word]} {sentence}" for word, sentence in left.items() if words[word]]
    lines += [f"    {detail} ({number})" for detail, number in result.details.most_common(5)]
    if wanted.is_dry:
        lines.append("  nothing was written (--dry-run)")
    elif result.written:
        lines.append(f"  {result.written} new versions in {result.output}")
    return lines


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
