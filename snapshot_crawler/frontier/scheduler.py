"""The frontier as Scrapy's scheduler: requests in, requests out. run.py has the life of a run, and its commits.

Stats: frontier/enqueued, frontier/known (links that were known), frontier/leased, frontier/done, frontier/failed,
frontier/refused, frontier/commits, frontier/items (in the output), frontier/unserialisable (kept in memory only),
frontier/parked (pending at the end because their host is parked), frontier/host_failed (failed because their host is
parked and has answered for no page), frontier/recovered (leases of a killed run),
frontier/reopened (refused by an earlier version without evidence),
frontier/republished (lines lost from the output), frontier/revisited (lists looked at again), frontier/rechecked
(young articles looked at again), frontier/repeated (items of plain spiders that were in the output already),
frontier/output_failed (why the output could not be written).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from snapshot_crawler.exceptions import StorageError
from snapshot_crawler.frontier.outcome import Kind, Outcome, rejected
from snapshot_crawler.frontier.requests import (
    Unstorable,
    asked_again,
    bare_entry,
    entry_of,
    hop_of,
    in_that_spelling,
    key_at,
    key_of,
    key_of_address,
    request_of,
)
from snapshot_crawler.frontier.run import IN_MEMORY, FrontierRun
from snapshot_crawler.frontier.store import Entry, State
from snapshot_crawler.frontier.takes import May
from snapshot_crawler.meta import (
    AFTER_ALL,
    ASKED_AGAIN,
    FETCHED_BEFORE,
    FOUND_BY,
    HANDED_OUT,
    IF_CHANGED,
    REDIRECT_URLS,
    RETRY_WAIT_S,
    ROW,
    TRIED_BEFORE,
)
from snapshot_crawler.pages.kinds import NEXT_PART
from snapshot_crawler.signals import links_left, storage_failed
from snapshot_crawler.urls import host as host_of

logger = logging.getLogger(__name__)


class FrontierScheduler(FrontierRun, BaseScheduler):
    """Scrapy's hooks, and what other rooms ask (door.Frontier)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.unstored_keys: set[str] = set()  # of what JSON cannot hold, of the whole run
        self.asked: Counter[str] = Counter()  # see requests.asked_again
        self.paged: set[str] = set()  # later pages of lists that this run has asked for
        self.told_unstorable = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """Scrapy's constructor."""
        scheduler = cls(crawler)
        scheduler.outcomes.listen(crawler.signals)
        crawler.signals.connect(scheduler.fail, storage_failed)
        crawler.signals.connect(scheduler.left.note, links_left)
        return scheduler

    # --- In
    def enqueue_request(self, request: Request) -> bool:
        """Store a request; False for one that is known. Retries and redirects, which come back, are kept."""
        try:
            return self._enqueue(request)
        except StorageError as error:
            self.fail(error)
            return False

    def _enqueue(self, request: Request) -> bool:
        is_marked = not {HANDED_OUT, ASKED_AGAIN, REDIRECT_URLS}.isdisjoint(request.meta)
        if request.dont_filter and not is_marked:
            request = asked_again(request, "", self.asked)  # of an errback, or a signal's receiver: no page is known
        key = key_of(request)
        hops = [key_at(url, request) for url in request.meta.get(REDIRECT_URLS) or ()]
        if (came_from := hop_of(request)) is not None:
            self.outcomes.redirected(came_from, request.url)
        if key in self.outcomes.by_key:
            if HANDED_OUT not in request.meta and key not in hops:  # one more link to it, or a redirect from elsewhere
                self._count("known", FOUND_BY in request.meta)
                return False
            is_stored = self.outcomes.by_key[key].id != IN_MEMORY
            if request.meta.get(AFTER_ALL) and RETRY_WAIT_S not in request.meta and is_stored:
                self.outcomes.put_off(self.outcomes.by_key[key], entry_of(request, self.spider))
                return True
            if is_stored and self.shared is not None and self.shared.is_foreign(request):
                self.outcomes.move(self.outcomes.by_key[key], entry_of(in_that_spelling(request), self.spider))
                return True
            self.waiting.put(request)  # the same page once more: a retry, or put back by a middleware
            return True
        try:
            entry = entry_of(request, self.spider)
        except Unstorable as culprit:
            return self._keep_in_memory(request, culprit)
        self.is_dirty = True
        if self.arrivals.take(entry):
            if hops or entry.kind == NEXT_PART:  # what a page is made of; everything else it links to may wait
                self.arrivals.store()
                self.store.include(key)
            self.turns.arrived(entry.host)
            self.outcomes.brought_new(came_from or request.meta.get(FOUND_BY))
            self._count("enqueued")
            return True
        return self._known(key, entry, request, comes_back=key in hops)

    def _known(self, key: str, entry: Entry, request: Request, *, comes_back: bool) -> bool:
        """An address that is stored already: the next page of a list that brought something is visited again, and a
        page to which a chain of redirects comes back (it has set a cookie)."""
        self._count("known", FOUND_BY in request.meta)  # else it is a start, or where one redirects to, and no link
        if ROW in request.meta and REDIRECT_URLS not in request.meta:
            self._learn_row(key, entry)
        wants_overlap = entry.kind == "next" and self.outcomes.fresh[request.meta.get(FOUND_BY, "")] > 0
        is_redirect = REDIRECT_URLS in request.meta and entry.kind != "start"
        if not comes_back and (ASKED_AGAIN in request.meta or not (wants_overlap or is_redirect)):
            return False
        if wants_overlap and key in self.paged:
            return False  # it was due itself
        stored = self.store.get(key)
        if stored is None or stored.state in (State.PENDING, State.LEASED):
            return False
        if not (wants_overlap or comes_back or stored.is_list):
            return False
        is_ours = self.shared is None or self.shared.hosts.holds(stored.host)
        if comes_back and is_ours:  # perhaps in another spelling, and only the one that the site named is its last word
            stored.url, stored.host = entry.url, entry.host
        stored.state = State.PENDING
        self.store.update(stored)
        self.turns.arrived(stored.host)
        return True

    def _learn_row(self, key: str, entry: Entry) -> None:
        """A list's row for an article that another article has led to, and that is still to be fetched."""
        self.arrivals.store()
        stored = self.store.get(key)
        if stored is None or stored.state != State.PENDING or f'"{ROW}":' in stored.body:
            return
        stored.body, stored.priority, stored.kind, stored.parent = entry.body, entry.priority, entry.kind, entry.parent
        self.store.update(stored)
        self.turns.held.discard(stored.host)
        self.is_dirty = True

    def _keep_in_memory(self, request: Request, culprit: Unstorable) -> bool:
        key = key_of(request)
        if key in self.unstored_keys or self.arrivals.known(key):
            self._count("known")
            return False
        self.unstored_keys.add(key)
        self._count("unserialisable")
        if not self.told_unstorable:
            self.told_unstorable = True
            logger.warning("%s cannot be stored (%s): it is lost if this run is killed", request, culprit)
        self.waiting.put(request)
        return True

    def seen(self, urls: list[str]) -> set[str]:
        """See door.Frontier."""
        try:
            seen = self.arrivals.seen(urls)
        except StorageError as error:
            self.fail(error)
            return set(urls)  # nothing new can be stored any more
        self._count("known", len(seen))
        return seen

    # --- Out
    def next_request(self) -> Request | None:
        """The next request, or None while all hosts must wait."""
        try:
            return self._next()
        except StorageError as error:
            self.fail(error)
            return None

    def _next(self) -> Request | None:
        self.arrivals.store()
        self._acknowledge_finished()
        if self.has_failed:
            return None
        if self.shared is not None:
            self.shared.hosts.make_sure()
        for parked in self.waiting.take_parked():
            self._put_back(parked)
        if (request := self.waiting.next()) is not None:
            return self._hand_out_again(request)
        while (entry := self.turns.next()) is not None:
            self.is_dirty = True
            match self.takes.may(entry, self.outcomes.by_key.values()):
                case May.WAIT:
                    self.turns.give_back(entry)
                    return None
                case May.GO_AFTER_COMMIT:
                    self.commit()
                    if self.has_failed:
                        return None
            if (handed_out := self._hand_out(entry)) is not None:
                return handed_out
        return None

    def _put_back(self, request: Request) -> None:
        """A request that waited for a host which is not asked again in this run: pending, where it is stored."""
        if self.shared is not None and self.shared.forget_foreign(request):
            return
        entry = self.store.get(key_of(request))
        if entry is None:
            self.unasked += 1
            logger.warning("%s is lost: it cannot be stored, and its host is asked for nothing more", request)
            return
        self.outcomes.by_key.pop(entry.key, None)
        entry.state = State.PENDING
        self.store.update(entry)
        self.turns.arrived(entry.host)
        self.is_dirty = True

    def _hand_out(self, entry: Entry) -> Request | None:
        try:
            request = request_of(entry, self.spider)
        except (AttributeError, ValueError, TypeError) as error:
            entry.state, entry.outcome = State.FAILED, str(Outcome(Kind.UNREADABLE, str(error)))
            entry.attempts += 1
            self.store.update(entry)
            self._count("failed")
            return None
        if entry.fetched_at and entry.attempts == 0:
            request.meta[FETCHED_BEFORE] = True
        if entry.attempts:
            request.meta[TRIED_BEFORE] = True
        if (entry.is_list or entry.item_count) and entry.fetched_at and entry.attempts == 0:
            _ask_if_changed(request, entry)
        if entry.kind == "next":
            self.paged.add(entry.key)
        self.takes.handed_out(entry)
        self._count("leased")
        return self._begun(request, entry)

    def _hand_out_again(self, request: Request) -> Request:
        key = key_of(request)
        entry = self.store.get(key) or self.outcomes.by_key.get(key) or bare_entry(request)
        entry.state = State.LEASED
        return self._begun(request, entry)

    def _begun(self, request: Request, entry: Entry) -> Request:
        request.meta[HANDED_OUT] = True
        self.outcomes.begun(request, entry)
        self.turns.begun(entry)
        return request

    def has_pending_requests(self) -> bool:
        """Whether anything is left that may still be fetched in this run."""
        if self.has_failed:
            return False
        if self.shared is not None and (self.is_dirty or self.shared.hosts.is_work_left()):
            return True
        return self.waiting.has_more() or self.turns.has_more()

    # --- For other rooms
    def may_ask(self, url: str) -> bool:
        """See door.Frontier."""
        try:
            return self.shared is None or self.shared.may_ask(url)
        except StorageError as error:
            self.fail(error)
            return False

    def told_robots(self, origin: str) -> tuple[dict[str, Any], float] | None:
        """See door.Frontier."""
        try:
            return self.shared.share.told_robots(host_of(origin), origin) if self.shared is not None else None
        except StorageError as error:
            self.fail(error)
            return None

    def tell_robots(self, origin: str, said: dict[str, Any], lasts_s: float) -> None:
        """See door.Frontier."""
        try:
            if self.shared is not None:
                self.shared.share.tell_robots(host_of(origin), origin, said, lasts_s)
        except StorageError as error:
            self.fail(error)

    def asked_again_at(self, key: str) -> list[dict[str, Any]]:
        """See door.Frontier."""
        self.arrivals.store()
        return [request_of(entry, self.spider).meta for entry in self.store.asked_again_at(key)]

    def state(self, name: str) -> Any:
        """See door.Frontier."""
        return self.store.get_state(f"note/{name}")

    def remember(self, name: str, value: Any) -> None:
        """See door.Frontier."""
        self.store.set_state(f"note/{name}", value)
        self.is_dirty = True

    def reopen(self, outcomes: list[str]) -> list[str]:
        """See door.Frontier."""
        self.arrivals.store()
        urls = self.store.reopen([str(rejected(outcome)) for outcome in outcomes])
        if urls:
            self.is_dirty = True
            self.turns.open(self.store)
            self._count("reopened", len(urls))
        return urls

    def outcome(self, key: str) -> Outcome | None:
        """See door.Frontier."""
        self.arrivals.store()
        entry = self.store.get(key)
        return Outcome.parse(entry.outcome) if entry is not None else None

    def is_acknowledged(self, name: str) -> bool:
        """See door.Frontier."""
        self.arrivals.store()
        entry = self.store.get(name) or self.store.get(key_of_address(name))
        return entry is not None and (
            entry.state == State.DONE or (entry.state == State.FAILED and entry.item_count > 0)
        )

    def to_publish_again(self) -> Iterator[str]:
        """See door.Frontier."""
        return self.store.to_publish_again()


def _ask_if_changed(request: Request, entry: Entry) -> None:
    """Ask for the page only if it has changed since the last visit; a request that asks for that itself is left."""
    headers = {"If-None-Match": entry.etag, "If-Modified-Since": entry.modified}
    asked = {name: value for name, value in headers.items() if value}
    if asked and not any(name in request.headers for name in headers):
        request.headers.update(asked)
        request.meta[IF_CHANGED] = True
