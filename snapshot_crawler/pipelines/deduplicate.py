"""De-duplicate: an article goes in and comes out with its story and version; an article exported before is dropped.

The last pipeline, after cleaning and validation. It asks the index that all jobs of a DATA_DIR share. When the frontier
has committed a request, the pipeline tells the index, and the index settles the entries of that request's articles.
Items of plain spiders are judged too if they are articles: an address (url or id), a title and a body, all of them
text. All other items pass. The index writes only into fields that an item has.

Stats: dedup/new, dedup/changed, dedup/again, dedup/duplicate, dedup/unchanged count decisions; dedup/rule/<rule> the
duplicates of each rule; dedup/recovered and dedup/withdrawn count entries that an earlier run left unsettled.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.utils.asyncio import call_later

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.dedup.content import OWN_FIELDS, content_hash
from snapshot_crawler.dedup.decision import Candidate, Decision
from snapshot_crawler.dedup.fingerprint import fingerprint
from snapshot_crawler.dedup.index import Index, open_index
from snapshot_crawler.dedup.renewed import UNTOLD, from_note
from snapshot_crawler.exceptions import (
    ConfigurationError,
    DatabaseAwayError,
    LeaseLostError,
    StateError,
    StorageError,
    is_disk_trouble,
)
from snapshot_crawler.frontier.door import frontier_of
from snapshot_crawler.frontier.requests import committed_as
from snapshot_crawler.items import Article
from snapshot_crawler.meta import ASKED_AGAIN
from snapshot_crawler.signals import frontier_committed, frontier_committing, frontier_dropped, storage_failed
from snapshot_crawler.urls import article_id, normalise

logger = logging.getLogger(__name__)
WITHDRAWN_AT_ONCE = 200  # about 10 ms of the index's lock, for which other crawls wait
USUAL_LEASE_S = 45.0  # FRONTIER_LEASE
PASS_EVERY_S = 3.0  # with it; small beside the time after which a process counts as hanging (dedup/presence.py)
GLANCE_S = 0.02  # by choice: how long another process may wait for an index that is held; a glance costs 10 µs
POLICIES = ("drop", "mark")
ASKED = frozenset({"id", "url", "title", "body", "source", "published_at", "site", *OWN_FIELDS})  # of an article


class DuplicateArticle(DropItem):
    """An article that was exported before. reason: duplicate or unchanged; details: what the duplicates file shows."""

    def __init__(self, reason: str, details: dict[str, object]) -> None:
        """details: duplicate_of, similarity, rule, story, first_source."""
        super().__init__(f"{reason} of {details['duplicate_of']} ({details['rule']})")
        self.reason = reason
        self.details = details
        self.duplicate_of = details["duplicate_of"]
        self.similarity = details["similarity"]
        self.rule = details["rule"]
        self.story = details["story"]


class DeduplicatePipeline:
    """Setting DUPLICATES: "drop" writes duplicates to the duplicates file, "mark" exports them with duplicate_of."""

    def __init__(self, crawler: Crawler, policy: str) -> None:
        """policy: the setting DUPLICATES. Raises ConfigurationError for another word."""
        if policy not in POLICIES:
            raise ConfigurationError(f"DUPLICATES is {policy!r}; say one of {', '.join(POLICIES)}")
        self.crawler = crawler
        self.mark = policy == "mark"
        self.index: Index | None = None
        self.settles_beside = False  # in the frontier's own transaction, and not behind it
        self.to_settle: list[str] = []
        self.scale = (crawler.settings.getfloat("FRONTIER_LEASE") or USUAL_LEASE_S) / USUAL_LEASE_S
        self.timer: Any = None
        self.glance: Any = None  # the timer of the next one

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's hook."""
        pipeline = cls(crawler, str(crawler.settings.get("DUPLICATES", "drop")))
        crawler.signals.connect(pipeline.committing, frontier_committing)
        crawler.signals.connect(pipeline.committed, frontier_committed)
        crawler.signals.connect(pipeline.dropped, frontier_dropped)
        crawler.signals.connect(pipeline.closed, signals.spider_closed)
        crawler.signals.connect(pipeline.left, signals.item_scraped)
        crawler.signals.connect(pipeline.left, signals.item_dropped)
        return pipeline

    def open_spider(self) -> None:
        """Open the index, and settle or withdraw the entries that an earlier run of this job left unsettled."""
        data_dir = DataDir.from_crawler(self.crawler)
        self.index = open_index(self.crawler.settings, data_dir.root, data_dir.job)
        frontier = frontier_of(self.crawler)
        if frontier is not None and (untold := from_note(frontier.state(UNTOLD))):  # of a re-parse that was killed
            self.index.renew(untold)
            frontier.remember(UNTOLD, None)
        withdrawn = self._withdraw(frontier.to_publish_again() if frontier is not None else ())
        if self.index.settles_in_commits:
            self.settles_beside = frontier is not None and frontier.beside(self._settle_within)
            if frontier is not None and self.settles_beside:
                self.index.trust_only_elsewhere(frontier.may_ask)
            self._pass()
        # settled beside the frontier, what is not settled was not committed, whoever has acknowledged the page since
        knows = frontier is not None and not self.settles_beside
        settled, gone = self.index.recover(frontier.is_acknowledged if frontier and knows else lambda url: False)
        self._count("recovered", settled)
        self._count("withdrawn", withdrawn + gone)
        if frontier is not None:
            self.index.hold()

    def _pass(self) -> None:
        """Show that the crawl is at work."""
        if self.index is not None:
            self.index.passed()
            self.timer = call_later(PASS_EVERY_S * self.scale, self._pass)

    def _withdraw(self, urls: Iterable[str]) -> int:
        """Withdraw the articles at these addresses, WITHDRAWN_AT_ONCE at a time; returns how many the index had."""
        assert self.index is not None
        withdrawn, rest = 0, iter(urls)
        while part := list(islice(rest, WITHDRAWN_AT_ONCE)):
            withdrawn += self.index.withdraw(part)
        return withdrawn

    def close_spider(self) -> None:
        """Settle all exports of a run without our frontier: nobody reports their commits later."""
        if self.index is not None and frontier_of(self.crawler) is None:
            self.index.settle_all()

    def closed(self) -> None:
        """Signal spider_closed. Not before: the frontier makes its last commit after the pipelines are closed."""
        if self.timer is not None:
            self.timer.cancel()
        if self.index is not None:
            self.index.close()
        self.index = None
        if self.glance is not None:
            self.glance.cancel()

    def process_item(self, item: Any) -> Any:
        """Mark the item, or drop it with DuplicateArticle."""
        article = candidate_of(_fields_of(item) if isinstance(item, Article) else ItemAdapter(item))
        if article is None or self.index is None:
            return item
        try:
            decision = self.index.decide(article, mark=self.mark)
        except (StorageError, StateError) as error:
            self._give_up(error)
            raise DropItem(f"storage-failed: {error}") from error
        self._glance_later()
        self._count(decision.action)
        if decision.action == "duplicate":
            self._count(f"rule/{decision.rule}")
        if decision.action == "unchanged" or (decision.action == "duplicate" and not self.mark):
            raise DuplicateArticle(decision.action, _details(decision, article))
        _mark(item, article, decision)
        return item

    def committing(self, urls: list[str]) -> None:
        """Signal frontier_committing: these requests are about to be acknowledged. What was decided comes to the disk
        before the lines do."""
        self.to_settle = urls
        if self.index is not None:
            try:
                self.index.flush()
            except (StorageError, StateError) as error:
                self._fail(error)

    def _settle_within(self, transaction: Any) -> None:
        """Called in the frontier's transaction. Raises LeaseLostError, which undoes it."""
        if self.index is not None and self.to_settle:
            self.index.settle_within(transaction, self.to_settle)

    def dropped(self, urls: list[str]) -> None:
        """Signal frontier_dropped: others fetch these again."""
        if self.index is not None:
            try:
                self._count("withdrawn", self.index.give_back(urls))
            except (StorageError, StateError) as error:
                self._give_up(error)

    def _glance_later(self) -> None:
        if self.glance is None and self.index is not None and self.index.is_held:
            self.glance = call_later(GLANCE_S, self._let_others_in)

    def _let_others_in(self) -> None:
        self.glance = None
        if self.index is not None:
            try:
                self.index.let_others_in()
            except (StorageError, StateError) as error:
                self._fail(error)
            self._glance_later()

    def committed(self, urls: list[str]) -> None:
        """Signal frontier_committed: these requests are acknowledged and their lines are on disk."""
        if self.index is None:
            return
        if self.settles_beside:
            self.index.committed()
        else:
            try:
                self.index.settle(urls)
            except (StorageError, StateError) as error:  # the next run settles them: recover()
                self._give_up(error)

    def left(self, item: Any, response: Response | None) -> None:
        """Signals item_scraped and item_dropped: only they have the response, and so the request of the page."""
        first = _request_name(response)
        if isinstance(item, Article):  # the same without an adapter, which takes ten times as long
            article = _named(item.id, item.url)
        else:
            article = _name(ItemAdapter(item)) if ItemAdapter.is_item(item) else None
        if self.index is None or not first or not article:
            return
        if normalise(first) != article[1] or _is_one_of_several(response):
            try:
                self.index.also_at(article[0], first)
                self._glance_later()
            except (StorageError, StateError) as error:
                self._give_up(error)

    def _give_up(self, error: StorageError | StateError) -> None:
        """Report that the index cannot be used, which ends the run without a commit. Other errors are raised."""
        is_shared = isinstance(error, (DatabaseAwayError, LeaseLostError))
        if isinstance(error, StorageError) and not is_shared and not is_disk_trouble(error):
            raise error
        self._fail(error)

    def _fail(self, error: StorageError | StateError) -> None:
        self.crawler.signals.send_catch_log(storage_failed, error=error, spider=self.crawler.spider)

    def _count(self, what: str, number: int = 1) -> None:
        if self.crawler.stats is not None and number:
            self.crawler.stats.inc_value(f"dedup/{what}", number)


