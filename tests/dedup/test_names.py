"""Bulletins of one pattern that differ in a name alone are two; what a reprint changes is no other name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from snapshot_crawler.dedup.fingerprint import HEAD, TITLE, Fingerprint, fingerprint
from snapshot_crawler.dedup.guards import match

MEETING = (
    "{city}市长{mayor}会见{nation}客商代表团",
    "6月2日下午，{city}市长{mayor}在市政府会见了来访的{nation}客商代表团一行。{mayor}对代表团的到来表示欢迎，"
    "并介绍了当地的发展情况。他说，双方在装备制造、现代农业等领域的合作基础良好，希望以此次访问为契机，"
    "进一步拓展合作空间。代表团团长感谢热情接待，表示将积极推动更多企业前来投资。有关部门负责人参加会见。",
)
LECTURE = (
    "{who}教授应邀作{subject}讲座",
    "6月2日下午，应研究生院邀请，{who}教授在图书馆报告厅作了题为《{subject}研究的新进展》的学术讲座，师生近三百人"
    "到场聆听。讲座中，教授结合自己多年的研究经历，深入浅出地介绍了该领域的前沿问题，并对青年学子提出了殷切希望。"
    "互动环节气氛热烈，同学们踊跃提问，教授一一作了解答。讲座由研究生院副院长主持，整个过程历时两个小时。",
)
ENGLISH = (
    "{firm} names {who} as finance chief",
    "{firm} Group said on Monday it had appointed {who} as chief financial officer with immediate effect. The company "
    "said the new finance chief brings more than twenty years of experience in the sector, most recently in a senior "
    "role at a consumer goods business. The chairman said the board was delighted with the appointment.",
)
FILLED = {
    "meeting": (MEETING, {"city": "云溪", "mayor": "韩冬", "nation": "德国"}),
    "lecture": (LECTURE, {"who": "韩冬", "subject": "考古"}),
    "english": (ENGLISH, {"firm": "Northgate", "who": "Helen Lambert"}),
}


def story(kind: str, **other: str) -> Fingerprint:
    (title, body), words = FILLED[kind]
    return fingerprint(title.format_map({**words, **other}), body.format_map({**words, **other}))


OTHERS = [
    ("meeting", "city", "南屏"),
    ("meeting", "mayor", "何一"),
    ("meeting", "nation", "日本"),
    ("lecture", "who", "何一"),
    ("lecture", "subject", "化学"),
    ("english", "firm", "Meridian"),
    ("english", "who", "Peter Wells"),
]


@pytest.mark.parametrize(("kind", "slot", "value"), OTHERS)
def test_another_name_in_the_same_words_is_another_bulletin(kind: str, slot: str, value: str) -> None:
    one, other = story(kind), story(kind, **{slot: value})
    assert match(one, other) is None and match(other, one) is None
    assert match(one, story(kind)) is not None


@pytest.mark.parametrize(("kind", "slot", "value"), OTHERS)
def test_names_tell_them_apart_without_a_headline(kind: str, slot: str, value: str) -> None:
    one, other = (replace(each, title=None) for each in (story(kind), story(kind, **{slot: value})))
    assert match(one, other) is None and match(other, one) is None


@pytest.mark.parametrize(("kind", "slot", "value"), OTHERS)
def test_headlines_tell_them_apart_without_names(kind: str, slot: str, value: str) -> None:
    one, other = (without_names(each) for each in (story(kind), story(kind, **{slot: value})))
    assert match(one, other) is None and match(other, one) is None


def without_names(one: Fingerprint) -> Fingerprint:
    facts = one.facts
    return replace(one, facts=replace(facts, slots=facts.slots[: len(facts.slots) - facts.names], names=0))


@pytest.mark.parametrize("kind", FILLED)
def test_a_reprint_under_a_headline_of_its_own_is_the_same_bulletin(kind: str) -> None:
    (title, body), words = FILLED[kind]
    title, body = title.format_map(words), body.format_map(words)
    whole = fingerprint(title, body)
    for headline in (
        "",
        "快讯：" + title,
        "【要闻】" + title,
        title[: len(title) * 2 // 3],
        "What else happened today here",
    ):
        shorter = body.replace("有关部门负责人参加会见。", "").replace("整个过程历时两个小时", "历时两个小时")
        assert match(whole, fingerprint(headline, shorter)) is not None, headline


def test_a_fingerprint_stored_without_a_headline_is_read() -> None:
    """As an index holds it that was written before: the number of names stood in three bits of the level's byte."""
    one = story("english")
    assert one.title is not None and 0 < one.facts.names <= 7
    packed = bytearray(one.pack()[: -TITLE.size])
    packed[HEAD.size - 2] |= one.facts.names << 5
    read = Fingerprint.unpack(bytes(packed))
    assert read.title is None and read.facts.names == one.facts.names and read.facts.slots == one.facts.slots
    assert match(read, one) is not None
    assert Fingerprint.unpack(one.pack()).title == one.title
