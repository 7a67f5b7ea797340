"""A mistake of the program's own in the frontier's clock: the run ends and says so, and the next one goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.frontier.run import FrontierRun
from snapshot_crawler.frontier.sqlite import SqliteStore
from tests.crash.site import NewsSite
from tests.crawling import crawl, records, verdict


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=12, hidden_every=0) as running:
        yield running


@pytest.mark.parametrize(("owner", "method"), [(SqliteStore, "commit"), (FrontierRun, "_acknowledge_finished")])
def test_the_run_ends_with_the_code_of_a_crash_and_the_next_one_continues(
    site: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, method: str
) -> None:
    real, calls = getattr(owner, method), []

    def fails(*args: Any, **words: Any) -> Any:
        calls.append(method)
        if len(calls) > 2:
            raise AttributeError("no such name")
        return real(*args, **words)

    with monkeypatch.context() as patch:
        patch.setattr(owner, method, fails)
        ended = verdict(crawl("snapshot", site.url(), tmp_path, allowed=site.address))
    assert (ended.word, ended.code) == ("crashed", ExitCode.CRASHED)
    assert ended.sentence.startswith("AttributeError: no such name")
    assert verdict(crawl("snapshot", site.url(), tmp_path, allowed=site.address)).code == ExitCode.COMPLETE
    assert sorted(record["id"] for record in records(tmp_path)) == sorted(each.name for each in site.stories.values())
