"""`scrapy reparse`: a rule is broken, a site is crawled, the rule is mended, and without a request all is right."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.archive.reader import Capture, capture_at, captures
from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.frontier.store import frontiers_of
from snapshot_crawler.runs.lease import Lease
from tests.backfill.warcs import article, stories, write_warc
from tests.crash.site import NewsSite
from tests.process import run, start
from tests.spiders import test_parts
from tests.upkeep.folders import put_back

SPIDER = """
from snapshot_crawler.spiders.snapshot import SnapshotSpider


class MendedSpider(SnapshotSpider):
    name = "mended"
    fields = {fields}
"""
BROKEN = '{"source": "h2"}'  # the headline stands where the source should


class Mended:
    """A job of a spider whose fields can be changed, and its site."""

    def __init__(self, folder: Path, site: NewsSite) -> None:
        self.folder, self.site, self.out = folder, site, folder / "out.jsonl"
        self.settings = ["-s", f"DATA_DIR={folder / 'data'}", "-s", "SPIDER_MODULES=mended_sites"]

    def has(self, fields: str, more: str = "") -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        code = SPIDER.replace("{fields}", fields) + more
        (self.folder / "mended_sites.py").write_text(code, encoding="utf-8")

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "scrapy", *words, *self.settings]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}

    def crawl(self, *words: str, output: bool = True) -> None:
        allowed = ["-s", f"PRIVATE_NETWORKS_ALLOWED={self.site.address}", "-s", "DOWNLOAD_DELAY=0"]
        to = ["-o", str(self.out)] if output else []
        fast = ["-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8"]
        done = run(
            self.command("crawl", "mended", "-a", f"start={self.site.url()}", *to, *allowed, *fast, *words),
            env=self.environment,
        )
        assert done.returncode == 0, done.stderr

    @property
    def job(self) -> str:
        return frontiers_of({}, self.folder / "data").jobs()[0]

    def reparse(self, *words: str, code: int = 0) -> str:
        done = run(self.command("reparse", *words, "-q"), env=self.environment)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mended]:
    """A job whose spider was broken when it crawled."""
    with NewsSite(articles=24) as site:
        job = Mended(tmp_path_factory.mktemp("mended"), site)
        job.has(BROKEN)
        job.crawl()
        yield job


@pytest.fixture
def mended(crawled: Mended, tmp_path: Path) -> Iterator[Mended]:
    """The same for one test; its site counts what it is asked."""
    crawled.site.requests.clear()
    with put_back(crawled.folder, tmp_path / "kept"):
        yield crawled
    assert crawled.site.requests == []


def test_a_mended_rule_makes_new_versions_and_the_rest_is_not_written(mended: Mended) -> None:
    before = mended.records()
    assert {record["source"] for record in before} == {record["title"] for record in before}
    assert "24 as published" in mended.reparse(mended.job)
    assert mended.records() == before
    mended.has("{}")
    said = mended.reparse(mended.job, "--jobs", "2")
    assert "source: 24 differ" in said
    new = mended.records()[len(before) :]
    assert [record["id"] for record in new] == [record["id"] for record in before], "in order"
    for record, old in zip(new, before, strict=True):
        assert (record["source"], record["version"], record["supersedes"]) == ("样例晚报", 2, old["content_hash"])
        same = ("title", "body", "fetched_at", "discovered_by", "archived", "story", "related", "published_at")
        assert [record[name] for name in same] == [old[name] for name in same]
    assert "24 as published" in mended.reparse("--all")
    assert len(mended.records()) == 2 * len(before)


def test_the_index_knows_the_new_versions(mended: Mended) -> None:
    """The next crawl sees what the re-parse has published, and adds nothing."""
    mended.has("{}")
    mended.reparse(mended.job)
    number = len(mended.records())
    mended.crawl("-a", "full=1")
    assert len(mended.records()) == number
    mended.site.requests.clear()


def test_a_dry_run_says_what_differs_and_writes_nothing(mended: Mended) -> None:
    def look() -> dict[Path, bytes]:
        """All files, but for those of SQLite's readers."""
        paths = [path for path in mended.folder.rglob("*") if path.is_file()]
        return {path: path.read_bytes() for path in paths if not path.name.endswith(("-shm", "-wal"))}

    mended.has("{}")
    before = look()
    said = mended.reparse(mended.job, "--dry-run")
    assert "source: 24 differ" in said and "-> '样例晚报'" in said and "nothing was written" in said
    assert look() == before


