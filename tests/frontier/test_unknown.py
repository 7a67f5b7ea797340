"""A frontier that is older than the files: nothing is lost, and the run says what comes once more."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crash.site import NewsSite
from tests.crawling import crawl
from tests.postgres_server import PostgresServer

JOB = "snapshot"


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=6, hidden_every=0) as running:
        yield running


def run(site: NewsSite, root: Path, **settings: Any) -> Any:
    words = {"JOB_NAME": JOB, "REVISIT_MIN": 0, "REVISIT_MAX": 0, **settings}
    return crawl("snapshot", site.url(), root, allowed=site.address, **words)


def ids(root: Path) -> Counter[str]:
    files = [*root.glob("*.jsonl"), *root.glob("data/articles/*/*.jsonl")]
    return Counter(json.loads(line)["id"] for path in files for line in path.read_bytes().splitlines())


def doubled(root: Path) -> set[str]:
    return {name for name, number in ids(root).items() if number > 1}


def test_files_that_were_begun_after_the_backup_are_named_once(
    site: NewsSite, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run(site, tmp_path, FEEDS=None)
    backup = shutil.copytree(tmp_path / "data" / "frontier", tmp_path / "frontier")
    first = set(site.names)
    site.insert("city", place=0, seed="later")
    assert run(site, tmp_path, FEEDS=None).stats.get_value("frontier/unknown_outputs") is None
    [later] = [
        path for path in (tmp_path / "data" / "articles" / JOB).iterdir() if len(path.read_bytes().splitlines()) == 1
    ]
    assert "knows nothing" not in caplog.text
    shutil.rmtree(tmp_path / "data" / "frontier")
    backup.rename(tmp_path / "data" / "frontier")
    crawler = run(site, tmp_path, FEEDS=None)
    assert crawler.stats.get_value("frontier/unknown_outputs") == 1
    assert f"{later}: the frontier knows nothing of its lines" in caplog.text
    assert ids(tmp_path).keys() == site.names and doubled(tmp_path) <= site.names - first
    assert run(site, tmp_path, FEEDS=None).stats.get_value("frontier/unknown_outputs") is None, "once"


def test_lines_behind_a_clean_stop_are_named_and_a_file_of_somebody_else_is_not(
    site: NewsSite, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "out.jsonl").write_text('{"id": "of another program"}\n')
    run(site, tmp_path)
    assert "knows nothing" not in caplog.text
    backup = shutil.copytree(tmp_path / "data" / "frontier", tmp_path / "frontier")
    end = (tmp_path / "out.jsonl").stat().st_size
    site.insert("city", place=0, seed="later")
    run(site, tmp_path)
    shutil.rmtree(tmp_path / "data" / "frontier")
    backup.rename(tmp_path / "data" / "frontier")
    assert run(site, tmp_path).stats.get_value("frontier/unknown_outputs") == 1
    assert f"out.jsonl: the frontier knows nothing of its lines (from byte {end} to" in caplog.text
    assert site.names <= ids(tmp_path).keys()


@pytest.mark.slow
def test_an_older_database_that_was_brought_back_loses_nothing_and_says_what_it_doubles(
    site: NewsSite, tmp_path: Path, postgres_server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    machines = [tmp_path / name for name in ("a", "b")]
    url, dump = postgres_server.new_database(), tmp_path / "dump"
    for machine in machines:
        run(site, machine, FEEDS=None, DATABASE_URL=url)
    first = set(site.names)
    tools = postgres_server.tools.joinpath("initdb").resolve().parent
    subprocess.run([tools / "pg_dump", "-Fc", "-f", dump, url], check=True, timeout=60)
    for number in range(3):
        site.insert("city", place=0, seed=f"later-{number}")
    for machine in machines:
        run(site, machine, FEEDS=None, DATABASE_URL=url)
    assert sum(map(ids, machines), Counter()) == dict.fromkeys(site.names, 1)
    restored = postgres_server.new_database()
    subprocess.run([tools / "pg_restore", "-d", restored, dump], check=True, timeout=60)
    site.insert("sport", place=0, seed="last")
    told = [
        run(site, machine, FEEDS=None, DATABASE_URL=restored).stats.get_value("frontier/unknown_outputs")
        for machine in machines
    ]
    both = sum(map(ids, machines), Counter())
    again = {name for name, number in both.items() if number > 1}
    assert both.keys() == site.names and again <= site.names - first
    assert sum(number or 0 for number in told) == 1 and "knows nothing of its lines" in caplog.text
    assert len(again) == 3
