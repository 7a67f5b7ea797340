"""robots.txt by RFC 9309, against a real server."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import pytest
from protego import Protego
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.middlewares.robots import (
    PARSED_BYTES,
    RobotsMiddleware,
    product_token,
    readable,
    unpacked_beginning,
)
from snapshot_crawler.middlewares.robots_rules import for_token
from snapshot_crawler.urls import origin
from tests.hostile.crawl import Job, Outcome, crawl, crawl_all
from tests.server import Request, Server, response

PAGES = [f"/a{n}" for n in range(6)]
FORBID_ALL = "User-agent: *\nDisallow: /\n"
FORBID_ODD = "User-agent: *\nDisallow: /a1\nDisallow: /a3\nDisallow: /a5\n"


def site(server: Server) -> Server:
    for page in PAGES:
        server.page(page, f"<article>The text of {page}</article>")
    return server


def pages_asked_for(server: Server) -> list[str]:
    return [path for path in server.paths() if not path.endswith("robots.txt")]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield site(running)


# --- Waiting
def slow_robots(server: Server, body: str) -> None:
    """Serve robots.txt only after a time in which all other requests could have passed."""

    async def answer(_: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.7)
        writer.write(response(body, content_type="text/plain"))
        await writer.drain()

    server.handle("/robots.txt", answer)


def test_all_requests_that_wait_for_one_robots_txt_obey_it(server: Server) -> None:
    slow_robots(server, FORBID_ALL)
    outcome = crawl(*PAGES, server=server, CONCURRENT_REQUESTS_PER_DOMAIN=16)
    assert pages_asked_for(server) == []
    assert outcome.stats["robots/forbidden"] == len(PAGES)
    assert server.paths() == ["/robots.txt"]


def test_scrapys_own_middleware_still_lets_waiting_requests_through(server: Server) -> None:
    """Not our behaviour: when this fails, Scrapy's bug is mended and one reason for ours is gone."""
    slow_robots(server, FORBID_ALL)
    scrapys = {
        "snapshot_crawler.middlewares.robots.RobotsMiddleware": None,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": 100,
    }
    crawl(*PAGES, server=server, CONCURRENT_REQUESTS_PER_DOMAIN=16, DOWNLOADER_MIDDLEWARES=scrapys)
    assert len(pages_asked_for(server)) == len(PAGES) - 2


# --- What an answer means
def crawl_with_status(*statuses: str) -> list[tuple[Server, Outcome]]:
    """A site for each status of its robots.txt, all crawled at once."""
    with ExitStack() as stack:
        servers = [site(stack.enter_context(Server())) for _ in statuses]
        for server, status in zip(servers, statuses, strict=True):
            server.page("/robots.txt", FORBID_ALL, status=status)
        outcomes = crawl_all([Job(server, PAGES, {"DOWNLOAD_TIMEOUT": 2}) for server in servers])
        return list(zip(servers, outcomes, strict=True))


def test_4xx_allows() -> None:
    for _, outcome in crawl_with_status("400 Bad", "401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"):
        assert sorted(outcome.urls) == PAGES


def test_5xx_forbids_everything_and_the_run_ends() -> None:
    for server, outcome in crawl_with_status("500 Error", "502 Bad", "503 Busy"):
        assert pages_asked_for(server) == []
        assert outcome.stats["robots/unreachable"] == 1
        assert re.search(r"robots.txt cannot be had \(status 50\d\)", outcome.log)
        assert "(None)" not in outcome.log
        assert 2 <= len(server.requests) <= 5, "tried again, but not for ever"
        assert outcome.stats["finish_reason"] == "finished"


def test_5xx_forbids_only_until_it_is_over(server: Server) -> None:
    tries = count()

    async def third_time_lucky(_: Request, writer: asyncio.StreamWriter) -> None:
        busy = next(tries) < 2
        writer.write(response("" if busy else FORBID_ODD, status="503 Busy" if busy else "200 OK"))
        await writer.drain()

    server.handle("/robots.txt", third_time_lucky)
    assert sorted(crawl(*PAGES, server=server).urls) == ["/a0", "/a2", "/a4"]


