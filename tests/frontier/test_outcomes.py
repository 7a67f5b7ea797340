"""The outcomes by themselves: what is heard of a request in progress, and what its entry becomes when it is settled."""

from __future__ import annotations

import errno
from collections import Counter
from datetime import UTC
from typing import Any

import pytest
from scrapy import Request, Spider, signals
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.frontier.outcome import LONGEST_OUTCOME, Kind
from snapshot_crawler.frontier.outcomes import Outcomes
from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.frontier.revisit import RevisitPolicy
from snapshot_crawler.frontier.store import Entry, State
from snapshot_crawler.signals import page_rejected

URL = "https://h.example/2024/0602/c1.html"
SHORTEST_S, LONGEST_S = 900, 86_400


class Lines:
    """An output that notes what is asked of it."""

    path = "/out"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def release(self, owner: str) -> None:
        self.asked.append(("release", owner))

    def discard(self, owner: str) -> None:
        self.asked.append(("discard", owner))

    def commit(self) -> int:
        return 0

    def give_up(self) -> None:
        """Nothing."""

    take_back = give_up


class Heard:
    """One page in progress, and the signals of its crawl."""

    def __init__(self, **values: Any) -> None:
        self.crawler = get_crawler(Spider)
        self.lines, self.failures = Lines(), list[Exception]()
        self.ledger = Ledger()
        self.ledger.outputs.append(self.lines)
        self.outcomes = Outcomes(self.ledger, self.failures.append, most_attempts=3)
        self.outcomes.begin(RevisitPolicy(SHORTEST_S, LONGEST_S, UTC))
        self.outcomes.listen(self.crawler.signals)
        self.request = Request(URL)
        self.entry = Entry(key=key_of(self.request), url=URL, host="h.example", state=State.LEASED, **values)
        self.outcomes.begun(self.request, self.entry)

    def tell(self, signal: Any, **arguments: Any) -> None:
        self.crawler.signals.send_catch_log(signal, spider=None, **arguments)

    def answer(self, status: int = 200, **headers: str) -> Response:
        response = Response(URL, status=status, headers=headers, request=self.request)
        self.tell(signals.response_received, response=response, request=self.request)
        return response

    def brings(self, items: int) -> None:
        self.ledger.items[self.entry.key] += items

    def settle(self) -> int:
        self.outcomes.leased.pop(self.request, None)
        self.outcomes.by_key.pop(self.entry.key, None)
        return self.outcomes.settle(self.entry)


# --- Fetched
def test_a_page_that_was_fetched_is_done_and_its_lines_go_out() -> None:
    heard = Heard(attempts=2)
    heard.answer(200, ETag='"e"')
    heard.brings(2)
    assert heard.settle() == 2
    entry = heard.entry
    assert (entry.state, entry.status, entry.outcome, entry.item_count) == (State.DONE, 200, "done", 2)
    assert (entry.etag, entry.modified, entry.attempts) == ('"e"', None, 0)
    assert entry.fetched_at and entry.born_at > 0
    assert heard.lines.asked == [("release", entry.key)]


def test_an_unchanged_page_keeps_what_is_known_of_it() -> None:
    heard = Heard(etag='"old"', item_count=1, batch=7, born_at=5.0)
    heard.answer(304)
    assert heard.settle() == 0
    entry = heard.entry
    assert (entry.state, entry.outcome, entry.etag) == (State.DONE, "done", '"old"')
    assert (entry.item_count, entry.batch, entry.born_at) == (1, 7, 5.0)


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_that_is_gone_will_not_be_asked_for_again(status: int) -> None:
    heard = Heard()
    heard.answer(status)
    heard.settle()
    assert (heard.entry.state, heard.entry.outcome) == (State.REFUSED, f"status {status}")


def test_what_was_rejected_for_good_is_refused_with_its_reason() -> None:
    heard = Heard()
    heard.answer(200)
    heard.tell(page_rejected, request=heard.request, reason="not-article", detail="no text")
    heard.tell(page_rejected, request=heard.request, reason="soft-404", detail=None)
    heard.settle()
    assert (heard.entry.state, heard.entry.outcome) == (State.REFUSED, "rejected: not-article, no text"), "the first"


def test_a_dropped_item_is_named_and_the_page_is_done() -> None:
    heard = Heard()
    response = heard.answer(200)
    heard.tell(signals.item_dropped, item={}, exception=ValueError("duplicate of x"), response=response)
    heard.settle()
    assert (heard.entry.state, heard.entry.outcome) == (State.DONE, "dropped: duplicate of x")


# --- Failed for now
@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_temporary_answer_fails(status: int) -> None:
    heard = Heard(attempts=1)
    heard.answer(status)
    assert heard.settle() == 0
    assert (heard.entry.state, heard.entry.attempts) == (State.FAILED, 2)
    assert heard.entry.outcome == f"failed: status {status}"


def test_a_failure_that_gave_items_is_dealt_with_and_they_go_out() -> None:
    """By an errback, or a callback that takes error pages."""
    heard = Heard(attempts=1)
    heard.answer(500)
    heard.tell(page_rejected, request=heard.request, reason="failed", detail="answer 500")
    heard.brings(1)
    assert heard.settle() == 1
    assert (heard.entry.state, heard.entry.outcome) == (State.DONE, "rejected: failed, answer 500")
    assert heard.lines.asked == [("release", heard.entry.key)]
    assert heard.ledger.items == Counter()


def test_a_list_that_failed_is_looked_at_again_though_its_errback_gave_items() -> None:
    heard = Heard(is_list=True, kind="start")
    heard.answer(500)
    heard.brings(1)
    assert heard.settle() == 1
    assert (heard.entry.state, heard.entry.item_count) == (State.FAILED, 1)


