"""Scrapy's own commands inside of the project: as everywhere in Scrapy, and without leaving any state."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.authoring.newcomer import Newcomer
from tests.server import Server

PAGE = "<html><head><title>T</title></head><body><h1>Harbour</h1><a href=/next>next</a></body></html>"
SPIDER = '''
import scrapy


class OneSpider(scrapy.Spider):
    name = "one"

    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.start_urls = ["{base}/"]

    def parse(self, response):
        """What the page holds.

        @url {base}/
        @returns items 1 1
        @returns requests 1 1
        @scrapes title
        """
        yield {{"title": response.css("h1::text").get()}}
        yield response.follow("/next", self.parse_next)

    def parse_next(self, response):
        yield {{"next": response.css("h1::text").get()}}

    def closed(self, reason):
        self.logger.info("the spider's own hook: %s", reason)
'''


@pytest.fixture
def user(tmp_path: Path, server: Server) -> Newcomer:
    server.page("/", PAGE)
    server.page("/next", PAGE.replace("Harbour", "Bridge"))
    user = Newcomer(tmp_path, server)
    (user.package / "one.py").write_text(SPIDER.format(base=server.url("")))
    return user


def ended_well(done: CompletedProcess[str], user: Newcomer) -> str:
    """What the command printed; it left nothing below DATA_DIR."""
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr[-3000:]
    assert not (user.folder / "data").exists()
    return done.stdout


@pytest.mark.parametrize("spider", [(), ("--spider", "one"), ("--spider", "news")])
def test_shell_fetches_a_page(user: Newcomer, server: Server, spider: tuple[str, ...]) -> None:
    code = "response.status, response.css('h1::text').get(), type(spider).__name__"
    told = ended_well(user.scrapy("shell", server.url("/"), *spider, "-c", code), user)
    assert told.startswith("(200, 'Harbour', "), told


def test_shell_opens_a_file_of_the_operator_and_no_page_leads_to_one(user: Newcomer, server: Server) -> None:
    page = user.folder / "saved.html"
    page.write_text(PAGE)
    told = ended_well(user.scrapy("shell", str(page), "-c", "response.css('title::text').get()"), user)
    assert told.strip() == "T"
    server.page("/leads", "", status="302 Found", headers={"Location": page.as_uri()})
    told = ended_well(user.scrapy("shell", server.url("/leads"), "-c", "getattr(response, 'url', None)"), user)
    assert "file:" not in told


def test_fetch_prints_the_page_and_the_headers(user: Newcomer, server: Server) -> None:
    assert ended_well(user.scrapy("fetch", server.url("/")), user).strip() == PAGE
    headers = ended_well(user.scrapy("fetch", "--headers", server.url("/")), user)
    assert "> User-Agent: snapshot_crawler/" in headers and "< Content-Length:" in headers


def test_fetch_refuses_what_the_guard_refuses(user: Newcomer, server: Server) -> None:
    user.allowed = ""
    assert PAGE not in ended_well(user.scrapy("fetch", server.url("/")), user)
    assert server.paths() == []


def test_view_opens_a_browser(user: Newcomer, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, opened = user.folder / "browser", user.folder / "opened"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    ended_well(user.scrapy("view", server.url("/")), user)
    assert "file://" in opened.read_text()


def test_parse_shows_what_a_spider_makes_of_a_page(user: Newcomer, server: Server) -> None:
    told = ended_well(user.scrapy("parse", "--spider", "one", "--pipelines", "-d", "2", server.url("/")), user)
    assert "[{'title': 'Harbour'}]" in told or "{'title': 'Harbour'}" in told
    assert "Bridge" in told
    out = user.folder / "parsed.jsonl"
    ended_well(user.scrapy("parse", "--spider", "one", "-o", str(out), server.url("/")), user)
    assert json.loads(out.read_text().splitlines()[0]) == {"title": "Harbour"}
    assert "Requests" in ended_well(user.scrapy("parse", "--spider", "news", server.url("/")), user)


def test_check_runs_contracts(user: Newcomer) -> None:
    done = user.scrapy("check", "one")
    ended_well(done, user)
    assert "Ran 3 contracts" in done.stderr
    assert "one" in ended_well(user.scrapy("check", "-l"), user)


def test_settings_version_and_startproject(user: Newcomer) -> None:
    assert ended_well(user.scrapy("settings", "--get", "BOT_NAME"), user).strip() == "snapshot_crawler"
    assert "Scrapy" in ended_well(user.scrapy("version"), user)
    ended_well(user.scrapy("startproject", "other", str(user.folder / "other")), user)
    assert (user.folder / "other" / "scrapy.cfg").exists()


def test_runspider_is_a_job_like_any_other(user: Newcomer, server: Server) -> None:
    """The same state and exit codes as crawl; a second run adds nothing."""
    out, file = user.folder / "out.jsonl", user.package / "one.py"
    for _ in range(2):
        done = user.scrapy("runspider", str(file), "-o", str(out))
        assert done.returncode == 0, done.stderr[-3000:]
        assert "complete: everything was crawled" in done.stderr and "the spider's own hook: finished" in done.stderr
        assert [json.loads(line) for line in out.read_text().splitlines()] == [{"title": "Harbour"}, {"next": "Bridge"}]
    assert "0 new articles" in done.stderr
    assert (user.folder / "data" / "frontier" / "one.sqlite").exists()
    assert user.scrapy("runspider", str(user.folder / "none.py")).returncode == 2


@pytest.mark.slow
def test_bench_measures_the_speed(user: Newcomer) -> None:
    done = user.scrapy("bench", "-s", "CLOSESPIDER_TIMEOUT=2")
    ended_well(done, user)
    crawled = [line for line in done.stderr.splitlines() if "INFO: Crawled " in line]
    assert any(not line.partition("Crawled ")[2].startswith("0 ") for line in crawled), done.stderr[-2000:]