def _request_name(response: Response | None) -> str | None:
    """The name under which the frontier acknowledges the page. response: a Failure for items of errbacks."""
    if response is None or response.request is None:
        return None
    return committed_as(response.request)


def _is_one_of_several(response: Response | None) -> bool:
    """Whether the frontier keeps several requests for the page's address, each committed by itself."""
    return response is not None and response.request is not None and ASKED_AGAIN in response.request.meta


def _name(record: Mapping[str, Any]) -> tuple[str, str] | None:
    """(id, normalised address) of an item; None when it has neither."""
    return _named(record.get("id"), record.get("url"))


def _named(own: Any, url: Any) -> tuple[str, str] | None:
    """See _name."""
    address = normalise(url) if isinstance(url, str) and url else None
    name = str(own) if own else (article_id(address) if address else "")
    return (name, address or name) if name else None


def _fields_of(article: Article) -> dict[str, Any]:
    """What the index asks about an Article; an adapter takes ten times as long for each."""
    return {name: getattr(article, name, None) for name in ASKED}


def candidate_of(record: Mapping[str, Any]) -> Candidate | None:
    """The item, or an adapter of it, in the form that the index asks for; None when it is no article."""
    name = _name(record)
    if name is None or not (_is_filled(record.get("title")) and _is_filled(record.get("body"))):
        return None
    title, body, source, date = (_text(record.get(field)) for field in ("title", "body", "source", "published_at"))
    return Candidate(
        name[0], name[1], content_hash(record), fingerprint(title, body, date), source or record.get("site")
    )


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _details(decision: Decision, article: Candidate) -> dict[str, object]:
    return {
        "duplicate_of": decision.duplicate_of or article.id,
        "similarity": decision.similarity,
        "rule": decision.rule,
        "story": decision.story,
        "first_source": decision.first_source,
    }


def _mark(item: Any, article: Candidate, decision: Decision) -> None:
    """Write the index's fields into an item, but only fields that the item has."""
    fields = {
        "content_hash": article.content,
        "version": decision.version,
        "supersedes": decision.supersedes,
        "story": decision.story,
        "duplicate_of": decision.duplicate_of,
        "similarity": decision.similarity,
        "rule": decision.rule,
    }
    if isinstance(item, Article):
        for name, value in fields.items():
            setattr(item, name, value)
        return
    adapter = ItemAdapter(item)
    known = adapter.field_names()  # a dict's are its keys
    for name, value in fields.items():
        if name in known:
            adapter[name] = value
