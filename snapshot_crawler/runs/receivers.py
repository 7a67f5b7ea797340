"""The signals of a crawl, sent without Scrapy's search for receivers and arguments: a signal in, their answers out.

A page sends about fifteen signals. Scrapy finds the receivers of each anew, inspects their parameters, and runs every
receiver of an item's signals as a task of its own, though few are coroutines. Here the parameters are read once, and
only what has to be awaited becomes a task: a tenth of the time (docs/performance.md).

The receivers are still pydispatch's, read at every sending: whoever connects to it directly is heard, and a receiver
that is gone is forgotten, as before.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from inspect import isawaitable
from types import CodeType, FunctionType, MappingProxyType, MethodType
from typing import Any

from pydispatch import dispatcher
from pydispatch.robustapply import robustApply
from scrapy.exceptions import StopDownload
from scrapy.signalmanager import SignalManager
from scrapy.utils.asyncio import is_asyncio_available
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

TAKES_ANY_NAME = 8  # of a code object's co_flags: it has **parameters
NOTHING: Mapping[Any, Sequence[Any]] = MappingProxyType({})
Answers = list[tuple[Any, Any]]


class Receivers(SignalManager):
    """A crawler's signals: `crawler.signals = Receivers(crawler)`, before the crawl begins."""

    def __init__(self, sender: Any) -> None:
        super().__init__(sender)
        self._names: dict[CodeType, tuple[str, ...] | None] = {}  # of parameters, by what is called

    def send_catch_log(self, signal: Any, **named: Any) -> Answers:
        """Scrapy's method. An answer is what the receiver has returned, or a Failure."""
        sender = named.pop("sender", self.sender)
        if (receivers := _own_receivers(sender, signal)) is None:
            return super().send_catch_log(signal, sender=sender, **named)
        if not receivers:
            return []
        unlogged: tuple[type[Exception], ...] = (*_as_tuple(named.pop("dont_log", ())), StopDownload)
        named["signal"], named["sender"] = signal, sender
        answers: Answers = []
        for receiver in _live(receivers):
            answer: Any
            try:
                answer = self._call(receiver, named)
            except unlogged:
                answer = Failure()  # type: ignore[no-untyped-call]
            except Exception:
                answer = Failure()  # type: ignore[no-untyped-call]
                _log(receiver, named)
            else:
                if isinstance(answer, Deferred):
                    words = {"receiver": receiver}
                    extra = {"spider": named.get("spider")}
                    logger.error("Cannot return deferreds from signal handler: %(receiver)s", words, extra=extra)
            answers.append((receiver, answer))
        return answers

    async def send_catch_log_async(self, signal: Any, **named: Any) -> Answers:
        """Scrapy's method. An answer is what the receiver has returned, awaited where it must be, or an exception."""
        sender = named.pop("sender", self.sender)
        if (receivers := _own_receivers(sender, signal)) is None or not is_asyncio_available():
            return await super().send_catch_log_async(signal, sender=sender, **named)
        if not receivers:
            return []
        unlogged = _as_tuple(named.pop("dont_log", ()))
        named["signal"], named["sender"] = signal, sender
        answers: Answers = []
        awaited: list[tuple[int, Any]] = []  # places among the answers
        for receiver in _live(receivers):
            answer: Any
            try:
                answer = self._call(receiver, named)
                if answer is not None and (isinstance(answer, Deferred) or isawaitable(answer)):
                    awaited.append((len(answers), ensure_awaitable(answer, _warn=global_object_name(receiver))))
            except unlogged as error:
                answer = error
            except Exception as error:
                answer = error
                _log(receiver, named)
            answers.append((receiver, answer))
        if awaited:
            results = await asyncio.gather(*(each for _, each in awaited), return_exceptions=True)
            for (place, _), result in zip(awaited, results, strict=True):
                receiver = answers[place][0]
                answers[place] = receiver, result
                if isinstance(result, Exception) and not isinstance(result, unlogged):
                    _log(receiver, named, result)
        return answers

    def _call(self, receiver: Any, named: dict[str, Any]) -> Any:
        """Call a receiver with those of the arguments that it has parameters for, as robustApply does."""
        function = receiver.__func__ if type(receiver) is MethodType else receiver
        if type(function) is not FunctionType:
            return robustApply(receiver, **named)
        code = function.__code__
        try:
            names = self._names[code]
        except KeyError:
            begin = 0 if function is receiver else 1
            names = None if code.co_flags & TAKES_ANY_NAME else code.co_varnames[begin : code.co_argcount]
            self._names[code] = names
        if names is None:
            return receiver(**named)
        return receiver(**{name: named[name] for name in names if name in named})


def _own_receivers(sender: Any, signal: Any) -> Sequence[Any] | None:
    """The receivers of one signal of one sender, alive or not; None where some receive any signal, or of any sender."""
    connected: Mapping[int, Mapping[Any, Sequence[Any]]] = dispatcher.connections  # by the sender's id
    own = connected.get(id(sender), NOTHING)
    others = connected.get(id(dispatcher.Any), NOTHING)
    if own.get(dispatcher.Any) or others.get(signal) or others.get(dispatcher.Any):
        return None
    return own.get(signal, ())


def _live(receivers: Sequence[Any]) -> Iterator[Any]:
    """The receivers that are still there; one that connects while they are called is not called yet."""
    live: Iterator[Any] = dispatcher.liveReceivers(tuple(receivers))
    return live


def _as_tuple(errors: Any) -> tuple[type[Exception], ...]:
    if type(errors) is tuple:
        return errors
    return tuple(errors) if isinstance(errors, Sequence) else (errors,)


def _log(receiver: Any, named: dict[str, Any], error: BaseException | bool = True) -> None:
    """Log the error that a receiver has raised."""
    words, extra = {"receiver": receiver}, {"spider": named.get("spider")}
    logger.error("Error caught on signal handler: %(receiver)s", words, exc_info=error, extra=extra)
