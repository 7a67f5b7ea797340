"""What belongs to the crawl, what goes along to other hosts, and how far redirects are followed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests
from scrapy import Request as Asked
from scrapy import Spider
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.middlewares.cookie_jars import COOKIES_PER_HOST
from snapshot_crawler.middlewares.cookies import CookiesMiddleware
from snapshot_crawler.middlewares.redirects import MetaRefreshMiddleware, RedirectMiddleware, readable_location
from snapshot_crawler.middlewares.scope import ScopeMiddleware
from tests.hostile.crawl import crawl
from tests.server import Request, Server, response


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.page("/robots.txt", "", content_type="text/plain")
        running.page("/a", "<article>A good page</article>")
        yield running


def scope(**attributes: object) -> ScopeMiddleware:
    """The scope of a spider with these attributes."""
    crawler = get_crawler(type("Site", (Spider,), {"name": "site", **attributes}))
    middleware = ScopeMiddleware.from_crawler(crawler)
    middleware._spider_opened(crawler.spidercls(name="site"))
    return middleware


# --- Scope
@pytest.mark.parametrize(
    ("url", "belongs"),
    [
        ("http://news.example/a", True),
        ("https://news.example/a", True),
        ("http://www.news.example/a", True),
        ("http://sport.news.example/a", True),
        ("http://news.example:8080/a", True),  # the start's own port
        ("http://news.example:80/a", True),
        ("http://news.example:22/a", False),
        ("http://news.example:8081/a", False),
        ("http://news.example./a", True),
        ("http://NEWS.example/a", True),
        ("http://another.example/a", False),
        ("http://badnews.example/a", False),
        ("http://news.example.evil.example/a", False),
        ("http://example/a", False),
        ("http://news.example@evil.example/a", False),
        ("http://evil.example/?http://news.example/", False),
    ],
)
def test_the_start_host_and_what_is_below_it_belong_to_the_crawl(url: str, belongs: bool) -> None:
    assert scope(start_urls=["http://www.news.example:8080/list"]).is_on_site(Asked(url)) is belongs


def test_what_is_known_of_one_host_decides_for_no_other() -> None:
    site = scope(start_urls=["https://news.example/list"])
    for host in ("news.example", "news.examplf", "news.exampl", "xnews.example"):
        for path in ("/a", "/b/c", "", "?a=/", "#/a"):
            assert site.is_on_site(Asked(f"https://{host}{path}")) is (host == "news.example")


def test_the_domains_that_a_spider_allows_belong_to_the_crawl() -> None:
    site = scope(start_urls=["https://news.example/"], allowed_domains=["paper.example"])
    assert site.is_on_site(Asked("https://m.paper.example/a"))
    assert not site.is_on_site(Asked("https://paper.example:8443/a"))


def test_no_way_leads_off_the_site(server: Server) -> None:
    """Link, redirect (of the start page too), refresh and base to another host name of the same machine."""
    foreign = f"http://localhost:{server.port}"
    server.page("/moved", "", status="301 Moved", headers={"Location": f"{foreign}/moved-there"})
    server.page("/refresh", f'<meta http-equiv="refresh" content="0; url={foreign}/refreshed">')
    server.page("/base", f'<base href="{foreign}/"><a href="based">x</a>')
    links = ["/a", "/moved?2", "/refresh", "/base", f"{foreign}/linked", f"//localhost:{server.port}/short"]
    server.page("/moved?2", "", status="302 Found", headers={"Location": f"{foreign}/moved-there-2"})
    server.page("/", "".join(f'<a href="{link}">x</a>' for link in links))
    outcome = crawl("/", "/moved", server=server)
    assert outcome.urls == ["/a"]
    assert {request.headers["host"] for request in server.requests} == {server.address}
    assert outcome.stats["scope/off-site"] >= 6
    assert outcome.rejected == {"off-site": 3}


# --- Cookies and credentials
def test_cookies_go_back_to_their_host_and_to_no_other(server: Server) -> None:
    server.page("/", '<a href="/a">x</a>', headers={"Set-Cookie": "session=1; Path=/"})
    with Server(host="127.0.0.2") as other:
        other.page("/robots.txt", "", content_type="text/plain")
        other.page("/b", "<article>Another</article>", headers={"Set-Cookie": "evil=1; Domain=127.0.0.1"})
        server.page("/", f'<a href="/a">x</a><a href="{other.url("/b")}">x</a>', headers={"Set-Cookie": "session=1"})
        allowed = [server.address, other.address]
        outcome = crawl("/", other.url("/b"), server=server, PRIVATE_NETWORKS_ALLOWED=allowed)
        assert sorted(outcome.urls) == ["/a", "/b"]
        assert all("cookie" not in request.headers for request in other.requests)
    [asked] = [request for request in server.requests if request.path == "/a"]
    assert asked.headers["cookie"] == "session=1"


def cookies() -> CookiesMiddleware:
    return CookiesMiddleware.from_crawler(get_crawler())


def set_cookies(middleware: CookiesMiddleware, url: str, *values: str) -> None:
    middleware.process_response(Asked(url), Response(url, headers={"Set-Cookie": list(values)}))


def sent_to(middleware: CookiesMiddleware, url: str) -> bytes | None:
    request = Asked(url)
    middleware.process_request(request)
    header: bytes | None = request.headers.get("Cookie")
    return header


def test_a_cookie_of_a_public_suffix_reaches_nobody_else() -> None:
    jar = cookies()
    set_cookies(jar, "http://one.com.cn/", "a=1; Domain=com.cn", "b=2; Domain=one.com.cn", "c=3; Domain=two.com.cn")
    assert sent_to(jar, "http://two.com.cn/") is None
    assert sent_to(jar, "http://www.one.com.cn/") == b"b=2"


def test_the_list_of_public_suffixes_is_not_fetched_from_the_web(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the web was asked")

    monkeypatch.setattr(requests.Session, "get", never)
    jar = cookies()
    set_cookies(jar, "http://one.example/", "a=1; Domain=one.example")
    assert sent_to(jar, "http://one.example/") == b"a=1"


def test_scrapy_still_fetches_the_list_of_public_suffixes() -> None:
    """Not our behaviour: when this fails, cookie_jars.py need not bring a list of its own. In a fresh process."""
    look = "from scrapy.downloadermiddlewares.cookies import _split_domain as x; print(len(x.suffix_list_urls))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 0


def test_cookies_are_bounded_in_number_and_size() -> None:
    jar = cookies()
    for turn in range(5):
        set_cookies(jar, "http://h.example/", *(f"n{turn}x{number}=1" for number in range(200)))
    set_cookies(jar, "http://h.example/", "big=" + "a" * 5_000)
    sent = sent_to(jar, "http://h.example/") or b""
    assert sent.count(b"=") == COOKIES_PER_HOST
    assert b"big" not in sent
    for number in range(1_500):
        set_cookies(jar, f"http://h{number}.example/", "a=1")
    assert len(jar.jars[None]._cookies) <= 1_000


def test_a_cookie_header_of_the_spider_s_own_is_sent_only_where_it_says_so() -> None:
    """As in Scrapy: without dont_merge_cookies the header is Scrapy's alone."""
    for meta, sent in (({"dont_merge_cookies": True}, b"mine=1"), ({}, None)):
        request = Asked("http://h.example/", headers={"Cookie": "mine=1"}, meta=meta)
        cookies().process_request(request)
        assert request.headers.get("Cookie") == sent


