"""What every storage of the frontier has to do, whatever keeps it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import astuple
from pathlib import Path

import pytest

from snapshot_crawler.frontier.sqlite import SqliteFrontiers
from snapshot_crawler.frontier.store import Commit, Entry, Frontiers, KeptPage, State, Store
from tests.frontier.in_memory import DictFrontiers

STORAGES = ["sqlite", "dictionaries", "postgres"]  # another storage joins here
JOB = "job"


@pytest.fixture(params=STORAGES)
def frontiers(request: pytest.FixtureRequest, tmp_path: Path) -> Frontiers:
    """The stores of one DATA_DIR, in one storage after the other."""
    root = tmp_path / "data"
    if request.param == "postgres":
        url = request.getfixturevalue("quick_database_url")
        from snapshot_crawler.frontier.postgres import PostgresFrontiers

        return PostgresFrontiers(root, {"DATABASE_URL": url})
    return SqliteFrontiers(root, {}) if request.param == "sqlite" else DictFrontiers(root, {})


@pytest.fixture
def reopen(frontiers: Frontiers) -> Iterator[Callable[[], Store]]:
    """Open the store; opened again, it has what was committed."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(frontiers.open(JOB)))


def entry(name: str, host: str = "h.example", **values: object) -> Entry:
    return Entry(key=f"http://{host}/{name}", url=f"https://{host}/{name}", host=host, **values)  # type: ignore[arg-type]


def test_an_address_is_taken_once_and_keeps_its_first_history(reopen: Callable[[], Store]) -> None:
    store = reopen()
    assert store.enqueue_all([entry("a", kind="related")])
    assert not store.enqueue_all([entry("a", kind="listing")])
    found = store.get("http://h.example/a")
    assert found is not None and found.kind == "related" and found.state == State.PENDING
    assert store.get("http://h.example/other") is None


def test_of_many_addresses_the_new_ones_are_told(reopen: Callable[[], Store]) -> None:
    store = reopen()
    assert store.enqueue_all([]) == set()
    assert store.enqueue_all([entry("b"), entry("d")]) == {"http://h.example/b", "http://h.example/d"}
    new = store.enqueue_all([entry(name) for name in "abcdea"])
    assert new == {f"http://h.example/{name}" for name in "ace"}
    assert [each.url[-1] for each in store.lease("h.example", 10)] == ["b", "d", "a", "c", "e"]


