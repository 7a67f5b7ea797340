"""A wait that a request to stop ends: SIGTERM and SIGINT are noted while the process can do nothing else.

Who handles the signals otherwise (Scrapy) hears of them too, when the event loop goes on.
"""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)
SLICE_S = 0.1  # by choice: Python goes on sleeping after a signal


class StopWatch:
    """Use it as `with StopWatch() as stop`; stop.was_asked says whether a signal came since. Main thread only; in
    another one nothing is noted."""

    def __init__(self) -> None:
        self.was_asked = False
        self.former: dict[int, Any] = {}

    def __enter__(self) -> StopWatch:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                former = signal.getsignal(number)
                if callable(former):  # else the default, which ends the process, or it is ignored
                    self.former[number] = former
                    signal.signal(number, self._noted)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for number, former in self.former.items():
            if signal.getsignal(number) == self._noted:  # else somebody has set another one in between
                signal.signal(number, former)

    def _noted(self, number: int, frame: FrameType | None) -> None:
        self.was_asked = True
        self.former[number](number, frame)

    def sleep(self, seconds: float) -> None:
        """Sleep, and no longer than until a stop is asked for."""
        until = time.monotonic() + seconds
        while not self.was_asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, SLICE_S))
