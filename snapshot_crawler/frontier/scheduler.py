"""The frontier as Scrapy's scheduler: requests in, requests out, each acknowledged when all it brought is safe.

A request is acknowledged when its callback has finished, its items are through the pipelines, its links are stored,
and its lines are on the disk, all in one commit. A commit comes every COMMIT_EVERY_S seconds or COMMIT_EVERY
acknowledgements. After a crash the store is as the last commit left it, and the output is cut back to the same commit.

There is no signal for "this request is finished", but the engine keeps the set of requests in progress; a leased
request that has left it is finished (Scrapy 2.19, engine._slot.inprogress).

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

import asyncio
import functools
import logging
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeGuard

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.exceptions import StorageError, way_out
from snapshot_crawler.frontier.brought import Brought
from snapshot_crawler.frontier.claims import Owner, claim
from snapshot_crawler.frontier.full import begin_full_crawl, end_full_crawl, is_full
from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.frontier.leftover import NOTE, LeftLinks
from snapshot_crawler.frontier.outcome import Kind, Outcome, rejected
from snapshot_crawler.frontier.outcomes import Outcomes
from snapshot_crawler.frontier.recent import RecentKeys
from snapshot_crawler.frontier.recovery import recover_outputs
from snapshot_crawler.frontier.requests import (
    AFTER_ALL,
    ASKED_AGAIN,
    FETCHED_BEFORE,
    FOUND_BY,
    HANDED_OUT,
    IF_CHANGED,
    NEXT_PART,
    REFUSED,
    TRIED_BEFORE,
    Unstorable,
    asked_again,
    bare_entry,
    entry_of,
    hop_of,
    key_at,
    key_of,
    key_of_address,
    request_of,
)
from snapshot_crawler.frontier.revisit import RevisitPolicy
from snapshot_crawler.frontier.store import Entry, State, frontiers_of, name_of
from snapshot_crawler.frontier.turns import HostGate, HostTurns
from snapshot_crawler.frontier.waiting import WaitingRequests
from snapshot_crawler.pages.dates.times import CHINA
from snapshot_crawler.signals import frontier_committed, links_left, outputs_asked, outputs_ready, storage_failed
from snapshot_crawler.urls import identity

logger = logging.getLogger(__name__)

COMMIT_EVERY_S = 0.5
COMMIT_EVERY = 200  # acknowledgements
IN_MEMORY = 0  # the id of an entry that is not stored
SEEN_KEPT = 100_000  # keys remembered in memory
LONGEST_NAP_S = 1.0  # the engine is woken at least this often while something waits
HORIZON_S = 400 * 86_400  # a due time farther off was set by a clock that has since jumped back
REVISITED_SHARE = 0.02  # of the job's addresses: later pages of lists are looked at again only below this


def is_frontier(scheduler: object) -> TypeGuard[FrontierScheduler]:
    """Whether the crawl's scheduler is ours. isinstance() cannot tell: BaseScheduler's metaclass says yes to
    everything that has a scheduler's methods (scrapy.core.scheduler, 2.19)."""
    return FrontierScheduler in type(scheduler).__mro__


