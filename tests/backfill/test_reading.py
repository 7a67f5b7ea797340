"""`scrapy crawl NAME -a warc=PATH`: the real command on real files, and a network that counts."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from snapshot_crawler.archive.reader import Capture, capture_at
from snapshot_crawler.backfill.switch import set_up
from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.pipelines.deduplicate import DeduplicatePipeline
from tests.backfill.warcs import SITE, Captured, article, coded, instant, members, stories, write_warc
from tests.crash.site import NewsSite
from tests.crawling import QUICK
from tests.marks import first_is_quick
from tests.process import Process, run, scrapy, start


def read(folder: Path, warc: object, *more: str, spider: str = "snapshot") -> tuple[int, list[dict[str, Any]], str]:
    """One run; exit code, the records of its output, its log."""
    out = folder / "out.jsonl"
    done = scrapy("crawl", spider, "-a", f"warc={warc}", "-o", str(out), "-s", f"DATA_DIR={folder / 'data'}", *more)
    lines = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    return done.returncode, [json.loads(line) for line in lines], done.stderr


def output(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]


def report(folder: Path) -> dict[str, Any]:
    """The newest run's."""
    newest = max((folder / "data" / "runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    found: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("form", ["members", "plain", "one member"])
def test_pages_of_a_file_become_records(tmp_path: Path, form: str) -> None:
    made = stories(5)
    path = write_warc(tmp_path / "in" / "a.warc.gz", [article(each, day=n) for n, each in enumerate(made)], form=form)
    code, records, log = read(tmp_path, path)
    assert code == 0, log
    assert {record["id"] for record in records} == {each.name for each in made}
    first = next(record for record in records if record["id"] == made[0].name)
    assert first["url"] == SITE + made[0].path
    assert instant(first["fetched_at"]) == instant("2026-03-01T08:00:00+00:00")
    assert first["discovered_by"] == {"kind": "archive", "url": None}
    assert first["title"] == made[0].title
    for record in records if form != "one member" else ():
        where = record["archived"]
        found = capture_at(Path(where["file"]), where["offset"], where["length"])
        assert isinstance(found, Capture)
        assert (found.url, found.digest) == (record["url"], where["digest"])
    assert not (tmp_path / "data" / "unpacked").exists()
    code, again, log = read(tmp_path, path)
    assert code == 0, log
    assert again == records, "a second run over the same files adds nothing"


def test_versions_of_one_page_come_in_the_order_of_their_capture_whatever_file_they_are_in(tmp_path: Path) -> None:
    made = stories(3)
    days = [(7, 4), (1, 1), (5, 3), (3, 2), (9, 5)]  # the capture's day, and the edition that it shows
    late = [article(each, day=day, edition=edition) for each in made for day, edition in days[:3]]
    early = [article(each, day=day, edition=edition) for each in made for day, edition in days[3:]]
    paths = [write_warc(tmp_path / f"{name}.warc.gz", part) for name, part in (("a", late), ("b", early))]
    code, records, log = read(tmp_path, ",".join(map(str, paths)))
    assert code == 0, log
    for each in made:
        versions = [record for record in records if record["id"] == each.name]
        assert [record["version"] for record in versions] == [1, 2, 3, 4, 5]
        assert [instant(record["fetched_at"]).day for record in versions] == [2, 4, 6, 8, 10]
        hashes = [record["content_hash"] for record in versions]
        assert [record["supersedes"] for record in versions] == [None, *hashes[:-1]]


def test_nothing_is_asked_of_any_network(tmp_path: Path) -> None:
    """The pages' own server counts: no page, no robots.txt, no sitemap, no redirect."""
    with NewsSite(articles=20) as site:
        paths = ["/list/city/", *site.stories, "/list/sport/", "/"]
        pages = [Captured(site.url(path), (site._body(path) or "").encode()) for path in paths]
        moved = Captured(site.url("/moved"), b"", headers=[("Location", site.url("/"))], status="302 Found")
        refresh = Captured(site.url("/refresh"), b'<meta http-equiv="refresh" content="0; url=/"><p>moved')
        path = write_warc(tmp_path / "a.warc.gz", [moved, *pages, refresh])
        more = ("-a", f"start={site.url()}", "-s", f"PRIVATE_NETWORKS_ALLOWED={site.address}")
        code, records, log = read(tmp_path, path, *more)
        assert code == 0, log
        assert {record["id"] for record in records} == site.names
        assert site.requests == []


def test_only_pages_of_the_start_are_read_where_there_is_one(tmp_path: Path) -> None:
    ours, theirs = stories(2)
    foreign = article(theirs)
    foreign.url = foreign.url.replace(SITE, "http://other.example")
    path = write_warc(tmp_path / "a.warc.gz", [article(ours), foreign])
    _, records, _ = read(tmp_path, path, "-a", f"start={SITE}/")
    assert [record["id"] for record in records] == [ours.name]
    assert report(tmp_path)["statistics"]["warc/not-of-the-site"] == 1
    _, records, _ = read(tmp_path / "all", path)
    assert {record["id"] for record in records} == {ours.name, theirs.name}


@pytest.mark.parametrize("how", first_is_quick(["gzip", "br", "deflate", "chunked", "only said"]))
def test_coded_bodies_are_read(tmp_path: Path, how: str) -> None:
    (made,) = stories(1)
    capture = article(made)
    if how == "only said":  # as older files of Common Crawl have it
        capture.headers.append(("Content-Encoding", "br"))
    path = write_warc(tmp_path / "a.warc.gz", [capture if how == "only said" else coded(capture, how)])
    _, records, log = read(tmp_path, path)
    assert [record["id"] for record in records] == [made.name], log


def test_broken_members_are_counted_and_skipped_with_a_word(tmp_path: Path) -> None:
    made, path = stories(6), tmp_path / "a.warc.gz"
    parts = members(map(article, made))
    hurt = bytearray(parts[3])  # the second page
    hurt[len(hurt) // 2] ^= 0xFF
    torn = parts[-2][: len(parts[-2]) // 2]  # the last page, and its request is lost
    path.write_bytes(b"".join([*parts[:3], bytes(hurt), *parts[4:-2], torn]))
    code, records, log = read(tmp_path, path)
    assert code == 0, log
    assert {record["id"] for record in records} == {each.name for each in (made[0], *made[2:5])}
    assert report(tmp_path)["statistics"]["warc/damaged"] == 2
    assert log.count("is skipped") == 2


def test_a_part_of_the_page_that_cannot_be_unpacked_is_no_article(tmp_path: Path) -> None:
    made = stories(2)
    cut = coded(article(made[0]), "gzip")
    cut.body = cut.body[: len(cut.body) // 2]
    code, records, log = read(tmp_path, write_warc(tmp_path / "a.warc.gz", [cut, article(made[1])]))
    assert (code, [record["id"] for record in records]) == (0, [made[1].name]), log
    assert report(tmp_path)["articles"]["rejected"] == {"archive-damaged": 1}


@pytest.mark.parametrize(
    ("arguments", "days"),
    [
        (["since=2026-03-03T08:00:00Z"], [3, 4, 5]),
        (["until=2026-03-03T08:00:00Z"], [1, 2, 3]),
        (["since=2026-03-02T00:00:00+00:00", "until=2026-03-04T00:00:00+00:00"], [2, 3]),
    ],
)
def test_captures_are_chosen_by_their_date(tmp_path: Path, arguments: list[str], days: list[int]) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [article(each, day=n) for n, each in enumerate(stories(5))])
    words = [word for argument in arguments for word in ("-a", argument)]
    _, records, log = read(tmp_path, path, *words)
    assert sorted(instant(record["fetched_at"]).day for record in records) == days, log


def test_folders_and_patterns_are_looked_through(tmp_path: Path) -> None:
    made = stories(3)
    for number, each in enumerate(made):
        write_warc(tmp_path / "in" / f"{number}" / "a.warc.gz", [article(each)])
    (tmp_path / "in" / "notes.txt").write_text("no WARC")
    assert len(read(tmp_path / "one", tmp_path / "in")[1]) == 3
    assert len(read(tmp_path / "two", f"{tmp_path}/in/[01]/*.gz")[1]) == 2
    assert len(read(tmp_path / "three", f"{tmp_path}/in/0, {tmp_path}/in/2/a.warc.gz")[1]) == 2


@pytest.mark.parametrize(
    "arguments",
    [["warc=/no/such/file"], ["warc="], ["warc={path}", "since=soon"], ["warc={path}", "copy=perhaps"], ["until=1d"]],
)
def test_arguments_that_mean_nothing_are_refused_before_anything_is_read(tmp_path: Path, arguments: list[str]) -> None:
    path = write_warc(tmp_path / "a.warc.gz", map(article, stories(1)))
    words = [word for argument in arguments for word in ("-a", argument.format(path=path))]
    done = scrapy("crawl", "snapshot", *words, "-s", f"DATA_DIR={tmp_path / 'data'}")
    assert done.returncode == ExitCode.CONFIGURATION, done.stderr
    assert "Traceback" not in done.stderr


def test_reading_is_a_job_of_its_own_and_says_so(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", map(article, stories(1)))
    assert read(tmp_path, path)[0] == 0
    assert (tmp_path / "data" / "frontier" / "snapshot+warc.sqlite").exists()
    settings = ("-s", f"DATA_DIR={tmp_path / 'data'}", "-s", "JOB_NAME=snapshot+warc")
    done = scrapy("crawl", "snapshot", "-a", "start=http://127.0.0.1:9/", *settings)
    assert done.returncode == ExitCode.CONFIGURATION
    assert "reads WARC files" in done.stderr


@pytest.mark.parametrize("how", first_is_quick(["plain", "br"]))
def test_pages_are_copied_where_it_is_asked_for(tmp_path: Path, how: str) -> None:
    made = stories(3)
    captures = [article(each) if how == "plain" else coded(article(each), how) for each in made]
    path = write_warc(tmp_path / "in.warc.gz", captures)
    code, records, log = read(tmp_path, path, "-a", "copy=1")
    assert code == 0, log
    path.unlink()
    for record in records:
        where = record["archived"]
        assert where["file"].startswith("archive/snapshot+warc/")
        found = capture_at(tmp_path / "data" / where["file"], where["offset"], where["length"])
        assert isinstance(found, Capture)
        (original,) = [each for each in captures if each.url == record["url"]]
        assert (found.url, found.body, found.digest) == (record["url"], original.body, where["digest"])
        assert found.fetched_at == instant(record["fetched_at"])
    code, again, log = read(tmp_path / "other", tmp_path / "data" / "archive")
    assert sorted(record["content_hash"] for record in again) == sorted(record["content_hash"] for record in records)


def test_an_article_that_was_crawled_before_is_not_published_again(tmp_path: Path) -> None:
    with NewsSite(articles=10) as site:
        settings = (
            "-s",
            f"DATA_DIR={tmp_path / 'data'}",
            "-s",
            f"PRIVATE_NETWORKS_ALLOWED={site.address}",
            "-s",
            "DOWNLOAD_DELAY=0",
        )
        done = scrapy("crawl", "snapshot", "-a", f"start={site.url()}", "-o", str(tmp_path / "live.jsonl"), *settings)
        assert done.returncode == 0, done.stderr
        pages = [Captured(site.url(each.path), site._article(each).encode()) for each in site.stories.values()]
        path = write_warc(tmp_path / "a.warc.gz", pages)
    code, records, log = read(tmp_path, path)
    assert (code, records) == (0, []), log
    assert report(tmp_path)["articles"]["unchanged"] == 10


def test_a_kill_right_behind_a_commit_leaves_the_versions_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index was not told any more what was committed: the next run asks the frontier, capture by capture."""
    (made,) = stories(1)
    write_warc(tmp_path / "in" / "a.warc.gz", [article(made, day=1, edition=1)])
    with monkeypatch.context() as patch:
        patch.setattr(DeduplicatePipeline, "committed", lambda self, urls: None)
        read_here(tmp_path)
    write_warc(tmp_path / "in" / "b.warc.gz", [article(made, day=2, edition=2)])
    read_here(tmp_path)
    assert [record["version"] for record in output(tmp_path)] == [1, 2]


def read_here(folder: Path) -> None:
    """A run over folder/in inside the test's own process."""
    chosen = Settings()
    chosen.setmodule("snapshot_crawler.settings", priority="project")
    feeds = {str(folder / "out.jsonl"): {"format": "jsonlines"}}
    own = {"DATA_DIR": str(folder / "data"), "FEEDS": feeds, "JOB_NAME": "snapshot+warc"}
    chosen.setdict({**QUICK, **own}, priority="cmdline")
    crawler = AsyncCrawlerRunner(chosen).create_crawler("snapshot")
    arguments = set_up(crawler.settings, crawler.spidercls, {"warc": str(folder / "in")})
    asyncio.run(crawler.crawl_async(**arguments))


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    """kill -9 at random moments: each article once, versions in order."""
    made, dice = stories(40), random.Random(15)
    captures = [article(each, day=day, edition=day) for day in (0, 1, 2) for each in made]
    path = write_warc(tmp_path / "a.warc.gz", captures)
    out, kills = tmp_path / "out.jsonl", 0
    data = f"DATA_DIR={tmp_path / 'data'}"
    command = [sys.executable, "-m", "scrapy", "crawl", "snapshot", "-a", f"warc={path}", "-o", str(out), "-s", data]
    for _ in range(3):
        process = start(command)
        wait_for_growth(out, process, dice.random())
        kills += process.poll() is None
        process.kill()
        process.wait()
    assert kills
    code, records, log = read(tmp_path, path)
    assert code == 0, log
    for each in made:
        assert [record["version"] for record in records if record["id"] == each.name] == [1, 2, 3]
    assert len(records) == len(captures)


def wait_for_growth(out: Path, process: Process, more: float) -> None:
    """Until something is added to the output, and a little longer."""
    size = out.stat().st_size if out.exists() else 0
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        if out.exists() and out.stat().st_size > size:
            time.sleep(more * 0.02)
            return
        time.sleep(0.002)


@pytest.mark.slow
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """The limit on the size of a file stands for the disk, as in tests/crash."""
    made = stories(40)
    path = write_warc(tmp_path / "a.warc.gz", [article(each) for each in made])
    out, data = tmp_path / "out.jsonl", f"DATA_DIR={tmp_path / 'data'}"
    command = [sys.executable, "-m", "scrapy", "crawl", "snapshot", "-a", f"warc={path}", "-o", str(out), "-s", data]
    done = run(["bash", "-c", 'trap \'\' XFSZ; ulimit -f 120; exec "$0" "$@"', *command])
    assert done.returncode == ExitCode.OUTPUT_FAILED, done.stderr
    assert "make room" in done.stderr
    code, records, log = read(tmp_path, path)
    assert code == 0, log
    assert {record["id"] for record in records} == {each.name for each in made}
    assert len(records) == len(made)
