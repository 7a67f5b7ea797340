"""`scrapy takedown`: every word of an article is gone from every file, the rest stays, and nothing comes back."""

from __future__ import annotations

import dataclasses
import gzip
import itertools
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.archive.reader import Capture, capture_at
from snapshot_crawler.dedup.tombstone_file import tombstones_path
from snapshot_crawler.dedup.tombstones import Tombstones
from snapshot_crawler.exceptions import StateError
from snapshot_crawler.frontier.store import frontiers_of
from snapshot_crawler.runs.lease import Lease
from snapshot_crawler.upkeep.order import open_orders
from snapshot_crawler.upkeep.takedown import TakeDown, apply_to, complete_for
from tests.crash.run import Job
from tests.crash.site import NewsSite, Story
from tests.crawling import crawl
from tests.process import scrapy, start
from tests.upkeep.folders import put_back
from tests.upkeep.test_verify import damage

ARTICLES = 8


def settings(folder: Path) -> dict[str, Any]:
    return {"DATA_DIR": str(folder / "data")}


def crawl_into(site: NewsSite, folder: Path, **more: Any) -> Any:
    """One run whose output lies below DATA_DIR, and all pages are archived."""
    feeds = {str(folder / "data" / "out" / "all.jsonl"): {"format": "jsonlines"}}
    return crawl(
        "snapshot", site.url(), folder, allowed=site.address, **{"FEEDS": feeds, "ARCHIVE_PAGES": "all", **more}
    )


def take_down(folder: Path, *asked: str, story: bool = False) -> None:
    work = TakeDown(settings(folder), lambda line: None)
    target, found = work.look(asked, whole_story=story)
    work.complete(work.begin(list(asked), "a court's order", target, found))


def records(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted((folder / "data").rglob("*.jsonl"))
        for line in lines_of(path)
        if '"body"' in line
    ]


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines()


def plain_bytes(path: Path) -> bytes:
    """A file's bytes; of compressed ones what is in them."""
    data, plain = path.read_bytes(), b""
    while data.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(31)
        plain += member.decompress(data)
        data = member.unused_data
    return plain + data


def files_with(folder: Path, words: str) -> list[Path]:
    """Every file below DATA_DIR that holds the words, as they are or escaped as JSON does."""
    wanted = (words.encode(), json.dumps(words)[1:-1].encode())
    paths = [path for path in (folder / "data").rglob("*") if path.is_file()]
    return [path for path in paths if any(each in plain_bytes(path) for each in wanted)]


def words_of(story: Story) -> str:
    """Words that stand in this article's body and on no other page: its last paragraph."""
    return story.paragraphs[-1][:40]


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=ARTICLES, hidden_every=0) as running:
        yield running