def test_no_answer_at_all_fails() -> None:
    heard = Heard()
    heard.settle()
    assert (heard.entry.state, heard.entry.outcome) == (State.FAILED, "failed: no answer")


def test_a_callback_that_raises_fails_the_page_and_what_it_brought_before_goes_out() -> None:
    heard = Heard()
    response = heard.answer(200)
    heard.brings(1)
    heard.tell(signals.spider_error, failure=Failure(LookupError("x" * 1_000)), response=response)
    assert heard.settle() == 1
    assert heard.entry.state == State.FAILED and heard.entry.outcome is not None
    assert heard.entry.outcome.startswith("callback-error: LookupError('xxx")
    assert len(heard.entry.outcome) == LONGEST_OUTCOME
    assert heard.lines.asked == [("release", heard.entry.key)]


def test_a_pipeline_that_raises_fails_the_page() -> None:
    heard = Heard()
    response = heard.answer(200)
    heard.tell(signals.item_error, item={}, failure=Failure(LookupError("no such")), response=response)
    heard.settle()
    assert (heard.entry.state, heard.entry.outcome) == (State.FAILED, "pipeline-error: LookupError('no such')")
    assert heard.failures == []


def test_a_full_disk_met_by_a_pipeline_is_told_to_who_ends_the_run() -> None:
    heard = Heard()
    full = OSError(errno.ENOSPC, "No space left on device")
    heard.tell(signals.item_error, item={}, failure=Failure(full), response=heard.answer(200))
    assert heard.failures == [full]


# --- Not settled yet
@pytest.mark.parametrize("reason", ["parked", Kind.PUT_OFF])
def test_what_is_parked_or_put_off_is_pending_and_no_attempt(reason: str) -> None:
    heard = Heard(attempts=1)
    if reason == "parked":
        heard.tell(page_rejected, request=heard.request, reason=reason, detail="the host asked for a day")
    else:
        again = Entry(key=heard.entry.key, url=URL, host="h.example", priority=-5, body="{}")
        heard.outcomes.put_off(heard.entry, again)
    heard.settle()
    assert (heard.entry.state, heard.entry.attempts) == (State.PENDING, 1)
    assert heard.entry.priority == (0 if reason == "parked" else -5)
    assert heard.lines.asked == [("discard", heard.entry.key)], "what an errback gave: the page comes again"


def test_what_an_earlier_try_came_to_says_nothing_of_the_next() -> None:
    heard = Heard()
    heard.answer(503)
    heard.tell(page_rejected, request=heard.request, reason="failed", detail="answer 503")
    heard.request = Request(URL)
    heard.outcomes.begun(heard.request, heard.entry)
    heard.answer(200)
    heard.settle()
    assert (heard.entry.state, heard.entry.outcome) == (State.DONE, "done")


def test_nothing_is_noted_of_requests_that_are_not_in_progress() -> None:
    heard = Heard()
    stranger = Request("https://h.example/other")
    response = Response(stranger.url, status=500, request=stranger)
    heard.tell(signals.response_received, response=response, request=stranger)
    heard.tell(page_rejected, request=stranger, reason="trap", detail=None)
    assert (heard.entry.status, heard.entry.outcome) == (None, None)


# --- Redirects
def test_a_page_that_led_elsewhere_is_done_with_where() -> None:
    heard = Heard()
    heard.outcomes.redirected(heard.entry.key, "https://h.example/new.html")
    heard.settle()
    assert (heard.entry.state, heard.entry.outcome) == (State.DONE, "redirected to https://h.example/new.html")


def test_a_redirect_that_is_not_followed_refuses_the_page() -> None:
    heard = Heard()
    target = Request("https://elsewhere.example/", meta={"redirect_urls": [URL]})
    heard.tell(signals.request_dropped, request=target)
    heard.settle()
    assert heard.entry.state == State.REFUSED
    assert heard.entry.outcome == "rejected: redirected to https://elsewhere.example/, which is not followed"


# --- Lists
def test_a_list_that_brought_something_is_due_at_the_next_run() -> None:
    heard = Heard(is_list=True, kind="listing", due_at=1.0, interval_s=SHORTEST_S, unchanged=2)
    heard.answer(200)
    heard.outcomes.brought_new(heard.entry.key)
    heard.outcomes.brought_new("of a page that is not in progress")
    assert heard.outcomes.fresh == {heard.entry.key: 1}
    heard.settle()
    assert (heard.entry.state, heard.entry.unchanged, heard.entry.interval_s) == (State.DONE, 0, 0)
    assert heard.outcomes.fresh == Counter(), "bounded by what is in progress"


def test_a_list_that_brings_nothing_is_left_alone_for_a_while() -> None:
    heard = Heard(is_list=True, kind="listing", due_at=1.0, unchanged=2)
    heard.answer(200)
    heard.settle()
    assert (heard.entry.unchanged, heard.entry.interval_s) == (3, SHORTEST_S)
    assert heard.entry.due_at > SHORTEST_S


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"kind": "listing", "due_at": 1.0}, State.FAILED),  # it was there before, and may be again
        ({"kind": "start"}, State.FAILED),
        ({"kind": "listing"}, State.REFUSED),
    ],
)
def test_a_list_that_is_gone_comes_back_where_it_was_one(values: dict[str, Any], state: State) -> None:
    heard = Heard(is_list=True, **values)
    heard.answer(404)
    heard.settle()
    assert heard.entry.state == state
