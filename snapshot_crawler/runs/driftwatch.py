"""Watches a run for layout drift: pages and articles are counted as they pass, judged when the spider closes.

Stats made here: `drift/findings`, a list of sentences with example addresses, which the verdict turns into the exit
code LAYOUT_DRIFT; absent when nothing drifted.
"""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.exceptions import StateError
from snapshot_crawler.frontier.requests import leads_to_list
from snapshot_crawler.items import Article
from snapshot_crawler.runs import drift
from snapshot_crawler.signals import page_rejected

logger = logging.getLogger(__name__)
ARTICLE_YIELD, LIST_YIELD = "gives an article", "list gives links"
# Rejections that speak of the page's layout; a missing page or a forbidden one says nothing about it.
LAYOUT_REASONS = frozenset({"not-article", "no-title", "no-body", "block-page", "login", "soft-404"})


class DriftWatch:
    """Setting DRIFT_WATCH = False switches it off; DRIFT_ACCEPT = True takes this run as the new custom."""

    def __init__(self, crawler: Crawler, *, accept: bool) -> None:
        self.crawler, self.accept = crawler, accept
        self.run = drift.Figures()
        self.examples = drift.Examples()
        self.history = drift.Figures()
        self.short_below: float | None = None

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
            (watch.closed, signals.spider_closed),
        ):
            crawler.signals.connect(receiver, signal)
        return watch

    def opened(self, spider: Spider) -> None:
        """Read the history; one that cannot be read is told and left alone."""
        self.path = DataDir.from_crawler(self.crawler).drift
        try:
            self.history = drift.Figures() if self.accept else drift.load(self.path)
        except StateError as error:
            logger.error("%s", error)
        usual = self.history.usual_length
        self.short_below = usual * drift.SHORT_BODY if usual else None

    def article_passed(self, item: Any, response: Response | None) -> None:
        """Count an article that reached the output."""
        if isinstance(item, Article):
            self.note(ARTICLE_YIELD, item.url, hit=True)
            self.run.note_article(item)
            for name in drift.WATCHED_FIELDS:
                if not getattr(item, name):
                    self.examples.add(f"has {name}", item.url)
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
            self.note(LIST_YIELD if leads_to_list(request) else ARTICLE_YIELD, request.url, hit=False)

    def note(self, name: str, url: str, *, hit: bool) -> None:
        """Count one page, and keep its address when it failed."""
        self.run.note(name, hit)
        if not hit:
            self.examples.add(name, url)

    def closed(self, spider: Spider) -> None:
        """Judge the run; only a run without drift becomes part of the history."""
        stats = self.crawler.stats
        assert stats is not None
        for key, count in stats.get_stats().items():
            kind, _, rest = key.partition("/")
            if kind == "fields" and rest.endswith(("/hit", "/miss")):
                rule, _, outcome = rest.rpartition("/")
                share = self.run.shares.setdefault(f"rule for {rule} finds something", drift.Share())
                share.pages += count
                share.hits += count if outcome == "hit" else 0
        found = [] if self.accept else drift.drifted(self.history, self.run)
        if found:
            sentences = [
                f"{sentence}; see {', '.join(self.examples.urls.get(name, ['the report']))}" for name, sentence in found
            ]
            stats.set_value("drift/findings", sentences)
            return
        if any(share.pages for share in self.run.shares.values()):
            try:
                drift.save(self.path, drift.merged(self.history, self.run))
            except OSError as error:
                logger.error("the history of the pages %s cannot be written: %s", self.path, error.strerror)
