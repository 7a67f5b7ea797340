"""The main job as a newcomer runs it: the demo by its command, and outputs, arguments and errors of `scrapy crawl`."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.settings import Settings

import snapshot_crawler
from snapshot_crawler.commands.crawl import Command
from snapshot_crawler.demo.server import SampleServer
from snapshot_crawler.exceptions import ExitCode
from tests.process import scrapy

SCHEMA = json.loads((Path(snapshot_crawler.__file__).parent / "article.schema.json").read_text(encoding="utf-8"))
ARTICLES = 224


@pytest.fixture(scope="module")
def site() -> Iterator[SampleServer]:
    with SampleServer() as server:
        yield server


def crawl(site: SampleServer, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = (
        f"DATA_DIR={data}",
        f"PRIVATE_NETWORKS_ALLOWED={site.address}",
        "DOWNLOAD_DELAY=0",
        "CONCURRENT_REQUESTS_PER_DOMAIN=8",
    )
    options = [option for each in settings for option in ("-s", each)]
    return scrapy("crawl", "snapshot", "-a", f"start={site.url}", *options, *arguments)


def test_the_demo_brings_every_article_and_says_where(tmp_path: Path) -> None:
    done = scrapy("demo", "-s", f"DATA_DIR={tmp_path}")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (tmp_path / "demo" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == ARTICLES
    assert f"{ARTICLES} articles" in done.stdout
    assert str(tmp_path / "demo" / "articles.jsonl") in done.stdout
    assert "Traceback" not in done.stderr
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for line in lines:
        record = json.loads(line)
        validator.validate(record)
        assert list(record) == list(SCHEMA["properties"])
        assert record["discovered_by"]["kind"] in ("listing", "related", "category")


def test_a_second_run_adds_nothing_and_the_last_line_is_the_verdict(site: SampleServer, tmp_path: Path) -> None:
    output = tmp_path / "articles.jsonl"
    for new in (ARTICLES, 0):
        done = crawl(site, tmp_path / "data", "-o", str(output))
        assert done.returncode == 0, done.stderr
        assert f"complete: everything was crawled (exit code 0). {new} new articles" in done.stderr.splitlines()[-1]
        assert len(output.read_bytes().splitlines()) == ARTICLES


@pytest.mark.slow
def test_standard_output_takes_json_lines(site: SampleServer, tmp_path: Path) -> None:
    done = crawl(site, tmp_path, "-o", "-")
    assert len([json.loads(line) for line in done.stdout.splitlines()]) == ARTICLES


def test_without_an_output_a_run_writes_a_file_of_its_own(site: SampleServer, tmp_path: Path) -> None:
    crawl(site, tmp_path)
    (folder,) = (tmp_path / "articles").iterdir()
    latest = tmp_path / "latest" / folder.name
    assert len(latest.read_bytes().splitlines()) == ARTICLES
    all_lines = [line for path in tmp_path.glob("articles/*/*.jsonl") for line in path.read_bytes().splitlines()]
    assert len(all_lines) == ARTICLES, "no line is met twice"
    assert not list(folder.glob("*.part"))


def test_csv_and_gzip(site: SampleServer, tmp_path: Path) -> None:
    crawl(site, tmp_path, "-o", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.jsonl.gz"))
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with gzip.open(tmp_path / "b.jsonl.gz", "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    assert len(rows) == len(records) == ARTICLES
    assert [row["body"] for row in rows] == [record["body"] for record in records]
    assert json.loads(rows[0]["related"]) == records[0]["related"]


PORT_9 = ("-s", "PRIVATE_NETWORKS_ALLOWED=127.0.0.1:9")  # "discard": nobody listens there
MISTAKES = [
    (("crawl", "snapshott"), ExitCode.CONFIGURATION, "did you mean snapshot?"),
    (("crawl", "snapshot"), ExitCode.CONFIGURATION, "-a start=https://"),
    (("crawl", "snapshot", "-a", "strat=https://a.example/"), ExitCode.CONFIGURATION, "did you mean start?"),
    (("crawl", "snapshot", "-a", "start=a.example"), ExitCode.CONFIGURATION, "did you mean https://a.example?"),
    (("crawl", "news", "-a", "start=http://127.0.0.1/", "-s", "DOWNLOAD_DELAY=x"), ExitCode.CONFIGURATION, "a number"),
    (("crawl", "news", "-a", "start=http://127.0.0.1/", "-o", "/proc/none/a.jsonl"), ExitCode.OUTPUT_FAILED, "/proc"),
    (
        ("crawl", "news", "-a", "start=http://127.0.0.1/", "-s", "DATA_DIR=/proc/none"),
        ExitCode.CONFIGURATION,
        "DATA_DIR",
    ),
    (("crawl", "news", "-a", "start=http://127.0.0.1:9/", *PORT_9), ExitCode.START_FAILED, "127.0.0.1:9"),
]


@pytest.mark.parametrize(("arguments", "code", "says"), MISTAKES)
def test_a_mistake_is_one_clear_line(arguments: tuple[str, ...], code: int, says: str, tmp_path: Path) -> None:
    place = () if "DATA_DIR" in says else ("-s", f"DATA_DIR={tmp_path}")
    done = scrapy(*arguments, *place, "-s", "DOWNLOAD_TIMEOUT=2")
    assert done.returncode == code, done.stderr
    assert says in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("start", "contact", "warns"),
    [
        ("https://news.example.net/", "", True),
        ("https://news.example.net/", "crawl@news.example", False),
        ("http://127.0.0.1:8080/", "", False),
        ("http://localhost/,https://news.example.net/", "", True),
    ],
)
def test_a_live_crawl_without_a_contact_warns_once(
    start: str, contact: str, warns: bool, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings({"CONTACT": contact, "USER_AGENT": "snapshot_crawler"}, priority="project")
    crawler = Crawler(Spider, settings)
    Command().introduce(crawler, {"start": start})
    assert caplog.text.count("CONTACT is not set") == int(warns)
    assert contact in crawler.settings["USER_AGENT"]