def test_no_answer_forbids_everything_within_two_timeouts(server: Server) -> None:
    async def hang(_: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    server.handle("/robots.txt", hang)
    outcome = crawl(*PAGES, server=server, DOWNLOAD_TIMEOUT=2)
    assert pages_asked_for(server) == []
    assert outcome.stats["elapsed_time_seconds"] < 7


def test_a_closed_connection_forbids_everything(server: Server) -> None:
    async def close(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server.handle("/robots.txt", close)
    crawl(*PAGES, server=server, DOWNLOAD_TIMEOUT=2)
    assert pages_asked_for(server) == []


def test_429_is_tried_again_and_then_means_no_rules_like_every_4xx(server: Server) -> None:
    server.page("/robots.txt", "", status="429 Too Many Requests")
    outcome = crawl(*PAGES, server=server, DOWNLOAD_TIMEOUT=2)
    assert sorted(outcome.urls) == PAGES
    assert outcome.stats["robots/requests"] >= 2


# --- Redirects
def test_five_redirects_are_followed_across_hosts(server: Server) -> None:
    with Server() as other:
        for step in range(4):
            server.page(f"/r{step}", "", status="302 Found", headers={"Location": f"/r{step + 1}"})
        server.page("/robots.txt", "", status="301 Moved", headers={"Location": "/r0"})
        server.page("/r4", "", status="302 Found", headers={"Location": other.url("/rules.txt")})
        other.page("/rules.txt", FORBID_ALL, content_type="text/plain")
        crawl(*PAGES, server=server, PRIVATE_NETWORKS_ALLOWED=[server.address, other.address])
        assert other.paths() == ["/rules.txt"]
    assert not set(pages_asked_for(server)) & set(PAGES)


def test_redirects_without_end_mean_no_rules(server: Server) -> None:
    server.page("/robots.txt", "", status="302 Found", headers={"Location": "/robots.txt"})
    outcome = crawl(*PAGES, server=server)
    assert sorted(outcome.urls) == PAGES
    assert outcome.stats["robots/requests"] <= 10


def test_the_target_of_a_pages_redirect_is_checked_too(server: Server) -> None:
    server.page("/robots.txt", "User-agent: *\nDisallow: /a1\n", content_type="text/plain")
    server.page("/open", "", status="302 Found", headers={"Location": "/a1"})
    crawl("/open", server=server)
    assert pages_asked_for(server) == ["/open"]


# --- The file
def test_rules_after_the_first_500_kib_do_not_count_and_the_file_does_not_fail(server: Server) -> None:
    filler = "# nothing here, only length\n" * 40_000
    server.page("/robots.txt", "User-agent: *\nDisallow: /a1\n" + filler + "Disallow: /a2\n", content_type="text/plain")
    outcome = crawl(*PAGES, server=server, DOWNLOAD_MAXSIZE=400_000)
    assert sorted(outcome.urls) == ["/a0", "/a2", "/a3", "/a4", "/a5"]


def test_an_endless_robots_txt_is_cut(server: Server) -> None:
    async def endless(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + FORBID_ODD.encode())
        for _n in range(400):
            writer.write(b"# more\n" * 10_000)
            await writer.drain()
        writer.close()

    server.handle("/robots.txt", endless)
    assert sorted(crawl(*PAGES, server=server).urls) == ["/a0", "/a2", "/a4"]


def test_a_compressed_bomb_is_cut_like_a_plain_file(server: Server) -> None:
    bomb = gzip.compress(FORBID_ODD.encode() + b"# \n" * 20_000_000)
    server.page("/robots.txt", bomb, content_type="text/plain", headers={"Content-Encoding": "gzip"})
    assert sorted(crawl(*PAGES, server=server).urls) == ["/a0", "/a2", "/a4"]


def test_a_web_page_in_its_place_gives_no_rules(server: Server) -> None:
    server.page("/robots.txt", "<!DOCTYPE html><html><body>User-agent: *\nDisallow: /\n</body></html>")
    assert sorted(crawl(*PAGES, server=server).urls) == PAGES


def test_a_refused_page_is_told_with_its_reason(server: Server) -> None:
    server.page("/robots.txt", FORBID_ODD, content_type="text/plain")
    outcome = crawl(*PAGES, server=server)
    assert outcome.rejected == {"robots": 3}


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\n",
        b"User-agent: *\rDisallow: /x\r",
        "User-agent: *\nDisallow: /x\n".encode("utf-16"),
        b"\xff\xfe" + "User-agent: *\r\nDisallow: /x\r\n".encode("utf-16-le"),
        "User-agent: *\n# 禁止\nDisallow: /x\n".encode("gb18030"),
        b"user-AGENT : *\nDISALLOW:/x",
        b"\x00User-agent: *\n\x00Disallow: /x",
        b"<!-- a remark -->\nUser-agent: *\nDisallow: /x\n",
    ],
)
def test_rules_are_read_however_they_are_written(body: bytes) -> None:
    text = readable(body)
    assert text is not None
    rules = Protego.parse(for_token(text, "snapshot_crawler"))
    assert not rules.can_fetch("http://h.example/x", "snapshot_crawler")
    assert rules.can_fetch("http://h.example/y", "snapshot_crawler")