def test_known_tells_the_stored_keys_in_any_state_and_any_number(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for number in range(0, 3000, 2):
        store.enqueue_all([entry(str(number))])
    store.lease("h.example", 10)
    keys = [f"http://h.example/{number}" for number in range(3000)]
    assert store.known(keys) == set(keys[::2])
    assert store.known([]) == set()


def test_the_entries_that_share_an_address_are_found_by_its_key(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for name in ("a", "a#2", "a#1", "a$", "ab#1", "b#1"):
        store.enqueue_all([entry(name)])
    assert [each.key for each in store.asked_again_at("http://h.example/a")] == [
        "http://h.example/a#2",
        "http://h.example/a#1",
    ]
    assert store.asked_again_at("http://h.example/c") == []


def test_a_lease_gives_the_highest_priority_first_and_the_oldest_among_equals(
    reopen: Callable[[], Store],
) -> None:
    store = reopen()
    for name, priority in (("a", 0), ("b", 0), ("start", 1), ("late", -5)):
        store.enqueue_all([entry(name, priority=priority)])
    assert [each.url[-1] for each in store.lease("h.example", 3)] == ["t", "a", "b"]
    assert [each.url[-4:] for each in store.lease("h.example", 3)] == ["late"]
    assert store.lease("h.example", 3) == []


def test_nobody_gets_what_another_has_leased_or_what_is_of_another_host(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for host in ("one.example", "two.example"):
        for name in "ab":
            store.enqueue_all([entry(name, host)])
    assert {each.host for each in store.lease("one.example", 9)} == {"one.example"}
    assert store.hosts() == {"two.example": 2}
    assert store.counts() == {"pending": 2, "leased": 2}


def test_what_is_not_committed_is_gone_after_a_crash_and_leases_come_back(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for name in "abc":
        store.enqueue_all([entry(name)])
    done, _ = store.lease("h.example", 2)
    done.state = State.DONE
    store.update(done)
    store.commit({"/out": 100})
    store.enqueue_all([entry("lost")])
    store.lease("h.example", 1)
    store.close()  # commits nothing more, as a crash

    store = reopen()
    assert store.get("http://h.example/lost") is None
    left = store.counts()
    assert left.pop("pending") + left.get("leased", 0) == 2 and left["done"] == 1
    assert store.recover() == left.get("leased", 0), "a storage may keep what is in progress in memory alone"
    assert store.counts() == {"pending": 2, "done": 1}
    assert store.recover() == 0


def test_what_failed_is_tried_in_the_next_runs_and_then_when_it_is_due(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for name, attempts, due_at in (("new", 1, 900.0), ("due", 3, 900.0), ("not due", 3, 1100.0), ("given up", 23, 0.0)):
        store.enqueue_all([entry(name, state=State.FAILED, attempts=attempts, due_at=due_at)])
    assert store.revive(1000.0, most_attempts=3) == 2
    assert {each.url[-3:] for each in store.lease("h.example", 9)} == {"new", "due"}


def test_refusals_are_reopened_by_their_reason(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for name, outcome in (("a", "rejected: login, 请登录"), ("b", "rejected: soft-404"), ("c", None)):
        store.enqueue_all([entry(name, state=State.REFUSED, outcome=outcome)])
    store.enqueue_all([entry("d", state=State.DONE, outcome="rejected: login")])
    assert store.reopen(["rejected: login", "rejected: nothing of that kind"]) == ["https://h.example/a"]
    assert store.counts() == {"pending": 1, "refused": 2, "done": 1}


def test_the_outputs_length_is_committed_with_the_acknowledgements(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for name in "abc":
        store.enqueue_all([entry(name)])
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


def test_a_batchs_number_is_never_given_twice(reopen: Callable[[], Store]) -> None:
    store = reopen()
    numbers = [store.commit({}), store.commit({"/out": 1})]
    store.close()
    numbers.append(reopen().commit({}))
    assert numbers == sorted(set(numbers))


def test_notes_of_the_job_are_kept_as_json(reopen: Callable[[], Store]) -> None:
    store = reopen()
    assert store.get_state("traps") is None
    store.set_state("traps", {"closed": ["/日历"], "n": 1})
    store.commit({})
    store.set_state("traps", {})
    store.close()
    assert reopen().get_state("traps") == {"closed": ["/日历"], "n": 1}


def test_an_entrys_whole_history_survives(reopen: Callable[[], Store]) -> None:
    store = reopen()
    store.enqueue_all([entry("a", kind="listing", parent="https://h.example/", is_list=True, body='{"meta":{}}')])
    each = store.lease("h.example", 1)[0]
    each.state, each.status, each.outcome, each.etag, each.modified = State.DONE, 200, "done", '"e"', "yesterday"
    each.fetched_at, each.interval_s, each.due_at, each.unchanged, each.attempts = "2024-01-01", 900, 1.5, 3, 2
    store.update(each)
    store.commit({})
    store.close()
    assert reopen().get(each.key) == each


def test_a_hosts_pending_entries_fail_without_an_attempt_and_come_back(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for name in "abc":
        store.enqueue_all([entry(name)])
    store.enqueue_all([entry("a", "other.example")])
    [done] = store.lease("h.example", 1)
    done.state = State.DONE
    store.update(done)
    assert store.fail_host("h.example", "failed: not asked") == 2
    failed = store.get("http://h.example/b")
    assert failed is not None and (failed.state, failed.attempts) == (State.FAILED, 0)
    assert failed.outcome == "failed: not asked"
    assert store.hosts() == {"other.example": 1}


def test_new_links_of_a_page_are_stored_in_one_call_in_their_order(reopen: Callable[[], Store]) -> None:
    store = reopen()
    store.enqueue_all([entry("b")])
    new = store.enqueue_all([entry("a"), entry("b", kind="related"), entry("c"), entry("a")])
    assert new == {entry("a").key, entry("c").key}
    assert [each.url[-1] for each in store.lease("h.example", 9)] == ["b", "a", "c"]
    assert store.enqueue_all([]) == set()


def test_an_entry_is_the_callers_own_until_it_is_written_back(reopen: Callable[[], Store]) -> None:
    store = reopen()
    store.enqueue_all([entry("a")])
    mine = store.get(entry("a").key)
    assert mine is not None
    mine.outcome, mine.state = "done", State.DONE
    assert store.get(mine.key) != mine
    store.update(mine)
    assert store.get(mine.key) == mine


def test_lists_are_told_with_the_next_due_first_and_without_their_later_pages(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for name, due_at, kind in (("a", 30.0, "listing"), ("b", 10.0, "start"), ("c", 20.0, "feed"), ("d", 5.0, "next")):
        store.enqueue_all([entry(name, is_list=True, due_at=due_at, kind=kind, state=State.DONE)])
    store.enqueue_all([entry("new", "two.example", is_list=True), entry("article", state=State.DONE)])
    assert [each.url[-1] for each in store.due_lists(2)] == ["b", "c"]
    assert store.visited_lists() == 4
    assert store.known_hosts() == {"h.example", "two.example"}


LISTS = [  # kind, state, due_at, and whether it comes back at 1000; the horizon is 2000
    ("listing", State.DONE, 900.0, True),
    ("listing", State.DONE, 1100.0, False),
    ("listing", State.DONE, 2100.0, True),  # set by a clock that has since jumped back
    ("listing", State.FAILED, 900.0, True),
    ("listing", State.REFUSED, 900.0, False),
    ("feed", State.REFUSED, 900.0, True),
]


def test_lists_come_back_when_they_are_due(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for number, (kind, state, due_at, _) in enumerate(LISTS):
        store.enqueue_all([entry(str(number), is_list=True, kind=kind, state=state, due_at=due_at)])
    store.enqueue_all([entry("article", state=State.DONE)])
    assert store.revisit_lists(1000.0, 2000.0, share=0.0) == 4
    back = {each.url[-1] for each in store.lease("h.example", 9)}
    assert back == {str(number) for number, each in enumerate(LISTS) if each[-1]}


def test_later_pages_of_lists_come_back_only_as_long_as_they_are_few(reopen: Callable[[], Store]) -> None:
    store = reopen()
    store.enqueue_all([entry("list", is_list=True, kind="start", state=State.DONE)])
    for number in range(99):
        store.enqueue_all(
            [entry(str(number), is_list=True, kind="next", state=State.DONE, due_at=float(number % 50 + 1))]
        )
    assert store.revisit_lists(1000.0, 2000.0, share=0.05) == 4
    later = {each.url.rpartition("/")[2] for each in store.lease("h.example", 9)} - {"list"}
    assert later == {"0", "50", "1"}, "the most overdue, the oldest among equals"


def test_young_articles_are_looked_at_again_after_a_while(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for name, born_at, fetched_at in (
        ("young", 500.0, "2024-06-01T08:00:00+00:00"),
        ("just looked at", 500.0, "2024-06-01T10:00:00+00:00"),
        ("old", 50.0, "2024-06-01T08:00:00+00:00"),
    ):
        store.enqueue_all([entry(name, state=State.DONE, born_at=born_at, fetched_at=fetched_at)])
    assert store.revisit_articles(born_after=100.0, fetched_before="2024-06-01T09:00:00+00:00") == 1
    assert [each.url[-5:] for each in store.lease("h.example", 9)] == ["young"]


def test_a_full_crawl_makes_everything_pending_without_what_was_known_of_it(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for name, state in (("a", State.DONE), ("b", State.FAILED), ("c", State.REFUSED), ("d", State.LEASED)):
        store.enqueue_all([entry(name, state=state, attempts=3, etag="e", modified="m")])
    store.revive_all()
    again = store.lease("h.example", 9)
    assert [(each.attempts, each.etag, each.modified) for each in again] == [(0, None, None)] * 4


REJECTIONS = [  # outcome, fetched_at, items, is_list, and whether `scrapy retry` asks for it
    ("rejected: no-title, of 3", "2024-06-02", 0, False, True),
    ("dropped: no-body", "2024-06-02", 0, False, True),
    ("dropped: duplicate of x (exact)", "2024-06-02", 0, False, False),
    ("rejected: no-title", "2024-05-02", 0, False, False),
    ("rejected: no-title", "2024-06-02", 1, False, False),
    ("rejected: no-title", "2024-06-02", 0, True, False),
    ("done", "2024-06-02", 0, False, False),
]


@pytest.mark.parametrize(("reasons", "expected"), [([], {"0", "1"}), (["no-body"], {"1"})])
def test_only_what_was_rejected_is_asked_for_and_what_a_page_is_made_of(
    reopen: Callable[[], Store], reasons: list[str], expected: set[str]
) -> None:
    store = reopen()
    store.enqueue_all([entry("pending before")])
    for number, (outcome, fetched_at, items, is_list, _) in enumerate(REJECTIONS):
        values = {"outcome": outcome, "fetched_at": fetched_at, "item_count": items, "is_list": is_list}
        store.enqueue_all([entry(str(number), state=State.REFUSED, attempts=2, **values)])
    assert store.only_rejected("2024-06-01", reasons) == len(expected)
    assert store.hosts() == {"h.example": len(expected)}
    store.enqueue_all([entry("part"), entry("other link")])
    store.include(entry("part").key)
    leased = store.lease("h.example", 9)
    assert {each.url.rpartition("/")[2] for each in leased} == {*expected, "part"}
    assert {each.attempts for each in leased} == {0}
    store.commit({})
    store.close()
    again = reopen()
    again.recover()
    assert again.hosts() == {"h.example": len(expected) + 3}, "the restriction is not stored"


def test_what_is_given_up_or_rolled_back_is_never_committed(reopen: Callable[[], Store]) -> None:
    store = reopen()
    store.enqueue_all([entry("kept")])
    store.commit({})
    store.enqueue_all([entry("undone")])
    store.rollback()
    store.close()
    store = reopen()
    assert store.counts() == {"pending": 1}
    store.enqueue_all([entry("before")])
    store.give_up()
    store.enqueue_all([entry("after")])
    store.close()
    assert reopen().counts() == {"pending": 1}


def publish(store: Store, name: str, outputs: dict[str, int]) -> int:
    """Fetch an article, and commit its line."""
    store.enqueue_all([entry(name)])
    [leased] = store.lease("h.example", 1)
    leased.state, leased.item_count, leased.etag = State.DONE, 1, '"e"'
    store.update(leased)
    store.remember_brought(hash(name), 1)
    return store.commit(outputs)


def test_an_output_that_is_reset_has_no_commits_and_no_note(reopen: Callable[[], Store]) -> None:
    store = reopen()
    publish(store, "a", {"/one": 100, "/two": 50})
    store.set_state("output//one", {"kind": "lines"})
    publish(store, "b", {"/one": 100, "/two": 90})
    assert [length for _, length in store.boundaries("/one")] == [100], "nothing was added to it"
    assert [length for _, length in store.boundaries("/two", most=1)] == [90]
    assert sorted(store.output_paths()) == ["/one", "/two"]
    store.reset_output("/one")
    assert store.output_paths() == ["/two"]
    assert store.boundaries("/one") == [] and store.get_state("output//one") is None


def test_lost_lines_and_another_file_bring_articles_again(reopen: Callable[[], Store]) -> None:
    store = reopen()
    first = publish(store, "a", {"/out": 100})
    publish(store, "b", {"/out": 200})
    assert store.forget_after("/out", first) == ["https://h.example/b"]
    assert list(store.to_publish_again()) == ["https://h.example/b"]
    assert (store.brought(hash("a")), store.brought(hash("b"))) == (1, 0)
    lost = store.get(entry("b").key)
    assert lost is not None and (lost.item_count, lost.etag) == (0, None)
    store.publish_all_again()
    assert sorted(store.to_publish_again()) == ["https://h.example/a", "https://h.example/b"]
    assert store.brought(hash("a")) == 0
    store.lease("h.example", 9)
    assert list(store.to_publish_again()) == [], "they are under way"


def test_what_was_brought_is_remembered_by_the_highest_number(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for number in (1, 3, 2):
        store.remember_brought(-7, number)
    store.commit({})
    store.close()
    assert reopen().brought(-7) == 3


def test_kept_pages_go_with_their_commit_and_with_their_file(reopen: Callable[[], Store]) -> None:
    """The file of the archive is called .open while it is written to; its pages name the finished file."""
    store = reopen()
    pages = [KeptPage("/a.warc.gz", place, 7, f"https://h.example/{place}", "2026-03-01T12:00:00Z") for place in (1, 9)]
    kept = []
    for page in pages:
        store.keep_page(page.url.encode(), page)
        kept.append(publish(store, page.url[-1], {"/a.warc.gz.open": page.offset + page.length}))
    elsewhere = KeptPage("/b.warc.gz", 0, 7, "https://h.example/b", "2026-03-01T12:00:00Z")
    store.keep_page(b"b", elsewhere)
    store.commit({})
    assert store.kept_page(b"b") == elsewhere
    assert store.kept_page(b"c") is None
    store.keep_page(b"c", elsewhere)
    assert store.kept_page(b"c") == elsewhere
    store.rollback()
    assert store.kept_page(b"c") is None
    store.close()
    store = reopen()
    digests = [page.url.encode() for page in pages]
    assert [store.kept_page(digest) for digest in (*digests, b"b")] == [*pages, elsewhere]
    store.forget_after("/a.warc.gz.open", kept[0])
    assert [store.kept_page(digest) for digest in (*digests, b"b")] == [pages[0], None, elsewhere]
    store.finish_output("/a.warc.gz.open", "/a.warc.gz")
    assert store.kept_page(digests[0]) == pages[0]
    store.drop_finished("/a.warc.gz")
    assert store.kept_page(digests[0]) is None
    store.forget_pages("/b.warc.gz")
    assert store.kept_page(b"b") is None
    store.keep_page(b"b", elsewhere)
    store.reset_output("/b.warc.gz.open")
    assert store.kept_page(b"b") is None


def test_the_stores_of_a_data_dir(frontiers: Frontiers, tmp_path: Path) -> None:
    assert frontiers.jobs() == [] and not frontiers.has("news@b.example")
    for job in ("news@b.example", "daily"):
        store = frontiers.open(job)
        store.set_state("of", job)
        store.commit({})
        store.close()
    assert frontiers.jobs() == ["daily", "news@b.example"]
    assert frontiers.has("daily") and "daily" in frontiers.place("daily")
    with closing(frontiers.read("daily")) as read:
        assert read.get_state("of") == "daily"
    is_shared = not isinstance(frontiers, (SqliteFrontiers, DictFrontiers))
    assert frontiers.elsewhere(tmp_path / "other").jobs() == (frontiers.jobs() if is_shared else [])
    assert frontiers.elsewhere(tmp_path / "data").jobs() == frontiers.jobs()
    frontiers.remove("daily")
    assert frontiers.jobs() == ["news@b.example"]


def test_a_run_is_read_while_it_writes(frontiers: Frontiers) -> None:
    with closing(frontiers.open(JOB)) as writing:
        writing.enqueue_all([entry("a")])
        writing.commit({})
        writing.enqueue_all([entry("b")])
        with closing(frontiers.read(JOB)) as reading:
            assert reading.counts() == {"pending": 1}


@pytest.mark.parametrize("interface", [Store, Frontiers])
def test_every_call_of_the_interface_is_tested_here(interface: type) -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    calls = {name for name, _ in inspect.getmembers(interface, inspect.isfunction) if not name.startswith("_")}
    assert calls
    assert {name for name in calls if f".{name}(" not in source} == set()


def test_each_commit_keeps_the_digest_of_what_it_appended(reopen: Callable[[], Store]) -> None:
    store = reopen()
    first = store.commit({"/out": 10, "/plain": 5}, {"/out": b"a" * 16})
    store.commit({"/out": 10}, {"/out": b"x" * 16})  # nothing was appended
    second = store.commit({"/out": 30}, {"/out": b"b" * 16})
    store.close()

    store = reopen()
    assert store.commits("/out") == [Commit(first, 10, b"a" * 16), Commit(second, 30, b"b" * 16)]
    assert store.commits("/plain") == [Commit(first, 5, None)]
    assert store.commits("/other") == []
    store.recount("/out", [Commit(second, 12, b"c" * 16)])
    assert store.commits("/out") == [Commit(second, 12, b"c" * 16)]
    assert store.boundaries("/out") == [(second, 12)]


def test_a_finished_output_keeps_its_commits_under_its_final_name(reopen: Callable[[], Store]) -> None:
    store = reopen()
    batch = store.commit({"/out.part": 10, "/other": 1}, {"/out.part": b"a" * 16})
    store.set_state("output//out.part", {"kind": "lines"})
    store.finish_output("/out.part", "/out")
    store.commit({})
    store.close()

    store = reopen()
    assert store.output_paths() == ["/other"] and store.finished_paths() == ["/out"]
    assert store.commits("/out") == [Commit(batch, 10, b"a" * 16)] and store.boundaries("/out") == []
    assert store.get_state("output//out") == {"kind": "lines"} and store.get_state("output//out.part") is None
    store.recount("/out", [Commit(batch, 4, None)])
    assert store.finished_paths() == ["/out"] and store.commits("/out") == [Commit(batch, 4, None)]
    store.reopen_output("/out")
    assert store.output_paths() == ["/other", "/out"] and store.finished_paths() == []
    store.finish_output("/out", "/out")
    store.drop_finished("/out")
    assert store.finished_paths() == [] and store.commits("/out") == [] and store.get_state("output//out") is None
    assert store.object_paths(of_all=True) == []
    store.set_state("output//other", {"kind": "lines"})
    store.finish_output("/other", "s3://bucket/other")
    assert store.object_paths(of_all=True) == store.object_paths(of_all=False) == ["s3://bucket/other"]
    store.drop_finished("s3://bucket/other")
    assert store.object_paths(of_all=True) == []


def test_what_was_taken_down_comes_in_no_full_crawl_and_parts_are_found_by_their_page(
    reopen: Callable[[], Store],
) -> None:
    store = reopen()
    store.enqueue_all([entry("a", state=State.REFUSED, outcome="taken-down"), entry("b", state=State.DONE)])
    store.enqueue_all(
        [entry("a2", kind="next-part", parent="https://h.example/a"), entry("c", parent="https://h.example/a")]
    )
    assert [each.url for each in store.parts_of("https://h.example/a")] == ["https://h.example/a2"]
    assert store.parts_of("https://h.example/b") == []
    store.revive_all()
    store.erase()
    store.close()

    store = reopen()
    assert store.counts() == {"pending": 3, "refused": 1}


def test_an_output_that_lies_elsewhere_is_known_by_its_new_name(reopen: Callable[[], Store]) -> None:
    store = reopen()
    batch = store.commit({"/a/x.part": 10, "/a/y": 5}, {"/a/x.part": b"a" * 16})
    store.set_state("output//a/x.part", {"kind": "lines"})
    store.finish_output("/a/y", "/a/y2")
    page = KeptPage("/a/x", 1, 2, "https://h.example/a", "2026-01-01T00:00:00Z")
    store.keep_page(b"d" * 20, page)
    store.rename_output("/a/x.part", "/b/x.part")
    store.rename_output("/a/y2", "/b/y2")
    store.commit({})
    store.close()

    store = reopen()
    assert store.output_paths() == ["/b/x.part"] and store.finished_paths() == ["/b/y2"]
    assert store.commits("/b/x.part") == [Commit(batch, 10, b"a" * 16)]
    assert store.get_state("output//b/x.part") == {"kind": "lines"} and store.get_state("output//a/x.part") is None
    assert store.kept_page(b"d" * 20) == KeptPage("/b/x", *astuple(page)[1:])
