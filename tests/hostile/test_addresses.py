"""Which addresses may be contacted: by the table, by the setting, and by a real crawl."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.middlewares.address_guard import (
    AddressGuard,
    ForbiddenAddressError,
    is_public,
    parse_opening,
    parse_openings,
    plain,
)
from tests.hostile.crawl import crawl
from tests.hostile.fetch import fetch, fetch_all
from tests.server import Server

PUBLIC = ["1.1.1.1", "93.184.216.34", "223.255.255.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.63.0.1"]
PUBLIC += ["100.128.0.1", "169.253.1.1", "198.17.0.1", "198.20.0.1", "11.0.0.1", "2400:3200::1", "2606:4700::1111"]
PUBLIC += ["::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]
SHUT = [
    # this host, private, shared, loopback, link-local with the metadata services
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9"),
    *("169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    # protocol assignments, documentation, benchmarking, 6to4 relays, multicast, reserved, broadcast
    *("192.0.0.1", "192.0.0.9", "192.0.0.170", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "198.19.9.9"),
    *("192.88.99.1", "224.0.0.1", "239.255.255.250", "232.1.1.1", "240.0.0.1", "255.255.255.255"),
    # IPv6: unspecified, loopback, link-local, site-local, unique local, multicast, documentation, discard
    *("::", "::1", "fe80::1", "fe80::1%1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "100::1"),
    *("3fff::1", "5f00::1"),
    # an IPv4 address inside: mapped, compatible, NAT64 (both prefixes), 6to4, Teredo
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::127.0.0.1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1.1.1.1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378::1"),
]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.page("/robots.txt", "", content_type="text/plain")
        running.page("/a", "<article>A page</article>")
        yield running


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    """A server that nobody has opened."""
    with Server() as running:
        running.page("/a", "<article>A secret</article>")
        yield running


# --- The table
@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_may_be_contacted(text: str) -> None:
    assert is_public(plain(ipaddress.ip_address(text)))


@pytest.mark.parametrize("text", SHUT)
def test_addresses_that_are_not_globally_routable_are_shut(text: str) -> None:
    assert not is_public(plain(ipaddress.ip_address(text)))
    with pytest.raises(ForbiddenAddressError):
        AddressGuard([]).judge("host.example", 80, [text])


def test_the_table_is_not_laxer_than_pythons() -> None:
    """At the borders of every network of both tables, in case a registry grows."""
    for text in [f"{first}.{second}.0.1" for first in range(256) for second in range(0, 256, 5)]:
        address = ipaddress.ip_address(text)
        if not address.is_global or address.is_multicast:
            assert not is_public(address), text


# --- The setting
@pytest.mark.parametrize(
    ("entry", "host", "port", "address", "opens"),
    [
        ("127.0.0.1:8080", "any.example", 8080, "127.0.0.1", True),
        ("127.0.0.1:8080", "any.example", 8081, "127.0.0.1", False),
        ("127.0.0.1:8080", "any.example", 8080, "127.0.0.2", False),
        ("127.0.0.1:8080", "any.example", 8080, "::ffff:127.0.0.1", True),
        ("127.0.0.1", "any.example", 9, "127.0.0.1", True),
        ("10.0.0.0/8", "any.example", 9, "10.9.9.9", True),
        ("10.0.0.0/8:80", "any.example", 81, "10.9.9.9", False),
        ("[::1]:8080", "localhost", 8080, "::1", True),
        ("[::1]:8080", "localhost", 80, "::1", False),
        ("::1", "localhost", 80, "::1", True),
        ("[::1]", "localhost", 80, "::1", True),
        ("fd00::/8", "any.example", 80, "fd12::1", True),
        ("::ffff:10.0.0.1", "any.example", 80, "10.0.0.1", True),
        ("news.internal:8080", "news.internal", 8080, "10.0.0.1", True),
        ("News.Internal:8080", "news.internal.", 8080, "10.0.0.1", True),
        ("news.internal:8080", "other.internal", 8080, "10.0.0.1", False),
        ("news.internal:8080", "news.internal", 80, "10.0.0.1", False),
    ],
)
def test_an_entry_opens_what_it_says_and_nothing_else(
    entry: str, host: str, port: int, address: str, opens: bool
) -> None:
    guard = AddressGuard([parse_opening(entry)])
    if opens:
        assert guard.judge(host, port, [address]) == [address]
    else:
        with pytest.raises(ForbiddenAddressError):
            guard.judge(host, port, [address])


@pytest.mark.parametrize(
    "entry", ["127.0.0.1:http", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0", "127.0.0:80", "localhost", "10.0.0.0/33"]
)
def test_an_entry_that_means_nothing_is_named(entry: str) -> None:
    with pytest.raises(ConfigurationError, match="PRIVATE_NETWORKS_ALLOWED") as raised:
        parse_openings(["127.0.0.1:80", entry])
    assert entry in str(raised.value)


def test_a_wrong_setting_ends_the_run_before_anything_is_fetched(server: Server) -> None:
    outcome = crawl("/a", server=server, PRIVATE_NETWORKS_ALLOWED="127.0.0")
    assert outcome.stats.keys() == {"peak_memory_bytes"}
    assert "PRIVATE_NETWORKS_ALLOWED has '127.0.0'" in outcome.log
    assert server.requests == []


# --- Answers of several kinds
def test_a_public_and_a_private_answer_together_are_an_attack() -> None:
    with pytest.raises(ForbiddenAddressError, match="beside a public one"):
        AddressGuard([]).judge("rebind.example", 80, ["1.1.1.1", "10.0.0.1"])


def test_of_localhost_the_open_address_is_taken() -> None:
    guard = AddressGuard(parse_openings(["127.0.0.1:80"]))
    assert guard.judge("localhost", 80, ["::1", "127.0.0.1"]) == ["127.0.0.1"]


# --- The handler: what is resolved, what is connected to
class Answers:
    """socket.getaddrinfo with answers by turns; the last one stays."""

    def __init__(self, *turns: list[str]) -> None:
        self.turns = list(turns)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        addresses = self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


def test_the_connection_goes_to_the_address_that_was_judged(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name whose second answer is another: with a second lookup the connection would go there."""
    answers = Answers([server.host], ["127.0.0.9"])
    monkeypatch.setattr(socket, "getaddrinfo", answers)
    response = fetch(server, f"http://rebind.example:{server.port}/a")
    assert response.body == b"<article>A page</article>"
    assert str(response.ip_address) == server.host
    assert answers.asked == ["rebind.example"]
    assert server.requests[-1].headers["host"] == f"rebind.example:{server.port}"