def test_a_field_that_is_not_in_the_hash_makes_a_version_too(mended: Mended) -> None:
    before = mended.records()
    mended.has('{"source": "h2", "category": "h2"}')
    mended.reparse(mended.job)
    new = mended.records()[len(before) :]
    assert [(record["category"], record["version"]) for record in new] == [(record["title"], 2) for record in before]
    mended.reparse(mended.job)
    assert len(mended.records()) == 2 * len(before)


def test_only_pages_of_the_span_are_read(mended: Mended) -> None:
    mended.has("{}")
    assert "0 pages read" in mended.reparse(mended.job, "--until", "2020-01-01")
    assert "0 pages read" in mended.reparse(mended.job, "--since", "2100-01-01")
    assert len(mended.records()) == 24
    assert "24 pages read" in mended.reparse(mended.job, "--since", "1d")
    assert len(mended.records()) == 48


def test_new_versions_go_to_another_file_where_one_is_named(mended: Mended) -> None:
    mended.has("{}")
    other = mended.folder / "other.jsonl"
    mended.reparse(mended.job, "-o", str(other))
    assert len(mended.records()) == 24
    assert len(other.read_text(encoding="utf-8").splitlines()) == 24
    assert "24 as published" in mended.reparse(mended.job, "-o", str(other))
    assert len(other.read_text(encoding="utf-8").splitlines()) == 24


def test_a_job_without_o_gets_a_file_more(tmp_path: Path) -> None:
    with NewsSite(articles=8) as site:
        job = Mended(tmp_path, site)
        job.has(BROKEN)
        job.crawl(output=False)
        job.has("{}")
        assert "0 as published, 8 otherwise" in job.reparse(job.job)
        files = sorted((tmp_path / "data" / "articles" / job.job).iterdir())
        assert [len(path.read_text(encoding="utf-8").splitlines()) for path in files] == [8, 8]
        assert all(path.suffix == ".jsonl" for path in files)
        assert "8 as published" in job.reparse(job.job)
        assert len(list((tmp_path / "data" / "articles" / job.job).iterdir())) == 2


def test_it_refuses_while_a_crawl_of_the_job_runs(mended: Mended) -> None:
    with Lease(mended.folder / "data" / "leases" / f"{mended.job}.json", mended.job):
        assert "is being crawled already" in mended.reparse(mended.job, code=ExitCode.LOCK_HELD)


@pytest.mark.parametrize(
    "words", [["nobody"], ["{job}", "--since", "soon"], ["{job}", "--jobs", "0"], ["{job}", "-o", "a.csv"]]
)
def test_arguments_that_mean_nothing_are_refused(mended: Mended, words: list[str]) -> None:
    said = mended.reparse(*(word.format(job=mended.job) for word in words), code=ExitCode.CONFIGURATION)
    assert "Traceback" not in said


def test_pages_that_became_no_article_are_published_when_they_are_read(tmp_path: Path) -> None:
    """With ARCHIVE_PAGES = "all" they are kept."""
    with NewsSite(articles=12, hidden_every=0) as site:
        job = Mended(tmp_path, site)
        job.has("{}", '    drop = ["div", "p"]\n')  # nothing is left of any text
        job.crawl("-s", "ARCHIVE_PAGES=all")
        assert not job.out.exists() or not job.records()
        job.has("{}")
        assert "12 new articles" in job.reparse(job.job)
        assert {record["id"] for record in job.records()} == site.names
        assert {record["version"] for record in job.records()} == {1}
        assert "12 as published" in job.reparse(job.job)
        job.crawl("-a", "full=1")
        assert len(job.records()) == 12


