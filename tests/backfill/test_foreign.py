"""WARC files of other programs: wget's own, browsertrix' layout, revisits, resources; and spiders of every kind."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.backfill.test_reading import read, report
from tests.backfill.warcs import SITE, Captured, article, instant, stories, write_records, write_warc
from tests.crash.site import NewsSite
from tests.process import scrapy
from tests.spiders import test_parts

needs_wget = pytest.mark.skipif(
    shutil.which("wget") is None, reason="wget is not installed: apt-get install wget (of Debian) brings it"
)


@needs_wget
@pytest.mark.parametrize("is_gzip", [True, False])
def test_files_of_wget(tmp_path: Path, is_gzip: bool) -> None:
    with NewsSite(articles=20) as site:
        compress = [] if is_gzip else ["--no-warc-compression"]
        command = ["wget", "-q", "-r", "-l", "9", "-e", "robots=off", f"--warc-file={tmp_path / 'made'}", *compress]
        done = subprocess.run([*command, "-P", str(tmp_path / "pages"), site.url()], timeout=120, check=False)
        assert done.returncode == 0
        names = site.names
    code, records, log = read(tmp_path, tmp_path / ("made.warc.gz" if is_gzip else "made.warc"))
    assert code == 0, log
    assert {record["id"] for record in records} == names
    assert "warc/damaged" not in report(tmp_path)["statistics"]


def test_the_layout_of_browsertrix(tmp_path: Path) -> None:
    """A collection's folder; pageinfo, text and screenshot records beside the pages, and bodies that were decoded."""
    made = stories(2)
    headers = [("content-type", "text/html; charset=utf-8"), ("x-orig-content-encoding", "br")]
    page = article(made[0])
    pages = [("response", Captured(page.url, page.body, 1, headers, "200 "))]
    moved = Captured(f"{SITE}/old", b"", 1, [("location", made[0].path)], "301 ")
    about = json.dumps({"pageid": "1", "url": page.url, "urls": {page.url: {"status": 200}}}).encode()
    notes = [
        ("resource", Captured(f"urn:pageinfo:{page.url}", about, 1, [("Content-Type", "application/json")])),
        ("resource", Captured(f"urn:text:{page.url}", page.body, 1, [("Content-Type", "text/html")])),
        ("resource", Captured(f"urn:view:{page.url}", b"\x89PNG\r\n\x1a\n", 1, [("Content-Type", "image/png")])),
    ]
    picture = Captured(f"{SITE}/a.png", b"\x89PNG\r\n\x1a\n" * 9, 1, [("Content-Type", "image/png")])
    folder = tmp_path / "collections" / "news" / "archive"
    write_records(
        folder / "rec-0a1b2c-crawl-20260302080000000-0.warc.gz",
        [("response", moved), *pages, ("response", picture), *notes],
    )
    write_records(folder / "rec-3d4e5f-crawl-20260302080100000-1.warc.gz", [("response", article(made[1]))])
    code, records, log = read(tmp_path, tmp_path / "collections")
    assert code == 0, log
    assert {record["id"] for record in records} == {each.name for each in made}
    assert report(tmp_path)["statistics"]["warc/files"] == 2


def test_a_page_that_was_cut_when_it_was_kept_is_no_article(tmp_path: Path) -> None:
    whole, cut = stories(2)
    path = tmp_path / "a.warc"
    head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0a0b0c0d-0000-4000-8000-{0:012d}>\r\n"
    head += "WARC-Date: 2026-03-01T08:00:00Z\r\nWARC-Target-URI: {1}\r\n{2}"
    head += "Content-Type: application/http; msgtype=response\r\nContent-Length: {3}\r\n\r\n"
    blob = b""
    for number, (capture, more) in enumerate(((article(whole), ""), (article(cut), "WARC-Truncated: length\r\n"))):
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + capture.body
        blob += head.format(number, capture.url, more, len(block)).encode() + block + b"\r\n\r\n"
    path.write_bytes(blob)
    code, records, log = read(tmp_path, path)
    assert (code, [record["id"] for record in records]) == (0, [whole.name]), log
    assert report(tmp_path)["statistics"]["warc/truncated"] == 1


