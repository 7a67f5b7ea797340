"""A timeout for waiting on a server: seconds go in; TimeoutError comes out when the server kept us waiting for so long.

handler.py uses it in place of asyncio.timeout, which also counts the time in which our own process was busy. Reading
one hostile page takes seconds (pages/budget.py bounds it), and in that time no byte is read. With asyncio.timeout, a
server that has answered long ago would be given up; if that was for its robots.txt, its whole host for the run.

The wait is cut into steps. When a step ends late, the event loop was busy, and only the planned length of the step
counts.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from types import TracebackType

STEPS = 8  # of a timeout, by choice: a slow exchange starts 8 timers or more, a quick one only the first
LONGEST_STEP_S = 0.5  # by choice: so much too late may a timeout be noticed
LATE_S = 0.05  # by choice: timers of an idle loop are less late


class Deadline:
    """`async with Deadline(seconds):`, as asyncio.timeout. None: no timeout."""

    __slots__ = ("_due", "_is_grace", "_left_s", "_loop", "_timeout", "_timer")

    def __init__(self, seconds: float | None) -> None:
        self._left_s = seconds
        self._timeout = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._is_grace = False

    async def __aenter__(self) -> Deadline:
        await self._timeout.__aenter__()
        if self._left_s is not None:
            self._loop = asyncio.get_running_loop()
            self._wait(min(self._left_s / STEPS, LONGEST_STEP_S))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self._timeout.__aexit__(kind, error, trace)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Do not count the block's time: it is not the server that is waited for."""
        if self._timer is None:
            yield
            return
        self._timer.cancel()
        try:
            yield
        finally:
            self._wait(min(self._left_s or 0.0, LONGEST_STEP_S))

    def _wait(self, step_s: float) -> None:
        self._due = self._loop.time() + step_s
        self._timer = self._loop.call_at(self._due, self._step_is_over, step_s)

    def _step_is_over(self, step_s: float) -> None:
        assert self._left_s is not None
        self._left_s -= step_s
        is_late = self._loop.time() - self._due > LATE_S
        if self._left_s > step_s / 2:  # half a step, because floats do not add up exactly
            self._wait(step_s)
        elif is_late and not self._is_grace:  # the answer may have come: a loop runs timers before it reads
            self._is_grace = True
            self._wait(step_s)
        else:
            self._timeout.reschedule(self._loop.time())
