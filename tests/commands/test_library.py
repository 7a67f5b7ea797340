"""scrapy library over the outputs of a real crawl, and beside a running one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapshot_crawler.demo.server import SampleServer
from tests.process import scrapy


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[dict[str, object]]]]:
    """The DATA_DIR of a crawl of part of the sample site, stopped half-way, and what it has published."""
    root = tmp_path_factory.mktemp("library") / "data"
    with SampleServer() as server:
        arguments = ("crawl", "snapshot", "-a", f"start={server.url}", "-s", f"DATA_DIR={root}")
        limits = ("-s", "DOWNLOAD_DELAY=0", "-s", "CLOSESPIDER_ITEMCOUNT=15")
        run = scrapy(*arguments, *limits, "-s", f"PRIVATE_NETWORKS_ALLOWED={server.address}")
        assert run.returncode == 3, run.stderr[-2000:]
    lines = [
        json.loads(line)
        for path in (root / "articles").glob("*/*.jsonl*")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert scrapy("library", "build", "-q", "-s", f"DATA_DIR={root}").returncode == 0
    yield root, lines


def test_build_takes_every_published_article(crawled: tuple[Path, list[dict[str, object]]]) -> None:
    root, published = crawled
    counts = json.loads(scrapy("library", "status", "--json", "-s", f"DATA_DIR={root}").stdout)
    assert counts["articles"] == len(published) >= 15
    assert f"{len(published)} articles" in scrapy("library", "status", "-s", f"DATA_DIR={root}").stdout
    again = scrapy("library", "build", "--anew", "-s", f"DATA_DIR={root}")
    assert f"{len(published)} records taken" in again.stderr


def test_search_shows_hits_with_marks_and_as_json(crawled: tuple[Path, list[dict[str, object]]]) -> None:
    root, published = crawled
    title = str(published[0]["title"])
    shown = scrapy("library", "search", f'"{title}"', "-s", f"DATA_DIR={root}")
    assert shown.returncode == 0 and f"[{title[0]}" in shown.stdout, shown.stderr
    hits = [
        json.loads(line)
        for line in scrapy("library", "search", "--best", "--json", title, "-s", f"DATA_DIR={root}").stdout.splitlines()
    ]
    assert published[0]["id"] in {hit["id"] for hit in hits}
    nothing = scrapy("library", "search", "没有人写过这句话", "-s", f"DATA_DIR={root}")
    assert nothing.returncode == 1 and "0 articles" in nothing.stderr


@pytest.mark.parametrize("arguments", [[], ["bild"], ["search"]])
def test_wrong_words_are_told(arguments: list[str]) -> None:
    assert scrapy("library", *arguments).returncode == 2


def test_without_a_library_the_way_out_is_told(tmp_path: Path) -> None:
    done = scrapy("library", "status", "-s", f"DATA_DIR={tmp_path}")
    assert done.returncode == 2 and "scrapy library build" in done.stderr


def test_export_writes_what_was_published_and_then_what_is_new(
    crawled: tuple[Path, list[dict[str, object]]], tmp_path: Path
) -> None:
    root, published = crawled
    data = ("-q", "-s", f"DATA_DIR={root}")
    whole = scrapy("export", "-o", str(tmp_path / "all.jsonl"), *data)
    assert whole.returncode == 0 and f"{len(published)} articles exported" in whole.stderr
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(lines, key=lambda each: each["id"]) == sorted(published, key=lambda each: str(each["id"]))
    first = scrapy("export", "-o", str(tmp_path / "new"), "--since-last", *data)
    again = scrapy("export", "-o", str(tmp_path / "new"), "--since-last", *data)
    assert first.stdout == "articles-000001.jsonl\n" and "0 articles exported" in again.stderr


@pytest.mark.parametrize("arguments", [[], ["-o", "x.doc"], ["-o", "x.jsonl", "--source", "nobody"], ["-o", "x", "y"]])
def test_wrong_exports_are_told(crawled: tuple[Path, list[dict[str, object]]], arguments: list[str]) -> None:
    done = scrapy("export", *arguments, "-s", f"DATA_DIR={crawled[0]}")
    assert done.returncode == 2 and done.stderr + done.stdout
