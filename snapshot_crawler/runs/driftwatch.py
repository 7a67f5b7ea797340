"""The watch for layout drift: signals about pages and articles go in, findings come out when the spider closes.

The figures and their test are in drift.py, the history in drifthistory.py.

Stats made here: `drift/findings`, a list of sentences with example addresses, which the verdict turns into the exit
code LAYOUT_DRIFT; absent when nothing drifted.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.exceptions import StateError
from snapshot_crawler.frontier.requests import leads_to_list
from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.text.containers import Containers, usual_of
from snapshot_crawler.pages.site.fields import Corrections
from snapshot_crawler.runs import drift, drifthistory
from snapshot_crawler.runs.drift import ARTICLE_YIELD
from snapshot_crawler.signals import list_read, page_rejected

logger = logging.getLogger(__name__)
READ_FROM_CONTAINER = (ARTICLE_YIELD, "is without doubt", "is read with confidence", "body")
# Reasons of rejection that are about the page's layout. A missing or forbidden page says nothing about it.
LAYOUT_REASONS = frozenset({"not-article", "no-title", "no-body", "block-page", "login", "soft-404"})


class DriftWatch:
    """Setting DRIFT_WATCH = False switches it off; DRIFT_ACCEPT = True takes this run as the new custom."""

    def __init__(self, crawler: Crawler, *, accept: bool) -> None:
        self.crawler, self.accept = crawler, accept
        self.run = drift.Figures()
        self.examples = drift.Examples()
        self.history = drifthistory.History()
        self.short_below: float | None = None
        self.reasons: Counter[str] = Counter()  # of pages without an article
        self.details: dict[str, list[str]] = {}  # what else is known of a share, in words

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DriftWatch:
        """Scrapy's constructor."""
        if not crawler.settings.getbool("DRIFT_WATCH"):
            raise NotConfigured
        watch = cls(crawler, accept=crawler.settings.getbool("DRIFT_ACCEPT"))
        for receiver, signal in (
            (watch.opened, signals.spider_opened),
            (watch.article_passed, signals.item_scraped),
            (watch.item_dropped, signals.item_dropped),
            (watch.page_rejected, page_rejected),
            (watch.list_read, list_read),
            (watch.closed, signals.spider_closed),
        ):
            crawler.signals.connect(receiver, signal)
        return watch

    def opened(self, spider: Spider) -> None:
        """Read the history. Where it cannot be read, log that and leave the file as it is."""
        self.path = DataDir.from_crawler(self.crawler).drift
        try:
            self.history = drifthistory.History() if self.accept else drifthistory.load(self.path)
        except StateError as error:
            logger.error("%s", error)
        if isinstance(containers := getattr(spider, "containers", None), Containers):
            containers.usual = usual_of(self.history.usual.containers)
        usual = self.history.usual.usual_length
        self.short_below = usual * drift.SHORT_BODY if usual else None

    def article_passed(self, item: Any, response: Response | None) -> None:
        """Count an article that reached the output."""
        if isinstance(item, Article):
            self.note(ARTICLE_YIELD, item.url, hit=True)
            self.run.note_article(item)
            for name in drift.WATCHED_FIELDS:
                if not getattr(item, name):
                    self.examples.add(f"has {name}", item.url)
            if item.suspect:
                self.examples.add("is without doubt", item.url)
            if item.confidence is not None and item.confidence < drift.SURE:
                self.examples.add("is read with confidence", item.url)
            if self.short_below and len(item.body or "") < self.short_below:
                self.examples.add("body", item.url)

    def item_dropped(self, item: Any, exception: Exception) -> None:
        """Count an article without title or body against the layout; a duplicate was read well."""
        if isinstance(item, Article):
            reason = str(exception).partition(":")[0].split(" ")[0]
            self.note(ARTICLE_YIELD, item.url, hit=reason not in LAYOUT_REASONS)

    def page_rejected(self, request: Request, reason: str) -> None:
        """Count a page that was fetched and held no article where one was promised."""
        if reason in LAYOUT_REASONS:
            self.reasons[reason] += 1
            self.note(drift.LIST_YIELD if leads_to_list(request) else ARTICLE_YIELD, request.url, hit=False)

    def list_read(self, request: Request, links: int) -> None:
        """Count a page of links; one without any is an example."""
        self.run.note_list(links)
        if not links:
            self.examples.add(drift.LIST_YIELD, request.url)

    def note(self, name: str, url: str, *, hit: bool) -> None:
        """Count one page, and keep its address when it failed."""
        self.run.note(name, hit)
        if not hit:
            self.examples.add(name, url)

    def closed(self, spider: Spider) -> None:
        """Judge the run with the recent ones. Only a run without drift is added to the usual."""
        stats = self.crawler.stats
        assert stats is not None
        for key, count in stats.get_stats().items():
            kind, _, rest = key.partition("/")
            if kind == "fields" and rest.endswith(("/hit", "/empty", "/gone")):
                rule, _, outcome = rest.rpartition("/")
                name = f"rule for {rule} finds something"
                share = self.run.shares.setdefault(name, drift.Share())
                share.pages += count
                share.hits += count if outcome == "hit" else 0
                if outcome != "hit":
                    self.details.setdefault(name, []).append(f"its element is {outcome} on {count:.0f}")
        self.look_at_containers(spider)
        run = drifthistory.Recent(time.time(), self.run, self.examples.urls.get(ARTICLE_YIELD, []))
        found = [] if self.accept else self.history.judge(run)
        self.examples.urls.setdefault(ARTICLE_YIELD, self.history.examples())
        if self.accept:
            self.history.usual = self.run
        else:
            self.history.learn(run, is_drift=bool(found))
        if found:
            stats.set_value("drift/findings", [self.told(name, sentence) for name, sentence in found])
        if self.history.recent or self.history.usual.shares:
            try:
                drifthistory.save(self.path, self.history)
            except OSError as error:
                logger.error("the history of the pages %s cannot be written: %s", self.path, error.strerror)

    def look_at_containers(self, spider: Spider) -> None:
        """Note why pages gave no article: refusals, a usual container that is gone or empty; keep examples."""
        details = [f"{reason} on {count}" for reason, count in self.reasons.most_common()]
        containers = getattr(spider, "containers", None)
        if isinstance(containers, Containers):
            self.run.containers = dict(containers.seen)
            if containers.gone:
                details.append(f"the usual container is gone on {containers.gone}")
            if containers.empty:
                details.append(f"the usual container is there, empty, on {containers.empty}")
        if details:
            self.details |= dict.fromkeys(READ_FROM_CONTAINER, details)
        corrections = getattr(spider, "corrections", None)
        if isinstance(corrections, Corrections):
            for rule, urls in corrections.missed.items():
                self.examples.urls[f"rule for {rule} finds something"] = urls

    def told(self, name: str, sentence: str) -> str:
        """A finding with its reasons and a few addresses."""
        details = f" ({', '.join(self.details[name])})" if name in self.details else ""
        return f"{sentence}{details}; see {', '.join(self.examples.urls.get(name) or ['the report'])}"
