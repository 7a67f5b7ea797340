"""Families of addresses and what is decided from their record, without a crawl."""

from __future__ import annotations

import itertools
import json

import pytest

from snapshot_crawler.middlewares.traps.evidence import (
    CHAIN,
    COARSE_HARD,
    FIRST_TRIES,
    HARD,
    MOST_UNANSWERED,
    MOST_WAITING,
    NEW_TRIES,
    NEW_UNANSWERED,
    SOFT,
    VARIANTS,
    Decision,
    Evidence,
)
from snapshot_crawler.middlewares.traps.families import family, visit

HOST = "https://h.example"

# Each line: addresses that are one family
SAME = [
    ("/calendar/2031/05", "/calendar/1999/12"),
    ("/news/2023/0115/123.html", "/news/2019/1231/99887766.html"),
    ("/detail/3fa9c01b7e554d2f8a11c0ffee00deadbeef0001.html", "/detail/0b1c2d3e4f5061728394a5b6c7d8e9f00a1b2c3d.html"),
    ("/x7f3a2", "/x00aff"),
    ("/n1/2023/0512/c1001-32684471.html", "/n1/2022/1231/c42510-32000000.html"),
    ("/content_123.htm", "/content_9.htm"),
    ("/a/some-words-of-a-title", "/a/quite-other-words-in-it-too"),
    ("/list?page=2", "/list?page=900"),
    ("/list?page=2&sort=a", "/list?sort=zz&page=1"),
    ("/新闻/1.html", "/体育/2.html"),
    ("/%E6%96%B0%E9%97%BB/", "/%E4%BD%93%E8%82%B2/"),
    ("/a/a/a/", "/a/a/a/a/a/a/"),
    ("/r/b/r/b/", "/r/b/r/b/r/b"),
    ("/w/a/b/c/d/e/f/g/h/i/", "/w/z/y/x/w/v/u/t/s/r/q/p/"),
    ("/page/3/", "/page/4"),
    ("/news/1.html;jsessionid=A1B2", "/news/2.html;jsessionid=C3"),
    ("/t/abcdefabcdef1234", "/t/0123456789abcdef"),
    ("/20230515/n567.shtml", "/20240101/n9.shtml"),
]
# Each line: addresses that are not one family
DIFFERENT = [
    ("/economy/", "/sports/"),
    ("/news/1.html", "/video/1.html"),
    ("/news/1.html", "/news/1.html?sid=1"),
    ("/list?page=1", "/list?tag=1"),
    ("/index.php?m=content&a=lists&catid=1", "/index.php?m=content&a=show&catid=1"),
    ("/news/", "/news/2023/"),
    ("/a1.html", "/b1.html"),
    ("/feed.xml", "/feed.html"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_addresses_that_differ_only_in_what_changes_are_one_family(one: str, other: str) -> None:
    assert family(HOST + one).fine == family(HOST + other).fine


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_addresses_that_differ_in_words_are_not(one: str, other: str) -> None:
    assert family(HOST + one).fine != family(HOST + other).fine


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/shop?color=a", "/shop?size=b&sort=c"),
        ("/topics/bakedi", "/topics/lomuna"),
        ("/browse/a/b", "/browse/c/d/e"),
        ("https://a1b2c3.h.example/x", "https://d4e5f6.h.example/y/z"),
    ],
)
def test_wider_groups_catch_what_is_new_at_every_step(one: str, other: str) -> None:
    first, second = (family(url if "://" in url else HOST + url) for url in (one, other))
    assert first.fine != second.fine
    assert set(first.coarse) & set(second.coarse)


@pytest.mark.parametrize("path", ["/a/a/a/x", "/x/more/x/more/", "/1/a/2/a/3/a/", "/" + "deep/er/" * 3])
def test_paths_that_grow_are_known_as_such(path: str) -> None:
    assert family(HOST + path).is_deep


@pytest.mark.parametrize("path", ["/2023/11/11/11.html", "/news/news/1.html", "/a/b/c/d/e/f.html", "/11/11/11/11/"])
def test_paths_that_do_not_are_not(path: str) -> None:
    assert not family(HOST + path).is_deep


