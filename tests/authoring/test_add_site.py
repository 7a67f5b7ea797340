"""`scrapy add-site` as a new user meets it: whole sites in, a spider that needs no line edited out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.authoring.newcomer import Newcomer, mistakes
from tests.authoring.samples import SITES, Sample, modern_site
from tests.authoring.variations import VARIATIONS
from tests.marks import first_is_quick, selected
from tests.server import Server

LONGEST_SPIDER = 15  # lines
ALL = {**SITES, **VARIATIONS}
QUICK = ("modern", "table")
assert tuple(ALL)[: len(QUICK)] == QUICK


@dataclass(slots=True)
class Added:
    """What came of one site."""

    site: Sample
    adding: CompletedProcess[str]
    testing: CompletedProcess[str] | None
    source: str
    wrong: list[str]


def _added(name: str, folder: Path) -> Added:
    site = ALL[name]()
    with Server() as server:
        site.serve(server)
        user = Newcomer(folder / name, server)
        adding = user.add_site(server.url("/"))
        assert adding.returncode == 0, adding.stdout + adding.stderr
        source = user.spider_file.read_text(encoding="utf-8")
        testing = user.site_test() if name in SITES else None  # a process each: the variations do without
        return Added(site, adding, testing, source, mistakes(site, user.crawl(), server))


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[str, Added]:
    """The sites of the tests that run, two at a time: nearly all of a run's time is the start of a process."""
    folder, names = tmp_path_factory.mktemp("added"), sorted({*QUICK, *selected(request)})
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(lambda name: _added(name, folder), names), strict=True))


@pytest.mark.parametrize("name", first_is_quick(ALL, quick=len(QUICK)))
def test_a_new_site_needs_no_line_by_hand(name: str, added: dict[str, Added]) -> None:
    assert added[name].wrong == []
    ast.parse(added[name].source)
    assert len(added[name].source.splitlines()) <= LONGEST_SPIDER
    assert max(map(len, added[name].source.splitlines())) <= 120
    assert len(added[name].site.articles) >= 25


@pytest.mark.parametrize("name", first_is_quick(SITES, quick=len(QUICK)))
def test_its_golden_test_passes(name: str, added: dict[str, Added]) -> None:
    testing = added[name].testing
    assert testing is not None
    assert testing.returncode == 0, testing.stdout + testing.stderr
    assert testing.stdout.count("as expected: ") >= 7


def test_the_preview_shows_what_was_found(added: dict[str, Added]) -> None:
    shown = added["modern"].adding.stdout
    titles = [story.title for story in added["modern"].site.articles.values()]
    assert sum(title in shown for title in titles) >= 6
    for words in ("/feed.xml", "/sitemap-news.xml", "Asia/Shanghai", "utf-8", "/city/"):
        assert words in shown
    assert "gb18030" in added["table"].adding.stdout
    assert "INFO" not in added["modern"].adding.stderr


def test_feeds_and_sitemaps_stand_in_the_spider(added: dict[str, Added]) -> None:
    assert "/feed.xml" in added["modern"].source
    assert "/sitemap-news.xml" in added["modern"].source


@pytest.mark.slow
@pytest.mark.parametrize(("name", "address"), [("feeds-only", "/atom.xml"), ("packed-sitemaps", "/maps/index.xml")])
def test_so_they_do_where_there_is_little_else(added: dict[str, Added], name: str, address: str) -> None:
    assert address in added[name].source
    assert "part0" not in added[name].source  # it is found through the index


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def test_pages_saved_by_a_browser_are_enough(tmp_path: Path) -> None:
    site = modern_site()
    saved = tmp_path / "saved"
    for path, (body, content_type) in site.files.items():
        if content_type == "text/html" and "?" not in path:
            file = saved / ((path.strip("/") or "index") + ("" if path.endswith(".html") else ".html"))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"<!-- saved from url=(0042)https://news.example" + path.encode() + b" -->\n" + body)
    user = Newcomer(tmp_path)
    adding = user.add_site("https://news.example/", "--from", str(saved))
    assert adding.returncode == 0, adding.stdout + adding.stderr
    source = user.spider_file.read_text(encoding="utf-8")
    assert r"/art-\d+\.html$" in source
    assert "https://news.example/" in source
    again = user.site_test()
    assert again.returncode == 0, again.stdout
    assert again.stdout.count("-article") == len(site.articles)


def test_a_name_that_is_taken_is_left_alone_and_the_same_site_is_added_once(tmp_path: Path) -> None:
    site = modern_site()
    saved = tmp_path / "saved"
    saved.mkdir()
    for number, path in enumerate(["/", *site.articles][:5]):
        mark = b"<!-- saved from url=(0042)https://news.example.cn" + path.encode() + b" -->\n"
        (saved / f"{number}.html").write_bytes(mark + site.files[path][0])
    user = Newcomer(tmp_path)
    words = ("add-site", "https://news.example.cn/", "--from", str(saved), "--dir", str(tmp_path / "sites"))
    adding = user.scrapy(*words)  # word for word as in the README, where `news` is the generic spider
    assert adding.returncode == 0, adding.stdout + adding.stderr
    assert 'name = "news_example"' in (user.package / "news_example.py").read_text(encoding="utf-8")
    again = user.scrapy(*words)
    assert again.returncode == 2
    assert "news_example" in again.stderr and "--force" in again.stderr


def test_articles_can_be_named_where_no_list_shows_them(tmp_path: Path, server: Server) -> None:
    site = modern_site()
    site.files = {path: file for path, file in site.files.items() if path in site.articles}
    site.add("/", "<html><title>云浦在线</title><p>欢迎</p></html>")
    site.serve(server)
    chosen = [server.url(path) for path in list(site.articles)[:3]]
    user = Newcomer(tmp_path, server)
    adding = user.add_site(server.url("/"), *(word for url in chosen for word in ("--article", url)))
    assert adding.returncode == 0, adding.stdout + adding.stderr
    for path in list(site.articles)[:3]:
        assert site.articles[path].title in adding.stdout