def test_half_a_line_at_the_cut_is_no_rule() -> None:
    head = b"User-agent: *\nDisallow: /x\n"
    body = head + b"#" * (PARSED_BYTES - len(head) - 15) + b"\nDisallow: /private/things\n"
    text = readable(body)
    assert text is not None
    rules = Protego.parse(text)
    assert rules.can_fetch("http://h.example/priv", "any")
    assert not rules.can_fetch("http://h.example/x", "any")


@pytest.mark.parametrize(
    ("group", "is_ours"),
    [
        ("snapshot_crawler", True),
        ("SNAPSHOT_CRAWLER", True),
        ("snapshot_crawler/0.1", True),
        ("snapshot_crawler # us", True),
        ("snapshot", False),  # Protego alone takes the beginning of our name for it
        ("crawler", False),
        ("example", False),  # a word of the contact in the user agent
        ("Otherbot", False),
    ],
)
def test_a_group_is_ours_only_by_our_whole_name(group: str, is_ours: bool) -> None:
    token = product_token("snapshot_crawler/0.1 (+https://operator.example/bot)")
    text = f"User-agent: {group}\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
    assert Protego.parse(for_token(text, token)).can_fetch("http://h.example/x", token) is not is_ours


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        ("snapshot_crawler/0.1", "snapshot_crawler"),
        ("Mozilla/5.0 (compatible; NewsBot/2.1; +https://operator.example)", "NewsBot"),
        ("My-Bot", "My-Bot"),
    ],
)
def test_the_product_token_is_the_name_in_the_user_agent(agent: str, token: str) -> None:
    assert product_token(agent) == token


def test_an_origin_is_scheme_host_and_port_without_credentials() -> None:
    assert origin("http://user:pass@News.Example:8080/a?b#c") == "http://news.example:8080"


def test_broken_gzip_gives_what_can_be_read() -> None:
    whole = gzip.compress(b"User-agent: *\n" * 1000)
    assert unpacked_beginning(whole[:-20]).startswith(b"User-agent: *\n")
    assert unpacked_beginning(b"not compressed at all") == b""


def test_rules_are_asked_for_again_after_24_hours_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = RobotsMiddleware.from_crawler(get_crawler(settings_dict={"ROBOTSTXT_OBEY": True}))
    asked: list[str] = []

    async def answer(site: str, timeout_s: float) -> Response:
        asked.append(site)
        return Response(f"{site}/robots.txt", body=FORBID_ALL.encode())

    robots._ask = answer  # type: ignore[method-assign]
    robots._pace = lambda: None  # type: ignore[method-assign]
    clock = [1_000_000.0]
    monkeypatch.setattr("snapshot_crawler.middlewares.robots.monotonic", lambda: clock[0])

    async def ask_after(hours: float) -> int:
        clock[0] = 1_000_000.0 + hours * 3600
        assert not (await robots.robots("http://h.example")).allows("http://h.example/a", "snapshot_crawler")
        return len(asked)

    assert [asyncio.run(ask_after(hours)) for hours in (0, 1, 23.9, 24.1)] == [1, 1, 1, 2]