@pytest.mark.parametrize(
    ("address", "page", "is_named"),
    [
        ("/n/1.html?sid=a81f03", "/n/1.html", True),
        ("/n/1.html?page=2&PHPSESSID=0123456789abcdef", "/n/1.html?page=2", True),
        ("/n/1.html;jsessionid=A1B2C3", "/n/1.html", True),
        ("/(S(abc123))/n/1.html", "/n/1.html", True),
        ("/s/8f3a2b9c/n/1.html", "/s/n/1.html", False),
        ("/n?k=8f3a2b9c", "/n", False),
    ],
)
def test_what_may_name_a_visit_is_taken_out(address: str, page: str, is_named: bool) -> None:
    found = visit(HOST + address)
    assert found is not None
    assert (found.page, found.is_named) == (HOST + page, is_named)


@pytest.mark.parametrize("address", ["/list?sid=5", "/n/1.html", "/detail/0123456789abcdef.html", "/list?page=2&id=77"])
def test_addresses_that_somebody_typed_name_no_visit(address: str) -> None:
    assert visit(HOST + address) is None


SEGMENTS = ("a", "2024", "q8x7z6k5w4", "a-b-c-d", "%E4", "x;sid=3", "(S(abc))", "", "index.php?m=content", "x y", "]")


@pytest.mark.parametrize("host", [HOST, "http://U:p@q8x7z6k5w4.H.example:8080", "//", "https://", "http://[::1]"])
@pytest.mark.parametrize("segments", [2, 4, 7, 9])
def test_an_address_that_is_known_by_its_folder_is_read_as_one_that_is_taken_apart(host: str, segments: int) -> None:
    """An address with a fragment, which says nothing, is taken apart."""
    for begin, step in itertools.product(range(len(SEGMENTS)), range(3)):
        path = "".join(f"/{SEGMENTS[(begin + step * place) % len(SEGMENTS)]}" for place in range(segments))
        for address in (host, host + path, f"{host}{path}/", f"{host}{path}/9.html", f"{host}{path}.html"):
            assert family(address) == family(f"{address}#part"), address
            assert visit(address) == visit(f"{address}#part"), address


# --- The record
def judge(evidence: Evidence, path: str, *, barren: bool = False, chain: int = 0) -> Decision:
    return evidence.judge(family(HOST + path), found_on_barren=barren, chain=chain, under_way=lambda _: 0)[0]


def try_in_vain(evidence: Evidence, *paths: str) -> None:
    for path in paths:
        evidence.tried(family(HOST + path))


def test_a_family_that_brings_nothing_waits_and_then_is_closed() -> None:
    evidence = Evidence()
    found = []
    for day in range(HARD + 1):
        found.append(judge(evidence, f"/calendar/2031/{day}"))
        try_in_vain(evidence, f"/calendar/2031/{day}")
    assert found == [Decision.GO] * SOFT + [Decision.LATER] * (HARD - SOFT) + [Decision.NO]


def test_one_article_opens_a_family_again() -> None:
    evidence = Evidence()
    try_in_vain(evidence, *[f"/calendar/2031/{day}" for day in range(HARD)])
    evidence.credit(family(HOST + "/calendar/2031/1"))
    assert judge(evidence, "/calendar/2031/99") is Decision.GO


def test_a_proven_family_is_closed_only_for_what_hangs_on_barren_pages() -> None:
    evidence = Evidence()
    evidence.credit(family(HOST + "/detail/1.html"))
    try_in_vain(evidence, *[f"/detail/{n}.html" for n in range(500)])
    assert judge(evidence, "/detail/501.html") is Decision.GO
    assert judge(evidence, "/detail/501.html", barren=True) is Decision.NO


def test_a_chain_of_barren_pages_ends_even_in_a_proven_family() -> None:
    evidence = Evidence()
    evidence.credit(family(HOST + "/list/1"))
    assert judge(evidence, "/list/9", barren=True, chain=CHAIN - 1) is Decision.GO
    assert judge(evidence, "/list/9", barren=True, chain=CHAIN) is Decision.NO


def test_a_wide_family_closes_only_what_is_not_proven() -> None:
    evidence = Evidence()
    evidence.credit(family(HOST + "/topics/economy"))
    words = [f"/topics/{a}{b}" for a in "bdfgkl" for b in ("ane", "one", "une", "ine", "ara", "ora")]
    try_in_vain(evidence, *words[: COARSE_HARD + 1])
    assert judge(evidence, "/topics/another") is Decision.NO
    assert judge(evidence, "/topics/economy") is Decision.GO


