"""Signals are answered as by Scrapy's own manager, whatever kind of receiver there is."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable
from typing import Any

import pytest
from pydispatch import dispatcher
from scrapy.exceptions import DontCloseSpider, StopDownload
from scrapy.signalmanager import SignalManager
from twisted.python.failure import Failure

from snapshot_crawler.runs.receivers import Receivers

SIGNAL, OTHER = object(), object()


class Kinds:
    """Receivers of every kind; connected in the order of their names."""

    def all_words(self, **words: Any) -> Any:
        return sorted(words)

    def by_name(self, item: str, spider: str, unknown: str = "own") -> Any:
        return item, spider, unknown

    def no_words(self) -> str:
        return "called"

    def raises(self, item: str) -> None:
        raise ValueError(item)

    def refuses(self) -> None:
        raise DontCloseSpider

    def sender_too(self, sender: object, signal: object) -> Any:
        return sender, signal is SIGNAL

    def stops(self) -> None:
        raise StopDownload

    async def waits(self, item: str) -> str:
        await asyncio.sleep(0)
        return item * 2

    async def waits_and_raises(self, item: str, *, keyword_only: str = "own") -> None:
        await asyncio.sleep(0)
        raise KeyError(item, keyword_only)


class Called:
    def __call__(self, item: str) -> str:
        return f"object {item}"


NAMES = [name for name in vars(Kinds) if not name.startswith("_")]


def told(answers: list[tuple[Any, Any]]) -> list[Any]:
    """Answers so that two managers' can be compared."""
    plain = []
    for receiver, answer in answers:
        if asyncio.iscoroutine(answer):
            answer.close()
            answer = "a coroutine"
        error = answer.value if isinstance(answer, Failure) else answer
        plain.append((getattr(receiver, "__name__", "object"), repr(error), isinstance(answer, Failure)))
    return plain


@pytest.fixture(params=[Receivers, SignalManager])
def manager(request: pytest.FixtureRequest) -> SignalManager:
    made: SignalManager = request.param("the crawler")
    return made


def both(ask: Callable[[SignalManager], Any]) -> tuple[Any, Any]:
    return ask(Receivers("the crawler")), ask(SignalManager("the crawler"))


def test_each_kind_of_receiver_is_called_as_by_scrapy(caplog: pytest.LogCaptureFixture) -> None:
    kinds, called = Kinds(), Called()
    calls = [*(getattr(kinds, name) for name in NAMES), called]
    for receiver in calls:
        SignalManager("the crawler").connect(receiver, SIGNAL)
    try:
        logged = []
        words = {"item": "i", "spider": "s", "dont_log": DontCloseSpider}
        with caplog.at_level(logging.ERROR):
            ours, scrapys = both(lambda manager: told(manager.send_catch_log(SIGNAL, **words)))
            assert ours == scrapys
            assert len(ours) == len(calls)
            logged = [record.getMessage() for record in caplog.records]
        assert logged[: len(logged) // 2] == logged[len(logged) // 2 :] != []
        caplog.clear()
        SignalManager("the crawler").disconnect(calls.pop(), SIGNAL)  # Scrapy's fails at the name of an object
        with caplog.at_level(logging.ERROR):
            ours, scrapys = both(lambda manager: told(asyncio.run(manager.send_catch_log_async(SIGNAL, **words))))
            assert ours == scrapys
            assert "'ii'" in str(ours)
            logged = sorted(record.getMessage() for record in caplog.records)
        assert logged[::2] == logged[1::2] != []
    finally:
        for receiver in calls:
            SignalManager("the crawler").disconnect(receiver, SIGNAL)


def test_who_hears_any_signal_or_any_sender_is_called_too(manager: SignalManager) -> None:
    heard: list[str] = []

    def own() -> None:
        heard.append("own")

    def of_any_sender() -> None:
        heard.append("any sender")

    def of_any_signal() -> None:
        heard.append("any signal")

    manager.connect(own, SIGNAL)
    dispatcher.connect(of_any_sender, SIGNAL)
    manager.connect(of_any_signal, dispatcher.Any)
    try:
        manager.send_catch_log(SIGNAL)
        manager.send_catch_log(OTHER)
        assert sorted(heard) == ["any sender", "any signal", "any signal", "own"]
        heard.clear()
        asyncio.run(manager.send_catch_log_async(SIGNAL))
        assert sorted(heard) == ["any sender", "any signal", "own"]
    finally:
        manager.disconnect(own, SIGNAL)
        dispatcher.disconnect(of_any_sender, SIGNAL)
        manager.disconnect(of_any_signal, dispatcher.Any)


def test_a_receiver_that_is_gone_or_disconnected_is_not_called(manager: SignalManager) -> None:
    kinds, others = Kinds(), Kinds()
    manager.connect(kinds.no_words, SIGNAL)
    manager.connect(others.no_words, SIGNAL)
    assert len(manager.send_catch_log(SIGNAL)) == 2
    del others
    assert len(manager.send_catch_log(SIGNAL)) == 1
    manager.disconnect(kinds.no_words, SIGNAL)
    assert manager.send_catch_log(SIGNAL) == []
    assert asyncio.run(manager.send_catch_log_async(SIGNAL)) == []


def test_a_partial_is_called_as_by_scrapy(manager: SignalManager) -> None:
    """Scrapy's cannot be: it has no code to look into. That is told in the log, and ends nothing."""
    receiver = functools.partial(print, "never")
    manager.connect(receiver, SIGNAL)
    try:
        [(_, answer)] = manager.send_catch_log(SIGNAL)
        assert isinstance(answer, Failure)
    finally:
        manager.disconnect(receiver, SIGNAL)


def test_the_next_signal_can_be_waited_for(manager: SignalManager) -> None:
    async def wait() -> None:
        waiting = asyncio.ensure_future(manager.wait_for(SIGNAL))
        await asyncio.sleep(0)
        manager.send_catch_log(SIGNAL)
        await asyncio.wait_for(waiting, 60)

    asyncio.run(wait())
    assert manager.send_catch_log(SIGNAL) == []