def test_an_old_page_is_read_by_the_rules_of_its_time(mended: Mended) -> None:
    """The layout of today has no such rule; pages of up to a day have."""
    before = mended.records()
    former = 'dict(until="2020-01-01", fields={"category": "h2"}), dict(until="2099-01-01", fields={"source": "h2"})'
    mended.has("{}", f"    rules = [{former}]\n")
    assert "24 as published" in mended.reparse(mended.job)
    mended.has('{"category": "h2"}', '    rules = [dict(until="2020-01-01", fields={"source": "h2"})]\n')
    mended.reparse(mended.job)
    new = mended.records()[len(before) :]
    assert [(record["source"], record["category"]) for record in new] == [("样例晚报", old["title"]) for old in before]


def test_kept_pages_become_golden_pages(mended: Mended) -> None:
    sites = mended.folder / "sites"
    command = mended.command("site-test", "mended", "--dir", str(sites), "-q")
    done = run([*command, "--from-archive", "3"], env=mended.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in (sites / "mended").glob("*.html")) == [f"00{n}-kept.html" for n in (1, 2, 3)]
    expected = json.loads((sites / "mended" / "001-kept.expected.json").read_text(encoding="utf-8"))
    (record,) = expected["records"]
    assert record["source"] == record["title"]
    assert record["id"] in {each["id"] for each in mended.records()}
    mended.has("{}")
    assert run(command, env=mended.environment).returncode == 1, "they hold the spider"
    run([*command, "--from-archive", "40"], env=mended.environment)
    assert len(list((sites / "mended").glob("*.html"))) == 24, "each page once"


def test_a_page_that_repeats_another_is_read_by_its_bytes(tmp_path: Path) -> None:
    """Crawled anew, the same bytes are a revisit record; the newest line leads to it."""
    with NewsSite(articles=6) as site:
        job = Mended(tmp_path, site)
        job.has(BROKEN)
        job.crawl("-s", "ARCHIVE_PAGES=all")
        job.out.rename(tmp_path / "former.jsonl")
        job.crawl("-a", "full=1")
        (record,) = [each for each in job.records() if each["id"] == sorted(site.names)[0]]
        where = record["archived"]
        capture = capture_at(tmp_path / "data" / where["file"], where["offset"], where["length"])
        assert isinstance(capture, Capture) and capture.refers_to is not None
        job.has("{}")
        assert "6 otherwise" in job.reparse(job.job)
        assert {each["source"] for each in job.records() if each["version"] == 2} == {"样例晚报"}


@pytest.mark.slow
def test_pages_that_were_read_from_warc_files_are_read_again_there(tmp_path: Path) -> None:
    made = stories(5)
    path = write_warc(tmp_path / "in" / "a.warc.gz", map(article, made))
    with NewsSite(articles=0) as site:
        job = Mended(tmp_path, site)
        job.has(BROKEN)
        done = run(job.command("crawl", "mended", "-a", f"warc={path}", "-o", str(job.out)), env=job.environment)
        assert done.returncode == 0, done.stderr
        job.has("{}")
        assert "5 otherwise" in job.reparse("mended+warc")
        assert [each["source"] for each in job.records()[5:]] == ["样例晚报"] * 5
        assert "5 as published" in job.reparse("mended+warc")
        done = run(job.command("crawl", "mended", "-a", f"warc={path}", "-o", str(job.out)), env=job.environment)
        assert (done.returncode, len(job.records())) == (0, 10), done.stderr


def test_the_index_is_told_by_the_next_run_what_a_kill_has_kept_from_it(mended: Mended) -> None:
    """A re-parse that dies between the frontier's commit and the index."""
    mended.has("{}")
    dying = (
        "import os; from snapshot_crawler.dedup.index import Index; from scrapy.cmdline import execute;"
        "told = Index.renew; Index.renew = lambda self, versions: os._exit(9) if list(versions) else None;"
        f"execute(['scrapy', 'reparse', {mended.job!r}, '-q', '--jobs', '1', *{mended.settings!r}])"
    )
    assert run([sys.executable, "-c", dying], env=mended.environment).returncode == 9
    published = len(mended.records())
    assert published > 24
    mended.crawl("-a", "full=1")  # finds the articles as they are published, or still to be mended
    versions = {(record["id"], record["version"]) for record in mended.records()}
    assert len(versions) == len(mended.records())
    mended.reparse(mended.job)
    assert {record["version"] for record in mended.records()} == {1, 2}
    assert len(mended.records()) == 48
    mended.site.requests.clear()


