"""A new site's spider is short, valid, and says only what was found."""

from __future__ import annotations

import ast
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from snapshot_crawler.authoring.discover import SiteDescription
from snapshot_crawler.authoring.preview import show
from snapshot_crawler.authoring.write import check_name, free_name, refuse_existing, site_name, spider_source
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.items import Article

NAMES = [
    ("https://www.daily.com.cn/", "daily"),
    ("https://news.daily.example/politics/", "daily"),
    ("http://daily.cn/", "daily"),
    ("https://north-daily.example/", "north_daily"),
    ("https://163.example/", "site_163"),
    ("http://127.0.0.1:8000/", "site_127"),
]


@pytest.mark.parametrize(("address", "name"), NAMES)
def test_a_site_is_named_after_its_host(address: str, name: str) -> None:
    assert site_name(address) == name


@pytest.mark.parametrize(
    ("address", "taken", "name"),
    [
        ("https://news.example.cn/", set(), "news"),
        ("https://news.example.cn/", {"news"}, "news_example"),
        ("https://www.sina.com.cn/", {"sina", "sina_com"}, "sina_com_cn"),
        ("https://daily.cn/", {"daily", "daily_cn", "daily_2"}, "daily_3"),
        ("http://127.0.0.1:8000/", {"site_127"}, "site_127_0"),
    ],
)
def test_a_name_that_another_site_has_is_left_to_it(address: str, taken: set[str], name: str) -> None:
    assert free_name(address, taken.__contains__) == name


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_table_of_articles_loses_no_column(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    story = Article(
        url="https://daily.example/2026/03/03/a-long-name-of-a-page-123456.html",
        title="港口恢复通航，首批十二艘货船进港，码头工人连夜卸货，市民在岸边观看",
        published_at="2026-03-03T08:30:00+08:00",
        published_precision="minute",
        source="一家名字很长很长的报社",
        authors=["张一鸣", "李二", "王三"],
        body="正文。" * 4000,
        confidence=0.55,
    )
    screen = StringIO()
    terminal = partial(Console, file=screen, force_terminal=True, color_system=None)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("snapshot_crawler.authoring.preview.Console", terminal)
    show(SiteDescription("https://daily.example/", articles=[story]))
    for shown in ("page", "title", "published", "source", "authors", "letters", "sure"):
        assert shown in screen.getvalue()
    for shown in ("2026-03-03 08:30", "港口恢复", "一家", "张一", "12000", "0.55 !"):
        assert shown in screen.getvalue()
    assert max(cell_len(line) for line in screen.getvalue().splitlines()) <= max(columns, 78)


@pytest.mark.parametrize("name", ["Two Words", "class", "1st", "../up", "Daily"])
def test_a_name_that_can_be_no_file_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot name a spider"):
        check_name(name)


def test_the_spider_is_valid_python_of_at_most_15_lines() -> None:
    site = SiteDescription(
        "https://daily.example/",
        start_urls=["https://daily.example/a/", "https://daily.example/b/"],
        feeds=["https://daily.example/rss.xml"],
        sitemaps=["https://daily.example/sitemap.xml"],
        article_links=r"/\d{4}/c\d+\.html$",
        timezone="Asia/Shanghai",
        fields={"source": 'span[data-x="1"]'},
        encodings=["gb18030"],
    )
    source = spider_source("north_daily", site, "2026-11-23")
    ast.parse(source)
    assert len(source.splitlines()) <= 15
    assert "class NorthDailySpider(NewsSpider):" in source
    assert r'article_links = r"/\d{4}/c\d+\.html$"' in source


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    existing = tmp_path / "daily.py"
    existing.touch()
    with pytest.raises(ConfigurationError, match="--force"):
        refuse_existing([existing], force=False)
    refuse_existing([existing], force=True)
