"""scrapy status and scrapy explain, on the state of a real crawl and beside a running one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapshot_crawler.datadir import job_name
from snapshot_crawler.demo.server import SampleServer
from snapshot_crawler.portal.complaints import Complaints, TakeDownRequest
from snapshot_crawler.runs.lease import Lease
from tests.process import scrapy


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The DATA_DIR of a crawl of part of the sample site, and the site's address."""
    root = tmp_path_factory.mktemp("status") / "data"
    with SampleServer() as server:
        run = scrapy(
            "crawl",
            "snapshot",
            *("-a", f"start={server.url}"),
            *("-s", f"DATA_DIR={root}", "-s", f"PRIVATE_NETWORKS_ALLOWED={server.address}"),
            *("-s", "DOWNLOAD_DELAY=0", "-s", "CLOSESPIDER_ITEMCOUNT=20"),
        )
        assert run.returncode == 3, run.stderr[-2000:]
        yield root, server.url


def test_status_tells_counts_lists_and_the_last_verdict(crawled: tuple[Path, str]) -> None:
    root, url = crawled
    shown = scrapy("status", "-s", f"DATA_DIR={root}").stdout
    assert f"{job_name('snapshot', url)}: not being crawled" in shown
    assert "partial, " in shown and " pending, " in shown and "next due:" in shown
    job = json.loads(scrapy("status", "snapshot", "--json", "-s", f"DATA_DIR={root}").stdout)
    assert job["counts"]["done"] >= 20 and job["counts"]["pending"] > 0
    assert job["runs"][0]["exit_code"] == 3


def test_status_names_who_is_crawling(crawled: tuple[Path, str]) -> None:
    root, url = crawled
    name = job_name("snapshot", url)
    with Lease(root / "leases" / f"{name}.json", name):
        assert "being crawled by process" in scrapy("status", "-s", f"DATA_DIR={root}").stdout


def test_explain_tells_how_an_article_was_found_and_what_became_of_it(crawled: tuple[Path, str]) -> None:
    root, url = crawled
    output = next(path for path in (root / "articles").rglob("*.jsonl") if path.stat().st_size)
    article = json.loads(output.read_text(encoding="utf-8").splitlines()[0])
    shown = scrapy("explain", article["url"] + "#anchor", "-s", f"DATA_DIR={root}").stdout
    assert f"found as: {article['discovered_by']['kind']} on {article['discovered_by']['url']}" in shown
    assert "done: fetched" in shown and "status 200" in shown and "1 in the output" in shown
    start = scrapy("explain", url, "-s", f"DATA_DIR={root}").stdout
    assert "found as: start" in start and "a list:   due" in start


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["explain", "https://other.example/a.html"], 1, "no crawl here has an address of other.example"),
        (["explain", "http://127.0.0.1/nowhere"], 1, "not known"),
        (["explain", "ftp://x"], 2, "no http or https address"),
        (["status", "nobody"], 2, "no crawl of 'nobody'"),
    ],
)
def test_what_is_not_known_is_said_in_one_line(
    crawled: tuple[Path, str], arguments: list[str], code: int, words: str
) -> None:
    answer = scrapy(*arguments, "-s", f"DATA_DIR={crawled[0]}")
    assert answer.returncode == code
    assert words in answer.stdout + answer.stderr
    assert len((answer.stdout + answer.stderr).strip().splitlines()) == 1


def test_a_folder_without_crawls_and_a_foreign_database_are_told_apart(tmp_path: Path) -> None:
    assert "holds no crawl yet" in scrapy("status", "-s", f"DATA_DIR={tmp_path}").stderr
    foreign = tmp_path / "frontier" / "snapshot.sqlite"
    foreign.parent.mkdir()
    foreign.write_bytes(b"no database at all, but long enough to be looked at" * 20)
    answer = scrapy("status", "-s", f"DATA_DIR={tmp_path}")
    assert answer.returncode == 2 and str(foreign) in answer.stderr
    assert foreign.stat().st_size > 0


def test_status_tells_of_requests_for_take_downs(crawled: tuple[Path, str]) -> None:
    root, _ = crawled
    assert "take-down" not in scrapy("status", "-s", f"DATA_DIR={root}").stdout
    Complaints(root).keep(TakeDownRequest("a" * 40, "", "because"))
    shown = scrapy("status", "-s", f"DATA_DIR={root}").stdout
    path = root / "portal" / "takedown-requests.jsonl"
    assert shown.splitlines()[-1] == f"1 request for a take-down, from readers of the portal: {path}"
