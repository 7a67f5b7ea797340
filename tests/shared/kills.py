"""Processes that are killed at random moments, and begun again at once or after their hosts went to the others."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

from tests.shared.fleet import LEASE_S, Fleet, Worker

BETWEEN_S = (0.1, 2.5)  # two kills
AT_ONCE = 0.5  # share of the killed that are begun again before their hosts go to others


@dataclass(slots=True)
class Kills:
    """What was done: how often a process was killed while the job had work left, and how often at all."""

    fleet: Fleet
    dice: random.Random
    at_work: int = 0
    in_all: int = 0
    down: list[tuple[float, Worker]] = field(default_factory=list)  # who is to be begun again, and when

    def kill(self, number: int) -> None:
        """Kill so many processes, one after the other. Those that are done meanwhile are begun again."""
        for worker in self.fleet.workers:
            worker.start()
        for _ in range(number):
            self._wait(self.dice.uniform(*BETWEEN_S))
            self.fleet.until(self._is_any_running, "a process to be killed")
            worker = self.dice.choice([worker for worker in self.fleet.workers if worker.is_running])
            self.at_work += self.fleet.is_at_work()
            self.in_all += 1
            worker.kill()
            wait_s = 0.0 if self.dice.random() < AT_ONCE else self.dice.uniform(0, 1.5 * LEASE_S)
            self.down.append((time.monotonic() + wait_s, worker))
        self.down.clear()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._begin_again()
            time.sleep(0.02)

    def _is_any_running(self) -> bool:
        self._begin_again()
        return any(worker.is_running for worker in self.fleet.workers)

    def _begin_again(self) -> None:
        now = time.monotonic()
        for when, worker in list(self.down):
            if now >= when:
                self.down.remove((when, worker))
                worker.start()
        waiting = [worker for _, worker in self.down]
        for worker in self.fleet.workers:
            if not worker.is_running and worker not in waiting:  # it was done
                worker.start()
