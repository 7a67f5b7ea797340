"""Related news: the same subject, another story, the words that relate them marked, recent before old."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapshot_crawler.library.snippets import plain
from snapshot_crawler.library.terms import document
from tests.library.outputs import built, follow, name_of, own, record

FILLER = "天气晴朗，市民出行增多，各地活动有序进行。"
LYNX = "雪豹监测中心发布新的影像，红外相机拍到三只雪豹。研究人员说，红外相机里雪豹的数量正在恢复。"
LYNX_2 = "在昂赛大峡谷，牧民与巡护员一起寻找雪豹的踪迹。红外相机里留下了它们的身影。"
LYNX_3 = "新的保护站开工了。人们希望雪豹有更大的家园，站里的红外相机将增加一倍。"


def others(number: int) -> list[dict[str, object]]:
    """Articles of other subjects, so that the words of the subject are rare."""
    words = "钢铁 小麦 桥梁 诗歌 游泳 邮票 港口 蜜蜂 围棋 剧院".split()
    return [
        record(1_000 + n, title=f"{words[n % 10]}新闻", body=f"{words[n % 10]}的消息。{FILLER}{words[n % 10]}之后。")
        for n in range(number)
    ]


def test_rows_are_of_the_subject_and_say_by_which_words(tmp_path: Path) -> None:
    records = [
        record(1, title="雪豹再现三江源", body=LYNX),
        record(2, title="寻找雪豹的人", body="清晨出发，翻过两座山，在河谷里停下来等待天黑下来。" * 2 + LYNX_2),
        record(3, title="雪豹保护站开工", body=LYNX_3),
        *others(60),
    ]
    with built(tmp_path, records) as library:
        rows = library.related(name_of(1))
        assert {each.row.id for each in rows} == {name_of(2), name_of(3)}
        for each in rows:
            assert "雪豹" in each.words
            assert "雪豹" in [text for text, is_hit in each.snippet if is_hit]
            stored = library.article(each.row.id)
            assert stored is not None and plain(each.snippet).removeprefix("...") in stored.record["body"]
        assert plain(rows[0].snippet).startswith("...") == (rows[0].row.id == name_of(2))


@pytest.mark.parametrize("how", ["story", "text", "title", "traditional"])
def test_no_row_is_of_the_same_story(tmp_path: Path, how: str) -> None:
    first = record(1, title="雪豹再现三江源", body=LYNX + FILLER)
    copies = {
        "story": record(2, title="寻找雪豹", body=LYNX_2, story=name_of(1)),
        "text": record(2, title="影像发布", body="本报讯 " + LYNX[:60] + "来源：某网"),
        "title": record(2, title="雪豹再现三江源", body=LYNX_2),
        "traditional": record(
            2,
            title="影像",
            body="雪豹監測中心發布新的影像，紅外相機拍到三隻雪豹。研究人員說，紅外相機裡雪豹的數量正在恢復。",
        ),
    }
    with built(tmp_path, [first, copies[how], *others(60)]) as library:
        assert library.related(name_of(1)) == []


def test_two_rows_are_not_of_one_story(tmp_path: Path) -> None:
    records = [
        record(1, title="雪豹再现三江源", body=LYNX),
        record(2, title="寻找雪豹的人", body=LYNX_2),
        record(3, title="寻豹记", body="转载：" + LYNX_2),
        *others(60),
    ]
    with built(tmp_path, records) as library:
        assert len(library.related(name_of(1))) == 1


def test_at_equal_weight_the_newer_one_comes_first_and_nine_are_the_most(tmp_path: Path) -> None:
    words = "甲乙丙丁戊己庚辛壬癸子丑"
    records = [
        record(
            n,
            title=f"寻找雪豹{word}",
            body=f"{word * 9}雪豹{word * 7}红外相机{word * 8}。雪豹{word * 30}",
            published_at=f"20{10 + n}-01-01T00:00:00+08:00",
        )
        for n, word in enumerate(words)
    ]
    with built(tmp_path, [record(50, title="雪豹再现三江源", body=LYNX), *records, *others(60)]) as library:
        rows = library.related(name_of(50))
        years = [each.row.day for each in rows]
        assert len(rows) == 9 and years == sorted(years, reverse=True)


def test_an_article_that_nobody_relates_to_has_no_rows(tmp_path: Path) -> None:
    with built(tmp_path, [record(1, title="雪豹再现三江源", body=LYNX), *others(60)]) as library:
        assert library.related(name_of(1)) == []
        assert library.related("0" * 40) == []


FLOODS = (
    ("水库提前泄洪迎战暴雨", "面对连续暴雨，三座水库昨夜开始泄洪。防汛人员守在坝上，暴雨仍未停歇。"),
    ("暴雨来袭，防汛升级", "气象台说，暴雨还要下两天。下游的水库已腾出库容，防汛值班一刻不断，泄洪通道畅通。"),
    (
        "直击防汛一线：水库大坝上的夜晚",
        "老张在水库干了三十年，今年的暴雨是他见过最大的。泄洪闸升起时，防汛队员都松了口气。",
    ),
    ("泄洪之后", "水库下游的村子，人们清理淤泥。有人谈起那场暴雨，也谈起防汛时搬沙袋的年轻人和泄洪的轰鸣。"),
    ("防汛物资送到水库", "编织袋、水泵装了五车。司机冒着暴雨赶路，赶在泄洪以前把防汛用的东西交到坝上。"),
    ("专家谈水库泄洪", "什么时候泄洪，放多少水，要看暴雨的强度。专家认为，防汛离不开准确的预报。"),
)


def test_a_subject_that_many_write_of_still_relates(tmp_path: Path) -> None:
    about = [record(n, title=title, body=body) for n, (title, body) in enumerate(FLOODS, 1)]
    with built(tmp_path, [*about, *others(94)]) as library:  # six of a hundred
        rows = library.related(name_of(1))
        assert rows and {each.row.id for each in rows} <= {name_of(n) for n in range(2, 7)}


def test_a_process_that_stays_learns_anew_when_the_library_has_grown(tmp_path: Path) -> None:
    lynxes = [record(n, title=f"雪豹{n}", body=f"{LYNX_2}{n}") for n in range(2, 6)]
    with built(tmp_path, [record(1, title="雪豹再现三江源", body=LYNX), *lynxes, *others(95)]) as library:
        assert library.related(name_of(1)) == []  # one article in twenty: a usual word
        own(tmp_path, [{**each, "id": name_of(5_000 + n)} for n, each in enumerate(others(250))], run="run2")
        follow(tmp_path)
        assert library.related(name_of(1))


def test_every_token_of_a_subject_is_one_of_the_index(tmp_path: Path) -> None:
    from snapshot_crawler.library.related import Related

    text = "iPhone销量下滑，iPhone在2024年的高质量发展，高质量发展"
    with built(tmp_path, [record(1, title="iPhone 销量", body=text)]) as library:
        words = Related(library).words(library.latest)
        known = set(document("iPhone 销量", text, []).split())
        assert {"iphone", "高质量发展"} <= {word.text for word in words}
        assert all(token in known for word in words for token in word.tokens)