class FrontierScheduler(BaseScheduler):
    """See the module's first lines."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        assert crawler.stats is not None
        self.crawler, self.stats = crawler, crawler.stats
        self.turns = HostTurns(
            (settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") or 8) + 1,
            {
                host: int(slot["concurrency"]) + 1
                for host, slot in settings.getdict("DOWNLOAD_SLOTS").items()
                if "concurrency" in slot
            },
        )
        self.most_attempts = settings.getint("FAILED_RUNS_MAX")
        self.recheck_within_s = settings.getint("RECHECK_WITHIN")
        self.recheck_every_s = settings.getint("RECHECK_EVERY")
        self.ledger = Ledger()
        self.left = LeftLinks()
        self.outcomes = Outcomes(self.ledger, self.fail, most_attempts=self.most_attempts)
        self.waiting = WaitingRequests()  # retries, and requests that JSON cannot hold
        self.unstored_keys: set[str] = set()  # of what JSON cannot hold, of the whole run
        self.unasked = 0  # requests that JSON cannot hold and whose host is parked
        self.asked: Counter[str] = Counter()  # see requests.asked_again
        self.seen_keys = RecentKeys(SEEN_KEPT)
        self.paged: set[str] = set()  # later pages of lists that this run has asked for
        self.acknowledged: list[str] = []  # addresses since the last commit
        self.items = 0  # since the last commit
        self.last_commit = time.monotonic()
        self.is_dirty = False
        self.has_failed = False
        self.timer: Any = None
        self.told_unstorable = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """Scrapy's constructor."""
        scheduler = cls(crawler)
        scheduler.outcomes.listen(crawler.signals)
        crawler.signals.connect(scheduler.fail, storage_failed)
        crawler.signals.connect(scheduler.left.note, links_left)
        return scheduler

    @property
    def gate(self) -> HostGate:
        """Who says when a host may be asked; whoever knows sets it."""
        return self.turns.gate

    @gate.setter
    def gate(self, gate: HostGate) -> None:
        self.turns.gate = self.waiting.gate = gate

    # --- Life
    def open(self, spider: Spider) -> None:
        """Open the job's store, bring it and the outputs together, and find out what there is to do.

        Raises our errors for a store or an output that cannot be used; then all is as it was before.
        """
        self.spider = spider
        try:
            self._open()
        except BaseException:
            if hasattr(self, "store"):
                self.store.close()
            self.ledger.abandon()
            self.crawler.engine.spider = None  # nothing has been opened, so the engine has nothing to close
            raise
        self._tick_later()

    def _open(self) -> None:
        spider = self.spider
        settings, zone = self.crawler.settings, getattr(spider, "zone", None) or CHINA
        self.outcomes.policy = RevisitPolicy(settings.getint("REVISIT_MIN"), settings.getint("REVISIT_MAX"), zone)
        places = DataDir.from_crawler(self.crawler)
        self.frontiers = frontiers_of(settings, places.root)
        self.store = self.frontiers.open(places.job)
        self.ledger.brought = Brought(self.store)
        self._open_outputs(places)
        self._count("recovered", self.store.recover())
        self._find_work(settings)
        self.turns.open(self.store)
        self._ask(outputs_ready)
        self.store.set_state("stopped_cleanly", value=False)
        self.commit()

    def _find_work(self, settings: BaseSettings) -> None:
        """Make pending what this run is to look at besides what is new."""
        if since := settings["RETRY_REJECTED_SINCE"]:
            number = self.store.only_rejected(since, settings.getlist("RETRY_REJECTED_REASONS"))
            logger.info("%d pages that were rejected since %s are fetched again, and nothing else", number, since)
            return
        self.store.revive(time.time(), most_attempts=self.most_attempts)
        self._revisit(time.time())

    def _open_outputs(self, places: DataDir) -> None:
        """Claim the outputs of this run, then bring all that the job ever wrote and the frontier together."""
        planned = [output for plan in self._ask(outputs_asked) for output in plan]
        owner = Owner.of(self.store, places.job, places.root)
        self.ledger.claim(planned, owner, self.frontiers)
        if is_full(self.spider) and not self.crawler.settings["RETRY_REJECTED_SINCE"]:
            begin_full_crawl(self.store, planned)
        stopped_cleanly = bool(self.store.get_state("stopped_cleanly"))
        claim_former = functools.partial(claim, owner=owner, frontiers=self.frontiers)
        lost = recover_outputs(self.store, claim_former, self.ledger.claims, stopped_cleanly=stopped_cleanly)
        self._count("republished", lost)

    def _ask(self, signal: object) -> list[Any]:
        """Send a signal; the answers. Raises what a receiver raised."""
        answers = self.crawler.signals.send_catch_log(signal, spider=self.spider, dont_log=Exception)
        for _, answer in answers:
            if isinstance(answer, Failure):
                answer.raiseException()
        return [answer for _, answer in answers]

    def _revisit(self, now: float) -> None:
        self._count("revisited", self.store.revisit_lists(now, now + HORIZON_S, share=REVISITED_SHARE))
        if self.recheck_within_s:
            before = datetime.fromtimestamp(now - self.recheck_every_s, UTC).isoformat(timespec="seconds")
            rechecked = self.store.revisit_articles(born_after=now - self.recheck_within_s, fetched_before=before)
            self._count("rechecked", rechecked)

    def close(self, reason: str) -> None:
        """Commit what is finished; what is not stays pending for the next run."""
        if self.timer is not None:
            self.timer.cancel()
        if not self.has_failed:
            self._acknowledge_finished()
            self.store.recover()
            if reason == "finished":
                self._leave_parked_hosts()
            if self.left.found:
                self.store.set_state(NOTE, self.left.merged(self.store.get_state(NOTE)))
            self.store.set_state("stopped_cleanly", value=True)
            if reason == "finished":
                end_full_crawl(self.store)
            self.commit()
        for state, number in self.store.counts().items():
            self.stats.set_value(f"frontier/total/{state}", number)
        self.store.close()
        self.ledger.close()

    def _leave_parked_hosts(self) -> None:
        """What was not asked for because its host is parked: failed where the host has answered for no page in this
        run, so that a dead host among others keeps no crawl from its end; else pending. The next run tries both."""
        in_memory = sum(self.store.get(key_of(request)) is None for request in self.waiting.left())
        self._count("parked", self.unasked + in_memory)
        for host, number in self.store.hosts().items():
            if (why := self.gate.failed_for(host)) is None:
                self._count("parked", number)
                continue
            outcome = Outcome(Kind.FAILED, f"the host was not asked: {why}")
            self._count("host_failed", self.store.fail_host(host, str(outcome)))
            logger.warning("%d pages of %s were not asked for: %s. The next run tries them.", number, host, why)

    # --- In
    def enqueue_request(self, request: Request) -> bool:
        """Store a request; False for one that is known. Retries and redirects, which come back, are kept."""
        try:
            return self._enqueue(request)
        except StorageError as error:
            self.fail(error)
            return False

    def _enqueue(self, request: Request) -> bool:
        is_marked = not {HANDED_OUT, ASKED_AGAIN, "redirect_urls"}.isdisjoint(request.meta)
        if request.dont_filter and not is_marked:
            request = asked_again(request, "", self.asked)  # of an errback, or a signal's receiver: no page is known
        key = key_of(request)
        hops = [key_at(url, request) for url in request.meta.get("redirect_urls") or ()]
        if (came_from := hop_of(request)) is not None:
            self.outcomes.redirected(came_from, request.url)
        if key in self.outcomes.by_key:
            if HANDED_OUT not in request.meta and key not in hops:  # one more link to it, or a redirect from elsewhere
                self._count("known", FOUND_BY in request.meta)
                return False
            is_stored = self.outcomes.by_key[key].id != IN_MEMORY
            if request.meta.get(AFTER_ALL) and "retry_wait_s" not in request.meta and is_stored:
                self.outcomes.put_off(self.outcomes.by_key[key], entry_of(request, self.spider))
                return True
            self.waiting.put(request)  # the same page once more: a retry, or put back by a middleware
            return True
        try:
            entry = entry_of(request, self.spider)
        except Unstorable as culprit:
            return self._keep_in_memory(request, culprit)
        self.is_dirty = True
        if self.store.enqueue_all([entry]):
            self.seen_keys.add(key)
            if hops or entry.kind == NEXT_PART:  # what a page is made of; everything else it links to may wait
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
        wants_overlap = entry.kind == "next" and self.outcomes.fresh[request.meta.get(FOUND_BY, "")] > 0
        is_redirect = "redirect_urls" in request.meta and entry.kind != "start"
        if not comes_back and (ASKED_AGAIN in request.meta or not (wants_overlap or is_redirect)):
            return False
        if wants_overlap and key in self.paged:
            return False  # it was due itself
        stored = self.store.get(key)
        if stored is None or stored.state in (State.PENDING, State.LEASED):
            return False
        if not (wants_overlap or comes_back or stored.is_list):
            return False
        if comes_back:  # perhaps in another spelling, and only the one that the site named is its last word
            stored.url, stored.host = entry.url, entry.host
        stored.state = State.PENDING
        self.store.update(stored)
        self.turns.arrived(stored.host)
        return True

    def _keep_in_memory(self, request: Request, culprit: Unstorable) -> bool:
        key = key_of(request)
        if key in self.unstored_keys or self.store.known([key]):
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
        """Those of the normalised addresses that the frontier knows already, in any state."""
        keys = {url: identity(url) for url in urls}
        unsure = [key for key in keys.values() if key not in self.seen_keys]
        known = self.store.known(unsure) if unsure else set()
        for key in known:
            self.seen_keys.add(key)
        seen = {url for url, key in keys.items() if key in known or key in self.seen_keys}
        self._count("known", len(seen))
        return seen

    # --- Out
    def abandon(self) -> None:
        """Forget what is in progress: at a stop, downloads that do not end. They are pending for the next run."""
        self._acknowledge_finished()
        for entry in self.outcomes.leased.values():
            self.ledger.discard(entry.key)
        self.outcomes.leased.clear()

    def next_request(self) -> Request | None:
        """The next request, or None while all hosts must wait."""
        try:
            return self._next()
        except StorageError as error:
            self.fail(error)
            return None

    def _next(self) -> Request | None:
        self._acknowledge_finished()
        if self.has_failed:
            return None
        for parked in self.waiting.take_parked():
            self._put_back(parked)
        if (request := self.waiting.next()) is not None:
            return self._hand_out_again(request)
        while (entry := self.turns.next()) is not None:
            self.is_dirty = True
            if (handed_out := self._hand_out(entry)) is not None:
                return handed_out
        return None

    def _put_back(self, request: Request) -> None:
        """A request that waited for a host which is not asked again in this run: pending, where it is stored."""
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
        self.turns.under_way[entry.host] += 1
        return request

    def has_pending_requests(self) -> bool:
        """Whether anything is left that may still be fetched in this run."""
        if self.has_failed:
            return False
        return self.waiting.has_more() or self.turns.has_more()

    def _acknowledge_finished(self) -> None:
        """Settle every leased request that has left the engine, and commit when it is time."""
        engine = self.crawler.engine
        slot = engine._slot if engine is not None else None
        if slot is not None and len(self.outcomes.leased) > len(slot.inprogress):
            for request in [request for request in self.outcomes.leased if request not in slot.inprogress]:
                entry = self.outcomes.leased.pop(request)
                self.outcomes.by_key.pop(entry.key, None)
                self.turns.under_way[entry.host] -= 1
                if entry.outcome is None and REFUSED in request.meta:
                    entry.outcome = str(rejected(request.meta[REFUSED]))
                if self.waiting.holds(entry.key):
                    self.outcomes.by_key[entry.key] = entry
                else:
                    self._settle(entry)
        while self.outcomes.walled:
            key, outcome = self.outcomes.walled.popitem()
            if (settled := self.store.get(key)) is not None and self.outcomes.settle_walled(settled, outcome):
                self.store.update(settled)
                self.is_dirty = True
        due = time.monotonic() - self.last_commit >= COMMIT_EVERY_S or len(self.acknowledged) >= COMMIT_EVERY
        if self.is_dirty and due and not self.has_failed:
            self.commit()

    def _settle(self, entry: Entry) -> None:
        """Write down what an entry is now."""
        self.is_dirty = True
        brought = self.outcomes.settle(entry)
        self.items += brought
        if entry.state != State.PENDING:
            self._count(entry.state.name.lower())
        elif entry.id != IN_MEMORY:
            self.turns.arrived(entry.host)
        if entry.state == State.DONE or brought:
            self.acknowledged.append(name_of(entry.url, entry.key))
        if entry.id != IN_MEMORY:
            self.store.update(entry)

    # --- Commits
    def commit(self) -> None:
        """Bring lines and acknowledgements to the disk together."""
        try:
            self.ledger.release("")
            lengths = self.ledger.commit()
            self.store.commit(lengths)
        except (OSError, StorageError) as error:
            self.fail(error)
            return
        self._count("commits")
        self._count("items", self.items)
        self.items = 0
        self.last_commit = time.monotonic()
        self.is_dirty = False
        urls, self.acknowledged = self.acknowledged, []
        if urls:
            self.crawler.signals.send_catch_log(frontier_committed, urls=urls, spider=self.spider)

    def fail(self, error: Exception) -> None:
        """The output or the store cannot be written: end the run; what was committed stands."""
        if self.has_failed:
            return
        self.has_failed = True
        what = error if isinstance(error, StorageError) else f"the output cannot be written: {_told(error)}"
        why = f"{what}; {way_out(error)}"
        self.stats.set_value("frontier/output_failed", why)
        logger.error("%s", why)
        self.store.give_up()
        self.ledger.give_up()
        engine = self.crawler.engine
        if engine is not None and engine.spider is not None:
            self.closing = asyncio.ensure_future(engine.close_spider_async(reason="output_failed"))

    def _tick_later(self) -> None:
        """Wake the engine now and then: for commits, and for hosts and retries whose wait is over."""
        self.timer = call_later(self._nap_s(), self._tick)

    def _nap_s(self) -> float:
        nap = COMMIT_EVERY_S if self.is_dirty or self.outcomes.leased else LONGEST_NAP_S
        return max(0.01, min(nap, self.waiting.next_in_s(), self.turns.shortest_wait_s()))

    def _tick(self) -> None:
        engine = self.crawler.engine
        if engine is not None and engine._slot is not None:
            try:
                self._acknowledge_finished()
            except StorageError as error:
                self.fail(error)
            engine._slot.nextcall.schedule()
        self._tick_later()

    # --- For other rooms
    def state(self, name: str) -> Any:
        """A note of the job, plain JSON; None when there is none."""
        return self.store.get_state(f"note/{name}")

    def remember(self, name: str, value: Any) -> None:
        """Keep a note of the job; durable with the next commit."""
        self.store.set_state(f"note/{name}", value)
        self.is_dirty = True

    def reopen(self, outcomes: list[str]) -> list[str]:
        """Make refused addresses pending again, before the first request of a run; see store.Store."""
        urls = self.store.reopen([str(rejected(outcome)) for outcome in outcomes])
        if urls:
            self.is_dirty = True
            self.turns.open(self.store)
            self._count("reopened", len(urls))
        return urls

    def outcome(self, key: str) -> str | None:
        """Why a stored address stands where it stands, as its last visit left it; None when nothing is known."""
        entry = self.store.get(key)
        return entry.outcome if entry is not None else None

    def is_acknowledged(self, name: str) -> bool:
        """Whether the request of that name (store.name_of) is done, or its lines are committed to the output."""
        entry = self.store.get(name) or self.store.get(key_of_address(name))
        return entry is not None and (
            entry.state == State.DONE or (entry.state == State.FAILED and entry.item_count > 0)
        )

    def to_publish_again(self) -> Iterator[str]:
        """The names of the requests whose lines were lost, or are to come in another file, and not fetched since."""
        return self.store.to_publish_again()

    def _count(self, what: str, number: int = 1) -> None:
        if number:
            self.stats.inc_value(f"frontier/{what}", number)


def _ask_if_changed(request: Request, entry: Entry) -> None:
    """Ask for the page only if it has changed since the last visit; a request that asks for that itself is left."""
    headers = {"If-None-Match": entry.etag, "If-Modified-Since": entry.modified}
    asked = {name: value for name, value in headers.items() if value}
    if asked and not any(name in request.headers for name in headers):
        request.headers.update(asked)
        request.meta[IF_CHANGED] = True


def _told(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
