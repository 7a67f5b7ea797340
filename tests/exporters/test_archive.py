"""Which pages the archive keeps, and what its records say, over whole crawls; deaths: tests/crash/test_archive.py."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.http import Response

from snapshot_crawler.archive.cdxj import index_path, lines_of
from snapshot_crawler.archive.find import find, indexed, with_body
from snapshot_crawler.archive.reader import Capture, captures
from snapshot_crawler.archive.retention import remove
from snapshot_crawler.datadir import job_name
from snapshot_crawler.exceptions import ConfigurationError, ExitCode
from snapshot_crawler.exporters import archive
from snapshot_crawler.spiders.snapshot import SnapshotSpider
from tests.crash.site import NewsSite
from tests.crawling import crawl, records, verdict
from tests.process import scrapy
from tests.server import Request as Asked
from tests.server import Server, response
from tests.spiders.test_parts import STORIES, pages

warcio = pytest.importorskip("warcio", reason="warcio is not installed: pip install -e '.[test]'")
from warcio import ArchiveIterator  # noqa: E402

MOVED, GONE = (f"/detail/{digit * 40}.html" for digit in "01")


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=5, hidden_every=0) as running:
        yield running


def files(folder: Path) -> list[Path]:
    return sorted((folder / "data" / "archive").glob("*/*.warc.gz"))


def kept(folder: Path, *kinds: str) -> list[Any]:
    """The records of all files, their contents read, by warcio; kinds: response and revisit unless named."""
    found = []
    for path in files(folder):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.body = record.content_stream().read()
                if record.rec_type in (kinds or ("response", "revisit")):
                    found.append(record)
    return found


def paths(folder: Path, *kinds: str) -> list[str]:
    return ["/" + record.rec_headers["WARC-Target-URI"].split("/", 3)[3] for record in kept(folder, *kinds)]


def at(folder: Path, record: dict[str, Any]) -> Capture:
    """The capture that a record of the output names."""
    where = record["archived"]
    [found] = [
        each
        for each in captures(folder / "data" / where["file"])
        if isinstance(each, Capture) and each.offset == where["offset"]
    ]
    assert (found.length, found.digest) == (where["length"], where["digest"])
    return found


def test_the_page_of_each_article_is_kept_and_no_other(site: NewsSite, tmp_path: Path) -> None:
    site.moved[MOVED] = next(iter(site.stories))
    site.extra_rows.append(MOVED)
    crawl("snapshot", site.url(), tmp_path, allowed=site.address)
    found = records(tmp_path)
    assert sorted(paths(tmp_path)) == sorted(site.stories)
    for record in found:
        capture = at(tmp_path, record)
        assert (capture.url, capture.note["articles"]) == (record["url"], [record["id"]])
        assert record["discovered_by"] == capture.note["discovered_by"]
        assert capture.body.decode() == site._article(site.stories[record["url"].removeprefix(site.url()[:-1])])
        assert capture.ip == "127.0.0.1" and capture.status == 200
    [info] = kept(tmp_path, "warcinfo")
    assert f"isPartOf: {job_name('snapshot', site.url())}" in info.body.decode()
    [requests, responses] = [kept(tmp_path, kind) for kind in ("request", "response")]
    assert [each.rec_headers["WARC-Concurrent-To"] for each in requests] == [
        each.rec_headers["WARC-Record-ID"] for each in responses
    ]
    job = job_name("snapshot", site.url())
    assert sorted(each.url for each in indexed(tmp_path / "data", job)) == sorted(each["url"] for each in found)


def test_all_pages_are_kept_where_that_is_asked_for(site: NewsSite, tmp_path: Path) -> None:
    first, second, *_ = site.stories
    site.moved[MOVED] = first
    site.extra_rows += [MOVED, GONE]
    site.fail_once.add(second)
    crawl("snapshot", site.url(), tmp_path, allowed=site.address, ARCHIVE_PAGES="all", RETRY_TIMES=2)
    assert sorted(paths(tmp_path)) == sorted(["/robots.txt", *site.asked]), "each answer, once"
    statuses = {record.http_headers.get_statuscode() for record in kept(tmp_path, "response")}
    assert statuses == {"200", "302", "404", "503"}
    assert all(at(tmp_path, record).status == 200 for record in records(tmp_path))


def test_a_page_that_is_seen_again_as_it_was_is_not_kept_again(site: NewsSite, tmp_path: Path) -> None:
    again = {"RECHECK_WITHIN": 10**9, "RECHECK_EVERY": 0, "REVISIT_MIN": 0}
    crawl("snapshot", site.url(), tmp_path, allowed=site.address, **again)
    before = files(tmp_path)
    crawl("snapshot", site.url(), tmp_path, allowed=site.address, **again)
    assert files(tmp_path) == before, "a run without a new page makes no file"
    changed = next(iter(site.stories.values()))
    changed.edition = 1
    crawl("snapshot", site.url(), tmp_path, allowed=site.address, **again)
    [newest] = [record for record in records(tmp_path) if record["version"] == 2]
    assert "编辑更正一处" in at(tmp_path, newest).body.decode()
    assert paths(tmp_path, "response").count(changed.path) == 2


def test_bytes_that_are_kept_already_become_a_revisit(site: NewsSite, tmp_path: Path) -> None:
    crawl("snapshot", site.url(), tmp_path, allowed=site.address)
    full = crawl_full(site, tmp_path)
    assert sorted(paths(tmp_path, "revisit")) == sorted(paths(tmp_path, "response")) == sorted(site.stories)
    assert full.stats is not None and full.stats.get_value("archive/revisits") == len(site.stories)
    job = job_name("snapshot", site.url())
    for record in records(tmp_path):
        capture = at(tmp_path, record)
        assert capture.refers_to is not None and capture.refers_to[0] == record["url"] and not capture.body
        whole = with_body(tmp_path / "data", job, capture)
        assert isinstance(whole, Capture) and record["title"].partition("（")[0] in whole.body.decode()
        assert whole.offset == capture.offset, "it is the revisit still"


def test_a_revisit_whose_original_is_gone_is_not_made(site: NewsSite, tmp_path: Path) -> None:
    crawl("snapshot", site.url(), tmp_path, allowed=site.address)
    [path] = files(tmp_path)
    path.unlink()
    crawl_full(site, tmp_path)
    assert paths(tmp_path, "revisit") == []
    assert sorted(paths(tmp_path, "response")) == sorted(site.stories)


def crawl_full(site: NewsSite, folder: Path, **settings: Any) -> Any:
    """Everything anew, into a new file."""

    class Anew(SnapshotSpider):
        full = "1"

    (folder / "out.jsonl").unlink(missing_ok=True)
    return crawl(Anew, site.url(), folder, allowed=site.address, **settings)


def test_every_part_of_an_article_is_kept_and_the_record_names_the_first(server: Server, tmp_path: Path) -> None:
    names = ["/n/88001.html", "/n/88001_2.html", "/n/88001_3.html"]
    for path, text in zip(names, pages(STORIES[0], 88001), strict=True):
        server.page(path, text)
    server.page("/n/", f'<ul><li><a href="{names[0]}">{STORIES[0].title}</a></li></ul>')
    crawl("news", server.url("/n/"), tmp_path, allowed=server.address)
    [record] = records(tmp_path)
    assert record["body"] == STORIES[0].body
    assert sorted(paths(tmp_path)) == names
    assert at(tmp_path, record).url == record["url"] == server.url(names[0])
    found = find(tmp_path / "data", record["id"])
    assert found[0].url == server.url(names[0])
    assert sorted(each.url for each in found) == sorted(map(server.url, names))


def test_a_lost_part_takes_no_page_away(server: Server, tmp_path: Path) -> None:
    first, *_ = pages(STORIES[0], 88001)
    server.page("/n/88001.html", first)
    server.page("/n/", f'<ul><li><a href="/n/88001.html">{STORIES[0].title}</a></li></ul>')
    server.page("/n/88001_2.html", "busy", status="500 Internal Server Error")
    crawl("news", server.url("/n/"), tmp_path, allowed=server.address, RETRY_TIMES=0)
    [record] = records(tmp_path)
    assert "part 2 could not be fetched" in record["suspect"]
    assert at(tmp_path, record).url == record["url"]


def test_cookies_and_credentials_are_not_kept(site: NewsSite, tmp_path: Path) -> None:
    async def with_cookie(request: Asked, writer: asyncio.StreamWriter) -> None:
        body = site._body(request.path)
        writer.write(response(body or "", headers={"Set-Cookie": "session=t0psecret; Path=/", "X-Kept": "yes"}))
        await writer.drain()

    site.fallback = with_cookie
    login = {"HTTPAUTH_USER": "member", "HTTPAUTH_PASS": "s3cret-word", "HTTPAUTH_DOMAIN": site.address}
    crawl("snapshot", site.url(), tmp_path, allowed=site.address, ARCHIVE_PAGES="all", **login)
    assert any(request.headers.get("authorization", "").startswith("Basic ") for request in site.requests)
    assert any("session=t0psecret" in request.headers.get("cookie", "") for request in site.requests)
    raw = b"".join(gzip.decompress(path.read_bytes()) for path in files(tmp_path))
    raw += b"".join(path.read_bytes() for path in (tmp_path / "data" / "archive").glob("*/*.cdxj"))
    assert b"X-Kept: yes" in raw
    for word in (b"t0psecret", b"s3cret", b"Authorization", b"Cookie", b"bWVtYmVyOnMzY3JldC13b3Jk"):
        assert word not in raw, word


def test_a_compressed_page_is_kept_compressed(site: NewsSite, tmp_path: Path) -> None:
    async def compressed(request: Asked, writer: asyncio.StreamWriter) -> None:
        body = gzip.compress((site._body(request.path) or "").encode(), mtime=0)
        writer.write(response(body, headers={"Content-Encoding": "gzip"}))
        await writer.drain()

    site.fallback = compressed
    crawl("snapshot", site.url(), tmp_path, allowed=site.address)
    found = records(tmp_path)
    for record, theirs in zip(found, kept(tmp_path, "response"), strict=True):
        text = site._body(record["url"].removeprefix(site.url()[:-1])) or ""
        assert at(tmp_path, record).body == gzip.compress(text.encode(), mtime=0)
        assert theirs.body.decode() == text, "warcio undoes the coding by the head that was kept"


class Plain(Spider):
    """Items that are dicts: an article, or not."""

    name = "plain"
    allowed_domains = ["127.0.0.1"]  # noqa: RUF012
    start_argument = None

    def __init__(self, start: str) -> None:
        super().__init__()
        self.start_url = start

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.start_url)
        yield Request(self.start_url + "list")

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        body = response.css("p::text").get()
        yield {"url": response.url, "title": response.css("h1::text").get(), "body": body}


def test_pages_of_plain_spiders_are_kept_where_their_items_are_articles(server: Server, tmp_path: Path) -> None:
    server.page("/", f"<h1>{STORIES[2].title}</h1><p>{STORIES[2].paragraphs[0]}</p>")
    server.page("/list", "<h1>A list</h1>")
    crawl(Plain, server.url(), tmp_path, allowed=server.address)
    assert len(records(tmp_path)) == 2
    assert paths(tmp_path) == ["/"]


def test_nothing_is_kept_where_the_archive_is_off(site: NewsSite, tmp_path: Path) -> None:
    crawl("snapshot", site.url(), tmp_path, allowed=site.address, ARCHIVE_ENABLED=False)
    assert [record["archived"] for record in records(tmp_path)] == [None] * len(site.stories)
    assert not (tmp_path / "data" / "archive").exists()


def test_what_a_killed_run_has_left_is_finished_also_where_the_archive_is_off(site: NewsSite, tmp_path: Path) -> None:
    crawl("snapshot", site.url(), tmp_path, allowed=site.address)
    [path] = files(tmp_path)
    whole = path.read_bytes()
    index_path(path).unlink()
    path.rename(path.with_name(f"{path.name}.open"))
    empty = path.with_name(path.name.replace("-00001.", "-00002.") + ".open")
    empty.touch()
    crawl("snapshot", site.url(), tmp_path, allowed=site.address, ARCHIVE_ENABLED=False)
    assert files(tmp_path) == [path] and path.read_bytes() == whole
    assert index_path(path).exists() and not empty.exists()


def test_a_day_ends_a_file(site: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LONGEST_DAY_S", 0.0)
    site.latency_s = 0.3  # so that there are several commits
    crawl("snapshot", site.url(), tmp_path, allowed=site.address, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    assert len(files(tmp_path)) > 1
    assert all(at(tmp_path, record).url == record["url"] for record in records(tmp_path))


def test_a_file_that_is_taken_away_is_told(site: NewsSite, tmp_path: Path) -> None:
    usual = site._answer
    gone: list[Path] = []

    async def take_away(request: Asked, writer: asyncio.StreamWriter) -> None:
        for path in (tmp_path / "data" / "archive").glob("*/*.open"):
            if path.name.endswith(".warc.gz.open") and path.stat().st_size:
                path.unlink()
                gone.append(path)
        await usual(request, writer)

    site.fallback = take_away
    site.latency_s = 0.3
    crawler = crawl("snapshot", site.url(), tmp_path, allowed=site.address, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    assert gone and verdict(crawler).code == ExitCode.OUTPUT_FAILED
    site.fallback, site.latency_s = usual, 0
    crawl("snapshot", site.url(), tmp_path, allowed=site.address)
    found = records(tmp_path)
    assert len(found) == len(site.stories)


@pytest.mark.parametrize("setting", [{"ARCHIVE_PAGES": "some"}, {"ARCHIVE_MAXSIZE": "much"}, {"ARCHIVE_MAXSIZE": 0}])
def test_a_setting_that_cannot_be_meant_is_refused(site: NewsSite, tmp_path: Path, setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(setting))):
        crawl("snapshot", site.url(), tmp_path, allowed=site.address, **setting)
    assert not site.requests


def test_the_index_beside_a_file_is_what_is_made_from_it(site: NewsSite, tmp_path: Path) -> None:
    crawl("snapshot", site.url(), tmp_path, allowed=site.address, ARCHIVE_PAGES="all")
    crawl_full(site, tmp_path)
    for path in files(tmp_path):
        assert index_path(path).read_bytes() == b"".join(sorted(lines_of(path)))
    assert any(b'"original":' in index_path(path).read_bytes() for path in files(tmp_path))
    assert json.loads(index_path(path).read_bytes().splitlines()[0].split(b" ", 2)[2])["filename"] == path.name


def test_with_a_limit_to_its_age_a_revisit_stays_in_its_file(site: NewsSite, tmp_path: Path) -> None:
    crawl("snapshot", site.url(), tmp_path, allowed=site.address)
    crawl_full(site, tmp_path, ARCHIVE_KEEP_DAYS=30)
    assert paths(tmp_path, "revisit") == []
    assert len(paths(tmp_path, "response")) == 2 * len(site.stories)


def test_pages_that_are_no_longer_kept_are_no_damage_and_their_bytes_are_kept_anew(
    site: NewsSite, tmp_path: Path
) -> None:
    crawl("snapshot", site.url(), tmp_path, allowed=site.address)
    [path] = files(tmp_path)
    remove(path)
    verified = scrapy("verify", "-s", f"DATA_DIR={tmp_path / 'data'}")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    shown = scrapy("archive", "show", records(tmp_path)[0]["url"], "-s", f"DATA_DIR={tmp_path / 'data'}")
    assert (shown.returncode, "1 files were removed" in shown.stderr) == (1, True)
    crawl_full(site, tmp_path)
    assert paths(tmp_path, "revisit") == []
    [other] = files(tmp_path)
    assert other.name > path.name and other.name.rpartition("-")[2] != path.name.rpartition("-")[2]
