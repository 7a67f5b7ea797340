"""`scrapy explain`: everything the frontier knows of one address."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from snapshot_crawler.commands.status import due
from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.runs.offline import OfflineCommand

if TYPE_CHECKING:
    from snapshot_crawler.frontier.store import Entry

MEANING = {  # of frontier.store.State
    "PENDING": "pending: to be fetched in this or the next run",
    "LEASED": "being fetched, or was when the run was killed; then the next run fetches it again",
    "DONE": "done: fetched",
    "FAILED": "failed for the time being; the next runs try again (FAILED_RUNS_MAX)",
    "REFUSED": "refused: will not be fetched again",
}


class Command(OfflineCommand):
    """Exits 0 when the address is known, 1 when it is not, 2 for a wrong argument."""

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "URL"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Tell how an address was found, when it was fetched, and its outcome"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "Everything that the crawls below DATA_DIR know of one address: on which page its link stood, when it was "
            "fetched, with what status and outcome, and why it is not in the output; or why a link was not followed."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--spider", metavar="SPIDER", help="ask the crawls of one spider only")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if len(args) != 1:
            raise UsageError("name one address")
        assert self.settings is not None
        from snapshot_crawler.runs.overview import history, hosts, left

        try:
            found = list(history(self.settings, args[0], opts.spider))
            for job, entry in found:
                print("\n".join(describe(job, entry)))
            seen = [] if found else list(left(self.settings, args[0], opts.spider))
            for job, (page, reason, day) in seen:
                print(f"{args[0]}\n  job:      {job}\n  state:    not followed: seen, and never asked for")
                print(f"  seen:     on {page}, {day}\n  reason:   {reason}")
            if not found and not seen:
                print(unknown(args[0], hosts(self.settings, opts.spider)))
                self.exitcode = 1
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)


def describe(job: str, entry: Entry) -> list[str]:
    """What a job knows of an address, a line a fact."""
    from snapshot_crawler.frontier.store import State

    lines = [f"{entry.url}", f"  job:      {job}", f"  state:    {MEANING[State(entry.state).name]}"]
    where = f" on {entry.parent}" if entry.parent else ""
    lines.append(f"  found as: {entry.kind or 'a link'}{where}")
    if entry.fetched_at:
        answer = f"status {entry.status}" if entry.status else "no answer to the last try"
        lines.append(f"  fetched:  {entry.fetched_at}, {answer}")
    if entry.outcome:
        lines.append(f"  outcome:  {entry.outcome}")
    if entry.state == State.DONE and not entry.is_list:
        lines.append(f"  items:    {entry.item_count} in the output")
    if entry.attempts:
        lines.append(f"  attempts: {entry.attempts} runs without success")
    if entry.is_list and entry.state == State.DONE:
        quiet = f", the last {entry.unchanged} visits brought nothing" if entry.unchanged else ""
        lines.append(f"  a list:   due {due(entry)}{quiet}")
    return lines


def unknown(url: str, known_hosts: set[str]) -> str:
    """Why an address may be unknown."""
    from snapshot_crawler.frontier.leftover import MOST_KEPT
    from snapshot_crawler.urls import host, normalised

    name = host(normalised(url))
    if name not in known_hosts:
        shown = ", ".join(sorted(known_hosts)[:5])
        return f"{url}: not known; no crawl here has an address of {name or 'that host'} (they have {shown})"
    return (
        f"{url}: not known; no list that was read has a link to it among the {MOST_KEPT} that are kept, or it was seen "
        "by a run that was killed"
    )
