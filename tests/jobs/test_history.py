"""The history of the jobs, in a file and in the database of several machines: the same questions, the same answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from snapshot_crawler.exceptions import ExitCode, StateError
from snapshot_crawler.jobs import outbox
from snapshot_crawler.jobs.clock import ServerClock
from snapshot_crawler.jobs.disk import DiskFloor
from snapshot_crawler.jobs.history import BUSY, NOT_DUE, STOP_ASKED, STOP_PERSON, STOP_SHUTDOWN, History, JobState
from snapshot_crawler.jobs.keeping import _forget
from snapshot_crawler.jobs.model import WORDS, Channel, Job
from snapshot_crawler.jobs.orders import Orders
from snapshot_crawler.jobs.outcome import Outcome
from snapshot_crawler.jobs.places import Places
from snapshot_crawler.jobs.store import Shared
from snapshot_crawler.jobs.timetable import Timetable
from tests.jobs.world import MovableClock, Webhook

LONGEST_S = 120
CHANNEL = Channel("all", "json://127.0.0.1:9/none", frozenset(WORDS))
Open = Callable[[], History]


def always(_: JobState) -> bool:
    return True


def never(_: JobState) -> bool:
    return False


@pytest.fixture(params=["file", "database"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Open a history of one machine, to the test's end; one storage after the other."""
    shared = None
    if request.param == "database":
        shared = Shared(request.getfixturevalue("quick_database_url"), tmp_path, 60)
    with ExitStack() as stack:
        yield lambda: stack.enter_context(History(Places(tmp_path, shared).history))


@pytest.fixture
def history(opened: Open) -> History:
    return opened()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def machines(quick_database_url: str, tmp_path: Path) -> Iterator[Callable[[str], History]]:
    """Open the history of a machine by its name; all share one database."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(History(Shared(quick_database_url, tmp_path / name, 60)))


def claimed(history: History, clock: MovableClock, job: str = "a", **more: Any) -> int:
    number = history.claim(job, "timetable", clock.now(), always, takes_time=True, **more)
    assert isinstance(number, int), number
    return number


def ended(code: int = 0, **more: Any) -> Outcome:
    return Outcome(code, "complete" if not code else "failed", "a sentence with 100 %?", **more)


def lose(history: History, number: int) -> None:
    """Let a run's lease be over, as if its machine had gone."""
    with history.transaction() as db:
        db.execute("UPDATE main.run SET until = clock_timestamp() - make_interval(secs => 1) WHERE id = ?", (number,))


def test_a_job_is_seen_once(opened: Open, clock: MovableClock) -> None:
    history = opened()
    history.see(["a", "b"], clock.now())
    clock.wait(60)
    opened().see(["b", "c"], clock.now())
    assert {name: state.seen.wall - clock.wall for name, state in history.states().items()} == {
        "a": -60,
        "b": -60,
        "c": 0,
    }
    assert history.state("a").base is None
    assert history.state_rows().keys() == {"a", "b", "c"}


