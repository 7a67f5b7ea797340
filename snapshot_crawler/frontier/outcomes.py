"""What becomes of the requests in progress: Scrapy's signals go in, the entry's new state comes out.

Called by the scheduler (run.py), which finds out when a request is finished: no signal tells it. What the signals tell
of a request before that is noted on its entry. The first reason for a failure or refusal counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.signalmanager import SignalManager

from snapshot_crawler.exceptions import is_disk_trouble
from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.frontier.outcome import OWN_FAULTS, PARKED, TO_OTHER_PAGE, Kind, Outcome, rejected
from snapshot_crawler.frontier.requests import hop_of, key_of
from snapshot_crawler.frontier.revisit import BEGINNINGS, RevisitPolicy
from snapshot_crawler.frontier.store import Entry, State
from snapshot_crawler.frontier.temporary import LATER_RUN, SHUT_OUT, is_temporary_outcome, is_temporary_status
from snapshot_crawler.meta import HANDLE_HTTPSTATUS_ALL, IF_CHANGED
from snapshot_crawler.signals import page_rejected

# By choice below all deferred requests (middlewares/traps/). So the next runs begin with requests
# that were never made: a list whose first pages are broken for good does not keep its other pages waiting.
FAILED_PRIORITY = -1_000
FETCHED = frozenset({200, 304})  # statuses of a page that is there; others are told with the outcome
GONE = frozenset({404, 410})


def by_own_clock() -> datetime:
    """The moment, by the clock of this machine."""
    return datetime.now(UTC)


class Outcomes:
    """The requests in progress and what is known of each. fail: told of a disk that takes nothing more."""

    def __init__(self, ledger: Ledger, fail: Callable[[Exception], None], *, most_attempts: int) -> None:
        self.ledger, self.fail, self.most_attempts = ledger, fail, most_attempts
        self.policy: RevisitPolicy  # of begin()
        self.now = by_own_clock  # the moment; of the database where several machines work on the job
        self.leased: dict[Request, Entry] = {}  # given to the engine
        self.by_key: dict[str, Entry] = {}  # theirs, and those of requests that wait to be tried again
        self.moved: dict[str, tuple[str, str]] = {}  # keys of requests that come again -> address and host
        self.walled: dict[str, str] = {}  # keys of settled pages -> the outcome that was learnt afterwards
        self.fresh: Counter[str] = Counter()  # new addresses by the key of the page in progress that led to them

    def begin(self, policy: RevisitPolicy) -> None:
        """The spider, and with it the site's zone, is known: lists are visited again by this policy."""
        self.policy = policy

    def listen(self, manager: SignalManager) -> None:
        """Connect to what Scrapy and our own rooms tell."""
        for receiver, signal in (
            (self._answered, signals.response_received),
            (self._callback_failed, signals.spider_error),
            (self._item_failed, signals.item_error),
            (self._item_dropped, signals.item_dropped),
            (self._rejected, page_rejected),
            (self._dropped, signals.request_dropped),
        ):
            manager.connect(receiver, signal)

    def begun(self, request: Request, entry: Entry) -> None:
        """The request is given to the engine."""
        entry.outcome = entry.status = None  # what an earlier try came to says nothing of this one
        self.leased[request] = entry
        self.by_key[entry.key] = entry

    def put_off(self, entry: Entry, again: Entry) -> None:
        """The request is to come again, with the priority and meta of again."""
        entry.priority, entry.body, entry.outcome = again.priority, again.body, str(Kind.PUT_OFF)

    def move(self, entry: Entry, again: Entry) -> None:
        """The request is to come again, in another spelling, and perhaps from another host; when it is settled."""
        self.put_off(entry, again)
        self.moved[entry.key] = again.url, again.host

    def brought_new(self, key: str | None) -> None:
        """A page has led to a new address, by a link or a redirect. key: of the page's request; None for a start.

        Only pages in progress are counted, and each is taken out when it is settled, so that the count stays small.
        """
        if key in self.by_key:
            self.fresh[key] += 1

    def redirected(self, key: str, url: str) -> None:
        """The page of that key has answered with a redirect to url."""
        self._note_hop(key, Outcome(Kind.REDIRECTED, url))

    # --- What is heard
    def _answered(self, response: Response, request: Request) -> None:
        entry = self.leased.get(request)
        if entry is None:
            return
        entry.status = response.status
        if response.status == 304 and IF_CHANGED in request.meta:
            # An answer to our question, not to the spider's: neither its callback nor Scrapy's errors need to see it.
            request.callback, request.errback = _unchanged, None
            request.meta[HANDLE_HTTPSTATUS_ALL] = True
        for name, header in (("etag", b"ETag"), ("modified", b"Last-Modified")):
            value = response.headers.get(header)
            if response.status != 304:
                setattr(entry, name, value.decode("latin-1") if value else None)

    def _callback_failed(self, failure: Any, response: Any) -> None:
        self._note(getattr(response, "request", None), Outcome(Kind.CALLBACK_ERROR, repr(failure.value)))

    def _item_failed(self, failure: Any, response: Response | None) -> None:
        if response is not None and response.request is not None:
            self.ledger.fail(key_of(response.request), str(Outcome(Kind.PIPELINE_ERROR, repr(failure.value))))
        if is_disk_trouble(failure.value):
            self.fail(failure.value)

    def _item_dropped(self, exception: Exception, response: Response | None) -> None:
        if response is not None:
            self._note(response.request, Outcome(Kind.DROPPED, str(exception)))

    def _rejected(self, request: Request, reason: str, detail: str | None) -> None:
        outcome = rejected(reason, detail)
        if request in self.leased or reason not in SHUT_OUT:
            self._note(request, outcome)
        elif (entry := self.by_key.get(key_of(request))) is not None:
            if leads_elsewhere(entry):  # and not answered by itself in this run
                entry.outcome = str(outcome)
        else:
            self.walled[key_of(request)] = str(outcome)

    def _dropped(self, request: Request) -> None:
        """A request that was not scheduled. Nothing is leased for it, but for a page that redirects to it."""
        if (key := hop_of(request)) is not None:
            self._note_hop(key, rejected(f"{TO_OTHER_PAGE} to {request.url}", "which is not followed"))

    def _note(self, request: Request | None, outcome: Outcome) -> None:
        entry = self.leased.get(request) if request is not None else None
        if entry is not None and entry.outcome is None:
            entry.outcome = str(outcome)

    def _note_hop(self, key: str, outcome: Outcome) -> None:
        entry = self.by_key.get(key)
        if entry is not None and entry.status is None and entry.outcome is None:
            entry.outcome = str(outcome)

    # --- What it comes to
    def settle(self, entry: Entry) -> int:
        """Set what the entry of a finished request is now; how many items of it may go to the output.

        Whatever got through the pipelines goes to the output, also of a callback that raised later. A request that
        failed is tried again in the next runs, unless its errback, or a callback that takes errors, gave items: then
        its author has dealt with the failure. A list is looked at again in any case.
        """
        broken, fresh = Outcome.parse(self.ledger.failed.pop(entry.key, None)), self.fresh.pop(entry.key, 0)
        outcome = broken or Outcome.parse(entry.outcome)
        kind, reason = (outcome.kind, outcome.reason) if outcome else (None, "")
        entry.fetched_at = self.now().isoformat(timespec="seconds") if entry.status else entry.fetched_at
        if (place := self.moved.pop(entry.key, None)) is not None and kind == Kind.PUT_OFF:
            entry.url, entry.host = place
        if kind == Kind.PUT_OFF or (kind == Kind.REJECTED and reason == PARKED):
            entry.state = State.PENDING
            self.ledger.discard(entry.key)
            return 0
        brought = self._release(entry)
        if not_exported := Outcome.parse(self.ledger.failed.pop(entry.key, None)):
            broken = outcome = broken or not_exported
            kind, reason = broken.kind, broken.reason
        why = broken or failure_of(entry, outcome)
        is_dealt_with = brought and not entry.is_list and kind not in OWN_FAULTS
        if why and not is_dealt_with:
            entry.state, entry.outcome = State.FAILED, str(why)
            entry.attempts += 1
            if not entry.is_list and not (kind == Kind.REJECTED and reason == LATER_RUN):
                entry.priority = FAILED_PRIORITY
            self.policy.failed(entry, most_attempts=self.most_attempts, now=self.now())
        else:
            self._settle_fetched(entry, outcome, brought, fresh)
        return brought

    def settle_walled(self, entry: Entry, outcome: str) -> bool:
        """A page that counts as redirected stands behind a wall, as is known now. True when that changes it."""
        if entry.item_count or not leads_elsewhere(entry):
            return False
        entry.state, entry.outcome = State.FAILED, outcome
        entry.attempts += 1
        self.policy.failed(entry, most_attempts=self.most_attempts, now=self.now())
        return True

    def _release(self, entry: Entry) -> int:
        """Let the request's items go to the outputs with the next commit; how many."""
        brought = self.ledger.release(entry.key)
        born_at = self.ledger.born_at.pop(entry.key, 0)
        if brought:
            entry.item_count, entry.batch = brought, 0
            entry.born_at = entry.born_at or born_at or self.now().timestamp()
        elif not entry.item_count:  # else what an earlier visit brought stays where it is in the output
            entry.batch = 0
        return brought

    def _settle_fetched(self, entry: Entry, outcome: Outcome | None, brought: int, fresh: int) -> None:
        entry.attempts = 0
        kind = outcome.kind if outcome else None
        answered = Outcome(Kind.DONE) if entry.status in FETCHED else Outcome(Kind.STATUS, str(entry.status))
        entry.outcome = str(outcome or answered)
        if not brought and (kind == Kind.REJECTED or entry.status in GONE):
            entry.state = State.REFUSED
            return
        entry.state = State.DONE
        if entry.is_list:
            if kind == Kind.REDIRECTED and entry.kind in BEGINNINGS:
                self.policy.detoured(entry, now=self.now())
            else:
                self.policy.visited(entry, fresh=fresh, is_first=not entry.due_at, now=self.now())