@pytest.fixture(scope="module")
def crawled_once(site: NewsSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("takedown")
    crawl_into(site, folder)
    return folder


@pytest.fixture
def folder(crawled_once: Path, tmp_path: Path) -> Iterator[Path]:
    """What a crawl has left."""
    with put_back(crawled_once, tmp_path / "kept"):
        yield crawled_once


def story_of(site: NewsSite, number: int = 2) -> Story:
    return list(site.stories.values())[number]


# --- What goes and what stays
def test_every_word_is_gone_and_everything_else_stays_and_is_proven(site: NewsSite, folder: Path) -> None:
    story, output = story_of(site), folder / "data" / "out" / "all.jsonl"
    assert len(files_with(folder, words_of(story))) >= 2, "output and archive"
    before = output.read_bytes().splitlines(keepends=True)
    take_down(folder, site.url(story.path))
    assert files_with(folder, words_of(story)) == []
    after = output.read_bytes().splitlines(keepends=True)
    assert after == [line for line in before if story.name.encode() not in json.loads(line)["id"].encode()]
    assert len(after) == len(before) - 1
    assert damage(folder / "data") == []
    assert open_orders(folder / "data") == []


def test_every_remaining_archived_leads_to_its_page(site: NewsSite, folder: Path) -> None:
    story = story_of(site)
    take_down(folder, story.name)
    left = records(folder)
    assert len(left) == ARTICLES - 1
    for record in left:
        where = record["archived"]
        page = capture_at(folder / "data" / where["file"], where["offset"], where["length"])
        assert isinstance(page, Capture) and page.url == record["url"] and page.digest == where["digest"]
    for path in (folder / "data" / "archive").rglob("*.warc.gz"):
        done = subprocess.run(
            [sys.executable, "-m", "warcio.cli", "check", str(path)], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout
        assert gzip.decompress(path.read_bytes()).count(b"taken-down") == 1
    for index in (folder / "data" / "archive").rglob("*.cdxj"):
        assert story.name not in index.read_text()


def test_neither_a_later_run_nor_a_full_one_brings_it_back_and_it_is_not_asked_for(
    site: NewsSite, folder: Path
) -> None:
    story = story_of(site)
    take_down(folder, site.url(story.path))
    asked = len(site.asked)
    crawl_into(site, folder)
    full = {str(folder / "data" / "out" / "full.jsonl"): {"format": "jsonlines", "overwrite": True}}
    run_full(site, folder, full)
    assert story.path not in site.asked[asked:]
    assert files_with(folder, words_of(story)) == [] and damage(folder / "data") == []
    names = [json.loads(line)["id"] for line in lines_of(folder / "data" / "out" / "full.jsonl")]
    assert sorted(names) == sorted(site.names - {story.name})


def run_full(site: NewsSite, folder: Path, feeds: dict[str, Any]) -> None:
    import asyncio

    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.settings import Settings

    from tests.crawling import QUICK

    chosen = Settings()
    chosen.setmodule("snapshot_crawler.settings", priority="project")
    own = {"FEEDS": feeds, "PRIVATE_NETWORKS_ALLOWED": site.address, **settings(folder)}
    chosen.setdict({**QUICK, **own}, priority="cmdline")
    runner = AsyncCrawlerRunner(chosen)

    async def run() -> None:
        await runner.crawl("snapshot", start=site.url(), full="1")

    asyncio.run(run())


def test_a_copy_under_another_address_and_another_job_are_kept_out(site: NewsSite, folder: Path) -> None:
    story = story_of(site)
    take_down(folder, site.url(story.path))
    copy = dataclasses.replace(story, name="c" * 40, title=story.title + "（转载）", related=[])
    site.add(copy, place=0)
    try:
        crawler = crawl_into(site, folder, JOB_NAME="another", FEEDS={})
        stats = crawler.stats.get_stats()
        assert stats["rejected/taken-down"] == 2
        assert files_with(folder, words_of(story)) == []
        lines = [
            json.loads(line) for path in (folder / "data" / "rejected").rglob("*.jsonl") for line in lines_of(path)
        ]
        assert {line["url"] for line in lines if line["reason"] == "taken-down"} == {
            site.url(story.path),
            site.url(copy.path),
        }
    finally:
        site.lists[copy.slug].remove(copy)
        del site.stories[copy.path]


def test_all_versions_and_copies_in_marked_outputs_go(site: NewsSite, tmp_path: Path) -> None:
    story = story_of(site)
    copy = dataclasses.replace(story, name="d" * 40, related=[])
    site.add(copy, place=0)
    try:
        crawl_into(site, tmp_path, DUPLICATES="mark")
        story.edition += 1
        crawl_into(site, tmp_path, DUPLICATES="mark", RECHECK_WITHIN=10**9, RECHECK_EVERY=0)
        assert sum(record["id"] in (story.name, copy.name) for record in records(tmp_path)) >= 2
        take_down(tmp_path, site.url(story.path))
        assert not [record for record in records(tmp_path) if record["id"] in (story.name, copy.name)]
        assert files_with(tmp_path, words_of(story)) == [] and damage(tmp_path / "data") == []
    finally:
        story.edition = 0
        site.lists[copy.slug].remove(copy)
        del site.stories[copy.path]


def test_nothing_is_left_in_the_free_pages_of_a_database(site: NewsSite, folder: Path) -> None:
    story = story_of(site)
    [frontier] = (folder / "data" / "frontier").glob("*.sqlite")
    title = story.title[:12]
    with closing(sqlite3.connect(frontier)) as db:
        db.execute(
            "UPDATE entry SET body = ? WHERE url LIKE ?",
            (json.dumps({"meta": {"row": story.title}}, ensure_ascii=False), f"%{story.name}%"),
        )
        db.commit()
    assert title.encode() in frontier.read_bytes()
    take_down(folder, site.url(story.path))
    assert title.encode() not in frontier.read_bytes()


def test_quarantine_rejected_and_duplicates_lose_their_lines(site: NewsSite, folder: Path) -> None:
    story, data = story_of(site), folder / "data"
    [job] = [path.stem for path in (data / "frontier").glob("*.sqlite")]
    lines = {
        "quarantine": {"id": story.name, "url": site.url(story.path), "title": "t", "body": words_of(story)},
        "rejected": {"url": site.url(story.path), "reason": "no-body", "detail": words_of(story)},
        "duplicates": {"url": site.url("/copy"), "reason": "duplicate", "duplicate_of": story.name, "rule": "exact"},
    }
    for kind, line in lines.items():
        path = data / kind / job / f"{job}-20260101T000000Z-1.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"url": "https://h.example/other"}) + "\n" + json.dumps(line) + "\n")
    take_down(folder, site.url(story.path))
    for kind in lines:
        [path] = (data / kind / job).glob("*T000000Z-1.jsonl")
        assert [json.loads(line)["url"] for line in lines_of(path)] == ["https://h.example/other"], kind
    assert Tombstones(data).of_name(None, site.url("/copy")) is not None, "the copy's address is kept out, too"


# --- Names, lists, files elsewhere
def test_tombstones_hold_no_content_and_can_be_listed(site: NewsSite, folder: Path) -> None:
    story = story_of(site)
    take_down(folder, site.url(story.path))
    told = scrapy("takedown", "--list", "--json", "-s", f"DATA_DIR={folder / 'data'}")
    [one] = json.loads(told.stdout)
    assert one["addresses"] == [site.url(story.path)] and one["reason"] == "a court's order" and len(one["day"]) == 10
    assert story.title not in tombstones_path(folder / "data").read_text()
    [log] = (folder / "data" / "takedown").glob("*.json")
    order = json.loads(log.read_text())
    assert order["state"] == "done" and order["by"] and order["at"] and "bodies" not in order


def test_an_output_elsewhere_is_named_and_cleaned_when_it_is_given(site: NewsSite, tmp_path: Path) -> None:
    crawl("snapshot", site.url(), tmp_path, allowed=site.address)
    story, output = story_of(site), tmp_path / "out.jsonl"
    work = TakeDown(settings(tmp_path), lambda line: None)
    target, found = work.look([site.url(story.path)], whole_story=False)
    assert found.elsewhere == {output: 1}
    work.complete(work.begin(["x"], "r", target, found))
    assert words_of(story) in output.read_text()
    copy = tmp_path / "copy.jsonl"
    shutil.copyfile(output, copy)
    text = next(record for record in map(json.loads, lines_of(copy)) if record["id"] == story.name)
    other = {**text, "id": "f" * 40, "url": "https://h.example/f", "title": "另一个标题"}
    with copy.open("a") as file:
        file.write(json.dumps(other) + "\n")
    assert apply_to(settings(tmp_path), output) == 1 and apply_to(settings(tmp_path), copy) == 2
    assert words_of(story) not in output.read_text() and copy.read_bytes() == output.read_bytes()
    assert damage(tmp_path / "data") == []
    crawl("snapshot", site.url(), tmp_path, allowed=site.address)
    assert len(output.read_text().splitlines()) == ARTICLES - 1


def test_damaged_tombstones_stop_a_crawl(site: NewsSite, folder: Path) -> None:
    take_down(folder, site.url(story_of(site).path))
    path = tombstones_path(folder / "data")
    path.write_bytes(path.read_bytes().replace(b"court", b"Court"))
    with pytest.raises(StateError, match="is damaged"):
        Tombstones(folder / "data").all()
    assert any(each.path == path for each in damage(folder / "data"))


# --- Running crawls, kills, full disks
def test_a_job_that_is_being_crawled_is_cleaned_by_its_next_run(site: NewsSite, folder: Path) -> None:
    story, data = story_of(site), folder / "data"
    [job] = [path.stem for path in (data / "frontier").glob("*.sqlite")]
    with Lease(data / "leases" / f"{job}.json", job):
        done = scrapy("takedown", site.url(story.path), "--reason", "r", "-s", f"DATA_DIR={data}")
        assert done.returncode == 8 and job in done.stdout
        assert files_with(folder, words_of(story)), "its files are left alone"
        assert Tombstones(data).of_name(story.name, None) is not None
    complete_for(settings(folder), job)
    assert files_with(folder, words_of(story)) == [] and open_orders(data) == []
    assert damage(data) == []


def test_whatever_step_is_the_last_nothing_is_torn_and_the_order_can_be_completed(
    site: NewsSite, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every write that is forced to the disk, and every new name, once as the last thing that happens."""
    story, data = story_of(site), folder / "data"
    kept = tmp_path / "before"
    shutil.copytree(data, kept, symlinks=True)
    for last in itertools.count(1):
        shutil.rmtree(data)
        shutil.copytree(kept, data, symlinks=True)
        steps = itertools.count(1)
        real_sync, real_replace = os.fsync, Path.replace

        def step(last: int = last, steps: Iterator[int] = steps) -> None:
            if next(steps) == last:
                raise KeyboardInterrupt

        def sync(descriptor: int, real: Any = real_sync) -> None:
            step()
            real(descriptor)

        def replace(path: Path, target: Path, real: Any = real_replace) -> Path:
            step()
            found: Path = real(path, target)
            return found

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", sync)
            patched.setattr(Path, "replace", replace)
            try:
                take_down(folder, site.url(story.path))
                break
            except KeyboardInterrupt:
                pass
        assert damage(data) == [], last
        for order in open_orders(data):
            TakeDown(settings(folder), lambda line: None).complete(order)
        take_down(folder, site.url(story.path))
        assert files_with(folder, words_of(story)) == [] and damage(data) == [], last
        assert len(records(folder)) == ARTICLES - 1
    assert last > 10


@pytest.mark.slow
def test_killed_at_random_moments_the_same_command_completes_it(site: NewsSite, folder: Path, tmp_path: Path) -> None:
    rng, data = random.Random(28), folder / "data"
    kept = tmp_path / "before"
    shutil.copytree(data, kept, symlinks=True)
    story = story_of(site)
    command = [sys.executable, "-m", "scrapy", "takedown", site.url(story.path), "--reason", "r"]
    command += ["-s", f"DATA_DIR={data}"]
    whole_s = timed(command)
    for _ in range(3):
        shutil.rmtree(data)
        shutil.copytree(kept, data, symlinks=True)
        for _ in range(2):
            process = start(command)
            time.sleep(rng.uniform(0.3, 1.0) * whole_s)
            process.send_signal(signal.SIGKILL)
            process.wait(60)
            assert not damage(data)
        done = scrapy(*command[3:])
        assert done.returncode == 0, done.stderr
        assert files_with(folder, words_of(story)) == [] and damage(data) == []
        assert len(records(folder)) == ARTICLES - 1
        assert not list(data.rglob("*.rewritten"))


def timed(command: list[str]) -> float:
    began = time.monotonic()
    assert start(command).wait(120) == 0
    return time.monotonic() - began


def test_a_full_disk_leaves_everything_as_it_was_and_the_order_open(
    site: NewsSite, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, data = story_of(site), folder / "data"
    output = data / "out" / "all.jsonl"
    before = output.read_bytes()
    real = os.fsync

    def full(descriptor: int) -> None:
        if "rewritten" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(28, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            take_down(folder, site.url(story.path))
    assert output.read_bytes() == before and not list(data.rglob("*.rewritten"))
    [order] = open_orders(data)
    TakeDown(settings(folder), lambda line: None).complete(order)
    assert files_with(folder, words_of(story)) == [] and damage(data) == []


def test_a_dry_run_and_an_unknown_address_touch_nothing(site: NewsSite, folder: Path) -> None:
    data = folder / "data"
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    done = scrapy("takedown", site.url(story_of(site).path), "--dry-run", "-s", f"DATA_DIR={data}")
    assert done.returncode == 0 and "would take 1 records out of" in done.stdout
    assert frontiers_of(settings(folder)).jobs()
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before
    assert scrapy("takedown", "https://h.example/x", "-s", f"DATA_DIR={data}").returncode == 2, "no reason"


@pytest.mark.parametrize("is_first", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_copy_with_a_note_of_its_own_goes_whichever_was_fetched_first(
    site: NewsSite, tmp_path: Path, is_first: bool
) -> None:
    """To the index, a note like this one is no part of the text."""
    story = story_of(site)
    copy = dataclasses.replace(story, name="f" * 40, paragraphs=[*story.paragraphs, "（来源：样例转载）"], related=[])
    site.add(copy, place=0)
    site.fail_once.add(copy.path if is_first else story.path)
    try:
        crawl_into(site, tmp_path, DUPLICATES="mark")
        both = {record["id"]: record["duplicate_of"] for record in records(tmp_path) if record["title"] == story.title}
        assert set(both) == {story.name, copy.name}
        assert [first for first in both.values() if first is not None and first in both], "one repeats the other"
        take_down(tmp_path, site.url(story.path))
        assert not [record for record in records(tmp_path) if record["id"] in both]
    finally:
        site.lists[copy.slug].remove(copy)
        del site.stories[copy.path]


@pytest.mark.parametrize("is_first", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_story_goes_whole_where_that_is_wanted(site: NewsSite, tmp_path: Path, is_first: bool) -> None:
    story = story_of(site)
    near = dataclasses.replace(
        story, name="e" * 40, paragraphs=[*story.paragraphs, "另一家报纸的编辑在文末加了这句话。"], related=[]
    )
    site.add(near, place=0)
    site.fail_once.add(near.path if is_first else story.path)
    try:
        crawl_into(site, tmp_path, DUPLICATES="mark")
        names = {record["id"] for record in records(tmp_path)}
        assert {story.name, near.name} <= names
        one, both = tmp_path / "one", tmp_path / "both"
        shutil.copytree(tmp_path / "data", one / "data", symlinks=True)
        shutil.copytree(tmp_path / "data", both / "data", symlinks=True)
        take_down(one, site.url(story.path))
        take_down(both, site.url(story.path), story=True)
        assert {record["id"] for record in records(one)} == names - {story.name}
        assert {record["id"] for record in records(both)} == names - {story.name, near.name}
        assert damage(one / "data") == damage(both / "data") == []
    finally:
        site.lists[near.slug].remove(near)
        del site.stories[near.path]


@pytest.mark.slow
def test_a_crawl_that_is_running_loses_nothing_and_does_not_bring_it_back(tmp_path: Path) -> None:
    with NewsSite(articles=60, hidden_every=0, latency_s=0.1) as busy:
        job = Job(busy, tmp_path, output="data/out.jsonl", settings={"CONCURRENT_REQUESTS_PER_DOMAIN": 2})
        process = job.start()
        wait_for(lambda: len(job.lines()) > 5)
        first = json.loads(job.lines()[0])
        ahead = next(story for story in busy.stories.values() if story.path not in busy.asked)
        done = scrapy(
            *("takedown", first["url"], busy.url(ahead.path), "--reason", "r", "--wait", "-s", f"DATA_DIR={job.data}")
        )
        assert process.wait(60) == 0, job.log()
        assert done.returncode == 0 and "waiting" in done.stdout
        assert {json.loads(line)["id"] for line in job.lines()} == busy.names - {first["id"], ahead.name}
        assert damage(job.data) == []
        assert job.run() == 0 and len(job.lines()) == 58


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_re_parse_does_not_bring_it_back(site: NewsSite, folder: Path) -> None:
    story, data = story_of(site), folder / "data"
    [job] = [path.stem for path in (data / "frontier").glob("*.sqlite")]
    with Lease(data / "leases" / f"{job}.json", job):
        assert scrapy("takedown", story.name, "--reason", "r", "-s", f"DATA_DIR={data}").returncode == 8
    done = scrapy("reparse", job, "-s", f"DATA_DIR={data}", "-s", f"PRIVATE_NETWORKS_ALLOWED={site.address}")
    assert done.returncode == 0, done.stderr
    assert files_with(folder, words_of(story)) == [] and open_orders(data) == [] and damage(data) == []
    assert len(records(folder)) == ARTICLES - 1
