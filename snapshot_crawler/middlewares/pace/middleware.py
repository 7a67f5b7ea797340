"""How fast each host is asked: answers and failures go in; delays, holds and parked hosts come out.

A downloader middleware, the last before the downloader. The frontier asks it which hosts may be asked now (it is the
frontier's gate). It sets delay, concurrency and holds on the slots of Scrapy's downloader, so it works with Scrapy's
own scheduler too. It takes the place of Scrapy's AutoThrottle: AUTOTHROTTLE_ENABLED turns on the same rule here. All
waiting is by the monotonic clock.

- The base is DOWNLOAD_DELAY, CONCURRENT_REQUESTS_PER_DOMAIN, DOWNLOAD_SLOTS, AUTOTHROTTLE_*. A longer Crawl-delay
  counts, up to CRAWL_DELAY_MAX.
- Retry-After of a 429 or 503 holds the whole host for that time. If it is above RETRY_AFTER_MAX, the page is given up.
  If a second page says so, with no good answer between, the host is parked.
- A parked host is asked nothing more in this run. Its pages stay pending for the next run; if it has answered for no
  page at all, they count as failed.
- 429, 503 and rising latency raise the delay and bring the requests at once down to 1. Good answers bring both back.
- Connections that fail again and again raise a doubt. Then robots.txt is asked for once as a probe, and the host is
  parked only if that fails too: ten broken pages in a row must not cost a healthy site.
- Scrapy's slot lets a request go after the delay, and not its bytes: the lookup and the connection come between, and
  take 50 ms for one request and nothing for the next one on a kept connection. So the download handler waits once
  more, with the bytes in its hand, until the delay since the host's last bytes is over (turn_to_send).
- The requests at once are counted here. A slot of Scrapy 2.19 without delay starts its whole queue at once, because it
  counts a transfer only when its task runs. The bug is gone when
  tests/hostile/test_pace.py::test_scrapys_own_slot_still_starts_its_whole_queue_at_once fails.

Stats: pace/slowed (times a delay was raised), pace/held (Retry-After obeyed), pace/beyond-cap (Retry-After above the
cap), pace/parked (hosts parked), pace/parked_hosts ({host: why}, the first PARKED_NAMED), pace/kept (requests of
parked hosts left pending).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.asyncio import call_later

from snapshot_crawler.frontier.door import frontier_of
from snapshot_crawler.meta import DOWNLOAD_LATENCY, DOWNLOAD_SLOT, RETRY_AFTER_BEYOND_CAP, RETRY_WAIT_S, ROBOTS_TXT
from snapshot_crawler.middlewares.pace.host import SLOWEST_ABOVE_BASE_S, Base, HostPace
from snapshot_crawler.middlewares.pace.retry_after import retry_after_s
from snapshot_crawler.scrapy_internals import downloader_slot, hold_slot, is_closing, is_open, requests_in_downloader
from snapshot_crawler.signals import page_rejected
from snapshot_crawler.urls import host as host_of
from snapshot_crawler.urls import origin

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

FAILURES_BEFORE_PROBE = 5  # connections in a row without any answer, by choice
OVERLOADS_BEFORE_PARKING = 30  # 429 in a row without Retry-After and without a good answer, by choice
PARKED_S = 900  # by choice: then a run that is still busy with other hosts asks again
LONGEST_HOLD_IN_ALL_S = 600  # of one host in one run, by choice; a host that asks for more is given up page by page
PARKED_NAMED = 200  # hosts that the stats name, by choice: a site may have thousands of subdomains that do not answer
HOSTS_REMEMBERED = 5_000  # by choice: bounds memory
STOP_NOTICED_S = 0.5  # by choice: within this time a stop of the crawl ends all waiting
ASK_AGAIN_S = 0.05  # by choice: the scheduler asks again so soon, while a host has all the requests that it may have


class HeldBackError(Exception):
    """A request that was taken out of the downloader's queue, to wait where it can be stopped."""


