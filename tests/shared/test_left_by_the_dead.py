"""What a dead process left is brought to its last commit by whatever starts next on its DATA_DIR."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from snapshot_crawler.frontier.postgres import PostgresFrontiers
from snapshot_crawler.frontier.recovery import note_output
from snapshot_crawler.runs.lease import Lease
from snapshot_crawler.upkeep.repair import bring_back_others
from tests.process import scrapy


def test_a_job_that_died_here_is_brought_back_by_the_start_of_another(tmp_path: Path, quick_database_url: str) -> None:
    root, out = tmp_path / "data", tmp_path / "dead.jsonl"
    settings = {"DATA_DIR": root, "DATABASE_URL": quick_database_url}
    out.write_bytes(b'{"id": "a"}\n')
    with closing(PostgresFrontiers(root, settings).open("dead")) as store:
        note_output(store, str(out), "lines")
        store.set_state("stopped_cleanly", value=False)
        store.commit({str(out): out.stat().st_size})
    committed = out.read_bytes()
    out.write_bytes(committed + b'{"id": "b"}\n{"id')
    with Lease(root / "leases" / "dead.json", "dead"):
        assert list(bring_back_others(settings, "daily")) == [], "it is at work"
    assert list(bring_back_others({**settings, "DATA_DIR": tmp_path / "elsewhere"}, "daily")) == []
    given = [f"{name}={value}" for name, value in settings.items()]
    done = scrapy(
        "crawl", "news", "-a", "start=http://127.0.0.1:9/", *(word for pair in given for word in ("-s", pair))
    )
    assert out.read_bytes() == committed, done.stderr
    assert list(bring_back_others(settings, "daily")) == [], "once is enough"
