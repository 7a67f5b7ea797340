"""The hosts' turns by themselves: round and round, within limits, with what was put off at the end."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapshot_crawler.frontier.sqlite import SqliteStore
from snapshot_crawler.frontier.store import Entry, State
from snapshot_crawler.frontier.turns import WINDOW, HostTurns


class Gate:
    """Waits in seconds by host."""

    def __init__(self, **waits: float) -> None:
        self.waits = {f"{name}.example": wait_s for name, wait_s in waits.items()}

    def wait_s(self, host: str) -> float:
        return self.waits.get(host, 0)

    def failed_for(self, host: str) -> str | None:
        return None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "job.sqlite")
    yield opened
    opened.close()


def fill(store: SqliteStore, host: str, number: int, *, priority: int = 0, first: int = 0) -> None:
    for place in range(first, first + number):
        url = f"https://{host}.example/{place}"
        store.enqueue_all([Entry(key=url, url=url, host=f"{host}.example", priority=priority)])


def turns_of(store: SqliteStore, most_under_way: int = 1_000, own: dict[str, int] | None = None) -> HostTurns:
    turns = HostTurns(most_under_way, own)
    turns.open(store)
    return turns


def taken(turns: HostTurns, most: int = 1_000) -> list[str]:
    """host/number of what is handed out, in order."""
    found = []
    while len(found) < most and (entry := turns.next()) is not None:
        found.append(entry.url.removeprefix("https://").replace(".example", ""))
    return found


def test_hosts_take_turns_and_each_keeps_its_order(store: SqliteStore) -> None:
    fill(store, "a", 3)
    fill(store, "b", 2)
    turns = turns_of(store)
    assert turns.left() == 5
    assert taken(turns) == ["a/0", "b/0", "a/1", "b/1", "a/2"]
    assert turns.left() == 0 and not turns.has_more()
    assert store.counts() == {"leased": 5}


def test_more_than_a_window_comes_window_by_window(store: SqliteStore) -> None:
    fill(store, "a", 2 * WINDOW + 1)
    turns = turns_of(store)
    assert taken(turns, 1) == ["a/0"]
    assert store.counts() == {"leased": WINDOW, "pending": WINDOW + 1}
    assert turns.left() == 2 * WINDOW
    assert taken(turns) == [f"a/{number}" for number in range(1, 2 * WINDOW + 1)]


def test_a_host_has_no_more_under_way_than_it_may(store: SqliteStore) -> None:
    fill(store, "a", 5)
    fill(store, "b", 5)
    turns = turns_of(store, 2, {"b.example": 1})
    turns.under_way.update({"a.example": 1, "b.example": 1})
    assert taken(turns, 1) == ["a/0"]
    turns.under_way["a.example"] += 1
    assert taken(turns) == [], "both have what they may"
    assert turns.has_more()
    turns.under_way["b.example"] -= 1
    assert taken(turns, 1) == ["b/0"]


def test_a_host_that_must_wait_holds_up_no_other_and_tells_how_long(store: SqliteStore) -> None:
    for host in "abc":
        fill(store, host, 2)
    turns = turns_of(store)
    turns.gate = Gate(a=30, b=7)
    assert taken(turns) == ["c/0", "c/1"]
    assert turns.shortest_wait_s() == 7
    assert turns.has_more() and turns.left() == 4
    turns.gate = Gate(a=30)
    assert taken(turns) == ["b/0", "b/1"]


def test_parked_hosts_are_left_and_end_the_run(store: SqliteStore) -> None:
    fill(store, "a", 2)
    turns = turns_of(store)
    turns.gate = Gate(a=math.inf)
    assert taken(turns) == []
    assert not turns.has_more(), "nothing that may be asked for in this run"
    assert turns.left() == 2, "but it is left for the next"


def test_what_arrives_is_asked_for_also_at_a_host_that_had_left_the_round(store: SqliteStore) -> None:
    turns = turns_of(store)
    assert taken(turns) == []
    assert turns.shortest_wait_s() == math.inf
    fill(store, "a", 1)
    turns.arrived("a.example")
    assert taken(turns) == ["a/0"]
    fill(store, "a", 1, first=1)
    turns.arrived("a.example")
    assert turns.has_more()
    assert taken(turns) == ["a/1"]


def test_what_was_put_off_comes_last_and_one_by_one(store: SqliteStore) -> None:
    fill(store, "a", 4, priority=-1)
    fill(store, "a", 2, first=10)
    turns = turns_of(store)
    assert taken(turns, 3) == ["a/10", "a/11", "a/0"]
    assert store.counts() == {"leased": 3, "pending": 3}
    fill(store, "a", 1, first=20)  # turns up meanwhile
    turns.arrived("a.example")
    assert taken(turns) == ["a/20", "a/1", "a/2", "a/3"]


def test_an_entry_that_is_pending_again_has_another_turn(store: SqliteStore) -> None:
    fill(store, "a", 1)
    turns = turns_of(store)
    entry = turns.next()
    assert entry is not None and turns.next() is None
    entry.state = State.PENDING
    store.update(entry)
    turns.arrived(entry.host)
    assert taken(turns) == ["a/0"]


def test_what_was_put_off_waits_for_what_is_under_way(store: SqliteStore) -> None:
    """What is under way may bring something that comes first, or say more of what was put off."""
    fill(store, "a", 2, priority=-1)
    fill(store, "a", 1, first=10)
    fill(store, "b", 1, priority=-1)
    turns = turns_of(store)
    first = turns.next()
    assert first is not None and first.url.endswith("/10")
    turns.begun(first)
    assert taken(turns) == ["b/0"], "another host's does not wait for it"
    assert turns.has_more() and turns.left() == 2
    fill(store, "a", 1, first=20)
    turns.arrived("a.example")
    second = turns.next()
    assert second is not None and second.url.endswith("/20")
    turns.begun(second)
    turns.ended(first)
    assert taken(turns) == []
    turns.ended(second)
    assert taken(turns) == ["a/0", "a/1"]
