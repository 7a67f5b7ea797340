"""When a commit is due, by clocks that the test turns."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from snapshot_crawler.frontier import due
from snapshot_crawler.frontier.due import DISK_SHARE_WHEN_BUSY, FEWEST, FEWEST_WHEN_BUSY, CommitClock, Moment

LONGEST_S = 0.5
STEP_S = 0.005


class Turned(CommitClock):
    """A clock that the test turns."""

    at = worked = queued = 100.0
    asked = 0  # how often for the CPU time

    def clock(self) -> float:
        return self.at

    def now(self) -> Moment:
        self.asked += 1
        return Moment(self.at, self.worked, self.queued)

    def passed(self, seconds: float, *, busy: float = 0.0, crowded: float = 0.0) -> None:
        """busy, crowded: shares of the time in which the process works, and in which it waits for a core."""
        self.at += seconds
        self.worked += seconds * busy
        self.queued += seconds * crowded


def waits(
    *,
    disk_s: float,
    queued_s: float = 0.0,
    busy: float,
    crowded: float = 0.0,
    acknowledged: int = FEWEST_WHEN_BUSY,
) -> float:
    """Seconds until a commit is due, in steps, when the last one waited so long for the disk and for a core."""
    clock, waited = Turned(), 0.0
    clock.begin()
    clock.passed(disk_s)
    clock.passed(queued_s, crowded=1)
    clock.done()
    while not clock.is_due(acknowledged, LONGEST_S):
        clock.passed(STEP_S, busy=busy, crowded=crowded)
        waited += STEP_S
    return waited


def test_who_waits_for_the_network_commits_sooner_than_who_works() -> None:
    few = FEWEST_WHEN_BUSY - 1
    idle = waits(disk_s=0.002, busy=0.1, acknowledged=few)
    assert idle == pytest.approx(0.04, abs=STEP_S * 1.1)
    assert waits(disk_s=0.002, busy=0.9) == pytest.approx(0.002 / DISK_SHARE_WHEN_BUSY, abs=STEP_S * 1.1)
    assert waits(disk_s=0.002, busy=0.9, acknowledged=few) == pytest.approx(LONGEST_S, abs=STEP_S * 1.1)


def test_other_processes_on_the_core_make_no_commit_dear_and_no_crawl_idle() -> None:
    crowded = waits(disk_s=0.002, queued_s=0.05, busy=0.3, crowded=0.6)
    assert crowded == pytest.approx(0.002 / DISK_SHARE_WHEN_BUSY, abs=STEP_S * 1.1)
    few = FEWEST_WHEN_BUSY - 1
    crowded = waits(disk_s=0.002, queued_s=0.05, busy=0.3, crowded=0.6, acknowledged=few)
    assert crowded == pytest.approx(LONGEST_S, abs=STEP_S * 1.1), "it has work to do"


def test_a_slow_disk_is_asked_as_seldom_as_before() -> None:
    for busy in (0.1, 0.9):
        assert waits(disk_s=0.1, busy=busy) == pytest.approx(LONGEST_S, abs=STEP_S * 1.1)


def test_for_few_pages_nothing_is_hurried() -> None:
    waited = waits(disk_s=0.002, busy=0.1, acknowledged=FEWEST - 1)
    assert waited == pytest.approx(LONGEST_S, abs=STEP_S * 1.1)


def test_the_cpu_time_is_asked_for_at_most_every_20_ms() -> None:
    clock = Turned()
    clock.begin()
    clock.passed(0.002)
    clock.done()
    before = clock.asked
    for _ in range(150):  # 150 ms of a crawl that works
        clock.passed(0.001, busy=0.9)
        assert not clock.is_due(FEWEST_WHEN_BUSY - 1, LONGEST_S)
    assert 1 <= clock.asked - before <= 150 // 20


@pytest.mark.parametrize("is_told", [True, False])
def test_a_moment_is_of_this_thread_and_the_clock_leaves_no_descriptor(
    is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_told:
        monkeypatch.setattr(due, "OF_THIS_THREAD", "/nowhere")
    clock = CommitClock()
    fd, began = clock.fd, clock.now()
    assert (fd >= 0) == (is_told and Path(due.OF_THIS_THREAD).exists())
    until = time.thread_time() + 0.02
    while time.thread_time() < until:
        pass
    took = clock.now().since(began)
    assert took.worked >= 0.02 and took.at > 0.01 and took.queued >= 0
    del clock
    link = Path(f"/proc/self/fd/{fd}")  # another file may have its number meanwhile
    assert not link.is_symlink() or "schedstat" not in str(link.readlink())
