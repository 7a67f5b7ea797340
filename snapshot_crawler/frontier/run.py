"""One run on a frontier: opened, committed at short intervals, ended. scheduler.py adds the ways in and out.

A request is acknowledged when its callback has finished, its items are through the pipelines, its links are stored,
and its lines are on the disk, all in one commit. A commit comes every COMMIT_EVERY_S seconds or COMMIT_EVERY
acknowledgements at the latest, and sooner while that is cheap (due.py). After a crash the store is as the last commit
left it, and the output is cut back to the same commit.

There is no signal for "this request is finished", but the engine keeps the set of requests in progress; a leased
request that has left it is finished (scrapy_internals.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

from snapshot_crawler.datadir import DataDir
from snapshot_crawler.exceptions import DatabaseAwayError, LeaseLostError, StorageError, way_out
from snapshot_crawler.frontier.arrivals import Arrivals
from snapshot_crawler.frontier.claims import Owner, claim
from snapshot_crawler.frontier.due import CommitClock
from snapshot_crawler.frontier.full import begin_full_crawl, end_full_crawl, is_full
from snapshot_crawler.frontier.holding import NOTHING_KNOWN_S
from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.frontier.leftover import NOTE, LeftLinks
from snapshot_crawler.frontier.outcome import Kind, Outcome, rejected
from snapshot_crawler.frontier.outcomes import Outcomes
from snapshot_crawler.frontier.recovery import follow_data_dir, recover_outputs
from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.frontier.revisit import RevisitPolicy
from snapshot_crawler.frontier.shared import SharedRun
from snapshot_crawler.frontier.store import Entry, SharedStore, State, frontiers_of, name_of
from snapshot_crawler.frontier.takes import Takes
from snapshot_crawler.frontier.turns import HostGate, HostTurns
from snapshot_crawler.frontier.unknown import marked_files, tell_unknown
from snapshot_crawler.frontier.waiting import WaitingRequests
from snapshot_crawler.meta import AFTER_ALL, REFUSED
from snapshot_crawler.pages.dates.times import CHINA
from snapshot_crawler.scrapy_internals import is_open, open_no_spider, requests_in_progress, wake_engine
from snapshot_crawler.signals import frontier_committed, frontier_committing, outputs_asked, outputs_ready

logger = logging.getLogger(__name__)

# By choice: what a kill makes the next run fetch again, against two fsyncs a commit (docs/performance.md)
COMMIT_EVERY_S = 0.5
COMMIT_EVERY = 200  # acknowledgements
# Requests whose lines and records are made in a row while as many others are under way: the code for it, and SQLite,
# then lie in the processor's caches (1 to 1.5 % of a crawl). By choice: eight pages of 8 MiB are memory for a while.
SETTLED_IN_A_ROW = 8
IN_MEMORY = 0  # the id of an entry that is not stored
LONGEST_NAP_S = 1.0  # by choice: the engine is woken at least this often while something waits
SHORTEST_NAP_S = 0.01  # by choice: no busy loop while a host's wait runs out
HORIZON_S = 400 * 86_400  # a due time farther off was set by a clock that has since jumped back; over a year, by choice
REVISITED_SHARE = 0.02  # by choice, of the job's addresses: later pages of lists are looked at again only below this


class FrontierRun:
    """A run's store, outputs and requests in progress."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        assert crawler.stats is not None
        self.crawler, self.stats = crawler, crawler.stats
        self.turns = HostTurns(
            (settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") or 8) + 1,  # 8: Scrapy's default
            {
                host: int(slot["concurrency"]) + 1
                for host, slot in settings.getdict("DOWNLOAD_SLOTS").items()
                if "concurrency" in slot
            },
        )
        self.most_attempts = settings.getint("FAILED_RUNS_MAX")
        self.recheck_within_s = settings.getint("RECHECK_WITHIN")
        self.recheck_every_s = settings.getint("RECHECK_EVERY")
        self.ledger = Ledger(self.fail)
        self.left = LeftLinks()
        self.outcomes = Outcomes(self.ledger, self.fail, most_attempts=self.most_attempts)
        self.waiting = WaitingRequests()  # retries, and requests that JSON cannot hold
        self.unasked = 0  # requests that JSON cannot hold and whose host is parked
        self.arrivals = Arrivals()
        self.takes = Takes()
        self.shared: SharedRun | None = None  # where other processes work on the job, too
        self.finished: list[Entry] = []  # and not settled yet
        self.acknowledged: list[str] = []  # addresses since the last commit
        self.items = 0  # since the last commit
        self.clock = CommitClock()
        self.is_dirty = False
        self.has_failed = False
        self.timer: Any = None

    @property
    def gate(self) -> HostGate:
        """See door.Frontier."""
        return self.turns.gate

    @gate.setter
    def gate(self, gate: HostGate) -> None:
        self.turns.gate = gate
        self.waiting.gate = gate if self.shared is None else self.shared.gate(gate)

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
            open_no_spider(self.crawler)
            raise
        self._tick_later()

    def _open(self) -> None:
        spider = self.spider
        settings, zone = self.crawler.settings, getattr(spider, "zone", None) or CHINA
        self.outcomes.begin(RevisitPolicy(settings.getint("REVISIT_MIN"), settings.getint("REVISIT_MAX"), zone))
        places = DataDir.from_crawler(self.crawler)
        self.frontiers = frontiers_of(settings, places.root)
        self.store = self.frontiers.open(places.job)
        is_first = self._join(settings)
        self.arrivals.open(self.store)
        self.ledger.begin(self.store)
        self._open_outputs(places, is_first=is_first)
        self._count("recovered", self.store.recover())
        if is_first or settings["RETRY_REJECTED_SINCE"]:
            self._find_work(settings)
        self.turns.open(self.store)
        self._ask(outputs_ready)
        self.store.set_state("stopped_cleanly", value=False)
        self.commit()

    def _join(self, settings: BaseSettings) -> bool:
        """Join the processes that work on the job; whether there are none. They share the work of a beginning, too."""
        if not isinstance(self.store, SharedStore):
            return True
        self.shared = SharedRun(self, self.store)
        self.gate = self.turns.gate
        self.outcomes.now = self.shared.now
        return self.shared.hosts.open(
            lease_s=settings.getfloat("FRONTIER_LEASE"), pause_s=settings.getfloat("DOWNLOAD_DELAY")
        )

    def _find_work(self, settings: BaseSettings) -> None:
        """Make pending what this run is to look at besides what is new."""
        if since := settings["RETRY_REJECTED_SINCE"]:
            number = self.store.only_rejected(since, settings.getlist("RETRY_REJECTED_REASONS"))
            logger.info("%d pages that were rejected since %s are fetched again, and nothing else", number, since)
            return
        now = self.outcomes.now().timestamp()
        self.store.revive(now, most_attempts=self.most_attempts)
        self._revisit(now)

    def _open_outputs(self, places: DataDir, *, is_first: bool) -> None:
        """Claim the outputs of this run, then bring all that the job ever wrote and the frontier together."""
        follow_data_dir(self.store, places.root)
        planned = [output for plan in self._ask(outputs_asked) for output in plan]
        owner = Owner.of(self.store, places.job, places.root)
        ours = marked_files(owner, places.root, planned)
        self.ledger.claim(planned, owner, self.frontiers)
        if is_full(self.spider) and not self.crawler.settings["RETRY_REJECTED_SINCE"]:
            begin_full_crawl(self.store, planned, is_shared=self.shared is not None, is_first=is_first)
        stopped_cleanly = bool(self.store.get_state("stopped_cleanly"))
        claim_former = functools.partial(claim, owner=owner, frontiers=self.frontiers)
        lost = recover_outputs(
            self.store, claim_former, self.ledger.claims, self.ledger.forms, stopped_cleanly=stopped_cleanly
        )
        self._count("republished", lost)
        self._count("unknown_outputs", tell_unknown(self.store, ours))

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
            # + 1: fetched_at has whole seconds, so what was fetched in this second may be looked at again too
            before = datetime.fromtimestamp(now - self.recheck_every_s + 1, UTC).isoformat(timespec="seconds")
            rechecked = self.store.revisit_articles(born_after=now - self.recheck_within_s, fetched_before=before)
            self._count("rechecked", rechecked)

    def close(self, reason: str) -> None:
        """Commit what is finished; what is not stays pending for the next run."""
        if self.timer is not None:
            self.timer.cancel()
        if not self.has_failed:
            try:
                self._end(is_finished=reason == "finished")
            except StorageError as error:
                self.fail(error)
        with contextlib.suppress(StorageError):  # the database is away: the run has told it
            for state, number in self.store.counts().items():
                self.stats.set_value(f"frontier/total/{state}", number)
            if self.shared is not None:
                self.shared.leave()
        self.store.close()
        self.ledger.close()

    def _end(self, *, is_finished: bool) -> None:
        """Write down everything that is to be known of the run, in a last commit."""
        self._acknowledge_finished()
        self._settle_all()
        self.arrivals.store()
        if self.shared is not None:
            self.shared.settle()
        self.store.recover()
        if is_finished:
            self._leave_parked_hosts()
        if self.left.found:
            self.store.set_state(NOTE, self.left.merged(self.store.get_state(NOTE)))
        self.store.set_state("stopped_cleanly", value=True)
        if is_finished:
            end_full_crawl(self.store)
        self.commit(is_last=is_finished)

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

    # --- Finished requests
    def _acknowledge_finished(self) -> None:
        """Settle the leased requests that have left the engine, some in a row, and commit when it is time."""
        in_progress = requests_in_progress(self.crawler)
        if is_open(self.crawler) and len(self.outcomes.leased) > len(in_progress):
            for request in [request for request in self.outcomes.leased if request not in in_progress]:
                entry = self.outcomes.leased.pop(request)
                self.outcomes.by_key.pop(entry.key, None)
                self.turns.ended(entry)
                if entry.outcome is None and REFUSED in request.meta:
                    entry.outcome = str(rejected(request.meta[REFUSED]))
                if self.waiting.holds(entry.key):
                    self.outcomes.by_key[entry.key] = entry
                    continue
                if AFTER_ALL in request.meta:
                    self.waiting.hurry(entry.host)
                if self.shared is not None:
                    self.shared.finished.append(entry)
                    self.is_dirty = True
                else:
                    self.finished.append(entry)
                    self.is_dirty = True
            if len(self.finished) >= SETTLED_IN_A_ROW or len(self.outcomes.leased) <= SETTLED_IN_A_ROW:
                self._settle_all()
        if self.shared is None:
            self.settle_walled()
        finished = (
            len(self.finished) + len(self.acknowledged) + (len(self.shared.finished) if self.shared is not None else 0)
        )
        is_due = finished >= COMMIT_EVERY or self.clock.is_due(finished, COMMIT_EVERY_S)
        if self.is_dirty and is_due and not self.has_failed:
            self.commit()

    def _settle_all(self) -> None:
        while self.finished:
            self.settle_finished(self.finished.pop(0))

    def settle_walled(self) -> None:
        """Write down what was learnt of settled pages afterwards."""
        if self.outcomes.walled:
            self._settle_all()
        while self.outcomes.walled:
            key, outcome = self.outcomes.walled.popitem()
            if (settled := self.store.get(key)) is not None and self.outcomes.settle_walled(settled, outcome):
                self.store.update(settled)
                self.is_dirty = True

    def settle_finished(self, entry: Entry) -> None:
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

    def beside(self, work: Callable[[Any], None]) -> bool:
        """See door.Frontier."""
        if not isinstance(self.store, SharedStore):
            return False
        self.store.beside.append(work)
        return True

    def abandon(self) -> None:
        """See door.Frontier."""
        self._acknowledge_finished()
        self._settle_all()
        for entry in self.outcomes.leased.values():
            self.ledger.discard(entry.key)
        self.outcomes.leased.clear()

    # --- Commits
    def commit(self, *, is_last: bool = False) -> None:
        """Bring lines and acknowledgements to the disk together. is_last: the job is worked off."""
        self.clock.begin()
        try:
            self._settle_all()
            if self.shared is not None:
                self.shared.settle()
            self._send(frontier_committing, is_last=is_last, urls=list(self.acknowledged))
            if self.has_failed:  # something that belongs to the commit could not be written
                return
            self.arrivals.store()
            self.ledger.release("")
            lengths = self.ledger.commit()
            self.store.commit(lengths, self.ledger.digests)
        except Exception as error:  # a mistake of this program, too: fail()
            if isinstance(error, LeaseLostError):
                self.ledger.take_back()
            self.fail(error)
            return
        if self.shared is not None:
            self.shared.hosts.changed()
        self._count("commits")
        self._count("items", self.items)
        self.items = 0
        self.is_dirty = False
        self.takes.committed(self.outcomes.by_key.values())
        urls, self.acknowledged = self.acknowledged, []
        if urls:
            self._send(frontier_committed, urls=urls)
        self.clock.done()

    def fail(self, error: Exception) -> None:
        """The output or the store cannot be written, or something unforeseen: end the run. What was committed stands;
        without commits all that came later would count for nothing."""
        if self.has_failed:
            return
        self.has_failed = True
        if isinstance(error, (DatabaseAwayError, LeaseLostError)):
            why = str(error)
            self.stats.set_value("frontier/database_away", True)
        elif not isinstance(error, (OSError, StorageError)):
            logger.error("The frontier has failed by a mistake of this program", exc_info=error)
            self.stats.set_value("frontier/crashed", True)
            why = f"{type(error).__name__}: {error}; see the traceback above; the next start fetches what is lacking"
        else:
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
        if self.shared is not None and self.shared.hosts.is_idle() and self.shared.hosts.census is None:
            nap = NOTHING_KNOWN_S
        return max(SHORTEST_NAP_S, min(nap, self.waiting.next_in_s(), self.turns.shortest_wait_s()))

    def _tick(self) -> None:
        if is_open(self.crawler):
            try:
                self._acknowledge_finished()
                if self.shared is not None and not self.has_failed:
                    self.shared.hosts.look(is_committed=not self.is_dirty)
            except Exception as error:  # else nobody would wake the engine any more
                self.fail(error)
            wake_engine(self.crawler)
        self._tick_later()

    def _send(self, signal: object, **words: Any) -> None:
        self.crawler.signals.send_catch_log(signal, spider=self.spider, **words)

    def _count(self, what: str, number: int = 1) -> None:
        if number:
            self.stats.inc_value(f"frontier/{what}", number)


def _told(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
