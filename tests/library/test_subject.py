"""What an article is about: words begin and end where words do; what is only named in passing relates to nothing."""

from __future__ import annotations

from itertools import product

import pytest

from snapshot_crawler.library.common_ground import Text, shared
from snapshot_crawler.library.subject import without_dateline, words_of
from snapshot_crawler.library.usage import Usage

NAMES, DEEDS = "张将军 李将军 王将军".split(), "将要出席 将会出席 将再出席 打算出席".split()
# each sign is in many texts with many neighbours, but 将 and 军, 出 and 席 go together
USUAL = [
    f"{name}{deed}座谈会。会上谈了平原的事，平原上近来多雨；{name}说，习惯近处的平原。"
    for name, deed in product(NAMES, DEEDS)
] * 3


@pytest.fixture(scope="module")
def usage() -> Usage:
    return Usage(("", text) for text in USUAL)


def texts(title: str, body: str, usage: Usage) -> set[str]:
    return {word.text for word in words_of(title, body, 1_000, usage, lambda token: 2)}


def test_a_word_ends_where_its_characters_meet_by_chance(usage: Usage) -> None:
    found = texts("平原将出席", "平原将出席座谈会。后来平原将出席另一场座谈会。", usage)
    assert {"平原", "出席"} <= found
    assert not [word for word in found if "原将" in word or "将出" in word]


def test_a_name_that_the_library_does_not_know_is_a_word_where_the_article_has_it_often(usage: Usage) -> None:
    assert "雪豹" in texts("雪豹归来", "牧民见到雪豹。监测说，雪豹的家园大了，三只雪豹都在。", usage)


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        ("中新网银川3月31日电(记者于晶)首列班列发车。", "首列班列发车。"),
        ("新华社兰州4月1日电 首列班列发车。", "首列班列发车。"),
        ("南开新闻网讯首列班列发车。", "南开新闻网讯首列班列发车。"),  # names no place and no day
        ("首列班列发车。31日电价上调。", "首列班列发车。31日电价上调。"),
    ],
)
def test_a_dateline_is_not_what_an_article_is_about(body: str, rest: str) -> None:
    assert without_dateline(body) == rest


WORDS = {"雪豹": 9.0, "红外相机": 6.0, "三江源": 5.0, "嫦娥六号": 20.0}
OWN = Text("雪豹再现三江源 嫦娥六号", "红外相机里的雪豹。")


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("寻找雪豹的人", "他们带着红外相机出发。", ["雪豹", "红外相机"]),
        ("嫦娥六号归来", "样品平安。", ["嫦娥六号"]),
        ("平原上的一天", "市场里人很多。" * 40 + "有人说起雪豹，也说起红外相机和三江源。", None),  # in passing
        ("雪豹队夺冠", "比赛在昨天结束。", None),  # one short word
        ("市场里人很多", "嫦娥六号也被说起。", None),  # one long word, but not in both titles
        ("平原上的一天", "市场里人很多。", None),
    ],
)
def test_what_counts_as_the_same_subject(title: str, body: str, expected: list[str] | None) -> None:
    found = shared(WORDS, OWN, Text(title, body), 1_000)
    assert (found and found[1]) == expected


def test_words_of_letters_have_to_be_more() -> None:
    words = {"boilerplate": 9.0, "something": 9.0, "spectrometer": 9.0}
    own = Text("boilerplate", "something spectrometer")
    assert shared(words, own, Text("boilerplate", "something else"), 1_000) is None
    assert shared(words, own, Text("boilerplate", "something spectrometer"), 1_000) is not None
