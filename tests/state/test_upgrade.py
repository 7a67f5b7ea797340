"""State of every earlier version opens in this one and its crawl goes on: nothing is fetched again, nothing doubled."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from scrapy.crawler import Crawler

from snapshot_crawler.dedup import schema as index_schema
from snapshot_crawler.exceptions import ExitCode, StateError
from snapshot_crawler.frontier import schema as frontier_schema
from snapshot_crawler.frontier.former import continued_job
from snapshot_crawler.frontier.sqlite import SqliteStore
from snapshot_crawler.frontier.store import Entry
from snapshot_crawler.upgrades import upgrade
from tests.crash.run import Job
from tests.crash.site import NewsSite
from tests.crawling import crawl, records, verdict
from tests.state.stored import ARTICLES, KEPT, restore, the_site

VERSIONS = sorted(path.name for path in KEPT.iterdir() if path.is_dir() and path.name.startswith("v"))


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with the_site() as running:
        yield running


def go_on(site: NewsSite, folder: Path) -> tuple[Crawler, list[str]]:
    """Crawl with the state that lies below folder; the articles that were asked for."""
    before = len(site.asked)
    job = continued_job(folder / "data", "snapshot", site.url())
    crawler = crawl("snapshot", site.url(), folder, allowed=site.address, JOB_NAME=job)
    return crawler, [path for path in site.asked[before:] if "/detail/" in path]


def frontier_of(folder: Path) -> Path:
    [path] = (folder / "data" / "frontier").glob("*.sqlite")
    return path


@pytest.mark.parametrize("version", VERSIONS)
def test_a_crawl_that_an_earlier_version_began_goes_on(
    site: NewsSite, tmp_path: Path, version: str, caplog: pytest.LogCaptureFixture
) -> None:
    restore(version, tmp_path, port=site.port)
    before = (tmp_path / "out.jsonl").read_bytes()
    new = site.insert("city", place=0, seed="after the upgrade")
    crawler, asked = go_on(site, tmp_path)
    assert verdict(crawler).code == ExitCode.COMPLETE
    assert asked == [new.path]
    assert (tmp_path / "out.jsonl").read_bytes().startswith(before)
    assert sorted(record["id"] for record in records(tmp_path)) == sorted(site.names)
    frontier_of(tmp_path)  # and no second one
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_frontier_from_before_articles_had_a_time_goes_on(site: NewsSite, tmp_path: Path) -> None:
    """Its version was 1 as well: the layout changed, and the number did not."""
    restore("v1", tmp_path, port=site.port)
    drop_born_at(frontier_of(tmp_path))
    crawler, asked = go_on(site, tmp_path)
    assert verdict(crawler).code == ExitCode.COMPLETE and asked == []
    assert len(records(tmp_path)) == ARTICLES
    with closing(SqliteStore(frontier_of(tmp_path), read_only=True)) as store:
        articles, others = entries_of(store, "item_count > 0"), entries_of(store, "item_count = 0")
    assert len(articles) == ARTICLES and all(1.7e9 < entry.born_at < 4e9 for entry in articles), "their first fetch"
    assert all(entry.born_at == 0 for entry in others)


def test_who_only_reads_leaves_an_earlier_versions_file_as_it_is(site: NewsSite, tmp_path: Path) -> None:
    restore("v1", tmp_path, port=site.port)
    path = frontier_of(tmp_path)
    drop_born_at(path)
    before = path.read_bytes()
    with closing(SqliteStore(path, read_only=True)) as store:
        assert store.counts() == {"done": 11}
        assert len(entries_of(store, "item_count > 0")) == ARTICLES
    assert path.read_bytes() == before


def entries_of(store: SqliteStore, where: str) -> list[Entry]:
    keys = [row[0] for row in store.db.execute(f"SELECT key FROM entry WHERE {where}")]
    return [entry for key in keys if (entry := store.get(key)) is not None]


def drop_born_at(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE entry DROP COLUMN born_at")


# --- What cannot be upgraded
@pytest.mark.parametrize("name", ["index.sqlite", "frontier"])
def test_state_of_a_newer_version_ends_the_command_with_2(site: NewsSite, tmp_path: Path, name: str) -> None:
    restore(VERSIONS[-1], tmp_path, port=site.port)
    path = frontier_of(tmp_path) if name == "frontier" else tmp_path / "data" / name
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    job = Job(site, tmp_path)
    assert job.run() == ExitCode.CONFIGURATION, job.log()
    last = job.log().splitlines()[-1]
    assert "version 99" in last and str(path) in last and "Upgrade" in last and "Traceback" not in job.log()
    assert path.read_bytes() == before and site.asked == []


def test_a_database_that_lacks_something_is_named_and_no_full_disk(site: NewsSite, tmp_path: Path) -> None:
    restore(VERSIONS[-1], tmp_path, port=site.port)
    for path, change in (
        (frontier_of(tmp_path), "ALTER TABLE entry DROP COLUMN unchanged"),
        (tmp_path / "data" / "index.sqlite", "ALTER TABLE articles DROP COLUMN lead"),
    ):
        with closing(sqlite3.connect(path)) as database:
            database.execute(change)
    with pytest.raises(StateError, match=r"it lacks entry\.unchanged"):
        SqliteStore(frontier_of(tmp_path))
    with pytest.raises(StateError, match=r"it lacks articles\.lead"):
        index_schema.connect(tmp_path / "data" / "index.sqlite")


# --- The steps
def test_what_was_upgraded_has_the_layout_of_a_new_file(tmp_path: Path) -> None:
    for version in VERSIONS:
        folder = tmp_path / version
        restore(version, folder, port=12345)
        SqliteStore(frontier_of(folder)).close()
        index_schema.connect(folder / "data" / "index.sqlite").close()
        SqliteStore(folder / "new.sqlite").close()
        index_schema.connect(folder / "new-index.sqlite").close()
        assert layout(frontier_of(folder)) == layout(folder / "new.sqlite"), version
        assert layout(folder / "data" / "index.sqlite") == layout(folder / "new-index.sqlite"), version


def layout(path: Path) -> dict[str, list[tuple[str, str, int]]]:
    """Columns (name, type, not null) by table, and the text of each index."""
    with closing(sqlite3.connect(path)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {
            table: sorted((row[1], row[2], row[3]) for row in database.execute(f"PRAGMA table_info({table})"))
            for table in tables
        }
        indexes = database.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        return {**found, "indexes": sorted((re.sub(r"\s+", " ", row[0]), "", 0) for row in indexes)}


def test_every_layout_that_was_ever_written_is_kept() -> None:
    """Who changes a layout keeps a DATA_DIR of the new one: python -m tests.state.stored vN."""
    for name, newest in (
        ("frontier/*.sql", frontier_schema.VERSION),
        ("index.sql", index_schema.VERSION),
    ):
        kept = [path.read_text(encoding="utf-8") for path in KEPT.glob(f"v*/data/{name}")]
        numbers = {int(re.search(r"user_version = (\d+)", text)[1]) for text in kept}  # type: ignore[index]
        assert numbers == set(range(1, newest + 1)), name


def test_a_step_that_dies_changes_nothing_and_none_is_taken_twice() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.executescript("CREATE TABLE t (a); PRAGMA user_version = 1")

        def add_b(db: sqlite3.Connection) -> None:
            db.execute("ALTER TABLE t ADD COLUMN b")

        def die(db: sqlite3.Connection) -> None:
            raise sqlite3.OperationalError("disk I/O error")

        with pytest.raises(sqlite3.OperationalError):
            upgrade(database, [add_b, die])
        assert [row[1] for row in database.execute("PRAGMA table_info(t)")] == ["a"]
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
        for _ in range(2):
            upgrade(database, [add_b])
        assert database.execute("PRAGMA user_version").fetchone() == (2,)
