"""The steps of `scrapy crawl` before and after its run: checks of outputs and state first, the exit code at the end.

commands/crawl.py calls them. These functions are not in the command's own file because Scrapy imports all command files
for every command, and `scrapy list` needs none of this.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from snapshot_crawler.backfill.kinds import check_kind
from snapshot_crawler.dedup.index import rows_of
from snapshot_crawler.exceptions import ExitCode, OutputError, SnapshotCrawlerError
from snapshot_crawler.exporters.compression import PLUGIN_OF_SUFFIX
from snapshot_crawler.exporters.storage import local_path
from snapshot_crawler.frontier.store import Frontiers
from snapshot_crawler.runs.lease import Lease
from snapshot_crawler.runs.report import RunReport
from snapshot_crawler.urls import host

logger = logging.getLogger(__name__)


def with_format(outputs: list[str] | None) -> list[str] | None:
    """The -o or -O arguments, with Scrapy's ":FORMAT" added where only we know the format by the name."""
    return outputs and [
        "-:jsonlines" if output == "-" else f"{output}:{inner}" if (inner := format_inside(output)) else output
        for output in outputs
    ]


def format_inside(output: str) -> str:
    """The format inside a compressed file: csv for articles.csv.gz, else JSON Lines; '' for an uncompressed file."""
    path = Path(output)
    return (path.with_suffix("").suffix.lstrip(".") or "jsonlines") if path.suffix in PLUGIN_OF_SUFFIX else ""


def outcome(crawler: Crawler, task: Any) -> ExitCode:
    """The verdict on the run, from the report or from the error that ended it. Raises our own errors again."""
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
        return ExitCode.INTERRUPTED  # stopped twice: the report had no time to judge
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


def check_state(frontiers: Frontiers, job: str, settings: BaseSettings, *, reads_warc: bool = False) -> None:
    """Raises StateError or OutputError for a frontier or index that cannot be used, before Scrapy's engine is there.

    reads_warc: what the run will do; a job of the other kind is refused with ConfigurationError.
    """
    root, index = Path(settings["DATA_DIR"]), rows_of(settings)
    if frontiers.has(job):
        with closing(frontiers.open(job)) as store:
            check_kind(store, job, reads_warc=reads_warc)
    if index.is_at(root, settings):
        index.at(root, settings).close()


@contextmanager
def no_job_left_by_a_mistake(frontiers: Frontiers, job: str, lease: Lease) -> Iterator[None]:
    """Remove the new files of a job whose first start ends by an error of ours: nothing was fetched."""
    is_new = not frontiers.has(job)
    try:
        yield
    except SnapshotCrawlerError:
        if is_new:
            frontiers.remove(job)
            lease.leave_nothing()
        raise


def let_go_of_a_closed_pipe() -> None:
    """Let go of standard output when its reader has gone. Else Python's last flush would make the exit code 120."""
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
