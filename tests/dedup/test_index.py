"""What every index does, whatever storage keeps it: stories, versions, and what is taken back of lost exports."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from snapshot_crawler.dedup import owners
from snapshot_crawler.dedup.content import content_hash
from snapshot_crawler.dedup.decision import Decision
from snapshot_crawler.dedup.index import NEWEST, Index, open_index, rows_of
from snapshot_crawler.dedup.rows import Rows
from snapshot_crawler.dedup.sqlite import SqliteRows
from tests.dedup.in_memory import DictRows
from tests.dedup.stories import BRIDGE, ENGLISH, LIBRARY, article, weather

STORAGES = ["sqlite", "dict", "postgres"]  # another storage joins here
At = Callable[[Path], Rows]


@pytest.fixture(params=STORAGES)
def rows(request: pytest.FixtureRequest) -> At:
    """One storage after the other, opened for a DATA_DIR."""
    if request.param == "postgres":
        settings = {"DATABASE_URL": request.getfixturevalue("quick_database_url")}
        return lambda root: rows_of(settings).at(root, settings)
    kind = {"sqlite": SqliteRows, "dict": DictRows}[request.param]
    return lambda root: kind.at(root, {})


@pytest.fixture
def opened(rows: At, tmp_path: Path) -> Iterator[Callable[[str], Index]]:
    """Open the index for an owner, to the test's end; closing it settles nothing, as a kill."""
    with ExitStack() as stack:
        yield lambda owner: stack.enter_context(closing(Index(rows(tmp_path), owner)))


@pytest.fixture
def index(opened: Callable[[str], Index]) -> Index:
    return opened("job")


def test_the_first_of_a_story_is_new_and_the_second_its_duplicate(index: Index) -> None:
    first = index.decide(article(BRIDGE, "a", source="云溪日报"))
    second = index.decide(article("云溪日报6月3日讯 " + BRIDGE, "b", source="南屏网"))
    other = index.decide(article(LIBRARY, "c"))
    assert (first.action, second.action, other.action) == ("new", "duplicate", "new")
    assert second.duplicate_of == first.story == second.story == article(BRIDGE, "a").id
    assert (second.rule, second.similarity, second.first_source) == ("exact", 1.0, "云溪日报")
    assert other.story == article(LIBRARY, "c").id


