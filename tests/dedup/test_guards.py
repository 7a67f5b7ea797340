"""What is one story and what is two: fingerprints of invented news, compared."""

from __future__ import annotations

import itertools

import opencc
import pytest

from snapshot_crawler.dedup import shingles
from snapshot_crawler.dedup.facts import MOST_SLOTS
from snapshot_crawler.dedup.fingerprint import Fingerprint, fingerprint
from snapshot_crawler.dedup.guards import match
from snapshot_crawler.dedup.letters import MOST
from snapshot_crawler.dedup.sketch import MOST_KEPT
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
        # what a page's frame says
        "原标题：江边有了新步道\n\n" + BRIDGE,
        "2024-06-03 08:12\n字号：大 中 小\n" + BRIDGE,
        "【南屏网综合报道】" + BRIDGE,
        "南屏客户端 记者 何一\n" + BRIDGE,
        BRIDGE.replace("\n\n家住", "\n\n广告\n\n视频加载中...\n\n相关阅读：流动书车开进山村\n\n家住"),
        BRIDGE + "\n\n文字：何一　图片：江平　编发：韩冬\n初审：江平  复审：何一",
        BRIDGE + "\n\n特别声明：以上内容仅代表作者本人的观点或立场。\n\n返回首页，查看更多\n举报/反馈",
    ],
)
def test_a_reprint_with_other_dress_is_the_same_text(reprint: str) -> None:
    assert rule(BRIDGE, reprint) == "exact"


@pytest.mark.parametrize(
    "reprint",
    [
        BRIDGE[: len(BRIDGE) // 2] + "……",
        BRIDGE[: len(BRIDGE) // 2] + "…（全文请见客户端）\n\n责任编辑：江平",
        BRIDGE[: BRIDGE.index("7.8公里") + 1] + "...[详细]",  # the number is cut, and no other number
        BRIDGE.replace("施工期间没有砍伐一棵大树。", ""),
        BRIDGE.replace("观景台", "观景平台").replace("介绍", "表示"),
        BRIDGE + "\n\n市民如有意见，可以拨打园林热线反映，也可以在周末到现场的意见箱留言。",
    ],
)
def test_a_shortened_or_reworded_reprint_is_near(reprint: str) -> None:
    assert rule(BRIDGE, reprint) == "near"


@pytest.mark.parametrize(
    "reprint",
    [
        "LONDON (Reuters) - " + ENGLISH,
        "NETHERBY, June 3 (Coastwire) -- " + ENGLISH,
        "By A. Hand\nJune 3, 2024 8:12 AM\n" + ENGLISH,
        ENGLISH.upper(),
        ENGLISH + "\n\nEditing by A. Hand",
        ENGLISH + "\n\n-- With assistance from A. Hand.\nSign up to our daily newsletter here.",
        ENGLISH.replace("\n\nFerry", "\n\nAdvertisement\n\nStory continues below\n\nFerry", 1),
    ],
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


WARNING = (
    "{city}市气象台发布{kind}{colour}预警信号：预计未来6小时内，城区和近郊将受影响，请有关单位和人员做好防范工作。"
    "政府及相关部门按照职责做好应急准备，居民关好门窗，加固围板、棚架、广告牌等易被风吹动的搭建物，"
    "妥善安置易受影响的室外物品，切断危险的室外电源，行人不要在广告牌和临时建筑下面停留。"
)
MATCH = (
    "全国女子足球联赛昨晚继续进行，{one}队客场一球小胜{other}队，全场唯一进球来自一次角球。赛后{one}队主教练表示，队员们执行了"
    "赛前布置的战术，对比赛结果感到满意，接下来会认真总结。{other}队主教练认为球队在把握机会方面还需要提高。"
)
POST = (
    "{city}市{house}馆因工作需要，经研究决定面向社会公开招聘工作人员。应聘人员应当遵守宪法和法律，具有良好的品行和岗位所需的"
    "专业技能。招聘按照发布公告、报名、资格审查、考试、体检、考察、公示、聘用等程序进行。报名人员应当对提交材料的真实性负责，"
    "凡弄虚作假的，一经查实即取消应聘资格。面试采用结构化方式，主要测试应聘人员的专业素质、语言表达、应变能力和综合分析能力。"
)
ROADWORKS = (
    "{road} in Netherby will be closed on Tuesday for gas main repairs. A diversion will be signposted and access for "
    "residents will be maintained at all times. The county council apologised for any inconvenience caused, and "
    "thanked motorists for their patience."
)


@pytest.mark.parametrize(
    ("template", "one", "other"),
    [
        (
            WARNING,
            {"city": "云溪", "kind": "雷电", "colour": "黄色"},
            {"city": "南屏", "kind": "雷电", "colour": "黄色"},
        ),
        (
            WARNING,
            {"city": "云溪", "kind": "雷电", "colour": "黄色"},
            {"city": "云溪", "kind": "雷电", "colour": "红色"},
        ),
        (MATCH, {"one": "云溪", "other": "南屏"}, {"one": "云溪", "other": "东平"}),
        (POST, {"city": "云溪", "house": "图书"}, {"city": "南屏", "house": "图书"}),
        (POST, {"city": "云溪", "house": "图书"}, {"city": "云溪", "house": "博物"}),
        (ROADWORKS, {"road": "Mill Lane"}, {"road": "Church Street"}),
    ],
)
def test_bulletins_without_numbers_are_told_by_the_names_they_begin_with(
    template: str, one: dict[str, str], other: dict[str, str]
) -> None:
    assert rule(template.format(**one), template.format(**other)) is None
    assert rule(template.format(**one), template.format(**one).replace("。", "。\n")) == "exact"


def test_one_name_given_another_way_does_not_part_a_story_with_the_same_numbers() -> None:
    assert rule(BRIDGE, BRIDGE.replace("云溪市跨江", "本市跨江")) == "near"


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
        assert (again.body, again.sketch, again.letters, again.facts.slots) == (
            made.body, made.sketch, made.letters, made.facts.slots,
        )  # fmt: skip
        assert len(stored) <= 21 + 2 * MOST_KEPT + 3 * MOST_SLOTS + 7 + 1 + MOST // 2


@pytest.mark.parametrize("length", [60, 75, 84, 150, 700])
def test_a_larger_sample_that_was_stored_before_is_compared(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (BRIDGE + LIBRARY).replace("\n", "")[:length]
    monkeypatch.setattr(shingles, "MOST_KEPT", 80)
    before = Fingerprint.unpack(fingerprint("", text).pack())
    monkeypatch.undo()
    for now in (text, "某某快讯 " + text, text[: len(text) - 8]):
        assert match(fingerprint("", now), before) is not None, now
    assert match(fingerprint("", text[: length // 2] + LIBRARY[::-1][:length]), before) is None
