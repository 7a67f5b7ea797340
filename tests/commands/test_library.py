"""scrapy library over the outputs of a real crawl, and beside a running one."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from snapshot_crawler.demo.server import SampleServer
from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.library.library import Library
from tests.library.outputs import commit, lines, record
from tests.process import scrapy, start


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[dict[str, object]]]]:
    """The DATA_DIR of a crawl of part of the sample site, stopped half-way, and what it has published."""
    root = tmp_path_factory.mktemp("library") / "data"
    with SampleServer() as server:
        arguments = ("crawl", "snapshot", "-a", f"start={server.url}", "-s", f"DATA_DIR={root}")
        limits = ("-s", "DOWNLOAD_DELAY=0", "-s", "CLOSESPIDER_ITEMCOUNT=15")
        run = scrapy(*arguments, *limits, "-s", f"PRIVATE_NETWORKS_ALLOWED={server.address}")
        assert run.returncode == 3, run.stderr[-2000:]
    published = [
        json.loads(line)
        for path in (root / "articles").glob("*/*.jsonl*")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert scrapy("library", "build", "-q", "-s", f"DATA_DIR={root}").returncode == 0
    yield root, published


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
    written = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(written, key=lambda each: each["id"]) == sorted(published, key=lambda each: str(each["id"]))
    first = scrapy("export", "-o", str(tmp_path / "new"), "--since-last", *data)
    again = scrapy("export", "-o", str(tmp_path / "new"), "--since-last", *data)
    assert first.stdout == "articles-000001.jsonl\n" and "0 articles exported" in again.stderr


@pytest.mark.parametrize("arguments", [[], ["-o", "x.doc"], ["-o", "x.jsonl", "--source", "nobody"], ["-o", "x", "y"]])
def test_wrong_exports_are_told(crawled: tuple[Path, list[dict[str, object]]], arguments: list[str]) -> None:
    done = scrapy("export", *arguments, "-s", f"DATA_DIR={crawled[0]}")
    assert done.returncode == 2 and done.stderr + done.stdout


def test_a_follower_that_stays_shows_what_is_committed_and_ends_when_told(tmp_path: Path) -> None:
    """Over a frontier's commits, in a process of its own; the bound is generous, the promise is ten seconds."""
    output = tmp_path / "out.jsonl"
    output.write_bytes(lines([record(1)]))
    commit(tmp_path, output)
    process = start([sys.executable, "-m", "scrapy", "library", "build", "--follow", "-s", f"DATA_DIR={tmp_path}"])
    try:
        wait_for(lambda: articles(tmp_path) == 1)
        with output.open("ab") as file:
            file.write(lines([record(2)]))
        commit(tmp_path, output)
        wait_for(lambda: articles(tmp_path) == 2)
        assert scrapy("library", "build", "-q", "-s", f"DATA_DIR={tmp_path}").returncode in (0, 8)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait(60)


def articles(root: Path) -> int:
    try:
        with Library(root) as library:
            return library.size
    except SnapshotCrawlerError:  # it is not there yet
        return 0


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.2)
