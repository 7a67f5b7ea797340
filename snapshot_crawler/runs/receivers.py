"""The signals of a crawl, sent without Scrapy's search for receivers and arguments: a signal in, their answers out.

A page sends about fifteen signals. Scrapy finds the receivers of each anew, inspects their parameters, and runs every
receiver of an item's signals as a task of its own, though few are coroutines. Here the parameters are read once, and
only what has to be awaited becomes a task: a tenth of the time (docs/performance.md).

The receivers are still pydispatch's. Its list of a signal is compared at every sending with the one that was planned
for: whoever connects to it directly is heard, and a receiver that is gone is forgotten, as before.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from inspect import isawaitable
from types import FunctionType, MappingProxyType, MethodType
from typing import Any
from weakref import ReferenceType

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
ANY = ("**",)  # all names
NOTHING: Mapping[Any, list[Any]] = MappingProxyType({})
Answers = list[tuple[Any, Any]]


class Receiver:
    """One receiver of a signal, as pydispatch keeps it: most are weak references, to a method and its object."""

    __slots__ = ("_function", "_kept", "_names", "_target")

    def __init__(self, kept: Any) -> None:
        self._kept = kept
        self._target, self._function = getattr(kept, "weakSelf", None), getattr(kept, "weakFunc", None)
        self._names: tuple[str, ...] | None = ()
        if (receiver := self.live()) is not None:
            self._names = _names(receiver)

    def live(self) -> Any:
        """What is called; None where it is gone."""
        if self._target is not None and self._function is not None:
            target, function = self._target(), self._function()
            return None if target is None or function is None else MethodType(function, target)
        return self._kept() if isinstance(self._kept, ReferenceType) else self._kept

    def call(self, live: Any, named: dict[str, Any]) -> Any:
        """Call it with those of the arguments that it has parameters for, as robustApply does."""
        names = self._names
        if names is None:
            return robustApply(live, **named)
        if names is ANY:
            return live(**named)
        try:
            arguments = [named[name] for name in names]
        except KeyError:
            return live(**{name: named[name] for name in names if name in named})
        return live(*arguments)


class Receivers(SignalManager):
    """A crawler's signals: `crawler.signals = Receivers(crawler)`, before the crawl begins."""

    def __init__(self, sender: Any) -> None:
        super().__init__(sender)
        self._planned: dict[tuple[int, Any], tuple[list[Any], list[Receiver]]] = {}  # by sender and signal

    def send_catch_log(self, signal: Any, **named: Any) -> Answers:
        """Scrapy's method. An answer is what the receiver has returned, or a Failure."""
        sender = named.pop("sender", self.sender)
        if (receivers := self._own_receivers(sender, signal)) is None:
            return super().send_catch_log(signal, sender=sender, **named)
        if not receivers:
            return []
        unlogged: tuple[type[Exception], ...] = (*_as_tuple(named.pop("dont_log", ())), StopDownload)
        named["signal"], named["sender"] = signal, sender
        answers: Answers = []
        for receiver in receivers:
            if (live := receiver.live()) is None:
                continue
            answer: Any
            try:
                answer = receiver.call(live, named)
            except unlogged:
                answer = Failure()  # type: ignore[no-untyped-call]
            except Exception:
                answer = Failure()  # type: ignore[no-untyped-call]
                _log(live, named)
            else:
                if answer is not None and isinstance(answer, Deferred):
                    words = {"receiver": live}
                    extra = {"spider": named.get("spider")}
                    logger.error("Cannot return deferreds from signal handler: %(receiver)s", words, extra=extra)
            answers.append((live, answer))
        return answers

    async def send_catch_log_async(self, signal: Any, **named: Any) -> Answers:
        """Scrapy's method. An answer is what the receiver has returned, awaited where it must be, or an exception."""
        sender = named.pop("sender", self.sender)
        if (receivers := self._own_receivers(sender, signal)) is None or not is_asyncio_available():
            return await super().send_catch_log_async(signal, sender=sender, **named)
        if not receivers:
            return []
        unlogged = _as_tuple(named.pop("dont_log", ()))
        named["signal"], named["sender"] = signal, sender
        answers: Answers = []
        awaited: list[tuple[int, Any]] = []  # places among the answers
        for receiver in receivers:
            if (live := receiver.live()) is None:
                continue
            answer: Any
            try:
                answer = receiver.call(live, named)
                if answer is not None and (isinstance(answer, Deferred) or isawaitable(answer)):
                    awaited.append((len(answers), ensure_awaitable(answer, _warn=global_object_name(live))))
            except unlogged as error:
                answer = error
            except Exception as error:
                answer = error
                _log(live, named)
            answers.append((live, answer))
        if awaited:
            results = await asyncio.gather(*(each for _, each in awaited), return_exceptions=True)
            for (place, _), result in zip(awaited, results, strict=True):
                live = answers[place][0]
                answers[place] = live, result
                if isinstance(result, Exception) and not isinstance(result, unlogged):
                    _log(live, named, result)
        return answers

    def _own_receivers(self, sender: Any, signal: Any) -> list[Receiver] | None:
        """The receivers of a signal of one sender; None where some receive any signal, or of any sender. One that
        connects while they are called is not called yet."""
        connected: Mapping[int, Mapping[Any, list[Any]]] = dispatcher.connections  # by the sender's id
        own = connected.get(id(sender), NOTHING)
        others = connected.get(id(dispatcher.Any), NOTHING)
        if own.get(dispatcher.Any) or others.get(signal) or others.get(dispatcher.Any):
            return None
        if not (kept := own.get(signal)):
            return []
        planned = self._planned.get((id(sender), signal))
        if planned is None or planned[0] != kept:
            planned = self._planned[id(sender), signal] = (list(kept), [Receiver(each) for each in kept])
        return planned[1]


def _names(receiver: Any) -> tuple[str, ...] | None:
    """The names of the receiver's parameters in their order; ANY where it takes all; None for what is no function."""
    function = receiver.__func__ if type(receiver) is MethodType else receiver
    if type(function) is not FunctionType:
        return None
    code = function.__code__
    begin = 0 if function is receiver else 1
    return ANY if code.co_flags & TAKES_ANY_NAME else code.co_varnames[begin : code.co_argcount]


def _as_tuple(errors: Any) -> tuple[type[Exception], ...]:
    if type(errors) is tuple:
        return errors
    return tuple(errors) if isinstance(errors, Sequence) else (errors,)


def _log(receiver: Any, named: dict[str, Any], error: BaseException | bool = True) -> None:
    """Log the error that a receiver has raised."""
    words, extra = {"receiver": receiver}, {"spider": named.get("spider")}
    logger.error("Error caught on signal handler: %(receiver)s", words, exc_info=error, extra=extra)