def test_a_revisit_brings_the_body_of_its_original_wherever_in_the_files_it_is(tmp_path: Path) -> None:
    first, other = stories(2)
    original = article(first, day=1)
    again = Captured(f"{SITE}/copy{other.path}", b"", 3, [*original.headers, ("WARC-Refers-To", original.url)])
    lost = Captured(f"{SITE}/lost.html", b"", 4, [*original.headers, ("WARC-Refers-To", f"{SITE}/nowhere")])
    write_records(tmp_path / "in" / "a.warc.gz", [("revisit", again), ("revisit", lost)])
    write_warc(tmp_path / "in" / "b.warc.gz", [original])
    code, records, log = read(tmp_path, tmp_path / "in", "-s", "DUPLICATES=mark")
    assert code == 0, log
    assert [instant(record["fetched_at"]).day for record in records] == [2, 4]
    assert records[0]["body"] == records[1]["body"]
    assert report(tmp_path)["statistics"]["warc/revisit-without-original"] == 1
    # asked for by date, the original is not published, and still has the body
    code, records, log = read(tmp_path / "late", tmp_path / "in", "-a", "since=2026-03-03")
    assert [instant(record["fetched_at"]).day for record in records] == [4], log


def test_an_article_in_several_pages_is_put_together_from_its_captures(tmp_path: Path) -> None:
    captures = []
    for number, story in enumerate(test_parts.STORIES, 88001):
        for part, text in enumerate(test_parts.pages(story, number), 1):
            name = f"{number}.html" if part == 1 else f"{number}_{part}.html"
            captures.append(Captured(f"{SITE}/n/{name}", text.encode(), part))
    whole, torn = captures[:-1], captures[-1]
    path = write_warc(tmp_path / "a.warc.gz", reversed(whole))
    code, records, log = read(tmp_path, path, spider="news")
    assert code == 0, log
    assert len(records) == len(test_parts.STORIES)
    bodies = {record["url"].rpartition("/")[2]: record for record in records}
    for number, story in enumerate(test_parts.STORIES[:-1], 88001):
        assert bodies[f"{number}.html"]["body"].split() == "\n\n".join(story.paragraphs).split()
    last = bodies[f"{88000 + len(test_parts.STORIES)}.html"]
    assert torn.url.endswith("_3.html")
    assert "part 3 could not be fetched" in last["suspect"]


def test_pages_of_any_site_are_read_by_the_spider_news(tmp_path: Path) -> None:
    """A home page and a list are no articles; two sites in one file are two sites."""
    made = stories(4)
    captures = [article(each) for each in made]
    for number, capture in enumerate(captures):
        capture.url = f"http://site{number % 2}.example/2023/05/{number}.html"
    home = Captured("http://site0.example/", PAGE_OF_LINKS.encode())
    code, records, log = read(tmp_path, write_warc(tmp_path / "a.warc.gz", [home, *captures]), spider="news")
    assert code == 0, log
    assert {record["url"] for record in records} == {capture.url for capture in captures}


PAGE_OF_LINKS = "<html><head><title>样例网</title></head><body><ul>{}</ul></body></html>".format(
    "".join(
        f'<li><a href="/2023/05/{n}.html">这是第{n}条样例新闻的很长的标题文字</a> 2023-05-08</li>' for n in range(30)
    )
)


def test_a_plain_spider_reads_files_too(tmp_path: Path) -> None:
    """Its parse() gets each page; it asks for nothing more, and its own arguments stay."""
    spider = tmp_path / "plain_one.py"
    spider.write_text(
        "import scrapy\n\n\n"
        "class PlainOne(scrapy.Spider):\n"
        "    name = 'plain_one'\n"
        "    start_urls = ['http://127.0.0.1:9/']\n"
        "    allowed_domains = ['snapshots.example']\n\n"
        "    def parse(self, response):\n"
        "        yield {'url': response.url, 'title': response.css('h2::text').get(), 'of': self.of}\n"
        "        yield response.follow('/more')\n",
        encoding="utf-8",
    )
    made = stories(3)
    foreign = Captured("http://other.example/1.html", b"<html><h2>no</h2>")
    path = write_warc(tmp_path / "a.warc.gz", [foreign, *map(article, made)])
    out = tmp_path / "out.jsonl"
    command = ["runspider", str(spider), "-a", f"warc={path}", "-a", "of=me", "-o", str(out)]
    for _ in range(2):
        done = scrapy(*command, "-s", f"DATA_DIR={tmp_path / 'data'}")
        assert done.returncode == 0, done.stderr
        records = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        assert sorted((record["url"], record["title"], record["of"]) for record in records) == sorted(
            (SITE + each.path, each.title, "me") for each in made
        )
