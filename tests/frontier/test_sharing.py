"""Hosts that several processes share in one database: one holds a host at a time; who was silent is not believed."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from snapshot_crawler.exceptions import DatabaseAwayError, LeaseLostError, LockHeldError
from snapshot_crawler.frontier.postgres import PostgresFrontiers
from snapshot_crawler.frontier.postgres.share import MOST_COUNTED
from snapshot_crawler.frontier.postgres.store import PostgresStore
from snapshot_crawler.frontier.store import Entry, SharedStore, State
from tests.crash.site import NewsSite
from tests.crawling import crawl

JOB = "job"


class Machines:
    """Stores of one job, each of a DATA_DIR of its own."""

    def __init__(self, folder: Path, url: str, stack: ExitStack) -> None:
        self.folder, self.url, self.stack = folder, url, stack

    def open(self, name: str, *, joins: bool = True) -> PostgresStore:
        frontiers = PostgresFrontiers(self.folder / name, {"DATABASE_URL": self.url, "DATABASE_WAIT": 20})
        store = self.stack.enter_context(closing(frontiers.open(JOB)))
        if joins:
            store.share.join(pause_s=0)
            store.share.begin()
        return store

    def run_out(self, store: PostgresStore) -> None:
        """Let a worker's time run out, and the server's first minute be over."""
        query = "UPDATE frontier_worker SET until = now() - interval '1 hour' WHERE id = %s"
        store.share.database.run(lambda cursor: cursor.execute(query, (store.worker,)))


@pytest.fixture
def machines(tmp_path: Path, quick_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    from snapshot_crawler.frontier.postgres import share

    for name in ("CLAIM", "CENSUS", "IS_DEAD"):  # the server is younger than a lease
        text = getattr(share, name).replace(
            "now() > pg_postmaster_start_time() + make_interval(secs => %(lease)s)", "%(lease)s > 0"
        )
        monkeypatch.setattr(share, name, text)
    with ExitStack() as stack:
        yield Machines(tmp_path, quick_database_url, stack)


def entries(host: str, *names: str, **values: Any) -> list[Entry]:
    return [Entry(f"http://{host}/{name}", f"http://{host}/{name}", host, **values) for name in names]


def filled(machines: Machines, *hosts: str) -> PostgresStore:
    """A store on a machine a, with two pages on each host."""
    store = machines.open("a")
    for host in hosts:
        store.enqueue_all(entries(host, "1", "2"))
    store.commit({})
    return store


def names(claimed: Any) -> list[str]:
    return sorted(each.name for each in claimed)


def test_a_host_is_held_by_one_and_free_for_all_when_it_is_given_back(machines: Machines) -> None:
    a, b = filled(machines, "x.example", "y.example"), machines.open("b")
    assert isinstance(a, SharedStore)
    first = a.share.claim(1)
    assert first[0].pending == 2
    assert names(first + b.share.claim(9)) == ["x.example", "y.example"]
    assert a.share.claim(9) == b.share.claim(9) == []
    a.share.release({first[0].name: 0.0})
    assert names(b.share.claim(9)) == names(first)
    assert len(b.share.held) == 2 and not a.share.held


def test_of_a_host_with_very_many_entries_no_more_are_counted_than_a_claim_can_bear(machines: Machines) -> None:
    a = machines.open("a")
    a.enqueue_all(entries("x.example", *map(str, range(MOST_COUNTED + 7))))
    a.commit({})
    a.share.join(pause_s=0)
    counted = []
    while claimed := a.share.claim(1):
        counted.append(claimed[0].pending)
        for page in a.lease("x.example", claimed[0].pending):
            page.state = State.DONE
            a.update(page)
        a.commit({})
        a.share.release({"x.example": 0.0})
    assert counted == [MOST_COUNTED, 7]


def test_what_a_look_into_the_store_has_flushed_is_in_progress_no_more_after_the_commit(machines: Machines) -> None:
    a = filled(machines, "x.example")
    a.share.join(pause_s=0)
    a.share.claim(1)
    page, other = a.lease("x.example", 2)
    page.state = State.DONE
    a.update(page)
    assert a.output_paths() == []
    a.commit({})
    assert a.counts() == {"done": 1, "leased": 1}
    other.state = State.PENDING
    a.update(other)
    a.commit({})
    assert [each.key for each in a.lease("x.example", 2)] == [other.key]


def test_two_that_claim_at_once_never_get_the_same(machines: Machines) -> None:
    hosts = [f"h{number:03}.example" for number in range(60)]
    stores = [filled(machines, *hosts), *(machines.open(name) for name in "bc")]
    barrier = threading.Barrier(3, timeout=60)

    def claim(store: PostgresStore) -> None:
        barrier.wait()
        while store.share.claim(4):
            pass

    threads = [threading.Thread(target=claim, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(host for store in stores for host in store.share.held) == hosts


def test_a_host_that_must_rest_is_claimed_by_nobody(machines: Machines) -> None:
    a, b = filled(machines, "x.example", "y.example"), machines.open("b")
    a.share.claim(9)
    a.share.release({"x.example": 600.0})
    assert b.share.claim(9) == []
    a.share.rest({"y.example": (600.0, 10.0)})  # a Retry-After, and then the process dies
    machines.run_out(a)
    assert b.share.claim(9) == []


def test_who_is_silent_loses_its_hosts_and_is_told_when_it_comes_back(machines: Machines) -> None:
    a, b = filled(machines, "x.example", "y.example"), machines.open("b")
    a.share.claim(9)
    assert a.share.beat() == set()
    machines.run_out(a)
    assert names(b.share.claim(1)) == ["x.example"]
    assert a.share.beat() == {"x.example"}, "and what nobody has taken stays"
    assert list(a.share.held) == ["y.example"]
    assert a.share.beat() == set()


def test_pages_of_a_host_that_was_lost_are_not_accepted(machines: Machines) -> None:
    a, b = filled(machines, "x.example"), machines.open("b")
    a.share.claim(9)
    [page, other] = a.lease("x.example", 9)
    assert a.is_current(page)
    machines.run_out(a)
    b.share.claim(9)
    assert [each.key for each in b.lease("x.example", 9)] == [page.key, other.key], "they were never given back"
    page.state, page.item_count = State.DONE, 1
    a.update(page)
    with pytest.raises(LeaseLostError, match=r"x\.example"):
        a.commit({"/out": 100})
    assert a.boundaries("/out") == [], "nor the length of the file"
    a.give_up()
    reader = machines.open("c", joins=False)
    found = reader.get(page.key)
    assert found is not None and found.state == State.PENDING


def test_pages_from_before_a_host_was_lost_are_not_accepted_when_it_is_held_again(machines: Machines) -> None:
    a, b = filled(machines, "x.example"), machines.open("b")
    a.share.claim(9)
    [page, other] = a.lease("x.example", 9)
    machines.run_out(a)
    b.share.claim(9)
    b.share.release({"x.example": 0.0})
    assert a.share.beat() == {"x.example"}
    assert names(a.share.claim(9)) == ["x.example"]
    assert not a.is_current(page)
    a.drop(page)
    a.drop(other)
    [again, _] = a.lease("x.example", 9)
    assert a.is_current(again)


def test_a_page_that_goes_to_another_host_is_its_holders(machines: Machines) -> None:
    """A redirect to the same address with www., whose host another process holds."""
    one, other = machines.open("one"), machines.open("other")
    one.enqueue_all([*entries("a.example", "x", "y"), *entries("www.a.example", "z")])
    one.commit({})
    assert [each.name for each in other.share.claim(5)] == ["a.example", "www.a.example"]
    other.share.release({"a.example": 0})
    one.share.claim(5)
    first, second = one.lease("a.example", 5)
    first.url, first.host, first.state = "http://www.a.example/x", "www.a.example", State.PENDING
    one.update(first)
    one.commit({})
    assert [each.url for each in other.lease("www.a.example", 5)] == [first.url, "http://www.a.example/z"]
    assert one.lease("a.example", 5) == []
    # it cannot go with a host that was lost meanwhile
    machines.run_out(one)
    other.share.claim(5)
    second.host, second.state = "www.a.example", State.PENDING
    one.update(second)
    with pytest.raises(LeaseLostError):
        one.commit({})
    assert [each.host for each in other.lease("a.example", 5)] == ["a.example"]


def test_links_that_two_find_at_once_are_stored_once(machines: Machines) -> None:
    a, b = machines.open("a"), machines.open("b")
    both = entries("x.example", *(str(number) for number in range(200)))
    assert len(a.enqueue_all(both)) == len(b.enqueue_all(reversed(both))) == 200
    threads = [threading.Thread(target=store.commit, args=({},)) for store in (a, b)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert a.counts() == {"pending": 200}


def test_a_page_that_others_wake_is_pending_and_keeps_its_history(machines: Machines) -> None:
    a, b = filled(machines, "x.example"), machines.open("b")
    a.share.claim(9)
    for page in a.lease("x.example", 9):
        page.state, page.etag = State.DONE, "e"
        a.update(page)
    a.commit({})
    seen = b.get("http://x.example/1")
    assert seen is not None and seen.state == State.DONE
    seen.state, seen.etag = State.PENDING, "an old one"
    b.update(seen)
    b.commit({})
    found = a.get("http://x.example/1")
    assert found is not None and (found.state, found.etag) == (State.PENDING, "e")


def test_the_census_counts_who_is_alive_and_what_is_left(machines: Machines) -> None:
    a, b = filled(machines, "x.example", "y.example", "z.example"), machines.open("b")
    assert (a.share.census().workers, a.share.census().hosts) == (2, 3)
    a.share.claim(2)
    b.share.claim(1)
    assert a.share.census().is_work_elsewhere
    for page in b.lease("z.example", 9):
        page.state = State.DONE
        b.update(page)
    b.commit({})
    assert a.share.census().is_work_elsewhere, "somebody has it, and may find more there"
    b.share.leave()
    census = a.share.census()
    assert (census.workers, census.hosts, census.is_work_elsewhere) == (1, 2, False)


def test_nobody_waits_for_a_parked_host_or_takes_it_while_others_work(machines: Machines) -> None:
    a, b = filled(machines, "x.example"), machines.open("b")
    a.share.claim(9)
    a.share.park(["x.example"])
    assert not b.share.census().is_work_elsewhere
    a.share.leave()
    assert b.share.claim(9) == []
    b.share.leave()
    assert a.share.join(pause_s=0), "everybody has gone: a new beginning"
    assert names(a.share.claim(9)) == ["x.example"]


def test_hosts_of_a_killed_process_stay_out_of_reach_until_its_successor_is_open(machines: Machines) -> None:
    a, b = filled(machines, "x.example"), machines.open("b")
    a.share.claim(9)
    again = machines.open("a", joins=False)  # a was killed
    again.share.join(pause_s=0)
    assert b.share.claim(9) == [], "the index may still say that a is about to publish its pages"
    again.share.begin()
    assert names(b.share.claim(9)) == ["x.example"]


def test_a_database_that_has_lost_commits_takes_no_further_one(machines: Machines) -> None:
    a = filled(machines, "x.example")
    a.commit({})
    a.share.database.run(lambda cursor: cursor.execute("UPDATE frontier_worker SET batch = batch - 1"))
    a.enqueue_all(entries("y.example", "1"))
    with pytest.raises(LeaseLostError, match="it has lost commits"):
        a.commit({})
    again = machines.open("a")
    assert not again.known(["http://y.example/1"])
    again.commit({})


def test_nobody_loses_hosts_because_the_database_was_away(machines: Machines) -> None:
    """However it came back: another server may have taken over, which was started long ago."""
    a, b = filled(machines, "x.example"), machines.open("b")
    a.share.claim(9)
    machines.run_out(a)
    database = b.share.database
    database.connected().close()
    database.answered_at -= 60
    assert b.share.claim(9) == [], "it may be alive and come back within a lease"
    assert b.share.census().workers == 2
    database.connected().close()
    database.answered_at -= 5
    assert names(b.share.claim(9)) == ["x.example"], "after such a moment nobody's lease was over"


def test_the_first_that_joins_is_told_so(machines: Machines) -> None:
    a, b = machines.open("a", joins=False), machines.open("b", joins=False)
    assert a.share.join(pause_s=0) and not b.share.join(pause_s=0)
    b.share.leave()
    machines.run_out(a)
    assert b.share.join(pause_s=0)


def test_the_next_process_of_a_data_dir_has_its_hosts_at_once_and_the_former_nothing(machines: Machines) -> None:
    former = filled(machines, "x.example")
    former.share.claim(9)
    later = machines.open("a")
    assert names(later.share.claim(9)) == ["x.example"]
    with pytest.raises(LeaseLostError, match="works with the name of this DATA_DIR"):
        former.share.beat()


def test_a_copied_data_dir_is_refused_while_the_other_is_at_work(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.open("a")
    copy = machines.open("a", joins=False)
    copy.share.lease_s = 0.0
    monkeypatch.setattr("socket.gethostname", lambda: "another")
    monkeypatch.setattr("snapshot_crawler.frontier.postgres.share.LOOK_EVERY_S", 0.01)
    with pytest.raises(LockHeldError, match=r"Was the folder copied\?"):
        copy.share.join(pause_s=0)


def test_outputs_of_one_path_on_two_machines_are_two(machines: Machines) -> None:
    a, b = machines.open("a"), machines.open("b")
    a.commit({"/out": 100})
    assert b.boundaries("/out") == []
    b.set_state("output//out", {"kind": "lines"})
    b.commit({"/out": 7})
    assert a.get_state("output//out") is None
    assert [length for _, length in a.boundaries("/out")] == [100]
    b.set_state("note/any", 1)
    b.commit({})
    assert a.get_state("note/any") == 1, "what is not about files is the job's"


def test_a_commit_survives_the_loss_of_its_connection(machines: Machines) -> None:
    a = filled(machines, "x.example")
    a.share.claim(9)
    for page in a.lease("x.example", 9):
        page.state, page.item_count = State.DONE, 1
        a.update(page)
    a.enqueue_all(entries("y.example", "new"))
    own = a.database.connected().info.backend_pid
    a.share.database.read("SELECT pg_terminate_backend(%s)", (own,))
    a.commit({"/out": 100})
    assert a.counts() == {"done": 2, "pending": 1}
    assert [length for _, length in a.boundaries("/out")] == [100]


def test_changes_in_an_open_transaction_survive_it_too(machines: Machines) -> None:
    a = machines.open("a", joins=False)
    a.enqueue_all(entries("x.example", "1", "2", state=State.FAILED))
    assert a.revive(0.0, most_attempts=3) == 2
    a.share.database.read("SELECT pg_terminate_backend(%s)", (a.database.connected().info.backend_pid,))
    assert a.hosts() == {"x.example": 2}
    a.commit({})
    assert machines.open("b", joins=False).hosts() == {"x.example": 2}


def test_work_of_other_rooms_is_part_of_the_commit(machines: Machines) -> None:
    a = filled(machines, "x.example")
    a.beside.append(lambda cursor: cursor.execute("CREATE TABLE beside AS SELECT 1 AS n"))
    a.set_state("note/any", 1)
    a.commit({})
    assert a.database.read("SELECT n FROM beside") == [(1,)]

    def refuse(cursor: Any) -> None:
        raise LeaseLostError("given up")

    a.beside[:] = [refuse]
    a.set_state("note/any", 2)
    with pytest.raises(LeaseLostError):
        a.commit({})
    a.rollback()
    assert a.get_state("note/any") == 1


def test_who_has_given_up_waits_for_no_database(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    a = filled(machines, "x.example")
    a.give_up()
    monkeypatch.setattr(a.database, "address", "postgresql://127.0.0.1:9/none")
    a.database.close()
    with pytest.raises(DatabaseAwayError):
        a.counts()


def test_a_job_on_which_others_work_is_not_removed(machines: Machines) -> None:
    filled(machines, "x.example")
    machines.open("b")
    frontiers = PostgresFrontiers(machines.folder / "a", {"DATABASE_URL": machines.url})
    frontiers.remove(JOB)
    assert frontiers.has(JOB)


@pytest.mark.parametrize("text", ["nul \0 here", "half \ud800 of a pair"])
def test_what_postgresql_cannot_hold_does_not_stop_a_commit(machines: Machines, text: str) -> None:
    a = filled(machines, "x.example")
    [page] = entries("y.example", "odd", outcome=text, state=State.FAILED)
    a.enqueue_all([page])
    a.commit({})
    found = a.get(page.key)
    assert found is not None and found.outcome is not None and found.outcome.startswith(text[:4])


def test_what_robots_txt_said_goes_to_who_has_the_host_next(machines: Machines) -> None:
    a, b = filled(machines, "x.example"), machines.open("b")
    origin, said = "http://x.example", {"text": "Disallow: /\0\ud800新"}
    a.share.tell_robots("x.example", origin, said, 60)
    assert a.share.told_robots("x.example", origin) is None, "who does not hold the host has no word in it"
    a.share.claim(9)
    a.share.tell_robots("x.example", origin, {"text": "earlier"}, 60)
    a.share.tell_robots("x.example", origin, said, 60)
    told = b.share.told_robots("x.example", origin)
    assert told is not None and told[0] == said and 50 < told[1] <= 60
    assert b.share.told_robots("x.example", "https://x.example") is None
    a.share.tell_robots("x.example", "http://x.example:8080", said, 0)
    assert b.share.told_robots("x.example", "http://x.example:8080") is None, "its time is over"
    for each in (a, b):
        each.share.leave()
    b.share.join(pause_s=0)
    assert b.share.told_robots("x.example", origin) is None, "a new run asks anew"


def test_the_pace_goes_with_the_host_as_long_as_anybody_works_on_the_job(machines: Machines) -> None:
    a, b = filled(machines, "x.example"), machines.open("b")
    assert a.share.claim(9)[0].pause_s == 0
    a.share.rest({"x.example": (0.0, 2.5)})
    a.share.release({"x.example": 0.0})
    assert b.share.claim(9)[0].pause_s == 2.5
    for each in (a, b):
        each.share.leave()
    a.share.join(pause_s=0)
    assert a.share.claim(9)[0].pause_s == 0


def test_the_archive_asks_the_database_at_most_once_a_commit(
    quick_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    look_up = PostgresStore.look_up_pages

    def counted(store: PostgresStore, digests: Collection[bytes]) -> None:
        asked.append(len(digests))
        look_up(store, digests)

    monkeypatch.setattr(PostgresStore, "look_up_pages", counted)
    with NewsSite(articles=8, hidden_every=0) as site:
        crawler = crawl("snapshot", site.url(), tmp_path, allowed=site.address, DATABASE_URL=quick_database_url)
    assert crawler.stats is not None
    counts = crawler.stats.get_stats()
    assert counts["archive/pages"] == sum(asked) == 8
    assert len(asked) <= counts["frontier/commits"]
