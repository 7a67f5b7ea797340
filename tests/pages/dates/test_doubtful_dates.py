"""A time that cannot be is null with its text kept; relative words count from the fetch; the fetch never stands in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.dates.times import CHINA
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.snapshot.reader import read_snapshot
from snapshot_crawler.pipelines.validate import ValidatePipeline

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=CHINA)
TEXT = "<p>桥修好了，公交车恢复通行，居民出行方便多了，记者在现场看到许多人推着车走过。</p>" * 8
HEAD = "<html><head><title>大桥修好恢复通行了</title></head><body><h1>大桥修好恢复通行了</h1>"
PAGES = {
    "article": HEAD + "<div>发布时间：{} 来源：样例报</div>" + TEXT,
    "snapshot": HEAD + "<div><span>类别：城事</span> <span>发布时间：{}</span> <span>来源：样例报</span></div>" + TEXT
    + "<p>快照生成时间：2026-03-04 11:00:00</p><p>信息原文地址：</p>",
}  # fmt: skip
READERS: dict[str, Callable[[Page], object]] = {"article": partial(read_article, known=True), "snapshot": read_snapshot}


def article(kind: str, time: str) -> Article:
    page = Page.from_bytes(PAGES[kind].format(time).encode(), url="http://a.example/2026/c1.html", fetched_at=NOW)
    reading = READERS[kind](page)
    read: Article = reading.article  # type: ignore[attr-defined]
    read.fetched_at, read.site = NOW.isoformat(), "a"
    checked: Article = ValidatePipeline().process_item(read)
    return checked


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("3小时前", "2026-03-04T09:00:00+08:00"),
        ("昨天 08:30", "2026-03-03T08:30:00+08:00"),
        ("2天前", "2026-03-02T00:00:00+08:00"),
        ("26-03-03 08:30", "2026-03-03T08:30:00+08:00"),
        ("98年8月18日", "1998-08-18T00:00:00+08:00"),
    ],
)
def test_relative_words_and_short_years_are_resolved(kind: str, text: str, answer: str) -> None:
    read = article(kind, text)
    assert (read.published_at, read.published_raw) == (answer, text)


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize(
    "text",
    [
        *("2099-01-01 08:00", "1970-01-01 08:00", "1970年1月1日", "2026-02-30 08:00", "2026-03-03 25:99"),
        *("0000-00-00 00:00:00", "2026/13/45", "2026-03-06 08:00"),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_is_null_with_its_text_kept(kind: str, text: str) -> None:
    read = article(kind, text)
    assert (read.published_at, read.published_precision, read.published_raw) == (None, None, text)


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("text", ["", "-", "稍后公布"])
def test_the_fetch_never_stands_in(kind: str, text: str) -> None:
    assert article(kind, text).published_at is None


@pytest.mark.parametrize("kind", PAGES)
def test_a_time_some_hours_ahead_is_kept_and_doubted(kind: str) -> None:
    read = article(kind, "2026-03-04 18:00")
    assert read.published_at == "2026-03-04T18:00:00+08:00"
    assert any("time" in doubt for doubt in read.suspect)
