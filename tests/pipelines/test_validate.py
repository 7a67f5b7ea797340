"""Only articles pass, and what they state can be true."""

from __future__ import annotations

from typing import Any

import pytest

from snapshot_crawler.items import Article
from snapshot_crawler.pipelines.validate import Rejected, ValidatePipeline


def article(**changes: Any) -> Article:
    values = {
        "id": "0" * 40,
        "url": "https://a.example/1.html",
        "title": "标题",
        "body": "正文。",
        "fetched_at": "2026-03-04T12:00:00+08:00",
    }
    return Article(**{**values, **changes})


LACKS = [
    ({"title": None}, "no-title"),
    ({"title": "\u3000"}, "no-title"),
    ({"body": ""}, "no-body"),
    ({"body": "<script>x()</script>"}, "no-body"),
    ({"id": "xyz"}, "no-address"),
    ({"url": "ftp://a.example/"}, "no-address"),
    ({"title": ["a"]}, "wrong-type"),
    ({"published_at": 3}, "wrong-type"),
    ({"authors": "张三"}, "wrong-type"),
    ({"authors": ["a", None]}, "wrong-type"),
]


@pytest.mark.parametrize(("changes", "reason"), LACKS)
def test_what_is_no_article_is_rejected_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejected) as rejected:
        ValidatePipeline().process_item(article(**changes))
    assert rejected.value.reason == reason


TIMES = ["1970-01-01T00:00:00+08:00", "2026-05-01T00:00:00+08:00", "2026-03-03 08:00", "yesterday"]


@pytest.mark.parametrize("time", TIMES)
def test_a_time_that_cannot_be_is_taken_out_and_noted(time: str) -> None:
    checked = ValidatePipeline().process_item(article(published_at=time, published_precision="minute"))
    assert checked.published_at is None and checked.published_precision is None
    assert "time" in checked.suspect[0]


def test_a_good_time_stays() -> None:
    assert ValidatePipeline().process_item(article(published_at="2026-03-04T11:00:00+08:00")).suspect == []


def test_markup_left_in_a_body_is_taken_out_and_prose_is_not() -> None:
    checked = ValidatePipeline().process_item(article(body="一<script>var a=1;</script>二<br/>三，3<5 且 a<b"))
    assert checked.body == "一二三，3<5 且 a<b"


def test_items_of_other_kinds_pass() -> None:
    assert ValidatePipeline().process_item({"name": "x"}) == {"name": "x"}
