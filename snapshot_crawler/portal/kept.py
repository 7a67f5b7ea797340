"""Answers that were made a moment ago, for the next reader of the same page: most readers want the same few pages.

An answer holds as long as the library's files are as they were when it was begun, so what is taken down is gone at
once, and some seconds at most, for what does not stand in these files (the second index).
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.responses import Response

HOLDS_S = 4.0  # articles are to appear within 10 s, and the follower takes up to six; by choice
MOST = 400  # answers, of up to
MOST_BYTES = 150_000  # each: 60 MB at worst; a page has some 30 kB, a part of the sitemap 140


@dataclass(frozen=True, slots=True)
class Answer:
    """What is needed to give an answer once more."""

    stamp: Hashable
    at: float
    status: int
    body: bytes
    headers: dict[str, str]


class Kept:
    """The last answers. Asked from the event loop alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self.being_made: dict[Hashable, asyncio.Event] = {}  # set when it is over: who asks for the same waits for it

    @contextmanager
    def making(self, key: Hashable) -> Iterator[None]:
        """Around the work on an answer: it is done once, however many ask for it meanwhile."""
        over = self.being_made.setdefault(key, asyncio.Event())
        try:
            yield
        finally:
            self.being_made.pop(key, None)
            over.set()

    def get(self, key: Hashable, stamp: Hashable) -> Response | None:
        """The answer, as a new Response: those around it add headers to it."""
        found = self._answers.get(key)
        if found is None or found.stamp != stamp or self.clock() - found.at > HOLDS_S:
            return None
        self._answers.move_to_end(key)
        return Response(found.body, found.status, found.headers)

    def put(self, key: Hashable, stamp: Hashable, response: Response) -> None:
        """Keep an answer. stamp: the library's before it was asked."""
        body = bytes(response.body)
        if len(body) > MOST_BYTES:
            return
        self._answers[key] = Answer(stamp, self.clock(), response.status_code, body, dict(response.headers))
        self._answers.move_to_end(key)
        if len(self._answers) > MOST:
            self._answers.popitem(last=False)