def test_bad_pages_that_lists_name_do_not_close_the_good_ones_beside_them() -> None:
    """A list of 60 bad pages and one good one, all of names of their own: no page of theirs led to another."""
    evidence = Evidence()
    kin = [family(f"{HOST}/topics/{a}{b}") for a in "bdfgklmnpr" for b in ("ane", "one", "une", "ine", "ara", "ora")]
    for each in kin:
        evidence.tried(each, is_inside=False)
    good = family(HOST + "/topics/economy")
    for is_inside in (False, True):
        found = evidence.judge(good, found_on_barren=True, chain=0, under_way=lambda _: 0, is_inside=is_inside)
        assert found == (Decision.GO, "")


def unanswered(evidence: Evidence, *paths: str) -> None:
    for path in paths:
        evidence.tried(family(HOST + path))
        evidence.unanswered(family(HOST + path))


def test_tries_without_an_answer_leave_a_family_for_a_later_run_and_close_nothing() -> None:
    evidence = Evidence()
    found = []
    for number in range(MOST_UNANSWERED + 1):
        found.append(judge(evidence, f"/detail/{number}.html"))
        unanswered(evidence, f"/detail/{number}.html")
    assert found[SOFT - 1] is Decision.GO
    assert Decision.NO not in found
    assert found.index(Decision.LATER_RUN) == MOST_UNANSWERED
    evidence.credit(family(HOST + "/detail/1.html"))
    assert judge(evidence, "/detail/99.html") is Decision.GO, "the site is back"


def test_dead_links_are_closed_though_faults_stand_between_them() -> None:
    evidence = Evidence()
    for number in range(HARD):
        try_in_vain(evidence, f"/gone/{number}.html")
        unanswered(evidence, *[f"/gone/{number}.html"] * (number % 2))
    assert judge(evidence, "/gone/99.html") is Decision.NO


def test_the_last_tries_are_for_pages_that_failed_once() -> None:
    """A site that answers each page at the second try: one second try proves all of it."""
    evidence, kin = Evidence(), family(HOST + "/detail/1.html")
    unanswered(evidence, *[f"/detail/{number}.html" for number in range(FIRST_TRIES)])
    assert judge(evidence, "/detail/99.html") is Decision.LATER, "nothing is to come again"
    evidence.fine(kin).again.add(1)
    assert judge(evidence, "/detail/99.html") is Decision.WAIT
    decision, _ = evidence.judge(kin, found_on_barren=False, chain=0, under_way=lambda _: 0, is_second_try=True)
    assert decision is Decision.LATER


def test_a_family_that_was_left_unanswered_has_few_tries_in_the_next_run() -> None:
    before, after = Evidence(), Evidence()
    unanswered(before, *[f"/detail/{number}.html" for number in range(MOST_UNANSWERED)])
    after.from_state(json.loads(json.dumps(before.to_state())))
    found = []
    for number in range(NEW_UNANSWERED + 1):
        found.append(judge(after, f"/detail/{number}.html"))
        unanswered(after, f"/detail/{number}.html")
    assert found == [Decision.LATER] * NEW_UNANSWERED + [Decision.LATER_RUN]


def test_what_is_under_way_is_waited_for_before_a_family_is_closed() -> None:
    evidence, kin = Evidence(), family(HOST + "/calendar/2031/1")
    try_in_vain(evidence, *[f"/calendar/2031/{day}" for day in range(HARD)])
    decision, _ = evidence.judge(kin, found_on_barren=False, chain=0, under_way=lambda _: 1)
    assert decision is Decision.WAIT


def test_a_list_that_overlaps_with_another_is_not_held_against_its_family() -> None:
    evidence, kin = Evidence(), family(HOST + "/list/1")
    try_in_vain(evidence, "/list/1")
    assert evidence.showed(kin, {1, 2, 3, 4})
    assert not evidence.showed(kin, {1, 2, 3, 4}), "the same again is turning in circles"
    assert not evidence.showed(kin, {1, 2, 3, 5}), "and mostly the same is, too"


