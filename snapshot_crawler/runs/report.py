"""The run report: signals of the other components go in, one JSON file and the last lines of the log come out.

The report is written twice. At the beginning of the run it says "running": later starts recognise a killed run by that.
At the end of the run it has all figures, and the verdict of verdict.py.
"""

from __future__ import annotations

import contextlib
import logging
import resource
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from weakref import WeakSet

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.exporters.feed import DurableFeedExporter
from snapshot_crawler.frontier.requests import leads_to_list
from snapshot_crawler.frontier.temporary import FAILED, WALLS, is_temporary_status
from snapshot_crawler.meta import BEHIND_WALL, DISCOVERED_BY, IS_START_REQUEST, REDIRECT_URLS, ROBOTS_TXT, TRIED_BEFORE
from snapshot_crawler.runs.earlier import earlier_reports
from snapshot_crawler.runs.memory import peak_memory_bytes
from snapshot_crawler.runs.report_file import end_reports_of_killed_runs, sums_of_files, write_in_place, write_report
from snapshot_crawler.runs.verdict import ARTICLES_FAILED, Facts, Verdict, judge
from snapshot_crawler.signals import list_read, page_rejected

logger = logging.getLogger(__name__)

EXAMPLES = 5  # addresses kept for each kind of trouble; by choice: enough to look at, and the report stays short
KINDS_TOLD = 100  # kinds of trouble; by choice: a plain spider may put the whole item into its reason for a drop
LISTS_TOLD = 200  # lists that the report names; by choice: a large site has some ten thousand
MOST_UNMATCHED = 10_000  # links that are told apart when they are counted; by choice: a pattern is wrong long before
OTHER = "other"
# First parts of statistics' names that the report has its own keys for; all others stand under "statistics".
PROTECTIONS = frozenset({"robots", "pace", "traps", "addresses", "scope", "limits", "content"})
TOLD_ELSEWHERE = PROTECTIONS | {"frontier", "rejected"}
NEEDED = ("state", "verdict", "exit_code", "sentence", "ended", "reason", "seconds", "pages", "articles")


