"""`scrapy verify`: prove what lies below DATA_DIR whole, or name file, place and what is wrong."""

from __future__ import annotations

import argparse
import sys
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from snapshot_crawler.exceptions import ExitCode, SnapshotCrawlerError
from snapshot_crawler.longwork import LongWork, add_quiet_option


class Command(ScrapyCommand):
    """Exits 0 when nothing is damaged, 11 when something is, 2 when there is nothing to verify."""

    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "[options] [JOB ...]"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Prove that outputs, archive, frontier and index are whole"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "Compare everything below DATA_DIR, or what belongs to some jobs, with the check sums that were kept when "
            "it was written: a cut of any length, a flipped byte and a missing file are named, with the place, and the "
            "exit code is 11. Writes nothing, and may be asked while a crawl is running."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument(
            "--repair",
            action="store_true",
            help="bring outputs with a torn tail back to their last commit, and say what the next run fetches again",
        )
        add_quiet_option(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        try:
            damaged = self._verify(args, opts)
            if opts.repair and damaged:
                damaged = self._repair(args)
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
            return
        self.exitcode = int(ExitCode.DAMAGED) if damaged else 0

    def _verify(self, jobs: list[str], opts: argparse.Namespace) -> int:
        """Tell what is found; how much of it is damage."""
        from snapshot_crawler.upkeep.verify import Verification

        assert self.settings is not None
        verification = Verification(self.settings, jobs)
        damaged = unproven = 0
        with LongWork.of("verify", "bytes", verification.size(), self.settings, opts, to_screen=True) as work:
            verification.tally.reached = work.reached
            for finding in verification.findings():
                damaged += finding.is_damage
                unproven += not finding.is_damage
                print(finding)
        tally = verification.tally
        print(
            f"{len(tally.files)} files, {tally.read / 2**20:.1f} MiB: "
            + (f"{damaged} damaged" if damaged else "nothing damaged")
            + (f", {unproven} not proven" if unproven else ", all proven")
        )
        return damaged

    def _repair(self, jobs: list[str]) -> int:
        """Repair what can be, tell it, and say how much is still damaged."""
        from snapshot_crawler.upkeep.repair import repair
        from snapshot_crawler.upkeep.verify import Verification

        assert self.settings is not None
        for line in repair(self.settings, jobs):
            print(line)
        left = [finding for finding in Verification(self.settings, jobs).findings() if finding.is_damage]
        for finding in left:
            print(f"still damaged: {finding}")
        print(f"{len(left)} damaged" if left else "nothing damaged any more")
        return len(left)
