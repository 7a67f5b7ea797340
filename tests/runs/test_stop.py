"""The quick stop by itself, with the clock in the test's hand: nothing before a stop, a grace, then all is let go."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider, signals
from scrapy.utils.test import get_crawler

from snapshot_crawler.frontier import door
from snapshot_crawler.runs import stop as module
from snapshot_crawler.runs.stop import GRACE_S, LOOK_EVERY_S, QuickStop


class Timer:
    """What call_later gives."""

    def __init__(self, due: float, call: Callable[[], None]) -> None:
        self.due, self.call, self.is_cancelled = due, call, False

    def cancel(self) -> None:
        self.is_cancelled = True


class Clock:
    """Monotonic time and timers; advance() runs what comes due."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.timers: list[Timer] = []

    def monotonic(self) -> float:
        return self.now

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        self.timers.append(timer := Timer(self.now + seconds, call))
        return timer

    def advance(self, seconds: float) -> None:
        until = self.now + seconds
        while due := [timer for timer in self.timers if timer.due <= until and not timer.is_cancelled]:
            timer = min(due, key=lambda each: each.due)
            self.timers.remove(timer)
            self.now = timer.due
            timer.call()
        self.now = until


class Slot:
    """The engine's: requests in progress, and whether the spider is closing."""

    def __init__(self, scheduler: Any) -> None:
        self.scheduler = scheduler
        self.closing: object | None = None
        self.inprogress = {Request("https://h.example/hangs")}
        self.asked_to_close: list[int] = []  # requests in progress at that moment

    def _maybe_fire_closing(self) -> None:
        self.asked_to_close.append(len(self.inprogress))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module, "call_later", clock.call_later)
    return clock


def opened(scheduler: Any) -> tuple[Any, Slot]:
    """A crawl whose spider is open, with the extension."""
    crawler = get_crawler(Spider)
    slot = Slot(scheduler)
    crawler.engine = SimpleNamespace(_slot=slot, scheduler=scheduler)  # type: ignore[assignment]
    crawler.quick_stop = QuickStop.from_crawler(crawler)  # type: ignore[attr-defined] - signals hold it weakly
    crawler.signals.send_catch_log(signals.spider_opened)
    return crawler, slot


class Frontier(door.Frontier):
    """A scheduler that can let requests go."""

    def __init__(self) -> None:
        self.abandoned = 0

    def abandon(self) -> None:
        self.abandoned += 1


def test_a_crawl_that_is_not_stopped_is_left_alone(clock: Clock) -> None:
    _, slot = opened(frontier := Frontier())
    clock.advance(3_600)
    assert (frontier.abandoned, slot.asked_to_close, len(slot.inprogress)) == (0, [], 1)


def test_what_hangs_is_let_go_after_the_grace_and_not_before(clock: Clock) -> None:
    _, slot = opened(frontier := Frontier())
    clock.advance(60)
    slot.closing = object()
    clock.advance(GRACE_S - LOOK_EVERY_S)
    assert frontier.abandoned == 0, "a download under way has its time"
    clock.advance(3 * LOOK_EVERY_S)
    assert frontier.abandoned == 1, "pending in the frontier, for the next run"
    assert slot.asked_to_close == [0], "the engine goes on to close once nothing is in progress"
    clock.advance(60)
    assert frontier.abandoned == 1 and slot.asked_to_close == [0], "once"


def test_a_stop_that_ends_by_itself_is_left_alone(clock: Clock) -> None:
    crawler, slot = opened(frontier := Frontier())
    slot.closing = object()
    clock.advance(GRACE_S / 2)
    slot.inprogress.clear()
    clock.advance(GRACE_S)
    crawler.signals.send_catch_log(signals.spider_closed)
    clock.advance(60)
    assert frontier.abandoned == 0 and slot.asked_to_close == []


def test_nothing_is_looked_at_after_the_end(clock: Clock) -> None:
    crawler, slot = opened(frontier := Frontier())
    crawler.signals.send_catch_log(signals.spider_closed)
    slot.closing = object()
    clock.advance(60)
    assert frontier.abandoned == 0


def test_scrapys_own_scheduler_is_stopped_too(clock: Clock) -> None:
    _, slot = opened(object())
    slot.closing = object()
    clock.advance(GRACE_S + 2 * LOOK_EVERY_S)
    assert slot.asked_to_close == [0]
