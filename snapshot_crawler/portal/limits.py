"""How often somebody may ask: a bucket for each client, which fills again at a steady rate. In memory alone."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_CLIENTS = 20_000  # that are remembered, the last ones; some 4 MB


class Buckets:
    """allows(client) is False where a client has asked too often. May be asked from any thread."""

    def __init__(
        self, most: float, per_s: float, clock: Callable[[], float] = time.monotonic, clients: int = MOST_CLIENTS
    ) -> None:
        """most: requests at once, after a rest; 0: all are allowed. per_s: seconds in which so many come again."""
        self.most, self.rate, self.clock, self.clients = most, most / per_s, clock, clients
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, client: str) -> bool:
        """Count one more request of a client."""
        return self.wait(client) == 0

    def wait(self, client: str) -> float:
        """Count one more request; seconds until the next is allowed, 0 where this one is."""
        if not self.most:
            return 0
        with self._lock:
            now = self.clock()
            left, at = self._left.pop(client, (self.most, now))
            left = min(self.most, left + (now - at) * self.rate)
            is_allowed = left >= 1
            self._left[client] = (left - is_allowed, now)
            if len(self._left) > self.clients:
                self._left.popitem(last=False)
            return 0 if is_allowed else (1 - left) / self.rate
