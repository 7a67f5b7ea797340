"""`scrapy crawl`: Scrapy's own command, with one run a job at a time, one clear line an error, and a true exit code."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from scrapy import Spider
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from snapshot_crawler.datadir import own_job_name
from snapshot_crawler.dedup.index import rows_of
from snapshot_crawler.exceptions import ConfigurationError, ExitCode, OutputError, SnapshotCrawlerError
from snapshot_crawler.exporters.compression import PLUGIN_OF_SUFFIX
from snapshot_crawler.exporters.storage import local_path
from snapshot_crawler.frontier.former import continued_job
from snapshot_crawler.frontier.full import yes_or_no
from snapshot_crawler.frontier.store import Frontiers, frontiers_of
from snapshot_crawler.jobs.identity import scheduled_name
from snapshot_crawler.jobs.places import job_file_path
from snapshot_crawler.runs.configuration import check_settings, refuse_bad_settings, warn_of_unknown_settings
from snapshot_crawler.runs.lease import Lease
from snapshot_crawler.runs.report import RunReport
from snapshot_crawler.spiders.news import NewsSpider
from snapshot_crawler.urls import host

logger = logging.getLogger(__name__)


class Command(ScrapyCrawl):
    """The exit codes are exceptions.ExitCode; docs/operating.md says what to do about each."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook; `-o -` is JSON Lines unless it says otherwise, and `-o FILE.gz` or `.zst` is compressed."""
        opts.output, opts.overwrite_output = map(with_format, (opts.output, opts.overwrite_output))
        super().process_options(args, opts)
        assert self.settings is not None
        refuse_bad_settings(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl NAME" if not args else "one spider at a time")
        try:
            self.exitcode = int(self.crawl(args[0], opts.spargs))
        except SnapshotCrawlerError as error:
            logger.error("%s", error)
            if not logging.root.handlers or self.settings is None or not self.settings.getbool("LOG_ENABLED"):
                print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
        finally:
            let_go_of_a_closed_pipe()

    def crawl(self, name: str, arguments: dict[str, Any]) -> ExitCode:
        """Run one job; what it came to. Raises our errors before anything is fetched."""
        assert self.settings is not None and self.crawler_process is not None
        spider_class = self.spider_class(name)
        self.check(spider_class)
        root = Path(self.settings["DATA_DIR"])
        start = arguments.get("start") if issubclass(spider_class, NewsSpider) else None
        own = self.settings["JOB_NAME"]
        scheduled = None if own else scheduled_name(job_file_path(self.settings), self.settings, name, arguments)
        job = own_job_name(own) if own else scheduled or continued_job(root, spider_class.name, start, self.settings)
        yes_or_no("full", arguments.get("full", ""))
        check_outputs(list(self.settings.getdict("FEEDS")))
        frontiers = frontiers_of(self.settings)
        with Lease(root / "leases" / f"{job}.json", job) as lease, no_job_left_by_a_mistake(frontiers, job, lease):
            check_state(frontiers, job, self.settings)
            crawler = self.crawler_process.create_crawler(spider_class)
            crawler.settings.set("JOB_NAME", job, priority="cmdline")
            self.introduce(crawler, arguments)
            task: Any = self.crawler_process.crawl(crawler, **arguments)
            self.crawler_process.start()
            return outcome(crawler, task)

    def spider_class(self, name: str) -> type[Spider]:
        """The spider of that name. Raises ConfigurationError when there is none."""
        assert self.settings is not None
        try:
            return get_spider_loader(self.settings).load(name)
        except KeyError as error:
            raise ConfigurationError(str(error.args[0])) from None

    def check(self, spider_class: type[Spider]) -> None:
        """Judge the settings as they are with the spider's own. Raises ConfigurationError."""
        assert self.settings is not None
        settings = self.settings.copy()
        spider_class.update_settings(settings)
        check_settings(settings)
        warn_of_unknown_settings(self.settings, spider_class.custom_settings)

    def introduce(self, crawler: Crawler, arguments: dict[str, Any]) -> None:
        """Put the contact into the user agent; warn once when there is none and the crawl goes out to the web."""
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


def with_format(outputs: list[str] | None) -> list[str] | None:
    """The -o or -O arguments, with Scrapy's ":FORMAT" where the name alone does not tell Scrapy what we can tell."""
    return outputs and [
        "-:jsonlines" if output == "-" else f"{output}:{inner}" if (inner := format_inside(output)) else output
        for output in outputs
    ]


def format_inside(output: str) -> str:
    """What articles.csv.gz holds: "csv"; JSON Lines where the name says nothing more; '' where it is not compressed."""
    path = Path(output)
    return (path.with_suffix("").suffix.lstrip(".") or "jsonlines") if path.suffix in PLUGIN_OF_SUFFIX else ""


def outcome(crawler: Crawler, task: Any) -> ExitCode:
    """What the run came to, from the report or from the error that ended it. Raises our own errors again."""
    if isinstance(task, asyncio.Future) and task.done() and not task.cancelled():
        error = task.exception()
        if isinstance(error, SnapshotCrawlerError):
            raise error
        if error is not None:
            logger.critical("the crawl failed: %s: %s", type(error).__name__, error, exc_info=error)
            return ExitCode.CRASHED
    try:
        report = crawler.get_extension(RunReport)
    except RuntimeError:
        return ExitCode.CRASHED
    if report is None or report.verdict is None:
        return ExitCode.INTERRUPTED  # stopped twice: nobody had time to judge
    return report.verdict.code


def check_outputs(uris: list[Any]) -> None:
    """Raises OutputError for a local output that cannot be written, before anything is fetched."""
    for uri in map(str, uris):
        if ("://" in uri and not uri.startswith("file://")) or uri.startswith("stdout:") or "%(" in uri:
            continue
        path = local_path(uri)
        try:
            if path.is_dir():
                raise OutputError(f"the output {path} is a directory; give a file, such as {path}/articles.jsonl")
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                path.open("ab").close()  # the only sure way to know; permissions and mounts have many exceptions
            else:
                TemporaryFile(dir=path.parent).close()  # another name: the path may be another run's a moment later
        except OSError as error:
            raise OutputError(f"the output {path} cannot be written: {error.strerror}") from error


def check_state(frontiers: Frontiers, job: str, settings: BaseSettings) -> None:
    """Raises StateError or OutputError for a frontier or index that cannot be used, before Scrapy's engine is there."""
    root, index = Path(settings["DATA_DIR"]), rows_of(settings)
    if frontiers.has(job):
        frontiers.open(job).close()
    if index.is_at(root, settings):
        index.at(root, settings).close()


@contextmanager
def no_job_left_by_a_mistake(frontiers: Frontiers, job: str, lease: Lease) -> Iterator[None]:
    """Take away what a first start has made of the job when it ends by an error of ours: nothing was fetched."""
    is_new = not frontiers.has(job)
    try:
        yield
    except SnapshotCrawlerError:
        if is_new:
            frontiers.remove(job)
            lease.path.unlink()
        raise


def let_go_of_a_closed_pipe() -> None:
    """Where nobody reads standard output any more, Python's flush at its end would make the exit code 120."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_local(url: str) -> bool:
    """Whether an address is this machine's or a private network's."""
    name = host(url)
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return name == "localhost" or name.endswith((".localhost", ".example", ".test", ".invalid"))
