"""The retry middleware by itself: what is tried again, how often, after what wait, and how it is told."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.middlewares.retry import FIRST_WAIT_S, JITTER, FetchFailedError, RetryMiddleware
from snapshot_crawler.signals import page_rejected

URL = "https://h.example/a"


class Retry:
    """The middleware in a crawl that does not run, and the page_rejected that it has sent."""

    def __init__(self, **settings: Any) -> None:
        defaults = {"RETRY_TIMES": 2, "RETRY_AFTER_MAX": 60, "RETRY_HTTP_CODES": [408, 429]}
        self.crawler = get_crawler(Spider, {**defaults, **settings})
        self.crawler.spider = Spider.from_crawler(self.crawler, "retrying")
        self.middleware = RetryMiddleware.from_crawler(self.crawler)
        self.told: list[tuple[str, str]] = []
        self.crawler.signals.connect(self.hear, page_rejected)

    def hear(self, reason: str, detail: str) -> None:
        self.told.append((reason, detail))

    def answer(self, request: Request, status: int, body: bytes = b"x", **headers: str) -> Request | Response:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.middleware.process_response(request, Response(URL, status=status, body=body, headers=names))


@pytest.mark.parametrize("status", [500, 502, 599, 408, 429])
def test_temporary_answers_are_tried_again(status: int) -> None:
    again = Retry().answer(Request(URL, meta={"mine": 1}), status)
    assert isinstance(again, Request)
    assert (again.url, again.dont_filter, again.meta["mine"], again.meta["retry_times"]) == (URL, True, 1, 1)


@pytest.mark.parametrize("status", [200, 301, 304, 400, 401, 403, 404, 410, 451])
def test_answers_for_good_pass(status: int) -> None:
    retry = Retry()
    assert isinstance(retry.answer(Request(URL), status), Response)
    assert retry.told == []


def test_an_empty_200_is_tried_again_but_no_empty_redirect_or_head() -> None:
    assert isinstance(Retry().answer(Request(URL), 200, b""), Request)
    assert isinstance(Retry().answer(Request(URL), 302, b""), Response)
    assert isinstance(Retry().answer(Request(URL, method="HEAD"), 200, b""), Response)


def test_after_the_last_try_the_answer_passes_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    retry, request = Retry(), Request(URL)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            again = retry.answer(request, 503)
            assert isinstance(again, Request)
            request = again
        assert isinstance(retry.answer(request, 503), Response)
    assert retry.told == [("failed", "answer 503")]
    assert [record.getMessage() for record in caplog.records] == [f"Gave up {URL} after 3 tries: answer 503"]
    stats = retry.crawler.stats
    assert stats is not None
    assert stats.get_value("retry/count") == 2
    assert stats.get_value("retry/max_reached") == 1


def test_the_wait_doubles_with_jitter() -> None:
    retry, request, waits = Retry(RETRY_TIMES=4), Request(URL), []
    for _ in range(4):
        again = retry.answer(request, 500)
        assert isinstance(again, Request)
        request = again
        waits.append(request.meta["retry_wait_s"])
    for number, wait_s in enumerate(waits):
        assert 1 - JITTER <= wait_s / (FIRST_WAIT_S * 2**number) <= 1 + JITTER
    assert request.meta["retry_waited_s"] == pytest.approx(sum(waits), abs=0.01)
    others = {Retry().answer(Request(URL), 500).meta["retry_wait_s"] for _ in range(20)}  # type: ignore[union-attr]
    assert len(others) > 10, "not all at the same moment"


@pytest.mark.parametrize(("status", "shortest_s"), [(429, 30), (503, 30), (500, 0)])
def test_a_retry_after_is_the_shortest_wait(status: int, shortest_s: float) -> None:
    again = Retry().answer(Request(URL), status, Retry_After="30")
    assert isinstance(again, Request)
    assert again.meta["retry_wait_s"] >= shortest_s
    assert (again.meta["retry_wait_s"] < 2) is (shortest_s == 0), "only 429 and 503 have one"


def test_a_retry_after_beyond_the_cap_gives_the_page_up() -> None:
    retry = Retry()
    assert isinstance(retry.answer(Request(URL), 503, Retry_After="61"), Response)
    assert retry.told == [("failed", "answer 503; Retry-After: 61 s is more than RETRY_AFTER_MAX allows")]
    first = retry.answer(Request(URL), 503, Retry_After="40")
    assert isinstance(first, Request)
    assert isinstance(retry.answer(first, 503, Retry_After="40"), Response), "both waits together"


def test_the_cap_is_for_what_a_server_asks_for_not_for_our_own_waits() -> None:
    retry = Retry(RETRY_AFTER_MAX=0)
    assert isinstance(retry.answer(Request(URL), 500), Request)
    assert isinstance(retry.answer(Request(URL), 503, Retry_After="1"), Response)


def test_what_pace_gives_up_is_not_tried_again() -> None:
    retry = Retry()
    request = Request(URL, meta={"retry_after_beyond_cap": True})
    assert isinstance(retry.answer(request, 503, Retry_After="30"), Response)
    assert [reason for reason, _ in retry.told] == ["failed"]


def test_exceptions_of_the_list_are_tried_again_and_then_told_without_a_traceback() -> None:
    retry, request = Retry(RETRY_TIMES=1), Request(URL)
    again = retry.middleware.process_exception(request, DownloadTimeoutError("no answer within 5 s"))
    assert again is not None
    with pytest.raises(FetchFailedError, match="DownloadTimeoutError: no answer") as failure:
        retry.middleware.process_exception(again, DownloadTimeoutError("no answer within 5 s"))
    assert isinstance(failure.value, IgnoreRequest), "of which Scrapy logs no traceback"
    assert retry.told == [("failed", "DownloadTimeoutError: no answer within 5 s")]


def test_other_exceptions_and_requests_that_say_so_are_left_alone() -> None:
    retry = Retry()
    assert retry.middleware.process_exception(Request(URL), LookupError("a mistake")) is None
    once = Request(URL, meta={"dont_retry": True})
    assert retry.middleware.process_exception(once, DownloadTimeoutError("x")) is None
    assert isinstance(retry.answer(once, 503), Response)
    assert retry.told == []


def test_a_request_may_have_its_own_number_of_tries() -> None:
    assert isinstance(Retry().answer(Request(URL, meta={"max_retry_times": 0}), 500), Response)
    more = Request(URL, meta={"max_retry_times": 9, "retry_times": 8})
    assert isinstance(Retry(RETRY_AFTER_MAX=1000).answer(more, 500), Request)


def test_it_stands_aside_when_it_is_switched_off() -> None:
    with pytest.raises(NotConfigured):
        Retry(RETRY_ENABLED=False)