def test_credentials_stay_with_their_host() -> None:
    redirect = RedirectMiddleware.from_crawler(get_crawler())
    meta = {"http_user": "u", "http_pass": "p"}
    headers = {"Authorization": "Basic dTpw", "Cookie": "a=1"}
    asked = Asked("https://news.example/", meta=meta, headers=headers)
    for target, keeps in (("https://news.example/b", True), ("https://evil.example/", False)):
        following = redirect.process_response(asked, Response(asked.url, status=302, headers={"Location": target}))
        assert isinstance(following, Asked)
        assert ("http_user" in following.meta) is keeps
        assert (b"Authorization" in following.headers) is keeps
        assert (b"Cookie" in following.headers) is keeps


# --- Redirects
def test_a_chain_without_end_is_left_and_told(server: Server) -> None:
    async def next_hop(request: Request, writer: asyncio.StreamWriter) -> None:
        number = int(request.path.rpartition("/")[2] or 0)
        writer.write(response("", status="302 Found", headers={"Location": f"/hop/{number + 1}"}))
        await writer.drain()

    server.fallback = next_hop
    outcome = crawl("/hop/0", server=server)
    assert len(server.requests) == 12  # robots.txt, the first and ten hops
    assert outcome.rejected == {"redirects": 1}
    assert "[scrapy.core.scraper] ERROR" not in outcome.log


def test_a_circle_is_left(server: Server) -> None:
    server.page("/x", "", status="302 Found", headers={"Location": "/y"})
    server.page("/y", "", status="302 Found", headers={"Location": "/x"})
    outcome = crawl("/x", server=server)
    assert len(server.requests) <= 6
    assert outcome.items == []


def test_a_page_that_sets_a_cookie_and_asks_again_is_read(server: Server) -> None:
    async def gate(request: Request, writer: asyncio.StreamWriter) -> None:
        if "seen=1" in request.headers.get("cookie", ""):
            writer.write(response("<article>Behind the gate</article>"))
        else:
            headers = {"Location": "/gate", "Set-Cookie": "seen=1"}
            writer.write(response("", status="302 Found", headers=headers))
        await writer.drain()

    server.handle("/gate", gate)
    assert crawl("/gate", server=server).urls == ["/gate"]


@pytest.mark.parametrize("location", ["http://[", "http://127.0.0.1:99999999/", "//", "javascript:alert(1)", "\x01"])
def test_a_location_that_is_none_raises_nothing(server: Server, location: str) -> None:
    server.page("/x", "", status="302 Found", headers={"Location": location})
    outcome = crawl("/x", "/a", server=server)
    assert outcome.urls == ["/a"]
    assert "[scrapy.core.scraper] ERROR" not in outcome.log


def test_a_location_in_gbk_is_followed(server: Server) -> None:
    server.raw("/x", "HTTP/1.1 302 Found\r\nLocation: /新闻\r\nContent-Length: 0\r\n\r\n".encode("gbk"))
    server.page("/%D0%C2%CE%C5", "<article>Found</article>")
    assert crawl("/x", server=server).urls == ["/%D0%C2%CE%C5"]
    assert readable_location("/新闻".encode()) == "/新闻".encode()


@pytest.mark.parametrize(
    ("content", "is_followed"),
    [("0; url=/b", True), ("3;URL='/b'", True), ("60; url=/b", False), ("0; url=/page", False), ("5", False)],
)
def test_only_a_quick_refresh_to_another_page_is_a_redirect(content: str, is_followed: bool) -> None:
    refresh = MetaRefreshMiddleware.from_crawler(get_crawler(settings_dict={"METAREFRESH_MAXDELAY": 5}))
    url = "http://news.example/page"
    page = HtmlResponse(url, body=f'<meta http-equiv="refresh" content="{content}">'.encode())
    assert isinstance(refresh.process_response(Asked(url), page), Asked) is is_followed
