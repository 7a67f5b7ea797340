"""`scrapy status`: how far the crawls of a DATA_DIR are, and how their last runs ended."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.runs.offline import OfflineCommand

if TYPE_CHECKING:
    from snapshot_crawler.frontier.store import Entry
    from snapshot_crawler.runs.overview import Job

STATES = ("pending", "leased", "done", "failed", "refused")


class Command(OfflineCommand):
    """Exits 0, or 2 when there is no crawl to tell of. Reads only, and may be asked while a crawl is running."""

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "[SPIDER]"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Show how far each crawl is and how its last runs ended"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "For each crawl below DATA_DIR, or those of one spider: addresses pending, done, failed and refused, the "
            "lists that are due next, the last runs with their verdicts, and who is crawling now."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object a job, for scripts")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if len(args) > 1:
            raise UsageError("name one spider, or none for all")
        assert self.settings is not None
        from snapshot_crawler.runs.overview import jobs

        try:
            found = jobs(self.settings, *args)
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
            return
        for job in found:
            print(json.dumps(asdict(job), ensure_ascii=False) if opts.json else describe(job))
        if not opts.json:
            print(requests_waiting(Path(self.settings["DATA_DIR"] or "data")), end="")


def requests_waiting(root: Path) -> str:
    """A line about what readers of the portal have asked for; '' where nobody has."""
    from snapshot_crawler.portal.complaints import Complaints

    complaints = Complaints(root)
    number = complaints.waiting()
    requests = "1 request" if number == 1 else f"{number} requests"
    return f"{requests} for a take-down, from readers of the portal: {complaints.path}\n" if number else ""


def describe(job: Job) -> str:
    """A job in lines for a reader."""
    from snapshot_crawler.runs.earlier import KILLED

    lines = [f"{job.name}: {'being crawled by ' + job.holder if job.holder else 'not being crawled'}"]
    numbers = [f"{job.counts.get(state, 0)} {state}" for state in STATES if state != "leased" or job.counts.get(state)]
    lines.append(f"  addresses: {', '.join(numbers)}")
    if job.lists:
        lines.append(f"  lists: {job.lists} visited; next due:")
        lines += [f"    {due(entry)}  {entry.url}" for entry in job.due]
    if job.runs:
        lines.append("  last runs:")
    for run in job.runs:
        articles = run.get("articles", {}).get("new", 0)
        ended = f"{run.get('verdict')}, {articles} new articles, {run.get('pages', 0)} pages"
        if run.get("state") != "ended" or run.get("verdict") == KILLED:
            is_alive = run.get("state") != "ended" and job.holder and run is job.runs[0]
            ended = "running" if is_alive else "killed before its end"
        lines.append(f"    {run.get('started', '?')}  {ended}")
    return "\n".join(lines)


def due(entry: Entry) -> str:
    """When a list is due: "now", or in how many minutes or hours."""
    seconds = entry.due_at - time.time()
    if seconds <= 0:
        return "at the next run"
    # up to two hours in minutes; by choice
    return f"in {seconds / 60:.0f} min" if seconds < 7200 else f"in {seconds / 3600:.0f} h"