def test_an_article_in_several_parts_is_put_together_from_its_kept_pages(tmp_path: Path) -> None:
    with test_parts.Site() as site:
        site.furnish()
        out, data = tmp_path / "out.jsonl", ["-s", f"DATA_DIR={tmp_path / 'data'}"]
        allowed = ["-s", f"PRIVATE_NETWORKS_ALLOWED={site.address}", "-s", "DOWNLOAD_DELAY=0"]
        start_at = ["-a", f"start={site.url('/n/')}", "-o", str(out)]
        done = run([sys.executable, "-m", "scrapy", "crawl", "news", *start_at, *allowed, *data])
        assert done.returncode == 0, done.stderr
    published = len(out.read_text(encoding="utf-8").splitlines())
    assert published
    command = [sys.executable, "-m", "scrapy", "reparse", "--all", "-q", *data]
    done = run(command)
    assert f"{published} pages read, {published} as published" in done.stdout, done.stdout + done.stderr
    (kept,) = (tmp_path / "data" / "archive").glob("*/*.warc.gz")
    places = [each for each in captures(kept) if isinstance(each, Capture) and each.url.endswith("_3.html")]
    with kept.open("r+b") as file:  # the last parts are gone
        for each in places:
            file.seek(each.offset)
            file.write(b"\0" * each.length)
    done = run(command)
    assert f"{len(places)} could not be read from the archive" in done.stdout, done.stdout + done.stderr
    assert len(out.read_text(encoding="utf-8").splitlines()) == published


def test_what_was_taken_down_does_not_come_back(mended: Mended) -> None:
    gone = mended.records()[3]
    done = run(mended.command("takedown", gone["url"], "--reason", "asked for"), env=mended.environment)
    assert done.returncode == 0, done.stderr
    mended.has("{}")
    mended.reparse(mended.job)
    new = [record["id"] for record in mended.records() if record["version"] == 2]  # the file of -o is not its to clean
    assert len(new) == 23 and gone["id"] not in new


def test_a_re_parse_that_is_killed_writes_each_version_once(mended: Mended) -> None:
    """kill -9 at random moments, until one comes to its end."""
    mended.has("{}")
    dice, kills = random.Random(15), 0
    size = mended.out.stat().st_size
    for _ in range(6):
        process = start(mended.command("reparse", mended.job, "-q", "--jobs", "2"), env=mended.environment)
        until = time.monotonic() + 60
        while process.poll() is None and mended.out.stat().st_size == size and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(dice.random() * 0.02)
        kills += process.poll() is None
        process.kill()
        process.wait()
        size = mended.out.stat().st_size
    mended.reparse(mended.job)
    versions: dict[str, list[int]] = {}
    for record in mended.records():
        versions.setdefault(record["id"], []).append(record["version"])
    assert set(map(tuple, versions.values())) == {(1, 2)}
    assert len(versions) == 24


@pytest.mark.slow
def test_a_full_disk_is_told_and_loses_nothing(mended: Mended) -> None:
    """The limit on the size of a file stands for the disk, as in tests/crash."""
    mended.has("{}")
    room = mended.out.stat().st_size // 1024 + 8
    full = ["bash", "-c", f'trap \'\' XFSZ; ulimit -f {room}; exec "$0" "$@"', *mended.command("reparse", mended.job)]
    done = run(full, env=mended.environment)
    assert done.returncode == ExitCode.OUTPUT_FAILED, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    mended.reparse(mended.job)
    found = [(record["id"], record["version"]) for record in mended.records()]
    assert len(found) == len(set(found)) == 48
