"""What is one story and what is two: fingerprints of invented news, compared."""

from __future__ import annotations

import itertools

import opencc
import pytest

from snapshot_crawler.dedup.fingerprint import Fingerprint, fingerprint
from snapshot_crawler.dedup.guards import match
from tests.dedup.stories import BRIDGE, ENGLISH, LIBRARY, weather


def rule(one: str, other: str) -> str | None:
    found = match(fingerprint("", one), fingerprint("", other))
    assert found == match(fingerprint("", other), fingerprint("", one)), "the comparison must be symmetrical"
    return found.rule if found else None


FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


@pytest.mark.parametrize(
    "reprint",
    [
        BRIDGE,
        BRIDGE.replace("\n", ""),
        BRIDGE.replace("。", "。 ").replace("，", ", "),
        BRIDGE.translate(FULL_WIDTH),
        opencc.OpenCC("s2t").convert(BRIDGE),
        opencc.OpenCC("s2twp").convert("本报云溪6月2日电（记者 韩冬）") + BRIDGE,
        "云溪日报6月3日讯（记者 何一 通讯员 江平）" + BRIDGE,
        "（民生观察）\n" + BRIDGE,
        BRIDGE + "\n\n责任编辑：江平",
        BRIDGE + "\n（来源：云溪日报）\n声明：转载此文是出于传递更多信息之目的，版权归原作者所有。",
        "图为步道一景。 何一 摄\n\n" + BRIDGE,
        BRIDGE.replace("\n\n家住", "\n\n上一页 1 2 下一页\n\n家住"),
    ],
)
def test_a_reprint_with_other_dress_is_the_same_text(reprint: str) -> None:
    assert rule(BRIDGE, reprint) == "exact"


@pytest.mark.parametrize(
    "reprint",
    [
        BRIDGE[: len(BRIDGE) // 2] + "……",
        BRIDGE.replace("施工期间没有砍伐一棵大树。", ""),
        BRIDGE.replace("观景台", "观景平台").replace("介绍", "表示"),
        BRIDGE + "\n\n市民如有意见，可以拨打园林热线反映，也可以在周末到现场的意见箱留言。",
    ],
)
def test_a_shortened_or_reworded_reprint_is_near(reprint: str) -> None:
    assert rule(BRIDGE, reprint) == "near"


@pytest.mark.parametrize(
    "reprint", ["LONDON (Reuters) - " + ENGLISH, ENGLISH.upper(), ENGLISH + "\n\nEditing by A. Hand"]
)
def test_english_reprints_are_recognised(reprint: str) -> None:
    assert rule(ENGLISH, reprint) == "exact"


BULLETINS = [
    weather("云溪", 3, 18, 27),
    weather("云溪", 4, 18, 27),
    weather("云溪", 3, 18, 29),
    weather("南屏", 3, 18, 27),
    weather("云溪", 3, 18, 27, sky="小雨"),
]


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(BULLETINS, 2)))
def test_bulletins_that_differ_in_a_day_a_number_a_place_or_a_word_stay_apart(one: str, other: str) -> None:
    assert rule(one, other) is None


def test_a_bulletin_and_its_reprint_are_one() -> None:
    assert rule(BULLETINS[0], "云溪日报客户端讯（记者 何一）" + BULLETINS[0] + "\n责任编辑：江平") == "exact"


def test_a_brief_in_a_round_up_is_not_the_round_up() -> None:
    brief = LIBRARY.split("\n\n")[0]
    assert rule(brief, "\n\n".join([BRIDGE, brief, LIBRARY.split("\n\n")[1], BULLETINS[0]])) is None


def test_a_follow_up_that_repeats_the_background_is_another_story() -> None:
    background = BRIDGE.split("\n\n")[1]
    assert rule(BRIDGE, LIBRARY + "\n\n此前报道：" + background) is None


def test_a_long_text_with_every_number_changed_is_another_bulletin() -> None:
    digits = str.maketrans("0123456789", "3456789012")
    assert rule(BRIDGE, BRIDGE.translate(digits)) is None


def test_a_text_of_a_few_letters_is_told_by_its_title() -> None:
    one, other = fingerprint("步道开放", "图片新闻"), fingerprint("书车进山", "图片新闻")
    assert match(one, other) is None
    assert match(one, fingerprint("步道开放", "图片新闻")) is not None


@pytest.mark.parametrize("text", ["", "\n \n", "。。。", "\ud800", "\U0001f600", "a", "图"])
def test_odd_and_empty_texts_are_like_nothing_or_themselves(text: str) -> None:
    assert rule(text, BRIDGE) is None
    assert rule(text, text) in (None, "exact")


def test_a_fingerprint_survives_storage_and_stays_small() -> None:
    for text in (BRIDGE, ENGLISH, BRIDGE * 400, BULLETINS[0], ""):
        made = fingerprint("t", text)
        stored = made.pack()
        again = Fingerprint.unpack(stored)
        assert (again.body, again.sketch, again.opening, again.facts.slots) == (
            made.body, made.sketch, made.opening, made.facts.slots,
        )  # fmt: skip
        assert len(stored) <= 300