def test_the_next_run_knows_what_this_one_found_out() -> None:
    before = Evidence()
    kin = family(HOST + "/calendar/2031/1")
    try_in_vain(before, *[f"/calendar/2031/{day}" for day in range(HARD)])
    before.credit(family(HOST + "/detail/1.html"))
    assert before.stop(kin.fine, kin, HOST + "/calendar/2031/1") is not None
    after = Evidence()
    after.from_state(json.loads(json.dumps(before.to_state())))
    assert after.is_proven(family(HOST + "/detail/2.html"))
    found = []
    for day in range(NEW_TRIES + 1):
        found.append(judge(after, f"/calendar/2032/{day}"))
        try_in_vain(after, f"/calendar/2032/{day}")
    assert found[-1] is Decision.NO, "a few new tries, then it is closed again"
    assert Decision.NO not in found[:-1]


def passed_on(evidence: Evidence) -> Evidence:
    """What the next run begins with."""
    following = Evidence()
    following.from_state(json.loads(json.dumps(evidence.to_state())))
    return following


def test_the_next_run_knows_that_repeated_visits_show_nothing_new() -> None:
    """And holds them against the family, which has articles, and not against one of another name."""
    before = Evidence()
    kin = family(HOST + "/story/1?sid=a1b2c3d4")
    before.credit(kin)
    before.fine(kin).variants = VARIANTS[True]
    decision, name = before.judge_variant(kin, True, lambda name: 0)
    assert decision is Decision.NO and before.stop(name, kin, HOST + "/story/1?sid=a1b2c3d4") is not None
    after = passed_on(before)
    assert after.is_proven(kin)
    assert after.judge_variant(kin, True, lambda name: 0)[0] is Decision.GO, "one new try"
    after.fine(kin).variants += 1
    assert after.judge_variant(kin, True, lambda name: 0) == (Decision.NO, name)


def test_a_closed_family_is_known_to_later_runs_that_never_met_it_until_it_brings_an_article() -> None:
    before = Evidence()
    kin = family(HOST + "/calendar/2031/1")
    try_in_vain(before, *[f"/calendar/2031/{day}" for day in range(HARD)])
    before.stop(kin.fine, kin, HOST + "/calendar/2031/1")
    third = passed_on(passed_on(before))
    assert third.fine(kin).dry == HARD - NEW_TRIES
    third.credit(kin)
    assert passed_on(third).to_state()["closed"] == []


def test_a_path_that_grew_in_an_earlier_run_gets_new_tries_too() -> None:
    before, path = Evidence(), "/a/b/a/b/a/b"
    kin = family(HOST + path)
    assert kin.is_deep
    try_in_vain(before, *[path] * HARD)
    before.stop(kin.fine, kin, HOST + path)
    after, found = passed_on(before), []
    for _ in range(NEW_TRIES + 1):
        found.append(judge(after, path))
        try_in_vain(after, path)
    assert Decision.NO not in found[:-1] and found[-1] is Decision.NO


def test_first_pages_wait_for_their_last_parts_and_are_no_tries_until_then() -> None:
    evidence, kin = Evidence(), family(HOST + "/a/1.html")
    for number in range(MOST_WAITING):
        try_in_vain(evidence, f"/a/{number}.html")
        assert evidence.waits(kin)
    assert judge(evidence, "/a/99.html") is Decision.GO
    evidence.part_came(kin, is_new=None)
    assert judge(evidence, "/a/99.html") is Decision.GO
    for _ in range(SOFT):
        evidence.part_came(kin, is_new=False)
    assert judge(evidence, "/a/99.html") is Decision.LATER, "known articles are tries in vain"
    evidence.credit(kin)
    assert judge(evidence, "/a/99.html") is Decision.GO


def test_a_trap_of_first_pages_whose_last_parts_never_come_is_bounded() -> None:
    evidence, kin, cost = Evidence(), family(HOST + "/a/1.html"), 0
    while judge(evidence, f"/a/{cost}.html") is not Decision.NO:
        try_in_vain(evidence, f"/a/{cost}.html")
        evidence.waits(kin)
        cost += 1
    assert cost == HARD + MOST_WAITING < 40, "the most that a trap may cost"


def test_the_record_of_families_is_bounded() -> None:
    evidence = Evidence()
    for number in range(12_000):
        evidence.tried(family(f"https://h.example/w{'abcdefghij'[number % 10]}{'k' * (number // 1000)}a/x?q{number}=1"))
    assert len(evidence._fine) <= 5_000
    assert len(evidence._coarse) <= 5_000


def test_foreign_or_older_state_is_left_alone() -> None:
    evidence = Evidence()
    evidence.from_state({"version": 99})
    evidence.from_state([])  # type: ignore[arg-type]
    assert judge(evidence, "/a") is Decision.GO
