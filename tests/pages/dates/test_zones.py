"""Whose clock a site's times show: language and host in, a zone and how sure it is out; one rule for all readers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.dates.times import parse_time
from snapshot_crawler.pages.dates.zones import site_zone
from snapshot_crawler.pages.lists.feeds import read_feed
from snapshot_crawler.pages.lists.listing import read_listing
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.site.fields import Corrections

NOW = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "host", "hours", "is_guess"),
    [
        ("ja", "www.port.jp", 9, False),
        ("ja", "port.example", 9, False),  # one clock in all of Japan
        ("ko", "www.port.kr", 9, False),
        ("zh", "www.port.cn", 8, False),
        ("zh-Hant", "www.port.com.tw", 8, False),
        ("zh-Hant", "port.hk", 8, False),
        ("zh", "port.example", 8, False),
        ("ar", "port.eg", 2, False),
        ("ar", "port.ae", 4, False),
        ("ar", "port.example", 3, True),  # Arabic is written in nine zones
        ("en", "www.port.co.uk", 0, False),
        ("en", "port.in", 5.5, False),
        ("en", "port.com.au", 11, True),  # three clocks in one country
        ("en", "port.example", 0, True),
        ("es", "port.pe", -5, False),
        ("es", "port.example", 1, True),
        ("de", "port.ch", 1, False),
        ("zh", "port.de", 8, True),  # they tell different clocks: the language is nearer to the writer
        ("ja", "port.us", 9, True),
        ("pt", "port.br", -3, True),
        (None, "port.jp", 9, False),
        (None, "port.example", 0, True),
        (None, "", 0, True),
        ("en", "port.io", 0, True),  # sold to everybody, no country
    ],
)
def test_language_and_host_tell_the_zone(language: str | None, host: str, hours: float, is_guess: bool) -> None:
    found = site_zone(language, f"https://{host}/a/1.html" if host else "")
    assert (datetime(2026, 1, 15, 12, tzinfo=found.zone).utcoffset(), found.is_guess) == (
        timedelta(hours=hours),
        is_guess,
    )


@pytest.mark.parametrize(
    ("declared", "host", "hours"),
    [
        ("es-PE", "post.example", -5),
        ("es_pe", "post.example", -5),
        ("es-XX", "post.example", 1),
        ("es-PE", "post.es", 1),  # the host's country comes first
        ("en-PE", "post.example", 1),  # a template's language that is not the text's
        ("es-US", "post.example", 1),  # what many templates begin with
        ("es", "post.example", 1),
    ],
)
def test_the_region_of_the_markups_language_counts_where_the_host_has_none(
    declared: str, host: str, hours: int
) -> None:
    zone = site_zone("es", f"https://{host}/a", declared).zone
    assert NOW.astimezone(zone).utcoffset() == timedelta(hours=hours)


JAPANESE = "橋は昨日開通し、バスはもう村を回りません。住民は朝から列を作り、初めてのバスを待ちました。" * 5
ENGLISH = "The bridge was opened on Friday, and the buses are back on it. People had waited for two winters. " * 5


def page(text: str, time: str, url: str, zone: str | None = None) -> Page:
    html = f"<title>{text[:20]}</title><h1>{text[:20]}</h1><p id=t>{time}</p><div><p>{text}</p><p>{text}!</p></div>"
    known = ZoneInfo(zone) if zone else None
    return Page.from_bytes(html.encode(), url=url, fetched_at=NOW, zone=known)


@pytest.mark.parametrize(
    ("text", "time", "url", "zone", "published", "whose"),
    [
        (JAPANESE, "2026年3月4日 9時00分", "https://port.jp/1.html", None, "2026-03-04T09:00:00+09:00", "site"),
        (ENGLISH, "4 March 2026, 09:00", "https://port.example/1", None, "2026-03-04T09:00:00+00:00", "guess"),
        (ENGLISH, "4 March 2026, 09:00 EST", "https://port.example/1", None, "2026-03-04T09:00:00-05:00", "page"),
        (ENGLISH, "4 March 2026, 09:00", "https://port.example/1", "Asia/Dubai", "2026-03-04T09:00:00+04:00", "site"),
        (ENGLISH, "4 March 2026, 09:00 UTC", "https://port.jp/1", None, "2026-03-04T09:00:00+00:00", "page"),
    ],
)
def test_the_shared_reader_and_a_rule_of_the_site_read_one_clock(
    text: str, time: str, url: str, zone: str | None, published: str, whose: str
) -> None:
    reading = read_article(page(text, time, url, zone))
    assert reading is not None and reading.article is not None
    article = reading.article
    assert (article.published_at, article.published_zone) == (published, whose)
    for rule in ("#t", lambda _: time):
        ruled = Article(language=article.language)
        Corrections({"published_at": rule}).apply(ruled, page(text, time, url, zone))
        assert (ruled.published_at, ruled.published_zone) == (published, whose)


def test_a_list_and_a_feed_have_the_clock_of_their_site() -> None:
    rows = "".join(
        f"<li><a href=/news/2026/{number}.html>橋が開通してバスが戻った朝の話 第{number}回</a> 2026/03/04 09:0{number}"
        for number in range(1, 8)
    )
    listing = read_listing(
        Page.from_bytes(f"<body><ul>{rows}</ul>".encode(), url="https://port.jp/news/", fetched_at=NOW)
    )
    assert {(row.published_at or "")[-6:] for row in listing.rows} == {"+09:00"}
    feed = (
        "<rss><channel><item><title>橋が開通してバスが戻った朝</title><link>https://port.example/1</link>"
        "<pubDate>2026-03-04 09:00</pubDate></item></channel></rss>"
    )
    [row] = read_feed(feed.encode(), url="https://port.example/feed.xml", fetched_at=NOW).rows
    assert row.published_at == "2026-03-04T09:00:00+09:00"


def test_china_s_zone_is_known_by_every_name() -> None:
    """CST is China's standard time, and a year of two digits leads, whatever the zone is called."""
    for name in ("Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong"):
        moment = parse_time("Wed Mar 04 09:00:00 CST 2026", fetched_at=NOW, zone=ZoneInfo(name))
        assert moment is not None and moment.at.utcoffset() == timedelta(hours=8)
        short = parse_time("25.03.04 09:00", fetched_at=NOW, zone=ZoneInfo(name))
        assert short is not None and short.at.date().isoformat() == "2025-03-04"
