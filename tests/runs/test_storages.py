"""Whole crawls on storages that two settings name: nothing else is told, and the outcome is the usual one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.dedup.index import rows_of
from snapshot_crawler.exceptions import ConfigurationError, ExitCode
from snapshot_crawler.frontier.store import frontiers_of
from snapshot_crawler.runs.overview import jobs
from tests.crash.site import NewsSite
from tests.crawling import crawl, records, verdict

DICTIONARIES = {
    "FRONTIER_STORE": "tests.frontier.in_memory.DictFrontiers",
    "DUPLICATES_INDEX": "tests.dedup.in_memory.DictRows",
}


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=24) as running:
        yield running


@pytest.mark.parametrize("setting", DICTIONARIES)
@pytest.mark.parametrize("path", ["nowhere.Store", "snapshot_crawler.frontier.sqlite.Nothing", "..", "one"])
def test_a_storage_that_is_none_is_named_in_one_line(tmp_path: Path, setting: str, path: str) -> None:
    settings = {"DATA_DIR": str(tmp_path), setting: path}
    with pytest.raises(ConfigurationError, match=setting):
        frontiers_of(settings)
        rows_of(settings)


def test_a_crawl_runs_and_is_continued_on_dictionaries(site: NewsSite, tmp_path: Path) -> None:
    usual, other = tmp_path / "usual", tmp_path / "other"
    both: list[tuple[Path, dict[str, Any]]] = [(usual, {}), (other, dict(DICTIONARIES))]
    for folder, storages in both:
        folder.mkdir()
        run = crawl("snapshot", site.url(), folder, allowed=site.address, CLOSESPIDER_PAGECOUNT=4, **storages)
        assert verdict(run).code == ExitCode.PARTIAL
        run = crawl("snapshot", site.url(), folder, allowed=site.address, **storages)
        assert verdict(run).code == ExitCode.COMPLETE
    assert not list(other.rglob("*.sqlite"))
    found, expected = ({record["url"]: record["body"] for record in records(folder)} for folder in (other, usual))
    assert found == expected and len(records(other)) == len(found) > 5

    settings = {"DATA_DIR": str(other / "data"), **DICTIONARIES}
    [job] = jobs(settings)
    assert job.counts.keys() == {"done"}
    with closing(frontiers_of(settings).read(job.name)) as store:
        output = (other / "out.jsonl").resolve()
        assert store.boundaries(str(output), most=1)[0][1] == output.stat().st_size
