"""What the portal withstands: scripts of crawled pages, forms of other sites, hurried clients, odd addresses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

import hypothesis.strategies as st
import pytest
from hypothesis import given
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.library.writer import Writer
from snapshot_crawler.portal import complaints
from snapshot_crawler.portal.asked import Asked, page
from snapshot_crawler.portal.configuration import Configuration
from snapshot_crawler.portal.guard import is_clean
from snapshot_crawler.portal.kept import Kept
from snapshot_crawler.portal.language import preferred
from snapshot_crawler.portal.limits import Buckets
from snapshot_crawler.portal.pages.static import local
from snapshot_crawler.portal.security import HEADERS
from tests.library.outputs import follow, name_of, own, record
from tests.portal.client import HOST, Client

Portal = Callable[..., Client]
STRANGER = "203.0.113.7"


@pytest.mark.parametrize(
    "path", ["/", f"/detail/{name_of(1)}.html", "/nothing", "/%FF", "/static/portal.css", "/robots.txt", "/language"]
)
def test_every_answer_forbids_scripts_frames_and_guessing(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer" and headers["x-dns-prefetch-control"] == "off"
    assert "server" not in headers


def test_an_error_of_ours_has_the_policy_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> tuple[int, ...]:
        raise RuntimeError("secret")

    monkeypatch.setattr(client.app.state.site.readers, "stamp", fails)
    response = client.ask("GET", "/", STRANGER, {}, raises=False)
    assert response.status_code == 500 and "secret" not in response.text
    assert response.headers.items() >= {name.lower(): value for name, value in HEADERS.items()}.items()


@pytest.mark.parametrize(
    "path",
    ["/%00", "/category/%zz", "/category/%", "/category/%ED%A0%80", "/category/%C3", "/detail/a%0d%0ab.html", "/%1b"],
)
def test_broken_addresses_are_400(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


@given(st.binary(max_size=40))
def test_no_path_breaks_the_look_at_it(path: bytes) -> None:
    assert is_clean(path) in (True, False)


PREFIXES = [
    "/",
    "/detail/",
    "/category/",
    "/source/",
    "/day/",
    "/story/",
    "/search",
    "/about",
    "/static/",
    "/sitemap-",
    "/feed.xml",
]
NAMES = st.sampled_from(["q", "page", "order", "category", "source", "from", "to", "lang", "year", "article", "sent"])
SCRAPS = st.sampled_from(
    [
        "%00",
        "%",
        "..",
        "/",
        "\\",
        '"',
        "'",
        "(",
        ")",
        "*",
        "-",
        ":",
        "category:",
        "科技",
        "苏州",
        "\u202e",
        "9" * 30,
        "-1",
        "best",
        "2026-01-05",
        ".html",
        "<x>",
        "{{7*7}}",
        "%s",
        "\U0001f642",
        " ",
    ]
)


@given(
    st.sampled_from(PREFIXES),
    st.lists(SCRAPS | st.text(max_size=5), max_size=4),
    st.dictionaries(NAMES, st.lists(SCRAPS, max_size=4), max_size=4),
)
def test_no_address_is_an_error_of_ours(
    client: Client, prefix: str, path: list[str], query: dict[str, list[str]]
) -> None:
    address = (
        prefix
        + quote("".join(path), safe="/%")
        + "?"
        + urlencode({name: "".join(parts) for name, parts in query.items()})
    )
    assert client.get(address).status_code in {200, 400, 404, 405, 414, 422}


def test_long_addresses_are_414_and_other_methods_405(client: Client) -> None:
    assert client.get("/search?q=" + "a" * 5_000).status_code == 414
    assert client.get("/category/" + "a" * 5_000).status_code == 414
    assert client.ask("DELETE", "/", STRANGER, {}).status_code == 405
    assert client.ask("GET", "/language", STRANGER, {}).status_code == 405


# --- Hosts
@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("localhost:8080", "http://localhost:8080"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("evil.example", HOST),
        ("evil.example:80@127.0.0.1", HOST),
        ("127.0.0.1.evil.example", HOST),
        ('127.0.0.1"><script>', HOST),
        ("", HOST),
        ("[", HOST),
        ("//", HOST),
        ("a b", HOST),
    ],
)
def test_a_host_that_is_not_ours_stands_in_no_page(client: Client, host: str, origin: str) -> None:
    text = client.get("/", host=host).text
    assert f'<link rel="canonical" href="{origin}/">' in text
    assert "evil" not in text


def test_the_public_address_is_a_setting(portal_of: Portal) -> None:
    client = portal_of([record(1)], PORTAL_URL="https://News.example/")
    assert "https://news.example/detail/" in client.get("/sitemap.xml", host="evil.example").text


@pytest.mark.parametrize(
    "value",
    [
        "news.example",
        "ftp://news.example",
        "https://news.example/portal",
        "https://a@b/",
        "https://x:99999/",
        "https://",
    ],
)
def test_a_public_address_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError, match="PORTAL_URL"):
        Configuration.of({"PORTAL_URL": value})


@pytest.mark.parametrize("name", ["PORTAL_REQUESTS_PER_MINUTE", "PORTAL_TRUSTED_PROXIES"])
@pytest.mark.parametrize("value", ["many", "-1", "10.0.0.0/99"])
def test_settings_that_cannot_be_are_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Configuration.of({name: value})


# --- How often
def test_a_client_that_asks_too_often_is_told_to_wait(portal_of: Portal) -> None:
    client = portal_of([record(1)], PORTAL_REQUESTS_PER_MINUTE=5)
    client.app.state.site.request_rate.clock = lambda: 0.0  # nothing comes again meanwhile, however slow the machine
    assert [client.get("/robots.txt", STRANGER).status_code for _ in range(7)] == [200] * 5 + [429] * 2
    refused = client.get("/robots.txt", STRANGER)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "12") and "请求太多" in refused.text
    assert client.get("/robots.txt", "203.0.113.8").status_code == 200
    assert {client.get("/robots.txt").status_code for _ in range(20)} == {200}  # this machine itself


def test_only_trusted_proxies_say_who_asks(portal_of: Portal) -> None:
    client = portal_of([record(1)], PORTAL_REQUESTS_PER_MINUTE=2)
    client.app.state.site.request_rate.clock = lambda: 0.0

    def statuses(peer: str, *forwarded: str) -> list[int]:
        return [client.get("/robots.txt", peer, x_forwarded_for=each).status_code for each in forwarded]

    # a proxy on this machine: each of its clients has its own count, whatever it has written before
    assert statuses("127.0.0.1", *(f"198.51.100.1, {STRANGER}",) * 4).count(429) == 2
    assert statuses("127.0.0.1", *(f"{STRANGER}, 198.51.100.{n}" for n in range(4))) == [200] * 4
    # from anybody else the header counts nothing
    assert statuses("192.0.2.1", *(f"198.51.100.{n}" for n in range(10, 14))).count(429) == 2
    # addresses of one /64 are one client
    assert statuses("127.0.0.1", *(f"2001:db8::{n}" for n in range(4))).count(429) == 2


def test_buckets_fill_again_and_forget_the_oldest() -> None:
    now = [0.0]
    buckets = Buckets(2, 60, clock=lambda: now[0], clients=3)
    assert [buckets.allows("a") for _ in range(3)] == [True, True, False]
    assert buckets.wait("a") == pytest.approx(30)
    now[0] = 31
    assert buckets.allows("a") and not buckets.allows("a")
    for name in "bcd":
        buckets.allows(name)
    assert len(buckets._left) == 3
    assert all(Buckets(0, 60).allows("a") for _ in range(100))


# --- Language
@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("*", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.9,zh;q=0.9", "zh"),
        ("de,en;q=0.5", "en"),
        ("en;q=0", "zh"),
        ("fr", "zh"),
        (",;q=,en;;", "zh"),
        ("x" * 10_000, "zh"),
    ],
)
def test_english_is_for_who_prefers_it(header: str, language: str) -> None:
    assert preferred(header) == language


def test_the_reader_chooses_the_language_and_comes_back(client: Client) -> None:
    response = client.post("/language", {"lang": "en", "to": "/search?q=%E8%8B%8F"})
    assert (response.status_code, response.headers["location"]) == (303, "/search?q=%E8%8B%8F")
    cookie = response.headers["set-cookie"]
    assert "lang=en" in cookie and "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert 'lang="en"' in client.get("/", cookie="lang=en", accept_language="zh").text
    assert 'lang="en"' in client.get("/?lang=en", cookie="lang=zh").text
    assert client.post("/language", {"lang": "xx"}).status_code == 400


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "evil",
        "",
        "/a\r\nX: y",
        "javascript:alert(1)",
        "/ /x",
        "/\u3000",
    ],
)
def test_no_choice_leads_to_another_site(client: Client, to: str) -> None:
    assert local(to) == "/"
    assert client.post("/language", {"lang": "en", "to": to}).headers["location"] == "/"


# --- Forms
def test_forms_of_other_sites_are_refused(client: Client) -> None:
    assert client.post("/language", {"lang": "en"}, sec_fetch_site="cross-site").status_code == 403
    assert (
        client.ask("POST", "/language", STRANGER, {"content-type": "text/plain"}, content=b"lang=en").status_code == 415
    )
    large = client.ask(
        "POST",
        "/language",
        STRANGER,
        {"content-type": "application/x-www-form-urlencoded"},
        content=b"a=" + b"x" * 40_000,
    )
    assert large.status_code == 413


def test_a_request_for_a_take_down_waits_for_the_operator(portal_of: Portal) -> None:
    client = portal_of([record(1)])
    page = client.page(f"/detail/{name_of(1)}.html")
    link = next(node.attributes["href"] or "" for node in page.css(".foot a") if "删除" in node.text())
    form = client.page(link.partition("#")[0])
    assert form.css_first("#article").attributes["value"] == name_of(1)
    sent = {"article": f"{HOST}/detail/{name_of(1)}.html", "contact": "某人 <a@b.example>", "reason": "理由\x07一\n二"}
    response = client.post("/about/takedown", sent)
    assert (response.status_code, response.headers["location"]) == (303, "/about?sent=1#takedown")
    assert "申请已收到" in client.get("/about?sent=1").text
    path = client.root / "portal" / "takedown-requests.jsonl"
    (line,) = path.read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["id"], kept["contact"], kept["reason"]) == (name_of(1), "某人 <a@b.example>", "理由一\n二")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_request_that_says_too_little_is_shown_again(portal_of: Portal) -> None:
    client = portal_of([record(1)])
    for sent in ({"article": "x", "reason": "r"}, {"article": name_of(1), "reason": " "}, {"x": ""}):
        response = client.post("/about/takedown", sent)
        assert response.status_code == 422 and 'role="alert"' in response.text
    assert not (client.root / "portal").exists()


def test_requests_for_take_downs_are_bounded(portal_of: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    client = portal_of([record(1)])
    client.app.state.site.complaint_rate.clock = lambda: 0.0
    sent = {"article": name_of(1), "reason": "r" * 5_000}
    statuses = [client.post("/about/takedown", sent, STRANGER).status_code for _ in range(7)]
    assert statuses == [303] * 5 + [429] * 2
    path = client.root / "portal" / "takedown-requests.jsonl"
    assert path.stat().st_size < 5 * 3_000
    monkeypatch.setattr(complaints, "MOST_BYTES", path.stat().st_size)
    response = client.post("/about/takedown", sent, "203.0.113.9")
    assert response.status_code == 503 and "r" * 2_000 in response.text


def test_a_request_that_cannot_be_written_is_no_error_of_ours(portal_of: Portal) -> None:
    client = portal_of([record(1)])
    Path(client.root / "portal").write_text("a file where a folder should be")
    assert client.post("/about/takedown", {"article": name_of(1), "reason": "r"}).status_code == 503


# --- Conditional and compressed
def test_what_the_client_has_is_not_sent_again(client: Client) -> None:
    for path in ("/", f"/detail/{name_of(1)}.html", "/sitemap.xml", "/static/portal.css"):
        first = client.get(path, accept_encoding="identity")
        again = client.get(path, if_none_match=f'"x", {first.headers["etag"]}')
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert client.get(path, if_none_match='W/"other"').status_code == 200
    assert client.get("/", accept_encoding="gzip").headers["content-encoding"] == "gzip"
    assert client.ask("HEAD", "/", STRANGER, {}).status_code == 200


def test_caches_keep_the_languages_apart(client: Client) -> None:
    assert {"accept-language", "cookie"} <= {
        name.strip().lower() for name in client.get("/").headers["vary"].split(",")
    }


# --- Answers that are kept for the next reader
def test_kept_answers_hold_as_long_as_the_library_is_as_it_was() -> None:
    now = [0.0]
    kept = Kept(clock=lambda: now[0])
    kept.put("a", 1, Response("text", 200, {"X": "y"}))
    found = kept.get("a", 1)
    assert found is not None and (found.body, found.headers["x"]) == (b"text", "y")
    found.headers["Content-Encoding"] = "gzip"  # as what is around the application does
    again = kept.get("a", 1)
    assert again is not None and "content-encoding" not in again.headers
    assert kept.get("a", 2) is None and kept.get("b", 1) is None
    now[0] = 5
    assert kept.get("a", 1) is None
    kept.put("large", 1, Response("x" * 200_000))
    assert kept.get("large", 1) is None
    for n in range(600):
        kept.put(n, 1, Response("x"))
    assert len(kept._answers) == 400


def test_a_page_that_many_ask_for_at_once_is_made_once(small: Path) -> None:
    made: list[str] = []

    def counted(asked: Asked) -> Response:
        made.append(asked.query.get("n", ""))
        if asked.query.get("n") == "bad":
            raise HTTPException(404)
        return Response("made")

    with Client(small) as client:
        client.app.router.routes.insert(0, Route("/counted", page(counted, is_kept=True)))
        assert {answer.status_code for answer in client.get_all(["/counted?n=1"] * 20)} == {200}
        assert made == ["1"]
        assert {answer.status_code for answer in client.get_all(["/counted?n=bad"] * 3)} == {404}
        assert not client.app.state.site.kept.being_made


def test_a_kept_answer_is_of_the_same_language_host_and_page(client: Client) -> None:
    for _ in range(2):
        assert "最新收录" in client.get("/").text
        assert "Latest" in client.get("/", accept_language="en").text
        assert "http://localhost:1/" in client.get("/", host="localhost:1").text
        assert "http://localhost:2/" in client.get("/", host="localhost:2").text
        assert client.page("/?page=2").css_first(".pager span").text() == "第 2 页"


def test_while_the_library_is_being_made_nothing_is_said_to_be_missing(portal_of: Portal) -> None:
    client = portal_of()
    own(client.root, [record(1)])
    with Writer(client.root):  # made, and not filled yet
        for path in ("/", f"/detail/{name_of(1)}.html", "/category/科技"):
            assert client.get(path).status_code == 503
    follow(client.root)
    assert client.get(f"/detail/{name_of(1)}.html").status_code == 200
    assert client.get("/category/没有").status_code == 404