def test_a_run_from_its_claim_to_its_end(history: History, clock: MovableClock) -> None:
    history.see(["a"], clock.now())
    number = claimed(history, clock)
    assert history.state("a").base == clock.now()
    history.started(number, 4711, "/logs/a.log")
    (open_run,) = history.open_runs()
    assert (open_run.id, open_run.job, open_run.pid, open_run.log) == (number, "a", 4711, "/logs/a.log")
    assert history.last_runs() == {}
    clock.wait(30)
    facts = {"requests": {"done": 5, "failed": 1}}
    history.finish(number, ended(articles=3, pages=6, seconds=29.5, run="a-1", facts=facts), clock.now())
    history.finish(number, ended(1), clock.now())  # a second call changes nothing
    state = history.state("a")
    assert (state.exit_code, state.failures, state.articles, state.pages) == (0, 0, 3, {"done": 5, "failed": 1})
    assert state.last_success == state.newest_article == clock.wall
    (run,) = history.runs_of("a", 5)
    assert (run.word, run.exit_code, run.sentence, run.seconds, run.facts) == (
        *("complete", 0, "a sentence with 100 %?", 29.5, facts),
    )
    assert history.last_runs() == {"a": run} == {"a": history.run(number)}
    assert history.last_runs(until=clock.wall) == {}
    assert history.ended_between(clock.wall, clock.wall + 1) == [run] == history.newest_ended(3)
    assert history.ended_between(clock.wall + 1, clock.wall + 2) == history.open_runs("a") == []
    assert history.arrivals("a") == [(int(clock.wall // 3600), 3)]


def test_figures_of_several_runs_add_up(history: History, clock: MovableClock) -> None:
    history.see(["a"], clock.now())
    for code, articles in ((0, 2), (ExitCode.CRASHED, 0), (ExitCode.CRASHED, 1), (ExitCode.PARTIAL, 0)):
        facts = {"requests": {"done": 1}}
        history.finish(claimed(history, clock), ended(code, articles=articles, facts=facts), clock.now())
    state = history.state("a")
    assert (state.failures, state.exit_code, state.articles, state.pages) == (2, ExitCode.PARTIAL, 3, {"done": 4})
    assert history.arrivals("a") == [(int(clock.wall // 3600), 3)]


def test_what_is_not_due_is_not_claimed_and_what_came_to_nothing_is_forgotten(
    history: History, clock: MovableClock
) -> None:
    history.see(["a"], clock.now())
    assert history.claim("a", "timetable", clock.now(), never, takes_time=True) == NOT_DUE
    assert history.state("a").base is None
    number = history.claim("a", "hand", clock.now(), always, takes_time=False)
    assert isinstance(number, int) and history.state("a").base is None
    history.forget(number)
    assert history.run(number) is None


@pytest.mark.parametrize(
    ("why", "resume", "exit_code"),
    [(STOP_SHUTDOWN, True, 4), (STOP_PERSON, False, None), (STOP_ASKED, False, None), ("timeout", False, 137)],
)
def test_why_a_run_was_stopped_decides_when_it_goes_on(
    history: History, clock: MovableClock, why: str, resume: bool, exit_code: int | None
) -> None:
    history.see(["a"], clock.now())
    number = claimed(history, clock)
    history.stop(number, why)
    history.finish(number, ended(137), clock.now())
    state = history.state("a")
    assert (state.resume, state.exit_code) == (resume, exit_code)
    claimed(history, clock)
    assert not history.state("a").resume


def test_of_many_who_find_a_job_due_one_claims_it(opened: Open, clock: MovableClock) -> None:
    first = opened()
    first.see(["a"], clock.now())
    found: list[int | str] = []
    barrier = threading.Barrier(6)

    def claim() -> None:
        with History(first.where) as history:
            barrier.wait(LONGEST_S)
            due: Callable[[JobState], bool] = lambda state: state.base is None  # noqa: E731
            found.append(history.claim("a", "timetable", clock.now(), due, takes_time=True))

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_S)
    assert sorted(isinstance(each, int) for each in found) == [False] * 5 + [True]


def test_orders_wait_by_urgency_and_become_runs(history: History, clock: MovableClock) -> None:
    orders = Orders(history)
    job = Job("a", "snapshot", Timetable(ZoneInfo("UTC"), 60), args={"start": "https://a.example/"}, workers=3)
    for number, priority in (("x", 0), ("y", 5), ("z", 0)):
        orders.add(number, replace(job, priority=priority), clock.now())
    assert [order.id for order in orders.waiting()] == ["y", "x", "z"]
    run = claimed(history, clock, order="y")
    assert orders.of_run(run) == "y" and not orders.is_waiting("y")
    found = orders.find("y")
    assert found is not None and (found.run, found.job.args, found.job.workers) == (run, job.args, 3)
    orders.remove("y")
    orders.remove("x")
    assert [order.id for order in orders.waiting()] == ["z"]
    assert orders.find("y") is not None and orders.find("x") is None


def test_notices_are_spread_once_and_delivered(history: History, clock: MovableClock) -> None:
    history.see(["a"], clock.now())
    history.finish(claimed(history, clock), ended(0), clock.now())
    history.finish(claimed(history, clock), ended(1), clock.now())
    with Webhook() as hook:
        channel = replace(CHANNEL, url=hook.url)
        assert outbox.spread(history, [channel], clock.now()) == 1
        assert outbox.spread(history, [channel], clock.now()) == 0
        hook.answer = 500
        assert outbox.deliver_one(history, channel, clock)
        assert not outbox.deliver_one(history, channel, clock), "it waits after a failed attempt"
        hook.answer = 200
        clock.wait(3600)
        assert outbox.deliver_one(history, channel, clock)
        assert not outbox.deliver_one(history, channel, clock)
        assert hook.titles() == ["a: failed", "a: failed"]


def test_a_full_disk_is_told_for_the_machine_and_is_no_job(
    history: History, clock: MovableClock, tmp_path: Path
) -> None:
    history.see(["a"], clock.now())
    assert DiskFloor(tmp_path, 2**62).look(history, clock.now())
    assert history.states().keys() == {"a"} == history.state_rows().keys()
    assert history.condition(history.db.machine).text() != history.condition("a").text()
    nobodys = replace(CHANNEL, jobs=("b",))
    assert outbox.spread(history, [nobodys], clock.now()) == 1, "a machine concerns everybody"
    (title,) = history.db.execute("SELECT title FROM main.delivery").fetchone()
    assert title.endswith(": disk") and not title.startswith(("@", ":"))


def test_old_runs_are_forgotten_and_their_sums_stay(history: History, clock: MovableClock) -> None:
    history.see(["a"], clock.now())
    numbers = []
    for _ in range(5):
        numbers.append(claimed(history, clock))
        history.finish(numbers[-1], ended(articles=1), clock.now())
    numbers.append(claimed(history, clock))
    assert _forget(history, {"a": 2}, clock.wall) == 4
    assert [run.id for run in history.runs_of("a", 9)] == numbers[:-3:-1]
    assert history.state("a").articles == 5


def test_odd_words_are_kept(history: History, clock: MovableClock) -> None:
    history.see(["a"], clock.now())
    half = "\ud800" if history.db.is_shared else ""  # a file takes none
    outcome = Outcome(1, "failed", f"南\x00{half} %s ? main.run", facts={"x": f"\x00{half}"})
    number = claimed(history, clock)
    history.finish(number, outcome, clock.now())
    run = history.run(number)
    assert run is not None and run.sentence is not None
    assert run.sentence.startswith("南") and run.sentence.endswith(" %s ? main.run")
    assert run.facts == outcome.facts or history.db.is_shared


# --- Several machines
def test_a_job_is_at_work_on_one_machine_at_a_time(machines: Callable[[str], History], clock: MovableClock) -> None:
    one, two = machines("one"), machines("two")
    one.see(["a"], clock.now())
    number = claimed(one, clock)
    assert two.claim("a", "timetable", clock.now(), always, takes_time=True) == BUSY
    assert two.dead_runs("a") == []
    assert (one.db.is_mine(number), two.db.is_mine(number)) == (True, False)
    assert one.db.alive() == two.db.alive() == {"a"}
    one.finish(number, ended(), clock.now())
    assert two.db.alive() == set()
    assert isinstance(two.claim("a", "timetable", clock.now(), always, takes_time=True), int)


def test_a_run_whose_machine_is_gone_is_ended_by_another(
    machines: Callable[[str], History], clock: MovableClock
) -> None:
    one, two = machines("one"), machines("two")
    one.see(["a"], clock.now())
    number = claimed(one, clock)
    lose(one, number)
    assert one.db.alive() == set()
    assert two.claim("a", "timetable", clock.now(), always, takes_time=True) == BUSY, "it is to be buried first"
    (dead,) = two.dead_runs("a")
    two.finish(dead.id, ended(137), clock.now())
    state = two.state("a")
    assert (state.exit_code, state.failures) == (137, 1)
    with one.transaction() as db:
        assert db.renew(number) is None, "it comes back late, and is told"
    one.finish(number, ended(articles=9), clock.now())
    assert two.state("a").articles == 0


def test_a_renewed_run_is_not_dead(machines: Callable[[str], History], clock: MovableClock) -> None:
    one, two = machines("one"), machines("two")
    one.see(["a"], clock.now())
    number = claimed(one, clock)
    lose(one, number)
    with one.transaction() as db:
        assert db.renew(number) == ""
    assert two.dead_runs("a") == []
    two.stop(number, STOP_ASKED)
    with one.transaction() as db:
        assert db.renew(number) == STOP_ASKED


def test_runs_of_this_machine_are_dead_when_its_lock_is_free(
    machines: Callable[[str], History], clock: MovableClock
) -> None:
    one = machines("one")
    one.see(["a"], clock.now())
    number = claimed(one, clock)
    assert [run.id for run in machines("one").dead_runs("a")] == [number]


def test_machines_share_a_run_up_to_its_workers_and_the_last_speaks_for_all(
    machines: Callable[[str], History], clock: MovableClock
) -> None:
    one, two, three = (machines(name) for name in ("one", "two", "three"))
    one.see(["a"], clock.now())
    first = claimed(one, clock, workers=2)
    base = one.state("a").base
    assert one.db.rounds() == [] and two.db.rounds() == [("a", first, 1)]
    clock.wait(1)
    second = two.claim("a", "timetable", clock.now(), never, takes_time=True, workers=2)
    assert isinstance(second, int)
    assert three.db.rounds() == [("a", first, 2)]
    assert three.claim("a", "timetable", clock.now(), always, takes_time=True, workers=2) == BUSY
    assert two.state("a").base == base, "a time is taken up once"
    # the first one dies; its share is taken over by the other, and so it was no failure
    one.finish(first, ended(137, articles=1), clock.now())
    state = two.state("a")
    assert (state.exit_code, state.failures, state.articles) == (None, 0, 1)
    assert one.db.rounds() == [], "whoever had a part in a round does not join it again"
    assert one.claim("a", "timetable", clock.now(), always, takes_time=True, workers=2) == BUSY
    two.finish(second, ended(articles=2), clock.now())
    state = two.state("a")
    assert (state.exit_code, state.failures, state.articles) == (0, 0, 3)


def test_a_machine_that_dies_beside_one_that_ends_well_is_no_failure(
    machines: Callable[[str], History], clock: MovableClock
) -> None:
    one, two = machines("one"), machines("two")
    one.see(["a"], clock.now())
    first = claimed(one, clock, workers=2)
    second = two.claim("a", "timetable", clock.now(), never, takes_time=True, workers=2)
    assert isinstance(second, int)
    two.finish(second, ended(articles=2), clock.now())
    lose(one, first)
    (dead,) = two.dead_runs("a")
    two.finish(dead.id, ended(137), clock.now())  # noticed after the other one's end
    state = two.state("a")
    assert (state.exit_code, state.failures, state.last_success) == (0, 0, clock.wall)
    assert [run.exit_code for run in two.runs_of("a", 5)] == [0, 137], "the history says what happened"
    assert two.condition("a").text() == History.condition(two, "b").text(), "nobody is told of it"


def test_a_machine_that_looks_too_late_begins_no_second_round(
    machines: Callable[[str], History], clock: MovableClock
) -> None:
    one, two = machines("one"), machines("two")
    one.see(["a"], clock.now())
    one.finish(claimed(one, clock, workers=2), ended(), clock.now())
    assert two.claim("a", "timetable", clock.now(), never, takes_time=True, workers=2) == NOT_DUE


def test_the_database_tells_the_time(machines: Callable[[str], History], monkeypatch: pytest.MonkeyPatch) -> None:
    wall = machines("one").db.server_wall()
    assert wall is not None
    clock = ServerClock()
    clock.follow(wall)
    before = clock.now()
    monkeypatch.setattr("time.time", lambda: 0.0)  # somebody sets this machine's clock
    assert 0 <= clock.now().wall - before.wall < LONGEST_S
    assert clock.now().since(before) >= 0 and clock.now().boot == ""


def test_a_layout_of_a_newer_version_is_refused(machines: Callable[[str], History], quick_database_url: str) -> None:
    import psycopg

    machines("one")
    with psycopg.connect(quick_database_url, autocommit=True) as db:
        db.execute("UPDATE snapshot_crawler_layout SET version = 99 WHERE room = 'jobs'")
    with pytest.raises(StateError, match="version 99"):
        machines("two")
