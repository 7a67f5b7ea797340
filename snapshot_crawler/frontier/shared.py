"""What a run does otherwise where other processes work on its job, too. run.py calls it.

Finished requests are not settled at once, but at the beginning of the commit, after it is sure that their hosts are
still this run's: nothing of a page that another process fetches again may be in a file by then.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy import signals

from snapshot_crawler.exceptions import StorageError
from snapshot_crawler.frontier.holding import HeldGate, HeldHosts, clock
from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.frontier.store import Entry, SharedStore, name_of
from snapshot_crawler.frontier.turns import HostGate
from snapshot_crawler.meta import REDIRECT_URLS
from snapshot_crawler.signals import frontier_dropped
from snapshot_crawler.urls import host as host_of

if TYPE_CHECKING:
    from scrapy import Request

    from snapshot_crawler.frontier.run import FrontierRun
    from snapshot_crawler.frontier.share import Share


class SharedRun:
    """A run's hosts, and its finished requests until the next commit.

    Stats: frontier/dropped (pages that were fetched, and whose host is another process's now).
    """

    def __init__(self, run: FrontierRun, store: SharedStore) -> None:
        self.run, self.store = run, store
        self.finished: list[Entry] = []
        self.hosts = HeldHosts(store.share, run.turns, self._is_busy, self._let_go)
        run.turns.is_ours = self.hosts.holds
        self.server_time, self.asked_at = store.server_time(), clock()
        run.crawler.signals.connect(self._begin, signal=signals.spider_opened)

    def now(self) -> datetime:
        """The time by the database's clock, whatever this machine's clock says."""
        return datetime.fromtimestamp(self.server_time + clock() - self.asked_at, UTC)

    def _begin(self) -> None:
        """All parts of the run are open."""
        try:
            self.hosts.begin()
        except StorageError as error:
            self.run.fail(error)

    def leave(self) -> None:
        """Give all hosts back. Raises StorageError."""
        held = self.store.share.held
        self.hosts.leave(set(held) if self.run.has_failed else {e.host for e in self.run.outcomes.leased.values()})

    @property
    def share(self) -> Share:
        """What the storage does for it."""
        return self.store.share

    def gate(self, gate: HostGate) -> HostGate:
        """The gate for requests that wait in memory."""
        return HeldGate(gate, self.hosts)

    def _is_busy(self, host: str) -> bool:
        return self.run.turns.under_way[host] > 0 or self.run.waiting.holds_host(host)

    def _let_go(self, hosts: set[str], are_lost: bool) -> None:
        """Hand out nothing more of these hosts."""
        for host in hosts:
            for entry in self.run.turns.let_go(host):
                self.store.drop(entry)
        if are_lost:
            for request in self.run.waiting.take_of(hosts):
                key = key_of(request)
                if key in self.run.outcomes.by_key:
                    self._drop([self.run.outcomes.by_key.pop(key)])

    def is_foreign(self, request: Request) -> bool:
        """Whether a redirect has led to a host that this run does not hold: the same address with www. or without it.

        Whoever holds that host asks for it. Nothing else could: a request that waits here would wait for ever.
        """
        return REDIRECT_URLS in request.meta and not self.hosts.holds(host_of(request.url))

    def forget_foreign(self, request: Request) -> bool:
        """Drop a request that waited, where its host is another process's; whether it was."""
        if self.hosts.holds(host_of(request.url)):
            return False
        entry = self.run.outcomes.by_key.get(key_of(request))
        if entry is not None and entry.id:
            self._drop([self.run.outcomes.by_key.pop(entry.key)])
            return True
        return False  # JSON cannot hold it, so no other process can have it: the run tells that it is lost

    def settle(self) -> None:
        """Settle what is finished; what came of hosts that were lost is dropped. Raises StorageError."""
        self.hosts.make_sure()
        finished, self.finished = self.finished, []
        self.run.ledger.expect([entry.key for entry in finished])
        dropped = []
        for entry in finished:
            if self.store.is_current(entry):
                self.run.settle_finished(entry)
            else:
                dropped.append(entry)
        self._drop(dropped)
        self.run.settle_walled()

    def _drop(self, entries: list[Entry]) -> None:
        """Forget requests, and what they brought."""
        for entry in entries:
            self.run.ledger.discard(entry.key)
            self.run.ledger.failed.pop(entry.key, None)
            self.run.outcomes.fresh.pop(entry.key, None)
            self.store.drop(entry)
        if entries:
            names = [name_of(entry.url, entry.key) for entry in entries]
            self.run.stats.inc_value("frontier/dropped", len(names))
            self.run.crawler.signals.send_catch_log(frontier_dropped, urls=names, spider=self.run.spider)

    def may_ask(self, url: str) -> bool:
        """Whether an address may be asked for now: its host is this run's, and will be for some time."""
        return self.hosts.may_ask(host_of(url))
