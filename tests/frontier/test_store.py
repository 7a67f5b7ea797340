"""What every storage of the frontier has to do, whatever keeps it; another backend joins BACKENDS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from snapshot_crawler.frontier.sqlite import SqliteStore
from snapshot_crawler.frontier.store import Entry, State

BACKENDS: dict[str, Callable[[Path], SqliteStore]] = {"sqlite": lambda folder: SqliteStore(folder / "job.sqlite")}


@pytest.fixture(params=sorted(BACKENDS))
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], SqliteStore]]:
    """Open the store; opened again, it has what was committed."""
    opened: list[SqliteStore] = []

    def open_again() -> SqliteStore:
        opened.append(BACKENDS[request.param](tmp_path))
        return opened[-1]

    yield open_again
    for store in opened:
        store.db.close()  # may be closed already


def entry(name: str, host: str = "h.example", **values: object) -> Entry:
    return Entry(key=f"http://{host}/{name}", url=f"https://{host}/{name}", host=host, **values)  # type: ignore[arg-type]


def test_an_address_is_taken_once_and_keeps_its_first_history(reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    assert store.enqueue(entry("a", kind="related"))
    assert not store.enqueue(entry("a", kind="listing"))
    found = store.get("http://h.example/a")
    assert found is not None and found.kind == "related" and found.state == State.PENDING
    assert store.get("http://h.example/other") is None


def test_known_tells_the_stored_keys_in_any_state_and_any_number(reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    for number in range(0, 3000, 2):
        store.enqueue(entry(str(number)))
    store.lease("h.example", 10)
    keys = [f"http://h.example/{number}" for number in range(3000)]
    assert store.known(keys) == set(keys[::2])
    assert store.known([]) == set()


def test_a_lease_gives_the_highest_priority_first_and_the_oldest_among_equals(
    reopen: Callable[[], SqliteStore],
) -> None:
    store = reopen()
    for name, priority in (("a", 0), ("b", 0), ("start", 1), ("late", -5)):
        store.enqueue(entry(name, priority=priority))
    assert [each.url[-1] for each in store.lease("h.example", 3)] == ["t", "a", "b"]
    assert [each.url[-4:] for each in store.lease("h.example", 3)] == ["late"]
    assert store.lease("h.example", 3) == []


def test_nobody_gets_what_another_has_leased_or_what_is_of_another_host(reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    for host in ("one.example", "two.example"):
        for name in "ab":
            store.enqueue(entry(name, host))
    assert {each.host for each in store.lease("one.example", 9)} == {"one.example"}
    assert store.hosts() == {"two.example": 2}
    assert store.counts() == {"pending": 2, "leased": 2}


def test_what_is_not_committed_is_gone_after_a_crash_and_leases_come_back(reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    for name in "abc":
        store.enqueue(entry(name))
    done, _ = store.lease("h.example", 2)
    done.state = State.DONE
    store.update(done)
    store.commit({"/out": 100})
    store.enqueue(entry("lost"))
    store.lease("h.example", 1)
    store.close()  # commits nothing more, as a crash

    store = reopen()
    assert store.get("http://h.example/lost") is None
    assert store.counts() == {"pending": 1, "leased": 1, "done": 1}
    assert store.recover() == 1
    assert store.counts() == {"pending": 2, "done": 1}
    assert store.recover() == 0


def test_what_failed_is_tried_in_the_next_runs_and_then_when_it_is_due(reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    for name, attempts, due_at in (("new", 1, 900.0), ("due", 3, 900.0), ("not due", 3, 1100.0), ("given up", 23, 0.0)):
        store.enqueue(entry(name, state=State.FAILED, attempts=attempts, due_at=due_at))
    assert store.revive(1000.0, most_attempts=3) == 2
    assert {each.url[-3:] for each in store.lease("h.example", 9)} == {"new", "due"}


def test_refusals_are_reopened_by_their_reason(reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    for name, outcome in (("a", "rejected: login, 请登录"), ("b", "rejected: soft-404"), ("c", None)):
        store.enqueue(entry(name, state=State.REFUSED, outcome=outcome))
    store.enqueue(entry("d", state=State.DONE, outcome="rejected: login"))
    assert store.reopen(["rejected: login", "rejected: nothing of that kind"]) == ["https://h.example/a"]
    assert store.counts() == {"pending": 1, "refused": 2, "done": 1}


def test_the_outputs_length_is_committed_with_the_acknowledgements(reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    for name in "abc":
        store.enqueue(entry(name))
    batches = []
    for number, each in enumerate(store.lease("h.example", 3)):
        each.state, each.item_count = State.DONE, 1
        store.update(each)
        batches.append(store.commit({"/out": 100 * (number + 1)}))
    store.close()

    store = reopen()
    assert store.boundaries("/out") == [(batches[2], 300), (batches[1], 200), (batches[0], 100)]
    assert store.forget_after("/out", batches[0]) == ["https://h.example/b", "https://h.example/c"]
    assert store.counts() == {"pending": 2, "done": 1}
    assert store.boundaries("/out") == [(batches[0], 100)]


def test_a_batchs_number_is_never_given_twice(reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    numbers = [store.commit({}), store.commit({"/out": 1})]
    store.close()
    numbers.append(reopen().commit({}))
    assert numbers == sorted(set(numbers))


def test_notes_of_the_job_are_kept_as_json(reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    assert store.get_state("traps") is None
    store.set_state("traps", {"closed": ["/日历"], "n": 1})
    store.commit({})
    store.set_state("traps", {})
    store.close()
    assert reopen().get_state("traps") == {"closed": ["/日历"], "n": 1}


def test_an_entrys_whole_history_survives(reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    store.enqueue(entry("a", kind="listing", parent="https://h.example/", is_list=True, body='{"meta":{}}'))
    each = store.lease("h.example", 1)[0]
    each.state, each.status, each.outcome, each.etag, each.modified = State.DONE, 200, "done", '"e"', "yesterday"
    each.fetched_at, each.interval_s, each.due_at, each.unchanged, each.attempts = "2024-01-01", 900, 1.5, 3, 2
    store.update(each)
    store.commit({})
    store.close()
    assert reopen().get(each.key) == each


def test_a_hosts_pending_entries_fail_without_an_attempt_and_come_back(reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    for name in "abc":
        store.enqueue(entry(name))
    store.enqueue(entry("a", "other.example"))
    [done] = store.lease("h.example", 1)
    done.state = State.DONE
    store.update(done)
    assert store.fail_host("h.example", "failed: not asked") == 2
    failed = store.get("http://h.example/b")
    assert failed is not None and (failed.state, failed.attempts) == (State.FAILED, 0)
    assert failed.outcome == "failed: not asked"
    assert store.hosts() == {"other.example": 1}
