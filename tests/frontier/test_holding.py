"""A run's hosts: its share is taken, kept alive and given back; without a beat nothing is asked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from snapshot_crawler.dedup import presence
from snapshot_crawler.exceptions import DatabaseAwayError
from snapshot_crawler.frontier import holding
from snapshot_crawler.frontier.holding import HeldGate, HeldHosts
from snapshot_crawler.frontier.share import Census, Claimed
from snapshot_crawler.frontier.sqlite import SqliteFrontiers
from snapshot_crawler.frontier.store import USUAL, frontiers_of
from snapshot_crawler.frontier.turns import HostTurns

NEVER = float("inf")


class FakeShare:
    """Hosts that are there to be claimed, and what was asked."""

    lease_s = 45.0

    def __init__(self, *free: str, workers: int = 1) -> None:
        self.free, self.alive = list(free), workers
        self.held: dict[str, int] = {}
        self.is_joined = False
        self.taken: set[str] = set()  # by others, while we were silent
        self.beats = 0
        self.parked: set[str] = set()
        self.rests: dict[str, tuple[float, float]] = {}
        self.released: dict[str, float] = {}
        self.paused: dict[str, float] = {}  # how slowly others asked

    def join(self, *, pause_s: float) -> bool:
        self.is_joined = True
        return True

    def begin(self) -> None:
        pass

    def leave(self) -> None:
        self.is_joined = False

    def beat(self) -> set[str]:
        self.beats += 1
        lost, self.taken = self.taken, set()
        for host in lost:
            del self.held[host]
        return lost

    def claim(self, most: int) -> list[Claimed]:
        claimed, self.free = self.free[:most], self.free[most:]
        self.held.update(dict.fromkeys(claimed, 1))
        return [Claimed(host, 3, self.paused.get(host, 0.0)) for host in claimed]

    def release(self, waits: Mapping[str, float]) -> None:
        self.released.update(waits)
        for host in waits:
            del self.held[host]
            self.free.append(host)

    def rest(self, waits: Mapping[str, tuple[float, float]]) -> None:
        self.rests.update(waits)

    def park(self, hosts: Iterable[str]) -> None:
        self.parked |= set(hosts)

    def workers(self) -> list[str]:
        return []

    def census(self) -> Census:
        return Census(self.alive, len(self.free) + len(self.held.keys() - self.parked), bool(self.free))


class Gate:
    """Waits as the test sets them."""

    def __init__(self) -> None:
        self.waits: dict[str, float] = {}
        self.pauses: dict[str, float] = {}
        self.went_on: dict[str, float] = {}

    def wait_s(self, host: str) -> float:
        return self.waits.get(host, 0.0)

    def pause_s(self, host: str) -> float:
        return self.pauses.get(host, 0.0)

    def go_on(self, host: str, pause_s: float) -> None:
        self.went_on[host] = pause_s

    def failed_for(self, host: str) -> str | None:
        return None


class Run:
    """Hosts of a run with a clock of its own."""

    def __init__(self, share: FakeShare, monkeypatch: pytest.MonkeyPatch) -> None:
        self.share, self.gate, self.now = share, Gate(), 1000.0
        monkeypatch.setattr(holding, "clock", lambda: self.now)
        self.turns = HostTurns(1)
        self.turns.gate = self.gate
        self.busy: set[str] = set()
        self.gone: list[tuple[set[str], bool]] = []
        self.hosts = HeldHosts(share, self.turns, lambda host: host in self.busy, self.let_go)
        self.hosts.open(lease_s=45.0, pause_s=0.0)
        self.hosts.begin()

    def let_go(self, hosts: set[str], are_lost: bool) -> None:
        self.gone.append((set(hosts), are_lost))
        for host in hosts:
            self.turns.let_go(host)

    def look(self, after_s: float = 2.0, *, is_committed: bool = True) -> None:
        self.now += after_s
        self.hosts.look(is_committed=is_committed)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(FakeShare("a", "b", "c", "d"), monkeypatch)


def test_one_process_takes_all_hosts_and_two_take_half_each(run: Run) -> None:
    run.share.alive = 2
    run.look()
    assert set(run.share.held) == {"a", "b"} and run.turns.has_entries("a")
    run.share.alive = 1
    run.look()
    assert set(run.share.held) == {"a", "b", "c", "d"}


def test_a_surplus_is_given_back_as_soon_as_nothing_of_it_is_under_way(run: Run) -> None:
    run.look()
    run.busy = {"a", "b", "c", "d"}
    run.share.alive = 4
    run.look()
    [(surplus, are_lost)] = run.gone
    assert len(surplus) == 3 and not are_lost
    run.look()
    assert len(run.share.held) == 4, "still under way"
    run.busy = set()
    run.look(is_committed=False)
    assert len(run.share.held) == 4, "what came of it is not committed"
    run.gate.pauses = dict.fromkeys("abcd", 2.5)
    run.look()
    assert run.share.released == dict.fromkeys(surplus, 2.5), "and they rest from now on"


def test_looks_take_a_small_part_of_the_time_where_each_is_dear(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def census() -> Census:
        asked.append(run.now)
        run.now += 0.4
        return Census(1, 4, True)

    monkeypatch.setattr(run.share, "census", census)
    for _ in range(20):
        run.look(1.0)
    assert len(asked) == 3, "one in eight seconds"
    run.hosts.share.held.clear()
    run.hosts.changed()
    run.look(0.0)
    assert len(asked) == 4, "at once where the run has nothing else to do"


def test_a_process_beats_in_time_and_stops_asking_when_it_could_not(run: Run) -> None:
    run.look()
    for _ in range(10):
        run.look(5.0)
    assert 5 <= run.share.beats <= 10
    run.now += 29
    beats = run.share.beats
    assert run.hosts.may_ask("a") and run.share.beats == beats + (run.now >= run.hosts.sure_until)
    run.now += 40  # asleep, for longer than the lease
    run.share.taken = {"a"}
    assert not run.hosts.may_ask("a") and run.hosts.may_ask("b")
    assert run.gone == [({"a"}, True)]
    assert not run.turns.has_entries("a")


def test_a_beat_whose_answer_is_read_too_late_makes_nothing_sure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run.look()
    beat = run.share.beat

    def stopped_before_the_answer_was_read() -> set[str]:
        lost = beat()
        if run.share.beats == beats + 1:
            run.now += 60
            run.share.taken = {"a"}
        return lost

    monkeypatch.setattr(run.share, "beat", stopped_before_the_answer_was_read)
    beats, run.now = run.share.beats, run.hosts.sure_until
    assert not run.hosts.may_ask("a") and run.hosts.may_ask("b")
    assert run.share.beats == beats + 2


def test_a_database_that_answers_too_late_each_time_ends_the_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow() -> set[str]:
        run.now += 40
        return set()

    run.now = run.hosts.sure_until
    monkeypatch.setattr(run.share, "beat", slow)
    with pytest.raises(DatabaseAwayError, match="raise FRONTIER_LEASE"):
        run.hosts.may_ask("a")


def test_the_pace_of_a_host_goes_on_as_it_was_with_who_had_it_before(run: Run) -> None:
    run.share.paused = {"a": 5.0}
    run.gate.pauses = {"a": 5.0}
    run.look()
    assert run.gate.went_on == {"a": 5.0, "b": 0.0, "c": 0.0, "d": 0.0}
    assert run.share.rests == {}, "the others know it"
    run.gate.pauses = {}
    run.look()
    assert run.share.rests == {"a": (0.0, 0.0)}, "it has recovered"


def test_a_clock_of_the_machine_decides_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 0.0)  # the machine believes that it is 1970
    run.look()
    assert run.hosts.may_ask("a")
    assert not run.gone


def test_long_waits_are_noted_once_for_the_case_that_the_process_dies(run: Run) -> None:
    run.look()
    assert run.share.rests == {}
    run.gate.waits["a"] = 60.0
    run.look()
    assert run.share.rests == {"a": (60.0, 0.0)}
    run.share.rests.clear()
    run.gate.waits["a"] = 58.0
    run.look()
    assert run.share.rests == {}
    run.gate.waits["a"], run.gate.pauses["b"] = 56.0, 10.2
    run.look()
    assert run.share.rests == {"b": (0.0, 10.2)}


def test_a_parked_host_is_told_and_stays_and_keeps_nobody_from_the_end(run: Run) -> None:
    run.share.free = ["a"]
    run.look()
    run.gate.waits["a"] = NEVER
    run.look()
    assert run.share.parked == {"a"} and "a" in run.share.held
    assert not run.hosts.is_work_left()
    run.hosts.leave()
    assert not run.share.held and not run.share.is_joined


def test_hosts_of_pages_that_are_not_committed_rest_for_longer_than_the_index_believes_in_them(run: Run) -> None:
    run.look()
    run.gate.pauses = {"b": 60.0}
    run.hosts.leave({"a", "b"})
    assert run.share.released == {"a": pytest.approx(29.7), "b": 60.0, "c": 0.0, "d": 0.0}
    assert run.share.released["a"] > presence.LEASE_S + presence.RENEW_EVERY_S


def test_no_host_is_taken_before_all_parts_of_the_run_are_open(run: Run) -> None:
    run.hosts.is_begun = False
    run.look()
    assert not run.share.held
    run.hosts.begin()
    run.look()
    assert len(run.share.held) == 4


def test_a_run_does_not_end_before_it_has_looked_after_its_last_commit(run: Run) -> None:
    run.share.free.clear()
    run.look()
    assert not run.hosts.is_work_left()
    run.hosts.changed()
    assert run.hosts.is_work_left()
    run.share.free.append("new")
    run.look(0.0)
    assert run.hosts.is_work_left() and "new" in run.share.held


def test_what_waits_in_memory_for_a_host_of_others_is_not_asked(run: Run) -> None:
    run.share.free = ["a"]
    run.look()
    gate = HeldGate(run.gate, run.hosts)
    assert gate.wait_s("a") == 0.0 and math.isinf(gate.wait_s("other"))


def test_the_address_of_a_database_names_the_storage(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    shared = frontiers_of({"DATA_DIR": tmp_path, "DATABASE_URL": "postgresql://h/db", "FRONTIER_STORE": USUAL})
    assert type(shared).__name__ == "PostgresFrontiers"
    assert isinstance(frontiers_of({"DATA_DIR": tmp_path, "DATABASE_URL": ""}), SqliteFrontiers)
