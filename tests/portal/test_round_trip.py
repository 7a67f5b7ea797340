"""The portal crawled as any other snapshot site: each article comes back as the portal shows it, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from snapshot_crawler.demo.server import SampleServer
from snapshot_crawler.portal.built.build import build
from tests import crawling
from tests.library.outputs import follow, own, record
from tests.portal.test_built import files_served
from tests.portal.test_serve import served, until

FIELDS = ("title", "category", "published_at", "source", "body", "snapshot_at", "original_url")
LANGUAGES = ("zh", "en")
SNAPSHOT_AT = "2026-01-09T18:00:00+08:00"
ODD: list[dict[str, Any]] = [
    {"source": None, "body": "溯北的渡口昨天恢复了夜航，末班船推迟到十一点半。\n\n船票没有涨价。"},
    {"category": None, "body": "Markets in the harbour district reopened on Monday.\n\nStalls sold out before noon."},
    {"title": "5 < 6 & 7 > 3 的题", "body": "1 < 2 && 3 > 2，x<y 不是标签。\n\n\"引号\" 与 'A&B' 也不是。"},
    {
        "title": "長篇報導",
        "body": "\n\n".join(f"第{n}節，記者在第{n * 7}號倉庫看到了{n * 13}箱書。" for n in range(1, 160)),
    },
    {
        "title": "أخبار الميناء",
        "category": "عالم",
        "body": "عاد الميناء إلى العمل.\n\nوصلت ثلاث سفن.",
        "language": "ar",
    },
    {"published_at": "2026-01-05T10:00:00-05:00", "body": "时区测试：纽约的早晨，鸽子落在铁桥上。\n\n有人拍了照片。"},
    {
        "published_at": "2026-01-06T00:00:00+08:00",
        "published_precision": "day",
        "body": "只有日期的通告：图书馆闭馆整理书架。\n\n还书箱照常使用。",
    },
    {
        "published_at": None,
        "category": "a/b c",
        "source": "科 & 技%2F",
        "body": "名字里有斜线的栏目。\n\n什么时间都没写。",
    },
    {"snapshot_at": SNAPSHOT_AT, "original_url": None, "body": "快照没有原文地址。\n\n但有快照生成的时间。"},
    {
        "snapshot_at": "2026-01-09T10:00:00+00:00",
        "original_url": "https://first.example/%E6%96%87/a?b=1&c=%E4%B8%AD",
        "body": "原文地址里有问号和汉字。\n\n一个字也不能变。",
    },
    {"title": "短", "body": "一句话。"},
]  # such as could be published: no tags, addresses encoded; with no text in common: copies are published once


def waits(address: str, articles: int) -> None:
    """Until the portal has so many."""
    with httpx.Client(base_url=address, timeout=60) as client:
        until(lambda: client.get("/sitemap.xml").text.count("<loc>") == articles)


def crawled(address: str, folder: Path, language: str) -> dict[str, dict[str, Any]]:
    """The articles that a crawl of the portal publishes, by id."""
    headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": language}
    crawler = crawling.crawl(
        "snapshot",
        f"{address}/",
        folder,
        allowed=address.partition("//")[2],
        DEFAULT_REQUEST_HEADERS=headers,
    )
    assert crawling.verdict(crawler).code == 0
    found = crawling.records(folder)
    assert len({each["id"] for each in found}) == len(found)
    return {each["id"]: each for each in found}


def shown(published: dict[str, Any]) -> dict[str, Any]:
    """What the portal says of an article: one that came from no snapshot site is its own original, fetched then."""
    told = {name: published.get(name) for name in FIELDS}
    if published.get("snapshot_at") is None:
        told |= {"snapshot_at": "2026-02-01T08:00:00+08:00", "original_url": published["url"]}
    return told


def assert_all_come_back(published: list[dict[str, Any]], back: dict[str, dict[str, Any]]) -> None:
    assert back.keys() == {each["id"] for each in published}
    wrong = [
        (each["id"], name, value, back[each["id"]][name])
        for each in published
        for name, value in shown(each).items()
        if back[each["id"]][name] != value
    ]
    assert not wrong


def test_odd_articles_come_back_as_they_were(tmp_path: Path) -> None:
    root = tmp_path / "data"
    published = [record(n, **fields) for n, fields in enumerate(ODD, 1)]
    own(root, published)
    with served(root) as (_, address):
        waits(address, len(published))
        for language in LANGUAGES:
            assert_all_come_back(published, crawled(address, tmp_path / language, language))


def test_the_built_pages_are_read_back_too(tmp_path: Path) -> None:
    root = tmp_path / "data"
    published = [record(n, **fields) for n, fields in enumerate(ODD, 1)]
    own(root, published)
    follow(root)
    build(root, {}, tmp_path / "site", "en", lambda done: None)
    with files_served(tmp_path / "site") as client:
        assert_all_come_back(published, crawled(str(client.base_url).rstrip("/"), tmp_path / "back", "en"))


@pytest.mark.slow  # three crawls of some 250 articles
def test_every_article_of_the_sample_site_comes_back_as_it_was(tmp_path: Path) -> None:
    with SampleServer() as site:
        crawling.crawl("snapshot", site.url, tmp_path, allowed=site.address)
    published = crawling.records(tmp_path)
    assert len(published) >= 200
    with served(tmp_path / "data") as (_, address):
        waits(address, len(published))
        for language in LANGUAGES:
            assert_all_come_back(published, crawled(address, tmp_path / language, language))
