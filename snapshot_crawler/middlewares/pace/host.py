"""The pace of one host: its answers go in; its delay and its number of requests at once come out.

middleware.py keeps one for each host. This file knows no requests and no Scrapy, so its rules can be read by
themselves.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapy.core.downloader import Slot
    from scrapy.settings import BaseSettings

SLOWEST_ABOVE_BASE_S = {
    429: 10.0,
    503: 2.0,
}  # by choice: a 503 is often one broken page; a 429 is always about our pace
RECOVERY = 0.8  # share of the extra delay that stays after a good answer, by choice: a tenth is left after ten of them
GOOD_BEFORE_ONE_MORE = 5  # good answers before one more request at once, by choice
CRAWL_DELAY_MARGIN = 1.02  # by choice: the server counts from arrival to arrival, and the network varies
ORIGINS_REMEMBERED = 8  # by choice: a host with more ports is no news site


@dataclass(slots=True, frozen=True)
class Base:
    """The pace that the settings ask for. delay and the autothrottle values in seconds."""

    delay: float
    concurrency: int
    jitter: float | None
    autothrottle: bool = False
    start_delay: float = 0.0
    max_delay: float = 60.0  # AUTOTHROTTLE_MAX_DELAY, Scrapy's default
    target_concurrency: float = 1.0

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Base:
        """The settings for hosts that have none of their own."""
        return cls(
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            concurrency=max(1, settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")),
            jitter=None,
            autothrottle=settings.getbool("AUTOTHROTTLE_ENABLED"),
            start_delay=settings.getfloat("AUTOTHROTTLE_START_DELAY"),
            max_delay=settings.getfloat("AUTOTHROTTLE_MAX_DELAY"),
            target_concurrency=settings.getfloat("AUTOTHROTTLE_TARGET_CONCURRENCY") or 1.0,
        )

    def of_slot(self, own: dict[str, Any] | None) -> Base:
        """The same with what DOWNLOAD_SLOTS says of one host; own: its entry there."""
        if not own:
            return self
        return Base(
            float(own.get("delay", self.delay)),
            int(own.get("concurrency", self.concurrency)),
            own.get("jitter"),
            self.autothrottle,
            self.start_delay,
            self.max_delay,
            self.target_concurrency,
        )


@dataclass(slots=True)
class HostPace:
    """What is known of one host. Moments are seconds of the monotonic clock."""

    host: str
    base: Base
    delay: float = field(init=False)  # between two requests, before Crawl-delay
    concurrency: int = field(init=False)
    crawl_delay: float = 0.0
    held_until: float = 0.0  # Retry-After
    held_in_all_s: float = 0.0
    parked_until: float = 0.0
    parked_for: str = ""
    has_answered: bool = False  # for a page, with neither 429 nor an error of the server
    failures: int = 0  # connections in a row that brought no answer
    overloads: int = 0  # 429 and 503 in a row
    is_probing: bool = False  # its robots.txt is being asked for, to see whether it answers
    open: int = 0  # requests in the downloader
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)  # requests before it
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)  # held by the request whose bytes go out next
    sent_at: float = -math.inf  # the last request's bytes
    beyond_cap: set[int] = field(default_factory=set)  # pages whose Retry-After was too long, since a good answer
    _good: int = 0
    _jitter: float | None = None  # of the slot, as the settings ask for it
    _usual_latency: float | None = None
    _recent_latency: float | None = None
    _origins: dict[str, None] = field(default_factory=dict)  # that answered

    def __post_init__(self) -> None:
        self.delay = max(self.base.delay, self.base.start_delay) if self.base.autothrottle else self.base.delay
        self.concurrency = self.base.concurrency

    @property
    def pause_s(self) -> float:
        """Seconds between two requests."""
        if self.crawl_delay >= self.delay and self.crawl_delay:
            return self.crawl_delay * CRAWL_DELAY_MARGIN
        return self.delay

    def apply(self, slot: Slot) -> None:
        """Set a downloader slot to this pace."""
        if self._jitter is None:
            self._jitter = slot.jitter
        slot.concurrency, slot.delay, slot.jitter = self.concurrency, self.pause_s, self._jitter
        if self.crawl_delay:  # half of a Crawl-delay is not what the host asked for
            slot.jitter = min(self._jitter, max(0.0, 1 - self.crawl_delay * CRAWL_DELAY_MARGIN / slot.delay))

    async def wait_for_turn(self) -> None:
        """Wait until another request of the host has left the downloader, first come first served."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        await turn

    async def wait_to_send(self, slot: Slot) -> None:
        """Wait until the shortest delay that the slot may choose is over since the last bytes, and take `sending`."""
        await self.sending.acquire()
        try:
            while (left_s := self.sent_at + slot.delay * (1 - min(1.0, slot.jitter)) - monotonic()) > 0:
                await asyncio.sleep(left_s)
                slot.lastseen += left_s  # the next request leaves the slot later, too, and need not wait here
        except BaseException:
            self.sending.release()
            raise

    def next_turn(self, *, everyone: bool = False) -> None:
        """Wake the waiting requests that may go now. everyone: wake all, because none may go any more."""
        free = len(self.waiting) if everyone else self.concurrency - self.open
        while self.waiting and free > 0:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                free -= 1

    def is_idle(self) -> bool:
        """Whether the host may be forgotten: its record says nothing special."""
        return not self.open and not self.waiting and max(self.held_until, self.parked_until) < monotonic()

    def good_answer(self, latency: float | None, status: int) -> None:
        """An answer that does not complain about our pace. latency: seconds, if known."""
        self.failures = 0
        if status >= 500:
            return
        self.has_answered = True
        self.overloads = 0
        self.beyond_cap.clear()
        if self.base.autothrottle:
            self._autothrottle(latency, status)
        else:
            extra = (self.delay - self.base.delay) * RECOVERY
            self.delay = self.base.delay + (extra if extra > 0.01 else 0.0)  # 10 ms: nobody notices less; by choice
            self._follow_latency(latency)
        self._good += 1
        if self._good >= GOOD_BEFORE_ONE_MORE:
            self._good = 0
            self.concurrency = min(self.concurrency + 1, self.base.concurrency)

    def overloaded(self, status: int) -> None:
        """A 429 or 503. The delay grows by half, and by a quarter of a second at least (by choice)."""
        self.failures = 0
        self.overloads += 1
        self._good = 0
        self.concurrency = 1
        slowest = max(self.base.delay + SLOWEST_ABOVE_BASE_S[status], self.delay)
        self.delay = min(max(self.delay * 1.5, self.delay + 0.25), slowest)

    def hold(self, seconds: float) -> None:
        """Ask the host nothing for so many seconds, as its Retry-After says."""
        until = monotonic() + seconds
        if until > self.held_until:
            self.held_in_all_s += until - max(self.held_until, monotonic())
            self.held_until = until

    def park(self, seconds: float, why: str) -> None:
        """Ask the host nothing for so many seconds; why: in words, for the log and the report."""
        self.parked_until, self.parked_for = monotonic() + seconds, why
        self.failures = self.overloads = 0

    def answered_from(self, origin: str) -> None:
        """The origin (scheme, host, port) gave an answer of any kind."""
        if origin not in self._origins and len(self._origins) < ORIGINS_REMEMBERED:
            self._origins[origin] = None

    def answers_elsewhere(self, origin: str) -> bool:
        """Whether the host answered on another port than this; then one dead port is not a dead host."""
        return any(known != origin for known in self._origins)

    def _autothrottle(self, latency: float | None, status: int) -> None:
        """Scrapy's AutoThrottle: the delay moves half way to latency / target, and never falls on an error page."""
        if latency is None:
            return
        target = latency / self.base.target_concurrency
        delay = min(max(self.base.delay, target, (self.delay + target) / 2), self.base.max_delay)
        if status == 200 or delay > self.delay:
            self.delay = delay

    def _follow_latency(self, latency: float | None) -> None:
        """Raise the delay when answers come much later than usual: the host is overloaded.

        The weights, the bound of twice the usual and the 5 s are by choice (tests/hostile/test_pace.py has the cases).
        """
        if latency is None:
            return
        self._usual_latency = mean(self._usual_latency, latency, 0.05)
        self._recent_latency = mean(self._recent_latency, latency, 0.3)
        if self._recent_latency > 2 * self._usual_latency + 0.5:
            self.delay = max(self.delay, min(self._recent_latency, self.base.delay + 5))


def mean(before: float | None, value: float, weight: float) -> float:
    """The exponentially weighted mean with one more value."""
    return value if before is None else before + weight * (value - before)
