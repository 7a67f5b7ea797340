"""Times as news pages write them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_crawler.pages.dates.times import CHINA, find_times, parse_time

NOW = datetime(2023, 12, 6, 12, 0, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("text", "answer", "precision"),
    [
        ("2023-08-18 07:02:09", "2023-08-18T07:02:09+08:00", "second"),
        ("发布时间:2023-08-18 07:02 来源:样例报", "2023-08-18T07:02:00+08:00", "minute"),
        ("2023/8/18 7:02", "2023-08-18T07:02:00+08:00", "minute"),
        ("2023年08月18日 07:02", "2023-08-18T07:02:00+08:00", "minute"),
        ("2023年8月18日7时2分", "2023-08-18T07:02:00+08:00", "minute"),
        ("2023 年 8 月 18 日", "2023-08-18T00:00:00+08:00", "day"),
        ("2023.08.18", "2023-08-18T00:00:00+08:00", "day"),
        ("二〇二三年八月十八日", "2023-08-18T00:00:00+08:00", "day"),
        ("二零一九年十二月三十一日 07:02", "2019-12-31T07:02:00+08:00", "minute"),
        ("民國112年8月18日", "2023-08-18T00:00:00+08:00", "day"),
        ("２０２３－０８－１８　０７：０２", "2023-08-18T07:02:00+08:00", "minute"),
        ("2023-08-18 星期五 07:02", "2023-08-18T07:02:00+08:00", "minute"),
        ("2023-08-1807:02", "2023-08-18T07:02:00+08:00", "minute"),  # two nodes without a space
        ("2023 08/18 07:02:00", "2023-08-18T07:02:00+08:00", "second"),  # year, day and clock in three boxes
        ("07:02 2023-08-18", "2023-08-18T07:02:00+08:00", "minute"),
        ("20230818", "2023-08-18T00:00:00+08:00", "day"),
        ("20230818070200", "2023-08-18T07:02:00+08:00", "second"),
        ("2023/8/18 下午 3:04:05", "2023-08-18T15:04:05+08:00", "second"),
        ("2023-08-18 上午12:30", "2023-08-18T00:30:00+08:00", "minute"),
        ("2023-08-18T07:02:00Z", "2023-08-18T07:02:00+00:00", "second"),
        ("2023-08-18T07:02:00.123456+08:00", "2023-08-18T07:02:00+08:00", "second"),
        ("2023-08-18T07:02+0530", "2023-08-18T07:02:00+05:30", "minute"),
        ("20230818T070200Z", "2023-08-18T07:02:00+00:00", "second"),
        ("Fri, 18 Aug 2023 07:02:00 GMT", "2023-08-18T07:02:00+00:00", "second"),
        ("Fri, 18 Aug 2023 07:02:00 +0800", "2023-08-18T07:02:00+08:00", "second"),
        ("Fri Aug 18 07:02:00 CST 2023", "2023-08-18T07:02:00+08:00", "second"),
        ("Dec. 5, 2023 3:04 pm EST", "2023-12-05T15:04:00-05:00", "minute"),
        ("July 5, 2023 at 3:04 p.m. ET", "2023-07-05T15:04:00-04:00", "minute"),
        ("Published 5th of December 2023", "2023-12-05T00:00:00+08:00", "day"),
        ("14. Februar 2012", "2012-02-14T00:00:00+08:00", "day"),
        ("24. August 2019 um 03:36 Uhr", "2019-08-24T03:36:00+08:00", "minute"),
        ("le 1er août 2019 à 12h30", "2019-08-01T12:30:00+08:00", "minute"),
        ("14 de febrero de 2012", "2012-02-14T00:00:00+08:00", "day"),
        ("5 марта 2021 г., 12:30", "2021-03-05T12:30:00+08:00", "minute"),
        ("18.08.2023 um 07:02 Uhr", "2023-08-18T07:02:00+08:00", "minute"),
        ("08/18/2023", "2023-08-18T00:00:00+08:00", "day"),
    ],
)
def test_a_written_time_is_read(text: str, answer: str, precision: str) -> None:
    moment = parse_time(text, fetched_at=NOW)
    assert moment and (moment.isoformat(), moment.precision) == (answer, precision)
    assert moment.raw and moment.raw in text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("08-18 07:02", "2023-08-18T07:02:00+08:00"),
        ("12-30 07:02", "2022-12-30T07:02:00+08:00"),  # this year's is still to come
        ("8月18日", "2023-08-18T00:00:00+08:00"),
        ("23-08-18", "2023-08-18T00:00:00+08:00"),
        ("98年8月18日", "1998-08-18T00:00:00+08:00"),
        ("今天 08:30", "2023-12-06T08:30:00+08:00"),
        ("昨天08:30", "2023-12-05T08:30:00+08:00"),
        ("前天", "2023-12-04T00:00:00+08:00"),
        ("3小时前", "2023-12-06T09:00:00+08:00"),
        ("180 分钟前", "2023-12-06T09:00:00+08:00"),
        ("半小时前", "2023-12-06T11:30:00+08:00"),
        ("刚刚", "2023-12-06T12:00:00+08:00"),
        ("2天前", "2023-12-04T00:00:00+08:00"),
        ("2 hours ago", "2023-12-06T10:00:00+08:00"),
        ("yesterday at 3:04 pm", "2023-12-05T15:04:00+08:00"),
    ],
)
def test_what_the_text_leaves_out_comes_from_the_fetch(text: str, answer: str) -> None:
    moment = parse_time(text, fetched_at=NOW)
    assert moment and moment.isoformat() == answer


@pytest.mark.parametrize(
    "text",
    ["", "no time", "2023-02-30", "2023-08-18 25:61", "2023-08-18 07:02:61", "1970-01-01 08:00", "1989-06-01",
     "02-29 10:00", "2024-08-18", "2023-12-08 13:00", "192.168.1.12", "1.2.2023.4", "2023-13-01", "13800138000",
     "2023年8月", "第12-10号", "2023-08-18T07:02+99:99", "十二月五日"],
)  # fmt: skip
def test_no_time_or_an_impossible_one_is_none(text: str) -> None:
    assert parse_time(text, fetched_at=NOW) is None


def test_a_time_some_hours_after_the_fetch_is_believed() -> None:
    assert parse_time("2023-12-07 11:00", fetched_at=NOW)


def test_an_impossible_date_does_not_become_a_part_of_itself() -> None:
    moment = parse_time("2023-02-30 10:00, 2023-03-01 10:00", fetched_at=NOW)
    assert moment and moment.isoformat() == "2023-03-01T10:00:00+08:00"


def test_unix_seconds_count_only_where_the_caller_says_so() -> None:
    assert parse_time("1692313320", fetched_at=NOW) is None
    for text in ("1692313320", "1692313320000"):
        moment = parse_time(text, fetched_at=NOW, unix=True)
        assert moment and moment.isoformat() == "2023-08-18T07:02:00+08:00"


def test_a_naive_time_gets_the_zone_and_a_doubtful_order_needs_a_word() -> None:
    berlin = timezone(timedelta(hours=1))
    moment = parse_time("05.06.2023 07:02", fetched_at=NOW, zone=berlin)
    assert moment and moment.isoformat() == "2023-06-05T07:02:00+01:00"
    assert parse_time("05/06/2023", fetched_at=NOW) is None
    for day_first, month in ((True, 6), (False, 5)):
        moment = parse_time("05/06/2023", fetched_at=NOW, zone=UTC, day_first=day_first)
        assert moment and moment.at.month == month


def test_all_times_are_found_with_their_places() -> None:
    text = "更新 2023-08-18 07:02,原发 2023年8月17日。"
    found = find_times(text, fetched_at=NOW)
    assert [text[one.start : one.end] for one in found] == ["2023-08-18 07:02", "2023年8月17日"]


def test_a_naive_fetch_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        parse_time("3小时前", fetched_at=NOW.replace(tzinfo=None))


DATE_LIKE = st.text(alphabet="0123456789-/.:年月日时分 T+Z今昨天前小半上下午一二十〇AugDecpm,０１：", max_size=60)


@given(st.one_of(st.text(max_size=200), DATE_LIKE))
def test_any_text_is_read_without_an_error_and_never_into_the_future(text: str) -> None:
    moment = parse_time(text, fetched_at=NOW, unix=True)
    assert moment is None or (moment.at.tzinfo and moment.at <= NOW + timedelta(days=1) and moment.at.year >= 1990)


@given(st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2023, 12, 1)))  # noqa: DTZ001 - naive by intent
def test_every_form_gives_its_instant_back(moment: datetime) -> None:
    aware = moment.replace(microsecond=0, tzinfo=CHINA)
    for form in (
        "%Y-%m-%d %H:%M:%S",
        "%Y年%m月%d日 %H:%M:%S",
        "%d %B %Y %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S%z",
        "%m/%d/%Y %I:%M:%S %p",
    ):
        read = parse_time(aware.strftime(form), fetched_at=NOW, day_first=False)
        assert read and read.at == aware, form


FAR_EAST, ELSEWHERE = timezone(timedelta(hours=9)), UTC


@pytest.mark.parametrize(
    ("text", "zone", "answer"),
    [
        # Years of other eras
        ("113/05/20 08:30", CHINA, "2024-05-20T08:30:00+08:00"),
        ("113-05-20", CHINA, "2024-05-20T00:00:00+08:00"),
        ("115年3月4日 下午 3:05", CHINA, "2026-03-04T15:05:00+08:00"),
        ("令和6年5月20日 9時00分", FAR_EAST, "2024-05-20T09:00:00+09:00"),
        ("平成30年1月2日", FAR_EAST, "2018-01-02T00:00:00+09:00"),
        ("令和元年12月1日", FAR_EAST, "2019-12-01T00:00:00+09:00"),
        # Blogs whose template is English and whose month is Chinese
        ("八月 18th, 2023", CHINA, "2023-08-18T00:00:00+08:00"),
        ("十一月 8, 2023 10:22 下午", CHINA, "2023-11-08T22:22:00+08:00"),
        ("18 八月, 2023", CHINA, "2023-08-18T00:00:00+08:00"),
        # Korea ends each number with a dot, and the year leads
        ("2023.08.18. 오전 7:02", FAR_EAST, "2023-08-18T07:02:00+09:00"),
        ("2023. 8. 18. 07:02", FAR_EAST, "2023-08-18T07:02:00+09:00"),
        ("23.08.18 07:02", FAR_EAST, "2023-08-18T07:02:00+09:00"),
        ("23.08.18 07:02", ELSEWHERE, "2018-08-23T07:02:00+00:00"),
        # Arabic of the Levant and the Maghreb
        ("18 آب 2023 07:02", ELSEWHERE, "2023-08-18T07:02:00+00:00"),
        ("2 كانون الثاني 2024", ELSEWHERE, "2024-01-02T00:00:00+00:00"),
        ("18 أغسطس، 2023", ELSEWHERE, "2023-08-18T00:00:00+00:00"),
        ("3 جويلية 2023", ELSEWHERE, "2023-07-03T00:00:00+00:00"),
        # A zone between the day and its clock; offsets of one figure; zones of Asia
        ("2023-08-18 CST 07:02", CHINA, "2023-08-18T07:02:00+08:00"),
        ("Aug 18, 2023 EST 7:02 PM", ELSEWHERE, "2023-08-18T19:02:00-05:00"),
        ("2023-08-18 07:02 (GMT+8)", ELSEWHERE, "2023-08-18T07:02:00+08:00"),
        ("2023-08-18 07:02 UTC-3", ELSEWHERE, "2023-08-18T07:02:00-03:00"),
        ("18 Agustus 2023 07:02 WIB", ELSEWHERE, "2023-08-18T07:02:00+07:00"),
        # A dot in the clock, where a word shows that it is one
        ("18.08.2023, 07.02 Uhr", ELSEWHERE, "2023-08-18T07:02:00+00:00"),
        ("18 August 2023 7.02pm", ELSEWHERE, "2023-08-18T19:02:00+00:00"),
        # The year behind the day, in a box of its own
        ("08/18 2023 07:02", CHINA, "2023-08-18T07:02:00+08:00"),
        ("08.18 2023", CHINA, "2023-08-18T00:00:00+08:00"),
        ("2023-08-18 晚間 7:02", CHINA, "2023-08-18T19:02:00+08:00"),
    ],
)
def test_a_time_of_another_custom_is_read(text: str, zone: timezone, answer: str) -> None:
    moment = parse_time(text, fetched_at=datetime(2026, 4, 1, tzinfo=UTC), zone=zone, day_first=True)
    assert moment and moment.isoformat() == answer


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("113/05/20", UTC),  # outside of Taiwan's zone it is no year
        ("IP 113.05.20.11", CHINA),
        ("电话 0113-05-20", CHINA),
        ("138-05-20", CHINA),  # the year 2049
        ("令和6年13月1日", FAR_EAST),
        ("21 12-2023", CHINA),
        ("比分 113-105", CHINA),
    ],
)
def test_what_only_looks_like_such_a_time_is_none(text: str, zone: timezone) -> None:
    assert parse_time(text, fetched_at=datetime(2026, 4, 1, tzinfo=UTC), zone=zone) is None


CLOCKS = ("00:00:00", "23:59:59", "24:00:00", "12:60:00", "12:00:60")
DAYS = ("1989-12-31", "1990-01-01", "0000-01-01", "2023-02-29", "2023-13-01", "2023-12-07", "2023-12-08", "2024-12-07")
ZONES = ("Z", "z", "", "+00:00", "-00:00", "+08:00", "-09:30", "+13:59", "-14:00", "+14:01", "+15:00", "+08:60")


@pytest.mark.parametrize("day", DAYS)
def test_a_text_that_is_a_whole_time_is_read_as_inside_a_text(day: str) -> None:
    for clock, zone in itertools.product(CLOCKS, ZONES):
        text = f"{day}T{clock}{zone}"
        alone, inside = parse_time(text, fetched_at=NOW), parse_time(f" {text}", fetched_at=NOW)
        assert alone == inside, text
        assert alone is None or inside is None or alone.isoformat() == inside.isoformat()


def test_a_whole_time_needs_a_fetch_with_a_zone_too() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        parse_time("2023-08-18T07:02:00Z", fetched_at=NOW.replace(tzinfo=None))
