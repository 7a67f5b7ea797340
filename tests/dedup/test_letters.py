"""Bulletins of one pattern that differ in a word alone are two; what a reprint changes is no other word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from snapshot_crawler.dedup.alignment import exchanged
from snapshot_crawler.dedup.fingerprint import HEAD, TITLE, Fingerprint, fingerprint
from snapshot_crawler.dedup.first_letters import first_letters
from snapshot_crawler.dedup.folding import harden
from snapshot_crawler.dedup.guards import match
from snapshot_crawler.dedup.letters import MOST, MOST_OF_LONG, NONE, Letters

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
def test_letters_tell_them_apart_without_a_headline(kind: str, slot: str, value: str) -> None:
    one, other = (replace(each, title=None) for each in (story(kind), story(kind, **{slot: value})))
    assert match(one, other) is None and match(other, one) is None


@pytest.mark.parametrize(("kind", "slot", "value"), OTHERS)
def test_headlines_tell_them_apart_without_letters(kind: str, slot: str, value: str) -> None:
    one, other = (replace(each, letters=NONE) for each in (story(kind), story(kind, **{slot: value})))
    assert match(one, other) is None and match(other, one) is None


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


def in_old_form(one: Fingerprint, *, headline: bool) -> bytes:
    """As an index holds it that was written before there were letters; earlier still, also without a headline: then
    the number of names stood in three bits of the level's byte."""
    facts = one.facts
    names = ((7, 200), (9, 100))
    old = replace(one, letters=NONE, facts=replace(facts, slots=(*facts.slots, *names), names=len(names)))
    packed = bytearray(old.pack())
    if not headline:
        packed = packed[: -TITLE.size]
        packed[HEAD.size - 2] |= len(names) << 5
    return bytes(packed)


@pytest.mark.parametrize("headline", [True, False])
@pytest.mark.parametrize("kind", FILLED)
def test_a_fingerprint_of_an_older_form_is_read_and_met(kind: str, headline: bool) -> None:
    one = story(kind)
    read = Fingerprint.unpack(in_old_form(one, headline=headline))
    assert read.title == (one.title if headline else None)
    assert (read.facts.names, read.facts.slots[:-2], read.opening) == (2, one.facts.slots, one.opening)
    assert match(read, one) is not None and match(one, read) is not None
    shorter = Fingerprint.unpack(story_without_its_last_sentence(kind).pack())
    assert match(read, shorter) is not None
    assert not headline or match(read, story(kind, **ANOTHER[kind])) is None
    assert Fingerprint.unpack(one.pack()).title == one.title


ANOTHER = {"meeting": {"nation": "日本"}, "lecture": {"subject": "化学"}, "english": {"firm": "Meridian"}}


def story_without_its_last_sentence(kind: str) -> Fingerprint:
    (title, body), words = FILLED[kind]
    mark = "." if kind == "english" else "。"
    return fingerprint(title.format_map(words), body.format_map(words).rsplit(mark, 2)[0] + mark)


def letters(text: str) -> Letters:
    return first_letters(harden(text))


TEXT = (
    "第1家书店开在老街的尽头，主人原来是一名邮递员。他每天清晨把新到的书摆在门口的长凳上，任由路过的孩子翻看。"
    "第2家在湖和山之间的小镇里，屋顶漏雨的那个夏天，读者们自发带来木板和油毡，用了整整一个周末把它修好。"
    "后来人们在墙上写的是各自喜欢的诗句，有人专程从海边赶来，只为坐在窗下安静地读完半本小说再搭晚班车回家。"
)
ROWS = "".join(f"{place}号地块面积{place * 37}公顷位于{name}" for place, name in enumerate("东西南北中上下左右前后", 1))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: text, 0),
        (lambda text: "某报的人写道" + text, 0),
        (lambda text: text[:20] + text[60:], 0),  # cut
        (lambda text: text[:60] + text[100:150] + text[60:100] + text[150:], 0),  # moved
        (lambda text: text.replace("湖", "湖湖"), 0),  # a misprint
        (lambda text: text.replace("湖", ""), 0),
        (lambda text: text.replace("湖和", "和湖"), 0),
        (lambda text: text.replace("写的是", "表示写的是"), 0),
        (lambda text: text.replace("湖", "大堤"), 1),
        (lambda text: text.replace("湖", "大堤").replace("雨", "马丁内斯"), 2),
        (lambda text: text[:40] + text[90:].replace("海边", "马丁内斯") + text[40:90], 1),  # and moved
        (lambda text: text.replace("第1家", "新第1家").replace("第2家", "新第2家"), 1),  # no misprint comes twice
    ],
)
def test_an_exchanged_word_is_told_from_what_an_editor_does(edit: Callable[[str], str], words: int) -> None:
    one, other = letters(TEXT), letters(edit(TEXT))
    assert exchanged(one, other) == exchanged(other, one) == words


def test_a_row_cut_out_of_a_list_is_no_other_word() -> None:
    row = ROWS[ROWS.index("4号") : ROWS.index("5号")]
    assert exchanged(letters(ROWS), letters(ROWS.replace(row, ""))) == 0
    assert exchanged(letters(ROWS), letters(ROWS.replace("位于北", "靠近河"))) == 1


def test_letters_of_two_scripts_and_of_nothing_are_not_compared() -> None:
    latin = letters("The bridge over the river was opened to traffic on Monday by the mayor of the town. " * 3)
    assert latin.is_latin and not letters(TEXT).is_latin
    assert exchanged(latin, letters(TEXT)) == exchanged(NONE, letters(TEXT)) == 0
    assert Letters.unpack(latin.pack()) == latin and Letters.unpack(NONE.pack()) == NONE


def test_the_letters_of_a_long_text_are_fewer_and_meet_those_of_its_beginning() -> None:
    long = "".join(f"{TEXT}{place}" for place in range(6))
    one, other = letters(long), letters(long[:180])
    assert len(one.digits) == MOST_OF_LONG < len(other.digits) <= MOST
    assert exchanged(one, other) == 0
    assert exchanged(one, letters(long[:180].replace("湖", "大堤"))) == 1
