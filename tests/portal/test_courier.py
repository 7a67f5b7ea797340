"""Notices to readers: each new article once, in one message an hour, whatever dies or is made anew meanwhile."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.dedup.tombstones import Tombstone, keep
from snapshot_crawler.jobs.outbox import LONGEST_WAIT_S, MOST_ATTEMPTS
from snapshot_crawler.library.follow import Follower
from snapshot_crawler.library.takedown import remove
from snapshot_crawler.portal.subscriptions import courier as courier_module
from snapshot_crawler.portal.subscriptions import queue as queue_module
from snapshot_crawler.portal.subscriptions.courier import Courier
from snapshot_crawler.portal.subscriptions.message import Letter
from snapshot_crawler.portal.subscriptions.model import State, Wishes
from snapshot_crawler.portal.subscriptions.store import Store
from snapshot_crawler.upkeep.databases import check_database
from snapshot_crawler.upkeep.findings import Tally
from tests.library.outputs import SETTINGS, follow, name_of, own, record
from tests.portal.courier_world import HOUR, World, place_of
from tests.portal.courier_world import world as world


def test_a_new_article_is_told_once_to_whom_it_suits(world: World) -> None:
    world.subscribe(category=["科技"])
    names = world.publish(record(1), record(2, category="体育"))
    world.round()
    world.clock.wait(HOUR)
    world.round()
    assert world.receiver.told() == [names[:1]]
    (letter,) = world.receiver.letters
    assert "实验室联盟成立 第1批" in letter.body and f"https://portal.example/detail/{names[0]}.html" in letter.body
    assert letter.stop in letter.body and letter.fields["unsubscribe"] == letter.stop


@pytest.mark.parametrize(
    ("wishes", "numbers"),
    [
        ({"category": ["科技"]}, [1, 2]),
        ({"source": ["溯北周报"]}, [1, 3]),
        ({"keyword": ["北京"]}, [3]),
        ({"keyword": ["聯盟 -北京"]}, [1, 2]),  # a search as any other: either script, a minus
        ({"keyword": ["source:溯北周报 category:体育"]}, [3]),
        ({"keyword": ["zzz", "第2"]}, [2]),
        ({"keyword": ["-北京"]}, [1, 2]),
        ({"keyword": ["  "], "category": ["科"]}, []),  # nothing asked, and no such category
        ({"category": ["科技"], "source": ["溯北周报"], "keyword": ["北京"]}, [1, 2, 3]),  # any of them, once each
    ],
)
def test_what_is_wanted(world: World, wishes: dict[str, list[str]], numbers: list[int]) -> None:
    world.subscribe(**wishes)
    world.publish(
        record(1), record(2, source="另一家"), record(3, category="体育", body="北京的消息，实验室联盟也有。")
    )
    world.round()
    assert world.receiver.told() == ([[name_of(number) for number in numbers]] if numbers else [])


def test_one_message_an_hour_at_most_and_nothing_is_lost(world: World) -> None:
    world.subscribe(category=["科技"])
    published = []
    for number in range(1, 9):
        published += world.publish(record(number))
        world.round()
        world.clock.wait(HOUR / 4)
    world.clock.wait(HOUR)
    world.round()
    assert world.receiver.all_told() == published
    assert [len(each) for each in world.receiver.told()] == [1, 4, 3]
    assert len({letter.identity for letter in world.receiver.letters}) == 3


def test_the_wall_clock_moves_nothing(world: World) -> None:
    world.subscribe(category=["科技"])
    world.publish(record(1))
    world.round()
    world.publish(record(2))
    world.clock.set_wall(30 * 86_400)
    world.round()
    assert len(world.receiver.letters) == 1
    world.clock.set_wall(-60 * 86_400)
    world.clock.wait(HOUR)
    world.round()
    assert len(world.receiver.letters) == 2


def test_what_was_there_before_is_not_told(world: World) -> None:
    world.publish(record(1))  # after the courier's last look, before the subscription
    world.subscribe(category=["科技"])
    (name,) = world.publish(record(2))
    world.round()
    assert world.receiver.told() == [[name]]


def test_a_first_library_that_is_being_filled_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    own(tmp_path, [record(1)], "run1")
    own(tmp_path, [record(2)], "run2")
    with closing(Follower(tmp_path, SETTINGS)) as follower:
        real, done = follower._follow, []

        def one_file_alone(*values: Any) -> None:
            if done:
                raise KeyboardInterrupt  # the process ends in the middle of its first round
            done.append(real(*values))

        monkeypatch.setattr(follower, "_follow", one_file_alone)
        with pytest.raises(KeyboardInterrupt):
            follower.round()
    world.subscribe(category=["科技"])
    world.round()
    follow(tmp_path)
    world.round()
    assert world.receiver.told() == []
    (name,) = world.publish(record(3))
    world.round()
    assert world.receiver.told() == [[name]]


def test_a_new_version_is_no_new_article(world: World) -> None:
    world.subscribe(category=["科技"])
    world.publish(record(1))
    world.round()
    world.publish(record(1, version=2, title="实验室联盟成立（更新）"), record(0, version=2, title="旧文更新"))
    world.clock.wait(HOUR)
    world.round()
    assert world.receiver.told() == [[name_of(1)]]


@pytest.mark.parametrize("anew", [True, False])
def test_a_library_made_anew_tells_only_what_is_new(world: World, anew: bool) -> None:
    world.subscribe(category=["科技"])
    world.publish(record(1))
    world.round()
    own(world.root, [record(2)], "run9")
    if anew:
        with closing(Follower(world.root, SETTINGS)) as follower:
            follower.begin_anew()
    else:
        for path in world.root.glob("library.sqlite*"):
            path.unlink()
    world.clock.wait(HOUR)
    world.round()  # it is empty, or not there
    follow(world.root)
    world.round()
    assert world.receiver.told() == [[name_of(1)], [name_of(2)]]


def test_an_article_that_waits_while_the_library_is_made_anew_is_not_lost(world: World) -> None:
    world.subscribe(category=["科技"])
    world.receiver.trouble = "down"
    world.publish(record(1))
    world.round()
    world.receiver.trouble = ""
    with closing(Follower(world.root, SETTINGS)) as follower:
        follower.begin_anew()
    world.clock.wait(HOUR)
    world.round()
    assert len(world.receiver.letters) == 1
    follow(world.root)
    world.round()
    first, second = world.receiver.letters
    assert first == second  # the same message once more, with the same number


def test_the_newest_was_taken_out_and_the_next_has_not_its_number(world: World) -> None:
    world.subscribe(category=["科技"])
    world.publish(record(1))
    world.round()
    remove(world.root, [name_of(1)], "asked")
    (name,) = world.publish(record(2))
    world.clock.wait(HOUR)
    world.round()
    assert world.receiver.told()[1:] == [[name]]


# --- Receivers that do not answer
def test_a_receiver_that_fails_is_tried_again_and_given_up_at_last(world: World) -> None:
    number = world.subscribe(category=["科技"])
    world.publish(record(1))
    world.receiver.trouble = "answered 500"
    for _ in range(3 * MOST_ATTEMPTS):
        world.round()
        world.clock.wait(LONGEST_WAIT_S)
    assert len(world.receiver.letters) == MOST_ATTEMPTS and world.state(number) == State.FAILED
    assert len({letter.identity for letter in world.receiver.letters}) == 1


def test_what_comes_while_a_receiver_is_down_is_told_afterwards(world: World) -> None:
    world.subscribe(category=["科技"])
    world.publish(record(1))
    world.receiver.trouble = "down"
    world.round()
    world.publish(record(2))
    world.receiver.trouble = ""
    world.clock.wait(HOUR)
    world.round()
    world.clock.wait(HOUR)
    world.round()
    assert world.receiver.told() == [[name_of(1)], [name_of(1)], [name_of(2)]]


def test_one_bad_receiver_holds_up_no_other(world: World) -> None:
    world.subscribe(category=["科技"])
    world.subscribe(category=["科技"], address="https://hook.example/b")
    world.publish(record(1))
    real = world.receiver.send

    def send(kind: str, address: str, *values: Any) -> None:
        if address.endswith("/a"):
            raise RuntimeError("a fault of a library")
        real(kind, address, *values)

    world.receiver.send = send  # type: ignore[method-assign]
    world.round()
    assert world.receiver.told() == [[name_of(1)]]


def test_no_address_is_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.subscribe(category=["科技"], address="https://hook.example/secret")
    world.publish(record(1))
    world.receiver.trouble = "could not reach https://hook.example/secret"
    world.round()
    assert "did not arrive" in caplog.text and "secret" not in caplog.text


def test_what_keeps_it_from_work_is_logged_once_and_tried_again(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier_module, "EVERY_S", 0)
    world.subscribe(category=["科技"])
    (name,) = world.publish(record(1))
    stop, tries = threading.Event(), []

    def opened(*values: Any) -> Courier:
        tries.append(1)
        if len(tries) < 4:
            raise PermissionError("no right to write")
        return Courier(*values)

    monkeypatch.setattr(courier_module, "Courier", opened)
    world.receiver.at_sending = stop.set
    courier_module.run(world.root, world.post, stop, world.clock)
    assert world.receiver.told() == [[name]] and caplog.text.count("no right to write") == 1


# --- Bounds
def test_a_flood_is_told_in_parts_and_what_is_too_much_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_module, "MOST_IN_A_MESSAGE", 2)
    monkeypatch.setattr(queue_module, "MOST_WAITING", 5)
    world.subscribe(category=["科技"])
    names = world.publish(*(record(number) for number in range(1, 8)))
    for _ in range(4):
        world.round()
        world.clock.wait(HOUR)
    assert world.receiver.all_told() == names[:5]
    assert [letter.fields["missed"] for letter in world.receiver.letters] == [2, 0, 0]
    assert "2" in world.receiver.letters[0].body


# --- Stopping, changing, confirming
def test_stopped_is_stopped(world: World) -> None:
    number = world.subscribe(category=["科技"])
    world.publish(record(1))
    with Store(world.root) as store:
        store.stop(number)
    world.round()
    world.publish(record(2))
    world.round()
    assert world.receiver.told() == []


def test_other_wishes_count_at_once(world: World) -> None:
    number = world.subscribe(category=["科技"])
    world.receiver.trouble = "down"
    world.publish(record(1))
    world.round()
    with Store(world.root) as store:
        store.wish(number, Wishes(category=("体育",)))
    world.receiver.trouble = ""
    world.clock.wait(HOUR)
    world.round()
    assert len(world.receiver.letters) == 1  # nobody wants it any more
    (name,) = world.publish(record(2, category="体育"))
    world.round()
    assert world.receiver.told()[1:] == [[name]]


def test_mail_begins_when_its_owner_has_confirmed(world: World) -> None:
    number = world.subscribe("mail", "reader@example.org", category=["科技"])
    world.publish(record(1))
    world.round()
    (question,) = world.receiver.letters
    assert world.state(number) == State.UNCONFIRMED and "articles" not in question.fields
    code = question.body.partition("/my/confirm/")[2].split()[0].partition("/")[2]
    with Store(world.root) as store:
        assert not store.confirm(number, code + "x", place_of(world.root))
        assert store.confirm(number, code, place_of(world.root))
    (name,) = world.publish(record(2))
    world.round()
    assert world.receiver.told()[1:] == [[name]]


def test_an_address_that_nobody_confirms_is_forgotten(world: World) -> None:
    number = world.subscribe("mail", "reader@example.org", category=["科技"])
    world.round()
    with Store(world.root) as store, store.transaction() as db:
        db.execute("UPDATE subscription SET changed = changed - ?", (queue_module.UNCONFIRMED_S - 60,))
    world.round()
    assert world.state(number) == State.UNCONFIRMED
    with Store(world.root) as store, store.transaction() as db:
        db.execute("UPDATE subscription SET changed = changed - 120")
    world.round()
    assert world.state(number) == State.NONE
    assert b"reader@example.org" not in (world.root / "subscriptions.sqlite").read_bytes()


def test_who_subscribes_while_the_courier_runs_is_heard(world: World) -> None:
    with Courier(world.root, world.post, world.clock) as courier:
        courier.round()
        number = world.subscribe(category=["体育"])
        names = world.publish(record(1, category="体育"))
        courier.round()
        with Store(world.root) as store:
            store.wish(number, Wishes(source=("甲",)))
        names += world.publish(record(2, category="体育"), record(3, source="甲"))[1:]
        world.clock.wait(HOUR)
        courier.round()
    assert world.receiver.all_told() == names


def test_a_library_thrown_away_while_a_message_is_written_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.subscribe(category=["科技"])
    (name,) = world.publish(record(1))
    real = Courier._letter

    def letter(self: Courier, *values: Any) -> Letter | None:
        with closing(Follower(world.root, SETTINGS)) as follower:
            follower.begin_anew()
        return real(self, *values)

    with monkeypatch.context() as patch:
        patch.setattr(Courier, "_letter", letter)
        world.round()
    follow(world.root)
    world.clock.wait(HOUR)
    world.round()
    assert world.receiver.told() == [[name]]


# --- Take-down
def test_taken_down_before_it_was_sent_is_not_sent(world: World) -> None:
    world.subscribe(category=["科技"])
    world.receiver.trouble = "down"
    world.publish(record(1), record(2))
    world.round()
    world.receiver.trouble = ""
    keep(world.root, [Tombstone(name_of(1), (), "2026-02-02", "asked")])  # the library has it still
    world.clock.wait(HOUR)
    world.round()
    assert world.receiver.told()[1:] == [[name_of(2)]]
    assert "第1批" not in world.receiver.letters[-1].body


def test_taken_down_in_the_library_alone(world: World) -> None:
    world.subscribe(category=["科技"])
    world.receiver.trouble = "down"
    world.publish(record(1))
    world.round()
    world.receiver.trouble = ""
    remove(world.root, [name_of(1)], "asked")
    world.clock.wait(HOUR)
    world.round()
    assert len(world.receiver.letters) == 1
    (name,) = world.publish(record(2))
    world.round()  # nothing was sent, so nothing has to wait
    assert world.receiver.told()[1:] == [[name]]


def test_a_take_down_reaches_what_is_kept_of_subscriptions(world: World) -> None:
    """The raw file holds ids of articles, and no word of them, while they wait and after."""
    word = "澄埠隐秘词"
    world.subscribe(category=["科技"])
    world.receiver.trouble = "down"
    world.publish(record(1, title=f"{word}的标题", body=f"{word}的正文，够长的一段。", source=f"{word}社"))
    world.round()
    assert word in world.receiver.letters[0].body
    raw = b"".join(path.read_bytes() for path in world.root.glob("subscriptions*"))
    assert name_of(1).encode() in raw and word.encode() not in raw
    remove(world.root, [name_of(1)], "asked")
    world.clock.wait(HOUR)
    world.round()
    raw = b"".join(path.read_bytes() for path in world.root.glob("subscriptions*"))
    assert name_of(1).encode() not in raw and word.encode() not in raw


def test_verify_finds_nothing_wrong_with_it(world: World) -> None:
    world.subscribe(category=["科技"])
    found = list(check_database(world.root / "subscriptions.sqlite", Tally()))
    assert [each for each in found if each.is_damage] == []
