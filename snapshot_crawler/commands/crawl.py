"""`scrapy crawl`: Scrapy's own command, with one run a job at a time, one clear line an error, and a true exit code."""

from __future__ import annotations

import argparse
import contextlib
import gc
import logging
import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from snapshot_crawler.exceptions import ConfigurationError, ExitCode, SnapshotCrawlerError

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
LAST_UPLOADS_S = 10.0  # of a run that was asked to stop, which has 30 s for all; the next start sends the rest


class Command(ScrapyCrawl):
    """The exit codes are exceptions.ExitCode; docs/operating.md says what to do about each."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook; `-o -` is JSON Lines unless it says otherwise, and `-o FILE.gz` or `.zst` is compressed."""
        from snapshot_crawler.runs.configuration import refuse_bad_settings
        from snapshot_crawler.runs.garbage import spare_the_start

        if self.settings is not None:
            spare_the_start(self.settings)
        from snapshot_crawler.runs.start import with_format

        opts.output, opts.overwrite_output = map(with_format, (opts.output, opts.overwrite_output))
        super().process_options(args, opts)
        assert self.settings is not None
        refuse_bad_settings(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        from snapshot_crawler.runs.start import let_go_of_a_closed_pipe

        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl NAME" if not args else "one spider at a time")
        try:
            self.exitcode = int(self.crawl(args[0], opts.spargs))
        except SnapshotCrawlerError as error:
            logger.error("%s", error)
            if not logging.root.handlers or self.settings is None or not self.settings.getbool("LOG_ENABLED"):
                print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
            gc.freeze()  # Scrapy has left an event loop behind, which complains at the interpreter's end
        finally:
            let_go_of_a_closed_pipe()

    def crawl(self, name: str, arguments: dict[str, Any]) -> ExitCode:
        """Run one job; what it came to. Raises our errors before anything is fetched."""
        from snapshot_crawler.backfill.switch import OF_WARC, set_up
        from snapshot_crawler.datadir import own_job_name
        from snapshot_crawler.frontier.former import continued_job
        from snapshot_crawler.frontier.full import yes_or_no
        from snapshot_crawler.frontier.store import frontiers_of
        from snapshot_crawler.jobs.identity import scheduled_name
        from snapshot_crawler.jobs.places import job_file_path
        from snapshot_crawler.runs.lease import Lease
        from snapshot_crawler.runs.receivers import Receivers
        from snapshot_crawler.runs.start import check_outputs, check_state, no_job_left_by_a_mistake, outcome
        from snapshot_crawler.spiders.news import NewsSpider

        assert self.settings is not None and self.crawler_process is not None
        spider_class = self.spider_class(name)
        self.check(spider_class)
        root = Path(self.settings["DATA_DIR"])
        start = arguments.get("start") if issubclass(spider_class, NewsSpider) else None
        own = self.settings["JOB_NAME"]
        scheduled = None if own else scheduled_name(job_file_path(self.settings), self.settings, name, arguments)
        reads_warc = "warc" in arguments
        job = own_job_name(own) if own else scheduled or continued_job(root, spider_class.name, start, self.settings)
        if reads_warc and not (own or scheduled):
            job += OF_WARC
        yes_or_no("full", arguments.get("full", ""))
        check_outputs(list(self.settings.getdict("FEEDS")))
        frontiers = frontiers_of(self.settings)
        with Lease(root / "leases" / f"{job}.json", job) as lease, no_job_left_by_a_mistake(frontiers, job, lease):
            self.clean(root, job)
            check_state(frontiers, job, self.settings, reads_warc=reads_warc)
            crawler = self.crawler_process.create_crawler(spider_class)
            crawler.signals = Receivers(crawler)
            crawler.settings.set("JOB_NAME", job, priority="cmdline")
            if reads_warc:
                arguments = set_up(crawler.settings, spider_class, arguments)
            else:
                self.introduce(crawler, arguments)
            task: Any = self.crawler_process.crawl(crawler, **arguments)
            self.crawler_process.start()
            return self.deliver(root, job, outcome(crawler, task))

    def clean(self, root: Path, job: str) -> None:
        """Clean the job's files of what was taken down while it was crawled. Its lease is held.

        Where machines share the jobs, also do what was ordered on others, and bring to their last commit what dead
        processes of other jobs left here.
        """
        assert self.settings is not None
        is_shared = bool(self.settings["DATABASE_URL"])
        if (root / "takedown").is_dir() or is_shared:
            from snapshot_crawler.upkeep.takedown import complete_for

            complete_for(self.settings, job)
        if is_shared:
            from snapshot_crawler.upkeep.repair import bring_back_others

            for line in bring_back_others(self.settings, job):
                logger.info("%s", line)

        from snapshot_crawler.exporters.delivery import send_left
        from snapshot_crawler.exporters.parts import others
        from snapshot_crawler.runs.lease import Lease

        for other in others(root, job):  # those that ended while their storage was away
            with contextlib.suppress(SnapshotCrawlerError), Lease(root / "leases" / f"{other}.json", other):
                send_left(self.settings, root, other)

    def deliver(self, root: Path, job: str, code: ExitCode) -> ExitCode:
        """Send what this run has left of outputs in S3-compatible storage; the exit code, which is another one where
        that was not possible."""
        from snapshot_crawler.bucket import REQUEST_S
        from snapshot_crawler.exporters.delivery import send_left

        assert self.settings is not None
        has_time = code != ExitCode.INTERRUPTED
        end = math.inf if has_time else time.monotonic() + LAST_UPLOADS_S
        request_s = REQUEST_S if has_time else LAST_UPLOADS_S
        try:
            send_left(self.settings, root, job, lambda: time.monotonic() > end, request_s)
        except (SnapshotCrawlerError, OSError) as error:
            logger.error("%s. It is kept below DATA_DIR; run the same command again to send it", error)
            return code or ExitCode.OUTPUT_FAILED
        return code

    def spider_class(self, name: str) -> type[Spider]:
        """The spider of that name. Raises ConfigurationError when there is none."""
        assert self.crawler_process is not None
        try:
            return self.crawler_process.spider_loader.load(name)
        except KeyError as error:
            raise ConfigurationError(str(error.args[0])) from None

    def check(self, spider_class: type[Spider]) -> None:
        """Judge the settings as they are with the spider's own. Raises ConfigurationError."""
        from snapshot_crawler.runs.configuration import check_settings, warn_of_unknown_settings

        assert self.settings is not None
        settings = self.settings.copy()
        spider_class.update_settings(settings)
        check_settings(settings)
        warn_of_unknown_settings(self.settings, spider_class.custom_settings)

    def introduce(self, crawler: Crawler, arguments: dict[str, Any]) -> None:
        """Put the contact into the user agent; warn once when there is none and the crawl goes out to the web."""
        from snapshot_crawler.runs.start import is_local

        contact = crawler.settings["CONTACT"]
        if contact:
            agent = f"{crawler.settings['USER_AGENT']} (+{contact})"
            crawler.settings.set("USER_AGENT", agent, priority="cmdline")
            return
        starts = str(arguments.get("start") or "").split(",") + list(getattr(crawler.spidercls, "start_urls", ()))
        if any(not is_local(url) for url in starts if url):
            logger.warning(
                "CONTACT is not set: the sites cannot see whom to ask about this crawl. "
                "Set it to a mail or web address, in settings.py or with -s CONTACT=you@example.org"
            )
