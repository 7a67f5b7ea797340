"""The frontier in SQLite: its errors come out as ours. What every storage does: test_store.py."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import StorageError, is_disk_trouble, way_out
from snapshot_crawler.frontier.sqlite import SqliteStore
from snapshot_crawler.frontier.store import Entry, State


def fill(store: SqliteStore) -> None:
    for number in range(2_000):
        store.enqueue_all([Entry(key=f"{number}", url="https://h.example/" + "x" * 500, host="h.example")])


def test_a_disk_that_takes_no_more_is_told_with_the_file_and_the_way_out(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "job.sqlite")) as store:
        store.commit({})
        store.db.execute("PRAGMA max_page_count = 20")
        with pytest.raises(StorageError, match=r"job\.sqlite cannot be written: database or disk is full") as caught:
            fill(store)
        assert caught.value.errno == errno.ENOSPC and is_disk_trouble(caught.value)
        assert way_out(caught.value).startswith("make room")
        store.give_up()


@pytest.mark.parametrize(
    "call",
    [
        lambda store: store.counts(),
        lambda store: store.get("a"),
        lambda store: store.commit({"/out": 1}),
        lambda store: list(store.to_publish_again()),
    ],
)
def test_a_damaged_database_is_told_by_every_call(tmp_path: Path, call: Callable[[SqliteStore], object]) -> None:
    with closing(SqliteStore(tmp_path / "job.sqlite")) as store:
        for table in ("entry", "note", "output", "tally"):
            store.db.execute(f"DROP TABLE {table}")
        with pytest.raises(StorageError, match=r"job\.sqlite cannot be used") as caught:
            call(store)
        assert isinstance(caught.value.__cause__, sqlite3.Error)
        assert not is_disk_trouble(caught.value)


def test_the_tally_says_what_a_count_of_all_entries_would_say(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "job.sqlite")) as store:

        def check() -> None:
            counted = store.db.execute("SELECT host, state, count(*) FROM entry GROUP BY host, state").fetchall()
            kept = store.db.execute("SELECT host, state, number FROM tally WHERE number <> 0").fetchall()
            assert sorted(kept) == sorted(counted)
            assert store.counts() == {
                State(state).name.lower(): sum(row[2] for row in counted if row[1] == state)
                for state in {row[1] for row in counted}
            }
            assert store.hosts() == {host: number for host, state, number in counted if state == State.PENDING}
            assert store.known_hosts() == {row[0] for row in counted}

        check()
        for host in ("a.example", "b.example"):
            added = [Entry(key=f"{host}/{number % 30}", url="", host=host) for number in range(40)]
            assert len(store.enqueue_all(added)) == 30  # ten were known
        check()
        leased = store.lease("a.example", 20)
        check()
        for number, entry in enumerate(leased[:15]):
            entry.state = (State.DONE, State.FAILED, State.REFUSED, State.PENDING, State.LEASED)[number % 5]
            entry.host = "c.example" if number == 7 else entry.host
            store.update(entry)
        check()
        store.recover()
        store.fail_host("b.example", "failed: it is away")
        check()
        store.revive(0.0, most_attempts=3)
        store.rollback()  # the counts go back with the entries
        store.db.execute("BEGIN")
        assert store.counts() == {}
        check()


def steps_of(store: SqliteStore, work: Callable[[SqliteStore], object]) -> int:
    """How much SQLite does for a question, in hundreds of its own instructions."""
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    store.db.set_progress_handler(count, 100)
    work(store)
    store.db.set_progress_handler(None, 0)
    return steps


OF_EACH_RUN: dict[str, Callable[[SqliteStore], object]] = {
    "leases of a killed run": lambda store: store.recover(),
    "failed pages": lambda store: store.revive(2e9, most_attempts=3),
    "lists": lambda store: store.revisit_lists(2e9, 3e9, share=0.1),
    "new articles": lambda store: store.revisit_articles(born_after=1.9e9, fetched_before="2027"),
    "hosts": lambda store: store.hosts(),
    "known hosts": lambda store: store.known_hosts(),
    "totals": lambda store: store.counts(),
    "lost lines": lambda store: list(store.to_publish_again()),
    "lists that are shown": lambda store: (store.due_lists(5), store.visited_lists()),
}


def test_no_question_of_a_runs_beginning_and_end_grows_with_the_frontier(tmp_path: Path) -> None:
    taken = []
    for number in (20, 2_000):
        with closing(SqliteStore(tmp_path / f"{number}.sqlite")) as store:
            for state in (State.PENDING, State.DONE, State.REFUSED, State.FAILED):
                store.enqueue_all(
                    Entry(
                        key=f"{state}{each}", url="", host="h.example", state=state, attempts=99, born_at=1e9,
                        fetched_at="2026", item_count=1,
                    )
                    for each in range(number)
                )  # fmt: skip
            taken.append({name: steps_of(store, work) for name, work in OF_EACH_RUN.items()})
    assert taken[1] == taken[0]
