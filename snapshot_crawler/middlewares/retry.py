"""What is tried again, how often and when: a failed answer or exception goes in; the request for later comes out.

A downloader middleware, in the place of Scrapy's: there retries are made at once, and the last failure is logged with a
traceback. Tried again RETRY_TIMES times is every 5xx, 408, 429, an empty 200, and the exceptions of RETRY_EXCEPTIONS
(no answer, a reset, a timeout, a body that is cut). The wait doubles each time, with jitter, and is never shorter than
a Retry-After. request.meta["retry_wait_s"] holds it; the scheduler waits, or pace/ where the scheduler is Scrapy's.

Stats: Scrapy's own, retry/count, retry/reason_count/..., retry/max_reached.
"""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.utils.misc import load_object

from snapshot_crawler.meta import (
    DONT_RETRY,
    EXCHANGE,
    MAX_RETRY_TIMES,
    RETRY_AFTER_BEYOND_CAP,
    RETRY_TIMES,
    RETRY_WAIT_S,
    RETRY_WAITED_S,
)
from snapshot_crawler.middlewares.pace.retry_after import retry_after_s
from snapshot_crawler.signals import page_rejected

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

FIRST_WAIT_S = 1.0  # by choice, then doubled. With RETRY_TIMES = 2 and DOWNLOAD_TIMEOUT = 5 a dead page costs 19 s
JITTER = 0.25  # by choice: a quarter more or less, so that retries of many pages do not come at once
logger = logging.getLogger(__name__)


class FetchFailedError(IgnoreRequest):
    """A page that could not be fetched, after all tries. An IgnoreRequest, so that Scrapy logs no traceback."""


class RetryMiddleware:
    """A downloader middleware, in the place of Scrapy's."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if not settings.getbool("RETRY_ENABLED"):
            raise NotConfigured("RETRY_ENABLED is off")
        self.crawler = crawler
        self.longest_wait_s = settings.getfloat("RETRY_AFTER_MAX")
        self.codes = {int(code) for code in settings.getlist("RETRY_HTTP_CODES")}
        listed = settings.getlist("RETRY_EXCEPTIONS")
        self.exceptions = tuple(load_object(entry) if isinstance(entry, str) else entry for entry in listed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryMiddleware:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response, or the request for another try."""
        if request.meta.get(DONT_RETRY):
            return response
        if response.status >= 500 or response.status in self.codes:
            reason = f"answer {response.status}"
        elif response.status == 200 and not response.body and request.method == "GET":
            reason = "empty answer"
        else:
            return response
        asked_s = retry_after_s(response.headers) if response.status in (429, 503) else None
        return self._again(request, reason, asked_s or 0.0) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The request for another try; FetchFailedError after the last, in the exception's place."""
        if request.meta.get(DONT_RETRY) or not isinstance(exception, self.exceptions):
            return None
        reason = f"{type(exception).__name__}: {exception}".strip(": ")[:300]
        again = self._again(request, type(exception), 0.0, reason)
        if again is None:
            raise FetchFailedError(reason) from exception
        return again

    def _again(
        self, request: Request, cause: str | type[Exception], asked_s: float, detail: str | None = None
    ) -> Request | None:
        """The request to send later; None, told and logged in one line, when the page is given up."""
        assert self.crawler.spider is not None
        tried = request.meta.get(RETRY_TIMES, 0)
        wait_s = max(FIRST_WAIT_S * 2**tried * random.uniform(1 - JITTER, 1 + JITTER), asked_s)
        waited_s = request.meta.get(RETRY_WAITED_S, 0.0) + wait_s
        detail = detail or str(cause)
        is_too_long = asked_s > 0 and waited_s > self.longest_wait_s  # else the tries end it
        if request.meta.pop(RETRY_AFTER_BEYOND_CAP, False) or is_too_long:
            detail = f"{detail}; Retry-After: {asked_s:.0f} s is more than RETRY_AFTER_MAX allows"
            self._give_up(request, detail)
            return None
        limit = request.meta.get(MAX_RETRY_TIMES)
        again = get_retry_request(
            request,
            spider=self.crawler.spider,
            reason=str(cause) if isinstance(cause, str) else cause.__name__,
            max_retry_times=limit,
            give_up_log_level="DEBUG",  # our own line says more
        )
        if again is None:
            self._give_up(request, detail)
            return None
        again.meta.pop(EXCHANGE, None)  # of the answer that was none
        again.meta[RETRY_WAIT_S] = round(wait_s, 3)
        again.meta[RETRY_WAITED_S] = round(waited_s, 3)
        return again

    def _give_up(self, request: Request, detail: str) -> None:
        logger.warning("Gave up %s after %d tries: %s", request.url, request.meta.get(RETRY_TIMES, 0) + 1, detail)
        self.crawler.signals.send_catch_log(
            page_rejected, request=request, reason="failed", detail=detail, spider=self.crawler.spider
        )