def _unchanged(response: Response, **kwargs: Any) -> tuple[()]:
    """The callback of a page that has not changed."""
    return ()


def leads_elsewhere(entry: Entry) -> bool:
    """Whether a page has answered with a redirect, as far as its entry tells."""
    outcome = Outcome.parse(entry.outcome)
    return outcome is not None and outcome.leads_elsewhere


def failure_of(entry: Entry, outcome: Outcome | None) -> Outcome | None:
    """Why the page counts as failed for the time being; None when it was answered for good."""
    kind = outcome.kind if outcome else None
    if kind == Kind.CALLBACK_ERROR or is_temporary_outcome(outcome):
        return outcome
    if entry.status is None:
        was_list = entry.is_list and entry.due_at > 0  # what forbids it now may be gone tomorrow
        if kind == Kind.REDIRECTED or (kind == Kind.REJECTED and not was_list):
            return None
        return outcome or Outcome(Kind.FAILED, "no answer")
    if is_temporary_status(entry.status):
        return outcome or Outcome(Kind.FAILED, f"status {entry.status}")
    if entry.is_list and entry.status in GONE and (entry.due_at or entry.kind in BEGINNINGS):
        return Outcome(Kind.FAILED, f"status {entry.status}")  # it was there before, and may be again
    return outcome if entry.is_list and kind == Kind.REJECTED else None
