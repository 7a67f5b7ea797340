"""What a list says of an article is believed only where its row and the page are one, and the record says so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.crosscheck import article_of, cross_check, is_same_headline
from snapshot_crawler.pages.lists.feeds import FeedEntry
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.site.fields import Corrections

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LISTED = "2026-03-03T08:30:00+08:00"
TITLE = "港口恢复通航 首批十二艘货船进港"


def page(html: str) -> Page:
    return Page.from_bytes(html.encode(), url="https://a.example/1.html", fetched_at=NOON)


def untimed(title: str | None = TITLE) -> Article:
    return Article(title=title, body="正文", suspect=["no-time"] if title else ["no-title", "no-time"])


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        (TITLE, TITLE),
        ("港口恢复通航 首批十二艘…", TITLE),  # cut, with a mark
        ("港口恢复通航 首批十二艘", TITLE),  # cut by the list's width
        (TITLE, f"{TITLE} - 样例日报"),
        (TITLE, f"{TITLE}_新闻频道_样例网"),
        (f"[图]{TITLE}", TITLE),
        (TITLE, "港口恢复通航，首批十二艘货船进港！"),
        ("03-04 2026年港口恢复通航", "2026年港口恢复通航"),  # a row in one link
        ("Harbour Opens Again", "HARBOUR OPENS AGAIN | Sample Times"),
    ],
)
def test_headlines_that_are_the_same(listed: str, shown: str) -> None:
    assert is_same_headline(listed, shown)


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ("3月4日天气预报", "3月5日天气预报"),
        ("样例晨报第1", "样例晨报第12期"),  # the cut goes through a number
        ("图片", "图片新闻：港口恢复通航"),  # too short to know it by
        ("天津港恢复通航", "大连港恢复通航"),
        ("", TITLE),
        ("…", "……"),
    ],
)
def test_headlines_that_are_not(listed: str, shown: str) -> None:
    assert not is_same_headline(listed, shown)


def test_the_time_of_a_row_that_agrees_is_taken_and_the_record_says_so() -> None:
    article = untimed()
    cross_check(article, FeedEntry(title="港口恢复通航 首批…", published_at=LISTED))
    assert (article.published_at, article.published_raw, article.published_precision) == (LISTED, LISTED, "minute")
    assert article.suspect == ["time from the list"]


@pytest.mark.parametrize("title", [None, "另一篇完全不同的报道", "3月5日天气预报"])
def test_the_time_of_a_row_that_does_not_agree_is_not_taken(title: str | None) -> None:
    article = untimed()
    cross_check(article, FeedEntry(title=title, published_at=LISTED))
    assert article.published_at is None
    assert "no-time" in article.suspect
    assert "time from the list" not in article.suspect


def test_a_title_from_the_list_is_no_evidence_for_its_time() -> None:
    article = untimed(None)
    cross_check(article, FeedEntry(title=TITLE, published_at=LISTED))
    assert (article.title, article.published_at) == (TITLE, None)
    assert article.suspect == ["no-time", "title from the list"]


@pytest.mark.parametrize(("title", "year"), [(TITLE, "2023"), ("另一篇完全不同的报道", "2025")])
def test_the_year_comes_from_a_row_that_agrees_too(title: str, year: str) -> None:
    article = Article(title=TITLE, published_at="2025-03-03T08:30:00+08:00", published_raw="03-03 08:30")
    cross_check(article, FeedEntry(title=title, published_at="2023-03-03T00:00:00+08:00"))
    assert article.published_at == f"{year}-03-03T08:30:00+08:00"


def test_authors_and_text_of_a_feed_fill_what_the_page_lacks() -> None:
    teaser = Article(title=TITLE, body="摘要。", suspect=["short-text"])
    entry = FeedEntry(title=TITLE, authors=["张一鸣"], text="全文。" * 100)
    cross_check(teaser, entry)
    assert (teaser.authors, teaser.body, teaser.suspect) == (["张一鸣"], entry.text, ["text from the feed"])
    whole = Article(title=TITLE, body="正文。" * 50, authors=["李二"])
    cross_check(whole, entry)
    assert (whole.authors, whole.body, whole.suspect) == (["李二"], "正文。" * 50, [])
    other = Article(title="另一篇完全不同的报道", body="摘要。", suspect=["short-text"])
    cross_check(other, entry)
    assert (other.authors, other.body) == ([], "摘要。")


def test_an_entry_stands_in_for_a_page_that_a_script_fills_and_for_no_other() -> None:
    entry = FeedEntry(title=TITLE, text="全文在订阅源里。" * 40)
    shell = "<html><head><title>{}</title></head><body><div id=app></div></body></html>"
    article = article_of(entry, page(shell.format(f"{TITLE} - 样例网")))
    assert article is not None
    assert (article.title, article.body) == (TITLE, entry.text)
    assert "text from the feed" in article.suspect
    assert article_of(entry, page(shell.format("登录 - 样例网"))) is None
    assert article_of(FeedEntry(title=TITLE, text="短。"), page(shell.format(TITLE))) is None


HTML = f"<title>{TITLE}</title><h1>{TITLE}</h1><i id=t>2026-03-03 08:30</i><div id=b>短文。</div>"


@pytest.mark.parametrize(
    ("fields", "before", "after"),
    [
        ({"published_at": "#t"}, ["no-time", "few-agree"], ["few-agree"]),
        ({"published_at": "#gone"}, ["no-time"], ["no-time"]),
        ({"title": "h1"}, ["no-title"], []),
        ({"body": "#b"}, ["few-agree", "short-text", "no-time"], ["no-time"]),
        ({"suspect": "#t"}, ["no-time"], ["2026-03-03 08:30"]),
    ],
)
def test_a_doubt_ends_where_the_site_s_own_rule_gave_the_value(
    fields: dict[str, str], before: list[str], after: list[str]
) -> None:
    article = Article(title=TITLE, suspect=before)
    Corrections(fields).apply(article, page(HTML))
    assert article.suspect == after
