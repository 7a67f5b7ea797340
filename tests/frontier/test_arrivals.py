"""New addresses on their way into the store: by the page where a spider asks first, else one by one, in order."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from snapshot_crawler.frontier import arrivals as module
from snapshot_crawler.frontier.arrivals import Arrivals
from snapshot_crawler.frontier.store import Entry
from tests.frontier.in_memory import DictStore, Kept


class Counting(DictStore):
    """A store that notes the calls."""

    def __init__(self) -> None:
        super().__init__(Kept())
        self.calls: list[tuple[str, int]] = []

    def known(self, keys: Iterable[str]) -> set[str]:
        keys = list(keys)
        self.calls.append(("known", len(keys)))
        return super().known(keys)

    def enqueue_all(self, entries: Iterable[Entry]) -> set[str]:
        entries = list(entries)
        self.calls.append(("enqueue_all", len(entries)))
        return super().enqueue_all(entries)


@pytest.fixture
def store() -> Counting:
    return Counting()


@pytest.fixture
def arrivals(store: Counting) -> Arrivals:
    made = Arrivals()
    made.open(store)
    return made


def entry(name: str) -> Entry:
    return Entry(key=f"http://h.example/{name}", url=f"https://h.example/{name}", host="h.example")


def urls(names: str) -> list[str]:
    return [f"https://h.example/{name}" for name in names]


def test_a_page_of_links_costs_one_look_up_and_one_call_to_store_them(arrivals: Arrivals, store: Counting) -> None:
    arrivals.take(entry("b"))
    store.calls.clear()
    assert arrivals.seen(urls("abcd")) == set(urls("b"))
    assert [arrivals.take(entry(name)) for name in "acd"] == [True] * 3
    arrivals.store()
    assert store.calls == [("known", 3), ("enqueue_all", 3)]
    assert [each.url[-1] for each in store.lease("h.example", 9)] == list("bacd")
    store.calls.clear()
    assert arrivals.seen(urls("abcd")) == set(urls("abcd"))
    assert store.calls == [], "they were met lately"


def test_what_two_pages_found_new_is_new_once(arrivals: Arrivals, store: Counting) -> None:
    assert arrivals.seen(urls("ab")) == arrivals.seen(urls("bc")) == set()
    assert [arrivals.take(entry(name)) for name in "abbc"] == [True, True, False, True]
    arrivals.store()
    assert store.counts() == {"pending": 3}


def test_what_nobody_asked_about_is_stored_at_once_behind_what_waits(arrivals: Arrivals, store: Counting) -> None:
    arrivals.seen(urls("a"))
    assert [arrivals.take(entry(name)) for name in "axx"] == [True, True, False]
    assert [each.url[-1] for each in store.lease("h.example", 9)] == ["a", "x"]
    assert arrivals.known(entry("x").key) and not arrivals.known(entry("y").key)


def test_links_that_were_asked_about_and_not_followed_take_no_more_memory_than_some_pages(
    arrivals: Arrivals, store: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "NEW_KEPT", 3)
    arrivals.seen(urls("abc"))
    arrivals.seen(urls("de"))
    assert len(arrivals.new_keys) == 2
    assert arrivals.take(entry("a")), "looked up by itself"
    assert store.counts() == {"pending": 1}
