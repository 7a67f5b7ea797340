"""The quarantine by itself: suspect articles go to a file of their own, everything else passes untouched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.utils.test import get_crawler

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.items import Article
from snapshot_crawler.pipelines.quarantine import QuarantinePipeline


def crawler_of(folder: Path, suspect: str) -> Crawler:
    crawler = get_crawler(Spider, {"DATA_DIR": str(folder), "SUSPECT": suspect})
    crawler.spider = Spider("site")
    return crawler


@pytest.fixture
def quarantine(tmp_path: Path) -> Iterator[QuarantinePipeline]:
    pipeline = QuarantinePipeline.from_crawler(crawler_of(tmp_path, "quarantine"))
    yield pipeline
    pipeline.close_spider()


def article(name: str, *suspect: str) -> Article:
    return Article(
        id=name, url=f"https://h.example/{name}", site="site", title="渡口", body="正文。", suspect=list(suspect)
    )


def lines(folder: Path) -> list[dict[str, object]]:
    files = sorted(folder.rglob("quarantine/**/*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


def test_suspect_articles_are_dropped_with_their_reason_and_kept_whole(
    quarantine: QuarantinePipeline, tmp_path: Path
) -> None:
    for name, reasons in (("a", ("no-time", "short")), ("b", ("future-date",))):
        with pytest.raises(DropItem, match=f"^suspect: {reasons[0]}$"):
            quarantine.process_item(article(name, *reasons))
    found = lines(tmp_path)  # before the end: a killed run has them
    assert [(line["id"], line["title"], line["suspect"]) for line in found] == [
        ("a", "渡口", ["no-time", "short"]),
        ("b", "渡口", ["future-date"]),
    ]
    assert found[0].keys() >= {"url", "body", "published_at", "related"}


@pytest.mark.parametrize("item", [article("a"), {"suspect": ["no-time"], "url": "x"}])
def test_everything_else_passes_and_makes_no_file(quarantine: QuarantinePipeline, tmp_path: Path, item: object) -> None:
    assert quarantine.process_item(item) is item
    assert lines(tmp_path) == [] and not (tmp_path / "quarantine").exists()


def test_a_later_run_adds_to_what_is_there(tmp_path: Path) -> None:
    for name in "ab":
        pipeline = QuarantinePipeline.from_crawler(crawler_of(tmp_path, "quarantine"))
        with pytest.raises(DropItem):
            pipeline.process_item(article(name, "no-time"))
        pipeline.close_spider()
    assert sorted(str(line["id"]) for line in lines(tmp_path)) == ["a", "b"]


def test_it_stands_aside_unless_it_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        QuarantinePipeline.from_crawler(crawler_of(tmp_path, "export"))
    with pytest.raises(ConfigurationError, match="SUSPECT='drop' is unknown; it takes export or quarantine"):
        QuarantinePipeline.from_crawler(crawler_of(tmp_path, "drop"))