class RunReport:
    """An extension; `verdict` is there once the spider is closed."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.verdict: Verdict | None = None
        self.places: DataDir  # set when the run begins
        self.last_line = ""
        self.facts = Facts()
        self.outcomes: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}
        self.was_outage = False  # most articles of the run before failed
        self.given_up: WeakSet[Request] = WeakSet()  # counted already: their last answer is heard afterwards
        self.lists: dict[str, dict[str, Any]] = {}
        self.unmatched: dict[str, None] = {}  # links that look like articles and match no pattern of the spider
        self.started = datetime.now(UTC)
        self.clock = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunReport:
        """Scrapy's constructor."""
        report = cls(crawler)
        for receiver, signal in (
            (report.opened, signals.spider_opened),
            (report.answered, signals.response_received),
            (report.rejected, page_rejected),
            (report.list_read, list_read),
            (report.dropped, signals.item_dropped),
            (report.scraped, signals.item_scraped),
            (report.callback_failed, signals.spider_error),
            (report.closed, signals.spider_closed),
            (report.tell_verdict, signals.engine_stopped),
        ):
            crawler.signals.connect(receiver, signal)
        return report

    # --- What happens
    def opened(self, spider: Spider) -> None:
        """Read the reports of earlier runs, and write that this run has begun."""
        self.places = DataDir.from_crawler(self.crawler)
        before = earlier_reports(self.places.root, self.places.job)
        self.facts.had_articles_before = any(report.get("articles", {}).get("new") for report in before)
        self.was_outage = bool(before) and before[0].get("verdict") == ARTICLES_FAILED
        end_reports_of_killed_runs(self.places.root, self.places.job, before)
        self._write({"state": "running"})

    def answered(self, response: Response, request: Request) -> None:
        """Count an answer; robots.txt is no page."""
        if request.meta.get(ROBOTS_TXT):
            return
        self.outcomes[f"status {response.status}"] += 1
        kind = (request.meta.get(DISCOVERED_BY) or {}).get("kind")
        is_list = leads_to_list(request)
        if self._counts_as_article(request) and request not in self.given_up:
            is_failed = is_temporary_status(response.status)
            self.facts.articles_failed += is_failed
            self.facts.articles_tried += is_failed or response.status < 400
        if response.status < 400:
            self.facts.pages += 1
            if is_list:
                self.facts.lists += 1
                if len(self.lists) < LISTS_TOLD:
                    self.lists.setdefault(response.url, {"kind": kind, "status": response.status})
                self.facts.known_links += response.status == 304
        elif is_list and kind in (None, "start"):
            self.facts.start_problem = f"the start page {request.url} was answered with status {response.status}"

    def rejected(self, request: Request, reason: str, detail: str | None) -> None:
        """Count a page that becomes no article."""
        self.outcomes[reason if reason in self.outcomes or len(self.outcomes) < KINDS_TOLD else OTHER] += 1
        self._example(reason, request.url)
        if self._counts_as_article(request):
            self._count_article(request, reason)
        if reason == FAILED:
            self.facts.failures += 1
        else:
            self.facts.refusals += 1
        if (request.meta.get(DISCOVERED_BY) or {}).get("kind") == "start" or request.meta.get(IS_START_REQUEST):
            self.facts.start_problem = f"the start page {request.url} could not be had: {detail or reason}"

    def _counts_as_article(self, request: Request) -> bool:
        """Whether a page counts for the share of articles that failed.

        Pages that failed in earlier runs count only during an outage. Otherwise a finished job that tries its few
        broken pages again would look like an outage.
        """
        return not leads_to_list(request) and (self.was_outage or not request.meta.get(TRIED_BEFORE))

    def _count_article(self, request: Request, reason: str) -> None:
        """Count an article that could not be had: given up, or behind a wall."""
        facts = self.facts
        if reason == FAILED:
            self.given_up.add(request)
            facts.articles_tried += 1
            facts.articles_failed += 1
        elif reason in WALLS:
            is_wall_itself = REDIRECT_URLS in request.meta  # walls.py reports the address that led there
            facts.articles_tried += bool(request.meta.get(BEHIND_WALL)) - is_wall_itself
            facts.articles_failed += not is_wall_itself

    def list_read(self, request: Request, links: int, needs_script: bool, unmatched: Sequence[str] = ()) -> None:
        """Count a list's links to articles, known ones too; remember a list that only a script would fill."""
        self.facts.article_links += links
        if len(self.unmatched) < MOST_UNMATCHED:
            self.unmatched |= dict.fromkeys(unmatched)
        if needs_script:
            self.facts.filled_by_script = self.facts.filled_by_script or request.url

    def dropped(self, item: Any, exception: Exception) -> None:
        """Count a dropped item."""
        reason = getattr(exception, "reason", None) or str(exception).partition(":")[0]
        self._example(reason, getattr(item, "url", ""))

    def scraped(self) -> None:
        """Count an article."""
        self.facts.articles += 1

    def callback_failed(self, failure: Any, response: Any) -> None:
        """Count a page whose callback raised."""
        self.facts.callback_errors += 1
        self._example(f"callback {type(failure.value).__name__}", getattr(response, "url", ""))

    def _example(self, kind: str, url: str) -> None:
        if kind not in self.examples and len(self.examples) >= KINDS_TOLD:
            kind = OTHER
        urls = self.examples.setdefault(kind, [])
        if len(urls) < EXAMPLES:
            urls.append(url)

    # --- The end
    def closed(self, spider: Spider, reason: str) -> None:
        """Judge the run and write the report."""
        stats = self.crawler.stats.get_stats()
        settings = self.crawler.settings
        facts = self.facts
        facts.reason = reason
        facts.articles -= stats.get("frontier/repeated", 0)  # items of plain spiders that are in the output already
        facts.output_problem = stats.get("frontier/output_failed")
        facts.is_database_away = bool(stats.get("frontier/database_away"))
        facts.is_crash = bool(stats.get("frontier/crashed"))
        parked = stats.get("pace/parked_hosts") or {}
        for host, why in parked.items():
            facts.start_problem = facts.start_problem or f"{host} was not asked for any page: {why}"
        facts.pending = stats.get("frontier/parked", 0)
        facts.pending_because = "; ".join(f"{host}: {why}" for host, why in list(parked.items())[:EXAMPLES]) or None
        facts.unmatched_links, facts.unmatched_example = len(self.unmatched), next(iter(self.unmatched), None)
        facts.drift = stats.get("drift/findings") or []
        if settings.getbool("ARCHIVE_ENABLED"):
            facts.repair = f"scrapy reparse {self.places.job} --since {self.started:%Y-%m-%dT%H:%M:%SZ}"
        facts.known_links += stats.get("frontier/known", 0)
        if self.was_outage:  # an outage that goes on: the run asks for few pages, and the pages left say nothing good
            facts.articles_tried += (left := stats.get("traps/later-run", 0))
            facts.articles_failed += left
        share = settings["ERROR_SHARE_MAX"]
        facts.error_share_max = float(share) if share is not None else None
        facts.article_failure_share_max = settings.getfloat("ARTICLE_FAILURE_SHARE_MAX")
        facts.callback_error_share_max = settings.getfloat("CALLBACK_ERROR_SHARE_MAX")
        facts.min_articles = settings.getint("MIN_ARTICLES")
        self.verdict = judge(facts)
        report = self._report(stats)
        self._write(report)
        self._tell(report)

    def _report(self, stats: dict[str, Any]) -> dict[str, Any]:
        assert self.verdict is not None
        facts = self.facts
        seconds = time.monotonic() - self.clock
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "state": "ended",
            "verdict": self.verdict.word,
            "exit_code": int(self.verdict.code),
            "sentence": self.verdict.sentence,
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "reason": facts.reason,
            "seconds": round(seconds, 1),
            "pages": facts.pages,
            "pages_per_second": round(facts.pages / seconds, 2) if seconds else 0,
            "articles": {
                "new": facts.articles if facts.output_problem is None else stats.get("frontier/items", 0),
                "duplicate": stats.get("rejected/duplicate", 0),
                "unchanged": stats.get("rejected/unchanged", 0),
                "rejected": {
                    key.partition("/")[2]: value
                    for key, value in stats.items()
                    if key.startswith("rejected/") and key not in ("rejected/duplicate", "rejected/unchanged")
                },
            },
            "requests": dict(self.outcomes),
            "failures": facts.failures,
            "callback_errors": facts.callback_errors,
            "examples": self.examples,
            "lists": self.lists,
            "lists_read": facts.lists,
            "unmatched_links": {"count": len(self.unmatched), "examples": list(self.unmatched)[:EXAMPLES]},
            "drift": facts.drift,
            "frontier": _group(stats, "frontier"),
            "protections": {key: value for key, value in stats.items() if key.partition("/")[0] in PROTECTIONS},
            "statistics": {key: value for key, value in stats.items() if key.partition("/")[0] not in TOLD_ELSEWHERE},
            "outputs": self._outputs(),
            "files": sums_of_files(self.places.root, self.places.job, self.places.run, self.started.timestamp()),
            "bytes": stats.get("downloader/response_bytes", 0),
            "peak_memory_mb": round(peak_memory_bytes() / 2**20),
            "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        }

    def _outputs(self) -> list[str]:
        """The outputs that the run has written, as they are called now."""
        exporter = self.crawler.get_extension(DurableFeedExporter)
        return exporter.written() if exporter is not None else []

    def _write(self, report: dict[str, Any]) -> None:
        path = self.places.report
        head = {"run": self.places.run, "job": self.places.job, "started": self.started.isoformat(timespec="seconds")}
        try:
            write_report(path, {**head, **report})
        except OSError as error:
            logger.error("the run report %s cannot be written: %s", path, error.strerror)
            with contextlib.suppress(OSError):  # the report of the beginning has kept a block of the disk free
                write_in_place(path, {**head, **{name: report[name] for name in NEEDED if name in report}})

    def _tell(self, report: dict[str, Any]) -> None:
        """Write the summary to the log."""
        articles, frontier = report["articles"], report["frontier"]
        outputs = ", ".join(report["outputs"]) or "none"
        logger.info(
            "%s pages in %s s (%s per second), %s failed, %s callback errors; %s MB of memory at most",
            *(report[name] for name in ("pages", "seconds", "pages_per_second", "failures", "callback_errors")),
            report["peak_memory_mb"],
        )
        for kind, urls in list(self.examples.items())[:8]:
            logger.info("%s: %s", kind, urls[0])
        if self.unmatched:
            examples = ", ".join(report["unmatched_links"]["examples"])
            logger.warning(
                "links that look like articles and match no article_links: %s (%s)", len(self.unmatched), examples
            )
        for finding in report["drift"]:
            logger.warning("layout drift: %s", finding)
        assert self.verdict is not None
        self.last_line = (
            f"{self.verdict.word}: {self.verdict.sentence} (exit code {self.verdict.code:d}). "
            f"{articles['new']} new articles, {articles['duplicate']} duplicates, "
            f"{frontier.get('total/pending', 0)} pages pending; output {outputs}; report {self.places.report}"
        )

    def tell_verdict(self) -> None:
        """Write the last line of the log. Signal engine_stopped: all other components have written theirs."""
        if self.verdict is not None:
            logger.log(logging.INFO if self.verdict.code == 0 else logging.ERROR, "%s", self.last_line)


def _group(stats: dict[str, Any], room: str) -> dict[str, Any]:
    return {key.partition("/")[2]: value for key, value in stats.items() if key.startswith(f"{room}/")}