def test_a_copy_of_a_dropped_copy_belongs_to_the_story(index: Index) -> None:
    index.decide(article(BRIDGE, "a"))
    half = BRIDGE[: len(BRIDGE) // 2]
    assert index.decide(article(half, "b")).duplicate_of == article(BRIDGE, "a").id
    assert index.decide(article(half[: len(half) * 2 // 3], "c")).duplicate_of == article(BRIDGE, "a").id


def test_marked_duplicates_count_as_exported(index: Index) -> None:
    index.decide(article(BRIDGE, "a"), mark=True)
    assert index.decide(article(BRIDGE, "b"), mark=True).action == "duplicate"
    assert index.decide(article(BRIDGE, "b"), mark=True).action == "unchanged"


def test_the_same_address_unchanged_is_not_exported_again(index: Index) -> None:
    index.decide(article(BRIDGE, "a", related=["x"]))
    assert index.decide(article(BRIDGE.replace("\n", "\n "), "a", related=["y"])).action == "unchanged"


def test_the_same_address_with_another_text_is_the_next_version(index: Index) -> None:
    first = article(BRIDGE, "a")
    second = article(BRIDGE.replace("14处", "15处"), "a")
    index.decide(first)
    changed = index.decide(second)
    assert (changed.action, changed.version, changed.supersedes) == ("changed", 2, first.content)
    third = index.decide(article(LIBRARY, "a"))
    assert (third.version, third.supersedes, third.story) == (3, second.content, first.id)
    assert index.decide(article(LIBRARY, "b")).duplicate_of == first.id


@pytest.mark.parametrize("field", ["related", "more_in_category", "category", "fetched_at", "images", "url"])
def test_what_the_site_rebuilds_is_no_change(field: str) -> None:
    assert content_hash({"title": "t", "body": "b", field: "x"}) == content_hash({"title": "t", "body": "b"})


@pytest.mark.parametrize("field", ["title", "body", "source", "authors", "published_at"])
def test_what_the_article_says_is_a_change(field: str) -> None:
    assert content_hash({"title": "t", "body": "b", field: "x"}) != content_hash({"title": "t", "body": "b"})


def test_an_article_is_not_its_own_duplicate_when_its_export_was_lost(opened: Callable[[str], Index]) -> None:
    run = opened("job")
    run.decide(article(BRIDGE, "a"))
    run.close()
    resumed = opened("job")
    assert resumed.recover(lambda url: False) == (0, 1)
    assert resumed.decide(article(BRIDGE, "a")).action == "again"
    assert resumed.decide(article(BRIDGE, "b")).action == "duplicate"


def test_an_export_that_the_frontier_committed_before_the_kill_stays_exported(opened: Callable[[str], Index]) -> None:
    run = opened("job")
    run.decide(article(BRIDGE, "a"))
    run.decide(article(LIBRARY, "c"))
    run.close()
    resumed = opened("job")
    assert resumed.recover(lambda url: url.endswith("/a.html")) == (1, 1)
    assert resumed.decide(article(BRIDGE, "b")).duplicate_of == article(BRIDGE, "a").id
    assert resumed.decide(article(LIBRARY, "d")).action == "new"


def test_a_settled_export_is_not_taken_back(opened: Callable[[str], Index]) -> None:
    run = opened("job")
    run.decide(article(BRIDGE, "a"))
    run.settle(["https://NEWS.example/a.html#top"])
    run.close()
    assert opened("job").recover(lambda url: False) == (0, 0)


def test_another_story_takes_the_lead_when_the_first_was_never_exported(opened: Callable[[str], Index]) -> None:
    run = opened("job")
    run.decide(article(BRIDGE, "a"))
    run.decide(article(BRIDGE, "b"))
    run.close()
    resumed = opened("job")
    resumed.recover(lambda url: False)
    third = resumed.decide(article(BRIDGE, "c"))
    assert (third.action, third.story) == ("new", article(BRIDGE, "a").id)
    late = resumed.decide(article(BRIDGE, "a"))
    assert (late.action, late.duplicate_of) == ("duplicate", third_id := article(BRIDGE, "c").id)
    assert resumed.decide(article(BRIDGE, "b")).duplicate_of == third_id


def test_an_export_of_a_dead_process_makes_no_duplicates(
    opened: Callable[[str], Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    us = owners.this_process()
    with monkeypatch.context() as earlier:
        earlier.setattr(owners, "this_process", lambda: owners.Process(us.host, us.pid, "1"))  # its id is ours by now
        killed = opened("killed")
    killed.decide(article(BRIDGE, "a"))
    killed.close()
    alive = opened("alive")
    assert len(alive) == 1
    assert alive.decide(article(BRIDGE, "b")).action == "new"
    resumed = opened("killed")
    resumed.recover(lambda url: False)
    assert resumed.decide(article(BRIDGE, "a")).duplicate_of == article(BRIDGE, "b").id


def test_an_export_under_way_in_a_living_process_makes_duplicates(opened: Callable[[str], Index]) -> None:
    one, other = opened("one"), opened("other")
    one.decide(article(BRIDGE, "a"))
    assert other.decide(article(BRIDGE, "b")).action == "duplicate"


def test_a_version_whose_export_was_lost_is_that_version_again(opened: Callable[[str], Index]) -> None:
    run = opened("job")
    run.decide(article(BRIDGE, "a"))
    run.settle(["https://news.example/a.html"])
    run.decide(article(LIBRARY, "a"))
    run.close()
    resumed = opened("job")
    resumed.recover(lambda url: False)
    again = resumed.decide(article(LIBRARY, "a"))
    assert (again.action, again.version, again.supersedes) == ("changed", 2, article(BRIDGE, "a").content)


def test_an_article_whose_line_was_cut_from_the_file_is_published_again(index: Index) -> None:
    index.decide(article(BRIDGE, "a"))
    index.settle(["https://news.example/a.html"])
    assert index.withdraw(["https://news.example/a.html", "https://news.example/unknown.html"]) == 1
    assert index.decide(article(BRIDGE, "a")).action == "again"


def test_a_redirected_article_is_settled_and_withdrawn_by_its_first_address(index: Index) -> None:
    first = "https://news.example/short/1"
    index.decide(article(BRIDGE, "a"))
    index.also_at(article(BRIDGE, "a").id, first)
    index.settle([first])
    assert index.recover(lambda url: False) == (0, 0)
    assert index.withdraw([first]) == 1


def test_an_article_that_shows_two_stories_to_be_one_joins_them(index: Index) -> None:
    halves = BRIDGE[: len(BRIDGE) * 45 // 100], BRIDGE[len(BRIDGE) * 50 // 100 :]
    assert [index.decide(article(half, name)).action for half, name in zip(halves, "ab", strict=True)] == ["new", "new"]
    assert index.decide(article(BRIDGE, "c")).duplicate_of == article("", "a").id
    assert index.decide(article(halves[1] + "未完", "d")).duplicate_of == article("", "a").id


MEETING = (
    "云溪市市长6月2日下午在市政府会见了来访的一个经贸代表团，双方就装备制造和现代农业领域的合作交换了意见。"
    "市长对代表团的到来表示欢迎，并介绍了当地经济社会发展的情况，希望以此次访问为契机进一步拓展合作空间。"
    "代表团团长感谢热情的接待，愿意推动更多企业前来投资兴业，让两地的往来更加密切，让更多的项目落地生根。"
    "率领代表团前来访问的是{who}，{who}曾经三次来过这里。"
)
TWINS = MEETING.format(who="施密特先生"), MEETING.format(who="科瓦奇女士")
CUT = MEETING[: MEETING.index("率领")]


def test_what_is_like_two_bulletins_of_one_pattern_is_of_neither(index: Index) -> None:
    assert [index.decide(article(text, name)).action for text, name in zip(TWINS, "ab", strict=True)] == ["new", "new"]
    assert index.decide(article(CUT, "cut")).action == "new"
    assert index.decide(article(TWINS[1], "again")).duplicate_of == article(TWINS[1], "b").id


def test_a_bulletin_is_not_of_a_story_that_it_contradicts(index: Index) -> None:
    one = article(TWINS[0], "a")
    index.decide(one)
    assert index.decide(article(CUT, "cut")).duplicate_of == one.id
    assert index.decide(article(TWINS[1], "b")).action == "new"
    assert index.decide(article(CUT, "cut again")).rule == "exact"


@pytest.mark.parametrize("by_id", [True, False])
def test_a_forgotten_article_is_new_again(index: Index, by_id: bool) -> None:
    known = article(BRIDGE, "a")
    index.decide(known)
    assert index.forget(known.id if by_id else known.url) == [known.id]
    assert len(index) == 0
    assert index.decide(known).action == "new"
    assert index.forget("https://news.example/other") == []


def test_forgetting_the_first_of_a_story_leaves_its_others_a_story(index: Index) -> None:
    for name in "abc":
        index.decide(article(BRIDGE, name), mark=True)
    index.forget(article(BRIDGE, "a").id)
    found = index.decide(article(BRIDGE, "d"), mark=True)
    assert found.duplicate_of == found.story == article(BRIDGE, "b").id


def test_an_id_that_is_no_hash_is_given_back_as_it_was(index: Index) -> None:
    odd = article(ENGLISH, "a")
    for day, name in enumerate(("dev00001", "条目七", "ABCDEF0123456789", "00ff00ff00ff00ff", "a" * 40), 1):
        made = index.decide(type(odd)(name, name, odd.content, article(weather("云溪", day, 9, 18)).fingerprint))
        assert made.story == name


def test_a_batch_that_fails_leaves_nothing(index: Index) -> None:
    index.decide(article(LIBRARY, "c"))
    with pytest.raises(KeyError), index.batch():
        index.decide(article(BRIDGE, "a", source="云溪日报"))
        index.settle([article(LIBRARY, "c").url])
        raise KeyError
    assert len(index) == 1
    assert index.recover(lambda url: False) == (0, 1), "the settling was undone, too"
    assert index.decide(article(BRIDGE, "b", source="云溪日报")).first_source == "云溪日报"


def test_of_many_entries_with_one_key_all_of_the_same_id_are_found(index: Index) -> None:
    """More than NEWEST entries share a template's keys; the own entry is still found by its id."""
    for day in range(NEWEST + 5):
        index.decide(article(weather("云溪", 1 + day % 28, 9 + day, 18 + day), f"w{day}"))
    assert index.decide(article(weather("云溪", 1, 9, 18), "w0")).action == "unchanged"


def test_every_storage_decides_alike(rows: At, tmp_path: Path) -> None:
    """One invented history of copies, changes, lost exports and forgotten articles, told to both."""
    with closing(open_index({}, tmp_path / "usual", "job")) as usual:
        expected = list(_history(usual))
    with closing(Index(rows(tmp_path / "other"), "job")) as other:
        assert list(_history(other)) == expected
    assert {decision.action for decision in expected} == {"new", "again", "changed", "unchanged", "duplicate"}


def _history(index: Index) -> Iterator[Decision]:
    chance = random.Random(5)
    texts = [BRIDGE, LIBRARY, ENGLISH, *(weather("云溪", day, 9, 18) for day in range(1, 5))]
    for _ in range(150):
        text = chance.choice(texts)
        own = article(text[: len(text) * chance.choice((10, 10, 9, 6)) // 10], chance.choice("abcdefghijkl"))
        yield index.decide(own, mark=chance.random() < 0.3)
        match chance.randrange(12):
            case 0:
                index.recover(lambda url: url[-6] in "acegik")
            case 1:
                index.withdraw([own.url])
            case 2:
                index.forget(own.id)
            case 3 | 4:
                index.settle([own.url])
