"""Messages sent by several threads at once: what is to be sent in, what became of each out, in the caller's thread.

The threads are daemons: whoever ends the process does not wait for a receiver that hangs.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Letter = TypeVar("Letter")
LOOK_S = 0.2  # between two looks whether to stop
LAST_S = 5.0  # for messages under way when it is to stop; what is not known by then is sent again


def at_once(
    send: Callable[[Item, Letter], str | None],
    messages: Sequence[tuple[Item, Letter]],
    threads: int,
    is_stopped: Callable[[], bool],
) -> Iterator[tuple[Item, str | None]]:
    """Each message with what send() says of it, as soon as it is known. What was not begun when it is to stop, and what
    does not end soon, has no answer."""
    waiting: queue.SimpleQueue[tuple[Item, Letter]] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[Item, str | None]] = queue.SimpleQueue()
    for message in messages:
        waiting.put(message)

    def work() -> None:
        while not is_stopped():
            try:
                item, letter = waiting.get_nowait()
            except queue.Empty:
                return
            done.put((item, send(item, letter)))

    for _ in range(min(threads, len(messages))):
        threading.Thread(target=work, name="notices", daemon=True).start()
    stopped_at: float | None = None
    left = len(messages)
    while left and (stopped_at is None or time.monotonic() - stopped_at < LAST_S):
        try:
            yield done.get(timeout=LOOK_S)
            left -= 1
        except queue.Empty:
            if stopped_at is None and is_stopped():
                stopped_at = time.monotonic()