@pytest.mark.parametrize("keeps", [True, False])
def test_a_name_that_changes_its_answer_is_judged_anew(
    server: Server, elsewhere: Server, monkeypatch: pytest.MonkeyPatch, keeps: bool
) -> None:
    """First an open address, then a shut one, with the connection closed after each answer."""
    server.page("/a", "once", headers={"Connection": "close"})
    monkeypatch.setattr(socket, "getaddrinfo", Answers([server.host], ["10.0.0.1"]))
    url = f"http://rebind.example:{server.port}/a"
    first, second = fetch_all(server, url, url, DNSCACHE_ENABLED=keeps)
    assert isinstance(first, Response)
    if keeps:  # the answer that was judged is kept for a minute
        assert isinstance(second, Response)
    else:
        assert isinstance(second, ForbiddenAddressError)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "127.0.0.1.", "0", "0.0.0.0"),
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost", "localhost.", "LOCALHOST", "u:w@127.0.0.1"),
    ],
)
def test_no_spelling_of_loopback_is_contacted(elsewhere: Server, host: str) -> None:
    [outcome] = fetch_all(elsewhere, f"http://{host}:{elsewhere.port}/a", PRIVATE_NETWORKS_ALLOWED=["127.0.0.1:1"])
    assert isinstance(outcome, ForbiddenAddressError | CannotResolveHostError)
    assert elsewhere.requests == []


def test_a_name_that_does_not_resolve_is_a_failure_of_the_name(server: Server) -> None:
    with pytest.raises(CannotResolveHostError):
        fetch(server, "http://nowhere.invalid/")
    with pytest.raises(CannotResolveHostError):
        fetch(server, "http://" + "a" * 70 + ".example/")


def test_a_second_address_is_tried_when_the_first_is_dead(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Answers(["127.0.0.99", server.host]))
    allowed = [server.address, f"127.0.0.99:{server.port}"]
    response = fetch(server, f"http://two.example:{server.port}/a", PRIVATE_NETWORKS_ALLOWED=allowed)
    assert response.status == 200


# --- A crawl: every way to an address
def test_no_way_leads_a_crawl_to_a_shut_address(server: Server, elsewhere: Server) -> None:
    """Link, redirect, meta refresh, base and robots.txt; the scope is opened so that only the guard stands between."""
    shut = elsewhere.url("/a")
    for status in ("301", "302", "303", "307", "308"):
        server.page(f"/r{status}", "", status=f"{status} Moved", headers={"Location": f"{shut}?{status}"})
    server.page("/refresh", f'<meta http-equiv="refresh" content="0; url={shut}?refresh">')
    server.page("/base", f'<base href="{elsewhere.url("/")}"><a href="a?base">a</a>')
    server.page("/robots.txt", "", status="302 Found", headers={"Location": elsewhere.url("/robots.txt")})
    decimal = shut.replace("127.0.0.1", "2130706433")
    links = ["/a", "/r301", "/r302", "/r303", "/r307", "/r308", "/refresh", "/base", shut, decimal]
    server.page("/", "".join(f'<a href="{link}">x</a>' for link in links))
    also = f"http://localhost:{elsewhere.port}/a"  # as a start, so that it is in scope
    outcome = crawl("/", shut, also, server=server, PRIVATE_NETWORKS_ALLOWED=server.address)
    assert elsewhere.requests == []
    assert outcome.urls == ["/a"]
    assert outcome.rejected["address"] == 9, "five redirects, refresh, base and the two starts"
    assert outcome.stats.get("retry/count", 0) == 0
    assert outcome.log.count("Not contacted") == 2, "one line for each host"


def test_a_proxy_of_the_environment_is_not_used(
    server: Server, elsewhere: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", elsewhere.url("/"))
    outcome = crawl("/a", server=server)
    assert outcome.urls == ["/a"]
    assert elsewhere.requests == []


@pytest.mark.parametrize("url", ["file:///etc/hostname", "data:text/html,<article>x</article>", "ftp://localhost/x"])
def test_only_http_and_https_are_fetched(server: Server, url: str) -> None:
    server.page("/", f'<a href="{url}">x</a><a href="/a">a</a>')
    outcome = crawl("/", server=server)
    assert outcome.urls == ["/a"]
