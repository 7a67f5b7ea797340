"""Requests that wait in memory: each for its time, and for its host."""

from __future__ import annotations

import math
from typing import Any

import pytest
from scrapy import Request

from snapshot_crawler.frontier import waiting as module
from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.frontier.turns import OpenGate
from snapshot_crawler.frontier.waiting import WaitingRequests


class Clock:
    """In the place of time's monotonic clock."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Gate(OpenGate):
    """Hosts and how long they are to wait; all others may be asked."""

    def __init__(self, **waits: float) -> None:
        self.waits = {f"{host}.example": wait for host, wait in waits.items()}

    def wait_s(self, host: str) -> float:
        return self.waits.get(host, 0.0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def request(host: str, name: str = "", wait_s: float = 0, **meta: Any) -> Request:
    return Request(f"https://{host}.example/{name}", meta={"retry_wait_s": wait_s, **meta})


def all_ready(waiting: WaitingRequests) -> list[str]:
    found = []
    while (ready := waiting.next()) is not None:
        found.append(ready.url)
    return found


@pytest.mark.parametrize("meta", [{}, {"client": object()}])
def test_a_request_comes_when_its_wait_is_over_whether_json_can_hold_it_or_not(
    clock: Clock, meta: dict[str, Any]
) -> None:
    waiting = WaitingRequests()
    waiting.put(request("h", "late", 30, **meta))
    waiting.put(request("h", "soon", 10, **meta))
    assert waiting.next() is None and waiting.next_in_s() == 10 and waiting.has_more()
    clock.now += 10
    assert all_ready(waiting) == ["https://h.example/soon"]
    clock.now += 20
    found = waiting.next()
    assert found is not None and found.url.endswith("late") and "retry_wait_s" not in found.meta
    assert not waiting.has_more() and len(waiting) == 0 and math.isinf(waiting.next_in_s())


def test_a_host_that_must_wait_holds_up_no_other_and_hosts_take_turns(clock: Clock) -> None:
    waiting = WaitingRequests()
    waiting.gate = Gate(slow=60)
    for number in range(3):
        for host in ("slow", "one", "two"):
            waiting.put(request(host, str(number)))
    hosts = [url.split("/")[2] for url in all_ready(waiting)]
    assert hosts == ["one.example", "two.example"] * 3
    assert len(waiting) == 3 and waiting.has_more()
    assert list(waiting.take_parked()) == [], "it is to be asked later, in this run"


def test_what_is_due_of_parked_hosts_is_taken_out_and_never_given(clock: Clock) -> None:
    waiting = WaitingRequests()
    waiting.gate = Gate(gone=math.inf)
    waiting.put(request("gone", "1"))
    waiting.put(request("gone", "2", 5))
    assert waiting.next() is None and not waiting.has_more()
    assert [taken.url[-1] for taken in waiting.take_parked()] == ["1"]
    clock.now += 5
    assert [taken.url[-1] for taken in waiting.take_parked()] == ["2"]
    assert len(waiting) == 0


def test_it_knows_which_keys_wait(clock: Clock) -> None:
    waiting = WaitingRequests()
    one, again = request("h", "a?x=1&y=2", 5), request("h", "a?y=2&x=1", 9)
    waiting.put(one)
    waiting.put(again)
    clock.now += 5
    assert waiting.next() is one and waiting.holds(key_of(one))
    clock.now += 5
    assert waiting.next() is again and not waiting.holds(key_of(one))


def test_one_that_waits_for_others_comes_when_one_of_them_is_done_with(clock: Clock) -> None:
    waiting = WaitingRequests()
    waiting.put(request("h", "own-wait", 5))
    for name in ("first", "second"):
        waiting.put(request("h", name, 10, for_others=True))
    waiting.put(request("g", "elsewhere", 10, for_others=True))
    waiting.hurry("h.example")
    ready = waiting.next()
    assert ready is not None and ready.url == "https://h.example/first"
    assert "for_others" not in ready.meta, "its next wait is another"
    assert waiting.next() is None, "one for each that is done with"
    waiting.hurry("h.example")
    assert all_ready(waiting) == ["https://h.example/second"]
    waiting.hurry("h.example")
    assert waiting.next() is None, "no other wait is cut short"
    clock.now += 10
    assert sorted(all_ready(waiting)) == ["https://g.example/elsewhere", "https://h.example/own-wait"]
