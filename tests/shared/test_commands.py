"""The commands where two machines share a database: each proves and reads its own files, and one library has all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from tests.crash.site import NewsSite
from tests.crawling import crawl
from tests.process import scrapy

JOB = "news"


@pytest.mark.slow
def test_commands_over_two_machines(tmp_path: Path, quick_database_url: str) -> None:
    roots = [tmp_path / "machines" / name for name in ("a", "b")]
    with NewsSite(articles=4, hidden_every=0) as site:
        for number, root in enumerate(roots):
            given: dict[str, Any] = {"DATABASE_URL": quick_database_url, "JOB_NAME": JOB, "FEEDS": None}
            crawl("snapshot", site.url(), root, allowed=site.address, REVISIT_MIN=0, REVISIT_MAX=0, **given)
            if not number:
                later = site.insert("city", place=0, seed="later")
        url, names = site.url(later.path), set(site.names)
    data = [root / "data" for root in roots]

    def run(root: Path, *words: str) -> str:
        done = scrapy(*words, "-s", f"DATA_DIR={root}", "-s", f"DATABASE_URL={quick_database_url}")
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return str(done.stdout)

    read = []
    for root in data:
        assert "nothing damaged, all proven" in run(root, "verify")
        told = run(root, "reparse", JOB, "--dry-run")
        assert "0 otherwise, 0 new articles" in told
        read.append(int(told.split(": ")[1].split()[0]))
    assert read == [4, 1], "each the pages of its own archive"
    third = tmp_path / "third"
    third.mkdir()
    for root in (*data, third):
        assert f"{JOB}: not being crawled" in run(root, "status")
        assert "1 in the output" in run(root, "explain", url)
    also = ("-s", f"LIBRARY_ALSO={tmp_path}/machines/*/data")
    run(third, "export", "-o", str(tmp_path / "all.jsonl"), *also)
    exported = [json.loads(line)["id"] for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert sorted(exported) == sorted(names)
    assert "nothing of it was found" in run(data[0], "takedown", later.name, "--reason", "asked for")
    assert "1 take-down" in run(data[1], "takedown", "--obey")
    assert later.name not in "".join(path.read_text() for path in data[1].rglob("*.jsonl"))
    run(third, "export", "-o", str(tmp_path / "rest.jsonl"), *also)
    assert len((tmp_path / "rest.jsonl").read_text().splitlines()) == len(names) - 1
    for root in data:
        assert "nothing damaged, all proven" in run(root, "verify")
