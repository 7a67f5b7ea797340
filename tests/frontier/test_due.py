"""When a commit is due, by clocks that the test turns."""

from __future__ import annotations

import pytest

from snapshot_crawler.frontier import due
from snapshot_crawler.frontier.due import FEWEST, CommitClock

LONGEST_S = 0.5
MANY = FEWEST * 3


class Clocks:
    """Stands for the module time."""

    now = cpu = 100.0
    asked = 0  # how often for the CPU time

    def monotonic(self) -> float:
        return self.now

    def process_time(self) -> float:
        self.asked += 1
        return self.cpu

    def passed(self, seconds: float, *, busy: float = 0.0) -> None:
        """busy: share of the time in which the process works."""
        self.now += seconds
        self.cpu += seconds * busy


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    stand_in = Clocks()
    monkeypatch.setattr(due, "time", stand_in)
    return stand_in


def committed(clocks: Clocks, took_s: float) -> CommitClock:
    """A clock after a commit that took so long."""
    clock = CommitClock()
    clock.begin()
    clocks.passed(took_s)
    clock.done()
    return clock


def waits(clocks: Clocks, took_s: float, *, busy: float, acknowledged: int = MANY) -> float:
    """Seconds until a commit is due, in steps of 5 ms, when the last one took took_s."""
    clock, waited = committed(clocks, took_s), 0.0
    while not clock.is_due(acknowledged, LONGEST_S):
        clocks.passed(0.005, busy=busy)
        waited += 0.005
    return waited


def test_who_waits_for_the_network_commits_sooner_than_who_works(clocks: Clocks) -> None:
    assert waits(clocks, 0.002, busy=0.1) == pytest.approx(0.04, abs=0.006)
    assert waits(clocks, 0.002, busy=0.9) == pytest.approx(0.2, abs=0.006)


def test_a_slow_disk_is_asked_as_seldom_as_before(clocks: Clocks) -> None:
    assert waits(clocks, 0.1, busy=0.1) == pytest.approx(LONGEST_S, abs=0.006)
    assert waits(clocks, 0.02, busy=0.9) == pytest.approx(LONGEST_S, abs=0.006)


def test_for_few_pages_nothing_is_hurried(clocks: Clocks) -> None:
    assert waits(clocks, 0.002, busy=0.1, acknowledged=FEWEST - 1) == pytest.approx(LONGEST_S, abs=0.006)


def test_the_cpu_time_is_asked_for_at_most_every_20_ms(clocks: Clocks) -> None:
    clock, before = committed(clocks, 0.002), clocks.asked
    for _ in range(150):  # 150 ms of a crawl that works
        clocks.passed(0.001, busy=0.9)
        assert not clock.is_due(MANY, LONGEST_S)
    assert 1 <= clocks.asked - before <= 150 // 20
