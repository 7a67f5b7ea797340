"""A new site's spider is short, valid, and says only what was found."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from snapshot_crawler.authoring.discover import SiteDescription
from snapshot_crawler.authoring.write import check_name, refuse_existing, site_name, spider_source
from snapshot_crawler.exceptions import ConfigurationError

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
