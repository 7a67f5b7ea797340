"""A machine whose clock is an hour off: what is due is decided by the database's clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

psycopg = pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from tests.crash.site import NewsSite  # noqa: E402 - needs psycopg
from tests.crawling import crawl  # noqa: E402

HOUR_S = 3600


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=4) as running:
        yield running


@pytest.mark.parametrize("off_s", [HOUR_S, -HOUR_S])
def test_lists_are_due_by_the_clock_of_the_database(
    off_s: int, site: NewsSite, tmp_path: Path, quick_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(machine: str) -> Any:
        (tmp_path / machine).mkdir(exist_ok=True)
        return crawl(
            "snapshot", site.url(), tmp_path / machine, allowed=site.address, DATABASE_URL=quick_database_url
        ).stats

    run("right")
    with psycopg.connect(quick_database_url, autocommit=True) as db:
        lists = db.execute("SELECT count(*) FROM frontier_entry WHERE is_list AND state = 2").fetchone()[0]
        for wait_s, number in ((HOUR_S / 2, 0), (-HOUR_S / 2, lists)):
            db.execute("UPDATE frontier_entry SET due_at = extract(epoch FROM now()) + %s WHERE is_list", (wait_s,))
            with monkeypatch.context() as patched:
                patched.setattr("time.time", lambda moment=time.time: moment() + off_s)
                stats = run("off")
            assert stats.get_value("frontier/revisited", 0) == number