class PaceMiddleware:
    """A downloader middleware, the last before the downloader; see the module's first lines."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        assert crawler.stats is not None
        self.crawler, self.stats = crawler, crawler.stats
        self.base = Base.from_settings(settings)
        self.own_slots = settings.getdict("DOWNLOAD_SLOTS")
        self.longest_retry_after_s = settings.getfloat("RETRY_AFTER_MAX")
        self.longest_crawl_delay_s = settings.getfloat("CRAWL_DELAY_MAX")
        self.probe: Callable[[str], Awaitable[bool]] | None = None  # robots.py: does this origin answer at all?
        self.has_gate = False
        self._hosts: dict[str, HostPace] = {}
        self._probes: set[asyncio.Task[None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PaceMiddleware:
        pace = cls(crawler)
        crawler.signals.connect(pace._spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(pace._reached_downloader, signal=signals.request_reached_downloader)
        crawler.signals.connect(pace._answered, signal=signals.response_downloaded)
        crawler.signals.connect(pace._left_downloader, signal=signals.request_left_downloader)
        return pace

    def _spider_opened(self, spider: Spider) -> None:
        if (frontier := frontier_of(self.crawler)) is not None:
            frontier.gate = self
            self.has_gate = True

    # --- The scheduler's gate
    def wait_s(self, host: str) -> float:
        """Seconds until the host may be asked: 0 is now, inf is not in this run."""
        pace = self._hosts.get(host)
        if pace is None:
            base = self.base if host not in self.own_slots else self.base.of_slot(self.own_slots[host])
            return ASK_AGAIN_S if self._outstanding(host) > base.concurrency else 0.0
        now = monotonic()
        if now < pace.parked_until:
            return math.inf
        if now < pace.held_until:
            return pace.held_until - now
        if pace.is_probing or self._outstanding(host) > pace.concurrency:
            return ASK_AGAIN_S  # one more request than the limit waits in the downloader's slot
        return 0.0

    def pause_s(self, host: str) -> float:
        """Seconds between two requests to the host, as it is asked now."""
        pace = self._hosts.get(host)
        return pace.pause_s if pace is not None else self.base.of_slot(self.own_slots.get(host)).delay

    def go_on(self, host: str, pause_s: float) -> None:
        """Ask the host as slowly as the process did that had it before; good answers bring the pace back."""
        pace = self._host(host)
        if pause_s > pace.delay:
            pace.delay = min(pause_s, pace.base.delay + max(SLOWEST_ABOVE_BASE_S.values()))

    def failed_for(self, host: str) -> str | None:
        """Why a parked host counts as failed: it has answered for no page in this run; else None."""
        pace = self._hosts.get(host)
        return pace.parked_for if pace is not None and pace.parked_for and not pace.has_answered else None

    def _outstanding(self, host: str) -> int:
        """Requests of the host between the scheduler and their answer."""
        active = requests_in_downloader(self.crawler)
        return sum([host_of(request.url) == host for request in active])

    # --- Scrapy's hooks
    async def process_request(self, request: Request) -> Request | None:
        """Hold back requests that must wait, and keep or refuse the pages of parked hosts."""
        if request.meta.get(ROBOTS_TXT):
            return None  # asked of a parked host too: so we learn that it is back
        wait_s = request.meta.pop(RETRY_WAIT_S, None)
        if wait_s and not self.has_gate:  # with a gate the scheduler has kept it for that long
            await self._sleep(min(float(wait_s), self.longest_retry_after_s))
        pace = self._host(self._slot(request)[0])
        while monotonic() >= pace.parked_until:
            if is_stopping(self.crawler):
                pace.next_turn(everyone=True)
                return request.replace(dont_filter=True)  # back into the scheduler, for the next run
            if pace.held_until > monotonic():
                await self._sleep(pace.held_until - monotonic())
            elif pace.open < pace.concurrency:
                return None
            else:
                await pace.wait_for_turn()
        if (kept := self._keep(request)) is not None:
            return kept
        detail = f"host parked for this run: {pace.parked_for}"
        self.crawler.signals.send_catch_log(
            page_rejected, request=request, reason="parked", detail=detail, spider=self.crawler.spider
        )
        raise IgnoreRequest(detail)

    async def _sleep(self, seconds: float) -> None:
        """Sleep, but not longer than the crawl."""
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0 and not is_stopping(self.crawler):  # noqa: ASYNC110 (a stop has no event)
            await asyncio.sleep(min(left, STOP_NOTICED_S))

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Count a failed connection; after enough of them in a row the host is probed."""
        if isinstance(exception, HeldBackError):
            return request.replace(dont_filter=True)
        self._count_failure(request, exception)
        return None

    def _count_failure(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, IgnoreRequest) or request.meta.get(ROBOTS_TXT):
            return
        if not is_connection_failure(exception):
            return
        pace = self._host(host_of(request.url))
        pace.failures += 1
        if pace.failures >= FAILURES_BEFORE_PROBE and not pace.is_probing:
            pace.is_probing = True
            task = asyncio.ensure_future(self._doubt(pace, origin(request.url)))
            self._probes.add(task)
            task.add_done_callback(self._probes.discard)

    async def _doubt(self, pace: HostPace, origin: str) -> None:
        """Park the host unless its origin answers."""
        try:
            answers = self.probe is not None and await self.probe(origin)
        finally:
            pace.is_probing = False
        if answers:
            pace.failures = 0
        elif not pace.answers_elsewhere(origin):
            self.park(pace.host, f"{pace.failures} connections in a row failed")

    # --- Signals of the downloader
    def _reached_downloader(self, request: Request) -> None:
        """A request enters its slot: set the slot to the host's pace before it decides when to send."""
        key, slot = self._slot(request)
        pace = self._host(key)
        pace.open += 1
        if slot is None:
            return
        pace.apply(slot)
        if pace.held_until > monotonic():
            self._hold(slot, pace.held_until)

    def _left_downloader(self, request: Request) -> None:
        """A request has ended, well or not: the next may go."""
        pace = self._host(self._slot(request)[0])
        pace.open = max(0, pace.open - 1)
        pace.next_turn()

    def _answered(self, response: Response, request: Request) -> None:
        """An answer has come. The pace is changed here, because the next request has not been sent yet."""
        key, slot = self._slot(request)
        pace = self._host(key)
        pace.answered_from(origin(request.url))
        before = pace.delay
        if response.status in (429, 503):
            self._overloaded(pace, request, response, slot)
        elif not request.meta.get(ROBOTS_TXT):
            latency = request.meta.get(DOWNLOAD_LATENCY)
            pace.good_answer(latency if isinstance(latency, (int, float)) else None, response.status)
        if pace.delay > before:
            self.stats.inc_value("pace/slowed")
        if slot is not None:
            pace.apply(slot)

    def _overloaded(self, pace: HostPace, request: Request, response: Response, slot: Slot | None) -> None:
        """A 429 or 503: obey its Retry-After, slow down without one."""
        asked_s = retry_after_s(response.headers)
        pace.overloaded(response.status)
        if asked_s is None:
            if response.status == 429 and pace.overloads >= OVERLOADS_BEFORE_PARKING:
                self.park(pace.host, f"{pace.overloads} answers in a row were 429")
        elif asked_s <= self.longest_retry_after_s and pace.held_in_all_s + asked_s <= LONGEST_HOLD_IN_ALL_S:
            pace.hold(asked_s)
            self.stats.inc_value("pace/held")
            if slot is not None:
                self._hold(slot, pace.held_until)
        else:
            self.stats.inc_value("pace/beyond-cap")
            request.meta[RETRY_AFTER_BEYOND_CAP] = True  # retry.py gives the page up
            pace.beyond_cap.add(hash(request.url))
            if len(pace.beyond_cap) > 1:
                self.park(pace.host, f"asked to wait {asked_s:.0f} s (Retry-After)")

    # --- For other rooms
    @contextlib.asynccontextmanager
    async def turn_to_send(self, request: Request, waiting: AbstractContextManager[None]) -> AsyncIterator[None]:
        """Send a request's bytes in the block: it begins when the host's delay since its last bytes is over.

        Called by the download handler, on a connection that stands. waiting: entered for the time of the wait.
        """
        key, slot = self._slot(request)
        if slot is None or not slot.delay:
            yield
            return
        pace = self._host(key)
        with waiting:
            await pace.wait_to_send(slot)
        try:
            yield
            await asyncio.sleep(0)  # uvloop sends at the end of its round
            pace.sent_at = monotonic()
        finally:
            pace.sending.release()

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        """The Crawl-delay of the host's robots.txt; 0 when it has none."""
        pace = self._host(host)
        pace.crawl_delay = min(max(seconds, 0.0), self.longest_crawl_delay_s)
        slot = downloader_slot(self.crawler, host)
        if slot is not None:
            pace.apply(slot)

    def held_s(self, host: str) -> float:
        """Seconds for which the host still asked us to wait."""
        pace = self._hosts.get(host)
        return max(0.0, pace.held_until - monotonic()) if pace else 0.0

    def park(self, host: str, why: str) -> None:
        """Ask nothing more of the host in this run; its pages stay pending where the scheduler can keep them."""
        pace = self._host(host)
        if monotonic() < pace.parked_until:
            return
        pace.park(PARKED_S, why)
        pace.next_turn(everyone=True)
        parked = self.stats.get_value("pace/parked_hosts", {})
        if len(parked) < PARKED_NAMED:
            self.stats.set_value("pace/parked_hosts", {**parked, host: why})
        self.stats.inc_value("pace/parked")
        logger.warning("%s is parked for this run: %s", host, why)

    def park_and_keep(self, request: Request, why: str) -> Request | None:
        """Park the request's host and give the request back to the scheduler; None where that cannot be done."""
        host = host_of(request.url)
        if not self.has_gate or self._host(host).answers_elsewhere(origin(request.url)):
            return None
        self.park(host, why)
        return self._keep(request)

    def _keep(self, request: Request) -> Request | None:
        """The request as the scheduler takes it back; None without a scheduler that keeps it out of this run."""
        if not self.has_gate:
            return None
        self.stats.inc_value("pace/kept")
        return request.replace(dont_filter=True)

    # --- Hosts and slots
    def _host(self, host: str) -> HostPace:
        pace = self._hosts.get(host)
        if pace is None:
            if len(self._hosts) >= HOSTS_REMEMBERED:
                for name in [name for name, known in self._hosts.items() if known.is_idle()][:100]:
                    del self._hosts[name]
            pace = self._hosts[host] = HostPace(host, self.base.of_slot(self.own_slots.get(host)))
        return pace

    def _slot(self, request: Request) -> tuple[str, Slot | None]:
        key = request.meta.get(DOWNLOAD_SLOT) or host_of(request.url)
        return key, downloader_slot(self.crawler, key)

    def _hold(self, slot: Slot, until: float) -> None:
        """Let the slot send nothing before until."""
        for request, answer in hold_slot(self.crawler, slot, max(0.0, until - monotonic()), call_later):
            self._left_downloader(request)  # back to process_request, where a stop of the crawl ends the waiting
            answer.errback(HeldBackError("held by Retry-After"))


def pace_of(crawler: Crawler) -> PaceMiddleware | None:
    """The middleware of a crawl; None where it is switched off, or nothing is crawled."""
    try:
        return crawler.get_downloader_middleware(PaceMiddleware)
    except RuntimeError:  # Scrapy 2.19 raises it until the crawl starts: a page is downloaded without one
        return None


def is_stopping(crawler: Crawler) -> bool:
    """Whether the crawl is being stopped, or has not begun."""
    return crawler.engine is None or not crawler.engine.running or not is_open(crawler) or is_closing(crawler)


def is_connection_failure(exception: Exception) -> bool:
    """Whether the host gave no answer at all; a body that is too long or cut is an answer."""
    name = type(exception).__name__
    return isinstance(exception, OSError) or any(
        word in name for word in ("Timeout", "Refused", "ResolveHost", "DownloadFailed", "Connect", "Connection")
    )
